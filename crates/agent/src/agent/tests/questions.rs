//! A link that was opened elsewhere signs in only after its user was asked.

use super::accounts::{LINK, redeemed, signed_out};
use super::*;
use crate::view::SignInQuestion;
use crate::words;

const DEEP: &str = "deskbell:sign-in?link=https%3A%2F%2Fhelp.acme.example%2Fsign-in%23one-time_Secret";
const EVIL: &str = "deskbell:sign-in?link=https%3A%2F%2Fevil.example%2Fsign-in%23abc";
const SHOW: ToWindow = ToWindow::Show { page: Page::SignIn, minimised: false };
const HIDE: ToWindow = ToWindow::Hide { page: Page::SignIn };

/// Follows a link; the requester, and what came of it.
fn follow(bench: &mut Bench, link: &str) -> (Requester, Vec<Effect>) {
    bench.effects();
    let requester = bench.wants(Intent::Link { link: link.into() });
    (requester, bench.effects())
}

/// The window that asks has started.
fn started(bench: &mut Bench) {
    bench.on(Input::Window(WindowReport::Showing { portal: false, status: false }));
}

/// Asked about [`DEEP`], in a window that is open.
fn asked() -> (Bench, SignInQuestion) {
    let mut bench = signed_out();
    follow(&mut bench, DEEP);
    started(&mut bench);
    let question = bench.view().question.unwrap();
    bench.effects();
    (bench, question)
}

fn answer(bench: &mut Bench, question: &SignInQuestion, sign_in: bool) -> Requester {
    bench.wants(Intent::AnswerSignIn { question: question.id, sign_in })
}

fn starts_windows(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::StartWindow { .. })).count()
}

fn redeems(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Redeem { .. }))
}

fn failure(effects: &[Effect], requester: Requester) -> String {
    let failures: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Answer { to, answer: Answer::Failed { message } } if *to == requester => {
                Some(message.clone())
            }
            _ => None,
        })
        .collect();
    assert_eq!(failures.len(), 1, "{effects:?}");
    failures[0].clone()
}

#[test]
fn a_link_that_was_opened_elsewhere_asks_and_sends_nothing_before_the_answer() {
    let mut bench = signed_out();
    let (requester, effects) = follow(&mut bench, DEEP);
    assert!(!redeems(&effects) && starts_windows(&effects) == 1, "{effects:?}");
    let page = Page::SignIn;
    assert!(effects.contains(&Effect::StartWindow { page, minimised: false }));
    let note = words::asks_in_a_window("help.acme.example");
    assert!(effects.contains(&Effect::Answer { to: requester, answer: Answer::Done { note: Some(note) } }));
    let question = bench.view().question.unwrap();
    assert_eq!((question.host.as_str(), question.is_encrypted), ("help.acme.example", true));
    started(&mut bench);
    bench.pass(secs(3_600));
    assert!(!redeems(&bench.effects()), "no answer is no");
    answer(&mut bench, &question, true);
    let effects = bench.effects();
    assert!(
        matches!(&effects[..], [Effect::Redeem { secret, address, .. }]
            if secret == "one-time_Secret" && address.host() == "help.acme.example"),
        "{effects:?}"
    );
}

#[test]
fn the_window_goes_once_it_has_signed_in_and_a_clients_portal_comes_before_that() {
    for role in [Role::Technician, Role::Client] {
        let (mut bench, question) = asked();
        answer(&mut bench, &question, true);
        bench.effects();
        bench.on(redeemed(role));
        assert_eq!(bench.view().question, None);
        let effects = bench.effects();
        let told: Vec<_> = effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::ToWindow(order) => Some(order.clone()),
                _ => None,
            })
            .collect();
        let portal = ToWindow::Show { page: Page::Portal { chat: None }, minimised: false };
        match role {
            // The other way round the program would end with its only window.
            Role::Client => assert_eq!(told, [portal, HIDE]),
            Role::Technician => assert_eq!(told, [HIDE]),
        }
        bench.effects = effects;
        let toast = bench.toasts().unwrap().pop().unwrap();
        assert_eq!(toast.title, "Signed in as Priya Shah.");
    }
}

