//! Tells the service manager that the service works, for as long as it does: each organisation's task has to answer before each sign of life.
//!
//! An organisation recovers from a failure by itself (docs/decisions/0013-one-organisations-fault-is-its-own.md), but not from a task that
//! hangs: nothing ends it, and it blocks one of the runtime's threads. Then no sign is given, and the service manager restarts the whole
//! service; its devices reconnect by themselves.

use crate::orgs::registry::Registry;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// Signs of life within the time in which one is expected: a single late one is no reason to end the service.
const SIGNS: u32 = 3;

/// Gives signs of life until the future is dropped. `within`: how long the service manager waits for one; `None`: it does not.
pub(crate) async fn watch(registry: Registry, within: Option<Duration>, give_sign: impl Fn()) {
    let Some(within) = within else { return std::future::pending().await };
    let every = within / SIGNS;
    let mut due = interval(every);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        due.tick().await;
        let silent = registry.silent(every).await;
        if silent.is_empty() {
            give_sign();
        }
        for organisation in silent {
            tracing::error!(
                target: "service", organisation = %organisation.0,
                "an organisation's task does not answer. If that lasts, systemd starts the service again. Please report it"
            );
        }
    }
}
