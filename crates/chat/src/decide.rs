//! One rule for every intent on a session: `decide(session, intent) -> the session as it is next, or a refusal`.
//!
//! The service stores what comes out with the revision that went in; a loser reads again and decides again, so that
//! exactly one technician wins a Join (C4), on one node or on many. The caller of this module has already checked, by role and
//! company, whether the person may see the session at all.

use crate::{
    BeforeEnding, Callback, Ending, HandOver, Participant, PersonId, Session, SessionId, Status, limits,
};
use presence::{Role, UnixMillis};

/// What somebody wants to do in an existing session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Join it (technician): while it waits, the first one wins.
    Join,
    /// Join it whether another technician is in it or not (technician, C9).
    Assist,
    /// Offer it to another technician, or to all, and stay until one has joined (technician, C9).
    HandOver {
        /// To whom.
        to: Option<PersonId>,
        /// What they should know.
        note: Option<String>,
    },
    /// Take that offer back (technician, C9).
    Keep,
    /// Silence it for oneself, or do not take over what is offered to oneself (technician).
    Dismiss,
    /// Accept an invitation (client, C7).
    Accept,
    /// Answer an invitation with "Not now" (client, C7).
    Decline,
    /// Write in it; the text has been checked.
    Message,
    /// Write a private note in it (technician); the text has been checked.
    Note,
    /// Leave it; the technician who invited takes the invitation back.
    Leave,
    /// Ask for a call instead, or change the number and the note of that call (client).
    Callback(Callback),
    /// No longer ask for the call (client).
    CancelCallback,
    /// End it (technician).
    Complete {
        /// What was done; required for abandoned and callback (C9).
        note: Option<String>,
    },
    /// Undo one's own completion a few seconds after it (C9).
    Reopen,
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
    /// The technician to whom it would be handed over is offline, or is in it already (C9).
    #[error("this technician cannot take it over")]
    CannotTakeOver,
    /// As many technicians as possible are in it.
    #[error("too many technicians are in it")]
    Full,
    /// Leaving would leave the client alone: somebody else has to stay, or complete it (C9).
    #[error("nobody else would stay")]
    NobodyStays,
    /// A completion can be undone for a few seconds only (C9).
    #[error("it was completed too long ago")]
    TooLate,
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

/// What a technician invites to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInvitation {
    /// The intent's id.
    pub id: SessionId,
    /// Who invites.
    pub by: PersonId,
    /// Whom.
    pub client: PersonId,
    /// About what; may be empty.
    pub subject: String,
}

/// A new invitation at `now` (C7). The caller makes sure that the client is Online. Nobody is in the chat until the client accepts.
#[must_use]
pub fn invite(new: NewInvitation, now: UnixMillis) -> Session {
    let NewInvitation { id, by, client, subject } = new;
    let chat = request(NewRequest { id, client, subject, reference: None }, now);
    Session { invited_by: Some(by), status: Status::Invited, ..chat }
}

