//! Handing a chat over, and joining a chat of others, in the technician's portal (C9).

use crate::stage::{DANA, MESSAGE, SOON, Stage, TOM, ask, heard, join, open, reads, say};
use anyhow::{Context, Result};
use fantoccini::Locator;
use protocol::Up;
use uuid::Uuid;

/// Return, as WebDriver writes it.
const RETURN: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_is_offered_to_a_colleague_and_goes_when_he_has_joined() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    page.button("Hand over", SOON).await?.click().await?;
    page.find("select", SOON).await?.select_by_label(&format!("{TOM} · Online")).await?;
    page.find("textarea[aria-label^='What the next one']", SOON).await?.send_keys("Second line.").await?;
    page.button("Offer", SOON).await?.click().await?;
    page.shows("Offered to Tom. You stay until somebody has joined.", SOON).await?;
    tom.until("the offer", SOON, |seen| {
        let offer = seen.sessions.get(&session)?.hand_over.as_ref()?;
        (offer.note.as_deref() == Some("Second line.")).then_some(())
    })
    .await?;
    join(&tom, session).await?;
    page.shows("Tom has taken over the chat with Dana.", SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_technician_joins_a_chat_of_the_team_reads_it_and_leaves_it_to_the_other() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    join(&tom, session).await?;
    open(&dana, session).await?;
    say(&tom, session, "Hello Dana.").await?;
    let page = stage.technician().await?;
    page.find("[data-tab=team]", SOON).await?.click().await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    page.button("Join too", SOON).await?.click().await?;
    reads(&page, &["Hello Dana."]).await?;
    page.find(MESSAGE, SOON).await?.send_keys(&format!("Hello from Priya.{RETURN}")).await?;
    heard(&dana, session, &["Hello Dana.", "Hello from Priya."]).await?;
    page.button("Leave", SOON).await?.click().await?;
    tom.until("she has left", SOON, |seen| {
        let participants = &seen.sessions.get(&session)?.participants;
        (participants.len() == 2 && participants[1].left.is_some()).then_some(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_that_is_offered_to_the_reader_waits_for_them_with_its_note() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    join(&tom, session).await?;
    let note = Some("Second line.".to_owned());
    let offer = Up::HandOver { id: Uuid::new_v4(), session, to: None, note };
    tom.ask(&offer).await?.ok().context("the offer is taken")?;
    page.find("[data-tab=waiting]", SOON).await?.click().await?;
    page.shows("Tom hands this chat over.", SOON).await?;
    page.shows("Second line.", SOON).await?;
    page.page.find(Locator::XPath("//li//button[normalize-space()='Join']")).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    tom.until("Priya has it", SOON, |seen| {
        let participants = &seen.sessions.get(&session)?.participants;
        (participants[0].left.is_some() && participants[1].left.is_none()).then_some(())
    })
    .await
}
