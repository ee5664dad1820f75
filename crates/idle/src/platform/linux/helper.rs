//! The helper process of the `device_query` source: compares pointer and keys, and prints a word when they differ.
//!
//! It runs in a separate process, since Xlib ends the process when the X server ends. Each reading is only compared with
//! the one before: no key, button or position is printed, logged or kept longer than that (P13).

use device_query::{DeviceQuery, DeviceState, MousePosition};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use x11rb::protocol::xproto::ConnectionExt;
use x11rb::rust_connection::RustConnection;

/// Printed once, when the first reading succeeded.
pub(super) const READY: &str = "ready";
/// Printed when something changed since the reading before.
pub(super) const CHANGED: &str = "active";

/// Why the helper could not go on.
#[derive(Debug, thiserror::Error)]
pub enum HelperError {
    /// There is no X server at `DISPLAY`.
    #[error("no X display")]
    NoDisplay,
    /// The X server ended, or refused to say which keys are down.
    #[error("the X server does not tell which keys are down: {0}")]
    Keys(String),
}

/// Finds keys and buttons that are held for 250 ms, and well within the second of P5.
const POLL: Duration = Duration::from_millis(250);

/// Polls and prints one line per change on standard output until standard input closes.
///
/// # Errors
/// When there is no display or the server ends.
pub fn run_helper() -> Result<(), HelperError> {
    let devices = Devices::open()?;
    let closed = when_input_closes();
    let mut before = devices.read()?;
    let mut is_heard = say(READY);
    while is_heard && closed.recv_timeout(POLL) == Err(RecvTimeoutError::Timeout) {
        let now = devices.read()?;
        if now != before {
            is_heard = say(CHANGED);
        }
        before = now;
    }
    Ok(())
}

/// What is compared.
#[derive(PartialEq)]
struct Reading {
    position: MousePosition,
    buttons: Vec<bool>,
    keys: [u8; 32],
}

/// The pointer comes from `device_query`. Its keys do not: version 4.0.1 reads them through a dangling pointer to a
/// temporary, so the X server is asked for its key map directly.
struct Devices {
    pointer: DeviceState,
    keyboard: RustConnection,
}

impl Devices {
    fn open() -> Result<Self, HelperError> {
        let (keyboard, _screen) = x11rb::connect(None).map_err(|_| HelperError::NoDisplay)?;
        let pointer = DeviceState::checked_new().ok_or(HelperError::NoDisplay)?;
        Ok(Self { pointer, keyboard })
    }

    fn read(&self) -> Result<Reading, HelperError> {
        let mouse = self.pointer.get_mouse();
        let keys = self.keyboard.query_keymap().map_err(|error| HelperError::Keys(error.to_string()))?;
        let keys = keys.reply().map_err(|error| HelperError::Keys(error.to_string()))?.keys;
        Ok(Reading { position: mouse.coords, buttons: mouse.button_pressed, keys })
    }
}

/// Its sender is dropped when standard input closes, which means that the agent is gone.
fn when_input_closes() -> Receiver<()> {
    let (open, closed) = channel();
    std::thread::spawn(move || {
        let _open = open;
        let mut ignored = [0; 64];
        while std::io::stdin().read(&mut ignored).is_ok_and(|count| count > 0) {}
    });
    closed
}

fn say(word: &str) -> bool {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word}").and_then(|()| out.flush()).is_ok()
}
