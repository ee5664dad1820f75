//! The command line. The agent starts this program; a developer or a curious user may start it, too.

use clap::Parser;
use local::socket_path::{DEFAULT_PROFILE, Profile, SocketPath, SocketPathError};
use std::path::PathBuf;

/// The profile for `cargo tauri dev` and `cargo run`, so that they never use the installed app's.
const DEV_PROFILE: &str = "dev";

/// The window of Deskbell: portal and status. The agent `deskbell` starts it when a window is wanted.
#[derive(Debug, Parser)]
#[command(name = "deskbell-window", version)]
pub struct Args {
    /// Keeps settings, sign-in and web data of several people apart.
    #[arg(long, value_name = "NAME", default_value = default_profile())]
    pub profile: Profile,
    /// The agent's socket, if it is not at its usual place.
    #[arg(long, value_name = "PATH")]
    pub socket: Option<PathBuf>,
}

impl Args {
    /// The socket on which the agent listens.
    ///
    /// # Errors
    ///
    /// When there is no folder for a socket.
    pub fn socket_path(&self) -> Result<SocketPath, SocketPathError> {
        match &self.socket {
            Some(path) => Ok(SocketPath::at(path.clone())),
            None => SocketPath::find(&self.profile),
        }
    }
}

/// Cargo sets this variable for programs that it runs, and the Tauri command line runs ours through Cargo.
fn default_profile() -> &'static str {
    if std::env::var_os("CARGO_MANIFEST_DIR").is_some() { DEV_PROFILE } else { DEFAULT_PROFILE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_socket_that_it_is_given() {
        let args = Args::try_parse_from(["deskbell-window", "--profile", "dana", "--socket", "/run/x.sock"])
            .unwrap();
        assert_eq!(args.profile.as_str(), "dana");
        assert_eq!(args.socket_path().unwrap().socket(), std::path::Path::new("/run/x.sock"));
    }

    #[test]
    fn refuses_a_profile_that_would_leave_its_folder() {
        let refused = Args::try_parse_from(["deskbell-window", "--profile", "../x"]).unwrap_err();
        assert!(refused.to_string().contains("a-z, 0-9 and -"), "{refused}");
    }
}
