//! The service's process: the real cores of its organisations on a real store, with sockets and time of the world.
//!
//! The loops are the service's own: of an organisation (`orgs::runner`) and of a connection (`conversation`, `outbox`). It waits and acts for them
//! as `orgs::task`, `socket::connection` and `orgs::registry` do, and can die between any two of their steps.

mod contents;
mod file_answers;
mod files;
mod process;
mod replies;
mod requests;
mod sockets;
mod start;
mod stop;
mod turn;

use crate::fault::Fault;
use crate::net::ConnId;
use crate::upload::Sending;
use contents::Folder;
pub(crate) use contents::{Contents, SWEPT_EVERY_MS, UNKNOWN_FOR_MS};
use presence::{Moment, Role, UnixMillis};
use process::InWorld;
use service::org::store_request::{StoreReply, StoreRequest};
use service::orgs::runner::Runner;
use service::socket::conversation::Conversation;
use service::socket::outbox::Outbox;
use service::store::{Hash, OrgId, SignInId, Sqlite, Store};
use service::{Config, Now};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// The service's clock when a world begins: 2026-01-01 12:00 UTC.
pub(crate) const BASE_UNIX_MS: u64 = 1_767_268_800_000;

/// How long nothing is deleted after the service's start: shorter than the service's hour, as the world is short.
pub(crate) const CLOCK_SETTLES_MS: u64 = 60_000;

/// The service.
pub(crate) struct Node {
    pub(crate) store: Sqlite,
    pub(crate) is_up: bool,
    /// When it last started.
    pub(crate) started: u64,
    /// When it was down: from, to.
    pub(crate) downs: Vec<(u64, u64)>,
    pub(crate) orgs: Vec<Org>,
    pub(crate) conns: BTreeMap<ConnId, NodeConn>,
    /// The contents of files, which are on the disk.
    pub(crate) folder: Folder,
    /// Files of which the organisation was told, and how many there ever were.
    pub(crate) sending: BTreeMap<ConnId, Sending>,
    senders: u64,
    codes: BTreeMap<String, (SignInId, Uuid, u64)>,
    /// Until then the store refuses what it is asked.
    pub(crate) trouble: Option<(u64, Fault)>,
    /// Until then what the store was asked may be late.
    pub(crate) late_until: u64,
    zero: Instant,
    /// What its wall clock has been set by since the world began, in milliseconds.
    set_by_ms: i64,
    /// When it last started with a clock that had been set meanwhile.
    pub(crate) clock_set: Option<u64>,
    config: Config,
    draining: bool,
}

/// One organisation in the service.
pub(crate) struct Org {
    pub(crate) id: OrgId,
    pub(crate) name: String,
    /// How long it keeps completed chats.
    pub(crate) keep_for_ms: u64,
    pub(crate) runner: Option<Runner<InWorld>>,
    /// The request to the store under way, and its reply once it is carried out.
    store_request: Option<(StoreRequest, Option<StoreReply>)>,
    /// Counts requests to the store, over all lives of the organisation.
    store_requests: u32,
    due: Option<u64>,
    drained: bool,
}

/// One socket at the service.
pub(crate) struct NodeConn {
    pub(crate) person: usize,
    pub(crate) org: usize,
    pub(crate) role: Role,
    /// Whether its organisation knows of it.
    joined: bool,
    conversation: Conversation,
    outbox: Outbox,
    stuck_since: Option<u64>,
    slow: bool,
}

impl NodeConn {
    /// Whether its reader is behind.
    pub(crate) fn is_behind(&self) -> bool {
        self.outbox.depth().is_some_and(|(frames, _)| frames > 0)
    }

    pub(crate) fn queued_bytes(&self) -> usize {
        self.outbox.depth().map_or(0, |(_, bytes)| bytes)
    }
}

impl Node {
    pub(crate) fn add_org(&mut self, id: OrgId, name: String, keep_for_ms: u64) {
        self.orgs.push(Org {
            id,
            name,
            keep_for_ms,
            runner: None,
            store_request: None,
            store_requests: 0,
            due: None,
            drained: false,
        });
    }

    pub(crate) fn new(store: Sqlite) -> Self {
        Self {
            store,
            is_up: false,
            started: 0,
            downs: Vec::new(),
            orgs: Vec::new(),
            conns: BTreeMap::new(),
            folder: Folder::default(),
            sending: BTreeMap::new(),
            senders: 0,
            codes: BTreeMap::new(),
            trouble: None,
            late_until: 0,
            // Only differences from it count.
            zero: Instant::now(),
            set_by_ms: 0,
            clock_set: None,
            // Small pages and steps, so that a world has several; and short times, so that they end.
            config: Config {
                follow_ups_part: 5,
                completed_part: 2,
                files_folder: Some("files".into()),
                clock_settles: Duration::from_millis(CLOCK_SETTLES_MS),
                retention_every: Duration::from_secs(30),
                retention_rows: 3,
                ..Config::default()
            },
            draining: false,
        }
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining
    }

    /// What its wall clock shows.
    pub(crate) fn unix(&self, now: u64) -> UnixMillis {
        UnixMillis((BASE_UNIX_MS + now).saturating_add_signed(self.set_by_ms))
    }

    /// What both of its clocks show; moments begin long before the world does, and nobody sets them.
    fn clocks(&self, now: u64) -> Now {
        Now { moment: Moment::at(Duration::from_millis(BASE_UNIX_MS + now)), unix: self.unix(now) }
    }

    /// A code becomes the window's sign-in.
    pub(crate) fn redeem_code(&mut self, code: &str, now: u64, sign_in: Uuid, token: &str) -> bool {
        if !self.is_up {
            return false;
        }
        let Some((of, instance, until)) = self.codes.remove(code) else { return false };
        let at = self.unix(now);
        until > now
            && self
                .store
                .add_window(of, instance, SignInId(sign_in), Hash::of(token), at)
                .is_ok_and(|account| account.is_some())
    }

    /// The same moment by tokio's clock, which the conversations use.
    fn instant(&self, now: u64) -> Instant {
        self.zero + Duration::from_millis(now)
    }
}
