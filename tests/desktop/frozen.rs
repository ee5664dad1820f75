//! C3: the computer that was used last is frozen, so the user's other one rings; what it missed is not shown when it goes on.

use crate::stage::{ACME, SOON, Stage, profile};
use anyhow::{Context, Result, ensure};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::proc::{self, Signal};
use rig::{App, Desktop, Options, ToastEvent, eventually};
use std::time::{Duration, Instant};
use uuid::Uuid;

const PRIYA: &str = "Priya Shah";
const TITLE: &str = "Dana Reyes (Northwind Dental) needs help";
/// The frozen one has 2 s to confirm; then all ring, within a second.
const RINGS_WITHIN: Duration = Duration::from_secs(3);
/// Longer than a computer takes that reads on after a freeze, on a loaded machine.
const SETTLED: Duration = Duration::from_secs(2);

const OPTIONS: Options =
    Options { tray: Tray::Host, toasts: Toasts::Recorder, sound: true, ..Options::DEFAULT };

/// A program that goes on when this is dropped, however the test ends.
struct Frozen(u32);

impl Frozen {
    fn freeze(process: u32) -> Result<Self> {
        proc::signal(process, Signal::STOP)?;
        Ok(Self(process))
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        // It may have ended.
        drop(proc::signal(self.0, Signal::CONT));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_a_frozen_computer_missed_rings_on_the_other_one_and_never_on_the_first() -> Result<()>
{
    let stage = Stage::start().await?;
    let (other, _one) = stage.technician_on(OPTIONS, PRIYA).await?;
    let link = stage.service.link(&["person", "link", "--org", ACME, "--name", PRIYA])?;
    let laptop = Desktop::start(OPTIONS).await?;
    let two = App::start(&laptop, &profile(PRIYA)).await?;
    two.sign_in(&laptop, &link)?;
    two.connected(&laptop, SOON).await?;
    two.status_until(&laptop, "both are idle", SOON, |status| {
        status["devices"].as_array()?.iter().all(|device| device["activity"].is_object()).then_some(())
    })
    .await?;
    laptop.screen()?.tap()?;
    two.status_until(&laptop, "the laptop is used", SOON, |status| {
        (status["here"]["activity"] == "active" && status["shown"]["state"] == "online").then_some(())
    })
    .await?;

    let frozen = Frozen::freeze(two.id())?;
    let dana = stage.client("Dana Reyes", "Northwind Dental").await?;
    let asked = Instant::now();
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    dana.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    let toast = other.toasts()?.shown(TITLE, SOON).await?;
    ensure!(toast.at - asked <= RINGS_WITHIN, "after {:?}: {toast:?}", toast.at - asked);
    eventually("it is heard", SOON, async || {
        ensure!(other.sound()?.sounds()? > 0, "silence");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    other.toasts()?.press(&toast, "Join").await?;
    dana.until("she sees who joined", SOON, |seen| {
        seen.sessions.values().any(|session| session.status == chat::Status::Handled).then_some(())
    })
    .await?;

    drop(frozen);
    two.status_until(&laptop, "the laptop knows that the request was joined", SOON, |status| {
        (status["chats"].as_array()?.len() == 1 && status["waiting"].as_array()?.is_empty()).then_some(())
    })
    .await
    .context("after it went on")?;
    rig::wait::throughout(SETTLED, async || {
        let events = laptop.toasts()?.events();
        let shown = events.iter().any(|event| matches!(event, ToastEvent::Shown(_)));
        ensure!(!shown, "it shows what is over: {events:?}");
        ensure!(laptop.sound()?.sounds()? == 0, "it sounds for what is over");
        Ok(())
    })
    .await
}
