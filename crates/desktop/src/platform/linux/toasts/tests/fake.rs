//! A notification daemon made here: it does what it is told to, and says what it was asked.

use super::super::client::{NAME, PATH};
use super::soon;
use crate::platform::linux::test_bus::TestBus;
use agent::toasts::board::Id;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{mpsc, watch};
use zbus::Connection;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

/// What the daemon was asked.
#[derive(Debug, PartialEq)]
pub(super) enum Call {
    Notify {
        replaces: Id,
        title: String,
        body: String,
        actions: Vec<String>,
        sounds: bool,
        is_critical: bool,
    },
    Close(Id),
}

/// A notification daemon.
pub(super) struct Fake {
    calls: mpsc::UnboundedSender<Call>,
    last: AtomicU32,
    kind: Kind,
}

/// What kind of daemon it is.
pub(super) struct Kind {
    /// Pressed before `Notify` is answered.
    pub(super) presses: Option<&'static str>,
    pub(super) capabilities: Vec<&'static str>,
    /// While it is false, no call but `CloseNotification` is answered.
    pub(super) answers: watch::Receiver<bool>,
    /// While it is true, it shows no buttons: so does Xfce's in do-not-disturb.
    pub(super) has_no_buttons: watch::Receiver<bool>,
    /// While it is true, it fails to show anything.
    pub(super) fails: watch::Receiver<bool>,
    /// It refuses beyond so many toasts on the screen; others' count.
    pub(super) room: watch::Receiver<u32>,
    pub(super) on_screen: AtomicU32,
}

impl Default for Kind {
    fn default() -> Self {
        Self {
            presses: None,
            capabilities: vec!["actions", "body", "body-markup", "sound"],
            answers: watch::Sender::new(true).subscribe(),
            has_no_buttons: watch::Sender::new(false).subscribe(),
            fails: watch::Sender::new(false).subscribe(),
            room: watch::Sender::new(u32::MAX).subscribe(),
            on_screen: AtomicU32::new(0),
        }
    }
}

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop")]
enum Refusal {
    #[zbus(error)]
    Bus(zbus::Error),
    #[zbus(name = "Notifications.MaxNotificationsExceeded")]
    MaxNotificationsExceeded(String),
    #[zbus(name = "DBus.Error.Failed")]
    Failed(String),
}

impl Fake {
    async fn until_it_answers(&self) {
        let mut answers = self.kind.answers.clone();
        // A test that has dropped the other end leaves it as it is.
        let _dropped = answers.wait_for(|answers| *answers).await.is_err();
    }
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Fake {
    #[expect(clippy::too_many_arguments, reason = "the interface's own")]
    async fn notify(
        &self,
        _app: String,
        replaces: Id,
        _icon: String,
        title: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _timeout: i32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> Result<Id, Refusal> {
        let sounds = !hints.contains_key("suppress-sound");
        assert!(sounds || !hints.contains_key("sound-file"));
        let is_critical = u8::try_from(&hints["urgency"]).unwrap() == 2;
        self.calls.send(Call::Notify { replaces, title, body, actions, sounds, is_critical }).unwrap();
        self.until_it_answers().await;
        if *self.kind.fails.borrow() {
            return Err(Refusal::Failed("something went wrong".into()));
        }
        if replaces != 0 {
            return Ok(replaces);
        }
        if self.kind.on_screen.load(Ordering::SeqCst) >= *self.kind.room.borrow() {
            return Err(Refusal::MaxNotificationsExceeded("too many on the screen".into()));
        }
        self.kind.on_screen.fetch_add(1, Ordering::SeqCst);
        let id = self.last.fetch_add(1, Ordering::SeqCst) + 1;
        if let Some(action) = self.kind.presses {
            Self::action_invoked(&emitter, id, action).await.unwrap();
            // As dunst does.
            Self::notification_closed(&emitter, id, 1).await.unwrap();
        }
        Ok(id)
    }

    fn close_notification(&self, id: Id) {
        self.kind.on_screen.fetch_sub(1, Ordering::SeqCst);
        self.calls.send(Call::Close(id)).unwrap();
    }

    async fn get_capabilities(&self) -> Vec<&'static str> {
        self.until_it_answers().await;
        let has_buttons = !*self.kind.has_no_buttons.borrow();
        let all = self.kind.capabilities.iter().copied();
        all.filter(|able| has_buttons || *able != "actions").collect()
    }

    #[zbus(signal)]
    pub(super) async fn action_invoked(emitter: &SignalEmitter<'_>, id: Id, action: &str)
    -> zbus::Result<()>;
    #[zbus(signal)]
    async fn activation_token(emitter: &SignalEmitter<'_>, id: Id, token: &str) -> zbus::Result<()>;
    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: Id, reason: u32) -> zbus::Result<()>;
}

/// The daemon on its bus.
pub(super) struct Daemon {
    pub(super) connection: Connection,
    pub(super) calls: mpsc::UnboundedReceiver<Call>,
}

impl Daemon {
    /// Its numbers begin after `first`.
    pub(super) async fn start(bus: &TestBus, first: Id, presses: Option<&'static str>) -> Self {
        Self::of_kind(bus, first, Kind { presses, ..Kind::default() }).await
    }

    pub(super) async fn of_kind(bus: &TestBus, first: Id, kind: Kind) -> Self {
        let (sender, calls) = mpsc::unbounded_channel();
        let connection = bus.connect().await;
        let fake = Fake { calls: sender, last: AtomicU32::new(first), kind };
        connection.object_server().at(PATH, fake).await.unwrap();
        connection.request_name(NAME).await.unwrap();
        Self { connection, calls }
    }

    pub(super) async fn call(&mut self) -> Call {
        soon(self.calls.recv()).await.expect("the daemon lives")
    }

    fn emitter(&self) -> SignalEmitter<'static> {
        SignalEmitter::new(&self.connection, PATH).unwrap().into_owned()
    }

    pub(super) async fn press(&self, id: Id, action: &str) {
        Fake::action_invoked(&self.emitter(), id, action).await.unwrap();
    }

    pub(super) async fn give_token(&self, id: Id, token: &str) {
        Fake::activation_token(&self.emitter(), id, token).await.unwrap();
    }

    pub(super) async fn closed(&self, id: Id, reason: u32) {
        Fake::notification_closed(&self.emitter(), id, reason).await.unwrap();
    }

    pub(super) async fn stop(self) {
        self.connection.close().await.unwrap();
    }
}
