//! Do-not-disturb as desktops say it, played on a bus of their own.

use super::*;
use crate::platform::linux::test_bus::TestBus;
use crate::platform::linux::toasts::PATH;
use futures_util::FutureExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use zbus::fdo;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedValue, Value};

/// Longer than any of this takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(30);

const XFCONF: &str = "org.xfce.Xfconf";
const XFCONF_PATH: &str = "/org/xfce/Xfconf";

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, what).await.expect("it happens in time")
}

/// Plays a notification daemon: what it is, and the property that Plasma's has.
struct Daemon {
    name: &'static str,
    vendor: &'static str,
    inhibited: bool,
    /// While it is false, it does not say what it is.
    answers: watch::Receiver<bool>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    async fn get_server_information(&self) -> (String, String, String, String) {
        let mut answers = self.answers.clone();
        // A test that has dropped the other end leaves it as it is.
        let _dropped = answers.wait_for(|answers| *answers).await.is_err();
        (self.name.to_owned(), self.vendor.to_owned(), "1".to_owned(), "1.2".to_owned())
    }

    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.inhibited
    }
}

/// The rest of dunst.
struct Dunst {
    paused: bool,
    asked: Arc<AtomicUsize>,
}

#[zbus::interface(name = "org.dunstproject.cmd0")]
impl Dunst {
    #[zbus(property, name = "paused")]
    fn paused(&self) -> bool {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.paused
    }

    #[zbus(property, name = "displayedLength")]
    fn displayed_length(&self) -> u32 {
        1
    }
}

/// Plays Xfce's store of settings.
struct Xfconf {
    do_not_disturb: Option<bool>,
}

#[zbus::interface(name = "org.xfce.Xfconf")]
impl Xfconf {
    fn get_property(&self, channel: &str, property: &str) -> fdo::Result<OwnedValue> {
        assert_eq!((channel, property), ("xfce4-notifyd", "/do-not-disturb"));
        self.do_not_disturb.map(OwnedValue::from).ok_or_else(|| fdo::Error::Failed("not set".into()))
    }

    #[zbus(signal)]
    async fn property_changed(
        emitter: &SignalEmitter<'_>,
        channel: &str,
        property: &str,
        value: &Value<'_>,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn property_removed(emitter: &SignalEmitter<'_>, channel: &str, property: &str)
    -> zbus::Result<()>;
}

/// A daemon of this name and vendor.
async fn daemon(bus: &TestBus, name: &'static str, vendor: &'static str) -> Connection {
    let answers = watch::Sender::new(true).subscribe();
    start(bus, Daemon { name, vendor, inhibited: false, answers }).await
}

async fn start(bus: &TestBus, daemon: Daemon) -> Connection {
    let connection = bus.connect().await;
    connection.object_server().at(PATH, daemon).await.unwrap();
    connection.request_name(NAME).await.unwrap();
    connection
}

/// Plasma enters do-not-disturb, or leaves it.
async fn inhibit(daemon: &Connection, inhibited: bool) {
    let interface = daemon.object_server().interface::<_, Daemon>(PATH).await.unwrap();
    interface.get_mut().await.inhibited = inhibited;
    interface.get().await.inhibited_changed(interface.signal_emitter()).await.unwrap();
}

/// What the agent hears.
struct Heard {
    wakes: mpsc::Receiver<Wake>,
    task: JoinHandle<zbus::Result<()>>,
}

impl Heard {
    async fn start(bus: &TestBus) -> Self {
        Self::with_setting(bus, watch::Sender::new(false).subscribe()).await
    }

    /// On a desktop whose settings say this.
    async fn with_setting(bus: &TestBus, is_on: watch::Receiver<bool>) -> Self {
        let (sender, wakes) = mpsc::channel(64);
        let connection = bus.connect().await;
        let read = move |_: Setting| std::future::ready(*is_on.borrow()).boxed();
        let is_on = watch::Sender::new(false);
        let task = tokio::spawn(async move { run_with(&connection, &is_on, &sender, &read).await });
        Self { wakes, task }
    }

    async fn next(&mut self) -> bool {
        match soon(self.wakes.recv()).await {
            Some(Wake::DoNotDisturb(is_on)) => is_on,
            other => panic!("{other:?}"),
        }
    }

    async fn ends(mut self) -> zbus::Result<()> {
        let ended = soon(self.task).await.unwrap();
        assert!(self.wakes.try_recv().is_err(), "nothing more is said");
        ended
    }
}

