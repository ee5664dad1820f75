//! Finds the task of an organisation, starts it, and restarts it after a failure: a fault in one organisation does not affect the others.
//! It does not know what the tasks do.

use crate::auth::secrets::Codes;
use crate::clock::Clock;
use crate::config::Config;
use crate::metrics::{Ledger, Metrics};
use crate::org::Event;
use crate::orgs::runner::Input;
use crate::orgs::task::{EVENTS, Start};
use crate::store::{OrgId, OrgSnapshot, Store, StoreError};
use futures_util::FutureExt;
use futures_util::future::join_all;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// How long all organisations together may take to drain: to tell everybody that the service is going down, and to store everything. systemd
/// and people wait for it.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);
/// How long an organisation rests after a failure before it is loaded again; twice as long after each failure that follows soon. Its devices
/// try to reconnect meanwhile, and nobody sees them Offline, because nobody in the organisation is connected.
const REST_FIRST: Duration = Duration::from_millis(500);
/// The longest rest. A device tries again at least once a minute, and somebody has to look into the log of a failure that lasts this long.
const REST_MOST: Duration = Duration::from_secs(60);
/// How long a task must have run before its next failure counts as the first one again.
const STEADY_AFTER: Duration = Duration::from_secs(300);

/// All organisations' tasks.
#[derive(Clone)]
pub(crate) struct Registry(Arc<Shared>);

struct Shared {
    store: Arc<dyn Store>,
    config: Config,
    clock: Clock,
    codes: Arc<Codes>,
    metrics: Arc<Metrics>,
    running: Mutex<Running>,
    down: watch::Sender<bool>,
}

#[derive(Default)]
struct Running {
    /// The mailbox of each; `None` while it rests.
    orgs: HashMap<OrgId, Option<mpsc::Sender<Input>>>,
    tasks: JoinSet<()>,
}

/// How a run of an organisation's task ended.
enum Ended {
    /// It was drained, or there is no such organisation: it is not started again.
    ForGood,
    /// The store could not load it; the store itself logs why.
    NotLoaded,
    /// It panicked.
    Crashed,
}

impl Registry {
    /// Starts the tasks of all organisations, so that waiting requests keep waiting.
    ///
    /// # Errors
    /// If the store cannot be read. An organisation that panics while it is loaded is tried again later.
    pub(crate) async fn start(
        store: Arc<dyn Store>,
        config: Config,
        clock: Clock,
        codes: Arc<Codes>,
        metrics: Arc<Metrics>,
    ) -> Result<Self, StoreError> {
        let (down, _) = watch::channel(false);
        let running = Mutex::default();
        let registry = Self(Arc::new(Shared { store, config, clock, codes, metrics, running, down }));
        let store = registry.0.store.clone();
        for organisation in blocking(move || store.organisations()).await? {
            let loaded = registry.0.load(organisation.id).await;
            if let Ok(Err(error)) = loaded {
                return Err(error);
            }
            registry.begin(&mut registry.0.running(), organisation.id, loaded.ok());
        }
        Ok(registry)
    }

    /// The mailbox of an organisation's task; `None` while it rests after a failure, or while the service is going down.
    pub(crate) fn org(&self, id: OrgId) -> Option<mpsc::Sender<Input>> {
        let mut running = self.0.running();
        if self.0.is_down() {
            return None;
        }
        match running.orgs.get(&id) {
            Some(org) => org.clone(),
            None => Some(self.begin(&mut running, id, None)),
        }
    }

    fn begin(&self, running: &mut Running, id: OrgId, loaded: Option<Loaded>) -> mpsc::Sender<Input> {
        let (sender, inputs) = mpsc::channel(EVENTS);
        running.orgs.insert(id, Some(sender.clone()));
        running.tasks.spawn(self.0.clone().keep(id, (sender.downgrade(), inputs), loaded));
        sender
    }

    /// Sends an event to an organisation's task, if it runs. A task that is loaded later reads the change from the store.
    pub(crate) async fn tell(&self, id: OrgId, event: Event) {
        if let Some(org) = self.org(id) {
            // A task that has ended was drained, or will be loaded again: there is nobody to tell.
            let _ = org.send(Input::Event(event)).await;
        }
    }

    /// The organisations whose tasks do not answer within this time. A task that rests after a failure, or was drained, need not.
    pub(crate) async fn silent(&self, within: Duration) -> Vec<OrgId> {
        let orgs: Vec<_> = {
            let running = self.0.running();
            running.orgs.iter().filter_map(|(id, org)| Some((*id, org.clone()?))).collect()
        };
        let probes = orgs.into_iter().map(|(id, org)| async move {
            let (answer, answered) = oneshot::channel();
            let answers = async {
                if org.send(Input::Probe(answer)).await.is_ok() {
                    // A task that ends drops the probe, and need not answer it.
                    let _ = answered.await;
                }
            };
            timeout(within, answers).await.is_err().then_some(id)
        });
        join_all(probes).await.into_iter().flatten().collect()
    }

