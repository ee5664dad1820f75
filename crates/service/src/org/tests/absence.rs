//! People who are gone while something waits for them, and steps that nobody asked for and the store refuses.

use super::*;
use crate::store::{DeviceKind, MessagePut, Put, StoreError};

/// Everything that is due until then, with a store that does each step.
fn live_until(core: &mut Core, until: UnixMillis) -> Vec<Effect> {
    let mut all = Vec::new();
    while let Some(due) = next_timeout(core).filter(|due| *due <= until) {
        let effects = core.on_timeout(at(due));
        all.extend(settle(core, effects, due));
    }
    all
}

fn stores<'a>(effects: &'a [Effect], wanted: impl Fn(&StoreRequest) -> bool + 'a) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Store(step) if wanted(step))).count()
}

#[test]
fn a_request_in_the_window_of_an_app_that_has_long_been_gone_is_abandoned_a_minute_later() {
    // C5: the window is not a device, so its user is gone.
    let dana = person("Dana", Some("Northwind"));
    let mut core = core(&[&dana]);
    let asked = after(300_000);
    live_until(&mut core, asked);
    let account = Account {
        sign_in: SignInId(Uuid::new_v4()),
        window_of: Some((SignInId(Uuid::new_v4()), Uuid::new_v4())),
        person: dana.clone(),
        org: core.cx.organisation.id,
        org_name: "Acme".to_owned(),
    };
    let app = App { name: "portal".to_owned(), version: "1".to_owned(), device: "window".to_owned() };
    let hello = Hello {
        token: None,
        instance: Uuid::new_v4(),
        attempt: None,
        app,
        can_ring: false,
        activity: Activity::Active,
    };
    let connected = Connected { conn: ConnId(1), account, page: true, hello };
    core.on(Event::Connected(Box::new(connected)), at(asked));
    assert_eq!(core.people.conns[&ConnId(1)].kind, DeviceKind::Page);
    let id = Uuid::new_v4();
    let request = Up::Request { id, subject: "Printer".to_owned(), reference: None };
    core.on(Event::Frame(ConnId(1), request), at(asked));
    core.on(Event::StoreReply(StoreReply::Created(crate::store::Created::New)), at(asked));
    let is_abandoned = |step: &StoreRequest| matches!(step, StoreRequest::Put(next, _) if next.id.0 == id && next.status == ::chat::Status::Abandoned);
    let heard = asked.plus(Duration::from_secs(59));
    core.on(Event::Frame(ConnId(1), Up::Beat { activity: Activity::Active }), at(heard));
    assert_eq!(stores(&live_until(&mut core, heard), is_abandoned), 0, "its client has just asked");
    let effects = core.on_timeout(at(asked.plus(Duration::from_secs(60))));
    assert_eq!(stores(&effects, is_abandoned), 1);
}

#[test]
fn the_end_of_a_preference_that_the_store_refused_is_stored_later() {
    // P7
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    let away = protocol::PreferenceChange::Away { for_ms: Some(5_000), until_back: false };
    let prefer = Up::Prefer { id: Uuid::new_v4(), preference: away, set_ago_ms: 0 };
    let effects = core.on(Event::Frame(ConnId(1), prefer), at(START));
    settle(&mut core, effects, START);
    let is_end = |step: &StoreRequest| {
        matches!(step, StoreRequest::Save(changes)
            if matches!(changes.preferences[..], [(who, Preference::Automatic, _)] if who == priya.id))
    };
    let effects = core.on_timeout(at(after(5_000)));
    assert_eq!(stores(&effects, is_end), 1);
    core.on(Event::StoreReply(StoreReply::Failed(StoreError::Busy)), at(after(5_000)));
    assert_eq!(stores(&live_until(&mut core, after(8_000)), is_end), 1, "once more, and then it is stored");
}

/// Priya in Dana's chat, which has this many messages.
fn chatting(messages: usize) -> (Core, Person, SessionId) {
    let (mut core, priya, _, session) = waiting();
    connect(&mut core, &priya, 2, Activity::Active, START);
    core.on(Event::Frame(ConnId(2), Up::Join { id: Uuid::new_v4(), session }), at(START));
    core.on(Event::StoreReply(StoreReply::Put(Put::Done)), at(START));
    for _ in 0..messages {
        let message = Up::Message { id: Uuid::new_v4(), session, text: "Hello".to_owned() };
        core.on(Event::Frame(ConnId(1), message), at(START));
        core.on(Event::StoreReply(StoreReply::Message(MessagePut::Done)), at(START));
    }
    (core, priya, session)
}

