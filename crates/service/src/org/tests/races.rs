//! What comes late, twice, or under a clock that was set.

use super::*;

#[test]
fn a_sign_in_that_ends_while_its_hello_is_being_checked_does_not_get_in() {
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    let sign_in = SignInId(Uuid::new_v4());
    core.on(Event::Revoked(sign_in), START);
    let late = hello(&mut core, &priya, (1, sign_in, Uuid::new_v4()), Activity::Active, after(5));
    assert!(matches!(late.as_slice(), [Effect::Close(ConnId(1), Close::SignIn)]), "{late:?}");
    assert!(core.members[&priya.id].devices.is_empty());
}

#[test]
fn the_late_end_of_a_replaced_socket_leaves_the_new_one_alone() {
    // P10
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    let (sign_in, instance) = (SignInId(Uuid::new_v4()), Uuid::new_v4());
    for conn in [1, 2] {
        let arrived = hello(&mut core, &priya, (conn, sign_in, instance), Activity::Active, after(conn));
        settle(&mut core, arrived, after(conn));
    }
    core.on(Event::Frame(ConnId(1), Up::Bye), after(3));
    core.on(Event::Ended(ConnId(1), Ended::Left), after(4));
    run(&mut core, after(10_000));
    assert_eq!(core.members[&priya.id].devices[&instance].conn(), Some(ConnId(2)));
}

/// A device whose hello of its second connection came first.
fn overtaken() -> (Core, Person, SignInId, Uuid) {
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    let (sign_in, instance) = (SignInId(Uuid::new_v4()), Uuid::new_v4());
    let newer = (2, sign_in, instance, Some(2));
    let arrived = hello_of_attempt(&mut core, &priya, newer, Activity::Active, START);
    settle(&mut core, arrived, START);
    (core, priya, sign_in, instance)
}

#[test]
fn the_hello_of_an_abandoned_connection_does_not_replace_the_one_in_use() {
    // P10
    let (mut core, priya, sign_in, instance) = overtaken();
    let late = hello_of_attempt(&mut core, &priya, (1, sign_in, instance, Some(1)), idle(0), after(5));
    assert!(matches!(late.as_slice(), [Effect::Close(ConnId(1), Close::Replaced)]), "{late:?}");
    for late in [
        Event::Frame(ConnId(1), Up::Beat { activity: idle(0) }),
        Event::Frame(ConnId(1), Up::Bye),
        Event::Ended(ConnId(1), Ended::Left),
    ] {
        core.on(late, after(6));
    }
    let device = &core.members[&priya.id].devices[&instance];
    assert_eq!(device.conn(), Some(ConnId(2)));
    assert!(device.stamp.is_active(), "{:?}", device.stamp);
}

#[test]
fn a_later_connection_and_one_without_a_number_replace_the_one_in_use() {
    for attempt in [Some(3), None] {
        let (mut core, priya, sign_in, instance) = overtaken();
        let next =
            hello_of_attempt(&mut core, &priya, (3, sign_in, instance, attempt), Activity::Active, after(5));
        assert!(next.iter().any(|effect| matches!(effect, Effect::Close(ConnId(2), Close::Replaced))));
        assert_eq!(core.members[&priya.id].devices[&instance].conn(), Some(ConnId(3)));
    }
}

#[test]
fn the_hello_of_an_abandoned_connection_does_not_bring_back_a_device_that_has_left() {
    // P10: quitting and signing out end it at once.
    for is_forgotten in [false, true] {
        let (mut core, priya, sign_in, instance) = overtaken();
        let left = core.on(Event::Frame(ConnId(2), Up::Bye), after(5));
        if is_forgotten {
            settle(&mut core, left, after(6));
        }
        let late =
            hello_of_attempt(&mut core, &priya, (1, sign_in, instance, Some(1)), Activity::Active, after(7));
        assert!(matches!(late.as_slice(), [Effect::Close(ConnId(1), Close::Replaced)]), "{late:?}");
        let back =
            hello_of_attempt(&mut core, &priya, (3, sign_in, instance, Some(3)), Activity::Active, after(8));
        settle(&mut core, back, after(9));
        assert_eq!(core.members[&priya.id].devices[&instance].conn(), Some(ConnId(3)), "{is_forgotten}");
    }
}

