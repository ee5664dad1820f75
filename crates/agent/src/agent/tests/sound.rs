//! How toasts sound on this computer: what users set, and what late requests sound like.

use super::*;
use crate::sound::{SoundChange, SoundChoice, Volume};

fn change(bench: &mut Bench, change: SoundChange) -> (Requester, Vec<Effect>) {
    bench.effects();
    let from = bench.wants(Intent::SetSound { change });
    (from, bench.effects())
}

fn off() -> SoundChange {
    SoundChange { on: Some(false), ..SoundChange::default() }
}

fn note(effects: &[Effect], from: Requester) -> &str {
    let mut notes = effects.iter().filter_map(|effect| match effect {
        Effect::Answer { to, answer: Answer::Done { note: Some(note) } } if *to == from => Some(note),
        _ => None,
    });
    notes.next().unwrap()
}

#[test]
fn what_is_set_is_kept_shown_and_told_to_the_player() {
    for mut bench in [Bench::technician(), Bench::client(), Bench::with(start(None), Role::Client)] {
        let volume = Volume::try_from(80).unwrap();
        let choice = Some(SoundChoice::Soft);
        let (from, effects) =
            change(&mut bench, SoundChange { volume: Some(volume), choice, ..SoundChange::default() });
        let sound = SoundSettings { on: true, volume, choice: SoundChoice::Soft };
        assert!(effects.contains(&Effect::SetSound(sound)), "{effects:?}");
        assert!(
            effects.iter().any(|effect| matches!(effect, Effect::SaveSettings(kept) if kept.sound == sound))
        );
        assert_eq!(note(&effects, from), "Toasts make a sound on this computer: Soft, volume 80 percent.");
        assert_eq!(bench.view().sound, sound);

        let (from, effects) = change(&mut bench, off());
        let said =
            "Sound is off on this computer: toasts make none. When it is on again: Soft, volume 80 percent.";
        assert_eq!(note(&effects, from), said);
        // A change that names nothing, or nothing new, only says what is set.
        for nothing in [SoundChange::default(), off()] {
            let (from, effects) = change(&mut bench, nothing);
            assert_eq!((effects.len(), note(&effects, from)), (1, said));
        }
    }
}

#[test]
fn what_was_kept_is_told_to_the_player_before_anything_can_sound() {
    let mut begins = start(Some(Role::Technician));
    begins.settings.sound.on = false;
    let sound = begins.settings.sound;
    let mut bench = Bench::with(begins, Role::Technician);
    let effects = bench.effects();
    let first = |wanted: fn(&Effect) -> bool| effects.iter().position(wanted);
    let told = first(|effect| matches!(effect, Effect::SetSound(_))).unwrap();
    assert_eq!(effects[told], Effect::SetSound(sound));
    assert!(first(|effect| matches!(effect, Effect::Toasts(_))).is_none_or(|toasts| told < toasts));
    assert_eq!(bench.view().sound, sound);
}

// C3: closing a toast silences nothing, and neither does sound that is off.
#[test]
fn while_sound_is_off_requests_come_back_and_are_confirmed_and_their_records_say_why_nothing_was_heard() {
    let mut bench = Bench::technician();
    bench.wants(Intent::SetSound { change: off() });
    bench.rings_for(5);
    assert_eq!(bench.toasts().unwrap()[0].ring, Some(1));
    bench.on(Input::Toast(ToastEvent::Shown(ToastKey::Request(chat(5)))));
    assert_eq!(bench.sent(), [Up::RingShown { session: chat(5) }]);
    bench.pass(secs(20));
    assert_eq!(bench.toasts().unwrap()[0].ring, Some(2));
    let lines = |bench: &Bench| bench.view().requests[0].lines.clone();
    assert_eq!(
        lines(&bench),
        ["Its toast was on the screen at 12:00:00.", "It made no sound, since sound was off here."]
    );
    bench.wants(Intent::SetSound { change: SoundChange { on: Some(true), ..SoundChange::default() } });
    bench.pass(secs(10));
    assert_eq!(lines(&bench)[1..], ["It sounded once.", "It made no sound, since sound was off here."]);
}

#[test]
fn while_sound_is_off_a_test_says_so() {
    let mut bench = Bench::technician();
    bench.wants(Intent::SetSound { change: off() });
    bench.effects();
    let from = bench.wants(Intent::TestToast { late: false });
    let toast = bench.toasts().unwrap().remove(0);
    assert_eq!(toast.ring, None);
    bench.on(Input::Toast(ToastEvent::Shown(toast.key)));
    let effects = bench.effects();
    assert!(note(&effects, from).ends_with("It makes no sound, since sound is off on this computer."));
}

// C3
#[test]
fn what_has_waited_for_a_minute_sounds_late_alone_and_among_several() {
    let mut bench = Bench::technician();
    bench.effects();
    bench.rings_for(5);
    let mut heard = Vec::new();
    for second in 0..=100 {
        for toast in bench.toasts().unwrap_or_default() {
            heard.push((second, toast.is_late));
        }
        bench.pass(secs(1));
    }
    let late = heard.iter().find(|(_, is_late)| *is_late);
    assert_eq!(late, Some(&(60, true)), "{heard:?}");
    assert!(heard.iter().all(|(second, is_late)| *is_late == (*second >= 60)), "{heard:?}");
    for id in [6, 7] {
        bench.rings_for(id);
    }
    let toasts = bench.toasts().unwrap();
    assert_eq!((toasts[0].key.clone(), toasts[0].is_late), (ToastKey::Several, true), "by the longest");
}

#[test]
fn the_late_sound_can_be_tested() {
    let mut bench = Bench::technician();
    bench.effects();
    bench.wants(Intent::TestToast { late: true });
    let toast = bench.toasts().unwrap().remove(0);
    assert_eq!(
        (toast.is_late, toast.ring, toast.body.as_str()),
        (true, Some(1), "Requests that have waited for a minute sound like this.")
    );
}
