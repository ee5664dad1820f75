//! Measures what the app costs and how fast it is, on real desktops and over a real TLS connection, and prints each figure as one
//! line of JSON.
//!
//! It holds nothing against a limit: that is `cargo xtask bench`'s.

mod online;
mod peers;
mod portal;
mod process_tree;
mod quiet;
mod scene;
mod start;
mod toast;
mod window;

use anyhow::{Result, bail, ensure};
use process_tree::Cost;
use quiet::Spans;
use scene::SAMPLES;
use serde_json::json;
use std::process::ExitCode;
use std::time::Duration;

/// How much is measured.
enum Form {
    /// The agent alone, quickly.
    Short,
    /// The agent, a bare Tauri app and Chromium.
    Long,
}

/// Who is measured, as `cargo xtask bench` knows it.
const OURS: &str = "ours";

const SHORT: Spans = Spans { settle: Duration::from_secs(5), look: Duration::from_secs(32), starts: 7 };
const LONG: Spans = Spans { settle: Duration::from_secs(15), look: Duration::from_secs(120), starts: 21 };

#[tokio::main]
async fn main() -> ExitCode {
    match measure().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let form = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Form::Long,
        ["--short"] => Form::Short,
        _ => bail!("only --short is known, not {arguments:?}"),
    };
    match form {
        Form::Short => {
            ours(SHORT).await?;
            print_portal(portal::measure(false).await?);
            Ok(())
        }
        Form::Long => {
            ours(LONG).await?;
            print_portal(portal::measure(true).await?);
            peers(LONG).await
        }
    }
}

async fn ours(spans: Spans) -> Result<()> {
    let agent = quiet::measure(spans).await?;
    print(OURS, "start to tray", median_ms(agent.starts));
    print_costs(OURS, agent.before, Some(agent.after));
    print(OURS, "input to online", median_ms(samples(online::measure().await?)?));
    print(OURS, "request to toast", median_ms(samples(toast::measure().await?)?));
    Ok(())
}

async fn peers(spans: Spans) -> Result<()> {
    let tauri = peers::tauri(spans).await?;
    print("bare Tauri tray app", "start to tray", median_ms(tauri.starts));
    print_costs("bare Tauri tray app", tauri.before, Some(tauri.after));
    print_costs("Chromium app window", peers::chromium(spans).await?, None);
    Ok(())
}

fn print_costs(who: &str, before: Cost, after: Option<Cost>) {
    for (when, cost) in [("", Some(before)), (" after a window", after)] {
        if let Some(Cost { pss_mib, wakes_per_s, .. }) = cost {
            print(who, &format!("memory{when}"), pss_mib);
            print(who, &format!("wake-ups{when}"), wakes_per_s);
        }
    }
}

fn print_portal(portal: portal::Portal) {
    print(OURS, "portal: first view", median_ms(portal.shown));
    print(OURS, "portal: layout shift", portal.shift);
    print(OURS, "portal: nodes", portal.nodes);
    print(OURS, "portal: quiet", portal.idle);
    if let Some(storm) = portal.storm {
        print(OURS, "portal: lost frames", storm.lost_frames_a_second);
        print(OURS, "portal: worst frame", storm.worst_frame_ms);
    }
}

fn print(who: &str, figure: &str, value: f64) {
    println!("{}", json!({ "who": who, "figure": figure, "value": value }));
}

fn samples(times: Vec<Duration>) -> Result<Vec<Duration>> {
    ensure!(times.len() == SAMPLES, "{} times were measured, not {SAMPLES}", times.len());
    Ok(times)
}

fn median_ms(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    let middle = times.len() / 2;
    let median = match times.len() % 2 {
        1 => times[middle],
        _ => (times[middle - 1] + times[middle]) / 2,
    };
    median.as_secs_f64() * 1000.0
}
