//! Code for one operating system each: one file per system, all with the same names.
//!
//! - `ControlListener` takes the administrator's commands in the data folder; `connect` is the other end.
//! - `allowed_files`, `reuse_address`, `terminated`: the process, its port and its end.
//! - `private_folder`, `private_file`, `give_to_owner_of`, `sync_folder`: files that only the service's user may read.
//! - `tell_ready`, `tell_alive`, `tell_stopping` and `watchdog`: what starts and watches the service.

#[cfg(not(any(unix, windows)))]
compile_error!("the service knows Unix and Windows: add a file for this system beside theirs");
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::{
    ControlListener, allowed_files, connect, give_to_owner_of, private_file, private_folder, reuse_address,
    sync_folder, tell_alive, tell_ready, tell_stopping, terminated, watchdog,
};
#[cfg(windows)]
pub(crate) use windows::{
    ControlListener, allowed_files, connect, give_to_owner_of, private_file, private_folder, reuse_address,
    sync_folder, tell_alive, tell_ready, tell_stopping, terminated, watchdog,
};
