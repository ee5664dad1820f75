//! `cargo xtask run`: installs and builds what the demonstration needs and nothing else, then hands over to it.
//!
//! The first time on a machine, the packages of the system, the pages and those programs that need neither are prepared side by
//! side: the first two wait for the network most of the time.

use crate::packages::{BUILD, VIRTUAL_DISPLAY};
use crate::setup::{self, Missing, Output};
use crate::steps::{build_programs, built};
use crate::{bundle, npm};
use anyhow::{Context, Result, anyhow, bail};
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread;
use std::time::Instant;

/// Needs no package of the system beyond those that Rust needs, and no pages.
const WITHOUT_PACKAGES_AND_PAGES: [&str; 1] = ["demo"];
/// The service needs the pages, and no package of the system either. (The agent itself needs neither, but it is a program of the
/// root package, whose libraries are built with it.)
const WITHOUT_PACKAGES: [&str; 2] = ["demo", "deskbell-service"];
/// How long the first start takes, as measured; the README says the same.
const FIRST_START: &str = "some 4 minutes on two cores with a fast network";
/// What the demonstration starts, and itself.
const PROGRAMS: [&str; 4] = ["deskbell", "deskbell-service", "deskbell-window", "demo"];

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    check_arguments(arguments)?;
    npm::require()?;
    // A played job moves the mouse, so it always gets a display of its own.
    let is_virtual = !has_display() || arguments.iter().any(|argument| argument == "--once");
    let display = if is_virtual { &VIRTUAL_DISPLAY[..] } else { &[][..] };
    let missing = Missing::find(BUILD.iter().chain(display))?;
    prepare(&missing)?;
    // It takes this process over: Ctrl-C and SIGTERM reach it, and its exit code is ours.
    let error = Command::new(built()?.join("demo")).args(arguments).exec();
    Err(error).context("starting the demonstration")
}

/// Installs and builds, says first what and how long it takes, and after it how long it took.
fn prepare(missing: &Missing) -> Result<()> {
    let start = Instant::now();
    if !built()?.join("demo").exists() {
        println!(
            "The first start installs and builds what is missing: {FIRST_START}. Later starts take seconds."
        );
    }
    if missing.is_empty() {
        npm::build_if_stale()?;
        build_programs(&PROGRAMS)?;
    } else {
        side_by_side(missing)?;
    }
    println!("Ready to start after {} s.", start.elapsed().as_secs());
    Ok(())
}

fn side_by_side(missing: &Missing) -> Result<()> {
    let logs = bundle::target()?.join("run");
    fs::create_dir_all(&logs).with_context(|| format!("making {}", logs.display()))?;
    let (packages_log, pages_log) = (logs.join("packages.log"), logs.join("pages.log"));
    for old in [&packages_log, &pages_log] {
        drop(fs::remove_file(old));
    }
    print!("{}", missing.explanation);
    setup::authorize()?;
    println!("[1/3] In the background: system packages ({})", packages_log.display());
    println!("      In the background: the pages and their npm packages ({})", pages_log.display());
    println!("      Meanwhile: what needs neither");
    thread::scope(|scope| {
        let packages = scope.spawn(|| missing.install(&Output::Logged(packages_log)));
        let pages = scope.spawn(|| npm::build_logged(&pages_log));
        build_programs(&WITHOUT_PACKAGES_AND_PAGES)?;
        println!("[2/3] The service, when the pages are built");
        pages.join().map_err(|_| anyhow!("building the pages panicked"))??;
        // Together with the window it takes less: neither keeps both cores busy all the time.
        if !packages.is_finished() {
            build_programs(&WITHOUT_PACKAGES)?;
        }
        println!("[3/3] The app, when the system packages are installed");
        packages.join().map_err(|_| anyhow!("installing the system packages panicked"))?
    })?;
    build_programs(&PROGRAMS)
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
