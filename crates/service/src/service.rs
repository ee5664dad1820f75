//! The whole service: routes, the organisations' tasks behind them, and an orderly end.

use crate::auth::secrets::Codes;
use crate::auth::token_lookup::TokenLookup;
use crate::bucket::Bucket;
use crate::clock::Clock;
use crate::config::Config;
use crate::files::{self, FilesFolder};
use crate::http::admission::Admission;
use crate::http::listen::{self, Peer, Tcp, Trust};
use crate::http::router::router;
use crate::metrics::{Metrics, Timed};
use crate::orgs::registry::Registry;
use crate::state::AppState;
use crate::store::{Store, StoreError};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How long connections may take to end after the drain.
const END_WITHIN: Duration = Duration::from_secs(3);
/// Links that may be redeemed at once, by everybody together; guessing a 256-bit secret is hopeless anyway, this limit spares the disk.
const REDEEM_BURST: u32 = 50;
/// Links that may be redeemed a second after that.
const REDEEM_PER_SECOND: u32 = 10;

/// A service that has loaded its data and can be run.
pub struct Service {
    app: Arc<AppState>,
    down: watch::Sender<bool>,
}

/// Runs the service on a listener until `shutdown` is done, then says so to everybody, stores all and returns.
///
/// # Errors
/// If the store cannot be read at the start.
pub async fn run<L>(
    listener: L,
    store: Arc<dyn Store>,
    config: Config,
    clock: Clock,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StoreError>
where
    L: axum::serve::Listener,
    L::Addr: Peer,
{
    Service::load(store, config, clock).await?.run(listener, shutdown).await;
    Ok(())
}

impl Service {
    /// Loads all organisations: devices that were connected are in grace from now on (P10).
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn load(store: Arc<dyn Store>, config: Config, clock: Clock) -> Result<Self, StoreError> {
        let codes = Arc::new(Codes::new(config.portal_code, clock));
        let metrics = Arc::new(Metrics::new(clock));
        let store: Arc<dyn Store> = Arc::new(Timed::new(store, metrics.clone()));
        let registry =
            Registry::start(store.clone(), config.clone(), clock, codes.clone(), metrics.clone()).await?;
        let (down, is_down) = watch::channel(false);
        let token_lookup = Arc::new(TokenLookup::new(store.clone(), metrics.sign_ins_waiting()));
        let admission = Arc::new(Admission::new(config.files, metrics.evicted()));
        let files = config.files_folder.clone().map(FilesFolder::at);
        let app = Arc::new(AppState {
            store,
            config,
            clock,
            codes,
            registry,
            token_lookup,
            redeem: Mutex::new(Bucket::new(REDEEM_BURST, REDEEM_PER_SECOND, tokio::time::Instant::now())),
            files,
            transfers: Arc::default(),
            admission,
            history_reads: Arc::new(tokio::sync::Semaphore::new(crate::http::history::READS)),
            metrics,
            down: is_down,
        });
        Ok(Self { app, down })
    }

    /// A port for [`Service::run`] that survives when the system cannot open more connections.
    #[must_use]
    pub fn tcp(&self, listener: TcpListener) -> Tcp {
        Tcp::new(listener, self.app.admission.clone())
    }

    /// How the administrator's commands tell running organisations what changed.
    pub(crate) fn registry(&self) -> Registry {
        self.app.registry.clone()
    }

    /// The metrics.
    pub(crate) fn metrics(&self) -> Arc<Metrics> {
        self.app.metrics.clone()
    }

    /// Serves until `shutdown` is done, then drains.
    ///
    /// # Panics
    /// If the task that accepts connections panics, after the drain.
    pub async fn run<L>(self, listener: L, shutdown: impl Future<Output = ()> + Send + 'static)
    where
        L: axum::serve::Listener,
        L::Addr: Peer,
    {
        let Self { app, down } = self;
        let trust = Trust { behind_proxy: app.config.behind_proxy };
        let serving =
            listen::serve(listener, router(app.clone()), app.admission.clone(), trust, down.subscribe());
        // In a set, so that it ends with this future in every case.
        let mut tasks = JoinSet::new();
        tasks.spawn(serving);
        let mut sweeps = JoinSet::new();
        if let Some(folder) = app.files.clone() {
            sweeps.spawn(files::keep_swept(folder, app.store.clone(), app.clock));
        }
        let failed = tokio::select! {
            () = shutdown => None,
            ended = tasks.join_next() => ended.and_then(Result::err),
        };
        tracing::info!(target: "service", "going down");
        // Nothing new is accepted from here on; those who are connected are told, and their last state is stored.
        let _ = down.send(true);
        app.registry.drain(seed()).await;
        let ended = async {
            tasks.join_next().await;
            app.admission.all_gone().await;
        };
        if tokio::time::timeout(END_WITHIN, ended).await.is_err() {
            tracing::info!(target: "service", "some connections did not end in time");
        }
        if let Some(failed) = failed.and_then(|error| error.try_into_panic().ok()) {
            // Nobody could connect any more: the service manager starts the service again.
            std::panic::resume_unwind(failed);
        }
    }
}

fn seed() -> [u8; 32] {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the operating system always has randomness once it runs programs");
    seed
}
