//! `cargo xtask check --targets`: agent and service type-check for other systems.
//!
//! Nothing is linked, and no C is compiled: a program that does nothing stands in for the C compilers of those systems, which
//! would be a gigabyte and minutes. So it says nothing of how Deskbell runs there.

use crate::steps::{cargo, root, succeed};
use anyhow::{Context, Result};
use std::process::Command;

/// The systems, by the compiler's names.
const TARGETS: [&str; 2] = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// The window program is left out, since it needs each system's web view: these are the agent and the service, with all below them.
const PACKAGES: [&str; 2] = ["desktop", "service"];

/// Makes empty files of those that a C compiler and an archiver would make.
const NO_COMPILER: &str = "crates/xtask/no-compiler.sh";

/// Checks all targets; warnings are errors.
pub(crate) fn run() -> Result<()> {
    succeed(Command::new("rustup").args(["target", "add"]).args(TARGETS).current_dir(root()))
        .context("the systems' standard libraries are needed, which rustup brings")?;
    let mut command = cargo();
    command.arg("clippy");
    for package in PACKAGES {
        command.args(["--package", package]);
    }
    for target in TARGETS {
        command.args(["--target", target]);
        let name = target.replace('-', "_");
        for tool in ["CC", "AR"] {
            command.env(format!("{tool}_{name}"), root().join(NO_COMPILER));
        }
    }

    succeed(command.args(["--", "-D", "warnings"]))
}
