//! One rule for every intent on a session: `decide(session, intent) -> the session as it is next, or a refusal`.
//!
//! The service stores what comes out with the revision that went in; a loser reads again and decides again, so that
//! exactly one technician wins a Join (C4), on one node or on many. The caller of this module has already checked, by role and
//! company, whether the person may see the session at all.

mod ending;
mod joining;
mod leaving;

use crate::intent::Next;
use crate::{Intent, Outcome, PersonId, Refusal, Session, Status};
pub use ending::{abandon, completed_by_service, unanswered};
use ending::{call_back, cancel_callback, client_leaves, complete, decline, reopen};
use joining::{accept, assist, join};
use leaving::{hand_over, keep, leave};
pub use leaving::{not_taken_over, waits_again, without};
use presence::{Role, UnixMillis};

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

#[cfg(test)]
mod tests;
