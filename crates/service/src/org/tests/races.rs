//! Events that arrive late or twice.

use super::*;

#[test]
fn a_sign_in_that_ends_while_its_hello_is_being_checked_does_not_get_in() {
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    let sign_in = SignInId(Uuid::new_v4());
    core.on(Event::Revoked(sign_in), at(START));
    let late = hello(&mut core, &priya, (1, sign_in, Uuid::new_v4()), Activity::Active, after(5));
    assert!(matches!(late.as_slice(), [Effect::Close(ConnId(1), Close::SignIn)]), "{late:?}");
    assert!(core.people.members[&priya.id].devices.is_empty());
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
    core.on(Event::Frame(ConnId(1), Up::Bye), at(after(3)));
    core.on(Event::Ended(ConnId(1), Ended::Left), at(after(4)));
    run(&mut core, after(10_000));
    assert_eq!(core.people.members[&priya.id].devices[&instance].conn(), Some(ConnId(2)));
}

/// A device whose second connection's hello arrived first.
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
        core.on(late, at(after(6)));
    }
    let device = &core.people.members[&priya.id].devices[&instance];
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
        assert_eq!(core.people.members[&priya.id].devices[&instance].conn(), Some(ConnId(3)));
    }
}

#[test]
fn the_hello_of_an_abandoned_connection_does_not_bring_back_a_device_that_has_left() {
    // P10: quitting and signing out end it at once.
    for is_forgotten in [false, true] {
        let (mut core, priya, sign_in, instance) = overtaken();
        let left = core.on(Event::Frame(ConnId(2), Up::Bye), at(after(5)));
        if is_forgotten {
            settle(&mut core, left, after(6));
        }
        let late =
            hello_of_attempt(&mut core, &priya, (1, sign_in, instance, Some(1)), Activity::Active, after(7));
        assert!(matches!(late.as_slice(), [Effect::Close(ConnId(1), Close::Replaced)]), "{late:?}");
        let back =
            hello_of_attempt(&mut core, &priya, (3, sign_in, instance, Some(3)), Activity::Active, after(8));
        settle(&mut core, back, after(9));
        assert_eq!(
            core.people.members[&priya.id].devices[&instance].conn(),
            Some(ConnId(3)),
            "{is_forgotten}"
        );
    }
}

#[test]
fn reading_messages_ends_when_the_connection_is_gone() {
    let (mut core, _, dana, id) = waiting();
    let open = Up::Open { id: Uuid::new_v4(), session: id, after: 0 };
    core.on(Event::Frame(ConnId(1), open), at(after(1)));
    core.on(Event::Ended(ConnId(1), Ended::Lost), at(after(2)));
    let message = |number| ::chat::Message {
        number,
        id: Uuid::new_v4(),
        from: dana.id,
        at: START,
        text: "x".to_owned(),
        file: None,
    };
    let full = (1..=protocol::limits::MESSAGES_PART as u64).map(message).collect();
    let after_it = core.on(Event::StoreReply(StoreReply::Messages(full)), at(after(3)));
    assert!(
        !after_it.iter().any(|effect| matches!(effect, Effect::Store(StoreRequest::Messages(..)))),
        "{after_it:?}"
    );
}

#[test]
fn presence_is_saved_again_after_a_save_that_somebody_waited_for_was_refused() {
    // P4, P10
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    // One is in progress, and the queue is full.
    for _ in 0..=WAITING {
        let preference = protocol::PreferenceChange::Automatic;
        let prefer = Up::Prefer { id: Uuid::new_v4(), preference, set_ago_ms: 0 };
        core.on(Event::Frame(ConnId(1), prefer), at(after(1)));
    }
    let asleep = Activity::Idle { reason: presence::IdleReason::Asleep, idle_for_ms: 0 };
    let asked = Up::Activity { id: Uuid::new_v4(), activity: asleep };
    let refused = core.on(Event::Frame(ConnId(1), asked), at(after(2)));
    let is_busy = |effect: &Effect| {
        matches!(effect, Effect::Send(_, frame)
            if matches!(**frame, Down::Error { code: protocol::ErrorCode::Busy, .. }))
    };
    assert!(refused.iter().any(is_busy), "{refused:?}");
    while !core.cx.queue.is_empty() {
        core.on(Event::StoreReply(StoreReply::Done), at(after(3)));
    }
    let due: Vec<Effect> = run(&mut core, after(5_000)).into_iter().map(|(_, effect)| effect).collect();
    let saved = saves(&due);
    assert!(saved.iter().any(|changes| changes.devices.len() == 1), "{saved:?}");
}
