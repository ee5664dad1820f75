//! The moments of a chat that spans are measured from: since when it waits, and since when somebody is in it. What is stamped in
//! the session itself follows the wall clock, which may be set; this does not. It is not stored.

use chat::{PersonId, Session, Status};
use presence::Moment;
use std::collections::BTreeMap;

/// The moments of one chat.
#[derive(Clone, Debug)]
pub(crate) struct SessionTimes {
    /// Since when it waits, while it does.
    pub(crate) waiting: Moment,
    /// Since when those are in it who came in this run of the service.
    entered: BTreeMap<PersonId, Moment>,
}

impl SessionTimes {
    /// Of a chat that was stored before the service started.
    pub(crate) fn restored(waiting: Moment) -> Self {
        Self { waiting, entered: BTreeMap::new() }
    }

    /// Of a chat that begins now.
    pub(crate) fn new(client: PersonId, now: Moment) -> Self {
        Self { waiting: now, entered: BTreeMap::from([(client, now)]) }
    }

    /// The chat is `next` from `now` on; it was `before`.
    pub(crate) fn changed(&mut self, before: &Session, next: &Session, now: Moment) {
        if next.status == Status::Waiting && before.status != Status::Waiting {
            self.waiting = now;
        }
        for each in next.participants.iter().filter(|each| each.left.is_none()) {
            if !before.present().any(|known| known == each.person) {
                self.entered.insert(each.person, now);
            }
        }
    }

    /// Since when somebody is in it; `None` if since before the service started.
    pub(crate) fn entered(&self, person: PersonId) -> Option<Moment> {
        self.entered.get(&person).copied()
    }
}
