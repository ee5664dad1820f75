//! Unix: a socket in the runtime folder, else in the state folder.

use super::error::{SOCKET_PATH_BYTES, SocketPathError};
use super::profile::Profile;
use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What the path depends on.
#[derive(Clone, Debug, Default)]
struct Env {
    runtime: Option<PathBuf>,
    state: Option<PathBuf>,
    session: Option<OsString>,
}

/// The socket's path, and the path beside which the agent's other files are: here they are the same.
pub(super) fn find(profile: &Profile) -> Result<(PathBuf, PathBuf), SocketPathError> {
    let dirs = directories::ProjectDirs::from("", "", "deskbell");
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let env = Env {
        runtime: runtime.filter(|folder| is_ours(folder)),
        state: dirs.map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned()),
        session: std::env::var_os("XDG_SESSION_ID"),
    };
    let socket = within(profile, &env)?;
    Ok((socket.clone(), socket))
}

fn within(profile: &Profile, env: &Env) -> Result<PathBuf, SocketPathError> {
    let folder = match (&env.runtime, &env.state) {
        (Some(runtime), _) => runtime.join("deskbell"),
        (None, Some(state)) => state.clone(),
        (None, None) => return Err(SocketPathError::NoFolder),
    };
    let name = match env.session.as_ref().map(|id| plain(&id.to_string_lossy())) {
        Some(session) if !session.is_empty() => format!("{profile}-{session}"),
        Some(_) | None => profile.to_string(),
    };
    let full = folder.join(format!("{name}.sock"));
    if full.as_os_str().len() <= SOCKET_PATH_BYTES {
        return Ok(full);
    }
    let short = folder.join(format!("{:016x}.sock", fnv1a(name.as_bytes())));
    if short.as_os_str().len() <= SOCKET_PATH_BYTES {
        return Ok(short);
    }
    Err(SocketPathError::TooLong { folder, bytes: short.as_os_str().len() })
}

/// After `su`, the variable still names the other user's folder.
fn is_ours(folder: &Path) -> bool {
    let us = rustix::process::geteuid().as_raw();
    std::fs::metadata(folder).is_ok_and(|meta| meta.is_dir() && meta.uid() == us)
}

fn plain(session: &str) -> String {
    session.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// FNV-1a: short, and the same in both programs and all versions.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket_path::{PROFILE_BYTES, SocketPath};

    fn around(runtime: Option<&str>, state: Option<&str>, session: Option<&str>) -> Env {
        Env {
            runtime: runtime.map(PathBuf::from),
            state: state.map(PathBuf::from),
            session: session.map(OsString::from),
        }
    }

    #[test]
    fn lies_in_the_runtime_folder_with_profile_and_session_in_its_name() {
        let profile = Profile::new("dana").unwrap();
        let socket_path = SocketPath::at(
            within(&profile, &around(Some("/run/user/7"), Some("/h/state"), Some("c2"))).unwrap(),
        );
        assert_eq!(socket_path.socket(), Path::new("/run/user/7/deskbell/dana-c2.sock"));
        assert_eq!(socket_path.lock(), Path::new("/run/user/7/deskbell/dana-c2.lock"));
    }

    #[test]
    fn lies_in_the_state_folder_where_there_is_no_runtime_folder() {
        let socket = within(&Profile::default(), &around(None, Some("/h/state/deskbell"), None)).unwrap();
        assert_eq!(socket, Path::new("/h/state/deskbell/default.sock"));
    }

    #[test]
    fn a_long_name_becomes_a_hash_that_tells_sessions_apart() {
        let folder = format!("/{}", "r".repeat(60));
        let profile = Profile::new(&"p".repeat(PROFILE_BYTES)).unwrap();
        let a = within(&profile, &around(Some(&folder), None, Some("1"))).unwrap();
        let b = within(&profile, &around(Some(&folder), None, Some("2"))).unwrap();
        assert!(a.as_os_str().len() <= SOCKET_PATH_BYTES);
        assert_ne!(a, b);
    }

    #[test]
    fn a_folder_that_is_too_deep_is_an_error_that_says_what_to_do() {
        let folder = format!("/{}", "r".repeat(120));
        let refused = within(&Profile::default(), &around(Some(&folder), None, None)).unwrap_err();
        assert!(refused.to_string().contains("Set XDG_RUNTIME_DIR to a shorter folder"), "{refused}");
        let none = within(&Profile::default(), &around(None, None, None)).unwrap_err();
        assert_eq!(none, SocketPathError::NoFolder);
    }
}
