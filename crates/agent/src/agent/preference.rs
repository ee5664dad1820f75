//! The preference (P7): asked of the service, shown as it confirms it.

use super::{Agent, Asker, Awaited};
use crate::view::AwayUntil;
use crate::words;
use presence::{Moment, Preference, Role, Until};
use protocol::{PreferenceChange, Up};

/// What a user's wish to be away is on the wire.
pub(super) fn away(until: AwayUntil) -> PreferenceChange {
    match until {
        AwayUntil::Cleared => PreferenceChange::Away { for_ms: None, until_back: false },
        AwayUntil::For(for_ms) => PreferenceChange::Away { for_ms: Some(for_ms), until_back: false },
        AwayUntil::Back => PreferenceChange::Away { for_ms: None, until_back: true },
    }
}

impl Agent {
    pub(super) fn prefer(&mut self, from: Option<Asker>, preference: PreferenceChange) {
        match self.role() {
            None if self.account.token().is_none() => {
                return self.fail(from, words::SIGN_IN_FIRST.to_owned());
            }
            // P8
            None => return self.fail(from, words::ROLE_NOT_KNOWN.to_owned()),
            Some(Role::Client) => return self.fail(from, words::CLIENTS_ARE_AUTOMATIC.to_owned()),
            Some(Role::Technician) => {}
        }
        // Of two settings only the later counts, and the link may drop the earlier one unsent.
        self.answer_settings(words::CHANGED_SINCE);
        let id = self.ids.next();
        self.send(Up::Prefer { id, preference, set_ago_ms: 0 });
        if self.line.is_welcome() {
            self.awaited.insert(id, Awaited::Prefer { from });
        } else {
            self.done(from, words::KEPT);
        }
    }

    /// Answers whoever waits for a setting to be confirmed: that will not be heard of.
    pub(super) fn answer_settings(&mut self, note: &str) {
        let unanswered: Vec<_> = self
            .awaited
            .iter()
            .filter_map(|(id, awaited)| match awaited {
                Awaited::Prefer { from } => Some((*id, *from)),
                Awaited::Join { .. } | Awaited::Dismiss { .. } | Awaited::PortalCode | Awaited::SignOut => {
                    None
                }
            })
            .collect();
        for (id, from) in unanswered {
            self.awaited.remove(&id);
            self.done(from, note);
        }
    }

    /// When a preference runs out: the view changes then without a frame.
    pub(super) fn preference_timeout(&self) -> Option<Moment> {
        match self.preference {
            Preference::Away { until: Until::Time(end), .. } if end > self.service_now() => {
                Some(self.line.moment_of(end))
            }
            Preference::Away { until: Until::Time(_) | Until::Cleared | Until::Back, .. }
            | Preference::Automatic => None,
        }
    }
}
