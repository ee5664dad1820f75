//! The rules P7, P9 and P10 on a user's devices, as tables, and against a naive model.

use super::*;
use proptest::prelude::*;

const THRESHOLD: Duration = Duration::from_secs(300);
const SEEN: UnixMillis = UnixMillis(1);

fn active(since: u64) -> Stamped {
    Stamped::Active { since: UnixMillis(since) }
}

fn idle(reason: IdleReason, since: u64) -> Stamped {
    Stamped::Idle { reason, since: UnixMillis(since) }
}

fn away(set: u64, until: Until) -> Preference {
    Preference::Away { set: UnixMillis(set), until }
}

/// The presence that these devices give, if none of them was known before.
fn seen_as(devices: impl IntoIterator<Item = Stamped>, preference: Preference) -> Presence {
    let devices: Vec<Stamped> = devices.into_iter().collect();
    let active = active_since(devices.iter().copied(), None);
    presence(devices, active, preference, SEEN)
}

#[test]
fn a_user_without_a_device_is_offline_whatever_the_preference() {
    // P9
    assert_eq!(seen_as([], Preference::Automatic), Presence::Offline { since: SEEN });
    assert_eq!(seen_as([], away(5, Until::Cleared)), Presence::Offline { since: SEEN });
}

#[test]
fn a_preference_for_away_wins_over_an_active_device() {
    // P7, P9
    let seen = seen_as([active(10)], away(20, Until::Time(UnixMillis(99))));
    assert_eq!(
        seen,
        Presence::Away { reason: AwayReason::Manual, since: UnixMillis(20), until: Some(UnixMillis(99)) }
    );
}

#[test]
fn one_active_device_is_enough_and_the_earliest_sets_since() {
    // P9
    let devices = [idle(IdleReason::Locked, 50), active(40), active(30)];
    assert_eq!(seen_as(devices, Preference::Automatic), Presence::Online { since: UnixMillis(30) });
}

#[test]
fn away_describes_the_device_that_was_active_last() {
    // P9
    let devices = [idle(IdleReason::Locked, 50), idle(IdleReason::Idle, 70), idle(IdleReason::Asleep, 60)];
    assert_eq!(
        seen_as(devices, Preference::Automatic),
        Presence::Away { reason: AwayReason::Idle, since: UnixMillis(70), until: None }
    );
}

#[test]
fn ending_away_while_idle_gives_away_since_the_last_input_and_never_online() {
    // P7
    let devices = [idle(IdleReason::Idle, 70)];
    assert_eq!(
        seen_as(devices, Preference::Automatic),
        Presence::Away { reason: AwayReason::Idle, since: UnixMillis(70), until: None }
    );
}

#[test]
fn restating_keeps_the_stamp_and_a_new_idleness_moves_it() {
    // P11
    let now = UnixMillis(1_000_000);
    let report = |idle_for_ms| Activity::Idle { reason: IdleReason::Idle, idle_for_ms };
    let first = Stamped::next(None, report(300_000), now);
    assert_eq!(first, idle(IdleReason::Idle, 700_000));
    let restated = Stamped::next(Some(first), report(315_040), now.plus(Duration::from_secs(15)));
    assert_eq!(restated, first);
    let other = Stamped::next(Some(first), report(300_000), now.plus(Duration::from_secs(400)));
    assert_eq!(other, idle(IdleReason::Idle, 1_100_000));
    assert_eq!(Stamped::next(Some(active(3)), Activity::Active, now), active(3));
    assert_eq!(Stamped::next(Some(first), Activity::Active, now), active(now.0));
}

#[test]
fn a_preference_with_an_end_is_automatic_from_that_time_on() {
    // P7
    let until = away(10, Until::Time(UnixMillis(99)));
    assert_eq!(preference_at(until, UnixMillis(98)), until);
    assert_eq!(preference_at(until, UnixMillis(99)), Preference::Automatic);
}

#[test]
fn until_i_am_back_ends_with_the_first_input_after_a_full_threshold() {
    // P7
    let until = away(1_000, Until::Back);
    let after =
        |before: Stamped, now: u64| preference_after(until, before, active(now), THRESHOLD, UnixMillis(now));
    assert_eq!(after(idle(IdleReason::Idle, 5_000), 305_000), Preference::Automatic);
    assert_eq!(after(idle(IdleReason::Locked, 5_000), 10_000), until, "a short lock is not an absence");
    assert_eq!(after(idle(IdleReason::Idle, 0), 300_500), until, "the absence counts from the setting on");
    assert_eq!(after(active(5_000), 900_000), until, "no change from idle to active");
}

fn stamped() -> impl Strategy<Value = Stamped> {
    prop_oneof![
        (0_u64..100).prop_map(active),
        (0_u64..100).prop_map(|since| idle(IdleReason::Idle, since)),
        (0_u64..100).prop_map(|since| idle(IdleReason::Locked, since)),
        (0_u64..100).prop_map(|since| idle(IdleReason::Asleep, since)),
    ]
}

proptest! {
    #[test]
    fn the_state_is_as_the_rule_says_in_one_sentence(
        devices in proptest::collection::vec(stamped(), 0..5),
        manual in any::<bool>(),
    ) {
        // P9: offline without a device, else away by preference, else online by any active one, else away.
        let preference = if manual { away(7, Until::Cleared) } else { Preference::Automatic };
        let seen = seen_as(devices.iter().copied(), preference);
        let expected = if devices.is_empty() {
            crate::State::Offline
        } else if manual || !devices.iter().any(Stamped::is_active) {
            crate::State::Away
        } else {
            crate::State::Online
        };
        prop_assert_eq!(seen.state(), expected);
    }

    #[test]
    fn the_order_of_devices_does_not_matter(mut devices in proptest::collection::vec(stamped(), 0..5)) {
        let seen = seen_as(devices.iter().copied(), Preference::Automatic);
        devices.reverse();
        let again = seen_as(devices.iter().copied(), Preference::Automatic);
        prop_assert_eq!((again.state(), again.since()), (seen.state(), seen.since()));
    }
}
