//! What is measured of one server, in order: memory of idle connections, deliveries, the storm and what was seen of it.

use crate::crowd::Crowd;
use crate::organisation::Organisation;
use crate::server::{Kind, Server};
use anyhow::{Context, Result, ensure};
use protocol::{Close, limits};
use serde::Serialize;
use std::time::{Duration, Instant};

/// How long anything may take on a loaded machine.
const WITHIN: Duration = Duration::from_secs(120);
/// Between two changes: a little more than the service waits between two batches of people, so that each goes out alone.
const CHANGE_EVERY: Duration = Duration::from_millis(110);
/// How long after the cut an Offline may still come: the grace, and a little.
const MARGIN: Duration = Duration::from_secs(3);
/// Watchers that ask for all people at a time.
const WATCH_AT_ONCE: usize = 10;

/// Most of those cut that watch again: a thousand looks at ten thousand people are two gigabytes, which one process that plays all
/// of them cannot read in the time that the service gives a reader.
const WATCH_AGAIN: usize = 100;

/// Deliveries that must have arrived, in hundredths of all: two changes that come late may share a frame.
const LEAST_PERCENT: u64 = 95;

/// One round with one server.
pub(crate) struct Round<'a> {
    pub(crate) organisation: &'a Organisation,
    pub(crate) delivery: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Measured {
    /// Memory of an idle connection: what the process grew by, for each.
    pub(crate) idle_kib: f64,
    /// The same after all were cut, came back and watched again.
    pub(crate) idle_after_storm_kib: f64,
    /// From the first cut until all were synced again.
    pub(crate) storm_s: f64,
    /// From the first cut until all who watch, and watch again, knew everybody.
    pub(crate) known_s: Option<f64>,
    /// Processor time of the server for each connection meanwhile: the end of one, and another from its accept until then.
    pub(crate) reconnect_us: f64,
    /// How often a watcher was told of somebody offline, until the grace had run out, and in a last look at everybody.
    pub(crate) offline: Option<usize>,
    /// Processor time of the server for each delivered frame about people, beyond what it uses at rest.
    pub(crate) delivery_us: Option<f64>,
    /// Those frames.
    pub(crate) deliveries: Option<u64>,
    /// Bytes of one.
    pub(crate) frame_bytes: Option<usize>,
    /// Processor time at rest, in hundredths of one core: beats and their answers.
    pub(crate) rest_percent: Option<f64>,
}

/// How long a technician takes from connecting until they have been told all, in milliseconds: the median of so many times.
pub(crate) fn first_view_ms(organisation: &Organisation, server: &Server, times: usize) -> Result<f64> {
    let mut crowd = Crowd::new(organisation, server)?;
    let who = organisation.witnesses().start;
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        took.push(crowd.connect(who..who + 1, WITHIN)?);
        crowd.cut(who..who + 1)?;
    }
    took.sort_unstable();
    Ok(took[times / 2].as_secs_f64() * 1e3)
}

