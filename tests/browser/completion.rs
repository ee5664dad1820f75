//! Completing a chat in the technician's portal, and undoing that (C9).

use crate::stage::{DANA, MESSAGE, SOON, Stage, ask, heard, open, reads, say};
use anyhow::Result;
use chat::Status;

/// Return, as WebDriver writes it.
const RETURN: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_completion_is_undone_and_both_go_on_where_they_were() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    open(&dana, session).await?;
    say(&dana, session, "It hums.").await?;
    reads(&page, &["It hums."]).await?;
    page.button("Complete", SOON).await?.click().await?;
    page.find(".sheet form button[type=submit]", SOON).await?.click().await?;
    dana.until("the end", SOON, |seen| {
        (seen.sessions.get(&session)?.status == Status::Completed).then_some(())
    })
    .await?;
    page.shows("Completed: Dana.", SOON).await?;
    page.button("Undo", SOON).await?.click().await?;
    dana.until("the chat again", SOON, |seen| {
        (seen.sessions.get(&session)?.status == Status::Handled).then_some(())
    })
    .await?;
    reads(&page, &["It hums."]).await?;
    page.find(MESSAGE, SOON).await?.send_keys(&format!("Wait, one more thing.{RETURN}")).await?;
    heard(&dana, session, &["It hums.", "Wait, one more thing."]).await
}
