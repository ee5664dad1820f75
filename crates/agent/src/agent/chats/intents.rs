//! Joining and dismissing a waiting request, answering an invitation, and the service's answers.

use super::Chats;
use crate::agent::context::Context;
use crate::agent::contract::Requester;
use crate::agent::pending::{Pending, Refused};
use crate::view::Answer;
use crate::words::{self, Names, Times};
use chat::{Kind, SessionId, Status};
use presence::UnixMillis;
use protocol::{ErrorCode, SessionView, Up};

impl Chats {
    pub(in crate::agent) fn join(cx: &mut Context, from: Option<Requester>, session: SessionId) {
        cx.ask(Pending::Join { session, from }, |id| Up::Join { id, session });
    }

    pub(in crate::agent) fn accept(cx: &mut Context, from: Option<Requester>, session: SessionId) {
        cx.ask(Pending::Accept { session, from }, |id| Up::Accept { id, session });
    }

    pub(in crate::agent) fn decline(cx: &mut Context, from: Option<Requester>, session: SessionId) {
        cx.ask(Pending::Decline { session, from }, |id| Up::Decline { id, session });
    }

    pub(in crate::agent) fn answer_refused(
        &self,
        cx: &mut Context,
        from: Option<Requester>,
        session: SessionId,
        refused: Refused,
    ) {
        // C10
        cx.fail(from, self.how_it_ended(session, cx.times(), cx.names()).unwrap_or(refused.message));
    }

    /// The user is in the chat; `opened` says whether its page could be opened.
    pub(in crate::agent) fn joined(cx: &mut Context, from: Option<Requester>, opened: Result<(), String>) {
        let note = match (opened, from) {
            (Err(why), _) => Some(why),
            (Ok(()), Some(_)) => Some(words::joined_now().to_owned()),
            // The chat opens, which says enough.
            (Ok(()), None) => None,
        };
        cx.answer(from, Answer::Done { note });
    }

    pub(in crate::agent) fn join_refused(
        &self,
        cx: &mut Context,
        from: Option<Requester>,
        session: SessionId,
        refused: Refused,
    ) {
        let words = match (refused.code, refused.by, refused.at) {
            // C4
            (ErrorCode::Taken, Some(by), Some(at)) => joined_at(&by, at, cx.times(), cx.names()),
            _ => self.how_it_ended(session, cx.times(), cx.names()).unwrap_or(refused.message),
        };
        cx.fail(from, words);
    }

    pub(in crate::agent) fn dismiss(
        &mut self,
        cx: &mut Context,
        from: Option<Requester>,
        session: SessionId,
    ) {
        self.dismissing.insert(session);
        cx.ask(Pending::Dismiss { session, from }, |id| Up::Dismiss { id, session });
    }

    pub(in crate::agent) fn dismiss_refused(
        &mut self,
        cx: &mut Context,
        from: Option<Requester>,
        session: SessionId,
        refused: Refused,
    ) {
        self.dismissing.remove(&session);
        // C10
        cx.fail(from, self.how_it_ended(session, cx.times(), cx.names()).unwrap_or(refused.message));
    }

    /// What became of a session that no longer waits, in words; `None` while somebody or something is awaited, or if it is not known.
    pub(in crate::agent) fn how_it_ended(&self, id: SessionId, times: Times, names: Names) -> Option<String> {
        let session = self.get(id)?;
        if self.is_offered(id) {
            return None;
        }
        match session.status {
            Status::Invited | Status::Waiting => None,
            Status::Handled => session
                .participants
                .iter()
                .find(|each| each.left.is_none())
                .map(|each| joined_at(&each.name, each.joined, times, names)),
            Status::Abandoned => Some(words::left(session, names)),
            Status::Callback => Some(words::asks_to_be_called(session, names)),
            Status::Completed if is_never_accepted(session) => Some(words::invitation_over().to_owned()),
            Status::Completed => Some(words::over().to_owned()),
        }
    }
}

/// Whether it is an invitation that has ended without a chat.
fn is_never_accepted(session: &SessionView) -> bool {
    session.kind == Kind::Push && session.participants.is_empty()
}

fn joined_at(name: &str, at: UnixMillis, times: Times, names: Names) -> String {
    words::joined(name, &times.when(at), names)
}
