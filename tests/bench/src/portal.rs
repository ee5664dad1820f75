//! The technician's portal page in a large organisation: its first view, what it costs when nothing happens, and how it keeps up
//! with a storm of changes. Measured in Chromium.

use crate::scene::{ACME, SOON};
use anyhow::{Context, Result, anyhow, ensure};
use chat::PersonId;
use presence::{Activity, IdleReason, UnixMillis};
use protocol::http::SignedIn;
use protocol::{Token, Up};
use rig::post::SignIn;
use rig::{Browser, Peer, Service, cdp, eventually};
use serde_json::Value;
use service::store::{Affiliation, Hash, NewPerson, OrgId, SignInId, Sqlite, Store};
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use uuid::Uuid;

/// Everybody in the organisation.
const PEOPLE: usize = 5_000;
/// Of them, clients who ask for a chat; in the storm they change their presence.
const WAITING: usize = 200;
/// The service's database in its data folder.
const DATABASE: &str = "deskbell.db";
/// In CSS pixels.
const VIEW: (u32, u32) = (1440, 900);
/// Loads of the page of which a median is taken.
const LOADS: usize = 5;
/// How long the page is looked at while nothing happens.
const QUIET: Duration = Duration::from_secs(10);
/// Each of [`WAITING`] clients changes once in this time: 200 changes a second.
const CHANGE_EVERY: Duration = Duration::from_secs(1);
const STORM: Duration = Duration::from_secs(20);
/// As screens have them.
const FRAMES_A_SECOND: f64 = 60.0;

/// Runs before the page's own scripts: notes when all is shown, and how far things have moved.
const WATCH: &str = "
    window.seen = { shift: 0, shownAt: null };
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) window.seen.shift += each.value;
    }).observe({ type: 'layout-shift', buffered: true });
    const look = () => {
        const count = document.querySelector('[data-tab=waiting] .count')?.textContent;
        const rows = document.querySelector('[data-session]') !== null;
        const people = document.querySelector('[data-person]') !== null;
        if (count === 'WAITING' && rows && people) window.seen.shownAt = performance.now();
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);";

/// Counts all nodes of the document, text among them.
const NODES: &str = "
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
    let count = 1;
    while (walker.nextNode() !== null) count += 1;
    return count;";

/// Notes the time of each frame from now on.
const FRAMES: &str = "
    window.frames_at = [];
    const note = (at) => { window.frames_at.push(at); requestAnimationFrame(note); };
    requestAnimationFrame(note);";

/// What was measured.
pub(crate) struct Portal {
    /// From the start of the navigation until all is shown, for each load.
    pub(crate) shown: Vec<Duration>,
    /// Cumulative layout shift, the worst of all loads.
    pub(crate) shift: f64,
    pub(crate) nodes: f64,
    /// Of one processor, in percent.
    pub(crate) idle: f64,
    pub(crate) storm: Option<Storm>,
}

/// How the page kept up.
pub(crate) struct Storm {
    /// Of [`FRAMES_A_SECOND`].
    pub(crate) lost_frames_a_second: f64,
    pub(crate) worst_frame_ms: f64,
}

/// Measures it; the storm only if it is wanted.
pub(crate) async fn measure(with_storm: bool) -> Result<Portal> {
    let folder = TempDir::with_prefix("bench-").context("making the folder of a figure")?;
    let data = folder.path().join("data");
    let clients = fill(&data)?;
    let service = Service::start(&data, folder.path()).await?;
    let mut crowd = Vec::new();
    for token in clients {
        crowd.push(Peer::connect(&sign_in(&service, token)).await?);
    }
    for (number, client) in crowd.iter().enumerate() {
        let subject = format!("Printer {number} offline");
        let request = Up::Request { id: Uuid::new_v4(), subject, reference: None };
        client.ask(&request).await?.map_err(|refusal| anyhow!("{refusal:?}"))?;
    }
    let browser = Browser::start(VIEW).await?;
    cdp::view(&browser, VIEW, 1).await?;
    cdp::before_load(&browser, &WATCH.replace("WAITING", &WAITING.to_string())).await?;
    browser.open(&service.add_technician(ACME, "Priya Shah")?).await?;
    browser.button("Sign in", SOON).await?.click().await?;
    shown(&browser).await?;
    let (mut times, mut shift) = (Vec::new(), 0.0_f64);
    for _ in 0..LOADS {
        browser.page.refresh().await?;
        times.push(shown(&browser).await?);
        shift = shift.max(number(&browser, "return window.seen.shift").await?);
    }
    let nodes = number(&browser, NODES).await?;
    let idle = busy(&browser, QUIET).await?;
    let storm = if with_storm { Some(storm(&browser, &crowd).await?) } else { None };
    Ok(Portal { shown: times, shift, nodes, idle, storm })
}

