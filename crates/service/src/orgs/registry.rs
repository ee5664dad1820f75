//! Finds the task of an organisation, starts it, and starts it again where it has failed: what goes wrong in one of them is not the
//! others' affair. It knows nothing of what they do.

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
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How long organisations may take, all together, to hear that the service goes down, to say so and to store everything: systemd and
/// people wait for it.
const DRAIN_WITHIN: Duration = Duration::from_secs(5);
/// How long one that has failed rests before it is loaded again; twice as long after each failure that follows soon. Its devices try to
/// come back meanwhile, and nobody sees them Offline: nobody of the organisation is connected.
const REST_FIRST: Duration = Duration::from_millis(500);
/// The longest rest. A device tries again at least once a minute, and so long a failure needs somebody who looks into the log.
const REST_MOST: Duration = Duration::from_secs(60);
/// How long one must have run for a failure to be the first again.
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
    /// Where to reach each; `None` while it rests.
    orgs: HashMap<OrgId, Option<mpsc::Sender<Input>>>,
    tasks: JoinSet<()>,
}

/// How a life of an organisation's task ended.
enum Ended {
    /// It was drained, or there is no such organisation: it is not started again.
    ForGood,
    /// The store could not load it; the store itself says why.
    NotLoaded,
    /// It panicked.
    Crashed,
}

impl Registry {
    /// Starts the tasks of all organisations, so that what was waiting goes on waiting.
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

    /// Where to tell an organisation's task; `None` while it rests after a failure, or while the service goes down.
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

    /// Tells an organisation's task, if it runs. One that is loaded later reads from the store what it was to be told.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only commands over the control socket tell"))]
    pub(crate) async fn tell(&self, id: OrgId, event: Event) {
        if let Some(org) = self.org(id) {
            // A task that is gone has been drained, or is loaded again: there is nobody to tell.
            let _ = org.send(Input::Event(event)).await;
        }
    }

    /// Ends all tasks: everybody is told when to return, and everything is stored.
    pub(crate) async fn drain(&self, seed: u64) {
        let (orgs, mut tasks) = {
            let mut running = self.0.running();
            // Not `send`, which leaves the value as it was where nobody listens.
            self.0.down.send_replace(true);
            let orgs: Vec<_> = running.orgs.values().flatten().cloned().collect();
            (orgs, std::mem::take(&mut running.tasks))
        };
        let all = async {
            // One that is stuck keeps the others from nothing: they are told at the same time, within the same limit.
            join_all(orgs.iter().map(|org| org.send(Input::Event(Event::Drain { seed })))).await;
            while tasks.join_next().await.is_some() {}
        };
        if tokio::time::timeout(DRAIN_WITHIN, all).await.is_err() {
            tracing::warn!(target: "service", "not everything was stored before the service went down");
        }
    }
}

/// A task's mailbox: a way to look how much waits in it, and its receiving end.
type Mailbox = (mpsc::WeakSender<Input>, mpsc::Receiver<Input>);

/// What the store gave; `None`: there is no such organisation.
type Loaded = Result<Option<OrgSnapshot>, StoreError>;

impl Shared {
    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_down(&self) -> bool {
        *self.down.borrow()
    }

    /// Loads an organisation where that may block. `Err`: it panicked.
    async fn load(&self, id: OrgId) -> Result<Loaded, tokio::task::JoinError> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || store.load(id)).await
    }

    /// Runs an organisation's task, and again after each failure, until the service goes down. `loaded`: what its first life starts from;
    /// where it is missing, it is loaded.
    async fn keep(self: Arc<Self>, id: OrgId, mut mailbox: Mailbox, mut loaded: Option<Loaded>) {
        let mut rest = REST_FIRST;
        // Held by a step of the store for as long as it runs: one that a crash has left behind is waited for.
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
            // Reachable before it is loaded: what is stored from here on, it is told as well.
            let (sender, inputs) = mpsc::channel(EVENTS);
            mailbox = (sender.downgrade(), inputs);
            running.orgs.insert(id, Some(sender));
        }
    }

    /// One life of an organisation's task.
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

