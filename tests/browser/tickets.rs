//! The reference of a chat leads technicians to the organisation's own system (C10).

use crate::stage::{DANA, SOON, Stage, join};
use anyhow::{Context, Result, ensure};
use chat::SessionId;
use protocol::Up;
use rig::{Browser, Peer, eventually};
use serde_json::json;
use uuid::Uuid;

/// Where the link to a ticket leads, and how it opens.
const LINK: &str = "const link = document.querySelector('section.chat a[target=_blank]');
    return link && [link.textContent, link.href, link.rel];";

async fn asks_about(client: &Peer, subject: &str, reference: &str) -> Result<SessionId> {
    let (subject, reference) = (subject.to_owned(), Some(reference.to_owned()));
    let asked = client.ask(&Up::Request { id: Uuid::new_v4(), subject, reference }).await?;
    asked.ok().context("the request is taken")?.session.context("it is a chat")
}

async fn links(page: &Browser, text: &str, address: &str) -> Result<()> {
    eventually(&format!("{text} leads to {address}"), SOON, async || {
        let link = page.page.execute(LINK, Vec::new()).await?;
        ensure!(link == json!([text, address, "noopener noreferrer"]), "{link}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reference_leads_to_its_ticket_once_the_address_is_set_and_a_hostile_one_cannot_leave_its_place()
-> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let dana = stage.caller(DANA).await?;
    let page = stage.technician().await?;
    let tickets = format!("{}/tickets/{{reference}}", stage.service.address());
    let refused =
        stage.service.admin(&["org", "set", "ticket-address", "http://desk.example.com/{reference}"]);
    ensure!(format!("{:#}", refused.unwrap_err()).contains("must begin with https://"), "it is refused");

    let printer = asks_about(&dana, "Printer offline", "#48213").await?;
    page.shows("Printer offline", SOON).await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    page.shows("Printer offline · #48213", SOON).await?;
    ensure!(page.page.execute(LINK, Vec::new()).await?.is_null(), "nobody has set where tickets are");
    stage.service.admin(&["org", "set", "ticket-address", &tickets])?;
    links(&page, "#48213", &tickets.replace("{reference}", "48213")).await?;

    // In a new tab, which knows nothing of the portal.
    page.find("section.chat a[target=_blank]", SOON).await?.click().await?;
    eventually("the ticket opens in a tab of its own", SOON, async || {
        let tabs = page.page.windows().await?;
        ensure!(tabs.len() == 2, "{tabs:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let portal = page.page.window().await?;
    let tab = page.page.windows().await?.into_iter().find(|each| *each != portal).context("the other tab")?;
    page.page.switch_to_window(tab).await?;
    eventually("the tab shows the ticket", SOON, async || {
        let address = page.page.current_url().await?;
        ensure!(address.path() == "/tickets/48213", "{address}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    ensure!(
        page.page.execute("return window.opener", Vec::new()).await?.is_null(),
        "it cannot reach the portal"
    );
    page.page.switch_to_window(portal).await?;

    // The history has the same link.
    join(&tom, printer).await?;
    let end = Up::Complete { id: Uuid::new_v4(), session: printer, note: None };
    tom.ask(&end).await?.ok().context("the chat is completed")?;
    page.find("[data-tab=history]", SOON).await?.click().await?;
    page.find(".queue [data-session] .name", SOON).await?.click().await?;
    links(&page, "#48213", &tickets.replace("{reference}", "48213")).await?;

    asks_about(&dana, "Scanner", "x/@evil.example?#").await?;
    page.find("[data-tab=waiting]", SOON).await?.click().await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    let hostile = tickets.replace("{reference}", "x%2F%40evil.example%3F%23");
    links(&page, "#x/@evil.example?#", &hostile).await?;
    asks_about(&dana, "Monitor", "../admin").await?;
    page.shows("Monitor", SOON).await?;
    page.page.execute("document.querySelectorAll('[data-session] .name')[1].click()", Vec::new()).await?;
    page.shows("Monitor · #../admin", SOON).await?;
    eventually("it leads nowhere", SOON, async || {
        let link = page.page.execute(LINK, Vec::new()).await?;
        ensure!(link.is_null(), "{link}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}
