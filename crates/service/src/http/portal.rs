//! The portal's files, embedded at build time, with headers that allow a page only what ours do.

use super::accept::{self, Coding};
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
use std::borrow::Cow;
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

/// What pages load. The names there contain a hash of the content.
const ASSETS: &str = "assets/";
/// What only the app's own status page loads.
const OF_APP: &str = "assets/desk-";

/// How long a browser uses a file without asking again: for good if another content has another name. Everything else it has to ask for, which
/// costs a line if nothing has changed.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK_EACH_TIME: &str = "no-cache";

/// Leads people who know only the host to their portal.
pub(crate) async fn home(headers: HeaderMap) -> Response {
    let language = accept::language(&headers);
    let text = words::HOME.in_language(language);
    let page = PlainPage { language, title: words::PRODUCT.into(), text, links: Links::Portals };
    let mut response = page.response(StatusCode::OK);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(ASK_EACH_TIME));
    headers.insert(header::VARY, HeaderValue::from_name(header::ACCEPT_LANGUAGE));
    response
}

/// What a browser needs to ring and to install a portal. It is served below the path of each portal: a worker is only for pages below its own
/// path, and the two portals have one origin.
pub(crate) const BESIDE: [&str; 3] = ["worker.js", "manifest.webmanifest", "icon.png"];

/// Serves the page.
pub(crate) async fn page(headers: HeaderMap) -> Response {
    serve(PAGE, &headers).unwrap_or_else(|| problem(StatusCode::SERVICE_UNAVAILABLE, words::NO_PORTAL))
}

/// Serves the files that the page loads.
///
/// After an upgrade of the service, the names of the version before are not found. A page that is open needs none of them: it has loaded
/// everything at its start. A page that was loading says that it should be reloaded (`ui/portal.html`).
pub(crate) async fn asset(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let file = if is_for_portals(path) { serve(path, &headers) } else { None };
    file.unwrap_or_else(|| problem(StatusCode::NOT_FOUND, words::NO_SUCH_PAGE))
}

/// Serves what is beside the page, see [`BESIDE`].
pub(crate) async fn beside(uri: Uri, headers: HeaderMap) -> Response {
    let name = uri.path().rsplit('/').next().unwrap_or_default();
    serve(name, &headers).unwrap_or_else(|| problem(StatusCode::NOT_FOUND, words::NO_SUCH_PAGE))
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
    let is_compressed = Coding::ALL.iter().any(|coding| path.ends_with(coding.suffix()));
    path.starts_with(ASSETS) && !path.starts_with(OF_APP) && !is_compressed
}

/// The answer with a file, in the smallest form that the request accepts. Each form has a tag of its own.
fn serve(path: &str, headers: &HeaderMap) -> Option<Response> {
    let plain = Files::get(path)?;
    let (coding, file) = accept::codings(headers)
        .into_iter()
        .find_map(|coding| Some((Some(coding), Files::get(&format!("{path}{}", coding.suffix()))?)))
        .unwrap_or((None, plain));
    let tag = etag(&file.metadata.sha256_hash());
    let mut response =
        if is_known(&tag, headers) { not_modified(&file) } else { content(path, file, coding) };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::try_from(tag).expect("hex in quotes is good in a header"));
    headers.insert(header::VARY, HeaderValue::from_name(header::ACCEPT_ENCODING));
    let cached = if path.starts_with(ASSETS) { FOR_GOOD } else { ASK_EACH_TIME };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    Some(response)
}

/// Whether the browser has the form with this tag.
fn is_known(tag: &str, headers: &HeaderMap) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.trim_start_matches("W/") == tag)
}

fn not_modified(file: &EmbeddedFile) -> Response {
    // The router would call the length 0, which is not the file's.
    (StatusCode::NOT_MODIFIED, [(header::CONTENT_LENGTH, HeaderValue::from(file.data.len()))]).into_response()
}

fn content(path: &str, file: EmbeddedFile, coding: Option<Coding>) -> Response {
    let body = match file.data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    let mut response = ([(header::CONTENT_TYPE, content_type(path))], body).into_response();
    if let Some(coding) = coding {
        response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding.name()));
    }
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
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; media-src 'self'; \
         worker-src 'self'; manifest-src 'self'; connect-src 'self'{sockets}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
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
        for path in ["assets/portal-Bx3_d-9a.js", "assets/shared-1234abcd.css", "assets/bell-1234abcd.svg"] {
            assert!(is_for_portals(path), "{path}");
        }
        // The page itself has its own paths; the rest of the folder is the app's, or a compressed form.
        for path in [
            "portal.html",
            "desk.html",
            "assets/desk-1234abcd.js",
            "assets/desk-1234abcd.css",
            "assets/portal-Bx3_d-9a.js.br",
            "assets/portal-Bx3_d-9a.js.gz",
            "",
        ] {
            assert!(!is_for_portals(path), "{path}");
        }
    }

    fn built(path: &str) -> EmbeddedFile {
        Files::get(path)
            .expect("the pages are built: run `npm run build` in ui, then build the service again")
    }

    #[test]
    fn a_name_that_is_kept_for_good_contains_a_hash() {
        let _ = built(PAGE);
        for path in Files::iter().filter(|path| path.starts_with(ASSETS)) {
            let name = path.trim_end_matches(".br").trim_end_matches(".gz");
            let stem = name.rsplit_once('.').unwrap().0;
            // Eight characters, among them perhaps a hyphen.
            let (rest, hash) = stem.split_at(stem.len() - 8);
            assert!(rest.ends_with('-') && !hash.contains('.'), "{path}");
        }
    }

    /// What only some pages need, and load at their start: the words of another language than English, the client's portal, the technicians'
    /// field to search and jump, and their dialog of canned replies. A page that finds one of them replaced by a newer version loads itself again.
    const LOADED_AT_THE_START: [&str; 4] =
        ["assets/words-", "assets/ClientPortal-", "assets/TechnicianPalette-", "assets/ManageReplies-"];

    #[test]
    fn the_page_names_all_scripts_and_styles_but_those_that_are_loaded_at_its_start() {
        let page = String::from_utf8(built(PAGE).data.into_owned()).unwrap();
        let code = |path: &Cow<'static, str>| path.ends_with(".js") || path.ends_with(".css");
        let files = Files::iter().filter(code).filter(|path| is_for_portals(path));
        let is_at_the_start =
            |path: &Cow<'static, str>| LOADED_AT_THE_START.iter().any(|name| path.starts_with(name));
        let (at_the_start, files): (Vec<_>, Vec<_>) = files.partition(is_at_the_start);
        // Two languages, and a script and a style sheet of each of the other three.
        assert_eq!(at_the_start.len(), 8, "{at_the_start:?}");
        assert!(!files.is_empty());
        for path in files {
            assert!(page.contains(&format!("\"/{path}\"")), "{path} is loaded later: {page}");
        }
    }

    #[tokio::test]
    async fn an_unknown_file_is_not_found() {
        let response = asset(Uri::from_static("/assets/no.js"), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }
}
