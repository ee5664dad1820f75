//! A notification daemon of our own that draws nothing: it records what is shown and closed, and answers as a user would.

use crate::wait::eventually;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;
use zbus::{Connection, interface};

/// The name of notification daemons.
pub(crate) const NAME: &str = "org.freedesktop.Notifications";
/// Where their object is.
pub(crate) const PATH: &str = "/org/freedesktop/Notifications";

/// A toast as its app asked for it.
#[derive(Clone, Debug)]
pub struct Toast {
    /// The number by which it is replaced and closed.
    pub id: u32,
    /// The number of the toast that it replaced; 0 for a new one.
    pub replaces: u32,
    /// Its heading.
    pub summary: String,
    /// Its text.
    pub body: String,
    /// Keys and labels of its buttons, in order; the key `default` is a click on the toast itself.
    pub actions: Vec<(String, String)>,
    /// Whether it asked for a sound.
    pub sounds: bool,
    /// Whether it asked to be shown before all others, and in do-not-disturb, too.
    pub is_critical: bool,
    /// How long it shall stay, in milliseconds; 0 for ever, -1 as the daemon likes.
    pub expire_ms: i32,
    /// When it came.
    pub at: Instant,
}

/// What an app did with toasts.
#[derive(Clone, Debug)]
pub enum ToastEvent {
    /// Showed one, or replaced one.
    Shown(Toast),
    /// Closed the one with this number.
    Closed(u32),
}

#[derive(Debug, Default)]
struct Record {
    last_id: u32,
    events: Vec<ToastEvent>,
    on_screen: BTreeMap<u32, Toast>,
    /// The key of the action that is chosen before a toast's number is known.
    chosen_at_once: Option<String>,
    /// It has no buttons.
    has_no_buttons: bool,
    /// It refuses beyond so many toasts on the screen.
    room: Option<usize>,
}

/// What a daemon says if it has no room.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop.Notifications.Error")]
enum Refusal {
    #[zbus(error)]
    Bus(zbus::Error),
    ExcessNotificationGeneration(String),
}

/// A notification daemon on a bus, until it is dropped.
#[derive(Clone, Debug)]
pub struct ToastRecorder {
    connection: Connection,
    record: Arc<Mutex<Record>>,
    answers: Arc<watch::Sender<bool>>,
}

struct Daemon {
    record: Arc<Mutex<Record>>,
    /// While it is false, no toast is answered.
    answers: watch::Receiver<bool>,
    /// What it says that it is.
    name: &'static str,
    is_inhibited: bool,
}

fn lock(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}

#[interface(name = "org.freedesktop.Notifications")]
impl Daemon {
    #[expect(clippy::too_many_arguments, reason = "the desktop notifications specification has these")]
    async fn notify(
        &self,
        _app_name: String,
        replaces_id: u32,
        _app_icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expire_timeout: i32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> Result<u32, Refusal> {
        let (id, chosen) = lock(&self.record).next_id(replaces_id)?;
        let silent = hints.get("suppress-sound").is_some_and(|hint| bool::try_from(hint).unwrap_or(false));
        let named = ["sound-name", "sound-file"].iter().any(|hint| hints.contains_key(*hint));
        let toast = Toast {
            id,
            replaces: replaces_id,
            summary,
            body,
            actions: actions.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone())).collect(),
            sounds: named && !silent,
            is_critical: hints
                .get("urgency")
                .is_some_and(|hint| u8::try_from(hint).is_ok_and(|urgency| urgency == CRITICAL)),
            expire_ms: expire_timeout,
            at: Instant::now(),
        };
        {
            let mut record = lock(&self.record);
            record.on_screen.insert(id, toast.clone());
            record.events.push(ToastEvent::Shown(toast));
        }
        if let Some(key) = chosen {
            lock(&self.record).on_screen.remove(&id);
            emitter.action_invoked(id, &key).await?;
            emitter.notification_closed(id, CLOSED_BY_USER).await?;
        }
        let mut answers = self.answers.clone();
        // The recorder may be gone by then.
        drop(answers.wait_for(|answers| *answers).await);
        Ok(id)
    }

    async fn close_notification(
        &self,
        id: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        {
            let mut record = lock(&self.record);
            record.on_screen.remove(&id);
            record.events.push(ToastEvent::Closed(id));
        }
        emitter.notification_closed(id, CLOSED_BY_APP).await?;
        Ok(())
    }

    fn get_capabilities(&self) -> Vec<String> {
        let all = ["actions", "body", "persistence", "sound"].into_iter();
        let has_buttons = !lock(&self.record).has_no_buttons;
        all.filter(|able| has_buttons || *able != "actions").map(str::to_owned).collect()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        (self.name.to_owned(), "deskbell".to_owned(), "1".to_owned(), "1.2".to_owned())
    }

    /// Plasma's, of its do-not-disturb.
    #[zbus(property)]
    fn inhibited(&self) -> bool {
        self.is_inhibited
    }

    /// A toast is gone.
    #[zbus(signal)]
    async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;

    /// A button was pressed, or the toast itself.
    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, action_key: &str) -> zbus::Result<()>;

    /// What lets the window that the next choice opens come to the front.
    #[zbus(signal)]
    async fn activation_token(emitter: &SignalEmitter<'_>, id: u32, token: &str) -> zbus::Result<()>;
}

impl Record {
    /// The number of the next toast, and what is chosen on it at once.
    fn next_id(&mut self, replaces: u32) -> Result<(u32, Option<String>), Refusal> {
        if replaces != 0 {
            return Ok((replaces, None));
        }
        if self.room.is_some_and(|room| self.on_screen.len() >= room) {
            let words = "Exceeded maximum number of notifications".to_owned();
            return Err(Refusal::ExcessNotificationGeneration(words));
        }
        self.last_id += 1;
        Ok((self.last_id, self.chosen_at_once.take()))
    }
}

