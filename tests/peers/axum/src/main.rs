//! A bare axum WebSocket server: what a connection, a delivery and a reconnect cost where nothing is done for them.
//!
//! The first frame of a connection is answered with `synced`, `people.watch` makes it a watcher, every other intent is answered
//! with `ok`, and a frame that is about people already goes to all watchers as it is. It checks no sign-in, keeps no state and
//! sends no beat. Its buffers are as small as ours, without which it would cost more than we do.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use axum::serve::ListenerExt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Bytes that a connection reads at once: as ours.
const READ_BYTES: usize = 4096;
/// Bytes of a frame at most: as ours.
const FRAME_READ_BYTES: usize = 128 * 1024;

/// Everybody who watches.
type Watchers = Arc<Mutex<Vec<UnboundedSender<Utf8Bytes>>>>;

#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let address = listener.local_addr().expect("a listener has an address");
    println!("listening on http://{address}");
    let listener = listener.tap_io(|stream| {
        stream.set_nodelay(true).ok();
    });
    let router = Router::new().route("/connect", any(connect)).with_state(Watchers::default());
    axum::serve(listener, router).await.expect("it serves until it is killed");
}

async fn connect(State(watchers): State<Watchers>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .protocols(["deskbell.v1+json"])
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_frame_size(FRAME_READ_BYTES)
        .max_message_size(FRAME_READ_BYTES)
        .on_upgrade(move |socket| serve(socket, watchers))
}

async fn serve(mut socket: WebSocket, watchers: Watchers) {
    let mut is_new = true;
    let mut watching: Option<UnboundedReceiver<Utf8Bytes>> = None;
    loop {
        let answer = tokio::select! {
            Some(text) = next(&mut watching) => text,
            received = socket.recv() => {
                let Some(Ok(Message::Text(text))) = received else { return };
                if text.starts_with(r#"{"type":"people.watch""#) {
                    let (sender, receiver) = unbounded_channel();
                    watchers.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
                    watching = Some(receiver);
                    continue;
                }
                if text.starts_with(r#"{"type":"people""#) {
                    let mut watchers = watchers.lock().unwrap_or_else(PoisonError::into_inner);
                    watchers.retain(|watcher| watcher.send(text.clone()).is_ok());
                    continue;
                }
                let answer = if is_new { r#"{"type":"synced"}"# } else { r#"{"type":"ok"}"# };
                is_new = false;
                Utf8Bytes::from_static(answer)
            }
        };
        if socket.send(Message::Text(answer)).await.is_err() {
            return;
        }
    }
}

async fn next(watching: &mut Option<UnboundedReceiver<Utf8Bytes>>) -> Option<Utf8Bytes> {
    match watching {
        Some(receiver) => receiver.recv().await,
        None => std::future::pending().await,
    }
}
