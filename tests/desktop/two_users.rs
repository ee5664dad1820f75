//! P3: several users on one machine are several devices, each with its own input.

use crate::stage::{SOON, Stage, is_away, is_online, now};
use anyhow::{Context, Result, ensure};
use presence::{AwayReason, UnixMillis};
use rig::{Desktop, Options, Peer, eventually};
use std::fs::read_to_string;
use std::time::Duration;

/// Two users that every Debian has.
const USERS: [&str; 2] = ["games", "nobody"];

async fn desktop_of(user: &'static str) -> Result<Desktop> {
    Desktop::start(Options { user: Some(user), ..Options::default() }).await
}

/// The line of a process's status that names its user ids.
fn user_of(id: u32) -> Result<String> {
    let status = read_to_string(format!("/proc/{id}/status"))?;
    status.lines().find(|line| line.starts_with("Uid:")).map(str::to_owned).context("a status names users")
}

async fn away_since(watcher: &Peer, name: &str) -> Result<UnixMillis> {
    let (_, away) = watcher.presence(name, SOON, |seen| is_away(seen, AwayReason::Idle)).await?;
    Ok(away.since())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_users_on_one_machine_only_the_one_who_types_is_online() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (first, second) = (desktop_of(USERS[0]).await?, desktop_of(USERS[1]).await?);
    let priya = stage.technician(&first, "Priya Shah").await?;
    let tom = stage.technician(&second, "Tom Berg").await?;
    ensure!(user_of(priya.id())? != user_of(tom.id())?, "both apps run as the same user");

    let (typing, other) = (first.screen()?, second.screen()?);
    other.tap()?;
    let last_input = now();
    typing.tap()?;
    watcher.presence("Priya Shah", SOON, is_online).await?;
    eventually("Tom is away while Priya types", SOON, async || {
        typing.tap()?;
        // Somebody who has just been added is told of in the next batch.
        let seen = watcher.seen();
        let shown = seen.people.get("Tom Berg").context("nobody has told of Tom yet")?.presence;
        ensure!(is_away(&shown, AwayReason::Idle), "{shown:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let off = away_since(&watcher, "Tom Berg").await?.0.abs_diff(last_input.0);
    ensure!(off <= 500, "Tom's last input is {off} ms off: it is not his own");
    rig::wait::throughout(Duration::from_secs(6), async || {
        typing.tap()?;
        let (priya, tom) =
            (watcher.seen().people["Priya Shah"].presence, watcher.seen().people["Tom Berg"].presence);
        ensure!(is_online(&priya) && is_away(&tom, AwayReason::Idle), "{priya:?}, {tom:?}");
        Ok(())
    })
    .await
}
