//! The service as a whole: routes in, tasks of organisations behind them, and an orderly end.

use crate::account::Codes;
use crate::bucket::Bucket;
use crate::clock::Clock;
use crate::config::Config;
use crate::connection::{self, Came};
use crate::desk::Desk;
use crate::door::{Door, Guest};
use crate::hub::Hub;
use crate::listen::{self, Peer, Tcp, Trust};
use crate::metrics::Metrics;
use crate::problem::{self, problem};
use crate::store::{Store, StoreError, Timed};
use crate::{origin, portal, sign_in, words};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use presence::Role;
use protocol::{SUBPROTOCOL, http, limits};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Bytes that a connection reads at once: tungstenite's default of 128 KiB would be what a connection costs.
const READ_BYTES: usize = 4096;
/// Bytes of a frame that are read at all: twice the protocol's limit, so that a frame somewhat too large is read to its end and
/// answered by a proper close, which a sender in the middle of writing would not see.
const FRAME_READ_BYTES: usize = 2 * limits::FRAME_BYTES;
/// Bytes that a connection may send before its hello has come whole: a hello has some hundred. What is read of a flood is what it costs.
pub(crate) const HELLO_READ_BYTES: u64 = 4 * 1024;
/// Bytes of a message that is under way, its fragments' heads and what was read beyond it: more of them, and nothing whole among it, is a flood.
pub(crate) const UNDER_WAY_BYTES: u64 = FRAME_READ_BYTES as u64 + 32 * 1024;
/// Bytes that are read after our close, in search of its answer, of one who floods or has not signed in.
pub(crate) const LAST_BYTES: u64 = 4 * 1024;
/// Bytes of a request's body: a secret, a token and a name.
const BODY_BYTES: usize = 16 * 1024;
/// How long connections may take to end after the drain.
const END_WITHIN: Duration = Duration::from_secs(3);
/// After how many seconds whoever looks whether the service is well may look again: by then, a step of the store has been tried.
const HEALTH_AGAIN_S: u32 = 5;
/// After how many seconds a device may come again where all places were taken: some leave in that time, and a minute would be an
/// absence that others see (P10).
const FULL_FOR_SECONDS: u32 = 5;
/// Links that may be redeemed at once, by all together; a guess of a 256-bit secret is hopeless anyway, this spares the disk.
const REDEEM_BURST: u32 = 50;
/// Links that may be redeemed a second after that.
const REDEEM_PER_SECOND: u32 = 10;

/// What all requests share.
pub(crate) struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) codes: Arc<Codes>,
    pub(crate) hub: Hub,
    pub(crate) desk: Arc<Desk>,
    pub(crate) redeem: Mutex<Bucket>,
    pub(crate) door: Arc<Door>,
    pub(crate) metrics: Arc<Metrics>,
    /// Whether the service goes down.
    pub(crate) down: watch::Receiver<bool>,
}

/// A service that has loaded what was stored and may be run.
pub struct Service {
    app: Arc<App>,
    down: watch::Sender<bool>,
}

