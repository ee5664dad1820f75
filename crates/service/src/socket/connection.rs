//! One WebSocket from its upgrade to its end: hello, frames in, queue out. It decides nothing but limits: what frames mean is
//! the organisation's to say.

use crate::auth::secrets;
use crate::http::admission::{ASKS_OF_PAGE, PendingConnection};
use crate::metrics::Listed;
use crate::metrics::label::{How, SignInRefused};
use crate::org::{ConnId, Connected, Ended, Event};
use crate::orgs::runner::{Arrival, Input};
use crate::socket::conversation::{Conversation, Received, Step, WRITE_WITHIN, Written};
use crate::socket::ending::End;
use crate::socket::meter::Meter;
use crate::socket::outbox::{Next, Outbox};
use crate::state::AppState;
use crate::store::{Account, Hash};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use presence::Role;
use protocol::limits::FRAME_BYTES;
use protocol::{Close, Hello};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::error::ProtocolError;

/// Bytes of a frame that are read at all: twice the protocol's limit, so that a frame somewhat too large is read to its end and
/// answered by a proper close, which a sender in the middle of writing would not see.
pub(crate) const FRAME_READ_BYTES: usize = 2 * FRAME_BYTES;
/// Bytes that a connection may send before its hello has come whole: a hello has some hundred. What is read of a flood is what it costs.
const HELLO_READ_BYTES: u64 = 4 * 1024;
/// Bytes of a message that is under way, its fragments' heads and what was read beyond it: more of them, and nothing whole among it, is a flood.
const UNDER_WAY_BYTES: u64 = FRAME_READ_BYTES as u64 + 32 * 1024;
/// Bytes that are read after our close, in search of its answer, of one who floods or has not signed in.
const LAST_BYTES: u64 = 4 * 1024;
/// How long the other end may take to answer our close, before the connection is just dropped.
const CLOSE_WITHIN: Duration = Duration::from_secs(1);
/// Frames that are read after our close, in search of its answer: as many as may have been under way.
const LAST_WORDS: usize = 256;

static NEXT: AtomicU64 = AtomicU64::new(1);

/// The route by which a connection comes: it decides what its hello must prove.
#[derive(Clone, Debug)]
pub(crate) enum Route {
    /// The app, with its token in hello.
    Native,
    /// A page of the portal of this role, with this token in its cookie, if it has one.
    Page(Role, Option<String>),
}

/// Serves one connection until it ends.
///
/// A connection lasts for days: its beginning and its end are futures of their own, which take no memory meanwhile.
#[expect(
    clippy::manual_async_fn,
    reason = "an async function keeps its arguments twice: as they came, and as it uses them"
)]
pub(crate) fn serve(
    mut socket: WebSocket,
    app: Arc<AppState>,
    route: Route,
    pending: PendingConnection,
) -> impl Future<Output = ()> + Send {
    async move {
        let _open = app.metrics.open();
        let Some(mut taken_in) = Box::pin(take_in(&mut socket, &app, &route, &pending)).await else { return };
        let meter = pending.meter();
        let end = Pump { socket: &mut socket, taken_in: &mut taken_in, meter }.run().await;
        Box::pin(taken_in.joined.ends(end.told())).await;
        app.metrics.ended(match end {
            End::Peer(how) => How::Theirs(how),
            End::Bye => How::Theirs(end.told()),
            End::Ours(why) => How::Ours(why),
        });
        // The organisation hears of it before the other end has answered our close: that may take a while.
        if let Some(code) = end.code() {
            meter.allow(if end == End::Ours(Close::TooMany) { LAST_BYTES } else { UNDER_WAY_BYTES });
            Box::pin(send_close(&mut socket, meter, code, words_of(end))).await;
        }
    }
}

/// A connection whose hello has been accepted.
struct TakenIn {
    joined: Joined,
    outbox: Outbox,
    conversation: Conversation,
    _listed: Listed,
}

