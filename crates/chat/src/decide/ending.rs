//! A session ends, or waits for nobody any more: abandoned, to be called back (C5), not accepted (C7), completed, and that undone (C9).

use crate::intent::Next;
use crate::{BeforeEnding, Callback, Ending, PersonId, Refusal, Session, Status, limits};
use presence::UnixMillis;

/// The session after its client has been gone for too long (C5); `None` if that changes nothing.
#[must_use]
pub fn abandon(session: &Session, now: UnixMillis) -> Option<Session> {
    (session.status == Status::Waiting)
        .then(|| Session { rev: session.rev + 1, ..ended(session, Status::Abandoned, now) })
}

/// An invitation that the client has not answered in time (C7); `None` if that changes nothing.
#[must_use]
pub fn unanswered(session: &Session, now: UnixMillis) -> Option<Session> {
    (session.status == Status::Invited)
        .then(|| Session { rev: session.rev + 1, ..completed(session, None, None, now) })
}

/// An abandoned chat or a callback after the service has completed it, with a note that says why. `None` if it is neither.
#[must_use]
pub fn completed_by_service(session: &Session, note: String, now: UnixMillis) -> Option<Session> {
    session
        .status
        .is_follow_up()
        .then(|| Session { rev: session.rev + 1, ..completed(session, None, Some(note), now) })
}

pub(super) fn decline(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    if session.client != who || session.invited_by.is_none() {
        return Err(Refusal::NotAllowed);
    }
    Ok(match session.status {
        Status::Invited => Some(completed(session, Some(who), None, now)),
        // A late answer has nothing left to decline, and ends no chat.
        Status::Waiting | Status::Handled | Status::Abandoned | Status::Callback | Status::Completed => None,
    })
}

pub(super) fn client_leaves(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    if session.client != who {
        return Err(Refusal::NotAllowed);
    }
    Ok(match session.status {
        Status::Waiting => Some(ended(session, Status::Abandoned, now)),
        Status::Invited | Status::Handled => Some(completed(session, Some(who), None, now)),
        Status::Abandoned | Status::Callback | Status::Completed => None,
    })
}

pub(super) fn call_back(session: &Session, who: PersonId, callback: Callback, now: UnixMillis) -> Next {
    if session.client != who {
        return Err(Refusal::NotAllowed);
    }
    match session.status {
        Status::Waiting => {
            let mut next = ended(session, Status::Callback, now);
            next.callback = Some(callback);
            Ok(Some(next))
        }
        Status::Callback if session.callback.as_ref() == Some(&callback) => Ok(None),
        Status::Callback => Ok(Some(Session { callback: Some(callback), ..session.clone() })),
        Status::Handled => Err(Refusal::taken(session)),
        Status::Invited => Err(Refusal::NotAllowed),
        Status::Abandoned | Status::Completed => Err(Refusal::Over),
    }
}

pub(super) fn cancel_callback(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    if session.client != who {
        return Err(Refusal::NotAllowed);
    }
    match session.status {
        Status::Callback => Ok(Some(completed(session, Some(who), None, now))),
        // Cancelled on another device.
        Status::Completed if session.ending.as_ref().is_some_and(|ending| ending.by == Some(who)) => Ok(None),
        Status::Completed => Err(Refusal::Over),
        Status::Invited | Status::Waiting | Status::Handled | Status::Abandoned => Err(Refusal::NotAllowed),
    }
}

pub(super) fn complete(session: &Session, who: PersonId, note: Option<String>, now: UnixMillis) -> Next {
    match session.status {
        Status::Invited | Status::Waiting => return Err(Refusal::NotAllowed),
        Status::Handled if !session.present().any(|each| each == who) => return Err(Refusal::NotAllowed),
        Status::Abandoned | Status::Callback if note.is_none() => return Err(Refusal::NoteNeeded),
        Status::Completed => {
            return match &session.ending {
                Some(ending) if ending.by == Some(who) => Ok(None),
                Some(_) | None => Err(Refusal::Over),
            };
        }
        Status::Handled | Status::Abandoned | Status::Callback => {}
    }
    Ok(Some(completed(session, Some(who), note, now)))
}

pub(super) fn completed(
    session: &Session,
    by: Option<PersonId>,
    note: Option<String>,
    now: UnixMillis,
) -> Session {
    let mut next = ended(session, Status::Completed, now);
    let before = BeforeEnding {
        status: session.status,
        ended: session.ended,
        hand_over: session.hand_over.clone(),
        until: now,
    };
    next.ending = Some(Ending { by, note, before: Some(before) });
    next
}

pub(super) fn reopen(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    let Some(ending) = &session.ending else {
        // It has been undone already, or there is nothing to undo.
        return Ok(None);
    };
    let recent = |before: &&BeforeEnding| now.0.saturating_sub(before.until.0) <= limits::UNDO_MS;
    let before = ending.before.as_ref().filter(recent).ok_or(Refusal::TooLate)?;
    // An invitation that was taken back was not completed: another one may be made at once.
    if ending.by != Some(who) || before.status == Status::Invited {
        return Err(Refusal::NotAllowed);
    }
    let mut next = session.clone();
    (next.status, next.ended, next.ending) = (before.status, before.ended, None);
    next.hand_over.clone_from(&before.hand_over);
    Ok(Some(next))
}

fn ended(session: &Session, status: Status, now: UnixMillis) -> Session {
    let mut next = session.clone();
    next.status = status;
    next.hand_over = None;
    next.ended = session.ended.or(Some(now));
    next
}
