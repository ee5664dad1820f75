//! Splits lists into frames. Each item is serialised once, both to measure and to send it.

use super::event::Frame;
use protocol::Down;
use serde::Serialize;

/// Bytes of a frame besides its list: its type, the session's id, brackets; rounded up.
const AROUND_BYTES: usize = 256;

/// Splits a list into frames with at most `max` items and `bytes` bytes each. `frame` makes the frame at an index from its items, which
/// must be its only list.
pub(crate) fn list_frames<T: Serialize>(
    items: impl IntoIterator<Item = T>,
    max: usize,
    frame_bytes: usize,
    frame: impl Fn(usize, Vec<T>) -> Down,
) -> Vec<Frame> {
    let parts = parts(items, max, frame_bytes - AROUND_BYTES).into_iter().enumerate();
    parts
        .map(|(place, part)| {
            let text = with_items(&frame(place, Vec::new()), &part.text);
            Frame::written(frame(place, part.items), text)
        })
        .collect()
}

/// The items of one frame, and their text: JSON values separated by commas.
struct Part<T> {
    items: Vec<T>,
    text: String,
}

fn parts<T: Serialize>(items: impl IntoIterator<Item = T>, max: usize, room: usize) -> Vec<Part<T>> {
    let mut parts: Vec<Part<T>> = Vec::new();
    for item in items {
        let text = protocol::write(&item);
        match parts.last_mut() {
            Some(part) if part.items.len() < max && part.text.len() + 1 + text.len() <= room => {
                part.text.push(',');
                part.text.push_str(&text);
                part.items.push(item);
            }
            Some(_) | None => parts.push(Part { items: vec![item], text }),
        }
    }
    parts
}

/// The text of a frame with these items in its list, which is empty so far.
fn with_items(empty: &Down, items: &str) -> String {
    let empty = protocol::write(empty);
    let (before, after) = empty.rsplit_once("[]").expect("an empty list is written as []");
    format!("{before}[{items}]{after}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::{Message, PersonId, SessionId};
    use presence::UnixMillis;
    use serde::Serializer;
    use std::cell::Cell;
    use uuid::Uuid;

    fn message(number: u64, text: &str) -> Message {
        let id = Uuid::from_u128(u128::from(number));
        Message {
            number,
            id,
            from: PersonId(Uuid::nil()),
            at: UnixMillis(number),
            text: text.to_owned(),
            file: None,
        }
    }

    #[test]
    fn frames_keep_both_limits_and_read_as_if_serialised_whole() {
        let session = SessionId(Uuid::from_u128(1));
        let frame = |_, messages| Down::Messages { session, messages };
        let messages = || (1..=25).map(|number| message(number, &"\"[] é\n".repeat(40)));
        for (max, frame_bytes, expected) in [(10, 1_000_000, 3), (1_000, 1_600, 13), (1_000, 1_000_000, 1)] {
            let frames = list_frames(messages(), max, frame_bytes, frame);
            assert_eq!(frames.len(), expected);
            let mut sent = Vec::new();
            for frame in frames {
                assert_eq!(frame.text().as_str(), protocol::write(&*frame));
                let Down::Messages { messages, .. } = (*frame).clone() else { panic!("{frame:?}") };
                assert!(messages.len() <= max && frame.text().len() <= frame_bytes);
                sent.extend(messages);
            }
            assert_eq!(sent, messages().collect::<Vec<_>>());
        }
    }

    #[test]
    fn each_item_is_serialised_once() {
        struct Counted<'a>(&'a Cell<u32>);

        impl Serialize for Counted<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.set(self.0.get() + 1);
                serializer.serialize_str("text")
            }
        }

        let written = Cell::new(0);
        let frame = |_, _: Vec<Counted<'_>>| Down::People { first: true, people: Vec::new() };
        let frames = list_frames((0..100).map(|_| Counted(&written)), 30, 1_000, frame);
        for frame in &frames {
            assert!(frame.text().contains("\"text\""));
        }
        assert_eq!((frames.len(), written.get()), (4, 100));
    }
}
