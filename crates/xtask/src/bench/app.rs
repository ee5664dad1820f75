//! The app's figures: `tests/bench` measures them on real desktops, and here they get their limits.

use super::figure::{Figure, Limit, Peer, Value};
use super::{Form, Options};
use crate::bundle::{self, Build};
use crate::packages::{BENCH, BUILD, RIG};
use crate::setup;
use crate::steps::{self, built, cargo, root, show, succeed};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;
use std::path::PathBuf;
use std::process::Command;

/// Who is measured, as `tests/bench` names them; the first is ours, the others stand beside it in this order.
const OURS: &str = "ours";
const PEERS: [&str; 2] = ["bare Tauri tray app", "Chromium app window"];

/// A row of the design's table.
struct Row {
    /// As people read it.
    name: &'static str,
    /// As `tests/bench` names it.
    figure: &'static str,
    unit: &'static str,
    limit: Limit,
    /// Whether it is true of a build without optimisation, too.
    in_short_form: bool,
}

const ROWS: [Row; 7] = [
    Row {
        name: "agent over TLS, with its beats: memory (PSS)",
        figure: "memory",
        unit: "MiB",
        limit: Limit::AtMost(10.0),
        in_short_form: false,
    },
    Row {
        name: "the same after a window was open",
        figure: "memory after a window",
        unit: "MiB",
        limit: Limit::AtMost(10.0),
        in_short_form: false,
    },
    Row {
        name: "agent over TLS, with its beats: wake-ups of all threads",
        figure: "wake-ups",
        unit: "/s",
        limit: Limit::AtMost(0.3),
        in_short_form: true,
    },
    Row {
        name: "the same after a window was open",
        figure: "wake-ups after a window",
        unit: "/s",
        limit: Limit::AtMost(0.3),
        in_short_form: true,
    },
    Row {
        name: "agent, signed in: from start to tray icon, median",
        figure: "start to tray",
        unit: "ms",
        limit: Limit::AtMost(50.0),
        in_short_form: true,
    },
    Row {
        name: "first input → others see Online, median of 50",
        figure: "input to online",
        unit: "ms",
        limit: Limit::Under(50.0),
        in_short_form: true,
    },
    Row {
        name: "request sent → toast on the bus, median of 50",
        figure: "request to toast",
        unit: "ms",
        limit: Limit::Under(50.0),
        in_short_form: true,
    },
];

pub(crate) fn figures(options: &Options) -> Result<Vec<Figure>> {
    setup::install(BUILD.iter().chain(&RIG))?;
    // The program that measures, in both forms.
    steps::build()?;
    let mut measuring = Command::new(built()?.join("bench-app"));
    let build = match options.form {
        Form::Short => {
            measuring.arg("--short");
            Build::Debug
        }
        Form::Long => {
            setup::install(BENCH.iter())?;
            bundle::compile(Build::Release)?;
            measuring.env("TAURI_PEER_BIN", bare_tauri()?);
            Build::Release
        }
    };
    let programs = bundle::programs(build)?;
    for (variable, name) in [
        ("DESKBELL_BIN", "deskbell"),
        ("DESKBELL_SERVICE_BIN", "deskbell-service"),
        ("DESKBELL_WINDOW_BIN", "deskbell-window"),
    ] {
        measuring.env(variable, programs.join(name));
    }
    let measured = measure(&mut measuring)?;
    Ok(ROWS.iter().map(|row| row.judge(options.form, &measured)).collect())
}

/// The bare Tauri app, built as our programs are.
fn bare_tauri() -> Result<PathBuf> {
    let target = bundle::target()?.join("peers/tauri");
    let manifest = root().join("tests/peers/tauri/Cargo.toml");
    let mut command = cargo();
    command.args(["build", "--release", "--locked", "--manifest-path"]).arg(manifest);
    succeed(command.arg("--target-dir").arg(&target))?;
    Ok(target.join("release/bare-tauri"))
}

/// One value.
struct Measured {
    who: String,
    figure: String,
    value: f64,
}

fn measure(command: &mut Command) -> Result<Vec<Measured>> {
    let shown = show(command);
    eprintln!("$ {shown}");
    // What it says of failures goes to the terminal.
    let output = command.stderr(std::process::Stdio::inherit()).output();
    let output = output.with_context(|| format!("starting `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}", output.status);
    }
    let text = String::from_utf8(output.stdout).with_context(|| format!("`{shown}` printed no text"))?;
    let measured: Vec<Measured> = text.lines().map(read).collect::<Result<_>>()?;
    ensure!(!measured.is_empty(), "`{shown}` has measured nothing");
    Ok(measured)
}

fn read(line: &str) -> Result<Measured> {
    let json: Json = serde_json::from_str(line).with_context(|| format!("reading {line:?}"))?;
    let text =
        |key: &str| json[key].as_str().map(str::to_owned).with_context(|| format!("no {key} in {line:?}"));
    let value = json["value"].as_f64().with_context(|| format!("no value in {line:?}"))?;
    Ok(Measured { who: text("who")?, figure: text("figure")?, value })
}

impl Row {
    fn judge(&self, form: Form, measured: &[Measured]) -> Figure {
        let of = |who: &str| {
            let found = measured.iter().find(|one| one.who == who && one.figure == self.figure);
            found.map(|one| one.value)
        };
        let value = match form {
            Form::Short if !self.in_short_form => Value::LongForm,
            Form::Short | Form::Long => Value::Measured {
                // What is missing must not pass.
                ours: of(OURS).unwrap_or(f64::NAN),
                peers: PEERS.iter().filter_map(|name| Some(Peer { name, value: of(name)? })).collect(),
            },
        };
        Figure { name: self.name.to_owned(), unit: self.unit, value, limits: vec![self.limit] }
    }
}

#[cfg(test)]
mod tests {
    use super::super::figure::Verdict;
    use super::*;

    #[test]
    fn what_the_program_prints_becomes_a_row_with_its_peers() {
        let lines = [
            r#"{"figure":"memory","value":7.5,"who":"ours"}"#,
            r#"{"figure":"memory","value":311.0,"who":"Chromium app window"}"#,
            r#"{"figure":"memory","value":88.0,"who":"bare Tauri tray app"}"#,
            r#"{"figure":"wake-ups","value":0.31,"who":"ours"}"#,
        ];
        let measured: Vec<Measured> = lines.iter().map(|line| read(line).unwrap()).collect();
        let figures: Vec<Figure> = ROWS.iter().map(|row| row.judge(Form::Long, &measured)).collect();
        let Value::Measured { ours, peers } = &figures[0].value else { panic!("{:?}", figures[0]) };
        assert_eq!((*ours, peers[0].value, peers[1].value), (7.5, 88.0, 311.0));
        assert_eq!(figures[0].verdict(), Verdict::Holds);
        assert!(matches!(figures[2].verdict(), Verdict::Worse(_)), "0.31 wake-ups");
        // What was not printed was not measured.
        assert!(matches!(figures[4].verdict(), Verdict::Worse(_)));
        assert_eq!(ROWS[0].judge(Form::Short, &measured).verdict(), Verdict::LongForm);
        assert!(read(r#"{"figure":"memory","value":null,"who":"ours"}"#).is_err());
    }
}
