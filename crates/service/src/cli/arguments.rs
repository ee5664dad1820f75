//! The arguments of `deskbell-service`, as `--help` shows them.

use crate::log::LogFormat;
use crate::settings;
use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use jiff::SpanRelativeTo;
use jiff::fmt::friendly::SpanParser;
use presence::Role;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

const FIRST_STEPS: &str = "\
First steps:
  deskbell-service serve --data /var/lib/deskbell
  deskbell-service org add --data /var/lib/deskbell \"Acme IT\"
  deskbell-service person add --data /var/lib/deskbell --role technician --name \"Priya Shah\"";

/// The live chat service of Deskbell.
#[derive(Debug, Parser)]
#[command(name = "deskbell-service", version, after_help = FIRST_STEPS)]
pub struct Arguments {
    /// The folder of the database; if left out, the settings file's, else `deskbell/service` in the user's data folder.
    #[arg(long, global = true, value_name = "DIR", display_order = 100, value_parser = settings::check_folder)]
    pub(super) data: Option<PathBuf>,
    /// The settings file; if left out, `deskbell/deskbell-service.toml` in the user's configuration folder if it exists, else `/etc/deskbell/service.toml` unless --data is given.
    #[arg(long, global = true, value_name = "FILE", display_order = 101)]
    pub(super) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Runs the service until SIGTERM, SIGHUP or Ctrl-C.
    Serve(Serve),
    /// People of an organisation.
    #[command(subcommand)]
    Person(PersonVerb),
    /// One-time links that nobody has used yet.
    #[command(subcommand)]
    Link(LinkVerb),
    /// Sign-ins: each app or browser that somebody signed in.
    #[command(subcommand)]
    SignIn(SignInVerb),
    /// Organisations, and what they set.
    #[command(subcommand)]
    Org(OrgVerb),
    /// Companies: the customers of an organisation.
    #[command(subcommand)]
    Company(CompanyVerb),
    /// Canned replies of an organisation, which its technicians choose while they write.
    #[command(subcommand)]
    Reply(ReplyVerb),
    /// Copies the database into a new file, also while the service runs.
    Backup {
        /// The file to make.
        file: PathBuf,
    },
    /// Puts a backup in the database's place while no service runs, and keeps the former database beside it.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Ends all sign-ins and links in the backup, so that people who were suspended or removed since stay signed out.
        #[arg(long)]
        sign_everybody_out: bool,
    },
    /// Reads all of the database and says whether it is whole, also while the service runs.
    Check,
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address and port to listen on, 127.0.0.1:8470 if left out; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", value_parser = settings::check_listen)]
    pub(super) listen: Option<SocketAddr>,
    /// Where people reach the service, such as https://chat.example.
    #[arg(long, value_name = "URL", value_parser = settings::check_address)]
    pub(super) public_address: Option<String>,
    /// Allows listening beyond this machine without TLS, because a proxy in front of the service provides it.
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

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Technician => Self::Technician,
            RoleName::Client => Self::Client,
        }
    }
}

/// The organisation that a command applies to.
#[derive(Debug, Args)]
pub(super) struct OfOrg {
    /// The organisation, by name or id; may be left out where there is one.
    #[arg(long)]
    pub(super) org: Option<String>,
}

/// The person that a command applies to.
#[derive(Debug, Args)]
pub(super) struct ThePerson {
    #[command(flatten)]
    pub(super) of: OfOrg,
    /// Their name, or their id as `person list --json` shows it.
    #[arg(long)]
    pub(super) name: String,
    /// Their company, where several people have this name.
    #[arg(long)]
    pub(super) company: Option<String>,
}

/// What a list shows, and in which format.
#[derive(Debug, Args)]
pub(super) struct Listed {
    /// Of this organisation only.
    #[arg(long)]
    pub(super) org: Option<String>,
    /// As JSON.
    #[arg(long)]
    pub(super) json: bool,
}

/// What a list of things that belong to people shows, and in which format.
#[derive(Debug, Args)]
pub(super) struct ListedOf {
    #[command(flatten)]
    pub(super) listed: Listed,
    /// Of people of this name only.
    #[arg(long)]
    pub(super) name: Option<String>,
}

