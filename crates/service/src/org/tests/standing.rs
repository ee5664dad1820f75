//! People who are suspended or removed, at every moment of a chat, and people who are renamed.

use super::*;
use crate::store::Standing;
use ::chat::Status;

fn stands(person: &Person, standing: Standing) -> Event {
    Event::Stands { person: person.id, standing, ended: Vec::new() }
}

/// Dana at connection 1 in a chat with Priya at connection 2, and Tom at connection 3, who watches people.
fn chatting() -> (Core, [Person; 3], SessionId) {
    let (mut core, priya, dana, session) = waiting();
    let tom = person("Tom", None);
    does(&mut core, Event::Added(Box::new(tom.clone())), START);
    connect(&mut core, &priya, 2, Activity::Active, START);
    connect(&mut core, &tom, 3, Activity::Active, START);
    does(&mut core, Event::Frame(ConnId(3), Up::WatchPeople), after(1_000));
    does(&mut core, Event::Frame(ConnId(2), Up::Join { id: Uuid::new_v4(), session }), after(1_000));
    assert_eq!(core.chats.sessions[&session].status, Status::Handled);
    (core, [priya, dana, tom], session)
}

#[test]
fn a_suspended_technician_goes_at_once_and_the_chat_waits_and_rings_for_the_others() {
    // C9
    for standing in [Standing::Suspended, Standing::Removed] {
        let (mut core, [priya, ..], session) = chatting();
        let effects = does(&mut core, stands(&priya, standing), after(2_000));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Close(ConnId(2), Close::SignIn))));
        assert_eq!(puts(&effects), [Status::Waiting]);
        assert!(is_told(
            &effects,
            1,
            |frame| matches!(frame, Down::Session { session } if session.status == Status::Waiting
            && session.participants[0].name == "Priya" && session.participants[0].left.is_some())
        ));
        assert!(is_told(
            &effects,
            3,
            |frame| matches!(frame, Down::Mine { ring: true, session: of, .. } if *of == session)
        ));
        assert!(is_told(
            &effects,
            3,
            |frame| matches!(frame, Down::PersonGone { person } if *person == priya.id)
        ));
        let late = hello(
            &mut core,
            &priya,
            (9, SignInId(Uuid::new_v4()), Uuid::new_v4()),
            Activity::Active,
            after(2_001),
        );
        assert!(matches!(late.as_slice(), [Effect::Close(ConnId(9), Close::SignIn)]), "{late:?}");
    }
}

#[test]
fn later_watchers_do_not_see_suspended_people_until_they_are_back() {
    let (mut core, [priya, ..], _) = chatting();
    does(&mut core, stands(&priya, Standing::Suspended), after(2_000));
    let looks = does(&mut core, Event::Frame(ConnId(3), Up::WatchPeople), after(4_000));
    assert_eq!(
        batches(&looks, 3),
        [["Dana", "Tom"].map(str::to_owned)].map(|mut names| {
            names.sort_by_key(|name| {
                core.people.members.values().position(|member| member.person.name == *name)
            });
            names
        })
    );
    let back = does(&mut core, stands(&priya, Standing::Active), after(5_000));
    assert_eq!(batches(&back, 3), [["Priya"]]);
    let arrived = connect(&mut core, &priya, 9, Activity::Active, after(6_000));
    assert!(is_told(&arrived, 9, |frame| matches!(frame, Down::Synced { .. })));
}

#[test]
fn a_removed_clients_requests_are_withdrawn() {
    let (mut core, _, dana, session) = waiting();
    let priya =
        core.people.members.values().find(|member| member.person.name == "Priya").unwrap().person.clone();
    connect(&mut core, &priya, 2, Activity::Active, START);
    let effects = does(&mut core, stands(&dana, Standing::Removed), after(1_000));
    assert_eq!(puts(&effects), [Status::Completed]);
    assert!(is_told(&effects, 2, |frame| matches!(frame, Down::Session { session: shown }
        if shown.id == session && shown.status == Status::Completed && shown.client_name == "Dana")));
    assert!(core.chats.sessions.is_empty());
}

