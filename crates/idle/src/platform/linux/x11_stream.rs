//! The X server's socket, with a limit on every wait.
//!
//! x11rb itself has no limit when it waits for room to write or for the answer to a request. While a connection is being
//! made, a separate thread waits, for at most [`DIAL_WITHIN`]; afterwards the caller is the agent's only thread, which
//! never blocks: [`super::x11::X11`] lets the runtime wait instead.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use x11rb::rust_connection::{DefaultStream, PollMode, Stream};
use x11rb::utils::RawFdContainer;

/// How long the X server may take for each answer while a connection is made; a server that swaps answers within seconds.
const DIAL_WITHIN: Duration = Duration::from_secs(30);

/// The socket.
pub(crate) struct PatientStream {
    socket: DefaultStream,
    /// Whether the calling thread may block.
    waits: AtomicBool,
}

impl PatientStream {
    /// A socket on which the calling thread may block for a limited time.
    pub(crate) fn new(socket: DefaultStream) -> Self {
        Self { socket, waits: AtomicBool::new(true) }
    }

    /// From now on no thread blocks: what would block returns [`ErrorKind::WouldBlock`].
    pub(crate) fn wait_no_more(&self) {
        self.waits.store(false, Ordering::Relaxed);
    }
}

impl AsFd for PatientStream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl Stream for PatientStream {
    fn poll(&self, mode: PollMode) -> Result<()> {
        let waits = self.waits.load(Ordering::Relaxed);
        let limit = if waits { DIAL_WITHIN } else { Duration::ZERO };
        let limit = Timespec { tv_sec: i64::try_from(limit.as_secs()).unwrap_or(i64::MAX), tv_nsec: 0 };
        let mut flags = PollFlags::empty();
        flags.set(PollFlags::IN, mode.readable());
        flags.set(PollFlags::OUT, mode.writable());
        let ready = loop {
            match poll(&mut [PollFd::new(self, flags)], Some(&limit)) {
                Err(rustix::io::Errno::INTR) => {}
                ready => break ready?,
            }
        };
        match (ready, waits) {
            (0, true) => Err(Error::new(ErrorKind::TimedOut, format!("no answer within {DIAL_WITHIN:?}"))),
            (0, false) => Err(ErrorKind::WouldBlock.into()),
            _ => Ok(()),
        }
    }

    fn read(&self, buffer: &mut [u8], descriptors: &mut Vec<RawFdContainer>) -> Result<usize> {
        self.socket.read(buffer, descriptors)
    }

    fn write(&self, bytes: &[u8], descriptors: &mut Vec<RawFdContainer>) -> Result<usize> {
        self.socket.write(bytes, descriptors)
    }

    fn write_vectored(&self, bytes: &[IoSlice<'_>], descriptors: &mut Vec<RawFdContainer>) -> Result<usize> {
        self.socket.write_vectored(bytes, descriptors)
    }
}
