//! The service goes away and comes back: the page says so, and nothing that somebody wrote is lost or said twice.

use crate::stage::{ACME, DANA, MESSAGE, SOON, Stage, TOM, ask, ask_on, heard, join, open, reads, request};
use anyhow::{Result, ensure};
use fantoccini::Locator;
use rig::{Browser, Peer, cdp, eventually, post};
use std::time::Duration;

const RETURN: &str = "\u{e007}";

async fn banner_is_gone(page: &Browser) -> Result<()> {
    eventually("the banner is gone", SOON, async || {
        let banners = page.page.find_all(Locator::Css("[data-testid=banner]")).await?;
        ensure!(banners.is_empty(), "it is there");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

// C8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_while_the_service_is_gone_arrives_once_and_in_order() -> Result<()> {
    let mut stage = Stage::start().await?;
    let tom = post::sign_in(&stage.service.add_technician(ACME, TOM)?).await?;
    let before = Peer::connect(&tom).await?;
    let page = stage.client().await?;
    ask_on(&page, "Printer offline").await?;
    let session = request(&before).await?;
    join(&before, session).await?;
    page.shows(TOM, SOON).await?;
    let field = page.find(MESSAGE, SOON).await?;
    field.send_keys(&format!("One.{RETURN}")).await?;
    open(&before, session).await?;
    heard(&before, session, &["One."]).await?;

    stage.service.kill9();
    page.shows("No connection.", SOON).await?;
    page.shows("Retrying in", SOON).await?;
    for text in ["Two.", "Three."] {
        field.send_keys(&format!("{text}{RETURN}")).await?;
    }
    page.shows("Not sent yet. It will be sent when the connection is back.", SOON).await?;
    stage.service.restart().await?;
    banner_is_gone(&page).await?;
    let after = Peer::connect(&tom).await?;
    open(&after, session).await?;
    heard(&after, session, &["One.", "Two.", "Three."]).await?;
    reads(&page, &["One.", "Two.", "Three."]).await?;
    ensure!(!page.text().await?.contains("Not sent yet"), "{}", page.text().await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_was_never_answered_survives_the_reload_of_its_page() -> Result<()> {
    let mut stage = Stage::start().await?;
    let tom = post::sign_in(&stage.service.add_technician(ACME, TOM)?).await?;
    let page = stage.client().await?;
    stage.service.kill9();
    page.shows("No connection.", SOON).await?;
    ask_on(&page, "Printer offline").await?;
    page.shows("Your request is kept", SOON).await?;
    // Its user loads the page again, and finds only the browser's own page until the service is back.
    drop(page.page.refresh().await);
    stage.service.restart().await?;
    page.open(&format!("{}/client/", stage.service.address())).await?;
    page.shows("You are first in line.", SOON).await?;
    let watcher = Peer::connect(&tom).await?;
    request(&watcher).await?;
    let sessions = watcher.seen().sessions;
    ensure!(
        sessions.len() == 1 && sessions.values().all(|each| each.subject == "Printer offline"),
        "{sessions:?}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_technician_is_told_of_a_lost_connection_and_of_nothing_once_it_is_back() -> Result<()> {
    let mut stage = Stage::start().await?;
    let page = stage.technician().await?;
    stage.service.kill9();
    page.shows("No connection. Others may see you as Offline.", SOON).await?;
    page.shows("Retrying in", SOON).await?;
    stage.service.restart().await?;
    banner_is_gone(&page).await?;
    // What comes afterwards is seen without a reload.
    let dana = stage.caller(DANA).await?;
    ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_claims_no_connection_once_the_system_says_that_there_is_no_network() -> Result<()> {
    // Without that, it would take the silence of two beats.
    const AT_ONCE: Duration = Duration::from_secs(10);
    let stage = Stage::start().await?;
    for page in [stage.technician().await?, stage.client().await?] {
        cdp::offline(&page, true).await?;
        page.shows("No connection.", AT_ONCE).await?;
        cdp::offline(&page, false).await?;
        banner_is_gone(&page).await?;
    }
    Ok(())
}
