//! How the portal's files reach a browser, and what people see if they do not. Addresses that show no portal.

use crate::layout::fits;
use crate::stage::{SOON, Stage};
use anyhow::{Result, ensure};
use rig::cdp;
use rig::{Browser, eventually};
use serde_json::json;

/// What the page has loaded, by the name of the file without its hash: how many bytes came over the network, and how many they are.
const LOADED: &str = "
    const page = performance.getEntriesByType('navigation'), files = performance.getEntriesByType('resource');
    return [...page, ...files].map((each) => [new URL(each.name).pathname, each.encodedBodySize, each.decodedBodySize]);";

const STILL_LOADING: &str = "This page is still loading.";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_gets_compressed_files_and_loads_them_once() -> Result<()> {
    let stage = Stage::start().await?;
    let browser = Browser::start((1120, 720)).await?;
    let address = format!("{}/technician/", stage.service.address());
    browser.open(&address).await?;
    browser.shows("Signed out", SOON).await?;
    let loaded = browser.page.execute(LOADED, Vec::new()).await?;
    let files: Vec<(String, u64, u64)> = serde_json::from_value(loaded)?;
    let code = files.iter().filter(|(path, ..)| path.ends_with(".js") || path.ends_with(".css"));
    ensure!(code.clone().count() >= 4, "{files:?}");
    for (path, sent, size) in code.chain(&files[..1]) {
        ensure!(*sent > 0 && sent < size, "{path} was sent with {sent} bytes, and it has {size}");
    }
    // Opened again, it needs the page, which may have changed, and no file.
    browser.open(&format!("{address}?")).await?;
    browser.shows("Signed out", SOON).await?;
    let asked = "return performance.getEntriesByType('resource')
        .filter((each) => each.name.includes('/assets/') && each.transferSize > 0).map((each) => each.name)";
    let asked = browser.page.execute(asked, Vec::new()).await?;
    ensure!(asked == json!([]), "{asked}");
    Ok(())
}

// As after an upgrade of the service while the page was loading: the script's name is no longer known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_script_is_gone_says_what_to_do() -> Result<()> {
    let stage = Stage::start().await?;
    let browser = Browser::start((1120, 720)).await?;
    let address = format!("{}/technician/", stage.service.address());
    cdp::block(&browser, &["*/assets/portal-*.js"]).await?;
    browser.open(&address).await?;
    browser.shows(STILL_LOADING, SOON).await?;
    cdp::block(&browser, &[]).await?;
    browser.page.refresh().await?;
    browser.shows("Signed out", SOON).await?;
    let text = browser.text().await?;
    ensure!(!text.contains(STILL_LOADING), "{text}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_address_fits_every_view_and_leads_to_a_portal() -> Result<()> {
    let stage = Stage::start().await?;
    let browser = Browser::start((1120, 720)).await?;
    let address = stage.service.address();
    browser.open(&format!("{address}/clients/")).await?;
    browser.shows("Page not found", SOON).await?;
    fits(&browser, "an unknown address").await?;
    browser.button("Client portal", SOON).await?.click().await?;
    browser.shows("Signed out", SOON).await?;
    browser.open(address).await?;
    fits(&browser, "the bare address").await?;
    browser.button("Technician portal", SOON).await?.click().await?;
    eventually("the technician's portal is open", SOON, async || {
        let at = browser.page.current_url().await?;
        ensure!(at.path() == "/technician/", "{at}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}
