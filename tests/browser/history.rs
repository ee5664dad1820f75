//! A technician finds earlier chats, reads them, takes a copy along, and invites their client again.

use crate::stage::{DANA, SOON, Stage, ask, join, reads, say};
use anyhow::{Context, Result, ensure};
use chat::{SessionId, Status};
use presence::{Activity, IdleReason};
use protocol::Up;
use rig::{Browser, Peer, cdp, eventually};
use serde_json::json;
use uuid::Uuid;

/// A phone's view.
const PHONE: (u32, u32) = (420, 720);
/// Ctrl+V, and Ctrl+A with Delete, as WebDriver writes them: its own clearing is nothing that a user does.
const PASTE: &str = "\u{e009}v\u{e000}";
const CLEAR: &str = "\u{e009}a\u{e000}\u{e017}";
const FIELD: &str = ".queue input[type=search]";
/// The names in the list, from its top.
const LISTED: &str = "return [...document.querySelectorAll('.queue [data-session] .name')].map((each) => each.textContent.trim())";
/// What a link leads to, as its file's name and text.
const FILE: &str = "const done = arguments[arguments.length - 1];
    const link = [...document.querySelectorAll('a[download]')].find((each) => each.textContent.trim() === arguments[0]);
    fetch(link.href).then(async (file) => done(file.headers.get('content-disposition') + ' ' + await file.text()));";

/// A chat that Tom has had with a client, with a private note.
pub(crate) async fn ended(tom: &Peer, client: &Peer, subject: &str, said: [&str; 2]) -> Result<SessionId> {
    let session = ask(client, subject).await?;
    join(tom, session).await?;
    say(client, session, said[0]).await?;
    say(tom, session, said[1]).await?;
    let note = Up::Note { id: Uuid::new_v4(), session, text: "Bill two hours.".to_owned() };
    tom.ask(&note).await?.ok().context("the note is taken")?;
    let note = Some("Drum replaced.".to_owned());
    let end = tom.ask(&Up::Complete { id: Uuid::new_v4(), session, note }).await?;
    end.ok().context("the chat is completed")?;
    Ok(session)
}

