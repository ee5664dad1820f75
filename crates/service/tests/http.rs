//! HTTP besides the connection: our message for each failure of each route, addresses, headers.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{START, TestService, hello};
use serde_json::{Value, json};
use service::Config;
use service::store::Hash;
use uuid::Uuid;

const ORG: &str = "Acme IT";

/// A parsed answer.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn of(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    /// The message for people, which is the whole body of a failure.
    fn message(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        let body: Value = serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"));
        assert_eq!(body.as_object().unwrap().len(), 1, "{self:?}");
        body["message"].as_str().unwrap().to_owned()
    }
}

async fn request(service: &TestService, line: &str, headers: &[&str], body: &str) -> Answer {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}{length}\r\n");
    Answer::of(&service.http(&format!("{head}{body}")).await)
}

/// It has the headers that allow a page only what ours do.
fn assert_is_guarded(answer: &Answer) {
    for name in ["content-security-policy", "x-content-type-options", "referrer-policy"] {
        assert!(answer.header(name).is_some(), "{name}: {answer:?}");
    }
}

async fn get(service: &TestService, path: &str) -> Answer {
    request(service, &format!("GET {path}"), &[], "").await
}

fn redeem(link: &str, token: &str) -> String {
    json!({"link": link, "token": token, "device": "d"}).to_string()
}

const EVIL: &[&str] = &["origin: https://evil.example"];
const OWN: &[&str] = &["origin: http://localhost"];

#[tokio::test(start_paused = true)]
async fn each_failure_of_each_route_says_in_json_what_happened() {
    let service = TestService::start();
    let token = "ab".repeat(32);
    let (good, upper) = (redeem("none", &token), redeem("none", &token.to_uppercase()));
    let cookie = json!({"link": "none", "token": token, "device": "d", "cookie": true}).to_string();
    let code = json!({"code": "none"}).to_string();
    let large = "x".repeat(16 * 1024 + 1);
    let (foreign, invalid) = ("comes from an address other", "does not match the protocol");
    let cases: &[(&str, &[&str], &str, u16, &str)] = &[
        ("POST /api/sign-in", EVIL, &good, 403, foreign),
        ("POST /api/portal-code", EVIL, &code, 403, foreign),
        ("GET /technician/connect", EVIL, "", 403, foreign),
        ("GET /connect", EVIL, "", 403, foreign),
        ("GET /healthz", EVIL, "", 403, foreign),
        ("GET /no-such-page", EVIL, "", 403, foreign),
        ("POST /api/sign-in", &[], &cookie, 403, "does not say which page"),
        ("POST /api/portal-code", &[], &code, 403, "does not say which page"),
        ("GET /client/connect", &[], "", 403, "does not say which page"),
        ("POST /api/sign-in", &[], &large, 413, "larger than 16 KiB"),
        ("POST /api/portal-code", OWN, &large, 413, "larger than 16 KiB"),
        ("POST /api/sign-in", &[], "{", 400, invalid),
        ("POST /api/sign-in", &[], "", 400, invalid),
        ("POST /api/portal-code", OWN, "[]", 400, invalid),
        ("POST /api/sign-in", &[], &upper, 400, "lower-case hex"),
        ("POST /api/sign-in", &[], &good, 404, "link is not known"),
        ("POST /api/portal-code", OWN, &code, 410, "Open the portal from the app again"),
        ("GET /api/sign-in", &[], "", 405, "does not accept requests with this method"),
        ("DELETE /api/portal-code", OWN, "", 405, "does not accept requests with this method"),
        ("POST /healthz", &[], "", 405, "does not accept requests with this method"),
        ("POST /sign-in", &[], "", 405, "does not accept requests with this method"),
        ("POST /technician", &[], "", 405, "does not accept requests with this method"),
        ("PUT /client/", &[], "", 405, "does not accept requests with this method"),
        ("POST /assets/portal.js", &[], "", 405, "does not accept requests with this method"),
        ("POST /connect", &[], "", 405, "WebSocket"),
        ("GET /connect", &[], "", 400, "WebSocket"),
        ("GET /technician/connect", OWN, "", 400, "WebSocket"),
        ("GET /api/no-such-route", &[], "", 404, "no such page"),
        ("POST /api/sign-in/", &[], &good, 404, "no such page"),
        ("GET /assets/no-such-file.js", &[], "", 404, "no such page"),
        ("POST /", &[], "", 405, "does not accept requests with this method"),
    ];
    for (line, headers, body, status, says) in cases {
        let answer = request(&service, line, headers, body).await;
        assert_eq!(answer.status, *status, "{line} {headers:?}: {answer:?}");
        assert!(answer.message().contains(says), "{line} {headers:?}: {answer:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{line}: {answer:?}");
        assert_is_guarded(&answer);
        if *status == 405 {
            assert!(answer.header("allow").is_some(), "{line}: {answer:?}");
        }
    }
}

