//! The address of a service: `https://host[:port]`, or `http://` to this machine.
//!
//! Everything that leaves for the network is encrypted; plain text is allowed to loopback only, for demonstrations and
//! tests. Pure: names are resolved in `dial`.

use protocol::display_text;
use std::fmt;
use url::{Host, Url};

/// Longest part of the input that an error quotes, in characters: the longest host name fits.
const SHOWN_CHARS: usize = 255;
/// Longest host, in bytes: no name in the world's directory is longer (RFC 1035), and none may fill a screen.
const HOST_BYTES: usize = 255;

/// A service's address, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    secure: bool,
    host: String,
    port: u16,
}

/// Why a text is not the address of a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text is not a URL.
    #[error("“{text}” is not a web address. An address begins with https:// and names the service's host.")]
    Malformed {
        /// What was given.
        text: String,
    },
    /// Its scheme is not https or http.
    #[error("The address begins with {scheme}://, but has to begin with https://.")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// Plain text over a network.
    #[error(
        "{scheme}:// is only for a service on this computer, since it is not encrypted. Use https://{host}."
    )]
    Plain {
        /// The scheme.
        scheme: String,
        /// The host that is not this machine.
        host: String,
    },
}

impl Address {
    /// Reads `https://host[:port]`, or `http://` with a loopback host. Path, query and fragment are ignored;
    /// `wss` and `ws` stand for the same.
    ///
    /// # Errors
    /// [`AddressError`], in words for users.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let malformed = || AddressError::Malformed { text: without_fragment(text) };
        let url = Url::parse(text.trim()).map_err(|_| malformed())?;
        let secure = match url.scheme() {
            "https" | "wss" => true,
            "http" | "ws" => false,
            other => return Err(AddressError::Scheme { scheme: display_text::line(other, SHOWN_CHARS) }),
        };
        let host = url.host().filter(|host| host.to_string().len() <= HOST_BYTES).ok_or_else(malformed)?;
        if !secure && !is_loopback(&host) {
            return Err(AddressError::Plain { scheme: url.scheme().to_owned(), host: host.to_string() });
        }
        let port = url.port().unwrap_or(if secure { 443 } else { 80 });
        Ok(Self { secure, host: host.to_string(), port })
    }

    /// Whether connections to it are encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host without brackets, as the resolver and the certificate name it.
    #[must_use]
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `host` or `host:port`, for people and for the `Host` header.
    #[must_use]
    pub fn authority(&self) -> String {
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => self.host.clone(),
            (_, port) => format!("{}:{port}", self.host),
        }
    }
}

/// The base of the service's pages, without a slash at the end: `https://host[:port]`.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.authority())
    }
}

/// The part after `#` may be a link's secret, which no error may show; the rest may be anything.
fn without_fragment(text: &str) -> String {
    display_text::line(text.split('#').next().unwrap_or_default(), SHOWN_CHARS)
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_encrypted_addresses_and_plain_ones_to_this_machine() {
        for (text, base, authority) in [
            ("https://help.acme.example", "https://help.acme.example", "help.acme.example"),
            ("https://help.acme.example:8443/x", "https://help.acme.example:8443", "help.acme.example:8443"),
            ("http://127.0.0.1:7711", "http://127.0.0.1:7711", "127.0.0.1:7711"),
            ("http://localhost/", "http://localhost", "localhost"),
            ("http://[::1]:7711/", "http://[::1]:7711", "[::1]:7711"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.to_string().as_str(), address.authority().as_str()), (base, authority));
        }
        assert_eq!(Address::parse("http://[::1]:7711").unwrap().host(), "::1");
    }

    #[test]
    fn refuses_plain_text_over_a_network_in_words() {
        let error = Address::parse("http://help.acme.example").unwrap_err();
        assert_eq!(
            error.to_string(),
            "http:// is only for a service on this computer, since it is not encrypted. Use https://help.acme.example."
        );
        let error = Address::parse("ws://192.168.1.7:7711").unwrap_err();
        assert!(error.to_string().starts_with("ws:// is only for a service on this computer"), "{error}");
        assert!(matches!(Address::parse("ftp://x"), Err(AddressError::Scheme { .. })));
        assert!(!Address::parse("help me#secret").unwrap_err().to_string().contains("secret"));
    }
}
