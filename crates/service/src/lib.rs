//! The live chat service: devices connect and report, and are told who is there and which chats there are.
//!
//! [`run`] serves a [`store`] on a listener until it is told to stop. One task an organisation (`org`) holds its pure core and is
//! the only writer to its sockets; a `connection` reads frames for it and writes its queue out; `sign_in` and `portal` are the
//! HTTP beside it. The library reads no file and no argument: `cli` does, for the program.

mod account;
pub mod admin;
pub mod allowance;
mod bucket;
pub mod cli;
mod clock;
mod config;
mod connection;
mod control;
pub mod conversation;
mod desk;
mod door;
pub mod ending;
mod frame;
mod hub;
mod listen;
pub mod log;
mod meter;
mod metrics;
mod names;
pub mod org;
mod origin;
pub mod outbox;
mod portal;
mod problem;
mod server;
pub mod settings;
mod sign_in;
pub mod store;
mod words;

pub use clock::{Clock, Now};
pub use config::Config;
pub use listen::{Peer, Tcp};
pub use server::{Service, run};
