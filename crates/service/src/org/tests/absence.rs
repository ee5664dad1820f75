//! Who is gone while something waits for them, and what the store refuses when nobody asked for it.

use super::*;
use crate::store::{DeviceKind, MessagePut, Put, StoreError};

/// All that is due until then, with a store that does what it is asked.
fn live_until(core: &mut Core, until: UnixMillis) -> Vec<Effect> {
    let mut all = Vec::new();
    while let Some(due) = next_timeout(core).filter(|due| *due <= until) {
        let effects = core.on_timeout(at(due));
        all.extend(settle(core, effects, due));
    }
    all
}

fn stores<'a>(effects: &'a [Effect], wanted: impl Fn(&Step) -> bool + 'a) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Store(step) if wanted(step))).count()
}

#[test]
fn a_request_in_the_window_of_an_app_that_has_long_been_gone_is_abandoned_a_minute_later() {
    // C5: the window is no device, so its user is gone.
    let dana = person("Dana", Some("Northwind"));
    let mut core = core(&[&dana]);
    let asked = after(300_000);
    live_until(&mut core, asked);
    let account = Account {
        sign_in: SignInId(Uuid::new_v4()),
        window_of: Some((SignInId(Uuid::new_v4()), Uuid::new_v4())),
        person: dana.clone(),
        org: core.organisation.id,
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
    assert_eq!(core.conns[&ConnId(1)].kind, DeviceKind::Page);
    let id = Uuid::new_v4();
    let request = Up::Request { id, subject: "Printer".to_owned(), reference: None };
    core.on(Event::Frame(ConnId(1), request), at(asked));
    core.on(Event::Stepped(Stepped::Created(crate::store::Created::New)), at(asked));
    let is_abandoned = |step: &Step| matches!(step, Step::Put(next, _) if next.id.0 == id && next.status == ::chat::Status::Abandoned);
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
    let is_end =
        |step: &Step| matches!(step, Step::SetPreference(who, Preference::Automatic, _) if *who == priya.id);
    let effects = core.on_timeout(at(after(5_000)));
    assert_eq!(stores(&effects, is_end), 1);
    core.on(Event::Stepped(Stepped::Failed(StoreError::Busy)), at(after(5_000)));
    assert_eq!(stores(&live_until(&mut core, after(8_000)), is_end), 1, "once more, and then it is stored");
}

#[test]
fn what_somebody_has_seen_is_stored_later_if_the_store_refused_it() {
    let (mut core, priya, _, session) = waiting();
    connect(&mut core, &priya, 2, Activity::Active, START);
    core.on(Event::Frame(ConnId(2), Up::Join { id: Uuid::new_v4(), session }), at(START));
    core.on(Event::Stepped(Stepped::Put(Put::Done)), at(START));
    let message = Up::Message { id: Uuid::new_v4(), session, text: "Hello".to_owned() };
    core.on(Event::Frame(ConnId(1), message), at(START));
    core.on(Event::Stepped(Stepped::Message(MessagePut::Done)), at(START));
    let is_seen = |step: &Step| matches!(step, Step::SetSeen(seen) if *seen == [(session, priya.id, 1)]);
    let effects = core.on(Event::Frame(ConnId(2), Up::Seen { session, number: 1 }), at(START));
    assert_eq!(stores(&effects, is_seen), 1);
    core.on(Event::Stepped(Stepped::Failed(StoreError::Busy)), at(START));
    assert_eq!(stores(&live_until(&mut core, after(3_000)), is_seen), 1, "once more, and then it is stored");
}

#[test]
fn what_many_see_while_the_store_is_busy_is_one_step_however_often_they_say_it() {
    let (mut core, priya, _, session) = waiting();
    connect(&mut core, &priya, 2, Activity::Active, START);
    core.on(Event::Frame(ConnId(2), Up::Join { id: Uuid::new_v4(), session }), at(START));
    core.on(Event::Stepped(Stepped::Put(Put::Done)), at(START));
    for text in ["one", "two", "three"] {
        let message = Up::Message { id: Uuid::new_v4(), session, text: text.to_owned() };
        core.on(Event::Frame(ConnId(1), message), at(START));
        core.on(Event::Stepped(Stepped::Message(MessagePut::Done)), at(START));
    }
    let saw =
        |core: &mut Core, number| core.on(Event::Frame(ConnId(2), Up::Seen { session, number }), at(START));
    let seen_up_to = |number| move |step: &Step| matches!(step, Step::SetSeen(seen) if *seen == [(session, priya.id, number)]);
    assert_eq!(stores(&saw(&mut core, 1), seen_up_to(1)), 1);
    for number in 2..=3 {
        assert!(!saw(&mut core, number).iter().any(|effect| matches!(effect, Effect::Store(_))));
    }
    assert_eq!(core.waiting_for_store(), 1);
    let next = core.on(Event::Stepped(Stepped::Done), at(START));
    assert_eq!(stores(&next, seen_up_to(3)), 1);
    assert_eq!(core.waiting_for_store(), 0);
}
