//! WebSocket frames as bytes: what a device writes, and what it reads. Servers fragment none of theirs here.

use anyhow::{Result, bail};

/// The mask of what devices write: servers undo any alike.
const MASK: [u8; 4] = [0x5a, 0xc3, 0x3c, 0xa5];
/// The last frame of a message that is text.
const TEXT: u8 = 0x81;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// A frame from a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    Text(&'a [u8]),
    /// With its code.
    Close(u16),
    /// A ping or a pong, which servers answer among themselves.
    Control,
}

/// A text frame as a device writes it.
pub(crate) fn text(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() + 14);
    bytes.push(TEXT);
    match text.len() {
        short @ 0..=125 => bytes.push(0x80 | u8::try_from(short).unwrap_or(0)),
        long => match u16::try_from(long) {
            Ok(long) => {
                bytes.push(0x80 | 126);
                bytes.extend(long.to_be_bytes());
            }
            Err(_) => {
                bytes.push(0x80 | 127);
                bytes.extend((long as u64).to_be_bytes());
            }
        },
    }
    bytes.extend(MASK);
    bytes.extend(text.bytes().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

/// The first frame of what was read, and its length; `None` until it is whole.
pub(crate) fn first(bytes: &[u8]) -> Result<Option<(Frame<'_>, usize)>> {
    let [kind, short, rest @ ..] = bytes else { return Ok(None) };
    let (header, length) = match (short, rest) {
        (126, [a, b, ..]) => (4, usize::from(u16::from_be_bytes([*a, *b]))),
        (127, [a, b, c, d, e, f, g, h, ..]) => {
            let length = u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
            (10, usize::try_from(length)?)
        }
        (126 | 127, _) => return Ok(None),
        (short @ 0..126, _) => (2, usize::from(*short)),
        (masked, _) => {
            bail!("a server's frame is never masked, and this one begins with {kind:x} {masked:x}")
        }
    };
    let Some(body) = bytes.get(header..header + length) else { return Ok(None) };
    let frame = match (*kind, body) {
        (TEXT, text) => Frame::Text(text),
        (CLOSE, [a, b, ..]) => Frame::Close(u16::from_be_bytes([*a, *b])),
        (CLOSE, _) => Frame::Close(1005),
        (PING | PONG, _) => Frame::Control,
        (other, _) => bail!("a frame of the unknown kind {other:x}"),
    };
    Ok(Some((frame, header + length)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server's frame: a device's without the mask.
    fn unmasked(device: &[u8], text: &str) -> Vec<u8> {
        let mut bytes = device[..device.len() - text.len() - MASK.len()].to_vec();
        bytes[1] &= 0x7f;
        bytes.extend(text.bytes());
        bytes
    }

    #[test]
    fn frames_of_all_lengths_are_read_once_they_are_whole() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let words = "x".repeat(length);
            let mut bytes = unmasked(&text(&words), &words);
            let whole = bytes.len();
            for part in [0, 1, 2, 3, whole / 2, whole - 1].into_iter().filter(|part| *part < whole) {
                assert_eq!(first(&bytes[..part]).unwrap(), None, "{part} of {whole}");
            }
            bytes.push(TEXT);
            assert_eq!(first(&bytes).unwrap(), Some((Frame::Text(words.as_bytes()), whole)));
        }
    }

    #[test]
    fn a_close_has_its_code() {
        assert_eq!(first(&[CLOSE, 2, 0x11, 0x31]).unwrap(), Some((Frame::Close(4401), 4)));
        assert!(first(&[TEXT, 0x85, 0]).is_err());
    }
}
