//! That somebody is writing, and what became of one's last message.

use crate::stage::{ACME, DANA, MESSAGE, PRIYA, SOON, Stage, ask, ask_on, open, reads, request, say};
use anyhow::{Result, ensure};
use protocol::Up;
use rig::eventually;
use serde_json::json;

/// Return, as WebDriver writes it.
const RETURN: &str = "\u{e007}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_side_sees_the_other_write_and_read() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let desk = stage.technician().await?;
    let phone = stage.client().await?;
    ask_on(&phone, "Printer offline").await?;
    let session = request(&tom).await?;
    phone.find(MESSAGE, SOON).await?.send_keys(&format!("It hums.{RETURN}")).await?;
    phone.shows("Kept, shown when somebody is there", SOON).await?;
    desk.button("Join", SOON).await?.click().await?;
    phone.shows("Seen", SOON).await?;
    let before = line(&phone).await?;
    desk.find(MESSAGE, SOON).await?.send_keys("Is it the l").await?;
    phone.shows("Priya is writing…", SOON).await?;
    ensure!(line(&phone).await? == before, "nothing moves");
    desk.find(MESSAGE, SOON).await?.send_keys(&format!("eft one?{RETURN}")).await?;
    reads(&phone, &["It hums.", "Is it the left one?"]).await?;
    gone(&phone, "is writing").await?;
    desk.shows("Seen", SOON).await?;
    phone.find(MESSAGE, SOON).await?.send_keys("N").await?;
    desk.shows("Dana is writing…", SOON).await?;
    // Nothing more is written: it ends by itself.
    gone(&desk, "is writing").await?;
    ensure!(tom.seen().typing.is_empty(), "Tom is not in the chat, {session:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_note_is_not_shown_as_writing_and_both_can_be_switched_off() -> Result<()> {
    let stage = Stage::start().await?;
    let desk = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    desk.button("Join", SOON).await?.click().await?;
    open(&dana, session).await?;
    desk.find("button[aria-label='Write a private note']", SOON).await?.click().await?;
    desk.find("textarea[aria-label='Note for technicians']", SOON).await?.send_keys("Has two.").await?;
    desk.button("Reply instead", SOON).await?.click().await?;
    desk.find(MESSAGE, SOON).await?.send_keys("It is").await?;
    dana.until("that Priya writes", SOON, |seen| {
        seen.typing.get(&session).filter(|all| all.len() == 1).map(drop)
    })
    .await?;
    let frames = dana.seen().frames;
    let told = frames.iter().filter(|(_, frame)| frame.contains(r#""type":"typing""#)).count();
    ensure!(told == 1, "once, for the message: {frames:?}");
    stage.service.admin(&["org", "set", "typing", "off"])?;
    stage.service.admin(&["org", "set", "read-marks", "off"])?;
    dana.until("the settings", SOON, |seen| {
        let policy = seen.policy.as_ref()?;
        (!policy.typing && !policy.read_marks).then_some(())
    })
    .await?;
    desk.find(MESSAGE, SOON).await?.send_keys(&format!(" on.{RETURN}")).await?;
    desk.shows("Sent ", SOON).await?;
    dana.send(&Up::Typing { session, typing: true })?;
    dana.send(&Up::Seen { session, number: 1 })?;
    say(&dana, session, "Thanks").await?;
    reads(&desk, &["It is on.", "Thanks"]).await?;
    let shown = desk.text().await?;
    ensure!(!shown.contains("is writing") && !shown.contains("Seen"), "{shown}");
    let listed = stage.service.admin(&["org", "list", "--json"])?;
    ensure!(
        listed.contains(r#""typing":false"#) || listed.contains(r#""typing": false"#),
        "{ACME}, {PRIYA}: {listed}"
    );
    Ok(())
}

/// Where the line and the composer are.
async fn line(page: &rig::Browser) -> Result<serde_json::Value> {
    let script =
        "return ['.writing', '.box'].map((each) => document.querySelector(each).getBoundingClientRect().top)";
    let tops = page.page.execute(script, Vec::new()).await?;
    ensure!(tops.as_array().is_some_and(|all| all.len() == 2 && all[0] != json!(0)), "{tops}");
    Ok(tops)
}

async fn gone(page: &rig::Browser, text: &str) -> Result<()> {
    eventually("it is no longer shown", SOON, async || {
        let shown = page.text().await?;
        ensure!(!shown.contains(text), "{shown}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}