/// Hears who it is and takes it into its organisation; otherwise closes it.
async fn take_in(
    socket: &mut WebSocket,
    app: &AppState,
    route: &Route,
    pending: &PendingConnection,
) -> Option<TakenIn> {
    let meter = pending.meter();
    meter.allow(HELLO_READ_BYTES);
    let mut conversation = Conversation::new(&app.config, Instant::now());
    let hello = tokio::select! {
        hello = hello(socket, app, meter, &mut conversation) => hello?,
        // Others need the place of somebody who says nothing.
        () = pending.evicted() => return None,
    };
    let account = match account(app, route, &hello).await {
        Ok(Some(account)) => account,
        Ok(None) => {
            app.metrics.sign_in_refused(SignInRefused::Unknown);
            close(app, socket, meter, Close::SignIn).await;
            return None;
        }
        Err(error) => {
            tracing::debug!(target: "service", %error, "could not look a sign-in up");
            close(app, socket, meter, Close::GoingDown).await;
            return None;
        }
    };
    pending.is_known(match route {
        Route::Native => 0,
        Route::Page(..) => ASKS_OF_PAGE,
    });
    let Some(org) = app.registry.org(account.org) else {
        close(app, socket, meter, Close::GoingDown).await;
        return None;
    };
    let conn = ConnId(NEXT.fetch_add(1, Ordering::Relaxed));
    let outbox = app.metrics.outbox();
    let listed = app.metrics.list(conn, outbox.clone());
    let page = matches!(route, Route::Page(..));
    let hello = Hello { token: None, ..hello };
    let connected = Box::new(Connected { conn, account, page, hello });
    if org.send(Input::Connected(Arrival::new(connected, outbox.clone()))).await.is_err() {
        close(app, socket, meter, Close::GoingDown).await;
        return None;
    }
    meter.allow(UNDER_WAY_BYTES);
    conversation.joins(conn);
    Some(TakenIn { joined: Joined { org, conn, is_told: false }, outbox, conversation, _listed: listed })
}

/// A connection that its organisation knows of. The organisation is told of its end, whatever ends it: a panic as well.
struct Joined {
    org: mpsc::Sender<Input>,
    conn: ConnId,
    is_told: bool,
}

impl Joined {
    /// An organisation that has ended needs not be told.
    async fn ends(mut self, how: Ended) {
        let _ = self.org.send(Input::Event(Event::Ended(self.conn, how))).await;
        self.is_told = true;
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        if self.is_told {
            return;
        }
        let (org, lost) = (self.org.clone(), Input::Event(Event::Ended(self.conn, Ended::Lost)));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { org.send(lost).await.is_ok() });
        }
    }
}

/// The first frame, in time; otherwise the connection is closed.
async fn hello(
    socket: &mut WebSocket,
    app: &AppState,
    meter: &Meter,
    conversation: &mut Conversation,
) -> Option<Hello> {
    let mut down = app.down.clone();
    let first = async {
        loop {
            let message = socket.recv().await;
            match conversation.received(received(message.as_ref()), Instant::now()) {
                Step::Wait => {}
                Step::Hello(hello) => return Ok(*hello),
                Step::End(end) | Step::TellAndEnd(_, end) => return Err(end),
                Step::Tell(_) => {}
            }
        }
    };
    let down = async {
        let _ = down.wait_for(|down| *down).await;
    };
    let first = tokio::select! {
        first = timeout(app.config.hello_within, first) => first.unwrap_or(Err(End::Ours(Close::TooSlow))),
        () = meter.flooded() => Err(End::Ours(Close::TooMany)),
        () = down => Err(End::Ours(Close::GoingDown)),
    };
    match first {
        Ok(hello) => return Some(hello),
        Err(End::Ours(why)) => close(app, socket, meter, why).await,
        Err(End::Peer(_) | End::Bye) => {}
    }
    None
}

async fn account(
    app: &AppState,
    route: &Route,
    hello: &Hello,
) -> Result<Option<Account>, crate::store::StoreError> {
    let token = match route {
        Route::Native => hello.token.as_ref().map(|token| token.0.clone()),
        Route::Page(_, cookie) => cookie.clone(),
    };
    let Some(token) = token.filter(|token| secrets::may_be_known(token)) else { return Ok(None) };
    let account = app.token_lookup.account(Hash::of(&token)).await?;
    Ok(account.filter(|account| match route {
        // A window's sign-in is good for its portal only.
        Route::Native => account.window_of.is_none(),
        Route::Page(role, _) => account.person.affiliation.role() == *role,
    }))
}

/// Frames both ways, until one end ends it.
struct Pump<'a> {
    socket: &'a mut WebSocket,
    taken_in: &'a mut TakenIn,
    meter: &'a Meter,
}

