//! All devices, on one thread: who is connected, and what they have been told so far. It answers beats as every device does.

use crate::frame;
use crate::organisation::Organisation;
use crate::socket::{Heard, READ_BYTES, Socket, Stage};
use anyhow::{Context, Result, bail};
use mio::{Events, Interest, Poll, Token};
use presence::{Activity, IdleReason};
use protocol::limits::IDLE_AFTER;
use protocol::{Up, write};
use std::net::SocketAddr;
use std::ops::Range;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Events taken from the system at once.
const EVENTS: usize = 1024;
/// Devices that begin to connect before those that are under way get their turn.
const AT_ONCE: usize = 64;

/// How frames that matter here begin: the type comes first.
const BEAT: &[u8] = br#"{"type":"beat""#;
const SYNCED: &[u8] = br#"{"type":"synced""#;
const OK: &[u8] = br#"{"type":"ok""#;
const PEOPLE: &[u8] = br#"{"type":"people""#;
const ERROR: &[u8] = br#"{"type":"error""#;
/// How somebody offline is told of.
const OFFLINE: &[u8] = br#""state":"offline""#;

/// The devices.
pub(crate) struct Crowd<'a> {
    organisation: &'a Organisation,
    address: SocketAddr,
    poll: Poll,
    events: Events,
    sockets: Vec<Option<Socket>>,
    buffer: Vec<u8>,
    /// Since when the user of a device has been idle, if so.
    idle: Vec<Option<Instant>>,
    told: Told,
}

/// What they have been told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Told {
    /// Devices that have been told all and are connected still.
    pub(crate) synced: usize,
    /// Beats, which they answered.
    pub(crate) beats: usize,
    /// Intents that were done.
    pub(crate) oks: usize,
    /// Frames about people.
    pub(crate) people: u64,
    /// Their bytes.
    pub(crate) people_bytes: u64,
    /// How often a witness was told that somebody is offline.
    pub(crate) offline: u64,
    /// Connections that the server's system refused before hello, as it does when too many come at once: they try again.
    pub(crate) again: usize,
    /// Connections that the server ended.
    pub(crate) lost: usize,
}

impl<'a> Crowd<'a> {
    pub(crate) fn new(organisation: &'a Organisation, address: SocketAddr) -> Result<Self> {
        let mut sockets = Vec::new();
        sockets.resize_with(organisation.witnesses().end, || None);
        Ok(Self {
            organisation,
            address,
            poll: Poll::new().context("asking the system for its events")?,
            events: Events::with_capacity(EVENTS),
            sockets,
            buffer: vec![0; READ_BYTES],
            idle: vec![None; organisation.witnesses().end],
            told: Told::default(),
        })
    }

    pub(crate) fn told(&self) -> &Told {
        &self.told
    }

    /// Counts from here on; who is connected stays connected.
    pub(crate) fn count_anew(&mut self) {
        self.told = Told { synced: self.told.synced, ..Told::default() };
    }

    /// Connects these devices as fast as one process can, and returns when all have been told all.
    pub(crate) fn connect(&mut self, who: Range<usize>, within: Duration) -> Result<Duration> {
        let began = Instant::now();
        let all = self.told.synced + who.len();
        for number in who {
            self.begin(number)?;
            if number.is_multiple_of(AT_ONCE) {
                self.turn(Duration::ZERO)?;
            }
        }
        self.until("everybody's being connected", within, |told| told.synced >= all)?;
        Ok(began.elapsed())
    }

    fn begin(&mut self, number: usize) -> Result<()> {
        let mut socket = Socket::connect(self.address, number)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(socket.stream(), Token(number), interest).context("registering")?;
        self.sockets[number] = Some(socket);
        Ok(())
    }

    /// Cuts these devices' connections abruptly, as a network does that is gone.
    pub(crate) fn cut(&mut self, who: Range<usize>) -> Result<()> {
        for number in who {
            let mut socket =
                self.sockets[number].take().with_context(|| format!("{number} is not connected"))?;
            self.told.synced -= usize::from(socket.stage == Stage::Synced);
            self.poll.registry().deregister(socket.stream()).context("deregistering")?;
            socket.cut()?;
        }
        Ok(())
    }

    /// These devices watch people, a few at a time; returns when they have been told of all.
    pub(crate) fn watch(&mut self, who: Range<usize>, at_once: usize, within: Duration) -> Result<()> {
        let (mut from, end) = (who.start, who.end);
        while from < end {
            let to = end.min(from + at_once);
            let all = self.told.oks + (to - from);
            for number in from..to {
                self.send(number, &Up::WatchPeople)?;
                // Answered after them, since answers keep the order.
                self.send(number, &Up::Activity { id: Uuid::new_v4(), activity: Activity::Active })?;
            }
            self.until("the watchers' being told of all people", within, |told| told.oks >= all)?;
            from = to;
        }
        Ok(())
    }

    /// The user of this device has stopped, and the device reports it.
    pub(crate) fn stop_using(&mut self, number: usize) -> Result<()> {
        self.idle[number] = Some(Instant::now());
        self.send(number, &Up::Activity { id: Uuid::new_v4(), activity: activity(self.idle[number]) })
    }

