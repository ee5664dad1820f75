//! Finds the task of an organisation, and starts it when it is first needed. It knows nothing of what they do.

use crate::account::Codes;
use crate::clock::Clock;
use crate::config::Config;
use crate::metrics::{Ledger, Metrics};
use crate::org::task::{EVENTS, Input, Task};
use crate::org::{Core, Event};
use crate::store::{OrgId, Store, StoreError};
use futures_util::future::join_all;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;

/// How long organisations may take, all together, to hear that the service goes down, to say so and to store everything: systemd and
/// people wait for it.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);

/// All organisations' tasks.
pub(crate) struct Hub {
    store: Arc<dyn Store>,
    config: Config,
    clock: Clock,
    codes: Arc<Codes>,
    metrics: Arc<Metrics>,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    orgs: HashMap<OrgId, mpsc::Sender<Input>>,
    tasks: JoinSet<()>,
    down: bool,
}

impl Hub {
    /// Starts the tasks of all organisations, so that what was waiting goes on waiting.
    pub(crate) async fn start(
        store: Arc<dyn Store>,
        config: Config,
        clock: Clock,
        codes: Arc<Codes>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StoreError> {
        let hub = Self { store, config, clock, codes, metrics, running: Mutex::default() };
        let store = hub.store.clone();
        for organisation in blocking(move || store.organisations()).await? {
            hub.org(organisation.id).await?;
        }
        Ok(hub)
    }

    /// Where to tell an organisation's task; `None` while the service goes down, or if there is no such organisation.
    pub(crate) async fn org(&self, id: OrgId) -> Result<Option<mpsc::Sender<Input>>, StoreError> {
        let mut running = self.running.lock().await;
        if running.down {
            return Ok(None);
        }
        if let Some(org) = running.orgs.get(&id) {
            return Ok(Some(org.clone()));
        }
        let store = self.store.clone();
        let Some(snapshot) = blocking(move || store.load(id)).await? else { return Ok(None) };
        let (sender, inputs) = mpsc::channel(EVENTS);
        let core = Core::new(snapshot, self.config.clone(), self.clock.now());
        let waiting = sender.downgrade();
        let ledger = Ledger::open(self.metrics.clone(), move || {
            waiting.upgrade().map_or(0, |inputs| inputs.max_capacity() - inputs.capacity())
        });
        let task = Task {
            org: id,
            core,
            inputs,
            store: self.store.clone(),
            clock: self.clock,
            codes: self.codes.clone(),
            ledger,
        };
        running.tasks.spawn(task.run());
        running.orgs.insert(id, sender.clone());
        Ok(Some(sender))
    }

    /// Tells an organisation's task, if it runs.
    pub(crate) async fn tell(&self, id: OrgId, event: Event) {
        match self.org(id).await {
            Ok(Some(org)) => {
                // A task that is gone has been drained: there is nobody left to tell.
                let _ = org.send(Input::Event(event)).await;
            }
            Ok(None) => {}
            // The store itself says what is wrong with it, and how often.
            Err(error) => tracing::debug!(target: "service", %error, "could not load an organisation"),
        }
    }

    /// Ends all tasks: everybody is told when to return, and everything is stored.
    pub(crate) async fn drain(&self, seed: u64) {
        let mut running = self.running.lock().await;
        running.down = true;
        let Running { orgs, tasks, .. } = &mut *running;
        let all = async {
            // One that is stuck keeps the others from nothing: they are told at the same time, within the same limit.
            join_all(orgs.values().map(|org| org.send(Input::Event(Event::Drain { seed })))).await;
            while tasks.join_next().await.is_some() {}
        };
        if tokio::time::timeout(DRAIN_WITHIN, all).await.is_err() {
            tracing::warn!(target: "service", "not everything was stored before the service went down");
        }
    }
}

/// Runs a step of the store where it may block.
pub(crate) async fn blocking<T: Send + 'static>(
    step: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(step).await {
        Ok(done) => done,
        Err(error) => Err(StoreError::Down(error.to_string())),
    }
}
