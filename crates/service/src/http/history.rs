//! Chats that are over, for technicians: a list that is searched, and transcripts (decision 0039). Reads from the store; organisations and
//! their queues know nothing of it.

use super::accept;
use super::problem::{self, problem};
use super::sign_in;
use super::transcript::{TranscriptReader, ended_chat};
use crate::orgs::registry::blocking;
use crate::state::AppState;
use crate::store::{Hash, HistoryQuery, OrgId, Store, StoreError};
use crate::{names, words};
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalogue::Language;
use chat::{PersonId, SessionId};
use presence::Role;
use protocol::http::{History, Transcript};
use protocol::limits::{HISTORY_PART, HISTORY_WORDS, HISTORY_WORDS_CHARS};
use std::sync::Arc;
use uuid::Uuid;

/// Searches and transcripts that are read at once, each on a thread of its own. Others are told to come back.
pub(crate) const READS: usize = 16;
/// Seconds after which one more may be asked for.
const FULL_FOR_SECONDS: u32 = 1;
/// Seconds after which the store may work again.
const STORE_BACK_SECONDS: u32 = 60;

/// Lists chats that are over.
pub(crate) async fn list(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(query) = parsed(query.as_deref().unwrap_or_default()) else {
        return problem(StatusCode::BAD_REQUEST, words::BAD_SEARCH);
    };
    let words = names::words(&query.words);
    let found = read(&app, &headers, move |store, org| store.history(org, &query, HISTORY_PART)).await;
    match found {
        Ok(page) => {
            let chats = page.sessions.iter().map(|ended| ended_chat(ended, &words)).collect();
            kept_private(Json(History { chats, more: page.more }).into_response())
        }
        Err(refused) => refused,
    }
}

/// What was said in one of them, as JSON.
pub(crate) async fn json(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    RawQuery(query): RawQuery,
) -> Response {
    let form = |transcript: &Transcript| Json(transcript).into_response();
    transcript_file(&app, &headers, id, query.as_deref(), "json", form).await
}

/// The same, as text for people.
pub(crate) async fn text(
    State(app): State<Arc<AppState>>,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    RawQuery(query): RawQuery,
) -> Response {
    let language = wanted_language(query.as_deref()).unwrap_or_else(|| accept::language(&headers));
    let form = |transcript: &Transcript| words::transcript(transcript, language).into_response();
    transcript_file(&app, &headers, id, query.as_deref(), "txt", form).await
}

/// A transcript as a file, in one of its forms.
async fn transcript_file(
    app: &Arc<AppState>,
    headers: &HeaderMap,
    id: Uuid,
    query: Option<&str>,
    extension: &str,
    form: impl Fn(&Transcript) -> Response,
) -> Response {
    let with_notes = wants_notes(query);
    let found = read(app, headers, move |store, org| {
        let reader = TranscriptReader::begin(store, org, SessionId(id), with_notes)?;
        reader.map_or(Ok(None), |reader| reader.read(store))
    });
    match found.await {
        Ok(Some(transcript)) => named_file(form(&transcript), id, extension),
        Ok(None) => problem(StatusCode::NOT_FOUND, words::NO_SUCH_CHAT),
        Err(refused) => refused,
    }
}

/// Whether private notes are wanted, too: only those who say so get them, so that none goes to a client by mistake.
fn wants_notes(query: Option<&str>) -> bool {
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).any(|(name, _)| name == "notes")
}

/// The language that the address asks for: a browser that downloads asks for its own, not for that of the page.
fn wanted_language(query: Option<&str>) -> Option<Language> {
    let mut pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.find(|(name, _)| name == "language").map(|(_, code)| Language::of_header(&code))
}

/// Reads from the store for a technician, on a thread of its own.
async fn read<T: Send + 'static>(
    app: &Arc<AppState>,
    headers: &HeaderMap,
    reads: impl FnOnce(&dyn Store, OrgId) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Response> {
    let token = bearer(headers).or_else(|| sign_in::cookie(headers));
    let Some(token) = token else { return Err(problem(StatusCode::UNAUTHORIZED, words::NOT_SIGNED_IN)) };
    let account = app.token_lookup.account(Hash::of(&token)).await.map_err(|error| down(&error))?;
    let Some(account) = account else {
        return Err(problem(StatusCode::UNAUTHORIZED, words::NOT_SIGNED_IN));
    };
    match account.person.affiliation.role() {
        Role::Technician => {}
        Role::Client => return Err(problem(StatusCode::FORBIDDEN, words::FOR_TECHNICIANS)),
    }
    let Ok(place) = app.history_reads.clone().try_acquire_owned() else {
        return Err(problem::retry(
            StatusCode::TOO_MANY_REQUESTS,
            words::TOO_MANY_SEARCHES,
            FULL_FOR_SECONDS,
        ));
    };
    let store = app.store.clone();
    // A search that nobody waits for any more goes on, and keeps its place until its end.
    let read = blocking(move || {
        let _place = place;
        reads(&*store, account.org)
    });
    read.await.map_err(|error| down(&error))
}

/// The token that a native client sends.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

/// What to look for; `None` if it does not match the protocol.
fn parsed(query: &str) -> Option<HistoryQuery> {
    let mut parsed = HistoryQuery::default();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "words" if is_short(&value) => parsed.words = value.into_owned(),
            "words" => return None,
            "person" => parsed.person = Some(PersonId(value.parse().ok()?)),
            "company" => parsed.company = Some(value.into_owned()),
            "reference" => parsed.reference = Some(value.into_owned()),
            "before" => parsed.before = Some(SessionId(value.parse().ok()?)),
            _ => {}
        }
    }
    Some(parsed)
}

fn is_short(words: &str) -> bool {
    words.chars().count() <= HISTORY_WORDS_CHARS && words.split_whitespace().count() <= HISTORY_WORDS
}

fn named_file(mut response: Response, id: Uuid, extension: &str) -> Response {
    let name = format!("attachment; filename=\"chat-{id}.{extension}\"");
    let name = HeaderValue::try_from(name).expect("an id and our own text are good in a header");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    kept_private(response)
}

/// Nobody keeps it on the way.
fn kept_private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn down(error: &StoreError) -> Response {
    tracing::debug!(target: "service", %error, "the history could not be read");
    problem::retry(StatusCode::SERVICE_UNAVAILABLE, words::STORE_DOWN, STORE_BACK_SECONDS)
}