pub(crate) async fn lists(page: &Browser, names: &[&str]) -> Result<()> {
    eventually(&format!("the list has {names:?}"), SOON, async || {
        let listed = page.page.execute(LISTED, Vec::new()).await?;
        ensure!(listed == json!(names), "{listed}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

pub(crate) async fn has_address(page: &Browser, end: &str) -> Result<()> {
    eventually(&format!("the address ends with {end}"), SOON, async || {
        let address = page.page.current_url().await?;
        ensure!(address.as_str().ends_with(end), "{address}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_is_found_by_a_word_read_copied_and_downloaded() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = stage.caller(DANA).await?;
    let omar = stage.caller("Omar Haddad").await?;
    let first =
        ended(&tom, &dana, "Printer offline", ["Der Drücker klemmt.", "See https://acme.example/."]).await?;
    ended(&tom, &omar, "New laptop", ["Which one?", "The grey one."]).await?;
    let page = stage.technician().await?;
    page.find("body", SOON).await?.send_keys("gh").await?;
    has_address(&page, "#list=history").await?;
    lists(&page, &["Omar Haddad", DANA]).await?;
    page.shows("2 chats", SOON).await?;
    // The field has the focus.
    page.page.active_element().await?.send_keys("drucker").await?;
    lists(&page, &[DANA]).await?;
    page.shows("Der Drücker klemmt.", SOON).await?;
    page.find(".queue [data-session] .name", SOON).await?.click().await?;
    has_address(&page, &format!("#list=history&chat={}", first.0)).await?;
    reads(&page, &["Der Drücker klemmt.", "See https://acme.example/."]).await?;
    page.find(".say a[href='https://acme.example/']", SOON).await?;
    for text in ["Bill two hours.", "Completed by Tom Berg", "Drum replaced.", "Tom joined"] {
        page.shows(text, SOON).await?;
    }
    page.button("Copy", SOON).await?.click().await?;
    page.shows("The conversation was copied.", SOON).await?;
    let field = page.find(FIELD, SOON).await?;
    field.send_keys(CLEAR).await?;
    field.send_keys(PASTE).await?;
    let pasted = field.prop("value").await?.unwrap_or_default();
    ensure!(pasted.starts_with("Printer offline") && pasted.contains("Client: Dana Reyes"), "{pasted:?}");
    field.send_keys(CLEAR).await?;
    for (name, end) in [("Download as text", ".txt"), ("Download as JSON", ".json")] {
        for has_notes in [false, true] {
            let file = page.page.execute_async(FILE, vec![json!(name)]).await?;
            let file = file.as_str().context("it is a text")?.to_owned();
            ensure!(file.contains(&format!("attachment; filename=\"chat-{}{end}\"", first.0)), "{file}");
            ensure!(file.contains("Der Drücker klemmt."), "{file}");
            ensure!(
                file.contains("Bill two hours.") == has_notes && file.contains("Drum replaced.") == has_notes,
                "{file}"
            );
            page.find(".tools input[type=checkbox]", SOON).await?.click().await?;
        }
    }
    page.page.back().await?;
    has_address(&page, "#list=history").await?;
    page.shows("Choose a chat to read it.", SOON).await?;
    page.page.forward().await?;
    reads(&page, &["Der Drücker klemmt.", "See https://acme.example/."]).await?;
    cdp::view(&page, PHONE, 1).await?;
    page.find("section.chat .back", SOON).await?.click().await?;
    lists(&page, &["Omar Haddad", DANA]).await?;
    ensure!(page.find(FIELD, SOON).await?.is_displayed().await?, "the list is there");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_history_and_one_that_cannot_be_loaded_say_so() -> Result<()> {
    let mut stage = Stage::start().await?;
    let page = stage.technician().await?;
    page.find("[data-tab=history]", SOON).await?.click().await?;
    page.shows("No chat has been completed yet.", SOON).await?;
    page.find(FIELD, SOON).await?.send_keys("\" OR 1 --").await?;
    page.shows("Nothing matches.", SOON).await?;
    stage.service.kill9();
    page.find(FIELD, SOON).await?.send_keys("x").await?;
    page.shows("The history could not be loaded", SOON).await?;
    page.button("Try again", SOON).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn earlier_chats_of_a_client_lead_to_an_invitation_unless_they_are_away() -> Result<()> {
    // C7
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = stage.caller(DANA).await?;
    let omar = stage.caller("Omar Haddad").await?;
    ended(&tom, &dana, "Printer offline", ["It hums.", "Press green."]).await?;
    ended(&tom, &omar, "New laptop", ["Which one?", "The grey one."]).await?;
    let waits = ask(&dana, "Scanner").await?;
    let page = stage.technician().await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    page.button("Show all in the history", SOON).await?.click().await?;
    lists(&page, &[DANA]).await?;
    page.shows("Only chats with Dana Reyes", SOON).await?;
    dana.ask(&Up::Leave { id: Uuid::new_v4(), session: waits }).await?.ok().context("Dana leaves")?;
    page.find(".queue [data-session] .name", SOON).await?.click().await?;
    let invite = format!("section.chat button[aria-label='Invite {DANA} to a chat']");
    dana.report(Activity::Idle { reason: IdleReason::Locked, idle_for_ms: 0 }).await?;
    page.find(&format!("[data-person=\"{DANA}\"][data-state=away]"), SOON).await?;
    page.find(&invite, SOON).await?.click().await?;
    page.shows("invitation not sent", SOON).await?;
    dana.report(Activity::Active).await?;
    page.find(&format!("[data-person=\"{DANA}\"][data-state=online]"), SOON).await?;
    page.find(&invite, SOON).await?.click().await?;
    dana.until("the invitation", SOON, |seen| {
        seen.sessions.values().any(|session| session.status == Status::Invited).then_some(())
    })
    .await?;
    page.find("[data-tab=history]", SOON).await?.click().await?;
    page.button("Everybody", SOON).await?.click().await?;
    lists(&page, &["Omar Haddad", DANA]).await
}