/// Priya has seen this many messages; the effects that follow at once.
fn saw(core: &mut Core, session: SessionId, number: u64, now: UnixMillis) -> Vec<Effect> {
    core.on(Event::Frame(ConnId(2), Up::Seen { session, number }), at(now))
}

/// Whether a step stores that, and maybe more.
fn is_seen(session: SessionId, priya: &Person, number: u64) -> impl Fn(&StoreRequest) -> bool {
    let priya = priya.id;
    move |step| matches!(step, StoreRequest::Save(changes) if changes.seen == [(session, priya, number)])
}

#[test]
fn seen_messages_are_saved_in_one_step_within_a_second_however_often_they_change() {
    let (mut core, priya, session) = chatting(3);
    // Everything else is saved first.
    live_until(&mut core, after(20_000));
    for (number, said) in [(1, 20_001), (2, 20_300), (3, 20_600)] {
        let mut effects = saw(&mut core, session, number, after(said));
        effects.extend(live_until(&mut core, after(said)));
        assert_eq!(stores(&effects, |_| true), 0, "{effects:?}");
    }
    let later = live_until(&mut core, after(21_001));
    assert_eq!(stores(&later, |_| true), 1, "{later:?}");
    assert_eq!(stores(&later, is_seen(session, &priya, 3)), 1, "{later:?}");
}

#[test]
fn seen_messages_are_saved_with_the_next_step() {
    let (mut core, priya, session) = chatting(1);
    live_until(&mut core, after(20_000));
    saw(&mut core, session, 1, after(20_001));
    let comes = connect(&mut core, &priya, 3, Activity::Active, after(20_002));
    assert_eq!(stores(&comes, is_seen(session, &priya, 1)), 1, "{comes:?}");
    let later = live_until(&mut core, after(22_000));
    assert_eq!(
        stores(&later, |step| matches!(step, StoreRequest::Save(changes) if !changes.seen.is_empty())),
        0
    );
}

#[test]
fn seen_messages_are_saved_when_the_service_goes_down_in_good_order() {
    let (mut core, priya, session) = chatting(2);
    live_until(&mut core, after(20_000));
    saw(&mut core, session, 1, after(20_001));
    let down = core.on(Event::Drain { seed: [1; 32] }, at(after(20_002)));
    assert_eq!(stores(&down, is_seen(session, &priya, 1)), 1, "{down:?}");
    // A frame that was on its way.
    assert_eq!(stores(&saw(&mut core, session, 2, after(20_003)), |_| true), 0, "the store is busy");
    let last = core.on(Event::StoreReply(StoreReply::Done), at(after(20_004)));
    assert_eq!(stores(&last, is_seen(session, &priya, 2)), 1, "{last:?}");
    let end = core.on(Event::StoreReply(StoreReply::Done), at(after(20_005)));
    assert!(matches!(end[..], [Effect::Drained]), "{end:?}");
}

#[test]
fn seen_messages_are_saved_at_the_end_even_if_the_store_has_just_refused_them() {
    let (mut core, priya, session) = chatting(1);
    live_until(&mut core, after(20_000));
    saw(&mut core, session, 1, after(20_001));
    let due = after(21_001);
    core.on_timeout(at(due));
    core.on(Event::StoreReply(StoreReply::Failed(StoreError::Busy)), at(due));
    let down = core.on(Event::Drain { seed: [1; 32] }, at(after(21_500)));
    assert_eq!(stores(&down, |_| true), 1, "presence: {down:?}");
    let last = core.on(Event::StoreReply(StoreReply::Done), at(after(21_501)));
    assert_eq!(stores(&last, is_seen(session, &priya, 1)), 1, "{last:?}");
    let end = core.on(Event::StoreReply(StoreReply::Done), at(after(21_502)));
    assert!(matches!(end[..], [Effect::Drained]), "{end:?}");
}

