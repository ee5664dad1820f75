//! The pages of the app's own windows in a plain browser, with an app that the test plays: every state can be used, as every page of the
//! portals.

use crate::every_page::{look, walk};
use crate::keyboard::press;
use crate::stage::SOON;
use anyhow::{Context, Result};
use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::IntoResponse;
use fantoccini::key::Key;
use rig::{Browser, cdp};
use serde_json::{Value, json};
use std::path::Path;
use tokio::net::TcpListener;

/// Serves the built pages, and returns their address.
async fn serve() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("listening")?;
    let address = listener.local_addr().context("asking for the address")?;
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(file)).await });
    Ok(format!("http://{address}"))
}

async fn file(uri: Uri) -> impl IntoResponse {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist");
    let kind = match uri.path().rsplit_once('.') {
        Some((_, "html")) => "text/html",
        Some((_, "js")) => "text/javascript",
        Some((_, "css")) => "text/css",
        _ => "image/svg+xml",
    };
    match std::fs::read(built.join(uri.path().trim_start_matches('/'))) {
        Ok(content) => Ok(([(header::CONTENT_TYPE, kind)], content)),
        Err(_) => Err(StatusCode::NOT_FOUND),
    }
}

/// What the app shows of Priya, with some of it in place of what is here.
fn view(with: &Value) -> Value {
    let mut view = json!({
        "version": "0.1.0", "profile": "default",
        "account": { "is": "signed_in", "name": "Priya Shah", "role": "technician", "organisation": "Acme IT", "address": "support.acme.example" },
        "connection": { "is": "up", "since": 0, "round_trip_ms": 24 },
        "headline": "Online",
        "shown": { "state": "online", "since": 0 },
        "here": { "activity": "active", "since": 0, "last_input": 0, "source": "XSync", "why": "It is X11.", "idle_after_ms": 300_000 },
        "preference": { "is": "automatic" },
        "waiting": [], "chats": [], "devices": [], "notices": [], "requests": [],
        "reports": [{ "at": 0, "text": "{\"type\":\"beat\",\"activity\":\"active\"}" }],
        "do_not_disturb": false, "sound": { "on": true, "volume": 50, "choice": "bell" }, "hides_names": false, "has_tray": true, "clock_ahead_ms": 0,
    });
    for (name, value) in with.as_object().into_iter().flatten() {
        view[name] = value.clone();
    }
    view
}

/// Opens a page around which the app shows this.
async fn open(page: &Browser, address: &str, view: &Value) -> Result<()> {
    let app = format!(
        "window.__TAURI__ = {{
            core: {{ invoke: async (command) => command === 'view' ? {view} : {{ is: 'done' }} }},
            event: {{ listen: async () => () => undefined }},
        }};"
    );
    // Each has the last word of those before it.
    cdp::before_load(page, &app).await?;
    page.open("about:blank").await?;
    page.open(address).await?;
    page.find("h1", SOON).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_can_use_every_page_of_the_apps_own_windows() -> Result<()> {
    let page = Browser::start((1480, 800)).await?;
    let address = serve().await?;
    let status = format!("{address}/desk.html");
    open(&page, &status, &view(&json!({}))).await?;
    walk(&page, "the status").await?;
    page.find(".menu button", SOON).await?.click().await?;
    look(&page, "the status: away for").await?;
    press(&page, Key::Escape).await?;
    let request = json!({
        "session": "a", "client": "Dana Reyes", "company": "Northwind Dental", "subject": "Printer offline", "since": 0, "dismissed": false,
    });
    let without_tray = json!({
        "has_tray": false, "waiting": [request], "do_not_disturb": true, "silent_until": 0, "hides_names": false,
        "chats": [{ "session": "b", "with": "Omar Haddad", "subject": "New laptop", "unseen": 2 }],
        "notices": ["Deskbell cannot see whether you are at this computer. Only use of its own window counts."],
    });
    open(&page, &status, &view(&without_tray)).await?;
    page.find("[data-session]", SOON).await?;
    walk(&page, "the status without a tray").await?;
    let records = json!({ "requests": [{ "session": "a", "since": 0, "title": "Dana Reyes needs help", "about": "Printer offline", "lines": ["On the screen at 10:47."] }] });
    open(&page, &status, &view(&records)).await?;
    page.button("Sound, toasts and requests", SOON).await?.click().await?;
    page.shows("Dana Reyes needs help", SOON).await?;
    walk(&page, "the last requests").await?;
    let lost = json!({ "connection": { "is": "down", "retry_at": 0, "why": "the service does not answer" }, "headline": "No connection." });
    open(&page, &status, &view(&lost)).await?;
    walk(&page, "the status without a connection").await?;
    let client = json!({
        "account": { "is": "signed_in", "name": "Dana Reyes", "role": "client", "organisation": "Acme IT", "address": "support.acme.example" },
        "preference": { "is": "none" }, "sound": { "on": false, "volume": 50, "choice": "bell" },
    });
    open(&page, &status, &view(&client)).await?;
    walk(&page, "a client's status").await?;
    let out = json!({ "account": { "is": "signed_out" }, "connection": { "is": "off" }, "headline": "Signed out", "preference": { "is": "none" } });
    open(&page, &status, &view(&out)).await?;
    page.find("form input", SOON).await?;
    walk(&page, "the status signed out").await?;
    let question = json!({ "question": { "id": "a", "host": "support.acme.example", "is_encrypted": true } });
    open(&page, &format!("{status}#sign-in"), &view(&question)).await?;
    page.find("button:not(.go):not(:disabled)", SOON).await?;
    walk(&page, "the question before a sign-in").await?;
    cdp::language(&page, "ar").await?;
    open(&page, &status, &view(&without_tray)).await?;
    page.find("[dir=rtl] [data-session]", SOON).await?;
    walk(&page, "the status in Arabic").await
}
