//! What a screen reader says of a chat: what is new, once, and nothing of what was there.

use crate::stage::{DANA, MESSAGE, SOON, Stage, ask, reads, say};
use anyhow::{Result, ensure};
use rig::{Browser, eventually};
use serde_json::json;

/// All that is read aloud by itself, with the page as it is now.
const ALOUD: &str = "return [...document.querySelectorAll('[role=log], [role=status], [role=alert], [aria-live]')]
    .filter((each) => each.ariaLive !== 'off').map((each) => each.textContent.trim()).filter((text) => text !== '')";
const NEWS: &str = "return document.querySelector('[data-testid=news]')?.textContent ?? ''";

async fn aloud(page: &Browser, text: &str) -> Result<()> {
    eventually(&format!("{text:?} is read aloud"), SOON, async || {
        let news = page.page.execute(NEWS, Vec::new()).await?;
        ensure!(news == json!(text), "{news}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_that_is_opened_is_not_read_aloud_from_its_beginning_but_what_comes_is_once() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    for text in ["It hums.", "And smokes."] {
        say(&dana, session, text).await?;
    }
    page.button("Join", SOON).await?.click().await?;
    reads(&page, &["It hums.", "And smokes."]).await?;
    let all = page.page.execute(ALOUD, Vec::new()).await?.to_string();
    ensure!(!all.contains("It hums."), "{all}");
    say(&dana, session, "Now it burns.").await?;
    aloud(&page, "Dana Reyes: Now it burns.").await?;
    // Not in a second place.
    let all = page.page.execute(ALOUD, Vec::new()).await?;
    let said = all.as_array().into_iter().flatten().filter(|each| each.to_string().contains("burns"));
    ensure!(said.count() == 1, "{all}");
    // What its user writes is not read aloud to them, nor that it is being sent.
    page.find(MESSAGE, SOON).await?.send_keys("Run!\u{e007}").await?;
    reads(&page, &["It hums.", "And smokes.", "Now it burns.", "Run!"]).await?;
    let after = page.page.execute(ALOUD, Vec::new()).await?;
    ensure!(all == after, "{all}, then {after}");
    // The same words once more are news once more.
    page.page.execute("window.said = document.querySelector('[data-testid=news] p')", Vec::new()).await?;
    say(&dana, session, "Now it burns.").await?;
    eventually("it is said again", SOON, async || {
        let is = "return document.querySelector('[data-testid=news] p') !== window.said";
        ensure!(page.page.execute(is, Vec::new()).await? == json!(true), "it is not");
        Ok::<(), anyhow::Error>(())
    })
    .await
}
