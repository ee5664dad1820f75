//! The X11 sources on a real X server.

use crate::between::Between;
use crate::suite::{self, Stage};
use crate::xserver::XServer;
use crate::{bare_env, next_fact, next_source};
use idle::{Helper, Seen, SessionEnv, Setup, Source, SourceKind, Watch, watch_in};
use presence::device::Fact;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;
use tokio::time::{sleep, timeout};

/// How far a server's count may be beyond our clock: it is cut to milliseconds, and may come from a coarse clock.
const COARSE: Duration = Duration::from_millis(10);

fn open(server: &XServer, only: SourceKind, idle_after: Duration) -> (Watch, Receiver<Seen>) {
    let env = SessionEnv { display: Some(server.display()), ..bare_env() };
    watch_in(env, Setup { idle_after, helper: Some(helper()), only: Some(only) })
}

/// This test program is the helper when `DESKBELL_HELPER` is set.
pub(crate) fn helper() -> Helper {
    let program = std::env::current_exe().unwrap().into_os_string().into_string().unwrap();
    let args = [
        "DESKBELL_HELPER=1",
        &program,
        "--exact",
        "sources::is_the_helper",
        "--nocapture",
        "--test-threads=2",
    ];
    Helper { program: "/usr/bin/env".into(), args: args.map(str::to_owned).to_vec() }
}

#[test]
fn is_the_helper() {
    if std::env::var_os("DESKBELL_HELPER").is_some() {
        idle::run_helper().unwrap();
    }
}

struct XSync(XServer);

impl Stage for XSync {
    const KIND: SourceKind = SourceKind::XSync;

    fn open(&mut self, idle_after: Duration) -> (Watch, Receiver<Seen>) {
        open(&self.0, Self::KIND, idle_after)
    }
    fn input(&mut self) {
        self.0.any_input();
    }
    fn lose(&mut self) {
        self.0.kill();
    }
    fn restore(&mut self) {
        self.0.restart();
    }
}

struct XScreenSaver(XServer);

impl Stage for XScreenSaver {
    const KIND: SourceKind = SourceKind::XScreenSaver;

    fn open(&mut self, idle_after: Duration) -> (Watch, Receiver<Seen>) {
        open(&self.0, Self::KIND, idle_after)
    }
    fn input(&mut self) {
        self.0.any_input();
    }
    fn lose(&mut self) {
        self.0.kill();
    }
    fn restore(&mut self) {
        self.0.restart();
    }
}

/// It misses taps and wheel notches, so its input is moves and keys that stay down.
struct DeviceQuery(XServer);

impl Stage for DeviceQuery {
    const KIND: SourceKind = SourceKind::DeviceQuery;
    const KNOWS_THE_PAST: bool = false;

    fn open(&mut self, idle_after: Duration) -> (Watch, Receiver<Seen>) {
        open(&self.0, Self::KIND, idle_after)
    }
    fn input(&mut self) {
        self.0.lasting_input();
    }
    fn lose(&mut self) {
        self.0.kill();
    }
    fn restore(&mut self) {
        self.0.restart();
    }
}

#[tokio::test]
async fn xsync_passes_the_suite() {
    suite::passes(&mut XSync(XServer::start())).await;
}

#[tokio::test]
async fn xscreensaver_passes_the_suite() {
    suite::passes(&mut XScreenSaver(XServer::start())).await;
}

#[tokio::test]
async fn device_query_passes_the_suite() {
    suite::passes(&mut DeviceQuery(XServer::start())).await;
}

// An event without the expected answer blocked the agent's only thread for as long as the server was stopped.
#[tokio::test]
async fn a_server_that_stands_still_between_an_event_and_an_answer_is_lost_and_nobody_hangs_with_it() {
    for only in [SourceKind::XSync, SourceKind::XScreenSaver] {
        let server = XServer::start();
        let between = Between::start(&server.display());
        let env = SessionEnv { display: Some(between.display()), ..bare_env() };
        let idle_after = Duration::from_secs(600);
        let (watch, mut seen) = watch_in(env, Setup { idle_after, helper: None, only: Some(only) });
        assert!(matches!(next_fact(&mut seen).await, Fact::IdleFor(_)));
        server.freeze(true);
        watch.set_idle_after(idle_after * 2);
        between.until_asked().await;
        between.send_event();
        assert_eq!(next_fact(&mut seen).await, Fact::Lost, "{only:?}");
        server.freeze(false);
    }
}

