//! What became of the last requests on this computer: whether the toast was on the screen, whether it sounded, and why not.
//!
//! It follows what the other parts know and changes nothing there. It is kept in memory only, and ends with the sign-in and with the
//! agent.

use super::chats::Chats;
use super::context::Context;
use super::contract::Problem;
use super::rings::Rings;
use super::toast_set::ToastSet;
use crate::view::RequestRecord;
use crate::words::{self, Names, records};
use chat::SessionId;
use presence::{Moment, UnixMillis};
use protocol::SessionView;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How many requests are remembered: those of a busy day, in about 100 KiB at most.
const RECORDS: usize = 50;
/// A request that was over this soon was over before any device could ring: it is told which one does after the request itself.
const TOO_SHORT: Duration = Duration::from_secs(1);

/// The last requests, the oldest first.
#[derive(Debug, Default)]
pub(super) struct RequestRecords(VecDeque<Record>);

/// What became of a request here. One that waits again has another record.
#[derive(Debug)]
struct Record {
    /// As it was when it last waited.
    session: SessionView,
    /// When it was first known here.
    known_at: Moment,
    /// The service had this device ring.
    rings_here: bool,
    /// Another device of the user was connected while this one did not ring.
    rings_elsewhere: bool,
    /// When its toast came on a screen that shows toasts.
    shown_at: Option<UnixMillis>,
    /// It rang here while the desktop was in do-not-disturb.
    is_do_not_disturb: bool,
    /// It rang here while the user wanted silence.
    is_silenced: bool,
    /// Its sound was due while sound was off on this computer.
    was_sound_off: bool,
    sounds: u32,
    last_ring: Option<u64>,
    /// Why its toast was not on the screen, or its sound could not be heard.
    no_toast: Option<String>,
    no_sound: Option<String>,
    is_dismissed: bool,
    /// How it ended, and whether that was at once; `None` while it waits.
    end: Option<End>,
}

/// How a request ended, in words with and without names.
#[derive(Debug)]
struct End {
    shown: String,
    hidden: String,
    was_at_once: bool,
}

/// What the records follow.
#[derive(Clone, Copy)]
pub(super) struct Followed<'a> {
    pub(super) chats: &'a Chats,
    pub(super) rings: &'a Rings,
    pub(super) toasts: &'a ToastSet,
    pub(super) notices: &'a BTreeMap<Problem, String>,
    /// Whether another device of the user is connected.
    pub(super) has_others: bool,
}

impl RequestRecords {
    /// They are not for the next user.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Updates what is known of each request.
    pub(super) fn renew(&mut self, cx: &Context, followed: Followed<'_>) {
        let waiting = followed.chats.waiting();
        for record in self.0.iter_mut().filter(|record| record.end.is_none()) {
            match waiting.iter().find(|session| record.is_of(session)) {
                Some(session) => record.session.clone_from(session),
                None => record.ends(cx, followed.chats),
            }
        }
        for session in waiting {
            if !self.0.iter().any(|record| record.is_of(session)) {
                if self.0.len() == RECORDS {
                    // Those that still wait stay, or they would begin again and again.
                    let Some(over) = self.0.iter().position(|record| record.end.is_some()) else { break };
                    self.0.remove(over);
                }
                self.0.push_back(Record::new(session.clone(), cx.now.moment));
            }
        }
        for record in self.0.iter_mut().filter(|record| record.end.is_none()) {
            record.follow(cx, followed);
        }
    }

    /// All of them in words, the latest first.
    pub(super) fn show(&self, cx: &Context) -> Vec<RequestRecord> {
        self.0.iter().rev().map(|record| record.show(cx)).collect()
    }
}

impl Record {
    fn new(session: SessionView, known_at: Moment) -> Self {
        Self {
            session,
            known_at,
            rings_here: false,
            rings_elsewhere: false,
            shown_at: None,
            is_do_not_disturb: false,
            is_silenced: false,
            was_sound_off: false,
            sounds: 0,
            last_ring: None,
            no_toast: None,
            no_sound: None,
            is_dismissed: false,
            end: None,
        }
    }

    fn id(&self) -> SessionId {
        self.session.id
    }

