//! A private message bus (dbus-daemon) with a configuration of its own.
//!
//! Only the services that are named can be activated on it: a notification daemon that happens to be installed must not
//! start because somebody shows a toast.

use crate::process::Program;
use crate::wait::eventually;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use zbus::Connection;
use zbus::fdo::DBusProxy;

/// How long a bus may take to accept clients on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(20);

/// A message bus.
#[derive(Debug)]
pub struct Bus {
    address: String,
    services: PathBuf,
    daemon: Program,
}

/// Where the services of the machine are.
const SERVICES: &str = "/usr/share/dbus-1/services";

impl Bus {
    /// Starts a bus with its socket and configuration in `folder`; `environment` is what activated services get.
    ///
    /// # Errors
    /// When it does not accept clients in time.
    pub async fn start(
        name: &str,
        folder: &Path,
        activatable: &[&str],
        environment: &[(String, String)],
    ) -> Result<Self> {
        let services = folder.join(format!("{name}-services"));
        fs::create_dir_all(&services).context("making the folder of activatable services")?;
        activatable.iter().try_for_each(|service| copy_service(service, &services))?;
        let socket = folder.join(name);
        let config = write_config(name, folder, &socket, &services)?;
        let daemon = Program::spawn(
            &format!("bus-{name}"),
            Command::new("dbus-daemon")
                .arg(format!("--config-file={}", config.display()))
                .arg("--nofork")
                .envs(environment.iter().map(|(key, value)| (key, value))),
            folder,
        )?;
        let bus = Self { address: format!("unix:path={}", socket.display()), services, daemon };
        eventually("the message bus accepts clients", READY_WITHIN, async || bus.connect().await.map(drop))
            .await
            .with_context(|| bus.daemon.tail())?;
        Ok(bus)
    }

    /// Its address as `DBUS_SESSION_BUS_ADDRESS` has it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on it starts this service, too, when somebody calls it.
    ///
    /// # Errors
    /// When the service is not installed, or the bus is gone.
    pub async fn let_start(&self, service: &str) -> Result<()> {
        copy_service(service, &self.services)?;
        DBusProxy::new(&self.connect().await?).await?.reload_config().await.context("telling the bus")
    }

    /// A new connection to it.
    ///
    /// # Errors
    /// When the bus is gone.
    pub async fn connect(&self) -> Result<Connection> {
        connect(&self.address).await
    }
}

/// A new connection to the bus at this address.
///
/// # Errors
/// When there is no bus.
pub async fn connect(address: &str) -> Result<Connection> {
    let builder = zbus::connection::Builder::address(address).context("reading the bus address")?;
    builder.build().await.context("connecting to the message bus")
}

fn copy_service(service: &str, into: &Path) -> Result<()> {
    let from = Path::new(SERVICES).join(service);
    fs::copy(&from, into.join(service)).with_context(|| format!("copying {}", from.display()))?;
    Ok(())
}

fn write_config(name: &str, folder: &Path, socket: &Path, services: &Path) -> Result<PathBuf> {
    let config = folder.join(format!("{name}.conf"));
    let text = format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{}</servicedir>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display(),
        services.display()
    );
    fs::write(&config, text).with_context(|| format!("writing {}", config.display()))?;
    Ok(config)
}
