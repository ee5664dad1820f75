//! The machine's clock is set forwards and backwards while people are connected: nobody goes Offline, beats come when they were due,
//! and no state is dated in the future.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::program::{Bystanders, Folder, Serving, Socket};
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use uuid::Uuid;

/// Time between two beats.
const BEAT: Duration = Duration::from_secs(15);
const HOUR: i64 = 60 * 60;

/// The library that shows a program a different time (package libfaketime).
fn library() -> PathBuf {
    let places = std::fs::read_dir("/usr/lib").unwrap();
    let mut found = places
        .filter_map(|place| Some(place.ok()?.path().join("faketime/libfaketimeMT.so.1")))
        .filter(|file| file.exists());
    found.next().expect("the package libfaketime is installed")
}

struct Clock(PathBuf);

impl Clock {
    /// Sets the service's clock ahead of the machine's by this much.
    fn set(&self, seconds: i64) {
        let next = self.0.with_extension("next");
        std::fs::write(&next, format!("{seconds:+}\n")).unwrap();
        std::fs::rename(next, &self.0).unwrap();
    }
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The time on the service's clock, and everybody as a technician sees them.
async fn looked_up(serving: &Serving, token: &str) -> (i64, Vec<Value>) {
    let mut technician = serving.connect(token, Uuid::new_v4()).await;
    let welcome = technician.until("welcome").await.unwrap().pop().unwrap();
    technician.until("synced").await.unwrap();
    technician.send(json!({"type": "people.watch"})).await;
    let people = technician.until("people").await.unwrap().pop().unwrap();
    (welcome["now"].as_i64().unwrap() / 1000, people["people"].as_array().unwrap().clone())
}

/// Waits for the next beat, answers it, and returns when it came; checks the frames before it.
async fn beat(device: &mut Socket, mut look: impl FnMut(&Value)) -> Instant {
    loop {
        let message = tokio::time::timeout(3 * BEAT, device.socket.next()).await.expect("a beat in time");
        let frame: Value = serde_json::from_str(message.unwrap().unwrap().to_text().unwrap()).unwrap();
        if frame["type"] == "beat" {
            device.send(json!({"type": "beat", "activity": "active"})).await;
            return Instant::now();
        }
        look(&frame);
    }
}

#[tokio::test]
async fn nobody_goes_offline_and_nothing_is_late_when_the_clock_is_set() {
    let folder = Folder::new();
    let clock = Clock(folder.path.join("clock"));
    clock.set(0);
    let environment = [
        ("LD_PRELOAD", library().to_str().unwrap().to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", clock.0.to_str().unwrap().to_owned()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    let serving = folder.serve_among(&environment);
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let watcher = folder.sign_in(&serving, &["--role", "technician", "--name", "Wanda"]);
    let idle = folder.sign_in(&serving, &["--role", "technician", "--name", "Ida"]);
    let mut idle_device = serving.open("/connect", &[]).await;
    let away = json!({"idle": {"reason": "idle", "idle_for_ms": 600_000}});
    idle_device.send(common::hello(Some(&idle), Uuid::new_v4(), away.clone())).await;
    idle_device.until("synced").await.unwrap();
    bystanders.are_served().await;
    let mut last = beat(&mut bystanders.technician, |_| {}).await;
    bystanders.client.send(json!({"type": "beat", "activity": "active"})).await;
    for ahead in [30 * 24 * HOUR, -26 * HOUR] {
        clock.set(ahead);
        bystanders.are_served().await;
        let (shown, people) = looked_up(&serving, &watcher).await;
        assert!(shown.abs_diff(now() + ahead) <= 5, "the service's clock shows {shown}");
        for person in people.iter().filter(|person| person["name"] != "Wanda") {
            let presence = &person["presence"];
            let state = if person["name"] == "Ida" { "away" } else { "online" };
            assert_eq!(presence["state"], state, "{ahead}: {person}");
            assert!(
                presence["since"].as_i64().unwrap() / 1000 <= shown,
                "{ahead}: dated in the future: {person}"
            );
        }
        // Meanwhile the technician sees nobody go Offline, except the one who looked and left.
        let next = beat(&mut bystanders.technician, |frame| {
            for person in frame["people"].as_array().into_iter().flatten() {
                assert!(
                    person["presence"]["state"] != "offline" || person["name"] == "Wanda",
                    "{ahead}: {person}"
                );
            }
        })
        .await;
        bystanders.client.send(json!({"type": "beat", "activity": "active"})).await;
        idle_device.send(json!({"type": "beat", "activity": away})).await;
        let distance = next.duration_since(last);
        assert!(distance.abs_diff(BEAT) < Duration::from_secs(2), "{ahead}: {distance:?} between two beats");
        last = next;
    }
    bystanders.are_served().await;
    assert!(serving.log().contains("the machine's clock was set"), "{}", serving.log());
}
