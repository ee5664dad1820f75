//! Who is in, and who of them has not said who they are: a connection is a guest from its accepting until its hello is accepted.
//!
//! Guests are limited in all and for each address. Where there is one too many, the one who has stood there longest goes: a real
//! device says hello within milliseconds, so those who only stand there make room for it, and nobody who shares an address with
//! them is locked out. It knows no socket: it says who goes, and the connection does it.

use crate::bucket::Bucket;
use crate::socket::meter::Meter;
use prometheus_client::metrics::counter::Counter;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Most guests: the 10,000 devices of a cut that all come back at once, and some.
const GUESTS: usize = 12_000;
/// Most guests from one address: an office behind one address comes back at once, a single machine does not get far.
const GUESTS_FROM_ONE: usize = 1_000;
/// Requests and connections that one address may make at once without signing in: as many as it may have guests. A sign-in that
/// succeeds gives back what it took.
const ASKS: u32 = 1_000;
/// The same a second after that: each costs some 200 µs of a processor, so that one address costs less than one percent of one.
const ASKS_PER_SECOND: u32 = 10;
/// What a portal page asks for beside its own connection before it says hello: itself, its scripts, styles and picture, and the
/// connections for these.
pub(crate) const ASKS_OF_PAGE: u32 = 12;
/// How long one may wait for its turn. A request that would wait longer is refused when that time is over: answering at once would cost
/// as much as serving.
const TURN_WITHIN: Duration = Duration::from_secs(5);
/// Unknown links and codes that one address may try at once: a person who mistypes tries a few times.
const UNKNOWN: u32 = 20;
/// The same a second after that.
const UNKNOWN_PER_SECOND: u32 = 1;
/// Addresses that are remembered after their guests have gone: some megabytes. Beyond that the oldest guests' limits still hold.
const ADDRESSES: usize = 65_536;
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
    from: HashMap<IpAddr, Address>,
    /// What was tried by those whose address is not known: they are on this machine.
    unnamed: Option<Bucket>,
    shown_out: Counter,
}

struct Standing {
    from: Option<IpAddr>,
    /// What it has taken of its address's [`ASKS`].
    asked: u32,
    out: Arc<Notify>,
}

/// What comes from one address.
struct Address {
    guests: BTreeSet<u64>,
    asks: Bucket,
    unknown: Bucket,
}

impl Address {
    fn new(now: Instant) -> Self {
        let asks = Bucket::new(ASKS, ASKS_PER_SECOND, now);
        Self { guests: BTreeSet::new(), asks, unknown: Bucket::new(UNKNOWN, UNKNOWN_PER_SECOND, now) }
    }

    /// Whether there is something to remember of it.
    fn counts(&mut self, now: Instant) -> bool {
        !(self.guests.is_empty() && self.asks.is_full(now) && self.unknown.is_full(now))
    }
}

/// One connection, for as long as it or one of its parts lives.
#[derive(Clone)]
pub(crate) struct Guest(Arc<Inside>);

struct Inside {
    door: Arc<Door>,
    number: u64,
    out: Arc<Notify>,
    meter: Arc<Meter>,
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
        state.guests.insert(number, Standing { from: None, asked: 0, out: out.clone() });
        if let Some(from) = from {
            state.comes_from(number, from, self.guests_from_one);
        }
        Some(Guest(Arc::new(Inside { door: self.clone(), number, out, meter: Arc::default() })))
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
        let now = Instant::now();
        if let Some(address) = self.from.get_mut(&from) {
            address.guests.remove(&number);
            if !address.counts(now) {
                self.from.remove(&from);
            }
        }
        if self.from.len() > ADDRESSES {
            self.from.retain(|_, address| address.counts(now));
        }
        if self.from.len() > ADDRESSES {
            self.from.retain(|_, address| !address.guests.is_empty());
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
        let guests = &mut self.from.entry(from).or_insert_with(|| Address::new(Instant::now())).guests;
        guests.insert(number);
        let oldest = (guests.len() > most).then(|| guests.first().copied()).flatten();
        if let Some(oldest) = oldest {
            self.show_out(oldest);
        }
    }

    fn address(&mut self, number: u64) -> Option<&mut Address> {
        let from = self.guests.get(&number)?.from?;
        self.from.get_mut(&from)
    }

    /// When it is a guest's turn.
    fn turn(&mut self, number: u64) -> Result<Duration, Duration> {
        self.turn_within(number, TURN_WITHIN)
    }

    /// Whether it is a guest's turn now.
    fn turn_at_once(&mut self, number: u64) -> Result<(), Duration> {
        self.turn_within(number, Duration::ZERO).map(drop)
    }

    fn turn_within(&mut self, number: u64, most: Duration) -> Result<Duration, Duration> {
        let Some(address) = self.address(number) else { return Ok(Duration::ZERO) };
        let wait = address.asks.reserve(Instant::now(), most)?;
        if let Some(standing) = self.guests.get_mut(&number) {
            standing.asked += 1;
        }
        Ok(wait)
    }
}

impl Guest {
    /// A proxy says where it comes from.
    pub(crate) fn comes_from(&self, from: IpAddr) {
        self.0.door.state().comes_from(self.0.number, from, self.0.door.guests_from_one);
    }

