//! Every number that the service uses, with the protocol's limits as defaults. Only tests change them.

use chat::ring::Schedule;
use protocol::limits;
use std::path::PathBuf;
use std::time::Duration;

/// The service's numbers and addresses.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where people reach the service, without a slash at the end; `None`: only by the address it listens on.
    pub public_address: Option<String>,
    /// Origins that pages may come from, besides the service's own.
    pub allowed_origins: Vec<String>,
    /// Whether there is a proxy in front of the service that says whom it speaks for (`X-Forwarded-For`).
    pub behind_proxy: bool,
    /// How many files the process may open: every connection takes one.
    pub files: usize,
    /// Where the files of chats are kept; `None`: nobody can send any.
    pub files_folder: Option<PathBuf>,
    /// How long a new connection may stay without `hello`.
    pub hello_within: Duration,
    /// Time between two beats.
    pub beat: Duration,
    /// How long a lost device keeps its last activity, from its last frame (P10).
    pub grace: Duration,
    /// How long a closed page may be gone before it counts as left (P10).
    pub page_reload: Duration,
    /// How long a client may be gone before a waiting request is abandoned (C5).
    pub abandon_after: Duration,
    /// How long all technicians of a chat may be gone before it waits again (C9).
    pub alone_after: Duration,
    /// How long an invitation waits for the client's answer (C7).
    pub invitation: Duration,
    /// How long a code for the window is valid.
    pub portal_code: Duration,
    /// Most requests of one client that wait at once (C1).
    pub waiting_of_client: usize,
    /// Most abandoned chats and callbacks of one client that stay open.
    pub follow_ups_of_client: usize,
    /// Most of an organisation.
    pub follow_ups: usize,
    /// How many of them a technician's connection is sent at once.
    pub follow_ups_part: usize,
    /// How many completed chats of its own a client's connection is sent at once.
    pub completed_part: usize,
    /// How long no completed chat is deleted after the start and after the clock was set: time servers have set a wrong clock by then.
    pub clock_settles: Duration,
    /// How often it is looked whether completed chats are to be deleted.
    pub retention_every: Duration,
    /// Rows that are deleted in one step: some 10 ms.
    pub retention_rows: usize,
    /// Frames that a connection may send at once.
    pub frames_burst: u32,
    /// Frames a second that a connection may go on sending.
    pub frames_per_second: u32,
    /// Least time between two batches of people: too short for anybody to notice.
    pub people_every: Duration,
    /// How long a device that was told to ring may take to confirm it (C3).
    pub ring_shown_within: Duration,
    /// How long a connection may stay behind before it is closed as too slow.
    pub slow_for: Duration,
    /// When a waiting request sounds (C3).
    pub ring: Schedule,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            public_address: None,
            allowed_origins: Vec::new(),
            behind_proxy: false,
            files: usize::MAX,
            files_folder: None,
            hello_within: limits::HELLO_WITHIN,
            beat: limits::BEAT,
            grace: limits::GRACE,
            page_reload: limits::PAGE_RELOAD,
            abandon_after: limits::ABANDON_AFTER,
            alone_after: limits::ALONE_AFTER,
            invitation: limits::INVITATION,
            portal_code: limits::PORTAL_CODE,
            waiting_of_client: chat::limits::WAITING_OF_CLIENT,
            follow_ups_of_client: chat::limits::FOLLOW_UPS_OF_CLIENT,
            follow_ups: chat::limits::FOLLOW_UPS,
            follow_ups_part: limits::FOLLOW_UPS_PART,
            completed_part: limits::COMPLETED_PART,
            clock_settles: crate::clock::CLOCK_SETTLES,
            retention_every: Duration::from_secs(60 * 60),
            retention_rows: 500,
            frames_burst: limits::FRAMES_BURST,
            frames_per_second: limits::FRAMES_PER_SECOND,
            people_every: Duration::from_millis(100),
            ring_shown_within: Duration::from_secs(2),
            slow_for: Duration::from_secs(10),
            ring: Schedule::default(),
        }
    }
}
