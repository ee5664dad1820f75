//! Close codes. `docs/protocol.md` says what a client does after each.

/// Why the service closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// 1001: the service is going down.
    GoingDown,
    /// 4400: the first frame was not `hello`, or a frame was not text.
    Protocol,
    /// 4401: the sign-in is unknown or was ended.
    SignIn,
    /// 4408: the client reads too slowly, or sent no `hello` in time.
    TooSlow,
    /// 4409: another connection of the same instance has replaced this one.
    Replaced,
    /// 4429: far too many frames, or too many devices or windows of one person.
    TooMany,
}

impl Close {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::GoingDown, Self::Protocol, Self::SignIn, Self::TooSlow, Self::Replaced, Self::TooMany];

    /// The number on the wire.
    #[must_use]
    pub fn code(self) -> u16 {
        match self {
            Self::GoingDown => 1001,
            Self::Protocol => 4400,
            Self::SignIn => 4401,
            Self::TooSlow => 4408,
            Self::Replaced => 4409,
            Self::TooMany => 4429,
        }
    }

    /// The close with this number; `None` for one that the service does not use.
    #[must_use]
    pub fn of(code: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|close| close.code() == code)
    }
}
