//! Abandoned chats and callbacks: how many stay open, for how long, and who is told about which.

use super::*;
use crate::store::{Created, Put};
use ::chat::{Status, limits};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// A chat that a client left this many milliseconds before the start.
fn abandoned(client: &Person, number: u64, ago_ms: u64) -> Session {
    let at = UnixMillis(START.0 - ago_ms);
    let new = ::chat::NewRequest {
        id: SessionId(Uuid::from_u128(number.into())),
        client: client.id,
        subject: format!("{number}"),
        reference: Some(format!("{number}")),
    };
    ::chat::abandon(&::chat::request(new, at), at).unwrap()
}

/// Priya at connection 1, with what she is told first, and the chats that these clients left.
fn desk(sessions: Vec<Session>, clients: &[&Person], config: Config) -> (Core, Vec<Effect>) {
    desk_alive_at(UnixMillis(0), sessions, clients, config)
}

/// The same, if the clock showed this at the last frame before the start.
fn desk_alive_at(
    alive_at: UnixMillis,
    sessions: Vec<Session>,
    clients: &[&Person],
    config: Config,
) -> (Core, Vec<Effect>) {
    let priya = person("Priya", None);
    let mut people: Vec<Person> = clients.iter().map(|client| (*client).clone()).collect();
    people.push(priya.clone());
    let snapshot = OrgSnapshot {
        organisation: acme(),
        people,
        devices: Vec::new(),
        alive_at,
        sessions,
        seen: Vec::new(),
        replies: Vec::new(),
    };
    let mut core = Core::new(snapshot, config, at(START));
    let told = connect(&mut core, &priya, 1, Activity::Active, START);
    (core, told)
}

/// The sessions that a connection is sent, by subject and status, and how many more there are.
fn told(effects: &[Effect], conn: u64) -> (Vec<(String, Status)>, Option<u32>) {
    let frames = effects.iter().filter_map(|effect| match effect {
        Effect::Send(to, frame) if to.contains(&ConnId(conn)) => Some(&**frame),
        _ => None,
    });
    let (mut sessions, mut left) = (Vec::new(), None);
    for frame in frames {
        match frame {
            Down::Session { session } => sessions.push((session.subject.clone(), session.status)),
            Down::Synced { more } => left = Some(*more),
            Down::Ok { answer, .. } if answer.more.is_some() => left = answer.more,
            _ => {}
        }
    }
    (sessions, left)
}

/// What is completed until then, with the note, if the store does each step.
fn completed(core: &mut Core, until: UnixMillis) -> Vec<(String, String)> {
    let mut all = Vec::new();
    while let Some(due) = next_timeout(core).filter(|due| *due <= until) {
        let mut todo = std::collections::VecDeque::from(core.on_timeout(at(due)));
        while let Some(effect) = todo.pop_front() {
            let Effect::Store(step) = effect else { continue };
            let reply = match step {
                StoreRequest::Put(session, _) => {
                    assert_eq!(session.status, Status::Completed);
                    let ending = session.ending.unwrap();
                    assert_eq!(ending.by, None, "nobody did it");
                    all.push((session.subject, ending.note.unwrap()));
                    StoreReply::Put(Put::Done)
                }
                _ => StoreReply::Done,
            };
            todo.extend(core.on(Event::StoreReply(reply), at(due)));
        }
    }
    all
}

#[test]
fn the_first_view_has_the_newest_and_the_rest_comes_page_by_page() {
    let dana = person("Dana", Some("Northwind"));
    let sessions = (0..7).map(|number| abandoned(&dana, number, 1_000 - number)).collect();
    let config = Config { follow_ups_part: 3, ..Config::default() };
    let (mut core, first) = desk(sessions, &[&dana], config);
    let subjects = |effects: &[Effect]| {
        let (sessions, more) = told(effects, 1);
        (sessions.into_iter().map(|(subject, _)| subject).collect::<Vec<_>>(), more)
    };
    assert_eq!(subjects(&first), (vec!["6".to_owned(), "5".to_owned(), "4".to_owned()], Some(4)));
    let mut more = |millis| {
        let frame = Up::More { id: Uuid::new_v4() };
        core.on(Event::Frame(ConnId(1), frame), at(after(millis)))
    };
    assert_eq!(subjects(&more(1)), (vec!["3".to_owned(), "2".to_owned(), "1".to_owned()], Some(1)));
    assert_eq!(subjects(&more(2)), (vec!["0".to_owned()], Some(0)));
    assert_eq!(subjects(&more(3)), (Vec::new(), Some(0)));
}

