//! Why no stream could be opened, and whether trying again may help. Does not know how one is opened.

use super::words;
use std::io;

/// Why no stream could be opened, in words that end a sentence "No connection: …".
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The name has no address.
    #[error("the name {host} is not known here ({why})")]
    Unknown {
        /// The host.
        host: String,
        /// What the resolver says.
        why: io::Error,
    },
    /// No TCP connection.
    #[error("{host} cannot be reached ({})", words::unreachable(why))]
    Unreachable {
        /// The host.
        host: String,
        /// What the system says.
        why: io::Error,
    },
    /// The address is plain text, and its host is not this computer.
    #[error(
        "{host} is not this computer, and anything else has to be encrypted: the address has to begin with https://"
    )]
    Plain {
        /// The host.
        host: String,
    },
    /// No TLS: an unknown issuer, a wrong name, an old certificate.
    #[error("{host} did not prove who it is ({})", words::untrusted(why))]
    Untrusted {
        /// The host.
        host: String,
        /// What rustls says.
        why: io::Error,
    },
    /// The name cannot stand in a certificate.
    #[error("{host} is not a name that a certificate can carry")]
    Name {
        /// The host.
        host: String,
    },
    /// The platform has no certificates to trust.
    #[error("this computer's list of trusted certificates is empty")]
    NoRoots,
    /// It took longer than [`DIAL_WITHIN`](super::DIAL_WITHIN).
    #[error("{host} did not answer")]
    TooSlow {
        /// The host.
        host: String,
    },
}

impl DialError {
    /// Whether it may resolve itself without anybody doing anything.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unknown { .. } | Self::Unreachable { .. } | Self::TooSlow { .. } => true,
            Self::Plain { .. } | Self::Untrusted { .. } | Self::Name { .. } | Self::NoRoots => false,
        }
    }
}
