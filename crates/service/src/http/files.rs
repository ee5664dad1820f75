//! Files of chats: sent by POST with the content as the body, fetched by GET (decision 0047). Contents pass through in pieces, whatever their
//! size. Whether somebody may send one is decided by their organisation's core, as for every message.

use super::admission::{FileUnderWay, PendingConnection};
use super::listen::seconds;
use super::problem::{self, problem};
use super::sign_in;
use super::transfers::{TRANSFER_WITHIN, Transfer, Way};
use crate::files::{Contents, Earlier, FileRequest, FilesFolder, SweptFolder, picture};
use crate::org::{ArrivedFile, ConnId};
use crate::orgs::registry::blocking;
use crate::orgs::runner::Input;
use crate::state::AppState;
use crate::store::{Account, FileId, Hash, StoreError, StoredFile};
use crate::words::{self, Text};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chat::limits::FILE_BYTES;
use chat::{SentFile, SessionId};
use futures_util::StreamExt;
use presence::Role;
use protocol::display_text::written_file_name;
use protocol::http::FileStored;
use protocol::{Down, ErrorCode};
use std::fmt::Write;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::sync::oneshot;
use tokio::time::timeout;
use uuid::Uuid;

/// How long the sender of a file may pause: after that, the line is dead.
const PIECE_WITHIN: Duration = Duration::from_secs(15);
/// How long the organisation may take to store the message: 1,024 intents may wait before it.
const STORED_WITHIN: Duration = Duration::from_secs(20);
/// Bytes that are read and thrown away after a refusal: a browser shows the answer only if it could send everything. More than a file may have,
/// since somebody may choose a larger one.
const DISCARDED_BYTES: u64 = 2 * FILE_BYTES;
/// How long that may take.
const DISCARDED_WITHIN: Duration = Duration::from_secs(30);
/// Bytes of a file that are read from the disk at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Seconds after which what failed for a moment may be tried again.
const AGAIN_SECONDS: u32 = 5;
/// What a file gets as its name if nothing is left of its own.
const UNNAMED: &str = "file";
/// Where the ids of senders begin: those of devices count up from 0.
const SENDERS: u64 = 1 << 63;

/// What somebody may do with a file in a browser: look at a picture; nothing runs, and nothing is loaded.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; sandbox";
/// The browser keeps it, and asks each time whether it may still show it.
const CACHED: &str = "private, no-cache";

/// Which file of which chat.
#[derive(Clone, Copy)]
pub(crate) struct Address {
    pub(crate) role: Role,
    pub(crate) session: SessionId,
    /// The id of its message.
    pub(crate) message: Uuid,
}

impl Address {
    /// The request of somebody for this file.
    fn of(self, account: &Account) -> FileRequest {
        let Self { role, session, message } = self;
        FileRequest { org: account.org, person: account.person.id, role, session, message }
    }
}

/// Held while a file is under way: its place, and its connection, which may take longer meanwhile.
type UnderWay = (Transfer, FileUnderWay);
/// A refusal, as an answer.
type Refused = Box<Response>;

/// Takes a file into a chat.
pub(crate) async fn send(
    app: &Arc<AppState>,
    pending: &PendingConnection,
    address: Address,
    query: &str,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let mut body = body.into_data_stream();
    match timeout(TRANSFER_WITHIN, take(app, pending, address, query, headers, &mut body)).await {
        Ok(Ok(number)) => {
            discard(&mut body).await;
            Json(FileStored { number }).into_response()
        }
        Ok(Err(refused)) => {
            discard(&mut body).await;
            *refused
        }
        Err(_) => problem(StatusCode::REQUEST_TIMEOUT, words::TOO_SLOW),
    }
}

