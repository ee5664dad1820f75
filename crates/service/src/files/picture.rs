//! What a picture is by its content: neither its name nor what its sender says counts. It reads the head of the file, and decodes nothing.

use chat::{Picture, PictureFormat};
use std::io::{ErrorKind, Read, Result, Seek, SeekFrom};

/// Largest width or height of a picture that is shown, in pixels: browsers draw no larger ones.
const SIDE_PIXELS: u32 = 16_384;
/// Most pixels of a picture that is shown: a browser takes four bytes for each. A larger one is a file like any other.
const PIXELS: u64 = 50_000_000;
/// Most segments of a JPEG before its size: cameras write some ten, and a profile of colours takes up to 255.
const SEGMENTS: usize = 300;
/// Bytes in which the formats that say their size at the beginning do so.
const HEAD_BYTES: usize = 30;

/// The picture in a file; `None` if it is something else, or too large to be shown.
///
/// # Errors
/// If the file cannot be read.
pub(crate) fn picture(file: &mut (impl Read + Seek)) -> Result<Option<Picture>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    let found = match head.as_slice() {
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', size @ ..] => {
            let side = |at: usize| size.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
            side(0).zip(side(4)).map(|size| (PictureFormat::Png, size))
        }
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', w0, w1, h0, h1, ..] => {
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]));
            Some((PictureFormat::Gif, (side(*w0, *w1), side(*h0, *h1))))
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', rest @ ..] => {
            webp(rest).map(|size| (PictureFormat::Webp, size))
        }
        [0xff, 0xd8, 0xff, ..] => jpeg(file)?.map(|size| (PictureFormat::Jpeg, size)),
        _ => None,
    };
    Ok(found.map(|(format, (width, height))| Picture { format, width, height }).filter(is_shown))
}

fn is_shown(picture: &Picture) -> bool {
    let sides = [picture.width, picture.height];
    sides.iter().all(|side| (1..=SIDE_PIXELS).contains(side))
        && u64::from(picture.width) * u64::from(picture.height) <= PIXELS
}

