//! Notifications to systemd, over a datagram socket like its own.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::program::{DEADLINE, Folder, http};
use std::net::TcpListener;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use uuid::Uuid;

/// systemd from the point of view of the service.
struct Manager {
    socket: UnixDatagram,
    path: PathBuf,
}

impl Manager {
    fn new() -> Self {
        // A socket's path has to be short.
        let path = std::env::temp_dir().join(format!("deskbell-notify-{}", Uuid::new_v4().simple()));
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(DEADLINE)).unwrap();
        Self { socket, path }
    }

    fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// The next notification from the service.
    fn next(&self) -> String {
        let mut said = [0; 256];
        let bytes = self.socket.recv(&mut said).unwrap();
        String::from_utf8_lossy(&said[..bytes]).trim().to_owned()
    }

    fn has_heard_nothing(&self) -> bool {
        self.socket.set_nonblocking(true).unwrap();
        self.socket.recv(&mut [0; 256]).is_err()
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[test]
fn it_reports_ready_when_it_serves_and_not_before() {
    let (folder, manager) = (Folder::new(), Manager::new());
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let _serving = folder.start_at(&address, &[("NOTIFY_SOCKET", manager.path())]);
    assert_eq!(manager.next(), "READY=1");
    let answer = http(&address, "GET /healthz HTTP/1.1", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(manager.has_heard_nothing(), "nobody waits for signs of life");
}

#[test]
fn a_service_that_does_not_start_never_reports_ready() {
    let (folder, manager) = (Folder::new(), Manager::new());
    let _first = folder.serve();
    let mut second = folder.start(&[], &[("NOTIFY_SOCKET", manager.path())]);
    assert!(!second.wait().success());
    assert!(manager.has_heard_nothing());
}

#[test]
fn it_gives_signs_of_life_until_it_reports_that_it_stops() {
    let (folder, manager) = (Folder::new(), Manager::new());
    let environment = [("NOTIFY_SOCKET", manager.path()), ("WATCHDOG_USEC", "300000")];
    let mut serving = folder.serve_among(&environment);
    folder.ok(&["org", "add", "Acme"]);
    assert_eq!(manager.next(), "READY=1");
    for _ in 0..3 {
        assert_eq!(manager.next(), "WATCHDOG=1");
    }
    serving.signal("-TERM");
    let mut last = manager.next();
    while last == "WATCHDOG=1" {
        last = manager.next();
    }
    assert_eq!(last, "STOPPING=1");
    assert!(serving.wait().success());
}

#[test]
fn it_serves_even_if_systemd_is_gone() {
    let folder = Folder::new();
    let serving =
        folder.serve_among(&[("NOTIFY_SOCKET", "/nonexistent/notify"), ("WATCHDOG_USEC", "300000")]);
    assert!(serving.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(folder.log().contains("could not tell systemd READY=1"), "{}", folder.log());
}
