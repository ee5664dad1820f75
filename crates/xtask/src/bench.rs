//! `cargo xtask bench`: the figures of the design, and beside each the same measured for a peer in the same run.
//!
//! `service` and `app` measure and give rows, `peer` builds what they are held against, `figure` is one row with its verdict, `table` makes
//! text of them, `machine` says where that was, and `page` puts it into `docs/performance.md`. It fails when a figure is worse than its limit.

mod app;
mod figure;
mod machine;
mod page;
mod peer;
mod service;
mod table;

use anyhow::{Context, Result, bail, ensure};
use figure::Verdict;

/// Connections of the long form: what the design's figures are stated for.
const CONNECTIONS: u32 = 10_000;
/// Connections of the short form: enough to tell a cost for each from what is there anyway, and quick without optimisation.
const CONNECTIONS_SHORT: u32 = 1_000;
/// Most connections: two processes hold an end of each, and a process may open 20,000 files.
const CONNECTIONS_MOST: u32 = 15_000;

const USAGE: &str = "cargo xtask bench [--short] [--only service|app] [--connections N] [--write]";

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// What CI can afford: no release build, no browser; only figures that are true without them.
    Short,
    /// Everything, on release builds.
    Long,
}

/// Whose figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Service,
    App,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    pub(crate) form: Form,
    only: Option<Side>,
    /// Devices that are connected to the service.
    pub(crate) connections: u32,
    /// Whether the page of the figures is to carry the result.
    write: bool,
}

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    measure(&Options::read(arguments)?)
}

/// CI's form.
pub(crate) fn short() -> Result<()> {
    measure(&Options { form: Form::Short, only: None, connections: CONNECTIONS_SHORT, write: false })
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::App => "app",
        }
    }
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self> {
        let (mut form, mut only, mut connections, mut write) = (Form::Long, None, None, false);
        let mut rest = arguments.iter().map(String::as_str);
        while let Some(argument) = rest.next() {
            match argument {
                "--short" => form = Form::Short,
                "--only" => {
                    only = Some(match rest.next() {
                        Some("service") => Side::Service,
                        Some("app") => Side::App,
                        other => bail!("--only takes `service` or `app`, not {other:?}"),
                    });
                }
                "--write" => write = true,
                "--connections" => connections = Some(number(rest.next())?),
                other => bail!("{other:?} is not known: `{USAGE}`"),
            }
        }
        ensure!(
            !write || form == Form::Long,
            "--write is for the long form: the page carries what the programs cost that people run"
        );
        let usual = match form {
            Form::Short => CONNECTIONS_SHORT,
            Form::Long => CONNECTIONS,
        };
        Ok(Self { form, only, connections: connections.unwrap_or(usual), write })
    }

    fn wants(&self, side: Side) -> bool {
        self.only.is_none_or(|only| only == side)
    }
}

fn number(word: Option<&str>) -> Result<u32> {
    let word = word.context("--connections takes a number")?;
    let number = word.parse().with_context(|| format!("--connections takes a number, not {word:?}"))?;
    ensure!(
        (100..=CONNECTIONS_MOST).contains(&number),
        "--connections takes 100 to {CONNECTIONS_MOST}: fewer show nothing, more are more files than a process may open"
    );
    Ok(number)
}

fn measure(options: &Options) -> Result<()> {
    let mut tables = Vec::new();
    let mut worse = Vec::new();
    for side in [Side::Service, Side::App].into_iter().filter(|side| options.wants(*side)) {
        let figures = match side {
            Side::Service => service::figures(options)?,
            Side::App => app::figures(options)?,
        };
        if figures.is_empty() {
            continue;
        }
        let table = table::page(&machine::here(options)?, &figures);
        if options.write {
            page::write(side.name(), &table)?;
        }
        tables.push(table);
        let broken = figures.iter().filter(|figure| matches!(figure.verdict(), Verdict::Worse(_)));
        worse.extend(broken.map(|figure| figure.name.clone()));
    }
    ensure!(!tables.is_empty(), "nothing was measured");
    println!("\n{}", tables.join("\n"));
    ensure!(worse.is_empty(), "worse than stated: {}", worse.join("; "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Options> {
        Options::read(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn the_long_form_is_usual_and_the_short_one_has_fewer_connections() {
        let usual = read("").unwrap();
        assert_eq!((usual.form, usual.connections), (Form::Long, CONNECTIONS));
        let short = read("--short --only service").unwrap();
        assert_eq!((short.form, short.connections), (Form::Short, CONNECTIONS_SHORT));
        assert!(short.wants(Side::Service) && !short.wants(Side::App));
        assert_eq!(read("--short --connections 200").unwrap().connections, 200);
    }

    #[test]
    fn what_it_does_not_know_or_cannot_do_is_refused_before_anything_is_built() {
        for words in [
            "--fast",
            "--only portal",
            "--connections",
            "--connections many",
            "--connections 50000",
            "--short --write",
        ] {
            assert!(read(words).is_err(), "{words}");
        }
    }
}
