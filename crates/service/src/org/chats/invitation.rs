//! Invitations (C7): a technician invites a client who is Online.

use super::Chats;
use crate::org::context::Context;
use crate::org::event::ConnId;
use crate::org::people::People;
use crate::org::store_queue::{InFlight, Job};
use crate::org::store_request::StoreRequest;
use crate::words;
use chat::{NewInvitation, PersonId, Session, SessionId, Status, limits};
use presence::{Presence, Role};
use protocol::display_text::written_line;
use protocol::{Answer, Down, ErrorCode, IntentId};

impl Chats {
    /// A technician invites a client.
    pub(crate) fn invite(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        re: IntentId,
        client: PersonId,
        subject: Option<&str>,
    ) {
        let Some(connection) = people.conns.get(&conn) else { return };
        let by = connection.person;
        match connection.role {
            Role::Technician => {}
            Role::Client => return cx.refuse(conn, re, ErrorCode::NotAllowed, words::NOT_ALLOWED),
        }
        let subject = subject.map(written_line).unwrap_or_default();
        if subject.chars().count() > limits::SUBJECT_CHARS {
            return cx.refuse(conn, re, ErrorCode::Invalid, words::BAD_SUBJECT);
        }
        let new = NewInvitation { id: SessionId(re), by, client, subject };
        cx.enqueue(Job::Invite { conn, by, session: Box::new(chat::invite(new, cx.wall)) });
    }

    /// Creates the session, unless the client may not be invited now.
    pub(crate) fn begin_invitation(
        &mut self,
        cx: &mut Context,
        people: &People,
        conn: ConnId,
        session: Box<Session>,
    ) -> Option<(InFlight, StoreRequest)> {
        Some(match self.why_not(people, &session) {
            None => {
                let step = StoreRequest::Create(session.clone(), cx.config.waiting_of_client);
                (InFlight::Request { conn, session }, step)
            }
            // It may repeat an invitation that was sent before.
            Some(refusal) => {
                let step = StoreRequest::Session(session.id);
                (InFlight::NotInvited { conn, session, refusal: Box::new(refusal) }, step)
            }
        })
    }

    /// The invitation is refused, unless it was stored before.
    pub(crate) fn not_invited(
        &self,
        cx: &mut Context,
        conn: ConnId,
        session: &Session,
        before: Option<&Session>,
        refusal: Down,
    ) {
        match before {
            Some(before) if (before.client, before.invited_by) == (session.client, session.invited_by) => {
                self.answer_session(cx, conn, session.id);
            }
            Some(_) | None => cx.send(conn, refusal),
        }
    }

    /// Why this client is not invited now.
    fn why_not(&self, people: &People, session: &Session) -> Option<Down> {
        let re = session.id.0;
        let error = |code, message| words::error(Some(re), code, message);
        let client = people.members.get(&session.client);
        let Some(client) = client.filter(|member| member.is_in() && member.role() == Role::Client) else {
            return Some(error(ErrorCode::NotFound, words::NOT_A_CLIENT));
        };
        let has = |status: Status| {
            let mut theirs = self.sessions.values().filter(|each| each.client == session.client);
            theirs.any(|each| each.status == status && each.id != session.id)
        };
        let refuse = |code, message, since| {
            Some(words::not_invited(re, code, message, client.person.name.clone(), since))
        };
        match client.presence {
            Presence::Away { since, .. } => refuse(ErrorCode::ClientAway, words::CLIENT_AWAY, since),
            Presence::Offline { since } => refuse(ErrorCode::ClientOffline, words::CLIENT_OFFLINE, since),
            Presence::Online { .. } if has(Status::Waiting) => {
                Some(error(ErrorCode::AlreadyActive, words::CLIENT_WAITS))
            }
            Presence::Online { .. } if has(Status::Invited) => {
                Some(error(ErrorCode::AlreadyActive, words::ALREADY_INVITED))
            }
            Presence::Online { .. } => None,
        }
    }

    /// Names the session that an intent has made or found.
    pub(crate) fn answer_session(&self, cx: &mut Context, conn: ConnId, session: SessionId) {
        let answer = Answer { session: Some(session), ..Answer::default() };
        cx.send(conn, Down::Ok { re: session.0, answer });
    }
}
