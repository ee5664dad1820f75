//! Labels with a fixed set of values, and a metric for each value: found by its index, so that counting costs one addition, and created
//! at the start, so that what has not happened yet reads 0.

use crate::org::Ended;
use crate::store::StoreError;
use axum::http::StatusCode;
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use protocol::{Close, Down, ErrorCode};
use std::marker::PhantomData;

/// One label with its value.
pub(super) type One = [(&'static str, &'static str); 1];
/// A dimension by which a metric is split.
pub(crate) trait Label {
    /// All its values, as monitoring shows them.
    const VALUES: &'static [&'static str];

    /// The index of this value.
    fn place(&self) -> usize;
}

/// A metric for each value of a label.
pub(crate) struct Each<L, M> {
    metrics: Vec<M>,
    label: PhantomData<fn(L)>,
}

impl<L: Label, M: Clone + TypedMetric> Each<L, M> {
    /// All metrics, from a family that has this one label.
    pub(super) fn of<C: MetricConstructor<M>>(name: &'static str, family: &Family<One, M, C>) -> Self {
        let metrics = L::VALUES.iter().map(|value| family.get_or_create_owned(&[(name, *value)])).collect();
        Self { metrics, label: PhantomData }
    }
}

impl<L: Label, M> Each<L, M> {
    /// The metric for this value.
    pub(crate) fn at(&self, label: &L) -> &M {
        &self.metrics[label.place()]
    }
}

/// An enum that exists only as a label.
macro_rules! label {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $value:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[$each])* $variant,)+ }

        impl Label for $name {
            const VALUES: &'static [&'static str] = &[$($value),+];

            fn place(&self) -> usize {
                *self as usize
            }
        }
    };
}

label! {
    /// Why a sign-in is refused.
    SignInRefused {
        /// A connection's token does not belong to a sign-in.
        Unknown = "unknown",
        /// There is no such link.
        LinkUnknown = "link_unknown",
        /// The link was used before.
        LinkUsed = "link_used",
        /// An administrator ended the link, or made a newer one.
        LinkEnded = "link_ended",
        /// The link is too old.
        LinkExpired = "link_expired",
        /// Too many links were redeemed at once, or too many unknown links or codes came from one address.
        Busy = "busy",
    }
}

label! {
    /// Kinds of frames that are delivered.
    Kind {
        /// People's presence, and whether the desk is staffed.
        Presence = "presence",
        /// Chats, and their personal state.
        Session = "session",
        /// Messages of chats.
        Message = "message",
        /// Canned replies.
        Replies = "replies",
        /// Answers to intents.
        Answer = "answer",
        /// What a connection itself needs: welcome, beats, policy, devices.
        Connection = "connection",
    }
}

label! {
    /// How a device connects.
    Came {
        /// It was not connected, or no longer in its grace.
        New = "new",
        /// Within its grace: nobody else has noticed.
        Back = "back",
    }
}

label! {
    /// A step of the store, as it is timed.
    Step {
        /// Who a token belongs to.
        Account = "account",
        /// Redeeming a link.
        Redeem = "redeem",
        /// The sign-in of a window.
        AddWindow = "add_window",
        /// Ending a sign-in.
        Revoke = "revoke",
        /// All of an organisation.
        Load = "load",
        /// Who came, went and reported, and how far people have read.
        Save = "save",
        /// A preference.
        SetPreference = "set_preference",
        /// A new session.
        CreateSession = "create_session",
        /// Reading one.
        Session = "session",
        /// Replacing one.
        PutSession = "put_session",
        /// The same, with a message.
        PutMessage = "put_message",
        /// The same, with a file.
        PutFile = "put_file",
        /// Reading what is known about a file.
        File = "file",
        /// How much room there is for files.
        FilesRoom = "files_room",
        /// Which files are no chat's any more.
        SweepFiles = "sweep_files",
        /// Looking for a message.
        MessageNumber = "message_number",
        /// Reading completed sessions of a client.
        Completed = "completed",
        /// Searching completed sessions, and reading one.
        History = "history",
        /// Deleting completed sessions after their time.
        DeleteEnded = "delete_ended",
        /// Reading messages.
        Messages = "messages",
        /// Reading canned replies.
        Replies = "replies",
        /// Storing one, and removing one.
        PutReply = "put_reply",
        /// The administrator's commands, and what the start reads.
        Administration = "administration",
    }
}