// The end of the window that was closed before refused it.
#[test]
fn a_link_that_is_opened_while_the_window_ends_asks_when_it_has() {
    let mut bench = signed_out();
    bench.on(Input::Window(WindowReport::Showing { portal: false, status: true }));
    bench.on(Input::Window(WindowReport::Closed));
    let (_, effects) = follow(&mut bench, DEEP);
    assert!(starts_windows(&effects) == 0 && !effects.contains(&Effect::ToWindow(SHOW)), "{effects:?}");
    bench.on(Input::WindowEnded { closed: true });
    let page = Page::SignIn;
    assert!(bench.effects().contains(&Effect::StartWindow { page, minimised: false }));
    assert!(bench.view().question.is_some());
    // One that is over by then is not shown.
    let mut bench = signed_out();
    bench.on(Input::Window(WindowReport::Showing { portal: false, status: true }));
    bench.on(Input::Window(WindowReport::Closed));
    follow(&mut bench, DEEP);
    let question = bench.view().question.unwrap();
    answer(&mut bench, &question, false);
    bench.on(Input::WindowEnded { closed: true });
    assert_eq!(starts_windows(&bench.effects()), 0);
}

#[test]
fn a_link_that_is_refused_by_the_service_is_told_in_the_window_that_stays() {
    let (mut bench, question) = asked();
    let requester = answer(&mut bench, &question, true);
    bench.effects();
    bench.on(Input::Redeemed { result: Err("This link was used already.".into()) });
    let effects = bench.effects();
    assert_eq!(failure(&effects, requester), "This link was used already.");
    assert!(!effects.contains(&Effect::ToWindow(HIDE)));
    assert_eq!(bench.view().question, Some(question));
}

#[test]
fn what_comes_of_it_is_told_by_a_toast_where_the_window_was_closed_after_the_button() {
    let (mut bench, question) = asked();
    let requester = answer(&mut bench, &question, true);
    bench.on(Input::WindowEnded { closed: true });
    let effects = bench.effects();
    let answered = Effect::Answer { to: requester, answer: Answer::Done { note: None } };
    assert_eq!(effects.iter().filter(|effect| **effect == answered).count(), 1, "{effects:?}");
    bench.on(Input::Redeemed { result: Err("This link was used already.".into()) });
    assert_eq!(bench.toasts().unwrap().pop().unwrap().title, "This link was used already.");
}

#[test]
fn no_and_closing_do_nothing() {
    let (mut refused, question) = asked();
    let requester = answer(&mut refused, &question, false);
    let effects = refused.effects();
    assert!(effects.contains(&Effect::ToWindow(HIDE)) && !redeems(&effects), "{effects:?}");
    assert!(effects.contains(&Effect::Answer { to: requester, answer: Answer::Done { note: None } }));
    let (mut closed, _) = asked();
    closed.on(Input::WindowEnded { closed: true });
    for mut bench in [refused, closed] {
        assert_eq!(bench.view().question, None);
        assert!(!redeems(&bench.effects()));
        // The page that asks may be slow to go.
        let late = answer(&mut bench, &question, true);
        let effects = bench.effects();
        assert!(failure(&effects, late).starts_with("This question is over") && !redeems(&effects));
    }
}

#[test]
fn a_flood_of_links_opens_one_window_whose_question_does_not_change_and_one_toast() {
    let mut bench = signed_out();
    let (_, first) = follow(&mut bench, DEEP);
    let question = bench.view().question.unwrap();
    started(&mut bench);
    let mut flood = Vec::new();
    for number in 0..200 {
        let (requester, effects) = follow(&mut bench, &format!("{EVIL}{number}"));
        assert_eq!(failure(&effects, requester), words::answer_first());
        flood.extend(effects);
    }
    assert_eq!((starts_windows(&first), starts_windows(&flood)), (1, 0));
    assert!(!flood.iter().any(|effect| matches!(effect, Effect::ToWindow(_))), "nothing takes the focus");
    assert_eq!(flood.iter().filter(|effect| matches!(effect, Effect::Toasts(_))).count(), 1);
    assert!(!redeems(&flood));
    assert_eq!(bench.view().question, Some(question.clone()));
    // The same link again, as by a double click, brings its window to the front.
    let (_, again) = follow(&mut bench, DEEP);
    assert!(again.contains(&Effect::ToWindow(SHOW)));
    // Nor does a link wait for the refusal of the one before.
    answer(&mut bench, &question, false);
    for _ in 0..200 {
        let (requester, effects) = follow(&mut bench, EVIL);
        assert_eq!(failure(&effects, requester), words::just_refused());
        assert_eq!(starts_windows(&effects), 0);
    }
    bench.on(Input::WindowEnded { closed: true });
    bench.pass(secs(10));
    let (_, later) = follow(&mut bench, DEEP);
    assert_eq!(starts_windows(&later), 1, "somebody who closed it by mistake may open it again");
}

