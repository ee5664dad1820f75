//! XSync: the X server's alarms on its IDLETIME counter. An event source: it causes no wake-up until something changes, and
//! sees the first input within 3 ms.
//!
//! Two transition alarms stay armed: one for idleness, one for input. They do not fire for a state that already holds, so
//! the counter is read first and after each change.

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
/// How far the input alarm is below the threshold. At the threshold itself, input within the same millisecond as the idle
/// alarm would not be a transition to the X server, so it would never be reported.
const BELOW: Duration = Duration::from_millis(1);
/// The alarms' value before the first orders: 24 days.
const UNSET_MS: i64 = i32::MAX as i64;

/// How old a new server's counter has to be before its alarms are set: from zero, input cannot make it fall.
const BEGUN: Duration = Duration::from_millis(100);

/// The source.
pub(crate) struct XSync {
    x11: X11,
    counter: Counter,
    alarms: Alarms,
    /// When the previous source was lost. A server that was started since then counts from its start, which says nothing
    /// about input.
    lost_at: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Alarms {
    idle: Alarm,
    input: Alarm,
}

impl XSync {
    /// Opens it on `display`; for a server that was started after `lost_at`, only new input counts.
    pub(crate) async fn open(display: &str, lost_at: Option<Instant>) -> Result<Self, Unavailable> {
        let (x11, (counter, alarms)) = dial(display, prepare).await?;
        Ok(Self { x11, counter, alarms, lost_at })
    }

    async fn watch(
        &self,
        mut orders: watch::Receiver<Orders>,
        facts: &FactSender,
    ) -> Result<Infallible, X11Error> {
        let mut wakings = orders.borrow().wakings;
        let mut is_known = match self.lost_at {
            Some(at) => self.x11.began_before(self.idle_for().await?, at),
            None => true,
        };
        let mut expects_input = !is_known;
        if !is_known {
            sleep(BEGUN).await;
        }
        loop {
            let now = *orders.borrow_and_update();
            self.set(self.alarms.idle, now.idle_after)?;
            self.set(self.alarms.input, now.idle_after.saturating_sub(BELOW))?;
            let idle_for = self.idle_for().await?;
            is_known |= self.x11.had_input(idle_for);
            if is_known {
                facts.tell(Fact::IdleFor(idle_for)).await;
            }
            expects_input |= wakings != now.wakings;
            wakings = now.wakings;
            if expects_input && self.has_input_since(idle_for, now.idle_after).await? {
                expects_input = false;
                is_known = true;
                self.set(self.alarms.input, now.idle_after.saturating_sub(BELOW))?;
                facts.tell(Fact::Active).await;
            }
            self.until_ordered(&mut orders, facts, &mut is_known, &mut expects_input).await?;
        }
    }

    /// Reports what the alarms say until there are new orders.
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
                if alarm.alarm == self.alarms.input && std::mem::take(expects_input) {
                    let idle_after = orders.borrow().idle_after;
                    self.set(self.alarms.input, idle_after.saturating_sub(BELOW))?;
                }
                *is_known |= alarm.alarm == self.alarms.input;
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

    /// Makes the input alarm fire at the next input even within the threshold. Returns whether there was input while it was
    /// being set.
    async fn has_input_since(&self, idle_for: Duration, idle_after: Duration) -> Result<bool, X11Error> {
        self.set(self.alarms.input, idle_for.min(idle_after).saturating_sub(BELOW))?;
        Ok(self.idle_for().await? < idle_for)
    }

    fn set(&self, alarm: Alarm, value: Duration) -> Result<(), X11Error> {
        let millis = i64::try_from(value.as_millis()).unwrap_or(UNSET_MS);
        self.x11.connection().sync_change_alarm(alarm, &ChangeAlarmAux::new().value(int64(millis)))?;
        Ok(())
    }

    async fn idle_for(&self) -> Result<Duration, X11Error> {
        let counter = self.x11.connection().sync_query_counter(self.counter)?;
        Ok(duration(self.x11.reply(counter).await?.counter_value))
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

fn prepare(dialled: &Dialled) -> Result<(Counter, Alarms), X11Error> {
    let connection = &dialled.connection;
    if connection.extension_information(X11_EXTENSION_NAME)?.is_none() {
        return Err(X11Error::Missing("the X server has no XSync"));
    }
    connection.sync_initialize(3, 1)?.reply()?;
    let counters = connection.sync_list_system_counters()?.reply()?.counters;
    let Some(idletime) = counters.iter().find(|counter| counter.name == IDLETIME) else {
        return Err(X11Error::Missing("the X server's XSync has no idle counter"));
    };
    let create = |test| -> Result<Alarm, X11Error> {
        let alarm = connection.generate_id()?;
        let aux = CreateAlarmAux::new()
            .counter(idletime.counter)
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
    Ok((idletime.counter, alarms))
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
