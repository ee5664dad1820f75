//! Showing toasts, without a notification daemon: what is on the screen ([`board`]), and what it means that the task which
//! shows them has ended ([`keeper`]). Pure: the program and the simulated world act for both.

pub mod board;
pub mod keeper;