    /// Ends all tasks: everybody is told when to return, and everything is stored.
    pub(crate) async fn drain(&self, seed: [u8; 32]) {
        let (orgs, mut tasks) = {
            let mut running = self.0.running();
            // Not `send`, which does not change the value if nobody listens.
            self.0.down.send_replace(true);
            let orgs: Vec<_> = running.orgs.values().flatten().cloned().collect();
            (orgs, std::mem::take(&mut running.tasks))
        };
        let all = async {
            // A task that is stuck does not delay the others: all are told at the same time, within one limit.
            join_all(orgs.iter().map(|org| org.send(Input::Event(Event::Drain { seed })))).await;
            while tasks.join_next().await.is_some() {}
        };
        if timeout(DRAIN_WITHIN, all).await.is_err() {
            tracing::warn!(target: "service", "not everything was stored before the service went down");
        }
    }
}

/// A task's mailbox: a handle to see how much waits in it, and its receiving end.
type Mailbox = (mpsc::WeakSender<Input>, mpsc::Receiver<Input>);

/// What the store returned; `None`: there is no such organisation.
type Loaded = Result<Option<OrgSnapshot>, StoreError>;

impl Shared {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_down(&self) -> bool {
        *self.down.borrow()
    }

    /// Loads an organisation on a thread that may block. `Err`: it panicked.
    async fn load(&self, id: OrgId) -> Result<Loaded, tokio::task::JoinError> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || store.load(id)).await
    }

    /// Runs an organisation's task, and again after each failure, until the service goes down. `loaded`: what its first run
    /// starts from; if it is missing, it is loaded.
    async fn keep(self: Arc<Self>, id: OrgId, mut mailbox: Mailbox, mut loaded: Option<Loaded>) {
        let mut rest = REST_FIRST;
        // Held by a step of the store while it runs, so that a step left behind by a crash is waited for.
        let step = Arc::new(tokio::sync::Mutex::new(()));
        loop {
            let begun = Instant::now();
            let life = self.life(id, mailbox, loaded.take(), step.clone());
            let ended = AssertUnwindSafe(life).catch_unwind().await.unwrap_or(Ended::Crashed);
            if begun.elapsed() >= STEADY_AFTER {
                rest = REST_FIRST;
            }
            match ended {
                Ended::ForGood => {
                    self.running().orgs.remove(&id);
                    return;
                }
                Ended::NotLoaded => {}
                Ended::Crashed => {
                    self.metrics.organisation_crashed();
                    let rest_ms = u64::try_from(rest.as_millis()).unwrap_or(u64::MAX);
                    tracing::error!(
                        target: "service", organisation = %id.0, rest_ms,
                        "an organisation's task has failed and is loaded again. Its people connect again; the others notice nothing. Please report it with the line before this one"
                    );
                }
            }
            self.running().orgs.insert(id, None);
            let mut down = self.down.subscribe();
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = down.wait_for(|down| *down) => return,
            }
            rest = (2 * rest).min(REST_MOST);
            drop(step.lock().await);
            let mut running = self.running();
            if self.is_down() {
                return;
            }
            // Reachable before it is loaded, so that it hears of every change from here on.
            let (sender, inputs) = mpsc::channel(EVENTS);
            mailbox = (sender.downgrade(), inputs);
            running.orgs.insert(id, Some(sender));
        }
    }

    /// One run of an organisation's task.
    async fn life(
        &self,
        id: OrgId,
        (waiting, inputs): Mailbox,
        loaded: Option<Loaded>,
        step: Arc<tokio::sync::Mutex<()>>,
    ) -> Ended {
        let loaded = match loaded {
            Some(loaded) => loaded,
            None => match self.load(id).await {
                Ok(loaded) => loaded,
                Err(_) => return Ended::Crashed,
            },
        };
        let snapshot = match loaded {
            Ok(Some(snapshot)) => snapshot,
            Ok(None) => return Ended::ForGood,
            Err(error) => {
                tracing::debug!(target: "service", %error, "could not load an organisation");
                return Ended::NotLoaded;
            }
        };
        let ledger = Ledger::open(self.metrics.clone(), move || {
            waiting.upgrade().map_or(0, |inputs| inputs.max_capacity() - inputs.capacity())
        });
        let start = Start {
            org: id,
            snapshot,
            config: self.config.clone(),
            inputs,
            store: self.store.clone(),
            clock: self.clock,
            codes: self.codes.clone(),
            ledger,
            running: step,
        };
        start.run().await;
        Ended::ForGood
    }
}

/// Runs a step of the store on a thread that may block.
pub(crate) async fn blocking<T: Send + 'static>(
    step: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(step).await {
        Ok(done) => done,
        Err(error) => Err(StoreError::Down(error.to_string())),
    }
}

#[cfg(test)]
mod tests;
