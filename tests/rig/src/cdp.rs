//! What WebDriver has no word for: the size of the view, its scale and theme, what the browser allows and what it cannot load, through the driver's
//! way to Chromium.

use crate::Browser;
use anyhow::{Context, Result};
use fantoccini::wd::WebDriverCompatibleCommand;
use hyper::Method;
use serde_json::{Value, json};
use std::path::Path;
use url::{ParseError, Url};

/// A command of the Chrome DevTools Protocol.
#[derive(Debug)]
struct Cdp(Value);

impl WebDriverCompatibleCommand for Cdp {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _request: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.0.to_string()))
    }
}

async fn run(browser: &Browser, command: &str, with: Value) -> Result<()> {
    ask(browser, command, with).await.map(drop)
}

async fn ask(browser: &Browser, command: &str, with: Value) -> Result<Value> {
    let answer = browser.page.issue_cmd(Cdp(json!({ "cmd": command, "params": with }))).await;
    answer.with_context(|| format!("asking Chromium for {command}"))
}

/// How long the page's main thread has worked since the first call, in seconds.
///
/// # Errors
/// When the browser is gone.
pub async fn task_seconds(browser: &Browser) -> Result<f64> {
    run(browser, "Performance.enable", json!({})).await?;
    let metrics = ask(browser, "Performance.getMetrics", json!({})).await?;
    let all = metrics["metrics"].as_array().context("Chromium's metrics are a list")?;
    let found = all.iter().find(|each| each["name"] == "TaskDuration").map(|each| &each["value"]);
    found.and_then(Value::as_f64).context("Chromium says how long tasks took")
}

/// A view of this size in CSS pixels; at scale 2 as a page enlarged to 200 % is shown.
///
/// # Errors
/// When the browser is gone.
pub async fn view(browser: &Browser, (width, height): (u32, u32), scale: u32) -> Result<()> {
    let with = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": false });
    run(browser, "Emulation.setDeviceMetricsOverride", with).await
}

/// A script that runs in each page from now on, before its own.
///
/// # Errors
/// When the browser is gone.
pub async fn before_load(browser: &Browser, script: &str) -> Result<()> {
    run(browser, "Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await
}

/// Answers the browser's question about notifications of a page: `granted`, `denied`, or `prompt` for not yet.
///
/// # Errors
/// When the browser is gone.
pub async fn notifications(browser: &Browser, address: &str, answer: &str) -> Result<()> {
    let with = json!({ "origin": address, "permission": { "name": "notifications" }, "setting": answer });
    run(browser, "Browser.setPermission", with).await
}

/// Addresses that cannot be loaded from now on, in place of those before; `*` stands for anything.
///
/// # Errors
/// When the browser is gone.
pub async fn block(browser: &Browser, addresses: &[&str]) -> Result<()> {
    run(browser, "Network.enable", json!({})).await?;
    run(browser, "Network.setBlockedURLs", json!({ "urls": addresses })).await
}

/// Whether the system has a network, as it tells the browser.
///
/// # Errors
/// When the browser is gone.
pub async fn offline(browser: &Browser, offline: bool) -> Result<()> {
    let with = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    run(browser, "Network.enable", json!({})).await?;
    run(browser, "Network.emulateNetworkConditions", with).await
}

/// The languages that the user prefers, the best first: `de-AT,en`.
///
/// # Errors
/// When Chromium refuses.
pub async fn language(browser: &Browser, languages: &str) -> Result<()> {
    let agent = browser.page.execute("return navigator.userAgent", Vec::new()).await?;
    let with = json!({ "userAgent": agent, "acceptLanguage": languages });
    run(browser, "Emulation.setUserAgentOverride", with).await
}

/// Drags a file from elsewhere onto the page and drops it at a place, in CSS pixels.
///
/// # Errors
/// When Chromium does not answer.
pub async fn drop_file(browser: &Browser, (x, y): (u32, u32), file: &Path) -> Result<()> {
    let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
    for kind in ["dragEnter", "dragOver", "drop"] {
        run(browser, "Input.dispatchDragEvent", json!({ "type": kind, "x": x, "y": y, "data": data }))
            .await?;
    }
    Ok(())
}

/// The folder into which files are saved from now on.
///
/// # Errors
/// When Chromium does not answer.
pub async fn downloads(browser: &Browser, folder: &Path) -> Result<()> {
    run(browser, "Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder })).await
}

/// An input method shows a text that is not final yet; with `ends`, it becomes that text.
///
/// # Errors
/// When the browser is gone.
pub async fn compose(browser: &Browser, text: &str, ends: bool) -> Result<()> {
    if ends {
        return run(browser, "Input.insertText", json!({ "text": text })).await;
    }
    let end = text.encode_utf16().count();
    let with = json!({ "text": text, "selectionStart": end, "selectionEnd": end });
    run(browser, "Input.imeSetComposition", with).await
}

/// From now on the screen is one to touch.
///
/// # Errors
/// When the browser is gone.
pub async fn touch(browser: &Browser) -> Result<()> {
    run(browser, "Emulation.setTouchEmulationEnabled", json!({ "enabled": true })).await
}

/// A finger taps at a place, in CSS pixels.
///
/// # Errors
/// When the browser is gone.
pub async fn tap(browser: &Browser, (x, y): (f64, f64)) -> Result<()> {
    for (kind, points) in [("touchStart", json!([{ "x": x, "y": y }])), ("touchEnd", json!([]))] {
        run(browser, "Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).await?;
    }
    Ok(())
}

/// The theme that the user prefers: `light` or `dark`.
///
/// # Errors
/// When the browser is gone.
pub async fn theme(browser: &Browser, theme: &str) -> Result<()> {
    media(browser, &[("prefers-color-scheme", theme)]).await
}

/// What the user prefers, as media queries name it; what is not named is as the browser has it.
///
/// # Errors
/// When the browser is gone.
pub async fn media(browser: &Browser, features: &[(&str, &str)]) -> Result<()> {
    let features: Vec<_> =
        features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    run(browser, "Emulation.setEmulatedMedia", json!({ "features": features })).await
}
