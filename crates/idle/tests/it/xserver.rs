//! A private X server with a user: the input comes from XTEST.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt as _, ScreenSaver};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

const KEY_PRESS: u8 = 2;
const KEY_RELEASE: u8 = 3;
const BUTTON_PRESS: u8 = 4;
const BUTTON_RELEASE: u8 = 5;
const MOTION: u8 = 6;
const SOME_KEY: u8 = 38;
const WHEEL: u8 = 4;
const ATTEMPTS: u32 = 20;

static TAKEN: AtomicU32 = AtomicU32::new(0);

/// An X server; it ends when this is dropped.
pub(crate) struct XServer {
    number: u32,
    args: Vec<String>,
    running: Option<(Child, RustConnection)>,
    inputs: u32,
}

impl XServer {
    /// A display number that stays reserved when the server is killed: it is derived from this process's id.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(args: &[&str]) -> Self {
        let args: Vec<String> = args.iter().map(|&arg| arg.to_owned()).collect();
        for _ in 0..ATTEMPTS {
            let mut server = Self { number: free_number(), args: args.clone(), running: None, inputs: 0 };
            if server.try_restart() {
                return server;
            }
        }
        panic!("Xvfb does not start on any of {ATTEMPTS} displays");
    }

    /// A display whose server is not running yet.
    pub(crate) fn absent() -> Self {
        let mut server = Self::start();
        server.kill();
        server
    }

    pub(crate) fn display(&self) -> String {
        format!(":{}", self.number)
    }

    pub(crate) fn restart(&mut self) {
        let display = self.display();
        assert!(self.try_restart(), "Xvfb does not start again on {display}");
    }

    fn try_restart(&mut self) -> bool {
        let mut child = Command::new("Xvfb")
            .arg(self.display())
            .args(["-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset", "-displayfd", "1"])
            .args(&self.args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb to be installed");
        let mut line = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        if line.trim().parse() != Ok(self.number) {
            child.kill().unwrap();
            child.wait().unwrap();
            return false;
        }
        let (connection, _screen) = x11rb::connect(Some(&self.display())).unwrap();
        self.running = Some((child, connection));
        self.inputs = 0;
        true
    }

    pub(crate) fn kill(&mut self) {
        if let Some((mut child, _connection)) = self.running.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Stops the server, or lets it continue.
    pub(crate) fn freeze(&self, still: bool) {
        let (child, _connection) = self.running.as_ref().unwrap();
        let signal = if still { "-STOP" } else { "-CONT" };
        let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(status.success());
        // The signal is for the first thread that runs; another thread may still answer until then.
        let deadline = Instant::now() + Duration::from_secs(10);
        while still && !is_stopped(child.id()) {
            assert!(Instant::now() < deadline, "the X server does not stop");
            std::thread::yield_now();
        }
    }

    /// The next of moves, key taps and wheel notches, each over at once.
    pub(crate) fn any_input(&mut self) {
        self.inputs += 1;
        match self.inputs % 3 {
            0 => self.move_pointer(),
            1 => self.send(&[(KEY_PRESS, SOME_KEY), (KEY_RELEASE, SOME_KEY)]),
            _ => self.send(&[(BUTTON_PRESS, WHEEL), (BUTTON_RELEASE, WHEEL)]),
        }
    }

    /// The next of moves, and keys that are pressed or let go.
    pub(crate) fn lasting_input(&mut self) {
        self.inputs += 1;
        match self.inputs % 4 {
            0 | 2 => self.move_pointer(),
            1 => self.send(&[(KEY_PRESS, SOME_KEY)]),
            _ => self.send(&[(KEY_RELEASE, SOME_KEY)]),
        }
    }

    pub(crate) fn move_pointer(&mut self) {
        self.inputs += 4;
        self.send(&[(MOTION, 0)]);
    }

    /// A program has the server count from now on, as if there had been input.
    pub(crate) fn reset_idle_time(&self) {
        let (_child, connection) = self.running.as_ref().unwrap();
        connection.force_screen_saver(ScreenSaver::RESET).unwrap().check().unwrap();
    }

    fn send(&self, events: &[(u8, u8)]) {
        let (_child, connection) = self.running.as_ref().unwrap();
        let root = connection.setup().roots[0].root;
        let x = i16::try_from(self.inputs % 799).unwrap();
        for &(kind, detail) in events {
            connection.xtest_fake_input(kind, detail, 0, root, x, 5, 0).unwrap();
        }
        connection.get_input_focus().unwrap().reply().unwrap();
    }
}

impl Drop for XServer {
    fn drop(&mut self) {
        self.kill();
        let number = self.number;
        for left in [format!("/tmp/.X{number}-lock"), format!("/tmp/.X11-unix/X{number}")] {
            // A killed server leaves them.
            std::fs::remove_file(left).ok();
        }
    }
}

pub(crate) fn free_number() -> u32 {
    1000 + (std::process::id() * 16 + TAKEN.fetch_add(1, Ordering::SeqCst)) % 50_000
}

/// Whether all threads of a process are stopped.
fn is_stopped(process: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    threads.flatten().all(|thread| {
        let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        // The state stands after the name, which is in parentheses.
        stat.rsplit(") ").next().is_some_and(|state| state.starts_with('T'))
    })
}