    /// It has said who it is: it stays, and has asked for nothing that its address has to answer for; nor have the connections
    /// that it needed before, which asked so often.
    pub(crate) fn is_known(&self, asked_before: u32) {
        let mut state = self.0.door.state();
        let asked = state.guests.get(&self.0.number).map_or(0, |standing| standing.asked);
        if let Some(address) = state.address(self.0.number) {
            address.asks.give_back(asked + asked_before);
        }
        state.forget(self.0.number);
    }

    /// Waits until it is its turn to be served: at once, unless its address asks for very much. `Err`: it is not served, and may
    /// come again after this time.
    pub(crate) async fn turn(&self) -> Result<(), Duration> {
        let turn = self.0.door.state().turn(self.0.number);
        let Ok(wait) = turn else {
            tokio::time::sleep(TURN_WITHIN).await;
            // Others of its address may have signed in meanwhile, and given theirs back.
            return self.0.door.state().turn_at_once(self.0.number);
        };
        if wait > Duration::ZERO {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// It has tried a secret that is unknown. `Err`: its address has tried too many, and may try again after this time.
    pub(crate) fn tried_unknown(&self) -> Result<(), Duration> {
        let (mut state, now) = (self.0.door.state(), Instant::now());
        match state.address(self.0.number) {
            Some(address) => address.unknown.take(now),
            None => {
                let unnamed = &mut state.unnamed;
                unnamed.get_or_insert_with(|| Bucket::new(UNKNOWN, UNKNOWN_PER_SECOND, now)).take(now)
            }
        }
    }

    /// Counts what it sends.
    pub(crate) fn meter(&self) -> &Arc<Meter> {
        &self.0.meter
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
        guests[0].is_known(0);
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
    async fn an_address_that_asks_for_very_much_waits_and_those_who_sign_in_cost_it_nothing() {
        let door = door(20_000, 20_000, 20_000);
        let begun = Instant::now();
        for _ in 0..3 * ASKS {
            let device = door.enter(address(1)).unwrap();
            device.turn().await.unwrap();
            device.is_known(0);
        }
        assert_eq!(begun.elapsed(), Duration::ZERO, "an office comes back");
        let other = door.enter(address(2)).unwrap();
        for _ in 0..ASKS {
            door.enter(address(1)).unwrap().turn().await.unwrap();
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
        // It has gone each time, and is remembered.
        for _ in 0..5 * ASKS_PER_SECOND {
            door.enter(address(1)).unwrap().turn().await.unwrap();
        }
        let waited = begun.elapsed();
        assert!((4..=6).contains(&waited.as_secs()), "{waited:?}");
        let many: Vec<Guest> = (0..6 * ASKS_PER_SECOND).map(|_| door.enter(address(1)).unwrap()).collect();
        let refused = futures_util::future::join_all(many.iter().map(Guest::turn)).await;
        assert!(refused.iter().any(Result::is_err) && refused[0].is_ok());
        let now = Instant::now();
        other.turn().await.unwrap();
        assert_eq!(now.elapsed(), Duration::ZERO, "another address is not affected");
        tokio::time::sleep(Duration::from_secs(200)).await;
        drop((many, other));
        assert!(door.state().from.is_empty(), "nothing is remembered of those who have long been gone");
    }

    #[tokio::test(start_paused = true)]
    async fn an_office_of_browsers_opens_the_portal_at_once() {
        let door = door(20_000, 20_000, 20_000);
        let begun = Instant::now();
        for _ in 0..ASKS {
            for _ in 0..ASKS_OF_PAGE {
                door.enter(address(1)).unwrap().turn().await.unwrap();
            }
            let page = door.enter(address(1)).unwrap();
            page.turn().await.unwrap();
            page.is_known(ASKS_OF_PAGE);
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn who_would_have_been_refused_is_served_if_others_of_the_address_have_signed_in_meanwhile() {
        let door = door(20_000, 20_000, 20_000);
        let page = door.enter(address(1)).unwrap();
        let too_many = ASKS + 6 * ASKS_PER_SECOND;
        let many: Vec<Guest> = (0..too_many).map(|_| door.enter(address(1)).unwrap()).collect();
        let refused = tokio::join!(futures_util::future::join_all(many.iter().map(Guest::turn)), async {
            tokio::time::sleep(TURN_WITHIN / 2).await;
            page.is_known(ASKS);
        });
        assert!(refused.0.iter().all(Result::is_ok));
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_may_try_some_unknown_links_and_is_then_told_when_to_try_again() {
        let door = door(10, 10, 10);
        let (guest, other, unnamed) =
            (door.enter(address(1)).unwrap(), door.enter(address(2)).unwrap(), door.enter(None).unwrap());
        for guest in [&guest, &unnamed] {
            assert!((0..UNKNOWN).all(|_| guest.tried_unknown().is_ok()));
            assert_eq!(guest.tried_unknown(), Err(Duration::from_secs(1)));
        }
        assert!(other.tried_unknown().is_ok());
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(guest.tried_unknown().is_ok() && guest.tried_unknown().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_house_waits_until_a_guest_has_gone() {
        let door = door(2, 2, 2);
        let device = door.enter(None).unwrap();
        device.is_known(0);
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
                device.is_known(0);
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
