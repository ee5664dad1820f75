//! Signing in and out.

use super::*;
use crate::words;
use link::End;

pub(super) const LINK: &str = "https://help.acme.example/sign-in#one-time_Secret";

pub(super) fn signed_out() -> Bench {
    Bench::with(start(None), Role::Technician)
}

pub(super) fn redeemed(role: Role) -> Input {
    let known = KnownAccount { name: "Priya Shah".into(), role, organisation: "Acme IT".into() };
    Input::Redeemed { result: Ok((Token("fresh".into()), known)) }
}

/// Signs out, and the service says that it is done.
fn sign_out(bench: &mut Bench) {
    bench.effects();
    bench.wants(Intent::SignOut);
    let sent = bench.sent();
    let [Up::SignOut { id, device: None }] = sent[..] else { panic!("{sent:?}") };
    bench.ok(id);
}

#[test]
fn a_link_signs_in_and_connects() {
    let mut bench = signed_out();
    bench.fact(Fact::Active);
    assert_eq!(bench.view().headline, "Signed out");
    assert!(!bench.orders().iter().any(|order| matches!(order, Order::Connect(_))));
    let requester = bench.wants(Intent::SignIn { link: format!(" {LINK}\n") });
    let effects = bench.effects();
    assert!(
        matches!(&effects[..], [Effect::Redeem { secret, device, .. }] if secret == "one-time_Secret" && device == "desk")
    );
    bench.on(redeemed(Role::Technician));
    let effects = bench.effects();
    assert!(
        matches!(&effects[..], [
        Effect::SaveToken(_),
        Effect::SaveSettings(_),
        Effect::Answer { .. },
        Effect::Link(Order::Connect(target)),
    ] if target.token == Token("fresh".into())),
        "{effects:?}"
    );
    bench.effects = effects;
    assert_eq!(bench.answer(requester), Answer::Done { note: Some("Signed in as Priya Shah.".into()) });
}

#[test]
fn a_client_who_signs_in_gets_the_portal() {
    let mut bench = signed_out();
    bench.wants(Intent::SignIn { link: LINK.into() });
    bench.effects();
    bench.on(redeemed(Role::Client));
    let page = Page::Portal { chat: None };
    assert!(bench.effects().contains(&Effect::StartWindow { page, minimised: false }));
}

#[test]
fn what_is_no_link_is_refused_in_words_that_do_not_repeat_its_secret() {
    let mut bench = signed_out();
    for (link, says) in [
        ("https://help.acme.example/sign-in", "the part behind # is missing"),
        ("http://help.acme.example/sign-in#s3cret", "http:// is only for a service on this computer"),
        ("https://help.acme.example/other#s3cret", "not a sign-in link"),
        ("https://help.acme.example/sign-in#", "not a sign-in link"),
        ("hello#s3cret", "is not a web address"),
    ] {
        bench.effects();
        let requester = bench.wants(Intent::SignIn { link: link.into() });
        let message = bench.failed(requester);
        assert!(message.contains(says) && !message.contains("s3cret"), "{link}: {message}");
    }
    bench.wants(Intent::SignIn { link: "http://127.0.0.1:7711/sign-in#ok".into() });
    assert!(matches!(bench.effects()[..], [Effect::Redeem { .. }]));
}

#[test]
fn a_refused_link_is_told_in_the_services_words() {
    let mut bench = signed_out();
    let requester = bench.wants(Intent::SignIn { link: LINK.into() });
    bench.effects();
    bench.on(Input::Redeemed { result: Err("This link was used already.".into()) });
    assert_eq!(bench.failed(requester), "This link was used already.");
    bench.wants(Intent::SignIn { link: LINK.into() });
    assert!(matches!(bench.effects()[..], [Effect::Redeem { .. }]), "another link may be tried");
}

#[test]
fn signing_out_ends_the_sign_in_there_and_here() {
    let mut bench = Bench::technician();
    bench.effects();
    let requester = bench.wants(Intent::SignOut);
    let sent = bench.sent();
    let [Up::SignOut { id, device: None }] = sent[..] else { panic!("{sent:?}") };
    bench.ok(id);
    let effects = bench.effects();
    assert!(effects.contains(&Effect::ForgetToken));
    assert!(effects.contains(&Effect::Link(Order::Disconnect { bye: true })));
    bench.effects = effects;
    assert_eq!(bench.answer(requester), Answer::Done { note: Some("Signed out on this computer.".into()) });
    assert_eq!(bench.view().account, crate::view::AccountView::SignedOut { why: None });
    assert_eq!(bench.view().connection, ConnectionView::Off);
}

#[test]
fn ones_own_sign_out_is_not_told_as_somebody_elses() {
    let mut bench = Bench::technician();
    sign_out(&mut bench);
    // The service's close with 4401 was under way before the app hung up.
    bench.on(Input::Link(Event::Ended(End::SignIn)));
    assert_eq!(bench.view().account, crate::view::AccountView::SignedOut { why: None });
    let toasts = bench.toasts().unwrap_or_default();
    assert!(toasts.is_empty(), "{toasts:?}");
}

#[test]
fn signing_out_works_without_the_service_and_says_so() {
    let mut offline = Bench::technician();
    offline.lose();
    let mut silent = Bench::technician();
    silent.effects();
    let early = silent.wants(Intent::SignOut);
    assert_eq!(silent.answers(early), []);
    silent.pass(secs(3));
    let late = offline.wants(Intent::SignOut);
    for (mut bench, requester) in [(offline, late), (silent, early)] {
        assert!(bench.effects.contains(&Effect::ForgetToken));
        let Answer::Done { note: Some(note) } = bench.answer(requester) else { panic!() };
        assert!(note.contains("could not be told"));
    }
}

