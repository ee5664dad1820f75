//! `cargo xtask tidy`: the rules of the house that a program can check.
//!
//! Each rule is a function from the tree to complaints; all complaints are shown at once.

mod clocks;
mod complaint;
mod cycles;
mod decisions;
mod deny;
mod files;
mod imports;
mod links;
mod lock_file;
mod rules;
mod words;

use crate::simulate::planted;
use crate::steps::build_programs;
use crate::types;
use anyhow::{Result, bail};
use complaint::Complaint;

const RULES: [fn() -> Result<Vec<Complaint>>; 11] = [
    imports::complaints,
    cycles::complaints,
    deny::complaints,
    files::complaints,
    clocks::complaints,
    rules::complaints,
    decisions::complaints,
    links::complaints,
    lock_file::complaints,
    planted::complaints,
    words::complaints,
];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments.split_first() {
        None => {
            rules()?;
            build_programs(&[types::PROGRAM])?;
            types::compare()
        }
        Some((flag, crates)) if flag == "--cycles" => cycles::print(crates),
        Some((other, _)) => bail!("`cargo xtask tidy` does not know {other:?}, only --cycles [CRATE]..."),
    }
}

/// All rules that need no build.
pub(crate) fn rules() -> Result<()> {
    let mut complaints = Vec::new();
    for rule in RULES {
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
