//! What all requests share.

use crate::auth::secrets::Codes;
use crate::auth::token_lookup::Desk;
use crate::bucket::Bucket;
use crate::clock::Clock;
use crate::config::Config;
use crate::http::admission::Door;
use crate::metrics::Metrics;
use crate::orgs::registry::Hub;
use crate::store::Store;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

/// What all requests share.
pub(crate) struct AppState {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) codes: Arc<Codes>,
    pub(crate) hub: Hub,
    pub(crate) desk: Arc<Desk>,
    pub(crate) redeem: Mutex<Bucket>,
    pub(crate) door: Arc<Door>,
    pub(crate) metrics: Arc<Metrics>,
    /// Whether the service goes down.
    pub(crate) down: watch::Receiver<bool>,
}