#[test]
fn each_daemon_has_its_place_and_a_setting_counts_only_with_its_own_daemon() {
    let is_setting = |name, vendor| matches!(Source::of_daemon(name, vendor), Source::Setting(_));
    assert!(is_setting("gnome-shell", "GNOME") && is_setting("Notification Daemon", "MATE"));
    assert_eq!(Source::of_daemon("Xfce Notify Daemon", "Xfce"), Source::Xfconf);
    let inhibited = Source::Property { interface: NAME, name: "Inhibited" };
    for (name, vendor) in
        [("Plasma", "KDE"), ("Notification Daemon", "GNOME"), ("mako", "emersion"), ("", "")]
    {
        assert_eq!(Source::of_daemon(name, vendor), inhibited, "{name}");
    }
}

#[tokio::test]
async fn plasmas_is_the_property_that_says_that_notifications_are_inhibited() {
    let bus = TestBus::start();
    let plasma = daemon(&bus, "Plasma", "KDE").await;
    let mut heard = Heard::start(&bus).await;
    inhibit(&plasma, true).await;
    assert!(heard.next().await);
    inhibit(&plasma, false).await;
    assert!(!heard.next().await);
}

#[tokio::test]
async fn what_was_on_before_the_app_started_is_heard_and_so_is_the_end_of_the_daemon() {
    let bus = TestBus::start();
    let plasma = daemon(&bus, "Plasma", "KDE").await;
    inhibit(&plasma, true).await;
    let mut heard = Heard::start(&bus).await;
    assert!(heard.next().await);
    plasma.close().await.unwrap();
    assert!(!heard.next().await, "nobody says so any more");
    let plasma = daemon(&bus, "Plasma", "KDE").await;
    inhibit(&plasma, true).await;
    assert!(heard.next().await, "the next daemon is asked again");
}

#[tokio::test]
async fn a_daemon_that_takes_another_ones_place_is_asked_and_the_old_one_does_not_count() {
    let bus = TestBus::start();
    let first = daemon(&bus, "Plasma", "KDE").await;
    inhibit(&first, true).await;
    let mut heard = Heard::start(&bus).await;
    assert!(heard.next().await);
    first.release_name(NAME).await.unwrap();
    assert!(!heard.next().await);
    let second = daemon(&bus, "dunst", "knopwob").await;
    let asked = Arc::<AtomicUsize>::default();
    second.object_server().at(PATH, Dunst { paused: true, asked }).await.unwrap();
    // The old one lives on, and says something that is not about the desktop any more.
    inhibit(&first, false).await;
    inhibit(&first, true).await;
    let dunst = second.object_server().interface::<_, Dunst>(PATH).await.unwrap();
    dunst.get().await.paused_changed(dunst.signal_emitter()).await.unwrap();
    assert!(heard.next().await);
    second.close().await.unwrap();
    assert!(!heard.next().await);
}

#[tokio::test]
async fn dunst_is_asked_only_when_it_was_paused_or_resumed() {
    let bus = TestBus::start();
    let connection = bus.connect().await;
    let asked = Arc::<AtomicUsize>::default();
    connection.object_server().at(PATH, Dunst { paused: true, asked: Arc::clone(&asked) }).await.unwrap();
    let answers = watch::Sender::new(true).subscribe();
    let is = Daemon { name: "dunst", vendor: "knopwob", inhibited: false, answers };
    connection.object_server().at(PATH, is).await.unwrap();
    connection.request_name(NAME).await.unwrap();
    let mut heard = Heard::start(&bus).await;
    assert!(heard.next().await);
    let before = asked.load(Ordering::SeqCst);
    let dunst = connection.object_server().interface::<_, Dunst>(PATH).await.unwrap();
    // It says so with each notification of any program.
    for _ in 0..5 {
        dunst.get().await.displayed_length_changed(dunst.signal_emitter()).await.unwrap();
    }
    dunst.get_mut().await.paused = false;
    dunst.get().await.paused_changed(dunst.signal_emitter()).await.unwrap();
    assert!(!heard.next().await);
    // Once for the signal, which bears the value, and once for our question.
    assert_eq!(asked.load(Ordering::SeqCst) - before, 2);
}

#[tokio::test]
async fn xfces_is_a_property_of_its_settings_which_may_be_removed_or_go_with_their_store() {
    let bus = TestBus::start();
    let store = bus.connect().await;
    store.object_server().at(XFCONF_PATH, Xfconf { do_not_disturb: None }).await.unwrap();
    store.request_name(XFCONF).await.unwrap();
    let _daemon = daemon(&bus, "Xfce Notify Daemon", "Xfce").await;
    let mut heard = Heard::start(&bus).await;
    let set = async |value: Option<bool>| {
        let xfconf = store.object_server().interface::<_, Xfconf>(XFCONF_PATH).await.unwrap();
        xfconf.get_mut().await.do_not_disturb = value;
        let (emitter, channel, property) = (xfconf.signal_emitter(), "xfce4-notifyd", "/do-not-disturb");
        match value {
            Some(value) => {
                Xfconf::property_changed(emitter, channel, property, &Value::from(value)).await.unwrap();
            }
            None => Xfconf::property_removed(emitter, channel, property).await.unwrap(),
        }
    };
    set(Some(true)).await;
    assert!(heard.next().await);
    set(None).await;
    assert!(!heard.next().await);
    set(Some(true)).await;
    assert!(heard.next().await);
    store.release_name(XFCONF).await.unwrap();
    assert!(!heard.next().await, "nobody keeps the setting");
    store.request_name(XFCONF).await.unwrap();
    assert!(heard.next().await, "it is asked for again");
}