/// Runs a step of the store where it may block.
pub(crate) async fn blocking<T: Send + 'static>(
    step: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(step).await {
        Ok(done) => done,
        Err(error) => Err(StoreError::Down(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Timed;
    use crate::metrics::label::Step;
    use crate::org::{ConnId, Connected};
    use crate::orgs::runner::Arrival;
    use crate::socket::outbox::{Next, Outbox};
    use crate::store::{Account, Added, Affiliation, Hash, NewPerson, Redeemed, SignInId, Sqlite};
    use chat::PersonId;
    use presence::{Activity, UnixMillis};
    use protocol::{App, Close, Hello, PreferenceChange, Up};
    use std::io::Write;
    use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
    use uuid::Uuid;

    /// A registry on a store that panics before some of its steps.
    struct World {
        registry: Registry,
        metrics: Arc<Metrics>,
        store: Arc<dyn Store>,
        panics: Arc<AtomicU32>,
        next: AtomicU64,
    }

    impl World {
        /// With two organisations; the next `panics` steps of this kind panic.
        async fn start(at: Step, panics: u32) -> (Self, [Account; 3]) {
            let sqlite = Sqlite::in_memory().unwrap();
            let accounts = [("Acme", "Priya"), ("Acme", "Tom"), ("Beta", "Lee")]
                .map(|(org, name)| account(&sqlite, org, name));
            let clock = Clock::from_tokio(1_800_000_000_000);
            let metrics = Arc::new(Metrics::new(clock));
            let panics = Arc::new(AtomicU32::new(panics));
            let mut store = Timed::new(Arc::new(sqlite), metrics.clone());
            let left = panics.clone();
            store.planted = Some(Box::new(move |step| {
                let due = step == at
                    && left
                        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                        .is_ok();
                assert!(!due, "a planted panic");
            }));
            let store: Arc<dyn Store> = Arc::new(store);
            let codes = Arc::new(Codes::new(Duration::from_secs(30), clock));
            let registry = Registry::start(store.clone(), Config::default(), clock, codes, metrics.clone())
                .await
                .unwrap();
            (Self { registry, metrics, store, panics, next: AtomicU64::new(1) }, accounts)
        }

        /// A device of somebody that has been told all, as often as it had to try.
        async fn connect(&self, account: &Account, instance: Uuid) -> Device {
            loop {
                if let Some(org) = self.registry.org(account.org)
                    && let Some(device) = self.arrive(org, account, instance).await
                {
                    return device;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }

        async fn arrive(
            &self,
            org: mpsc::Sender<Input>,
            account: &Account,
            instance: Uuid,
        ) -> Option<Device> {
            let conn = ConnId(self.next.fetch_add(1, Ordering::SeqCst));
            let app = App { name: "test".to_owned(), version: "1".to_owned(), device: "desk".to_owned() };
            let activity = Activity::Active;
            let hello = Hello { token: None, instance, attempt: None, app, can_ring: true, activity };
            let connected = Box::new(Connected { conn, account: account.clone(), page: false, hello });
            let outbox = Outbox::default();
            org.send(Input::Connected(Arrival::new(connected, outbox.clone()))).await.ok()?;
            loop {
                match outbox.next().await {
                    Next::Frame { text, .. } if text.contains("synced") => break,
                    Next::Frame { .. } => {}
                    Next::Close(why) => {
                        assert_eq!(why, Close::GoingDown);
                        return None;
                    }
                }
            }
            Some(Device { org, conn, outbox })
        }

        fn shows(&self, line: &str) -> bool {
            self.metrics.text().unwrap().lines().any(|each| each == line)
        }
    }

    struct Device {
        org: mpsc::Sender<Input>,
        conn: ConnId,
        outbox: Outbox,
    }

    impl Device {
        async fn send(&self, up: Up) {
            assert!(self.org.send(Input::Event(Event::Frame(self.conn, up))).await.is_ok());
        }

        /// The first frame with this in it.
        async fn until(&mut self, part: &str) -> String {
            loop {
                match self.outbox.next().await {
                    Next::Frame { text, .. } if text.contains(part) => return text.to_string(),
                    Next::Frame { .. } => {}
                    Next::Close(why) => panic!("closed: {why:?}"),
                }
            }
        }

        async fn closed(&mut self) -> Close {
            loop {
                if let Next::Close(why) = self.outbox.next().await {
                    return why;
                }
            }
        }
    }

    fn account(store: &dyn Store, org: &str, name: &str) -> Account {
        let now = UnixMillis(1_800_000_000_000);
        let known = store.organisations().unwrap().into_iter().find(|each| each.name == org);
        let id = known.map_or_else(|| OrgId(Uuid::new_v4()), |known| known.id);
        let person = NewPerson {
            id: PersonId(Uuid::new_v4()),
            org: (org.to_owned(), id),
            name: name.to_owned(),
            affiliation: Affiliation::Technician,
        };
        let (link, token) = (Hash::of(name), Hash::of(&format!("token of {name}")));
        assert!(matches!(store.add_person(&person, link, now), Ok(Added::Person(..))));
        match store.redeem(link, token, SignInId(Uuid::new_v4()), "desk", now, UnixMillis(0)).unwrap() {
            Redeemed::Account(account) => *account,
            other => panic!("{other:?}"),
        }
    }

    /// A log that is kept.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Log {
        fn listen(&self) -> (tracing::subscriber::DefaultGuard, tracing::Dispatch) {
            let log = self.clone();
            let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || log.clone());
            // While there is one subscriber only, a line that another test comes to first, on a thread without one, is off for all.
            let second =
                tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish());
            (tracing::subscriber::set_default(subscriber.finish()), second)
        }

        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_organisation_that_fails_is_loaded_again_and_nobody_blinks_offline() {
        let log = Log::default();
        let _listening = log.listen();
        let (world, [priya, tom, lee]) = World::start(Step::SetPreference, 0).await;
        let run = Uuid::new_v4();
        let mut priyas = world.connect(&priya, run).await;
        let toms_run = Uuid::new_v4();
        let mut toms = world.connect(&tom, toms_run).await;
        let mut lees = world.connect(&lee, Uuid::new_v4()).await;
        toms.send(Up::WatchPeople).await;
        toms.until(r#""name":"Priya""#).await;
        world.panics.store(1, Ordering::SeqCst);
        let away = Up::Prefer { id: Uuid::new_v4(), preference: PreferenceChange::Automatic, set_ago_ms: 0 };
        priyas.send(away).await;
        // All who are connected are told to come again, with what they asked.
        assert_eq!((priyas.closed().await, toms.closed().await), (Close::GoingDown, Close::GoingDown));
        let failed = format!("organisation={}", priya.org.0);
        assert!(
            log.text().lines().any(|line| line.contains("ERROR") && line.contains(&failed)),
            "{}",
            log.text()
        );
        // The other organisation notices nothing.
        lees.send(Up::ListDevices { id: Uuid::new_v4() }).await;
        lees.until(r#""type":"ok""#).await;
        // Tom is back first, and sees Priya as she was.
        let mut toms = world.connect(&tom, toms_run).await;
        toms.send(Up::WatchPeople).await;
        let people = toms.until(r#""name":"Priya""#).await;
        let people: serde_json::Value = serde_json::from_str(&people).unwrap();
        let seen = people["people"].as_array().unwrap().iter().find(|each| each["name"] == "Priya").unwrap();
        assert_eq!(seen["presence"]["state"], "online", "{seen}");
        world.connect(&priya, run).await;
        assert!(
            world.shows("deskbell_organisation_crashes_total 1") && world.shows("deskbell_organisations 2")
        );
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_fails_while_it_is_loaded_is_tried_less_and_less_often_and_the_service_starts() {
        let begun = Instant::now();
        let (world, [priya, _, lee]) = World::start(Step::Load, 6).await;
        // Both fail twice or more; neither keeps the service from starting.
        world.connect(&lee, Uuid::new_v4()).await;
        world.connect(&priya, Uuid::new_v4()).await;
        let took = begun.elapsed();
        assert!(took >= REST_FIRST && took < Duration::from_secs(60), "{took:?}");
        assert!(world.shows("deskbell_organisation_crashes_total 4"), "{}", world.metrics.text().unwrap());
        drop(world.store);
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_end_no_organisation_is_started_again() {
        let (world, [priya, ..]) = World::start(Step::Load, 0).await;
        assert!(world.registry.org(priya.org).is_some());
        world.registry.drain(0).await;
        assert!(world.registry.org(priya.org).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn organisations_that_are_stuck_hold_the_end_up_for_one_limit_all_together() {
        let (world, _) = World::start(Step::Load, 0).await;
        // Their tasks take nothing any more, and what waits for them is as much as may.
        let mut stuck = Vec::new();
        for _ in 0..3 {
            let (sender, inputs) = mpsc::channel(1);
            assert!(sender.try_send(Input::Event(Event::Drain { seed: 0 })).is_ok());
            world.registry.0.running().orgs.insert(OrgId(Uuid::new_v4()), Some(sender));
            stuck.push(inputs);
        }
        let begun = Instant::now();
        world.registry.drain(0).await;
        assert_eq!(begun.elapsed().as_secs(), DRAIN_WITHIN.as_secs());
        assert!(!stuck.iter().any(mpsc::Receiver::is_closed));
    }
}
