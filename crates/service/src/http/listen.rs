//! Accepts connections and speaks HTTP on them until they are upgraded or done. A connection that sends a request slowly, or reads the
//! answer slowly, is closed: a thousand such connections cost others nothing.

use crate::http::admission::{Admission, PendingConnection};
use crate::http::problem::{self, problem};
use crate::http::transfers::TRANSFER_WITHIN;
use crate::socket::meter::Metered;
use crate::words;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use axum::serve::Listener;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use protocol::http::CHATS_PATH;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// How long a request's head may take, and how long a connection may stay between two requests.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long a request's body and its answer may take: the store waits 5 s for others.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// How long a connection may speak HTTP, however busy it is: a page and its files take seconds, even on a bad line.
const HTTP_FOR: Duration = Duration::from_secs(120);
/// Most bytes of a request's head: room for the cookies of other services at the same host; the rest of it is short.
const HEAD_BYTES: usize = 16 * 1024;
/// How long to wait before accepting again if the system could not open another connection.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);
/// How often that is logged.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// Where a connection comes from, as far as the listener knows.
pub trait Peer {
    /// Its address; `None` in memory.
    fn ip(&self) -> Option<IpAddr>;
}

impl Peer for SocketAddr {
    fn ip(&self) -> Option<IpAddr> {
        Some(Self::ip(self))
    }
}

impl Peer for () {
    fn ip(&self) -> Option<IpAddr> {
        None
    }
}

impl Peer for &str {
    fn ip(&self) -> Option<IpAddr> {
        None
    }
}

/// A TCP port that keeps accepting after the system has run out of connections.
pub struct Tcp {
    listener: TcpListener,
    admission: Arc<Admission>,
    said: Option<Instant>,
}

impl Tcp {
    pub(crate) fn new(listener: TcpListener, admission: Arc<Admission>) -> Self {
        Self { listener, admission, said: None }
    }

    fn say(&mut self, error: &std::io::Error) {
        if self.said.is_none_or(|said| said.elapsed() >= SAY_EVERY) {
            self.said = Some(Instant::now());
            tracing::error!(target: "service", %error, "{}", words::NO_MORE_CONNECTIONS);
        }
    }
}

