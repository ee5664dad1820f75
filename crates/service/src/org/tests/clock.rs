//! The wall clock is set, while the service runs or not: every span lasts as long as it would have.

use super::*;
use crate::org::model::member::Member;
use crate::store::{Created, DeviceKind, Put, StoredDevice};
use presence::user::Stamped;
use presence::{Presence, State, Until};

const HOUR_MS: i64 = 3_600_000;

/// What the clocks show this many milliseconds after the start, if the wall clock has been set by this much.
fn set(millis: u64, by_ms: i64) -> Now {
    Now { moment: moment(after(millis)), unix: UnixMillis(after(millis).0.saturating_add_signed(by_ms)) }
}

/// Does everything that is due until this many milliseconds after the start, with a wall clock that was set; returns the time of each effect.
fn run_set(core: &mut Core, until: u64, by_ms: i64) -> Vec<(u64, Effect)> {
    let mut all = Vec::new();
    while let Some(due) = next_timeout(core).filter(|due| *due <= after(until)) {
        let millis = due.since(START).as_millis().try_into().unwrap();
        let mut todo = std::collections::VecDeque::from(core.on_timeout(set(millis, by_ms)));
        while let Some(effect) = todo.pop_front() {
            if let Effect::Store(step) = &effect {
                let reply = if matches!(step, StoreRequest::Put(..)) {
                    StoreReply::Put(Put::Done)
                } else {
                    StoreReply::Done
                };
                todo.extend(core.on(Event::StoreReply(reply), set(millis, by_ms)));
            }
            all.push((millis, effect));
        }
    }
    all
}

fn beat(core: &mut Core, conn: u64, now: Now) -> Vec<Effect> {
    core.on(Event::Frame(ConnId(conn), Up::Beat { activity: Activity::Active }), now)
}

fn away_for(for_ms: u64) -> Up {
    let preference = protocol::PreferenceChange::Away { for_ms: Some(for_ms), until_back: false };
    Up::Prefer { id: Uuid::new_v4(), preference, set_ago_ms: 0 }
}

/// When others saw the preference end, in milliseconds after the start; the device beats every 15 s.
fn end_of_away(core: &mut Core, person: PersonId, from: u64, by_ms: i64) -> Option<u64> {
    let mut now = from;
    while now < 600_000 {
        now += 15_000;
        run_set(core, now, by_ms);
        // The last effect may be the end.
        if core.people.members[&person].person.preference.0 == Preference::Automatic {
            return Some(now);
        }
        beat(core, 1, set(now, by_ms));
    }
    None
}

#[test]
fn setting_the_clock_changes_no_span() {
    // P10, and batches of people go on
    for (by_ms, conn) in [(-HOUR_MS, 2_u64), (HOUR_MS, 3)] {
        let (wanda, priya) = (person("Wanda", None), person("Priya", None));
        let mut core = core(&[&wanda, &priya]);
        connect(&mut core, &wanda, 1, Activity::Active, START);
        connect(&mut core, &priya, conn, Activity::Active, START);
        core.on(Event::Frame(ConnId(1), Up::WatchPeople), set(1_000, 0));
        core.on(Event::Frame(ConnId(conn), Up::Beat { activity: idle(0) }), set(2_000, 0));
        let due = run_set(&mut core, 3_000, by_ms);
        assert!(due.iter().all(|(_, effect)| !matches!(effect, Effect::Close(..))), "{due:?}");
        let active =
            core.on(Event::Frame(ConnId(conn), Up::Beat { activity: Activity::Active }), set(4_000, by_ms));
        assert_eq!(batches(&active, 1), [["Priya"]], "{active:?}");
        // The beat that was due 15 s after the start still is.
        let beats = run_set(&mut core, 20_000, by_ms);
        let beats: Vec<u64> = beats
            .iter()
            .filter(|(_, effect)| matches!(effect, Effect::Send(to, frame) if to.contains(&ConnId(1)) && matches!(**frame, Down::Beat)))
            .map(|(at, _)| *at)
            .collect();
        assert_eq!(beats, [15_000]);
        core.on(Event::Ended(ConnId(conn), Ended::Lost), set(20_000, by_ms));
        run_set(&mut core, 30_000, by_ms);
        beat(&mut core, 1, set(30_000, by_ms));
        let gone = run_set(&mut core, 60_000, by_ms);
        let gone: Vec<(u64, _)> =
            gone.iter().map(|(at, effect)| (*at, batches(std::slice::from_ref(effect), 1))).collect();
        let gone: Vec<u64> = gone.iter().filter(|(_, told)| !told.is_empty()).map(|(at, _)| *at).collect();
        assert_eq!(gone, [49_000], "45 s after its last frame");
    }
}

