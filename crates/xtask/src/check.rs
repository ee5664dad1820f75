//! `cargo xtask check`: the quick loop; with `--targets`, the types on other systems instead. Needs Rust and Node; neither root nor a display, a browser or GTK.

use crate::steps::{Step, cargo, root, run_each, succeed};
use crate::{npm, targets, tidy};
use anyhow::{Context, Result, bail};

/// What this does not check.
const LEFT_OUT: &str = "Left out: tests, the pages' types and markup, whether `ui/src/wire.ts` is fresh (`cargo xtask types` writes it), the window program (`src-tauri`, which needs GTK), other systems (`--targets`), packages, simulated \
     worlds and figures. `cargo xtask test` has them all; CONTRIBUTING.md says which tests to run meanwhile.";

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [] => {}
        [only] if only == "--targets" => return targets::run(),
        [..] => bail!("`cargo xtask check` takes --targets or nothing, but got {arguments:?}"),
    }
    run_each(&[
        // The service takes the pages in when it is compiled.
        Step { name: "pages", run: npm::build_if_stale },
        Step { name: "format", run: format },
        Step { name: "house rules", run: tidy::rules },
        Step { name: "lints", run: lints },
    ])?;
    println!("{LEFT_OUT}");
    Ok(())
}

/// Workspaces of their own, which `--all` does not reach.
const APART: [&str; 3] = ["tests/fuzz", "tests/peers/axum", "tests/peers/tauri"];

/// Checks the format of all Rust files.
pub(crate) fn format() -> Result<()> {
    succeed(cargo().args(["fmt", "--all", "--check"]))
        .context("some files are not formatted: run `cargo fmt --all`")?;
    APART.iter().try_for_each(|folder| {
        let manifest = root().join(folder).join("Cargo.toml");
        succeed(cargo().args(["fmt", "--check", "--manifest-path"]).arg(manifest))
    })
}

fn lints() -> Result<()> {
    let which = ["clippy", "--workspace", "--exclude", "deskbell-window", "--all-targets"];
    succeed(cargo().args(which).args(["--", "-D", "warnings"]))
}
