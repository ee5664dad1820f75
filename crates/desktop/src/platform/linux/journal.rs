//! Whether standard error is systemd's journal.

use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

/// Whether what is written on standard error goes to the journal.
pub(crate) fn is_stderr_journal() -> bool {
    let copy = std::io::stderr().as_fd().try_clone_to_owned().map(File::from);
    let Ok(meta) = copy.and_then(|copy| copy.metadata()) else { return false };
    is_journal(std::env::var("JOURNAL_STREAM").ok().as_deref(), (meta.dev(), meta.ino()))
}

/// systemd names the stream to its journal; a program that is started by one of its services inherits the name, but may write
/// elsewhere.
fn is_journal(stream: Option<&str>, stderr: (u64, u64)) -> bool {
    let read = |stream: &str| {
        let (dev, ino) = stream.split_once(':')?;
        Some((dev.parse().ok()?, ino.parse().ok()?))
    };
    stream.and_then(read) == Some(stderr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_journal_by_the_stream_that_systemd_names() {
        assert!(is_journal(Some("9:4711"), (9, 4711)));
        for (stream, stderr) in
            [(None, (9, 4711)), (Some("9:4711"), (9, 4712)), (Some("nonsense"), (9, 4711))]
        {
            assert!(!is_journal(stream, stderr), "{stream:?}");
        }
    }
}
