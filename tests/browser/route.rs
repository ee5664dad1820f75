//! Where a page is, by its address and by Back: list, chat, and a chat that is over (C10).

use crate::stage::{DANA, MESSAGE, SOON, Stage, TOM, ask, ask_on, join, request};
use anyhow::{Context, Result, ensure};
use chat::{SessionId, Status};
use fantoccini::Locator;
use protocol::Up;
use rig::cdp;
use rig::{Browser, Peer, eventually};
use uuid::Uuid;

/// A phone's view.
const PHONE: (u32, u32) = (420, 720);

/// The address of the technician's page with a chat open, as a toast opens it.
fn opened(stage: &Stage, chat: Uuid) -> String {
    format!("{}/technician/#chat={chat}", stage.service.address())
}

/// Opens an address in a page that is elsewhere.
async fn load(page: &Browser, address: &str) -> Result<()> {
    page.open("about:blank").await?;
    page.open(address).await
}

/// Dana asks to be called.
async fn callback(dana: &Peer, phone: &str) -> Result<SessionId> {
    let session = ask(dana, "Printer offline").await?;
    let note = Some("Before noon.".to_owned());
    let frame = Up::Callback { id: Uuid::new_v4(), session, phone: phone.to_owned(), note };
    dana.ask(&frame).await?.ok().context("the callback is taken")?;
    Ok(session)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_callback_that_is_opened_by_its_address_shows_number_wish_and_complete() -> Result<()> {
    let stage = Stage::start().await?;
    let dana = stage.caller(DANA).await?;
    let page = stage.technician().await?;
    let session = callback(&dana, "+64 9 555 0100").await?;
    load(&page, &opened(&stage, session.0)).await?;
    let chat = page.find("section.chat a[href='tel:+6495550100']", SOON).await?;
    ensure!(chat.text().await? == "+64 9 555 0100" || chat.text().await? == "Call");
    page.shows("Before noon.", SOON).await?;
    // Its list is chosen, too.
    page.find("[data-tab=callbacks][aria-current=page]", SOON).await?;
    page.find("section.chat textarea", SOON).await?.send_keys("Called, it prints.").await?;
    let complete =
        Locator::XPath("//section[contains(@class, 'chat')]//button[normalize-space()='Complete']");
    page.page.find(complete).await?.click().await?;
    page.shows("This chat is over.", SOON).await?;
    eventually("the focus stays at the chat", SOON, async || {
        let at = page
            .page
            .execute("return document.activeElement.closest('section')?.className ?? ''", Vec::new());
        let at = at.await?;
        ensure!(at.as_str().is_some_and(|at| at.contains("chat")), "it is at {at}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_number_is_no_link() -> Result<()> {
    let stage = Stage::start().await?;
    let dana = stage.caller(DANA).await?;
    let page = stage.technician().await?;
    let session = callback(&dana, "abc not a number 12345").await?;
    load(&page, &opened(&stage, session.0)).await?;
    page.shows("Before noon.", SOON).await?;
    page.shows("abc not a number 12345", SOON).await?;
    let links = page.page.find_all(Locator::Css("a[href^='tel:']")).await?;
    ensure!(links.is_empty(), "{} links", links.len());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_that_nobody_knows_and_one_that_is_over_say_what_they_are() -> Result<()> {
    let stage = Stage::start().await?;
    let dana = stage.caller(DANA).await?;
    let page = stage.technician().await?;
    load(&page, &opened(&stage, Uuid::new_v4())).await?;
    page.shows("There is no such chat, or you are not allowed to see it.", SOON).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    let leave = Up::Leave { id: Uuid::new_v4(), session };
    dana.ask(&leave).await?.ok().context("she ends it")?;
    page.shows("The chat ended at", SOON).await?;
    page.page.refresh().await?;
    page.shows("This chat is over.", SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_leads_a_technician_from_a_chat_to_its_list() -> Result<()> {
    let stage = Stage::start().await?;
    let dana = stage.caller(DANA).await?;
    let page = stage.technician().await?;
    cdp::view(&page, PHONE, 1).await?;
    ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    page.page.back().await?;
    page.find("[data-tab=mine][aria-current=page]", SOON).await?;
    eventually("the list is shown", SOON, async || {
        let row = page.page.find(Locator::Css("[data-session] .name")).await?;
        ensure!(row.is_displayed().await?, "it is covered");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let address = page.page.current_url().await?;
    ensure!(address.path() == "/technician/", "{address}");
    page.page.forward().await?;
    page.find(MESSAGE, SOON).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_never_drops_a_clients_request() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.client().await?;
    cdp::view(&page, PHONE, 1).await?;
    ask_on(&page, "Printer offline").await?;
    page.shows("You are first in line.", SOON).await?;
    let session = request(&tom).await?;
    page.page.back().await?;
    page.shows("How can we help?", SOON).await?;
    page.shows("Printer offline", SOON).await?;
    ensure!(tom.seen().sessions[&session].status == Status::Waiting, "the request is gone");
    page.button("Printer offline", SOON).await?.click().await?;
    page.shows("You are first in line.", SOON).await?;
    page.page.back().await?;
    // Somebody joins meanwhile: the chat is what she wants to see.
    join(&tom, session).await?;
    page.find(MESSAGE, SOON).await?;
    page.shows(TOM, SOON).await
}
