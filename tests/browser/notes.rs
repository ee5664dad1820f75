//! Private notes among technicians.

use crate::stage::{DANA, SOON, Stage, ask, join};
use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use protocol::Up;
use rig::eventually;
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