/// Runs the service on a listener until `shutdown` is done, then says so to everybody, stores all and returns.
///
/// # Errors
/// If the store cannot be read at the start.
pub async fn run<L>(
    listener: L,
    store: Arc<dyn Store>,
    config: Config,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StoreError>
where
    L: axum::serve::Listener,
    L::Addr: Peer,
{
    Service::load(store, config, clock).await?.run(listener, shutdown).await;
    Ok(())
}

impl Service {
    /// Loads all organisations: from now on, who was connected is in grace (P10).
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn load(store: Arc<dyn Store>, config: Config, clock: Clock) -> Result<Self, StoreError> {
        let codes = Arc::new(Codes::new(config.portal_code, clock));
        let metrics = Arc::new(Metrics::new(clock));
        let store: Arc<dyn Store> = Arc::new(Timed::new(store, metrics.clone()));
        let hub = Hub::start(store.clone(), config.clone(), clock, codes.clone(), metrics.clone()).await?;
        let (down, is_down) = watch::channel(false);
        let desk = Arc::new(Desk::new(store.clone(), metrics.sign_ins_waiting()));
        let door = Arc::new(Door::new(config.files, metrics.shown_out()));
        let app = Arc::new(App {
            store,
            config,
            clock,
            codes,
            hub,
            desk,
            redeem: Mutex::new(Bucket::new(REDEEM_BURST, REDEEM_PER_SECOND, tokio::time::Instant::now())),
            door,
            metrics,
            down: is_down,
        });
        Ok(Self { app, down })
    }

    /// A port for [`Service::run`] that holds out where the system does not give any more connections.
    #[must_use]
    pub fn tcp(&self, listener: TcpListener) -> Tcp {
        Tcp::new(listener, self.app.door.clone())
    }

    /// Where the administrator's commands tell running organisations what changed.
    pub(crate) fn hub(&self) -> Hub {
        self.app.hub.clone()
    }

    /// What monitoring reads.
    pub(crate) fn metrics(&self) -> Arc<Metrics> {
        self.app.metrics.clone()
    }

    /// Serves until `shutdown` is done, then drains.
    ///
    /// # Panics
    /// If what accepts connections does, after the drain.
    pub async fn run<L>(self, listener: L, shutdown: impl Future<Output = ()> + Send + 'static)
    where
        L: axum::serve::Listener,
        L::Addr: Peer,
    {
        let Self { app, down } = self;
        let trust = Trust { behind_proxy: app.config.behind_proxy };
        let serving = listen::serve(listener, router(app.clone()), app.door.clone(), trust, down.subscribe());
        // In a set, so that it ends with this future, however that ends.
        let mut tasks = JoinSet::new();
        tasks.spawn(serving);
        let failed = tokio::select! {
            () = shutdown => None,
            ended = tasks.join_next() => ended.and_then(Result::err),
        };
        tracing::info!(target: "service", "going down");
        // Nothing new is accepted from here on; who is here is told, and what they last were is stored.
        let _ = down.send(true);
        app.hub.drain(seed()).await;
        let ended = async {
            tasks.join_next().await;
            app.door.all_gone().await;
        };
        if tokio::time::timeout(END_WITHIN, ended).await.is_err() {
            tracing::info!(target: "service", "some connections did not end in time");
        }
        if let Some(failed) = failed.and_then(|error| error.try_into_panic().ok()) {
            // Nobody would get in any more: whoever watches over the service starts it again.
            std::panic::resume_unwind(failed);
        }
    }
}

fn seed() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}

fn router(app: Arc<App>) -> Router {
    let page = get(portal::page);
    let mut router = Router::new()
        .route("/healthz", get(healthz))
        .route(http::CONNECT_PATH, any(connect_native))
        .route(http::REDEEM_PATH, post(sign_in::redeem))
        .route(http::PORTAL_CODE_PATH, post(sign_in::window))
        .route(http::SIGN_IN_PATH, page.clone())
        .route("/assets/{*path}", get(portal::asset));
    for role in [Role::Technician, Role::Client] {
        let path = http::portal_path(role);
        let connect =
            async move |State(app): State<Arc<App>>,
                        Extension(guest): Extension<Guest>,
                        headers: HeaderMap,
                        upgrade: Upgrade| { connect_page(app, guest, role, &headers, upgrade) };
        router =
            router.route(&format!("{path}/"), page.clone()).route(&format!("{path}/connect"), any(connect));
    }
    router
        .fallback(portal::elsewhere)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(axum::middleware::from_fn_with_state(app.clone(), origin::check))
        .layer(axum::middleware::map_response(problem::in_our_words))
        .layer(axum::middleware::from_fn(listen::in_turn))
        .layer(axum::middleware::from_fn_with_state(app.clone(), portal::guard))
        .layer(axum::middleware::map_response_with_state(app.clone(), count))
        .with_state(app)
}

/// Whether it is as it should be: nobody has to be woken who looks for `ok`.
async fn healthz(State(app): State<Arc<App>>) -> Response {
    match app.store.trouble() {
        None => "ok".into_response(),
        Some(what) => problem::retry(StatusCode::SERVICE_UNAVAILABLE, &what, HEALTH_AGAIN_S),
    }
}

async fn count(State(app): State<Arc<App>>, response: Response) -> Response {
    app.metrics.responded(response.status());
    response
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

async fn connect_native(
    State(app): State<Arc<App>>,
    Extension(guest): Extension<Guest>,
    upgrade: Upgrade,
) -> Response {
    connect(app, guest, upgrade, Came::Native)
}

fn connect_page(app: Arc<App>, guest: Guest, role: Role, headers: &HeaderMap, upgrade: Upgrade) -> Response {
    // A cookie alone proves nothing about who uses it: the page must say where it comes from.
    if !headers.contains_key(header::ORIGIN) {
        return problem(StatusCode::FORBIDDEN, words::NO_ORIGIN);
    }
    connect(app, guest, upgrade, Came::Page(role, sign_in::cookie(headers)))
}

fn connect(app: Arc<App>, guest: Guest, upgrade: Upgrade, came: Came) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([SUBPROTOCOL]),
        Err(rejection) => return not_upgraded(rejection),
    };
    if upgrade.selected_protocol().is_none() {
        return problem(StatusCode::BAD_REQUEST, words::NO_SUBPROTOCOL);
    }
    if !app.door.has_place() {
        return problem::retry(StatusCode::SERVICE_UNAVAILABLE, words::FULL_HOUSE, FULL_FOR_SECONDS);
    }
    upgrade
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_message_size(FRAME_READ_BYTES)
        .max_frame_size(FRAME_READ_BYTES)
        .on_upgrade(move |socket| connection::serve(socket, app, came, guest))
}

/// A request that asks for no WebSocket, or for none that the service speaks.
fn not_upgraded(rejection: WebSocketUpgradeRejection) -> Response {
    let status = rejection.into_response().status();
    let mut response = problem(status, words::NO_UPGRADE);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
    }
    response
}
