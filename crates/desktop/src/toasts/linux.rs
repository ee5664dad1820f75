//! Toasts over the desktop's notification daemon (`org.freedesktop.Notifications`).
//!
//! A daemon may end and another may start at any time. What is to be done is the `board`'s to say; how it is said to the daemon
//! stands in `line` and `notification`.

mod line;
mod notification;
mod sound_theme;

use super::board::{Board, Id, Step};
use super::left_over::{self, Daemon};
use super::player::Player;
use super::sounds::Sounds;
use super::{Toasts, text};
use crate::wake::Wake;
use crate::words;
use agent::agent::Lack;
use agent::toast::{Toast, ToastEvent};
use line::Line;
use notification::{Able, Sound, actions, hints, is_refusal, pressed};
use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use url::Url;
use zbus::message::Type;
use zbus::zvariant::DynamicType;
use zbus::{Connection, Message};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// Pause after a call that failed for a reason that may pass.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// How long what an earlier run left may stay while the agent does not know yet what is wanted.
const LEFT_OVER_FOR: Duration = Duration::from_secs(10);

/// Shows what is wanted until the connection ends, or nothing will be wanted any more.
pub(crate) async fn run(connection: &Connection, toasts: &mut Toasts) -> zbus::Result<()> {
    let Toasts { wanted: wishes, wakes, left_over, picture, sounds } = toasts;
    let player = sounds.clone().map(|folder| Player::start(folder, wakes.clone()));
    let mut screen = Screen::open(connection, wakes, left_over, picture.as_deref(), player).await?;
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
            message = screen.line.next() => match message {
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

struct Screen<'a> {
    line: Line<'a>,
    board: Board,
    daemon: Option<Daemon>,
    able: Option<Able>,
    retry_at: Option<Instant>,
    lacking: bool,
    sounds: Sounds,
    player: Option<Player>,
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
        player: Option<Player>,
    ) -> zbus::Result<Self> {
        let mut screen = Self {
            line: Line::open(connection).await?,
            board: Board::default(),
            daemon: None,
            able: None,
            retry_at: None,
            lacking: false,
            sounds: Sounds::default(),
            player,
            left_over,
            picture: picture.and_then(|path| Url::from_file_path(path).ok()).map(String::from),
            wakes,
            events: VecDeque::new(),
        };
        screen.daemon = screen.line.owner().await;
        if let Some(daemon) = &screen.daemon {
            screen.board = Board::with_left_over(left_over::read(screen.left_over, daemon));
        }
        let there = screen.daemon.is_some() || screen.line.can_be_started().await;
        screen.tell_lack(!there);
        Ok(screen)
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
        // Asked before anything rings, so that it can be said if nothing will be heard.
        if self.daemon.is_some() && self.retry_at.is_none() {
            self.able().await;
        }
        loop {
            while let Some(message) = self.line.next_held() {
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
        let may_sound = sounds && self.sounds.may_sound(Instant::now());
        let sound = self.sound(may_sound, able);
        let buttons = if able.actions { actions(&toast) } else { Vec::new() };
        let body = (
            "Deskbell",
            replaces,
            "deskbell",
            toast.title.as_str(),
            text::body(&toast.body, able.markup),
            buttons,
            hints(&toast, &sound, self.picture.as_deref()),
            if toast.stays { 0 } else { -1 },
        );
        match self.call("Notify", &body).await {
            Ok(reply) => match reply.body().deserialize::<Id>() {
                Ok(id) => {
                    self.tell_lack(false);
                    if sound == Sound::Ours
                        && let Some(player) = &self.player
                    {
                        player.ring();
                    }
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

    /// Who plays the sound of a toast.
    fn sound(&self, sounds: bool, able: Able) -> Sound {
        match (sounds, able.sound) {
            (false, _) => Sound::None,
            (true, false) => Sound::Ours,
            (true, true) => {
                let file = self.player.as_ref().and_then(Player::file);
                let file = file.map(|file| file.display().to_string());
                Sound::Daemons { in_theme: sound_theme::has_sound(), file }
            }
        }
    }

    fn is_able(&mut self, able: Able) {
        if let Some(player) = &self.player {
            player.is_needed(!able.sound);
        }
        self.able = Some(able);
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
                    let able =
                        Able { actions: has("actions"), markup: has("body-markup"), sound: has("sound") };
                    self.is_able(able);
                }
                Err(error) => self.failed(&error),
            }
        }
        self.able
    }

    /// Calls the daemon. Its answer tells which daemon it is.
    async fn call<B>(&mut self, method: &str, body: &B) -> zbus::Result<Message>
    where
        B: serde::Serialize + DynamicType + Sync,
    {
        let reply = self.line.call(method, body).await?;
        if let Some(name) = reply.header().sender() {
            let daemon = self.line.daemon_called(name.as_str());
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
        let daemon = (!new.is_empty()).then(|| self.line.daemon_called(&new));
        self.daemon_is(daemon);
    }

    fn pressed(&mut self, id: Id, action: &str) {
        let Some(key) = self.board.acted(id) else { return };
        let event = match pressed(action) {
            Some(Some(button)) => ToastEvent::Pressed(key, button),
            Some(None) => ToastEvent::Clicked(key),
            None => {
                tracing::warn!(action, "a toast has no such action");
                return;
            }
        };
        self.events.push_back(Wake::Toast(event));
    }
}

#[cfg(test)]
#[path = "linux/tests.rs"]
mod tests;
