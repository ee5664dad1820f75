//! What all requests share.

use crate::auth::secrets::Codes;
use crate::auth::token_lookup::TokenLookup;
use crate::bucket::Bucket;
use crate::clock::Clock;
use crate::config::Config;
use crate::files::FilesFolder;
use crate::http::admission::Admission;
use crate::http::transfers::Transfers;
use crate::metrics::Metrics;
use crate::orgs::registry::Registry;
use crate::store::Store;
use std::sync::{Arc, Mutex};
use tokio::sync::{Semaphore, watch};

/// What all requests share.
pub(crate) struct AppState {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) codes: Arc<Codes>,
    pub(crate) registry: Registry,
    pub(crate) token_lookup: Arc<TokenLookup>,
    pub(crate) redeem: Mutex<Bucket>,
    /// Where the files of chats are; `None`: nobody can send any.
    pub(crate) files: Option<FilesFolder>,
    pub(crate) transfers: Arc<Transfers>,
    pub(crate) admission: Arc<Admission>,
    /// Places for searches in the history and for transcripts.
    pub(crate) history_reads: Arc<Semaphore>,
    pub(crate) metrics: Arc<Metrics>,
    /// Whether the service is going down.
    pub(crate) down: watch::Receiver<bool>,
}