#[test]
fn refused_seen_messages_are_saved_later_and_do_not_block_presence() {
    let (mut core, priya, session) = chatting(1);
    live_until(&mut core, after(20_000));
    saw(&mut core, session, 1, after(20_001));
    let due = after(21_001);
    assert_eq!(stores(&core.on_timeout(at(due)), is_seen(session, &priya, 1)), 1);
    core.on(Event::StoreReply(StoreReply::Failed(StoreError::Busy)), at(due));
    // A change of presence meanwhile, which does not wait for it.
    core.on(Event::Frame(ConnId(1), Up::Beat { activity: idle(0) }), at(after(21_500)));
    let presence = core.on_timeout(at(after(22_001)));
    let is_presence = |step: &StoreRequest| matches!(step, StoreRequest::Save(changes) if changes.seen.is_empty() && changes.devices.len() == 1);
    assert_eq!(stores(&presence, is_presence), 1, "{presence:?}");
    settle(&mut core, presence, after(22_001));
    let later = live_until(&mut core, after(23_001));
    assert_eq!(stores(&later, is_seen(session, &priya, 1)), 1, "once more, and then it is stored: {later:?}");
}

/// What follows with a store that refuses only what people have seen.
fn settle_without_seen(core: &mut Core, effects: Vec<Effect>, now: UnixMillis) -> Vec<Effect> {
    let mut todo = std::collections::VecDeque::from(effects);
    let mut all = Vec::new();
    while let Some(effect) = todo.pop_front() {
        if let Effect::Store(step) = &effect {
            let has_seen = matches!(step, StoreRequest::Save(changes) if !changes.seen.is_empty());
            let reply = if has_seen { StoreReply::Failed(StoreError::Busy) } else { StoreReply::Done };
            todo.extend(core.on(Event::StoreReply(reply), at(now)));
        }
        all.push(effect);
    }
    all
}

#[test]
fn refused_seen_messages_never_delay_arrivals_again() {
    let (mut core, priya, session) = chatting(1);
    live_until(&mut core, after(20_000));
    saw(&mut core, session, 1, after(20_001));
    let mut tries = 0;
    for round in 0..20 {
        let comes = after(22_100 + 700 * round);
        while let Some(due) = next_timeout(&core).filter(|due| *due <= comes) {
            let effects = core.on_timeout(at(due));
            let all = settle_without_seen(&mut core, effects, due);
            tries += stores(&all, is_seen(session, &priya, 1));
        }
        let device = (100 + round, SignInId(Uuid::new_v4()), Uuid::new_v4());
        let effects = hello(&mut core, &priya, device, Activity::Active, comes);
        let all = settle_without_seen(&mut core, effects, comes);
        let is_device = |step: &StoreRequest| matches!(step, StoreRequest::Save(changes) if changes.seen.is_empty() && changes.devices.iter().any(|each| each.instance == device.2));
        assert_eq!(stores(&all, is_device), 1, "{round}: {all:?}");
        tries += stores(&all, is_seen(session, &priya, 1));
    }
    assert!(tries >= 10, "it keeps trying: {tries} times");
    // And it succeeds once the store accepts it.
    let later = live_until(&mut core, after(60_000));
    assert_eq!(stores(&later, is_seen(session, &priya, 1)), 1);
}

#[test]
fn the_service_goes_down_even_if_the_store_refuses_seen_messages_for_good() {
    let (mut core, priya, session) = chatting(1);
    live_until(&mut core, after(20_000));
    saw(&mut core, session, 1, after(20_001));
    let effects = core.on_timeout(at(after(21_001)));
    settle_without_seen(&mut core, effects, after(21_001));
    let down = core.on(Event::Drain { seed: [1; 32] }, at(after(21_500)));
    let all = settle_without_seen(&mut core, down, after(21_500));
    assert_eq!(stores(&all, is_seen(session, &priya, 1)), 1, "it is tried: {all:?}");
    assert!(matches!(all.last(), Some(Effect::Drained)), "{all:?}");
}

#[test]
fn once_the_store_accepts_presence_again_arrivals_do_not_wait() {
    let (mut core, priya, session) = chatting(1);
    live_until(&mut core, after(20_000));
    let refused = hello(
        &mut core,
        &priya,
        (50, SignInId(Uuid::new_v4()), Uuid::new_v4()),
        Activity::Active,
        after(20_001),
    );
    assert_eq!(stores(&refused, |_| true), 1);
    core.on(Event::StoreReply(StoreReply::Failed(StoreError::Busy)), at(after(20_002)));
    saw(&mut core, session, 1, after(20_003));
    let both = live_until(&mut core, after(21_100));
    assert_eq!(stores(&both, is_seen(session, &priya, 1)), 1, "{both:?}");
    let comes = hello(
        &mut core,
        &priya,
        (51, SignInId(Uuid::new_v4()), Uuid::new_v4()),
        Activity::Active,
        after(21_200),
    );
    assert_eq!(stores(&comes, |_| true), 1, "at once: {comes:?}");
}
