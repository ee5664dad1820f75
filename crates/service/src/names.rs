//! Names as people write them: two that differ only in case or Unicode composition are the same name. It knows neither the store nor
//! people.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most names that an error suggests.
const NEAREST: usize = 3;

/// A name as it is stored: composed (NFC), otherwise as written.
pub(crate) fn composed(name: &str) -> String {
    name.nfc().collect()
}

/// A key that is equal for names that mean the same. It goes by capitals first, since ß and SS are the same word in capitals.
fn key(name: &str) -> String {
    name.nfc().collect::<String>().to_uppercase().to_lowercase().nfc().collect()
}

/// The words of a text without accents and capitals.
pub(crate) fn words(text: &str) -> Vec<String> {
    let bare: String = bare(text).map(|(each, _)| each).collect();
    bare.split(|each: char| !each.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Where a word of a text begins with this one, which has neither accents nor capitals; in characters.
pub(crate) fn place_of(text: &str, word: &str) -> Option<usize> {
    let bare: Vec<(char, usize)> = bare(text).collect();
    let word: Vec<char> = word.chars().collect();
    let begins = |at: &usize| *at == 0 || !bare[at - 1].0.is_alphanumeric();
    let is_word = |at: &usize| {
        bare[*at..].iter().map(|(each, _)| each).zip(&word).filter(|(each, of)| each == of).count()
            == word.len()
    };
    (0..bare.len()).find(|at| begins(at) && is_word(at)).map(|at| bare[at].1)
}

/// The characters of a text without accents and capitals, each with the place of the one that it comes from.
fn bare(text: &str) -> impl Iterator<Item = (char, usize)> {
    text.chars().enumerate().flat_map(|(place, each)| {
        let parts = std::iter::once(each).nfd().filter(|part| !is_combining_mark(*part));
        parts.flat_map(char::to_lowercase).map(move |part| (part, place)).collect::<Vec<_>>()
    })
}

/// Whether both mean the same.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    key(one) == key(other)
}

/// The items that a name refers to: those spelled exactly like it, or else those that mean the same.
pub(crate) fn meant<'a, T>(asked: &str, all: &'a [T], name: impl Fn(&T) -> &str) -> Vec<&'a T> {
    let exact: Vec<&T> = all.iter().filter(|each| name(each) == asked).collect();
    if !exact.is_empty() {
        return exact;
    }
    let asked = key(asked);
    all.iter().filter(|each| key(name(each)) == asked).collect()
}

/// The existing names that are most similar to this one, the most similar first.
pub(crate) fn nearest<'a>(asked: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let asked = key(asked);
    let mut all: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (strsim::normalized_damerau_levenshtein(&asked, &key(name)), name))
        .collect();
    all.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    all.dedup_by(|(_, one), (_, other)| one == other);
    all.into_iter().take(NEAREST).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_composition_do_not_make_another_name() {
        let same = [
            ("Priya Shah", "priya SHAH"),
            ("Ren\u{e9}", "Rene\u{301}"),
            ("REN\u{c9}", "rene\u{301}"),
            ("Stra\u{df}e", "STRASSE"),
            (
                "\u{3a3}\u{3af}\u{3c3}\u{3c5}\u{3c6}\u{3bf}\u{3c2}",
                "\u{3a3}\u{38a}\u{3a3}\u{3a5}\u{3a6}\u{39f}\u{3a3}",
            ),
            ("\u{141}ukasz", "\u{142}UKASZ"),
        ];
        for (one, other) in same {
            assert!(is_same(one, other), "{one} {other}");
        }
        for (one, other) in [("Rene", "Ren\u{e9}"), ("Priya", "Priya S"), ("Lukasz", "\u{141}ukasz")] {
            assert!(!is_same(one, other), "{one} {other}");
        }
        assert_eq!(composed("Rene\u{301}"), "Ren\u{e9}");
    }

    #[test]
    fn an_exact_spelling_wins_over_others_that_mean_the_same() {
        let all = ["priya", "Priya", "Tom"];
        let meant = |asked| meant(asked, &all, |name| name).into_iter().copied().collect::<Vec<_>>();
        assert_eq!(meant("Priya"), ["Priya"]);
        assert_eq!(meant("PRIYA"), ["priya", "Priya"]);
        assert_eq!(meant("tom"), ["Tom"]);
        assert!(meant("Tim").is_empty());
    }

    #[test]
    fn the_nearest_names_come_first() {
        let all = ["Other MSP", "Acme IT", "Acme", "Contoso"];
        assert_eq!(nearest("acme ti", all)[..2], ["Acme IT", "Acme"]);
        assert_eq!(nearest("acme ti", all).len(), NEAREST);
    }
}
