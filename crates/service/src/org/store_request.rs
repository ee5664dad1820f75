//! One step of the store, as data: the core requests it, the loop does it, the core takes the reply.

use crate::store::{
    Changes, CompletedPage, Created, FileId, KnownMessage, MessagePut, OrgId, Put, ReplyOwner, ReplyPut,
    SignInId, Store, StoreError, StoredReply,
};
use chat::{Audience, Message, PersonId, Session, SessionId};
use presence::{Preference, UnixMillis};
use protocol::ReplyId;
use uuid::Uuid;

/// The step to do.
#[derive(Clone, Debug)]
pub enum StoreRequest {
    /// Save changes of presence, and how far people have seen sessions.
    Save(Changes),
    /// Store a preference.
    SetPreference(PersonId, Preference, UnixMillis),
    /// Create a session, unless this many requests of its client wait.
    Create(Box<Session>, usize),
    /// Read one.
    Session(SessionId),
    /// Replace one whose revision is this.
    Put(Box<Session>, u64),
    /// The same, with a message or a note.
    PutMessage(Box<Session>, u64, Audience, Message),
    /// The same, with a message that is a file.
    PutFile(Box<Session>, u64, Message, FileId),
    /// Look for a message or note that was stored before.
    MessageKnown(SessionId, Audience, Uuid),
    /// Read messages or notes after a number.
    Messages(SessionId, Audience, u64),
    /// Read completed sessions of a client, older than this one, at most so many.
    Completed(PersonId, Option<SessionId>, usize),
    /// Delete sessions that were completed before this time, about so many rows.
    DeleteEnded(UnixMillis, usize),
    /// Read canned replies.
    Replies(ReplyOwner),
    /// Store one, if its owner has fewer than so many others.
    PutReply(ReplyOwner, StoredReply, usize),
    /// Remove one.
    RemoveReply(ReplyOwner, ReplyId),
    /// End a sign-in.
    Revoke(SignInId),
}

/// The reply to a step.
#[derive(Debug)]
pub enum StoreReply {
    /// It was done; there is nothing more to say.
    Done,
    /// Of creating.
    Created(Created),
    /// Of reading a session.
    Session(Option<Box<Session>>),
    /// Of replacing.
    Put(Put),
    /// Of storing a message.
    Message(MessagePut),
    /// Of looking for a message.
    Known(Option<KnownMessage>),
    /// Of reading messages.
    Messages(Vec<Message>),
    /// Of reading completed sessions.
    Completed(CompletedPage),
    /// Of deleting: whether more is left.
    Deleted(bool),
    /// Of reading canned replies.
    Replies(Vec<StoredReply>),
    /// Of storing one.
    ReplyPut(ReplyPut),
    /// It was not done.
    Failed(StoreError),
}

/// Does it. Blocks.
pub fn perform(store: &dyn Store, org: OrgId, step: StoreRequest) -> StoreReply {
    let done = match step {
        StoreRequest::Save(changes) => store.save(&changes).map(|()| StoreReply::Done),
        StoreRequest::SetPreference(person, preference, set) => {
            store.set_preference(person, preference, set).map(|()| StoreReply::Done)
        }
        StoreRequest::Create(session, waiting) => {
            store.create_session(org, &session, waiting).map(StoreReply::Created)
        }
        StoreRequest::Session(id) => {
            store.session(org, id).map(|session| StoreReply::Session(session.map(Box::new)))
        }
        StoreRequest::Put(session, if_rev) => store.put_session(org, &session, if_rev).map(StoreReply::Put),
        StoreRequest::PutMessage(session, if_rev, audience, message) => {
            store.put_message(org, &session, if_rev, audience, &message).map(StoreReply::Message)
        }
        StoreRequest::PutFile(session, if_rev, message, stored) => {
            store.put_file(org, &session, if_rev, &message, stored).map(StoreReply::Message)
        }
        StoreRequest::MessageKnown(session, audience, id) => {
            store.message_known(session, audience, id).map(StoreReply::Known)
        }
        StoreRequest::Messages(session, audience, after) => store
            .messages(session, audience, after, protocol::limits::MESSAGES_PART)
            .map(StoreReply::Messages),
        StoreRequest::Completed(client, before, max) => {
            store.completed_of(org, client, before, max).map(StoreReply::Completed)
        }
        StoreRequest::DeleteEnded(before, rows) => {
            store.delete_ended(org, before, rows).map(StoreReply::Deleted)
        }
        StoreRequest::Replies(of) => store.replies(org, of).map(StoreReply::Replies),
        StoreRequest::PutReply(of, reply, max) => {
            store.put_reply(org, of, &reply, max).map(StoreReply::ReplyPut)
        }
        StoreRequest::RemoveReply(of, id) => store.remove_reply(org, of, id).map(|_| StoreReply::Done),
        StoreRequest::Revoke(sign_in) => store.revoke(sign_in).map(|_| StoreReply::Done),
    };
    done.unwrap_or_else(StoreReply::Failed)
}
