//! Projections: what a reader's role may see of people and sessions.

use super::model::member::Member;
use chat::{HandOver, PersonId, Session, Status};
use presence::{Role, State, UnixMillis};
use protocol::limits::ANSWER_WITHIN;
use protocol::{HandOverView, Inviter, ParticipantView, Person, SessionView};
use std::collections::BTreeMap;

/// What the client of a waiting session is told about the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueuePlace {
    /// How many wait before it.
    pub(crate) ahead: u32,
    /// Whether a callback is offered already (C6).
    pub(crate) callback_offered: bool,
}

/// Somebody as a technician sees them.
pub(crate) fn person(member: &Member) -> Person {
    Person {
        id: member.person.id,
        name: member.person.name.clone(),
        role: member.role(),
        company: member.person.affiliation.company().map(str::to_owned),
        presence: member.presence,
    }
}

/// A session as a reader with this role sees it; `place` is for its own client.
pub(crate) fn session(
    session: &Session,
    reader: Role,
    members: &BTreeMap<PersonId, Member>,
    place: Option<QueuePlace>,
) -> SessionView {
    let client = members.get(&session.client);
    let name =
        |person: &PersonId| members.get(person).map(|member| member.person.name.clone()).unwrap_or_default();
    let participants = session
        .participants
        .iter()
        .map(|each| ParticipantView {
            person: each.person,
            name: name(&each.person),
            state: members.get(&each.person).map_or(State::Offline, |member| member.presence.state()),
            joined: each.joined,
            left: each.left,
        })
        .collect();
    let completed_by = session.ending.as_ref().and_then(|ending| ending.by).filter(|by| match reader {
        Role::Technician => true,
        // A client knows the technicians of their own chats only.
        Role::Client => *by == session.client || session.participants.iter().any(|each| each.person == *by),
    });
    let (company, note, hand_over) = match reader {
        Role::Technician => (
            client.and_then(|member| member.person.affiliation.company()).map(str::to_owned),
            session.ending.as_ref().and_then(|ending| ending.note.clone()),
            session.hand_over.clone(),
        ),
        Role::Client => (None, None, None),
    };
    SessionView {
        id: session.id,
        // A client is sent nothing of private notes, and a gap would tell how many there are.
        rev: match reader {
            Role::Technician => session.rev,
            Role::Client => session.rev - session.notes,
        },
        kind: session.kind(),
        status: session.status,
        client: session.client,
        client_name: client.map(|member| member.person.name.clone()).unwrap_or_default(),
        company,
        inviter: session.invited_by.map(|person| Inviter { person, name: name(&person) }),
        subject: session.subject.clone(),
        reference: session.reference.clone(),
        created: session.created,
        waiting_since: session.waiting_since,
        ended: session.ended,
        completed_by,
        participants,
        hand_over: hand_over.map(|HandOver { by, to, note, at, declined }| {
            Box::new(HandOverView { by, to, to_name: to.as_ref().map(name), note, at, declined })
        }),
        answer_due: answer_due(session, reader),
        ahead: place.map(|place| place.ahead),
        callback_offered: place.is_some_and(|place| place.callback_offered),
        // A client wrote it, and sees only their own sessions.
        callback: session.callback.clone(),
        note,
        messages: session.messages,
        notes: match reader {
            Role::Technician => Some(session.notes).filter(|notes| *notes > 0),
            Role::Client => None,
        },
    }
}

/// From when its technicians are reminded that they have not answered (C3).
fn answer_due(session: &Session, reader: Role) -> Option<UnixMillis> {
    let unanswered = session.unanswered.filter(|_| session.status == Status::Handled);
    match reader {
        Role::Technician => unanswered.map(|since| since.plus(ANSWER_WITHIN)),
        Role::Client => None,
    }
}