/// A new request at `now` (C1). The store makes sure that the client has no other one.
#[must_use]
pub fn request(new: NewRequest, now: UnixMillis) -> Session {
    Session {
        id: new.id,
        invited_by: None,
        status: Status::Waiting,
        client: new.client,
        subject: new.subject,
        reference: new.reference,
        created: now,
        waiting_since: now,
        ended: None,
        participants: Vec::new(),
        hand_over: None,
        unanswered: None,
        dismissed: Vec::new(),
        callback: None,
        ending: None,
        messages: 0,
        notes: 0,
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
        (Role::Technician, Intent::Assist) => assist(session, who, now)?,
        (Role::Technician, Intent::HandOver { to, note }) => hand_over(session, who, (to, note), now, stays)?,
        (Role::Technician, Intent::Keep) => keep(session, who),
        (Role::Technician, Intent::Dismiss) => dismiss(session, who, now),
        (Role::Technician, Intent::Leave) => leave(session, who, now, stays)?,
        (Role::Technician, Intent::Complete { note }) => complete(session, who, note, now)?,
        (Role::Technician, Intent::Note) => note(session)?,
        (Role::Technician, Intent::Reopen) => reopen(session, who, now)?,
        (Role::Client, Intent::Accept) => accept(session, who, now)?,
        (Role::Client, Intent::Decline) => decline(session, who, now)?,
        (Role::Client, Intent::Leave) => client_leaves(session, who, now)?,
        (Role::Client, Intent::Callback(callback)) => call_back(session, who, callback, now)?,
        (Role::Client, Intent::CancelCallback) => cancel_callback(session, who, now)?,
        (Role::Technician | Role::Client, Intent::Message) => message(session, who)?,
        (
            Role::Client,
            Intent::Join
            | Intent::Assist
            | Intent::HandOver { .. }
            | Intent::Keep
            | Intent::Dismiss
            | Intent::Complete { .. }
            | Intent::Reopen
            | Intent::Note,
        )
        | (
            Role::Technician,
            Intent::Accept | Intent::Decline | Intent::Callback(_) | Intent::CancelCallback,
        ) => {
            return Err(Refusal::NotAllowed);
        }
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
    next.hand_over = None;
    next.unanswered = None;
    next.dismissed.clear();
    for each in next.participants.iter_mut().filter(|each| each.left.is_none()) {
        each.left = Some(now);
    }
    next.rev += 1;
    Some(next)
}

/// The session after some of its people were removed from the organisation; `None` if that changes nothing. Technicians leave
/// it: if another one is in it, that one stays, otherwise it waits from now on (C9). A removed client's chat ends, and so does an
/// invitation whose technician was removed.
#[must_use]
pub fn without(session: &Session, is_out: impl Fn(PersonId) -> bool, now: UnixMillis) -> Option<Session> {
    if !session.status.is_live() {
        return None;
    }
    if is_out(session.client) {
        let rev = session.rev + 1;
        return Some(Session { rev, ..completed(session, Some(session.client), None, now) });
    }
    if session.status == Status::Invited {
        return session.invited_by.is_some_and(is_out).then(|| unanswered(session, now)).flatten();
    }
    let is_offered_to_nobody = session.hand_over.as_ref().is_some_and(|offer| offer.to.is_some_and(&is_out));
    if !session.present().any(&is_out) && !is_offered_to_nobody {
        return None;
    }
    if session.present().all(&is_out) {
        return waits_again(session, now);
    }
    let mut next = session.clone();
    for each in next.participants.iter_mut().filter(|each| each.left.is_none() && is_out(each.person)) {
        each.left = Some(now);
    }
    next.hand_over = next.hand_over.filter(|offer| !is_out(offer.by) && !offer.to.is_some_and(&is_out));
    next.rev += 1;
    Some(next)
}

type Next = Result<Option<Session>, Refusal>;

fn join(session: &Session, who: PersonId, now: UnixMillis) -> Next {
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
            Ok(Some(next))
        }
        Status::Handled => Err(taken(session)),
        // It is for the client to answer.
        Status::Invited => Err(Refusal::NotAllowed),
        Status::Abandoned | Status::Callback | Status::Completed => Err(Refusal::Over),
    }
}

fn assist(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    match join(session, who, now) {
        Err(Refusal::Taken { .. }) => Ok(Some(entered(session, who, now)?)),
        joined => joined,
    }
}

