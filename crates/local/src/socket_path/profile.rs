//! A profile's name.

use thiserror::Error;

/// The default profile.
pub const DEFAULT_PROFILE: &str = "default";

/// Longest name of a profile, in bytes: it is part of file names and of the socket's path, which is short.
pub const PROFILE_BYTES: usize = 32;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_the_folder_are_no_profiles() {
        for name in ["", "..", "a/b", "Dana", "a b", &"p".repeat(PROFILE_BYTES + 1)] {
            assert_eq!(Profile::new(name), Err(ProfileError), "{name:?}");
        }
    }
}