/// Writes the organisation through the service's store: five thousand people do not redeem links one by one. Gives the tokens of the
/// clients who ask.
fn fill(data: &Path) -> Result<Vec<String>> {
    std::fs::create_dir_all(data).context("making the service's data folder")?;
    let store = Sqlite::open(&data.join(DATABASE))?;
    let (org, now) = (OrgId(Uuid::new_v4()), UnixMillis(1));
    let mut tokens = Vec::new();
    for number in 0..PEOPLE {
        let affiliation = match number {
            0..WAITING => Affiliation::Client { company: format!("Company {}", number / 10) },
            number if number % 50 == 0 => Affiliation::Technician,
            number => Affiliation::Client { company: format!("Company {}", number / 10) },
        };
        let (id, name) = (PersonId(Uuid::new_v4()), format!("Dana Reyes {number:04}"));
        let link = Hash::of(&format!("link {number}"));
        store.add_person(&NewPerson { id, org: (ACME.to_owned(), org), name, affiliation }, link, now)?;
        if number < WAITING {
            let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
            store.redeem(link, Hash::of(&token), SignInId(Uuid::new_v4()), "bench", now, now)?;
            tokens.push(token);
        }
    }
    Ok(tokens)
}

fn sign_in(service: &Service, token: String) -> SignIn {
    let who = SignedIn {
        name: String::new(),
        role: presence::Role::Client,
        organisation: ACME.to_owned(),
        portal: "/client".to_owned(),
    };
    SignIn { address: service.address().to_owned(), token: Token(token), who }
}

/// Waits until the page shows all of it, and gives how long that took from the start of the navigation.
async fn shown(browser: &Browser) -> Result<Duration> {
    let at = eventually("the page shows everything", SOON, async || {
        let at = browser.page.execute("return window.seen.shownAt", Vec::new()).await?;
        at.as_f64().context("not yet")
    })
    .await?;
    Ok(Duration::from_secs_f64(at / 1_000.0))
}

/// How much of one processor the page's main thread uses in this time, in percent.
async fn busy(browser: &Browser, time: Duration) -> Result<f64> {
    let before = cdp::task_seconds(browser).await?;
    let began = Instant::now();
    tokio::time::sleep(time).await;
    let used = cdp::task_seconds(browser).await? - before;
    Ok(100.0 * used / began.elapsed().as_secs_f64())
}

async fn storm(browser: &Browser, crowd: &[Peer]) -> Result<Storm> {
    browser.page.execute(FRAMES, Vec::new()).await?;
    let began = tokio::time::Instant::now();
    let step = CHANGE_EVERY / u32::try_from(crowd.len())?;
    let mut at = began;
    let mut round = 0_u32;
    while began.elapsed() < STORM {
        round += 1;
        let activity = match round % 2 {
            0 => Activity::Active,
            _ => Activity::Idle { reason: IdleReason::Locked, idle_for_ms: 0 },
        };
        for client in crowd {
            at += step;
            tokio::time::sleep_until(at).await;
            client.send(&Up::Activity { id: Uuid::new_v4(), activity })?;
        }
    }
    let frames = browser.page.execute("return window.frames_at", Vec::new()).await?;
    let frames: Vec<f64> = frames.as_array().context("a list")?.iter().filter_map(Value::as_f64).collect();
    ensure!(frames.len() > 2, "the page drew {} frames", frames.len());
    let span = (frames[frames.len() - 1] - frames[0]) / 1_000.0;
    #[expect(clippy::cast_precision_loss, reason = "some thousand frames")]
    let a_second = (frames.len() - 1) as f64 / span;
    let worst = frames.windows(2).map(|two| two[1] - two[0]).fold(0.0, f64::max);
    Ok(Storm { lost_frames_a_second: (FRAMES_A_SECOND - a_second).max(0.0), worst_frame_ms: worst })
}

async fn number(browser: &Browser, script: &str) -> Result<f64> {
    browser.page.execute(script, Vec::new()).await?.as_f64().context("a number")
}
