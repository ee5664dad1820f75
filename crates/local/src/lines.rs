//! JSON lines over a byte stream, with a bound on their length.
//!
//! Turns bytes into values and back. It knows nothing about sockets.

use crate::LINE_BYTES;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use thiserror::Error;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};

/// Why no further line can be read.
#[derive(Debug, Error)]
pub enum LineError {
    /// The stream failed.
    #[error("the local socket failed: {0}")]
    Io(io::Error),
    /// The line is too long.
    #[error("a line is longer than {LINE_BYTES} bytes")]
    TooLong,
    /// The line is not one that this version of Deskbell understands.
    #[error("a line is not of this version of Deskbell: {0}")]
    Unknown(serde_json::Error),
    /// The other end does not read its lines.
    #[error("the reader of the local socket does not read, so it was cut off")]
    NotRead,
}

impl From<io::Error> for LineError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Reads values, one on each line.
#[derive(Debug)]
pub(crate) struct LineReader<R> {
    bytes: BufReader<R>,
    line: Vec<u8>,
}

impl<R: AsyncRead + Unpin> LineReader<R> {
    pub(crate) fn new(bytes: R) -> Self {
        Self { bytes: BufReader::new(bytes), line: Vec::new() }
    }

    /// The next value; `None` at the stream's end. Nothing is lost when the future is dropped.
    pub(crate) async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, LineError> {
        loop {
            let piece = self.bytes.fill_buf().await?;
            if piece.is_empty() {
                return Ok(None);
            }
            let end = piece.iter().position(|byte| *byte == b'\n');
            let taken = end.unwrap_or(piece.len());
            if self.line.len() + taken > LINE_BYTES {
                return Err(LineError::TooLong);
            }
            self.line.extend_from_slice(&piece[..taken]);
            self.bytes.consume(taken + usize::from(end.is_some()));
            if end.is_some() {
                let value = serde_json::from_slice(&self.line).map_err(LineError::Unknown);
                self.line = Vec::new();
                return value.map(Some);
            }
        }
    }
}

/// Writes one value as one line.
pub(crate) async fn write<T: Serialize + Sync>(
    to: &mut (impl AsyncWrite + Unpin),
    value: &T,
) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    to.write_all(&line).await?;
    to.flush().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn reads_lines_that_come_in_pieces() {
        let (mut ours, theirs) = tokio::io::duplex(4);
        let mut reader = LineReader::new(theirs);
        let writing = tokio::spawn(async move {
            ours.write_all(b"\"first\"\n\"sec").await.unwrap();
            ours.write_all(b"ond\"\n").await.unwrap();
        });
        assert_eq!(reader.next::<String>().await.unwrap().as_deref(), Some("first"));
        assert_eq!(reader.next::<String>().await.unwrap().as_deref(), Some("second"));
        writing.await.unwrap();
        assert!(reader.next::<String>().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_line_without_end_is_refused_instead_of_kept() {
        let (mut ours, theirs) = tokio::io::duplex(64 * 1024);
        let writing = tokio::spawn(async move { ours.write_all(&vec![b'x'; LINE_BYTES + 1]).await });
        let refused = LineReader::new(theirs).next::<String>().await.unwrap_err();
        assert!(matches!(refused, LineError::TooLong), "{refused}");
        drop(writing.await.unwrap());
    }
}
