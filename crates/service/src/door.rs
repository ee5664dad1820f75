//! Who is in, and who of them has not said who they are: a connection is a guest from its accepting until its hello is accepted.
//!
//! Guests are limited in all and for each address. Where there is one too many, the one who has stood there longest goes: a real
//! device says hello within milliseconds, so those who only stand there make room for it, and nobody who shares an address with
//! them is locked out. It knows no socket: it says who goes, and the connection does it.

use prometheus_client::metrics::counter::Counter;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Most guests: the 10,000 devices of a cut that all come back at once, and some.
const GUESTS: usize = 12_000;
/// Most guests from one address: an office behind one address comes back at once, a single machine does not get far.
const GUESTS_FROM_ONE: usize = 1_000;
/// Most connections of one process: ten times what the service is measured with.
const CONNECTIONS: usize = 100_000;
/// Open files that are none of the connections': the database, the log, commands.
const OTHER_FILES: usize = 128;
/// Connections kept free of devices, so that there is a place to say that all others are taken.
const TO_SAY_SO: usize = 64;
/// How long to wait for a guest who has been shown out, before another one is: one who says hello at that moment stays.
const GOES_WITHIN: Duration = Duration::from_millis(100);

/// Where all come in.
pub(crate) struct Door {
    state: Mutex<State>,
    connections: usize,
    guests: usize,
    guests_from_one: usize,
    /// Somebody has gone.
    gone: Notify,
}

#[derive(Default)]
struct State {
    next: u64,
    inside: usize,
    guests: BTreeMap<u64, Standing>,
    from: HashMap<IpAddr, BTreeSet<u64>>,
    shown_out: Counter,
}

struct Standing {
    from: Option<IpAddr>,
    out: Arc<Notify>,
}

/// One connection, for as long as it or one of its parts lives.
#[derive(Clone)]
pub(crate) struct Guest(Arc<Inside>);

struct Inside {
    door: Arc<Door>,
    number: u64,
    out: Arc<Notify>,
}

impl Door {
    /// For a process that may open this many files; whoever is shown out is counted.
    pub(crate) fn new(files: usize, shown_out: Counter) -> Self {
        let connections = CONNECTIONS.min(files.saturating_sub(OTHER_FILES)).max(2 * TO_SAY_SO);
        Self {
            state: Mutex::new(State { shown_out, ..State::default() }),
            connections,
            guests: GUESTS.min(connections),
            guests_from_one: GUESTS_FROM_ONE,
            gone: Notify::new(),
        }
    }

    /// Whether there is a place for one more device.
    pub(crate) fn has_place(&self) -> bool {
        let state = self.state();
        state.inside - state.guests.len() < self.connections - TO_SAY_SO
    }

    /// Waits until there is room for one more connection. Returns at once where none can be made: all inside are devices.
    pub(crate) async fn room(&self) {
        let mut somebody_goes = false;
        loop {
            {
                let mut state = self.state();
                if state.inside < self.connections || !(somebody_goes || state.show_out_oldest()) {
                    return;
                }
            }
            // One who left before may be what this is told of: then nobody else has to go for it.
            somebody_goes = tokio::time::timeout(GOES_WITHIN, self.gone.notified()).await.is_ok();
        }
    }

    /// Waits until nobody is inside.
    pub(crate) async fn all_gone(&self) {
        while self.state().inside > 0 {
            self.gone.notified().await;
        }
    }

    /// Lets a connection in; `None` if all that are inside are devices.
    pub(crate) fn enter(self: &Arc<Self>, from: Option<IpAddr>) -> Option<Guest> {
        let mut state = self.state();
        if state.inside >= self.connections {
            return None;
        }
        if state.guests.len() >= self.guests {
            state.show_out_oldest();
        }
        let number = state.next;
        state.next += 1;
        state.inside += 1;
        let out = Arc::new(Notify::new());
        state.guests.insert(number, Standing { from: None, out: out.clone() });
        if let Some(from) = from {
            state.comes_from(number, from, self.guests_from_one);
        }
        Some(Guest(Arc::new(Inside { door: self.clone(), number, out })))
    }

