//! `docs/protocol.md` and the types agree: each example is read, written again, and compared.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

use protocol::{Down, Up, http};
use serde_json::Value;
use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../../docs/protocol.md");

/// An example of the page: the words after `json`, and the text.
struct Example {
    about: Vec<&'static str>,
    text: String,
}

fn examples() -> Vec<Example> {
    let mut examples = Vec::new();
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        if let Some(about) = line.strip_prefix("```json ") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            examples.push(Example { about: about.split(' ').collect(), text: text.join("\n") });
        }
    }
    examples
}

fn same_after_reading<T: serde::Serialize + serde::de::DeserializeOwned>(example: &Example) {
    let frame: T = serde_json::from_str(&example.text)
        .unwrap_or_else(|error| panic!("{:?} is not what the types say: {error}", example.about));
    let expected: Value = serde_json::from_str(&example.text).unwrap();
    let mut written = serde_json::to_value(&frame).unwrap();
    drop_zero_defaults(&expected, &mut written);
    assert_eq!(written, expected, "{:?} changes when it is read and written", example.about);
}

/// An example may leave out a field whose default is 0.
fn drop_zero_defaults(expected: &Value, written: &mut Value) {
    if let (Value::Object(expected), Value::Object(written)) = (expected, written) {
        written.retain(|name, value| expected.contains_key(name) || value != 0);
    }
}

#[test]
fn every_example_is_read_and_written_as_on_the_page() {
    for example in examples() {
        match example.about[0] {
            "up" => same_after_reading::<Up>(&example),
            "down" => same_after_reading::<Down>(&example),
            "redeem" => same_after_reading::<http::Redeem>(&example),
            "signed-in" => same_after_reading::<http::SignedIn>(&example),
            "file" => same_after_reading::<http::FileStored>(&example),
            "failure" => same_after_reading::<http::Problem>(&example),
            other => panic!("an example of what? {other}"),
        }
    }
}

#[test]
fn every_example_is_of_the_type_that_its_heading_names() {
    for example in examples().iter().filter(|example| example.about.len() > 1) {
        let frame: Value = serde_json::from_str(&example.text).unwrap();
        assert_eq!(frame["type"], example.about[1]);
    }
}

/// The names in an enum's own source: a new frame without an example fails.
fn types_in(source: &str) -> BTreeSet<String> {
    source
        .lines()
        .skip_while(|line| !line.starts_with("pub enum Up {") && !line.starts_with("pub enum Down {"))
        .filter_map(|line| line.trim().strip_prefix("#[serde(rename = \""))
        .map(|rest| rest.trim_end_matches("\")]").to_owned())
        .collect()
}

#[test]
fn every_frame_has_an_example() {
    for (direction, source) in
        [("up", include_str!("../src/up.rs")), ("down", include_str!("../src/down.rs"))]
    {
        let shown: BTreeSet<String> = examples()
            .iter()
            .filter(|example| example.about[0] == direction)
            .map(|example| example.about[1].to_owned())
            .collect();
        let frames = types_in(source);
        let missing: Vec<_> = frames.difference(&shown).collect();
        assert!(
            missing.is_empty(),
            "docs/protocol.md has no example of {missing:?}: add a block that begins with \"```json {direction}\", the name, and for \
             frames of one role the role"
        );
        let unknown: Vec<_> = shown.difference(&frames).collect();
        assert!(unknown.is_empty(), "docs/protocol.md has examples of frames that do not exist: {unknown:?}");
    }
}

#[test]
fn unknown_fields_are_ignored() {
    let frame = r#"{"type":"beat","activity":"active","mood":"good"}"#;
    assert_eq!(serde_json::from_str::<Up>(frame).unwrap(), Up::Beat { activity: presence::Activity::Active });
}

#[test]
fn a_token_is_never_printed() {
    let token = protocol::Token("9f86d081".into());
    assert!(!format!("{token:?}").contains("9f86"));
}
