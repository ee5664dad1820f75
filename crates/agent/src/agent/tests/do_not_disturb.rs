//! C11: what changes while the desktop is in do-not-disturb, and what does not.

use super::accounts::{LINK, redeemed};
use super::hand_over::offered;
use super::invitations::{invited, invited_to};
use super::*;

const WHY: &str = "Requests ring silently while your desktop is in do-not-disturb.";

/// A technician's agent on a desktop in do-not-disturb.
fn undisturbed() -> Bench {
    let mut bench = Bench::technician();
    bench.on(Input::DoNotDisturb(true));
    bench.effects();
    bench
}

fn shown(bench: &mut Bench, key: ToastKey) {
    bench.on(Input::Toast(ToastEvent::Shown(key)));
}

/// The ring of the only toast, and whether it is critical.
fn ring(bench: &mut Bench) -> Option<(Option<u64>, bool)> {
    let toasts = bench.toasts()?;
    assert_eq!(toasts.len(), 1, "{toasts:?}");
    Some((toasts[0].ring, toasts[0].is_critical))
}

#[test]
fn requests_keep_their_toasts_but_neither_sound_nor_break_through() {
    let mut bench = undisturbed();
    bench.rings_for(5);
    let toast = bench.toasts().unwrap().remove(0);
    assert_eq!((toast.ring, toast.is_critical, toast.stays), (None, false, true));
    bench.pass(secs(30));
    assert_eq!(ring(&mut bench), Some((None, false)));
    assert!(bench.view().do_not_disturb);
}

#[test]
fn outside_do_not_disturb_requests_are_critical_and_messages_are_not() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    assert_eq!(ring(&mut bench), Some((Some(1), true)));
    for id in [6, 7] {
        bench.rings_for(id);
    }
    let toasts = bench.toasts().unwrap();
    assert!(toasts.iter().all(|toast| toast.key == ToastKey::Several && toast.is_critical), "{toasts:?}");
    bench.session(8, 2, &json!({ "status": "abandoned", "ended": NOON }));
    bench.on(Input::Clicked(Intent::Silent { minutes: 30 }));
    let news = bench.toasts().unwrap().into_iter().find(|toast| toast.key != ToastKey::Several).unwrap();
    assert!(!news.is_critical);
}

// A desktop that could show it only later would have sounded.
#[test]
fn what_was_due_to_sound_before_is_silenced_too() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.effects();
    bench.on(Input::DoNotDisturb(true));
    assert_eq!(ring(&mut bench), Some((None, false)));
}

#[test]
fn when_it_ends_the_toast_is_critical_at_once_and_sounds_when_the_next_sound_is_due() {
    let mut bench = undisturbed();
    bench.rings_for(5);
    bench.pass(secs(25));
    bench.toasts();
    bench.on(Input::DoNotDisturb(false));
    assert_eq!(ring(&mut bench), Some((None, true)));
    assert!(!bench.view().do_not_disturb);
    bench.pass(secs(5));
    assert_eq!(ring(&mut bench), Some((Some(1), true)), "it has waited for 30 s");
}

#[test]
fn a_message_that_came_in_it_does_not_sound_when_it_ends() {
    // C8
    for mut bench in [Bench::technician(), Bench::client()] {
        bench.on(Input::DoNotDisturb(true));
        let me_in = json!([{ "person": ME, "name": "Priya Shah", "state": "online", "joined": NOON }]);
        bench.session(
            5,
            2,
            &json!({ "status": "handled", "participants": me_in, "client": ME, "messages": 1 }),
        );
        let message =
            json!({ "number": 1, "id": Uuid::from_u128(50), "from": DANA, "at": NOON, "text": "Hello?" });
        bench.json(json!({ "type": "messages", "session": chat(5), "messages": [message] }));
        assert_eq!(ring(&mut bench), Some((None, false)));
        bench.on(Input::DoNotDisturb(false));
        assert_eq!(ring(&mut bench), None);
    }
}

// C7
#[test]
fn an_invitation_that_came_in_it_neither_sounds_nor_breaks_through_and_stays_silent_when_it_ends() {
    let mut bench = Bench::client();
    bench.on(Input::DoNotDisturb(true));
    invited(&mut bench);
    assert_eq!(ring(&mut bench), Some((None, false)));
    bench.on(Input::DoNotDisturb(false));
    assert_eq!(ring(&mut bench), Some((None, true)));
    bench.session(5, 2, &json!({ "kind": "push", "status": "completed", "client": ME }));
    bench.effects();
    invited_to(&mut bench, 6);
    assert_eq!(ring(&mut bench), Some((Some(1), true)), "the next one sounds");
}

#[test]
fn an_offered_chat_is_silent_in_it_too() {
    // C9
    let mut bench = undisturbed();
    offered(&mut bench, Some(ME));
    assert_eq!(ring(&mut bench), Some((None, false)));
    bench.pass(secs(30));
    assert_eq!(bench.toasts(), None, "it has neither a new sound nor a new text");
}

