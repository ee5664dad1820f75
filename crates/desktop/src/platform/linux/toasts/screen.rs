//! The screen of the notification daemon, as far as we know it: takes the board's steps, and takes in the daemon's answers and
//! signals.
//!
//! The daemon of today owns the screen. When it ends, what it was asked and has not answered may have gone to the next one.

use super::calls::{Calls, PendingCall};
use super::client::{NAME, NotificationClient};
use super::notification::{Capabilities, Sound, actions, hints, is_lost, is_missing, is_refusal, pressed};
use super::persisted::{self, Daemon};
use super::reports::Reports;
use super::ringing::Ringing;
use super::text;
use crate::toasts::ringer::{Ring, Ringer};
use crate::wake::Wake;
use crate::words;
use agent::toast::{Toast, ToastEvent};
use agent::toasts::board::{Answered, Board, Call, Id, Step};
use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use url::Url;
use zbus::message::Type;
use zbus::{Connection, Message};

/// Pause after a call that failed for a reason that may pass, or that the daemon refused.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// How long the daemon may take to say what it can do before the usual is assumed: requests ring late by this much at most.
const CAPABILITIES_WITHIN: Duration = Duration::from_secs(2);

/// How long the daemon may take to show a toast, for which it may have to be started, before the user is told that it hangs.
const HANGS_AFTER: Duration = Duration::from_secs(if cfg!(test) { 1 } else { 20 });

/// How long a new daemon may take for a call that may have gone to the one before: then the toast is shown to it again.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);

/// Signals that may come before the number of the toast that they are about; those of other programs' toasts are among them.
const MAX_HELD: usize = 64;

/// The daemon's screen, and what the daemon owes us.
pub(super) struct Screen<'a> {
    pub(super) client: NotificationClient<'a>,
    board: Board,
    daemon: Option<Daemon>,
    pub(super) capabilities: Option<Capabilities>,
    /// Calls that are not answered yet.
    pending: Calls,
    /// When what it can do was asked for.
    capabilities_asked_at: Option<Instant>,
    /// When calls are made again after one has failed.
    retry_at: Option<Instant>,
    /// When calls that may have gone to the daemon before are given up.
    give_up_at: Option<Instant>,
    /// When what was refused is tried again.
    refused_at: Option<Instant>,
    ringing: Ringing<'a>,
    reports: Reports<'a>,
    persisted: &'a Path,
    picture: Option<String>,
    /// Signals about numbers that are not known yet.
    held: VecDeque<Message>,
}

impl<'a> Screen<'a> {
    pub(super) async fn open(
        connection: &'a Connection,
        wakes: &'a mpsc::Sender<Wake>,
        persisted: &'a Path,
        picture: Option<&Path>,
        ringer: &'a Ringer,
        problem: &'a mut Option<String>,
    ) -> zbus::Result<Self> {
        let mut screen = Self {
            client: NotificationClient::open(connection).await?,
            board: Board::default(),
            daemon: None,
            capabilities: None,
            pending: Calls::default(),
            capabilities_asked_at: None,
            retry_at: None,
            give_up_at: None,
            refused_at: None,
            ringing: Ringing::new(ringer),
            reports: Reports::new(wakes, problem),
            persisted,
            picture: picture.and_then(|path| Url::from_file_path(path).ok()).map(String::from),
            held: VecDeque::new(),
        };
        screen.daemon = screen.client.owner().await;
        if let Some(daemon) = &screen.daemon {
            screen.board = Board::with_persisted(persisted::read(screen.persisted, daemon));
        }
        let is_missing = screen.daemon.is_none() && !screen.client.can_be_started().await;
        if is_missing {
            screen.tell_missing();
        } else {
            // Takes back what an earlier run said.
            screen.reports.set_problem(None);
        }
        Ok(screen)
    }

    /// There is nobody to show toasts. Whether the app can sound then is found out before anything rings.
    fn tell_missing(&mut self) {
        if self.reports.problem() != Some(words::NO_NOTIFICATIONS) {
            self.ringing.ringer.daemon_sounds(false);
        }
        self.reports.set_problem(Some(words::NO_NOTIFICATIONS.to_owned()));
    }

