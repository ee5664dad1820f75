//! A one-time link from an administrator, `{address}/sign-in#{secret}` → its parts. Pure.

use crate::words;
use link::Address;
use protocol::http::SIGN_IN_PATH;
use url::Url;

/// Longest link, in bytes: ten times what a host name, a path and 256 bits take.
const LINK_BYTES: usize = 4096;

/// Reads `{address}/sign-in#{secret}`.
///
/// # Errors
///
/// In words for users, without the secret.
pub fn read(link: &str) -> Result<(Address, String), String> {
    let link = link.trim();
    if link.len() > LINK_BYTES {
        return Err(words::not_a_link().to_owned());
    }
    let (page, secret) = link.split_once('#').ok_or_else(|| without_secret(link).to_owned())?;
    let address = Address::parse(page).map_err(|error| error.to_string())?;
    let is_ours = page.trim_end_matches('/').ends_with(SIGN_IN_PATH);
    // A user's name before the host could be taken for the host.
    let is_plain = Url::parse(page).is_ok_and(|url| url.username().is_empty() && url.password().is_none());
    let is_secret =
        !secret.is_empty() && secret.chars().all(|each| each.is_ascii_alphanumeric() || "-_".contains(each));
    if !is_ours || !is_plain || !is_secret {
        return Err(words::not_a_link().to_owned());
    }
    Ok((address, secret.to_owned()))
}

/// What was pasted may be a part of a link, or something else altogether.
fn without_secret(link: &str) -> &'static str {
    if link.contains("://") { words::link_without_secret() } else { words::not_a_link() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_link_is_not_called_an_incomplete_one() {
        for text in ["", "hello", "2d5d0c98fef846d2"] {
            assert_eq!(read(text), Err(words::not_a_link().to_owned()), "{text}");
        }
        assert_eq!(read("https://help.acme.example/sign-in"), Err(words::link_without_secret().to_owned()));
    }
}
