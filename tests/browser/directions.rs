//! Names and subjects that run from the right, on a page that runs from the left: they turn no sentence around.

use crate::stage::{ACME, SOON, Stage, ask, join, say};
use anyhow::{Context, Result, ensure};
use protocol::Up;
use rig::{Browser, Peer, eventually};
use serde_json::json;
use uuid::Uuid;

const DANA: &str = "\u{5d3}\u{5e0}\u{5d4} \u{5dc}\u{5d5}\u{5d9}";
const COMPANY: &str = "\u{5de}\u{5e8}\u{5e4}\u{5d0}\u{5d4}";
const SUBJECT: &str = "\u{5d4}\u{5de}\u{5d3}\u{5e4}\u{5e1}\u{5ea}";

/// Parts of the page with a direction of their own that contain words of ours beside what somebody has written from the right.
const TURNED: &str = r"
    return [...document.querySelectorAll('[dir=auto], bdi')].map((each) => each.textContent.trim())
        .filter((text) => /[\u0590-\u05ff]/.test(text) && /[a-z]{2}/i.test(text));";

async fn turns_nothing(page: &Browser, state: &str) -> Result<()> {
    eventually(&format!("{state}: no sentence is turned around"), SOON, async || {
        let turned = page.page.execute(TURNED, Vec::new()).await?;
        ensure!(turned == json!([]), "{turned}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_from_the_right_turns_no_sentence_around() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = Peer::join(&stage.service.add_client(ACME, DANA, COMPANY)?).await?;
    let page = stage.technician().await?;
    let session = ask(&dana, SUBJECT).await?;
    join(&tom, session).await?;
    let note = Some(SUBJECT.to_owned());
    let offer = Up::HandOver { id: Uuid::new_v4(), session, to: None, note };
    tom.ask(&offer).await?.ok().context("the offer is taken")?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    page.shows("Tom hands this chat over.", SOON).await?;
    turns_nothing(&page, "an offer").await?;
    page.button("Join", SOON).await?.click().await?;
    say(&dana, session, SUBJECT).await?;
    turns_nothing(&page, "a chat").await?;
    // What somebody has written runs as they have written it.
    let direction =
        "return [...document.querySelectorAll('.say')].map((each) => getComputedStyle(each).direction)";
    say(&dana, session, "Printer").await?;
    eventually("both directions", SOON, async || {
        let is = page.page.execute(direction, Vec::new()).await?;
        ensure!(is == json!(["rtl", "ltr"]), "{is}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    page.button("Complete", SOON).await?.click().await?;
    page.find(".sheet form button[type=submit]", SOON).await?.click().await?;
    page.button("Undo", SOON).await?;
    page.shows("The chat ended at", SOON).await?;
    turns_nothing(&page, "a completed chat").await?;
    page.find("[data-tab=history]", SOON).await?.click().await?;
    page.find(".queue [data-session] .name", SOON).await?.click().await?;
    page.shows("Completed by Priya", SOON).await?;
    turns_nothing(&page, "an earlier chat").await?;
    let missed = ask(&dana, SUBJECT).await?;
    let leave = Up::Leave { id: Uuid::new_v4(), session: missed };
    dana.ask(&leave).await?.ok().context("the client gives up")?;
    page.find("[data-tab=missed]", SOON).await?.click().await?;
    page.find(".queue [data-session] .name", SOON).await?.click().await?;
    page.shows("What was done", SOON).await?;
    turns_nothing(&page, "a missed request").await
}
