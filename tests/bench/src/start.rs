//! From the start of a program until its icon is in the tray.

use crate::scene::SOON;
use anyhow::{Context, Result};
use rig::{Desktop, Program};
use std::process::Command;
use std::time::{Duration, Instant};

/// How long a program may take to end when it is asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Starts a program so many times on a desktop with a tray host, one after the other.
pub(crate) async fn measure(
    desktop: &Desktop,
    name: &str,
    times: usize,
    command: impl Fn() -> Result<Command>,
) -> Result<Vec<Duration>> {
    let mut all = Vec::new();
    for _ in 0..times {
        let mut command = command()?;
        let began = Instant::now();
        let mut program = desktop.spawn(name, &mut command)?;
        let come = desktop.tray_host()?.registered(began, SOON).await.with_context(|| program.tail())?;
        all.push(come - began);
        end(&mut program).await?;
    }
    Ok(all)
}

async fn end(program: &mut Program) -> Result<()> {
    program.terminate();
    program.wait(ENDS_WITHIN).await.map(drop)
}
