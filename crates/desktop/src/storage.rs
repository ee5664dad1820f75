//! Keeps settings and sign-in in files.
//!
//! The sign-in's token is in a file that only this user can read, not in the desktop's keychain: a program that can read the
//! user's files can use it until it is revoked. It is never logged.
//!
//! What cannot be kept waits to be tried again, and [`Store::problem`] says so in words meanwhile. A file that cannot be used is never written over: it stays as it is, and is set aside when there is something new to keep.

use crate::file::ReadError;
use crate::paths::Paths;
use crate::{file, words};
use agent::runner::Store;
use agent::settings::Settings;
use protocol::Token;
use std::io;
use std::path::{Path, PathBuf};

/// Longest token, in bytes: ours have 64.
const TOKEN_BYTES: usize = 512;

/// The files, and what is still to be done with them.
#[derive(Debug)]
pub(crate) struct Storage {
    paths: Paths,
    settings: Kept<Settings>,
    /// To keep, or (`None`) to remove.
    token: Kept<Option<Token>>,
    /// Where unusable settings were put, in words: told until the end of this run, since somebody has to look at them.
    aside: Option<String>,
}

/// What is to be kept in one file.
#[derive(Debug)]
struct Kept<T> {
    /// What could not be kept yet.
    waiting: Option<T>,
    /// What is wrong, in words.
    problem: Option<String>,
    /// The file cannot be used and is still there.
    is_unusable: bool,
}

impl<T> Kept<T> {
    fn new(problem: Option<String>) -> Self {
        Self { waiting: None, is_unusable: problem.is_some(), problem }
    }

    /// Sets a file aside that cannot be used, before something else takes its place. Gives where to.
    fn make_room(&mut self, path: &Path) -> io::Result<Option<PathBuf>> {
        let aside = match self.is_unusable.then(|| file::set_aside(path)) {
            None => None,
            // The user, who was told of it, has removed it.
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => None,
            Some(aside) => Some(aside?),
        };
        self.is_unusable = false;
        Ok(aside)
    }

    /// Notes that it is done, or that it is to be done again and why.
    fn done(&mut self, what: T, result: Result<(), String>) {
        (self.waiting, self.problem) = match result {
            Ok(()) => (None, None),
            Err(problem) => (Some(what), Some(problem)),
        };
    }
}

impl Storage {
    /// Reads what was kept: the settings, and the sign-in if there is one.
    pub(crate) fn open(paths: &Paths) -> (Self, Settings, Option<Token>) {
        let (settings, no_settings) = match settings(&paths.settings) {
            Ok(settings) => (settings, None),
            Err(problem) => (Settings::default(), Some(problem)),
        };
        let (token, no_token) = match token(&paths.token) {
            Ok(token) => (token, None),
            Err(problem) => (None, Some(problem)),
        };
        let storage = Self {
            paths: paths.clone(),
            settings: Kept::new(no_settings),
            token: Kept::new(no_token),
            aside: None,
        };
        (storage, settings, token)
    }
}

impl Store for Storage {
    fn save_settings(&mut self, settings: Settings) {
        let path = &self.paths.settings;
        let result = match self.settings.make_room(path) {
            Ok(aside) => {
                let said = aside.map(|aside| words::settings_set_aside(path, &aside));
                self.aside = said.or(self.aside.take());
                file::replace(path, settings.write().as_bytes())
            }
            Err(error) => Err(error),
        };
        let result = result.map_err(|error| words::not_kept(words::SETTINGS, path, &error));
        self.settings.done(settings, result);
    }

    fn save_token(&mut self, token: Token) {
        let path = &self.paths.token;
        let room = self.token.make_room(path);
        let result = room
            .and_then(|_| file::replace(path, token.0.as_bytes()))
            .map_err(|error| words::not_kept(words::SIGN_IN, path, &error));
        self.token.done(Some(token), result);
    }

    fn forget_token(&mut self) {
        let path = &self.paths.token;
        let result = match std::fs::remove_file(path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(words::not_removed(path, &error)),
        };
        self.token.done(None, result);
    }

    fn is_waiting(&self) -> bool {
        self.settings.waiting.is_some() || self.token.waiting.is_some()
    }

    fn try_again(&mut self) {
        match self.token.waiting.take() {
            Some(Some(token)) => self.save_token(token),
            Some(None) => self.forget_token(),
            None => {}
        }
        if let Some(settings) = self.settings.waiting.take() {
            self.save_settings(settings);
        }
    }

    fn problem(&self) -> Option<String> {
        let problems = [&self.settings.problem, &self.aside, &self.token.problem];
        let problems: Vec<&str> = problems.into_iter().flatten().map(String::as_str).collect();
        (!problems.is_empty()).then(|| problems.join(" "))
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