#[test]
fn reading_for_a_connection_that_is_gone_ends() {
    let (mut core, _, dana, id) = waiting();
    let open = Up::Open { id: Uuid::new_v4(), session: id, after: 0 };
    core.on(Event::Frame(ConnId(1), open), after(1));
    core.on(Event::Ended(ConnId(1), Ended::Lost), after(2));
    let message = |number| ::chat::Message {
        number,
        id: Uuid::new_v4(),
        from: dana.id,
        at: START,
        text: "x".to_owned(),
    };
    let full = (1..=protocol::limits::MESSAGES_PART as u64).map(message).collect();
    let after_it = core.on(Event::Stepped(Stepped::Messages(full)), after(3));
    assert!(
        !after_it.iter().any(|effect| matches!(effect, Effect::Store(Step::Messages(..)))),
        "{after_it:?}"
    );
}

#[test]
fn a_clock_that_is_set_changes_nothing_that_is_measured() {
    // P10, and batches of people go on
    for (by_ms, conn) in [(-3_600_000_i64, 2_u64), (3_600_000, 3)] {
        let (wanda, priya) = (person("Wanda", None), person("Priya", None));
        let mut core = core(&[&wanda, &priya]);
        connect(&mut core, &wanda, 1, Activity::Active, START);
        connect(&mut core, &priya, conn, Activity::Active, START);
        core.on(Event::Frame(ConnId(1), Up::WatchPeople), after(1_000));
        core.on(Event::Frame(ConnId(conn), Up::Beat { activity: idle(0) }), after(2_000));
        let now = UnixMillis(after(2_500).0.saturating_add_signed(by_ms));
        core.on(Event::ClockSet { by_ms }, now);
        assert!(run(&mut core, now).iter().all(|(_, effect)| !matches!(effect, Effect::Close(..))));
        // Whoever was there since a time that is yet to come is told of in a batch before.
        run(&mut core, now.plus(Duration::from_millis(100)));
        let now = now.plus(Duration::from_millis(200));
        let active = core.on(Event::Frame(ConnId(conn), Up::Beat { activity: Activity::Active }), now);
        assert_eq!(batches(&active, 1), [["Priya"]]);
        // The beat that was due 12.5 s later still is.
        let beats = run(&mut core, now.plus(Duration::from_millis(12_500)));
        let beats = beats.iter().any(|(_, effect)| {
            matches!(effect, Effect::Send(to, frame) if to.contains(&ConnId(1)) && matches!(**frame, Down::Beat))
        });
        assert!(beats);
        core.on(Event::Ended(ConnId(conn), Ended::Lost), now);
        run(&mut core, now.plus(Duration::from_secs(30)));
        core.on(
            Event::Frame(ConnId(1), Up::Beat { activity: Activity::Active }),
            now.plus(Duration::from_secs(30)),
        );
        let gone = run(&mut core, now.plus(Duration::from_secs(46)));
        let gone: Vec<_> = gone.into_iter().map(|(_, effect)| effect).collect();
        assert_eq!(batches(&gone, 1), [["Priya"]], "gone 45 s after its last frame");
    }
}

#[test]
fn a_preference_with_an_end_keeps_to_the_clock_on_the_wall() {
    // P7
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    let prefer = Up::Prefer {
        id: Uuid::new_v4(),
        preference: protocol::PreferenceChange::Away { for_ms: Some(60_000), until_back: false },
        set_ago_ms: 0,
    };
    let asked = core.on(Event::Frame(ConnId(1), prefer), START);
    settle(&mut core, asked, START);
    let now = UnixMillis(START.0 - 30_000);
    core.on(Event::ClockSet { by_ms: -30_000 }, now);
    let mut beat = |at| {
        core.on(Event::Frame(ConnId(1), Up::Beat { activity: Activity::Active }), at);
        run(&mut core, at);
        core.members[&priya.id].person.preference.0
    };
    for quarter in 1..6 {
        assert_ne!(beat(now.plus(Duration::from_secs(15 * quarter))), Preference::Automatic);
    }
    assert_eq!(beat(START.plus(Duration::from_secs(60))), Preference::Automatic);
}
