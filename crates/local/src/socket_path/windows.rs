//! Windows: a named pipe. All users' pipes are in one folder, so the name contains the user and the login session.

use super::error::SocketPathError;
use super::profile::Profile;
use crate::windows_user::{login_session, user_sid};
use std::path::PathBuf;

/// The pipe's path, and the path beside which the agent's other files are: pipes have no files beside them.
pub(super) fn find(profile: &Profile) -> Result<(PathBuf, PathBuf), SocketPathError> {
    let no_user = |what: &str, error: &dyn std::fmt::Display| SocketPathError::NoUser {
        why: format!("Windows does not tell {what} ({error})"),
    };
    let user = user_sid().map_err(|error| no_user("which user this is", &error))?;
    let session = login_session().map_err(|error| no_user("which login session this is", &error))?;
    let dirs = directories::ProjectDirs::from("", "", "deskbell");
    let dirs = dirs.ok_or_else(|| no_user("where this user's files lie", &"no profile folder"))?;
    let pipe = format!(r"\\.\pipe\deskbell-{user}-{session}-{profile}");
    let files = dirs.data_local_dir().join("run").join(format!("{profile}-{session}"));
    Ok((pipe.into(), files))
}
