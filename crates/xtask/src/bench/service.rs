//! The service's figures.

use super::figure::{Figure, Value};
use super::{Form, Options};
use crate::bundle::{self, Build};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

pub(crate) fn figures(options: &Options) -> Result<Vec<Figure>> {
    let build = match options.form {
        Form::Short => Build::Debug,
        Form::Long => Build::Release,
    };
    bundle::compile(build)?;
    let programs = bundle::programs(build)?;
    let start = start(&programs.join("deskbell-service"), &programs.join("bench"))?;
    Ok(vec![Figure {
        name: "service: start until it listens, new database".to_owned(),
        unit: "ms",
        value: Value::Measured { ours: start, peers: Vec::new() },
        limits: Vec::new(),
    }])
}

/// Milliseconds until the service says that it listens.
fn start(service: &Path, folder: &Path) -> Result<f64> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    let began = Instant::now();
    let mut child = Command::new(service)
        .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn", "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("starting {}", service.display()))?;
    let mut line = String::new();
    let read = child.stdout.take().map(|out| BufReader::new(out).read_line(&mut line));
    let took = began.elapsed();
    child.kill().context("ending the service")?;
    child.wait().context("waiting for the service's end")?;
    read.context("the service's output is a pipe")?.context("reading the service's first line")?;
    ensure!(line.starts_with("listening on "), "the service did not listen: {line:?}");
    Ok(took.as_secs_f64() * 1000.0)
}
