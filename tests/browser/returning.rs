//! Clients come back to what they left: earlier chats and callbacks (C5, C8).

use crate::stage::{ACME, MESSAGE, SOON, Stage, TOM, ask_on, complete, join, reads, request, say};
use anyhow::{Result, ensure};
use chat::Status;
use rig::Peer;

/// Return, as WebDriver writes it.
const RETURN: &str = "\u{e007}";

// C8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_who_left_reads_the_answer_when_they_come_back() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.client().await?;
    ask_on(&page, "Printer offline").await?;
    let session = request(&tom).await?;
    join(&tom, session).await?;
    page.find(MESSAGE, SOON).await?;
    let chat = page.page.current_url().await?;
    page.open("about:blank").await?;
    say(&tom, session, "Press the green button.").await?;
    complete(&tom, session).await?;

    page.open(&format!("{}/client/", stage.service.address())).await?;
    page.find("[data-chat]", SOON).await?.click().await?;
    reads(&page, &["Press the green button."]).await?;
    ensure!(
        page.page.find(fantoccini::Locator::Css(MESSAGE)).await.is_err(),
        "it is over, but can be written in"
    );
    page.button("Ask again", SOON).await?.click().await?;
    page.shows("How can we help?", SOON).await?;
    // A bookmark of that chat, or Back.
    page.open("about:blank").await?;
    page.open(chat.as_str()).await?;
    reads(&page, &["Press the green button."]).await
}

// C5
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callback_is_still_there_after_a_reload_and_is_changed_and_cancelled() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    ask_on(&page, "Printer offline").await?;
    page.button("Call me back", SOON).await?.click().await?;
    let field = page.find("input[type=tel]", SOON).await?;
    field.send_keys(&format!("my mobile{RETURN}")).await?;
    field.clear().await?;
    field.send_keys(&format!("+64 9 555 0100{RETURN}")).await?;
    page.shows("We will call you: +64 9 555 0100", SOON).await?;
    let tom = stage.watcher().await?;
    let session = request(&tom).await?;
    page.page.refresh().await?;
    page.shows("We will call you: +64 9 555 0100", SOON).await?;

    page.button("Change", SOON).await?.click().await?;
    let field = page.find("input[type=tel]", SOON).await?;
    field.clear().await?;
    field.send_keys(&format!("ext. 7{RETURN}")).await?;
    page.shows("We will call you: ext. 7", SOON).await?;
    tom.until("the new number", SOON, |seen| {
        let callback = seen.sessions.get(&session)?.callback.as_ref()?;
        (callback.phone == "ext. 7").then_some(())
    })
    .await?;
    page.button("Cancel the call", SOON).await?.click().await?;
    tom.until("the end of the callback", SOON, |seen| {
        let session = seen.sessions.get(&session)?;
        (session.status == Status::Completed && session.completed_by == Some(session.client)).then_some(())
    })
    .await?;
    page.shows("How can we help?", SOON).await
}

// C9
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_who_waits_again_is_told_and_reads_on_and_technicians_see_with_whom_it_was() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.client().await?;
    ask_on(&page, "Printer offline").await?;
    let session = request(&tom).await?;
    join(&tom, session).await?;
    page.find(MESSAGE, SOON).await?;
    for text in ["Which one?", "The left one?"] {
        say(&tom, session, text).await?;
    }
    reads(&page, &["Which one?", "The left one?"]).await?;
    let priya = stage.technician().await?;
    // Somebody is at their desk, and somebody else than before.
    let _ada = Peer::join(&stage.service.add_technician(ACME, "Ada Byron")?).await?;
    // Nobody is in the chat any more: it waits at once, not after two minutes.
    stage.service.admin(&["person", "remove", "--name", TOM])?;
    page.shows("We are finding somebody else for you.", SOON).await?;
    reads(&page, &["Which one?", "The left one?"]).await?;
    page.find(MESSAGE, SOON).await?.send_keys(&format!("Yes.{RETURN}")).await?;
    reads(&page, &["Which one?", "The left one?", "Yes."]).await?;
    priya.shows("It was with Tom, 3 messages.", SOON).await
}
