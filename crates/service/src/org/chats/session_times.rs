//! The moments from which a chat's spans are measured: when it began to wait, and when somebody came in. The times in the session itself
//! follow the wall clock, which may be set; these do not. They are not stored.

use chat::{PersonId, Session, Status};
use presence::Moment;
use std::collections::BTreeMap;

/// The moments of one chat.
#[derive(Clone, Debug)]
pub(crate) struct SessionTimes {
    /// Since when it waits, if it does.
    pub(crate) waiting: Moment,
    /// Since when its client waits for the first answer, if they do.
    pub(crate) unanswered: Option<Moment>,
    /// When each person came in, for those who did in this run of the service.
    entered: BTreeMap<PersonId, Moment>,
}

impl SessionTimes {
    /// For a chat that was stored before the service started.
    pub(crate) fn restored(waiting: Moment, unanswered: Option<Moment>) -> Self {
        Self { waiting, unanswered, entered: BTreeMap::new() }
    }

    /// For a chat that begins now, or again.
    pub(crate) fn new(session: &Session, now: Moment) -> Self {
        let unanswered = session.unanswered.map(|_| now);
        Self { waiting: now, unanswered, entered: BTreeMap::from([(session.client, now)]) }
    }

    /// The chat is `next` from `now` on; it was `before`.
    pub(crate) fn changed(&mut self, before: &Session, next: &Session, now: Moment) {
        if next.status == Status::Waiting && before.status != Status::Waiting {
            self.waiting = now;
        }
        if next.unanswered != before.unanswered {
            self.unanswered = next.unanswered.map(|_| now);
        }
        for each in next.participants.iter().filter(|each| each.left.is_none()) {
            if !before.present().any(|known| known == each.person) {
                self.entered.insert(each.person, now);
            }
        }
    }

    /// When somebody came in; `None` if that was before the service started.
    pub(crate) fn entered(&self, person: PersonId) -> Option<Moment> {
        self.entered.get(&person).copied()
    }
}
