//! The screen savers of the desktops on a private session bus.

use crate::bus::Bus;
use crate::{bare_env, next_fact};
use idle::{Seen, SessionEnv, Setup, Watch, watch_in};
use presence::device::Fact;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use zbus::Connection;

const FREEDESKTOP: &str = "org.freedesktop.ScreenSaver";
const FREEDESKTOP_PATH: &str = "/org/freedesktop/ScreenSaver";
const KDE_PATH: &str = "/ScreenSaver";
const GNOME: &str = "org.gnome.ScreenSaver";
const GNOME_PATH: &str = "/org/gnome/ScreenSaver";

struct Freedesktop {
    active: bool,
}

#[zbus::interface(name = "org.freedesktop.ScreenSaver")]
impl Freedesktop {
    fn get_active(&self) -> bool {
        self.active
    }
}

struct Gnome {
    active: bool,
}

#[zbus::interface(name = "org.gnome.ScreenSaver")]
impl Gnome {
    fn get_active(&self) -> bool {
        self.active
    }
}

/// A screen saver; it leaves the bus when it is dropped.
struct Saver {
    connection: Connection,
    name: &'static str,
    path: &'static str,
}

impl Saver {
    async fn freedesktop(bus: &Bus, path: &'static str, active: bool) -> Self {
        let connection = bus.connect().await;
        connection.object_server().at(path, Freedesktop { active }).await.unwrap();
        connection.request_name(FREEDESKTOP).await.unwrap();
        Self { connection, name: FREEDESKTOP, path }
    }

    async fn gnome(bus: &Bus, active: bool) -> Self {
        let connection = bus.connect().await;
        connection.object_server().at(GNOME_PATH, Gnome { active }).await.unwrap();
        connection.request_name(GNOME).await.unwrap();
        Self { connection, name: GNOME, path: GNOME_PATH }
    }

    async fn becomes(&self, active: bool) {
        self.connection
            .emit_signal(None::<&str>, self.path, self.name, "ActiveChanged", &active)
            .await
            .unwrap();
    }

    async fn leaves(self) {
        self.connection.close().await.unwrap();
    }
}

fn watch_on(bus: &Bus) -> (Watch, Receiver<Seen>) {
    let env = SessionEnv { session_bus: Some(bus.address()), ..bare_env() };
    watch_in(env, Setup { idle_after: Duration::from_secs(300), helper: None, only: None })
}

/// A screen saver that is locked when the watch begins shows that the watch is listening.
#[tokio::test]
async fn is_locked_while_any_screen_saver_says_so() {
    let bus = Bus::start();
    let freedesktop = Saver::freedesktop(&bus, FREEDESKTOP_PATH, true).await;
    let gnome = Saver::gnome(&bus, false).await;
    let (_watch, mut seen) = watch_on(&bus);
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
    gnome.becomes(true).await;
    // The other's statement arrives before this one's is withdrawn: one bus, one order.
    gnome
        .connection
        .call_method(Some("org.freedesktop.DBus"), "/", None::<&str>, "GetId", &())
        .await
        .unwrap();
    freedesktop.becomes(false).await;
    freedesktop.becomes(true).await;
    freedesktop.becomes(false).await;
    freedesktop
        .connection
        .call_method(Some("org.freedesktop.DBus"), "/", None::<&str>, "GetId", &())
        .await
        .unwrap();
    gnome.becomes(false).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Unlocked);
    gnome.becomes(true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
}

#[tokio::test]
async fn finds_screen_savers_that_come_later_and_at_the_other_path() {
    let bus = Bus::start();
    let (_watch, mut seen) = watch_on(&bus);
    let kde = Saver::freedesktop(&bus, KDE_PATH, true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
    kde.becomes(false).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Unlocked);
    kde.becomes(true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
    kde.leaves().await;
    assert_eq!(next_fact(&mut seen).await, Fact::Unlocked);
}

#[tokio::test]
async fn starts_no_screen_saver() {
    let bus = Bus::start();
    let (_watch, mut seen) = watch_on(&bus);
    let _gnome = Saver::gnome(&bus, true).await;
    // By now the other one has been looked for.
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
    assert!(!bus.started_mark().exists());
}

#[tokio::test]
async fn outlives_the_bus() {
    let mut bus = Bus::start();
    let gnome = Saver::gnome(&bus, true).await;
    let (_watch, mut seen) = watch_on(&bus);
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
    bus.kill();
    drop(gnome);
    bus.restart();
    assert_eq!(next_fact(&mut seen).await, Fact::Unlocked);
    let _gnome = Saver::gnome(&bus, true).await;
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
}
