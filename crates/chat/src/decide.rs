//! One rule for every intent on a session: `decide(session, intent) -> the session as it is next, or a refusal`.
//!
//! The service stores what comes out with the revision that went in; a loser reads again and decides again, so that
//! exactly one technician wins a Join (C4), on one node or on many. The caller of this module has already checked, by role and
//! company, whether the person may see the session at all.

use crate::{Callback, Ending, Kind, Participant, PersonId, Session, SessionId, Status, limits};
use presence::{Role, UnixMillis};

/// What somebody wants to do in an existing session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Join it (technician): the first one wins.
    Join,
    /// Silence it for oneself (technician).
    Dismiss,
    /// Write in it; the text has been checked.
    Message,
    /// Leave it.
    Leave,
    /// Ask for a call instead (client).
    Callback(Callback),
    /// End it (technician).
    Complete {
        /// What was done; required for abandoned and callback (C9).
        note: Option<String>,
    },
}

/// The outcome of an intent that is not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The changed session.
    Changed(Box<Session>),
    /// The session was like this already: a repeat, or nothing to do.
    Already,
}

/// Why an intent is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Another technician won the Join.
    #[error("another technician joined first")]
    Taken {
        /// Who.
        by: PersonId,
        /// When.
        at: UnixMillis,
    },
    /// This person may not do this.
    #[error("not allowed for this role or person")]
    NotAllowed,
    /// The session is over.
    #[error("the chat is over")]
    Over,
    /// Completing an abandoned chat or a callback needs a note (C9).
    #[error("a note is needed")]
    NoteNeeded,
    /// Leaving would leave the client alone: somebody else has to stay, or complete it (C9).
    #[error("nobody else would stay")]
    NobodyStays,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// The intent's id.
    pub id: SessionId,
    /// Who asks.
    pub client: PersonId,
    /// About what.
    pub subject: String,
    /// For which ticket.
    pub reference: Option<String>,
}

/// A new request at `now` (C1). The store makes sure that the client has no other one.
#[must_use]
pub fn request(new: NewRequest, now: UnixMillis) -> Session {
    Session {
        id: new.id,
        kind: Kind::Request,
        status: Status::Waiting,
        client: new.client,
        subject: new.subject,
        reference: new.reference,
        created: now,
        waiting_since: now,
        ended: None,
        participants: Vec::new(),
        dismissed: Vec::new(),
        callback: None,
        ending: None,
        messages: 0,
        applied: Vec::new(),
        rev: 1,
    }
}

/// The session after `who` did `intent` at `now`. `stays(person)` tells whether a technician is online or away.
///
/// # Errors
/// A [`Refusal`], which changes nothing.
pub fn decide(
    session: &Session,
    who: PersonId,
    role: Role,
    intent: Intent,
    now: UnixMillis,
    stays: impl Fn(PersonId) -> bool,
) -> Result<Outcome, Refusal> {
    let next = match (role, intent) {
        (Role::Technician, Intent::Join) => join(session, who, now)?,
        (Role::Technician, Intent::Dismiss) => dismiss(session, who)?,
        (Role::Technician, Intent::Leave) => leave(session, who, now, stays)?,
        (Role::Technician, Intent::Complete { note }) => complete(session, who, note, now)?,
        (Role::Client, Intent::Leave) => client_leaves(session, who, now)?,
        (Role::Client, Intent::Callback(callback)) => call_back(session, who, callback, now)?,
        (Role::Technician | Role::Client, Intent::Message) => message(session, who)?,
        (Role::Client, Intent::Join | Intent::Dismiss | Intent::Complete { .. })
        | (Role::Technician, Intent::Callback(_)) => return Err(Refusal::NotAllowed),
    };
    Ok(match next {
        Some(mut next) => {
            next.rev = session.rev + 1;
            Outcome::Changed(Box::new(next))
        }
        None => Outcome::Already,
    })
}

/// The session after its client has been gone for too long (C5); `None` if that changes nothing.
#[must_use]
pub fn abandon(session: &Session, now: UnixMillis) -> Option<Session> {
    (session.status == Status::Waiting)
        .then(|| Session { rev: session.rev + 1, ..ended(session, Status::Abandoned, now) })
}

/// An abandoned chat or a callback after the service has completed it, with a note that says why. `None` if it is neither.
#[must_use]
pub fn completed_by_service(session: &Session, note: String, now: UnixMillis) -> Option<Session> {
    session.status.is_follow_up().then(|| Session {
        rev: session.rev + 1,
        ending: Some(Ending { by: None, note: Some(note) }),
        ..ended(session, Status::Completed, now)
    })
}

