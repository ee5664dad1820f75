//! Reads a text frame from a device, or says why it cannot be read.

use crate::words;
use protocol::{Down, ErrorCode, IntentId, Up};
use serde::Deserialize;
use serde::de::{self, value::MapDeserializer};
use std::error::Error;
use std::fmt;

/// What can be read of a frame that is not in the protocol.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: Option<serde_json::Value>,
    id: Option<serde_json::Value>,
}

/// Reads a frame, or returns the error that answers it, with the intent's id if that can be read.
pub(crate) fn read(text: &str) -> Result<Up, Box<Down>> {
    if let Ok(up) = serde_json::from_str(text) {
        return Ok(up);
    }
    let head: Option<Head> = serde_json::from_str(text).ok();
    let kind = head.as_ref().and_then(|head| head.kind.as_ref()).and_then(serde_json::Value::as_str);
    let re = id(head.as_ref());
    Err(Box::new(match kind {
        Some(kind) if !is_type(kind) => words::error(re, ErrorCode::Unknown, words::UNKNOWN_FRAME),
        Some(_) | None => words::error(re, ErrorCode::Invalid, words::BAD_FRAME),
    }))
}

/// Whether [`Up`] has a frame of this type, even if its fields are missing.
fn is_type(kind: &str) -> bool {
    let only_type = MapDeserializer::<_, Missing>::new([("type", kind)].into_iter());
    !matches!(Up::deserialize(only_type), Err(Missing::Type))
}

/// Why a type alone is not a frame.
#[derive(Debug)]
enum Missing {
    /// There is no such type.
    Type,
    /// Fields are missing.
    Fields,
}

impl de::Error for Missing {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Fields
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Type
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type => "there is no frame of this type",
            Self::Fields => "fields are missing",
        })
    }
}

impl Error for Missing {}

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
    fn every_type_of_the_protocol_is_known_but_no_part_of_one() {
        let said = serde_json::from_str::<Up>(r#"{"type":"no"}"#).unwrap_err().to_string();
        let (_, types) = said.split_once("expected one of ").unwrap();
        let types: Vec<&str> = types.split('`').skip(1).step_by(2).collect();
        assert!(types.contains(&"chat.join"), "{types:?}");
        for kind in types {
            assert!(is_type(kind), "{kind}");
            assert!(!is_type(&kind[1..]), "{kind}");
        }
        assert!(!is_type(""));
    }

    #[test]
    fn an_unknown_type_and_a_bad_frame_get_different_answers_with_their_id() {
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
