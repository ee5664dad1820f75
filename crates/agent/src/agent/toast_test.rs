//! A toast with a sound that the user asked for, to see whether toasts and sounds work here.

use super::context::Context;
use super::contract::{Problem, Requester};
use super::rings::Rings;
use crate::toast::ToastKey;
use crate::view::Answer;
use crate::words::{quitting, toast_test as words};
use presence::Moment;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long the desktop may take to show it: a daemon that is started for it takes about a second.
const SHOWN_WITHIN: Duration = Duration::from_secs(5);

/// The tests.
#[derive(Debug, Default)]
pub(super) struct ToastTest {
    /// The one that is under way.
    pending: Option<Pending>,
    /// The toast of the last one, which may still be on the screen.
    last: Option<ToastKey>,
}

#[derive(Debug)]
struct Pending {
    from: Option<Requester>,
    key: ToastKey,
    until: Moment,
    /// Why it makes no sound, in words.
    silence: Option<String>,
}

impl ToastTest {
    /// Shows a toast, if `is_late` with the sound of what is late; the answer says what became of it.
    pub(super) fn start(&mut self, cx: &mut Context, from: Option<Requester>, rings: &Rings, is_late: bool) {
        if self.pending.is_some() {
            return cx.fail(from, words::running().to_owned());
        }
        let silence = match rings.silent_until(cx.now.moment) {
            _ if rings.is_do_not_disturb() => Some(words::do_not_disturb().to_owned()),
            Some(until) => Some(words::silent(&cx.times().when(cx.clock.time(until)))),
            None if !cx.settings.sound.on => Some(words::sound_off().to_owned()),
            None => None,
        };
        if let Some(last) = self.last.take() {
            cx.announcements.put_away(&last);
        }
        let key = cx.announce_test(silence.is_none(), is_late);
        self.last = Some(key.clone());
        self.pending = Some(Pending { from, key, until: cx.now.moment.plus(SHOWN_WITHIN), silence });
    }

    /// The desktop has confirmed this toast.
    pub(super) fn shown(&mut self, cx: &mut Context, key: &ToastKey, notices: &BTreeMap<Problem, String>) {
        let Some(Pending { from, silence, .. }) = self.pending.take_if(|pending| pending.key == *key) else {
            return;
        };
        let no_sound = notices.get(&Problem::Sound).map(String::as_str);
        let note = words::shown(silence.as_deref().or(no_sound));
        cx.answer(from, Answer::Done { note: Some(note) });
    }

    /// The app quits.
    pub(super) fn quit(&mut self, cx: &mut Context) {
        if let Some(Pending { from: Some(from), .. }) = self.pending.take() {
            cx.fail(Some(from), quitting().to_owned());
        }
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.pending.as_ref().map(|pending| pending.until)
    }

    /// Ends the test if the desktop took too long.
    pub(super) fn on_timeout(&mut self, cx: &mut Context, notices: &BTreeMap<Problem, String>) {
        let now = cx.now.moment;
        let Some(Pending { from, key, .. }) = self.pending.take_if(|pending| pending.until <= now) else {
            return;
        };
        cx.announcements.put_away(&key);
        let why = [Problem::Notifications, Problem::Toasts, Problem::SessionBus];
        let why = why.iter().find_map(|about| notices.get(about));
        cx.fail(from, words::not_shown(SHOWN_WITHIN, why.map(String::as_str)));
    }
}
