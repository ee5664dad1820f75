//! How a request fails: every failure has a message for people, in our own words. It is JSON, or a page if somebody has opened the address in
//! a browser.

use super::accept;
use super::plain_page::{Links, PlainPage};
use crate::words::{self, Text};
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use catalogue::Language;
use protocol::http::{CONNECT_PATH, Problem};
use std::borrow::Cow;

/// The message of a failure. It is kept beside the answer until it is known who reads that, and in which language.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// Ours.
    Words(Text),
    /// The system's, in English.
    System(String),
}

impl Message {
    fn in_language(&self, language: Language) -> Cow<'_, str> {
        match self {
            Self::Words(text) => text.in_language(language),
            Self::System(text) => text.into(),
        }
    }
}

impl From<Text> for Message {
    fn from(text: Text) -> Self {
        Self::Words(text)
    }
}

impl From<String> for Message {
    fn from(text: String) -> Self {
        Self::System(text)
    }
}

/// A failure with a message for people.
pub(crate) fn problem(status: StatusCode, message: impl Into<Message>) -> Response {
    let message = message.into();
    let mut response = (status, json(&message, Language::English)).into_response();
    response.extensions_mut().insert(message);
    response
}

/// A failure as a program reads it.
fn json(message: &Message, language: Language) -> Json<Problem> {
    Json(Problem { message: message.in_language(language).into_owned() })
}

/// A failure that may succeed after this many seconds.
pub(crate) fn retry(status: StatusCode, message: impl Into<Message>, after_seconds: u32) -> Response {
    let mut response = problem(status, message);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after_seconds));
    response
}

/// Gives a failure the form that its reader understands. It is one of the router's layers, around everything that can fail.
pub(crate) async fn for_reader(request: Request, next: Next) -> Response {
    let reads_pages = accept::reads_pages(request.headers());
    let language = accept::language(request.headers());
    let is_of_protocol = is_of_protocol(request.uri().path());
    let mut response = in_our_words(next.run(request).await);
    let Some(message) = response.extensions_mut().remove::<Message>() else { return response };
    let status = response.status();
    let read = if reads_pages {
        page(status, &message, language, is_of_protocol).response(status)
    } else {
        (status, json(&message, language)).into_response()
    };
    response = keep_headers(&response, read);
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language"));
    // What fails now may succeed next time, such as a file that the next version has.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Replaces a library's message with ours, such as for a body that is too large, a wrong method, or a bad upgrade. The headers stay,
/// such as the methods that are allowed.
fn in_our_words(response: Response) -> Response {
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    let is_ours = response.extensions().get::<Message>().is_some();
    if !is_failure || is_ours {
        return response;
    }
    keep_headers(&response, problem(status, words_for(status)))
}

/// Copies the headers that a failure keeps when its body is replaced.
fn keep_headers(from: &Response, mut to: Response) -> Response {
    for name in [
        header::ALLOW,
        header::CONNECTION,
        header::RETRY_AFTER,
        header::UPGRADE,
        header::SEC_WEBSOCKET_VERSION,
    ] {
        if let Some(value) = from.headers().get(&name) {
            to.headers_mut().insert(name, value.clone());
        }
    }
    to
}

/// Whether programs use this address, and a browser that opens it shows nothing.
fn is_of_protocol(path: &str) -> bool {
    path.contains("/api/") || path.ends_with(CONNECT_PATH)
}

/// A failure as a page.
fn page(status: StatusCode, message: &Message, language: Language, is_of_protocol: bool) -> PlainPage<'_> {
    let (title, text, links) = match status {
        // The message says how a program uses the address. Somebody who has typed it wants something else.
        StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN | StatusCode::METHOD_NOT_ALLOWED
            if is_of_protocol =>
        {
            (words::NOT_A_PAGE_TITLE, words::NOT_A_PAGE.in_language(language), Links::Portals)
        }
        StatusCode::NOT_FOUND => (words::NO_SUCH_PAGE_TITLE, message.in_language(language), Links::Portals),
        StatusCode::TOO_MANY_REQUESTS => {
            (words::TOO_MANY_REQUESTS_TITLE, message.in_language(language), Links::SameAddress)
        }
        StatusCode::REQUEST_TIMEOUT => {
            (words::UNAVAILABLE_TITLE, message.in_language(language), Links::SameAddress)
        }
        status if status.is_server_error() => {
            (words::UNAVAILABLE_TITLE, message.in_language(language), Links::SameAddress)
        }
        _ => (words::REFUSED_TITLE, message.in_language(language), Links::Portals),
    };
    PlainPage { language, title: title.in_language(language), text, links }
}

