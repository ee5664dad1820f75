//! A login manager that can be told to lock and to sleep: python3-dbusmock with its logind template.

use crate::bus::{self, Bus};
use crate::process::Program;
use crate::wait::eventually;
use anyhow::{Context, Result, ensure};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use zbus::Connection;
use zbus::zvariant::Value;

const NAME: &str = "org.freedesktop.login1";
const MANAGER: &str = "/org/freedesktop/login1";
const MOCK: &str = "org.freedesktop.DBus.Mock";
/// The session that the programs on the desktop belong to.
pub const SESSION: &str = "c1";
const SESSION_PATH: &str = "/org/freedesktop/login1/session/c1";
/// Debian's own Python has the D-Bus modules; another one that comes first on the path has not.
const PYTHON: &str = "/usr/bin/python3";
/// How long Python may take to start on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// A mocked login manager on a bus.
#[derive(Debug)]
pub struct Logind {
    connection: Connection,
    _mock: Program,
}

/// Somebody who holds sleep back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inhibitor {
    /// What is held back, for instance `sleep`.
    pub what: String,
    /// Who does it.
    pub who: String,
    /// `block` or `delay`.
    pub mode: String,
}

impl Logind {
    /// Starts it on a bus with one session, of this user, that is not locked.
    ///
    /// # Errors
    /// When it does not answer in time.
    pub async fn start(bus: &Bus, logs: &Path) -> Result<Self> {
        let mock = Program::spawn(
            "logind",
            Command::new(PYTHON)
                .args(["-m", "dbusmock", "--system", "--template", "logind"])
                .env("DBUS_SYSTEM_BUS_ADDRESS", bus.address())
                .env("DBUS_SESSION_BUS_ADDRESS", bus.address()),
            logs,
        )
        .context("is the package python3-dbusmock installed? `cargo xtask setup` installs it")?;
        let connection = bus::connect(bus.address()).await?;
        eventually("the mocked login manager answers", READY_WITHIN, async || {
            ensure!(mock.ended().is_none(), "it has ended: {}", mock.tail());
            let path = MANAGER;
            let ping = Some("org.freedesktop.DBus.Peer");
            connection.call_method(Some(NAME), path, ping, "Ping", &()).await.map_err(anyhow::Error::from)
        })
        .await?;
        let logind = Self { connection, _mock: mock };
        let user = rustix::process::getuid().as_raw();
        logind.mock(MANAGER, "AddSession", &(SESSION, "seat0", user, "somebody", true)).await?;
        // The template lacks it; the real one finds the session of a process by it.
        let found = format!("ret = dbus.ObjectPath('{SESSION_PATH}')");
        let method = ("org.freedesktop.login1.Manager", "GetSessionByPID", "u", "o", found.as_str());
        logind.mock(MANAGER, "AddMethod", &method).await?;
        Ok(logind)
    }

    /// Locks or unlocks the session, as the desktop's lock screen says it does (`LockedHint`).
    ///
    /// # Errors
    /// When the mock is gone.
    pub async fn set_locked(&self, locked: bool) -> Result<()> {
        let session = Some("org.freedesktop.login1.Session");
        self.connection
            .call_method(Some(NAME), SESSION_PATH, session, "SetLockedHint", &(locked,))
            .await
            .context("locking the session")?;
        Ok(())
    }

    /// Only asks for the session to be locked (the `Lock` signal), as `loginctl lock-session` does.
    ///
    /// # Errors
    /// When the mock is gone.
    pub async fn request_lock(&self) -> Result<()> {
        let session = Some("org.freedesktop.login1.Session");
        self.connection
            .call_method(Some(NAME), SESSION_PATH, session, "Lock", &())
            .await
            .context("asking for a lock")?;
        Ok(())
    }

    /// Says that the machine is about to sleep, or has woken up.
    ///
    /// # Errors
    /// When the mock is gone.
    pub async fn prepare_for_sleep(&self, sleeps: bool) -> Result<()> {
        let properties = HashMap::from([("PreparingForSleep", Value::from(sleeps))]);
        self.mock(MANAGER, "UpdateProperties", &("org.freedesktop.login1.Manager", properties)).await?;
        let signal = ("org.freedesktop.login1.Manager", "PrepareForSleep", "b", vec![Value::from(sleeps)]);
        self.mock(MANAGER, "EmitSignal", &signal).await
    }

    /// Who holds something back now.
    ///
    /// # Errors
    /// When the mock is gone.
    pub async fn inhibitors(&self) -> Result<Vec<Inhibitor>> {
        let manager = Some("org.freedesktop.login1.Manager");
        let reply = self.connection.call_method(Some(NAME), MANAGER, manager, "ListInhibitors", &()).await?;
        let list: Vec<(String, String, String, String, u32, u32)> = reply.body().deserialize()?;
        Ok(list.into_iter().map(|(what, who, _, mode, ..)| Inhibitor { what, who, mode }).collect())
    }

    async fn mock<B>(&self, path: &str, method: &str, body: &B) -> Result<()>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let call = self.connection.call_method(Some(NAME), path, Some(MOCK), method, body);
        call.await.with_context(|| format!("{method} of the mocked login manager"))?;
        Ok(())
    }
}
