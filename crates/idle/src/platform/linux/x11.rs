//! A connection to the X server that waits without a separate thread and never blocks the agent's thread.
//!
//! tokio watches a duplicate of the socket; only x11rb reads, without blocking (`x11_stream`). It buffers, so after each
//! readiness, and after each reply, all events
//! have to be taken before waiting again.

use super::x11_stream::PatientStream;
use crate::source::{Lost, Unavailable};
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::time::Duration;
use tokio::io::Interest;
use tokio::net::UnixStream;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};
use x11rb::connection::{Connection, ReplyOrError, RequestConnection};
use x11rb::cookie::Cookie;
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::Window;
use x11rb::reexports::x11rb_protocol::parse_display::parse_display;
use x11rb::reexports::x11rb_protocol::xauth::get_auth;
use x11rb::rust_connection::{DefaultStream, RustConnection};
use x11rb::x11_utils::TryParse;

/// A connection that does not wait.
pub(crate) type Patient = RustConnection<PatientStream>;

/// How long the X server may take for an answer before the source counts as lost: the same time after which a user is told
/// that it does not answer.
const REPLY_WITHIN: Duration = Duration::from_secs(10);

/// The extension that only an X server inside a Wayland session has.
const XWAYLAND: &str = "XWAYLAND";

/// Why an exchange with the X server failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum X11Error {
    /// The connection broke.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// A request was refused, or the connection broke before the answer.
    #[error(transparent)]
    Reply(#[from] ReplyError),
    /// No id was left, or the connection broke as above.
    #[error(transparent)]
    Id(#[from] ReplyOrIdError),
    /// The socket cannot be watched.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A request that has no answer was refused.
    #[error("the X server refused a request: {0}")]
    Refused(String),
    /// It has not answered in time.
    #[error("it has not answered within {REPLY_WITHIN:?}")]
    NoAnswer,
    /// The server lacks something.
    #[error("{0}")]
    Missing(&'static str),
}

impl X11Error {
    /// The mechanism that met this error does not work here.
    pub(crate) fn into_unavailable(self) -> Unavailable {
        Unavailable::Mechanism(self.to_string())
    }

    /// The source that met this error has ended.
    pub(crate) fn into_lost(self) -> Lost {
        Lost { why: format!("the X server is gone: {self}") }
    }
}

/// A new connection that is not yet watched.
pub(crate) struct Dialled {
    /// The connection.
    pub(crate) connection: Patient,
    /// The root window of its screen.
    pub(crate) root: Window,
    /// When the server had let us in.
    opened: Instant,
}

/// Connects to `display` and lets `prepare` ask what it needs. Both may block, so they run on a thread of their own, which
/// ends afterwards.
pub(crate) async fn dial<T: Send + 'static>(
    display: &str,
    prepare: impl FnOnce(&Dialled) -> Result<T, X11Error> + Send + 'static,
) -> Result<(X11, T), Unavailable> {
    let name = display.to_owned();
    let (answer, answered) = oneshot::channel();
    let dialling = move || {
        let result = connect(&name).and_then(|dialled| {
            let prepared = prepare(&dialled).map_err(X11Error::into_unavailable)?;
            Ok((dialled, prepared))
        });
        if answer.send(result).is_err() {
            tracing::debug!("the X server answered when nobody waited any more");
        }
    };
    let thread = std::thread::Builder::new().name("x11-dial".into()).spawn(dialling);
    thread.map_err(|error| Unavailable::Session(format!("no thread could be started: {error}")))?;
    let no_answer = |_| Unavailable::Session("the X server's answer was not understood".into());
    let (dialled, prepared) = answered.await.map_err(no_answer)??;
    let x11 = X11::new(dialled).map_err(|error| X11Error::from(error).into_unavailable())?;
    Ok((x11, prepared))
}

fn connect(display: &str) -> Result<Dialled, Unavailable> {
    let unreachable = |error: &dyn std::error::Error| {
        Unavailable::Session(format!("the X server {display} cannot be reached: {error}"))
    };
    let (connection, screen) = open(display).map_err(|error| unreachable(&error))?;
    let opened = Instant::now();
    let is_xwayland =
        connection.extension_information(XWAYLAND).map_err(|error| unreachable(&error))?.is_some();
    if is_xwayland {
        return Err(Unavailable::Session(format!(
            "the X server {display} belongs to a Wayland session, whose input X11 cannot see"
        )));
    }
    let root = connection.setup().roots[screen].root;
    Ok(Dialled { connection, root, opened })
}

/// As `x11rb::connect`, with a limit on every wait.
fn open(display: &str) -> Result<(Patient, usize), ConnectError> {
    let parsed = parse_display(Some(display))?;
    let screen = parsed.screen.into();
    let mut failed = None;
    for address in parsed.connect_instruction() {
        match DefaultStream::connect(&address) {
            Ok((socket, (family, address))) => {
                // Without a cookie the server may still let us in.
                let cookie = get_auth(family, &address, parsed.display).unwrap_or_default();
                let (name, data) = cookie.unwrap_or_default();
                let stream = PatientStream::new(socket);
                let connection = Patient::connect_to_stream_with_auth_info(stream, screen, name, data)?;
                return Ok((connection, screen));
            }
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(|| ErrorKind::AddrNotAvailable.into()).into())
}

/// How far a server's count may be behind our clock without input: it reads a coarse clock, and truncates to milliseconds.
const COARSE: Duration = Duration::from_millis(10);

/// A connection that is watched.
pub(crate) struct X11 {
    /// When it was opened.
    opened: Instant,
    connection: Patient,
    /// The same socket, used only for waiting; for a remote display it is actually TCP, which makes no difference to waiting.
    socket: UnixStream,
}

impl X11 {
    fn new(Dialled { connection, opened, root: _ }: Dialled) -> std::io::Result<Self> {
        connection.stream().wait_no_more();
        let socket = connection.stream().as_fd().try_clone_to_owned()?;
        Ok(Self { opened, connection, socket: UnixStream::from_std(socket.into())? })
    }

    /// Whether the server's count, asked for at `asked`, shows input since the connection was opened: even a new server has
    /// counted from before that. The answer may come late, so the time after `asked` says nothing.
    pub(crate) fn had_input(&self, idle_for: Duration, asked: Instant) -> bool {
        idle_for + COARSE < asked.duration_since(self.opened)
    }

    /// Whether the server's count, as just answered, began before this time: then the server was running then. A server
    /// that was started later counts from its start.
    pub(crate) fn began_before(&self, idle_for: Duration, at: Instant) -> bool {
        idle_for > at.elapsed() + COARSE
    }

    /// To send requests with.
    pub(crate) fn connection(&self) -> &Patient {
        &self.connection
    }

    /// Waits until the server has sent something or is gone. Cancel safe.
    pub(crate) async fn readable(&self) -> Result<(), X11Error> {
        self.socket.readable().await?;
        // Readiness is cleared before x11rb reads until nothing is left, so later readiness cannot be missed.
        match self.socket.try_io(Interest::READABLE, || Err::<(), _>(ErrorKind::WouldBlock.into())) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error.into()),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// The next event that has arrived. `None` only when the socket has nothing more; only then is it right to wait.
    pub(crate) fn next_event(&self) -> Result<Option<Event>, X11Error> {
        match self.connection.poll_for_event()? {
            Some(Event::Error(error)) => Err(X11Error::Refused(format!("{:?}", error.error_kind))),
            event => Ok(event),
        }
    }

    /// Sends what was asked and waits for the answer.
    ///
    /// # Errors
    ///
    /// [`X11Error::NoAnswer`] after [`REPLY_WITHIN`]: an event may arrive without the answer, and the server may stop
    /// between the two.
    pub(crate) async fn reply<R: TryParse>(&self, cookie: Cookie<'_, Patient, R>) -> Result<R, X11Error> {
        timeout(REPLY_WITHIN, self.answer(cookie)).await.unwrap_or(Err(X11Error::NoAnswer))
    }

    async fn answer<R: TryParse>(&self, cookie: Cookie<'_, Patient, R>) -> Result<R, X11Error> {
        self.connection.flush()?;
        loop {
            // Keep the cookie: dropping it would discard the answer.
            match self.connection.wait_for_reply_or_raw_error(cookie.sequence_number()) {
                Ok(ReplyOrError::Reply(reply)) => {
                    let (reply, _rest) = R::try_parse(&reply).map_err(ReplyError::from)?;
                    return Ok(reply);
                }
                Ok(ReplyOrError::Error(error)) => return Err(self.refused(&error)),
                Err(ConnectionError::IoError(error)) if error.kind() == ErrorKind::WouldBlock => {
                    self.readable().await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn refused(&self, error: &[u8]) -> X11Error {
        match self.connection.parse_error(error) {
            Ok(error) => X11Error::Refused(format!("{:?}", error.error_kind)),
            Err(error) => ReplyError::from(error).into(),
        }
    }
}
