//! Who is told what happens in a chat, and that this touches nobody else's part of the organisation.

use super::*;
use crate::store::{Affiliation, Created, MessagePut, Put};

/// Priya at 1 and Tom at 2, technicians; Dana at 3 and Eve at 4, clients. Dana's chat is Priya's, Eve's waits.
pub(super) struct Office {
    pub(super) core: Core,
    pub(super) people: [Person; 4],
    pub(super) dana: SessionId,
    pub(super) eve: SessionId,
}

pub(super) fn office() -> Office {
    let people = [
        person("Priya", None),
        person("Tom", None),
        person("Dana", Some("Northwind")),
        person("Eve", Some("Contoso")),
    ];
    let mut core = core(&people.iter().collect::<Vec<_>>());
    for (conn, who) in people.iter().enumerate() {
        connect(&mut core, who, conn as u64 + 1, Activity::Active, START);
    }
    let [dana, eve] = [3, 4].map(|conn| request(&mut core, conn, START));
    let join = Up::Join { id: Uuid::new_v4(), session: dana };
    core.on(Event::Frame(ConnId(1), join), at(after(1)));
    core.on(Event::StoreReply(StoreReply::Put(Put::Done)), at(after(1)));
    Office { core, people, dana, eve }
}

fn request(core: &mut Core, conn: u64, now: UnixMillis) -> SessionId {
    let id = Uuid::new_v4();
    let up = Up::Request { id, subject: "Printer".to_owned(), reference: None };
    core.on(Event::Frame(ConnId(conn), up), at(now));
    core.on(Event::StoreReply(StoreReply::Created(Created::New)), at(now));
    SessionId(id)
}

/// Somebody writes, and the store takes it.
pub(super) fn write(core: &mut Core, conn: u64, session: SessionId) -> Vec<Effect> {
    let message = Up::Message { id: Uuid::new_v4(), session, text: "Hello".to_owned() };
    core.on(Event::Frame(ConnId(conn), message), at(after(2)));
    core.on(Event::StoreReply(StoreReply::Message(MessagePut::Done)), at(after(2)))
}

/// The type of each frame, and the connections that get it.
fn frames(effects: &[Effect]) -> Vec<(&'static str, Vec<u64>)> {
    let sends = effects.iter().filter_map(|effect| match effect {
        Effect::Send(to, frame) => Some((to, &**frame)),
        _ => None,
    });
    sends
        .map(|(to, frame)| {
            let kind = match frame {
                Down::Session { .. } => "session",
                Down::Mine { .. } => "mine",
                Down::Messages { .. } => "messages",
                Down::Ok { .. } => "ok",
                _ => "other",
            };
            (kind, to.iter().map(|conn| conn.0).collect())
        })
        .collect()
}

/// The chat as a connection last gets it in these effects.
fn told(effects: &[Effect], conn: u64, session: SessionId) -> protocol::SessionView {
    let told = effects.iter().rev().find_map(|effect| match effect {
        Effect::Send(to, frame) if to.contains(&ConnId(conn)) => match &**frame {
            Down::Session { session: told } if told.id == session => Some(told.clone()),
            _ => None,
        },
        _ => None,
    });
    told.expect("it gets the chat")
}

#[test]
fn a_message_goes_to_those_in_the_chat_and_its_number_to_those_who_list_it() {
    // C8
    let mut office = office();
    let effects = write(&mut office.core, 3, office.dana);
    assert_eq!(
        frames(&effects),
        [
            ("session", vec![1, 2]),
            ("session", vec![3]),
            ("mine", vec![3]),
            ("messages", vec![1, 3]),
            ("ok", vec![3]),
        ]
    );
    assert_eq!(told(&effects, 2, office.dana).messages, 1);
}

#[test]
fn somebody_who_was_in_a_chat_gets_its_messages_once_they_have_opened_it() {
    // C8
    let mut office = office();
    office.core.chats.sessions.get_mut(&office.dana).unwrap().participants.push(::chat::Participant {
        person: office.people[1].id,
        joined: START,
        left: Some(after(1)),
    });
    let before = write(&mut office.core, 3, office.dana);
    assert!(frames(&before).contains(&("messages", vec![1, 3])));
    let open = Up::Open { id: Uuid::new_v4(), session: office.dana, after: 0 };
    office.core.on(Event::Frame(ConnId(2), open), at(after(3)));
    office.core.on(Event::StoreReply(StoreReply::Messages(Vec::new())), at(after(3)));
    let after_it = write(&mut office.core, 1, office.dana);
    assert!(frames(&after_it).contains(&("messages", vec![1, 2, 3])), "{after_it:?}");
}

