//! Organisations that fail, hang or go down, and what others notice.

use super::*;
use crate::metrics::Timed;
use crate::metrics::label::Step;
use crate::org::{ConnId, Connected};
use crate::orgs::runner::Arrival;
use crate::socket::outbox::{Next, Outbox};
use crate::store::{Account, Added, Affiliation, Hash, NewPerson, Redeemed, SignInId, Sqlite};
use crate::watchdog;
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
    /// How often the registry has begun to load an organisation.
    loads: watch::Receiver<u32>,
    next: AtomicU64,
}

impl World {
    /// Starts with two organisations; the next `panics` steps of this kind panic.
    async fn start(at: Step, panics: u32) -> (Self, [Account; 3]) {
        let sqlite = Sqlite::in_memory().unwrap();
        let accounts = [("Acme", "Priya"), ("Acme", "Tom"), ("Beta", "Lee")]
            .map(|(org, name)| account(&sqlite, org, name));
        let clock = Clock::from_tokio(1_800_000_000_000);
        let metrics = Arc::new(Metrics::new(clock));
        let panics = Arc::new(AtomicU32::new(panics));
        let mut store = Timed::new(Arc::new(sqlite), metrics.clone());
        let left = panics.clone();
        let (loading, loads) = watch::channel(0);
        store.planted = Some(Box::new(move |step| {
            if step == Step::Load {
                loading.send_modify(|loads| *loads += 1);
            }
            let due = step == at
                && left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
            assert!(!due, "a planted panic");
        }));
        let store: Arc<dyn Store> = Arc::new(store);
        let codes = Arc::new(Codes::new(Duration::from_secs(30), clock));
        let registry =
            Registry::start(store.clone(), Config::default(), clock, codes, metrics.clone()).await.unwrap();
        (Self { registry, metrics, store, panics, loads, next: AtomicU64::new(1) }, accounts)
    }

    /// A synced device of this account. After a failed attempt, it tries again when the registry loads an organisation: from then on,
    /// that organisation's task can be reached.
    async fn connect(&self, account: &Account, instance: Uuid) -> Device {
        let mut loads = self.loads.clone();
        loop {
            loads.mark_unchanged();
            if let Some(org) = self.registry.org(account.org)
                && let Some(device) = self.arrive(org, account, instance).await
            {
                return device;
            }
            timeout(2 * REST_MOST, loads.changed()).await.expect("loaded again").unwrap();
        }
    }

    async fn arrive(&self, org: mpsc::Sender<Input>, account: &Account, instance: Uuid) -> Option<Device> {
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

    /// The first frame that contains this.
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

/// A log that is kept in memory.
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
        // If there is only one subscriber, a line that another test reaches first, on a thread without one, is switched off for all.
        let second = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(std::io::sink).finish());
        (tracing::subscriber::set_default(subscriber.finish()), second)
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[tokio::test(start_paused = true)]
async fn an_organisation_that_fails_is_loaded_again_and_nobody_appears_offline() {
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
    // Everybody who is connected is told to connect again.
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
    assert!(world.shows("deskbell_organisation_crashes_total 1") && world.shows("deskbell_organisations 2"));
}

#[tokio::test(start_paused = true)]
async fn an_organisation_that_fails_to_load_is_retried_less_and_less_often_and_the_service_starts() {
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
    world.registry.drain([0; 32]).await;
    assert!(world.registry.org(priya.org).is_none());
}

#[tokio::test(start_paused = true)]
async fn several_stuck_organisations_delay_the_end_by_one_limit_in_total() {
    let (world, _) = World::start(Step::Load, 0).await;
    // Their tasks take no more inputs, and their mailboxes are full.
    let mut stuck = Vec::new();
    for _ in 0..3 {
        let (sender, inputs) = mpsc::channel(1);
        assert!(sender.try_send(Input::Event(Event::Drain { seed: [0; 32] })).is_ok());
        world.registry.0.running().orgs.insert(OrgId(Uuid::new_v4()), Some(sender));
        stuck.push(inputs);
    }
    let begun = Instant::now();
    world.registry.drain([0; 32]).await;
    assert_eq!(begun.elapsed().as_secs(), DRAIN_WITHIN.as_secs());
    assert!(!stuck.iter().any(mpsc::Receiver::is_closed));
}

#[tokio::test(start_paused = true)]
async fn no_sign_of_life_is_given_while_an_organisation_does_not_answer() {
    let log = Log::default();
    let _listening = log.listen();
    let (world, [priya, _, lee]) = World::start(Step::Load, 0).await;
    let within = Duration::from_secs(30);
    let signs = AtomicU32::new(0);
    let for_a_minute = async || {
        let give_sign = || _ = signs.fetch_add(1, Ordering::SeqCst);
        let watching = watchdog::watch(world.registry.clone(), Some(within), give_sign);
        let _ = timeout(Duration::from_secs(60), watching).await;
        signs.swap(0, Ordering::SeqCst)
    };
    assert!(for_a_minute().await >= 2 * 2, "a late sign is made up for");
    // An organisation that rests after a failure recovers by itself.
    let resting = world.registry.0.running().orgs.insert(priya.org, None);
    assert!(for_a_minute().await >= 2 * 2);
    // This one's task takes no more inputs.
    let (sender, _inputs) = mpsc::channel(1);
    let answers = world.registry.0.running().orgs.insert(lee.org, Some(sender));
    assert_eq!(for_a_minute().await, 0);
    let stuck = format!("organisation={}", lee.org.0);
    assert!(log.text().lines().any(|line| line.contains("ERROR") && line.contains(&stuck)), "{}", log.text());
    world.registry.0.running().orgs.extend([(priya.org, resting.unwrap()), (lee.org, answers.unwrap())]);
    assert!(for_a_minute().await >= 2 * 2);
}
