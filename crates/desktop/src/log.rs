//! What the program writes for those who look after it: to standard error, as `DESKBELL_LOG` says (`info` by default; as
//! `RUST_LOG`, for instance `desktop=debug,link=debug`).

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts writing.
pub(crate) fn start() {
    let filter = EnvFilter::try_from_env("DESKBELL_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let writer = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    writer.with_ansi(std::io::stderr().is_terminal()).init();
}
