//! `cargo xtask icons`: draws the icons from their sources.

use crate::steps::{root, succeed};
use anyhow::Result;
use std::process::Command;

pub(crate) fn run(_: &[String]) -> Result<()> {
    succeed(Command::new(root().join("icons/render")).current_dir(root()))
}
