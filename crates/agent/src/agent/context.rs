//! What the parts of the agent share. The agent hands it to each part that it calls.
//!
//! It holds what belongs to no part alone: the time of the call, the service's clock, settings and policy, intents that wait for an answer,
//! announcements, and the effects of the call, which parts add to.

use super::announcements::Announcements;
use super::contract::{Effect, Now, Requester};
use super::ids::Ids;
use super::news::News;
use super::pending::{Pending, PendingIntents};
use super::service_clock::ServiceClock;
use crate::settings::Settings;
use crate::sound::SoundChange;
use crate::toast::ToastKey;
use crate::view::Answer;
use crate::words::{Names, Times, sound as sound_words};
use link::Order;
use presence::UnixMillis;
use protocol::{IntentId, Policy, Up};

/// State that parts share, and the effects of the current call.
#[derive(Debug)]
pub(super) struct Context {
    /// The time of the current call.
    pub(super) now: Now,
    pub(super) clock: ServiceClock,
    pub(super) settings: Settings,
    /// The service's rules for devices.
    pub(super) policy: Policy,
    pub(super) ids: Ids,
    /// Intents that the service has not answered yet.
    pub(super) pending: PendingIntents,
    pub(super) announcements: Announcements,
    /// What the shell has to do after this call, in order.
    pub(super) effects: Vec<Effect>,
}

impl Context {
    pub(super) fn new(settings: Settings, seed: [u8; 32], now: Now) -> Self {
        Self {
            now,
            clock: ServiceClock::new(now),
            settings,
            policy: Policy::default(),
            ids: Ids::new(seed),
            pending: PendingIntents::default(),
            announcements: Announcements::default(),
            effects: Vec::new(),
        }
    }

    /// The service's clock at the time of this call.
    pub(super) fn service_now(&self) -> UnixMillis {
        self.clock.time(self.now.moment)
    }

    /// From which time and zone times are put into words in this call.
    pub(super) fn times(&self) -> Times {
        Times { now: self.service_now(), utc_offset_s: self.now.utc_offset_s }
    }

    /// Whether toasts may say who and about what.
    pub(super) fn names(&self) -> Names {
        if self.settings.hide_names { Names::Hidden } else { Names::Shown }
    }

    /// Sets how toasts sound here, and answers what is set then.
    pub(super) fn set_sound(&mut self, from: Option<Requester>, change: SoundChange) {
        let sound = self.settings.sound.with(change);
        if sound != self.settings.sound {
            self.settings.sound = sound;
            self.save_settings();
            self.effects.push(Effect::SetSound(sound));
        }
        self.done(from, &sound_words::set(sound));
    }

    pub(super) fn save_settings(&mut self) {
        self.effects.push(Effect::SaveSettings(self.settings.clone()));
    }

    pub(super) fn link(&mut self, order: Order) {
        self.effects.push(Effect::Link(order));
    }

    pub(super) fn send(&mut self, up: Up) {
        self.link(Order::Send(up));
    }

    /// Sends an intent, and remembers what its answer is for.
    pub(super) fn ask(&mut self, pending: Pending, up: impl FnOnce(IntentId) -> Up) {
        let id = self.ids.next();
        self.pending.add(id, pending);
        self.send(up(id));
    }

    /// Fails all intents that wait for an answer, since none will come.
    pub(super) fn fail_pending(&mut self, words: &str) {
        for from in self.pending.take_all() {
            self.fail(from, words.to_owned());
        }
    }

    /// Answers a user. Nobody waits for the answer to a click in the tray or on a toast, so its words become a toast.
    pub(super) fn answer(&mut self, to: Option<Requester>, answer: Answer) {
        match (to, answer) {
            (Some(to), answer) => self.effects.push(Effect::Answer { to, answer }),
            (None, Answer::Done { note: Some(words) } | Answer::Failed { message: words }) => {
                self.announce(words, String::new());
            }
            (None, Answer::Done { note: None }) => {}
        }
    }

    pub(super) fn done(&mut self, to: Option<Requester>, note: &str) {
        self.answer(to, Answer::Done { note: Some(note.to_owned()) });
    }

    pub(super) fn fail(&mut self, to: Option<Requester>, message: String) {
        self.answer(to, Answer::Failed { message });
    }

    /// Shows the user a message in a toast of its own.
    pub(super) fn announce(&mut self, title: String, body: String) {
        let at = self.service_now();
        self.announcements.add_news(title, body, at, self.now.moment);
    }

    /// Shows a toast that tries out toasts and sounds.
    pub(super) fn announce_test(&mut self, sounds: bool, is_late: bool) -> ToastKey {
        let at = self.service_now();
        self.announcements.add_test(sounds, is_late, at, self.now.moment)
    }

    /// Tells a technician what has become of a chat, where it needs to be said.
    pub(super) fn announce_news(&mut self, news: &News<'_>) {
        let at = self.service_now();
        self.announcements.add_chat_news(news, at, self.now.moment);
    }
}
