//! `cargo xtask tidy`: the rules of the house that a program can check.
//!
//! Each rule is a function from the tree to complaints; all complaints are shown at once.

mod files;
mod imports;
mod links;
mod lock_file;

use crate::types;
use anyhow::{Result, bail};
pub(crate) use files::files_below;

/// What is wrong, where, and what to do.
type Complaint = String;

pub(crate) fn run(_: &[String]) -> Result<()> {
    rules()?;
    types::compare()
}

/// All rules that need no build.
pub(crate) fn rules() -> Result<()> {
    let mut complaints = Vec::new();
    for rule in [imports::complaints, files::complaints, links::complaints, lock_file::complaints] {
        complaints.extend(rule()?);
    }
    for complaint in &complaints {
        eprintln!("tidy: {complaint}");
    }
    match complaints.len() {
        0 => Ok(()),
        1 => bail!("a house rule is broken (above)"),
        count => bail!("{count} house rules are broken (above)"),
    }
}
