//! A world in memory: the real service on a paused clock, real agents over real links, people who touch their mice.
//!
//! [`World`] holds the service and its people; a [`Device`] is an agent as the `deskbell` program would run it, but for
//! screen and disk; a [`Caller`] is a bare connection that sends and gets frames. All of them reach the service
//! over [`Uplink`]s, which a test can cut, mute and restore. Time is tokio's: with `start_paused`, an hour takes no time.

mod caller;
mod device;
mod net;
mod person;
mod world;

pub use caller::{Caller, Heard};
pub use device::{Device, DeviceState, Kept};
pub use net::Uplink;
pub use person::{BO, DANA, PRIYA, Person, SAM};
pub use world::World;

use std::time::Duration;
use tokio::sync::watch;

/// How long a test waits for anything, by the clock that may be paused: longer than every wait of the product.
pub const WITHIN: Duration = Duration::from_secs(15 * 60);

/// Waits until the watched value is as wanted.
///
/// # Panics
/// If that does not happen within [`WITHIN`]. The message says what was awaited, and the last value.
pub async fn until<T: Clone + std::fmt::Debug>(
    seen: &watch::Receiver<T>,
    what: &str,
    wanted: impl FnMut(&T) -> bool,
) -> T {
    let mut seen = seen.clone();
    let last = seen.clone();
    match tokio::time::timeout(WITHIN, seen.wait_for(wanted)).await {
        Ok(Ok(found)) => found.clone(),
        Ok(Err(_)) => panic!("{what}: the sender has ended; the last value was {:#?}", last.borrow()),
        Err(_) => panic!("{what}: did not happen; the last value was {:#?}", last.borrow()),
    }
}
