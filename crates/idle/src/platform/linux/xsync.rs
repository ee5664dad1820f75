//! XSync: the X server's alarms on its IDLETIME counter. An event source: it causes no wake-up until something changes, and
//! sees the first input within 3 ms.
//!
//! Two transition alarms stay armed: one for idleness, one for input. They do not fire for a state that already holds, so
//! the counter is read first and after each change.
//!
//! A server counts from its own start until there is input. Comparing its counters shows whether there was any: it also
//! counts for each device, and input resets the common counter and that of its device. The counters of the other devices
//! still run from the start, so they show more than the common one.

use super::x11::{Dialled, X11, X11Error, dial};
use crate::seen::SourceKind;
use crate::source::{FactSender, IdleSource, Lost, Orders, Unavailable};
use futures_util::future::BoxFuture;
use presence::device::Fact;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::Event;
use x11rb::protocol::sync::{
    Alarm, AlarmNotifyEvent, ChangeAlarmAux, ConnectionExt, Counter, CreateAlarmAux, Int64, TESTTYPE,
    VALUETYPE, X11_EXTENSION_NAME,
};

const IDLETIME: &[u8] = b"IDLETIME";
/// The devices that a server makes itself and never removes: its core pointer and keyboard, and the two of XTEST. The counter
/// of any other device can disappear with it, and reading it then would end the connection.
const DEVICES: [&[u8]; 4] =
    [b"DEVICEIDLETIME 2", b"DEVICEIDLETIME 3", b"DEVICEIDLETIME 4", b"DEVICEIDLETIME 5"];
/// How far the input alarm is below the threshold. At the threshold itself, input within the same millisecond as the idle
/// alarm would not be a transition to the X server, so it would never be reported.
const BELOW: Duration = Duration::from_millis(1);
/// The alarms' value before the first orders: 24 days.
const UNSET_MS: i64 = i32::MAX as i64;

/// How old a new server's counter has to be before its alarms are set: from zero, input cannot make it fall. Comparing the
/// counters shows input in this time.
const BEGUN: Duration = Duration::from_millis(100);

/// The source.
pub(crate) struct XSync {
    x11: X11,
    counters: Counters,
    alarms: Alarms,
    /// When the previous source was lost. A server that was started since then counts from its start, which says nothing
    /// about input.
    lost_at: Option<Instant>,
}

struct Counters {
    idletime: Counter,
    /// Of those [`DEVICES`] that the server counts; none on an old server.
    devices: Vec<Counter>,
}

/// What the counters of a server show.
struct Count {
    /// The time since the last input, or since the server's start.
    idle_for: Duration,
    /// For how long, at least, it has been counting.
    counts_for: Duration,
    /// Whether there was input since it began to count.
    had_input: bool,
}

#[derive(Clone, Copy)]
struct Alarms {
    idle: Alarm,
    input: Alarm,
}

impl XSync {
    /// Opens it on `display`; for a server that was started after `lost_at`, only new input counts.
    pub(crate) async fn open(display: &str, lost_at: Option<Instant>) -> Result<Self, Unavailable> {
        let (x11, (counters, alarms)) = dial(display, prepare).await?;
        Ok(Self { x11, counters, alarms, lost_at })
    }

    async fn watch(
        &self,
        mut orders: watch::Receiver<Orders>,
        facts: &FactSender,
    ) -> Result<Infallible, X11Error> {
        let mut wakings = orders.borrow().wakings;
        let mut is_known = match self.lost_at {
            Some(at) => self.x11.began_before(self.count().await?.counts_for, at),
            None => true,
        };
        let mut expects_input = !is_known;
        loop {
            if !is_known {
                sleep(BEGUN).await;
            }
            let now = *orders.borrow_and_update();
            self.set(self.alarms.idle, now.idle_after)?;
            self.set(self.alarms.input, now.idle_after.saturating_sub(BELOW))?;
            let idle_for = if is_known {
                self.idle_for().await?
            } else {
                let count = self.count().await?;
                is_known = count.had_input;
                count.idle_for
            };
            if is_known {
                facts.tell(Fact::IdleFor(idle_for)).await;
            } else if idle_for < BEGUN {
                continue;
            }
            expects_input |= wakings != now.wakings;
            wakings = now.wakings;
            if expects_input && self.has_restarted_since(idle_for, now.idle_after).await? {
                is_known = is_known || self.count().await?.had_input;
                if !is_known {
                    continue;
                }
                expects_input = false;
                self.set(self.alarms.input, now.idle_after.saturating_sub(BELOW))?;
                facts.tell(Fact::Active).await;
            }
            self.until_ordered(&mut orders, facts, &mut is_known, &mut expects_input).await?;
        }
    }

    /// Reports what the alarms say until they have to be set again: there are new orders, or a program has reset the count of a
    /// new server.
    async fn until_ordered(
        &self,
        orders: &mut watch::Receiver<Orders>,
        facts: &FactSender,
        is_known: &mut bool,
        expects_input: &mut bool,
    ) -> Result<(), X11Error> {
        loop {
            while let Some(event) = self.x11.next_event()? {
                let Event::SyncAlarmNotify(alarm) = event else { continue };
                if alarm.alarm == self.alarms.input && !*is_known {
                    if !self.count().await?.had_input {
                        return Ok(());
                    }
                    *is_known = true;
                }
                if alarm.alarm == self.alarms.input && std::mem::take(expects_input) {
                    let idle_after = orders.borrow().idle_after;
                    self.set(self.alarms.input, idle_after.saturating_sub(BELOW))?;
                }
                if let Some(fact) = self.fact(&alarm).filter(|_| *is_known) {
                    facts.tell(fact).await;
                }
            }
            self.x11.connection().flush()?;
            tokio::select! {
                readable = self.x11.readable() => readable?,
                Ok(()) = orders.changed() => return Ok(()),
            }
        }
    }

