//! Signing in by a one-time link: a button redeems it, never the mere opening; and only once.

use crate::stage::{ACME, DANA, NORTHWIND, PRIYA, SOON, Stage, TOM, person, sign_in};
use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use protocol::Up;
use rig::Browser;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_signs_a_technician_in_and_the_sign_in_lasts() -> Result<()> {
    let stage = Stage::start().await?;
    let link = stage.service.add_technician(ACME, PRIYA)?;
    let browser = Browser::start((1120, 720)).await?;
    // Opened twice: a look at a link, or a preview of it, costs nothing.
    browser.open(&link).await?;
    browser.button("Sign in", SOON).await?;
    browser.page.refresh().await?;
    browser.button("Sign in", SOON).await?.click().await?;
    browser.find(&person(PRIYA), SOON).await?;
    let address = browser.page.current_url().await?;
    ensure!(address.path() == "/technician/" && address.fragment().is_none(), "{address}");
    browser.page.refresh().await?;
    browser.find(&person(PRIYA), SOON).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_used_link_says_so_and_offers_nothing_to_press() -> Result<()> {
    let stage = Stage::start().await?;
    let link = stage.service.add_client(ACME, DANA, NORTHWIND)?;
    let browser = Browser::start((480, 760)).await?;
    sign_in(&browser, &link).await?;
    browser.shows("How can we help?", SOON).await?;
    sign_in(&browser, &link).await?;
    browser.shows("already been used", SOON).await?;
    browser.shows("This link cannot sign you in", SOON).await?;
    ensure!(browser.page.find_all(Locator::Css("button")).await?.is_empty(), "{}", browser.text().await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_without_a_sign_in_says_what_to_do() -> Result<()> {
    let stage = Stage::start().await?;
    let browser = Browser::start((480, 760)).await?;
    for portal in ["technician", "client"] {
        browser.open(&format!("{}/{portal}/", stage.service.address())).await?;
        browser.shows("You are signed out here. Open your sign-in link", SOON).await?;
    }
    browser.open(&format!("{}/sign-in", stage.service.address())).await?;
    browser.shows("This sign-in link is incomplete", SOON).await
}

/// A technician's own name, where the page shows it.
fn own(name: &str) -> String {
    format!("[data-testid=own-state][data-name=\"{name}\"]")
}

/// The cookie of the portal.
async fn cookie(browser: &Browser) -> Result<Option<String>> {
    let all = browser.page.get_all_cookies().await?;
    Ok(all.into_iter().find(|each| each.name() == "deskbell").map(|each| each.value().to_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_with_somebody_elses_code_signs_nobody_in_before_a_button_is_pressed() -> Result<()> {
    let stage = Stage::start().await?;
    let browser = stage.technician().await?;
    browser.find(&own(PRIYA), SOON).await?;
    let before = cookie(&browser).await?;
    ensure!(before.is_some());
    let tom = stage.watcher().await?;
    let address = async || {
        let answer = tom.ask(&Up::PortalCode { id: Uuid::new_v4() }).await?;
        let code = answer.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?.code.context("a code")?;
        Ok::<_, anyhow::Error>(format!("{}/technician/#code={code}", stage.service.address()))
    };
    // Into the page that is open, and into one that is loaded.
    for is_loaded in [false, true] {
        if is_loaded {
            browser.open("about:blank").await?;
        }
        browser.open(&address().await?).await?;
        browser.button("Do not use it", SOON).await?.click().await?;
        browser.find(&own(PRIYA), SOON).await?;
        let shown = browser.page.current_url().await?;
        ensure!(shown.fragment().is_none_or(str::is_empty), "{shown}");
        ensure!(cookie(&browser).await? == before, "another sign-in was slipped in");
    }
    // Who wants it gets it.
    browser.open(&address().await?).await?;
    browser.button("Use it", SOON).await?.click().await?;
    browser.find(&own(TOM), SOON).await?;
    ensure!(cookie(&browser).await? != before);
    Ok(())
}
