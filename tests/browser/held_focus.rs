//! What has the focus goes, and the focus goes to where its user goes on: never to the browser's own place at the top of the page.

use crate::keyboard::{has_focus, press};
use crate::sent_files::drop_file;
use crate::stage::{DANA, MESSAGE, SOON, Stage, ask, ask_on, complete, join, request};
use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use rig::{Browser, Peer, cdp, eventually};
use serde_json::json;

/// Gives the focus to what a CSS selector finds.
const FOCUS: &str = "document.querySelector(arguments[0]).focus()";
/// In which part of the page the focus is.
const PART: &str =
    "const it = document.activeElement; return it.closest('section')?.className.split(' ')[0] ?? it.tagName";
/// From now on the service is too busy to take files, in a moment.
const BUSY: &str = r#"
    XMLHttpRequest.prototype.send = function () {
        Object.defineProperty(this, "status", { value: 503 });
        Object.defineProperty(this, "responseText", { value: '{"message": "Busy."}' });
        this.getResponseHeader = () => "0.001";
        setTimeout(() => this.onload());
    };"#;

async fn press_on(page: &Browser, css: &str) -> Result<()> {
    page.find(css, SOON).await?;
    page.page.execute(FOCUS, vec![json!(css)]).await?;
    press(page, Key::Return).await
}

async fn is_in(page: &Browser, part: &str) -> Result<()> {
    eventually(&format!("the focus is in {part}"), SOON, async || {
        let is = page.page.execute(PART, Vec::new()).await?;
        ensure!(is == json!(part), "it is in {is}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

async fn joined(stage: &Stage, page: &Browser) -> Result<Peer> {
    let dana = stage.caller(DANA).await?;
    ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    Ok(dana)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_removes_or_retries_a_file_goes_on_at_that_file_at_the_next_one_or_at_the_message() -> Result<()>
{
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let _dana = joined(&stage, &page).await?;
    for name in ["one.txt", "two.txt"] {
        drop_file(&page, name, "text", "text/plain").await?;
    }
    press_on(&page, "[aria-label='Remove one.txt']").await?;
    has_focus(&page, "Remove two.txt").await?;
    press(&page, Key::Return).await?;
    has_focus(&page, "Message").await?;
    page.page.execute(BUSY, Vec::new()).await?;
    drop_file(&page, "three.txt", "text", "text/plain").await?;
    page.find("form.box button[type=submit]", SOON).await?.click().await?;
    page.button("Try again", SOON).await?;
    press_on(&page, ".files button:not(.square)").await?;
    eventually("the focus stays at the file", SOON, async || {
        let is = page.page.execute("return document.activeElement.closest('.file') !== null", Vec::new());
        ensure!(is.await? == json!(true), "it is elsewhere");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_cancels_a_sheet_goes_on_at_what_opened_it() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let _dana = joined(&stage, &page).await?;
    page.button("Hand over", SOON).await?.click().await?;
    press_on(&page, ".sheet button.quiet").await?;
    has_focus(&page, "Hand over").await?;
    // There the button is in a menu.
    cdp::view(&page, (900, 800), 1).await?;
    press_on(&page, "section.chat .menu button").await?;
    has_focus(&page, "Hand over").await?;
    press(&page, Key::Return).await?;
    press_on(&page, ".sheet button.quiet").await?;
    has_focus(&page, "More").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_tries_the_history_again_goes_on_in_its_list() -> Result<()> {
    let mut stage = Stage::start().await?;
    let page = stage.technician().await?;
    stage.service.kill9();
    page.find("[data-tab=history]", SOON).await?.click().await?;
    page.button("Try again", SOON).await?;
    stage.service.restart().await?;
    press_on(&page, ".queue .told button").await?;
    page.shows("No chat has been completed yet.", SOON).await?;
    is_in(&page, "queue").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_narrow_window_the_focus_goes_to_the_pane_that_is_shown_and_back_to_the_row() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Scanner").await?;
    join(&tom, session).await?;
    complete(&tom, session).await?;
    ask(&dana, "Printer offline").await?;
    let page = stage.technician().await?;
    cdp::view(&page, (600, 720), 1).await?;
    for list in ["waiting", "history"] {
        press_on(&page, &format!("[data-tab={list}]")).await?;
        press_on(&page, ".queue [data-session] .name").await?;
        is_in(&page, "chat").await.with_context(|| format!("from {list}"))?;
        press_on(&page, "section.chat .back").await?;
        has_focus(&page, DANA).await.with_context(|| format!("back to {list}"))?;
    }
    press_on(&page, ".people-button").await?;
    has_focus(&page, "Find people").await?;
    press(&page, Key::Escape).await?;
    has_focus(&page, "People").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_taps_beside_everything_on_a_phone_gets_no_focus_back_and_no_keyboard() -> Result<()> {
    const MIDDLE: &str = "const box = document.querySelector(arguments[0]).getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2]";
    /// When the page has been laid out again, what has the focus.
    const HAS: &str = "const done = arguments[arguments.length - 1];
        requestAnimationFrame(() => requestAnimationFrame(() => done(document.activeElement.tagName)));";
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    cdp::touch(&page).await?;
    // There the organisation's name has room.
    cdp::view(&page, (700, 760), 1).await?;
    ask_on(&page, "Printer offline").await?;
    page.button("Call me back", SOON).await?.click().await?;
    page.find("input[type=tel]:focus", SOON).await?;
    let at = page.page.execute(MIDDLE, vec![json!("header.top h1")]).await?;
    cdp::tap(&page, (at[0].as_f64().context("x")?, at[1].as_f64().context("y")?)).await?;
    eventually("nothing has the focus", SOON, async || {
        let has = page.page.execute_async(HAS, Vec::new()).await?;
        ensure!(has == json!("BODY"), "{has} has it");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let tom = stage.watcher().await?;
    join(&tom, request(&tom).await?).await?;
    page.find("[data-testid=technician]", SOON).await?;
    let has = page.page.execute_async(HAS, Vec::new()).await?;
    ensure!(has == json!("BODY"), "{has} has the focus");
    Ok(())
}