async fn take(
    app: &Arc<AppState>,
    pending: &PendingConnection,
    address: Address,
    query: &str,
    headers: &HeaderMap,
    body: &mut axum::body::BodyDataStream,
) -> Result<u64, Refused> {
    // A cookie does not prove which page sends it: the page must say where it comes from.
    if !headers.contains_key(header::ORIGIN) {
        return refused(StatusCode::FORBIDDEN, words::NO_ORIGIN);
    }
    let Some(folder) = &app.files else { return refused(StatusCode::FORBIDDEN, words::FILES_OFF) };
    let (account, _held) = admit(app, pending, address.role, headers, Way::Sent).await?;
    if let Some(number) = sent_before(app, &account, address).await? {
        return Ok(number);
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|bytes| bytes.to_str().ok()?.parse().ok());
    check_size(app, &account, announced.unwrap_or(1)).await?;
    let mut file = folder.create().await.map_err(|error| not_stored(&error))?;
    let mut bytes = 0_u64;
    while let Some(piece) = next(body).await? {
        bytes += piece.len() as u64;
        if bytes > FILE_BYTES {
            return refused(StatusCode::PAYLOAD_TOO_LARGE, words::FILE_TOO_LARGE);
        }
        file.write(&piece).await.map_err(|error| not_stored(&error))?;
    }
    if bytes == 0 {
        return refused(StatusCode::BAD_REQUEST, words::FILE_EMPTY);
    }
    // From here on a chat may have it, also if the sender is gone before the answer. Only what is surely in no chat is removed; a sweep
    // finds the rest.
    let (id, picture) = file.finish(picture).await.map_err(|error| not_stored(&error))?;
    let sent = SentFile { name: name(query), bytes, picture };
    let answer = match tell(app, &account, address, sent, id).await {
        Told::Answered(answer) => answer,
        Told::Nobody => {
            remove(folder, id).await;
            return Err(unavailable());
        }
        Told::Silent => return Err(unavailable()),
    };
    match Contents::after(&answer) {
        Contents::Stay => {}
        Contents::StayIfStored => {
            let (store, request) = (app.store.clone(), address.of(&account));
            let has_other = blocking(move || request.has_other_contents(&*store, id)).await;
            if matches!(has_other, Ok(true)) {
                remove(folder, id).await;
            }
        }
        Contents::Go => remove(folder, id).await,
    }
    match *answer {
        Down::Ok { answer, .. } => Ok(answer.number.unwrap_or_default()),
        Down::Error { code, .. } => Err(Box::new(answered(code))),
        _ => Err(unavailable()),
    }
}

/// Removes contents that no chat has; if that fails, the sweep does it later.
async fn remove(folder: &FilesFolder, id: FileId) {
    let folder = folder.clone();
    let removed = tokio::task::spawn_blocking(move || folder.remove(id)).await;
    if let Ok(Err(error)) = removed {
        tracing::debug!(target: "service", %error, "a file that no chat has was not removed; the sweep does it later");
    }
}

/// The next piece of a body; `None` at its end.
async fn next(body: &mut axum::body::BodyDataStream) -> Result<Option<Bytes>, Refused> {
    match timeout(PIECE_WITHIN, body.next()).await {
        Ok(Some(Ok(piece))) => Ok(Some(piece)),
        Ok(Some(Err(_))) => refused(StatusCode::BAD_REQUEST, words::FILE_CUT_OFF),
        Ok(None) => Ok(None),
        Err(_) => refused(StatusCode::REQUEST_TIMEOUT, words::TOO_SLOW),
    }
}

/// Reads what is left of a body, up to a limit.
async fn discard(body: &mut axum::body::BodyDataStream) {
    let all = async {
        let mut bytes = 0;
        while let Ok(Some(piece)) = next(body).await {
            bytes += piece.len() as u64;
            if bytes > DISCARDED_BYTES {
                return;
            }
        }
    };
    // If it takes longer, the connection ends, and a browser may not show the answer.
    let _ = timeout(DISCARDED_WITHIN, all).await;
}

/// Who asks, if they have signed in with this role, and a place for their file.
async fn admit(
    app: &Arc<AppState>,
    pending: &PendingConnection,
    role: Role,
    headers: &HeaderMap,
    way: Way,
) -> Result<(Account, UnderWay), Refused> {
    let Some(token) = sign_in::cookie(headers) else {
        return refused(StatusCode::UNAUTHORIZED, words::NOT_SIGNED_IN);
    };
    let account = app.token_lookup.account(Hash::of(&token)).await.map_err(|error| down(&error))?;
    let Some(account) = account.filter(|account| account.person.affiliation.role() == role) else {
        return refused(StatusCode::UNAUTHORIZED, words::NOT_SIGNED_IN);
    };
    let busy =
        |wait| Box::new(problem::retry(StatusCode::TOO_MANY_REQUESTS, words::FILES_BUSY, seconds(wait)));
    let transfer = app.transfers.begin(account.org, account.sign_in, way).map_err(busy)?;
    pending.is_known(0);
    Ok((account, (transfer, pending.transfers())))
}

