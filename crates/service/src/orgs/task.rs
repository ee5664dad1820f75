//! Waits for an organisation's loop: it passes on inputs as they arrive, and runs steps of the store on threads that may block.
//!
//! It decides nothing: the core does, and `runner` has the loop.

use super::runner::{Input, Process, Runner};
use crate::auth::secrets::Codes;
use crate::clock::Clock;
use crate::config::Config;
use crate::metrics::Ledger;
use crate::org::ConnId;
use crate::org::counts::Occurrence;
use crate::org::store_request::{self, StoreReply, StoreRequest};
use crate::store::{OrgId, OrgSnapshot, SignInId, Store, StoreError};
use protocol::Down;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// Events that may wait for the task before those who send them wait: a frame of each of a thousand devices.
pub(crate) const EVENTS: usize = 1024;
/// Most events taken at once before timers and the store get their turn.
const AT_ONCE: usize = 64;

/// What a run of the task starts from and works with.
pub(crate) struct Start {
    pub(crate) org: OrgId,
    pub(crate) snapshot: OrgSnapshot,
    pub(crate) config: Config,
    pub(crate) inputs: mpsc::Receiver<Input>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Clock,
    pub(crate) codes: Arc<Codes>,
    pub(crate) ledger: Ledger,
    /// Held by a step of the store while it runs, even if the task has ended meanwhile.
    pub(crate) running: Arc<tokio::sync::Mutex<()>>,
}

/// The service's process, as the loop uses it.
struct InService {
    org: OrgId,
    store: Arc<dyn Store>,
    codes: Arc<Codes>,
    ledger: Ledger,
    step: Option<JoinHandle<StoreReply>>,
    running: Arc<tokio::sync::Mutex<()>>,
}

impl Start {
    /// Runs until the organisation is drained. Connections that come too late are closed.
    ///
    /// # Panics
    /// If the core or a step of the store panics: the state in memory may then be wrong, and has to be loaded again.
    pub(crate) async fn run(self) {
        let Self { org, snapshot, config, mut inputs, store, clock, codes, ledger, running } = self;
        let process = InService { org, store, codes, ledger, step: None, running };
        let mut runner = Runner::new(snapshot, config, process, clock.read());
        let mut batch = Vec::with_capacity(AT_ONCE);
        while !runner.is_drained() {
            let counts = runner.counts();
            runner.process().ledger.post(counts);
            let wait = runner.next_turn(clock.moment());
            let mut reply = None;
            tokio::select! {
                // All senders are gone only when the process ends.
                taken = inputs.recv_many(&mut batch, AT_ONCE) => if taken == 0 { return },
                done = join(&mut runner.process().step) => reply = Some(Input::StoreReply(done)),
                () = tokio::time::sleep(wait) => {}
            }
            if reply.is_some() {
                runner.process().step = None;
            }
            runner.turn(reply.into_iter().chain(batch.drain(..)), clock.read());
        }
    }
}

async fn join(step: &mut Option<JoinHandle<StoreReply>>) -> StoreReply {
    match step {
        Some(step) => match step.await {
            Ok(reply) => reply,
            // Nobody knows whether it was done: the organisation is loaded again.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(error) => StoreReply::Failed(StoreError::Down(error.to_string())),
        },
        None => std::future::pending().await,
    }
}

impl Process for InService {
    fn begin(&mut self, step: StoreRequest) {
        let (store, org) = (self.store.clone(), self.org);
        let running = self.running.clone().try_lock_owned();
        self.step = Some(tokio::task::spawn_blocking(move || {
            let _running = running;
            store_request::perform(&*store, org, step)
        }));
    }

    fn portal_code(&mut self, sign_in: SignInId, instance: Uuid) -> String {
        self.codes.make(sign_in, instance)
    }

    fn sends(&mut self, frame: &Down, to: &[ConnId]) {
        self.ledger.sent(frame, to.len());
    }

    /// The connection notices by itself.
    fn closes(&mut self, _: ConnId) {}

    fn received(&mut self) {
        self.ledger.received();
    }

    fn occurred(&mut self, occurrence: Occurrence) {
        self.ledger.occurred(occurrence);
    }
}
