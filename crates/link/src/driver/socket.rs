//! The WebSocket over a dialled stream: how it is opened and left, and its errors in words.
//!
//! Knows nothing of what is said on it.

use crate::link_loop::HANDSHAKE_WITHIN;
use crate::{Address, Dial};
use futures_util::{SinkExt, StreamExt};
use protocol::Up;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::http::{HeaderValue, StatusCode};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

/// Bytes read at once: tungstenite keeps a buffer of this size allocated, by default 128 KiB.
const READ_BUFFER_BYTES: usize = 4096;
/// How long `bye` and the close may take; after that, the grace period takes care of it.
const BYE_WITHIN: Duration = Duration::from_secs(2);

/// An open connection.
pub(super) type Socket = WebSocketStream<Box<dyn crate::dial::Stream>>;

/// Opens a connection; if that fails, says why, in words that end a sentence "No connection: …".
pub(super) async fn open(dial: Arc<dyn Dial>, address: Address) -> Result<Socket, String> {
    let stream = dial.dial(&address).await.map_err(|error| error.to_string())?;
    let url = format!("ws://{}{}", address.authority(), protocol::http::CONNECT_PATH);
    let mut request = url.into_client_request().map_err(|error| words(&error))?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol::SUBPROTOCOL));
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_message_size(Some(protocol::limits::FRAME_BYTES))
        .max_frame_size(Some(protocol::limits::FRAME_BYTES));
    match timeout(HANDSHAKE_WITHIN, client_async_with_config(request, stream, Some(config))).await {
        Ok(Ok((socket, _))) => Ok(socket),
        Ok(Err(error)) => Err(words(&error)),
        Err(_) => Err(format!("{} did not answer", address.host())),
    }
}

/// Says `bye` and closes if the connection allows; otherwise the grace period takes care of it.
pub(super) async fn leave(mut socket: Socket) {
    let leaving = async {
        socket.send(Message::text(protocol::write(&Up::Bye))).await?;
        socket.close(None).await?;
        // The close is complete once the other end has closed too; frames that arrive before that no longer matter.
        while let Some(Ok(_)) = socket.next().await {}
        Ok::<(), tungstenite::Error>(())
    };
    if !matches!(timeout(BYE_WITHIN, leaving).await, Ok(Ok(()))) {
        tracing::debug!("left without an answer");
    }
}

/// An error of the socket in words that end a sentence "No connection: …".
pub(super) fn words(error: &tungstenite::Error) -> String {
    match error {
        tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed => {
            "the service has closed the connection".to_owned()
        }
        tungstenite::Error::Protocol(
            ProtocolError::ResetWithoutClosingHandshake | ProtocolError::HandshakeIncomplete,
        ) => "the connection was cut".to_owned(),
        tungstenite::Error::Io(why) => format!("the connection broke ({why})"),
        tungstenite::Error::Http(response) if response.status().is_server_error() => {
            format!("the service cannot take this computer in just now ({})", response.status())
        }
        tungstenite::Error::Http(response) => not_deskbell(response.status()),
        tungstenite::Error::Capacity(_) => "the service says more at once than any app can take".to_owned(),
        other => format!("the service does not speak as expected ({other})"),
    }
}

/// Redirects are never followed: whatever sends one gets no token and cannot decide where a token goes.
fn not_deskbell(status: StatusCode) -> String {
    format!(
        "what answers at this address is not Deskbell, or something in between answers for it, such as a network that wants \
         you to log in first in a browser: {status}"
    )
}