/// The number of a message that this person sent before under the same id.
async fn sent_before(
    app: &Arc<AppState>,
    account: &Account,
    address: Address,
) -> Result<Option<u64>, Refused> {
    let (store, request) = (app.store.clone(), address.of(account));
    match blocking(move || request.earlier(&*store)).await.map_err(|error| down(&error))? {
        Earlier::NoChat => refused(StatusCode::NOT_FOUND, words::NO_FILE),
        Earlier::Nothing => Ok(None),
        Earlier::Stored(number) => Ok(Some(number)),
        Earlier::OfAnother => refused(StatusCode::BAD_REQUEST, words::FILE_ID_USED),
    }
}

/// Refuses a file that is too large, before it is read. Whether there is room is checked again when it is stored.
async fn check_size(app: &Arc<AppState>, account: &Account, bytes: u64) -> Result<(), Refused> {
    if bytes > FILE_BYTES {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, words::FILE_TOO_LARGE);
    }
    let (store, org) = (app.store.clone(), account.org);
    match blocking(move || store.files_room(org)).await.map_err(|error| down(&error))? {
        None => refused(StatusCode::FORBIDDEN, words::FILES_OFF),
        Some(room) if bytes > room => refused(StatusCode::CONFLICT, words::FILES_FULL),
        Some(_) => Ok(()),
    }
}

/// What became of a file that the organisation was told of.
enum Told {
    Answered(Box<Down>),
    /// The organisation rests after a failure, or the service is going down.
    Nobody,
    /// It may still be stored.
    Silent,
}

async fn tell(
    app: &Arc<AppState>,
    account: &Account,
    address: Address,
    file: SentFile,
    stored: FileId,
) -> Told {
    static NEXT: AtomicU64 = AtomicU64::new(SENDERS);
    let Some(org) = app.registry.org(account.org) else { return Told::Nobody };
    let arrived = ArrivedFile {
        conn: ConnId(NEXT.fetch_add(1, Ordering::Relaxed)),
        person: account.person.id,
        role: address.role,
        session: address.session,
        id: address.message,
        file,
        stored,
    };
    let (sender, answer) = oneshot::channel();
    let told = async {
        if org.send(Input::File(Box::new(arrived), sender)).await.is_err() {
            return Told::Nobody;
        }
        answer.await.map_or(Told::Silent, |answer| Told::Answered(Box::new(answer)))
    };
    timeout(STORED_WITHIN, told).await.unwrap_or(Told::Silent)
}

/// The organisation's refusal, as an answer.
fn answered(code: ErrorCode) -> Response {
    match code {
        ErrorCode::Busy => {
            problem::retry(StatusCode::SERVICE_UNAVAILABLE, words::FILE_NOT_STORED, AGAIN_SECONDS)
        }
        ErrorCode::NotFound => problem(StatusCode::NOT_FOUND, words::NO_FILE),
        ErrorCode::NotAllowed => problem(StatusCode::FORBIDDEN, words::FILE_REFUSED),
        ErrorCode::Invalid | ErrorCode::Unknown => problem(StatusCode::BAD_REQUEST, words::FILE_ID_USED),
        ErrorCode::TooMany => problem(StatusCode::CONFLICT, words::FILES_FULL),
        ErrorCode::Over
        | ErrorCode::Taken
        | ErrorCode::AlreadyActive
        | ErrorCode::NoteNeeded
        | ErrorCode::NobodyStays
        | ErrorCode::CannotTakeOver
        | ErrorCode::TooLate
        | ErrorCode::ClientAway
        | ErrorCode::ClientOffline
        | ErrorCode::RateLimited => problem(StatusCode::CONFLICT, words::FILE_TOO_LATE),
    }
}

/// The name from the query.
fn name(query: &str) -> String {
    let name = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "name");
    let name = name.map(|(_, name)| written_file_name(&name)).unwrap_or_default();
    if name.is_empty() { UNNAMED.to_owned() } else { name }
}

/// Sends a file to somebody who may see its chat.
pub(crate) async fn fetch(
    app: &Arc<AppState>,
    pending: &PendingConnection,
    address: Address,
    headers: &HeaderMap,
) -> Response {
    match found(app, pending, address, headers).await {
        Ok(response) => response,
        Err(refused) => *refused,
    }
}

