//! How a request fails: every failure is JSON with a message for people, in our own words. It decides nothing.

use crate::words;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::http::Problem;

/// The type of a failure's body.
const JSON: &str = "application/json";

/// A failure with a message for people.
pub(crate) fn problem(status: StatusCode, message: &str) -> Response {
    (status, Json(Problem { message: message.to_owned() })).into_response()
}

/// A failure that may succeed after this many seconds.
pub(crate) fn retry(status: StatusCode, message: &str, after_seconds: u32) -> Response {
    let mut response = problem(status, message);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after_seconds));
    response
}

/// Replaces a library's message with ours, such as for a body that is too large, a wrong method, or a bad upgrade. The headers stay,
/// such as the methods that are allowed.
pub(crate) async fn in_our_words(response: Response) -> Response {
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    let is_ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|is| is == JSON);
    if !is_failure || is_ours {
        return response;
    }
    let mut ours = problem(status, words_for(status));
    for name in [header::ALLOW, header::RETRY_AFTER, header::UPGRADE, header::SEC_WEBSOCKET_VERSION] {
        if let Some(value) = response.headers().get(&name) {
            ours.headers_mut().insert(name, value.clone());
        }
    }
    ours
}

/// What a status means if its answer does not say.
fn words_for(status: StatusCode) -> &'static str {
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
        let (status, allow, body) = text(in_our_words(theirs.into_response()).await).await;
        assert_eq!((status, allow), (StatusCode::METHOD_NOT_ALLOWED, Some(HeaderValue::from_static("POST"))));
        assert_eq!(body, format!(r#"{{"message":"{}"}}"#, words::WRONG_METHOD));
    }

    #[tokio::test]
    async fn a_success_or_a_failure_with_a_message_is_left_alone() {
        let (_, _, body) = text(in_our_words("fine".into_response()).await).await;
        assert_eq!(body, "fine");
        let (_, _, body) = text(in_our_words(problem(StatusCode::GONE, "used")).await).await;
        assert_eq!(body, r#"{"message":"used"}"#);
    }
}
