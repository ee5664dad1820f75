//! Invitations as toasts: the question at the client, the answer at the technician (C7).

use super::*;

/// Priya invites this client.
pub(super) fn invited(bench: &mut Bench) {
    invited_to(bench, 5);
}

pub(super) fn invited_to(bench: &mut Bench, chat: u128) {
    bench.effects();
    bench.session(
        chat,
        1,
        &json!({
            "kind": "push", "status": "invited", "client": ME, "subject": "",
            "reference": null, "inviter": { "person": Uuid::from_u128(77), "name": "Priya Shah" },
        }),
    );
}

/// This technician has invited Dana, and this has become of it.
fn becomes(changes: &serde_json::Value) -> Bench {
    let mut bench = Bench::technician();
    let push =
        json!({ "kind": "push", "status": "invited", "inviter": { "person": ME, "name": "Priya Shah" } });
    bench.session(5, 1, &push);
    bench.effects();
    let mut next = push;
    for (key, value) in changes.as_object().unwrap() {
        next[key] = value.clone();
    }
    bench.session(5, 2, &next);
    bench
}

#[test]
fn an_invitation_rings_once_and_asks_until_it_is_answered() {
    // C7
    let mut bench = Bench::client();
    invited(&mut bench);
    let toasts = bench.toasts().unwrap();
    assert_eq!(line(&toasts[0]), "Priya from Acme IT would like to chat / ");
    assert_eq!((toasts[0].ring, toasts[0].stays), (Some(1), true));
    let labels: Vec<_> = toasts[0].buttons.iter().map(|button| button.label.as_str()).collect();
    assert_eq!(labels, ["Accept", "Not now"]);
    bench.pass(secs(50));
    assert_eq!(bench.toasts(), None, "it does not ring again");
    bench.session(5, 2, &json!({ "kind": "push", "status": "completed", "client": ME }));
    assert_eq!(bench.toasts().unwrap(), []);
}

#[test]
fn accept_opens_exactly_that_chat_and_not_now_only_answers() {
    // C7, C10
    for action in [ToastAction::Accept, ToastAction::Decline] {
        let mut bench = Bench::client();
        invited(&mut bench);
        bench.effects();
        bench.on(Input::Toast(ToastEvent::Pressed(ToastKey::Invitation(chat(5)), action)));
        let sent = bench.sent();
        let is_accepted = match sent[..] {
            [Up::Accept { session, .. }] => session == chat(5),
            [Up::Decline { session, .. }] => {
                assert_eq!(session, chat(5));
                false
            }
            _ => panic!("{sent:?}"),
        };
        assert_eq!(is_accepted, action == ToastAction::Accept);
        bench.ok(sent[0].intent().unwrap());
        let page = Page::Portal { chat: Some(chat(5)) };
        let opens = bench.effects().contains(&Effect::ToWindow(ToWindow::Show { page, minimised: false }));
        assert_eq!(opens, is_accepted);
    }
}

#[test]
fn a_click_on_an_invitation_that_is_over_says_so() {
    // C7, C10
    let mut bench = Bench::client();
    invited(&mut bench);
    bench.session(5, 2, &json!({ "kind": "push", "status": "completed", "client": ME }));
    bench.effects();
    bench.on(Input::Toast(ToastEvent::Clicked(ToastKey::Invitation(chat(5)))));
    assert_eq!(bench.toasts().unwrap()[0].title, "This invitation is over.");
}

#[test]
fn the_technician_who_invited_is_told_the_answer() {
    // C7
    let priya = joined_by("Priya Shah", NOON);
    for (changes, expected) in [
        (json!({ "status": "handled", "participants": priya }), Some("Dana accepted your invitation.")),
        (json!({ "status": "completed", "completed_by": DANA }), Some("Dana answered: not now.")),
        (json!({ "status": "completed" }), Some("Dana did not answer your invitation.")),
        // Taken back by the technician.
        (json!({ "status": "completed", "completed_by": ME }), None),
    ] {
        let mut bench = becomes(&changes);
        let told = bench.toasts().map(|toasts| toasts[0].title.clone());
        assert_eq!(told.as_deref(), expected, "{changes}");
    }
}

#[test]
fn another_technicians_invitation_is_no_news() {
    // C7
    let mut bench = Bench::technician();
    let push = json!({ "kind": "push", "status": "invited", "inviter": { "person": DANA, "name": "Tom" } });
    bench.session(5, 1, &push);
    bench.session(5, 2, &json!({ "kind": "push", "status": "completed" }));
    assert_eq!(bench.toasts(), None);
}
