//! Canned replies: found by a slash, chosen and sent; written in the portal. C8

use crate::layout::fits;
use crate::stage::{ACME, DANA, MESSAGE, NORTHWIND, SOON, Stage, ask, heard, open};
use anyhow::{Context, Result, ensure};
use chat::SessionId;
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use rig::{Browser, Peer, cdp, eventually, post};
use serde_json::{Value, json};

const VPN: &str = "Yes, please do the same on each computer.\nThe link works for all of them.";
/// What the open list shows: each row's text, with a mark before the one that Enter chooses.
const ROWS: &str = "return [...document.querySelectorAll('[role=listbox] [role=option]')].map((row) =>
    (document.querySelector('.box textarea').getAttribute('aria-activedescendant') === row.id
        && row.ariaSelected === 'true' ? '> ' : '') + row.querySelector('b, span:not(:has(b))').textContent)";
const WRITTEN: &str = "return document.querySelector('.box textarea').value";

/// Presses keys, one after the other.
pub(crate) async fn press(page: &Browser, keys: &[Key]) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for key in keys {
        let value = char::from(*key);
        actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    }
    page.page.perform_actions(actions).await.context("pressing keys")
}

/// A key while others are held.
async fn chord(page: &Browser, held: &[Key], key: char) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for each in held {
        actions = actions.then(KeyAction::Down { value: char::from(*each) });
    }
    actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
    for each in held {
        actions = actions.then(KeyAction::Up { value: char::from(*each) });
    }
    page.page.perform_actions(actions).await.context("pressing keys together")
}

async fn type_text(page: &Browser, text: &str) -> Result<()> {
    let mut actions = KeyActions::new("keyboard".to_owned());
    for value in text.chars() {
        actions = actions.then(KeyAction::Down { value }).then(KeyAction::Up { value });
    }
    page.page.perform_actions(actions).await.context("typing")
}

/// The administrator adds one for everybody.
pub(crate) fn add_reply(stage: &Stage, name: &str, text: &str) -> Result<()> {
    stage.service.admin(&["reply", "add", "--org", ACME, name, text]).map(drop)
}

/// There are replies, and the list of them is open in the chat that is shown.
pub(crate) async fn with_replies(page: &Browser, stage: &Stage) -> Result<()> {
    add_reply(stage, "vpn laptop", VPN)?;
    add_reply(stage, "hello", "Hello, how can I help?")?;
    page.find(".box textarea", SOON).await?.send_keys("/").await?;
    shows_row(page, "vpn laptop").await
}

