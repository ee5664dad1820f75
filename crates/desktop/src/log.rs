//! What the program writes for those who look after it, as `DESKBELL_LOG` says (`info` by default; as `RUST_LOG`, for instance
//! `desktop=debug,link=debug`): to standard error, and in the background to a file, unless standard error is a terminal or
//! systemd's journal.
//!
//! Targets and levels only: the filter that also knows spans and fields brings regular expressions, which nobody needs here and
//! which are in memory all day.
//!
//! One event is one line, whatever its fields hold: nobody outside writes lines of their own, nor speaks to the terminal.

mod child;
mod field;
mod rolled;

pub(crate) use child::ChildLines;

use crate::{out, platform, words};
use field::FIELD_CHARS;
use protocol::display_text;
use rolled::SharedFile;
use std::io::IsTerminal;
use std::path::Path;
use std::process::Stdio;
use std::sync::OnceLock;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::debug_fn;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::prelude::*;

/// The log file, where there is one.
static FILE: OnceLock<SharedFile> = OnceLock::new();

/// Starts writing; in the background to the file at `path`.
pub(crate) fn start(background: bool, path: &Path) {
    let told = std::env::var("DESKBELL_LOG").ok();
    let fields = debug_fn(|line, field, value| {
        let value = display_text::line(&format!("{value:?}"), FIELD_CHARS);
        if field.name() == "message" { write!(line, "{value}") } else { write!(line, "{field}={value}") }
    });
    let file = if background && !is_stderr_kept() { open(path) } else { None };
    let colours = file.is_none() && std::io::stderr().is_terminal();
    let writer = file
        .map_or_else(|| BoxMakeWriter::new(std::io::stderr), |file| BoxMakeWriter::new(move || file.clone()));
    let writer = tracing_subscriber::fmt::layer().with_writer(writer);
    // A line that cannot be written is lost: saying so on a standard error that is closed would end the program.
    let writer = writer.fmt_fields(fields.delimited(" ")).with_ansi(colours).log_internal_errors(false);
    tracing_subscriber::registry().with(filter(told.as_deref())).with(writer).init();
}

/// Puts what a part of the program says as it fails into the log, and ends the program with it: an agent of which a part is
/// missing would look as if it ran. Who needs it starts it again: the window, a command, the next login.
pub(crate) fn end_with_any_part() {
    std::panic::set_hook(Box::new(|failure| {
        let message = display_text::line(&failure.to_string(), FIELD_CHARS);
        tracing::error!("Deskbell ends, since a part of it has failed: {message}");
        out::complain(&message);
        std::process::abort();
    }));
}

/// Whether somebody reads standard error, now or later.
fn is_stderr_kept() -> bool {
    std::io::stderr().is_terminal() || platform::is_stderr_journal()
}

/// Standard error for a process that the program starts; where there is a log file, what the process says has to be passed on
/// to it. With the file itself the process would write past the log's limit for as long as it lives.
pub(crate) fn child_stderr() -> (Stdio, Option<ChildLines>) {
    match FILE.get().map(|log| ChildLines::open(log.clone())) {
        Some(Ok((stderr, lines))) => (stderr, Some(lines)),
        Some(Err(error)) => {
            tracing::warn!(%error, "what the window says does not come into the log");
            (Stdio::null(), None)
        }
        None => (Stdio::inherit(), None),
    }
}

/// The app starts even if its log cannot be written.
fn open(path: &Path) -> Option<SharedFile> {
    match SharedFile::open(path) {
        Ok(file) => Some(FILE.get_or_init(|| file).clone()),
        Err(error) => {
            out::complain(&words::no_log(path, &error));
            None
        }
    }
}

/// A filter that cannot be parsed counts as unset, and errors are always logged.
fn filter(told: Option<&str>) -> Targets {
    let told = told.filter(|told| !told.is_empty()).and_then(|told| told.parse::<Targets>().ok());
    match told {
        None => Targets::new().with_default(LevelFilter::INFO),
        Some(told) if told.default_level().is_none() => told.with_default(LevelFilter::ERROR),
        Some(told) => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn tells_what_a_user_could_notice_unless_told_otherwise() {
        for told in [None, Some(""), Some("link=loud")] {
            let filter = filter(told);
            assert!(filter.would_enable("link", &Level::INFO), "{told:?}");
            assert!(!filter.would_enable("link", &Level::DEBUG), "{told:?}");
        }
        let one = filter(Some("warn,link=debug"));
        assert!(one.would_enable("link::driver", &Level::DEBUG));
        assert!(!one.would_enable("desktop", &Level::INFO));
        assert!(one.would_enable("desktop", &Level::WARN));
        assert!(filter(Some("link=debug")).would_enable("desktop", &Level::ERROR));
    }
}
