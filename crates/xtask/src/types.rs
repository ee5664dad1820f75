//! `cargo xtask types`: writes the wire's TypeScript types, which are generated from Rust and committed.

use crate::steps::{build_programs, built, root, show};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Prints the types.
pub(crate) const PROGRAM: &str = "types";

pub(crate) fn run(_: &[String]) -> Result<()> {
    build_programs(&[PROGRAM])?;
    let fresh = generate()?;
    let file = wire();
    fs::write(&file, fresh).with_context(|| format!("writing {}", file.display()))
}

/// Fails when the committed types are not those that the Rust crates have now, as the program `types` says, which was built just
/// before: another choice of targets for it would build half of the libraries once more.
pub(crate) fn compare() -> Result<()> {
    let fresh = generate()?;
    let file = wire();
    let kept = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    if let Some((number, (kept, fresh))) =
        kept.lines().zip(fresh.lines()).enumerate().find(|(_, (kept, fresh))| kept != fresh)
    {
        bail!(
            "ui/src/wire.ts is stale at line {}: it has\n  {kept}\nand Rust says\n  {fresh}\nRun `cargo xtask types`.",
            number + 1
        );
    }
    ensure!(kept == fresh, "ui/src/wire.ts is shorter or longer than it should be. Run `cargo xtask types`.");
    Ok(())
}

fn wire() -> PathBuf {
    root().join("ui/src/wire.ts")
}

fn generate() -> Result<String> {
    let mut command = Command::new(built()?.join(PROGRAM));
    let output = command.output().with_context(|| format!("starting `{}`", show(&command)))?;
    ensure!(
        output.status.success(),
        "the types could not be printed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).context("the types are no text")
}