#[test]
fn a_timed_away_keeps_its_length_and_its_end_is_shown_by_the_new_clock() {
    // P7
    for by_ms in [HOUR_MS, -2 * HOUR_MS] {
        let priya = person("Priya", None);
        let mut core = core(&[&priya]);
        connect(&mut core, &priya, 1, Activity::Active, START);
        let asked = core.on(Event::Frame(ConnId(1), away_for(60_000)), at(START));
        settle(&mut core, asked, START);
        let told = beat(&mut core, 1, set(5_000, by_ms));
        let end = set(60_000, by_ms).unix;
        let shown = told.iter().any(|effect| {
            matches!(effect, Effect::Send(_, frame) if matches!(**frame,
                Down::Preference { preference: Preference::Away { until: Until::Time(time), .. } } if time == end))
        });
        assert!(shown, "{by_ms}: {told:?}");
        let shown = core.people.members[&priya.id].presence;
        assert!(matches!(shown, Presence::Away { until: Some(time), .. } if time == end), "{shown:?}");
        core.on(Event::StoreReply(StoreReply::Done), set(5_000, by_ms));
        run_set(&mut core, 59_999, by_ms);
        assert_ne!(
            core.people.members[&priya.id].person.preference.0,
            Preference::Automatic,
            "{by_ms}: too early"
        );
        run_set(&mut core, 60_000, by_ms);
        assert_eq!(
            core.people.members[&priya.id].person.preference.0,
            Preference::Automatic,
            "{by_ms}: too late"
        );
    }
}

#[test]
fn a_preference_set_after_the_clock_was_set_back_is_later_than_one_set_before() {
    // P7
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    for (id, millis, by_ms) in [(1, 0, 0), (2, 5_000, -2 * HOUR_MS)] {
        let preference = match id {
            1 => protocol::PreferenceChange::Away { for_ms: None, until_back: false },
            _ => protocol::PreferenceChange::Automatic,
        };
        let prefer = Up::Prefer { id: Uuid::from_u128(id), preference, set_ago_ms: 0 };
        let now = set(millis, by_ms);
        core.on(Event::Frame(ConnId(1), prefer), now);
        while !core.cx.queue.is_empty() {
            core.on(Event::StoreReply(StoreReply::Done), now);
        }
    }
    assert_eq!(core.people.members[&priya.id].person.preference.0, Preference::Automatic);
}

#[test]
fn a_completion_can_be_undone_for_as_long_as_ever_when_the_clock_is_set() {
    // C9
    for by_ms in [HOUR_MS, -HOUR_MS] {
        for (asked_at, is_undone) in [(10_900, true), (11_100, false)] {
            let (priya, dana) = (person("Priya", None), person("Dana", Some("Northwind")));
            let mut core = core(&[&priya, &dana]);
            connect(&mut core, &priya, 1, Activity::Active, START);
            let new = ::chat::NewRequest {
                id: SessionId(Uuid::new_v4()),
                client: dana.id,
                subject: "Printer".to_owned(),
                reference: None,
            };
            let session = ::chat::abandon(&::chat::request(new, START), START).unwrap();
            let id = session.id;
            core.chats.changed(&mut core.cx, &core.people, session);
            let complete = Up::Complete { id: Uuid::new_v4(), session: id, note: Some("Called.".to_owned()) };
            let reopen = Up::Reopen { id: Uuid::new_v4(), session: id };
            let mut stored = None;
            for (up, now) in [(complete, set(1_000, 0)), (reopen, set(asked_at, by_ms))] {
                let mut todo = std::collections::VecDeque::from(core.on(Event::Frame(ConnId(1), up), now));
                while let Some(effect) = todo.pop_front() {
                    let reply = match effect {
                        Effect::Store(StoreRequest::Session(_)) => StoreReply::Session(stored.clone()),
                        Effect::Store(StoreRequest::Put(next, _)) => {
                            stored = Some(next);
                            StoreReply::Put(Put::Done)
                        }
                        Effect::Store(_) => StoreReply::Done,
                        _ => continue,
                    };
                    todo.extend(core.on(Event::StoreReply(reply), now));
                }
            }
            let expected = if is_undone { ::chat::Status::Abandoned } else { ::chat::Status::Completed };
            assert_eq!(stored.map(|stored| stored.status), Some(expected), "{by_ms}, after {asked_at}");
        }
    }
}

