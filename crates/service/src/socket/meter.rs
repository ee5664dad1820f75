//! Counts the bytes that a connection sends, beneath the WebSocket: the layers above never see fragments or incomplete messages. A
//! connection that sends more than its messages need is no longer read, and the task that serves it is told.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

/// Bytes of the longest head of a frame that a client sends.
const HEAD_BYTES: u64 = 14;

/// What one connection has sent, and how much it may.
#[derive(Debug)]
pub(crate) struct Meter {
    read: AtomicU64,
    /// Bytes that its complete messages account for.
    explained: AtomicU64,
    /// How much more may have been read, for the message in progress.
    unexplained_max: AtomicU64,
    flooded: Notify,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            read: AtomicU64::new(0),
            explained: AtomicU64::new(0),
            // HTTP has its own limits.
            unexplained_max: AtomicU64::new(u64::MAX),
            flooded: Notify::new(),
        }
    }
}

impl Meter {
    /// From now on, allows this many bytes beyond complete messages.
    pub(crate) fn allow(&self, unexplained_bytes: u64) {
        self.explained.store(self.read.load(Ordering::Relaxed), Ordering::Relaxed);
        self.unexplained_max.store(unexplained_bytes, Ordering::Relaxed);
    }

    /// A complete message of this many bytes has arrived.
    pub(crate) fn message(&self, bytes: usize) {
        let read = self.read.load(Ordering::Relaxed);
        let explained = self.explained.load(Ordering::Relaxed) + bytes as u64 + HEAD_BYTES;
        // Bytes saved by a short head are not credited for later.
        self.explained.store(explained.min(read), Ordering::Relaxed);
    }

    /// Waits until more has arrived than is allowed.
    pub(crate) async fn flooded(&self) {
        while !self.is_over() {
            self.flooded.notified().await;
        }
    }

    fn is_over(&self) -> bool {
        let unexplained = self.read.load(Ordering::Relaxed) - self.explained.load(Ordering::Relaxed);
        unexplained > self.unexplained_max.load(Ordering::Relaxed)
    }
}

/// A stream whose bytes are counted.
pub(crate) struct Metered<I> {
    pub(crate) io: I,
    pub(crate) meter: Arc<Meter>,
}

impl<I: AsyncRead + Unpin> AsyncRead for Metered<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.meter.is_over() {
            // Nothing wakes the reader again: `flooded` tells it, and it polls again if it wants more.
            self.meter.flooded.notify_one();
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.io).poll_read(context, buffer))?;
        let came = buffer.filled().len() - before;
        self.meter.read.fetch_add(came as u64, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Metered<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test(start_paused = true)]
    async fn bytes_of_complete_messages_are_unlimited_and_others_end_the_connection() {
        let (mut far, near) = tokio::io::duplex(1024);
        let meter = Arc::new(Meter::default());
        let mut metered = Metered { io: near, meter: meter.clone() };
        let mut buffer = [0; 100];
        meter.allow(1_000);
        for _ in 0..1_000 {
            far.write_all(&[0; 100]).await.unwrap();
            metered.read_exact(&mut buffer).await.unwrap();
            meter.message(100 - 6);
        }
        for _ in 0..11 {
            far.write_all(&[0; 100]).await.unwrap();
            metered.read_exact(&mut buffer).await.unwrap();
        }
        far.write_all(&[0; 100]).await.unwrap();
        let more = tokio::time::timeout(Duration::from_secs(60), metered.read_exact(&mut buffer)).await;
        assert!(more.is_err(), "nothing more is read");
        meter.flooded().await;
        // There is some room again for the answer to a close.
        meter.allow(1_000);
        metered.read_exact(&mut buffer).await.unwrap();
    }
}
