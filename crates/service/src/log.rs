//! How the log is written. docs/operations.md says what is logged at which level.

use clap::ValueEnum;
use std::io::{IsTerminal, Write, stderr};
use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// A format of the log on standard error; each event is one line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people: time, level, words, fields.
    #[default]
    Text,
    /// For programs: one JSON object per line.
    Json,
    /// For systemd's journal, which adds the time itself: each line begins with its priority.
    Journal,
}

/// Starts logging.
pub(crate) fn begin(filter: EnvFilter, format: Option<LogFormat>) {
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false);
    // Lines that cannot be written are lost. Reporting that would use `eprintln!`, which panics if nobody reads standard error any more.
    let log = log.log_internal_errors(false);
    match format.unwrap_or_default() {
        LogFormat::Text => log.with_ansi(stderr().is_terminal()).with_writer(stderr).init(),
        LogFormat::Json => log.json().flatten_event(true).with_writer(stderr).init(),
        LogFormat::Journal => log.without_time().with_level(false).with_writer(Journal).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "service", place, "a fault of the program: a part of it has ended");
        // The message may contain text that people wrote.
        let said = panic.payload_as_str().unwrap_or_default();
        tracing::debug!(target: "service", place, said, "what the fault says");
    }));
}

/// Standard error, as systemd reads it.
struct Journal;

/// A line of this priority.
struct JournalLine(&'static str);

impl<'a> MakeWriter<'a> for Journal {
    type Writer = JournalLine;

    fn make_writer(&'a self) -> JournalLine {
        JournalLine("<6>")
    }

    fn make_writer_for(&'a self, event: &Metadata<'_>) -> JournalLine {
        JournalLine(priority(*event.level()))
    }
}

/// As `sd-daemon(3)` numbers them.
fn priority(level: Level) -> &'static str {
    match level {
        Level::ERROR => "<3>",
        Level::WARN => "<4>",
        Level::INFO => "<6>",
        // These are enabled only by somebody who wants them all.
        Level::DEBUG | Level::TRACE => "<7>",
    }
}

impl Write for JournalLine {
    fn write(&mut self, event: &[u8]) -> std::io::Result<usize> {
        // Each event arrives whole. It is written in one go, so that lines of several threads do not mix.
        let line = [self.0.as_bytes(), event].concat();
        stderr().write_all(&line)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        stderr().flush()
    }
}
