//! The service as a whole: routes in, tasks of organisations behind them, and an orderly end.

use crate::account::Codes;
use crate::bucket::Bucket;
use crate::clock::Clock;
use crate::config::Config;
use crate::connection::{self, Came};
use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::store::{Store, StoreError, Timed};
use crate::{origin, portal, sign_in, words};
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use presence::Role;
use protocol::{SUBPROTOCOL, http, limits};
use std::fmt::Debug;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// Most connections of one process: ten times what the service is measured with.
const CONNECTIONS: u32 = 100_000;
/// Bytes that a connection reads at once: tungstenite's default of 128 KiB would be what a connection costs.
const READ_BYTES: usize = 4096;
/// Bytes of a frame that are read at all: twice the protocol's limit, so that a frame somewhat too large is read to its end and
/// answered by a proper close, which a sender in the middle of writing would not see.
const FRAME_READ_BYTES: usize = 2 * limits::FRAME_BYTES;
/// Bytes of a request's body: a secret, a token and a name.
const BODY_BYTES: usize = 16 * 1024;
/// How long connections may take to end after the drain.
const END_WITHIN: Duration = Duration::from_secs(3);
/// Links that may be redeemed at once; a guess of a 256-bit secret is hopeless anyway, this spares the disk.
const REDEEM_BURST: u32 = 50;
/// Links that may be redeemed a second after that.
const REDEEM_PER_SECOND: u32 = 10;

/// What all requests share.
pub(crate) struct App {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) codes: Arc<Codes>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) redeem: Mutex<Bucket>,
    pub(crate) connections: Arc<Semaphore>,
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
    L::Addr: Debug,
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
        let store: Arc<dyn Store> = Arc::new(Timed { store, metrics: metrics.clone() });
        let hub = Hub::start(store.clone(), config.clone(), clock, codes.clone(), metrics.clone()).await?;
        let hub = Arc::new(hub);
        let (down, is_down) = watch::channel(false);
        let app = Arc::new(App {
            store,
            config,
            clock,
            codes,
            hub,
            redeem: Mutex::new(Bucket::new(REDEEM_BURST, REDEEM_PER_SECOND, tokio::time::Instant::now())),
            connections: Arc::new(Semaphore::new(CONNECTIONS as usize)),
            metrics,
            down: is_down,
        });
        Ok(Self { app, down })
    }

    /// Where the administrator's commands tell running organisations what changed.
    pub(crate) fn hub(&self) -> Arc<Hub> {
        self.app.hub.clone()
    }

    /// What monitoring reads.
    pub(crate) fn metrics(&self) -> Arc<Metrics> {
        self.app.metrics.clone()
    }

    /// Serves until `shutdown` is done, then drains.
    pub async fn run<L>(self, listener: L, shutdown: impl Future<Output = ()> + Send + 'static)
    where
        L: axum::serve::Listener,
        L::Addr: Debug,
    {
        let Self { app, down } = self;
        let mut is_down = down.subscribe();
        let stop = async move {
            let _ = is_down.wait_for(|down| *down).await;
        };
        let serving = axum::serve(listener, router(app.clone())).with_graceful_shutdown(stop);
        // In a set, so that it ends with this future, however that ends.
        let mut tasks = JoinSet::new();
        tasks.spawn(serving.into_future());
        shutdown.await;
        tracing::info!(target: "service", "going down");
        // Nothing new is accepted from here on; who is here is told, and what they last were is stored.
        let _ = down.send(true);
        app.hub.drain(seed()).await;
        let ended = async {
            let _ = app.connections.acquire_many(CONNECTIONS).await;
            tasks.join_next().await;
        };
        if tokio::time::timeout(END_WITHIN, ended).await.is_err() {
            tracing::info!(target: "service", "some connections did not end in time");
        }
    }
}

fn seed() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}

fn router(app: Arc<App>) -> Router {
    let page = get(portal::page);
    let mut router = Router::new()
        .route("/healthz", get(async || "ok"))
        .route(http::CONNECT_PATH, any(connect_native))
        .route(http::REDEEM_PATH, post(sign_in::redeem))
        .route(http::PORTAL_CODE_PATH, post(sign_in::window))
        .route(http::SIGN_IN_PATH, page.clone())
        .route("/assets/{*path}", get(portal::asset));
    for role in [Role::Technician, Role::Client] {
        let path = http::portal_path(role);
        let connect = async move |State(app): State<Arc<App>>, headers: HeaderMap, upgrade: Upgrade| {
            connect_page(app, role, &headers, upgrade)
        };
        router = router
            .route(path, get(async move || axum::response::Redirect::permanent(&format!("{path}/"))))
            .route(&format!("{path}/"), page.clone())
            .route(&format!("{path}/connect"), any(connect));
    }
    router
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(axum::middleware::from_fn(portal::guard))
        .layer(axum::middleware::from_fn_with_state(app.clone(), origin::check))
        .layer(axum::middleware::map_response_with_state(app.clone(), count))
        .with_state(app)
}

async fn count(State(app): State<Arc<App>>, response: Response) -> Response {
    app.metrics.responded(response.status());
    response
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

async fn connect_native(State(app): State<Arc<App>>, upgrade: Upgrade) -> Response {
    connect(app, upgrade, Came::Native)
}

fn connect_page(app: Arc<App>, role: Role, headers: &HeaderMap, upgrade: Upgrade) -> Response {
    // A cookie alone proves nothing about who uses it: the page must say where it comes from.
    if !headers.contains_key(header::ORIGIN) {
        return (StatusCode::FORBIDDEN, words::FOREIGN_ORIGIN).into_response();
    }
    connect(app, upgrade, Came::Page(role, sign_in::cookie(headers)))
}

fn connect(app: Arc<App>, upgrade: Upgrade, came: Came) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([SUBPROTOCOL]),
        Err(rejection) => return rejection.into_response(),
    };
    if upgrade.selected_protocol().is_none() {
        return (StatusCode::BAD_REQUEST, words::NO_SUBPROTOCOL).into_response();
    }
    let Ok(place) = app.connections.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "5")], words::FULL_HOUSE)
            .into_response();
    };
    upgrade
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_message_size(FRAME_READ_BYTES)
        .max_frame_size(FRAME_READ_BYTES)
        .on_upgrade(async move |socket| {
            connection::serve(socket, app, came).await;
            drop(place);
        })
}
