//! What became of the last requests on this computer: whether the toast was on the screen, whether it sounded, and why not.
//!
//! It follows what the other parts know and changes nothing there. It is kept in memory only, and ends with the sign-in and with the
//! agent. A record is put into words again only when something about it has changed: the view, which has all of them, is made after
//! each input.

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
use std::sync::Arc;
use std::time::Duration;

/// How many requests are remembered: those of a busy day, in about 100 KiB at most.
const RECORDS: usize = 50;
/// A request that was over this soon was over before any device could ring: it is told which one does after the request itself.
const TOO_SHORT: Duration = Duration::from_secs(1);

/// The last requests.
#[derive(Debug, Default)]
pub(super) struct RequestRecords {
    /// The oldest first.
    records: VecDeque<Record>,
    /// All of them in words, the latest first, and for whom.
    said: Arc<[RequestRecord]>,
    said_for: Option<Reader>,
}

/// What the words depend on besides the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reader {
    names: Names,
    utc_offset_s: i32,
    /// A time of another day is said with its day.
    today: i64,
}

/// What became of a request here. One that waits again has another record.
#[derive(Debug)]
struct Record {
    /// As it was when it last waited.
    session: SessionView,
    /// When it was first known here.
    known_at: Moment,
    course: Course,
    /// How it ended, and whether that was at once; `None` while it waits.
    end: Option<End>,
    /// The record in words; `None`: it has changed since.
    said: Option<RequestRecord>,
}

/// What happened to a request while it waited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Course {
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
        *self = Self::default();
    }

    /// Updates what is known of each request.
    pub(super) fn renew(&mut self, cx: &Context, followed: Followed<'_>) {
        let waiting = followed.chats.waiting();
        for record in self.records.iter_mut().filter(|record| record.end.is_none()) {
            match waiting.iter().find(|session| record.is_of(session)) {
                Some(session) => record.waits(session),
                None => record.ends(cx, followed.chats),
            }
        }
        for session in waiting {
            if !self.records.iter().any(|record| record.is_of(session)) {
                if self.records.len() == RECORDS {
                    // Those that still wait stay, or they would begin again and again.
                    let Some(over) = self.records.iter().position(|record| record.end.is_some()) else {
                        break;
                    };
                    self.records.remove(over);
                }
                self.records.push_back(Record::new(session.clone(), cx.now.moment));
            }
        }
        for record in self.records.iter_mut().filter(|record| record.end.is_none()) {
            record.follow(cx, followed);
        }
    }

    /// Puts into words what has changed; to be called after everything that may have changed something.
    pub(super) fn put_into_words(&mut self, cx: &Context) {
        let times = cx.times();
        let reader = Reader { names: cx.names(), utc_offset_s: times.utc_offset_s, today: times.today() };
        if self.said_for != Some(reader) {
            self.said_for = Some(reader);
            for record in &mut self.records {
                record.said = None;
            }
        } else if self.records.iter().all(|record| record.said.is_some()) {
            return;
        }
        let records = self.records.iter_mut().rev();
        self.said = records.map(|record| record.in_words(cx).clone()).collect();
    }

    /// All of them in words, the latest first.
    pub(super) fn show(&self) -> Arc<[RequestRecord]> {
        self.said.clone()
    }
}

impl Record {
    fn new(session: SessionView, known_at: Moment) -> Self {
        Self { session, known_at, course: Course::default(), end: None, said: None }
    }

    fn id(&self) -> SessionId {
        self.session.id
    }

    fn is_of(&self, session: &SessionView) -> bool {
        (self.session.id, self.session.rings_since()) == (session.id, session.rings_since())
    }

    fn waits(&mut self, session: &SessionView) {
        if self.session != *session {
            self.session.clone_from(session);
            self.said = None;
        }
    }

    fn ends(&mut self, cx: &Context, chats: &Chats) {
        let words = |names| {
            let words = chats.how_it_ended(self.id(), cx.times(), names);
            words.unwrap_or_else(|| words::over().to_owned())
        };
        let (shown, hidden) = (words(Names::Shown), words(Names::Hidden));
        let was_at_once = cx.now.moment.since(self.known_at) < TOO_SHORT;
        self.end = Some(End { shown, hidden, was_at_once });
        self.said = None;
    }

    fn follow(&mut self, cx: &Context, followed: Followed<'_>) {
        let before = self.course.clone();
        self.course.follow(cx, self.session.id, followed);
        if self.course != before {
            self.said = None;
        }
    }

    fn in_words(&mut self, cx: &Context) -> &RequestRecord {
        let said = self.said.take().unwrap_or_else(|| self.say(cx));
        self.said.insert(said)
    }

    fn say(&self, cx: &Context) -> RequestRecord {
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
        if self.course.rings_here {
            lines.push(self.toast(cx));
            lines.extend(self.sound());
            if self.course.is_dismissed {
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
        if self.course.is_dismissed {
            records::dismissed_before()
        } else if self.end.as_ref().is_some_and(|end| end.was_at_once) {
            records::over_first()
        } else if self.course.rings_elsewhere {
            records::elsewhere()
        } else {
            records::not_here()
        }
    }

    fn toast(&self, cx: &Context) -> String {
        match (self.course.shown_at, &self.course.no_toast) {
            (Some(at), _) => records::shown(&cx.times().when_s(at)),
            (None, Some(why)) => records::not_shown(why),
            (None, None) if self.course.is_do_not_disturb => records::do_not_disturb().to_owned(),
            (None, None) if self.end.is_some() => records::over_first().to_owned(),
            (None, None) => records::not_yet().to_owned(),
        }
    }

    fn sound(&self) -> Vec<String> {
        let heard = match &self.course.no_sound {
            _ if self.course.sounds == 0 => None,
            Some(why) => Some(records::not_heard(why)),
            None => Some(records::sounded(self.course.sounds)),
        };
        let silent = if self.course.is_do_not_disturb {
            Some(records::silent_do_not_disturb())
        } else if self.course.is_silenced {
            Some(records::silent_by_user())
        } else if self.course.was_sound_off {
            Some(records::sound_off())
        } else {
            None
        };
        heard.into_iter().chain(silent.map(str::to_owned)).collect()
    }
}

impl Course {
    fn follow(
        &mut self,
        cx: &Context,
        id: SessionId,
        Followed { chats, rings, toasts, notices, has_others }: Followed<'_>,
    ) {
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
}
