//! Replays what the fuzzer has found worth keeping, and each input that ever broke something, without a fuzzer.

mod bodies;

use std::fs;
use std::path::Path;

/// A name, and what has to hold of its inputs.
type Target = (&'static str, fn(&[u8]));

/// The targets by their names, which are those of their folders and files.
const TARGETS: [Target; 4] = [
    ("frames", bodies::frames),
    ("links", bodies::links),
    ("deep_links", bodies::deep_links),
    ("settings", bodies::settings),
];
/// Fewest inputs that a corpus has: an empty folder would look green.
const FEWEST: usize = 10;

fn here() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz"))
}

fn replay(name: &str) {
    let (_, body) = TARGETS.iter().find(|(known, _)| *known == name).expect("it is a target");
    let folder = here().join("corpus").join(name);
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("the corpus is there") {
        let path = entry.expect("it can be listed").path();
        let input = fs::read(&path).expect("an input can be read");
        if std::panic::catch_unwind(|| body(&input)).is_err() {
            panic!("{} breaks {name}", path.display());
        }
        count += 1;
    }
    assert!(count >= FEWEST, "{} has only {count} inputs", folder.display());
}

#[test]
fn whatever_frame_came_it_is_fit_to_be_shown_and_reads_the_same_again() {
    replay("frames");
}

#[test]
fn whatever_sign_in_link_was_pasted_no_plain_address_is_taken_and_no_secret_told() {
    replay("links");
}

#[test]
fn whatever_deep_link_was_opened_it_opens_a_page_or_signs_in() {
    replay("deep_links");
}

#[test]
fn whatever_stands_in_a_settings_file_it_is_read_or_refused_with_its_line() {
    replay("settings");
}

#[test]
fn every_target_of_the_fuzzer_is_replayed() {
    let sources = fs::read_dir(here().join("fuzz_targets")).expect("the targets are there");
    let mut names: Vec<String> = sources
        .map(|entry| entry.expect("it can be listed").path())
        .filter_map(|path| path.file_stem().map(|stem| stem.to_string_lossy().into_owned()))
        .collect();
    names.sort();
    let mut known: Vec<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(names, known);
}