#[test]
fn a_join_that_is_being_stored_when_its_technician_is_removed_is_handed_on() {
    let (mut core, priya, _, session) = waiting();
    connect(&mut core, &priya, 2, Activity::Active, START);
    run(&mut core, after(500));
    core.on(Event::Frame(ConnId(2), Up::Join { id: Uuid::new_v4(), session }), at(after(1_000)));
    core.on(stands(&priya, Standing::Removed), at(after(1_001)));
    does(&mut core, Event::StoreReply(StoreReply::Put(crate::store::Put::Done)), after(1_002));
    let due = core.on_timeout(at(after(1_002)));
    assert_eq!(puts(&due), [Status::Waiting], "{due:?}");
    // One that was not yet begun is not done at all.
    let (mut core, priya, _, session) = waiting();
    connect(&mut core, &priya, 2, Activity::Active, START);
    core.on(
        Event::Frame(ConnId(2), Up::Activity { id: Uuid::new_v4(), activity: idle(0) }),
        at(after(1_000)),
    );
    core.on_timeout(at(after(1_000)));
    core.on(Event::Frame(ConnId(2), Up::Join { id: Uuid::new_v4(), session }), at(after(1_000)));
    core.on(stands(&priya, Standing::Removed), at(after(1_001)));
    does(&mut core, Event::StoreReply(StoreReply::Done), after(1_002));
    assert_ne!(core.chats.sessions[&session].status, Status::Handled);
}

#[test]
fn chats_of_somebody_removed_while_the_service_did_not_run_are_handed_on_at_its_start() {
    let (core, [priya, dana, _], session) = chatting();
    let gone = Person { standing: Standing::Removed, ..priya };
    let snapshot = OrgSnapshot {
        organisation: core.cx.organisation.clone(),
        people: vec![gone, dana],
        devices: Vec::new(),
        alive_at: UnixMillis(0),
        sessions: vec![core.chats.sessions[&session].clone()],
        seen: Vec::new(),
        replies: Vec::new(),
    };
    let mut core = Core::new(snapshot, Config::default(), at(after(10_000)));
    let due = run(&mut core, after(10_000)).into_iter().map(|(_, effect)| effect).collect::<Vec<_>>();
    assert_eq!(puts(&due), [Status::Waiting]);
}

#[test]
fn a_hand_over_that_the_store_refused_is_done_a_second_later() {
    let (mut core, [priya, ..], session) = chatting();
    let mut effects = core.on(stands(&priya, Standing::Removed), at(after(2_000)));
    // Their device is removed first.
    while puts(&effects).is_empty() {
        effects = core.on(Event::StoreReply(StoreReply::Done), at(after(2_000)));
    }
    core.on(Event::StoreReply(StoreReply::Failed(crate::store::StoreError::Full)), at(after(2_000)));
    assert_eq!(core.chats.sessions[&session].status, Status::Handled);
    let mut again = Vec::new();
    while let Some(due) = next_timeout(&core).filter(|due| *due <= after(3_500) && puts(&again).is_empty()) {
        again = core.on_timeout(at(due));
    }
    assert_eq!(puts(&again), [Status::Waiting]);
}

#[test]
fn a_new_name_reaches_everybody_who_sees_it() {
    let (mut core, [priya, dana, _], _) = chatting();
    let to = "Priya Sharma".to_owned();
    let effects = does(&mut core, Event::Renamed(Renamed::Person(priya.id, to.clone())), after(2_000));
    assert!(is_told(&effects, 2, |frame| matches!(frame, Down::You { you } if you.name == to)));
    assert!(is_told(
        &effects,
        1,
        |frame| matches!(frame, Down::Session { session } if session.participants[0].name == to)
    ));
    assert_eq!(batches(&effects, 3), [[to.clone()]]);

    let company = Renamed::Company { from: "Northwind".to_owned(), to: "Northwind Dental".to_owned() };
    let effects = does(&mut core, Event::Renamed(company), after(4_000));
    let is_it = |company: &Option<String>| company.as_deref() == Some("Northwind Dental");
    assert!(is_told(&effects, 1, |frame| matches!(frame, Down::You { you } if is_it(&you.company))));
    assert!(is_told(
        &effects,
        3,
        |frame| matches!(frame, Down::Session { session } if is_it(&session.company))
    ));
    assert!(is_told(
        &effects,
        3,
        |frame| matches!(frame, Down::People { people, .. } if is_it(&people[0].company) && people[0].id == dana.id)
    ));

    let effects = does(&mut core, Event::Renamed(Renamed::Organisation("Acme".to_owned())), after(6_000));
    for conn in [1, 2, 3] {
        assert!(is_told(
            &effects,
            conn,
            |frame| matches!(frame, Down::You { you } if you.organisation == "Acme")
        ));
    }
}
