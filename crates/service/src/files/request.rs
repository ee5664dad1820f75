//! What is decided about a file that somebody sends or fetches: from the store, and from what their organisation has answered. It neither
//! reads nor writes contents: `http::files` does, and the simulated world.

use crate::store::{FileId, OrgId, Result, Store, StoredFile};
use chat::{Audience, PersonId, SessionId, Status};
use presence::Role;
use protocol::Down;
use uuid::Uuid;

/// Whose request it is, and for which file.
#[derive(Clone, Copy, Debug)]
pub struct FileRequest {
    /// Their organisation.
    pub org: OrgId,
    /// Who.
    pub person: PersonId,
    /// Their role.
    pub role: Role,
    /// The chat.
    pub session: SessionId,
    /// The id of the file's message.
    pub message: Uuid,
}

/// What is known of a message before its file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// There is no such chat, as far as this person is told.
    NoChat,
    /// It is a new one.
    Nothing,
    /// They have sent it before: its number.
    Stored(u64),
    /// Somebody else has a message with this id.
    OfAnother,
}

/// What becomes of contents that are on the disk, once the organisation has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// They stay: a chat has them, or may have them.
    Stay,
    /// They stay if the message's file is this one: a repeat that overtook this one has stored its own contents.
    StayIfStored,
    /// They are removed: surely no chat has them.
    Go,
}

impl FileRequest {
    /// Whether this person sent a message under the same id before; the chat must be one that they see. Blocks.
    ///
    /// # Errors
    /// As all methods of the store.
    pub fn earlier(&self, store: &dyn Store) -> Result<Earlier> {
        let session = store.session(self.org, self.session)?;
        let sees = |client| self.role == Role::Technician || client == self.person;
        if !session.is_some_and(|session| sees(session.client)) {
            return Ok(Earlier::NoChat);
        }
        let known = store.message_known(self.session, Audience::Everybody, self.message)?;
        Ok(match known {
            None => Earlier::Nothing,
            Some(known) if known.from == self.person => Earlier::Stored(known.number),
            Some(_) => Earlier::OfAnother,
        })
    }

    /// The file, if this person may fetch it: as for the messages of its chat; technicians also look up chats that are over. Blocks.
    ///
    /// # Errors
    /// As all methods of the store.
    pub fn readable(&self, store: &dyn Store) -> Result<Option<StoredFile>> {
        let session = store.session(self.org, self.session)?;
        let session = session.filter(|session| match self.role {
            Role::Technician => {
                session.status == Status::Completed
                    || session.participants.iter().any(|each| each.person == self.person)
            }
            Role::Client => session.client == self.person,
        });
        if session.is_some() { store.file(self.session, self.message) } else { Ok(None) }
    }

    /// Whether the message's file has other contents than these. Blocks.
    ///
    /// # Errors
    /// As all methods of the store.
    pub fn has_other_contents(&self, store: &dyn Store, stored: FileId) -> Result<bool> {
        Ok(store.file(self.session, self.message)?.is_some_and(|file| file.stored != stored))
    }
}

impl Contents {
    /// After this answer.
    #[must_use]
    pub fn after(answer: &Down) -> Self {
        match answer {
            Down::Ok { .. } => Self::StayIfStored,
            // What failed for a moment may have been stored all the same.
            Down::Error { code, .. } if !code.is_retryable() => Self::Go,
            _ => Self::Stay,
        }
    }
}