/// What a status means if its answer does not say.
fn words_for(status: StatusCode) -> Text {
    match status {
        StatusCode::NOT_FOUND => words::NO_SUCH_PAGE,
        StatusCode::METHOD_NOT_ALLOWED => words::WRONG_METHOD,
        StatusCode::PAYLOAD_TOO_LARGE => words::BODY_TOO_LARGE,
        StatusCode::UPGRADE_REQUIRED => words::NO_UPGRADE,
        status if status.is_server_error() => words::INTERNAL,
        _ => words::BODY_INVALID,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(response: Response) -> (StatusCode, Option<HeaderValue>, String) {
        let (status, allow) = (response.status(), response.headers().get(header::ALLOW).cloned());
        let body = axum::body::to_bytes(response.into_body(), 1024).await.unwrap();
        (status, allow, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_librarys_failure_gets_our_message_and_keeps_its_headers() {
        let theirs =
            (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "POST"), (header::CONTENT_LENGTH, "3")], "no!");
        let (status, allow, body) = text(in_our_words(theirs.into_response())).await;
        assert_eq!((status, allow), (StatusCode::METHOD_NOT_ALLOWED, Some(HeaderValue::from_static("POST"))));
        assert_eq!(
            body,
            format!(r#"{{"message":"{}"}}"#, words::WRONG_METHOD.in_language(Language::English))
        );
    }

    #[tokio::test]
    async fn a_success_or_a_failure_with_a_message_is_left_alone() {
        let (_, _, body) = text(in_our_words("fine".into_response())).await;
        assert_eq!(body, "fine");
        let (_, _, body) = text(in_our_words(problem(StatusCode::GONE, "used".to_owned()))).await;
        assert_eq!(body, r#"{"message":"used"}"#);
    }

    #[test]
    fn each_failure_that_a_browser_can_meet_has_a_page_that_helps() {
        use Links::{Portals, SameAddress};
        for (status, path, title, links) in [
            (StatusCode::NOT_FOUND, "/no/such/page", words::NO_SUCH_PAGE_TITLE, Portals),
            (StatusCode::NOT_FOUND, "/api/no-such-route", words::NO_SUCH_PAGE_TITLE, Portals),
            (StatusCode::METHOD_NOT_ALLOWED, "/api/sign-in", words::NOT_A_PAGE_TITLE, Portals),
            (StatusCode::BAD_REQUEST, "/connect", words::NOT_A_PAGE_TITLE, Portals),
            (StatusCode::FORBIDDEN, "/client/connect", words::NOT_A_PAGE_TITLE, Portals),
            (StatusCode::FORBIDDEN, "/client/", words::REFUSED_TITLE, Portals),
            (StatusCode::METHOD_NOT_ALLOWED, "/sign-in", words::REFUSED_TITLE, Portals),
            (StatusCode::TOO_MANY_REQUESTS, "/client/", words::TOO_MANY_REQUESTS_TITLE, SameAddress),
            (StatusCode::REQUEST_TIMEOUT, "/client/", words::UNAVAILABLE_TITLE, SameAddress),
            (StatusCode::SERVICE_UNAVAILABLE, "/connect", words::UNAVAILABLE_TITLE, SameAddress),
            (StatusCode::INTERNAL_SERVER_ERROR, "/client/", words::UNAVAILABLE_TITLE, SameAddress),
        ] {
            let message = Message::System("what happened".to_owned());
            for language in [Language::English, Language::German, Language::Arabic] {
                let page = page(status, &message, language, is_of_protocol(path));
                assert_eq!((page.title, page.links), (title.in_language(language), links), "{status} {path}");
                let is_no_page = title == words::NOT_A_PAGE_TITLE;
                let text =
                    if is_no_page { words::NOT_A_PAGE.in_language(language) } else { "what happened".into() };
                assert_eq!(page.text, text, "{status} {path}");
            }
        }
    }
}
