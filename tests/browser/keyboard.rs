//! The portals without a mouse.

use crate::stage::{DANA, SOON, Stage, ask, heard, open, say};
use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use rig::{Browser, eventually};

/// More presses than any way through the page takes.
const MAX_PRESSES: usize = 30;
/// What has the focus, in words.
const FOCUSED: &str = "const it = document.activeElement;
    return it === document.body ? 'the browser' : (it.getAttribute('aria-label') ?? it.textContent.trim())";
/// Whether one sees what has the focus, unless it is the browser's own. The link of a row has its ring around the row.
const HAS_RING: &str = "const it = document.activeElement;
    const rings = (each) => each !== null && getComputedStyle(each).outlineStyle !== 'none'
        && parseFloat(getComputedStyle(each).outlineWidth) >= 2;
    return it === document.body || it.matches(':focus-visible') && (rings(it) || it.matches('li a') && rings(it.closest('li')))";

pub(crate) async fn press(page: &Browser, key: Key) -> Result<()> {
    let key = char::from(key);
    let actions = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: key })
        .then(KeyAction::Up { value: key });
    page.page.perform_actions(actions).await.context("pressing a key")
}

pub(crate) async fn type_text(page: &Browser, text: &str) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for value in text.chars() {
        actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    }
    page.page.perform_actions(actions).await.context("typing")
}

pub(crate) async fn focused(page: &Browser) -> Result<String> {
    let text = page.page.execute(FOCUSED, Vec::new()).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Presses Tab until this has the focus; all on the way shows that it has it.
pub(crate) async fn tab_to(page: &Browser, wanted: &str) -> Result<()> {
    let mut passed = Vec::new();
    for _ in 0..MAX_PRESSES {
        press(page, Key::Tab).await?;
        let now = focused(page).await?;
        let ring = page.page.execute(HAS_RING, Vec::new()).await?;
        ensure!(ring == true, "nobody sees that {now:?} has the focus");
        if now == wanted {
            return Ok(());
        }
        passed.push(now);
    }
    anyhow::bail!("Tab does not come to {wanted:?}, but to {passed:?}")
}

pub(crate) async fn has_focus(page: &Browser, wanted: &str) -> Result<()> {
    eventually(&format!("{wanted:?} has the focus"), SOON, async || {
        let now = focused(page).await?;
        ensure!(now == wanted, "{now:?} has it");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_technician_joins_answers_and_completes_with_the_keyboard_alone() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?;
    // A screen reader is told, wherever its user is on the page.
    let told = page.find("[aria-live=polite].aloud", SOON).await?;
    eventually("the request is read aloud", SOON, async || {
        let text = told.prop("textContent").await?.unwrap_or_default();
        ensure!(text.starts_with("Dana Reyes (Northwind Dental) needs help: Printer offline"), "{text:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;

    tab_to(&page, "Join").await?;
    press(&page, Key::Return).await?;
    // The chat is one to write in.
    has_focus(&page, "Message").await?;
    type_text(&page, "Hello Dana.").await?;
    press(&page, Key::Return).await?;
    open(&dana, session).await?;
    heard(&dana, session, &["Hello Dana."]).await?;
    say(&dana, session, "Hello Priya.").await?;
    page.shows("Hello Priya.", SOON).await?;

    tab_to(&page, "Complete").await?;
    press(&page, Key::Return).await?;
    page.shows("What was done", SOON).await?;
    press(&page, Key::Escape).await?;
    has_focus(&page, "Complete").await?;
    press(&page, Key::Return).await?;
    type_text(&page, "New driver.").await?;
    tab_to(&page, "Complete").await?;
    press(&page, Key::Return).await?;
    page.shows("The chat ended at", SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn arrows_move_through_menus_escape_leaves_them_and_tab_comes_to_each_list() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    // Past the organisation, the first stop is a way to the chat.
    press(&page, Key::Tab).await?;
    has_focus(&page, "Go to the chat").await?;
    press(&page, Key::Tab).await?;
    let search = focused(&page).await?;
    ensure!(search.starts_with("Search or jump to"), "{search:?} has the focus");
    press(&page, Key::Tab).await?;
    has_focus(&page, "Does not ring here").await?;
    press(&page, Key::Tab).await?;
    let menu = focused(&page).await?;
    ensure!(menu.starts_with("Priya Shah, ") && menu.contains(" Your menu"), "{menu:?} has the focus");
    press(&page, Key::Return).await?;
    has_focus(&page, "Automatic").await?;
    press(&page, Key::Down).await?;
    has_focus(&page, "Away").await?;
    press(&page, Key::Up).await?;
    press(&page, Key::Up).await?;
    has_focus(&page, "Sign out here").await?;
    press(&page, Key::Escape).await?;
    eventually("the focus is back", SOON, async || {
        let now = focused(&page).await?;
        ensure!(now.contains(" Your menu"), "{now:?} has it");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    ensure!(page.page.find_all(Locator::Css("[role=menu]")).await?.is_empty(), "the menu is open still");

    for tab in ["Waiting", "Mine", "Team", "Callbacks", "Missed"] {
        tab_to(&page, tab).await?;
        press(&page, Key::Return).await?;
        page.find(&format!("[data-tab={}][aria-current=page]", tab.to_lowercase()), SOON).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn single_keys_move_join_reply_and_complete_and_do_nothing_while_one_writes() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?;
    let omar = stage.caller("Omar Haddad").await?;
    let second = ask(&omar, "New laptop").await?;
    page.shows("Omar Haddad", SOON).await?;
    type_text(&page, "j").await?;
    has_focus(&page, DANA).await?;
    type_text(&page, "jjkj").await?;
    has_focus(&page, "Omar Haddad").await?;
    type_text(&page, "a").await?;
    has_focus(&page, "Message").await?;
    let text = "a request? Go west, jerk /e";
    type_text(&page, text).await?;
    press(&page, Key::Return).await?;
    open(&omar, second).await?;
    heard(&omar, second, &[text]).await?;
    page.find("[data-tab=mine][aria-current=page]", SOON).await?;
    // Out of the field; then its keys are commands again.
    page.find("section.chat h2", SOON).await?.click().await?;
    type_text(&page, "r").await?;
    has_focus(&page, "Message").await?;
    page.find("section.chat h2", SOON).await?.click().await?;
    type_text(&page, "e").await?;
    page.shows("What was done (optional)", SOON).await?;
    press(&page, Key::Escape).await?;
    type_text(&page, "gw").await?;
    page.find("[data-tab=waiting][aria-current=page]", SOON).await?;
    type_text(&page, "?").await?;
    page.shows("Single keys on", SOON).await?;
    page.find("dialog input[type=checkbox]", SOON).await?.click().await?;
    press(&page, Key::Escape).await?;
    type_text(&page, "gm").await?;
    page.find("[data-tab=waiting][aria-current=page]", SOON).await.map(drop)
}