#[test]
fn only_connections_that_know_a_chat_are_told_when_it_is_completed() {
    let (dana, tom) = (person("Dana", Some("Northwind")), person("Tom", None));
    let sessions = (0..4).map(|number| abandoned(&dana, number, 1_000 - number)).collect();
    let config = Config { follow_ups_part: 2, ..Config::default() };
    let (mut core, _) = desk(sessions, &[&dana, &tom], config);
    connect(&mut core, &tom, 2, Activity::Active, START);
    core.on(Event::Frame(ConnId(2), Up::More { id: Uuid::new_v4() }), at(after(1)));
    for (number, first) in [(0_u128, 0), (3, 1)] {
        let session = SessionId(Uuid::from_u128(number));
        let complete = Up::Complete { id: Uuid::new_v4(), session, note: Some("Called.".to_owned()) };
        core.on(Event::Frame(ConnId(2), complete), at(after(2)));
        let done = core.on(Event::StoreReply(StoreReply::Put(Put::Done)), at(after(3)));
        assert_eq!(told(&done, 1).0.len(), first, "{number}: {done:?}");
        assert_eq!(told(&done, 2).0, [(format!("{number}"), Status::Completed)]);
    }
}

#[test]
fn a_completion_that_is_undone_leaves_a_follow_up_where_it_was_in_the_list() {
    // C9
    let (dana, tom) = (person("Dana", Some("Northwind")), person("Tom", None));
    let sessions = (0..4).map(|number| abandoned(&dana, number, 1_000 - number)).collect();
    let config = Config { follow_ups_part: 2, ..Config::default() };
    let (mut core, _) = desk(sessions, &[&dana, &tom], config);
    let session = SessionId(Uuid::from_u128(1));
    let complete = Up::Complete { id: Uuid::new_v4(), session, note: Some("Called.".to_owned()) };
    let asked = core.on(Event::Frame(ConnId(1), complete), at(after(2)));
    let completed = asked.into_iter().find_map(|effect| match effect {
        Effect::Store(StoreRequest::Put(next, _)) => Some(next),
        _ => None,
    });
    core.on(Event::StoreReply(StoreReply::Put(Put::Done)), at(after(3)));
    core.on(Event::Frame(ConnId(1), Up::Reopen { id: Uuid::new_v4(), session }), at(after(4)));
    core.on(Event::StoreReply(StoreReply::Session(completed)), at(after(5)));
    core.on(Event::StoreReply(StoreReply::Put(Put::Done)), at(after(6)));
    assert_eq!(core.chats.sessions[&session].status, Status::Abandoned, "it is undone");
    let (listed, more) = told(&connect(&mut core, &tom, 2, Activity::Active, after(7)), 2);
    let listed: Vec<_> = listed.into_iter().map(|(subject, _)| subject).collect();
    assert_eq!((listed, more), (vec!["3".to_owned(), "2".to_owned()], Some(2)));
}

#[test]
fn a_client_is_told_of_their_own_and_of_nobody_elses() {
    let (dana, lee) = (person("Dana", Some("Northwind")), person("Lee", Some("Northwind")));
    let sessions = vec![abandoned(&dana, 1, 5), abandoned(&lee, 2, 5), abandoned(&dana, 3, 9)];
    let (mut core, _) = desk(sessions, &[&dana, &lee], Config { follow_ups_part: 1, ..Config::default() });
    let (mut own, more) = told(&connect(&mut core, &dana, 2, Activity::Active, START), 2);
    own.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(own, [("1".to_owned(), Status::Abandoned), ("3".to_owned(), Status::Abandoned)]);
    assert_eq!(more, Some(0));
}

