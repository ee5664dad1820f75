//! The script on a paused clock.

use crate::suite::{self, Stage};
use crate::{next, next_fact};
use idle::scripted::{Script, script, script_with};
use idle::{Seen, Source, SourceKind, Watch};
use presence::device::Fact;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::time::Instant;

struct Scripted {
    script: Option<Script>,
    last_input: Instant,
}

impl Stage for Scripted {
    const KIND: SourceKind = SourceKind::Scripted;

    fn open(&mut self, idle_after: Duration) -> (Watch, Receiver<Seen>) {
        let (script, watch, seen) = script_with(idle_after, self.last_input.elapsed());
        self.script = Some(script);
        (watch, seen)
    }
    fn input(&mut self) {
        self.last_input = Instant::now();
        if let Some(script) = &self.script {
            script.input();
        }
    }
    fn lose(&mut self) {
        self.script.as_ref().unwrap().lose();
    }
    fn restore(&mut self) {
        self.script.as_ref().unwrap().restore();
    }
}

#[tokio::test(start_paused = true)]
async fn passes_the_suite() {
    suite::passes(&mut Scripted { script: None, last_input: Instant::now() }).await;
}

#[tokio::test(start_paused = true)]
async fn plays_a_day_in_order_and_to_the_millisecond() {
    let (script, watch, mut seen) = script();
    assert!(matches!(next(&mut seen).await, Seen::Source(Source::Found { kind: SourceKind::Scripted, .. })));
    assert_eq!(next_fact(&mut seen).await, Fact::IdleFor(Duration::ZERO));
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(next_fact(&mut seen).await, Fact::IdleFor(Duration::from_secs(300))); // P2, P6
    script.input();
    script.lock();
    script.unlock();
    assert_eq!(next_fact(&mut seen).await, Fact::Active);
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
    assert_eq!(next_fact(&mut seen).await, Fact::Unlocked);

    script.suspend();
    assert_eq!(next_fact(&mut seen).await, Fact::Suspending);
    assert!(!script.sleep_released());
    watch.release_sleep();
    script.until_sleep_released().await;
    assert!(script.sleep_released());
    script.resume();
    script.input();
    script.input();
    script.lock();
    assert_eq!(next_fact(&mut seen).await, Fact::Resumed);
    assert_eq!(next_fact(&mut seen).await, Fact::Active); // P4
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
}

#[tokio::test(start_paused = true)]
async fn facts_of_the_session_pass_while_there_is_no_source() {
    let (script, _watch, mut seen) = script();
    assert_eq!(next_fact(&mut seen).await, Fact::IdleFor(Duration::ZERO));
    script.lose();
    assert_eq!(next_fact(&mut seen).await, Fact::Lost);
    script.lock();
    assert_eq!(next_fact(&mut seen).await, Fact::Locked);
    script.restore();
    assert!(matches!(next_fact(&mut seen).await, Fact::IdleFor(_)));
}
