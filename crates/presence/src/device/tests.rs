//! The rules P2 to P6 and P12 on one device, as tables, and against a naive model.

use super::*;
use proptest::prelude::*;

const THRESHOLD: Duration = Duration::from_secs(300);

fn at(seconds: u64) -> Moment {
    Moment::at(Duration::from_secs(seconds))
}

fn idle(reason: IdleReason, seconds: u64) -> Activity {
    Activity::Idle { reason, idle_for_ms: seconds * 1000 }
}

/// What the device reports after each of these facts, at the fact's time.
fn told(facts: &[(u64, Fact)]) -> Vec<Activity> {
    let mut device = Device::new(THRESHOLD, at(0));
    facts
        .iter()
        .map(|&(seconds, fact)| {
            device.on(fact, at(seconds));
            device.activity(at(seconds))
        })
        .collect()
}

#[test]
fn a_new_device_is_idle_until_a_source_says_otherwise() {
    // P11
    let device = Device::new(THRESHOLD, at(0));
    assert_eq!(device.activity(at(7)), idle(IdleReason::Idle, 7));
}

#[test]
fn idleness_counts_from_the_last_input_and_not_from_the_threshold() {
    // P6
    let mut device = Device::new(THRESHOLD, at(0));
    device.on(Fact::Active, at(100));
    device.on(Fact::IdleFor(THRESHOLD), at(402));
    assert_eq!(device.activity(at(500)), idle(IdleReason::Idle, 398));
}

#[test]
fn the_first_input_makes_it_active_at_once() {
    // P5
    let told = told(&[(400, Fact::IdleFor(THRESHOLD)), (401, Fact::Active)]);
    assert_eq!(told, [idle(IdleReason::Idle, 300), Activity::Active]);
}

#[test]
fn stays_away_on_a_lock_screen_whatever_is_typed_there() {
    // P4
    let told = told(&[(10, Fact::Active), (20, Fact::Locked), (30, Fact::Active), (40, Fact::Unlocked)]);
    assert_eq!(
        told,
        [Activity::Active, idle(IdleReason::Locked, 0), idle(IdleReason::Locked, 10), Activity::Active]
    );
}

#[test]
fn resume_alone_is_not_activity_but_input_after_it_is() {
    // P4
    let told = told(&[(10, Fact::Active), (20, Fact::Suspending), (500, Fact::Resumed), (510, Fact::Active)]);
    assert_eq!(told[2], idle(IdleReason::Asleep, 480));
    assert_eq!(told[3], Activity::Active);
}

#[test]
fn stays_away_after_waking_up_locked_until_it_is_unlocked() {
    // P4
    let told = told(&[
        (10, Fact::Active),
        (20, Fact::Suspending),
        (21, Fact::Locked),
        (500, Fact::Resumed),
        (501, Fact::Active),
        (502, Fact::Unlocked),
    ]);
    assert_eq!(told[4], idle(IdleReason::Locked, 480));
    assert_eq!(told[5], Activity::Active);
}

#[test]
fn an_unlock_without_a_lock_is_not_activity() {
    let told = told(&[(400, Fact::IdleFor(THRESHOLD)), (410, Fact::Unlocked)]);
    assert_eq!(told[1], idle(IdleReason::Idle, 310));
}

#[test]
fn does_not_stay_active_for_ever_after_the_source_is_lost() {
    // P12
    let mut device = Device::new(THRESHOLD, at(0));
    device.on(Fact::Active, at(10));
    device.on(Fact::Lost, at(50));
    assert_eq!(device.activity(at(60)), Activity::Active);
    assert_eq!(device.next_timeout(at(60)), Some(at(350)));
    assert_eq!(device.activity(at(350)), idle(IdleReason::Idle, 300));
    assert_eq!(device.next_timeout(at(350)), None);
}

#[test]
fn a_source_that_was_never_there_makes_nobody_active() {
    // P11, P12
    let mut device = Device::new(THRESHOLD, at(0));
    device.on(Fact::Lost, at(1));
    assert_eq!(device.activity(at(2)), idle(IdleReason::Idle, 2));
    assert_eq!(device.next_timeout(at(2)), None);
}

#[test]
fn input_in_the_apps_window_counts_for_one_threshold_if_there_is_no_source() {
    // P12
    let mut device = Device::new(THRESHOLD, at(0));
    device.on(Fact::Lost, at(0));
    device.on_own_input(at(1000));
    assert_eq!(device.activity(at(1100)), Activity::Active);
    assert_eq!(device.activity(at(1300)), idle(IdleReason::Idle, 300));
}

#[test]
fn a_shorter_threshold_is_used_at_once() {
    // P2
    let mut device = Device::new(THRESHOLD, at(0));
    device.set_idle_after(Duration::from_secs(5));
    device.on(Fact::IdleFor(Duration::from_secs(6)), at(100));
    assert_eq!(device.activity(at(100)), idle(IdleReason::Idle, 6));
}

fn facts() -> impl Strategy<Value = Vec<(u64, Fact)>> {
    let fact = prop_oneof![
        4 => Just(Fact::Active),
        2 => Just(Fact::IdleFor(THRESHOLD)),
        1 => Just(Fact::Locked),
        1 => Just(Fact::Unlocked),
        1 => Just(Fact::Suspending),
        1 => Just(Fact::Resumed),
    ];
    proptest::collection::vec((1_u64..900, fact), 1..40).prop_map(|steps| {
        let mut clock = 1000;
        steps
            .into_iter()
            .map(|(pause, fact)| {
                clock += pause;
                (clock, fact)
            })
            .collect()
    })
}

proptest! {
    /// The naive model keeps the whole history and looks back through it at each question.
    #[test]
    fn agrees_with_a_model_that_looks_back_through_all_facts(facts in facts()) {
        let mut device = Device::new(THRESHOLD, at(0));
        for (index, &(now, fact)) in facts.iter().enumerate() {
            device.on(fact, at(now));
            let active = device.activity(at(now)) == Activity::Active;
            prop_assert_eq!(active, model_is_active(&facts[..=index]));
        }
    }
}

fn model_is_active(facts: &[(u64, Fact)]) -> bool {
    let (mut locked, mut asleep, mut input) = (false, false, false);
    for &(_, fact) in facts {
        match fact {
            Fact::Active => {
                input = true;
                asleep = asleep && locked;
            }
            Fact::IdleFor(_) | Fact::Lost => input = false,
            Fact::Locked => locked = true,
            Fact::Unlocked if locked => {
                locked = false;
                asleep = false;
                input = true;
            }
            Fact::Suspending => asleep = true,
            Fact::Unlocked | Fact::Resumed => {}
        }
    }
    input && !locked && !asleep
}
