//! The wire protocol between a device and the live chat service: `deskbell.v1+json`.
//!
//! [`Up`] are intents, [`Down`] is state. Each text frame is one JSON object, whose `type` says what it is; unknown fields are
//! ignored, an unknown type is answered with an error, never with a close. `docs/protocol.md` describes every frame.
//! This crate knows serde and the vocabulary, but no sockets and no rules.

pub mod address_template;
mod close;
pub mod display_text;
mod down;
mod error;
pub mod http;
pub mod limits;
mod person;
mod policy;
mod reply;
mod session;
mod up;

pub use close::Close;
pub use down::{Answer, Down, Welcome};
pub use error::ErrorCode;
pub use person::{DeviceId, DeviceView, Devices, Person, You};
pub use policy::Policy;
pub use reply::{CannedReply, ReplyId};
pub use session::{HandOverView, Inviter, ParticipantView, SessionView};
pub use up::{App, Hello, Instance, IntentId, PreferenceChange, Token, Up};

/// The WebSocket sub-protocol of this version.
pub const SUBPROTOCOL: &str = "deskbell.v1+json";

/// Reads a frame from the service; its texts can be shown, and everything is within its limits ([`display_text`]).
///
/// # Errors
/// What serde says about it. That may repeat parts of the frame: do not show it as it is.
pub fn read_down(text: &str) -> Result<Down, serde_json::Error> {
    let mut down = serde_json::from_str(text)?;
    display_text::frame(&mut down);
    Ok(down)
}

/// Writes a frame. Our frames are plain data, which can always be written.
#[must_use]
pub fn write(frame: &impl serde::Serialize) -> String {
    serde_json::to_string(frame).expect("frames have string keys and no failing parts")
}
