//! `cargo xtask simulate`: the simulated world from many seeds, or from one, told in words; and with faults planted in it.

pub(crate) mod planted;

use crate::bundle;
use crate::steps::{cargo, succeed};
use anyhow::{Result, ensure};
use std::path::PathBuf;
use std::process::Command;

/// Seeds that CI lives through.
const CI_SEEDS: &str = "1000";

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if arguments.first().is_some_and(|first| first == "--planted") {
        ensure!(arguments.len() <= 2, "--planted takes a part of the faults' names, or nothing");
        return planted::run(arguments.get(1).map_or("", String::as_str));
    }
    succeed(Command::new(program()?).args(arguments))
}

/// What CI lives through.
pub(crate) fn in_ci() -> Result<()> {
    succeed(Command::new(program()?).args(["--seeds", CI_SEEDS]))
}

/// Builds the program by the profile of its own, in which everything under it is optimised, and says where it is. Only the program with
/// planted faults is built by that profile, too: what both take from elsewhere is built once.
fn program() -> Result<PathBuf> {
    succeed(cargo().args(["build", "--quiet", "--package=simulate", "--profile", "simulate"]))?;
    Ok(bundle::target()?.join("simulate/simulate"))
}

/// The faults that the simulation must find.
pub(crate) fn planted() -> Result<()> {
    planted::run("")
}
