//! A frame of the service as an app accepts it: texts that can be shown, lists and numbers within their limits.
//!
//! The service keeps to these limits itself, so an honest frame is left unchanged. This module does not know what a frame means.

use super::{is_plain, line, lines};
use crate::limits::{CODE_CHARS, DEVICES, NAME_CHARS, WORDS_CHARS};
use crate::{
    Answer, CannedReply, DeviceView, Down, HandOverView, Inviter, ParticipantView, Person, SessionView, You,
};
use chat::limits::{
    FILE_NAME_CHARS, MESSAGE_CHARS, NOTE_CHARS, PARTICIPANTS, PHONE_CHARS, REFERENCE_CHARS, SUBJECT_CHARS,
};

/// Brings everything in it within its limits.
pub(crate) fn frame(down: &mut Down) {
    match down {
        Down::Welcome(welcome) => {
            you(&mut welcome.you);
            welcome.policy = std::mem::take(&mut welcome.policy).within_limits();
        }
        Down::You { you: named } => you(named),
        Down::Policy { policy } => *policy = std::mem::take(policy).within_limits(),
        Down::Session { session: view } => session(view),
        Down::Messages { messages: written, .. } | Down::Notes { notes: written, .. } => {
            for message in written {
                message.text = lines(&message.text, MESSAGE_CHARS);
                if let Some(file) = &mut message.file {
                    clean_line(&mut file.name, FILE_NAME_CHARS);
                }
            }
        }
        Down::People { people, .. } => people.iter_mut().for_each(person),
        Down::Replies { replies, .. } => {
            for CannedReply { id: _, name, text, own: _ } in replies {
                // As any name and any message: pages clean texts by what they are called.
                clean_line(name, NAME_CHARS);
                *text = lines(text, MESSAGE_CHARS);
            }
        }
        Down::Devices { devices } => {
            devices.sort_by_key(|device| !device.this);
            devices.truncate(DEVICES);
            devices.iter_mut().for_each(device);
        }
        Down::Ok { answer, .. } => self::answer(answer),
        Down::Error { message, by, .. } => {
            clean_line(message, WORDS_CHARS);
            clean_optional_line(by, NAME_CHARS);
        }
        Down::Typing { people, .. } => people.truncate(PARTICIPANTS),
        Down::Synced { .. }
        | Down::Beat
        | Down::Preference { .. }
        | Down::PersonGone { .. }
        | Down::ReplyGone { .. }
        | Down::Mine { .. }
        | Down::Desk { .. }
        | Down::Reconnect { .. } => {}
    }
}

fn you(you: &mut You) {
    clean_line(&mut you.name, NAME_CHARS);
    clean_line(&mut you.organisation, NAME_CHARS);
    clean_optional_line(&mut you.company, NAME_CHARS);
}

/// Each field is named: a new one does not compile until somebody has decided whether it is text.
fn session(session: &mut SessionView) {
    let SessionView {
        id: _,
        rev: _,
        kind: _,
        status: _,
        client: _,
        client_name,
        company,
        inviter,
        subject,
        reference,
        created: _,
        waiting_since: _,
        ended: _,
        answer_due: _,
        completed_by: _,
        participants,
        hand_over,
        ahead: _,
        callback_offered: _,
        callback,
        note,
        messages: _,
        notes: _,
    } = session;
    clean_line(client_name, NAME_CHARS);
    clean_optional_line(company, NAME_CHARS);
    if let Some(Inviter { person: _, name }) = inviter {
        clean_line(name, NAME_CHARS);
    }
    clean_line(subject, SUBJECT_CHARS);
    clean_optional_line(reference, REFERENCE_CHARS);
    if let Some(callback) = callback {
        clean_line(&mut callback.phone, PHONE_CHARS);
        if let Some(note) = &mut callback.note {
            *note = lines(note, NOTE_CHARS);
        }
    }
    if let Some(note) = note {
        *note = lines(note, NOTE_CHARS);
    }
    if let Some(offer) = hand_over {
        let HandOverView { by: _, to: _, to_name, note, at: _, declined: _ } = &mut **offer;
        clean_optional_line(to_name, NAME_CHARS);
        if let Some(note) = note {
            *note = lines(note, NOTE_CHARS);
        }
    }
    participants.truncate(PARTICIPANTS);
    participants.iter_mut().for_each(participant);
}

fn participant(participant: &mut ParticipantView) {
    clean_line(&mut participant.name, NAME_CHARS);
}

fn person(person: &mut Person) {
    clean_line(&mut person.name, NAME_CHARS);
    clean_optional_line(&mut person.company, NAME_CHARS);
}

