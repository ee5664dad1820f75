//! Toasts without a state behind them: news, and how requests ended. They stay until the user or the desktop closes them.

use super::news::News;
use crate::toast::{Toast, ToastKey};
use crate::words::{self, Names};
use chat::Status;
use presence::{Moment, UnixMillis};
use protocol::SessionView;
use std::collections::BTreeSet;
use std::time::Duration;

/// How many are kept at most; the oldest is dropped first.
const ANNOUNCEMENTS: usize = 8;

/// How long news waits for a desktop that cannot show it: later, nobody would remember the click that it answers.
const NEWS_FOR: Duration = Duration::from_secs(60);
/// How long the end of a request waits to be shown: later, the lists in the portal show it.
const ENDS_FOR: Duration = Duration::from_secs(10 * 60);

/// The announcements, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Announcements {
    announcements: Vec<Announcement>,
    last_news: u64,
}

#[derive(Debug)]
struct Announcement {
    toast: Toast,
    /// Its title where it must not say who and about what; `None` if it never does.
    nameless: Option<String>,
    /// When it came, by the service's clock.
    at: UnixMillis,
    /// When it is dropped if it could not be shown.
    until: Moment,
}

impl Announcements {
    /// A toast without a place of its own.
    pub(super) fn add_news(&mut self, title: String, body: String, at: UnixMillis, now: Moment) {
        self.last_news += 1;
        let toast = toast(ToastKey::News(self.last_news), title, body);
        self.put(Announcement { toast, nameless: None, at, until: now.plus(NEWS_FOR) });
    }

    /// A toast that tries out toasts and sounds.
    pub(super) fn add_test(&mut self, sounds: bool, is_late: bool, at: UnixMillis, now: Moment) -> ToastKey {
        self.last_news += 1;
        let key = ToastKey::News(self.last_news);
        let body = if is_late { words::toast_test::late_body() } else { words::toast_test::body() };
        let plain = toast(key.clone(), words::toast_test::title().to_owned(), body.to_owned());
        let toast = Toast { ring: sounds.then_some(1), is_late, is_critical: true, ..plain };
        self.put(Announcement { toast, nameless: None, at, until: now.plus(NEWS_FOR) });
        key
    }

    /// Silences what could sound yet.
    pub(super) fn fall_silent(&mut self) {
        for each in &mut self.announcements {
            each.toast.ring = None;
        }
    }

    /// A request that waited has ended, perhaps without a technician (C5), or something became of this user's invitation (C7) or offer to
    /// hand over a chat (C9).
    pub(super) fn add_chat_news(&mut self, news: &News<'_>, at: UnixMillis, now: Moment) {
        // Nobody needs to call any more.
        if let News::FollowedUp(session) = news {
            self.put_away(&ToastKey::Abandoned(session.id));
            self.put_away(&ToastKey::Callback(session.id));
        }
        let (Some((session, key, title)), Some((.., nameless))) =
            (told(news, Names::Shown), told(news, Names::Hidden))
        else {
            return;
        };
        let toast = toast(key, title, words::about(session));
        self.put(Announcement { toast, nameless: Some(nameless), at, until: now.plus(ENDS_FOR) });
    }

    fn put(&mut self, new: Announcement) {
        self.put_away(&new.toast.key);
        if self.announcements.len() == ANNOUNCEMENTS {
            self.announcements.remove(0);
        }
        self.announcements.push(new);
    }

    /// Their toasts, each with the time at which it came.
    pub(super) fn toasts(&self, names: Names) -> impl Iterator<Item = (UnixMillis, Toast)> {
        self.announcements.iter().map(move |each| {
            let toast = match (names, &each.nameless) {
                (Names::Hidden, Some(title)) => {
                    Toast { title: title.clone(), body: String::new(), ..each.toast.clone() }
                }
                (Names::Hidden, None) | (Names::Shown, _) => each.toast.clone(),
            };
            (each.at, toast)
        })
    }

    /// Whether one has this title.
    pub(super) fn has(&self, title: &str) -> bool {
        self.announcements.iter().any(|each| each.toast.title == title)
    }

    /// The user has closed or followed it.
    pub(super) fn put_away(&mut self, key: &ToastKey) {
        self.announcements.retain(|each| each.toast.key != *key);
    }

    /// Drops news, which may answer a click with a name.
    pub(super) fn drop_news(&mut self) {
        self.announcements.retain(|each| !matches!(each.toast.key, ToastKey::News(_)));
    }

    /// Drops all: they are not for the next user.
    pub(super) fn clear(&mut self) {
        self.announcements.clear();
    }

    /// Drops what could not be shown in time.
    pub(super) fn drop_stale(&mut self, on_screen: &BTreeSet<ToastKey>, now: Moment) {
        self.announcements.retain(|each| each.until > now || on_screen.contains(&each.toast.key));
    }

    /// When the next one that could not be shown is dropped.
    pub(super) fn stale_timeout(&self, on_screen: &BTreeSet<ToastKey>) -> Option<Moment> {
        let unseen = self.announcements.iter().filter(|each| !on_screen.contains(&each.toast.key));
        unseen.map(|each| each.until).min()
    }
}

fn toast(key: ToastKey, title: String, body: String) -> Toast {
    Toast {
        key,
        title,
        body,
        buttons: Vec::new(),
        ring: None,
        is_late: false,
        stays: false,
        is_critical: false,
    }
}

/// Which chat it is about, and what is said of it; `None` if nothing needs to be said.
fn told<'a>(news: &News<'a>, names: Names) -> Option<(&'a SessionView, ToastKey, String)> {
    let (session, key, title) = match *news {
        News::Ended(session) => match session.status {
            Status::Abandoned => (session, ToastKey::Abandoned(session.id), words::left(session, names)),
            Status::Callback => {
                (session, ToastKey::Callback(session.id), words::asks_to_be_called(session, names))
            }
            Status::Invited | Status::Waiting | Status::Handled | Status::Completed => return None,
        },
        News::FollowedUp(_) => return None,
        News::Answered(session) => {
            let title = match session.status {
                Status::Completed => words::not_accepted(session, names)?,
                Status::Handled => words::accepted(session, names),
                Status::Invited | Status::Waiting | Status::Abandoned | Status::Callback => return None,
            };
            (session, ToastKey::Invitation(session.id), title)
        }
        News::TakenOver(session) => {
            (session, ToastKey::HandOver(session.id), words::taken_over(session, names))
        }
        News::NotTakenOver(session) => {
            (session, ToastKey::HandOver(session.id), words::not_taken_over(session, names))
        }
    };
    Some((session, key, title))
}