// Every server was taken for a new one: somebody whose connection broke was not Online again before the next input, and
// nobody knew when the last input was.
#[tokio::test]
async fn a_server_that_outlives_our_connection_is_believed_at_once() {
    for only in [SourceKind::XSync, SourceKind::XScreenSaver] {
        let server = XServer::start();
        let between = Between::start(&server.display());
        let env = SessionEnv { display: Some(between.display()), ..bare_env() };
        let idle_after = Duration::from_secs(600);
        let (watch, mut seen) = watch_in(env, Setup { idle_after, helper: None, only: Some(only) });
        // A short count could be a new server's, if this machine then stands still for as long.
        let before = loop {
            let Fact::IdleFor(before) = next_fact(&mut seen).await else { panic!("{only:?}") };
            if before >= Duration::from_secs(2) {
                break before;
            }
            watch.expect_input();
        };
        between.cut();
        assert_eq!(next_fact(&mut seen).await, Fact::Lost, "{only:?}");
        let Fact::IdleFor(after) = next_fact(&mut seen).await else { panic!("{only:?}") };
        assert!(after > before, "{only:?}: {before:?} {after:?}");
    }
}

/// A server has been killed and has come back, and the source was lost in between.
async fn with_a_new_server() -> (XServer, Watch, Receiver<Seen>) {
    let mut server = XServer::start();
    let (watch, mut seen) = open(&server, SourceKind::XSync, Duration::from_secs(600));
    assert!(matches!(next_fact(&mut seen).await, Fact::IdleFor(_)));
    server.kill();
    assert_eq!(next_fact(&mut seen).await, Fact::Lost);
    server.restart();
    (server, watch, seen)
}

// This input was taken for the server's own start, so somebody who used the computer at once was not Online before the next
// input.
#[tokio::test]
async fn input_to_a_new_server_counts_also_before_the_source_has_found_it() {
    let (mut server, _watch, mut seen) = with_a_new_server().await;
    // Input in the millisecond in which the server starts cannot be told from the start.
    sleep(COARSE * 2).await;
    let began = Instant::now();
    server.any_input();
    let Fact::IdleFor(idle_for) = next_fact(&mut seen).await else { panic!("not what is seen") };
    let since = began.elapsed();
    // A count from the server's start would be longer by the pause above.
    assert!(idle_for <= since + COARSE, "{idle_for:?} for input {since:?} ago");
}

// P11: such a program may run when a session starts, and made somebody Online who was not there.
#[tokio::test]
async fn a_program_that_resets_the_idle_time_of_a_new_server_is_not_input() {
    let (mut server, _watch, mut seen) = with_a_new_server().await;
    while !matches!(next_source(&mut seen).await, Source::Found { .. }) {}
    for _ in 0..4 {
        server.reset_idle_time();
        // This is the measured time, in which nothing may be reported.
        let told = timeout(Duration::from_millis(300), next_fact(&mut seen)).await;
        assert!(told.is_err(), "{told:?}");
    }
    server.any_input();
    let fact = next_fact(&mut seen).await;
    assert!(matches!(fact, Fact::Active | Fact::IdleFor(_)), "{fact:?}");
}

/// Only the X server counts; the watch sleeps through 100 inputs.
#[tokio::test]
async fn xsync_costs_no_wake_up_while_input_goes_on() {
    let mut server = XServer::start();
    let (_watch, mut seen) = open(&server, SourceKind::XSync, Duration::from_secs(600));
    assert!(matches!(next_fact(&mut seen).await, Fact::IdleFor(_)));
    let mover = std::thread::spawn(move || {
        for _ in 0..100 {
            server.any_input();
        }
        server
    });
    let before = wake_ups();
    // This is the measured time, in which nothing may happen.
    sleep(Duration::from_secs(2)).await;
    let woken = wake_ups() - before;
    let _server = mover.join().unwrap();
    // Two missing buses are looked for with growing pauses, and this test wakes itself: a dozen times on a loaded machine. A watch that heard
    // of input would be woken by each.
    assert!(woken < 50, "woken {woken} times");
}

/// How often this thread, which runs all of the test's runtime, went to sleep.
fn wake_ups() -> u64 {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).unwrap();
    line.trim().parse().unwrap()
}
