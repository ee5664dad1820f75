//! The service with its store and people.

use crate::caller::Caller;
use crate::device::{Device, Kept};
use crate::net::{Net, Uplink};
use crate::person::{BO, DANA, PRIYA, Person, SAM};
use agent::agent::Now;
use presence::{Moment, UnixMillis};
use service::store::{Sqlite, Store};
use service::{Clock, Config, admin};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// 2026-01-01 12:00 UTC: the service's clock when a world begins.
const NOON: u64 = 1_767_268_800_000;
/// How long the devices' own clocks have run when a world begins.
const UPTIME: Duration = Duration::from_secs(1_000_000);
const ORG: &str = "Acme IT";

/// A service, its people, and the network between them.
pub struct World {
    net: Arc<Net>,
    store: Arc<dyn Store>,
    clock: Clock,
    began: Instant,
    running: Option<Running>,
}

struct Running {
    stop: oneshot::Sender<()>,
    service: JoinHandle<()>,
}

impl World {
    /// A world whose service runs and knows [`PRIYA`], [`SAM`], [`DANA`] and [`BO`].
    ///
    /// # Panics
    /// If the store does not take them.
    pub async fn begin() -> Self {
        let store = Sqlite::in_memory().expect("a database in memory needs nothing");
        let clock = Clock::from_tokio(NOON);
        let mut world =
            Self { net: Arc::default(), store: Arc::new(store), clock, began: Instant::now(), running: None };
        for person in [PRIYA, SAM, DANA, BO] {
            let command = admin::Command::AddPerson {
                org: Some(ORG.to_owned()),
                name: person.name.to_owned(),
                company: person.company.map(str::to_owned),
                new: true,
            };
            world.admin(command);
        }
        world.start_service().await;
        world
    }

    /// Starts the service on what the store holds.
    ///
    /// # Panics
    /// If it cannot load the store.
    pub async fn start_service(&mut self) {
        let service = service::Service::load(self.store.clone(), Config::default(), self.clock)
            .await
            .expect("the store is in memory");
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        let listener = self.net.listen();
        let service = tokio::spawn(service.run(listener, stopped));
        self.running = Some(Running { stop, service });
    }

    /// Stops the service in good order and waits for its end.
    ///
    /// # Panics
    /// If it panics.
    pub async fn stop_service(&mut self) {
        self.net.close();
        if let Some(Running { stop, service }) = self.running.take() {
            let _ = stop.send(());
            service.await.expect("the service ends in good order");
        }
    }

    /// A new computer: its agent signs in by a one-time link and connects.
    pub async fn device(&self, person: Person) -> Device {
        let device = Device::start(self.clock(), Uplink::new(self.net.clone()), Kept::default());
        device.sign_in(self.link(person)).await;
        device
    }

    /// Starts the agent of a device again, with what its disk holds.
    pub async fn restart(&self, kept: Kept) -> Device {
        let device = Device::start(self.clock(), Uplink::new(self.net.clone()), kept);
        device.until_up().await;
        device
    }

    /// A bare connection for this person, active and with its snapshot.
    pub async fn caller(&self, person: Person) -> Caller {
        Caller::connect(Uplink::new(self.net.clone()), &self.link(person)).await
    }

    /// The service's time.
    #[must_use]
    pub fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    fn clock(&self) -> impl Fn() -> Now + Send + use<> {
        let began = self.began;
        // The machine's own clock is two minutes wrong, which must not be noticed.
        move || Now {
            moment: Moment::at(UPTIME + began.elapsed()),
            unix: UnixMillis(NOON - 120_000).plus(began.elapsed()),
            utc_offset_s: 0,
        }
    }

    /// A fresh one-time link.
    fn link(&self, person: Person) -> String {
        let company = person.company.map(str::to_owned);
        let who = admin::Who { org: Some(ORG.to_owned()), name: person.name.to_owned(), company };
        match self.admin(admin::Command::Link(who)) {
            admin::Reply::Link { link, .. } => link,
            other => panic!("no link: {other:?}"),
        }
    }

    fn admin(&self, command: admin::Command) -> admin::Reply {
        admin::run(self.store.as_ref(), command, Some("http://127.0.0.1:7711"), self.clock.now())
            .expect("the store is in memory")
    }
}
