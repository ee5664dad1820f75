//! Pages that the service writes itself, for people who open an address in a browser that shows no portal. They have no script and load no
//! other file, so that they also look right where nothing else is answered. They decide nothing; their text is in `words`.

use crate::words::{self, Text};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalogue::Language;
use presence::Role;
use protocol::http::portal_path;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The look of the portals, as far as such a page needs it.
const STYLE: &str = include_str!("plain_page.css");
/// The mark of the portals.
const BELL: &str = include_str!("../../../../ui/src/bell.svg");

/// What such a page may do: have its own style and icon. Its style is named by its hash, since it is part of the page.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style = base64(&Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    HeaderValue::try_from(policy).expect("base64 and our own text are good in a header")
});

/// One page.
pub(crate) struct PlainPage<'a> {
    /// That of the title and the text.
    pub(crate) language: Language,
    pub(crate) title: Cow<'a, str>,
    /// What happened, and what to do.
    pub(crate) text: Cow<'a, str>,
    pub(crate) links: Links,
}

/// Where a page leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// To both portals.
    Portals,
    /// To the same address again.
    SameAddress,
}

impl PlainPage<'_> {
    /// The answer that shows it.
    pub(crate) fn response(&self, status: StatusCode) -> Response {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        let headers = [(header::CONTENT_TYPE, html), (header::CONTENT_SECURITY_POLICY, POLICY.clone())];
        (status, headers, self.html()).into_response()
    }

    fn html(&self) -> String {
        let (title, text, icon) = (escaped(&self.title), escaped(&self.text), data_address(BELL));
        let product = words::PRODUCT;
        let shown_above =
            if self.title == product { product.to_owned() } else { format!("{title} · {product}") };
        let links = self.links.html(self.language);
        let language = self.language.code();
        let direction = if self.language.is_from_right() { "rtl" } else { "ltr" };
        format!(
            r#"<!doctype html>
<html lang="{language}" dir="{direction}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>{shown_above}</title>
    <link rel="icon" href="{icon}" type="image/svg+xml" />
    <style>{STYLE}</style>
  </head>
  <body>
    <main>
      <div aria-hidden="true">{BELL}</div>
      <h1>{title}</h1>
      <p>{text}</p>
      <nav>{links}</nav>
    </main>
  </body>
</html>
"#
        )
    }
}

impl Links {
    fn html(self, language: Language) -> String {
        let link =
            |to: &str, text: Text| format!(r#"<a href="{to}">{}</a>"#, escaped(&text.in_language(language)));
        let portal = |role, text| link(&format!("{}/", portal_path(role)), text);
        match self {
            Self::Portals => {
                portal(Role::Technician, words::TECHNICIAN_PORTAL)
                    + &portal(Role::Client, words::CLIENT_PORTAL)
            }
            Self::SameAddress => link("", words::TRY_AGAIN),
        }
    }
}

/// Text that cannot be taken for markup. Most of it is ours, but what is wrong with a store comes from the system.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A picture as an address that can stand in an attribute.
fn data_address(svg: &str) -> String {
    let svg = svg.trim().replace('"', "'").replace('#', "%23").replace('<', "%3C").replace('>', "%3E");
    format!("data:image/svg+xml,{svg}")
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_colours_are_those_of_the_portals_in_both_themes() {
        let portals = include_str!("../../../../ui/src/look.css");
        // Each token has the colour of both themes.
        let tokens: Vec<&str> = STYLE.lines().map(str::trim).filter(|line| line.starts_with("--")).collect();
        assert_eq!(tokens.len(), 6);
        for token in tokens {
            assert!(token.contains(": light-dark("), "{token}");
            assert!(portals.lines().any(|line| line.trim() == token), "{token}");
        }
    }

    fn page(title: &'static str, text: &'static str) -> PlainPage<'static> {
        PlainPage {
            language: Language::Arabic,
            title: title.into(),
            text: text.into(),
            links: Links::SameAddress,
        }
    }

    #[test]
    fn a_page_says_its_language_and_where_it_runs_from() {
        let html = page("t", "t").html();
        assert!(html.contains(r#"<html lang="ar" dir="rtl">"#), "{html}");
        assert!(html.contains(&*words::TRY_AGAIN.in_language(Language::Arabic)), "{html}");
    }

    #[test]
    fn text_from_outside_is_no_markup() {
        let html = page("a & b", r#"<script>"x"</script>"#).html();
        assert!(html.contains("<title>a &amp; b · Deskbell</title>"), "{html}");
        assert!(html.contains("<p>&lt;script&gt;&quot;x&quot;&lt;/script&gt;</p>"), "{html}");
    }

    #[test]
    fn its_policy_allows_its_own_style_and_no_script() {
        let policy = POLICY.to_str().unwrap();
        // The hash as a browser computes it: of all between the tags.
        let html = page("t", "t").html();
        let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        assert!(
            policy.contains(&format!("style-src 'sha256-{}';", base64(&Sha256::digest(style)))),
            "{policy}"
        );
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("script-src"), "{policy}");
    }
}
