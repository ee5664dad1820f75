//! The place that a running agent holds: the lock that says that it lives, and the pipe.

use super::listener::Listener;
use crate::bind_error::BindError;
use crate::place::Place;
use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The place, while this process holds it.
#[derive(Debug)]
pub(crate) struct Seat {
    place: Place,
    /// `None` once the place is free for another agent.
    lock: Mutex<Option<File>>,
}

impl Seat {
    /// Takes the place; an agent that has died left nothing that would be in the way.
    ///
    /// # Errors
    ///
    /// See [`BindError`].
    pub(crate) fn take(place: Place) -> Result<(Self, Listener), BindError> {
        // It lies in the user's profile, whose access rules it inherits.
        std::fs::create_dir_all(place.folder()).map_err(failed(place.folder()))?;
        let path = place.lock();
        let opened = File::options().create(true).truncate(false).write(true).open(&path);
        let lock = opened.map_err(failed(&path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BindError::AlreadyRunning),
            Err(TryLockError::Error(error)) => return Err(BindError::Io { path, error }),
        }
        let listener = Listener::open(place.socket()).map_err(failed(place.socket()))?;
        Ok((Self { place, lock: Mutex::new(Some(lock)) }, listener))
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// Frees the place for another agent.
    pub(crate) fn free(&self) {
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> BindError {
    let path = path.to_owned();
    move |error| BindError::Io { path, error }
}

/// Has nothing to guard: a pipe is no file that somebody could remove.
pub(crate) struct Guard;

impl Guard {
    pub(crate) fn new(_: Arc<Seat>) -> Self {
        Self
    }

    /// Never ends.
    pub(crate) async fn taken_again(&mut self) -> Listener {
        std::future::pending().await
    }
}
