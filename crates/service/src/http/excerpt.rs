//! The part of a message that a list of found chats shows. It knows neither chats nor the search.

use crate::names;
use protocol::display_text::written_line;

/// Characters before the word that was found.
const BEFORE: usize = 40;
/// Stands for what is left out.
const CUT: char = '…';

/// About `chars` characters of a text around the first place that begins with one of these words, which have neither accents nor
/// capitals. If no place does, the beginning of the text.
pub(super) fn excerpt(text: &str, words: &[String], chars: usize) -> String {
    let line = written_line(text);
    let all: Vec<char> = line.chars().collect();
    let at = words.iter().find_map(|word| names::place_of(&line, word)).unwrap_or_default();
    // From the beginning of a word.
    let mut from = at.saturating_sub(BEFORE);
    if from > 0 {
        from = (from..at).find(|place| all[place - 1].is_whitespace()).unwrap_or(at);
    }
    let to = (from + chars).min(all.len());
    let mut part: String = all[from..to].iter().collect();
    part.truncate(part.trim_end().len());
    if from > 0 {
        part.insert(0, CUT);
    }
    if to < all.len() {
        part.push(CUT);
    }
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_found_word_stands_in_its_sentence_whatever_its_accents() {
        let long = "It stops after each page, and the red light is on all of the time. Der Dru\u{308}cker klemmt, \nreally. And so on.";
        let cases = [
            ("drucker", "…red light is on all of the time. Der Dru\u{308}cker klemmt,  really. And…"),
            ("klemmt", "…is on all of the time. Der Dru\u{308}cker klemmt,  really. And so on."),
            ("it", "It stops after each page, and the red light is on all of the time.…"),
            ("ucker", "It stops after each page, and the red light is on all of the time.…"),
        ];
        for (word, shown) in cases {
            assert_eq!(excerpt(long, &[word.to_owned()], 67), shown, "{word}");
        }
        assert_eq!(excerpt("Done?", &["done".to_owned()], 67), "Done?");
        assert_eq!(excerpt("", &["done".to_owned()], 67), "");
        assert_eq!(excerpt(&"x".repeat(500), &["x".to_owned()], 3), "xxx…");
    }
}