async fn is_script(page: &Browser, what: &str, script: &str, wanted: Value) -> Result<()> {
    eventually(what, SOON, async || {
        let is = page.page.execute(script, Vec::new()).await?;
        ensure!(is == wanted, "{is}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

async fn shows_row(page: &Browser, name: &str) -> Result<()> {
    eventually(&format!("the list shows {name}"), SOON, async || {
        let rows = page.page.execute(ROWS, Vec::new()).await?;
        let has = |row: &Value| row.as_str().is_some_and(|row| row.trim_start_matches("> ") == name);
        ensure!(rows.as_array().is_some_and(|rows| rows.iter().any(has)), "{rows}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

async fn rows_are(page: &Browser, rows: &[&str]) -> Result<()> {
    eventually(&format!("the list shows {rows:?}"), SOON, async || rows_now(page, rows).await).await
}

async fn rows_now(page: &Browser, rows: &[&str]) -> Result<()> {
    let is = page.page.execute(ROWS, Vec::new()).await?;
    ensure!(is == json!(rows), "{is}");
    Ok(())
}

async fn is_written(page: &Browser, text: &str) -> Result<()> {
    is_script(page, &format!("{text:?} is written"), WRITTEN, json!(text)).await
}

/// Priya in a chat with Dana, who is told what is said.
async fn chat(stage: &Stage) -> Result<(Browser, Peer, SessionId)> {
    let dana = stage.caller(DANA).await?;
    let (page, session) = chat_with(stage, &dana).await?;
    Ok((page, dana, session))
}

async fn chat_with(stage: &Stage, dana: &Peer) -> Result<(Browser, SessionId)> {
    let page = stage.technician().await?;
    let session = ask(dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    open(dana, session).await?;
    Ok((page, session))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_is_found_chosen_and_sent_with_the_keyboard_alone() -> Result<()> {
    let stage = Stage::start().await?;
    let (page, dana, session) = chat(&stage).await?;
    for (name, text) in
        [("vpn laptop", VPN), ("vpn profile", "Here is a new profile."), ("hello", "Hello, how can I help?")]
    {
        add_reply(&stage, name, text)?;
    }
    type_text(&page, "/").await?;
    rows_are(&page, &["> hello", "vpn laptop", "vpn profile", "Manage replies"]).await?;
    type_text(&page, "VPN").await?;
    rows_are(&page, &["> vpn laptop", "vpn profile", "Manage replies"]).await?;
    press(&page, &[Key::Down]).await?;
    rows_are(&page, &["vpn laptop", "> vpn profile", "Manage replies"]).await?;
    press(&page, &[Key::Up]).await?;
    press(&page, &[Key::Tab]).await?;
    is_written(&page, VPN).await?;
    rows_are(&page, &[]).await?;
    // It is a text like any other: it can be undone, and written on.
    chord(&page, &[Key::Control], 'z').await?;
    is_written(&page, "/VPN").await?;
    rows_are(&page, &[]).await?;
    chord(&page, &[Key::Control], 'a').await?;
    type_text(&page, "/vpn lap").await?;
    press(&page, &[Key::Return]).await?;
    is_written(&page, VPN).await?;
    type_text(&page, " Bye.").await?;
    press(&page, &[Key::Return]).await?;
    let said = format!("{VPN} Bye.");
    heard(&dana, session, &[said.as_str()]).await?;

    // In a line of its own of a longer text. Escape closes the list and nothing else.
    type_text(&page, "First:").await?;
    chord(&page, &[Key::Shift], char::from(Key::Return)).await?;
    type_text(&page, "/hel").await?;
    rows_are(&page, &["> hello", "Manage replies"]).await?;
    press(&page, &[Key::Escape]).await?;
    rows_are(&page, &[]).await?;
    is_written(&page, "First:\n/hel").await?;
    press(&page, &[Key::Backspace, Key::Backspace, Key::Backspace, Key::Backspace]).await?;
    type_text(&page, "/hel").await?;
    press(&page, &[Key::Return]).await?;
    is_written(&page, "First:\nHello, how can I help?").await?;
    press(&page, &[Key::Return]).await?;
    heard(&dana, session, &[said.as_str(), "First:\nHello, how can I help?"]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_slash_that_is_typed_on_an_empty_line_opens_the_list() -> Result<()> {
    let stage = Stage::start().await?;
    let (page, dana, session) = chat(&stage).await?;
    with_replies(&page, &stage).await?;
    // Where nothing matches, it is an ordinary text: Enter sends it.
    type_text(&page, "etc/hosts").await?;
    rows_are(&page, &[]).await?;
    press(&page, &[Key::Return]).await?;
    heard(&dana, session, &["/etc/hosts"]).await?;
    type_text(&page, "https://acme.example/vpn 1/2 and/or /vpn").await?;
    rows_are(&page, &[]).await?;
    // A text that begins so and is pasted.
    chord(&page, &[Key::Control], 'a').await?;
    press(&page, &[Key::Delete]).await?;
    type_text(&page, "x/vpn").await?;
    press(&page, &[Key::Home, Key::Right]).await?;
    chord(&page, &[Key::Shift], char::from(Key::End)).await?;
    chord(&page, &[Key::Control], 'x').await?;
    is_written(&page, "x").await?;
    press(&page, &[Key::Backspace]).await?;
    chord(&page, &[Key::Control], 'v').await?;
    is_written(&page, "/vpn").await?;
    rows_are(&page, &[]).await?;
    press(&page, &[Key::Return]).await?;
    heard(&dana, session, &["/etc/hosts", "/vpn"]).await?;

    // Enter and arrows that belong to an input method choose nothing; what it has composed is looked for.
    type_text(&page, "/").await?;
    shows_row(&page, "vpn laptop").await?;
    cdp::compose(&page, "vp", false).await?;
    rows_are(&page, &["> vpn laptop", "Manage replies"]).await?;
    cdp::compose(&page, "vpn", true).await?;
    is_written(&page, "/vpn").await?;
    rows_are(&page, &["> vpn laptop", "Manage replies"]).await?;
    // The caret leaves what was typed.
    press(&page, &[Key::Home]).await?;
    rows_are(&page, &[]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_are_there_without_a_connection_and_what_they_say_is_sent_later() -> Result<()> {
    let mut stage = Stage::start().await?;
    let danas = post::sign_in(&stage.service.add_client(ACME, DANA, NORTHWIND)?).await?;
    let before = Peer::connect(&danas).await?;
    let (page, session) = chat_with(&stage, &before).await?;
    with_replies(&page, &stage).await?;
    stage.service.kill9();
    page.shows("No connection.", SOON).await?;
    shows_row(&page, "hello").await?;
    // What they are is the service's: nothing can be changed now.
    press(&page, &[Key::Up, Key::Return]).await?;
    page.shows("Canned replies can be changed when the connection is back.", SOON).await?;
    press(&page, &[Key::Escape]).await?;
    // The list is there again.
    type_text(&page, "hel").await?;
    rows_are(&page, &["> hello", "Manage replies"]).await?;
    press(&page, &[Key::Return, Key::Return]).await?;
    page.shows("Not sent yet.", SOON).await?;
    stage.service.restart().await?;
    let after = Peer::connect(&danas).await?;
    open(&after, session).await?;
    heard(&after, session, &["Hello, how can I help?"]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn own_replies_are_written_changed_and_removed_in_the_portal() -> Result<()> {
    const OWN: &str = "return [...document.querySelectorAll('dialog section:first-of-type h4')].map((each) => each.textContent)";
    let stage = Stage::start().await?;
    let (page, ..) = chat(&stage).await?;
    add_reply(&stage, "hello", "Hello, how can I help?")?;
    type_text(&page, "/").await?;
    shows_row(&page, "hello").await?;
    press(&page, &[Key::Up, Key::Return]).await?;
    page.shows("Only you see the replies that you add here.", SOON).await?;
    page.button("New reply", SOON).await?.click().await?;
    type_text(&page, "vpn").await?;
    press(&page, &[Key::Tab]).await?;
    type_text(&page, "Yes.").await?;
    press(&page, &[Key::Tab, Key::Return]).await?;
    is_script(&page, "it is there", OWN, json!(["vpn"])).await?;
    page.find("button[aria-label='Change the reply vpn']", SOON).await?.click().await?;
    chord(&page, &[Key::Control], 'a').await?;
    type_text(&page, "vpn home").await?;
    page.button("Save", SOON).await?.click().await?;
    is_script(&page, "it is changed", OWN, json!(["vpn home"])).await?;
    page.find("button[aria-label='Remove the reply vpn home']", SOON).await?.click().await?;
    is_script(&page, "it is gone", OWN, json!([])).await?;
    page.button("Undo", SOON).await?.click().await?;
    is_script(&page, "it is back", OWN, json!(["vpn home"])).await?;
    // Escape leaves the form, and then the dialog.
    page.button("New reply", SOON).await?.click().await?;
    press(&page, &[Key::Escape]).await?;
    page.button("New reply", SOON).await?;
    press(&page, &[Key::Escape]).await?;
    let closed = "return [document.querySelector('dialog') === null, document.activeElement.ariaLabel]";
    is_script(&page, "the dialog is closed", closed, json!([true, "Message"])).await?;
    type_text(&page, "vpn").await?;
    rows_are(&page, &["> vpn home", "Manage replies"]).await?;
    press(&page, &[Key::Return]).await?;
    is_written(&page, "Yes.").await?;
    // The page begins again with what the service has kept.
    page.page.refresh().await?;
    let field = page.find(MESSAGE, SOON).await?;
    eventually("the page is connected", SOON, async || {
        field.clear().await?;
        field.send_keys("/vpn").await?;
        rows_now(&page, &["> vpn home", "Manage replies"]).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_was_not_saved_is_there_when_its_form_is_opened_again() -> Result<()> {
    const FORM: &str = "return [...document.querySelectorAll('dialog form input, dialog form textarea')].map((each) => each.value)";
    let stage = Stage::start().await?;
    let (page, ..) = chat(&stage).await?;
    let begin = async |button: &str| -> Result<()> {
        page.find(&format!("dialog button{button}"), SOON).await?.click().await?;
        page.find("dialog form input", SOON).await.map(drop)
    };
    let change = "[aria-label='Change the reply vpn']";
    page.find(".box textarea", SOON).await?.send_keys("/").await?;
    press(&page, &[Key::Return]).await?;
    page.button("New reply", SOON).await?.click().await?;
    type_text(&page, "vpn").await?;
    press(&page, &[Key::Tab]).await?;
    type_text(&page, "Yes.").await?;
    page.button("Save", SOON).await?.click().await?;
    begin(change).await?;
    type_text(&page, " home").await?;
    press(&page, &[Key::Escape]).await?;
    page.button("New reply", SOON).await?.click().await?;
    type_text(&page, "scan").await?;
    // Another form takes its place, and the dialog closes.
    begin(change).await?;
    is_script(&page, "the change is there", FORM, json!(["vpn home", "Yes."])).await?;
    press(&page, &[Key::Escape, Key::Escape]).await?;
    page.page.refresh().await?;
    let field = page.find(MESSAGE, SOON).await?;
    eventually("the page is connected", SOON, async || {
        field.clear().await?;
        field.send_keys("/").await?;
        rows_now(&page, &["> vpn", "Manage replies"]).await
    })
    .await?;
    press(&page, &[Key::Up, Key::Return]).await?;
    page.button("New reply", SOON).await?.click().await?;
    is_script(&page, "the new one is there", FORM, json!(["scan", ""])).await?;
    // Cancel means it.
    page.button("Cancel", SOON).await?.click().await?;
    page.button("New reply", SOON).await?.click().await?;
    is_script(&page, "nothing is there", FORM, json!(["", ""])).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replies_are_chosen_with_a_finger_on_a_phone_and_fit_every_view() -> Result<()> {
    let stage = Stage::start().await?;
    let (page, dana, session) = chat(&stage).await?;
    with_replies(&page, &stage).await?;
    fits(&page, "canned replies").await?;
    cdp::view(&page, (390, 780), 1).await?;
    // The list lies over the chat, whole.
    let inside = "const box = document.querySelector('[role=listbox]').parentElement.getBoundingClientRect();
        return box.top >= 0 && box.left >= 0 && box.right <= innerWidth
            && box.bottom <= document.querySelector('.box').getBoundingClientRect().top";
    is_script(&page, "all of the list is on the screen", inside, json!(true)).await?;
    press(&page, &[Key::Escape, Key::Backspace]).await?;
    page.find("button[aria-label='Canned replies']", SOON).await?.click().await?;
    is_written(&page, "/").await?;
    shows_row(&page, "hello").await?;
    // Pressed once more, the button takes its slash back.
    page.find("button[aria-label='Canned replies']", SOON).await?.click().await?;
    is_written(&page, "").await?;
    page.find("button[aria-label='Canned replies']", SOON).await?.click().await?;
    for row in page.page.find_all(Locator::Css("[role=option]")).await? {
        if row.text().await?.starts_with("hello") {
            row.click().await?;
            break;
        }
    }
    is_written(&page, "Hello, how can I help?").await?;
    press(&page, &[Key::Return]).await?;
    heard(&dana, session, &["Hello, how can I help?"]).await?;
    page.find(".box textarea", SOON).await?.send_keys("/").await?;
    press(&page, &[Key::Up, Key::Return]).await?;
    page.button("New reply", SOON).await?.click().await?;
    fits(&page, "managing replies").await
}
