//! A technician goes out of a chat: by handing it over, by leaving it to another one, or by being gone (C9).

use super::ending::{completed, unanswered};
use crate::intent::Next;
use crate::{HandOver, PersonId, Refusal, Session, Status};
use presence::UnixMillis;

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

/// The session after its offer has come to nothing, since none of those who could take it is left (C9): all of them have silenced it or
/// gone offline. Who made the offer keeps the chat, and is reminded to answer again (C3). `None` if somebody is left.
#[must_use]
pub fn not_taken_over(session: &Session, receiving: &[PersonId], now: UnixMillis) -> Option<Session> {
    let is_left = |who: &PersonId| session.is_offered_to(*who) && !session.dismissed.contains(who);
    if session.status != Status::Handled || receiving.iter().any(is_left) {
        return None;
    }
    let mut next = session.clone();
    next.hand_over.as_mut().filter(|offer| offer.declined.is_none())?.declined = Some(now);
    next.rev += 1;
    Some(next)
}

pub(super) fn leave(
    session: &Session,
    who: PersonId,
    now: UnixMillis,
    stays: impl Fn(PersonId) -> bool,
) -> Next {
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

pub(super) fn leaves(session: &mut Session, who: PersonId, now: UnixMillis) {
    for each in &mut session.participants {
        if each.person == who && each.left.is_none() {
            each.left = Some(now);
        }
    }
}

pub(super) fn hand_over(
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

pub(super) fn keep(session: &Session, who: PersonId) -> Option<Session> {
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
