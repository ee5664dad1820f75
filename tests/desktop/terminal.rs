//! F9: commands whose output cannot be written or is read by nobody, and one that quits while the window still starts.

use crate::stage::{SOON, programs};
use anyhow::{Context, Result, ensure};
use rig::{App, Desktop, Options, app, eventually};
use std::fs::File;
use std::process::Stdio;

const PROFILE: &str = "priya";

/// A pipe whose reader has gone.
fn unread() -> Result<Stdio> {
    let (_reader, writer) = std::io::pipe().context("making a pipe")?;
    Ok(writer.into())
}

/// A disk without room.
fn full() -> Result<Stdio> {
    Ok(File::options().write(true).open("/dev/full").context("opening /dev/full")?.into())
}

/// Runs a command with this standard output: its exit code, and what it says on standard error.
fn run(desktop: &Desktop, arguments: &[&str], stdout: Stdio) -> Result<(Option<i32>, String)> {
    let mut command = app::command(desktop, PROFILE)?;
    let output = command.args(arguments).stdin(Stdio::null()).stdout(stdout).output()?;
    Ok((output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_command_prints_may_be_read_by_nobody_and_a_full_disk_is_told() -> Result<()> {
    let desktop = Desktop::start(Options::default()).await?;
    let app = App::start(&desktop, PROFILE).await?;
    for arguments in [&["status"][..], &["status", "--json"], &["--help"], &["--version"]] {
        let ended = run(&desktop, arguments, unread()?)?;
        ensure!(ended == (Some(0), String::new()), "{arguments:?}: {ended:?}");
    }
    for arguments in [&["status"][..], &["status", "--json"]] {
        let (code, said) = run(&desktop, arguments, full()?)?;
        ensure!(code == Some(1), "{arguments:?}: {code:?}, {said}");
        ensure!(
            said.starts_with("cannot write to standard output: No space left on device"),
            "{arguments:?}: {said}"
        );
    }
    // What fails ends as a failure also if nobody reads why.
    app.verb(&desktop, &["quit"])?;
    for stderr in [unread()?, full()?] {
        let mut command = app::command(&desktop, PROFILE)?;
        let code = command.arg("status").stdin(Stdio::null()).stderr(stderr).status()?.code();
        ensure!(code == Some(1), "{code:?}");
    }
    Ok(())
}

// The window that was still starting found no agent, and started another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn quitting_leaves_nothing_running_whether_the_window_is_open_or_still_starts() -> Result<()> {
    let desktop = Desktop::start(Options::default()).await?;
    let screen = desktop.screen()?;
    for is_open in [false, true, false] {
        let mut app = App::start(&desktop, PROFILE).await?;
        app.verb(&desktop, &["open", "status"])?;
        if is_open {
            eventually("the status window", SOON, async || {
                screen.windows("eskbell")?.pop().context("no window")
            })
            .await?;
        }
        app.verb(&desktop, &["quit"])?;
        app.program().wait(SOON).await?;
        eventually("everything has ended", SOON, async || {
            // The agent, its commands and its window.
            let left = programs(&desktop, "deskbell")?;
            ensure!(left.is_empty(), "{left:?} run");
            Ok::<(), anyhow::Error>(())
        })
        .await
        .with_context(|| format!("the window was open: {is_open}"))?;
    }
    Ok(())
}
