//! Keeps settings and sign-in in files.
//!
//! The sign-in's token lies in a file that only this user can read, not in the desktop's keychain: whoever can read the
//! user's files can use it until it is revoked. It is never logged.
//!
//! What cannot be kept is tried again each [`TRY_AGAIN`], and [`Storage::lack`] says so in words meanwhile. A file that cannot
//! be used is never written over: it stays as it is, and is set aside when there is something new to keep.

use crate::file::ReadError;
use crate::paths::Paths;
use crate::{file, words};
use agent::settings::Settings;
use protocol::Token;
use std::io;
use std::path::Path;
use std::time::Duration;

/// How long after a failure the same is tried again: a full disk is rarely empty sooner.
pub(crate) const TRY_AGAIN: Duration = Duration::from_secs(60);

/// Longest token, in bytes: ours have 64.
const TOKEN_BYTES: usize = 512;

/// The files, and what is still to be done with them.
#[derive(Debug)]
pub(crate) struct Storage {
    paths: Paths,
    settings: Kept<Settings>,
    /// To keep, or (`None`) to remove.
    token: Kept<Option<Token>>,
    /// The settings file cannot be used and lies there still.
    is_unusable: bool,
    /// Where it was put, in words: told until the end of this run, since somebody has to look at it.
    aside: Option<String>,
}

/// What is to be kept in one file.
#[derive(Debug)]
struct Kept<T> {
    /// What could not be kept yet.
    waiting: Option<T>,
    /// What is wrong, in words.
    lack: Option<String>,
}

impl<T> Kept<T> {
    fn new(lack: Option<String>) -> Self {
        Self { waiting: None, lack }
    }

    /// Does it, or notes that it is to be done again and why.
    fn done(&mut self, what: T, result: Result<(), String>) {
        match result {
            Ok(()) => *self = Self::new(None),
            Err(lack) => *self = Self { waiting: Some(what), lack: Some(lack) },
        }
    }
}

impl Storage {
    /// Reads what was kept: the settings, and the sign-in if there is one.
    pub(crate) fn open(paths: &Paths) -> (Self, Settings, Option<Token>) {
        let (settings, no_settings) = match settings(&paths.settings) {
            Ok(settings) => (settings, None),
            Err(lack) => (Settings::default(), Some(lack)),
        };
        let (token, no_token) = match token(&paths.token) {
            Ok(token) => (token, None),
            Err(lack) => (None, Some(lack)),
        };
        let storage = Self {
            paths: paths.clone(),
            is_unusable: no_settings.is_some(),
            settings: Kept::new(no_settings),
            token: Kept::new(no_token),
            aside: None,
        };
        (storage, settings, token)
    }

    /// Keeps the settings.
    pub(crate) fn save_settings(&mut self, settings: Settings) {
        let path = &self.paths.settings;
        let room = match self.is_unusable.then(|| file::set_aside(path)) {
            None => Ok(()),
            Some(Ok(aside)) => {
                self.is_unusable = false;
                self.aside = Some(words::settings_set_aside(path, &aside));
                Ok(())
            }
            Some(Err(error)) => Err(error),
        };
        let result = room
            .and_then(|()| file::replace(path, settings.write().as_bytes()))
            .map_err(|error| words::not_kept(words::SETTINGS, path, &error));
        self.settings.done(settings, result);
    }

    /// Keeps the sign-in.
    pub(crate) fn save_token(&mut self, token: Token) {
        let path = &self.paths.token;
        let result = file::replace(path, token.0.as_bytes())
            .map_err(|error| words::not_kept(words::SIGN_IN, path, &error));
        self.token.done(Some(token), result);
    }

    /// Forgets the sign-in.
    pub(crate) fn forget_token(&mut self) {
        let path = &self.paths.token;
        let result = match std::fs::remove_file(path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(words::not_removed(path, &error)),
        };
        self.token.done(None, result);
    }

    /// Whether something waits to be done again.
    pub(crate) fn is_waiting(&self) -> bool {
        self.settings.waiting.is_some() || self.token.waiting.is_some()
    }

    /// Does again what could not be done.
    pub(crate) fn try_again(&mut self) {
        match self.token.waiting.take() {
            Some(Some(token)) => self.save_token(token),
            Some(None) => self.forget_token(),
            None => {}
        }
        if let Some(settings) = self.settings.waiting.take() {
            self.save_settings(settings);
        }
    }

    /// What is wrong with the files, in words.
    pub(crate) fn lack(&self) -> Option<String> {
        let lacks = [&self.settings.lack, &self.aside, &self.token.lack];
        let lacks: Vec<&str> = lacks.into_iter().flatten().map(String::as_str).collect();
        (!lacks.is_empty()).then(|| lacks.join(" "))
    }
}

fn settings(path: &Path) -> Result<Settings, String> {
    match file::read(path) {
        Ok(None) => Ok(Settings::default()),
        Ok(Some(text)) => {
            Settings::read(&text).map_err(|error| words::settings_unusable(path, &error.to_string()))
        }
        Err(ReadError::Io(error)) => Err(words::not_read(words::SETTINGS, path, &error)),
        Err(error @ (ReadError::TooLarge | ReadError::NotText)) => {
            Err(words::settings_unusable(path, &error.to_string()))
        }
    }
}

fn token(path: &Path) -> Result<Option<Token>, String> {
    match file::read(path) {
        Ok(None) => Ok(None),
        Ok(Some(text)) => {
            let token = text.trim();
            let is_token =
                (1..=TOKEN_BYTES).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_graphic());
            if is_token { Ok(Some(Token(token.to_owned()))) } else { Err(words::sign_in_damaged(path)) }
        }
        Err(ReadError::Io(error)) => Err(words::not_read(words::SIGN_IN, path, &error)),
        Err(ReadError::TooLarge | ReadError::NotText) => Err(words::sign_in_damaged(path)),
    }
}

#[cfg(test)]
#[path = "storage/tests.rs"]
mod tests;
