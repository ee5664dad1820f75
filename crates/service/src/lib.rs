//! The live chat service: devices connect and report, and hear who is there and which chats are open.
//!
//! [`run`] serves a [`store`] on a listener until it is told to stop. `http` accepts connections; each WebSocket is a connection of
//! `socket`, which reads frames and writes a queue; one task for each organisation (`orgs`) runs its pure core ([`org`]) and is the only
//! writer to its sockets. The library reads no argument, and no file but those
//! of chats (`files`): `cli` does, for the program.

pub mod admin;
mod auth;
mod bucket;
pub mod cli;
mod clock;
mod config;
pub mod files;
mod http;
pub mod log;
mod metrics;
mod names;
pub mod org;
pub mod orgs;
mod platform;
mod service;
pub mod settings;
pub mod socket;
mod state;
pub mod store;
mod watchdog;
mod words;

pub use clock::{Clock, Now};
pub use config::Config;
pub use http::listen::{Peer, Tcp};
pub use http::transcript::{Reading, TranscriptReader};
pub use service::{Service, run};