#[tokio::test]
async fn gnomes_is_a_setting_that_is_read_when_dconf_says_that_it_may_have_changed() {
    let bus = TestBus::start();
    let is_on = watch::Sender::new(false);
    let shell = daemon(&bus, "gnome-shell", "GNOME").await;
    let mut heard = Heard::with_setting(&bus, is_on.subscribe()).await;
    let changed = async |path: &str, keys: &[&str]| {
        let body = (path, keys, "tag");
        let to: Option<&str> = None;
        let writer = "/ca/desrt/dconf/Writer/user";
        shell.emit_signal(to, writer, "ca.desrt.dconf.Writer", "Notify", &body).await.unwrap();
    };
    is_on.send_replace(true);
    // The setting itself, as the switch in GNOME's panel sets it; or the whole folder.
    changed("/org/gnome/desktop/notifications/show-banners", &[""]).await;
    assert!(heard.next().await);
    is_on.send_replace(false);
    changed("/org/gnome/desktop/notifications/", &["show-banners", "show-in-lock-screen"]).await;
    assert!(!heard.next().await);
    is_on.send_replace(true);
    changed("/org/gnome/desktop/interface/font-name", &[""]).await;
    changed("/org/gnome/", &[""]).await;
    assert!(heard.next().await);
}

// A user who has used GNOME before has left its setting behind.
#[tokio::test]
async fn a_setting_of_a_desktop_that_does_not_run_means_nothing() {
    let mut bus = TestBus::start();
    let is_on = watch::Sender::new(true);
    let other = daemon(&bus, "Plasma", "KDE").await;
    let mut heard = Heard::with_setting(&bus, is_on.subscribe()).await;
    inhibit(&other, true).await;
    assert!(heard.next().await);
    inhibit(&other, false).await;
    assert!(!heard.next().await);
    let path = "/org/gnome/desktop/notifications/show-banners";
    let (to, body): (Option<&str>, _) = (None, (path, [""].as_slice(), "tag"));
    let writer = "/ca/desrt/dconf/Writer/user";
    other.emit_signal(to, writer, "ca.desrt.dconf.Writer", "Notify", &body).await.unwrap();
    // What comes after it was handled after it.
    inhibit(&other, true).await;
    assert!(heard.next().await);
    bus.stop();
    assert!(!heard.next().await);
    drop(heard.ends().await);
}

#[tokio::test]
async fn a_daemon_that_takes_its_time_is_heard_whenever_it_answers() {
    let bus = TestBus::start();
    let answers = watch::Sender::new(false);
    let slow = Daemon { name: "Plasma", vendor: "KDE", inhibited: true, answers: answers.subscribe() };
    let _slow = start(&bus, slow).await;
    let mut heard = Heard::start(&bus).await;
    answers.send_replace(true);
    assert!(heard.next().await);
}

#[tokio::test]
async fn without_a_daemon_nothing_is_said_and_it_ends_with_the_agent() {
    let bus = TestBus::start();
    let Heard { wakes, task } = Heard::start(&bus).await;
    drop(wakes);
    soon(task).await.unwrap().unwrap();
}

#[tokio::test]
async fn the_end_of_the_bus_ends_do_not_disturb() {
    let mut bus = TestBus::start();
    let plasma = daemon(&bus, "Plasma", "KDE").await;
    inhibit(&plasma, true).await;
    let mut heard = Heard::start(&bus).await;
    assert!(heard.next().await);
    bus.stop();
    assert!(!heard.next().await);
    drop(heard.ends().await);
}

// Without the signals, nobody would know when it ends.
#[tokio::test]
async fn where_the_bus_delivers_no_more_signals_it_fails_and_says_that_it_is_over() {
    let bus = TestBus::start();
    let plasma = daemon(&bus, "Plasma", "KDE").await;
    inhibit(&plasma, true).await;
    bus.allow_rules(1).await;
    let heard = Heard::start(&bus).await;
    assert!(heard.ends().await.is_err());
}
