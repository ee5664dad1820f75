//! Admission control for connections that have not authenticated yet. A connection is pending from when it is accepted until its hello is
//! accepted.
//!
//! Pending connections are limited, in total and for each address. If there is one too many, the one that has been pending longest is
//! evicted: a real device says hello within milliseconds, so silent connections make room for it, and nobody who shares an address with
//! them is locked out. This module knows no sockets: it says which connection has to go, and the connection closes itself.

use crate::bucket::Bucket;
use crate::socket::meter::Meter;
use prometheus_client::metrics::counter::Counter;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// Most pending connections: 10,000 devices that all come back at once after a network cut, and some to spare.
const PENDING: usize = 12_000;
/// Most pending connections from one address: enough for an office behind one address that comes back at once, too few for one machine to
/// do harm.
const PENDING_FROM_ONE: usize = 1_000;
/// Requests and connections that one address may make at once without signing in: as many as it may have pending connections. A sign-in that
/// succeeds gives back what it used.
const ASKS: u32 = 1_000;
/// The rate per second after that: each costs some 200 µs of a processor, so one address costs less than one percent of one.
const ASKS_PER_SECOND: u32 = 10;
/// Requests of a portal page besides its own connection before it says hello: itself, its scripts, styles and picture, and the connections
/// for these.
pub(crate) const ASKS_OF_PAGE: u32 = 12;
/// How long a request may wait for its turn. One that would wait longer is refused after this time: answering at once would cost as much
/// as serving it.
const TURN_WITHIN: Duration = Duration::from_secs(5);
/// Unknown links and codes that one address may try at once: a person who mistypes tries a few times.
const UNKNOWN: u32 = 20;
/// The rate per second after that.
const UNKNOWN_PER_SECOND: u32 = 1;
/// Addresses that are remembered after their pending connections have gone: some megabytes. Beyond that, limits apply only to addresses with
/// pending connections.
const ADDRESSES: usize = 65_536;
/// Most connections of one process: ten times what the service is measured with.
const CONNECTIONS: usize = 100_000;
/// Open files besides connections: the database, the log, commands.
const OTHER_FILES: usize = 128;
/// Connections reserved for telling devices that all others are taken.
const TO_SAY_SO: usize = 64;
/// How long to wait for an evicted connection to close before another one is evicted: one that says hello at that moment stays.
const GOES_WITHIN: Duration = Duration::from_millis(100);

/// The connections that are open, and those among them that are pending.
pub(crate) struct Admission {
    state: Mutex<State>,
    connections: usize,
    pending: usize,
    pending_from_one: usize,
    /// A connection has closed.
    gone: Notify,
}

#[derive(Default)]
struct State {
    next: u64,
    inside: usize,
    pending: BTreeMap<u64, Pending>,
    from: HashMap<IpAddr, Address>,
    /// Attempts from an unknown address, that is, from this machine.
    unnamed: Option<Bucket>,
    evicted: Counter,
}

struct Pending {
    from: Option<IpAddr>,
    /// What it has used of its address's [`ASKS`].
    asked: u32,
    out: Arc<Notify>,
}

/// What one address uses.
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

    /// Whether there is anything to remember about it.
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
    transfers: Arc<()>,
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
            // This may be the close of an earlier connection: then no other one has to go.
            somebody_goes = tokio::time::timeout(GOES_WITHIN, self.gone.notified()).await.is_ok();
        }
    }

    /// Waits until all connections are closed.
    pub(crate) async fn all_gone(&self) {
        while self.state().inside > 0 {
            self.gone.notified().await;
        }
    }

    /// Admits a connection; `None` if all that are open are devices.
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
            transfers: Arc::default(),
        })))
    }

    /// Evicts the connection that has been pending longest. `false`: no connection is pending.
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

    /// How long a pending connection has to wait for its turn.
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

    /// It has authenticated: it stays, and its requests no longer count against its address; nor do those of the connections that it
    /// needed before, which made this many.
    pub(crate) fn is_known(&self, asked_before: u32) {
        let mut state = self.0.admission.state();
        let asked = state.pending.get(&self.0.number).map_or(0, |known| known.asked);
        if let Some(address) = state.address(self.0.number) {
            address.asks.give_back(asked + asked_before);
        }
        state.forget(self.0.number);
    }

    /// Waits until it is its turn to be served: at once, unless its address sends very many requests. `Err`: it is not served, and may try
    /// again after this time.
    pub(crate) async fn turn(&self) -> Result<(), Duration> {
        let turn = self.0.admission.state().turn(self.0.number);
        let Ok(wait) = turn else {
            tokio::time::sleep(TURN_WITHIN).await;
            // Others at its address may have signed in meanwhile, and given back what they used.
            return self.0.admission.state().turn_at_once(self.0.number);
        };
        if wait > Duration::ZERO {
            tokio::time::sleep(wait).await;
        }
        Ok(())
    }

    /// It has tried an unknown secret. `Err`: its address has tried too many, and may try again after this time.
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

    /// A file is under way on it, until this is dropped: it may take longer than an answer.
    pub(crate) fn transfers(&self) -> FileUnderWay {
        FileUnderWay(self.0.transfers.clone())
    }

    /// Whether a file is under way.
    pub(crate) fn is_transferring(&self) -> bool {
        Arc::strong_count(&self.0.transfers) > 1
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

/// A file under way on a connection.
pub(crate) struct FileUnderWay(#[expect(dead_code, reason = "it is counted")] Arc<()>);

impl Drop for Inside {
    fn drop(&mut self) {
        let mut state = self.admission.state();
        state.forget(self.number);
        state.inside -= 1;
        drop(state);
        self.admission.gone.notify_one();
    }
}

/// What counts as one address: for IPv6 the network, since every machine can choose any address in its own.
fn network(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V4(four) => IpAddr::V4(four),
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests;