    /// Takes steps until the screen is as wanted, or nothing more can be done now.
    pub(super) async fn settle(&mut self, wanted: Option<&[Toast]>) {
        // Asked before anything rings, so that the user can be told if nothing will be heard.
        if self.daemon.is_some() && self.retry_at.is_none() {
            self.capabilities().await;
        }
        loop {
            self.reports.send().await;
            let Some(wanted) = wanted else { return };
            if self.retry_at.is_some() {
                return;
            }
            let Some(step) = self.board.next_step(wanted) else { return };
            let done = match step {
                Step::Close(id) => self.close(id).await,
                Step::Show { toast, replaces, sounds } => {
                    let Some(capabilities) = self.capabilities().await else { return };
                    self.show(toast, replaces, sounds, capabilities).await
                }
            };
            if let Err(error) = done {
                self.failed(&error);
            }
            self.note();
        }
    }

    /// Takes off the screen what is not wanted, and waits for toasts on their way, to close them, too.
    pub(super) async fn end(&mut self, wanted: &[Toast]) {
        loop {
            // There is no later time for it.
            self.retry_at = None;
            self.settle(Some(wanted)).await;
            match if self.pending.has_toasts() { self.client.next().await } else { None } {
                Some(Ok(message)) => self.take(&message),
                Some(Err(_)) | None => return,
            }
        }
    }

    /// Notes what is on the screen.
    fn note(&self) {
        if let Some(daemon) = &self.daemon {
            persisted::write(self.persisted, daemon, self.board.on_screen());
        }
    }

    /// What is wanted has changed: it is worth another try at once.
    pub(super) fn retry_now(&mut self) {
        self.retry_at = None;
    }

