//! An administrator's numbers equal a fresh count, whatever has happened before.

use super::super::counts::{Counts, role, state, status};
use super::*;
use crate::store::Standing;

/// The same numbers from a fresh count.
fn recount(core: &Core) -> Counts {
    let mut counts = Counts { jobs: core.cx.queue.waiting() as u64, ..Counts::default() };
    for conn in core.people.conns.values() {
        counts.connected(conn.role, conn.counted_as());
        counts.behind += u64::from(conn.behind.is_some());
    }
    for member in core.people.members.values().filter(|member| member.is_in()) {
        counts.people[role(member.role())][state(member.presence.state())] += 1;
    }
    counts.sessions(
        core.chats.sessions.values().map(|each| (each.status, Some(core.chats.times[&each.id].waiting))),
    );
    counts
}

/// The changes of sessions that the effects count, by status.
fn became(effects: &[Effect], next: ::chat::Status) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Occurrence(Occurrence::Became(to)) if status(*to) == status(next)))
        .count()
}

/// The store does each step at once.
fn store_does(core: &mut Core, effects: Vec<Effect>, now: UnixMillis) {
    let mut todo = std::collections::VecDeque::from(effects);
    while let Some(effect) = todo.pop_front() {
        if let Effect::Store(what) = effect {
            let reply = match what {
                StoreRequest::Create(..) => StoreReply::Created(crate::store::Created::New),
                StoreRequest::Put(..) => StoreReply::Put(crate::store::Put::Done),
                _ => StoreReply::Done,
            };
            todo.extend(core.on(Event::StoreReply(reply), at(now)));
        }
    }
}

#[test]
fn counts_are_right_after_every_step_of_a_busy_day() {
    let people =
        [person("Priya", None), person("Tom", None), person("Dana", Some("N")), person("Lee", Some("N"))];
    let mut core = core(&people.iter().collect::<Vec<_>>());
    assert_eq!(core.counts(), recount(&core));
    let instances: Vec<Uuid> = people.iter().map(|_| Uuid::new_v4()).collect();
    let (mut now, mut last, mut open) = (START, 0_u64, Vec::<ConnId>::new());
    let (mut waited, mut behind) = (false, false);
    // Each step does something else, chosen by a small deterministic generator.
    let mut random = 1_u64;
    let mut next = move |of: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % of
    };
    for step in 0..3_000 {
        now = now.plus(Duration::from_millis(next(20_000) as u64));
        let who = next(people.len());
        let (whose, conn) = (&people[who], open.get(next(open.len().max(1))).copied());
        let effects = match (next(9), conn) {
            (8, _) => {
                let standing = if next(4) == 0 { Standing::Suspended } else { Standing::Active };
                core.on(Event::Stands { person: whose.id, standing, ended: Vec::new() }, at(now))
            }
            (0 | 1, _) | (_, None) => {
                last += 1;
                open.push(ConnId(last));
                let way = (last, SignInId(Uuid::from_u128(who as u128)), instances[who]);
                hello(&mut core, whose, way, Activity::Active, now)
            }
            (2, Some(conn)) => core.on(Event::Ended(conn, Ended::Lost), at(now)),
            (3, Some(conn)) => core.on(Event::Frame(conn, Up::Bye), at(now)),
            (4, Some(conn)) => core.on(Event::Congested(conn), at(now)),
            (5, Some(conn)) => core.on(Event::Room(conn), at(now)),
            (6, Some(conn)) => {
                let activity = Activity::Idle { reason: presence::IdleReason::Idle, idle_for_ms: 0 };
                core.on(Event::Frame(conn, Up::Beat { activity }), at(now))
            }
            (_, Some(conn)) => {
                let request =
                    Up::Request { id: Uuid::new_v4(), subject: "Printer".to_owned(), reference: None };
                let effects = core.on(Event::Frame(conn, request), at(now));
                assert_eq!(core.counts(), recount(&core), "after a request at step {step}");
                effects
            }
        };
        store_does(&mut core, effects, now);
        while next_timeout(&core).is_some_and(|due| due <= now) {
            let effects = core.on_timeout(at(now));
            store_does(&mut core, effects, now);
        }
        let counts = core.counts();
        assert_eq!(counts, recount(&core), "after step {step}");
        waited |= counts.waiting_since.is_some();
        behind |= counts.behind > 0;
    }
    assert!(waited && behind, "the day was not busy: somebody waited {waited}, was behind {behind}");
}

#[test]
fn a_request_and_its_join_are_noted_once_with_the_time_between() {
    let (mut core, priya, dana, session) = waiting();
    let _ = dana;
    connect(&mut core, &priya, 2, Activity::Active, after(0));
    let began = core.chats.sessions[&session].waiting_since;
    let join = Up::Join { id: Uuid::new_v4(), session };
    core.on(Event::Frame(ConnId(2), join), at(began.plus(Duration::from_secs(7))));
    let effects = core.on(
        Event::StoreReply(StoreReply::Put(crate::store::Put::Done)),
        at(began.plus(Duration::from_secs(7))),
    );
    assert_eq!(became(&effects, ::chat::Status::Handled), 1);
    let waited = effects.iter().find_map(|effect| match effect {
        Effect::Occurrence(Occurrence::Joined(waited)) => Some(*waited),
        _ => None,
    });
    assert_eq!(waited, Some(Duration::from_secs(7)));
}
