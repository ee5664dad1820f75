//! What every figure begins with: a service behind TLS, an organisation, and technicians' agents that reach it only so.

use anyhow::{Context, Result};
use rig::{App, Desktop, Peer, Service, TlsEnd, app};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// The organisation of all figures.
pub(crate) const ACME: &str = "Acme IT";
/// Times of which a median is taken: the table says so.
pub(crate) const SAMPLES: usize = 50;
/// How long a start or a connection may take on a loaded machine.
pub(crate) const SOON: Duration = Duration::from_secs(60);

/// A service on loopback with a TLS end before it.
pub(crate) struct Scene {
    pub(crate) service: Service,
    tls: TlsEnd,
    // Goes with the scene, the database in it.
    _folder: TempDir,
}

impl Scene {
    /// Starts both, with nobody in them.
    pub(crate) async fn start() -> Result<Self> {
        let folder = TempDir::with_prefix("bench-").context("making the folder of a figure")?;
        let mut tls = TlsEnd::bind(folder.path()).await?;
        let address = tls.address();
        let flags = ["--behind-proxy", "--public-address", &address];
        let service = Service::start_with(&folder.path().join("data"), folder.path(), 0, &flags).await?;
        tls.pass_on(service.port());
        Ok(Self { service, tls, _folder: folder })
    }

    /// The agent as it is started on a desktop, trusting the TLS end.
    pub(crate) fn command(&self, desktop: &Desktop, profile: &str) -> Result<Command> {
        let mut command = app::command(desktop, profile)?;
        command.env("SSL_CERT_FILE", self.tls.trusted());
        Ok(command)
    }

    /// A technician's agent, signed in and connected over TLS.
    pub(crate) async fn technician(&self, desktop: &Desktop, name: &str) -> Result<App> {
        let link = self.service.add_technician(ACME, name)?;
        let profile = profile(name);
        let app = App::start_as(desktop, &profile, self.command(desktop, &profile)?).await?;
        app.sign_in(desktop, &link).with_context(|| self.service.output())?;
        app.connected(desktop, SOON).await?;
        Ok(app)
    }

    /// A technician's foreign client, which sees everybody.
    pub(crate) async fn watcher(&self) -> Result<Peer> {
        Peer::watcher(&self.inside(&self.service.add_technician(ACME, "Ana Lind")?)).await
    }

    /// A technician's foreign client.
    pub(crate) async fn colleague(&self, name: &str) -> Result<Peer> {
        Peer::join(&self.inside(&self.service.add_technician(ACME, name)?)).await
    }

    /// A client's foreign client.
    pub(crate) async fn client(&self, name: &str) -> Result<Peer> {
        Peer::join(&self.inside(&self.service.add_client(ACME, name, "Northwind Dental")?)).await
    }

    /// A link that leads past the TLS end: those who only look on speak no TLS.
    fn inside(&self, link: &str) -> String {
        link.replace(&self.tls.address(), self.service.address())
    }
}

/// The profile of a person's agent.
pub(crate) fn profile(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