#[test]
fn beyond_the_limits_of_a_client_and_an_organisation_the_oldest_are_completed() {
    let (dana, lee) = (person("Dana", Some("Northwind")), person("Lee", Some("Northwind")));
    let of_dana = (0..22).map(|number| abandoned(&dana, number, 10_000 - number));
    let of_lee = (100..104).map(|number| abandoned(&lee, number, 1_000 - number));
    let sessions: Vec<Session> = of_dana.chain(of_lee).collect();
    let (mut core, _) = desk(sessions.clone(), &[&dana, &lee], Config::default());
    let done = completed(&mut core, after(1_000));
    let subjects: Vec<&str> = done.iter().map(|(subject, _)| subject.as_str()).collect();
    assert_eq!(subjects, ["0", "1"]);
    assert!(done[0].1.contains("more than 20") && done[0].1.contains("this client"), "{}", done[0].1);
    let config = Config { follow_ups: 22, ..Config::default() };
    let (mut core, _) = desk(sessions, &[&dana, &lee], config);
    let done = completed(&mut core, after(1_000));
    let subjects: Vec<&str> = done.iter().map(|(subject, _)| subject.as_str()).collect();
    assert_eq!(subjects, ["0", "1", "2", "3"]);
    assert!(done[0].1.contains("more than 22"), "{}", done[0].1);
}

#[test]
fn one_abandoned_chat_too_many_completes_the_oldest() {
    // C5
    let dana = person("Dana", Some("Northwind"));
    let sessions =
        (0..limits::FOLLOW_UPS_OF_CLIENT as u64).map(|number| abandoned(&dana, number, 1_000 - number));
    let (mut core, _) = desk(sessions.collect(), &[&dana], Config::default());
    connect(&mut core, &dana, 2, Activity::Active, START);
    assert!(completed(&mut core, after(500)).is_empty());
    let id = Uuid::new_v4();
    let request = Up::Request { id, subject: "new".to_owned(), reference: None };
    core.on(Event::Frame(ConnId(2), request), at(after(600)));
    core.on(Event::StoreReply(StoreReply::Created(Created::New)), at(after(601)));
    let leave = Up::Leave { id: Uuid::new_v4(), session: SessionId(id) };
    core.on(Event::Frame(ConnId(2), leave), at(after(602)));
    let effects = core.on(Event::StoreReply(StoreReply::Put(Put::Done)), at(after(603)));
    let put = effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreRequest::Put(session, _)) => Some((session.subject.as_str(), session.status)),
        _ => None,
    });
    assert_eq!(put, Some(("0", Status::Completed)), "{effects:?}");
}

#[test]
fn chats_are_completed_after_30_days_or_the_organisations_setting() {
    // C9
    let dana = person("Dana", Some("Northwind"));
    let sessions = vec![
        abandoned(&dana, 1, 30 * DAY_MS - 5_000),
        abandoned(&dana, 2, 3 * DAY_MS),
        abandoned(&dana, 3, 5),
    ];
    let (mut core, _) = desk(sessions, &[&dana], Config::default());
    assert!(completed(&mut core, after(4_999)).is_empty());
    let done = completed(&mut core, after(5_000));
    assert_eq!(done.len(), 1);
    assert!(done[0].0 == "1" && done[0].1.contains("30 days"), "{done:?}");
    let effects = core.on(Event::CompleteAfter(Duration::from_millis(2 * DAY_MS)), at(after(6_000)));
    let put = effects.iter().any(
        |effect| matches!(effect, Effect::Store(StoreRequest::Put(session, _)) if session.subject == "2"),
    );
    assert!(put, "{effects:?}");
}

#[test]
fn a_clock_that_was_months_ahead_before_a_restart_completes_nothing() {
    // C9
    let dana = person("Dana", Some("Northwind"));
    let sessions = vec![abandoned(&dana, 1, 30 * DAY_MS - 5_000), abandoned(&dana, 2, 5)];
    let (mut core, _) = desk_alive_at(after(90 * DAY_MS), sessions, &[&dana], Config::default());
    assert!(completed(&mut core, after(4_999)).is_empty());
    assert_eq!(completed(&mut core, after(5_000)).len(), 1, "at its own time");
}

#[test]
fn a_completion_that_the_store_refuses_is_done_later() {
    let dana = person("Dana", Some("Northwind"));
    let (mut core, _) = desk(vec![abandoned(&dana, 1, 31 * DAY_MS)], &[&dana], Config::default());
    core.on_timeout(at(after(1)));
    core.on(Event::StoreReply(StoreReply::Failed(crate::store::StoreError::Busy)), at(after(2)));
    assert_eq!(completed(&mut core, after(2_000)).len(), 1);
}