async fn found(
    app: &Arc<AppState>,
    pending: &PendingConnection,
    address: Address,
    headers: &HeaderMap,
) -> Result<Response, Refused> {
    let Some(folder) = &app.files else { return refused(StatusCode::NOT_FOUND, words::NO_FILE) };
    let (account, held) = admit(app, pending, address.role, headers, Way::Fetched).await?;
    let (store, request) = (app.store.clone(), address.of(&account));
    let stored = blocking(move || request.readable(&*store)).await.map_err(|error| down(&error))?;
    let Some(StoredFile { stored, file }) = stored else {
        return refused(StatusCode::NOT_FOUND, words::NO_FILE);
    };
    let tag =
        HeaderValue::try_from(format!("\"{}\"", stored.0)).expect("an id in quotes is good in a header");
    if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let body = contents(folder, stored, &file, held).await?;
    let mut response = Response::new(body);
    let kind = file.picture.map_or("application/octet-stream", |picture| picture.format.media_type());
    for (name, value) in [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_LENGTH, HeaderValue::from(file.bytes)),
        (header::CONTENT_DISPOSITION, disposition(&file)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("same-origin"),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static(CACHED)),
        (header::ETAG, tag),
    ] {
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// The contents, in pieces. What is held until they are sent stays with them.
async fn contents(
    folder: &FilesFolder,
    stored: FileId,
    file: &SentFile,
    held: UnderWay,
) -> Result<Body, Refused> {
    let opened = match folder.read(stored).await {
        Ok((opened, bytes)) if bytes == file.bytes => opened,
        Ok((_, bytes)) => {
            tracing::error!(target: "service", file = %stored.0, bytes, "a file of a chat has another size than was stored");
            return refused(StatusCode::NOT_FOUND, words::FILE_GONE);
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            tracing::error!(target: "service", file = %stored.0, "a file of a chat is missing in the data folder");
            return refused(StatusCode::NOT_FOUND, words::FILE_GONE);
        }
        Err(error) => {
            tracing::error!(target: "service", %error, "a file of a chat cannot be read");
            return Err(unavailable());
        }
    };
    let pieces = futures_util::stream::unfold((opened, held), async |(mut opened, held)| {
        let mut piece = vec![0; PIECE_BYTES];
        match opened.read(&mut piece).await {
            Ok(0) => None,
            Ok(bytes) => {
                piece.truncate(bytes);
                Some((Ok(Bytes::from(piece)), (opened, held)))
            }
            Err(error) => Some((Err(error), (opened, held))),
        }
    });
    Ok(Body::from_stream(pieces))
}

/// Pictures are shown, everything else is saved; both under their name.
fn disposition(file: &SentFile) -> HeaderValue {
    let how = if file.picture.is_some() { "inline" } else { "attachment" };
    let plain: String = file
        .name
        .chars()
        .map(
            |each| {
                if each == ' ' || (each.is_ascii_graphic() && !"\"\\%".contains(each)) { each } else { '_' }
            },
        )
        .collect();
    let mut encoded = String::new();
    for byte in file.name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("a string takes all that is written to it");
        }
    }
    let text = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    HeaderValue::try_from(text).expect("visible ASCII is good in a header")
}

fn refused<T>(status: StatusCode, message: Text) -> Result<T, Refused> {
    Err(Box::new(problem(status, message)))
}

fn unavailable() -> Refused {
    Box::new(problem::retry(StatusCode::SERVICE_UNAVAILABLE, words::FILE_NOT_STORED, AGAIN_SECONDS))
}

fn not_stored(error: &std::io::Error) -> Refused {
    tracing::error!(
        target: "service", %error,
        "a file of a chat could not be stored in the data folder; nothing that was stored before is lost. Let the service's user write there, and make room"
    );
    unavailable()
}

fn down(error: &StoreError) -> Refused {
    tracing::debug!(target: "service", %error, "a file could not be looked up");
    Box::new(problem::retry(StatusCode::SERVICE_UNAVAILABLE, words::STORE_DOWN, AGAIN_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reaches_the_browser_and_nothing_else_of_the_header() {
        let of = |name: &str| {
            let file = SentFile { name: name.to_owned(), bytes: 1, picture: None };
            disposition(&file).to_str().unwrap().to_owned()
        };
        assert_eq!(of("report.pdf"), "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf");
        assert_eq!(
            of("Größe \"1\"; x=%2F.txt"),
            "attachment; filename=\"Gr__e _1_; x=_2F.txt\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22%3B%20x%3D%252F.txt"
        );
    }
}
