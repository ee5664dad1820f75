//! Lists cut into frames.

use serde::Serialize;

/// Bytes of a frame beside the list in it: its type, the session's id, brackets; rounded up.
const AROUND_BYTES: usize = 256;

/// Cuts a list so that each part has at most `max` items and fits into a frame of so many bytes.
pub(crate) fn parts<T: Serialize>(
    items: impl IntoIterator<Item = T>,
    max: usize,
    frame_bytes: usize,
) -> Vec<Vec<T>> {
    let room = frame_bytes - AROUND_BYTES;
    let mut parts: Vec<Vec<T>> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let size = protocol::write(&item).len() + 1;
        match parts.last_mut() {
            Some(part) if part.len() < max && bytes + size <= room => {
                part.push(item);
                bytes += size;
            }
            Some(_) | None => {
                parts.push(vec![item]);
                bytes = size;
            }
        }
    }
    parts
}
