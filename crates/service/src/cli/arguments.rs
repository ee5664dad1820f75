//! The arguments of `deskbell-service`, as `--help` shows them.

use crate::log::LogFormat;
use crate::settings;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

const FIRST_STEPS: &str = "\
First steps:
  deskbell-service serve --data /var/lib/deskbell
  deskbell-service person add --data /var/lib/deskbell --org \"Acme IT\" --role technician --name \"Priya Shah\"";

/// The live chat service of Deskbell.
#[derive(Debug, Parser)]
#[command(name = "deskbell-service", version, after_help = FIRST_STEPS)]
pub struct Arguments {
    /// The folder of the database; if left out, the settings file's, else `deskbell/service` in the user's data folder.
    #[arg(long, global = true, value_name = "DIR", display_order = 100)]
    pub(super) data: Option<PathBuf>,
    /// The settings file; if left out, `deskbell/deskbell-service.toml` in the user's configuration folder, if it is there.
    #[arg(long, global = true, value_name = "FILE", display_order = 101)]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Runs the service until SIGTERM or Ctrl-C.
    Serve(Serve),
    /// People of an organisation.
    #[command(subcommand)]
    Person(PersonVerb),
    /// Sign-ins: each app or browser that somebody signed in.
    #[command(subcommand)]
    SignIn(SignInVerb),
    /// Settings of an organisation.
    #[command(subcommand)]
    Org(OrgVerb),
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address and port to listen on, 127.0.0.1:8470 if left out; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", value_parser = settings::check_listen)]
    pub(super) listen: Option<SocketAddr>,
    /// Where people reach the service, such as https://chat.example.
    #[arg(long, value_name = "URL", value_parser = settings::check_address)]
    pub(super) public_address: Option<String>,
    /// Allows to listen beyond this machine without TLS, since a proxy before the service has it.
    #[arg(long)]
    pub(super) behind_proxy: bool,
    /// Serves metrics for Prometheus at this address and port, such as 127.0.0.1:8471; none if left out.
    #[arg(long, value_name = "ADDR", value_parser = settings::check_metrics)]
    pub(super) metrics: Option<SocketAddr>,
    /// What to log, such as info or service=debug.
    #[arg(long, value_name = "FILTER")]
    pub(super) log: Option<String>,
    /// How to write the log; text if left out.
    #[arg(long, value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RoleName {
    Technician,
    Client,
}

#[derive(Debug, Subcommand)]
pub(super) enum PersonVerb {
    /// Adds a person and prints their one-time sign-in link.
    Add {
        /// The organisation; made on first use.
        #[arg(long)]
        org: String,
        /// What they are.
        #[arg(long)]
        role: RoleName,
        /// Their name, as others read it.
        #[arg(long)]
        name: String,
        /// The customer that a client belongs to; made on first use.
        #[arg(long)]
        company: Option<String>,
    },
    /// Prints another one-time sign-in link for a person.
    Link {
        /// The organisation.
        #[arg(long)]
        org: String,
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their company, where several people have this name.
        #[arg(long)]
        company: Option<String>,
    },
    /// Lists people.
    List {
        /// Of this organisation only.
        #[arg(long)]
        org: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum SignInVerb {
    /// Lists sign-ins.
    List {
        /// Of this organisation only.
        #[arg(long)]
        org: Option<String>,
        /// Of people of this name only.
        #[arg(long)]
        name: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Ends a sign-in: its device is signed out at once.
    Revoke {
        /// Which, as `sign-in list` shows it.
        #[arg(value_parser = sign_in_id)]
        id: Uuid,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum OrgVerb {
    /// Sets something.
    #[command(subcommand)]
    Set(Setting),
}

#[derive(Debug, Subcommand)]
pub(super) enum Setting {
    /// After how long without input a device is idle: 5s to 60m.
    IdleAfter {
        /// How long, such as 5s, 10m or 1h.
        #[arg(value_parser = duration)]
        idle_after: Duration,
        /// The organisation; may be left out where there is one.
        #[arg(long)]
        org: Option<String>,
    },
}

fn sign_in_id(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| "this is not the id of a sign-in; `sign-in list` shows them".to_owned())
}

/// Reads `5s`, `10m`, `1h`, `500ms` and sequences of them.
fn duration(text: &str) -> Result<Duration, String> {
    let problem = || format!("`{text}` is not a duration such as 5s, 10m or 1h");
    let mut rest = text.trim();
    let mut sum = Duration::ZERO;
    if rest.is_empty() {
        return Err(problem());
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|each: char| each.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().map_err(|_| problem())?;
        rest = &rest[digits..];
        let letters = rest.len() - rest.trim_start_matches(|each: char| each.is_ascii_alphabetic()).len();
        let unit_ms: u64 = match &rest[..letters] {
            "ms" => 1,
            "s" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => return Err(problem()),
        };
        rest = rest[letters..].trim_start();
        sum = sum.saturating_add(Duration::from_millis(number.saturating_mul(unit_ms)));
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn durations_read_as_people_write_them() {
        let good = [
            ("5s", 5_000),
            ("10m", 600_000),
            ("1h", 3_600_000),
            ("1m30s", 90_000),
            ("1m 30s", 90_000),
            ("500ms", 500),
        ];
        for (text, millis) in good {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "5", "s", "five", "5 parsecs", "-5s"] {
            assert!(duration(text).unwrap_err().contains("such as 5s, 10m or 1h"), "{text}");
        }
    }
}
