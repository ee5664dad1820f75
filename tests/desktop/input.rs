//! P2, P3, P5, P6: real input under a real X server, seen by a second client of the service.

use crate::stage::{AT_ONCE, IDLE_AFTER, IDLE_BY, SOON, Stage, is_away, is_online, now};
use anyhow::{Context, Result, ensure};
use presence::{AwayReason, UnixMillis};
use rig::{Options, Screen};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

const PRIYA: &str = "Priya Shah";

/// One kind of input, done once.
type Input = fn(&Screen) -> Result<()>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn away_has_the_time_of_the_last_input_and_any_input_ends_it_within_a_second() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (desktop, _app) = stage.technician_on(Options::default(), PRIYA).await?;
    let screen = desktop.screen()?;
    screen.tap()?;
    let mut last_input = now();
    watcher.presence(PRIYA, SOON, is_online).await?;
    let inputs: [(&str, Input); 4] = [
        ("a key", Screen::tap),
        ("a click", Screen::click),
        ("a wheel notch", |screen| screen.wheel(true)),
        ("a pointer move", Screen::nudge),
    ];
    for (name, input) in inputs {
        let idle = |seen: &_| is_away(seen, AwayReason::Idle);
        let (_, away) = watcher.presence(PRIYA, IDLE_BY, idle).await.context(name)?;
        // P6
        let off = away.since().0.abs_diff(last_input.0);
        ensure!(off <= 500, "before {name}: since is {off} ms off the last input");
        let (pressed, at) = (Instant::now(), now());
        input(&screen)?;
        let (_, online) = watcher.presence(PRIYA, AT_ONCE, is_online).await.context(name)?;
        ensure!(pressed.elapsed() <= AT_ONCE, "{name} took {:?} to be seen", pressed.elapsed());
        ensure!(online.since() >= UnixMillis(at.0 - 50), "{name}: online since before the input");
        last_input = at;
    }
    Ok(())
}

async fn never_away(input: Input, every: Duration) -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (desktop, _app) = stage.technician_on(Options::default(), PRIYA).await?;
    let screen = desktop.screen()?;
    input(&screen)?;
    watcher.presence(PRIYA, SOON, is_online).await?;
    let begin = std::time::Instant::now();
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    while begin.elapsed() < Duration::from_secs(20) {
        ticks.tick().await;
        input(&screen)?;
    }
    let changes = watcher.changes_since(PRIYA, begin);
    ensure!(changes.is_empty(), "was shown as {changes:?} in between");
    // It does see that nothing comes any more: the watch was not blind.
    watcher.presence(PRIYA, IDLE_AFTER + IDLE_BY, |seen| is_away(seen, AwayReason::Idle)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_taps_every_four_seconds_never_make_away() -> Result<()> {
    never_away(Screen::tap, Duration::from_secs(4)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_wheel_notches_never_make_away() -> Result<()> {
    never_away(|screen| screen.wheel(false), Duration::from_secs(2)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_pointer_moves_never_make_away() -> Result<()> {
    never_away(Screen::nudge, Duration::from_secs(2)).await
}
