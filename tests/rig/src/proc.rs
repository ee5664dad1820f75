//! What the kernel tells of a process in `/proc`: its memory, how often its threads woke, its environment, its offspring.
//!
//! Each function reads one process or thread once; the caller decides which ones, and how often.

use anyhow::{Context, Result};
use rustix::process::{Pid, kill_process};
use std::collections::HashMap;
use std::fs;

pub use rustix::process::Signal;

/// The memory of a process in KiB: its proportional set, in which a page that several processes share counts by its share.
///
/// # Errors
/// When the process has ended, or is another user's.
pub fn pss_kib(process: u32) -> Result<u64> {
    read(&format!("/proc/{process}/smaps_rollup"), "Pss:")
}

/// The memory of a process in KiB that it has written to and that no file stands for: heaps and stacks, without the program
/// itself, of
/// which more is read as more of it runs.
///
/// # Errors
/// When the process has ended, or is another user's.
pub fn anonymous_kib(process: u32) -> Result<u64> {
    read(&format!("/proc/{process}/smaps_rollup"), "Anonymous:")
}

/// How often a thread has given up the processor by itself since it began: each is followed by a wake-up.
///
/// # Errors
/// When the thread has ended.
pub fn voluntary_switches(process: u32, thread: u32) -> Result<u64> {
    read(&format!("/proc/{process}/task/{thread}/status"), "voluntary_ctxt_switches:")
}

/// The processes that a process has started, and those that they have, whose names begin like this.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn offspring(process: u32, name: &str) -> Result<Vec<u32>> {
    let mut parents = HashMap::new();
    for entry in fs::read_dir("/proc").context("reading /proc")?.flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|id| id.parse::<u32>().ok()) else { continue };
        // One that has ended meanwhile is nobody's child.
        let Ok(status) = fs::read_to_string(entry.path().join("status")) else { continue };
        // It has ended, and nobody has asked how.
        if status.lines().any(|line| line.starts_with("State:\tZ")) {
            continue;
        }
        let called = status.lines().find_map(|line| line.strip_prefix("Name:\t")).unwrap_or_default();
        let parent = number(&status, "PPid:").and_then(|id| u32::try_from(id).ok()).unwrap_or_default();
        parents.insert(id, (parent, called.to_owned()));
    }
    let descends = |mut id: u32| {
        while let Some((parent, _)) = parents.get(&id) {
            if *parent == process {
                return true;
            }
            id = *parent;
        }
        false
    };
    let named = parents.iter().filter(|(_, (_, called))| called.starts_with(name));
    Ok(named.map(|(id, _)| *id).filter(|id| descends(*id)).collect())
}

/// A variable of the environment that a process was started with.
///
/// # Errors
/// When the process has ended, or is another user's.
pub fn variable(process: u32, name: &str) -> Result<Option<String>> {
    let all = fs::read(format!("/proc/{process}/environ")).context("reading a process's environment")?;
    let all = String::from_utf8_lossy(&all);
    let find = |line: &str| Some(line.strip_prefix(name)?.strip_prefix('=')?.to_owned());
    Ok(all.split('\0').find_map(find))
}

/// Sends a signal to a process of the test's own.
///
/// # Errors
/// When it has ended.
pub fn signal(process: u32, signal: Signal) -> Result<()> {
    let id = i32::try_from(process).ok().and_then(Pid::from_raw).context("a process's number")?;
    kill_process(id, signal).with_context(|| format!("sending a signal to process {process}"))
}

fn read(path: &str, name: &str) -> Result<u64> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {path}; has the process ended?"))?;
    number(&text, name).with_context(|| format!("{path} has no number behind {name}"))
}

/// The number behind a name that begins a line.
fn number(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_written_to_is_counted_and_a_process_that_is_none_is_told() {
        let me = std::process::id();
        let memory = || [pss_kib(me).unwrap(), anonymous_kib(me).unwrap()];
        let before = memory();
        let filled = vec![1_u8; 64 * 1024 * 1024];
        let after = memory();
        for (before, after) in before.into_iter().zip(after) {
            assert!(
                after >= before + 48 * 1024,
                "{before} KiB, then {after} with {} bytes more",
                filled.len()
            );
        }
        let words = pss_kib(u32::MAX).unwrap_err().to_string();
        assert!(words.contains("has the process ended?"), "{words}");
    }

    // A test once killed a process that had been killed before.
    #[test]
    fn a_process_that_has_ended_is_nobodys_offspring_though_nobody_has_asked_how() {
        let mut child = std::process::Command::new("/bin/sleep").arg("60").spawn().unwrap();
        let theirs = || offspring(std::process::id(), "sleep").unwrap().contains(&child.id());
        let began = std::time::Instant::now();
        while !theirs() {
            assert!(began.elapsed().as_secs() < 20, "it has started");
            std::thread::yield_now();
        }
        signal(child.id(), Signal::KILL).unwrap();
        while theirs() {
            assert!(began.elapsed().as_secs() < 20, "it has ended");
            std::thread::yield_now();
        }
        child.wait().unwrap();
    }

    #[test]
    fn a_name_is_the_whole_beginning_of_its_line() {
        let text =
            "nonvoluntary_ctxt_switches:\t9\nvoluntary_ctxt_switches:\t4\nSwapPss:   7 kB\nPss:   1234 kB\n";
        assert_eq!(number(text, "voluntary_ctxt_switches:"), Some(4));
        assert_eq!(number(text, "Pss:"), Some(1234));
        assert_eq!(number(text, "Rss:"), None);
    }
}
