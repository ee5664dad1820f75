//! What the commands print. A reader that has gone, as `head` has after ten lines, does not count as a failure; a full disk does, and it
//! is said in words.

use anyhow::{Context, Result};
use std::io::{self, Write};

/// Prints a line on standard output.
///
/// # Errors
///
/// When it cannot be written, unless its reader has gone.
pub(crate) fn line(text: &str) -> Result<()> {
    write(&mut io::stdout().lock(), text)
}

/// Prints a line on standard error. There is nobody left to tell if that fails.
pub(crate) fn complain(text: &str) {
    let _nobody_reads = writeln!(io::stderr().lock(), "{text}");
}

fn write(to: &mut impl Write, text: &str) -> Result<()> {
    match writeln!(to, "{text}").and_then(|()| to.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.context("cannot write to standard output"),
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
        assert_eq!(failed.to_string(), "cannot write to standard output");
        let mut written = Vec::new();
        write(&mut written, "text").unwrap();
        assert_eq!(written, b"text\n");
    }
}
