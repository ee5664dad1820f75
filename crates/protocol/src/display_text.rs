//! Text from outside, made fit to be shown: in a menu, a toast, a window, a terminal, a log.
//!
//! Names, subjects and messages come from other people, and a service may belong to somebody other than its user believes. The
//! rule for such text is defined only here: [`line`] and [`lines`] apply it, [`written_line`] and [`written_lines`] say what a
//! service keeps of what people write, [`frame`] applies it to a whole frame, and `read_down` to every frame that a service sends.
//! So code after that need not ask whether a text may be shown. Markup is left to the toasts, since only they know whether
//! the notification daemon reads it. The pages implement the rule again (`ui/src/displayText.ts`); one table of examples tests both.

mod frame;

use std::borrow::Cow;

pub(crate) use frame::frame;

/// Replaces the end of a text that was cut.
const CUT: char = '…';
/// Most characters of a file name's end, the dot included, that are kept when it is cut.
const KEPT_OF_NAME_END: usize = 16;
/// Most marks on one letter: languages need three, and a taller stack covers the lines above.
const MARKS_IN_A_ROW: usize = 4;
/// Begins (FSI) and ends (PDI) a part with a direction of its own, which does not affect the text around it.
const ISOLATE: char = '\u{2068}';
const END_ISOLATE: char = '\u{2069}';

/// What is kept of a line that somebody writes: white space, including line breaks, becomes spaces; invisible characters and
/// the fifth mark on a letter are removed; the ends are trimmed. A text without visible characters becomes empty.
///
/// [`line()`] shows the result unchanged, except for its length and direction.
#[must_use]
pub fn written_line(text: &str) -> String {
    let kept: String =
        visible(&one_kind_of_break(text)).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    unless_invisible(&kept)
}

/// The same for text of several lines: as [`written_line`], but line breaks stay.
#[must_use]
pub fn written_lines(text: &str) -> String {
    let kept: String = visible(&one_kind_of_break(text)).map(line_break).collect();
    unless_invisible(&kept)
}

/// What is kept of a file's name that somebody sends: its last part, as a line of at most [`chat::limits::FILE_NAME_CHARS`] characters.
/// A longer one keeps its end, which says what kind of file it is. It is empty if nothing of it can be seen.
#[must_use]
pub fn written_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let last = written_line(last);
    // A name of dots alone is a folder.
    let last = if last.chars().all(|each| each == '.') { String::new() } else { last };
    let chars: Vec<char> = last.chars().collect();
    let Some(over) = chars.len().checked_sub(chat::limits::FILE_NAME_CHARS).filter(|over| *over > 0) else {
        return last;
    };
    let end = chars.iter().rev().position(|each| *each == '.').map_or(0, |end| end + 1).min(KEPT_OF_NAME_END);
    let (begin, end) = (chars.len() - end - over - 1, chars.len() - end);
    chars[..begin].iter().chain([&CUT]).chain(&chars[end..]).collect()
}

/// A text as one line of at most `chars` characters:
/// - every line break (CR LF counts as one) and other white space becomes a space;
/// - control characters are removed, as are invisible characters and those that change the direction of the text around them;
/// - no letter has more than four marks;
/// - a text that is too long ends with `…`;
/// - a text with letters of a right-to-left script is isolated (FSI … PDI, beyond `chars`), so that the words around it stay
///   where they are.
///
/// Applying it again changes nothing.
#[must_use]
pub fn line(text: &str, chars: usize) -> String {
    if is_plain(text, chars) {
        return text.to_owned();
    }
    let cleaned =
        cut(visible(&one_kind_of_break(text)).map(|c| if c.is_whitespace() { ' ' } else { c }), chars);
    if cleaned.chars().any(runs_from_right) { format!("{ISOLATE}{cleaned}{END_ISOLATE}") } else { cleaned }
}

/// A text of several lines, as [`line()`], but line breaks stay and it is not isolated: nothing else is on its lines.
#[must_use]
pub fn lines(text: &str, chars: usize) -> String {
    if is_plain(text, chars) {
        return text.to_owned();
    }
    cut(visible(&one_kind_of_break(text)).map(line_break), chars)
}

/// CR LF and a lone CR are line breaks like any other.
fn one_kind_of_break(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// White space in text that keeps its lines.
fn line_break(c: char) -> char {
    match c {
        '\n' | '\u{2028}' | '\u{2029}' => '\n',
        other if other.is_whitespace() => ' ',
        other => other,
    }
}

/// The text with its ends trimmed; empty if nothing in it is visible.
fn unless_invisible(text: &str) -> String {
    let takes_no_room = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{2800}' | '\u{3164}')
    };
    if text.chars().all(takes_no_room) { String::new() } else { text.trim().to_owned() }
}

