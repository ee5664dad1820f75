//! What the program says on standard error before it ends.

use std::io::Write;

/// Prints a line on standard error. There is nobody left to tell if that fails.
pub(crate) fn complain(text: &str) {
    let _nobody_reads = writeln!(std::io::stderr().lock(), "{text}");
}
