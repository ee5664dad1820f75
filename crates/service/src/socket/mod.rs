//! One WebSocket: frames in, within limits, and a queue of frames out. What frames mean is the organisation's to say.

pub mod allowance;
pub(crate) mod connection;
pub mod conversation;
pub mod ending;
mod frame;
pub(crate) mod meter;
pub mod outbox;