#[test]
fn the_host_is_shown_so_that_it_cannot_pass_for_another_one() {
    let long = format!("help.acme.example.{}.evil.example", "a".repeat(60));
    for (link, host) in [
        // A Cyrillic letter.
        ("https://h\u{435}lp.acme.example/sign-in#s", "xn--hlp-rdd.acme.example".to_owned()),
        ("https://help.acme.example:8443/sign-in#s", "help.acme.example:8443".to_owned()),
        ("https://HELP.acme.example:443/sign-in#s", "help.acme.example".to_owned()),
        (&format!("https://{long}/sign-in#s"), long.clone()),
        ("https://evil.example/help.acme.example/sign-in#s", "evil.example".to_owned()),
        ("http://127.0.0.1:7711/sign-in#s", "127.0.0.1:7711".to_owned()),
    ] {
        let mut bench = signed_out();
        let deep = format!("deskbell:sign-in?link={}", link.replace('#', "%23"));
        follow(&mut bench, &deep);
        let question = bench.view().question.unwrap();
        assert_eq!(question.host, host, "{link}");
        assert_eq!(question.is_encrypted, link.starts_with("https"), "{link}");
    }
}

#[test]
fn what_cannot_be_signed_in_with_is_told_and_never_asked_about() {
    for (link, says) in [
        ("http://evil.example/sign-in#s", "http:// is only for a service on this computer"),
        ("https://help.acme.example@evil.example/sign-in#s", "not a sign-in link"),
        ("https://evil.example/sign-in", "the part behind # is missing"),
        ("javascript:alert(1)//sign-in#s", "has to begin with https://"),
    ] {
        let mut bench = signed_out();
        let (requester, effects) =
            follow(&mut bench, &format!("deskbell:sign-in?link={}", link.replace('#', "%23")));
        assert!(failure(&effects, requester).contains(says), "{link}: {effects:?}");
        assert_eq!((bench.view().question, starts_windows(&effects)), (None, 0), "{link}");
        bench.effects = effects;
        assert!(bench.toasts().unwrap().pop().unwrap().title.contains(says));
    }
}

#[test]
fn somebody_who_is_signed_in_is_not_asked() {
    let mut bench = Bench::technician();
    let (requester, effects) = follow(&mut bench, EVIL);
    assert!(failure(&effects, requester).starts_with("Priya Shah is already signed in on this computer."));
    assert_eq!((bench.view().question, starts_windows(&effects)), (None, 0));
}

#[test]
fn a_link_that_the_user_types_here_signs_in_without_a_question_and_ends_the_one_that_is_open() {
    let (mut bench, _) = asked();
    let requester = bench.wants(Intent::SignIn { link: LINK.into() });
    assert!(redeems(&bench.effects()));
    bench.on(redeemed(Role::Technician));
    assert_eq!(bench.view().question, None);
    let effects = bench.effects();
    assert!(effects.contains(&Effect::ToWindow(HIDE)));
    bench.effects = effects;
    assert!(matches!(bench.answer(requester), Answer::Done { .. }));
}

#[test]
fn without_a_window_nothing_is_followed_and_the_toast_says_how_to_go_on() {
    let mut no_display = Bench::with(Start { has_display: false, ..start(None) }, Role::Technician);
    let (requester, effects) = follow(&mut no_display, DEEP);
    assert!(
        !redeems(&effects) && failure(&effects, requester).contains("run “deskbell sign-in” in a terminal")
    );
    let mut missing = signed_out();
    follow(&mut missing, DEEP);
    missing.on(Input::WindowFailed { why: "The window program is missing.".into() });
    let mut crashing = asked().0;
    crashing.on(Input::WindowEnded { closed: false });
    assert_eq!(starts_windows(&crashing.effects()), 1, "opened again once");
    assert!(crashing.view().question.is_some());
    crashing.on(Input::WindowEnded { closed: false });
    for mut bench in [missing, crashing] {
        assert_eq!(bench.view().question, None);
        let titles: Vec<_> = bench.toasts().unwrap().into_iter().map(|toast| toast.title).collect();
        assert!(titles.contains(&words::cannot_ask("help.acme.example")), "{titles:?}");
    }
}

#[test]
fn the_page_that_asks_cannot_be_opened_without_a_question() {
    let mut bench = signed_out();
    bench.effects();
    let requester = bench.wants(Intent::Open { page: Page::SignIn });
    let effects = bench.effects();
    assert!(failure(&effects, requester).starts_with("This question is over"));
    assert_eq!(starts_windows(&effects), 0);
}
