//! A session bus for one test: nothing on it but what the test puts there.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use zbus::Connection;

/// Ends with the test.
pub(crate) struct TestBus {
    pub(crate) dir: TempDir,
    address: String,
    daemon: Child,
}

impl TestBus {
    pub(crate) fn start() -> Self {
        let dir = TempDir::new().unwrap();
        let config = dir.path().join("bus.conf");
        std::fs::write(&config, Self::config(dir.path(), 512)).unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .args(["--nofork", "--nopidfile", "--print-address"])
            .arg(format!("--config-file={}", config.display()))
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { dir, address: address.trim().to_owned(), daemon }
    }

    /// No folder of services: nothing is started by being called.
    fn config(dir: &std::path::Path, rules: u32) -> String {
        format!(
            "<busconfig><type>session</type><listen>unix:path={}</listen><policy context=\"default\">\
             <allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/></policy>\
             <limit name=\"max_match_rules_per_connection\">{rules}</limit></busconfig>",
            dir.join("bus").display()
        )
    }

    /// From now on each connection may subscribe to so much.
    pub(crate) async fn allow_rules(&self, rules: u32) {
        std::fs::write(self.dir.path().join("bus.conf"), Self::config(self.dir.path(), rules)).unwrap();
        let connection = self.connect().await;
        zbus::fdo::DBusProxy::new(&connection).await.unwrap().reload_config().await.unwrap();
    }

    pub(crate) async fn connect(&self) -> Connection {
        zbus::connection::Builder::address(self.address.as_str()).unwrap().build().await.unwrap()
    }

    /// Ends the bus before the test ends.
    pub(crate) fn stop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }
}

impl Drop for TestBus {
    fn drop(&mut self) {
        // It may have been stopped.
        let _stopped = self.daemon.kill();
        let _stopped = self.daemon.wait();
    }
}
