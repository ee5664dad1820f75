//! What a request accepts: compressed forms of a file, whether a page or JSON is read, and in which language. It knows no files and no routes.

use axum::http::{HeaderMap, HeaderName, header};
use catalogue::Language;

/// A compressed form in which files are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Brotli,
    Gzip,
}

impl Coding {
    /// The smaller one first.
    pub(crate) const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in headers.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What the build appends to the name of the file (`ui/compress.js`).
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

/// The compressed forms that a request accepts, the preferred one first. Those that it prefers less than the file as it is are left out.
pub(crate) fn codings(headers: &HeaderMap) -> Vec<Coding> {
    let wanted = Wanted::read(headers, &header::ACCEPT_ENCODING);
    let of = |name| wanted.weight(name).or(wanted.weight("*"));
    let as_it_is = wanted.weight("identity").unwrap_or(0);
    let mut accepted: Vec<(u16, Coding)> = Coding::ALL
        .into_iter()
        .filter_map(|coding| Some((of(coding.name())?, coding)))
        .filter(|(weight, _)| *weight > 0 && *weight >= as_it_is)
        .collect();
    // The sort is stable: of two that are wanted equally, the smaller one stays first.
    accepted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    accepted.into_iter().map(|(_, coding)| coding).collect()
}

/// Whether somebody reads the answer in a browser. Browsers name HTML when they open an address. Programs do not, and neither do scripts
/// of a page: they name JSON or accept anything.
pub(crate) fn reads_pages(headers: &HeaderMap) -> bool {
    let wanted = Wanted::read(headers, &header::ACCEPT);
    let html = wanted.weight("text/html").unwrap_or(0);
    html > 0 && html >= wanted.weight("application/json").unwrap_or(0)
}

/// The language that a request asks for.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    let header = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::of_header(header.unwrap_or_default())
}

/// The names in a header, each with how much it is wanted, in thousandths.
struct Wanted(Vec<(String, u16)>);

/// How much something is wanted if the header does not say, in thousandths.
const FULLY: u16 = 1000;

impl Wanted {
    fn read(headers: &HeaderMap, name: &HeaderName) -> Self {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        Self(values.flat_map(|value| value.split(',')).map(Self::member).collect())
    }

    fn member(text: &str) -> (String, u16) {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts
            .filter_map(|part| part.split_once('='))
            .find(|(key, _)| key.trim().eq_ignore_ascii_case("q"));
        (name, weight.map_or(FULLY, |(_, weight)| thousandths(weight.trim())))
    }

    fn weight(&self, name: &str) -> Option<u16> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, weight)| *weight)
    }
}

/// A weight between 0 and 1; what is not one counts as a refusal.
fn thousandths(weight: &str) -> u16 {
    let weight = weight.parse::<f32>().unwrap_or(0.0);
    (weight.clamp(0.0, 1.0) * f32::from(FULLY)).round() as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn with(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_smallest_of_the_most_wanted_forms_comes_first() {
        use Coding::{Brotli, Gzip};
        let cases: [(&[&'static str], &[Coding]); 15] = [
            (&["gzip, deflate, br, zstd"], &[Brotli, Gzip]),
            (&["gzip", "br"], &[Brotli, Gzip]),
            (&["GZip"], &[Gzip]),
            (&["gzip;q=1.0, br;q=0.5"], &[Gzip, Brotli]),
            (&["br;q=0, gzip"], &[Gzip]),
            (&["br; Q = 0.001"], &[Brotli]),
            (&["*"], &[Brotli, Gzip]),
            (&["br;q=0, *"], &[Gzip]),
            (&["*;q=0"], &[]),
            (&["identity, gzip;q=0.5"], &[]),
            (&["identity;q=0.5, gzip"], &[Gzip]),
            (&["deflate"], &[]),
            (&["br;q=none"], &[]),
            (&[""], &[]),
            (&[], &[]),
        ];
        for (values, expected) in cases {
            assert_eq!(codings(&with(&header::ACCEPT_ENCODING, values)), expected, "{values:?}");
        }
    }

    #[test]
    fn only_a_request_that_names_html_is_read_as_a_page() {
        let cases: [(&[&'static str], bool); 8] = [
            (&["text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"], true),
            (&["Text/HTML;charset=utf-8"], true),
            (&["text/html, application/json;q=0.9"], true),
            (&["application/json, text/html;q=0.9"], false),
            (&["text/html;q=0, */*"], false),
            (&["application/json, text/plain, */*"], false),
            (&["*/*"], false),
            (&[], false),
        ];
        for (values, expected) in cases {
            assert_eq!(reads_pages(&with(&header::ACCEPT, values)), expected, "{values:?}");
        }
    }
}
