//! What a text frame from a device means, or why it means nothing.

use crate::words;
use protocol::{Down, ErrorCode, IntentId, Up};
use serde::Deserialize;

/// The types of [`Up`], to tell a frame of an unknown type from a bad one of a known type.
const TYPES: [&str; 21] = [
    "hello",
    "beat",
    "activity",
    "bye",
    "prefer",
    "chat.request",
    "chat.join",
    "chat.dismiss",
    "chat.message",
    "chat.leave",
    "chat.callback",
    "chat.complete",
    "chat.open",
    "chat.more",
    "chat.visible",
    "chat.seen",
    "ring.shown",
    "people.watch",
    "device.list",
    "device.sign_out",
    "portal.code",
];

/// What can be read of a frame that is none of ours.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: Option<serde_json::Value>,
    id: Option<serde_json::Value>,
}

/// Reads a frame, or gives the error that answers it; with the intent's id where it has a readable one.
pub(crate) fn read(text: &str) -> Result<Up, Box<Down>> {
    if let Ok(up) = serde_json::from_str(text) {
        return Ok(up);
    }
    let head: Option<Head> = serde_json::from_str(text).ok();
    let kind = head.as_ref().and_then(|head| head.kind.as_ref()).and_then(serde_json::Value::as_str);
    let re = id(head.as_ref());
    Err(Box::new(match kind {
        Some(kind) if !TYPES.contains(&kind) => words::error(re, ErrorCode::Unknown, words::UNKNOWN_FRAME),
        Some(_) | None => words::error(re, ErrorCode::Invalid, words::BAD_FRAME),
    }))
}

fn id(head: Option<&Head>) -> Option<IntentId> {
    head?.id.as_ref()?.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> (Option<IntentId>, ErrorCode) {
        match *read(text).unwrap_err() {
            Down::Error { re, code, .. } => (re, code),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_type_of_the_protocol_is_known_here() {
        let error = serde_json::from_str::<Up>(r#"{"type":"no"}"#).unwrap_err().to_string();
        let known: Vec<String> = TYPES.iter().map(|kind| format!("`{kind}`")).collect();
        assert!(error.contains(&format!("expected one of {}", known.join(", "))), "{error}");
    }

    #[test]
    fn an_unknown_type_and_a_bad_frame_are_told_apart_and_answered_by_their_id() {
        let id = IntentId::new_v4();
        assert_eq!(code(&format!(r#"{{"type":"chat.sing","id":"{id}"}}"#)), (Some(id), ErrorCode::Unknown));
        assert_eq!(code(&format!(r#"{{"type":"chat.join","id":"{id}"}}"#)), (Some(id), ErrorCode::Invalid));
        assert_eq!(code(r#"{"type":"beat","activity":"dancing"}"#), (None, ErrorCode::Invalid));
        assert_eq!(code("[1]"), (None, ErrorCode::Invalid));
        assert_eq!(code("no json"), (None, ErrorCode::Invalid));
    }

    #[test]
    fn unknown_fields_are_ignored() {
        assert_eq!(read(r#"{"type":"bye","why":"lunch"}"#).unwrap(), Up::Bye);
    }
}
