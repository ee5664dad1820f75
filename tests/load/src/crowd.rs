//! All devices, on one thread: who is connected, and what they have been told so far. It answers beats as every device does.

use crate::frame;
use crate::organisation::Organisation;
use crate::server::{Kind, Server};
use crate::socket::{Heard, READ_BYTES, Socket, Stage};
use crate::told::{Device, News, Told};
use anyhow::{Context, Result, bail, ensure};
use mio::{Events, Interest, Poll, Token};
use presence::Activity;
use protocol::{Up, write};
use std::net::SocketAddr;
use std::ops::Range;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Events taken from the system at once.
const EVENTS: usize = 1024;
/// Devices that begin to connect before those that are under way get their turn.
const AT_ONCE: usize = 64;

/// The devices.
pub(crate) struct Crowd<'a> {
    organisation: &'a Organisation,
    kind: Kind,
    address: SocketAddr,
    poll: Poll,
    events: Events,
    sockets: Vec<Option<Socket>>,
    devices: Vec<Device>,
    buffer: Vec<u8>,
    told: Told,
}

impl<'a> Crowd<'a> {
    pub(crate) fn new(organisation: &'a Organisation, server: &Server) -> Result<Self> {
        let mut sockets = Vec::new();
        sockets.resize_with(organisation.witnesses().end, || None);
        Ok(Self {
            organisation,
            kind: server.kind,
            address: server.address,
            poll: Poll::new().context("asking the system for its events")?,
            events: Events::with_capacity(EVENTS),
            sockets,
            devices: vec![Device::default(); organisation.witnesses().end],
            buffer: vec![0; READ_BYTES],
            told: Told::default(),
        })
    }

    pub(crate) fn told(&self) -> &Told {
        &self.told
    }

    /// Counts from here on; who is connected stays connected.
    pub(crate) fn count_anew(&mut self) {
        self.told = Told { synced: self.told.synced, ..Told::default() };
        for device in &mut self.devices {
            device.offline = 0;
        }
    }

    /// Those who watch and were told this often that somebody is offline.
    pub(crate) fn saw_offline(&self, times: usize) -> usize {
        self.devices.iter().filter(|device| device.watches && device.offline == times).count()
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

    /// These devices watch people from now on, a few at a time; returns when each knows everybody. A bare server tells nobody.
    pub(crate) fn watch(&mut self, who: Range<usize>, at_once: usize, within: Duration) -> Result<()> {
        let (mut from, end) = (who.start, who.end);
        while from < end {
            let to = end.min(from + at_once);
            let (looks, oks) = (self.told.looks + (to - from), self.told.oks + (to - from));
            for number in from..to {
                self.devices[number].watches = true;
                self.send(number, &Up::WatchPeople)?;
                // Answered after them, since answers keep the order.
                self.send(number, &Up::Activity { id: Uuid::new_v4(), activity: Activity::Active })?;
            }
            let kind = self.kind;
            self.until("the watchers' being told of all people", within, |told| match kind {
                Kind::Ours => told.looks >= looks && told.oks >= oks,
                Kind::Peer => told.oks >= oks,
            })?;
            from = to;
        }
        Ok(())
    }

    /// These devices do not ask for people again once they were cut.
    pub(crate) fn watch_no_more(&mut self, who: impl Iterator<Item = usize>) {
        for number in who {
            self.devices[number].watches = false;
        }
    }

    /// This device says that it goes, and the server ends its connection.
    pub(crate) fn leave(&mut self, number: usize) -> Result<()> {
        self.devices[number].has_left = true;
        self.send(number, &Up::Bye)
    }

    /// These devices come, are told all, and go with a word.
    pub(crate) fn come_and_leave(&mut self, who: Range<usize>, within: Duration) -> Result<()> {
        for number in who.clone() {
            self.devices[number].has_left = false;
        }
        self.connect(who.clone(), within)?;
        let left = self.told.synced - who.len();
        for number in who {
            self.leave(number)?;
        }
        self.until("the ends of those who leave", within, |told| told.synced <= left)
    }

    /// The user of this device has stopped, and the device reports it.
    pub(crate) fn stop_using(&mut self, number: usize) -> Result<()> {
        self.devices[number].idle = Some(Instant::now());
        let activity = self.devices[number].activity();
        self.send(number, &Up::Activity { id: Uuid::new_v4(), activity })
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
            let (organisation, told, device) = (self.organisation, &mut self.told, &mut self.devices[number]);
            let lives = socket
                .read(&mut self.buffer, |socket, heard| match heard {
                    Heard::Upgraded => {
                        socket.write(&frame::text(&write(&organisation.hello(number, device.activity()))))
                    }
                    Heard::Text(text) => {
                        let news = News::of(text);
                        if news == News::Synced {
                            socket.stage = Stage::Synced;
                        }
                        let answer = told.hear(device, news, text, organisation.witnesses().end)?;
                        answer.map_or(Ok(()), |up| socket.write(&frame::text(&write(&up))))
                    }
                })
                .with_context(|| format!("device {number}"))?;
            if let Stage::Closed(code) = socket.stage {
                ensure!(device.has_left, "the server closes device {number} with {code}");
                self.sockets[number] = None;
                self.told.synced -= 1;
                continue;
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
