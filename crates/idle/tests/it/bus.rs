//! A private D-Bus daemon.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use zbus::Connection;
use zbus::connection::Builder;

/// A bus; it ends when this is dropped. It would start a screen saver if anything called one.
pub(crate) struct Bus {
    folder: TempDir,
    daemon: Option<Child>,
}

impl Bus {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().display();
        let config = format!(
            "<busconfig><type>session</type><listen>unix:path={path}/bus</listen><auth>EXTERNAL</auth>\
             <servicedir>{path}</servicedir><policy context='default'><allow send_destination='*'/>\
             <allow eavesdrop='true'/><allow own='*'/></policy></busconfig>"
        );
        std::fs::write(folder.path().join("bus.conf"), config).unwrap();
        let service = format!(
            "[D-BUS Service]\nName=org.freedesktop.ScreenSaver\nExec=/usr/bin/touch {path}/was-started\n"
        );
        std::fs::write(folder.path().join("org.freedesktop.ScreenSaver.service"), service).unwrap();
        let mut bus = Self { folder, daemon: None };
        bus.restart();
        bus
    }

    pub(crate) fn restart(&mut self) {
        self.kill();
        let config = format!("--config-file={}/bus.conf", self.folder.path().display());
        let mut daemon = Command::new("dbus-daemon")
            .args([&config, "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon to be installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        assert!(address.starts_with("unix:"), "dbus-daemon did not start: {address:?}");
        self.daemon = Some(daemon);
    }

    pub(crate) fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill().unwrap();
            daemon.wait().unwrap();
            std::fs::remove_file(self.folder.path().join("bus")).ok();
        }
    }

    pub(crate) fn address(&self) -> String {
        format!("unix:path={}/bus", self.folder.path().display())
    }

    pub(crate) async fn connect(&self) -> Connection {
        Builder::address(self.address().as_str()).unwrap().build().await.unwrap()
    }

    /// Exists once the bus has started a screen saver.
    pub(crate) fn started_mark(&self) -> PathBuf {
        self.folder.path().join("was-started")
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.kill();
    }
}
