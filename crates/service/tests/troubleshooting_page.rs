//! `docs/troubleshooting.md`: each message that it explains is one that the service has.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

use std::path::Path;

const PAGE: &str = include_str!("../../../docs/troubleshooting.md");
/// Shorter parts of a message stand everywhere.
const TELLING: usize = 8;

/// All of the program's text, its strings in one piece.
fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut lines = text.lines();
            while let Some(line) = lines.next() {
                let mut line = line.trim().to_owned();
                while let Some(begun) = line.strip_suffix('\\') {
                    line = format!("{begun}{}", lines.next().unwrap_or_default().trim());
                }
                all.push_str(&line);
                all.push('\n');
            }
        }
    }
}

#[test]
fn explains_what_the_service_says_word_for_word() {
    let mut all = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    let section = PAGE.split_once("\n## The service\n").unwrap().1;
    let section = section.split_once("\n## ").map_or(section, |(service, _)| service);
    let headings: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("#### ")).collect();
    assert!(headings.len() > 20, "{headings:#?}");
    for heading in headings {
        let mut parts = heading
            .split('`')
            .skip(1)
            .step_by(2)
            .flat_map(|message| message.split('…'))
            .flat_map(|part| part.split(": "))
            .map(|part| part.trim_matches([' ', '(', ')', ',', '.']))
            .filter(|part| part.len() >= TELLING)
            .peekable();
        assert!(parts.peek().is_some(), "nothing of `{heading}` can be looked for");
        for part in parts {
            assert!(all.contains(part), "the service does not say `{part}`, of {heading}");
        }
    }
}
