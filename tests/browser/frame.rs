//! The frame around the portals: the connection's chip, notices at each width, the way out, and a browser without storage.

use crate::chat::SLOW_NETWORK;
use crate::stage::{ACME, DANA, MESSAGE, NORTHWIND, SOON, SUBJECT, Stage, ask, join, sign_in};
use anyhow::{Result, ensure};
use rig::cdp;
use rig::{Browser, eventually};

/// A phone's view.
const PHONE: (u32, u32) = (420, 720);
/// A browser that forbids a page to store anything.
const NO_STORAGE: &str = "
    for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });
    }";
/// Where what one reads begins.
const TOP: &str = "return document.querySelector('main').getBoundingClientRect().top";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_moves_when_the_connection_is_lost() -> Result<()> {
    let mut stage = Stage::start().await?;
    let (technician, client) = (stage.technician().await?, stage.client().await?);
    let pages = [technician, client];
    let mut before = Vec::new();
    for page in &pages {
        before.push(page.page.execute(TOP, Vec::new()).await?);
    }
    stage.service.kill9();
    for (page, before) in pages.iter().zip(before) {
        page.shows("No connection.", SOON).await?;
        let after = page.page.execute(TOP, Vec::new()).await?;
        ensure!(after == before, "from {before} to {after}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retry_now_connects_at_once() -> Result<()> {
    let mut stage = Stage::start().await?;
    let page = stage.technician().await?;
    stage.service.kill9();
    let retry = page.button("Retry now", SOON).await?;
    stage.service.restart().await?;
    // It may have come back by itself just before.
    drop(retry.click().await);
    eventually("the connection is back", SOON, async || {
        ensure!(!page.text().await?.contains("No connection"), "it is not");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_seen_on_a_phone() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.technician().await?;
    cdp::view(&page, PHONE, 1).await?;
    cdp::before_load(&page, SLOW_NETWORK).await?;
    page.page.refresh().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    let button = page.find("section.chat button.go", SOON).await?;
    page.page.execute("window.held = []", Vec::new()).await?;
    join(&tom, session).await?;
    button.click().await?;
    let release = "const all = window.held; window.held = null; for (const hear of all) hear();";
    page.page.execute(release, Vec::new()).await?;
    let notice = page.find("[data-testid=notice]", SOON).await?;
    eventually("the notice is in sight", SOON, async || {
        let text = notice.text().await?;
        ensure!(text.starts_with("Tom joined at"), "{text:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

async fn is_signed_out(page: &Browser) -> Result<()> {
    page.shows("You are signed out here.", SOON).await?;
    // The service has forgotten the sign-in, not only this page.
    page.page.refresh().await?;
    page.shows("You are signed out here.", SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_portals_sign_out_after_a_question() -> Result<()> {
    let stage = Stage::start().await?;
    let (technician, client) = (stage.technician().await?, stage.client().await?);
    technician.find("[data-testid=own-state] button", SOON).await?.click().await?;
    technician.button("Sign out here", SOON).await?.click().await?;
    technician.button("Stay signed in", SOON).await?.click().await?;
    technician.find("[data-testid=own-state] button", SOON).await?.click().await?;
    technician.button("Sign out here", SOON).await?.click().await?;
    technician.button("Sign out", SOON).await?.click().await?;
    is_signed_out(&technician).await?;
    client.find("button[aria-label='Sign out here']", SOON).await?.click().await?;
    client.button("Sign out", SOON).await?.click().await?;
    is_signed_out(&client).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_stores_nothing_has_a_portal() -> Result<()> {
    let stage = Stage::start().await?;
    let page = Browser::start((1120, 720)).await?;
    cdp::before_load(&page, NO_STORAGE).await?;
    sign_in(&page, &stage.service.add_client(ACME, DANA, NORTHWIND)?).await?;
    page.find(SUBJECT, SOON).await?.send_keys("Printer offline").await?;
    page.button("Ask for a chat", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await.map(drop)
}

/// A page that came neither by https nor from this machine.
const NOT_SECURE: &str = "
    Object.defineProperty(window, 'isSecureContext', { value: false });
    Object.defineProperty(crypto, 'randomUUID', { value: undefined });";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_did_not_come_by_https_says_what_to_do() -> Result<()> {
    let stage = Stage::start().await?;
    let page = Browser::start((1120, 720)).await?;
    cdp::before_load(&page, NOT_SECURE).await?;
    page.open(&format!("{}/technician/", stage.service.address())).await?;
    page.shows("Ask your administrator for the address that begins with https.", SOON).await
}
