//! The organisation in the pictures.

use anyhow::{Context, Result};
use chat::SessionId;
use protocol::{Answer, Up};
use rig::{Peer, Service};
use std::time::Duration;
use tempfile::TempDir;
use uuid::Uuid;

/// For anything that is awaited, on a loaded machine.
pub(crate) const SOON: Duration = Duration::from_secs(60);
pub(crate) const ORGANISATION: &str = "Acme IT";
/// The technician whose screen is seen.
pub(crate) const PRIYA: &str = "Priya Shah";
/// The client whose portal is seen.
pub(crate) const DANA: &str = "Dana Reyes";
const NORTHWIND: &str = "Northwind Dental";

/// A service with an organisation in which something is going on.
pub(crate) struct Cast {
    pub(crate) service: Service,
    /// Who else is there; they stay connected.
    _others: Vec<Peer>,
    _folder: TempDir,
}

impl Cast {
    /// Starts the service, and lets everybody but [`PRIYA`] and [`DANA`] connect.
    pub(crate) async fn start() -> Result<Self> {
        let folder = TempDir::with_prefix("screenshots-").context("making a folder for the service")?;
        let service = Service::start(&folder.path().join("data"), folder.path()).await?;
        let mut others = Vec::new();
        for name in ["Tom Walsh", "Ines Duarte"] {
            others.push(Peer::join(&service.add_technician(ORGANISATION, name)?).await?);
        }
        for (name, company) in [("Mei Tanaka", "Larch Legal"), ("Luis Prado", NORTHWIND)] {
            others.push(Peer::join(&service.add_client(ORGANISATION, name, company)?).await?);
        }
        for (name, company) in [
            (DANA, NORTHWIND),
            ("Jonas Weber", NORTHWIND),
            ("Ruth Adler", "Harbour Law"),
            ("Ada Lind", "Harbour Law"),
            ("Sam Okafor", "Larch Legal"),
        ] {
            service.add_client(ORGANISATION, name, company)?;
        }
        service.add_technician(ORGANISATION, PRIYA)?;
        Ok(Self { service, _others: others, _folder: folder })
    }

    /// A new one-time link for somebody.
    pub(crate) fn link(&self, name: &str) -> Result<String> {
        self.service.link(&["person", "link", "--org", ORGANISATION, "--name", name])
    }

    /// Somebody at another computer.
    pub(crate) async fn peer(&self, name: &str) -> Result<Peer> {
        Peer::join(&self.link(name)?).await
    }
}

/// A client asks for a chat.
pub(crate) async fn ask(client: &Peer, subject: &str, reference: Option<&str>) -> Result<SessionId> {
    let id = Uuid::new_v4();
    let (subject, reference) = (subject.to_owned(), reference.map(str::to_owned));
    done(client, Up::Request { id, subject, reference }).await?;
    Ok(SessionId(id))
}

/// Somebody writes in a chat.
pub(crate) async fn say(peer: &Peer, session: SessionId, text: &str) -> Result<()> {
    done(peer, Up::Message { id: Uuid::new_v4(), session, text: text.to_owned() }).await.map(drop)
}

/// Sends an intent that the service must not refuse.
pub(crate) async fn done(peer: &Peer, intent: Up) -> Result<Answer> {
    peer.ask(&intent).await?.map_err(|refusal| anyhow::anyhow!("{intent:?} was refused: {refusal:?}"))
}
