//! Addresses of an organisation's own systems, with a place for what they shall show: a ticket, or a chat (C10). Pure.
//!
//! What is put in comes from people whom nobody trusts. It can change neither the scheme nor the host, and it stays within its part of the
//! path or the query. The pages have the same rule in `ui/src/addressTemplate.ts`; tests of both read `address_template/cases.json`.

use crate::limits::ADDRESS_TEMPLATE_BYTES;
use std::fmt::{self, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use thiserror::Error;

/// What is put into a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// The reference of a chat, usually a ticket number.
    Reference,
    /// The id of a chat.
    Session,
}

impl Placeholder {
    /// As it is written in a template.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Reference => "{reference}",
            Self::Session => "{session}",
        }
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.text())
    }
}

/// An address with one place that is filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressTemplate {
    before: String,
    after: String,
}

/// Why a text is not a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// It is longer than anybody's address.
    #[error("The address is longer than {ADDRESS_TEMPLATE_BYTES} characters.")]
    TooLong,
    /// It has a character that addresses write in another way.
    #[error(
        "The address has a space or a character that must be percent-encoded. Copy it from a browser's address bar."
    )]
    Character,
    /// The placeholder is not there exactly once, or another one is.
    #[error("The address must contain {0} exactly once, and no other braces.")]
    Placeholder(Placeholder),
    /// It would go over a network unencrypted, or is no web address.
    #[error(
        "The address must begin with https://. Only for this computer itself (localhost) may it be http://."
    )]
    Scheme,
    /// The address names no host, or one that cannot be reached.
    #[error("The address must name a host, without a user or a password, such as https://desk.example.com/.")]
    Host,
    /// The placeholder would be a part of the host.
    #[error("{0} must come after the host and a slash, such as in https://desk.example.com/{0}.")]
    Place(Placeholder),
}

impl AddressTemplate {
    /// Reads a template.
    ///
    /// # Errors
    /// Why it is not one.
    pub fn parse(text: &str, placeholder: Placeholder) -> Result<Self, TemplateError> {
        if text.len() > ADDRESS_TEMPLATE_BYTES {
            return Err(TemplateError::TooLong);
        }
        // What browsers would read in another way than we do, such as a backslash, is among them.
        if !text.chars().all(|each| each.is_ascii_graphic() && !"\\^`|\"<>".contains(each)) {
            return Err(TemplateError::Character);
        }
        let wrong = TemplateError::Placeholder(placeholder);
        let (before, after) = text.split_once(placeholder.text()).ok_or(wrong)?;
        if [before, after].iter().any(|part| part.contains(['{', '}'])) {
            return Err(wrong);
        }
        let (scheme, rest) = before.split_once("://").ok_or(TemplateError::Scheme)?;
        let is_plain = match scheme.to_ascii_lowercase().as_str() {
            "https" => false,
            "http" => true,
            _ => return Err(TemplateError::Scheme),
        };
        let authority = match rest.find(['/', '?', '#']) {
            Some(end) if rest[end..].starts_with('/') => &rest[..end],
            Some(_) | None => return Err(TemplateError::Place(placeholder)),
        };
        let host = host(authority).ok_or(TemplateError::Host)?;
        if is_plain && !is_loopback(host) {
            return Err(TemplateError::Scheme);
        }
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// The address for this value. `None` if the value is empty or would lead to another part of the path.
    #[must_use]
    pub fn with(&self, value: &str) -> Option<String> {
        let is_up = |part: &str| !part.is_empty() && part.chars().all(|each| each == '.');
        if value.is_empty() || value.split(['/', '\\']).any(is_up) {
            return None;
        }
        Some(format!("{}{}{}", self.before, encoded(value), self.after))
    }

    /// The address with nothing in the place.
    #[must_use]
    pub fn empty(&self) -> String {
        format!("{}{}", self.before, self.after)
    }
}

/// Everything but letters, digits and the four marks that never mean anything in an address.
fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("a string takes every text");
        }
        text
    })
}

