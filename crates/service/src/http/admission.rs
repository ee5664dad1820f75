//! Admission control for connections that have not authenticated yet. A connection is pending from when it is accepted until its hello is
//! accepted.
//!
//! Pending connections are limited in all and for each address. If there is one too many, the one that has been pending longest is evicted:
//! a real device says hello within milliseconds, so those that say nothing make room for it, and nobody who shares an address with
//! them is locked out. This knows no socket: it says who has to go, and the connection goes.

use crate::bucket::Bucket;
use crate::socket::meter::Meter;
use prometheus_client::metrics::counter::Counter;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Most pending connections: the 10,000 devices of a cut that all come back at once, and some.
const PENDING: usize = 12_000;
/// Most pending connections from one address: an office behind one address comes back at once, a single machine does not get far.
const PENDING_FROM_ONE: usize = 1_000;
/// Requests and connections that one address may make at once without signing in: as many as it may have pending connections. A sign-in that
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
/// Addresses that are remembered after their pending connections have gone: some megabytes. Beyond that, limits hold only for addresses with pending connections.
const ADDRESSES: usize = 65_536;
/// Most connections of one process: ten times what the service is measured with.
const CONNECTIONS: usize = 100_000;
/// Open files that are none of the connections': the database, the log, commands.
const OTHER_FILES: usize = 128;
/// Connections kept free of devices, so that there is a place to say that all others are taken.
const TO_SAY_SO: usize = 64;
/// How long to wait until an evicted connection has gone, before another one is evicted: one that says hello at that moment stays.
const GOES_WITHIN: Duration = Duration::from_millis(100);

/// Who is in, and who is pending.
pub(crate) struct Admission {
    state: Mutex<State>,
    connections: usize,
    pending: usize,
    pending_from_one: usize,
    /// Somebody has gone.
    gone: Notify,
}

#[derive(Default)]
struct State {
    next: u64,
    inside: usize,
    pending: BTreeMap<u64, Pending>,
    from: HashMap<IpAddr, Address>,
    /// What was tried by those whose address is not known: they are on this machine.
    unnamed: Option<Bucket>,
    evicted: Counter,
}

struct Pending {
    from: Option<IpAddr>,
    /// What it has taken of its address's [`ASKS`].
    asked: u32,
    out: Arc<Notify>,
}

/// What comes from one address.
struct Address {
    pending: BTreeSet<u64>,
    asks: Bucket,
    unknown: Bucket,
}

impl Address {
    fn new(now: Instant) -> Self {
        let asks = Bucket::new(ASKS, ASKS_PER_SECOND, now);
        Self { pending: BTreeSet::new(), asks, unknown: Bucket::new(UNKNOWN, UNKNOWN_PER_SECOND, now) }
    }

    /// Whether there is something to remember of it.
    fn counts(&mut self, now: Instant) -> bool {
        !(self.pending.is_empty() && self.asks.is_full(now) && self.unknown.is_full(now))
    }
}

/// One connection, for as long as it or one of its parts lives.
#[derive(Clone)]
pub(crate) struct PendingConnection(Arc<Inside>);

struct Inside {
    admission: Arc<Admission>,
    number: u64,
    out: Arc<Notify>,
    meter: Arc<Meter>,
}

impl Admission {
    /// For a process that may open this many files; evicted connections are counted.
    pub(crate) fn new(files: usize, evicted: Counter) -> Self {
        let connections = CONNECTIONS.min(files.saturating_sub(OTHER_FILES)).max(2 * TO_SAY_SO);
        Self {
            state: Mutex::new(State { evicted, ..State::default() }),
            connections,
            pending: PENDING.min(connections),
            pending_from_one: PENDING_FROM_ONE,
            gone: Notify::new(),
        }
    }

    /// Whether there is a place for one more device.
    pub(crate) fn has_place(&self) -> bool {
        let state = self.state();
        state.inside - state.pending.len() < self.connections - TO_SAY_SO
    }

