//! Commands in a terminal: `args` reads them, `terminal` asks the running agent over the local socket, `launch` starts one if
//! none runs, and `status` is what `deskbell status` prints.

mod args;
pub(crate) mod launch;
mod status;
pub(crate) mod terminal;

pub(crate) use args::{Cli, Verb};