    fn is_of(&self, session: &SessionView) -> bool {
        (self.session.id, self.session.rings_since()) == (session.id, session.rings_since())
    }

    fn ends(&mut self, cx: &Context, chats: &Chats) {
        let words = |names| {
            let words = chats.how_it_ended(self.id(), cx.times(), names);
            words.unwrap_or_else(|| words::over().to_owned())
        };
        let (shown, hidden) = (words(Names::Shown), words(Names::Hidden));
        let was_at_once = cx.now.moment.since(self.known_at) < TOO_SHORT;
        self.end = Some(End { shown, hidden, was_at_once });
    }

    fn follow(&mut self, cx: &Context, Followed { chats, rings, toasts, notices, has_others }: Followed<'_>) {
        let id = self.id();
        self.is_dismissed |= chats.is_dismissed(id);
        let Some(request) = rings.requests().get(&id) else {
            self.rings_elsewhere |= has_others && !self.rings_here && !self.is_dismissed;
            return;
        };
        self.rings_here = true;
        self.is_do_not_disturb |= rings.is_do_not_disturb();
        self.is_silenced |= rings.silent_until(cx.now.moment).is_some();
        let ring = rings.several().map_or(request.ring, |several| several.ring);
        if ring > self.last_ring {
            self.last_ring = ring;
            if cx.settings.sound.on {
                self.sounds = self.sounds.saturating_add(1);
            } else {
                self.was_sound_off = true;
            }
        }
        if toasts.shows_request(id, rings) {
            self.shown_at = self.shown_at.or(Some(cx.service_now()));
        }
        let problem = |all: &[Problem]| all.iter().find_map(|about| notices.get(about)).cloned();
        self.no_toast = problem(&[Problem::Notifications, Problem::Toasts, Problem::SessionBus]);
        self.no_sound = problem(&[Problem::Sound]);
    }

    fn show(&self, cx: &Context) -> RequestRecord {
        let (title, about) = match cx.names() {
            Names::Shown => (
                words::who(&self.session.client_name, self.session.company.as_deref()),
                words::about(&self.session),
            ),
            Names::Hidden => (records::request().to_owned(), String::new()),
        };
        let (session, since) = (self.id(), self.session.rings_since());
        RequestRecord { session, since, title, about, lines: self.lines(cx) }
    }

    fn lines(&self, cx: &Context) -> Vec<String> {
        let mut lines = Vec::new();
        if self.rings_here {
            lines.push(self.toast(cx));
            lines.extend(self.sound());
            if self.is_dismissed {
                lines.push(records::dismissed().to_owned());
            }
        } else {
            lines.push(self.why_not_here().to_owned());
        }
        lines.extend(self.end.as_ref().map(|end| match cx.names() {
            Names::Shown => end.shown.clone(),
            Names::Hidden => end.hidden.clone(),
        }));
        lines
    }

    fn why_not_here(&self) -> &'static str {
        if self.is_dismissed {
            records::dismissed_before()
        } else if self.end.as_ref().is_some_and(|end| end.was_at_once) {
            records::over_first()
        } else if self.rings_elsewhere {
            records::elsewhere()
        } else {
            records::not_here()
        }
    }

    fn toast(&self, cx: &Context) -> String {
        match (self.shown_at, &self.no_toast) {
            (Some(at), _) => records::shown(&cx.times().when_s(at)),
            (None, Some(why)) => records::not_shown(why),
            (None, None) if self.is_do_not_disturb => records::do_not_disturb().to_owned(),
            (None, None) if self.end.is_some() => records::over_first().to_owned(),
            (None, None) => records::not_yet().to_owned(),
        }
    }

    fn sound(&self) -> Vec<String> {
        let heard = match &self.no_sound {
            _ if self.sounds == 0 => None,
            Some(why) => Some(records::not_heard(why)),
            None => Some(records::sounded(self.sounds)),
        };
        let silent = if self.is_do_not_disturb {
            Some(records::silent_do_not_disturb())
        } else if self.is_silenced {
            Some(records::silent_by_user())
        } else if self.was_sound_off {
            Some(records::sound_off())
        } else {
            None
        };
        heard.into_iter().chain(silent.map(str::to_owned)).collect()
    }
}
