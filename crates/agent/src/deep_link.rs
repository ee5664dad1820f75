//! `deskbell:` links → what they ask for. Pure. Nobody knows who opened the link, so it is not trusted.

use crate::view::Page;
use chat::SessionId;
use url::Url;
use uuid::Uuid;

/// The scheme of links that open the app.
pub const SCHEME: &str = "deskbell";

/// What a link asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// To open a window.
    Open(Page),
    /// To sign in with this one-time link. The user has to be asked first: any page may have opened it.
    SignIn {
        /// The whole link.
        link: String,
    },
}

/// Reads `deskbell:portal`, `deskbell:status`, `deskbell:chat/<id>` and `deskbell:sign-in?link=…`; two slashes after the
/// colon change nothing, since some programs put them there. `None` for everything else.
#[must_use]
pub fn read(text: &str) -> Option<Wanted> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == SCHEME)?;
    let path = format!("{}{}", url.host_str().unwrap_or_default(), url.path());
    match path.trim_matches('/').split_once('/').unwrap_or((path.trim_matches('/'), "")) {
        ("portal", "") => Some(Wanted::Open(Page::Portal { chat: None })),
        ("status", "") => Some(Wanted::Open(Page::Status)),
        ("chat", id) => {
            let chat = Some(SessionId(Uuid::parse_str(id).ok()?));
            Some(Wanted::Open(Page::Portal { chat }))
        }
        ("sign-in", "") => {
            let (_, link) = url.query_pairs().find(|(name, _)| name == "link")?;
            // If the inner link was not escaped, its secret has become the fragment of the outer link.
            let link = match url.fragment() {
                Some(secret) if !link.contains('#') => format!("{link}#{secret}"),
                Some(_) | None => link.into_owned(),
            };
            Some(Wanted::SignIn { link })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_pages_chats_and_sign_ins() {
        let id = Uuid::from_u128(0xabcd);
        let chat = || Wanted::Open(Page::Portal { chat: Some(SessionId(id)) });
        let sign_in = || Wanted::SignIn { link: "https://help.acme.example/sign-in#s3cret".into() };
        for (text, wanted) in [
            ("deskbell:portal".to_owned(), Wanted::Open(Page::Portal { chat: None })),
            ("deskbell://status/".to_owned(), Wanted::Open(Page::Status)),
            (format!("deskbell:chat/{id}"), chat()),
            (format!("deskbell://chat/{id}"), chat()),
            (
                "deskbell:sign-in?link=https%3A%2F%2Fhelp.acme.example%2Fsign-in%23s3cret".to_owned(),
                sign_in(),
            ),
            ("deskbell://sign-in?link=https://help.acme.example/sign-in#s3cret".to_owned(), sign_in()),
        ] {
            assert_eq!(read(&text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn leaves_everything_else_alone() {
        for text in [
            "https://x/portal",
            "deskbell:",
            "deskbell:chat/7",
            "deskbell:portal/x",
            "deskbell:quit",
            "portal",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
