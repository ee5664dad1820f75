//! The core of the app. Pure: facts, frames and intents come in, effects go out; [`view::View`] is all that the app shows.
//!
//! `idle -> agent -> link` for activity, `link -> agent -> view -> tray, toast, window` for state. Nothing here reads a
//! clock, opens a socket or draws; the machine around the [`runner`] does.

pub mod agent;
pub mod deep_link;
pub mod runner;
pub mod settings;
pub mod sign_in_link;
pub mod sound;
pub mod toast;
pub mod toasts;
pub mod tray;
pub mod view;
pub mod words;