#[test]
fn what_became_of_an_invitation_and_of_an_offer_makes_no_sound() {
    // C7, C9
    let mut bench = undisturbed();
    let push =
        json!({ "kind": "push", "status": "invited", "inviter": { "person": ME, "name": "Priya Shah" } });
    bench.session(5, 1, &push);
    bench.effects();
    let refused =
        json!({ "kind": "push", "status": "completed", "completed_by": DANA, "inviter": push["inviter"] });
    bench.session(5, 2, &refused);
    assert_eq!(ring(&mut bench), Some((None, false)));
}

// C3: a desktop in do-not-disturb accepts a toast and shows it to nobody.
#[test]
fn a_device_in_it_does_not_confirm_its_toast_so_that_another_one_rings() {
    let mut bench = undisturbed();
    bench.rings_for(5);
    shown(&mut bench, ToastKey::Request(chat(5)));
    bench.pass(secs(30));
    assert_eq!(bench.sent(), []);
    bench.on(Input::DoNotDisturb(false));
    assert_eq!(bench.sent(), [], "what was shown before is not known to be on the screen");
    shown(&mut bench, ToastKey::Request(chat(5)));
    assert_eq!(bench.sent(), [Up::RingShown { session: chat(5) }]);
}

#[test]
fn what_was_shown_in_it_while_the_connection_was_lost_is_not_confirmed_afterwards() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.lose();
    bench.on(Input::DoNotDisturb(true));
    shown(&mut bench, ToastKey::Request(chat(5)));
    bench.on(Input::DoNotDisturb(false));
    bench.greet();
    bench.session(5, 1, &json!({ "waiting_since": NOON }));
    bench.mine(5, true);
    bench.effects();
    bench.down(Down::Synced { more: 0 });
    let sent = bench.sent();
    assert!(!sent.iter().any(|up| matches!(up, Up::RingShown { .. })), "{sent:?}");
}

#[test]
fn the_toast_for_several_is_not_confirmed_either() {
    let mut bench = undisturbed();
    for id in [5, 6, 7] {
        bench.rings_for(id);
    }
    shown(&mut bench, ToastKey::Several);
    assert_eq!(bench.sent(), []);
}

#[test]
fn a_device_that_the_user_made_silent_confirms_since_its_toast_is_on_the_screen() {
    // C3
    let mut bench = Bench::technician();
    bench.wants(Intent::Silent { minutes: 30 });
    bench.rings_for(5);
    bench.effects();
    shown(&mut bench, ToastKey::Request(chat(5)));
    assert_eq!(bench.sent(), [Up::RingShown { session: chat(5) }]);
}

#[test]
fn the_end_of_one_silence_leaves_the_other() {
    let mut bench = undisturbed();
    bench.wants(Intent::Silent { minutes: 30 });
    bench.effects();
    let requester = bench.wants(Intent::Silent { minutes: 0 });
    let Answer::Done { note: Some(note) } = bench.answer(requester) else { panic!() };
    assert_eq!(note, WHY, "it would be wrong to say that requests ring again");
    bench.wants(Intent::Silent { minutes: 30 });
    bench.on(Input::DoNotDisturb(false));
    bench.rings_for(5);
    bench.effects();
    bench.pass(secs(20));
    assert_eq!(ring(&mut bench), Some((None, true)));
}

#[test]
fn it_belongs_to_the_desktop_and_not_to_the_user_who_signs_out() {
    let mut bench = undisturbed();
    bench.wants(Intent::SignOut);
    let sent = bench.sent();
    let [Up::SignOut { id, device: None }] = sent[..] else { panic!("{sent:?}") };
    bench.ok(id);
    assert!(!bench.view().do_not_disturb, "nobody is signed in whose requests could ring");
    bench.wants(Intent::SignIn { link: LINK.into() });
    bench.on(redeemed(Role::Technician));
    bench.connect();
    assert!(bench.view().do_not_disturb);
    bench.toasts();
    bench.rings_for(5);
    let toasts = bench.toasts().unwrap();
    assert!(toasts.iter().all(|toast| toast.ring.is_none()), "{toasts:?}");
}

#[test]
fn others_see_nothing_of_it() {
    let mut bench = Bench::technician();
    bench.effects();
    let before = bench.view().shown;
    bench.on(Input::DoNotDisturb(true));
    assert_eq!(bench.effects(), []);
    assert_eq!(bench.view().shown, before);
    assert_eq!(bench.view().headline, "Online");
}

#[test]
fn a_client_is_not_told_of_requests() {
    // P8
    let mut bench = Bench::client();
    bench.on(Input::DoNotDisturb(true));
    assert!(!bench.view().do_not_disturb);
}

// The desktop's own events say when it ends.
#[test]
fn it_wakes_nothing_by_itself() {
    let mut bench = Bench::technician();
    let before = bench.agent.next_timeout();
    bench.on(Input::DoNotDisturb(true));
    assert_eq!(bench.agent.next_timeout(), before);
}