/// The host of an authority, if this is a host and perhaps a port.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, port)) => {
            inside.parse::<Ipv6Addr>().ok()?;
            (&authority[..inside.len() + 2], port)
        }
        None => {
            let end = authority.find(':').unwrap_or(authority.len());
            (&authority[..end], &authority[end..])
        }
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok() && port.bytes().all(|each| each.is_ascii_digit());
    let is_name = |label: &str| {
        !label.is_empty() && label.bytes().all(|each| each.is_ascii_alphanumeric() || b"-_".contains(&each))
    };
    let is_host = host.starts_with('[') || host.split('.').all(is_name);
    (is_host && port.strip_prefix(':').map_or(port.is_empty(), is_port)).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let inside = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || inside.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;
    use url::Url;

    fn template(text: &str) -> Result<AddressTemplate, TemplateError> {
        AddressTemplate::parse(text, Placeholder::Reference)
    }

    #[test]
    fn every_reference_of_the_table_gives_its_address() {
        let cases: Value = serde_json::from_str(include_str!("address_template/cases.json")).unwrap();
        let cases = cases.as_array().unwrap();
        assert!(cases.len() > 10, "{}", cases.len());
        for case in cases {
            let [text, reference] = ["template", "reference"].map(|name| case[name].as_str().unwrap());
            assert_eq!(
                template(text).unwrap().with(reference).as_deref(),
                case["address"].as_str(),
                "{case}"
            );
        }
    }

    #[test]
    fn a_template_is_an_encrypted_address_with_one_place_after_the_host() {
        for good in [
            "https://desk.example.com/tickets/{reference}",
            "HTTPS://desk.example.com:8443/t?id={reference}&x=1#top",
            "https://[2001:db8::1]/{reference}",
            "http://localhost:8080/#/{reference}",
            "http://127.0.0.1/{reference}",
            "http://[::1]:1/{reference}",
        ] {
            assert!(template(good).is_ok(), "{good}");
        }
        let placeholder = Placeholder::Reference;
        let long = format!("https://desk.example.com/{}{{reference}}", "x".repeat(ADDRESS_TEMPLATE_BYTES));
        for (bad, error) in [
            ("", TemplateError::Placeholder(placeholder)),
            ("https://desk.example.com/", TemplateError::Placeholder(placeholder)),
            ("https://desk.example.com/{reference}/{reference}", TemplateError::Placeholder(placeholder)),
            ("https://desk.example.com/{session}/{reference}", TemplateError::Placeholder(placeholder)),
            ("https://desk.example.com/{session}", TemplateError::Placeholder(placeholder)),
            ("http://desk.example.com/{reference}", TemplateError::Scheme),
            ("http://127.0.0.1.evil.example/{reference}", TemplateError::Scheme),
            ("javascript:alert({reference})", TemplateError::Scheme),
            ("javascript://x/%0A{reference}", TemplateError::Scheme),
            ("file:///{reference}", TemplateError::Scheme),
            ("//desk.example.com/{reference}", TemplateError::Scheme),
            ("https://{reference}/", TemplateError::Place(placeholder)),
            ("https://{reference}.example.com/", TemplateError::Place(placeholder)),
            ("https://desk.example.com{reference}", TemplateError::Place(placeholder)),
            ("https://desk.example.com?{reference}", TemplateError::Place(placeholder)),
            ("https:///{reference}", TemplateError::Host),
            ("https://user@desk.example.com/{reference}", TemplateError::Host),
            ("https://desk.example.com:port/{reference}", TemplateError::Host),
            ("https://desk.example.com:+1/{reference}", TemplateError::Host),
            ("https://desk..example.com/{reference}", TemplateError::Host),
            ("https://de%73k.example.com/{reference}", TemplateError::Host),
            ("https://[desk]/{reference}", TemplateError::Host),
            ("https://desk.example.com\\@evil.example/{reference}", TemplateError::Character),
            ("https://desk.example.com/a b/{reference}", TemplateError::Character),
            ("https://münchen.example/{reference}", TemplateError::Character),
            (&long, TemplateError::TooLong),
        ] {
            assert_eq!(template(bad).unwrap_err(), error, "{bad}");
        }
    }

    /// The parts of an address that no value may change.
    fn frame(address: &str) -> (String, Option<String>, Option<u16>, usize, usize, bool) {
        let url = Url::parse(address).unwrap();
        let parts = url.path_segments().unwrap().count();
        let pairs = url.query_pairs().count();
        let host = url.host_str().map(str::to_owned);
        assert!(url.username().is_empty() && url.password().is_none(), "{address}");
        (url.scheme().to_owned(), host, url.port(), parts, pairs, url.fragment().is_some())
    }

    proptest! {
        #[test]
        fn no_value_leaves_its_place(
            value in prop_oneof![any::<String>(), "[./\\\\%?#&=:@ 2eEfF]{0,12}", "javascript:.*", "//[a-z.]+/"],
            at in 0_usize..6,
        ) {
            let text = [
                "https://desk.example.com/tickets/{reference}",
                "https://desk.example.com:8443/a/{reference}/edit?x=1#top",
                "https://desk.example.com/t?id={reference}&x=1",
                "https://desk.example.com/#/t/{reference}",
                "http://localhost/{reference}",
                "https://desk.example.com/a/x-{reference}.html",
            ][at];
            let template = template(text).unwrap();
            if let Some(address) = template.with(&value) {
                prop_assert_eq!(frame(&address), frame(&template.with("48213").unwrap()));
                let url = Url::parse(&address).unwrap();
                // What the browser sends is what we wrote: nothing in it was resolved, nor read in another way.
                prop_assert_eq!(url.as_str(), address.as_str());
                // And the other side reads the value that was put in.
                if at == 2 {
                    let id = url.query_pairs().next().unwrap().1.into_owned();
                    prop_assert_eq!(id, value);
                }
            }
        }
    }
}