impl Kind {
    /// Of a frame.
    pub(super) fn of(frame: &Down) -> Self {
        match frame {
            Down::People { .. } | Down::PersonGone { .. } | Down::Desk { .. } => Self::Presence,
            Down::Replies { .. } | Down::ReplyGone { .. } => Self::Replies,
            Down::Session { .. } | Down::Mine { .. } | Down::Typing { .. } => Self::Session,
            Down::Messages { .. } | Down::Notes { .. } => Self::Message,
            Down::Ok { .. } | Down::Error { .. } => Self::Answer,
            Down::Welcome(_)
            | Down::Synced { .. }
            | Down::Beat
            | Down::You { .. }
            | Down::Policy { .. }
            | Down::Preference { .. }
            | Down::Devices { .. }
            | Down::Reconnect { .. } => Self::Connection,
        }
    }
}

impl Label for ErrorCode {
    const VALUES: &'static [&'static str] = &[
        "not_allowed",
        "taken",
        "not_found",
        "over",
        "already_active",
        "too_many",
        "invalid",
        "unknown",
        "note_needed",
        "nobody_stays",
        "cannot_take_over",
        "too_late",
        "client_away",
        "client_offline",
        "rate_limited",
        "busy",
    ];

    fn place(&self) -> usize {
        match self {
            Self::NotAllowed => 0,
            Self::Taken => 1,
            Self::NotFound => 2,
            Self::Over => 3,
            Self::AlreadyActive => 4,
            Self::TooMany => 5,
            Self::Invalid => 6,
            Self::Unknown => 7,
            Self::NoteNeeded => 8,
            Self::NobodyStays => 9,
            Self::CannotTakeOver => 10,
            Self::TooLate => 11,
            Self::ClientAway => 12,
            Self::ClientOffline => 13,
            Self::RateLimited => 14,
            Self::Busy => 15,
        }
    }
}

/// How a connection ended.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    /// By the other end.
    Theirs(Ended),
    /// By the service.
    Ours(Close),
    /// By the service, without a close frame: it had not authenticated, and others needed the place.
    Evicted,
}

impl Label for How {
    const VALUES: &'static [&'static str] =
        &["left", "lost", "going_down", "protocol", "sign_in", "too_slow", "replaced", "too_many", "evicted"];

    fn place(&self) -> usize {
        match self {
            Self::Theirs(Ended::Left) => 0,
            Self::Theirs(Ended::Lost) => 1,
            Self::Ours(Close::GoingDown) => 2,
            Self::Ours(Close::Protocol) => 3,
            Self::Ours(Close::SignIn) => 4,
            Self::Ours(Close::TooSlow) => 5,
            Self::Ours(Close::Replaced) => 6,
            Self::Ours(Close::TooMany) => 7,
            Self::Evicted => 8,
        }
    }
}

impl Label for StoreError {
    const VALUES: &'static [&'static str] =
        &["busy", "full", "read_only", "refused", "damaged", "newer", "down"];

    fn place(&self) -> usize {
        match self {
            Self::Busy => 0,
            Self::Full => 1,
            Self::ReadOnly => 2,
            Self::Refused(_) => 3,
            // Another program's database is noticed at the start, before anything is counted.
            Self::Damaged(_) | Self::Foreign(_) => 4,
            Self::Newer { .. } => 5,
            Self::Down(_) => 6,
        }
    }
}

impl Label for StatusCode {
    const VALUES: &'static [&'static str] = &["1xx", "2xx", "3xx", "4xx", "5xx"];

    fn place(&self) -> usize {
        usize::from(self.as_u16() / 100).clamp(1, Self::VALUES.len()) - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_called_as_on_the_wire() {
        for (place, value) in ErrorCode::VALUES.iter().enumerate() {
            let code: ErrorCode = serde_json::from_value((*value).into()).unwrap();
            assert_eq!(code.place(), place, "{value}");
        }
    }

    #[test]
    fn every_close_code_has_its_own_index() {
        let mut places: Vec<usize> = Close::ALL.iter().map(|close| How::Ours(*close).place()).collect();
        places.extend([Ended::Left, Ended::Lost].map(|how| How::Theirs(how).place()));
        places.push(How::Evicted.place());
        places.sort_unstable();
        assert_eq!(places, (0..How::VALUES.len()).collect::<Vec<_>>());
    }
}
