//! `cargo xtask screenshots`: takes the README's pictures from the programs as they are now.

use crate::packages::{BUILD, VIRTUAL_DISPLAY};
use crate::steps::{build_programs, built, root, succeed};
use crate::{npm, setup};
use anyhow::Result;
use std::process::Command;

const PROGRAMS: [&str; 4] = ["deskbell", "deskbell-service", "deskbell-window", "screenshots"];

pub(crate) fn run(_: &[String]) -> Result<()> {
    npm::require()?;
    setup::install(BUILD.iter().chain(&VIRTUAL_DISPLAY))?;
    npm::build_if_stale()?;
    build_programs(&PROGRAMS)?;
    succeed(Command::new(built()?.join("screenshots")).arg(root().join("docs/images")))
}
