//! The window's and the terminal's end of the local socket.

use crate::lines::{self, LineReader};
use crate::server::MAX_CONNECTIONS;
use crate::socket_path::SocketPath;
use crate::transport::{self, ClientReader, ClientWriter};
use crate::{FromAgent, LineError, ToAgent};
use agent::view::{Answer, Intent, RequestId, View, WindowReport};
use std::io;
use std::time::Duration;
use thiserror::Error;
use tokio::time::timeout;

/// How long the agent may take to send its view, which it has ready.
pub const VIEW_WITHIN: Duration = Duration::from_secs(10);
/// How long an intent may take: signing in asks the service up to three times, 15 s each.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How long the agent may take to disconnect from the service, clear the screen and remove the socket, each of which takes
/// at most 2 s.
pub const END_WITHIN: Duration = Duration::from_secs(10);

/// A connection to the running agent.
#[derive(Debug)]
pub struct Client {
    /// Lines from the agent.
    pub receiver: Receiver,
    /// Lines to the agent.
    pub sender: Sender,
}

/// The half that reads.
#[derive(Debug)]
pub struct Receiver(LineReader<ClientReader>);

/// The half that writes.
#[derive(Debug)]
pub struct Sender(ClientWriter);

/// Why there is no connection.
#[derive(Debug, Error)]
pub enum ConnectError {
    /// No agent of this profile runs in this login session.
    #[error("Deskbell is not running here")]
    NotRunning,
    /// The system refuses.
    #[error("cannot reach the running Deskbell: {0}")]
    Io(io::Error),
}

/// Why an intent got no answer.
#[derive(Debug, Error)]
pub enum AskError {
    /// The connection broke.
    #[error(transparent)]
    Line(LineError),
    /// The agent ended before it answered.
    #[error("Deskbell quit before it answered")]
    Ended,
    /// The agent already serves the maximum number of connections.
    #[error(
        "Deskbell serves {MAX_CONNECTIONS} windows and terminals already. End one of them and try again."
    )]
    Full,
    /// The agent is running, but does not answer.
    #[error(
        "Deskbell runs, but has not answered within {} s. Try again; if that does not help, end the process deskbell and \
         start it again.",
        .0.as_secs()
    )]
    NoAnswer(Duration),
}

impl From<LineError> for AskError {
    fn from(error: LineError) -> Self {
        match error {
            // The agent ended without reading our line.
            LineError::Io(error)
                if matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) =>
            {
                Self::Ended
            }
            error @ (LineError::Io(_) | LineError::TooLong | LineError::Unknown(_) | LineError::NotRead) => {
                Self::Line(error)
            }
        }
    }
}

impl Client {
    /// Connects to the agent at `socket_path`.
    ///
    /// # Errors
    ///
    /// [`ConnectError::NotRunning`] when nobody listens there.
    pub async fn connect(socket_path: &SocketPath) -> Result<Self, ConnectError> {
        match transport::connect(socket_path).await {
            Ok((up, down)) => Ok(Self { receiver: Receiver(LineReader::new(up)), sender: Sender(down) }),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) =>
            {
                Err(ConnectError::NotRunning)
            }
            Err(error) => Err(ConnectError::Io(error)),
        }
    }

    /// Sends an intent and waits for its answer; other lines that arrive meanwhile are dropped.
    ///
    /// # Errors
    ///
    /// When the connection ends first, or after [`ANSWER_WITHIN`].
    pub async fn ask(&mut self, intent: Intent) -> Result<Answer, AskError> {
        within(ANSWER_WITHIN, self.answer(intent)).await
    }

    /// The current view.
    ///
    /// # Errors
    ///
    /// When the connection ends first, or after [`VIEW_WITHIN`].
    pub async fn view(&mut self) -> Result<View, AskError> {
        within(VIEW_WITHIN, self.first_view()).await
    }

    /// Waits until the agent has ended, after it was asked to.
    ///
    /// # Errors
    ///
    /// After [`END_WITHIN`].
    pub async fn ended(&mut self) -> Result<(), AskError> {
        let end = async {
            // A broken connection also means that it has ended.
            while let Ok(Some(_)) = self.receiver.next().await {}
            Ok(())
        };
        within(END_WITHIN, end).await
    }

    async fn answer(&mut self, intent: Intent) -> Result<Answer, AskError> {
        let asked = self.sender.intent(intent).await.map_err(LineError::Io)?;
        loop {
            match self.receiver.next().await? {
                Some(FromAgent::Answer { id, answer }) if id == asked => return Ok(answer),
                Some(FromAgent::Full) => return Err(AskError::Full),
                Some(FromAgent::Answer { .. } | FromAgent::View(_) | FromAgent::Window(_)) => {}
                None => return Err(AskError::Ended),
            }
        }
    }

    async fn first_view(&mut self) -> Result<View, AskError> {
        self.sender.watch().await.map_err(LineError::Io)?;
        loop {
            match self.receiver.next().await? {
                Some(FromAgent::View(view)) => return Ok(*view),
                Some(FromAgent::Full) => return Err(AskError::Full),
                Some(FromAgent::Answer { .. } | FromAgent::Window(_)) => {}
                None => return Err(AskError::Ended),
            }
        }
    }
}

async fn within<T>(
    limit: Duration,
    asking: impl Future<Output = Result<T, AskError>>,
) -> Result<T, AskError> {
    timeout(limit, asking).await.unwrap_or(Err(AskError::NoAnswer(limit)))
}

impl Receiver {
    /// The next line; `None` when the agent has ended. Nothing is lost when the future is dropped.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or the agent is of another version.
    pub async fn next(&mut self) -> Result<Option<FromAgent>, LineError> {
        self.0.next().await
    }
}

impl Sender {
    /// Sends an intent; its answer arrives under the id.
    ///
    /// # Errors
    ///
    /// When the connection is broken.
    pub async fn intent(&mut self, intent: Intent) -> io::Result<RequestId> {
        let id = RequestId::new_v4();
        self.send(&ToAgent::Intent { id, intent }).await?;
        Ok(id)
    }

    /// Asks for the view now and after each change.
    ///
    /// # Errors
    ///
    /// When the connection is broken.
    pub async fn watch(&mut self) -> io::Result<()> {
        self.send(&ToAgent::Watch).await
    }

    /// Reports what happens in the window.
    ///
    /// # Errors
    ///
    /// When the connection is broken.
    pub async fn report(&mut self, report: WindowReport) -> io::Result<()> {
        self.send(&ToAgent::Window(report)).await
    }

    /// Sends any line.
    ///
    /// # Errors
    ///
    /// When the connection is broken.
    pub async fn send(&mut self, line: &ToAgent) -> io::Result<()> {
        lines::write(&mut self.0, line).await
    }
}