#[test]
fn a_client_who_writes_while_waiting_keeps_their_place() {
    let mut office = office();
    let third = person("Kim", Some("Contoso"));
    connect(&mut office.core, &third, 5, Activity::Active, START);
    let kim = request(&mut office.core, 5, after(1));
    let effects = write(&mut office.core, 5, kim);
    assert_eq!(told(&effects, 5, kim).ahead, Some(1));
    assert!(
        !frames(&effects).iter().any(|(_, to)| to.contains(&4)),
        "nobody before them is told: {effects:?}"
    );
    // Somebody who waits before them leaves, and they are told.
    let leave = Up::Leave { id: Uuid::new_v4(), session: office.eve };
    office.core.on(Event::Frame(ConnId(4), leave), at(after(4)));
    let gone = office.core.on(Event::StoreReply(StoreReply::Put(Put::Done)), at(after(4)));
    assert_eq!(told(&gone, 5, kim).ahead, Some(0));
}

#[test]
fn reading_a_chat_is_told_to_the_readers_own_devices_and_the_other_side_and_only_for_that_chat() {
    let mut office = office();
    connect(&mut office.core, &office.people[0].clone(), 6, Activity::Active, START);
    write(&mut office.core, 3, office.dana);
    let seen = Up::Seen { session: office.dana, number: 1 };
    let effects = office.core.on(Event::Frame(ConnId(1), seen), at(after(5)));
    assert_eq!(frames(&effects), [("mine", vec![1]), ("mine", vec![6]), ("mine", vec![3])]);
    let visible = Up::Visible { session: Some(office.dana) };
    let effects = office.core.on(Event::Frame(ConnId(1), visible), at(after(5)));
    assert_eq!(frames(&effects), [("mine", vec![1]), ("mine", vec![6])]);
    let effects = office.core.on(Event::Frame(ConnId(1), Up::Visible { session: None }), at(after(5)));
    assert_eq!(frames(&effects), [("mine", vec![1]), ("mine", vec![6])]);
}

/// A technician connects: the text of the frame about a chat.
fn newcomer(
    office: &mut Office,
    conn: u64,
    session: SessionId,
) -> (axum::extract::ws::Utf8Bytes, protocol::SessionView) {
    let who = office.people[1].clone();
    let effects = connect(&mut office.core, &who, conn, Activity::Active, after(6));
    let text = effects.iter().find_map(|effect| match effect {
        Effect::Send(_, frame) => match &**frame {
            Down::Session { session: told } if told.id == session => Some(frame.text()),
            _ => None,
        },
        _ => None,
    });
    (text.expect("it gets the chat"), told(&effects, conn, session))
}

#[test]
fn a_chat_is_serialised_once_for_all_who_connect_and_again_after_any_change() {
    let mut office = office();
    let (dana, eve) = (office.dana, office.eve);
    let (first, _) = newcomer(&mut office, 10, dana);
    let (second, view) = newcomer(&mut office, 11, dana);
    assert_eq!(first.as_ptr(), second.as_ptr());
    assert_eq!((view.messages, view.participants[0].state), (0, presence::State::Online));
    write(&mut office.core, 3, dana);
    assert_eq!(newcomer(&mut office, 12, dana).1.messages, 1);
    // Her state is not part of the chat's own revision.
    office.core.on(Event::Frame(ConnId(1), Up::Beat { activity: idle(0) }), at(after(7)));
    let (text, view) = newcomer(&mut office, 13, dana);
    assert_eq!(view.participants[0].state, presence::State::Away);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&text).unwrap()["session"]["participants"][0]["state"],
        "away"
    );
    office
        .core
        .on(Event::Renamed(Renamed::Person(office.people[2].id, "Dana Reyes".to_owned())), at(after(8)));
    assert_eq!(newcomer(&mut office, 14, dana).1.client_name, "Dana Reyes");
    let renamed = Renamed::Company { from: "Contoso".to_owned(), to: "Contoso Ltd".to_owned() };
    office.core.on(Event::Renamed(renamed), at(after(8)));
    assert_eq!(newcomer(&mut office, 15, eve).1.company.as_deref(), Some("Contoso Ltd"));
    assert!(matches!(
        &office.core.people.members[&office.people[3].id].person.affiliation,
        Affiliation::Client { .. }
    ));
}
