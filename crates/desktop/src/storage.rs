//! Keeps settings and sign-in in files.
//!
//! The sign-in's token lies in a file that only this user can read, not in the desktop's keychain: whoever can read the
//! user's files can use it until it is revoked. It is never logged.

use crate::paths::Paths;
use crate::{file, words};
use agent::settings::Settings;
use protocol::Token;
use std::io;

/// The files, and whether they may be written.
#[derive(Debug)]
pub(crate) struct Storage {
    paths: Paths,
    /// A settings file that cannot be used is left to whoever wrote it.
    settings_are_ours: bool,
}

/// What was kept.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) settings: Settings,
    pub(crate) token: Option<Token>,
    /// What could not be read, in words.
    pub(crate) lack: Option<String>,
}

impl Storage {
    /// Reads what was kept.
    pub(crate) fn open(paths: &Paths) -> (Self, Kept) {
        let mut lack = None;
        let settings = match file::read(&paths.settings) {
            Ok(None) => Some(Settings::default()),
            Ok(Some(text)) => match Settings::read(&text) {
                Ok(settings) => Some(settings),
                Err(error) => {
                    lack = Some(words::settings_unusable(&paths.settings, &error.to_string()));
                    None
                }
            },
            Err(error) => {
                lack = Some(words::not_read(words::SETTINGS, &paths.settings, &error));
                None
            }
        };
        let token = file::read(&paths.token).unwrap_or_else(|error| {
            lack.get_or_insert(words::not_read(words::SIGN_IN, &paths.token, &error));
            None
        });
        let storage = Self { paths: paths.clone(), settings_are_ours: settings.is_some() };
        let token = token.map(|text| Token(text.trim().to_owned())).filter(|token| !token.0.is_empty());
        (storage, Kept { settings: settings.unwrap_or_default(), token, lack })
    }

    /// Keeps the settings, unless the file is one that cannot be used.
    ///
    /// # Errors
    ///
    /// In words.
    pub(crate) fn save_settings(&self, settings: &Settings) -> Result<(), String> {
        if !self.settings_are_ours {
            return Ok(());
        }
        file::replace(&self.paths.settings, settings.write().as_bytes())
            .map_err(|error| words::not_kept(words::SETTINGS, &self.paths.settings, &error))
    }

    /// Keeps the sign-in.
    ///
    /// # Errors
    ///
    /// In words.
    pub(crate) fn save_token(&self, token: &Token) -> Result<(), String> {
        file::replace(&self.paths.token, token.0.as_bytes())
            .map_err(|error| words::not_kept(words::SIGN_IN, &self.paths.token, &error))
    }

    /// Forgets the sign-in.
    ///
    /// # Errors
    ///
    /// In words.
    pub(crate) fn forget_token(&self) -> Result<(), String> {
        match std::fs::remove_file(&self.paths.token) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(words::not_kept(words::SIGN_IN, &self.paths.token, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use local::place::Place;
    use std::path::Path;

    fn paths(dir: &Path) -> Paths {
        Paths {
            settings: dir.join("config/settings.toml"),
            token: dir.join("data/token"),
            toast_picture: dir.join("data/toast.png"),
            log: dir.join("log"),
            place: Place::at(dir.join("socket")),
            toasts: dir.join("toasts"),
        }
    }

    #[test]
    fn what_is_kept_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let (storage, kept) = Storage::open(&paths(dir.path()));
        assert_eq!((kept.settings, kept.token.is_none(), kept.lack), (Settings::default(), true, None));
        let settings = Settings { closing_explained: true, ..Settings::default() };
        storage.save_settings(&settings).unwrap();
        storage.save_token(&Token("abc".into())).unwrap();
        let (storage, kept) = Storage::open(&paths(dir.path()));
        assert_eq!((kept.settings, kept.token, kept.lack), (settings, Some(Token("abc".into())), None));
        storage.forget_token().unwrap();
        storage.forget_token().unwrap();
        assert!(Storage::open(&paths(dir.path())).1.token.is_none());
    }

    #[test]
    fn a_bad_settings_file_is_explained_and_left_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        let bad = "closing_explained = true\nadress = \"x\"\n";
        file::replace(&paths.settings, bad.as_bytes()).unwrap();
        let (storage, kept) = Storage::open(&paths);
        let lack = kept.lack.expect("it is explained");
        assert!(lack.contains("line 2") && lack.contains("settings.toml"), "{lack}");
        storage.save_settings(&Settings::default()).unwrap();
        assert_eq!(std::fs::read_to_string(&paths.settings).unwrap(), bad);
    }
}
