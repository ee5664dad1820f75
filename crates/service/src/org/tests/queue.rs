//! The order of store steps: nobody in a chat waits for presence to be saved.

use super::*;
use crate::org::store_queue::OVERTAKING;
use crate::store::{Created, MessagePut, Put};
use ::chat::Message;
use protocol::limits::MESSAGES_PART;

/// Priya at connection 2, and Dana at 1 with three waiting requests; a save of presence is in progress, and another one waits.
fn saving() -> (Core, Vec<SessionId>) {
    let (priya, dana) = (person("Priya", None), person("Dana", Some("Northwind")));
    let (tom, eve) = (person("Tom", None), person("Eve", Some("Northwind")));
    let mut core = core(&[&priya, &dana, &tom, &eve]);
    connect(&mut core, &dana, 1, Activity::Active, START);
    connect(&mut core, &priya, 2, Activity::Active, START);
    let mut sessions = Vec::new();
    for reference in ["1", "2", "3"] {
        let id = Uuid::new_v4();
        let reference = Some(reference.to_owned());
        let request = Up::Request { id, subject: "Printer".to_owned(), reference };
        core.on(Event::Frame(ConnId(1), request), at(START));
        core.on(Event::StoreReply(StoreReply::Created(Created::New)), at(START));
        sessions.push(SessionId(id));
    }
    for (conn, who) in [(3, &tom), (4, &eve)] {
        hello(&mut core, who, (conn, SignInId(Uuid::new_v4()), Uuid::new_v4()), Activity::Active, after(1));
    }
    (core, sessions)
}

fn join(core: &mut Core, conn: u64, session: SessionId) {
    let join = Up::Join { id: Uuid::new_v4(), session };
    core.on(Event::Frame(ConnId(conn), join), at(after(2)));
}

fn message(number: u64) -> Message {
    let (id, from) = (Uuid::new_v4(), PersonId(Uuid::new_v4()));
    Message { id, number, from, at: START, text: "It is broken".to_owned(), file: None }
}

/// Does store steps until there are no more. Returns the sessions that were stored, and `None` for each save of presence. The first save
/// was requested before.
fn order(core: &mut Core) -> Vec<Option<SessionId>> {
    let mut order = Vec::new();
    let mut effects = core.on(Event::StoreReply(StoreReply::Done), at(after(3)));
    while let Some(Effect::Store(step)) = effects.iter().find(|effect| matches!(effect, Effect::Store(_))) {
        let (stored, reply) = match step {
            StoreRequest::Save(_) => (None, StoreReply::Done),
            StoreRequest::Put(session, _) => (Some(session.id), StoreReply::Put(Put::Done)),
            StoreRequest::PutMessage(session, ..) => {
                (Some(session.id), StoreReply::Message(MessagePut::Done))
            }
            other => panic!("nobody asked for {other:?}"),
        };
        order.push(stored);
        effects = core.on(Event::StoreReply(reply), at(after(3)));
    }
    order
}

#[test]
fn intents_in_a_chat_overtake_waiting_saves_of_presence_and_keep_their_order() {
    let (mut core, sessions) = saving();
    for session in &sessions {
        join(&mut core, 2, *session);
    }
    assert_eq!(order(&mut core), [Some(sessions[0]), Some(sessions[1]), Some(sessions[2]), None]);
}

#[test]
fn presence_is_saved_however_much_is_done_in_chats() {
    let (mut core, sessions) = saving();
    join(&mut core, 2, sessions[0]);
    for number in 0..2 * OVERTAKING {
        let (id, text) = (Uuid::new_v4(), format!("message {number}"));
        core.on(Event::Frame(ConnId(2), Up::Message { id, session: sessions[0], text }), at(after(2)));
    }
    let order = order(&mut core);
    assert_eq!(order.iter().position(Option::is_none), Some(OVERTAKING));
    assert_eq!(order.len(), 2 * OVERTAKING + 2);
}

#[test]
fn presence_is_saved_even_if_overtaking_jobs_need_several_steps_or_a_repeat() {
    let (mut core, sessions) = saving();
    join(&mut core, 2, sessions[0]);
    for _ in 0..2 * OVERTAKING {
        let open = Up::Open { id: Uuid::new_v4(), session: sessions[0], after: 0 };
        core.on(Event::Frame(ConnId(2), open), at(after(2)));
    }
    let part = |after: u64| match after {
        0 => (1..=MESSAGES_PART as u64).map(message).collect(),
        _ => Vec::new(),
    };
    let mut steps = 0;
    let mut effects = core.on(Event::StoreReply(StoreReply::Done), at(after(3)));
    while let Some(Effect::Store(step)) = effects.iter().find(|effect| matches!(effect, Effect::Store(_))) {
        let reply = match step {
            StoreRequest::Save(_) => break,
            StoreRequest::Put(..) => StoreReply::Put(Put::Done),
            StoreRequest::Messages(_, _, after) => StoreReply::Messages(part(*after)),
            other => panic!("nobody asked for {other:?}"),
        };
        steps += 1;
        effects = core.on(Event::StoreReply(reply), at(after(3)));
    }
    // Each history has a second part, which directly follows the first.
    assert_eq!(steps, 1 + 2 * (OVERTAKING - 1));
}

#[test]
fn an_intent_waits_until_the_senders_new_device_counts() {
    // Others would see somebody in the chat who is offline.
    let (mut core, sessions) = saving();
    join(&mut core, 3, sessions[0]);
    join(&mut core, 2, sessions[1]);
    // Tom's device is in the save in progress.
    assert_eq!(order(&mut core), [Some(sessions[0]), Some(sessions[1]), None]);
    let (mut core, sessions) = saving();
    let late = person("Late", None);
    hello(&mut core, &late, (5, SignInId(Uuid::new_v4()), Uuid::new_v4()), Activity::Active, after(1));
    join(&mut core, 5, sessions[0]);
    join(&mut core, 2, sessions[1]);
    assert_eq!(order(&mut core), [None, Some(sessions[0]), Some(sessions[1])]);
}

#[test]
fn an_intent_from_a_page_that_is_reloaded_at_once_waits_until_the_device_counts() {
    let (mut core, sessions) = saving();
    let late = person("Late", None);
    hello(&mut core, &late, (5, SignInId(Uuid::new_v4()), Uuid::new_v4()), Activity::Active, after(1));
    join(&mut core, 5, sessions[0]);
    join(&mut core, 2, sessions[1]);
    core.on(Event::Ended(ConnId(5), Ended::Lost), at(after(2)));
    assert_eq!(order(&mut core), [None, Some(sessions[0]), Some(sessions[1])]);
}
