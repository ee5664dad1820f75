//! `cargo xtask run`: sets up and builds what is missing, then hands over to the demonstration.

use crate::packages::{BUILD, RIG};
use crate::steps::{build, built};
use crate::{npm, setup};
use anyhow::{Context, Result, bail};
use std::os::unix::process::CommandExt;
use std::process::Command;

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    check_arguments(arguments)?;
    npm::require()?;
    // A job that is played moves the mouse, so it always has a display of its own.
    let is_virtual = !has_display() || arguments.iter().any(|argument| argument == "--once");
    let rig = if is_virtual { &RIG[..] } else { &[][..] };
    setup::install(BUILD.iter().chain(rig))?;
    npm::build_if_stale()?;
    build()?;
    // It takes this process over: Ctrl-C and SIGTERM reach it, and its exit code is ours.
    let error = Command::new(built()?.join("demo")).args(arguments).exec();
    Err(error).context("starting the demonstration")
}

/// Refuses before minutes of building what the demonstration would refuse after them.
fn check_arguments(arguments: &[String]) -> Result<()> {
    let mut rest = arguments.iter().map(String::as_str);
    while let Some(argument) = rest.next() {
        match argument {
            "--once" => {}
            "--as" => match rest.next() {
                Some("client" | "technician") => {}
                other => bail!("--as takes `client` or `technician`, not {other:?}"),
            },
            other => bail!("{other:?} is not known: `cargo xtask run [--as client] [--once]`"),
        }
    }
    Ok(())
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
