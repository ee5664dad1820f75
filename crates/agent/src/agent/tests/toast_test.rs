//! The test toast, and what its answer says.

use super::*;

/// Asks for a test toast. Returns it, and who waits for the answer.
fn asked(bench: &mut Bench) -> (Requester, Toast) {
    bench.effects();
    let from = bench.wants(Intent::TestToast { late: false });
    let mut toasts = bench.toasts().unwrap();
    toasts.retain(|toast| toast.title == "This is a test");
    assert_eq!(toasts.len(), 1, "it takes the place of an earlier one");
    (from, toasts.remove(0))
}

/// The answer after the desktop has taken the toast.
fn answered(bench: &mut Bench, from: Requester, toast: &Toast) -> String {
    bench.on(Input::Toast(ToastEvent::Shown(toast.key.clone())));
    let Answer::Done { note: Some(note) } = bench.answer(from) else { panic!() };
    note
}

#[test]
fn it_sounds_like_a_request_and_says_that_the_desktop_has_taken_it() {
    for mut bench in [Bench::technician(), Bench::client(), Bench::with(start(None), Role::Client)] {
        let (from, toast) = asked(&mut bench);
        assert_eq!((toast.ring, toast.is_critical, toast.stays), (Some(1), true, false));
        assert_eq!(
            answered(&mut bench, from, &toast),
            "Your desktop has taken the test toast. If you did not hear it, check this computer's volume."
        );
        bench.pass(secs(60));
        assert_eq!(bench.answers(from), [], "it is answered once");
    }
}

#[test]
fn it_is_silent_where_requests_are_and_says_why() {
    // C11
    let mut bench = Bench::technician();
    bench.wants(Intent::Silent { minutes: 30 });
    let (from, toast) = asked(&mut bench);
    assert_eq!(toast.ring, None);
    let note = answered(&mut bench, from, &toast);
    assert!(note.ends_with("you have requests ring silently until 12:30."), "{note}");
    bench.on(Input::DoNotDisturb(true));
    let (from, toast) = asked(&mut bench);
    assert_eq!((toast.ring, toast.is_critical), (None, false));
    let note = answered(&mut bench, from, &toast);
    assert!(note.ends_with("may not show it, since it is in do-not-disturb."), "{note}");
}

// C11
#[test]
fn do_not_disturb_silences_it_for_good() {
    let mut bench = Bench::technician();
    asked(&mut bench);
    bench.on(Input::DoNotDisturb(true));
    assert_eq!(bench.toasts().unwrap()[0].ring, None);
    bench.on(Input::DoNotDisturb(false));
    assert_eq!(bench.toasts().unwrap()[0].ring, None);
}

#[test]
fn a_desktop_that_does_not_show_it_within_five_seconds_is_named_with_the_reason() {
    let mut bench = Bench::technician();
    let words = "No notification daemon runs.".to_owned();
    for notice in [None, Some(words)] {
        bench.on(Input::Notice { about: Problem::Notifications, words: notice.clone() });
        let (from, toast) = asked(&mut bench);
        bench.pass(secs(4));
        assert_eq!(bench.answers(from), []);
        bench.pass(secs(1));
        let effects = bench.effects();
        let gone = effects.iter().any(
            |effect| matches!(effect, Effect::Toasts(toasts) if !toasts.iter().any(|each| each.key == toast.key)),
        );
        assert!(gone, "it does not come when nobody expects it any more");
        let message = effects.into_iter().find_map(|effect| match effect {
            Effect::Answer { to, answer: Answer::Failed { message } } if to == from => Some(message),
            _ => None,
        });
        let message = message.unwrap();
        let why = notice.unwrap_or_else(|| "Log out and in again".to_owned());
        assert!(message.starts_with("Your desktop did not show the test toast within 5 s. "), "{message}");
        assert!(message.contains(&why), "{message}");
    }
}

#[test]
fn what_keeps_its_sound_from_being_heard_is_told() {
    let mut bench = Bench::technician();
    bench.on(Input::Notice { about: Problem::Sound, words: Some("Nothing can play sounds.".into()) });
    let (from, toast) = asked(&mut bench);
    assert!(answered(&mut bench, from, &toast).ends_with("Nothing can play sounds."));
}

#[test]
fn there_is_one_test_at_a_time() {
    let mut bench = Bench::technician();
    let (first, toast) = asked(&mut bench);
    let second = bench.wants(Intent::TestToast { late: false });
    assert_eq!(bench.failed(second), "A test is under way already.");
    answered(&mut bench, first, &toast);
    let (third, toast) = asked(&mut bench);
    answered(&mut bench, third, &toast);
}

#[test]
fn the_app_that_quits_still_answers() {
    let mut bench = Bench::technician();
    let (from, _) = asked(&mut bench);
    bench.wants(Intent::Quit);
    assert_eq!(bench.failed(from), "Deskbell quit before the service answered.");
}
