//! Toasts, against a notification daemon made here, on a bus of their own.

use super::*;
use crate::test_bus::TestBus;
use agent::toast::{Button, ToastAction, ToastKey};
use chat::SessionId;
use std::collections::HashMap;
use std::path::PathBuf;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

/// Longer than any of this takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(30);

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, what).await.expect("it happens in time")
}

/// What the daemon was asked.
#[derive(Debug, PartialEq)]
enum Call {
    Notify { replaces: Id, title: String, body: String, actions: Vec<String>, sounds: bool },
    Close(Id),
}

/// A notification daemon.
struct Fake {
    calls: mpsc::UnboundedSender<Call>,
    next: Id,
    /// Pressed before `Notify` is answered.
    presses: Option<&'static str>,
    able: Vec<&'static str>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Fake {
    #[expect(clippy::too_many_arguments, reason = "the interface's own")]
    async fn notify(
        &mut self,
        _app: String,
        replaces: Id,
        _icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _timeout: i32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> Id {
        let sounds = ["sound-name", "sound-file"].iter().any(|hint| hints.contains_key(*hint));
        assert_ne!(sounds, hints.contains_key("suppress-sound"));
        let id = if replaces == 0 {
            self.next += 1;
            self.next
        } else {
            replaces
        };
        if let Some(action) = self.presses {
            Self::action_invoked(&emitter, id, action).await.unwrap();
            // As dunst does.
            Self::notification_closed(&emitter, id, 1).await.unwrap();
        }
        self.calls.send(Call::Notify { replaces, title, body, actions, sounds }).unwrap();
        id
    }

    fn close_notification(&mut self, id: Id) {
        self.calls.send(Call::Close(id)).unwrap();
    }

    fn get_capabilities(&self) -> Vec<&'static str> {
        self.able.clone()
    }

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: Id, action: &str) -> zbus::Result<()>;
    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: Id, reason: u32) -> zbus::Result<()>;
}

/// The daemon on its bus.
struct Daemon {
    connection: Connection,
    calls: mpsc::UnboundedReceiver<Call>,
}

impl Daemon {
    /// Its numbers begin after `first`.
    async fn start(bus: &TestBus, first: Id, presses: Option<&'static str>) -> Self {
        Self::able(bus, first, presses, vec!["actions", "body", "body-markup", "sound"]).await
    }

    async fn able(bus: &TestBus, first: Id, presses: Option<&'static str>, able: Vec<&'static str>) -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let connection = bus.connect().await;
        connection
            .object_server()
            .at(PATH, Fake { calls: sender, next: first, presses, able })
            .await
            .unwrap();
        connection.request_name(NAME).await.unwrap();
        Self { connection, calls }
    }

    async fn call(&mut self) -> Call {
        soon(self.calls.recv()).await.expect("the daemon lives")
    }

    fn emitter(&self) -> SignalEmitter<'static> {
        SignalEmitter::new(&self.connection, PATH).unwrap().into_owned()
    }

    async fn press(&self, id: Id, action: &str) {
        Fake::action_invoked(&self.emitter(), id, action).await.unwrap();
    }

    async fn closed(&self, id: Id, reason: u32) {
        Fake::notification_closed(&self.emitter(), id, reason).await.unwrap();
    }

    async fn stop(self) {
        self.connection.close().await.unwrap();
    }
}

/// Our own end.
struct Ours {
    wanted: watch::Sender<Option<Vec<Toast>>>,
    wakes: mpsc::Receiver<Wake>,
    task: JoinHandle<zbus::Result<()>>,
}

impl Ours {
    async fn start(bus: &TestBus) -> Self {
        let wanted = watch::Sender::new(None);
        let (sender, wakes) = mpsc::channel(64);
        let left_over: PathBuf = bus.dir.path().join("toasts");
        let mut toasts =
            Toasts { wanted: wanted.subscribe(), wakes: sender, left_over, picture: None, sounds: None };
        let connection = bus.connect().await;
        let task = tokio::spawn(async move { run(&connection, &mut toasts).await });
        Self { wanted, wakes, task }
    }

    fn want(&self, toasts: &[Toast]) {
        self.wanted.send_replace(Some(toasts.to_vec()));
    }

    async fn event(&mut self) -> ToastEvent {
        match soon(self.wakes.recv()).await {
            Some(Wake::Toast(event)) => event,
            other => panic!("{other:?}"),
        }
    }

    async fn lack(&mut self) -> bool {
        match soon(self.wakes.recv()).await {
            Some(Wake::Lack { about: Lack::Notifications, words }) => words.is_some(),
            other => panic!("{other:?}"),
        }
    }

    /// As `kill -9` does: nothing is put in order.
    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }

    async fn end(self) {
        drop(self.wanted);
        soon(self.task).await.unwrap().unwrap();
    }
}

fn key(n: u128) -> ToastKey {
    ToastKey::Request(SessionId(Uuid::from_u128(n)))
}

fn request(n: u128, body: &str, ring: Option<u64>) -> Toast {
    let button = |action, label: &str| Button { action, label: label.into() };
    Toast {
        key: key(n),
        title: "Dana Reyes needs help".into(),
        body: body.into(),
        buttons: vec![button(ToastAction::Join, "Join"), button(ToastAction::Dismiss, "Dismiss")],
        ring,
        stays: true,
    }
}

fn notify(replaces: Id, body: &str, sounds: bool) -> Call {
    let actions = ["default", words::OPEN, "join", "Join", "dismiss", "Dismiss"].map(String::from).to_vec();
    Call::Notify { replaces, title: "Dana Reyes needs help".into(), body: body.into(), actions, sounds }
}