/// Priya, Online with one device when the service ended, and her other stored state.
fn stored(preference: (Preference, UnixMillis)) -> (OrgSnapshot, PersonId) {
    let priya = Person { preference, ..person("Priya", None) };
    let id = priya.id;
    let device = StoredDevice {
        person: id,
        instance: Uuid::new_v4(),
        sign_in: SignInId(Uuid::new_v4()),
        kind: DeviceKind::Native,
        name: "desk".to_owned(),
        stamp: Stamped::Active { since: UnixMillis(START.0 - 60_000) },
        active_since: UnixMillis(START.0 - 60_000),
        last_frame: START,
        connected: true,
    };
    let snapshot = OrgSnapshot {
        organisation: acme(),
        people: vec![priya],
        devices: vec![device],
        alive_at: UnixMillis(0),
        sessions: Vec::new(),
        seen: Vec::new(),
        replies: Vec::new(),
    };
    (snapshot, id)
}

#[test]
fn after_a_restart_with_a_wrong_clock_those_who_do_not_return_are_offline_45_s_later() {
    // P10
    for by_ms in [-2 * HOUR_MS, 0, 2 * HOUR_MS] {
        let (snapshot, priya) = stored((Preference::Automatic, UnixMillis(0)));
        let mut core = Core::new(snapshot, Config::default(), set(1_000, by_ms));
        let shown = core.people.members[&priya].presence;
        assert!(matches!(shown, Presence::Online { since } if since <= set(1_000, by_ms).unix), "{shown:?}");
        run_set(&mut core, 45_999, by_ms);
        assert_eq!(core.people.members[&priya].presence.state(), State::Online, "{by_ms}: too early");
        run_set(&mut core, 46_100, by_ms);
        let shown = core.people.members[&priya].presence;
        let now = set(46_000, by_ms).unix;
        assert!(matches!(shown, Presence::Offline { since } if since <= now), "{by_ms}: {shown:?}");
    }
}

#[test]
fn after_a_crash_offline_counts_from_the_last_beat_and_for_a_lost_device_from_its_last_frame() {
    // P9
    for (connected, since) in [(true, START), (false, UnixMillis(START.0 - 40_000))] {
        let (mut snapshot, priya) = stored((Preference::Automatic, UnixMillis(0)));
        snapshot.devices[0].connected = connected;
        snapshot.devices[0].last_frame = UnixMillis(START.0 - 40_000);
        snapshot.alive_at = START;
        let mut core = Core::new(snapshot, Config::default(), set(1_000, 0));
        run_set(&mut core, 47_000, 0);
        assert_eq!(core.people.members[&priya].presence, Presence::Offline { since });
    }
}

#[test]
fn the_time_of_the_last_frames_is_stored_every_15_seconds_and_a_lost_connection_at_once() {
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    beat(&mut core, 1, set(10_000, 0));
    let saved = run_set(&mut core, 16_000, 0);
    let saved: Vec<Effect> = saved.into_iter().map(|(_, effect)| effect).collect();
    let alive: Vec<_> = saves(&saved).iter().filter_map(|changes| changes.alive).collect();
    assert_eq!(alive.len(), 1, "{saved:?}");
    core.on(Event::Ended(ConnId(1), Ended::Lost), set(17_000, 0));
    let saved = run_set(&mut core, 18_500, 0);
    let saved: Vec<Effect> = saved.into_iter().map(|(_, effect)| effect).collect();
    let lost = saves(&saved).iter().any(|changes| changes.devices.iter().any(|device| !device.connected));
    assert!(lost, "{saved:?}");
}

