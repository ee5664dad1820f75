//! Signing in over HTTP: a one-time link for a sign-in, the window's code for a cookie. Both by POST only.

use crate::auth::secrets;
use crate::bucket::Bucket;
use crate::http::admission::PendingConnection;
use crate::http::listen::seconds;
use crate::http::problem::{self, problem};
use crate::metrics::label::SignInRefused;
use crate::orgs::registry::blocking;
use crate::state::AppState;
use crate::store::{Account, Hash, Redeemed, SignInId};
use crate::words::{self, Text};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use protocol::http::{COOKIE, PortalCode, Redeem, SignedIn, portal_path};
use protocol::limits::NAME_CHARS;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// How long a browser keeps the cookie: 400 days, the most that browsers allow. The sign-in can be ended at any time.
const COOKIE_SECONDS: u64 = 400 * 24 * 60 * 60;
/// Seconds after which a sign-in may be tried again if the database could not be used: the message says a minute, and clearing a full
/// disk takes longer than that.
const STORE_BACK_SECONDS: u32 = 60;

/// Redeems a link.
pub(crate) async fn redeem(
    State(app): State<Arc<AppState>>,
    Extension(pending): Extension<PendingConnection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(wait) = redeemed_lately(&app).wait(Instant::now()) {
        return busy(&app, wait);
    }
    let Ok(redeem) = serde_json::from_slice::<Redeem>(&body) else {
        return problem(StatusCode::BAD_REQUEST, words::BODY_INVALID);
    };
    if !secrets::is_token(&redeem.token.0) {
        return problem(StatusCode::BAD_REQUEST, words::TOKEN_INVALID);
    }
    if redeem.cookie && !headers.contains_key(header::ORIGIN) {
        return problem(StatusCode::FORBIDDEN, words::NO_ORIGIN);
    }
    let now = app.clock.now();
    let (link, token) = (Hash::of(&redeem.link), Hash::of(&redeem.token.0));
    let device = words::line(&redeem.device, NAME_CHARS);
    let store = app.store.clone();
    let redeemed = blocking(move || {
        let sign_in = SignInId(Uuid::new_v4());
        store.redeem(link, token, sign_in, &device, now, now.minus(secrets::LINK_GOOD_FOR))
    });
    match redeemed.await {
        Ok(Redeemed::Account(account)) => {
            // Only stored sign-ins count: somebody who sends bad links keeps nobody from signing in, not even at the same address.
            let _ = redeemed_lately(&app).take(Instant::now());
            app.metrics.signed_in();
            tracing::info!(target: "service", sign_in = %account.sign_in.0, "a link was redeemed");
            signed_in(&app, &account, redeem.cookie.then_some(redeem.token.0.as_str()))
        }
        Ok(Redeemed::Unknown) => match pending.tried_unknown() {
            Ok(()) => refused(&app, SignInRefused::LinkUnknown, StatusCode::NOT_FOUND, words::LINK_UNKNOWN),
            Err(wait) => busy(&app, wait),
        },
        Ok(Redeemed::Used) => refused(&app, SignInRefused::LinkUsed, StatusCode::GONE, words::LINK_USED),
        Ok(Redeemed::Ended) => refused(&app, SignInRefused::LinkEnded, StatusCode::GONE, words::LINK_ENDED),
        Ok(Redeemed::Expired) => {
            refused(&app, SignInRefused::LinkExpired, StatusCode::GONE, words::LINK_EXPIRED)
        }
        Err(error) => down(&error),
    }
}

fn redeemed_lately(app: &AppState) -> MutexGuard<'_, Bucket> {
    app.redeem.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the app's window its cookie.
pub(crate) async fn window(
    State(app): State<Arc<AppState>>,
    Extension(pending): Extension<PendingConnection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(PortalCode { code }) = serde_json::from_slice(&body) else {
        return problem(StatusCode::BAD_REQUEST, words::BODY_INVALID);
    };
    if !headers.contains_key(header::ORIGIN) {
        return problem(StatusCode::FORBIDDEN, words::NO_ORIGIN);
    }
    let Some((of, instance)) = app.codes.redeem(&code) else {
        return match pending.tried_unknown() {
            Ok(()) => problem(StatusCode::GONE, words::CODE_UNKNOWN),
            Err(wait) => busy(&app, wait),
        };
    };
    let (token, now, store) = (secrets::secret(), app.clock.now(), app.store.clone());
    let hash = Hash::of(&token);
    match blocking(move || store.add_window(of, instance, SignInId(Uuid::new_v4()), hash, now)).await {
        Ok(Some(account)) => signed_in(&app, &account, Some(&token)),
        Ok(None) => problem(StatusCode::GONE, words::CODE_UNKNOWN),
        Err(error) => down(&error),
    }
}

/// The token in a page's cookie.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, token)| token.to_owned())
}

fn signed_in(app: &AppState, account: &Account, cookie: Option<&str>) -> Response {
    let role = account.person.affiliation.role();
    let signed_in = SignedIn {
        name: account.person.name.clone(),
        role,
        organisation: account.org_name.clone(),
        portal: portal_path(role).to_owned(),
    };
    let mut response = Json(signed_in).into_response();
    if let Some(token) = cookie {
        let secure = match app.config.public_address.as_deref() {
            Some(address) if address.starts_with("https://") => "; Secure",
            Some(_) | None => "",
        };
        let cookie = format!(
            "{COOKIE}={token}; Path={}; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Strict{secure}",
            portal_path(role)
        );
        let mut cookie =
            HeaderValue::try_from(cookie).expect("hex digits and our own text are good in a header");
        cookie.set_sensitive(true);
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

fn refused(app: &AppState, why: SignInRefused, status: StatusCode, message: Text) -> Response {
    app.metrics.sign_in_refused(why);
    problem(status, message)
}

/// Too many at once: try again after this time.
fn busy(app: &AppState, wait: Duration) -> Response {
    app.metrics.sign_in_refused(SignInRefused::Busy);
    problem::retry(StatusCode::TOO_MANY_REQUESTS, words::SIGN_IN_BUSY, seconds(wait))
}

fn down(error: &crate::store::StoreError) -> Response {
    tracing::debug!(target: "service", %error, "a sign-in could not be stored");
    problem::retry(StatusCode::SERVICE_UNAVAILABLE, words::STORE_DOWN, STORE_BACK_SECONDS)
}
