//! The lock file of the pages names no registry: everybody installs from their own.

use super::complaint::Complaint;
use crate::steps::root;
use anyhow::{Context, Result};
use std::fs;

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let file = "ui/package-lock.json";
    let text = fs::read_to_string(root().join(file)).with_context(|| format!("reading {file}"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| line.contains("\"resolved\": \"http"));
    Ok(lines
        .map(|(number, _)| {
            format!("{file}:{} names a registry: ui/.npmrc keeps that out, run npm there", number + 1)
        })
        .collect())
}
