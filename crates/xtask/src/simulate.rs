//! `cargo xtask simulate`: the simulated world from many seeds, or from one, told in words; and with faults planted in it.

mod planted;

use crate::steps::{built, cargo, succeed};
use anyhow::{Result, ensure};
use std::process::Command;

/// Seeds that CI lives through.
const CI_SEEDS: &str = "2000";

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if arguments.first().is_some_and(|first| first == "--planted") {
        ensure!(arguments.len() == 1, "--planted takes nothing beside it");
        return planted::run();
    }
    // The same graph as the whole build's, so that nothing is built twice.
    succeed(cargo().args(["build", "--quiet", "--workspace", "--bin", "simulate"]))?;
    succeed(Command::new(built()?.join("simulate")).args(arguments))
}

/// What CI lives through; the program is built.
pub(crate) fn in_ci() -> Result<()> {
    succeed(Command::new(built()?.join("simulate")).args(["--seeds", CI_SEEDS]))
}

/// The faults that the simulation must find.
pub(crate) fn planted() -> Result<()> {
    planted::run()
}
