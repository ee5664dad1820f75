//! What an administrator's monitoring reads: all metrics of the service, with their help texts. It decides nothing and names
//! nobody: no person, company, session or organisation is a label (docs/decisions/0009).
//!
//! Counting is a plain atomic addition: delivering frames looks up no labels and takes no locks. An organisation's task
//! counts through its [`Ledger`], the store is timed by `timed_store.rs`, and [`endpoint`] serves it all over HTTP.

mod counted;
pub(crate) mod endpoint;
pub(crate) mod label;
mod ledger;
mod live;
mod timed_store;

pub(crate) use counted::Counted;
pub(crate) use ledger::Ledger;
pub(crate) use live::Listed;
pub(crate) use timed_store::Timed;

use crate::clock::Clock;
use crate::org::ConnId;
use crate::org::counts::{ConnectionKind, ROLES, STATES, UNFINISHED};
use crate::socket::outbox::Outbox;
use crate::store::StoreError;
use axum::http::StatusCode;
use chat::Status;
use label::{Came, Each, How, Kind, Label, One, SignInRefused, Step};
use live::Live;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use protocol::ErrorCode;
use std::sync::Arc;

/// Two labels with their values.
type Two = [(&'static str, &'static str); 2];

/// Upper bounds of the histogram of waiting for a technician, in seconds: when it rings (C3), when a callback is offered (C6), and what is
/// far too long.
const WAIT_SECONDS: [f64; 10] = [2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 90.0, 180.0, 600.0, 3600.0];
/// Upper bounds of the histogram of the store's steps, in seconds: from a read from memory to a delay that users notice.
const STEP_SECONDS: [f64; 10] = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0];

const ROLE: [&str; ROLES] = ["technician", "client"];
const STATE: [&str; STATES] = ["online", "away", "offline"];
const DEVICE: [&str; ConnectionKind::COUNT] = ["app", "page", "window"];

/// All metrics.
pub(crate) struct Metrics {
    registry: Registry,
    live: Arc<Live>,
    organisations: Gauge,
    organisation_crashes: Counter,
    sockets: Gauge,
    connections: [[Gauge; ConnectionKind::COUNT]; ROLES],
    behind: Gauge,
    outboxes: Gauge,
    people: [[Gauge; STATES]; ROLES],
    sessions: [Gauge; UNFINISHED],
    jobs: Gauge,
    came: Each<Came, Counter>,
    became: [Counter; UNFINISHED + 1],
    join_wait: Histogram,
    delivered: Each<Kind, Counter>,
    received: Counter,
    refused: Each<ErrorCode, Counter>,
    ended: Each<How, Counter>,
    sign_ins: Counter,
    sign_ins_waiting: Gauge,
    sign_ins_refused: Each<SignInRefused, Counter>,
    responses: Each<StatusCode, Counter>,
    steps: Each<Step, Histogram>,
    commits: Counter,
    failures: Each<StoreError, Counter>,
}

