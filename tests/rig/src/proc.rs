//! What the kernel tells of a process in `/proc`: its memory, and how often its threads woke.
//!
//! One look at one process or thread; which ones are looked at, and how often, is the matter of whoever measures.

use anyhow::{Context, Result};
use std::fs;

/// The memory of a process in KiB: its proportional set, in which a page that several processes share counts by its share.
///
/// # Errors
/// When the process has ended, or is another user's.
pub fn pss_kib(process: u32) -> Result<u64> {
    read(&format!("/proc/{process}/smaps_rollup"), "Pss:")
}

/// How often a thread has given up the processor by itself since it began: each is followed by a wake-up.
///
/// # Errors
/// When the thread has ended.
pub fn voluntary_switches(process: u32, thread: u32) -> Result<u64> {
    read(&format!("/proc/{process}/task/{thread}/status"), "voluntary_ctxt_switches:")
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
        let before = pss_kib(me).unwrap();
        let filled = vec![1_u8; 64 * 1024 * 1024];
        let after = pss_kib(me).unwrap();
        assert!(after >= before + 48 * 1024, "{before} KiB, then {after} with {} bytes more", filled.len());
        let words = pss_kib(u32::MAX).unwrap_err().to_string();
        assert!(words.contains("has the process ended?"), "{words}");
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
