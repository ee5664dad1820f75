//! Where and when it was measured, in one line.

use super::options::{Form, Options};
use crate::steps::{output, root};
use anyhow::{Context, Result};
use std::fs;
use std::process::Command;

pub(crate) fn here(options: &Options) -> Result<String> {
    let form = match options.form {
        Form::Short => "short form, debug builds",
        Form::Long => "long form, release builds",
    };
    let date = output(Command::new("date").args(["-u", "+%Y-%m-%d %H:%M UTC"]))?;
    let kernel = output(Command::new("uname").arg("-sr"))?;
    let load = read("/proc/loadavg")?.split(' ').next().unwrap_or_default().to_owned();
    Ok(format!(
        "{date}, commit {}, {form}; {} × {}, {} GiB, {}, {kernel}; load at the end {load}.",
        commit()?,
        std::thread::available_parallelism().map_or(1, usize::from),
        field(&read("/proc/cpuinfo")?, "model name", ':').unwrap_or("unknown processor"),
        memory_gib()?,
        field(&read("/etc/os-release")?, "PRETTY_NAME", '=').unwrap_or("unknown system"),
    ))
}

/// The commit, and whether there is more than it in the work tree.
fn commit() -> Result<String> {
    let git = |arguments: &[&str]| output(Command::new("git").current_dir(root()).args(arguments));
    let changed = !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty();
    Ok(format!("{}{}", git(&["rev-parse", "--short", "HEAD"])?, if changed { " with changes" } else { "" }))
}

fn memory_gib() -> Result<u64> {
    let text = read("/proc/meminfo")?;
    let words = field(&text, "MemTotal", ':').context("/proc/meminfo tells no MemTotal")?;
    let kib: u64 = words.trim_end_matches(" kB").parse().context("reading MemTotal")?;
    Ok((kib + 512 * 1024) / 1024 / 1024)
}

fn field<'a>(text: &'a str, key: &str, separator: char) -> Option<&'a str> {
    let (_, value) =
        text.lines().filter_map(|line| line.split_once(separator)).find(|(name, _)| name.trim() == key)?;
    Some(value.trim().trim_matches('"'))
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {file}"))
}
