//! Which pages may talk to the service: its own and those that the administrator allows. Native apps have no origin.

use crate::http::problem::problem;
use crate::state::AppState;
use crate::words;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::net::IpAddr;
use std::sync::Arc;

/// Refuses all requests of foreign pages.
pub(crate) async fn check(State(app): State<Arc<AppState>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let origins: Vec<_> = headers.get_all(header::ORIGIN).iter().collect();
    let allowed = match origins.as_slice() {
        [] => true,
        [origin] => origin.to_str().is_ok_and(|origin| {
            is_allowed(
                origin,
                host(headers),
                app.config.public_address.as_deref(),
                &app.config.allowed_origins,
            )
        }),
        _ => false,
    };
    if allowed { next.run(request).await } else { problem(StatusCode::FORBIDDEN, words::FOREIGN_ORIGIN) }
}

/// The host that a request names.
pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST).and_then(|host| host.to_str().ok())
}

/// Whether a page of this origin may talk to the service when it was reached as `host`.
fn is_allowed(origin: &str, host: Option<&str>, public_address: Option<&str>, allowed: &[String]) -> bool {
    // Only a loopback name proves that the page came from this machine; anybody can make another host name lead here.
    let same_host = host.is_some_and(|host| is_loopback(host) && origin == format!("http://{host}"));
    same_host
        || public_address.is_some_and(|own| origin.eq_ignore_ascii_case(own))
        || allowed.iter().any(|each| origin.eq_ignore_ascii_case(each))
}

/// Whether a host, with or without a port, is this machine itself.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_own_pages_and_allowed_ones_get_in_and_no_others() {
        let public = Some("https://chat.acme.example");
        let allowed = ["https://portal.acme.example".to_owned()];
        let cases = [
            ("http://127.0.0.1:8080", Some("127.0.0.1:8080"), None, true),
            ("http://localhost:8080", Some("localhost:8080"), None, true),
            ("http://[::1]:8080", Some("[::1]:8080"), None, true),
            ("http://127.0.0.2:8080", Some("127.0.0.2:8080"), None, true),
            ("http://127.0.0.1.evil.example", Some("127.0.0.1.evil.example"), None, false),
            ("http://127.0.0.1:8081", Some("127.0.0.1:8080"), None, false),
            ("https://127.0.0.1:8080", Some("127.0.0.1:8080"), None, false),
            // Somebody else's name that was made to resolve to this machine.
            ("http://evil.example", Some("evil.example"), None, false),
            ("https://chat.acme.example", Some("chat.acme.example"), public, true),
            ("http://chat.acme.example", Some("chat.acme.example"), public, false),
            ("https://portal.acme.example", Some("chat.acme.example"), public, true),
            ("https://evil.example", Some("chat.acme.example"), public, false),
            ("null", Some("127.0.0.1:8080"), public, false),
        ];
        for (origin, host, public, expected) in cases {
            assert_eq!(is_allowed(origin, host, public, &allowed), expected, "{origin} at {host:?}");
        }
    }
}
