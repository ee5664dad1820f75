//! What is to be measured, as the command line says it.

use anyhow::{Context, Result, bail, ensure};

/// Connections of the long form: what the design's figures are stated for.
const CONNECTIONS: u32 = 10_000;
/// Connections of the short form: enough to tell a cost for each from what is there anyway, and quick without optimisation.
pub(super) const CONNECTIONS_SHORT: u32 = 1_000;
/// Most connections: two processes hold an end of each, and a process may open 20,000 files.
const CONNECTIONS_MOST: u32 = 15_000;

const USAGE: &str = "cargo xtask bench [--short] [--only service|app] [--connections N] [--write]";

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// What CI can afford: no release build, no browser; only figures that are true without them.
    Short,
    /// Everything, on release builds.
    Long,
}

/// Whose figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Service,
    App,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) form: Form,
    pub(super) only: Option<Side>,
    /// Devices that are connected to the service.
    pub(super) connections: u32,
    /// Whether the page of the figures is to carry the result.
    pub(super) write: bool,
}

impl Side {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::App => "app",
        }
    }
}

impl Options {
    /// Reads the command line.
    pub(super) fn read(arguments: &[String]) -> Result<Self> {
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

    /// Whether these figures are to be measured.
    pub(super) fn wants(&self, side: Side) -> bool {
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
