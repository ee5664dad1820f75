//! Projections: what a reader of a role may see of people and sessions, and lists cut into frames.

use crate::org::chats::request::Place;
use crate::org::model::device::Member;
use chat::{PersonId, Session};
use presence::{Role, State};
use protocol::{ParticipantView, Person, SessionView};
use serde::Serialize;
use std::collections::BTreeMap;

/// Bytes of a frame beside the list in it: its type, the session's id, brackets; rounded up.
const AROUND_BYTES: usize = 256;

/// Somebody as a technician sees them.
pub(in crate::org) fn person(member: &Member) -> Person {
    Person {
        id: member.person.id,
        name: member.person.name.clone(),
        role: member.role(),
        company: member.person.belongs.company().map(str::to_owned),
        presence: member.presence,
    }
}

/// A session as a reader of this role sees it; `place` is for its own client.
pub(in crate::org) fn session(
    session: &Session,
    reader: Role,
    members: &BTreeMap<PersonId, Member>,
    place: Option<Place>,
) -> SessionView {
    let client = members.get(&session.client);
    let participants = session
        .participants
        .iter()
        .map(|each| ParticipantView {
            person: each.person,
            name: members.get(&each.person).map(|member| member.person.name.clone()).unwrap_or_default(),
            state: members.get(&each.person).map_or(State::Offline, |member| member.presence.state()),
            joined: each.joined,
            left: each.left,
        })
        .collect();
    let (company, callback, note) = match reader {
        Role::Technician => (
            client.and_then(|member| member.person.belongs.company()).map(str::to_owned),
            session.callback.clone(),
            session.ending.as_ref().and_then(|ending| ending.note.clone()),
        ),
        Role::Client => (None, None, None),
    };
    SessionView {
        id: session.id,
        rev: session.rev,
        kind: session.kind,
        status: session.status,
        client: session.client,
        client_name: client.map(|member| member.person.name.clone()).unwrap_or_default(),
        company,
        subject: session.subject.clone(),
        reference: session.reference.clone(),
        created: session.created,
        waiting_since: session.waiting_since,
        ended: session.ended,
        participants,
        ahead: place.map(|place| place.ahead),
        callback_offered: place.is_some_and(|place| place.callback_offered),
        callback,
        note,
        messages: session.messages,
    }
}

/// Cuts a list so that each part has at most `max` items and fits into a frame of so many bytes.
pub(in crate::org) fn parts<T: Serialize>(
    items: impl IntoIterator<Item = T>,
    max: usize,
    frame_bytes: usize,
) -> Vec<Vec<T>> {
    let room = frame_bytes - AROUND_BYTES;
    let mut parts: Vec<Vec<T>> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let size = protocol::write(&item).len() + 1;
        match parts.last_mut() {
            Some(part) if part.len() < max && bytes + size <= room => {
                part.push(item);
                bytes += size;
            }
            Some(_) | None => {
                parts.push(vec![item]);
                bytes = size;
            }
        }
    }
    parts
}