fn device(device: &mut DeviceView) {
    clean_line(&mut device.name, NAME_CHARS);
}

/// A code becomes part of an address: anything else in its place is dropped.
fn answer(answer: &mut Answer) {
    let is_code = |code: &String| {
        code.len() <= CODE_CHARS && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    answer.code = answer.code.take().filter(is_code);
}

fn clean_line(text: &mut String, chars: usize) {
    if !is_plain(text, chars) {
        *text = line(text, chars);
    }
}

fn clean_optional_line(text: &mut Option<String>, chars: usize) {
    if let Some(text) = text {
        clean_line(text, chars);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Down, read_down};
    use serde_json::json;
    use std::time::Duration;
    use uuid::Uuid;

    const HOSTILE: &str = "<b>Da\u{202e}na</b>\u{1b}[2J\n\u{7}";
    const SHOWN: &str = "<b>Dana</b>[2J ";

    #[test]
    fn every_text_of_a_session_can_be_shown() {
        let participant =
            |name: &str| json!({ "person": Uuid::nil(), "name": name, "state": "online", "joined": 1 });
        let text = json!({ "type": "session", "session": {
            "id": Uuid::nil(), "rev": u64::MAX, "kind": "request", "status": "callback", "client": Uuid::nil(),
            "client_name": HOSTILE, "company": HOSTILE, "subject": "s".repeat(60_000), "reference": HOSTILE,
            "created": u64::MAX, "waiting_since": 0, "note": HOSTILE, "messages": u64::MAX,
            "participants": vec![participant(HOSTILE); 200],
            "callback": { "phone": HOSTILE, "note": HOSTILE },
        }});
        let Down::Session { session } = read_down(&text.to_string()).unwrap() else { panic!() };
        assert_eq!((session.client_name.as_str(), session.company.as_deref()), (SHOWN, Some(SHOWN)));
        assert_eq!((session.subject.chars().count(), session.participants.len()), (200, 16));
        assert_eq!(session.participants[15].name, SHOWN);
        let callback = session.callback.unwrap();
        assert_eq!((callback.phone.as_str(), callback.note.as_deref()), (SHOWN, Some("<b>Dana</b>[2J\n")));
        // The last moment that has a date: every page can show it.
        assert_eq!(session.created, presence::UnixMillis::LAST);
    }

    #[test]
    fn numbers_that_would_spin_or_sleep_for_ever_are_limited() {
        for number in [0, u64::MAX] {
            let ring = json!({ "again_after_ms": number, "every_ms": number, "pressing_until_ms": number,
                "later_every_ms": number });
            let policy =
                json!({ "idle_after_ms": number, "beat_ms": number, "grace_ms": number, "ring": ring });
            let text = json!({ "type": "policy", "policy": policy }).to_string();
            let Down::Policy { policy } = read_down(&text).unwrap() else { panic!() };
            assert!((5_000..=3_600_000).contains(&policy.idle_after_ms), "{policy:?}");
            for waited in [Duration::ZERO, Duration::from_secs(3_600), Duration::from_millis(u64::MAX)] {
                let next = policy.ring.next_after(waited);
                assert!(
                    next >= waited.saturating_add(Duration::from_millis(1))
                        || next == Duration::from_millis(u64::MAX)
                );
                assert!(policy.ring.rings_at(waited) >= 1);
            }
        }
    }

    #[test]
    fn an_address_that_could_lead_elsewhere_is_dropped() {
        for (address, kept) in [
            ("https://desk.example.com/tickets/{reference}", true),
            ("http://desk.example.com/tickets/{reference}", false),
            ("javascript:alert(1)//{reference}", false),
        ] {
            let policy = crate::Policy { ticket_address: Some(address.to_owned()), ..Default::default() };
            let text = crate::write(&Down::Policy { policy });
            let Down::Policy { policy } = read_down(&text).unwrap() else { panic!() };
            assert_eq!(policy.ticket_address.is_some(), kept, "{address}");
        }
    }

    #[test]
    fn a_code_that_could_be_more_than_a_code_is_dropped() {
        for (code, kept) in
            [("aZ-_09", true), ("a&chat=x", false), ("a\u{202e}", false), (&"a".repeat(500), false)]
        {
            let text = json!({ "type": "ok", "re": Uuid::nil(), "code": code }).to_string();
            let Down::Ok { answer, .. } = read_down(&text).unwrap() else { panic!() };
            assert_eq!(answer.code.is_some(), kept, "{code}");
        }
    }
}
