//! Toasts without a state behind them: news, and how requests ended. They stay until the user or the desktop closes them.

use super::news::News;
use crate::toast::{Toast, ToastKey};
use crate::words;
use chat::Status;
use presence::{Moment, UnixMillis};
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
    /// When it came, by the service's clock.
    at: UnixMillis,
    /// When it is dropped if it could not be shown.
    until: Moment,
}

impl Announcements {
    /// A toast without a place of its own.
    pub(super) fn add_news(&mut self, title: String, body: String, at: UnixMillis, now: Moment) {
        self.last_news += 1;
        self.put(ToastKey::News(self.last_news), title, body, at, now.plus(NEWS_FOR));
    }

    /// A request that waited has ended, perhaps without a technician (C5), or something became of this user's invitation (C7) or offer to
    /// hand over a chat (C9).
    pub(super) fn add_chat_news(&mut self, news: &News<'_>, at: UnixMillis, now: Moment) {
        let (session, told) = match *news {
            News::Ended(session) => (
                session,
                match session.status {
                    Status::Abandoned => Some((ToastKey::Abandoned(session.id), words::left(session))),
                    Status::Callback => {
                        Some((ToastKey::Callback(session.id), words::asks_to_be_called(session)))
                    }
                    Status::Invited | Status::Waiting | Status::Handled | Status::Completed => None,
                },
            ),
            News::Answered(session) => {
                let title = match session.status {
                    Status::Completed => words::not_accepted(session),
                    Status::Handled => Some(words::accepted(session)),
                    Status::Invited | Status::Waiting | Status::Abandoned | Status::Callback => None,
                };
                (session, title.map(|title| (ToastKey::Invitation(session.id), title)))
            }
            News::TakenOver(session) => {
                (session, Some((ToastKey::HandOver(session.id), words::taken_over(session))))
            }
            News::Declined(session) => {
                (session, Some((ToastKey::HandOver(session.id), words::not_taken_over(session))))
            }
        };
        let Some((key, title)) = told else { return };
        self.put(key, title, words::about(session), at, now.plus(ENDS_FOR));
    }

    fn put(&mut self, key: ToastKey, title: String, body: String, at: UnixMillis, until: Moment) {
        self.put_away(&key);
        if self.announcements.len() == ANNOUNCEMENTS {
            self.announcements.remove(0);
        }
        let (buttons, ring) = (Vec::new(), None);
        let toast = Toast { key, title, body, buttons, ring, stays: false, is_critical: false };
        self.announcements.push(Announcement { toast, at, until });
    }

    /// Their toasts, each with the time at which it came.
    pub(super) fn toasts(&self) -> impl Iterator<Item = (UnixMillis, Toast)> {
        self.announcements.iter().map(|each| (each.at, each.toast.clone()))
    }

    /// Whether one has this title.
    pub(super) fn has(&self, title: &str) -> bool {
        self.announcements.iter().any(|each| each.toast.title == title)
    }

    /// The user has closed or followed it.
    pub(super) fn put_away(&mut self, key: &ToastKey) {
        self.announcements.retain(|each| each.toast.key != *key);
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
