//! The app's figures: `tests/bench` measures them on real desktops, and here they get their limits.

use super::figure::{Figure, Limit, Peer, Value};
use super::options::{Form, Options};
use super::peer;
use crate::bundle::{self, Build};
use crate::packages::{self, BENCH};
use crate::setup;
use crate::steps::{self, built, show};
use anyhow::{Context, Result, bail, ensure};
use serde_json::Value as Json;
use std::process::Command;

/// Who is measured, as `tests/bench` names them.
const OURS: &str = "ours";
const TAURI: &str = "bare Tauri tray app";
const CHROMIUM: &str = "Chromium app window";

/// What people notice as late, in ms: the short form's limit where the design's is for optimised programs on a machine of their own.
const NOTICED_MS: f64 = 500.0;

/// A row of the design's table.
struct Row {
    /// As people read it.
    name: &'static str,
    /// As `tests/bench` names it.
    figure: &'static str,
    unit: &'static str,
    /// Who is measured beside ours in the long form, in the table's order.
    peers: &'static [&'static str],
    limit: Limit,
    /// What must be true without optimisation, too, also while the machine does other things; `None`: nothing that says much.
    short: Option<Limit>,
}

const ROWS: [Row; 13] = [
    Row {
        name: "agent over TLS, with its beats: memory (PSS)",
        figure: "memory",
        unit: "MiB",
        peers: &[TAURI, CHROMIUM],
        limit: Limit::AtMost(10.0),
        short: None,
    },
    Row {
        name: "the same after a window was open",
        figure: "memory after a window",
        unit: "MiB",
        peers: &[TAURI],
        limit: Limit::AtMost(10.0),
        short: None,
    },
    Row {
        name: "agent over TLS, with its beats: wake-ups of all threads",
        figure: "wake-ups",
        unit: "/s",
        peers: &[TAURI, CHROMIUM],
        limit: Limit::AtMost(0.3),
        short: Some(Limit::AtMost(0.3)),
    },
    Row {
        name: "the same after a window was open",
        figure: "wake-ups after a window",
        unit: "/s",
        peers: &[TAURI],
        limit: Limit::AtMost(0.3),
        short: Some(Limit::AtMost(0.3)),
    },
    Row {
        name: "agent, signed in: from start to tray icon, median",
        figure: "start to tray",
        unit: "ms",
        peers: &[TAURI],
        limit: Limit::AtMost(50.0),
        short: Some(Limit::AtMost(NOTICED_MS)),
    },
    Row {
        name: "first input → others see Online, median of 50",
        figure: "input to online",
        unit: "ms",
        peers: &[],
        limit: Limit::Under(50.0),
        short: Some(Limit::Under(NOTICED_MS)),
    },
    Row {
        name: "request sent → toast on the bus, median of 50",
        figure: "request to toast",
        unit: "ms",
        peers: &[],
        limit: Limit::Under(50.0),
        short: Some(Limit::Under(NOTICED_MS)),
    },
    Row {
        name: "portal, 5,000 people and 200 waiting: all shown after, median of 5",
        figure: "portal: first view",
        unit: "ms",
        peers: &[],
        limit: Limit::AtMost(800.0),
        short: Some(Limit::AtMost(4.0 * NOTICED_MS)),
    },
    Row {
        name: "the same: cumulative layout shift, the worst of 5",
        figure: "portal: layout shift",
        unit: "",
        peers: &[],
        limit: Limit::Under(0.05),
        short: Some(Limit::Under(0.05)),
    },
    Row {
        name: "the same: nodes of the document",
        figure: "portal: nodes",
        unit: "",
        peers: &[],
        limit: Limit::AtMost(3_000.0),
        short: Some(Limit::AtMost(3_000.0)),
    },
    Row {
        name: "the same: main thread while nothing happens",
        figure: "portal: quiet",
        unit: "%",
        peers: &[],
        limit: Limit::Under(5.0),
        short: Some(Limit::Under(25.0)),
    },
    Row {
        name: "the same, 200 changes a second for 20 s: frames lost of 60 a second",
        figure: "portal: lost frames",
        unit: "",
        peers: &[],
        limit: Limit::AtMost(2.0),
        short: None,
    },
    Row {
        name: "the same: the worst frame",
        figure: "portal: worst frame",
        unit: "ms",
        peers: &[],
        limit: Limit::Under(100.0),
        short: None,
    },
];

pub(crate) fn figures(options: &Options) -> Result<Vec<Figure>> {
    setup::install(packages::for_tests())?;
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
            measuring.env("TAURI_PEER_BIN", peer::build("tauri", Build::Release)?);
            Build::Release
        }
    };
    for (variable, name) in [
        ("DESKBELL_BIN", "deskbell"),
        ("DESKBELL_SERVICE_BIN", "deskbell-service"),
        ("DESKBELL_WINDOW_BIN", "deskbell-window"),
    ] {
        measuring.env(variable, bundle::program(build, name)?);
    }
    let measured = measure(&mut measuring)?;
    Ok(ROWS.iter().map(|row| row.judge(options.form, &measured)).collect())
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
        // What is missing must not pass.
        let of = |who: &str| {
            let found = measured.iter().find(|one| one.who == who && one.figure == self.figure);
            found.map_or(f64::NAN, |one| one.value)
        };
        let (limit, peers) = match form {
            Form::Short => (self.short, &[][..]),
            Form::Long => (Some(self.limit), self.peers),
        };
        let value = match limit {
            None => Value::LongForm,
            Some(_) => Value::Measured {
                ours: of(OURS),
                peers: peers.iter().map(|name| Peer { name, value: of(name) }).collect(),
            },
        };
        let limits = vec![limit.unwrap_or(self.limit)];
        Figure { name: self.name.to_owned(), unit: self.unit, value, limits }
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
            r#"{"figure":"start to tray","value":17.0,"who":"ours"}"#,
            r#"{"figure":"input to online","value":1.4,"who":"ours"}"#,
        ];
        let measured: Vec<Measured> = lines.iter().map(|line| read(line).unwrap()).collect();
        let figures: Vec<Figure> = ROWS.iter().map(|row| row.judge(Form::Long, &measured)).collect();
        let Value::Measured { ours, peers } = &figures[0].value else { panic!("{:?}", figures[0]) };
        assert_eq!((*ours, peers[0].value, peers[1].value), (7.5, 88.0, 311.0));
        assert_eq!(figures[0].verdict(), Verdict::Holds);
        assert!(matches!(figures[2].verdict(), Verdict::Worse(_)), "0.31 wake-ups");
        // What was not printed was not measured.
        assert!(matches!(figures[1].verdict(), Verdict::Worse(_)));
        assert!(matches!(figures[4].verdict(), Verdict::Worse(_)), "its peer");
        assert_eq!(figures[5].verdict(), Verdict::Holds, "it has none");
        let short = |row: usize| ROWS[row].judge(Form::Short, &measured).verdict();
        assert_eq!(short(4), Verdict::Holds, "no peer is measured in the short form");
        assert!(matches!(short(2), Verdict::Worse(_)), "0.31 wake-ups are too many in any form");
        assert!(matches!(short(6), Verdict::Worse(_)), "not measured");
        assert_eq!(ROWS[0].judge(Form::Short, &measured).verdict(), Verdict::LongForm);
        assert!(read(r#"{"figure":"memory","value":null,"who":"ours"}"#).is_err());
    }
}