/// Width and height from the first chunk after the head.
fn webp(chunk: &[u8]) -> Option<(u32, u32)> {
    let three = |at: usize| {
        let bytes = chunk.get(at..at + 3)?;
        Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]))
    };
    match chunk.get(..4)? {
        b"VP8 " if chunk.get(11..14)? == [0x9d, 0x01, 0x2a] => {
            let side = |at: usize| {
                let bytes = chunk.get(at..at + 2)?;
                Some(u32::from(u16::from_le_bytes([bytes[0], bytes[1]]) & 0x3fff))
            };
            Some((side(14)?, side(16)?))
        }
        b"VP8L" if *chunk.get(8)? == 0x2f => {
            let bits = u32::from_le_bytes(chunk.get(9..13)?.try_into().ok()?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8X" => Some((three(12)? + 1, three(15)? + 1)),
        _ => None,
    }
}

/// Width and height from the frame's head, exchanged if the camera was held upright.
fn jpeg(file: &mut (impl Read + Seek)) -> Result<Option<(u32, u32)>> {
    file.seek(SeekFrom::Start(2))?;
    let mut is_turned = false;
    for _ in 0..SEGMENTS {
        let Some([mark, mut kind]) = bytes::<2>(file)? else { return Ok(None) };
        if mark != 0xff {
            return Ok(None);
        }
        // Any number of these may fill the space before a segment.
        while kind == 0xff {
            let Some([next]) = bytes::<1>(file)? else { return Ok(None) };
            kind = next;
        }
        let Some(length) = bytes::<2>(file)?.map(u16::from_be_bytes) else { return Ok(None) };
        let Some(length) = length.checked_sub(2) else { return Ok(None) };
        match kind {
            0xc4 | 0xc8 | 0xcc => skip(file, length)?,
            0xc0..=0xcf => {
                let Some([_, h0, h1, w0, w1]) = bytes::<5>(file)? else { return Ok(None) };
                let (width, height) =
                    (u16::from_be_bytes([w0, w1]).into(), u16::from_be_bytes([h0, h1]).into());
                return Ok(Some(if is_turned { (height, width) } else { (width, height) }));
            }
            0xe1 => {
                let mut segment = Vec::new();
                file.by_ref().take(length.into()).read_to_end(&mut segment)?;
                is_turned |= orientation(&segment).is_some_and(|number| (5..=8).contains(&number));
            }
            // The picture itself begins, or the file ends, without a size.
            0xd0..=0xda | 0x00..=0x01 => return Ok(None),
            _ => skip(file, length)?,
        }
    }
    Ok(None)
}

fn skip(file: &mut impl Seek, length: u16) -> Result<()> {
    file.seek(SeekFrom::Current(length.into())).map(drop)
}

/// The next bytes; `None` at the end.
fn bytes<const N: usize>(file: &mut impl Read) -> Result<Option<[u8; N]>> {
    let mut bytes = [0; N];
    match file.read_exact(&mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// How the camera was held, from the segment in which it says so: browsers turn the picture by it.
fn orientation(segment: &[u8]) -> Option<u16> {
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let is_big = match tiff.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let two = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if is_big { u16::from_be_bytes(bytes) } else { u16::from_le_bytes(bytes) })
    };
    let four = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if is_big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    };
    let list = usize::try_from(four(4)?).ok()?;
    let count = usize::from(two(list)?);
    (0..count)
        .map(|entry| list + 2 + 12 * entry)
        .find(|at| two(*at) == Some(0x0112))
        .and_then(|at| two(at + 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn of(bytes: &[u8]) -> Option<Picture> {
        picture(&mut Cursor::new(bytes)).unwrap()
    }

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend(width.to_be_bytes());
        png.extend(height.to_be_bytes());
        png
    }

    fn jpeg(orientation: Option<(bool, u16)>, width: u16, height: u16) -> Vec<u8> {
        let mut jpeg = b"\xff\xd8\xff\xe0\0\x04JF".to_vec();
        if let Some((is_big, number)) = orientation {
            let mut exif = b"Exif\0\0".to_vec();
            let two = |n: u16| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
            let four = |n: u32| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
            exif.extend(if is_big { b"MM\0*" } else { b"II*\0" });
            exif.extend(four(8));
            exif.extend(two(1));
            exif.extend(two(0x0112));
            exif.extend(two(3));
            exif.extend(four(1));
            exif.extend(two(number));
            exif.extend([0; 2]);
            jpeg.extend(b"\xff\xe1");
            jpeg.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
            jpeg.extend(exif);
        }
        // A fill byte, a table, then the frame.
        jpeg.extend(b"\xff\xff\xc4\0\x03x\xff\xc2\0\x0b\x08");
        jpeg.extend(height.to_be_bytes());
        jpeg.extend(width.to_be_bytes());
        jpeg
    }

    #[test]
    fn a_picture_is_known_by_its_content_with_its_size() {
        use PictureFormat::{Gif, Jpeg, Png, Webp};
        let webp = |chunk: &[u8]| [b"RIFF\0\0\0\0WEBP", chunk].concat();
        for (bytes, expected) in [
            (png(1920, 1080), (Png, 1920, 1080)),
            (b"GIF89a\x0a\x00\x14\x01".to_vec(), (Gif, 10, 276)),
            (b"GIF87a\x01\x00\x01\x00".to_vec(), (Gif, 1, 1)),
            (webp(b"VP8X\x0a\0\0\0\0\0\0\0\x7f\x07\0\x37\x04\0"), (Webp, 1920, 1080)),
            (webp(b"VP8 \0\0\0\0\0\0\0\x9d\x01\x2a\x80\x07\x38\x04"), (Webp, 1920, 1080)),
            (webp(b"VP8L\0\0\0\0\x2f\x7f\xc7\x0d\x01"), (Webp, 1920, 1080)),
            (jpeg(None, 4000, 3000), (Jpeg, 4000, 3000)),
            (jpeg(Some((true, 6)), 4000, 3000), (Jpeg, 3000, 4000)),
            (jpeg(Some((false, 8)), 4000, 3000), (Jpeg, 3000, 4000)),
            (jpeg(Some((false, 3)), 4000, 3000), (Jpeg, 4000, 3000)),
        ] {
            let (format, width, height) = expected;
            assert_eq!(of(&bytes), Some(Picture { format, width, height }), "{bytes:?}");
            // However it is cut off, it is read without a fault.
            for end in 0..bytes.len() {
                let _ = of(&bytes[..end]);
            }
        }
    }

    #[test]
    fn anything_else_is_no_picture() {
        for bytes in [
            b"".to_vec(),
            b"<html><script>alert(1)</script>".to_vec(),
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
            b"\xef\xbb\xbf\x89PNG\r\n\x1a\n".to_vec(),
            b"\x89PNG\r\n\x1a\n<script>alert(1)</script>".to_vec(),
            b"BM\x36\0\0\0".to_vec(),
            b"\xff\xd8\xff\xda\0\x02".to_vec(),
            b"\xff\xd8\xff\xe0\0\0".to_vec(),
            b"\xff\xd8\xff".repeat(1000),
            b"RIFF\0\0\0\0WAVEfmt ".to_vec(),
        ] {
            assert_eq!(of(&bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_picture_that_would_fill_a_browsers_memory_is_only_downloaded() {
        for (width, height) in [(0, 10), (10, 0), (16_385, 1), (10_000, 10_000), (u32::MAX, u32::MAX)] {
            assert_eq!(of(&png(width, height)), None, "{width} x {height}");
        }
        assert!(of(&png(10_000, 5_000)).is_some());
    }
}
