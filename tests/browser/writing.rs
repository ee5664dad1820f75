//! What is written in a chat: before somebody joins, over a reload, and with addresses in it.

use crate::stage::{
    DANA, MESSAGE, SOON, SUBJECT, Stage, ask, ask_on, heard, join, open, reads, request, say,
};
use anyhow::{Result, ensure};
use chat::Status;
use rig::{Browser, eventually};
use serde_json::json;

/// Return, as WebDriver writes it.
const RETURN: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_writes_while_nobody_has_joined_yet() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.client().await?;
    ask_on(&page, "Printer offline").await?;
    page.find(MESSAGE, SOON).await?.send_keys(&format!("Two patients wait.{RETURN}")).await?;
    reads(&page, &["Two patients wait."]).await?;
    let session = request(&tom).await?;
    join(&tom, session).await?;
    open(&tom, session).await?;
    heard(&tom, session, &["Two patients wait."]).await?;
    say(&tom, session, "I am coming.").await?;
    reads(&page, &["Two patients wait.", "I am coming."]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_outlives_a_reload_and_goes_when_it_is_sent() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?.send_keys("It is the dru").await?;
    page.page.refresh().await?;
    let field = page.find(MESSAGE, SOON).await?;
    ensure!(field.prop("value").await?.as_deref() == Some("It is the dru"));
    field.send_keys(&format!("m.{RETURN}")).await?;
    reads(&page, &["It is the drum."]).await?;
    page.page.refresh().await?;
    reads(&page, &["It is the drum."]).await?;
    ensure!(page.find(MESSAGE, SOON).await?.prop("value").await?.as_deref() == Some(""));
    Ok(())
}

/// Waits until this field of the page has this value.
async fn has(page: &Browser, field: &str, text: &str) -> Result<()> {
    eventually(&format!("{field} says {text:?}"), SOON, async || {
        let value = page.find(field, SOON).await?.prop("value").await?;
        ensure!(value.as_deref() == Some(text), "{value:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_to_complete_and_to_hand_over_are_there_after_another_chat_and_a_reload() -> Result<()> {
    const NOTE: &str = ".sheet textarea";
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let (dana, omar) = (stage.caller(DANA).await?, stage.caller("Omar Haddad").await?);
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    let other = ask(&omar, "Scanner").await?;
    let chat = async |id: chat::SessionId| {
        page.page.execute(&format!("location.hash = '#chat={}'", id.0), Vec::new()).await
    };
    for (button, text) in [("Complete", "New toner."), ("Hand over", "Ask for the model.")] {
        page.button(button, SOON).await?.click().await?;
        page.find(NOTE, SOON).await?.send_keys(text).await?;
        chat(other).await?;
        page.shows("Scanner", SOON).await?;
        chat(session).await?;
        has(&page, NOTE, text).await?;
        page.page.refresh().await?;
        page.button(button, SOON).await?.click().await?;
        has(&page, NOTE, text).await?;
    }
    page.button("Complete", SOON).await?.click().await?;
    page.find(".sheet form button[type=submit]", SOON).await?.click().await?;
    dana.until("the end", SOON, |seen| {
        (seen.sessions.get(&session)?.status == Status::Completed).then_some(())
    })
    .await?;
    // A note that was sent is not kept.
    page.button("Undo", SOON).await?.click().await?;
    page.button("Complete", SOON).await?.click().await?;
    has(&page, NOTE, "").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_and_a_callback_that_were_not_sent_are_there_after_a_reload() -> Result<()> {
    const PHONE: &str = "input[type=tel]";
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    page.find(SUBJECT, SOON).await?.send_keys("Printer offline").await?;
    page.page.refresh().await?;
    has(&page, SUBJECT, "Printer offline").await?;
    page.button("Ask for a chat", SOON).await?.click().await?;
    // Nobody is there, so a callback is offered.
    page.button("Call me back", SOON).await?.click().await?;
    page.find(PHONE, SOON).await?.send_keys("030 1234").await?;
    page.find("textarea[name=note]", SOON).await?.send_keys("After two.").await?;
    page.page.refresh().await?;
    page.button("Call me back", SOON).await?.click().await?;
    has(&page, PHONE, "030 1234").await?;
    has(&page, "textarea[name=note]", "After two.").await?;
    page.button("Ask to be called", SOON).await?.click().await?;
    page.button("Change", SOON).await?.click().await?;
    page.find(PHONE, SOON).await?.send_keys("56").await?;
    page.page.refresh().await?;
    page.button("Change", SOON).await?.click().await?;
    has(&page, PHONE, "030 123456").await?;
    // What the client gives up is forgotten.
    page.button("Leave it as it is", SOON).await?.click().await?;
    page.button("Change", SOON).await?.click().await?;
    has(&page, PHONE, "030 1234").await?;
    page.find(".back", SOON).await?.click().await?;
    has(&page, SUBJECT, "").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_web_addresses_are_links_and_they_open_elsewhere() -> Result<()> {
    const LINKS: &str = "return [...document.querySelectorAll('.say a')].map(
        (each) => [each.textContent, each.protocol, each.target, each.relList.contains('noopener')])";
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    let text = "See (https://acme.example/p?a=1), javascript:alert(1), file:///etc/passwd.";
    say(&dana, session, text).await?;
    reads(&page, &[text]).await?;
    let links = page.page.execute(LINKS, Vec::new()).await?;
    ensure!(links == json!([["https://acme.example/p?a=1", "https:", "_blank", true]]), "{links}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_says_who_wrote_it_and_runs_in_its_own_direction() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    say(&dana, session, "\u{5e9}\u{5dc}\u{5d5}\u{5dd} Deskbell 24").await?;
    eventually("the message has its author and its direction", SOON, async || {
        let script = "const say = document.querySelector('.say');
            return say === null ? null : [say.closest('article').getAttribute('aria-label').split(',')[0],
                getComputedStyle(say).direction]";
        let is = page.page.execute(script, Vec::new()).await?;
        ensure!(is == json!([DANA, "rtl"]), "{is}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}
