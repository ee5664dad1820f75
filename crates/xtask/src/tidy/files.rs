//! How source files look: an opening, a size that one can read, and nothing left for later.

use super::complaint::Complaint;
use crate::steps::root;
use crate::tree::{files_below, shown};
use anyhow::{Context, Result};
use std::fs;

/// Lines from which a file is shown as long: about 250 read well.
const LONG: usize = 500;
/// Lines from which a file is two.
const TOO_LONG: usize = 600;
/// Where sources of ours lie.
const SOURCES: [&str; 4] = ["crates", "src-tauri", "tests", "ui/src"];

/// What must not stand in any source, in two halves so that this file may name it.
const NEVER: [(&str, &str, &str); 6] = [
    ("TO", "DO", "what is left for later is an issue, not a comment"),
    ("FIX", "ME", "what is left for later is an issue, not a comment"),
    ("To be ", "written.", "an empty file is left out until it is written"),
    ("#[ign", "ore", "a test that does not run looks green"),
    ("todo", "!(", "nothing is half there"),
    ("unimpl", "emented!(", "nothing is half there"),
];

/// Where the cores lie: they take time, and never look at a clock.
const CORES: [&str; 9] = [
    "crates/presence/src/",
    "crates/chat/src/",
    "crates/protocol/src/",
    "crates/agent/src/",
    "crates/link/src/connection_policy",
    "crates/link/src/session",
    "crates/link/src/backoff",
    "crates/service/src/org/",
    "src-tauri/src/desk",
];
/// The loop that feeds the service's core is in the same folder, but is not a core.
const NO_CORE: [&str; 1] = ["crates/service/src/orgs/task.rs"];
/// How clocks are read.
const NOT_IN_CORES: [(&str, &str, &str); 3] = [
    ("Instant::", "now", "a core is told what time it is"),
    ("SystemTime::", "now", "a core is told what time it is"),
    ("boottime::", "now", "a core is told what time it is"),
];

/// What must not stand in tests.
const NOT_IN_TESTS: (&str, &str, &str) = ("thread::", "sleep", "a test waits for the thing, with a deadline");

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let mut found = Vec::new();
    for source in SOURCES {
        for file in files_below(&root().join(source))? {
            let rust = file.extension().is_some_and(|extension| extension == "rs");
            let page = file.extension().is_some_and(|extension| extension == "ts" || extension == "svelte");
            if !rust && !page {
                continue;
            }
            let shown = shown(&file);
            let text = fs::read_to_string(&file).with_context(|| format!("reading {shown}"))?;
            if rust && !text.starts_with("//!") {
                found.push(format!("{shown} does not open with //! and what it is"));
            }
            found.extend(length(&shown, text.lines().count()));
            let tests = shown.starts_with("tests/") || shown.contains("/tests");
            let core = CORES.iter().any(|place| shown.starts_with(place)) && !NO_CORE.contains(&&*shown);
            let never = NEVER.iter().chain(tests.then_some(&NOT_IN_TESTS));
            let never = never.chain(NOT_IN_CORES.iter().filter(|_| core));
            for (first, second, why) in never {
                let word = format!("{first}{second}");
                found.extend(
                    text.lines()
                        .enumerate()
                        .filter(|(_, line)| line.contains(&word))
                        .map(|(number, _)| format!("{shown}:{} has {word}: {why}", number + 1)),
                );
            }
        }
    }
    Ok(found)
}

fn length(shown: &str, lines: usize) -> Option<Complaint> {
    if shown.ends_with("wire.ts") {
        return None;
    }
    if lines > LONG && lines <= TOO_LONG {
        eprintln!("tidy: {shown} has {lines} lines; about 250 read well");
    }
    (lines > TOO_LONG)
        .then(|| format!("{shown} has {lines} lines: it is two files ({TOO_LONG} is the limit)"))
}
