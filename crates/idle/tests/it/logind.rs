//! Lock and sleep by logind, played by python-dbusmock on a private bus.

use crate::bus::Bus;
use crate::xserver::XServer;
use crate::{bare_env, eventually, next_fact};
use idle::{Seen, SessionEnv, Setup, Watch, watch_in};
use presence::device::Fact;
use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout};
use zbus::export::serde::Serialize;
use zbus::zvariant::{DynamicType, ObjectPath, Value};
use zbus::{Connection, Message};

const LOGIN: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const USER: &str = "org.freedesktop.login1.User";
const OURS: &str = "/org/freedesktop/login1/session/c1";
const OTHER: &str = "/org/freedesktop/login1/session/c2";
const MOCK: &str = "org.freedesktop.DBus.Mock";

/// logind with the sessions c1 and c2.
struct Logind {
    process: Child,
    connection: Connection,
}

impl Logind {
    async fn start(bus: &Bus) -> Self {
        let process = Command::new("/usr/bin/python3")
            .args(["-m", "dbusmock", "--system", "--template", "logind"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", bus.address())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 to be installed");
        let logind = Self { process, connection: bus.connect().await };
        eventually("python3-dbusmock plays logind", async || {
            logind.try_call(PATH, MANAGER, "CanSuspend", &()).await.is_ok()
        })
        .await;
        for id in ["c1", "c2"] {
            logind.mock(PATH, "AddSession", &(id, "seat0", 1000_u32, "agent", true)).await;
            let session = ObjectPath::try_from(format!("{PATH}/session/{id}")).unwrap();
            let arguments = vec![Value::from(id), Value::from(session)];
            logind.mock(PATH, "EmitSignal", &(MANAGER, "SessionNew", "so", arguments)).await;
        }
        logind
    }

    async fn try_call(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        body: &(impl Serialize + DynamicType),
    ) -> zbus::Result<Message> {
        self.connection.call_method(Some(LOGIN), path, Some(interface), method, body).await
    }

    async fn mock(&self, path: &str, method: &str, body: &(impl Serialize + DynamicType)) {
        self.try_call(path, MOCK, method, body).await.unwrap();
    }

    async fn set_locked(&self, session: &str, locked: bool) {
        let changed = HashMap::from([("LockedHint", Value::from(locked))]);
        self.mock(session, "UpdateProperties", &(SESSION, changed)).await;
    }

    /// A request to some locker.
    async fn ask_to(&self, signal: &str) {
        self.mock(OURS, "EmitSignal", &(SESSION, signal, "", Vec::<Value<'_>>::new())).await;
    }

    async fn prepare_for_sleep(&self, begins: bool) {
        self.mock(PATH, "EmitSignal", &(MANAGER, "PrepareForSleep", "b", vec![Value::from(begins)])).await;
    }

    async fn inhibitors(&self) -> Vec<(String, String, String, String)> {
        type Inhibitor = (String, String, String, String, u32, u32);
        let reply = self.try_call(PATH, MANAGER, "ListInhibitors", &()).await.unwrap();
        let all: Vec<Inhibitor> = reply.body().deserialize().unwrap_or_default();
        all.into_iter().map(|(what, who, why, mode, _user, _process)| (what, who, why, mode)).collect()
    }

    async fn until_delayed(&self, delayed: bool) {
        eventually("sleep is delayed, or not", async || self.inhibitors().await.is_empty() != delayed).await;
    }

    async fn stop(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Logind {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn env(bus: &Bus, session_id: Option<&str>) -> SessionEnv {
    SessionEnv { system_bus: Some(bus.address()), session_id: session_id.map(str::to_owned), ..bare_env() }
}

fn watch_with(env: SessionEnv) -> (Watch, Receiver<Seen>) {
    watch_in(env, Setup { idle_after: Duration::from_secs(300), helper: None, only: None })
}

#[tokio::test]
async fn the_locked_hint_of_our_session_is_the_state_and_requests_are_not() {
    let bus = Bus::start();
    let logind = Logind::start(&bus).await;
    logind.set_locked(OURS, true).await;
    let (_watch, mut seen) = watch_with(env(&bus, Some("c1")));
    assert_eq!(next_fact(&mut seen).await, Fact::Locked); // P4
    logind.ask_to("Unlock").await;
    logind.set_locked(OTHER, false).await;
    logind.prepare_for_sleep(true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Suspending);
    logind.set_locked(OURS, false).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Unlocked);
    logind.ask_to("Lock").await;
    logind.set_locked(OTHER, true).await;
    logind.prepare_for_sleep(false).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Resumed);
    logind.set_locked(OURS, true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
}

#[tokio::test]
async fn sleep_waits_for_the_report() {
    let bus = Bus::start();
    let logind = Logind::start(&bus).await;
    let (watch, mut seen) = watch_with(env(&bus, Some("c1")));
    logind.until_delayed(true).await;
    let ours = ("sleep", "Deskbell", "Tells others that you are away before the machine sleeps", "delay");
    let inhibitors = logind.inhibitors().await;
    let inhibitors: Vec<_> =
        inhibitors.iter().map(|(what, who, why, mode)| (&what[..], &who[..], &why[..], &mode[..])).collect();
    assert_eq!(inhibitors, [ours]);

    for _ in 0..2 {
        // A release that nobody waits for has no effect later.
        watch.release_sleep();
        logind.prepare_for_sleep(true).await;
        assert_eq!(next_fact(&mut seen).await, Fact::Suspending); // P4
        watch.release_sleep();
        logind.until_delayed(false).await;
        logind.prepare_for_sleep(false).await;
        assert_eq!(next_fact(&mut seen).await, Fact::Resumed);
        logind.until_delayed(true).await;
    }

    let began = Instant::now();
    logind.prepare_for_sleep(true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Suspending);
    logind.until_delayed(false).await;
    assert!(began.elapsed() >= Duration::from_secs(1), "sleep did not wait for the report");
}

#[tokio::test]
async fn finds_our_session_by_the_process_or_the_user() {
    let bus = Bus::start();
    let logind = Logind::start(&bus).await;
    logind.set_locked(OURS, true).await;
    let display = Value::from(("c1", ObjectPath::try_from(OURS).unwrap()));
    let user = "/org/freedesktop/login1/user/1000";
    logind
        .try_call(user, "org.freedesktop.DBus.Properties", "Set", &(USER, "Display", display))
        .await
        .unwrap();
    let by_user = "ret = '/org/freedesktop/login1/user/1000'";
    logind.mock(PATH, "AddMethod", &(MANAGER, "GetUser", "u", "o", by_user)).await;
    let (_watch, mut seen) = watch_with(env(&bus, Some("gone")));
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);

    let by_process = format!("ret = '{OTHER}' if args[0] == {} else None", std::process::id());
    logind.mock(PATH, "AddMethod", &(MANAGER, "GetSessionByPID", "u", "o", by_process.as_str())).await;
    logind.set_locked(OTHER, true).await;
    logind.set_locked(OURS, false).await;
    let (_watch, mut seen) = watch_with(env(&bus, None));
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
}

#[tokio::test]
async fn what_logind_said_holds_while_it_and_its_bus_restart() {
    let mut bus = Bus::start();
    let (_watch, mut seen) = watch_with(env(&bus, Some("c1")));
    let logind = Logind::start(&bus).await;
    logind.set_locked(OURS, true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
    logind.stop().await;
    bus.kill();
    let silence = timeout(Duration::from_millis(200), next_fact(&mut seen)).await;
    assert!(silence.is_err(), "{silence:?}");
    bus.restart();
    let logind = Logind::start(&bus).await;
    // The mock begins unlocked.
    assert_eq!(next_fact(&mut seen).await, Fact::Unlocked);
    logind.until_delayed(true).await;
    logind.set_locked(OURS, true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
}

/// P4: resuming is not activity, but the first input is, even though the threshold never ran out.
#[tokio::test]
async fn the_first_input_after_sleep_is_seen() {
    let bus = Bus::start();
    let logind = Logind::start(&bus).await;
    let mut server = XServer::start();
    server.any_input();
    let (_watch, mut seen) =
        watch_with(SessionEnv { display: Some(server.display()), ..env(&bus, Some("c1")) });
    assert!(matches!(next_fact(&mut seen).await, Fact::IdleFor(_)));
    logind.until_delayed(true).await;
    logind.prepare_for_sleep(true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Suspending);
    logind.prepare_for_sleep(false).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Resumed);
    assert!(matches!(next_fact(&mut seen).await, Fact::IdleFor(_)));
    eventually("input is seen", async || {
        server.any_input();
        matches!(timeout(Duration::from_millis(200), next_fact(&mut seen)).await, Ok(Fact::Active))
    })
    .await;
}
