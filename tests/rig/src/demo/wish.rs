//! What was asked for on the command line.

use anyhow::{Result, bail};

/// Whose app is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum As {
    Technician,
    Client,
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish {
    pub(crate) who: As,
    pub(crate) once: bool,
}

impl Wish {
    /// Reads the command line.
    pub(crate) fn read() -> Result<Self> {
        let mut wish = Self { who: As::Technician, once: false };
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--once" => wish.once = true,
                "--as" => {
                    wish.who = match arguments.next().as_deref() {
                        Some("technician") => As::Technician,
                        Some("client") => As::Client,
                        other => bail!("--as takes `technician` or `client`, not {other:?}"),
                    }
                }
                other => bail!("{other:?} is not known: `cargo xtask run [--as client] [--once]`"),
            }
        }
        Ok(wish)
    }
}
