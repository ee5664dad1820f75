//! The portal's files, embedded at build time, with headers that let a page do nothing but what ours do.

use crate::{origin, words};
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::fmt::Write;

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
struct Files;

/// The one page of both portals and of signing in; it looks at its own path.
const PAGE: &str = "portal.html";

/// What of the built folder the page loads. The rest of it is the app's own status page.
const PARTS: [&str; 2] = ["assets/portal.", "assets/shared."];
/// The icon of the page.
const ICON: &str = "assets/bell.svg";

/// Serves the page.
pub(crate) async fn page(headers: HeaderMap) -> Response {
    match Files::get(PAGE) {
        Some(file) => serve(PAGE, &file, &headers),
        None => (StatusCode::SERVICE_UNAVAILABLE, words::NO_PORTAL).into_response(),
    }
}

/// Serves what the page loads.
pub(crate) async fn asset(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    match is_for_portals(path).then(|| Files::get(path)).flatten() {
        Some(file) if method == Method::GET || method == Method::HEAD => serve(path, &file, &headers),
        Some(_) => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn is_for_portals(path: &str) -> bool {
    path == ICON || PARTS.iter().any(|part| path.starts_with(part))
}

fn serve(path: &str, file: &EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = etag(&file.metadata.sha256_hash());
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let body = match &file.data {
            std::borrow::Cow::Borrowed(bytes) => Body::from(*bytes),
            std::borrow::Cow::Owned(bytes) => Body::from(bytes.clone()),
        };
        ([(header::CONTENT_TYPE, content_type(path))], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::try_from(tag).expect("hex in quotes is good in a header"));
    // Names are stable, so a new version is asked for each time; an unchanged one costs a line.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn etag(hash: &[u8; 32]) -> String {
    let mut tag = String::from("\"");
    for byte in &hash[..16] {
        write!(tag, "{byte:02x}").expect("a string takes all that is written to it");
    }
    tag.push('"');
    tag
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "wav" => "audio/wav",
        "ogg" => "audio/ogg",
        "mp3" => "audio/mpeg",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Puts on every answer what keeps a page to itself.
pub(crate) async fn guard(request: Request, next: Next) -> Response {
    let policy = content_policy(origin::host(request.headers()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Older WebKit does not count a WebSocket to the page's own host as `'self'`, so it is named.
fn content_policy(host: Option<&str>) -> HeaderValue {
    let is_host = |host: &&str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    };
    let sockets = host.filter(is_host).map(|host| format!(" ws://{host} wss://{host}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; \
         manifest-src 'self'; connect-src 'self'{sockets}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    );
    HeaderValue::try_from(policy).expect("the host was checked and the rest is our own text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_pages_own_sockets_and_takes_no_bait() {
        let policy = content_policy(Some("127.0.0.1:80"));
        assert!(
            policy.to_str().unwrap().contains("connect-src 'self' ws://127.0.0.1:80 wss://127.0.0.1:80;")
        );
        let baited = content_policy(Some("a; script-src *"));
        assert!(baited.to_str().unwrap().contains("connect-src 'self';"));
    }

    #[test]
    fn only_what_the_portals_page_loads_is_served() {
        for path in [
            "assets/portal.js",
            "assets/portal.css",
            "assets/shared.js",
            "assets/shared.css",
            "assets/bell.svg",
        ] {
            assert!(is_for_portals(path), "{path}");
        }
        // The page itself has its own paths; the rest of the folder is the app's.
        for path in
            ["portal.html", "desk.html", "assets/desk.js", "assets/desk.css", "assets/portal", "", "assets/"]
        {
            assert!(!is_for_portals(path), "{path}");
        }
    }

    #[tokio::test]
    async fn an_unknown_file_is_not_found() {
        let response = asset(Method::GET, Uri::from_static("/assets/no.js"), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
