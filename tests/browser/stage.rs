//! What the tests here begin with: a service with an organisation, people in browsers, others who watch.

use anyhow::{Context, Result, ensure};
use chat::SessionId;
use presence::Presence;
use protocol::Up;
use rig::{Browser, Peer, Service, eventually};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

/// The organisation of all tests here.
pub(crate) const ACME: &str = "Acme IT";
/// The technician in a browser.
pub(crate) const PRIYA: &str = "Priya Shah";
/// Another technician, who is a foreign client.
pub(crate) const TOM: &str = "Tom Berg";
/// The client.
pub(crate) const DANA: &str = "Dana Reyes";
/// Of this company.
pub(crate) const NORTHWIND: &str = "Northwind Dental";
/// For what no rule gives a time, on a loaded machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// The field for messages.
pub(crate) const MESSAGE: &str = "textarea[aria-label=\"Message\"]";
/// The field for the subject.
pub(crate) const SUBJECT: &str = "form input[required]";

/// A service with its data folder.
pub(crate) struct Stage {
    /// The service, which tests may kill and restart.
    pub(crate) service: Service,
    // Goes with the stage, the database in it.
    folder: TempDir,
}

impl Stage {
    pub(crate) async fn start() -> Result<Self> {
        let folder = TempDir::with_prefix("stage-").context("making the stage's folder")?;
        let service = Service::start(&folder.path().join("data"), folder.path()).await?;
        Ok(Self { service, folder })
    }

    /// A folder for files of the test.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Priya in a browser that has room for all panes, signed in and connected.
    pub(crate) async fn technician(&self) -> Result<Browser> {
        let browser = Browser::start((1480, 800)).await?;
        sign_in(&browser, &self.service.add_technician(ACME, PRIYA)?).await?;
        browser.find(&person(PRIYA), SOON).await?;
        Ok(browser)
    }

    /// Dana in a browser, signed in and connected.
    pub(crate) async fn client(&self) -> Result<Browser> {
        let browser = Browser::start((480, 760)).await?;
        sign_in(&browser, &self.service.add_client(ACME, DANA, NORTHWIND)?).await?;
        browser.find(SUBJECT, SOON).await?;
        Ok(browser)
    }

    /// Tom as a foreign client that sees everybody.
    pub(crate) async fn watcher(&self) -> Result<Peer> {
        Peer::watcher(&self.service.add_technician(ACME, TOM)?).await
    }

    /// A foreign client of a customer's.
    pub(crate) async fn caller(&self, name: &str) -> Result<Peer> {
        Peer::join(&self.service.add_client(ACME, name, NORTHWIND)?).await
    }
}

/// Opens a link and presses its button.
pub(crate) async fn sign_in(browser: &Browser, link: &str) -> Result<()> {
    browser.open(link).await?;
    browser.button("Sign in", SOON).await?.click().await?;
    Ok(())
}

/// Types a subject and presses the button.
pub(crate) async fn ask_on(browser: &Browser, subject: &str) -> Result<()> {
    browser.find(SUBJECT, SOON).await?.send_keys(subject).await?;
    browser.button("Ask for a chat", SOON).await?.click().await?;
    Ok(())
}

/// A foreign client asks for a chat.
pub(crate) async fn ask(client: &Peer, subject: &str) -> Result<SessionId> {
    let frame = Up::Request { id: Uuid::new_v4(), subject: subject.to_owned(), reference: None };
    let answer = client.ask(&frame).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    answer.session.context("the answer names the session")
}

/// A foreign technician joins.
pub(crate) async fn join(technician: &Peer, session: SessionId) -> Result<()> {
    let answer = technician.ask(&Up::Join { id: Uuid::new_v4(), session }).await?;
    answer.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

/// A foreign client opens a chat: from then on it is told what is said there.
pub(crate) async fn open(peer: &Peer, session: SessionId) -> Result<()> {
    let answer = peer.ask(&Up::Open { id: Uuid::new_v4(), session, after: 0 }).await?;
    answer.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

/// A foreign client writes.
pub(crate) async fn say(peer: &Peer, session: SessionId, text: &str) -> Result<()> {
    let frame = Up::Message { id: Uuid::new_v4(), session, text: text.to_owned() };
    peer.ask(&frame).await?.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

/// A foreign technician completes a chat.
pub(crate) async fn complete(technician: &Peer, session: SessionId) -> Result<()> {
    let answer = technician.ask(&Up::Complete { id: Uuid::new_v4(), session, note: None }).await?;
    answer.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

/// Waits until these are the messages of a chat, in this order. Each may be told more than once; its number is its own.
pub(crate) async fn heard(peer: &Peer, session: SessionId, texts: &[&str]) -> Result<()> {
    peer.until(&format!("the messages {texts:?}"), SOON, |seen| {
        let told = seen.messages.get(&session)?.iter();
        let by_number: BTreeMap<u64, &str> =
            told.map(|message| (message.number, message.text.as_str())).collect();
        by_number.values().copied().eq(texts.iter().copied()).then_some(())
    })
    .await
}

/// The session that a technician sees, once there is one.
pub(crate) async fn request(technician: &Peer) -> Result<SessionId> {
    technician.until("a request", SOON, |seen| seen.sessions.keys().next().copied()).await
}

/// Waits until these are the messages on the page, in this order.
pub(crate) async fn reads(browser: &Browser, texts: &[&str]) -> Result<()> {
    const SAID: &str = "return [...document.querySelectorAll('.say')].map((each) => each.textContent)";
    eventually(&format!("the page shows {texts:?}"), SOON, async || {
        let said = browser.page.execute(SAID, Vec::new()).await?;
        ensure!(said == serde_json::json!(texts), "{said}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// Finds somebody among the people.
pub(crate) fn person(name: &str) -> String {
    format!("[data-person=\"{name}\"]")
}

/// Whether this is Offline.
pub(crate) fn is_offline(presence: &Presence) -> bool {
    matches!(presence, Presence::Offline { .. })
}
