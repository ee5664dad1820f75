//! How a polled source turns answers into facts: pure, and the same for every system.
//!
//! It knows neither how to ask nor what time it is.

#![cfg_attr(
    not(any(test, target_os = "linux")),
    expect(dead_code, reason = "the polled sources of other systems are not there yet")
)]

use super::orders::Orders;
use presence::device::Fact;
use std::time::Duration;

/// How often to ask while the next input matters: others see Online within a second of it (P5).
const AWAY_POLL: Duration = Duration::from_millis(500);
/// The shortest time between two polls: idle times are rounded to milliseconds.
const MIN_POLL: Duration = Duration::from_millis(10);

/// The state between two polls.
///
/// - [`Polled::restate`] takes the first answer, and one after every change of the orders.
/// - Ask again after [`Polled::next_poll`] and feed the answer to [`Polled::on`].
#[derive(Debug)]
pub(crate) struct Polled {
    orders: Orders,
    idle_for: Duration,
    is_away: bool,
    expects_input: bool,
    /// Whether the answers say something about input: those of a new X server do not before the first input.
    is_known: bool,
}

impl Polled {
    /// `is_known`: whether the first answer already says something about input.
    pub(crate) fn new(orders: Orders, is_known: bool) -> Self {
        Self { orders, idle_for: Duration::ZERO, is_away: false, expects_input: !is_known, is_known }
    }

    /// From the next answer on, answers are known to be about input.
    pub(crate) fn believe(&mut self) {
        if !self.is_known {
            self.idle_for = Duration::MAX;
        }
    }

    /// Reports again what is seen under `orders`, if that is known.
    pub(crate) fn restate(&mut self, orders: Orders, idle_for: Duration) -> Option<Fact> {
        self.is_known |= idle_for < self.idle_for;
        self.expects_input |= orders.wakings != self.orders.wakings;
        self.orders = orders;
        self.idle_for = idle_for;
        self.is_away = idle_for >= orders.idle_after;
        self.is_known.then_some(Fact::IdleFor(idle_for))
    }

    /// Takes an answer.
    pub(crate) fn on(&mut self, idle_for: Duration) -> Option<Fact> {
        let had_input = idle_for < self.idle_for;
        let was_away = self.is_away;
        let was_expected = had_input && self.expects_input;
        self.idle_for = idle_for;
        self.is_away = idle_for >= self.orders.idle_after;
        self.expects_input &= !had_input;
        self.is_known |= had_input;
        if !self.is_known {
            return None;
        }
        if self.is_away {
            (had_input || !was_away).then_some(Fact::IdleFor(idle_for))
        } else {
            (was_away || was_expected).then_some(Fact::Active)
        }
    }

    /// How long nothing that matters can happen.
    pub(crate) fn next_poll(&self) -> Duration {
        let left = self.orders.idle_after.saturating_sub(self.idle_for).max(MIN_POLL);
        match (self.is_away, self.expects_input) {
            (false, false) => left,
            (false, true) => left.min(AWAY_POLL),
            (true, true | false) => AWAY_POLL,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: Orders = Orders { idle_after: Duration::from_secs(60), wakings: 0 };

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn sleeps_until_the_threshold_could_run_out_and_polls_only_while_away() {
        let mut polled = Polled::new(ORDERS, true);
        assert_eq!(polled.restate(ORDERS, s(20)), Some(Fact::IdleFor(s(20))));
        assert_eq!(polled.next_poll(), s(40));
        assert_eq!(polled.on(s(5)), None);
        assert_eq!(polled.next_poll(), s(55));
        assert_eq!(polled.on(s(60)), Some(Fact::IdleFor(s(60)))); // P6
        assert_eq!(polled.next_poll(), AWAY_POLL);
        assert_eq!(polled.on(s(61)), None);
        assert_eq!(polled.on(s(0)), Some(Fact::Active)); // P5
        assert_eq!(polled.next_poll(), s(60));
    }

    #[test]
    fn input_between_two_late_questions_moves_the_since() {
        let mut polled = Polled::new(ORDERS, true);
        polled.restate(ORDERS, s(300));
        assert_eq!(polled.on(s(90)), Some(Fact::IdleFor(s(90)))); // P6
        assert_eq!(polled.on(s(91)), None);
    }

    #[test]
    fn the_first_input_after_waking_counts_within_the_threshold() {
        let mut polled = Polled::new(ORDERS, true);
        polled.restate(ORDERS, s(3));
        polled.restate(Orders { wakings: 1, ..ORDERS }, s(4));
        assert_eq!(polled.next_poll(), AWAY_POLL);
        assert_eq!(polled.on(s(5)), None); // P4: resuming is not activity
        assert_eq!(polled.on(s(0)), Some(Fact::Active));
        assert_eq!(polled.on(s(0)), None);
        assert_eq!(polled.next_poll(), s(60));
    }

    // F11: an X server that came back counted from its own start, and nobody was Online.
    #[test]
    fn of_a_new_server_only_input_is_believed() {
        let mut polled = Polled::new(ORDERS, false);
        assert_eq!(polled.restate(ORDERS, s(1)), None);
        assert_eq!(polled.next_poll(), AWAY_POLL);
        assert_eq!(polled.on(s(30)), None);
        assert_eq!(polled.on(s(70)), None);
        assert_eq!(polled.restate(Orders { wakings: 1, ..ORDERS }, s(71)), None);
        assert_eq!(polled.on(s(0)), Some(Fact::Active)); // P5
        assert_eq!(polled.on(s(60)), Some(Fact::IdleFor(s(60))));
    }

    #[test]
    fn input_between_two_questions_to_a_new_server_is_seen_although_its_count_has_grown() {
        let mut polled = Polled::new(ORDERS, false);
        assert_eq!(polled.restate(ORDERS, s(1)), None);
        polled.believe();
        assert_eq!(polled.on(s(2)), Some(Fact::Active));
        assert_eq!(polled.on(s(3)), None);
    }
}