impl Pump<'_> {
    async fn run(&mut self) -> End {
        let TakenIn { joined, outbox, conversation, .. } = &mut *self.taken_in;
        loop {
            let step = tokio::select! {
                next = outbox.next() => match next {
                    Next::Frame { text, short } => {
                        let sent = timeout(WRITE_WITHIN, self.socket.send(Message::Text(text))).await;
                        conversation.written(match sent {
                            Ok(Ok(())) => Written::Taken { short },
                            Ok(Err(_)) => Written::Failed,
                            Err(_) => Written::TooSlow,
                        })
                    }
                    Next::Close(why) => Step::End(End::Ours(why)),
                },
                () = self.meter.flooded() => conversation.received(Received::Flood, Instant::now()),
                message = self.socket.recv() => {
                    if let Some(Ok(message)) = &message {
                        self.meter.message(bytes(message));
                    }
                    conversation.received(received(message.as_ref()), Instant::now())
                }
            };
            let (event, end) = match step {
                Step::Wait | Step::Hello(_) => continue,
                Step::Tell(event) => (event, None),
                Step::TellAndEnd(event, end) => (event, Some(end)),
                Step::End(end) => return end,
            };
            if joined.org.send(Input::Event(event)).await.is_err() {
                return End::Ours(Close::GoingDown);
            }
            if let Some(end) = end {
                return end;
            }
        }
    }
}

fn received(message: Option<&Result<Message, axum::Error>>) -> Received<'_> {
    match message {
        None => Received::Lost,
        Some(Err(error)) => broken(error),
        Some(Ok(Message::Text(text))) => Received::Text(text),
        Some(Ok(Message::Binary(_))) => Received::Binary,
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Received::Ping,
        Some(Ok(Message::Close(_))) => Received::Close,
    }
}

fn bytes(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
        Message::Close(_) => 0,
    }
}

/// What is no WebSocket, no text or too large is the other end's fault; anything else is the network's.
fn broken(error: &axum::Error) -> Received<'static> {
    let error = std::error::Error::source(error).and_then(|source| source.downcast_ref());
    match error {
        Some(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake)) => Received::Lost,
        Some(Error::Capacity(_) | Error::Protocol(_) | Error::Utf8(_)) => Received::Malformed,
        Some(_) | None => Received::Lost,
    }
}

async fn send_close(socket: &mut WebSocket, meter: &Meter, code: u16, reason: &'static str) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
    let _ = timeout(CLOSE_WITHIN, socket.send(Message::Close(Some(frame)))).await;
    // The other end's answer, or its silence, ends it; one that talks on is not listened to.
    let answer = async {
        for _ in 0..LAST_WORDS {
            if !matches!(socket.recv().await, Some(Ok(_))) {
                return;
            }
        }
    };
    tokio::select! {
        _ = timeout(CLOSE_WITHIN, answer) => {}
        () = meter.flooded() => {}
    }
}

/// Closes a connection that no organisation knows of.
async fn close(app: &AppState, socket: &mut WebSocket, meter: &Meter, why: Close) {
    app.metrics.ended(How::Ours(why));
    meter.allow(LAST_BYTES);
    send_close(socket, meter, why.code(), reason(why)).await;
}

fn words_of(end: End) -> &'static str {
    match end {
        End::Peer(_) => "",
        End::Bye => "bye",
        End::Ours(why) => reason(why),
    }
}

fn reason(why: Close) -> &'static str {
    match why {
        Close::GoingDown => "the service goes down",
        Close::Protocol => "this is not the protocol",
        Close::SignIn => "the sign-in is unknown or was ended",
        Close::TooSlow => "too slow",
        Close::Replaced => "another connection of the same instance is in place of this one",
        Close::TooMany => "too many frames, or too many devices or windows of one person",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that are kept for each connection beside its socket's buffers; docs/performance.md measures them together.
    const SERVED_BYTES: usize = 1_344;

    #[test]
    fn what_serves_a_connection_takes_no_more_memory_than_was_measured() {
        fn bytes_of<F>(_: fn(WebSocket, Arc<AppState>, Route, PendingConnection) -> F) -> usize {
            size_of::<F>()
        }
        let bytes = bytes_of(serve);
        assert!(bytes <= SERVED_BYTES, "{bytes} bytes");
    }
}
