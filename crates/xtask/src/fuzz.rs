//! `cargo xtask fuzz`: lets the fuzzer make up input for the targets of `tests/fuzz`, each for a while. The long form of what
//! `cargo xtask test` replays from the corpus; needs a nightly compiler and `cargo-fuzz`.
//!
//! What it finds worth keeping goes to `tests/fuzz/target/corpus`; what of it is worth committing is a person's choice.

use crate::steps::{root, succeed};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::process::Command;

/// The targets: one file each in `tests/fuzz/fuzz_targets`.
const TARGETS: [&str; 4] = ["frames", "links", "deep_links", "settings"];
/// How long each is fuzzed where nothing is said, in seconds.
const SECONDS: &str = "60";
/// Longest input, in bytes: a frame's limit.
const MAX_LEN: &str = "-max_len=65536";

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (targets, seconds) = read(arguments)?;
    let folder = root().join("tests/fuzz");
    for target in targets {
        let found = folder.join("target/corpus").join(target);
        fs::create_dir_all(&found).with_context(|| format!("making {}", found.display()))?;
        let mut command = Command::new("rustup");
        command.current_dir(root()).args(["run", "nightly", "cargo", "fuzz", "run", "--fuzz-dir"]);
        command.arg(&folder).arg(target).arg(&found).arg(folder.join("corpus").join(target));
        // SQLite comes in through the service's settings, in two parts of which the sanitizer takes one for the other.
        command.env("ASAN_OPTIONS", "detect_odr_violation=0");
        command.args(["--", &format!("-max_total_time={seconds}"), MAX_LEN, "-print_final_stats=1"]);
        succeed(&mut command).with_context(|| {
            format!(
                "fuzzing {target}; an input that broke it lies in tests/fuzz/artifacts. If the fuzzer is missing: \
                 `rustup toolchain install nightly` and `cargo install cargo-fuzz --locked`"
            )
        })?;
    }
    Ok(())
}

fn read(arguments: &[String]) -> Result<(Vec<&str>, &str)> {
    let (mut targets, mut seconds) = (Vec::new(), SECONDS);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--seconds" {
            seconds = rest.next().context("--seconds needs a number")?;
            ensure!(seconds.parse::<u32>().is_ok(), "--seconds needs a number, not {seconds:?}");
        } else if let Some(target) = TARGETS.iter().find(|target| *target == argument) {
            targets.push(*target);
        } else {
            bail!("{argument:?} is no target; there are {TARGETS:?}");
        }
    }
    Ok((if targets.is_empty() { TARGETS.to_vec() } else { targets }, seconds))
}
