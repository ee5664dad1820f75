//! What the program prints. A failed write never ends the program, as it would with `println!` and `eprintln!`. A reader that stops
//! early, as `head` does after ten lines, does not count as a failure; a full disk does, and the user is told.

use anyhow::Context;
use std::io::{self, Write};

/// Prints a line on standard output, for scripts.
///
/// # Errors
/// If it cannot be written, unless its reader has gone.
pub(super) fn line(text: &str) -> anyhow::Result<()> {
    write(&mut io::stdout().lock(), text)
}

/// Prints a line on standard error, for people.
pub fn say(text: &str) {
    // There is nobody left to tell if that fails.
    let _nobody_reads = writeln!(io::stderr().lock(), "{text}");
}

fn write(to: &mut impl Write, text: &str) -> anyhow::Result<()> {
    match writeln!(to, "{text}").and_then(|()| to.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("could not write to standard output"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_has_gone_is_no_failure_and_a_full_disk_is_one() {
        write(&mut Failing(io::ErrorKind::BrokenPipe), "text").unwrap();
        let failed = write(&mut Failing(io::ErrorKind::StorageFull), "text").unwrap_err();
        assert_eq!(failed.to_string(), "could not write to standard output");
    }
}