    fn fact(&self, alarm: &AlarmNotifyEvent) -> Option<Fact> {
        if alarm.alarm == self.alarms.idle {
            Some(Fact::IdleFor(duration(alarm.counter_value)))
        } else if alarm.alarm == self.alarms.input {
            Some(Fact::Active)
        } else {
            None
        }
    }

    /// Makes the input alarm fire at the next input even within the threshold. Returns whether the count started again while it
    /// was being set.
    async fn has_restarted_since(&self, idle_for: Duration, idle_after: Duration) -> Result<bool, X11Error> {
        self.set(self.alarms.input, idle_for.min(idle_after).saturating_sub(BELOW))?;
        Ok(self.idle_for().await? < idle_for)
    }

    fn set(&self, alarm: Alarm, value: Duration) -> Result<(), X11Error> {
        let millis = i64::try_from(value.as_millis()).unwrap_or(UNSET_MS);
        self.x11.connection().sync_change_alarm(alarm, &ChangeAlarmAux::new().value(int64(millis)))?;
        Ok(())
    }

    async fn idle_for(&self) -> Result<Duration, X11Error> {
        let counter = self.x11.connection().sync_query_counter(self.counters.idletime)?;
        Ok(duration(self.x11.reply(counter).await?.counter_value))
    }

    /// Reads all counters in one go, so that nothing happens in between, and the common one last: without input it is not less
    /// than any device's. A program that resets the idle time resets all of them.
    async fn count(&self) -> Result<Count, X11Error> {
        let connection = self.x11.connection();
        let asked = Instant::now();
        let devices = self.counters.devices.iter().map(|&device| connection.sync_query_counter(device));
        let devices = devices.collect::<Result<Vec<_>, _>>()?;
        let idletime = connection.sync_query_counter(self.counters.idletime)?;
        let mut longest = None;
        for device in devices {
            longest = longest.max(Some(duration(self.x11.reply(device).await?.counter_value)));
        }
        let idle_for = duration(self.x11.reply(idletime).await?.counter_value);
        Ok(match longest {
            Some(longest) => {
                Count { idle_for, counts_for: longest.max(idle_for), had_input: idle_for < longest }
            }
            None => Count { idle_for, counts_for: idle_for, had_input: self.x11.had_input(idle_for, asked) },
        })
    }
}

impl IdleSource for XSync {
    fn kind(&self) -> SourceKind {
        SourceKind::XSync
    }

    fn why(&self) -> String {
        "the X server tells of all input (XSync alarms)".into()
    }

    fn run(self: Box<Self>, orders: watch::Receiver<Orders>, facts: FactSender) -> BoxFuture<'static, Lost> {
        Box::pin(async move {
            match self.watch(orders, &facts).await {
                Err(error) => error.into_lost(),
            }
        })
    }
}

fn prepare(dialled: &Dialled) -> Result<(Counters, Alarms), X11Error> {
    let connection = &dialled.connection;
    if connection.extension_information(X11_EXTENSION_NAME)?.is_none() {
        return Err(X11Error::Missing("the X server has no XSync"));
    }
    connection.sync_initialize(3, 1)?.reply()?;
    let counters = connection.sync_list_system_counters()?.reply()?.counters;
    let counter = |name: &[u8]| counters.iter().find(|each| each.name == name).map(|each| each.counter);
    let Some(idletime) = counter(IDLETIME) else {
        return Err(X11Error::Missing("the X server's XSync has no idle counter"));
    };
    let counters = Counters { idletime, devices: DEVICES.into_iter().filter_map(counter).collect() };
    let create = |test| -> Result<Alarm, X11Error> {
        let alarm = connection.generate_id()?;
        let aux = CreateAlarmAux::new()
            .counter(idletime)
            .value_type(VALUETYPE::ABSOLUTE)
            .value(int64(UNSET_MS))
            .test_type(test)
            .delta(int64(0))
            .events(1);
        connection.sync_create_alarm(alarm, &aux)?.check()?;
        Ok(alarm)
    };
    let alarms = Alarms {
        idle: create(TESTTYPE::POSITIVE_TRANSITION)?,
        input: create(TESTTYPE::NEGATIVE_TRANSITION)?,
    };
    Ok((counters, alarms))
}

fn int64(value: i64) -> Int64 {
    let [a, b, c, d, e, f, g, h] = value.to_be_bytes();
    Int64 { hi: i32::from_be_bytes([a, b, c, d]), lo: u32::from_be_bytes([e, f, g, h]) }
}

fn duration(value: Int64) -> Duration {
    let millis = (i64::from(value.hi) << 32) | i64::from(value.lo);
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{duration, int64};
    use std::time::Duration;

    #[test]
    fn counters_of_more_than_32_bits_survive() {
        for millis in [0, 1, 0xffff_ffff, 0x1_0000_0000, 0x12_3456_789a] {
            assert_eq!(duration(int64(millis)), Duration::from_millis(millis.unsigned_abs()));
        }
        assert_eq!(duration(int64(-1)), Duration::ZERO);
    }
}