// C3
#[tokio::test]
async fn a_request_rings_under_the_same_number_until_it_is_withdrawn() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 40, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "waiting 0:00", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "waiting 0:00", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    ours.want(&[request(1, "waiting 0:20", Some(2))]);
    assert_eq!(daemon.call().await, notify(41, "waiting 0:20", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    ours.want(&[request(1, "waiting 0:30", Some(2))]);
    assert_eq!(daemon.call().await, notify(41, "waiting 0:30", false));
    ours.want(&[]);
    assert_eq!(daemon.call().await, Call::Close(41));
}

#[tokio::test]
async fn presses_and_clicks_come_back() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "", Some(1)), request(2, "", Some(1))]);
    assert_eq!([ours.event().await, ours.event().await], [1, 2].map(|n| ToastEvent::Shown(key(n))));
    drop((daemon.call().await, daemon.call().await));
    daemon.press(1, "dismiss").await;
    assert_eq!(ours.event().await, ToastEvent::Pressed(key(1), ToastAction::Dismiss));
    daemon.press(2, "default").await;
    assert_eq!(ours.event().await, ToastEvent::Clicked(key(2)));
    daemon.press(77, "join").await;
    daemon.closed(1, 1).await;
    daemon.closed(2, 3).await;
    daemon.closed(2, 2).await;
    ours.want(&[]);
    ours.end().await;
}

#[tokio::test]
async fn a_press_that_comes_before_the_number_is_not_lost() {
    let bus = TestBus::start();
    let _daemon = Daemon::start(&bus, 0, Some("join")).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "", Some(1))]);
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    assert_eq!(ours.event().await, ToastEvent::Pressed(key(1), ToastAction::Join));
}

// C3: closing the toast silences nothing.
#[tokio::test]
async fn a_toast_that_the_user_closed_comes_back_with_the_next_ring() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    daemon.closed(1, 2).await;
    assert_eq!(ours.event().await, ToastEvent::Closed(key(1)));
    ours.want(&[request(1, "b", Some(1))]);
    ours.want(&[request(1, "c", Some(2))]);
    assert_eq!(daemon.call().await, notify(0, "c", true));
}

#[tokio::test]
async fn a_new_daemon_shows_everything_anew() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    daemon.stop().await;
    let mut daemon = Daemon::start(&bus, 7, None).await;
    assert_eq!(daemon.call().await, notify(0, "a", true));
    loop {
        match soon(ours.wakes.recv()).await {
            Some(Wake::Toast(ToastEvent::Shown(shown))) => break assert_eq!(shown, key(1)),
            Some(Wake::Lack { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    daemon.press(8, "join").await;
    assert_eq!(ours.event().await, ToastEvent::Pressed(key(1), ToastAction::Join));
}

#[tokio::test]
async fn without_a_daemon_it_says_so_and_shows_all_when_one_comes() {
    let bus = TestBus::start();
    let mut ours = Ours::start(&bus).await;
    assert!(ours.lack().await);
    ours.want(&[request(1, "a", Some(1))]);
    let mut daemon = Daemon::start(&bus, 0, None).await;
    assert!(!ours.lack().await);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
}

#[tokio::test]
async fn what_a_killed_run_left_is_replaced_or_closed() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1)), request(2, "b", Some(1))]);
    assert_eq!([ours.event().await, ours.event().await], [1, 2].map(|n| ToastEvent::Shown(key(n))));
    drop((daemon.call().await, daemon.call().await));
    ours.kill().await;

    let ours = Ours::start(&bus).await;
    ours.want(&[request(2, "b again", Some(1))]);
    assert_eq!(daemon.call().await, Call::Close(1));
    assert_eq!(daemon.call().await, notify(2, "b again", true));
    ours.kill().await;

    // A new daemon knows nothing of the old numbers.
    daemon.stop().await;
    let mut daemon = Daemon::start(&bus, 20, None).await;
    let ours = Ours::start(&bus).await;
    ours.want(&[request(2, "b", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "b", true));
    ours.end().await;
}

#[tokio::test]
async fn at_the_end_what_is_not_wanted_is_off_the_screen() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    assert_eq!(daemon.call().await, notify(0, "a", true));
    ours.want(&[]);
    ours.end().await;
    assert_eq!(daemon.call().await, Call::Close(1));
    assert!(!bus.dir.path().join("toasts").exists());
}

#[tokio::test]
async fn text_and_buttons_are_as_the_daemon_can_show_them() {
    let bus = TestBus::start();
    let mut plain = Daemon::able(&bus, 0, None, vec!["body"]).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "R&D <now>", None)]);
    let Call::Notify { body, actions, sounds, .. } = plain.call().await else { panic!() };
    assert_eq!((body.as_str(), actions.len(), sounds), ("R&D <now>", 0, false));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    plain.stop().await;
    let mut rich = Daemon::start(&bus, 0, None).await;
    assert_eq!(rich.call().await, notify(0, "R&amp;D &lt;now&gt;", false));
}

#[tokio::test]
async fn others_cannot_press_our_buttons() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "", Some(1))]);
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    drop(daemon.call().await);
    let stranger = SignalEmitter::new(&bus.connect().await, PATH).unwrap().into_owned();
    Fake::action_invoked(&stranger, 1, "join").await.unwrap();
    // The bus keeps the order of what was sent before.
    daemon.press(1, "dismiss").await;
    assert_eq!(ours.event().await, ToastEvent::Pressed(key(1), ToastAction::Dismiss));
}

#[tokio::test]
async fn the_end_of_the_bus_ends_it() {
    let mut bus = TestBus::start();
    let ours = Ours::start(&bus).await;
    bus.stop();
    drop(soon(ours.task).await.unwrap());
}
