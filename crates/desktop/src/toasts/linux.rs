//! Toasts over the desktop's notification daemon (`org.freedesktop.Notifications`).
//!
//! One connection subscribes before it shows anything and reads all signals in one ordered stream, so that a press which
//! comes before the number of its toast is not lost. A daemon may end and another may start at any time.

use super::board::{Board, Id, Step};
use super::left_over::{self, Daemon};
use super::{Toasts, text};
use crate::wake::Wake;
use crate::words;
use agent::agent::Lack;
use agent::toast::{Toast, ToastAction, ToastEvent};
use futures_util::StreamExt;
use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use url::Url;
use zbus::fdo::DBusProxy;
use zbus::message::Type;
use zbus::zvariant::{DynamicType, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Signals that may wait while a call is under way: far more toasts than fit on a screen.
const MAX_QUEUED_SIGNALS: usize = 256;

/// How long the daemon may take for a call; it may have to be started for it.
const CALL_WITHIN: Duration = Duration::from_secs(20);

/// Pause after a call that failed for a reason that may pass.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// How long what an earlier run left may stay while the agent does not know yet what is wanted.
const LEFT_OVER_FOR: Duration = Duration::from_secs(10);

/// Urgency of toasts that stay until they are withdrawn, and of others.
const CRITICAL: u8 = 2;
const NORMAL: u8 = 1;

/// Shows what is wanted until the connection ends, or nothing will be wanted any more.
pub(crate) async fn run(connection: &Connection, toasts: &mut Toasts) -> zbus::Result<()> {
    let Toasts { wanted: wishes, wakes, left_over, picture } = toasts;
    let mut screen = Screen::open(connection, wakes, left_over, picture.as_deref()).await?;
    let mut wanted = wishes.borrow_and_update().clone();
    let began = Instant::now();
    loop {
        if wanted.is_none() && began.elapsed() >= LEFT_OVER_FOR {
            wanted = Some(Vec::new());
        }
        screen.settle(wanted.as_deref()).await;
        let pause = match (&wanted, screen.retry_at) {
            (None, _) => Some(began + LEFT_OVER_FOR),
            (Some(_), retry_at) => retry_at,
        };
        tokio::select! {
            message = screen.messages.next() => match message {
                Some(Ok(message)) => screen.take(&message),
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
            changed = wishes.changed() => {
                let over = changed.is_err();
                wanted = wishes.borrow_and_update().clone();
                if over {
                    screen.settle(Some(wanted.as_deref().unwrap_or_default())).await;
                    return Ok(());
                }
                screen.retry_at = None;
            }
            () = sleep_until(pause) => screen.retry_at = None,
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// What a daemon can do.
#[derive(Clone, Copy, Debug)]
struct Able {
    actions: bool,
    markup: bool,
}

struct Screen<'a> {
    connection: &'a Connection,
    bus: DBusProxy<'a>,
    messages: MessageStream,
    /// Signals that came while a call was under way.
    held: VecDeque<Message>,
    board: Board,
    daemon: Option<Daemon>,
    able: Option<Able>,
    retry_at: Option<Instant>,
    lacking: bool,
    left_over: &'a Path,
    picture: Option<String>,
    wakes: &'a mpsc::Sender<Wake>,
    events: VecDeque<Wake>,
}

impl<'a> Screen<'a> {
    async fn open(
        connection: &'a Connection,
        wakes: &'a mpsc::Sender<Wake>,
        left_over: &'a Path,
        picture: Option<&Path>,
    ) -> zbus::Result<Self> {
        let mut messages = MessageStream::from(connection);
        messages.set_max_queued(MAX_QUEUED_SIGNALS);
        let bus = DBusProxy::new(connection).await?;
        let signals = MatchRule::builder().msg_type(Type::Signal).interface(NAME)?.path(PATH)?.build();
        bus.add_match_rule(signals).await?;
        let owners = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, NAME)?
            .build();
        bus.add_match_rule(owners).await?;

        let mut screen = Self {
            connection,
            bus,
            messages,
            held: VecDeque::new(),
            board: Board::default(),
            daemon: None,
            able: None,
            retry_at: None,
            lacking: false,
            left_over,
            picture: picture.and_then(|path| Url::from_file_path(path).ok()).map(String::from),
            wakes,
            events: VecDeque::new(),
        };
        screen.daemon = screen.owner().await;
        if let Some(daemon) = &screen.daemon {
            screen.board = Board::with_left_over(left_over::read(screen.left_over, daemon));
        }
        let there = screen.daemon.is_some() || screen.can_be_started().await;
        screen.tell_lack(!there);
        Ok(screen)
    }

    async fn owner(&self) -> Option<Daemon> {
        let name = self.bus.get_name_owner(NAME.try_into().expect("the name is valid")).await.ok()?;
        Some(self.daemon_called(&name))
    }

    async fn can_be_started(&self) -> bool {
        let names = self.bus.list_activatable_names().await.unwrap_or_default();
        names.iter().any(|name| name.as_str() == NAME)
    }

    fn daemon_called(&self, name: &str) -> Daemon {
        Daemon { bus: self.connection.server_guid().to_string(), name: name.to_owned() }
    }

    fn tell_lack(&mut self, lacking: bool) {
        if std::mem::replace(&mut self.lacking, lacking) == lacking {
            return;
        }
        let words = lacking.then(|| words::NO_NOTIFICATIONS.to_owned());
        self.events.push_back(Wake::Lack { about: Lack::Notifications, words });
    }

    /// Takes steps until the screen is as wanted, or nothing more can be done now.
    async fn settle(&mut self, wanted: Option<&[Toast]>) {
        loop {
            while let Some(message) = self.held.pop_front() {
                self.take(&message);
            }
            self.tell_events().await;
            let Some(wanted) = wanted else { return };
            if self.retry_at.is_some() {
                return;
            }
            let Some(step) = self.board.next_step(wanted) else { return };
            match step {
                Step::Close(id) => self.close(id).await,
                Step::Show { toast, replaces, sounds } => self.show(toast, replaces, sounds).await,
            }
            if let Some(daemon) = &self.daemon {
                left_over::write(self.left_over, daemon, self.board.on_screen());
            }
        }
    }

    async fn tell_events(&mut self) {
        while let Some(wake) = self.events.pop_front() {
            if self.wakes.send(wake).await.is_err() {
                return;
            }
        }
    }

    async fn close(&mut self, id: Id) {
        // One that is off the screen already is as good.
        if let Err(error) = self.call("CloseNotification", &(id,)).await {
            tracing::debug!(%error, "a toast could not be closed");
        }
    }

    async fn show(&mut self, toast: Toast, replaces: Option<Id>, sounds: bool) {
        let Some(able) = self.able().await else { return };
        // A daemon that has just changed knows nothing of the number.
        let known = |id: &Id| self.board.on_screen().any(|(_, shown)| shown == *id);
        let replaces = replaces.filter(known).unwrap_or(0);
        let buttons = if able.actions { actions(&toast) } else { Vec::new() };
        let body = (
            "Deskbell",
            replaces,
            "deskbell",
            text::title(&toast.title),
            text::body(&toast.body, able.markup),
            buttons,
            hints(&toast, sounds, self.picture.as_deref()),
            if toast.stays { 0 } else { -1 },
        );
        match self.call("Notify", &body).await {
            Ok(reply) => match reply.body().deserialize::<Id>() {
                Ok(id) => {
                    self.tell_lack(false);
                    let shown = self.board.shown(toast, id);
                    self.events.push_back(Wake::Toast(shown));
                }
                Err(error) => self.refused(toast, &error),
            },
            Err(error) if is_refusal(&error) => self.refused(toast, &error),
            Err(error) => self.failed(&error),
        }
    }

    fn refused(&mut self, toast: Toast, error: &zbus::Error) {
        tracing::warn!(%error, "the notification daemon refused a toast");
        self.board.refused(toast);
    }

    fn failed(&mut self, error: &zbus::Error) {
        // It is tried again and again: the user is told once.
        tracing::debug!(%error, "the notification daemon does not answer");
        self.retry_at = Some(Instant::now() + RETRY_AFTER);
        self.tell_lack(true);
    }

    async fn able(&mut self) -> Option<Able> {
        if self.able.is_none() {
            match self.call("GetCapabilities", &()).await {
                Ok(reply) => {
                    let names: Vec<String> = reply.body().deserialize().unwrap_or_default();
                    let has = |name: &str| names.iter().any(|able| able == name);
                    self.able = Some(Able { actions: has("actions"), markup: has("body-markup") });
                }
                Err(error) => self.failed(&error),
            }
        }
        self.able
    }

    /// Calls the daemon, and holds the signals that come meanwhile. Its answer tells which daemon it is.
    async fn call<B>(&mut self, method: &str, body: &B) -> zbus::Result<Message>
    where
        B: serde::Serialize + DynamicType + Sync,
    {
        let call = self.connection.call_method(Some(NAME), PATH, Some(NAME), method, body);
        let call = tokio::time::timeout(CALL_WITHIN, call);
        tokio::pin!(call);
        let reply = loop {
            tokio::select! {
                biased;
                reply = &mut call => break reply,
                message = self.messages.next() => match message {
                    Some(Ok(message)) if message.message_type() == Type::Signal => self.held.push_back(message),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                    None => std::future::pending().await,
                },
            }
        };
        let reply =
            reply.map_err(|_| zbus::Error::Failure(format!("no answer within {CALL_WITHIN:?}")))??;
        if let Some(name) = reply.header().sender() {
            let daemon = self.daemon_called(name.as_str());
            self.daemon_is(Some(daemon));
        }
        Ok(reply)
    }

    /// From now on this daemon owns the screen.
    fn daemon_is(&mut self, daemon: Option<Daemon>) {
        if self.daemon == daemon {
            return;
        }
        if self.daemon.is_some() {
            tracing::info!("the notification daemon has ended or was replaced");
        }
        self.board.daemon_gone();
        self.able = None;
        self.retry_at = None;
        if daemon.is_some() {
            self.tell_lack(false);
        } else {
            // A daemon that dies of what it is shown must not be started again and again without pause.
            self.retry_at = Some(Instant::now() + RETRY_AFTER);
        }
        self.daemon = daemon;
    }

    /// Takes in a signal.
    fn take(&mut self, message: &Message) {
        if message.message_type() != Type::Signal {
            return;
        }
        let header = message.header();
        let member = header.member().map_or("", |member| member.as_str());
        if member == "NameOwnerChanged" {
            self.take_owner(message);
            return;
        }
        let sender = header.sender().map(zbus::names::UniqueName::as_str);
        if self.daemon.as_ref().map(|daemon| daemon.name.as_str()) != sender {
            return;
        }
        let body = message.body();
        match member {
            "ActionInvoked" => {
                if let Ok((id, action)) = body.deserialize::<(Id, String)>() {
                    self.pressed(id, &action);
                }
            }
            "NotificationClosed" => {
                if let Ok((id, _reason)) = body.deserialize::<(Id, u32)>() {
                    let closed = self.board.closed(id).map(Wake::Toast);
                    self.events.extend(closed);
                }
            }
            "ActivationToken" => {
                if let Ok((_id, token)) = body.deserialize::<(Id, String)>() {
                    self.events.push_back(Wake::ActivationToken(token));
                }
            }
            _ => {}
        }
    }

    fn take_owner(&mut self, message: &Message) {
        let body = message.body();
        let Ok((name, old, new)) = body.deserialize::<(String, String, String)>() else { return };
        let current = self.daemon.as_ref().map_or("", |daemon| daemon.name.as_str());
        // An answer may have told of the new one already; then the news is old.
        if name != NAME || new == current || (!current.is_empty() && old != current) {
            return;
        }
        let daemon = (!new.is_empty()).then(|| self.daemon_called(&new));
        self.daemon_is(daemon);
    }

    fn pressed(&mut self, id: Id, action: &str) {
        let Some(key) = self.board.acted(id) else { return };
        let event = match action {
            "join" => ToastEvent::Pressed(key, ToastAction::Join),
            "dismiss" => ToastEvent::Pressed(key, ToastAction::Dismiss),
            "default" => ToastEvent::Clicked(key),
            other => {
                tracing::warn!(action = other, "a toast has no such action");
                return;
            }
        };
        self.events.push_back(Wake::Toast(event));
    }
}

/// Pairs of what comes back and what is read.
fn actions(toast: &Toast) -> Vec<&str> {
    let mut actions = vec!["default", words::OPEN];
    for button in &toast.buttons {
        let name = match button.action {
            ToastAction::Join => "join",
            ToastAction::Dismiss => "dismiss",
        };
        actions.extend([name, button.label.as_str()]);
    }
    actions
}

fn hints(toast: &Toast, sounds: bool, picture: Option<&str>) -> HashMap<&'static str, Value<'static>> {
    let urgency = if toast.stays { CRITICAL } else { NORMAL };
    let mut hints = HashMap::from([
        ("urgency", Value::from(urgency)),
        ("resident", Value::from(toast.stays)),
        ("category", Value::from("im.received")),
        ("desktop-entry", Value::from("deskbell")),
    ]);
    if sounds {
        hints.insert("sound-name", Value::from("message-new-instant"));
    } else {
        hints.insert("suppress-sound", Value::from(true));
    }
    if let Some(picture) = picture {
        hints.insert("image-path", Value::from(picture.to_owned()));
    }
    hints
}

/// Whether the daemon itself said no: another call with the same words would end the same.
fn is_refusal(error: &zbus::Error) -> bool {
    match error {
        zbus::Error::MethodError(name, ..) => !name.as_str().starts_with("org.freedesktop.DBus.Error."),
        _ => false,
    }
}

#[cfg(test)]
#[path = "linux/tests.rs"]
mod tests;
