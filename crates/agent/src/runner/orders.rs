//! Orders that the link has not taken yet.
//!
//! The link takes them at once, unless it is telling the agent a snapshot at that moment. Pure: it knows no channel.

use link::Order;
use std::collections::VecDeque;

/// While this many wait, no intents are taken from users: each makes an order, and users can wait a moment.
const ENOUGH: usize = 64;

/// How many wait at most. Beyond [`ENOUGH`] there are only frames that answer the service's own, one for each of up to 400 sessions
/// and one for each that rings.
const MOST: usize = 1_024;

/// The queue.
#[derive(Debug, Default)]
pub(super) struct WaitingOrders(VecDeque<Order>);

impl WaitingOrders {
    /// Adds an order at the end; state that a later order replaces is not kept twice.
    pub(super) fn push(&mut self, order: Order) {
        match order {
            Order::Activity { .. } => {
                match self.0.iter_mut().find(|waiting| matches!(waiting, Order::Activity { .. })) {
                    Some(earlier) => *earlier = order,
                    None => self.0.push_back(order),
                }
            }
            Order::RetryNow if self.0.back() == Some(&Order::RetryNow) => {}
            Order::Send(_) if self.0.len() >= MOST => {
                tracing::warn!(
                    limit = MOST,
                    "the link takes no orders; what the service asked for last is left out"
                );
            }
            Order::Connect(_) | Order::Disconnect { .. } | Order::RetryNow | Order::Send(_) => {
                self.0.push_back(order);
            }
        }
    }

    /// The next one.
    pub(super) fn pop(&mut self) -> Option<Order> {
        self.0.pop_front()
    }

    /// Whether it is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether more intents may be taken from users.
    pub(super) fn has_room(&self) -> bool {
        self.0.len() < ENOUGH
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::SessionId;
    use presence::{Activity, IdleReason};
    use protocol::Up;
    use uuid::Uuid;

    fn ring(n: u128) -> Order {
        Order::Send(Up::RingShown { session: SessionId(Uuid::from_u128(n)) })
    }

    fn idle(n: u64) -> Order {
        let activity = Activity::Idle { reason: IdleReason::Idle, idle_for_ms: n };
        Order::Activity { id: Uuid::from_u128(u128::from(n)), activity }
    }

    fn all(mut orders: WaitingOrders) -> Vec<Order> {
        std::iter::from_fn(|| orders.pop()).collect()
    }

    #[test]
    fn keeps_the_order_and_of_the_activity_the_latest() {
        let mut orders = WaitingOrders::default();
        for order in [idle(1), ring(1), Order::RetryNow, Order::RetryNow, idle(2), ring(2)] {
            orders.push(order);
        }
        assert_eq!(all(orders), [idle(2), ring(1), Order::RetryNow, ring(2)]);
    }

    #[test]
    fn a_link_that_takes_nothing_costs_a_bounded_queue_and_still_hears_of_the_end() {
        let mut orders = WaitingOrders::default();
        for n in 0..100_000 {
            assert_eq!(orders.has_room(), n < 64);
            orders.push(ring(n));
        }
        orders.push(idle(1));
        orders.push(Order::Disconnect { bye: true });
        let all = all(orders);
        assert_eq!(all.len(), 1_026);
        assert_eq!(all.last(), Some(&Order::Disconnect { bye: true }));
    }
}