#[test]
fn after_a_restart_with_the_clock_behind_a_timed_away_has_the_same_time_left() {
    // P7: with the clock ahead, it looks like an outage of that length.
    for (by_ms, left) in [(-2 * HOUR_MS, 60_000), (0, 45_000), (2 * HOUR_MS, 0)] {
        let set_at = UnixMillis(START.0 - 30_000);
        let end = after(60_000);
        let away = Preference::Away { set: set_at, until: Until::Time(end) };
        let (snapshot, priya) = stored((away, set_at));
        let mut core = Core::new(snapshot, Config::default(), set(15_000, by_ms));
        let ended = end_of_away(&mut core, priya, 15_000, by_ms).unwrap();
        let expected = if left == 0 { 30_000 } else { 15_000 + left };
        assert_eq!(ended, expected, "{by_ms}");
    }
}

#[test]
fn a_chat_waits_again_two_minutes_after_its_technicians_are_gone_whatever_the_clock_shows() {
    // C9
    for by_ms in [-2 * HOUR_MS, 2 * HOUR_MS] {
        let (mut core, priya, _, session) = waiting();
        connect(&mut core, &priya, 2, Activity::Active, START);
        core.on(Event::Frame(ConnId(2), Up::Join { id: Uuid::new_v4(), session }), at(after(1_000)));
        core.on(Event::StoreReply(StoreReply::Put(Put::Done)), at(after(1_000)));
        let left = core.on(Event::Frame(ConnId(2), Up::Bye), at(after(2_000)));
        settle(&mut core, left, after(2_000));
        for now in (0..8).map(|beats| 10_000 + beats * 15_000) {
            run_set(&mut core, now, by_ms);
            beat(&mut core, 1, set(now, by_ms));
        }
        run_set(&mut core, 121_999, by_ms);
        assert_eq!(core.chats.sessions[&session].status, ::chat::Status::Handled, "{by_ms}: too early");
        run_set(&mut core, 122_000, by_ms);
        assert_eq!(core.chats.sessions[&session].status, ::chat::Status::Waiting, "{by_ms}: too late");
    }
}

#[test]
fn a_request_after_the_clock_was_set_back_waits_behind_earlier_ones() {
    let (mut core, _, _, first) = waiting();
    let lee = person("Lee", Some("Northwind"));
    core.on(Event::Added(Box::new(lee.clone())), set(1_000, -HOUR_MS));
    let way = (2, SignInId(Uuid::new_v4()), Uuid::new_v4(), None);
    hello_now(&mut core, &lee, way, Activity::Active, set(1_000, -HOUR_MS));
    core.on(Event::StoreReply(StoreReply::Done), set(1_000, -HOUR_MS));
    let id = Uuid::new_v4();
    let request = Up::Request { id, subject: "Mail".to_owned(), reference: None };
    core.on(Event::Frame(ConnId(2), request), set(2_000, -HOUR_MS));
    while !core.cx.queue.is_empty() {
        core.on(Event::StoreReply(StoreReply::Created(Created::New)), set(2_000, -HOUR_MS));
    }
    assert_eq!((core.chats.places[&first].ahead, core.chats.places[&SessionId(id)].ahead), (0, 1));
}

#[test]
fn however_often_the_clock_is_set_one_save_waits() {
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    let asked = core.on(Event::Frame(ConnId(1), away_for(60_000)), at(START));
    settle(&mut core, asked, START);
    // The store is slow: nothing is answered meanwhile.
    let mut waiting = Vec::new();
    for times in 1..=5 {
        beat(&mut core, 1, set(1_000, times * HOUR_MS));
        waiting.push(core.waiting_for_store());
    }
    assert_eq!(waiting, [0, 1, 1, 1, 1], "the first is being saved");
}

