//! What the tests here begin with: a service with an organisation, technicians' apps on desktops, somebody who watches.

use anyhow::{Context, Result};
use presence::{AwayReason, Presence, UnixMillis};
use rig::{App, Desktop, Options, Peer, Service, proc};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

/// The organisation of all tests here.
pub(crate) const ACME: &str = "Acme IT";
/// Its threshold, as the product's demonstration has it.
pub(crate) const IDLE_AFTER: Duration = Duration::from_secs(5);
/// What users are promised: others see it within this time (P5, C4).
pub(crate) const AT_ONCE: Duration = Duration::from_secs(1);
/// For what no rule gives a time: a start, a connection, on a loaded machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);
/// Idleness shows after the threshold and a slack for a loaded machine.
pub(crate) const IDLE_BY: Duration = Duration::from_secs(10);

/// Every process descends from it.
const FIRST_PROCESS: u32 = 1;

/// A service with its data folder.
pub(crate) struct Stage {
    /// The service, which tests may kill and restart.
    pub(crate) service: Service,
    // Goes with the stage, the database in it.
    _folder: TempDir,
}

impl Stage {
    /// A service with an organisation whose threshold is 5 s, and one technician in it: "Tom Walsh".
    pub(crate) async fn start() -> Result<Self> {
        let folder = TempDir::with_prefix("stage-").context("making the stage's folder")?;
        let data = folder.path().join("data");
        let service = Service::start(&data, folder.path()).await?;
        let stage = Self { service, _folder: folder };
        stage.service.add_technician(ACME, "Tom Walsh")?;
        stage.service.set_idle_after(ACME, "5s")?;
        Ok(stage)
    }

    /// Somebody who sees all people: a foreign client of the service, active all the time.
    pub(crate) async fn watcher(&self) -> Result<Peer> {
        Peer::watcher(&self.service.add_technician(ACME, "Ana Lind")?).await
    }

    /// A foreign client of a customer's.
    pub(crate) async fn client(&self, name: &str, company: &str) -> Result<Peer> {
        Peer::join(&self.service.add_client(ACME, name, company)?).await
    }

    /// A technician's app on a desktop, signed in and connected.
    pub(crate) async fn technician(&self, desktop: &Desktop, name: &str) -> Result<App> {
        let link = self.service.add_technician(ACME, name)?;
        let app = App::start(desktop, &profile(name)).await?;
        app.sign_in(desktop, &link)?;
        app.connected(desktop, SOON).await?;
        Ok(app)
    }

    /// A technician's app on a desktop of its own.
    pub(crate) async fn technician_on(&self, options: Options, name: &str) -> Result<(Desktop, App)> {
        let desktop = Desktop::start(options).await?;
        let app = self.technician(&desktop, name).await?;
        Ok((desktop, app))
    }
}

/// The processes on this desktop whose names begin like this, whether their parents live or not.
pub(crate) fn programs(desktop: &Desktop, name: &str) -> Result<Vec<u32>> {
    let folder = desktop.runtime_folder().display().to_string();
    let mut all = proc::offspring(FIRST_PROCESS, name)?;
    // One that has ended meanwhile is not there.
    all.retain(|id| proc::variable(*id, "XDG_RUNTIME_DIR").is_ok_and(|is| is.as_ref() == Some(&folder)));
    Ok(all)
}

/// The profile that a person's app has in these tests.
pub(crate) fn profile(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// This machine's clock, as the service stamps by it.
pub(crate) fn now() -> UnixMillis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970");
    UnixMillis(u64::try_from(since.as_millis()).expect("the clock is not past the year 500,000,000"))
}

/// Whether this is Online.
pub(crate) fn is_online(presence: &Presence) -> bool {
    matches!(presence, Presence::Online { .. })
}

/// Whether this is Offline.
pub(crate) fn is_offline(presence: &Presence) -> bool {
    matches!(presence, Presence::Offline { .. })
}

/// Whether this is Away for this reason.
pub(crate) fn is_away(presence: &Presence, why: AwayReason) -> bool {
    matches!(presence, Presence::Away { reason, .. } if *reason == why)
}
