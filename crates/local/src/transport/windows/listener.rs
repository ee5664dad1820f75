//! Accepts connections of this user's programs.

use super::access::Access;
use std::io;
use std::path::{Path, PathBuf};
use tokio::net::windows::named_pipe::NamedPipeServer;

/// The open pipe: one instance waits for the next connection at any time.
#[derive(Debug)]
pub(crate) struct Listener {
    pipe: PathBuf,
    access: Access,
    next: NamedPipeServer,
}

impl Listener {
    /// Opens the pipe.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn open(pipe: &Path) -> io::Result<Self> {
        let access = Access::only_us()?;
        let next = access.open(pipe, true)?;
        Ok(Self { pipe: pipe.to_owned(), access, next })
    }

    /// The next connection; never `None`, since the system itself refuses other users. Cancel safe.
    pub(crate) async fn accept(&mut self) -> io::Result<Option<NamedPipeServer>> {
        self.next.connect().await?;
        let next = self.access.open(&self.pipe, false)?;
        Ok(Some(std::mem::replace(&mut self.next, next)))
    }
}
