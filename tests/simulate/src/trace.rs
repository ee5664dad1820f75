//! The trace: a hash of everything that has happened, and the end of it in words.

use std::collections::VecDeque;
use std::fmt::Write;

/// Lines that are kept for a failure.
const LAST: usize = 20_000;

/// The trace of one run.
#[derive(Debug)]
pub(crate) struct Trace {
    hash: u64,
    is_told: bool,
    lines: VecDeque<String>,
}

impl Trace {
    /// `is_told`: keep the lines too, for a replay.
    pub(crate) fn new(is_told: bool) -> Self {
        Self { hash: 0xCBF2_9CE4_8422_2325, is_told, lines: VecDeque::new() }
    }

    /// Records what happened: always in the hash, and as a line if the run is told.
    pub(crate) fn record(&mut self, at: u64, what: std::fmt::Arguments<'_>) {
        let mut line = String::with_capacity(256);
        let _ = write!(line, "{:>5}.{:03} {what}", at / 1_000, at % 1_000);
        self.mix(&line);
        if self.is_told {
            self.keep(line);
        }
    }

    /// Records a frame's text in the hash, and as a line if the run is told.
    pub(crate) fn frame(&mut self, at: u64, conn: u64, up: bool, text: &str) {
        self.mix(text);
        if self.is_told {
            let arrow = if up { "->" } else { "<-" };
            self.keep(format!("{:>5}.{:03} conn {conn} {arrow} {text}", at / 1_000, at % 1_000));
        }
    }

    /// Eight bytes at a time, as FNV-1a does with one; the length tells apart what only differs in zeros at its end.
    fn mix(&mut self, text: &str) {
        let mut mix = |word: u64| {
            self.hash = (self.hash ^ word).wrapping_mul(0x0000_0100_0000_01B3);
            self.hash ^= self.hash >> 32;
        };
        let (words, rest) = text.as_bytes().as_chunks::<8>();
        for word in words {
            mix(u64::from_le_bytes(*word));
        }
        for byte in rest {
            mix(u64::from(*byte));
        }
        mix(text.len() as u64);
    }

    fn keep(&mut self, line: String) {
        if self.lines.len() == LAST {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// The last lines that contain one of these; all lines if `about` is empty.
    pub(crate) fn last(&self, about: &[String], most: usize) -> Vec<String> {
        let speaks =
            |line: &&String| about.is_empty() || about.iter().any(|each| line.contains(each.as_str()));
        let mut last: Vec<String> = self.lines.iter().rev().filter(speaks).take(most).cloned().collect();
        last.reverse();
        last
    }
}
