//! Tests the rule by its table, `table.json`, which the pages' tests read too, so that the two implementations cannot drift apart.
//!
//! The table has examples, what each character counts as (those not named stay as they are), and frames in which `line 100` stands
//! for a text that is shown as a line of 100 characters.

use super::{MARKS_IN_A_ROW, line, lines};
use crate::read_down;
use serde_json::{Value, from_str};

fn table() -> Value {
    from_str(include_str!("table.json")).unwrap()
}

#[test]
fn every_example_is_shown_as_the_table_says() {
    let table = table();
    let examples = table["examples"].as_array().unwrap();
    assert!(examples.len() > 20, "{}", examples.len());
    for example in examples {
        let word = |name: &str| example[name].as_str().unwrap();
        let chars = usize::try_from(example["chars"].as_u64().unwrap()).unwrap();
        assert_eq!(line(word("text"), chars), word("line"), "{}", word("rule"));
        assert_eq!(lines(word("text"), chars), word("lines"), "{}", word("rule"));
    }
}

#[test]
fn every_character_counts_as_what_the_table_says() {
    let table = table();
    let class = |name: &str| {
        let mut members = vec![false; 0x0011_0000];
        for range in table["characters"][name].as_array().unwrap() {
            let range = range.as_str().unwrap();
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let code = |hex| usize::from_str_radix(hex, 16).unwrap();
            members[code(first)..=code(last)].fill(true);
        }
        members
    };
    let [spaces, breaks, unseen, marks, from_right] =
        ["space", "break", "unseen", "mark", "from_right"].map(class);
    for c in '\0'..=char::MAX {
        let is = |class: &[bool]| class[c as usize];
        let shown = |space: char| match c {
            _ if is(&unseen) => String::new(),
            _ if is(&marks) => String::from(c).repeat(MARKS_IN_A_ROW),
            _ if is(&spaces) => String::from(space).repeat(5),
            _ => String::from(c).repeat(5),
        };
        let five = format!("a{}b", String::from(c).repeat(5));
        let (begins, ends) = if is(&from_right) { ("\u{2068}", "\u{2069}") } else { ("", "") };
        assert_eq!(line(&five, 9), format!("{begins}a{}b{ends}", shown(' ')), "U+{:04X}", c as u32);
        let space = if is(&breaks) { '\n' } else { ' ' };
        assert_eq!(lines(&five, 9), format!("a{}b", shown(space)), "U+{:04X}", c as u32);
    }
}

#[test]
fn every_text_of_a_frame_has_the_limit_that_the_table_says() {
    let table = table();
    let frames = table["frames"].as_array().unwrap();
    assert!(frames.len() > 5, "{}", frames.len());
    let hostile = format!("a\u{202e}\nb{}", "x".repeat(5_000));
    for frame in frames {
        let mut said = frame.clone();
        each_text(&mut said, &|_| hostile.clone());
        let mut expected = frame.clone();
        each_text(&mut expected, &|text| match text.split_once(' ').unwrap() {
            ("line", chars) => line(&hostile, chars.parse().unwrap()),
            (_, chars) => lines(&hostile, chars.parse().unwrap()),
        });
        let read = read_down(&said.to_string()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), expected);
    }
}

/// Replaces each `line …` and `lines …` with another text.
fn each_text(value: &mut Value, other: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) if text.starts_with("line") => *text = other(text),
        Value::Array(all) => all.iter_mut().for_each(|one| each_text(one, other)),
        Value::Object(all) => all.values_mut().for_each(|one| each_text(one, other)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
