//! Private notes among technicians.

use crate::stage::{DANA, SOON, Stage, ask, join};
use anyhow::{Context, Result};
use protocol::Up;
use uuid::Uuid;

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
