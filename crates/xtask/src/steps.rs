//! Running programs one after the other, with their names and times, from the repository's root.

use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many lines of a failed program's output are shown: enough for a compiler's or apt's last words.
const LINES_SHOWN: usize = 30;

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Where cargo puts the programs that it builds: beside this one.
pub(crate) fn built() -> Result<PathBuf> {
    let own = std::env::current_exe().context("finding the own program")?;
    Ok(own.parent().context("the own program lies in a folder")?.to_owned())
}

/// `cargo` as it runs this program.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Builds the whole workspace, tests and all. Always the same graph: what one command has built serves the others.
pub(crate) fn build() -> Result<()> {
    succeed(cargo().args(["build", "--workspace", "--all-targets"]))
}

/// Builds some programs of the workspace and nothing else. Features are those of the whole workspace, so that the libraries
/// serve [`build`], too.
pub(crate) fn build_programs(names: &[&str]) -> Result<()> {
    let named = names.iter().flat_map(|name| ["--bin", name]);
    succeed(cargo().args(["build", "--workspace"]).args(named))
}

/// Runs a program and fails if it fails.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    let shown = show(command);
    eprintln!("$ {shown}");
    let status = command.status().with_context(|| format!("starting `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Runs a program without showing its output, which goes to the end of a file; if it fails, the last of it is shown.
pub(crate) fn succeed_logged(command: &mut Command, log: &Path) -> Result<()> {
    let shown = show(command);
    let file = File::options().create(true).append(true).open(log);
    let mut file = file.with_context(|| format!("writing {}", log.display()))?;
    writeln!(file, "$ {shown}").with_context(|| format!("writing {}", log.display()))?;
    let other = file.try_clone().context("sharing the log between both outputs")?;
    command.stdin(Stdio::null()).stdout(file).stderr(other);
    let status = command.status().with_context(|| format!("starting `{shown}`"))?;
    if status.success() {
        return Ok(());
    }
    let text = fs::read_to_string(log).unwrap_or_default();
    let last: Vec<&str> = text.lines().rev().take(LINES_SHOWN).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    bail!(
        "`{shown}` failed: {status}. The whole output is in {}; its end:\n{}",
        log.display(),
        last.join("\n")
    )
}

/// What a program prints, without the line's end; what it says on standard error is shown if it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let shown = show(command);
    let output = command.output().with_context(|| format!("starting `{shown}`"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let printed = String::from_utf8_lossy(&output.stdout);
        bail!("`{shown}` failed: {}\n{}{}", output.status, printed, said.trim_end());
    }
    let text = String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed no text"))?;
    Ok(text.trim_end().to_owned())
}

/// The command as one would type it.
pub(crate) fn show(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// A named part of a long command.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) run: fn() -> Result<()>,
}

/// Runs steps in order up to the first that fails, and shows at the end what became of each.
pub(crate) fn run_all(steps: &[Step]) -> Result<()> {
    run(steps, false)
}

/// Runs each step, also after one has failed: none of them needs what another makes.
pub(crate) fn run_each(steps: &[Step]) -> Result<()> {
    run(steps, true)
}

fn run(steps: &[Step], goes_on: bool) -> Result<()> {
    let mut done: Vec<(Duration, Result<()>)> = Vec::new();
    for step in steps {
        eprintln!("\n== {} ==", step.name);
        let start = Instant::now();
        let result = (step.run)();
        if let (Err(error), true) = (&result, goes_on) {
            eprintln!("{error:#}");
        }
        let failed = result.is_err();
        done.push((start.elapsed(), result));
        if failed && !goes_on {
            break;
        }
    }
    summarize(steps, &done);
    for (step, (_, result)) in steps.iter().zip(done) {
        result.with_context(|| format!("the step \"{}\" failed", step.name))?;
    }
    Ok(())
}

fn summarize(steps: &[Step], done: &[(Duration, Result<()>)]) {
    println!();
    for (index, step) in steps.iter().enumerate() {
        let (outcome, time) = match done.get(index) {
            Some((time, Ok(()))) => ("ok", format!("{:>7.1} s", time.as_secs_f64())),
            Some((time, Err(_))) => ("FAILED", format!("{:>7.1} s", time.as_secs_f64())),
            None => ("not run", String::new()),
        };
        println!("{outcome:<8} {time:>9}  {}", step.name);
    }
    let total: Duration = done.iter().map(|(time, _)| *time).sum();
    println!("{:<8} {:>7.1} s  in all", "", total.as_secs_f64());
}