impl Metrics {
    /// All at zero.
    pub(crate) fn new(clock: Clock) -> Self {
        let mut all = Registry::default();
        let started = ConstGauge::new(clock.now().0 as f64 / 1000.0);
        all.register_with_unit(
            "process_start_time",
            "When the service started, in seconds since 1970",
            Unit::Seconds,
            started,
        );
        let registry = all.sub_registry_with_prefix("deskbell");
        registry.register(
            "build",
            "The running version",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        let live = Arc::new(Live::new(clock));
        registry.register_collector(Box::new(live.clone()));
        Self {
            organisations: one(registry, "organisations", "Organisations that are served", Gauge::default()),
            organisation_crashes: one(
                registry,
                "organisation_crashes",
                "Organisations whose task failed because of a fault in the program and was loaded again",
                Counter::default(),
            ),
            sockets: one(
                registry,
                "sockets",
                "Open WebSockets, those among them that have not said hello yet",
                Gauge::default(),
            ),
            connections: grid(
                registry,
                "connections",
                "Connections that have said hello, by role and by what connects: the app, a portal page in a browser, or the \
                 app's window",
                ("role", ROLE),
                ("device", DEVICE),
            ),
            behind: one(
                registry,
                "connections_behind",
                "Connections that read too slowly: changes of others' presence are held back from them",
                Gauge::default(),
            ),
            outboxes: one(
                registry,
                "connection_queues",
                "Queues of frames for connections: one for each that has said hello, until it has ended",
                Gauge::default(),
            ),
            people: grid(
                registry,
                "people",
                "People by role and presence, as others see them",
                ("role", ROLE),
                ("presence", STATE),
            ),
            sessions: row(
                registry,
                "sessions",
                "Chats that are not completed, by status: invited, waiting for a technician, in progress (handled), abandoned by the \
                 client, or to be called back",
                ("status", std::array::from_fn(|place| Status::ALL[place].name())),
            ),
            jobs: one(
                registry,
                "store_steps_waiting",
                "Steps that wait for the store; at 1024 in one organisation it refuses more (busy)",
                Gauge::default(),
            ),
            came: each(registry, "arrivals", "Devices that came: new, or back before anybody noticed", "how"),
            became: row(
                registry,
                "sessions_became",
                "Changes of a chat's status, by what it became",
                ("status", Status::ALL.map(Status::name)),
            ),
            join_wait: {
                let histogram = Histogram::new(WAIT_SECONDS);
                let help = "How long clients waited until a technician joined";
                registry.register_with_unit("join_wait", help, Unit::Seconds, histogram.clone());
                histogram
            },
            delivered: each(
                registry,
                "deliveries",
                "Frames queued for connections, one for each connection, by kind",
                "kind",
            ),
            received: one(registry, "frames_received", "Frames that came from devices", Counter::default()),
            refused: each(
                registry,
                "refusals",
                "Intents and frames that were refused, by the code of the answer",
                "code",
            ),
            ended: each(
                registry,
                "connections_ended",
                "Connections that ended: after hello, the device left or its connection was lost; or why the service closed it, evicted \
                 to make room for others",
                "how",
            ),
            sign_ins: one(registry, "sign_ins", "One-time links that were redeemed", Counter::default()),
            sign_ins_waiting: one(
                registry,
                "sign_ins_waiting",
                "Connections that have said hello and wait for their sign-in to be looked up",
                Gauge::default(),
            ),
            sign_ins_refused: each(
                registry,
                "sign_ins_refused",
                "Sign-ins that were refused: a connection's sign-in is unknown or was ended, or what was wrong with a link",
                "why",
            ),
            responses: each(
                registry,
                "http_responses",
                "Answers to HTTP requests, by class; 1xx are WebSockets",
                "status",
            ),
            steps: each_histogram(registry),
            commits: one(
                registry,
                "store_commits",
                "Commits of the database, each synced to the disk: simultaneous steps share one",
                Counter::default(),
            ),
            failures: each(
                registry,
                "store_failures",
                "Steps that the store did not do: busy may succeed later, down needs attention",
                "why",
            ),
            live,
            registry: all,
        }
    }

    /// The current values in Prometheus' text format.
    ///
    /// # Errors
    /// Never: writing to a string cannot fail.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// A WebSocket was opened.
    pub(crate) fn open(&self) -> Counted {
        Counted::new(&self.sockets)
    }

    /// How many sign-ins wait to be looked up; the token lookup keeps this count.
    pub(crate) fn sign_ins_waiting(&self) -> Gauge {
        self.sign_ins_waiting.clone()
    }

    /// How many unauthenticated connections were evicted; admission keeps this count.
    pub(crate) fn evicted(&self) -> Counter {
        self.ended.at(&How::Evicted).clone()
    }

    /// An organisation's task has panicked.
    pub(crate) fn organisation_crashed(&self) {
        self.organisation_crashes.inc();
    }

    /// Counts a connection's queue for as long as anything holds it.
    pub(crate) fn outbox(&self) -> Outbox {
        Outbox::counted(&self.outboxes)
    }

    /// A connection has a queue.
    pub(crate) fn list(&self, conn: ConnId, outbox: Outbox) -> Listed {
        Live::list(&self.live, conn, outbox)
    }

    /// A connection ended.
    pub(crate) fn ended(&self, how: How) {
        self.ended.at(&how).inc();
    }

    /// A link was redeemed.
    pub(crate) fn signed_in(&self) {
        self.sign_ins.inc();
    }

    /// A sign-in was refused.
    pub(crate) fn sign_in_refused(&self, why: SignInRefused) {
        self.sign_ins_refused.at(&why).inc();
    }

    /// A request was answered.
    pub(crate) fn responded(&self, status: StatusCode) {
        self.responses.at(&status).inc();
    }

    /// How long a step of the store took, and whether it failed.
    pub(crate) fn store_step(&self, step: Step, took: std::time::Duration, failed: Option<&StoreError>) {
        self.steps.at(&step).observe(took.as_secs_f64());
        if let Some(error) = failed {
            self.failures.at(error).inc();
        }
    }

    /// The number of commits so far.
    pub(crate) fn committed(&self, commits: u64) {
        self.commits.inner().fetch_max(commits, std::sync::atomic::Ordering::Relaxed);
    }
}

fn one<M: Clone + prometheus_client::registry::Metric>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    metric: M,
) -> M {
    registry.register(name, help, metric.clone());
    metric
}

fn each<L: Label>(registry: &mut Registry, name: &str, help: &str, label: &'static str) -> Each<L, Counter> {
    let family = Family::<One, Counter>::default();
    registry.register(name, help, family.clone());
    Each::of(label, &family)
}

fn each_histogram(registry: &mut Registry) -> Each<Step, Histogram> {
    let family = Family::<One, Histogram>::new_with_constructor(|| Histogram::new(STEP_SECONDS));
    let help = "How long steps of the store took, by step";
    registry.register_with_unit("store_step", help, Unit::Seconds, family.clone());
    Each::of("step", &family)
}

fn row<M: Clone + Default + TypedMetric + prometheus_client::registry::Metric, const N: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    (label, values): (&'static str, [&'static str; N]),
) -> [M; N]
where
    Family<One, M>: prometheus_client::registry::Metric,
{
    let family = Family::<One, M>::default();
    registry.register(name, help, family.clone());
    values.map(|value| family.get_or_create_owned(&[(label, value)]))
}

fn grid<const ROWS: usize, const COLUMNS: usize>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    (row, rows): (&'static str, [&'static str; ROWS]),
    (column, columns): (&'static str, [&'static str; COLUMNS]),
) -> [[Gauge; COLUMNS]; ROWS] {
    let family = Family::<Two, Gauge>::default();
    registry.register(name, help, family.clone());
    rows.map(|one| columns.map(|other| family.get_or_create_owned(&[(row, one), (column, other)])))
}
