//! Private notes among technicians.

use crate::stage::{DANA, MESSAGE, SOON, Stage, ask, heard, join, open, say};
use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use protocol::Up;
use rig::eventually;
use serde_json::json;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_note_that_was_not_sent_is_there_when_its_chat_is_opened_again() -> Result<()> {
    const FIELD: &str = "textarea[aria-label='Note for technicians']";
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let (dana, omar) = (stage.caller(DANA).await?, stage.caller("Omar Haddad").await?);
    for client in [&dana, &omar] {
        ask(client, "Printer offline").await?;
    }
    let open = async |name: &str| -> Result<()> {
        page.button(name, SOON).await?.click().await?;
        page.find("section.chat h2", SOON).await?;
        page.button("Private notes", SOON).await.map(drop)
    };
    open(DANA).await?;
    page.button("Private notes", SOON).await?.click().await?;
    page.find(FIELD, SOON).await?.send_keys("Has two printers.").await?;
    open("Omar Haddad").await?;
    eventually("no note is begun there", SOON, async || {
        let fields = page.page.find_all(Locator::Css(FIELD)).await?;
        ensure!(fields.is_empty(), "there is one");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    open(DANA).await?;
    let kept = page.find(FIELD, SOON).await?.prop("value").await?;
    ensure!(kept.as_deref() == Some("Has two printers."), "{kept:?}");
    page.button("Add note", SOON).await?.click().await?;
    page.button("Private notes (1)", SOON).await?;
    page.page.refresh().await?;
    page.button("Private notes (1)", SOON).await?;
    let fields = page.page.find_all(Locator::Css(FIELD)).await?;
    ensure!(fields.is_empty(), "a note that was sent is kept as if it were not");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_notes_stand_among_the_messages_and_cannot_be_taken_for_one() -> Result<()> {
    const LINES: &str = "return [...document.querySelectorAll('[role=log] article')].map((each) =>
        [each.querySelector('.say') === null ? getComputedStyle(each.querySelector('.text')).borderTopStyle : 'said',
            (each.querySelector('.say') ?? each.querySelector('.text')).textContent])";
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    open(&dana, session).await?;
    say(&dana, session, "It hums.").await?;
    page.shows("It hums.", SOON).await?;
    let note = Up::Note { id: Uuid::new_v4(), session, text: "Drum.".to_owned() };
    tom.ask(&note).await?.ok().context("the note is taken")?;
    page.shows("Drum.", SOON).await?;
    page.shows("Private note, only technicians see it", SOON).await?;
    page.find("[role=log] article[aria-label^='Private note by Tom Berg']", SOON).await?;
    // What is written as a note does not go to the client, whatever key sends it.
    page.find("button[aria-label='Write a private note']", SOON).await?.click().await?;
    page.shows("Only technicians see this", SOON).await?;
    let field = page.find("textarea[aria-label='Note for technicians']", SOON).await?;
    field.send_keys("The left one.\u{e007}").await?;
    page.shows("The left one.", SOON).await?;
    page.button("Reply instead", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?.send_keys("I am coming.\u{e007}").await?;
    heard(&dana, session, &["It hums.", "I am coming."]).await?;
    let said = json!([
        ["said", "It hums."],
        ["dashed", "Drum."],
        ["dashed", "The left one."],
        ["said", "I am coming."]
    ]);
    eventually("notes and messages are in their order", SOON, async || {
        let lines = page.page.execute(LINES, Vec::new()).await?;
        ensure!(lines == said, "{lines}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let seen = dana.seen();
    ensure!(seen.notes.is_empty(), "{:?}", seen.notes);
    let leaked: Vec<_> = seen
        .frames
        .iter()
        .filter(|(_, frame)| frame.contains("left one") || frame.contains("Drum"))
        .collect();
    ensure!(leaked.is_empty(), "{leaked:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_technician_reads_a_colleagues_note_and_writes_one_that_the_client_does_not_get() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    join(&tom, session).await?;
    let note = |text: &str| Up::Note { id: Uuid::new_v4(), session, text: text.to_owned() };
    tom.ask(&note("Has two printers.")).await?.ok().context("the note is taken")?;
    tom.ask(&Up::Notes { id: Uuid::new_v4(), session, after: 0 }).await?.ok().context("the notes")?;
    page.find("[data-tab=team]", SOON).await?.click().await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    page.button("Private notes (1)", SOON).await?.click().await?;
    page.shows("Has two printers.", SOON).await?;
    page.find("textarea[aria-label='Note for technicians']", SOON).await?.send_keys("The left one.").await?;
    page.button("Add note", SOON).await?.click().await?;
    tom.until("Priya's note", SOON, |seen| {
        let notes = seen.notes.get(&session)?;
        notes.iter().any(|note| note.text == "The left one.").then_some(())
    })
    .await?;
    page.button("Private notes (2)", SOON).await?;
    page.shows("The left one.", SOON).await?;
    dana.until("nothing of them", SOON, |seen| {
        let known = seen.sessions.get(&session)?;
        (seen.notes.is_empty() && known.notes.is_none()).then_some(())
    })
    .await
}