    /// When [`Screen::on_timeout`] is to be called if no message comes.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let capabilities = self.capabilities_asked_at.map(|at| at + CAPABILITIES_WITHIN);
        let hangs = match self.reports.problem() {
            // Said once.
            Some(_) => None,
            None => self.pending.toast_since().map(|since| since + HANGS_AFTER),
        };
        [self.retry_at, self.give_up_at, self.refused_at, capabilities, hangs].into_iter().flatten().min()
    }

    /// The time has come for something. Too early does no harm.
    pub(super) fn on_timeout(&mut self) {
        let now = Instant::now();
        let is_due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if is_due(self.retry_at) {
            self.retry_at = None;
        }
        if is_due(self.give_up_at) {
            self.give_up();
        }
        if is_due(self.refused_at) {
            self.try_refused();
        }
        if is_due(self.capabilities_asked_at.map(|at| at + CAPABILITIES_WITHIN)) {
            tracing::info!("the notification daemon does not say what it can do, so the usual is assumed");
            self.capabilities_asked_at = None;
            self.take_capabilities(Capabilities::USUAL);
        }
        if self.reports.problem().is_none()
            && is_due(self.pending.toast_since().map(|since| since + HANGS_AFTER))
        {
            self.reports.set_problem(Some(words::NOTIFICATIONS_HANG.to_owned()));
        }
    }

    /// Shows again what was asked of the daemon before, and what this one has not answered.
    fn give_up(&mut self) {
        self.give_up_at = None;
        for call in self.pending.give_up_lost(self.daemon.as_ref()) {
            self.board.failed(call, None);
        }
    }

    fn try_refused(&mut self) {
        self.refused_at = None;
        self.board.try_refused();
    }

    async fn close(&mut self, id: Id) -> zbus::Result<()> {
        // One that is off the screen already is as good, so no answer is waited for.
        self.client.call("CloseNotification", &(id,)).await.map(drop)
    }

    async fn show(
        &mut self,
        toast: Toast,
        replaces: Option<Id>,
        sounds: bool,
        capabilities: Capabilities,
    ) -> zbus::Result<()> {
        let ring = if sounds { self.ringing.ring_of(&toast) } else { None };
        let sound = self.ringing.sound(ring.as_ref(), capabilities);
        let buttons = if capabilities.actions { actions(&toast) } else { Vec::new() };
        let body = (
            "Deskbell",
            replaces.unwrap_or(0),
            "deskbell",
            toast.title.as_str(),
            text::body(&toast.body, capabilities.markup),
            buttons,
            hints(&toast, &sound, self.picture.as_deref()),
            if toast.stays { 0 } else { -1 },
        );
        let call = self.client.call("Notify", &body).await?;
        let asked = PendingCall::Show {
            replaces,
            ring,
            is_ours: sound == Sound::Ours,
            since: Instant::now(),
            daemon: self.daemon.clone(),
            is_given_up: false,
        };
        self.pending.insert(call, asked);
        self.board.sent(toast, replaces, call);
        Ok(())
    }

    /// What the daemon can do may depend on do-not-disturb: Xfce's has no buttons then. It is asked again.
    pub(super) fn forget_capabilities(&mut self) {
        self.capabilities = None;
        self.capabilities_asked_at = None;
    }

    fn take_capabilities(&mut self, capabilities: Capabilities) {
        self.ringing.ringer.daemon_sounds(capabilities.sound);
        self.capabilities = Some(capabilities);
    }

    fn failed(&mut self, error: &zbus::Error) {
        // It is tried again and again: the user is told once.
        tracing::debug!(%error, "the notification daemon does not answer");
        self.retry_at = Some(Instant::now() + RETRY_AFTER);
        self.ringing.ringer.ring_for_all();
        if is_missing(error) {
            self.tell_missing();
        } else {
            self.reports.set_problem(Some(words::NOTIFICATIONS_HANG.to_owned()));
        }
    }

    /// What the daemon can do; `None` while it has not said so yet.
    async fn capabilities(&mut self) -> Option<Capabilities> {
        if self.capabilities.is_none() && self.capabilities_asked_at.is_none() {
            match self.client.call("GetCapabilities", &()).await {
                Ok(call) => {
                    self.pending.insert(call, PendingCall::Capabilities);
                    self.capabilities_asked_at = Some(Instant::now());
                }
                Err(error) => self.failed(&error),
            }
        }
        self.capabilities
    }

    /// Takes in the answer to a call, whenever it comes. It tells which daemon it is, unless that has changed since the call.
    fn take_answer(&mut self, call: Call, message: &Message) {
        let Some(asked) = self.pending.answered(call) else { return };
        let failure = (message.message_type() == Type::Error).then(|| zbus::Error::from(message.clone()));
        let was_replaced = asked.may_be_lost(self.daemon.as_ref());
        let from = message.header().sender().map(|name| self.client.daemon_called(name.as_str()));
        // Only what the daemon of today says counts; what went to the one before is shown again.
        let is_lost = was_replaced && failure.as_ref().map_or(from != self.daemon, is_lost);
        if is_lost {
            self.board.failed(call, None);
            return;
        }
        if failure.is_none() && !was_replaced {
            self.daemon_is(from);
        }
        match (asked, failure) {
            (PendingCall::Capabilities, None) => {
                let names: Vec<String> = message.body().deserialize().unwrap_or_default();
                self.capabilities_asked_at = None;
                self.take_capabilities(Capabilities::told(&names));
            }
            (PendingCall::Capabilities, Some(error)) => {
                self.capabilities_asked_at = None;
                self.failed(&error);
            }
            (PendingCall::Show { replaces, ring, is_ours, .. }, failure) => {
                let answer = match failure {
                    None => message.body().deserialize::<Id>(),
                    Some(error) => Err(error),
                };
                match answer {
                    Ok(id) => self.shown(call, id, ring.as_ref(), is_ours),
                    Err(error) => {
                        self.not_shown(call, replaces, ring.as_ref(), &error);
                    }
                }
                self.note();
            }
        }
    }

    fn shown(&mut self, call: Call, id: Id, ring: Option<&Ring>, is_ours: bool) {
        match self.board.answered(call, id) {
            Answered::Shown(event) => {
                if let Some(ring) = ring {
                    self.ringing.shown(ring, is_ours);
                }
                self.reports.add(Wake::Toast(event));
            }
            // It was withdrawn while it was being shown: the next step closes it.
            Answered::Unwanted => {}
        }
        if !self.board.has_refused() {
            self.refused_at = None;
            self.reports.set_problem(None);
        }
        for held in std::mem::take(&mut self.held) {
            self.take(&held);
        }
    }

    fn not_shown(&mut self, call: Call, replaces: Option<Id>, ring: Option<&Ring>, error: &zbus::Error) {
        let is_refusal = is_refusal(error);
        let is_wanted = if is_refusal { self.board.refused(call) } else { self.board.failed(call, replaces) };
        if let Some(ring) = ring {
            self.ringing.not_shown(ring, is_wanted);
        }
        if is_refusal {
            tracing::warn!(%error, "the notification daemon refused a toast");
            self.refused_at = Some(Instant::now() + RETRY_AFTER);
            self.reports.set_problem(Some(words::toasts_refused(&error.to_string())));
        } else {
            self.failed(error);
        }
    }

    /// From now on this daemon owns the screen.
    fn daemon_is(&mut self, daemon: Option<Daemon>) {
        if self.daemon == daemon {
            return;
        }
        if self.daemon.is_some() {
            tracing::info!("the notification daemon has ended or was replaced");
            // What it was asked to show may have gone to the next one already. What was given up before is nobody's.
            self.pending.keep_toasts_that_count();
            self.held.clear();
            self.capabilities_asked_at = None;
            self.capabilities = None;
            for event in self.board.daemon_gone() {
                self.reports.add(Wake::Toast(event));
            }
        }
        self.retry_at = None;
        if daemon.is_some() {
            let may_be_lost = self.pending.any_may_be_lost(daemon.as_ref());
            self.give_up_at = may_be_lost.then(|| Instant::now() + ANSWERED_WITHIN);
            self.reports.set_problem(None);
        } else {
            // A daemon that dies of what it is shown must not be started again and again without pause.
            self.retry_at = Some(Instant::now() + RETRY_AFTER);
        }
        self.daemon = daemon;
    }

    /// Takes in a message.
    pub(super) fn take(&mut self, message: &Message) {
        match message.message_type() {
            Type::MethodReturn | Type::Error => {
                if let Some(call) = message.header().reply_serial() {
                    self.take_answer(call, message);
                }
            }
            Type::Signal => self.take_signal(message),
            Type::MethodCall => {}
        }
    }

    fn take_signal(&mut self, message: &Message) {
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
                    self.pressed(id, &action, message);
                }
            }
            "NotificationClosed" => {
                if let Ok((id, _reason)) = body.deserialize::<(Id, u32)>() {
                    self.closed(id, message);
                }
            }
            "ActivationToken" => {
                if let Ok((id, token)) = body.deserialize::<(Id, String)>() {
                    self.may_activate(id, token, message);
                }
            }
            _ => {}
        }
    }

    /// The window that the next press opens may come to the front. A token for another program's toast is not ours to use.
    fn may_activate(&mut self, id: Id, token: String, message: &Message) {
        if self.board.knows(id) {
            self.reports.add(Wake::ActivationToken(token));
        } else {
            self.hold(message);
        }
    }

    /// Keeps a signal about a number that may turn out to be ours.
    fn hold(&mut self, message: &Message) {
        if self.pending.toast_since().is_some() {
            if self.held.len() == MAX_HELD {
                self.held.pop_front();
            }
            self.held.push_back(message.clone());
        }
    }

    fn closed(&mut self, id: Id, message: &Message) {
        // There is room now, even if it was another program's toast.
        self.try_refused();
        if self.board.knows(id) {
            if let Some(event) = self.board.closed(id) {
                self.reports.add(Wake::Toast(event));
            }
            self.note();
        } else {
            self.hold(message);
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
        let daemon = (!new.is_empty()).then(|| self.client.daemon_called(&new));
        self.daemon_is(daemon);
    }

    fn pressed(&mut self, id: Id, action: &str, message: &Message) {
        let Some(key) = self.board.acted(id) else { return self.hold(message) };
        let event = match pressed(action) {
            Some(Some(button)) => ToastEvent::Pressed(key, button),
            Some(None) => ToastEvent::Clicked(key),
            None => {
                tracing::warn!(action, "a toast has no such action");
                return;
            }
        };
        self.reports.add(Wake::Toast(event));
    }
}
