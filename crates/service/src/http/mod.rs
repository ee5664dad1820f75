//! HTTP: accepting connections, admission, and answers to requests that are not WebSockets.

mod accept;
pub(crate) mod admission;
mod excerpt;
mod files;
pub(crate) mod history;
pub(crate) mod listen;
pub(crate) mod origin;
mod plain_page;
mod portal;
mod problem;
pub(crate) mod router;
mod sign_in;
pub(crate) mod transcript;
pub(crate) mod transfers;
