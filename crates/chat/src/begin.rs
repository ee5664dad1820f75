//! How a session begins: by a client's request, or by a technician's invitation.

use crate::{PersonId, Session, SessionId, Status};
use presence::UnixMillis;

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