/// Whether it is short ASCII without control characters, as nearly every text is: such a text needs no change, and every frame
/// of the service is checked.
fn is_plain(text: &str, chars: usize) -> bool {
    text.len() <= chars && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// The characters that may be shown, white space as it is.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let mut marks = 0;
    text.chars().filter(|c| c.is_whitespace() || is_visible(*c)).filter(move |c| {
        marks = match c {
            // A joiner is not a letter: the count of marks goes on.
            '\u{200c}' | '\u{200d}' => marks,
            c if is_mark(*c) => marks + 1,
            _ => 0,
        };
        marks <= MARKS_IN_A_ROW
    })
}

fn cut(text: impl Iterator<Item = char>, chars: usize) -> String {
    let mut text = text.peekable();
    let mut kept = String::new();
    for _ in 1..chars {
        match text.next() {
            Some(c) => kept.push(c),
            None => return kept,
        }
    }
    match (text.next(), text.peek()) {
        (Some(last), None) => kept.push(last),
        (Some(_), Some(_)) => kept.push(CUT),
        (None, _) => {}
    }
    kept
}

/// Whether it is visible and affects nothing else. Joiners stay: Persian, Indic scripts and emoji need them.
fn is_visible(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Marks that are placed on the letter before them, in any number unless they are counted.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Letters of Hebrew, Arabic and similar scripts.
fn runs_from_right(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod table;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_has_no_folders_and_keeps_its_end() {
        for (name, kept) in [
            ("report.pdf", "report.pdf"),
            ("/etc/passwd", "passwd"),
            ("C:\\Users\\Dana\\screen.png", "screen.png"),
            ("../..", ""),
            (" \u{202e}gnp.exe ", "gnp.exe"),
            ("a\nb\0.txt", "a b.txt"),
            ("", ""),
        ] {
            assert_eq!(written_file_name(name), kept, "{name:?}");
        }
        let long = written_file_name(&format!("{}.tar.gz", "x".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with("x….gz")), (255, true), "{long}");
        assert_eq!(written_file_name(&"é".repeat(400)).chars().count(), 255);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_made_fit_to_show_and_is_then_stable(text in "\\PC*|.*|[\u{200b}-\u{206f}אa\\n\u{300}]*") {
            let shown = line(&text, 40);
            proptest::prop_assert!(shown.chars().count() <= 40 + 2);
            proptest::prop_assert!(!shown.chars().any(char::is_control), "{:?}", shown);
            proptest::prop_assert_eq!(line(&shown, 40), shown);
            let shown = lines(&text, 40);
            proptest::prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "{:?}", shown);
            proptest::prop_assert_eq!(lines(&shown, 40), shown);
        }

        #[test]
        fn kept_text_is_shown_unchanged(text in "\\PC*|.*|[\u{200b}-\u{206f}\u{e0041}a\r\n\t\u{300}]*") {
            let kept = written_line(&text);
            proptest::prop_assert_eq!(line(&kept, usize::MAX).replace([ISOLATE, END_ISOLATE], ""), kept.as_str());
            proptest::prop_assert_eq!(written_line(&kept), kept);
            let kept = written_lines(&text);
            proptest::prop_assert_eq!(lines(&kept, usize::MAX), kept.as_str());
            proptest::prop_assert_eq!(written_lines(&kept), kept);
        }
    }

    #[test]
    fn written_text_is_kept_as_it_is_shown() {
        let cases = [
            ("Printer\r\nis\u{2028}dead\0", "Printer is dead"),
            ("one\rtwo", "one two"),
            ("\u{202E}moc.live\u{202C} Priya\u{2066}", "moc.live Priya"),
            ("\u{FEFF}\u{200B} \t", ""),
            ("\u{E0041}", ""),
            ("\u{200D}\u{200E}\u{3164}", ""),
            ("\u{5D3}\u{5E0}\u{5D4} +64\u{200E} 9", "\u{5D3}\u{5E0}\u{5D4} +64 9"),
            ("\u{1F469}\u{200D}\u{1F4BB}", "\u{1F469}\u{200D}\u{1F4BB}"),
        ];
        for (written, kept) in cases {
            assert_eq!(written_line(written), kept, "{written:?}");
        }
        let written = "\u{7}one\ntwo\tthree\u{2029}four\rfive\r\nsix\u{202D}\r";
        assert_eq!(written_lines(written), "one\ntwo three\nfour\nfive\nsix");
        assert_eq!(written_lines("\u{200B}\n\u{200E}"), "");
    }
}
