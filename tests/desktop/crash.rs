//! What was answered `ok` exists, once, whenever the service is killed; and its restart is seen by nobody.

use crate::stage::{ACME, SOON, Stage, is_offline, is_online};
use anyhow::{Context, Result, ensure};
use chat::SessionId;
use presence::Activity;
use protocol::{Instance, Up};
use rig::post::{SignIn, sign_in};
use rig::{Options, Peer};
use std::collections::HashMap;
use std::time::{Duration, Instant};
use tokio::time::sleep_until;
use uuid::Uuid;

/// How often the service is killed.
const KILLS: u32 = 50;
/// How many of them have to come before the answer, and how many after it.
const EACH_SIDE: u32 = 10;
/// More tries than this say that the test's aim is off.
const TRIES: u32 = 120;
/// The latest kill after the request, while the service answers well within it.
const LATEST: Duration = Duration::from_millis(50);

/// When the next kill comes, so that both sides of the answer get their share: the answer's usual time is learnt.
struct Aim {
    usual: Duration,
    latest: Duration,
    before: u32,
    after: u32,
}

impl Aim {
    fn new(usual: Duration) -> Self {
        Self { usual, latest: LATEST.max(2 * usual), before: 0, after: 0 }
    }

    fn is_early(&self) -> bool {
        self.before <= self.after
    }

    fn next(&self, index: u32) -> Duration {
        let step = index % 10;
        if self.is_early() {
            self.usual * step / 12
        } else {
            self.usual + (self.latest - self.usual) * (step + 1) / 10
        }
    }

    /// A kill came before the answer or after it. One that was to come after it and did not says that the machine is slower
    /// than it was.
    fn hit(&mut self, answered: bool) {
        if !answered && !self.is_early() {
            self.latest = self.latest * 3 / 2;
        }
        if answered { self.after += 1 } else { self.before += 1 }
    }
}

fn request(id: Uuid, reference: u32) -> Up {
    Up::Request { id, subject: "Printer offline".to_owned(), reference: Some(reference.to_string()) }
}

/// How long the service usually takes to answer.
async fn usual_answer(client: &Peer, technician: &Peer) -> Result<Duration> {
    let mut times = Vec::new();
    for reference in 1_000_000..1_000_005 {
        let (sent, id) = (Instant::now(), Uuid::new_v4());
        client.ask(&request(id, reference)).await?.ok().context("a request in peace")?;
        times.push(sent.elapsed());
        join(technician, SessionId(id)).await?;
    }
    times.sort();
    Ok(times[times.len() / 2])
}

/// A technician joins, since only three requests of a client may wait (C1).
async fn join(technician: &Peer, session: SessionId) -> Result<()> {
    technician.ask(&Up::Join { id: Uuid::new_v4(), session }).await?.ok().context("joining")?;
    Ok(())
}

/// How often each session is told to somebody who comes back as the same device.
async fn count(with: &SignIn, device: Instance) -> Result<HashMap<SessionId, usize>> {
    let technician = Peer::connect_as(with, device, Activity::Active).await?;
    let mut told = HashMap::new();
    for (_, frame) in &technician.seen().frames {
        if let Ok(protocol::Down::Session { session }) = protocol::read_down(frame) {
            *told.entry(session.id).or_default() += 1;
        }
    }
    Ok(told)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_answered_exists_once_however_the_service_is_killed() -> Result<()> {
    let mut stage = Stage::start().await?;
    let dana = sign_in(&stage.service.add_client(ACME, "Dana Reyes", "Northwind Dental")?).await?;
    let priya = sign_in(&stage.service.add_technician(ACME, "Priya Shah")?).await?;
    let [browser, laptop] = [Uuid::new_v4(), Uuid::new_v4()];
    let mut client = Peer::connect_as(&dana, browser, Activity::Active).await?;
    let technician = Peer::connect_as(&priya, laptop, Activity::Active).await?;
    let mut aim = Aim::new(usual_answer(&client, &technician).await?);
    let mut all = Vec::new();
    let mut index = 0;
    while index < KILLS || aim.before < EACH_SIDE || aim.after < EACH_SIDE {
        ensure!(index < TRIES, "only {} kills before and {} after the answer", aim.before, aim.after);
        let id = Uuid::new_v4();
        let frame = request(id, index);
        let sent = Instant::now();
        client.send(&frame)?;
        sleep_until((sent + aim.next(index)).into()).await;
        stage.service.kill9();
        // All that the service had sent before it died arrives before the end of the connection.
        client.until("the connection ends", SOON, |seen| seen.ended.clone()).await?;
        let answered = client.seen().answers.get(&id).cloned();
        stage.service.restart().await?;
        let exists = count(&priya, laptop).await?.contains_key(&SessionId(id));
        client = Peer::connect_as(&dana, browser, Activity::Active).await?;
        aim.hit(answered.is_some());
        if let Some(answer) = answered {
            ensure!(answer.is_ok(), "{answer:?}");
            ensure!(exists, "request {index} was answered ok and is lost");
        }
        let repeated = client.ask(&frame).await?;
        let session = repeated.map_err(|refusal| anyhow::anyhow!("the repeat: {refusal:?}"))?.session;
        ensure!(session == Some(SessionId(id)), "the repeat made {session:?}");
        join(&Peer::connect_as(&priya, laptop, Activity::Active).await?, SessionId(id)).await?;
        all.push(SessionId(id));
        index += 1;
    }
    let told = count(&priya, laptop).await?;
    for id in &all {
        ensure!(told.get(id) == Some(&1), "{id:?} is there {:?} times", told.get(id));
    }
    ensure!(told.len() == all.len() + 5, "{} sessions of {} requests", told.len(), all.len() + 5);
    println!("{index} kills: {} before the answer, {} after it", aim.before, aim.after);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_within_the_grace_is_seen_by_nobody() -> Result<()> {
    let mut stage = Stage::start().await?;
    let watching = sign_in(&stage.service.add_technician(ACME, "Ana Lind")?).await?;
    let dana = sign_in(&stage.service.add_client(ACME, "Dana Reyes", "Northwind Dental")?).await?;
    let (desktop, app) = stage.technician_on(Options::default(), "Priya Shah").await?;
    let watch = async || {
        let watcher = Peer::connect(&watching).await?;
        watcher.send(&Up::WatchPeople)?;
        watcher.until("the people", SOON, |seen| (!seen.people.is_empty()).then_some(())).await?;
        Ok::<Peer, anyhow::Error>(watcher)
    };
    let before = watch().await?;
    let client = Peer::connect(&dana).await?;
    desktop.screen()?.tap()?;
    for name in ["Priya Shah", "Dana Reyes"] {
        before.presence(name, SOON, is_online).await?;
    }
    stage.service.kill9();
    drop(client);
    stage.service.restart().await?;
    // The watcher is back first: nobody else is.
    let after = watch().await?;
    for name in ["Priya Shah", "Dana Reyes"] {
        let shown = after.seen().people[name].presence;
        ensure!(!is_offline(&shown), "{name} was shown {shown:?} after the restart");
    }
    let _client = Peer::connect(&dana).await?;
    app.connected(&desktop, SOON).await?;
    desktop.screen()?.tap()?;
    for name in ["Priya Shah", "Dana Reyes"] {
        after.presence(name, SOON, is_online).await?;
        let offline = after.seen().changes.iter().any(|(_, who, shown)| who == name && is_offline(shown));
        ensure!(!offline, "{name} was shown Offline in between");
    }
    Ok(())
}
