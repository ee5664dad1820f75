//! The inputs and outputs of an organisation's core, as data.

use super::counts::Occurrence;
use super::store_request::{StoreReply, StoreRequest};
use crate::store::{Account, AddressOf, FileId, SignInId, Standing, StoredReply};
use axum::extract::ws::Utf8Bytes;
use chat::{PersonId, SentFile, SessionId};
use presence::Role;
use protocol::{Close, Down, Hello, IntentId, ReplyId, Up};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use uuid::Uuid;

/// Identifies a connection for the life of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnId(pub u64);

/// A connection that has said hello with a valid token.
#[derive(Clone, Debug)]
pub struct Connected {
    /// Which.
    pub conn: ConnId,
    /// Who.
    pub account: Account,
    /// Whether it came by the cookie of a portal.
    pub page: bool,
    /// Its hello, without the token.
    pub hello: Hello,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With a close frame: the device leaves (P10).
    Left,
    /// Without one: the device is in grace (P10).
    Lost,
}

/// What happens to an organisation.
#[derive(Debug)]
pub enum Event {
    /// A device or a window connects.
    Connected(Box<Connected>),
    /// A frame arrived.
    Frame(ConnId, Up),
    /// A frame arrived that is refused without being acted on.
    Refused(ConnId, Box<Down>),
    /// A connection is over.
    Ended(ConnId, Ended),
    /// A connection's queue is long: its changes of people are held back.
    Congested(ConnId),
    /// It is short again.
    Room(ConnId),
    /// A step of the store is done.
    StoreReply(StoreReply),
    /// Somebody was added.
    Added(Box<crate::store::Person>),
    /// Somebody was suspended, removed, or let in again.
    Stands {
        /// Who.
        person: PersonId,
        /// What they are now.
        standing: Standing,
        /// Their sign-ins, which have ended with it.
        ended: Vec<SignInId>,
    },
    /// Something has a new name.
    Renamed(Renamed),
    /// The threshold has changed to this (P2).
    IdleAfter(Duration),
    /// The time after which abandoned chats and callbacks are completed has changed to this.
    CompleteAfter(Duration),
    /// The time for which completed chats are kept has changed to this.
    KeepFor(Duration),
    /// How many bytes the files of chats may take has changed to this.
    FilesQuota(u64),
    /// A file is on the disk: it becomes a message, or it is refused. It is answered as a frame of this connection would be.
    FileArrived(Box<ArrivedFile>),
    /// Whether people see that others are writing was set.
    Typing(bool),
    /// Whether people see how far others have read was set.
    ReadMarks(bool),
    /// The organisation's canned replies have changed.
    Replies(RepliesChange),
    /// An address of the organisation's own systems has changed to this.
    Address(AddressOf, Option<String>),
    /// A sign-in was ended.
    Revoked(SignInId),
    /// The service is going down.
    Drain {
        /// Spreads the times at which connections return.
        seed: [u8; 32],
    },
}

/// A file that somebody sends in a chat.
#[derive(Clone, Debug)]
pub struct ArrivedFile {
    /// Where the answer goes: not a connection of a device.
    pub conn: ConnId,
    /// Who sends it.
    pub person: PersonId,
    /// Their role.
    pub role: Role,
    /// In which chat.
    pub session: SessionId,
    /// The id of the intent, and then of the message.
    pub id: IntentId,
    /// The file as others will see it.
    pub file: SentFile,
    /// Where its contents are.
    pub stored: FileId,
}

/// What has changed in the organisation's canned replies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepliesChange {
    /// One is new, or as it is now.
    Put(StoredReply),
    /// One was removed.
    Removed(ReplyId),
}

/// What was renamed, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renamed {
    /// Somebody.
    Person(PersonId, String),
    /// A customer.
    Company {
        /// The old name.
        from: String,
        /// The new name.
        to: String,
    },
    /// The organisation itself.
    Organisation(String),
}

/// An outgoing frame. It is serialised once, however many connections it goes to and however often it is sent.
#[derive(Clone)]
pub struct Frame(Arc<(Down, OnceLock<Utf8Bytes>)>);

impl Frame {
    /// A frame whose text is already known.
    pub(crate) fn written(down: Down, text: String) -> Self {
        Self(Arc::new((down, OnceLock::from(Utf8Bytes::from(text)))))
    }

    /// What goes over the wire.
    #[must_use]
    pub fn text(&self) -> Utf8Bytes {
        self.0.1.get_or_init(|| protocol::write(&self.0.0).into()).clone()
    }
}

impl From<Down> for Frame {
    fn from(down: Down) -> Self {
        Self(Arc::new((down, OnceLock::new())))
    }
}

impl Deref for Frame {
    type Target = Down;

    fn deref(&self) -> &Down {
        &self.0.0
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.fmt(formatter)
    }
}

/// Something that the loop has to do.
#[derive(Debug)]
pub enum Effect {
    /// Send a frame to each of these.
    Send(Vec<ConnId>, Frame),
    /// Close a connection after the frames sent so far.
    Close(ConnId, Close),
    /// Make a step of the store.
    Store(StoreRequest),
    /// Make a code for the app's window and answer with it.
    PortalCode {
        /// To whom.
        conn: ConnId,
        /// The intent.
        re: IntentId,
        /// The app's sign-in.
        sign_in: SignInId,
        /// The app's instance.
        instance: Uuid,
    },
    /// Count what happened.
    Occurrence(Occurrence),
    /// Everything is sent and stored: the task may end.
    Drained,
}