    /// Waits until there is room for one more connection. Returns at once where none can be made: all inside are devices.
    pub(crate) async fn room(&self) {
        let mut somebody_goes = false;
        loop {
            {
                let mut state = self.state();
                if state.inside < self.connections || !(somebody_goes || state.evict_oldest()) {
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
    pub(crate) fn enter(self: &Arc<Self>, from: Option<IpAddr>) -> Option<PendingConnection> {
        let mut state = self.state();
        if state.inside >= self.connections {
            return None;
        }
        if state.pending.len() >= self.pending {
            state.evict_oldest();
        }
        let number = state.next;
        state.next += 1;
        state.inside += 1;
        let out = Arc::new(Notify::new());
        state.pending.insert(number, Pending { from: None, asked: 0, out: out.clone() });
        if let Some(from) = from {
            state.comes_from(number, from, self.pending_from_one);
        }
        Some(PendingConnection(Arc::new(Inside {
            admission: self.clone(),
            number,
            out,
            meter: Arc::default(),
        })))
    }

    /// Evicts the connection that has been pending longest. `false`: there is none.
    pub(crate) fn make_room(&self) -> bool {
        self.state().evict_oldest()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn evict_oldest(&mut self) -> bool {
        let oldest = self.pending.first_key_value().map(|(number, _)| *number);
        oldest.is_some_and(|number| self.evict(number))
    }

    fn evict(&mut self, number: u64) -> bool {
        let Some(known) = self.forget(number) else { return false };
        // Kept for it if it is not waiting for this yet.
        known.out.notify_one();
        self.evicted.inc();
        true
    }

    fn forget(&mut self, number: u64) -> Option<Pending> {
        let known = self.pending.remove(&number)?;
        if let Some(from) = known.from {
            self.no_longer_from(number, from);
        }
        Some(known)
    }

    fn no_longer_from(&mut self, number: u64, from: IpAddr) {
        let now = Instant::now();
        if let Some(address) = self.from.get_mut(&from) {
            address.pending.remove(&number);
            if !address.counts(now) {
                self.from.remove(&from);
            }
        }
        if self.from.len() > ADDRESSES {
            self.from.retain(|_, address| address.counts(now));
        }
        if self.from.len() > ADDRESSES {
            self.from.retain(|_, address| !address.pending.is_empty());
        }
    }

    fn comes_from(&mut self, number: u64, from: IpAddr, most: usize) {
        let from = network(from);
        let Some(known) = self.pending.get_mut(&number) else { return };
        if known.from == Some(from) {
            return;
        }
        if let Some(before) = known.from.replace(from) {
            self.no_longer_from(number, before);
        }
        let pending = &mut self.from.entry(from).or_insert_with(|| Address::new(Instant::now())).pending;
        pending.insert(number);
        let oldest = (pending.len() > most).then(|| pending.first().copied()).flatten();
        if let Some(oldest) = oldest {
            self.evict(oldest);
        }
    }

    fn address(&mut self, number: u64) -> Option<&mut Address> {
        let from = self.pending.get(&number)?.from?;
        self.from.get_mut(&from)
    }

    /// When it is a pending connection's turn.
    fn turn(&mut self, number: u64) -> Result<Duration, Duration> {
        self.turn_within(number, TURN_WITHIN)
    }

    /// Whether it is a pending connection's turn now.
    fn turn_at_once(&mut self, number: u64) -> Result<(), Duration> {
        self.turn_within(number, Duration::ZERO).map(drop)
    }

    fn turn_within(&mut self, number: u64, most: Duration) -> Result<Duration, Duration> {
        let Some(address) = self.address(number) else { return Ok(Duration::ZERO) };
        let wait = address.asks.reserve(Instant::now(), most)?;
        if let Some(known) = self.pending.get_mut(&number) {
            known.asked += 1;
        }
        Ok(wait)
    }
}

impl PendingConnection {
    /// A proxy says where it comes from.
    pub(crate) fn comes_from(&self, from: IpAddr) {
        self.0.admission.state().comes_from(self.0.number, from, self.0.admission.pending_from_one);
    }

    /// It has said who it is: it stays, and has asked for nothing that its address has to answer for; nor have the connections
    /// that it needed before, which asked so often.
    pub(crate) fn is_known(&self, asked_before: u32) {
        let mut state = self.0.admission.state();
        let asked = state.pending.get(&self.0.number).map_or(0, |known| known.asked);
        if let Some(address) = state.address(self.0.number) {
            address.asks.give_back(asked + asked_before);
        }
        state.forget(self.0.number);
    }

    /// Waits until it is its turn to be served: at once, unless its address asks for very much. `Err`: it is not served, and may
    /// come again after this time.
    pub(crate) async fn turn(&self) -> Result<(), Duration> {
        let turn = self.0.admission.state().turn(self.0.number);
        let Ok(wait) = turn else {
            tokio::time::sleep(TURN_WITHIN).await;
            // Others of its address may have signed in meanwhile, and given theirs back.
            return self.0.admission.state().turn_at_once(self.0.number);
        };
        if wait > Duration::ZERO {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// It has tried a secret that is unknown. `Err`: its address has tried too many, and may try again after this time.
    pub(crate) fn tried_unknown(&self) -> Result<(), Duration> {
        let (mut state, now) = (self.0.admission.state(), Instant::now());
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
    pub(crate) async fn evicted(&self) {
        self.0.out.notified().await;
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let mut state = self.admission.state();
        state.forget(self.number);
        state.inside -= 1;
        drop(state);
        self.admission.gone.notify_one();
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

    fn admission(connections: usize, pending: usize, pending_from_one: usize) -> Arc<Admission> {
        let (state, gone) = (Mutex::default(), Notify::new());
        Arc::new(Admission { state, connections, pending, pending_from_one, gone })
    }

    async fn is_evicted(pending: &PendingConnection) -> bool {
        tokio::time::timeout(Duration::from_millis(1), pending.evicted()).await.is_ok()
    }

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_stood_there_longest_makes_room_and_who_is_known_stays() {
        let admission = admission(10, 3, 10);
        let pending: Vec<PendingConnection> = (0..3).map(|_| admission.enter(None).unwrap()).collect();
        pending[0].is_known(0);
        let one_more = admission.enter(None).unwrap();
        assert!(!is_evicted(&pending[0]).await && !is_evicted(&pending[1]).await, "there was room");
        let another = admission.enter(None).unwrap();
        assert!(is_evicted(&pending[1]).await);
        for stays in [&pending[0], &pending[2], &one_more, &another] {
            assert!(!is_evicted(stays).await);
        }
        assert_eq!(admission.state().evicted.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_shows_out_its_own_only_whether_the_socket_or_a_proxy_names_it() {
        let admission = admission(100, 100, 2);
        let other = admission.enter(address(1)).unwrap();
        let first = admission.enter(address(2)).unwrap();
        let second = admission.enter(None).unwrap();
        second.comes_from(address(2).unwrap());
        let third = admission.enter(None).unwrap();
        third.comes_from(IpAddr::V6("::ffff:192.0.2.2".parse().unwrap()));
        assert!(is_evicted(&first).await);
        for stays in [&other, &second, &third] {
            assert!(!is_evicted(stays).await);
        }
        assert_eq!(admission.state().evicted.get(), 1);
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::2".parse().unwrap()));
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_that_asks_for_very_much_waits_and_those_who_sign_in_cost_it_nothing() {
        let admission = admission(20_000, 20_000, 20_000);
        let begun = Instant::now();
        for _ in 0..3 * ASKS {
            let device = admission.enter(address(1)).unwrap();
            device.turn().await.unwrap();
            device.is_known(0);
        }
        assert_eq!(begun.elapsed(), Duration::ZERO, "an office comes back");
        let other = admission.enter(address(2)).unwrap();
        for _ in 0..ASKS {
            admission.enter(address(1)).unwrap().turn().await.unwrap();
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
        // It has gone each time, and is remembered.
        for _ in 0..5 * ASKS_PER_SECOND {
            admission.enter(address(1)).unwrap().turn().await.unwrap();
        }
        let waited = begun.elapsed();
        assert!((4..=6).contains(&waited.as_secs()), "{waited:?}");
        let many: Vec<PendingConnection> =
            (0..6 * ASKS_PER_SECOND).map(|_| admission.enter(address(1)).unwrap()).collect();
        let refused = futures_util::future::join_all(many.iter().map(PendingConnection::turn)).await;
        assert!(refused.iter().any(Result::is_err) && refused[0].is_ok());
        let now = Instant::now();
        other.turn().await.unwrap();
        assert_eq!(now.elapsed(), Duration::ZERO, "another address is not affected");
        tokio::time::sleep(Duration::from_secs(200)).await;
        drop((many, other));
        assert!(admission.state().from.is_empty(), "nothing is remembered of those who have long been gone");
    }

    #[tokio::test(start_paused = true)]
    async fn an_office_of_browsers_opens_the_portal_at_once() {
        let admission = admission(20_000, 20_000, 20_000);
        let begun = Instant::now();
        for _ in 0..ASKS {
            for _ in 0..ASKS_OF_PAGE {
                admission.enter(address(1)).unwrap().turn().await.unwrap();
            }
            let page = admission.enter(address(1)).unwrap();
            page.turn().await.unwrap();
            page.is_known(ASKS_OF_PAGE);
        }
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn who_would_have_been_refused_is_served_if_others_of_the_address_have_signed_in_meanwhile() {
        let admission = admission(20_000, 20_000, 20_000);
        let page = admission.enter(address(1)).unwrap();
        let too_many = ASKS + 6 * ASKS_PER_SECOND;
        let many: Vec<PendingConnection> =
            (0..too_many).map(|_| admission.enter(address(1)).unwrap()).collect();
        let refused =
            tokio::join!(futures_util::future::join_all(many.iter().map(PendingConnection::turn)), async {
                tokio::time::sleep(TURN_WITHIN / 2).await;
                page.is_known(ASKS);
            });
        assert!(refused.0.iter().all(Result::is_ok));
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_may_try_some_unknown_links_and_is_then_told_when_to_try_again() {
        let admission = admission(10, 10, 10);
        let (pending, other, unnamed) = (
            admission.enter(address(1)).unwrap(),
            admission.enter(address(2)).unwrap(),
            admission.enter(None).unwrap(),
        );
        for pending in [&pending, &unnamed] {
            assert!((0..UNKNOWN).all(|_| pending.tried_unknown().is_ok()));
            assert_eq!(pending.tried_unknown(), Err(Duration::from_secs(1)));
        }
        assert!(other.tried_unknown().is_ok());
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(pending.tried_unknown().is_ok() && pending.tried_unknown().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn at_capacity_it_waits_until_a_pending_connection_has_gone() {
        let admission = admission(2, 2, 2);
        let device = admission.enter(None).unwrap();
        device.is_known(0);
        let pending = admission.enter(None).unwrap();
        assert!(admission.enter(None).is_none(), "files are what there are");
        let going = tokio::spawn(async move {
            pending.evicted().await;
            drop(pending);
        });
        admission.room().await;
        going.await.unwrap();
        assert!(admission.enter(None).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn at_capacity_with_devices_alone_nobody_is_let_in_until_one_leaves() {
        let admission = admission(2 + TO_SAY_SO, 2, 2);
        let devices: Vec<PendingConnection> = (0..2 + TO_SAY_SO)
            .map(|_| {
                let device = admission.enter(None).unwrap();
                device.is_known(0);
                device
            })
            .collect();
        admission.room().await;
        assert!(!admission.has_place() && admission.enter(None).is_none() && !admission.make_room());
        drop(devices);
        admission.all_gone().await;
        assert!(admission.has_place() && admission.enter(address(1)).is_some());
        let state = admission.state();
        assert!(state.inside == 0 && state.pending.is_empty() && state.from.is_empty());
    }

    #[test]
    fn there_are_never_more_connections_than_files() {
        let door_for = |files| Admission::new(files, Counter::default());
        assert_eq!(door_for(20_000).connections, 20_000 - OTHER_FILES);
        assert_eq!(door_for(usize::MAX).connections, CONNECTIONS);
    }
}
