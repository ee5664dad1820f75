//! Invitations in the portals (C7): a technician asks from the list of people, the client answers in the centre of the page.

use crate::stage::{DANA, MESSAGE, SOON, SUBJECT, Stage, reads};
use anyhow::{Result, ensure};
use presence::{Activity, IdleReason};
use protocol::Up;
use rig::cdp;
use rig::{Browser, eventually};
use uuid::Uuid;

const INVITE: &str = "button[aria-label='Invite Dana Reyes to a chat']";
/// Return, as WebDriver writes it.
const RETURN: &str = "\u{e007}";
/// Lets a page hear nothing from now on if `deaf` is set, as on a network that has just been lost in one direction.
const DEAF: &str = "
    window.deaf = false;
    window.WebSocket = class extends WebSocket {
        set onmessage(hear) {
            super.onmessage = (event) => {
                if (!window.deaf || event.data.includes('\"error\"')) hear(event);
            };
        }
    };";

/// Priya's page after she has invited Dana, whose page asks her.
async fn invited(stage: &Stage) -> Result<(Browser, Browser)> {
    let (technician, client) = (stage.technician().await?, stage.client().await?);
    // A page is idle until somebody uses it (P11).
    client.find(SUBJECT, SOON).await?.click().await?;
    technician.find(INVITE, SOON).await?.click().await?;
    technician.shows("Dana has been asked and has not answered yet.", SOON).await?;
    client.shows("Priya from Acme IT would like to chat", SOON).await?;
    Ok((technician, client))
}

async fn is_asked_no_longer(client: &Browser) -> Result<()> {
    eventually("the question is gone", SOON, async || {
        ensure!(!client.text().await?.contains("would like to chat"), "it is still asked");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_accepted_invitation_opens_the_chat_on_both_pages() -> Result<()> {
    let stage = Stage::start().await?;
    let (technician, client) = invited(&stage).await?;
    client.button("Accept", SOON).await?.click().await?;
    technician.shows("Dana accepted your invitation.", SOON).await?;
    technician.find(MESSAGE, SOON).await?.send_keys(&format!("Hello Dana.{RETURN}")).await?;
    reads(&client, &["Hello Dana."]).await?;
    client.find(MESSAGE, SOON).await?.send_keys(&format!("Hello Priya.{RETURN}")).await?;
    reads(&technician, &["Hello Dana.", "Hello Priya."]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_now_leaves_the_client_where_they_were_and_is_told() -> Result<()> {
    let stage = Stage::start().await?;
    let (technician, client) = invited(&stage).await?;
    client.button("Not now", SOON).await?.click().await?;
    technician.shows("Dana answered: not now.", SOON).await?;
    is_asked_no_longer(&client).await?;
    client.shows("How can we help?", SOON).await?;
    // She may be asked again.
    technician.find(INVITE, SOON).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_that_is_taken_back_disappears_at_the_client() -> Result<()> {
    let stage = Stage::start().await?;
    let (technician, client) = invited(&stage).await?;
    technician.button("Take back", SOON).await?.click().await?;
    technician.shows("The invitation was taken back.", SOON).await?;
    is_asked_no_longer(&client).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_who_has_gone_away_is_not_invited_and_the_technician_reads_since_when() -> Result<()> {
    let stage = Stage::start().await?;
    let dana = stage.caller(DANA).await?;
    let technician = stage.technician().await?;
    cdp::before_load(&technician, DEAF).await?;
    technician.page.refresh().await?;
    let invite = technician.find(INVITE, SOON).await?;
    // The page does not hear that Dana is away by now.
    technician.page.execute("window.deaf = true", Vec::new()).await?;
    let activity = Activity::Idle { reason: IdleReason::Locked, idle_for_ms: 0 };
    let said = dana.ask(&Up::Activity { id: Uuid::new_v4(), activity }).await?;
    ensure!(said.is_ok(), "{said:?}");
    invite.click().await?;
    technician.shows("Dana has been away since", SOON).await?;
    technician.shows("invitation not sent.", SOON).await
}
