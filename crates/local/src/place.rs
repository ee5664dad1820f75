//! Where the socket lies: in the runtime folder, else in the state folder; one for each profile and login session.
//!
//! Environment and folders in, one path out. Both ends call [`Place::find`], so the rule has one home. It opens nothing.

use std::ffi::OsString;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The profile that is used when none is named.
pub const DEFAULT_PROFILE: &str = "default";

/// Longest name of a profile, in bytes: it is part of file names and of the socket's path, which is short.
pub const PROFILE_BYTES: usize = 32;

/// Longest path of a socket, in bytes: `sun_path` holds 104 on macOS and 108 on Linux, one of them for the end.
pub const SOCKET_PATH_BYTES: usize = 103;

/// A profile's name: keeps settings, sign-in, socket and web data of several people or tests apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Profile(String);

impl Profile {
    /// Checks a name.
    ///
    /// # Errors
    ///
    /// When it could not be a part of a file name everywhere.
    pub fn new(name: &str) -> Result<Self, ProfileError> {
        let fits = (1..=PROFILE_BYTES).contains(&name.len());
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits && plain { Ok(Self(name.to_owned())) } else { Err(ProfileError) }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self(DEFAULT_PROFILE.to_owned())
    }
}

impl std::fmt::Display for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Profile {
    type Err = ProfileError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name)
    }
}

/// A name that no profile can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a profile's name has 1 to {PROFILE_BYTES} characters of a-z, 0-9 and -")]
pub struct ProfileError;

/// Where one agent's socket lies, and the lock that says whether it lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    socket: PathBuf,
}

/// What the place depends on.
#[derive(Clone, Debug, Default)]
struct Surroundings {
    runtime: Option<PathBuf>,
    state: Option<PathBuf>,
    session: Option<OsString>,
}

impl Place {
    /// The place for `profile` in this login session.
    ///
    /// # Errors
    ///
    /// When there is neither a runtime folder nor a home folder, or their path is too long for a socket.
    pub fn find(profile: &Profile) -> Result<Self, PlaceError> {
        let dirs = directories::ProjectDirs::from("", "", "deskbell");
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let surroundings = Surroundings {
            runtime: runtime.filter(|folder| is_ours(folder)),
            state: dirs.map(|dirs| dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_owned()),
            session: std::env::var_os("XDG_SESSION_ID"),
        };
        Self::within(profile, &surroundings)
    }

    /// The place of a socket whose path is known, for instance from a command line.
    #[must_use]
    pub fn at(socket: PathBuf) -> Self {
        Self { socket }
    }

    /// The socket.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// The folder that it lies in, only for this user.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.socket.parent().unwrap_or(Path::new("."))
    }

    /// The file whose lock a running agent holds.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.socket.with_extension("lock")
    }

    fn within(profile: &Profile, surroundings: &Surroundings) -> Result<Self, PlaceError> {
        let folder = match (&surroundings.runtime, &surroundings.state) {
            (Some(runtime), _) => runtime.join("deskbell"),
            (None, Some(state)) => state.clone(),
            (None, None) => return Err(PlaceError::NoFolder),
        };
        let name = match surroundings.session.as_ref().map(|id| plain(&id.to_string_lossy())) {
            Some(session) if !session.is_empty() => format!("{profile}-{session}"),
            Some(_) | None => profile.to_string(),
        };
        let full = folder.join(format!("{name}.sock"));
        if full.as_os_str().len() <= SOCKET_PATH_BYTES {
            return Ok(Self { socket: full });
        }
        let short = folder.join(format!("{:016x}.sock", fnv1a(name.as_bytes())));
        if short.as_os_str().len() <= SOCKET_PATH_BYTES {
            return Ok(Self { socket: short });
        }
        Err(PlaceError::TooLong { folder, bytes: short.as_os_str().len() })
    }
}

/// Why there is no place for a socket.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlaceError {
    /// Neither runtime nor home folder.
    #[error(
        "There is no folder for Deskbell's socket: neither XDG_RUNTIME_DIR nor HOME names one. Set one of them."
    )]
    NoFolder,
    /// The path does not fit a socket's address.
    #[error(
        "Deskbell's socket would have a path of {bytes} bytes, and the system allows {SOCKET_PATH_BYTES}. \
         Set XDG_RUNTIME_DIR to a shorter folder than {}.",
        folder.display()
    )]
    TooLong {
        /// Where it should have been.
        folder: PathBuf,
        /// The length of its shortest path.
        bytes: usize,
    },
}

/// After `su` the variable still names the other user's folder.
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

    fn around(runtime: Option<&str>, state: Option<&str>, session: Option<&str>) -> Surroundings {
        Surroundings {
            runtime: runtime.map(PathBuf::from),
            state: state.map(PathBuf::from),
            session: session.map(OsString::from),
        }
    }

    #[test]
    fn lies_in_the_runtime_folder_with_profile_and_session_in_its_name() {
        let profile = Profile::new("dana").unwrap();
        let place =
            Place::within(&profile, &around(Some("/run/user/7"), Some("/h/state"), Some("c2"))).unwrap();
        assert_eq!(place.socket(), Path::new("/run/user/7/deskbell/dana-c2.sock"));
        assert_eq!(place.lock(), Path::new("/run/user/7/deskbell/dana-c2.lock"));
    }

    #[test]
    fn lies_in_the_state_folder_where_there_is_no_runtime_folder() {
        let place =
            Place::within(&Profile::default(), &around(None, Some("/h/state/deskbell"), None)).unwrap();
        assert_eq!(place.socket(), Path::new("/h/state/deskbell/default.sock"));
    }

    #[test]
    fn a_long_name_becomes_a_hash_that_tells_sessions_apart() {
        let folder = format!("/{}", "r".repeat(60));
        let profile = Profile::new(&"p".repeat(PROFILE_BYTES)).unwrap();
        let a = Place::within(&profile, &around(Some(&folder), None, Some("1"))).unwrap();
        let b = Place::within(&profile, &around(Some(&folder), None, Some("2"))).unwrap();
        assert!(a.socket().as_os_str().len() <= SOCKET_PATH_BYTES);
        assert_ne!(a, b);
    }

    #[test]
    fn a_folder_that_is_too_deep_is_an_error_that_says_what_to_do() {
        let folder = format!("/{}", "r".repeat(120));
        let refused = Place::within(&Profile::default(), &around(Some(&folder), None, None)).unwrap_err();
        assert!(refused.to_string().contains("Set XDG_RUNTIME_DIR to a shorter folder"), "{refused}");
        let none = Place::within(&Profile::default(), &around(None, None, None)).unwrap_err();
        assert_eq!(none, PlaceError::NoFolder);
    }

    #[test]
    fn names_that_could_leave_the_folder_are_no_profiles() {
        for name in ["", "..", "a/b", "Dana", "a b", &"p".repeat(PROFILE_BYTES + 1)] {
            assert_eq!(Profile::new(name), Err(ProfileError), "{name:?}");
        }
    }
}