/// As Chromium and Firefox ask for an address that somebody opens.
const OPENED: &str =
    "accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

/// It is one of the service's own pages: with a style and links, without a script.
fn assert_is_a_plain_page(answer: &Answer, title: &str, links: &[&str]) {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer:?}");
    assert!(answer.body.contains(&format!("<h1>{title}</h1>")), "{answer:?}");
    for link in links {
        assert!(answer.body.contains(&format!("<a href=\"{link}\">")), "{link}: {answer:?}");
    }
    assert!(!answer.body.contains("<script"), "{answer:?}");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("style-src 'sha256-") && !policy.contains("script-src"), "{policy}");
    assert_is_guarded(answer);
}

#[tokio::test(start_paused = true)]
async fn somebody_who_opens_a_wrong_address_reads_a_page() {
    let service = TestService::start();
    let portals: &[&str] = &["/technician/", "/client/"];
    for (line, status, title, links) in [
        ("GET /no-such-page", 404, "Page not found", portals),
        ("GET /client/no-such-page", 404, "Page not found", portals),
        ("GET /assets/no-such-file.js", 404, "Page not found", portals),
        ("GET /api/no-such-route", 404, "Page not found", portals),
        ("GET /api/sign-in", 405, "This is not a page", portals),
        ("GET /api/portal-code", 405, "This is not a page", portals),
        ("GET /connect", 400, "This is not a page", portals),
        ("GET /technician/connect", 403, "This is not a page", portals),
        ("GET /client/connect", 403, "This is not a page", portals),
        ("POST /sign-in", 405, "Request refused", portals),
    ] {
        let answer = request(&service, line, &[OPENED], "").await;
        assert_eq!(answer.status, status, "{line}: {answer:?}");
        assert_is_a_plain_page(&answer, title, links);
        assert_eq!(answer.header("vary"), Some("accept, accept-language"), "{line}: {answer:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{line}: {answer:?}");
        assert_eq!(answer.header("allow").is_some(), status == 405, "{line}: {answer:?}");
        // A program reads the same failure as JSON.
        let answer = request(&service, line, &["accept: */*"], "").await;
        assert_eq!(answer.status, status, "{line}: {answer:?}");
        assert!(!answer.message().is_empty());
        assert_eq!(answer.header("vary"), Some("accept, accept-language"), "{line}: {answer:?}");
    }
    let head = request(&service, "HEAD /no-such-page", &[OPENED], "").await;
    assert_eq!((head.status, &*head.body), (404, ""), "{head:?}");
    assert_eq!(head.header("content-type"), Some("text/html; charset=utf-8"), "{head:?}");
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_said_in_the_language_of_the_request() {
    let service = TestService::start();
    for (language, title, lang) in [
        ("de-AT, en;q=0.5", "Seite nicht gefunden", r#"<html lang="de" dir="ltr">"#),
        ("ar-EG", "الصفحة غير موجودة", r#"<html lang="ar" dir="rtl">"#),
        ("fr", "Page not found", r#"<html lang="en" dir="ltr">"#),
    ] {
        let asked = format!("accept-language: {language}");
        let page = request(&service, "GET /no-such-page", &[OPENED, &asked], "").await;
        assert!(page.body.contains(title) && page.body.contains(lang), "{page:?}");
    }
    let json = request(&service, "GET /no-such-page", &["accept: */*", "accept-language: de"], "").await;
    assert!(json.message().starts_with("Diese Seite gibt es hier nicht."), "{json:?}");
    let home = request(&service, "GET /", &[OPENED, "accept-language: de"], "").await;
    assert!(home.body.contains("Portal für Kunden"), "{home:?}");
    assert_eq!(home.header("vary"), Some("accept-language"), "{home:?}");
}

#[tokio::test(start_paused = true)]
async fn the_bare_address_leads_to_both_portals() {
    let service = TestService::start();
    for headers in [&[][..], &[OPENED]] {
        let answer = request(&service, "GET /", headers, "").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_is_a_plain_page(&answer, "Deskbell", &["/technician/", "/client/"]);
        assert_eq!(answer.header("cache-control"), Some("no-cache"), "{answer:?}");
    }
    let head = request(&service, "HEAD /", &[OPENED], "").await;
    assert_eq!((head.status, &*head.body), (200, ""), "{head:?}");
}

#[tokio::test(start_paused = true)]
async fn an_upgrade_is_refused_in_json_too() {
    let service = TestService::start();
    let upgrade = [
        "connection: upgrade",
        "upgrade: websocket",
        "sec-websocket-version: 13",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-protocol: deskbell.v9+json",
    ];
    let head = upgrade.map(|line| format!("{line}\r\n")).concat();
    let text = service.http(&format!("GET /connect HTTP/1.1\r\nhost: localhost\r\n{head}\r\n")).await;
    let answer = Answer::of(&text);
    assert_eq!(answer.status, 400);
    assert!(answer.message().contains("deskbell.v1+json"), "{answer:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_answered_in_json() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let service = TestService::start();
    let mut stream = service.stream().await;
    let head =
        "POST /api/sign-in HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 9\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let answer = Answer::of(&text);
    assert_eq!(answer.status, 408);
    assert_eq!(answer.message(), "The request took too long. Try again.");
    assert_is_guarded(&answer);
}

#[tokio::test(start_paused = true)]
async fn an_address_with_too_many_requests_is_told_so() {
    const PROGRAM: &str = "accept: */*";
    let service = TestService::start();
    let ask = async |accept: &'static str| {
        (accept, request(&service, "GET /healthz", &["x-forwarded-for: 192.0.2.1", accept], "").await)
    };
    for _ in 0..1_000 {
        assert_eq!(ask(PROGRAM).await.1.status, 200);
    }
    // Ten a second get their turn; a request that would have to wait for more than 5 s is refused.
    let crowd = (0..120).map(|number| ask(if number % 2 == 0 { PROGRAM } else { OPENED }));
    let mut answers = futures_util::future::join_all(crowd).await;
    answers.retain(|(_, answer)| answer.status != 200);
    for reader in [PROGRAM, OPENED] {
        assert!(answers.iter().any(|(accept, _)| *accept == reader), "{reader}");
    }
    for (accept, answer) in answers {
        assert_eq!((answer.status, answer.header("connection")), (429, Some("close")), "{answer:?}");
        assert!(answer.header("retry-after").is_some(), "{answer:?}");
        assert_is_guarded(&answer);
        match accept {
            PROGRAM => {
                assert!(answer.message().starts_with("Too many requests from this address."), "{answer:?}");
            }
            _ => assert_is_a_plain_page(&answer, "Too many requests", &[""]),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn too_many_sign_ins_are_told_when_to_come_back() {
    let service = TestService::start();
    service.person(ORG, "Priya", None);
    let mut last = None;
    // As many as are allowed at once, and one more.
    for number in 0..51_u32 {
        let link = format!("link {number}");
        service.add_link("Priya", &link);
        let body = redeem(&link, &format!("{number:064x}"));
        last = Some(request(&service, "POST /api/sign-in", &[], &body).await);
    }
    let answer = last.unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (429, Some("1")), "{answer:?}");
    assert!(answer.message().starts_with("Too many sign-ins at once."), "{answer:?}");
}

// F12
#[tokio::test(start_paused = true)]
async fn a_token_has_one_spelling_but_an_older_one_in_capitals_still_works() {
    let service = TestService::start();
    let now = presence::UnixMillis(START);
    service.person(ORG, "Priya", None);
    service.add_link("Priya", "abc");
    let upper = "AB".repeat(32);
    assert_eq!(request(&service, "POST /api/sign-in", &[], &redeem("abc", &upper)).await.status, 400);
    // The link still works for the same bits in lower case, and the token is known then.
    let lower = upper.to_lowercase();
    assert_eq!(request(&service, "POST /api/sign-in", &[], &redeem("abc", &lower)).await.status, 200);
    service.app(&lower).await;
    let mut other = service.open("/connect", &[]).await.unwrap();
    other.send(hello(Some(&upper), Uuid::new_v4(), "active".into())).await;
    assert_eq!(other.end().await, Some(4401));
    // A sign-in from an earlier version.
    service.add_link("Priya", "old");
    let (old, sign_in) = ("CD".repeat(32), service::store::SignInId(Uuid::new_v4()));
    service
        .store
        .redeem(Hash::of("old"), Hash::of(&old), sign_in, "d", now, presence::UnixMillis(0))
        .unwrap();
    service.app(&old).await;
}

// F3
#[tokio::test(start_paused = true)]
async fn the_portals_address_has_one_spelling_and_others_redirect_there() {
    let service = TestService::start();
    for (name, company, portal) in [("Priya", None, "/technician"), ("Dana", Some("Northwind"), "/client")] {
        service.person(ORG, name, company);
        service.add_link(name, name);
        let token = format!("{:064x}", name.len());
        let answer = request(&service, "POST /api/sign-in", &[], &redeem(name, &token)).await;
        let signed_in: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(signed_in["portal"], portal);
        // The address as the page builds it.
        let page = get(&service, &format!("{portal}/")).await;
        let is_built = page.status == 200 && page.header("content-type") == Some("text/html; charset=utf-8");
        assert!(is_built || page.message().contains("cargo xtask run"), "{page:?}");
        for spelling in [portal.to_owned(), format!("{portal}//"), format!("/{portal}/")] {
            let answer = get(&service, &spelling).await;
            let leads_to = format!("{portal}/");
            assert_eq!((answer.status, answer.header("location")), (308, Some(&*leads_to)), "{spelling}");
        }
    }
    let sign_in = get(&service, "/sign-in/").await;
    assert_eq!((sign_in.status, sign_in.header("location")), (308, Some("/sign-in")));
}

// C12
#[tokio::test(start_paused = true)]
async fn each_portal_has_a_worker_and_a_manifest_of_its_own_below_its_path() {
    let service = TestService::start();
    let is_built = get(&service, "/client/").await.status == 200;
    for portal in ["/technician", "/client"] {
        for (file, kind) in [
            ("worker.js", "text/javascript; charset=utf-8"),
            ("manifest.webmanifest", "application/manifest+json"),
            ("icon.png", "image/png"),
        ] {
            let answer = get(&service, &format!("{portal}/{file}")).await;
            let is_served = (answer.status, answer.header("content-type")) == (200, Some(kind));
            assert!(is_served || !is_built, "{portal}/{file}: {answer:?}");
            // An upgrade of the service has to reach the browsers.
            assert!(answer.header("cache-control") == Some("no-cache") || !is_built, "{answer:?}");
            assert_is_guarded(&answer);
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.contains("worker-src 'self'; manifest-src 'self'"), "{policy}");
        }
    }
    assert_eq!(get(&service, "/worker.js").await.status, 404);
}

// U8
#[tokio::test(start_paused = true)]
async fn a_service_that_is_reached_encrypted_stays_so() {
    let config = Config { public_address: Some("https://localhost.example".to_owned()), ..Config::default() };
    let service = TestService::with(config);
    let text =
        service.http("GET /healthz HTTP/1.1\r\nhost: localhost.example\r\nconnection: close\r\n\r\n").await;
    let encrypted = Answer::of(&text);
    assert_eq!(encrypted.header("strict-transport-security"), Some("max-age=31536000"));
    let policy = encrypted.header("content-security-policy").unwrap();
    assert!(policy.contains("connect-src 'self' wss://localhost.example;"), "{policy}");
    let plain = get(&TestService::start(), "/healthz").await;
    assert_eq!(plain.header("strict-transport-security"), None);
    let policy = plain.header("content-security-policy").unwrap();
    assert!(policy.contains("connect-src 'self' ws://localhost wss://localhost;"), "{policy}");
}