impl Listener for Tcp {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => {
                    // Frames are small and urgent: waiting to fill a packet would cost 40 ms.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(target: "service", %error, "a connection will be slow");
                    }
                    return (stream, peer);
                }
                // It closed before it was accepted: nothing is wrong here.
                Err(error)
                    if matches!(
                        error.kind(),
                        ErrorKind::ConnectionAborted
                            | ErrorKind::ConnectionRefused
                            | ErrorKind::ConnectionReset
                            | ErrorKind::Interrupted
                    ) => {}
                Err(error) => {
                    self.say(&error);
                    self.admission.make_room();
                    tokio::time::sleep(ACCEPT_AGAIN).await;
                }
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Serves connections until the service goes down, then finishes those that it has begun.
pub(crate) async fn serve<L>(
    mut listener: L,
    router: Router,
    admission: Arc<Admission>,
    trust: Trust,
    mut down: watch::Receiver<bool>,
) where
    L: Listener,
    L::Addr: Peer,
{
    let mut connections = JoinSet::new();
    let going_down = down.clone();
    let mut is_down = pin!(going_down_of(&mut down));
    'serving: loop {
        // Kept until it is done: if it were started again with each connection that ends, it would evict another one each time, while
        // the one before is still closing.
        let mut accepted = pin!(async {
            // A connection for which there is no room is not accepted: it waits in the system's queue until a pending connection has gone.
            admission.room().await;
            listener.accept().await
        });
        let (io, from) = loop {
            tokio::select! {
                accepted = &mut accepted => break accepted,
                Some(_) = connections.join_next() => {}
                () = &mut is_down => break 'serving,
            }
        };
        let from = from.ip();
        let Some(pending) = admission.enter(from.filter(|from| !trust.is_proxy(Some(*from)))) else {
            continue;
        };
        let says_from = trust.is_proxy(from);
        connections.spawn(speak(io, router.clone(), pending, says_from, going_down.clone()));
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// Who says where a connection comes from.
#[derive(Clone, Copy)]
pub(crate) struct Trust {
    /// Whether all connections come through a proxy, wherever it runs.
    pub(crate) behind_proxy: bool,
}

impl Trust {
    /// Whether the other end counts as a proxy: a connection from this machine does.
    fn is_proxy(self, from: Option<IpAddr>) -> bool {
        self.behind_proxy || from.is_none_or(|from| from.to_canonical().is_loopback())
    }
}

async fn going_down_of(down: &mut watch::Receiver<bool>) {
    let _ = down.wait_for(|down| *down).await;
}

/// HTTP on one connection.
async fn speak<I>(
    io: I,
    router: Router,
    pending: PendingConnection,
    says_from: bool,
    mut down: watch::Receiver<bool>,
) where
    I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let begins = async {
        // Before a byte is read: behind a proxy, the address is known only with the first request.
        if says_from { Ok(()) } else { pending.turn().await }
    };
    tokio::select! {
        turn = begins => if turn.is_err() { return },
        () = pending.evicted() => return,
        () = going_down_of(&mut down) => return,
    }
    let inner = TowerToHyperService::new(router);
    let of = pending.clone();
    let io = Metered { io, meter: pending.meter().clone() };
    let answers = hyper::service::service_fn(move |mut request: Request<hyper::body::Incoming>| {
        if let Some(from) = says_from.then(|| forwarded_for(request.headers())).flatten() {
            of.comes_from(from);
        }
        request.extensions_mut().insert(of.clone());
        inner.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(io), answers)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut ending = pin!(async {
        tokio::select! {
            () = tokio::time::sleep(HTTP_FOR) => {}
            () = going_down_of(&mut down) => {}
        }
    });
    tokio::select! {
        // The other end is at fault, and notices that the connection has ended.
        _ = connection.as_mut() => return,
        () = pending.evicted() => return,
        () = &mut ending => connection.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = connection => {}
        () = pending.evicted() => {}
        () = answered(&pending) => {}
    }
}

/// Done when the last answer on a connection has taken too long. A file may take longer.
async fn answered(pending: &PendingConnection) {
    let ends = Instant::now() + TRANSFER_WITHIN;
    loop {
        tokio::time::sleep(ANSWER_WITHIN).await;
        if !pending.is_transferring() || Instant::now() >= ends {
            return;
        }
    }
}

/// Whether a request brings a file.
fn brings_file(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path().contains(CHATS_PATH)
}

/// Answers a request when it is its address's turn, and within a limit. It is one of the router's layers, so that requests that have to
/// wait too long get an answer with the usual headers.
pub(crate) async fn in_turn(
    Extension(pending): Extension<PendingConnection>,
    request: Request,
    next: Next,
) -> Response {
    if let Err(wait) = pending.turn().await {
        return too_many(wait);
    }
    // The body of a file has limits of its own.
    let within = if brings_file(&request) { TRANSFER_WITHIN + ANSWER_WITHIN } else { ANSWER_WITHIN };
    match timeout(within, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => problem(StatusCode::REQUEST_TIMEOUT, words::TOO_SLOW),
    }
}

/// The answer to an address that sends too many requests; the connection ends with it.
fn too_many(wait: Duration) -> Response {
    let mut response = problem::retry(StatusCode::TOO_MANY_REQUESTS, words::TOO_MANY_REQUESTS, seconds(wait));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Whole seconds, as `Retry-After` has them.
pub(crate) fn seconds(wait: Duration) -> u32 {
    wait.as_secs_f64().ceil() as u32
}

/// Where the nearest proxy says that a request comes from: its own entry is the last one.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?;
    last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use prometheus_client::metrics::counter::Counter;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
    use tokio::sync::mpsc;

    struct Net(mpsc::UnboundedReceiver<DuplexStream>);

    impl Listener for Net {
        type Io = DuplexStream;
        type Addr = ();

        async fn accept(&mut self) -> (DuplexStream, ()) {
            match self.0.recv().await {
                Some(stream) => (stream, ()),
                None => std::future::pending().await,
            }
        }

        fn local_addr(&self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// A pending connection that stays open without HTTP and cannot be evicted at the moment, like one whose sign-in is being looked up.
    async fn settle(Extension(pending): Extension<PendingConnection>) -> &'static str {
        tokio::spawn(async move {
            let _held = pending;
            std::future::pending::<()>().await;
        });
        "ok"
    }

    async fn answered(stream: &mut DuplexStream) -> String {
        stream.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test(start_paused = true)]
    async fn at_capacity_one_pending_connection_at_a_time_is_evicted_however_many_connections_end_meanwhile()
    {
        let evicted = Counter::default();
        // The smallest capacity that there is: 128 connections.
        let admission = Arc::new(Admission::new(0, evicted.clone()));
        let (dial, incoming) = mpsc::unbounded_channel();
        let (_up, down) = watch::channel(false);
        let router = Router::new().route("/", get(settle));
        tokio::spawn(serve(Net(incoming), router, admission, Trust { behind_proxy: false }, down));
        let come = || {
            let (ours, theirs) = tokio::io::duplex(1024);
            dial.send(theirs).unwrap();
            ours
        };
        // The longest pending connection does not notice its eviction, so a new connection waits for the next one.
        assert!(answered(&mut come()).await.ends_with("ok"));
        let mut connections: Vec<DuplexStream> = (0..127).map(|_| come()).collect();
        let mut newcomer = come();
        for settling in &mut connections[64..] {
            assert!(answered(settling).await.ends_with("ok"));
        }
        assert_eq!(evicted.get(), 1, "nobody has to go because others settle");
        assert!(answered(&mut newcomer).await.ends_with("ok"));
    }

    #[test]
    fn the_nearest_proxy_is_believed_and_nobody_before_it() {
        let cases = [
            (vec!["192.0.2.1"], Some("192.0.2.1")),
            (vec!["10.9.9.9, 192.0.2.1"], Some("192.0.2.1")),
            (vec!["10.9.9.9", "192.0.2.1"], Some("192.0.2.1")),
            (vec!["2001:db8::1"], Some("2001:db8::1")),
            (vec!["unknown"], None),
            (vec![], None),
        ];
        for (values, expected) in cases {
            let mut headers = HeaderMap::new();
            for value in &values {
                headers.append("x-forwarded-for", value.parse().unwrap());
            }
            assert_eq!(forwarded_for(&headers), expected.map(|ip| ip.parse().unwrap()), "{values:?}");
        }
        let everywhere = Trust { behind_proxy: true };
        let here = Trust { behind_proxy: false };
        let other = Some(IpAddr::from([192, 0, 2, 1]));
        assert!(everywhere.is_proxy(other) && !here.is_proxy(other));
        assert!(here.is_proxy(Some(IpAddr::from([127, 0, 0, 1]))));
    }
}
