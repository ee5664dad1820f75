//! How bytes get from one process of this user to another: one file a system, all with the same names.
//!
//! - `Seat` holds the place for this process, and `Guard` makes the socket again if it was removed.
//! - `Listener` takes connections, and refuses other users.
//! - `connect` is the other end; `split` divides the agent's end into its two directions.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::{
    ClientReader, ClientWriter, Guard, Listener, Seat, ServerStream, ServerWriter, connect, split,
};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::{
    ClientReader, ClientWriter, Guard, Listener, Seat, ServerStream, ServerWriter, connect, split,
};
