//! `cargo xtask test`: everything CI checks, the quick things first.

use crate::packages::{self, BUNDLE};
use crate::steps::{Step, build, built, cargo, run_all, succeed};
use crate::{bench, bundle, check, npm, setup, simulate, targets, tidy, tools, types};
use anyhow::{Context, Result, ensure};
use std::process::Command;

/// Libraries that the agent must not pull in: it costs almost nothing because it lacks them.
const NOT_IN_THE_AGENT: [&str; 4] = ["libgtk", "libgdk", "libwebkit", "libjavascriptcore"];

pub(crate) fn run(_: &[String]) -> Result<()> {
    npm::require()?;
    run_all(&[
        Step { name: "system packages", run: || setup::install(packages::for_tests().chain(&BUNDLE)) },
        Step { name: "packages of the pages", run: npm::install },
        Step { name: "Firefox's driver", run: tools::install },
        Step { name: "format", run: check::format },
        Step { name: "house rules", run: tidy::rules },
        Step { name: "pages: types and markup", run: npm::check },
        Step { name: "pages: tests", run: npm::test },
        Step { name: "pages: build", run: npm::build },
        Step { name: "lints", run: lints },
        Step { name: "types on Windows and macOS", run: targets::run },
        Step { name: "build", run: build },
        Step { name: "wire types are fresh", run: types::compare },
        Step { name: "the agent links no GTK", run: agent_is_light },
        Step { name: "tests", run: tests },
        Step { name: "packages: installed, upgraded and purged in a bare Debian", run: bundle::try_debug },
        Step { name: "simulated world: 1,000 seeds", run: simulate::in_ci },
        Step { name: "simulated world: planted faults are found", run: simulate::planted },
        Step { name: "figures", run: bench::short },
    ])
}

fn lints() -> Result<()> {
    succeed(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn agent_is_light() -> Result<()> {
    let agent = built()?.join("deskbell");
    let output = Command::new("ldd").arg(&agent).output().context("asking ldd what the agent links")?;
    let linked = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success(), "ldd cannot read {}", agent.display());
    let heavy: Vec<&str> =
        linked.lines().filter(|line| NOT_IN_THE_AGENT.iter().any(|name| line.contains(name))).collect();
    ensure!(heavy.is_empty(), "the agent `deskbell` links what only the window may link: {heavy:#?}");
    Ok(())
}

fn tests() -> Result<()> {
    let built = built()?;
    let mut command = cargo();
    command.args(["test", "--workspace", "--all-targets", "--no-fail-fast"]);
    for (variable, name) in [
        ("DESKBELL_BIN", "deskbell"),
        ("DESKBELL_SERVICE_BIN", "deskbell-service"),
        ("DESKBELL_WINDOW_BIN", "deskbell-window"),
    ] {
        command.env(variable, built.join(name));
    }
    command.env("DESKBELL_GECKODRIVER", tools::geckodriver()?);
    succeed(&mut command)
}