/// What a first step of the store leaves of what was stored, if the service is killed right after it.
fn killed_after(before: &OrgSnapshot, effects: &[Effect]) -> OrgSnapshot {
    let first = effects.iter().find_map(|effect| match effect {
        Effect::Store(step) => Some(step),
        _ => None,
    });
    let mut after = before.clone();
    match first {
        Some(StoreRequest::Save(changes)) => {
            for device in &changes.devices {
                after.devices.retain(|known| known.instance != device.instance);
                after.devices.push(device.clone());
            }
            for (person, preference, set) in &changes.preferences {
                for known in after.people.iter_mut().filter(|known| known.id == *person) {
                    known.preference = (*preference, *set);
                }
            }
            after.alive_at = changes.alive.map_or(after.alive_at, |(_, at)| at);
        }
        Some(StoreRequest::SetPreference(person, preference, set)) => {
            for known in after.people.iter_mut().filter(|known| known.id == *person) {
                known.preference = (*preference, *set);
            }
        }
        other => panic!("{other:?}"),
    }
    after
}

#[test]
fn a_service_killed_again_at_once_after_a_start_with_the_clock_behind_moves_nothing_twice() {
    // P7, P9, P10: whoever comes first, what the store has was moved as a whole or not at all.
    let by_ms = -2 * HOUR_MS;
    let set_at = UnixMillis(START.0 - 30_000);
    let away = Preference::Away { set: set_at, until: Until::Time(after(60_000)) };
    let (mut snapshot, priya) = stored((away, set_at));
    snapshot.alive_at = after(5_000);
    let tom = person("Tom", None);
    snapshot.people.push(tom.clone());
    for asks in [None, Some(away_for(60_000)), Some(Up::Beat { activity: idle(0) })] {
        let mut core = Core::new(snapshot.clone(), Config::default(), set(10_000, by_ms));
        let once = core.people.members[&priya].clone();
        let device = (1, SignInId(Uuid::new_v4()), Uuid::new_v4(), None);
        let mut effects = hello_now(&mut core, &tom, device, Activity::Active, set(10_500, by_ms));
        if let Some(up) = asks {
            effects.extend(core.on(Event::Frame(ConnId(1), up), set(10_500, by_ms)));
        }
        let again = Core::new(killed_after(&snapshot, &effects), Config::default(), set(11_000, by_ms));
        let twice = &again.people.members[&priya];
        assert_eq!(twice.person.preference, once.person.preference);
        assert_eq!(twice.online_since, once.online_since);
        let since = |member: &Member| member.devices.values().map(|each| each.stamp).collect::<Vec<_>>();
        assert_eq!(since(twice), since(&once));
    }
}

#[test]
fn a_preference_that_is_being_stored_while_the_clock_is_set_lasts_as_long_as_it_was_to_last() {
    // P7
    for (answered_at, by_ms) in [(61_000, -2 * HOUR_MS), (61_000, HOUR_MS)] {
        let priya = person("Priya", None);
        let mut core = core(&[&priya]);
        connect(&mut core, &priya, 1, Activity::Active, START);
        run_set(&mut core, 30_000, 0);
        let mut todo = core.on(Event::Frame(ConnId(1), away_for(60_000)), set(60_000, 0));
        todo.retain(|effect| matches!(effect, Effect::Store(_)));
        assert_eq!(todo.len(), 1);
        beat(&mut core, 1, set(answered_at, by_ms));
        let mut stored = None;
        while core.cx.queue.is_busy() {
            for effect in core.on(Event::StoreReply(StoreReply::Done), set(answered_at, by_ms)) {
                if let Effect::Store(StoreRequest::Save(changes)) = effect {
                    stored = changes.preferences.first().copied().or(stored);
                }
            }
        }
        let end = set(120_000, by_ms).unix;
        let (known, _) = core.people.members[&priya.id].person.preference;
        assert!(
            matches!(known, Preference::Away { until: Until::Time(time), .. } if time == end),
            "{known:?}"
        );
        assert_eq!(stored.map(|(_, preference, _)| preference), Some(known), "{by_ms}");
    }
}
