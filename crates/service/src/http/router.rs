//! The routes: what answers which request, and the upgrade of a request to a WebSocket.

use super::admission::PendingConnection;
use super::problem::{self, problem};
use super::{files, history, listen, origin, portal, sign_in};
use crate::socket::connection::{self, FRAME_READ_BYTES, Route};
use crate::state::AppState;
use crate::words;
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use chat::SessionId;
use presence::Role;
use protocol::{SUBPROTOCOL, http};
use std::sync::Arc;
use uuid::Uuid;

/// Bytes that a connection reads at once: with tungstenite's default, each connection would cost 128 KiB.
const READ_BYTES: usize = 4096;
/// Bytes of a request's body: a secret, a token and a name.
const BODY_BYTES: usize = 16 * 1024;
/// Seconds after which a failed health check may be repeated: by then, a step of the store has been tried.
const HEALTH_AGAIN_S: u32 = 5;
/// Seconds after which a device may try again if the service was full: some connections end in that time, and others would notice an
/// absence of a minute (P10).
const FULL_FOR_SECONDS: u32 = 5;

/// All routes, with what every request goes through.
pub(crate) fn router(app: Arc<AppState>) -> Router {
    let page = get(portal::page);
    let mut router = Router::new()
        .route("/", get(portal::home))
        .route("/healthz", get(healthz))
        .route(http::CONNECT_PATH, any(connect_native))
        .route(http::REDEEM_PATH, post(sign_in::redeem))
        .route(http::PORTAL_CODE_PATH, post(sign_in::window))
        .route(http::SIGN_IN_PATH, page.clone())
        .route(http::HISTORY_PATH, get(history::list))
        .route(&format!("{}/{{id}}/transcript.json", http::HISTORY_PATH), get(history::json))
        .route(&format!("{}/{{id}}/transcript.txt", http::HISTORY_PATH), get(history::text))
        .route("/assets/{*path}", get(portal::asset));
    for role in [Role::Technician, Role::Client] {
        let path = http::portal_path(role);
        let connect =
            async move |State(app): State<Arc<AppState>>,
                        Extension(pending): Extension<PendingConnection>,
                        headers: HeaderMap,
                        upgrade: Upgrade| { connect_page(app, pending, role, &headers, upgrade) };
        router =
            router.route(&format!("{path}/"), page.clone()).route(&format!("{path}/connect"), any(connect));
        let send = async move |State(app): State<Arc<AppState>>,
                               Extension(pending): Extension<PendingConnection>,
                               Path(of): Path<(Uuid, Uuid)>,
                               RawQuery(query): RawQuery,
                               headers: HeaderMap,
                               body: Body| {
            let query = query.unwrap_or_default();
            files::send(&app, &pending, file(role, of), &query, &headers, body).await
        };
        let fetch = async move |State(app): State<Arc<AppState>>,
                                Extension(pending): Extension<PendingConnection>,
                                Path(of): Path<(Uuid, Uuid)>,
                                headers: HeaderMap| {
            files::fetch(&app, &pending, file(role, of), &headers).await
        };
        let address = format!("{path}{}/{{session}}/files/{{message}}", http::CHATS_PATH);
        router = router.route(&address, get(fetch).post(send));
        for file in portal::BESIDE {
            router = router.route(&format!("{path}/{file}"), get(portal::beside));
        }
    }
    router
        .fallback(portal::elsewhere)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(axum::middleware::from_fn_with_state(app.clone(), origin::check))
        .layer(axum::middleware::from_fn(listen::in_turn))
        .layer(axum::middleware::from_fn(problem::for_reader))
        .layer(axum::middleware::from_fn_with_state(app.clone(), portal::guard))
        .layer(axum::middleware::map_response_with_state(app.clone(), count))
        .with_state(app)
}

fn file(role: Role, (session, message): (Uuid, Uuid)) -> files::Address {
    files::Address { role, session: SessionId(session), message }
}

/// The health check: monitoring that looks for `ok` need not wake anybody.
async fn healthz(State(app): State<Arc<AppState>>) -> Response {
    match app.store.trouble() {
        None => "ok".into_response(),
        Some(what) => problem::retry(StatusCode::SERVICE_UNAVAILABLE, what, HEALTH_AGAIN_S),
    }
}

async fn count(State(app): State<Arc<AppState>>, response: Response) -> Response {
    app.metrics.responded(response.status());
    response
}

type Upgrade = Result<WebSocketUpgrade, WebSocketUpgradeRejection>;

async fn connect_native(
    State(app): State<Arc<AppState>>,
    Extension(pending): Extension<PendingConnection>,
    upgrade: Upgrade,
) -> Response {
    connect(app, pending, upgrade, Route::Native)
}

fn connect_page(
    app: Arc<AppState>,
    pending: PendingConnection,
    role: Role,
    headers: &HeaderMap,
    upgrade: Upgrade,
) -> Response {
    // A cookie does not prove which page sends it: the page must say where it comes from.
    if !headers.contains_key(header::ORIGIN) {
        return problem(StatusCode::FORBIDDEN, words::NO_ORIGIN);
    }
    connect(app, pending, upgrade, Route::Page(role, sign_in::cookie(headers)))
}

fn connect(app: Arc<AppState>, pending: PendingConnection, upgrade: Upgrade, route: Route) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([SUBPROTOCOL]),
        Err(rejection) => return not_upgraded(rejection),
    };
    if upgrade.selected_protocol().is_none() {
        return problem(StatusCode::BAD_REQUEST, words::NO_SUBPROTOCOL);
    }
    if !app.admission.has_place() {
        return problem::retry(StatusCode::SERVICE_UNAVAILABLE, words::AT_CAPACITY, FULL_FOR_SECONDS);
    }
    upgrade
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_message_size(FRAME_READ_BYTES)
        .max_frame_size(FRAME_READ_BYTES)
        .on_upgrade(move |socket| connection::serve(socket, app, route, pending))
}

/// A request that does not ask for a WebSocket, or for one that the service does not speak.
fn not_upgraded(rejection: WebSocketUpgradeRejection) -> Response {
    let status = rejection.into_response().status();
    let mut response = problem(status, words::NO_UPGRADE);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET"));
    }
    response
}
