//! Notices when the socket's file is removed, and restores it.
//!
//! On Linux the kernel reports it, so nothing polls; on other systems the files are checked once a minute.

use super::claim::Claim;
use super::listener::Listener;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Pause before trying again after the socket could not be restored: the folder may be gone permanently, as after a logout.
const TRY_AGAIN: Duration = Duration::from_secs(10);

/// How often the files are checked on systems that do not report a removal: as long as a user may have to wait for
/// `deskbell status` to work again.
#[cfg(not(target_os = "linux"))]
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// Guards the files behind a claim.
pub(crate) struct Guard {
    claim: Arc<Claim>,
    folder: Option<Folder>,
    /// When to check without a report.
    look_at: Option<Instant>,
    /// Whether it was already logged that the socket cannot be restored.
    said: bool,
}

impl Guard {
    pub(crate) fn new(claim: Arc<Claim>) -> Self {
        Self { claim, folder: None, look_at: Some(Instant::now()), said: false }
    }

    /// Waits until the socket had to be restored, and was. Cancel safe.
    pub(crate) async fn restored(&mut self) -> Listener {
        loop {
            self.until_change().await;
            self.look_at = None;
            if self.folder.is_none() {
                self.watch();
            }
            if self.claim.is_intact() {
                continue;
            }
            // The watched folder may be the one that was removed.
            self.folder = None;
            match self.claim.restore() {
                // The server is ending, so this ends too.
                Ok(None) => {}
                Ok(Some(listener)) => {
                    tracing::warn!("the local socket had been removed and was made again");
                    self.said = false;
                    self.look_at = Some(Instant::now());
                    return listener;
                }
                Err(error) => {
                    if !std::mem::replace(&mut self.said, true) {
                        tracing::error!(%error, "the local socket was removed and cannot be made again yet");
                    }
                    self.look_at = Some(Instant::now() + TRY_AGAIN);
                }
            }
        }
    }

    fn watch(&mut self) {
        match Folder::watch(self.claim.socket_path().folder()) {
            Ok(folder) => self.folder = Some(folder),
            Err(error) => {
                tracing::warn!(%error, "a removal of the local socket would not be noticed at once");
                self.look_at = Some(Instant::now() + TRY_AGAIN);
            }
        }
    }

    async fn until_change(&mut self) {
        let look_at = self.look_at;
        let due = async {
            match look_at {
                Some(at) => sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let changed = async {
            match &mut self.folder {
                Some(folder) => folder.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            changed = changed => if let Err(error) = changed {
                tracing::warn!(%error, "the local socket's folder cannot be watched");
                self.folder = None;
                self.look_at = Some(Instant::now() + TRY_AGAIN);
            }
        }
    }
}

/// A folder that the kernel watches for removed files.
#[cfg(target_os = "linux")]
struct Folder(tokio::io::unix::AsyncFd<rustix::fd::OwnedFd>);

#[cfg(target_os = "linux")]
impl Folder {
    fn watch(path: &Path) -> io::Result<Self> {
        use rustix::fs::inotify::{self, CreateFlags, WatchFlags};
        let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        let removals =
            WatchFlags::DELETE | WatchFlags::MOVED_FROM | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF;
        inotify::add_watch(&inotify, path, removals | WatchFlags::ONLYDIR)?;
        #[expect(
            deprecated,
            reason = "the descriptor is owned, and closed with it; the new way needs unsafe code"
        )]
        let inotify = tokio::io::unix::AsyncFd::new(inotify)?;
        Ok(Self(inotify))
    }

    /// Waits until something in the folder, or the folder itself, was removed. Cancel safe.
    async fn changed(&mut self) -> io::Result<()> {
        // The caller looks up what exactly was removed, so the events themselves are discarded.
        let mut events = [0; 4096];
        loop {
            let mut ready = self.0.readable().await?;
            let read = ready.try_io(|folder| Ok(rustix::io::read(folder.get_ref(), &mut events[..])?));
            if let Ok(read) = read {
                return read.map(drop);
            }
        }
    }
}

/// A folder that is checked from time to time.
#[cfg(not(target_os = "linux"))]
struct Folder;

#[cfg(not(target_os = "linux"))]
impl Folder {
    fn watch(_path: &Path) -> io::Result<Self> {
        Ok(Self)
    }

    async fn changed(&mut self) -> io::Result<()> {
        tokio::time::sleep(LOOK_EVERY).await;
        Ok(())
    }
}
