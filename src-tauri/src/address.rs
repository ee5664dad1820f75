//! The portal's address, and what may be opened from it: the allow-list of navigation.
//!
//! Pure. A link comes in, a decision comes out; it opens nothing and knows no window.

use chat::SessionId;
use thiserror::Error;
use url::{Host, Origin, Url};

/// Longest address that is passed to the system's browser, in bytes: nobody follows a longer link.
pub const EXTERNAL_BYTES: usize = 8 * 1024;

/// A portal's address that may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalAddress(Url);

/// Why an address is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// It is not an address.
    #[error("its address is not one that a window can show. Ask your administrator for a new sign-in link")]
    Unreadable,
    /// It would go over a network unencrypted.
    #[error(
        "its address is not encrypted (http instead of https). Ask your administrator for an https address"
    )]
    Clear,
}

/// What happens with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// It stays in the window.
    Here,
    /// It opens in the system's browser.
    Browser,
    /// It is not opened.
    Nowhere,
}

impl PortalAddress {
    /// Reads an address; it may be unencrypted only for this machine.
    ///
    /// # Errors
    ///
    /// When it is not an address, or not encrypted.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text).map_err(|_| AddressError::Unreadable)?;
        match url.scheme() {
            "https" if url.has_host() => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            "http" => Err(AddressError::Clear),
            _other => Err(AddressError::Unreadable),
        }
    }

    /// The same address, but opening `chat`: the portal reads the part after `#` as a query.
    #[must_use]
    pub fn at_chat(mut self, chat: Option<SessionId>) -> Self {
        if let Some(SessionId(chat)) = chat {
            let fragment = match self.0.fragment() {
                Some(before) if !before.is_empty() => format!("{before}&chat={chat}"),
                Some(_) | None => format!("chat={chat}"),
            };
            self.0.set_fragment(Some(&fragment));
        }
        self
    }

    /// As an address for the window.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// Whether the portal's window may go there.
    #[must_use]
    pub fn home(&self) -> Origin {
        self.0.origin()
    }
}

/// What happens with a link in the portal's window, whose home is `home`.
#[must_use]
pub fn destination(home: &Origin, link: &Url) -> Destination {
    if &link.origin() == home && home.is_tuple() {
        return Destination::Here;
    }
    match link.scheme() {
        // A user's name and password in a link could only deceive or leak.
        "http" | "https" if link.username().is_empty() && link.password().is_none() => {
            if link.as_str().len() <= EXTERNAL_BYTES { Destination::Browser } else { Destination::Nowhere }
        }
        _other => Destination::Nowhere,
    }
}

/// The script that opens a chat in a portal that is already shown. A page that still loads has not taken its code yet, and would be
/// signed out without it.
#[must_use]
pub fn go_to_chat(SessionId(chat): SessionId) -> String {
    format!(
        "{{ const code = new URLSearchParams(location.hash.slice(1)).get('code'); \
         if (code === null) location.hash = 'chat={chat}'; \
         else history.replaceState(null, '', `#code=${{code}}&chat={chat}`); }}"
    )
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn home() -> Origin {
        PortalAddress::parse("https://help.acme.example/technician/#code=abc").unwrap().home()
    }

    fn goes(link: &str) -> Destination {
        destination(&home(), &Url::parse(link).unwrap())
    }

    #[test]
    fn only_the_service_itself_is_shown_in_the_window() {
        assert_eq!(goes("https://help.acme.example/technician/?x#y"), Destination::Here);
        assert_eq!(goes("https://help.acme.example:443/"), Destination::Here);
        assert_eq!(goes("blob:https://help.acme.example/0b5f"), Destination::Here);
        for elsewhere in [
            "http://help.acme.example/",
            "https://help.acme.example:8443/",
            "https://help.acme.example.evil.example/",
            "https://evil.example/help.acme.example",
        ] {
            assert_eq!(goes(elsewhere), Destination::Browser, "{elsewhere}");
        }
    }

    #[test]
    fn anything_but_a_plain_web_link_goes_nowhere() {
        for link in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "about:blank",
            "tauri://localhost/desk.html",
            "ftp://help.acme.example/",
            "deskbell:sign-in",
            "blob:https://evil.example/0b5f",
            "https://help.acme.example@evil.example/",
        ] {
            assert_eq!(goes(link), Destination::Nowhere, "{link}");
        }
        assert_eq!(goes(&format!("https://e.example/{}", "x".repeat(EXTERNAL_BYTES))), Destination::Nowhere);
    }

    #[test]
    fn the_portal_comes_encrypted_or_from_this_machine() {
        for good in
            ["https://h.example/", "http://127.0.0.1:8080/client", "http://[::1]:1/", "http://localhost:2/"]
        {
            assert!(PortalAddress::parse(good).is_ok(), "{good}");
        }
        assert_eq!(PortalAddress::parse("http://h.example/"), Err(AddressError::Clear));
        assert_eq!(PortalAddress::parse("http://127.0.0.1.evil.example/"), Err(AddressError::Clear));
        for bad in ["", "h.example", "file:///x", "tauri://localhost/desk.html", "javascript:1"] {
            assert_eq!(PortalAddress::parse(bad), Err(AddressError::Unreadable), "{bad}");
        }
    }

    // C10
    #[test]
    fn a_chat_is_named_behind_the_code() {
        let chat = SessionId(Uuid::from_u128(7));
        let with_code =
            PortalAddress::parse("https://h.example/technician/#code=abc").unwrap().at_chat(Some(chat));
        assert_eq!(with_code.url().fragment(), Some("code=abc&chat=00000000-0000-0000-0000-000000000007"));
        let plain = PortalAddress::parse("https://h.example/").unwrap().at_chat(Some(chat));
        assert_eq!(plain.url().fragment(), Some("chat=00000000-0000-0000-0000-000000000007"));
        let id = "00000000-0000-0000-0000-000000000007";
        let script = go_to_chat(chat);
        assert!(script.contains(&format!("location.hash = 'chat={id}'")), "{script}");
        assert!(script.contains(&format!("`#code=${{code}}&chat={id}`")), "{script}");
    }
}
