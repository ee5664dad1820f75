//! Search, jump, do: chats, people, actions and earlier chats from one field, with the keyboard alone.

use crate::history::{ended, has_address, lists};
use crate::keyboard::{has_focus, press, type_text};
use crate::stage::{DANA, MESSAGE, NORTHWIND, PRIYA, SOON, Stage, ask, person, reads};
use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use rig::{Browser, cdp, eventually};
use serde_json::json;

const JOERG: &str = "J\u{f6}rg M\u{fc}ller";
/// The chosen line, as it reads.
const CHOSEN: &str = "const field = document.activeElement;
    const line = document.getElementById(field.getAttribute('aria-activedescendant'));
    return line?.getAttribute('aria-selected') === 'true' ? line.textContent : ''";
/// The part of the page that has the focus.
const PANE: &str = "return document.activeElement.closest('nav, section')?.className.split(' ')[0] ?? ''";

pub(crate) async fn press_with_ctrl(page: &Browser, key: char) -> Result<()> {
    let ctrl = char::from(Key::Control);
    let actions = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: ctrl })
        .then(KeyAction::Down { value: key })
        .then(KeyAction::Up { value: key })
        .then(KeyAction::Up { value: ctrl });
    page.page.perform_actions(actions).await.context("pressing Ctrl and a key")
}

async fn look_for(page: &Browser, text: &str) -> Result<()> {
    press_with_ctrl(page, 'k').await?;
    has_focus(page, "Search or jump to…").await?;
    type_text(page, text).await
}

async fn is_chosen(page: &Browser, texts: &[&str]) -> Result<()> {
    eventually(&format!("the chosen line has {texts:?}"), SOON, async || {
        let chosen = page.page.execute(CHOSEN, Vec::new()).await?;
        let chosen = chosen.as_str().unwrap_or_default();
        ensure!(texts.iter().all(|text| chosen.contains(text)), "{chosen:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

async fn is_closed(page: &Browser) -> Result<()> {
    eventually("the palette is closed", SOON, async || {
        let open = page.page.find_all(Locator::Css("dialog[open]")).await?;
        ensure!(open.is_empty(), "it is open");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_chats_and_actions_are_found_and_chosen_with_the_keyboard_alone() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    ask(&dana, "Printer offline").await?;
    let _joerg = stage.caller(JOERG).await?;
    page.find(&person(JOERG), SOON).await?;
    page.button("Join", SOON).await?;

    // Without accents, and in any order.
    look_for(&page, "muller jorg").await?;
    is_chosen(&page, &[JOERG, NORTHWIND, "Online", "invite"]).await?;
    press(&page, Key::Return).await?;
    page.shows("has been asked and has not answered yet.", SOON).await?;
    is_closed(&page).await?;

    look_for(&page, "dana").await?;
    is_chosen(&page, &[DANA, "Printer offline", "Waiting"]).await?;
    press(&page, Key::Down).await?;
    is_chosen(&page, &[DANA, "open the chat"]).await?;
    press(&page, Key::Up).await?;
    press(&page, Key::Return).await?;
    page.shows("Printer offline", SOON).await?;
    is_closed(&page).await?;
    look_for(&page, "join").await?;
    is_chosen(&page, &["Join the chat with Dana Reyes"]).await?;
    press(&page, Key::Return).await?;
    page.find(MESSAGE, SOON).await?;
    is_closed(&page).await?;

    // Also while one writes, who goes on writing after Escape.
    type_text(&page, "r").await?;
    has_focus(&page, "Message").await?;
    look_for(&page, "complete").await?;
    press(&page, Key::Escape).await?;
    is_closed(&page).await?;
    has_focus(&page, "Message").await?;
    look_for(&page, "note").await?;
    is_chosen(&page, &["Write a private note in the chat"]).await?;
    press(&page, Key::Return).await?;
    has_focus(&page, "Note for technicians").await?;
    look_for(&page, "complete").await?;
    press(&page, Key::Return).await?;
    page.shows("What was done (optional)", SOON).await?;
    press(&page, Key::Escape).await?;

    look_for(&page, "keys").await?;
    press(&page, Key::Return).await?;
    page.shows("Single keys on", SOON).await?;
    for text in ["Search or jump to", "Private note", "Next pane", "Away, or Automatic"] {
        page.shows(text, SOON).await?;
    }
    press(&page, Key::Escape).await?;
    is_closed(&page).await?;
    look_for(&page, "priya").await?;
    is_chosen(&page, &[PRIYA]).await?;
    press(&page, Key::Return).await?;
    has_focus(&page, "Find people").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn earlier_chats_are_found_as_one_types() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = stage.caller(DANA).await?;
    ended(&tom, &dana, "Printer offline", ["The toner is full.", "Press green."]).await?;
    let page = stage.technician().await?;
    press_with_ctrl(&page, 'k').await?;
    has_focus(&page, "Search or jump to…").await?;
    type_text(&page, "toner").await?;
    is_chosen(&page, &["Search the history for", "toner"]).await?;
    page.shows("The toner is full.", SOON).await?;
    press(&page, Key::Down).await?;
    is_chosen(&page, &["The toner is full.", DANA]).await?;
    press(&page, Key::Return).await?;
    reads(&page, &["The toner is full.", "Press green."]).await?;
    look_for(&page, "toner").await?;
    press(&page, Key::Return).await?;
    has_address(&page, "#list=history").await?;
    lists(&page, &[DANA]).await?;

    // On a phone, with a finger.
    cdp::view(&page, (390, 720), 1).await?;
    page.find(".jump", SOON).await?.click().await?;
    page.find("[role=combobox]", SOON).await?.send_keys("team").await?;
    page.find("[role=option][aria-selected=true]", SOON).await?.click().await?;
    has_address(&page, "#list=team").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_and_point_sets_away_and_f6_goes_through_the_panes() -> Result<()> {
    // P7
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?;
    press_with_ctrl(&page, '.').await?;
    page.find("[data-testid=own-state][data-state=away]", SOON).await?;
    press_with_ctrl(&page, '.').await?;
    page.find("[data-testid=own-state][data-state=online]", SOON).await?;
    type_text(&page, "ja").await?;
    has_focus(&page, "Message").await?;
    for wanted in ["people", "rail", "queue", "chat"] {
        press(&page, Key::F6).await?;
        eventually(&format!("the focus is in {wanted}"), SOON, async || {
            let pane = page.page.execute(PANE, Vec::new()).await?;
            ensure!(pane == json!(wanted), "it is in {pane}");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
    }
    has_focus(&page, "Message").await
}
