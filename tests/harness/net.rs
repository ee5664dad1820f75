//! The network in memory: a listener for the service, and uplinks to it that can be cut.

use link::dial::{Dialled, Stream};
use link::{Address, Dial, DialError};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// Bytes in flight in each direction: the size of a socket's buffer.
const PIPE_BYTES: usize = 64 * 1024;

/// What the service listens on.
pub(crate) struct Listener(mpsc::UnboundedReceiver<DuplexStream>);

impl axum::serve::Listener for Listener {
    type Io = DuplexStream;
    type Addr = &'static str;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.0.recv().await {
            Some(stream) => (stream, "memory"),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok("memory")
    }
}

/// Where the service can be found, while it runs.
#[derive(Default)]
pub(crate) struct Net(Mutex<Option<mpsc::UnboundedSender<DuplexStream>>>);

impl Net {
    /// A listener for a service that starts now.
    pub(crate) fn listen(&self) -> Listener {
        let (streams, accepted) = mpsc::unbounded_channel();
        *lock(&self.0) = Some(streams);
        Listener(accepted)
    }

    /// Stops listening.
    pub(crate) fn close(&self) {
        *lock(&self.0) = None;
    }

    fn open(&self) -> io::Result<DuplexStream> {
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        lock(&self.0).as_ref().ok_or_else(refused)?.send(theirs).map_err(|_| refused())?;
        Ok(ours)
    }
}

/// One machine's uplink to the service.
pub struct Uplink {
    net: Arc<Net>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_cut: bool,
    up: Vec<AbortHandle>,
    down: Vec<AbortHandle>,
}

impl Uplink {
    pub(crate) fn new(net: Arc<Net>) -> Arc<Self> {
        Arc::new(Self { net, state: Mutex::default() })
    }

    /// Breaks all connections and lets no new one through.
    pub fn cut(&self) {
        let mut state = lock(&self.state);
        state.is_cut = true;
        let pipes: Vec<_> = state.up.drain(..).collect();
        pipes.into_iter().chain(std::mem::take(&mut state.down)).for_each(|pipe| pipe.abort());
    }

    /// Lets nothing through from the service on the present connections, and goes on carrying what the device sends: answers are lost.
    pub fn mute(&self) {
        lock(&self.state).down.drain(..).for_each(|pipe| pipe.abort());
    }

    /// Lets new connections through again.
    pub fn restore(&self) {
        lock(&self.state).is_cut = false;
    }

    fn open(&self) -> io::Result<DuplexStream> {
        let mut state = lock(&self.state);
        if state.is_cut {
            return Err(io::ErrorKind::NetworkUnreachable.into());
        }
        let theirs = self.net.open()?;
        let (ours, here) = tokio::io::duplex(PIPE_BYTES);
        let (down_from, up_to) = tokio::io::split(theirs);
        let (up_from, down_to) = tokio::io::split(here);
        state.up.push(tokio::spawn(carry(up_from, up_to)).abort_handle());
        state.down.push(tokio::spawn(carry(down_from, down_to)).abort_handle());
        Ok(ours)
    }
}

impl Dial for Uplink {
    fn dial<'a>(&'a self, address: &'a Address) -> Pin<Box<dyn Future<Output = Dialled> + Send + 'a>> {
        Box::pin(async move {
            match self.open() {
                Ok(stream) => Ok(Box::new(stream) as Box<dyn Stream>),
                Err(why) => Err(DialError::Unreachable { host: address.host().to_owned(), why }),
            }
        })
    }
}

async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    // However the pipe ends, the other end sees the end of the stream.
    let _ = tokio::io::copy(&mut from, &mut to).await;
    let _ = to.shutdown().await;
}

/// If the lock is poisoned, the test has failed already.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
