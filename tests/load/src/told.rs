//! What devices have been told, and one device's part of it. Frames are known by how they begin and are not parsed: ten thousand
//! devices share one core with the server that is measured.

use anyhow::{Result, bail};
use memchr::memmem;
use presence::{Activity, IdleReason};
use protocol::Up;
use protocol::limits::IDLE_AFTER;
use std::time::Instant;

/// How frames that matter here begin: the type comes first.
const BEAT: &[u8] = br#"{"type":"beat""#;
const SYNCED: &[u8] = br#"{"type":"synced""#;
const OK: &[u8] = br#"{"type":"ok""#;
const PEOPLE: &[u8] = br#"{"type":"people""#;
/// The first of all people.
const PEOPLE_FIRST: &[u8] = br#"{"type":"people","first":true"#;
const ERROR: &[u8] = br#"{"type":"error""#;
/// What stands once for each of the people in a frame.
const PERSON: &[u8] = br#""presence":{"#;
/// How somebody offline is told of.
const OFFLINE: &[u8] = br#""state":"offline""#;

/// A frame, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Beat,
    Synced,
    Ok,
    /// So many people, so many of them offline.
    People {
        first: bool,
        people: usize,
        offline: usize,
    },
    Error,
    Other,
}

/// All devices together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Devices that have been told all and are connected still.
    pub(crate) synced: usize,
    /// Beats, which they answered.
    pub(crate) beats: usize,
    /// Intents that were done.
    pub(crate) oks: usize,
    /// Frames about people.
    pub(crate) people: u64,
    /// Their bytes.
    pub(crate) people_bytes: u64,
    /// Looks at everybody after which a watcher knew as many people as there are.
    pub(crate) looks: usize,
    /// How often a watcher was told that somebody is offline.
    pub(crate) offline: usize,
    /// Connections that the server's system refused before hello, as it does when too many come at once: they try again.
    pub(crate) again: usize,
    /// Connections that the server ended.
    pub(crate) lost: usize,
}

/// One device, connected or not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Device {
    /// Since when its user has been idle, if so.
    pub(crate) idle: Option<Instant>,
    /// Whether it watches people: it asks for them again each time it has come back, as the portal's page does.
    pub(crate) watches: bool,
    /// Whether it has said that it goes.
    pub(crate) has_left: bool,
    /// How often it was told that somebody is offline.
    pub(crate) offline: usize,
    /// People it was told of since its last look at everybody began.
    known: usize,
}

impl News {
    pub(crate) fn of(text: &[u8]) -> Self {
        if text.starts_with(BEAT) {
            Self::Beat
        } else if text.starts_with(PEOPLE) {
            Self::People {
                first: text.starts_with(PEOPLE_FIRST),
                people: memmem::find_iter(text, PERSON).count(),
                offline: memmem::find_iter(text, OFFLINE).count(),
            }
        } else if text.starts_with(SYNCED) {
            Self::Synced
        } else if text.starts_with(OK) {
            Self::Ok
        } else if text.starts_with(ERROR) {
            Self::Error
        } else {
            Self::Other
        }
    }
}

impl Told {
    /// Counts a frame, and returns what the device says to it. `everybody`: how many people there are.
    pub(crate) fn hear(
        &mut self,
        device: &mut Device,
        news: News,
        text: &[u8],
        everybody: usize,
    ) -> Result<Option<Up>> {
        match news {
            News::Beat => {
                self.beats += 1;
                return Ok(Some(Up::Beat { activity: device.activity() }));
            }
            News::Synced => {
                self.synced += 1;
                return Ok(device.watches.then_some(Up::WatchPeople));
            }
            News::Ok => self.oks += 1,
            News::People { first, people, offline } => {
                self.people += 1;
                self.people_bytes += text.len() as u64;
                self.offline += offline;
                device.offline += offline;
                let before = if first { 0 } else { device.known };
                device.known = before + people;
                self.looks += usize::from(before < everybody && device.known >= everybody);
            }
            News::Error => bail!("refused: {}", String::from_utf8_lossy(text)),
            News::Other => {}
        }
        Ok(None)
    }
}

impl Device {
    /// What it reports.
    pub(crate) fn activity(&self) -> Activity {
        self.idle.map_or(Activity::Active, |since| Activity::Idle {
            reason: IdleReason::Idle,
            idle_for_ms: u64::try_from((IDLE_AFTER + since.elapsed()).as_millis()).unwrap_or(u64::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::PersonId;
    use presence::{Presence, Role, UnixMillis};
    use protocol::{Answer, Down, ErrorCode, Person, write};
    use uuid::Uuid;

    fn person(presence: Presence) -> Person {
        let (name, company) = ("Dana Reyes".to_owned(), Some("Acme".to_owned()));
        Person { id: PersonId(Uuid::from_u128(1)), name, role: Role::Client, company, presence }
    }

    fn people(first: bool, presences: &[Presence]) -> String {
        write(&Down::People { first, people: presences.iter().copied().map(person).collect() })
    }

    const ONLINE: Presence = Presence::Online { since: UnixMillis(1) };
    const GONE: Presence = Presence::Offline { since: UnixMillis(2) };

    #[test]
    fn frames_are_known_by_their_first_bytes() {
        let answer = Answer::default();
        let error = Down::Error {
            re: None,
            code: ErrorCode::NotAllowed,
            message: "No.".to_owned(),
            retry_after_ms: None,
            by: None,
            at: None,
        };
        for (frame, news) in [
            (write(&Down::Beat), News::Beat),
            (write(&Down::Synced { more: 0 }), News::Synced),
            (write(&Down::Ok { re: Uuid::from_u128(1), answer }), News::Ok),
            (write(&error), News::Error),
            (people(true, &[ONLINE, GONE, GONE]), News::People { first: true, people: 3, offline: 2 }),
            (people(false, &[GONE]), News::People { first: false, people: 1, offline: 1 }),
            (people(false, &[ONLINE]), News::People { first: false, people: 1, offline: 0 }),
        ] {
            assert_eq!(News::of(frame.as_bytes()), news, "{frame}");
        }
    }

    #[test]
    fn a_look_counts_once_the_watcher_knows_everybody() {
        let (mut told, mut device) = (Told::default(), Device { watches: true, ..Device::default() });
        let mut hear = |text: String| {
            let up = told.hear(&mut device, News::of(text.as_bytes()), text.as_bytes(), 3).unwrap();
            (up, told.looks, told.offline)
        };
        assert_eq!(hear(write(&Down::Synced { more: 0 })), (Some(Up::WatchPeople), 0, 0));
        assert_eq!(hear(people(true, &[ONLINE, ONLINE])), (None, 0, 0));
        assert_eq!(hear(people(false, &[ONLINE])), (None, 1, 0));
        assert_eq!(hear(people(false, &[GONE])), (None, 1, 1), "a change is no look");
        assert_eq!(hear(people(true, &[ONLINE, ONLINE, ONLINE])), (None, 2, 1));
        assert_eq!(device.offline, 1);
    }
}
