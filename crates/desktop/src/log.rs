//! What the program writes for those who look after it: to standard error, as `DESKBELL_LOG` says (`info` by default; as
//! `RUST_LOG`, for instance `desktop=debug,link=debug`).
//!
//! Targets and levels only: the filter that also knows spans and fields brings regular expressions, which nobody needs here and
//! which are in memory all day.
//!
//! One event is one line, whatever its fields hold: nobody outside writes lines of their own, nor speaks to the terminal.

use protocol::showable;
use std::io::IsTerminal;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::debug_fn;
use tracing_subscriber::prelude::*;

/// Longest value of a field, in characters: a path and a sentence fit.
const FIELD_CHARS: usize = 1_000;

/// Starts writing.
pub(crate) fn start() {
    let told = std::env::var("DESKBELL_LOG").ok();
    let fields = debug_fn(|line, field, value| {
        let value = showable::line(&format!("{value:?}"), FIELD_CHARS);
        if field.name() == "message" { write!(line, "{value}") } else { write!(line, "{field}={value}") }
    });
    let writer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let writer = writer.fmt_fields(fields.delimited(" "));
    let writer = writer.with_ansi(std::io::stderr().is_terminal());
    tracing_subscriber::registry().with(filter(told.as_deref())).with(writer).init();
}

/// What cannot be understood is no reason to say nothing, and errors are told whatever else is asked for.
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
