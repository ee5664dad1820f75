//! The words on the wire between a device and the live chat service: `deskbell.v1+json`.
//!
//! [`Up`] are intents, [`Down`] is state. One JSON object a text frame, told apart by its `type`; unknown fields are
//! ignored, an unknown type is answered with an error and never with a close. `docs/protocol.md` describes every frame.
//! This crate knows serde and the vocabulary, no socket and no rule.

mod close;
pub mod display_text;
mod down;
mod error;
pub mod http;
pub mod limits;
mod person;
mod policy;
mod session;
mod up;

pub use close::Close;
pub use down::{Answer, Down, Welcome};
pub use error::ErrorCode;
pub use person::{DeviceId, DeviceView, Devices, Person, You};
pub use policy::Policy;
pub use session::{ParticipantView, SessionView};
pub use up::{App, Hello, Instance, IntentId, PreferenceChange, Token, Up};

/// The WebSocket sub-protocol of this version.
pub const SUBPROTOCOL: &str = "deskbell.v1+json";

/// Reads a frame from the service; what is read is fit to be shown and within its limits ([`display_text`]).
///
/// # Errors
/// What serde says of it, which may repeat parts of the frame: not to be shown as it is.
pub fn read_down(text: &str) -> Result<Down, serde_json::Error> {
    let mut down = serde_json::from_str(text)?;
    display_text::frame(&mut down);
    Ok(down)
}

/// Writes a frame. Our frames are plain data, which always can be written.
#[must_use]
pub fn write(frame: &impl serde::Serialize) -> String {
    serde_json::to_string(frame).expect("frames have string keys and no failing parts")
}