    pub(crate) fn send(&mut self, number: usize, up: &Up) -> Result<()> {
        self.send_text(number, &write(up))
    }

    pub(crate) fn send_text(&mut self, number: usize, text: &str) -> Result<()> {
        let socket = self.sockets[number].as_mut().with_context(|| format!("{number} is not connected"))?;
        socket.write(&frame::text(text))
    }

    /// Says hello with a token that nobody has, and returns the code with which it is refused.
    pub(crate) fn knock(&mut self, number: usize, within: Duration) -> Result<u16> {
        self.cut(number..number + 1)?;
        let mut socket = Socket::connect(self.address, number)?;
        let mut poll = Poll::new().context("asking the system for its events")?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(socket.stream(), Token(0), interest).context("registering")?;
        let hello = frame::text(&write(&self.organisation.forged_hello()));
        let end = Instant::now() + within;
        while Instant::now() < end {
            poll.poll(&mut self.events, Some(Duration::from_millis(100))).context("waiting")?;
            socket.writable()?;
            if socket.stage == Stage::Connecting {
                continue;
            }
            socket.read(&mut self.buffer, |socket, heard| match heard {
                Heard::Upgraded => socket.write(&hello),
                Heard::Text(text) => bail!("a forged token is answered: {}", String::from_utf8_lossy(text)),
            })?;
            if let Stage::Closed(code) = socket.stage {
                return Ok(code);
            }
        }
        bail!("a forged token is neither refused nor taken")
    }

    /// Goes on until this is true.
    pub(crate) fn until(&mut self, what: &str, within: Duration, is: impl Fn(&Told) -> bool) -> Result<()> {
        let end = Instant::now() + within;
        while !is(&self.told) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                bail!("waited {within:?} for {what}; so far {:?}", self.told);
            }
            self.turn(left)?;
        }
        Ok(())
    }

    /// Goes on for a time.
    pub(crate) fn go_on(&mut self, time: Duration) -> Result<()> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.turn(left)?;
        }
    }

    fn turn(&mut self, wait: Duration) -> Result<()> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            done => done.context("waiting for events")?,
        }
        let mut refused = Vec::new();
        for event in &self.events {
            let Token(number) = event.token();
            let Some(socket) = &mut self.sockets[number] else { continue };
            if event.is_writable() || event.is_error() {
                socket.writable().with_context(|| format!("device {number}"))?;
            }
            if socket.stage == Stage::Connecting || !(event.is_readable() || event.is_read_closed()) {
                continue;
            }
            let (organisation, told) = (self.organisation, &mut self.told);
            let activity = activity(self.idle[number]);
            let is_witness = organisation.witnesses().contains(&number);
            let lives = socket
                .read(&mut self.buffer, |socket, heard| match heard {
                    Heard::Upgraded => {
                        socket.write(&frame::text(&write(&organisation.hello(number, activity))))
                    }
                    Heard::Text(text) => told.hear(socket, text, activity, is_witness),
                })
                .with_context(|| format!("device {number}"))?;
            if let Stage::Closed(code) = socket.stage {
                bail!("the server closes device {number} with {code}");
            }
            match (lives, socket.stage) {
                (true, _) => {}
                (false, Stage::Synced) => {
                    self.sockets[number] = None;
                    self.told.synced -= 1;
                    self.told.lost += 1;
                }
                (false, Stage::Connecting | Stage::Upgrading) => refused.push(number),
                (false, Stage::Greeting | Stage::Closed(_)) => {
                    bail!("the server drops device {number} at hello")
                }
            }
        }
        for number in refused {
            self.told.again += 1;
            self.begin(number)?;
        }
        Ok(())
    }
}

/// What a device reports whose user has been idle since then.
fn activity(idle: Option<Instant>) -> Activity {
    idle.map_or(Activity::Active, |since| Activity::Idle {
        reason: IdleReason::Idle,
        idle_for_ms: u64::try_from((IDLE_AFTER + since.elapsed()).as_millis()).unwrap_or(u64::MAX),
    })
}

impl Told {
    fn hear(&mut self, socket: &mut Socket, text: &[u8], activity: Activity, is_witness: bool) -> Result<()> {
        if text.starts_with(BEAT) {
            self.beats += 1;
            return socket.write(&frame::text(&write(&Up::Beat { activity })));
        }
        if text.starts_with(PEOPLE) {
            self.people += 1;
            self.people_bytes += text.len() as u64;
            if is_witness {
                self.offline += text.windows(OFFLINE.len()).filter(|word| *word == OFFLINE).count() as u64;
            }
        } else if text.starts_with(SYNCED) {
            socket.stage = Stage::Synced;
            self.synced += 1;
        } else if text.starts_with(OK) {
            self.oks += 1;
        } else if text.starts_with(ERROR) {
            bail!("refused: {}", String::from_utf8_lossy(text));
        }
        Ok(())
    }
}