/// The session after all of its technicians have been gone for too long (C9): it waits from now on, and rings again at those
/// who had silenced it. `None` if that changes nothing.
#[must_use]
pub fn waits_again(session: &Session, now: UnixMillis) -> Option<Session> {
    if session.status != Status::Handled {
        return None;
    }
    let mut next = session.clone();
    next.status = Status::Waiting;
    next.waiting_since = now;
    next.dismissed.clear();
    for each in next.participants.iter_mut().filter(|each| each.left.is_none()) {
        each.left = Some(now);
    }
    next.rev += 1;
    Some(next)
}

/// The session after some of its people were removed from the organisation; `None` if that changes nothing. Technicians leave
/// it: if another one is in it, that one stays, otherwise it waits from now on (C9). A removed client's chat ends.
#[must_use]
pub fn without(session: &Session, is_out: impl Fn(PersonId) -> bool, now: UnixMillis) -> Option<Session> {
    if !session.status.is_active() {
        return None;
    }
    if is_out(session.client) {
        let ending = Some(Ending { by: Some(session.client), note: None });
        return Some(Session { rev: session.rev + 1, ending, ..ended(session, Status::Completed, now) });
    }
    if !session.present().any(&is_out) {
        return None;
    }
    if session.present().all(&is_out) {
        return waits_again(session, now);
    }
    let mut next = session.clone();
    for each in next.participants.iter_mut().filter(|each| each.left.is_none() && is_out(each.person)) {
        each.left = Some(now);
    }
    next.rev += 1;
    Some(next)
}

type Next = Result<Option<Session>, Refusal>;

fn join(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    match session.status {
        Status::Waiting => {
            let mut next = session.clone();
            next.status = Status::Handled;
            // Nobody is in it now: former participants make room, so that a waiting client is never refused.
            next.participants.retain(|each| each.person != who);
            if next.participants.len() >= limits::PARTICIPANTS {
                next.participants.remove(0);
            }
            next.participants.push(Participant { person: who, joined: now, left: None });
            Ok(Some(next))
        }
        // C4: the same Join repeated gives the same answer.
        Status::Handled if session.present().any(|each| each == who) => Ok(None),
        Status::Handled => Err(taken(session)),
        Status::Abandoned | Status::Callback | Status::Completed => Err(Refusal::Over),
    }
}

/// Who has joined a chat in progress.
fn taken(session: &Session) -> Refusal {
    match session.joined_by() {
        Some(winner) => Refusal::Taken { by: winner.person, at: winner.joined },
        None => Refusal::Over,
    }
}

fn dismiss(session: &Session, who: PersonId) -> Next {
    match session.status {
        Status::Waiting if session.dismissed.contains(&who) => Ok(None),
        Status::Waiting => {
            let mut next = session.clone();
            next.dismissed.push(who);
            Ok(Some(next))
        }
        // A late Dismiss has nothing left to silence.
        Status::Handled | Status::Abandoned | Status::Callback | Status::Completed => Ok(None),
    }
}

fn message(session: &Session, who: PersonId) -> Next {
    if !session.has(who) {
        return Err(Refusal::NotAllowed);
    }
    if !session.status.is_active() {
        return Err(Refusal::Over);
    }
    let mut next = session.clone();
    next.messages += 1;
    Ok(Some(next))
}

fn leave(session: &Session, who: PersonId, now: UnixMillis, stays: impl Fn(PersonId) -> bool) -> Next {
    if session.status != Status::Handled || !session.present().any(|each| each == who) {
        return Ok(None);
    }
    if !session.present().any(|each| each != who && stays(each)) {
        return Err(Refusal::NobodyStays);
    }
    let mut next = session.clone();
    for each in &mut next.participants {
        if each.person == who && each.left.is_none() {
            each.left = Some(now);
        }
    }
    Ok(Some(next))
}

fn client_leaves(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    if session.client != who {
        return Err(Refusal::NotAllowed);
    }
    Ok(match session.status {
        Status::Waiting => Some(ended(session, Status::Abandoned, now)),
        Status::Handled => {
            let mut next = ended(session, Status::Completed, now);
            next.ending = Some(Ending { by: Some(who), note: None });
            Some(next)
        }
        Status::Abandoned | Status::Callback | Status::Completed => None,
    })
}

fn call_back(session: &Session, who: PersonId, callback: Callback, now: UnixMillis) -> Next {
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
        Status::Handled => Err(taken(session)),
        Status::Abandoned | Status::Callback | Status::Completed => Err(Refusal::Over),
    }
}

fn complete(session: &Session, who: PersonId, note: Option<String>, now: UnixMillis) -> Next {
    match session.status {
        Status::Waiting => return Err(Refusal::NotAllowed),
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
    let mut next = ended(session, Status::Completed, now);
    next.ending = Some(Ending { by: Some(who), note });
    Ok(Some(next))
}

fn ended(session: &Session, status: Status, now: UnixMillis) -> Session {
    let mut next = session.clone();
    next.status = status;
    next.ended = session.ended.or(Some(now));
    next
}

#[cfg(test)]
mod tests;
