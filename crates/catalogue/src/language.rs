//! The languages of the catalogue, and how a reader's wishes choose one of them.

use unic_langid::LanguageIdentifier;

/// A language of the catalogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English, the measure of the others.
    #[default]
    English,
    /// German.
    German,
    /// Arabic, whose lines run from the right.
    Arabic,
}

impl Language {
    /// Its code, as in `lang`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Arabic => "ar",
        }
    }

    /// Whether its lines run from the right.
    #[must_use]
    pub fn is_from_right(self) -> bool {
        match self {
            Self::English | Self::German => false,
            Self::Arabic => true,
        }
    }

    /// The first of a reader's locales (`de_AT.UTF-8`, `de-AT`) whose language the catalogue has; English if it has none.
    pub fn of<'a>(locales: impl IntoIterator<Item = &'a str>) -> Self {
        locales.into_iter().find_map(Self::of_locale).unwrap_or_default()
    }

    /// What the environment of a program asks for, as gettext reads it: `LC_ALL`, `LC_MESSAGES` or `LANG`, the first that is set,
    /// and before it the list of `LANGUAGE`, unless the locale is "C".
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set).unwrap_or_default();
        if matches!(locale.split('.').next(), None | Some("" | "C" | "POSIX")) {
            return Self::English;
        }
        let list = set(&"LANGUAGE").unwrap_or_default();
        Self::of(list.split(':').chain([locale.as_str()]))
    }

    /// What the header `Accept-Language` of a request asks for: `de-AT, de;q=0.9, en;q=0.5`.
    #[must_use]
    pub fn of_header(header: &str) -> Self {
        let mut wishes: Vec<(&str, f32)> = header.split(',').take(MOST_WISHES).map(wish).collect();
        wishes.retain(|(_, quality)| *quality > 0.0);
        // Stable: what is wished for as much stays in its order.
        wishes.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        Self::of(wishes.into_iter().map(|(locale, _)| locale))
    }

    pub(crate) fn identifier(self) -> LanguageIdentifier {
        self.code().parse().expect("our own codes are well formed")
    }

    fn of_locale(locale: &str) -> Option<Self> {
        let base = locale.trim().split(['-', '_', '.', '@']).next()?;
        [Self::English, Self::German, Self::Arabic]
            .into_iter()
            .find(|known| base.eq_ignore_ascii_case(known.code()))
    }
}

/// Languages that are looked at in a header: browsers send fewer than ten.
const MOST_WISHES: usize = 20;

fn wish(text: &str) -> (&str, f32) {
    let mut parts = text.split(';');
    let locale = parts.next().unwrap_or_default().trim();
    let quality = parts.find_map(|part| part.trim().strip_prefix("q="));
    (locale, quality.map_or(1.0, |quality| quality.trim().parse().unwrap_or(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(set: &[(&str, &str)]) -> Language {
        Language::of_environment(|name| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_is_read_as_gettext_reads_it() {
        assert_eq!(environment(&[]), Language::English);
        assert_eq!(environment(&[("LANG", "de_AT.UTF-8")]), Language::German);
        assert_eq!(environment(&[("LANG", "de_DE.UTF-8"), ("LC_MESSAGES", "ar_EG")]), Language::Arabic);
        assert_eq!(environment(&[("LANG", "de_DE"), ("LC_ALL", "C.UTF-8")]), Language::English);
        assert_eq!(environment(&[("LANG", "de_DE"), ("LC_ALL", "")]), Language::German);
        assert_eq!(environment(&[("LANG", "en_GB.UTF-8"), ("LANGUAGE", "fr:ar:de")]), Language::Arabic);
        assert_eq!(environment(&[("LANG", "C"), ("LANGUAGE", "de")]), Language::English);
        assert_eq!(environment(&[("LANG", "fr_FR.UTF-8")]), Language::English);
    }

    #[test]
    fn a_header_is_read_by_its_qualities() {
        assert_eq!(Language::of_header("de-AT, de;q=0.9, en;q=0.5"), Language::German);
        assert_eq!(Language::of_header("en;q=0.2, ar-EG;q=0.8"), Language::Arabic);
        assert_eq!(Language::of_header("de;q=0, fr"), Language::English);
        assert_eq!(Language::of_header("*"), Language::English);
        assert_eq!(Language::of_header(""), Language::English);
        assert_eq!(Language::of_header("de;q=x, ar;q=0.1"), Language::Arabic);
    }
}
