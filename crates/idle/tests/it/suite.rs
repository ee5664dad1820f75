//! The one suite that every source passes: the contract of `idle::source::IdleSource`, seen from outside.

use crate::{PATIENCE, next, next_fact, next_source};
use idle::{Seen, Source, SourceKind, Watch};
use presence::device::Fact;
use std::time::Duration;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, sleep, timeout};

const SHORT: Duration = Duration::from_secs(1);
const LONG: Duration = Duration::from_secs(600);
/// P6: how far an idle age may be from the last input.
const EXACT: Duration = Duration::from_millis(500);
/// What a busy machine may add between a fact and its arrival.
const BUSY: Duration = Duration::from_secs(5);

/// A place with a user and a source.
pub(crate) trait Stage {
    const KIND: SourceKind;
    /// Whether the source knows of input before it was opened.
    const KNOWS_THE_PAST: bool = true;

    /// Begins to watch.
    fn open(&mut self, idle_after: Duration) -> (Watch, Receiver<Seen>);
    /// Input of a kind that the source can see. It has happened when this returns.
    fn input(&mut self);
    /// The source's server goes.
    fn lose(&mut self);
    /// It is there again.
    fn restore(&mut self);
}

/// When an input happened.
struct Input {
    from: Instant,
    to: Instant,
}

fn input(stage: &mut impl Stage) -> Input {
    let from = Instant::now();
    stage.input();
    Input { from, to: Instant::now() }
}

impl Input {
    /// P6: an age that arrives now leads back to this input.
    fn assert_is_since(&self, idle_for: Duration) {
        let since = Instant::now() - idle_for;
        assert!(since + EXACT >= self.from, "{idle_for:?} is more than the time since the last input");
        assert!(since <= self.to + EXACT + BUSY, "{idle_for:?} is less than the time since the last input");
    }
}

/// Runs the whole suite.
pub(crate) async fn passes(stage: &mut impl Stage) {
    tells_idleness_from_before_its_start(stage).await;
    tells_idle_and_active_again_and_again(stage).await;
    uses_a_new_threshold_at_once(stage).await;
    is_silent_while_input_goes_on(stage).await;
    tells_the_first_input_after_waking(stage).await;
    ends_and_is_found_again(stage).await;
}

async fn open<S: Stage>(stage: &mut S, idle_after: Duration) -> (Watch, Receiver<Seen>) {
    let (watch, mut seen) = stage.open(idle_after);
    assert_is_found::<S>(&mut seen).await;
    (watch, seen)
}

async fn assert_is_found<S: Stage>(seen: &mut Receiver<Seen>) {
    loop {
        match next_source(seen).await {
            Source::Found { kind, why } => {
                assert_eq!(kind, S::KIND, "{why}");
                return;
            }
            Source::None { .. } => {}
        }
    }
}

/// Waits until the threshold has run out; earlier reports must be below it.
async fn until_idle(seen: &mut Receiver<Seen>, idle_after: Duration) -> Duration {
    loop {
        match next_fact(seen).await {
            Fact::IdleFor(idle_for) if idle_for >= idle_after => return idle_for,
            Fact::IdleFor(_) => {}
            fact @ (Fact::Active
            | Fact::Locked
            | Fact::Unlocked
            | Fact::Suspending
            | Fact::Resumed
            | Fact::Lost) => {
                panic!("{fact:?} without input")
            }
        }
    }
}

async fn restated(seen: &mut Receiver<Seen>) -> Duration {
    match next_fact(seen).await {
        Fact::IdleFor(idle_for) => idle_for,
        fact => panic!("{fact:?} instead of what is seen"),
    }
}

async fn tells_idleness_from_before_its_start<S: Stage>(stage: &mut S) {
    let last = input(stage);
    // The source has to be opened after the threshold.
    sleep(SHORT + SHORT / 2).await;
    let (_watch, mut seen) = open(stage, SHORT).await;
    let idle_for = restated(&mut seen).await;
    assert!(idle_for >= SHORT, "{idle_for:?}");
    if S::KNOWS_THE_PAST {
        last.assert_is_since(idle_for);
    }
}