/// The urgency of what is shown in do-not-disturb, too.
pub(crate) const CRITICAL: u8 = 2;

const CLOSED_BY_USER: u32 = 2;
const CLOSED_BY_APP: u32 = 3;

impl ToastRecorder {
    /// Takes the daemon's name on a connection of its own; it says that it is `name`.
    ///
    /// # Errors
    /// When another daemon has it, or the bus is gone.
    pub async fn start(connection: Connection, name: &'static str) -> Result<Self> {
        let record = Arc::<Mutex<Record>>::default();
        let (answers, answering) = watch::channel(true);
        let daemon = Daemon { record: Arc::clone(&record), answers: answering, name, is_inhibited: false };
        connection.object_server().at(PATH, daemon).await.context("serving notifications")?;
        connection.request_name(NAME).await.context("taking the notification daemon's name")?;
        Ok(Self { connection, record, answers: Arc::new(answers) })
    }

    /// From now on it answers at once that it shows a toast, or not at all: as a daemon that is busy or hangs.
    pub fn answer(&self, answers: bool) {
        self.answers.send_replace(answers);
    }

    /// Chooses the action with this key on the next new toast before its app is told the toast's number.
    pub fn choose_at_once(&self, key: &str) {
        lock(&self.record).chosen_at_once = Some(key.to_owned());
    }

    /// From now on it has no buttons, and says so to whom asks.
    pub fn have_no_buttons(&self) {
        lock(&self.record).has_no_buttons = true;
    }

    /// From now on it refuses to show more toasts than so many, as MATE's and GNOME's older daemons do with 20.
    pub fn have_room_for(&self, toasts: usize) {
        lock(&self.record).room = Some(toasts);
    }

    /// Sends what lets the window that the next choice on this toast opens come to the front.
    ///
    /// # Errors
    /// When the bus is gone.
    pub async fn give_token(&self, toast: &Toast, token: &str) -> Result<()> {
        self.emitter()?.activation_token(toast.id, token).await.context("giving a token")
    }

    /// Enters or leaves do-not-disturb as Plasma does.
    ///
    /// # Errors
    /// When the bus is gone.
    pub async fn inhibit(&self, is_inhibited: bool) -> Result<()> {
        let daemon = self.connection.object_server().interface::<_, Daemon>(PATH).await?;
        daemon.get_mut().await.is_inhibited = is_inhibited;
        daemon.get().await.inhibited_changed(daemon.signal_emitter()).await?;
        Ok(())
    }

    /// All that has happened, in order.
    #[must_use]
    pub fn events(&self) -> Vec<ToastEvent> {
        lock(&self.record).events.clone()
    }

    /// The toasts that are on the screen now.
    #[must_use]
    pub fn on_screen(&self) -> Vec<Toast> {
        lock(&self.record).on_screen.values().cloned().collect()
    }

    /// Waits until exactly one toast is on the screen whose heading or text contains `text`.
    ///
    /// # Errors
    /// When none, or several, are there at the deadline.
    pub async fn shown(&self, text: &str, within: Duration) -> Result<Toast> {
        let what = format!("a toast with {text:?}");
        eventually(&what, within, async || {
            let all = self.on_screen();
            let mut fitting =
                all.iter().filter(|toast| toast.summary.contains(text) || toast.body.contains(text));
            match (fitting.next(), fitting.next()) {
                (Some(toast), None) => Ok(toast.clone()),
                _ => bail!("on the screen: {all:?}"),
            }
        })
        .await
    }

    /// Waits until the app has closed the toast with this number.
    ///
    /// # Errors
    /// When it has not by the deadline.
    pub async fn closed(&self, id: u32, within: Duration) -> Result<()> {
        eventually(&format!("the toast {id} is closed"), within, async || {
            let closed =
                self.events().iter().any(|event| matches!(event, ToastEvent::Closed(other) if *other == id));
            if closed { Ok(()) } else { bail!("events: {:?}", self.events()) }
        })
        .await
    }

    /// Presses a button of a toast by its label, as a user does; the toast goes with it.
    ///
    /// # Errors
    /// When the toast has no such button or the bus is gone.
    pub async fn press(&self, toast: &Toast, label: &str) -> Result<()> {
        let Some((key, _)) = toast.actions.iter().find(|(_, name)| name == label) else {
            bail!("the toast has no button {label:?}, only {:?}", toast.actions)
        };
        self.invoke(toast.id, key).await
    }

    /// Sends that the action with this key was chosen, even one that is on no screen any more (a late click).
    ///
    /// # Errors
    /// When the bus is gone.
    pub async fn invoke(&self, id: u32, key: &str) -> Result<()> {
        lock(&self.record).on_screen.remove(&id);
        let emitter = self.emitter()?;
        emitter.action_invoked(id, key).await?;
        emitter.notification_closed(id, CLOSED_BY_USER).await.context("closing the toast")
    }

    /// Closes a toast as its user does, without choosing anything.
    ///
    /// # Errors
    /// When the bus is gone.
    pub async fn close(&self, toast: &Toast) -> Result<()> {
        lock(&self.record).on_screen.remove(&toast.id);
        self.emitter()?.notification_closed(toast.id, CLOSED_BY_USER).await.context("closing the toast")
    }

    fn emitter(&self) -> Result<SignalEmitter<'static>> {
        Ok(SignalEmitter::new(&self.connection, PATH)?.to_owned())
    }
}
