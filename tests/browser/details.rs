//! The pane beside a technician's chat shows its client or all people. It covers the chat in a narrow window, and the page on a phone.

use crate::history::{ended, has_address, lists};
use crate::keyboard::{has_focus, press, tab_to, type_text};
use crate::stage::{DANA, NORTHWIND, SOON, Stage, ask, reads};
use anyhow::{Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use rig::{Browser, cdp, eventually};

const DETAILS: &str = ".side-client";

async fn details_show(page: &Browser, text: &str) -> Result<()> {
    eventually(&format!("the details say {text:?}"), SOON, async || {
        let shown = page.find(DETAILS, SOON).await?.text().await?;
        ensure!(shown.contains(text), "{shown:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// Waits until the details, or the chat, are on the screen or not.
async fn is_seen(page: &Browser, part: &str, wanted: bool) -> Result<()> {
    eventually(&format!("{part} is seen: {wanted}"), SOON, async || {
        let found = page.page.find_all(Locator::Css(part)).await?;
        let mut seen = false;
        for each in found {
            seen |= each.is_displayed().await?;
        }
        ensure!(seen == wanted, "it is not so");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_of_the_open_chat_stands_beside_it_with_their_earlier_chats() -> Result<()> {
    let mut stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = stage.caller(DANA).await?;
    ended(&tom, &dana, "Printer offline", ["It hums.", "Press green."]).await?;
    let page = stage.technician().await?;
    ask(&dana, "Scanner").await?;
    page.button("Join", SOON).await?;
    is_seen(&page, DETAILS, false).await?;
    type_text(&page, "ja").await?;
    for text in
        [DANA, NORTHWIND, "Online since", "In this chat", "You", "Printer offline", "Tom Berg, 2 messages"]
    {
        details_show(&page, text).await?;
    }
    // The people are one key away, and so is the way back.
    page.find("section.chat h2", SOON).await?.click().await?;
    type_text(&page, "p").await?;
    is_seen(&page, ".side-people", true).await?;
    is_seen(&page, DETAILS, false).await?;
    type_text(&page, "p").await?;
    is_seen(&page, DETAILS, true).await?;
    is_seen(&page, ".side-people", false).await?;
    page.find(".past a", SOON).await?.click().await?;
    reads(&page, &["It hums.", "Press green."]).await?;
    // It is the open one now, and no longer an earlier one.
    details_show(&page, "No earlier chats.").await?;
    page.page.back().await?;
    page.find("[data-tab=mine]", SOON).await?.click().await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    details_show(&page, "Tom Berg, 2 messages").await?;
    stage.service.kill9();
    page.shows("No connection.", SOON).await?;
    // Nobody knows what they are now.
    eventually("the details say of when they are", SOON, async || {
        let shown = page.find(DETAILS, SOON).await?.text().await?;
        ensure!(shown.contains("\nAs of ") && shown.contains(": Online"), "{shown:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_details_open_over_the_chat_with_the_keyboard_alone_and_alone_on_a_phone() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = stage.caller(DANA).await?;
    ended(&tom, &dana, "Printer offline", ["It hums.", "Press green."]).await?;
    ask(&dana, "Scanner").await?;
    let page = stage.technician().await?;
    cdp::view(&page, (1120, 720), 1).await?;
    page.button("Join", SOON).await?;
    type_text(&page, "j").await?;
    press(&page, Key::Return).await?;
    page.shows("Scanner", SOON).await?;
    tab_to(&page, "Details of Dana").await?;
    press(&page, Key::Return).await?;
    details_show(&page, "Online since").await?;
    has_focus(&page, "Details").await?;
    is_seen(&page, "section.chat", true).await?;
    press(&page, Key::Escape).await?;
    is_seen(&page, DETAILS, false).await?;
    has_focus(&page, "Details of Dana").await?;
    press(&page, Key::Return).await?;
    tab_to(&page, "Show all in the history").await?;
    press(&page, Key::Return).await?;
    has_address(&page, "#list=history").await?;
    lists(&page, &[DANA]).await?;
    page.shows("Only chats with Dana Reyes", SOON).await?;

    page.find(".queue [data-session] .name", SOON).await?.click().await?;
    reads(&page, &["It hums.", "Press green."]).await?;
    cdp::view(&page, (390, 720), 1).await?;
    page.find("[data-opens=client]", SOON).await?.click().await?;
    details_show(&page, NORTHWIND).await?;
    is_seen(&page, "section.chat", false).await?;
    page.find(".side-client .close", SOON).await?.click().await?;
    is_seen(&page, DETAILS, false).await?;
    is_seen(&page, "section.chat", true).await
}