/// One thing by its id, or all that belong to a person.
#[derive(Debug, Args)]
pub(super) struct OneOrAllOf {
    /// Which, as the list shows it.
    #[arg(value_parser = id, required_unless_present = "person", conflicts_with = "person")]
    pub(super) id: Option<Uuid>,
    /// End all that belong to this person instead (name or id).
    #[arg(long, value_name = "NAME")]
    pub(super) person: Option<String>,
    /// The person's organisation; may be left out where there is one.
    #[arg(long, requires = "person")]
    pub(super) org: Option<String>,
    /// The person's company, where several people have this name.
    #[arg(long, requires = "person")]
    pub(super) company: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum PersonVerb {
    /// Adds a person and prints their one-time sign-in link.
    Add {
        #[command(flatten)]
        of: OfOrg,
        /// What they are.
        #[arg(long)]
        role: RoleName,
        /// Their name, as others read it.
        #[arg(long)]
        name: String,
        /// The customer that a client belongs to.
        #[arg(long)]
        company: Option<String>,
        /// Makes the organisation and the company if they are not there.
        #[arg(long)]
        new: bool,
    },
    /// Prints a new one-time sign-in link for a person; earlier ones that were not used end.
    Link(ThePerson),
    /// Lists people.
    List(Listed),
    /// Shows a person, their sign-ins and their links.
    Show {
        #[command(flatten)]
        who: ThePerson,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Gives a person another name.
    Rename {
        #[command(flatten)]
        who: ThePerson,
        /// The new name.
        #[arg(long)]
        to: String,
    },
    /// Signs a person out everywhere and lets nobody sign in as them until `person resume`.
    Suspend(ThePerson),
    /// Lets a person who was suspended in again, and prints their one-time sign-in link.
    Resume(ThePerson),
    /// Takes a person out for good. What they wrote stays under their name.
    Remove(ThePerson),
}

#[derive(Debug, Subcommand)]
pub(super) enum LinkVerb {
    /// Lists links that can still sign somebody in.
    List(ListedOf),
    /// Ends one link, or all links of one person.
    #[command(override_usage = "deskbell-service link revoke [OPTIONS] <ID>\n       \
                                deskbell-service link revoke [OPTIONS] --person <NAME>")]
    Revoke(OneOrAllOf),
}

#[derive(Debug, Subcommand)]
pub(super) enum SignInVerb {
    /// Lists sign-ins.
    List(ListedOf),
    /// Ends one sign-in, or all sign-ins of one person. The devices are signed out at once.
    #[command(override_usage = "deskbell-service sign-in revoke [OPTIONS] <ID>\n       \
                                deskbell-service sign-in revoke [OPTIONS] --person <NAME>")]
    Revoke(OneOrAllOf),
}

#[derive(Debug, Subcommand)]
pub(super) enum OrgVerb {
    /// Lists organisations.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Adds an organisation.
    Add {
        /// Its name.
        name: String,
    },
    /// Gives an organisation another name.
    Rename {
        /// Its name, or its id as `org list --json` shows it.
        name: String,
        /// The new name.
        #[arg(long)]
        to: String,
    },
    /// Changes a setting of an organisation.
    #[command(subcommand)]
    Set(Setting),
}

#[derive(Debug, Subcommand)]
pub(super) enum CompanyVerb {
    /// Lists companies.
    List(Listed),
    /// Adds a company.
    Add {
        /// Its name.
        name: String,
        #[command(flatten)]
        of: OfOrg,
    },
    /// Gives a company another name.
    Rename {
        /// Its name.
        name: String,
        /// The new name.
        #[arg(long)]
        to: String,
        #[command(flatten)]
        of: OfOrg,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ReplyVerb {
    /// Lists canned replies.
    List(Listed),
    /// Adds a canned reply.
    Add {
        /// Its name, which technicians type to find it: up to 40 characters.
        name: String,
        /// What it says: up to 2,000 characters, or - to read them from standard input.
        text: String,
        #[command(flatten)]
        of: OfOrg,
    },
    /// Changes the name or the text of a canned reply.
    #[command(group(ArgGroup::new("change").args(["to", "text"]).required(true).multiple(true)))]
    Change {
        /// Its name, or its id as `reply list --json` shows it.
        name: String,
        /// The new name.
        #[arg(long, value_name = "NAME")]
        to: Option<String>,
        /// The new text, or - to read it from standard input.
        #[arg(long)]
        text: Option<String>,
        #[command(flatten)]
        of: OfOrg,
    },
    /// Removes a canned reply. What was sent with it stays.
    Remove {
        /// Its name, or its id as `reply list --json` shows it.
        name: String,
        #[command(flatten)]
        of: OfOrg,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Setting {
    /// After how long without input a device is idle: 5s to 60m.
    IdleAfter {
        /// How long, such as 5s, 10m, 1h or 30d.
        #[arg(value_parser = duration)]
        idle_after: Duration,
        #[command(flatten)]
        of: OfOrg,
    },
    /// For how long completed chats are kept before the service deletes them with their messages: 1d to 3650d.
    KeepChats {
        /// How long, such as 90d.
        #[arg(value_parser = duration)]
        keep_for: Duration,
        #[command(flatten)]
        of: OfOrg,
    },
    /// After how long abandoned chats and callbacks that nobody has completed are completed by the service: 1h to 365d.
    CompleteAfter {
        /// How long, such as 12h or 30d.
        #[arg(value_parser = duration)]
        complete_after: Duration,
        #[command(flatten)]
        of: OfOrg,
    },
    /// How much room the files in chats may take together: up to 1024TiB; 0 turns files off.
    FilesQuota {
        /// How much, such as 500MiB or 2GiB.
        #[arg(value_parser = size)]
        bytes: u64,
        #[command(flatten)]
        of: OfOrg,
    },
    /// Whether people see that others are writing.
    Typing {
        /// On or off.
        is: Switch,
        #[command(flatten)]
        of: OfOrg,
    },
    /// Whether people see how far others have read.
    ReadMarks {
        /// On or off.
        is: Switch,
        #[command(flatten)]
        of: OfOrg,
    },
    /// Where the organisation's own system shows the ticket that a chat refers to: the reference becomes a link for technicians.
    TicketAddress {
        /// Such as <https://desk.example.com/tickets/{reference}>; `none` removes it.
        template: String,
        #[command(flatten)]
        of: OfOrg,
    },
    /// Where the organisation has a portal of its own: the app opens it in the system's browser instead of the service's portal.
    PortalAddress {
        /// For whom.
        role: RoleName,
        /// Such as <https://help.example.com/chats/{session}>; `none` removes it.
        template: String,
        #[command(flatten)]
        of: OfOrg,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Switch {
    On,
    Off,
}

/// Units of sizes, and how many bytes each has. What disks are sold in counts, too.
const SIZES: [(&str, u64); 12] = [
    ("", 1),
    ("b", 1),
    ("k", 1 << 10),
    ("kb", 1_000),
    ("kib", 1 << 10),
    ("m", 1 << 20),
    ("mb", 1_000_000),
    ("mib", 1 << 20),
    ("g", 1 << 30),
    ("gb", 1_000_000_000),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
];

/// Reads a size as people write it: `0`, `500 MB`, `2GiB`. A bare number is refused unless it is 0: it could mean anything.
fn size(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let unit = text.find(|each: char| !each.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit);
    let (number, unit) = (number.parse::<u64>().ok(), unit.trim().to_ascii_lowercase());
    let factor = SIZES.iter().find(|(name, _)| *name == unit).map(|(_, bytes)| *bytes);
    number
        .filter(|number| *number == 0 || !unit.is_empty())
        .and_then(|number| number.checked_mul(factor?))
        .ok_or_else(|| format!("`{text}` is not a size such as 500MiB or 2GiB, or 0 for no files"))
}

fn id(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| "this is not an id; `link list` and `sign-in list` show them".to_owned())
}

/// Reads what people write: `5s`, `1h 30m`, `30 days`.
fn duration(text: &str) -> Result<Duration, String> {
    span(text)
        .or_else(|| in_any_order(text))
        .ok_or_else(|| format!("`{text}` is not a duration such as 5s, 10m, 1h or 30d"))
}

/// jiff takes units from the largest down; `30m 1h` has always been accepted too.
fn in_any_order(text: &str) -> Option<Duration> {
    let unit = text.find(char::is_alphabetic)?;
    let Some(next) = text[unit..].find(|each: char| each.is_ascii_digit()) else { return span(text) };
    let (first, rest) = text.split_at(unit + next);
    span(first)?.checked_add(in_any_order(rest)?)
}

/// A day has 24 hours.
fn span(text: &str) -> Option<Duration> {
    let span = SpanParser::new().parse_span(text.trim()).ok()?;
    Duration::try_from(span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?).ok()
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
    fn sizes_read_as_people_write_them() {
        for (text, bytes) in
            [("0", 0), ("2GiB", 2 << 30), ("500 MB", 500_000_000), ("1g", 1 << 30), (" 10mib ", 10 << 20)]
        {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in
            ["", "5", "GiB", "-1GiB", "1.5GiB", "2 parsecs", "99999999999999TiB", "99999999999999999999999GB"]
        {
            assert!(size(text).unwrap_err().contains("such as 500MiB or 2GiB"), "{text}");
        }
    }

    #[test]
    fn durations_read_as_people_write_them() {
        let good = [
            ("5s", 5_000),
            ("10m", 600_000),
            ("1h", 3_600_000),
            ("30d", 2_592_000_000),
            ("1m30s", 90_000),
            ("1m 30s", 90_000),
            ("500ms", 500),
            ("10min", 600_000),
            (" 2h", 7_200_000),
            ("30s 1m", 90_000),
            ("1m1m", 120_000),
            ("1d12h", 129_600_000),
            ("1 hour, 30 minutes", 5_400_000),
            ("2 weeks", 1_209_600_000),
            ("1.5h", 5_400_000),
        ];
        for (text, millis) in good {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in
            ["", "5", "s", "five", "5 parsecs", "-5s", "5s ago", "1h30", "1 month", "99999999999999999999d"]
        {
            assert!(duration(text).unwrap_err().contains("such as 5s, 10m, 1h or 30d"), "{text}");
        }
    }
}