fn accept(session: &Session, who: PersonId, now: UnixMillis) -> Next {
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

fn decline(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    if session.client != who || session.invited_by.is_none() {
        return Err(Refusal::NotAllowed);
    }
    Ok(match session.status {
        Status::Invited => Some(completed(session, Some(who), None, now)),
        // A late answer has nothing left to decline, and ends no chat.
        Status::Waiting | Status::Handled | Status::Abandoned | Status::Callback | Status::Completed => None,
    })
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

fn leaves(session: &mut Session, who: PersonId, now: UnixMillis) {
    for each in &mut session.participants {
        if each.person == who && each.left.is_none() {
            each.left = Some(now);
        }
    }
}

fn hand_over(
    session: &Session,
    who: PersonId,
    (to, note): (Option<PersonId>, Option<String>),
    now: UnixMillis,
    stays: impl Fn(PersonId) -> bool,
) -> Next {
    is_in(session, who)?;
    if to.is_some_and(|to| session.present().any(|each| each == to) || !stays(to)) {
        return Err(Refusal::CannotTakeOver);
    }
    let is_this =
        |offer: &HandOver| (offer.by, offer.to, &offer.note) == (who, to, &note) && offer.declined.is_none();
    if session.hand_over.as_ref().is_some_and(is_this) {
        return Ok(None);
    }
    let mut next = session.clone();
    next.hand_over = Some(HandOver { by: who, to, note, at: now, declined: None });
    // Who silenced the request may take it now.
    next.dismissed.clear();
    Ok(Some(next))
}

fn keep(session: &Session, who: PersonId) -> Option<Session> {
    let is_theirs = |offer: &HandOver| offer.by == who;
    session.hand_over.as_ref().is_some_and(is_theirs).then(|| Session { hand_over: None, ..session.clone() })
}

/// Whether this technician may decide about a chat in progress.
fn is_in(session: &Session, who: PersonId) -> Result<(), Refusal> {
    match session.status {
        Status::Handled if session.present().any(|each| each == who) => Ok(()),
        Status::Invited | Status::Waiting | Status::Handled => Err(Refusal::NotAllowed),
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

fn dismiss(session: &Session, who: PersonId, now: UnixMillis) -> Option<Session> {
    // A late Dismiss has nothing left to silence.
    let is_offered =
        session.status == Status::Waiting || session.is_offered_to(who) || session.awaits_answer_of(who);
    if !is_offered || session.dismissed.contains(&who) {
        return None;
    }
    let mut next = session.clone();
    match &mut next.hand_over {
        Some(offer) if offer.to == Some(who) => offer.declined = Some(now),
        Some(_) | None => next.dismissed.push(who),
    }
    Some(next)
}

fn message(session: &Session, who: PersonId) -> Next {
    if !session.has(who) || session.status == Status::Invited {
        return Err(Refusal::NotAllowed);
    }
    if !session.status.is_active() {
        return Err(Refusal::Over);
    }
    let mut next = session.clone();
    next.messages += 1;
    if who != session.client {
        next.unanswered = None;
    }
    Ok(Some(next))
}

fn note(session: &Session) -> Next {
    if session.status == Status::Completed {
        return Err(Refusal::Over);
    }
    Ok(Some(Session { notes: session.notes + 1, ..session.clone() }))
}

fn leave(session: &Session, who: PersonId, now: UnixMillis, stays: impl Fn(PersonId) -> bool) -> Next {
    if session.status == Status::Invited && session.invited_by == Some(who) {
        return Ok(Some(completed(session, Some(who), None, now)));
    }
    if session.status != Status::Handled || !session.present().any(|each| each == who) {
        return Ok(None);
    }
    if !session.present().any(|each| each != who && stays(each)) {
        return Err(Refusal::NobodyStays);
    }
    let mut next = session.clone();
    leaves(&mut next, who, now);
    next.hand_over = next.hand_over.filter(|offer| offer.by != who);
    Ok(Some(next))
}

fn client_leaves(session: &Session, who: PersonId, now: UnixMillis) -> Next {
    if session.client != who {
        return Err(Refusal::NotAllowed);
    }
    Ok(match session.status {
        Status::Waiting => Some(ended(session, Status::Abandoned, now)),
        Status::Invited | Status::Handled => Some(completed(session, Some(who), None, now)),
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
        Status::Callback => Ok(Some(Session { callback: Some(callback), ..session.clone() })),
        Status::Handled => Err(taken(session)),
        Status::Invited => Err(Refusal::NotAllowed),
        Status::Abandoned | Status::Completed => Err(Refusal::Over),
    }
}

fn cancel_callback(session: &Session, who: PersonId, now: UnixMillis) -> Next {
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

fn complete(session: &Session, who: PersonId, note: Option<String>, now: UnixMillis) -> Next {
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

fn completed(session: &Session, by: Option<PersonId>, note: Option<String>, now: UnixMillis) -> Session {
    let mut next = ended(session, Status::Completed, now);
    let before = BeforeEnding { status: session.status, ended: session.ended, until: now };
    next.ending = Some(Ending { by, note, before: Some(before) });
    next
}

fn reopen(session: &Session, who: PersonId, now: UnixMillis) -> Next {
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
    Ok(Some(next))
}

fn ended(session: &Session, status: Status, now: UnixMillis) -> Session {
    let mut next = session.clone();
    next.status = status;
    next.hand_over = None;
    next.ended = session.ended.or(Some(now));
    next
}

#[cfg(test)]
mod tests;