#[test]
fn a_sign_in_that_was_ended_elsewhere_signs_out_and_says_why() {
    let mut bench = Bench::technician();
    bench.effects();
    bench.on(Input::Link(Event::Ended(End::SignIn)));
    assert!(bench.effects().contains(&Effect::ForgetToken));
    let view = bench.view();
    assert_eq!(view.headline, "Signed out");
    assert!(view.detail.unwrap().starts_with("The sign-in of this computer was ended"));
    assert_eq!(view.preference, PreferenceView::None);
}

#[test]
fn the_next_user_sees_nothing_of_the_last_one() {
    let mut bench = Bench::technician();
    bench.rings_for(5);
    bench.session(5, 2, &json!({ "status": "abandoned", "ended": NOON }));
    bench.on(Input::Clicked(Intent::Silent { minutes: 60 }));
    bench.lose();
    bench.effects();
    bench.on(Input::Clicked(Intent::SignOut));
    let titles: Vec<_> = bench.toasts().unwrap().into_iter().map(|toast| toast.title).collect();
    assert_eq!(titles.len(), 1);
    assert!(
        titles[0].starts_with("Signed out on this computer. The service could not be told"),
        "{titles:?}"
    );
    assert_eq!(bench.view().silent_until, None);
}

#[test]
fn quitting_leaves_nobody_waiting_for_a_sign_in_or_its_end() {
    let mut signing_in = signed_out();
    let first = signing_in.wants(Intent::SignIn { link: LINK.into() });
    let mut signing_out = Bench::technician();
    let second = signing_out.wants(Intent::SignOut);
    for (mut bench, requester) in [(signing_in, first), (signing_out, second)] {
        bench.wants(Intent::Quit);
        let effects = bench.effects();
        assert_eq!(effects.last(), Some(&Effect::Quit));
        let is_signing_out = requester == second && effects.contains(&Effect::ForgetToken);
        bench.effects = effects;
        match bench.answer(requester) {
            Answer::Done { note } => assert!(is_signing_out, "it is forgotten: {note:?}"),
            Answer::Failed { message } => assert!(message.starts_with("Deskbell quit"), "{message}"),
        }
        let late = bench.wants(Intent::Online);
        assert!(bench.failed(late).starts_with("Deskbell quit"));
    }
}

#[test]
fn a_run_that_was_taken_over_waits_until_something_changes() {
    let mut bench = Bench::technician();
    bench.effects();
    bench.on(Input::Link(Event::Ended(End::Replaced)));
    // Nobody is gone without a word of why, and of what to do.
    let told = bench.toasts().unwrap_or_default();
    assert!(
        matches!(&told[..], [toast] if toast.title == "Requests no longer ring here" && toast.body.contains("start Deskbell again")),
        "{told:?}"
    );
    assert!(bench.view().detail.is_some_and(|detail| detail.contains("start Deskbell again")));
    bench.pass(secs(3_600));
    assert_eq!(bench.orders(), []);
    bench.on(Input::NetworkChanged);
    assert!(matches!(bench.orders()[..], [Order::Connect(_)]));
}

#[test]
fn quitting_leaves_and_answers_everybody() {
    // P10
    let mut bench = Bench::technician();
    bench.rings_for(5);
    let waiting = bench.wants(Intent::Join { session: chat(5) });
    bench.effects();
    let requester = bench.wants(Intent::Quit);
    let effects = bench.effects();
    assert_eq!(effects.last(), Some(&Effect::Quit));
    assert!(effects.contains(&Effect::Link(Order::Disconnect { bye: true })));
    bench.effects.clone_from(&effects);
    assert_eq!(bench.answer(requester), Answer::Done { note: None });
    bench.effects = effects;
    assert!(matches!(bench.answer(waiting), Answer::Failed { .. }));
}

#[test]
fn an_app_that_ends_while_it_signs_out_leaves_no_toast_behind() {
    let mut bench = Bench::technician();
    bench.session(1, 1, &json!({}));
    bench.session(1, 2, &json!({ "status": "abandoned" }));
    assert_eq!(bench.toasts().map(|toasts| toasts.len()), Some(1));
    bench.wants(Intent::SignOut);
    bench.wants(Intent::Quit);
    assert_eq!(bench.toasts(), Some(Vec::new()));
}

#[test]
fn what_comes_of_a_link_that_was_clicked_is_told_in_a_toast() {
    for (link, says) in [
        ("deskbell:dance", words::not_a_deep_link()),
        ("deskbell:sign-in?link=https%3A%2F%2Fhelp.acme.example%2F", words::link_without_secret()),
    ] {
        let mut bench = signed_out();
        let requester = bench.wants(Intent::Link { link: link.into() });
        let effects = bench.effects();
        bench.effects.clone_from(&effects);
        let toast = bench.toasts().unwrap().pop().unwrap();
        assert_eq!(toast.title, says);
        bench.effects = effects;
        assert_eq!(bench.answers(requester).len(), 1);
    }
}

#[test]
fn a_request_that_was_under_way_at_a_sign_out_does_not_ring_for_the_next_who_signs_in() {
    let mut bench = Bench::technician();
    sign_out(&mut bench);
    bench.rings_for(1);
    bench.wants(Intent::SignIn { link: LINK.into() });
    bench.on(redeemed(Role::Technician));
    bench.connect();
    let rang = |effect: &Effect| matches!(effect, Effect::Toasts(toasts) if !toasts.is_empty());
    let effects = bench.effects();
    assert!(!effects.iter().any(rang), "{effects:?}");
}
