//! A technician comes into a chat: by a Join (C4), as a second one (C9), or because the client accepts an invitation (C7).

use super::leaving::leaves;
use crate::intent::Next;
use crate::{Participant, PersonId, Refusal, Session, Status, limits};
use presence::UnixMillis;

pub(super) fn join(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    match session.status {
        Status::Waiting => {
            let mut next = entered(session, who, now)?;
            next.status = Status::Handled;
            next.unanswered = Some(now);
            Ok(Some(next))
        }
        // C4: the same Join repeated gives the same answer.
        Status::Handled if session.present().any(|each| each == who) => Ok(None),
        Status::Handled if session.is_offered_to(who) => {
            let mut next = entered(session, who, now)?;
            if let Some(offer) = next.hand_over.take() {
                leaves(&mut next, offer.by, now);
            }
            // They have as long to answer as the first one had.
            next.unanswered = next.unanswered.map(|_| now);
            Ok(Some(next))
        }
        Status::Handled => Err(Refusal::taken(session)),
        // It is for the client to answer.
        Status::Invited => Err(Refusal::NotAllowed),
        Status::Abandoned | Status::Callback | Status::Completed => Err(Refusal::Over),
    }
}

pub(super) fn assist(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    match join(session, who, now) {
        Err(Refusal::Taken { .. }) => Ok(Some(entered(session, who, now)?)),
        joined => joined,
    }
}

pub(super) fn accept(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    let Some(inviter) = session.invited_by.filter(|_| session.client == who) else {
        return Err(Refusal::NotAllowed);
    };
    match session.status {
        Status::Invited => {
            let mut next = session.clone();
            next.status = Status::Handled;
            next.participants.push(Participant { person: inviter, joined: now, left: None });
            next.unanswered = Some(now);
            Ok(Some(next))
        }
        // Accepted on another device.
        Status::Waiting | Status::Handled => Ok(None),
        Status::Abandoned | Status::Callback | Status::Completed => Err(Refusal::Over),
    }
}

/// The session with this technician in it. Former participants make room, so that a waiting client is never refused.
fn entered(session: &Session, who: PersonId, now: UnixMillis) -> Result<Session, Refusal> {
    let mut next = session.clone();
    next.participants.retain(|each| each.person != who);
    // Who had silenced it wants to hear of it again.
    next.dismissed.retain(|each| *each != who);
    if next.participants.len() >= limits::PARTICIPANTS {
        let former = next.participants.iter().position(|each| each.left.is_some());
        next.participants.remove(former.ok_or(Refusal::Full)?);
    }
    next.participants.push(Participant { person: who, joined: now, left: None });
    Ok(next)
}
