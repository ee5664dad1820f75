//! The program behind `cargo xtask simulate`: many seeds on all processors, or one of them told in words.

use anyhow::{Context, Result, bail, ensure};
use simulate::{Checks, Failure, Faults, run};
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many seeds are run unless the command line says otherwise.
const SEEDS: u64 = 200;
/// From this many seeds on, every kind of fault must have occurred, and every invariant must have been checked.
const ALL_FAULTS_FROM: u64 = 50;

const HELP: &str = "\
Simulates worlds of 30 minutes and checks what must always hold in them.

  --seeds N    simulate N worlds (default: 200)
  --from S     start with seed S (default: 1)
  --seed S     simulate only the world of seed S, and tell it in words
  -h, --help   print this help

`cargo xtask simulate --planted [PART]` plants faults in the cores, which the simulation must find.";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
enum Task {
    /// Print the help.
    Help,
    /// Simulate one seed, and tell it in words.
    Replay(u64),
    /// Simulate so many seeds, from this one on.
    All { from: u64, seeds: u64 },
}

fn main() -> ExitCode {
    let done = task(std::env::args().skip(1)).and_then(|task| match task {
        Task::Help => {
            println!("{HELP}");
            Ok(())
        }
        Task::Replay(seed) => replay(seed),
        Task::All { from, seeds } => all(from, seeds),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn task(mut arguments: impl Iterator<Item = String>) -> Result<Task> {
    let (mut from, mut seeds, mut seed) = (1, SEEDS, None);
    while let Some(argument) = arguments.next() {
        let mut number = || -> Result<u64> {
            let text = arguments.next().with_context(|| format!("{argument} needs a number"))?;
            text.parse().with_context(|| format!("{argument} needs a number, not {text:?}"))
        };
        match argument.as_str() {
            "-h" | "--help" => return Ok(Task::Help),
            "--seeds" => seeds = number()?,
            "--seed" => seed = Some(number()?),
            "--from" => from = number()?,
            _ => bail!("unknown argument {argument:?}; use --seeds N, --from S, --seed S or --help"),
        }
    }
    ensure!(seeds > 0, "--seeds 0 simulates nothing; use 1 or more");
    Ok(seed.map_or(Task::All { from, seeds }, Task::Replay))
}

/// One seed, told in words.
fn replay(seed: u64) -> Result<()> {
    let outcome = run(seed, true);
    for line in &outcome.last {
        println!("{line}");
    }
    match outcome.failure {
        Some(failure) => {
            tell(&failure);
            bail!("the world of seed {seed} failed");
        }
        None => {
            println!("seed {seed}: everything held; trace {:016x}", outcome.hash);
            count(&outcome.faults);
            Ok(())
        }
    }
}

/// Many seeds; ends with the first that fails.
fn all(from: u64, seeds: u64) -> Result<()> {
    let start = Instant::now();
    let (next, over) = (AtomicU64::new(from), AtomicBool::new(false));
    let (faults, failed) = (Mutex::new(Faults::default()), Mutex::new(Vec::<Failure>::new()));
    let (checks, panicked) = (Mutex::new(Checks::default()), Mutex::new(Vec::new()));
    let (events, traces) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = || {
        while !over.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from + seeds {
                return;
            }
            let Ok(outcome) = catch_unwind(|| run(seed, false)) else {
                panicked.lock().expect("nobody panics with it").push(seed);
                over.store(true, Ordering::Relaxed);
                return;
            };
            *faults.lock().expect("nobody panics with it") += outcome.faults;
            *checks.lock().expect("nobody panics with it") += outcome.checks;
            events.fetch_add(outcome.events, Ordering::Relaxed);
            // The order in which the threads come to it does not matter to a sum; it wraps.
            traces.fetch_add(outcome.hash, Ordering::Relaxed);
            if let Some(failure) = outcome.failure {
                failed.lock().expect("nobody panics with it").push(failure);
                over.store(true, Ordering::Relaxed);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    if let Some(seed) = panicked.into_inner().expect("all threads are done").iter().min() {
        bail!(
            "something panicked in the world of seed {seed}: `cargo xtask simulate --seed {seed}` replays it"
        );
    }
    let mut failed = failed.into_inner().expect("all threads are done");
    failed.sort_by_key(|failure| failure.seed);
    if let Some(failure) = failed.first() {
        // Once more, for the words.
        let told = run(failure.seed, true);
        tell(told.failure.as_ref().unwrap_or(failure));
        bail!("seed {} failed: `cargo xtask simulate --seed {}` replays it", failure.seed, failure.seed);
    }
    let faults = faults.into_inner().expect("all threads are done");
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{seeds} worlds of 30 minutes held, {} events in {seconds:.1} s; their traces sum to {:016x}",
        events.load(Ordering::Relaxed),
        traces.load(Ordering::Relaxed)
    );
    count(&faults);
    let never: Vec<_> = faults.counts().filter(|(_, count)| *count == 0).map(|(fault, _)| fault).collect();
    let checks = checks.into_inner().expect("all threads are done");
    for (invariant, count) in checks.counts() {
        println!("{count:>9}  checked: {invariant}");
    }
    let unseen: Vec<_> =
        checks.counts().filter(|(_, count)| *count == 0).map(|(invariant, _)| invariant).collect();
    ensure!(
        unseen.is_empty() || seeds < ALL_FAULTS_FROM,
        "these were never checked, so nothing was shown of them: {unseen:?}"
    );
    ensure!(
        never.is_empty() || seeds < ALL_FAULTS_FROM,
        "these kinds of faults never occurred, so nothing was shown of them: {never:?}"
    );
    Ok(())
}

fn count(faults: &Faults) {
    for (fault, count) in faults.counts() {
        println!("{count:>9}  {fault:?}");
    }
}

fn tell(failure: &Failure) {
    let Failure { seed, invariant, at_ms, detail, last } = failure;
    for line in last {
        println!("{line}");
    }
    println!("seed {seed}, at {}.{:03} s: did not hold: {invariant}", at_ms / 1_000, at_ms % 1_000);
    println!("  {detail}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Task, String> {
        task(line.split_whitespace().map(str::to_owned)).map_err(|error| error.to_string())
    }

    #[test]
    fn arguments_say_what_to_simulate() {
        assert_eq!(parsed(""), Ok(Task::All { from: 1, seeds: 200 }));
        assert_eq!(parsed("--from 7 --seeds 9"), Ok(Task::All { from: 7, seeds: 9 }));
        assert_eq!(parsed("--seed 42"), Ok(Task::Replay(42)));
        assert_eq!((parsed("--help"), parsed("--seeds 9 -h")), (Ok(Task::Help), Ok(Task::Help)));
    }

    #[test]
    fn an_argument_that_cannot_be_used_is_named_with_what_can() {
        for (line, error) in [
            ("--sed 42", r#"unknown argument "--sed"; use --seeds N, --from S, --seed S or --help"#),
            ("--seed", "--seed needs a number"),
            ("--from now", r#"--from needs a number, not "now""#),
            ("--seeds 0", "--seeds 0 simulates nothing; use 1 or more"),
        ] {
            assert_eq!(parsed(line), Err(error.to_owned()));
        }
    }
}