async fn tells_idle_and_active_again_and_again<S: Stage>(stage: &mut S) {
    let (_watch, mut seen) = open(stage, SHORT).await;
    until_idle(&mut seen, SHORT).await;
    for _ in 0..3 {
        let last = input(stage);
        assert_eq!(next(&mut seen).await, Seen::Fact(Fact::Active)); // P5
        println!("{:?}: first input after {:?}", S::KIND, last.to.elapsed());
        let idle_for = until_idle(&mut seen, SHORT).await;
        last.assert_is_since(idle_for); // P6
    }
}

async fn uses_a_new_threshold_at_once<S: Stage>(stage: &mut S) {
    let (watch, mut seen) = open(stage, SHORT).await;
    until_idle(&mut seen, SHORT).await;
    if !S::KNOWS_THE_PAST {
        input(stage);
        assert_eq!(next_fact(&mut seen).await, Fact::Active);
        until_idle(&mut seen, SHORT).await;
    }
    watch.set_idle_after(LONG); // P2
    assert!(restated(&mut seen).await >= SHORT);
    watch.set_idle_after(SHORT);
    assert!(restated(&mut seen).await >= SHORT);

    let last = input(stage);
    assert_eq!(next_fact(&mut seen).await, Fact::Active);
    watch.set_idle_after(SHORT * 3);
    last.assert_is_since(until_idle(&mut seen, SHORT * 3).await);
    assert!(last.from.elapsed() >= SHORT * 3 - EXACT);
    input(stage);
    assert_eq!(next_fact(&mut seen).await, Fact::Active);
}

/// On a machine too busy to give input in time, it is tried again.
async fn is_silent_while_input_goes_on<S: Stage>(stage: &mut S) {
    let idle_after = SHORT * 3;
    let (_watch, mut seen) = open(stage, idle_after).await;
    for _ in 0..10 {
        input(stage);
        while timeout(SHORT / 2, seen.recv()).await.is_ok() {}
        let began = Instant::now();
        let mut last = began;
        let mut longest = Duration::ZERO;
        while began.elapsed() < idle_after + SHORT {
            input(stage);
            longest = longest.max(last.elapsed());
            last = Instant::now();
            sleep(SHORT / 10).await;
        }
        let said = seen.try_recv();
        if longest < SHORT {
            assert!(said.is_err(), "{said:?} while input went on");
            return;
        }
    }
    panic!("this machine cannot give input once a second");
}

async fn tells_the_first_input_after_waking<S: Stage>(stage: &mut S) {
    let (watch, mut seen) = open(stage, LONG).await;
    if S::KNOWS_THE_PAST {
        restated(&mut seen).await;
    } else {
        input(stage);
        assert_eq!(next_fact(&mut seen).await, Fact::Active);
    }
    watch.expect_input(); // P4
    restated(&mut seen).await;
    let began = Instant::now();
    loop {
        assert!(began.elapsed() < PATIENCE, "input after waking is not seen");
        input(stage);
        if let Ok(fact) = timeout(SHORT / 4, seen.recv()).await {
            assert_eq!(fact, Some(Seen::Fact(Fact::Active)));
            return;
        }
    }
}

async fn ends_and_is_found_again<S: Stage>(stage: &mut S) {
    let (watch, mut seen) = open(stage, SHORT).await;
    until_idle(&mut seen, SHORT).await;
    stage.lose();
    assert_eq!(next(&mut seen).await, Seen::Fact(Fact::Lost)); // P12
    match next(&mut seen).await {
        Seen::Source(Source::None { why }) => assert!(!why.is_empty()),
        other => panic!("{other:?} instead of why there is no source"),
    }
    stage.restore();
    assert_is_found::<S>(&mut seen).await;
    // P11: a new server is not input. Wait long enough for a report, and for the threshold to run out.
    sleep(SHORT * 2).await;
    input(stage);
    loop {
        match next_fact(&mut seen).await {
            Fact::Active => break,
            Fact::IdleFor(idle_for) if idle_for >= SHORT => {}
            fact => panic!("{fact:?} before there was input"),
        }
    }

    drop(watch);
    while let Some(_late) = timeout(PATIENCE, seen.recv()).await.expect("the watch ends when it is dropped") {
    }
}