    /// Shows the guest out who has stood there longest. `false`: there is none.
    pub(crate) fn make_room(&self) -> bool {
        self.state().show_out_oldest()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn show_out_oldest(&mut self) -> bool {
        let oldest = self.guests.first_key_value().map(|(number, _)| *number);
        oldest.is_some_and(|number| self.show_out(number))
    }

    fn show_out(&mut self, number: u64) -> bool {
        let Some(standing) = self.forget(number) else { return false };
        // Kept for it if it is not waiting for this yet.
        standing.out.notify_one();
        self.shown_out.inc();
        true
    }

    fn forget(&mut self, number: u64) -> Option<Standing> {
        let standing = self.guests.remove(&number)?;
        if let Some(from) = standing.from {
            self.no_longer_from(number, from);
        }
        Some(standing)
    }

    fn no_longer_from(&mut self, number: u64, from: IpAddr) {
        if let Some(numbers) = self.from.get_mut(&from) {
            numbers.remove(&number);
            if numbers.is_empty() {
                self.from.remove(&from);
            }
        }
    }

    fn comes_from(&mut self, number: u64, from: IpAddr, most: usize) {
        let from = network(from);
        let Some(standing) = self.guests.get_mut(&number) else { return };
        if standing.from == Some(from) {
            return;
        }
        if let Some(before) = standing.from.replace(from) {
            self.no_longer_from(number, before);
        }
        let numbers = self.from.entry(from).or_default();
        numbers.insert(number);
        let oldest = (numbers.len() > most).then(|| numbers.first().copied()).flatten();
        if let Some(oldest) = oldest {
            self.show_out(oldest);
        }
    }
}

impl Guest {
    /// A proxy says where it comes from.
    pub(crate) fn comes_from(&self, from: IpAddr) {
        self.0.door.state().comes_from(self.0.number, from, self.0.door.guests_from_one);
    }

    /// It has said who it is: it stays.
    pub(crate) fn is_known(&self) {
        self.0.door.state().forget(self.0.number);
    }

    /// Done when it has to go.
    pub(crate) async fn shown_out(&self) {
        self.0.out.notified().await;
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut state = self.door.state();
        state.forget(self.number);
        state.inside -= 1;
        drop(state);
        self.door.gone.notify_one();
    }
}

/// What counts as one address: of IPv6 the network, since every machine has a whole one to choose from.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(connections: usize, guests: usize, guests_from_one: usize) -> Arc<Door> {
        let (state, gone) = (Mutex::default(), Notify::new());
        Arc::new(Door { state, connections, guests, guests_from_one, gone })
    }

    async fn is_shown_out(guest: &Guest) -> bool {
        tokio::time::timeout(Duration::from_millis(1), guest.shown_out()).await.is_ok()
    }

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_stood_there_longest_makes_room_and_who_is_known_stays() {
        let door = door(10, 3, 10);
        let guests: Vec<Guest> = (0..3).map(|_| door.enter(None).unwrap()).collect();
        guests[0].is_known();
        let one_more = door.enter(None).unwrap();
        assert!(!is_shown_out(&guests[0]).await && !is_shown_out(&guests[1]).await, "there was room");
        let another = door.enter(None).unwrap();
        assert!(is_shown_out(&guests[1]).await);
        for stays in [&guests[0], &guests[2], &one_more, &another] {
            assert!(!is_shown_out(stays).await);
        }
        assert_eq!(door.state().shown_out.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_shows_out_its_own_only_whether_the_socket_or_a_proxy_names_it() {
        let door = door(100, 100, 2);
        let other = door.enter(address(1)).unwrap();
        let first = door.enter(address(2)).unwrap();
        let second = door.enter(None).unwrap();
        second.comes_from(address(2).unwrap());
        let third = door.enter(None).unwrap();
        third.comes_from(IpAddr::V6("::ffff:192.0.2.2".parse().unwrap()));
        assert!(is_shown_out(&first).await);
        for stays in [&other, &second, &third] {
            assert!(!is_shown_out(stays).await);
        }
        assert_eq!(door.state().shown_out.get(), 1);
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::2".parse().unwrap()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_house_waits_until_a_guest_has_gone() {
        let door = door(2, 2, 2);
        let device = door.enter(None).unwrap();
        device.is_known();
        let guest = door.enter(None).unwrap();
        assert!(door.enter(None).is_none(), "files are what there are");
        let going = tokio::spawn(async move {
            guest.shown_out().await;
            drop(guest);
        });
        door.room().await;
        going.await.unwrap();
        assert!(door.enter(None).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_house_full_of_devices_lets_nobody_in_until_one_leaves() {
        let door = door(2 + TO_SAY_SO, 2, 2);
        let devices: Vec<Guest> = (0..2 + TO_SAY_SO)
            .map(|_| {
                let device = door.enter(None).unwrap();
                device.is_known();
                device
            })
            .collect();
        door.room().await;
        assert!(!door.has_place() && door.enter(None).is_none() && !door.make_room());
        drop(devices);
        door.all_gone().await;
        assert!(door.has_place() && door.enter(address(1)).is_some());
        let state = door.state();
        assert!(state.inside == 0 && state.guests.is_empty() && state.from.is_empty());
    }

    #[test]
    fn there_are_never_more_connections_than_files() {
        let door_for = |files| Door::new(files, Counter::default());
        assert_eq!(door_for(20_000).connections, 20_000 - OTHER_FILES);
        assert_eq!(door_for(usize::MAX).connections, CONNECTIONS);
    }
}
