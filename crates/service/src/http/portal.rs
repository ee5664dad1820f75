//! The portal's files, embedded at build time, with headers that allow a page only what ours do.

use super::origin;
use super::plain_page::{Links, PlainPage};
use crate::http::problem::problem;
use crate::state::AppState;
use crate::words;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use protocol::http;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::fmt::Write;
use std::sync::Arc;

#[derive(RustEmbed)]
#[folder = "../../ui/dist"]
struct Files;

/// The one page of both portals and of signing in; its path says which of them it is.
const PAGE: &str = "portal.html";

/// The addresses of the page.
const PAGES: [&str; 3] = ["/technician/", "/client/", http::SIGN_IN_PATH];

/// How long a browser uses only the encrypted address, as a header says it: a year, as is customary. For this host only, since we cannot
/// speak for its neighbours.
const ONLY_ENCRYPTED: &str = "max-age=31536000";

/// The part of the built folder that the page loads. The rest belongs to the app's own status page.
const PARTS: [&str; 2] = ["assets/portal.", "assets/shared."];
/// The icon of the page.
const ICON: &str = "assets/bell.svg";

/// Leads people who know only the host to their portal.
pub(crate) async fn home() -> Response {
    let page = PlainPage { title: words::PRODUCT, text: words::HOME, links: Links::Portals };
    let mut response = page.response(StatusCode::OK);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Serves the page.
pub(crate) async fn page(headers: HeaderMap) -> Response {
    match Files::get(PAGE) {
        Some(file) => serve(PAGE, &file, &headers),
        None => problem(StatusCode::SERVICE_UNAVAILABLE, words::NO_PORTAL),
    }
}

/// Serves the files that the page loads.
pub(crate) async fn asset(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    match is_for_portals(path).then(|| Files::get(path)).flatten() {
        Some(file) => serve(path, &file, &headers),
        None => problem(StatusCode::NOT_FOUND, words::NO_SUCH_PAGE),
    }
}

/// Redirects addresses with a slash too few or too many to the pages; anything else is not found.
pub(crate) async fn elsewhere(method: Method, uri: Uri) -> Response {
    match page_meant(uri.path()) {
        Some(page) if method == Method::GET || method == Method::HEAD => {
            Redirect::permanent(page).into_response()
        }
        Some(_) => {
            let mut response = problem(StatusCode::METHOD_NOT_ALLOWED, words::WRONG_METHOD);
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
            response
        }
        None => problem(StatusCode::NOT_FOUND, words::NO_SUCH_PAGE),
    }
}

/// The page that differs from this path by slashes only.
fn page_meant(path: &str) -> Option<&'static str> {
    let bare = path.trim_matches('/');
    PAGES.into_iter().find(|page| page.trim_matches('/') == bare)
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
    // Names are stable, so browsers ask for a new version each time; an unchanged one costs a line.
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

/// Adds to every answer the headers that isolate a page, and keep its connection encrypted if the service is reached that way. A page with
/// a policy of its own keeps it.
pub(crate) async fn guard(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let own = app.config.public_address.as_deref().and_then(|own| own.strip_prefix("https://"));
    let is_encrypted = own.is_some();
    let policy = content_policy(origin::host(request.headers()), is_encrypted);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if own.is_some_and(has_its_host_to_itself) {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_ENCRYPTED));
    }
    response
}

/// Whether a public address may speak for its whole host: browsers apply what one port says to all ports of the host, and on an unusual
/// port, or on this machine, there may be other services.
fn has_its_host_to_itself(authority: &str) -> bool {
    let has_port = authority.rsplit(']').next().unwrap_or_default().contains(':');
    !has_port && !origin::is_loopback(authority)
}

/// Older WebKit does not count a WebSocket to the page's own host as `'self'`, so the policy names it: without encryption only if the page
/// itself may have come that way.
fn content_policy(host: Option<&str>, is_encrypted: bool) -> HeaderValue {
    let is_host = |host: &&str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
    };
    let sockets = |host| {
        let plain =
            if is_encrypted && !origin::is_loopback(host) { String::new() } else { format!(" ws://{host}") };
        format!("{plain} wss://{host}")
    };
    let sockets = host.filter(is_host).map(sockets).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; \
         manifest-src 'self'; connect-src 'self'{sockets}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    );
    HeaderValue::try_from(policy).expect("the host was checked and the rest is our own text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use presence::Role;

    #[test]
    fn the_policy_names_only_the_pages_own_sockets() {
        for (host, is_encrypted, allowed) in [
            ("127.0.0.1:80", false, "connect-src 'self' ws://127.0.0.1:80 wss://127.0.0.1:80;"),
            ("chat.example", true, "connect-src 'self' wss://chat.example;"),
            // Reached on its own machine, not through the proxy.
            ("127.0.0.1:80", true, "connect-src 'self' ws://127.0.0.1:80 wss://127.0.0.1:80;"),
            ("a; script-src *", false, "connect-src 'self';"),
        ] {
            let policy = content_policy(Some(host), is_encrypted);
            assert!(policy.to_str().unwrap().contains(allowed), "{policy:?}");
        }
    }

    #[test]
    fn only_a_service_on_the_usual_port_speaks_for_its_host() {
        for (authority, expected) in [
            ("chat.example", true),
            ("[2001:db8::1]", true),
            ("chat.example:8443", false),
            ("[2001:db8::1]:8443", false),
            ("localhost", false),
            ("localhost:8443", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(has_its_host_to_itself(authority), expected, "{authority}");
        }
    }

    #[test]
    fn a_slash_too_few_or_too_many_leads_to_the_page_and_to_no_other_host() {
        for (path, page) in [
            ("/technician", Some("/technician/")),
            ("/technician//", Some("/technician/")),
            ("//client/", Some("/client/")),
            ("/sign-in/", Some("/sign-in")),
            ("/", None),
            ("//evil.example/client", None),
            ("/client/x", None),
        ] {
            assert_eq!(page_meant(path), page, "{path}");
        }
        let of = |role| format!("{}/", http::portal_path(role));
        assert_eq!(PAGES, [&of(Role::Technician), &of(Role::Client), http::SIGN_IN_PATH]);
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
        let response = asset(Uri::from_static("/assets/no.js"), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