impl Round<'_> {
    /// Measures one server. `frame_bytes`: of a frame about people, for a server that makes none itself.
    pub(crate) fn measure(&self, server: &Server, frame_bytes: Option<usize>) -> Result<Measured> {
        let mut measured = Measured::default();
        let everybody = 0..self.organisation.witnesses().end;
        let mut crowd = Crowd::new(self.organisation, server)?;
        let empty = server.memory_kib()?;
        let each = |memory: u64| memory.saturating_sub(empty) as f64 / everybody.len() as f64;
        crowd.connect(everybody.clone(), WITHIN)?;
        self.settle(&mut crowd, server)?;
        measured.idle_kib = each(server.memory_kib()?);
        eprintln!("  {:.1} KiB for each connection", measured.idle_kib);
        crowd.watch(self.organisation.witnesses(), WATCH_AT_ONCE, WITHIN)?;
        crowd.watch(self.organisation.watchers(), WATCH_AT_ONCE, WITHIN)?;
        if self.delivery {
            self.deliver(&mut crowd, server, frame_bytes, &mut measured)?;
        }
        self.storm(&mut crowd, server, &mut measured)?;
        measured.idle_after_storm_kib = each(server.memory_kib()?);
        Ok(measured)
    }

    /// Waits until every device has been beaten at once since; a bare server does not beat.
    fn settle(&self, crowd: &mut Crowd<'_>, server: &Server) -> Result<()> {
        match server.kind {
            Kind::Ours => {
                crowd.count_anew();
                let all = self.organisation.witnesses().end;
                crowd.until("a beat to everybody", WITHIN, |told| told.beats >= all)
            }
            Kind::Peer => Ok(()),
        }
    }

    fn deliver(
        &self,
        crowd: &mut Crowd<'_>,
        server: &Server,
        frame_bytes: Option<usize>,
        measured: &mut Measured,
    ) -> Result<()> {
        // In this time every connection is beaten once, here and below.
        let window = limits::BEAT;
        let before = server.used()?;
        crowd.go_on(window)?;
        let rest = server.used()?.since(&before)?;
        crowd.count_anew();
        let before = server.used()?;
        let (began, mut changes) = (Instant::now(), 0);
        while began.elapsed() < window {
            self.change(crowd, server.kind, changes, frame_bytes)?;
            changes += 1;
            // One that was late does not bring the next one close to it.
            crowd.go_on(CHANGE_EVERY)?;
        }
        let used = server.used()?.since(&before)?;
        let told = crowd.told();
        let all = (changes * self.watching()) as u64;
        // One that loses frames would look dearer than it is, one that sends too many cheaper.
        ensure!(
            told.people <= all && told.people * 100 >= all * LEAST_PERCENT,
            "{changes} changes made {} frames for {} watchers",
            told.people,
            self.watching()
        );
        measured.deliveries = Some(told.people);
        measured.frame_bytes = Some(usize::try_from(told.people_bytes / told.people)?);
        measured.delivery_us = Some(used.saturating_sub(rest).as_secs_f64() * 1e6 / told.people as f64);
        eprintln!(
            "  {:.2} µs for each of {} deliveries",
            used.saturating_sub(rest).as_secs_f64() * 1e6 / told.people as f64,
            told.people
        );
        measured.rest_percent = Some(rest.as_secs_f64() / window.as_secs_f64() * 100.0);
        Ok(())
    }

    /// Somebody is seen differently: a technician and a client in turn, each of them once.
    fn change(
        &self,
        crowd: &mut Crowd<'_>,
        kind: Kind,
        number: usize,
        frame_bytes: Option<usize>,
    ) -> Result<()> {
        let from = if number.is_multiple_of(2) { 0 } else { self.organisation.watchers().end };
        let who = from + number / 2;
        match kind {
            Kind::Ours => crowd.stop_using(who),
            // It sends on what it gets, to everybody who watches.
            Kind::Peer => {
                let bytes = frame_bytes.context("the service was measured first")?;
                let (start, end) = (r#"{"type":"people","people":""#, r#""}"#);
                let filling = "x".repeat(bytes.saturating_sub(start.len() + end.len()));
                crowd.send_text(who, &format!("{start}{filling}{end}"))
            }
        }
    }

    fn storm(&self, crowd: &mut Crowd<'_>, server: &Server, measured: &mut Measured) -> Result<()> {
        let devices = 0..self.organisation.devices;
        let again = self.organisation.watchers().len().min(WATCH_AGAIN);
        crowd.watch_no_more(self.organisation.watchers().skip(again));
        crowd.count_anew();
        let before = server.used()?;
        let began = Instant::now();
        crowd.cut(devices.clone())?;
        crowd.connect(devices.clone(), WITHIN)?;
        measured.storm_s = began.elapsed().as_secs_f64();
        eprintln!("  {:.2} s until all were back; {} had to try again", measured.storm_s, crowd.told().again);
        if server.kind == Kind::Ours {
            crowd.until("all watchers' knowing everybody", WITHIN, |told| told.looks >= again)?;
            let known = began.elapsed().as_secs_f64();
            eprintln!("  {known:.2} s until all who watch knew everybody");
            measured.known_s = Some(known);
        }
        measured.reconnect_us = server.used()?.since(&before)?.as_secs_f64() * 1e6 / devices.len() as f64;
        eprintln!("  {:.0} µs for each reconnect", measured.reconnect_us);
        match server.kind {
            Kind::Peer => Ok(()),
            Kind::Ours => {
                let grace = (limits::GRACE + MARGIN).saturating_sub(began.elapsed());
                crowd.go_on(grace)?;
                crowd.watch(self.organisation.witnesses(), WATCH_AT_ONCE, WITHIN)?;
                measured.offline = Some(crowd.told().offline);
                ensure!(crowd.told().lost == 0, "the service ended {} connections", crowd.told().lost);
                somebody_leaves(
                    crowd,
                    self.organisation.devices - 1,
                    again + self.organisation.witnesses().len(),
                )?;
                let code = crowd.knock(0, WITHIN)?;
                ensure!(code == Close::SignIn.code(), "a forged token is refused with {code}");
                Ok(())
            }
        }
    }

    /// How many watch before the storm.
    fn watching(&self) -> usize {
        self.organisation.watchers().len() + self.organisation.witnesses().len()
    }
}

/// A client leaves, and each watcher must see that once: those who never see anybody offline would prove nothing.
fn somebody_leaves(crowd: &mut Crowd<'_>, client: usize, watchers: usize) -> Result<()> {
    crowd.count_anew();
    crowd.leave(client)?;
    crowd.until("all watchers' seeing who left", WITHIN, |told| told.offline >= watchers)?;
    let saw = crowd.saw_offline(1);
    ensure!(
        saw == watchers,
        "of {watchers} watchers {saw} saw once that somebody left, others not or oftener"
    );
    Ok(())
}
