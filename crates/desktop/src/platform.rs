//! What only one operating system knows: one file for each, all with the same names.
//!
//! - `show` shows tray and toasts, tells of do-not-disturb, and says what is missing for them.
//! - `Display` says whether windows can be opened.
//! - `timer` counts sleep, where the system has such a timer.
//! - `EndSignals`, `detach`, `device_name`: the process and its computer.
//! - `private_folder`, `private_file`, `make_private`, `sync_folder`, `is_same_file`: files that only this user reads.
//! - `ChildSocket` takes what a process writes on its standard error; `is_stderr_journal` says where our own goes.
//! - `idle_helper`, `PLAYERS`, `pass_activation`: other programs that do something for the agent.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
compile_error!("Deskbell knows Linux, macOS and Windows: add a file for this system beside theirs");

#[cfg(not(target_os = "linux"))]
mod not_linux;
#[cfg(any(test, not(target_os = "linux")))]
mod not_yet;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::{Display, PLAYERS, idle_helper, is_stderr_journal, pass_activation, show, timer};
#[cfg(target_os = "macos")]
pub(crate) use macos::{Display, PLAYERS, idle_helper, is_stderr_journal, pass_activation, show, timer};
#[cfg(unix)]
pub(crate) use unix::{
    ChildSocket, EndSignals, detach, device_name, is_same_file, make_private, private_file, private_folder,
    sync_folder,
};
#[cfg(windows)]
pub(crate) use windows::{
    ChildSocket, Display, EndSignals, PLAYERS, detach, device_name, idle_helper, is_same_file,
    is_stderr_journal, make_private, pass_activation, private_file, private_folder, show, sync_folder, timer,
};
