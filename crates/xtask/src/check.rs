//! `cargo xtask check`: format and lints of all but the window program, which needs GTK.

use crate::npm;
use crate::steps::{Step, cargo, run_all, succeed};
use anyhow::Result;

pub(crate) fn run(_: &[String]) -> Result<()> {
    run_all(&[
        // The service takes the pages in when it is compiled.
        Step { name: "pages", run: npm::build_if_stale },
        Step { name: "format", run: format },
        Step { name: "lints", run: lints },
    ])
}

/// Checks the format of all Rust files.
pub(crate) fn format() -> Result<()> {
    succeed(cargo().args(["fmt", "--all", "--check"]))
}

fn lints() -> Result<()> {
    let which = ["clippy", "--workspace", "--exclude", "deskbell-window", "--all-targets"];
    succeed(cargo().args(which).args(["--", "-D", "warnings"]))
}
