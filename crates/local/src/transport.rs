//! How bytes get from one process of this user to another: one file for each system, all with the same names.
//!
//! - `Claim` keeps other agents out while this one runs, and `Guard` makes the socket again if it is removed.
//! - `Listener` accepts connections, and refuses other users.
//! - `connect` is the other end; `split` divides the agent's end into its two directions.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{
    Claim, ClientReader, ClientWriter, Guard, Listener, ServerStream, ServerWriter, connect, split,
};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{
    Claim, ClientReader, ClientWriter, Guard, Listener, ServerStream, ServerWriter, connect, split,
};
