//! `cargo xtask check`: format and lints of all but the window program, which needs GTK.

use crate::npm;
use crate::steps::{Step, cargo, root, run_all, succeed};
use anyhow::Result;

pub(crate) fn run(_: &[String]) -> Result<()> {
    run_all(&[
        // The service takes the pages in when it is compiled.
        Step { name: "pages", run: npm::build_if_stale },
        Step { name: "format", run: format },
        Step { name: "lints", run: lints },
    ])
}

/// Workspaces of their own, which `--all` does not reach.
const APART: [&str; 3] = ["tests/fuzz", "tests/peers/axum", "tests/peers/tauri"];

/// Checks the format of all Rust files.
pub(crate) fn format() -> Result<()> {
    succeed(cargo().args(["fmt", "--all", "--check"]))?;
    APART.iter().try_for_each(|folder| {
        let manifest = root().join(folder).join("Cargo.toml");
        succeed(cargo().args(["fmt", "--check", "--manifest-path"]).arg(manifest))
    })
}

fn lints() -> Result<()> {
    let which = ["clippy", "--workspace", "--exclude", "deskbell-window", "--all-targets"];
    succeed(cargo().args(which).args(["--", "-D", "warnings"]))
}
