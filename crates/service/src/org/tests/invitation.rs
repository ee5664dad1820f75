//! Invitations (C7): who may be invited, how they end, and repeats.

use super::*;
use ::chat::Status;
use protocol::ErrorCode;

/// Priya at connection 1, and Dana at connection 2 with this activity.
fn both(activity: Activity) -> (Core, Person, Person) {
    let (priya, dana) = (person("Priya", None), person("Dana", Some("Northwind")));
    let mut core = core(&[&priya, &dana]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    connect(&mut core, &dana, 2, activity, START);
    (core, priya, dana)
}

fn invite(core: &mut Core, client: &Person, id: Uuid, now: UnixMillis) -> Vec<Effect> {
    does(core, Event::Frame(ConnId(1), Up::Invite { id, client: client.id, subject: None }), now)
}

/// The refusal that Priya is told, with whom and since when.
fn refusal(effects: &[Effect]) -> Option<(ErrorCode, Option<String>, Option<UnixMillis>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send(to, frame) if to.contains(&ConnId(1)) => match &**frame {
            Down::Error { code, by, at, .. } => Some((*code, by.clone(), *at)),
            _ => None,
        },
        _ => None,
    })
}

fn is_ok(effects: &[Effect]) -> bool {
    is_told(effects, 1, |frame| matches!(frame, Down::Ok { .. }))
}

#[test]
fn a_client_who_is_online_is_invited_and_told_by_whom() {
    // C7
    let (mut core, priya, dana) = both(Activity::Active);
    let effects = invite(&mut core, &dana, Uuid::new_v4(), after(1_000));
    assert!(is_ok(&effects), "{effects:?}");
    let is_invitation = |frame: &Down| {
        matches!(frame, Down::Session { session } if session.status == Status::Invited
            && session.inviter.as_ref().is_some_and(|inviter| inviter.person == priya.id && inviter.name == "Priya"))
    };
    assert!(is_told(&effects, 1, is_invitation) && is_told(&effects, 2, is_invitation));
}

#[test]
fn a_client_who_is_away_or_offline_is_not_invited_and_the_technician_is_told_since_when() {
    // C7
    let (mut core, _, dana) = both(idle(60_000));
    let effects = invite(&mut core, &dana, Uuid::new_v4(), after(1_000));
    let since = Some(UnixMillis(START.0 - 60_000));
    assert_eq!(refusal(&effects), Some((ErrorCode::ClientAway, Some("Dana".to_owned()), since)));
    does(&mut core, Event::Frame(ConnId(2), Up::Bye), after(2_000));
    let effects = invite(&mut core, &dana, Uuid::new_v4(), after(3_000));
    let refused = refusal(&effects).expect("they are offline");
    assert_eq!((refused.0, refused.1), (ErrorCode::ClientOffline, Some("Dana".to_owned())));
    assert!(core.chats.sessions.is_empty());
}

#[test]
fn a_technician_a_stranger_and_a_client_who_waits_or_is_invited_already_are_not_invited() {
    // C7
    let (mut core, priya, dana) = both(Activity::Active);
    for who in [&priya, &person("Nobody", Some("Northwind"))] {
        let effects = invite(&mut core, who, Uuid::new_v4(), after(1_000));
        assert_eq!(refusal(&effects).map(|refused| refused.0), Some(ErrorCode::NotFound));
    }
    assert!(is_ok(&invite(&mut core, &dana, Uuid::new_v4(), after(1_000))));
    let second = invite(&mut core, &dana, Uuid::new_v4(), after(2_000));
    assert_eq!(refusal(&second).map(|refused| refused.0), Some(ErrorCode::AlreadyActive));

    let (mut core, _, dana) = both(Activity::Active);
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer".to_owned(), reference: None };
    does(&mut core, Event::Frame(ConnId(2), request), after(1_000));
    let effects = invite(&mut core, &dana, Uuid::new_v4(), after(2_000));
    assert_eq!(refusal(&effects).map(|refused| refused.0), Some(ErrorCode::AlreadyActive));
}

#[test]
fn a_client_does_not_invite() {
    // C7
    let (mut core, _, dana) = both(Activity::Active);
    let invite = Up::Invite { id: Uuid::new_v4(), client: dana.id, subject: None };
    let effects = does(&mut core, Event::Frame(ConnId(2), invite), after(1_000));
    assert!(
        is_told(&effects, 2, |frame| matches!(frame, Down::Error { code: ErrorCode::NotAllowed, .. })),
        "{effects:?}"
    );
}

#[test]
fn an_accepted_invitation_is_a_chat_in_progress_at_both_ends() {
    // C7
    let (mut core, priya, dana) = both(Activity::Active);
    let id = Uuid::new_v4();
    invite(&mut core, &dana, id, after(1_000));
    let accept = Up::Accept { id: Uuid::new_v4(), session: SessionId(id) };
    let effects = does(&mut core, Event::Frame(ConnId(2), accept), after(2_000));
    for conn in [1, 2] {
        assert!(is_told(&effects, conn, |frame| matches!(frame, Down::Session { session }
            if session.status == Status::Handled && session.participants[0].person == priya.id)));
    }
}

#[test]
fn an_invitation_that_nobody_answers_ends_after_60_s_also_over_a_restart() {
    // C7
    let (mut core, _, dana) = both(Activity::Active);
    let id = Uuid::new_v4();
    invite(&mut core, &dana, id, after(1_000));
    let stored = core.chats.sessions[&SessionId(id)].clone();
    for conn in [1, 2] {
        let beat = Up::Beat { activity: Activity::Active };
        does(&mut core, Event::Frame(ConnId(conn), beat), after(40_000));
    }
    let mut over = Vec::new();
    for now in [after(60_900), after(61_000)] {
        let due = core.on_timeout(at(now));
        over = carry_out(&mut core, due, now);
        assert_eq!(puts(&over).len(), usize::from(now == after(61_000)), "{over:?}");
    }
    assert!(is_told(&over, 1, |frame| matches!(frame, Down::Session { session }
        if session.status == Status::Completed && session.completed_by.is_none())));

    let snapshot = OrgSnapshot {
        organisation: acme(),
        people: vec![dana],
        devices: Vec::new(),
        alive_at: after(30_000),
        sessions: vec![stored],
        seen: Vec::new(),
        replies: Vec::new(),
    };
    let mut core = Core::new(snapshot, Config::default(), at(after(31_000)));
    let due: Vec<UnixMillis> = run(&mut core, after(90_000))
        .into_iter()
        .filter(|(_, effect)| !puts(std::slice::from_ref(effect)).is_empty())
        .map(|(now, _)| now)
        .collect();
    assert_eq!(due, [after(61_000)]);
}

#[test]
fn a_repeated_invitation_gets_the_same_answer_although_the_client_is_away_by_now() {
    // C7
    let (mut core, _, dana) = both(Activity::Active);
    let id = Uuid::new_v4();
    invite(&mut core, &dana, id, after(1_000));
    let stored = Box::new(core.chats.sessions[&SessionId(id)].clone());
    let away = Up::Activity { id: Uuid::new_v4(), activity: idle(0) };
    does(&mut core, Event::Frame(ConnId(2), away), after(2_000));
    let again = Up::Invite { id, client: dana.id, subject: None };
    core.on(Event::Frame(ConnId(1), again), at(after(3_000)));
    while core.cx.queue.is_busy() {
        let found = core.on(Event::StoreReply(StoreReply::Session(Some(stored.clone()))), at(after(3_000)));
        assert_eq!(refusal(&found), None);
        if is_ok(&found) {
            return;
        }
    }
    panic!("the repeat was not answered");
}
