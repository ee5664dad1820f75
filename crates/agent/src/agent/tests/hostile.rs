//! A service that lies: about what is new, what is gone, when it is, how often to ring, and how much there is. Frames come as
//! the link hands them over: read, and so fit to be shown.

use super::*;
use crate::tray::{Item, Submenu, tray};
use unicode_width::UnicodeWidthStr;

/// A frame through the reading that all frames go through.
fn read(frame: &serde_json::Value) -> Down {
    protocol::read_down(&frame.to_string()).unwrap()
}

fn session(id: u128, changes: &serde_json::Value) -> Down {
    let mut session = json!({
        "id": Uuid::from_u128(id), "rev": 1, "kind": "request", "status": "waiting", "client": DANA,
        "client_name": "Dana Reyes", "subject": "Printer offline", "created": NOON, "waiting_since": NOON,
        "participants": [], "messages": 0,
    });
    for (key, value) in changes.as_object().unwrap() {
        session[key] = value.clone();
    }
    read(&json!({ "type": "session", "session": session }))
}

fn welcome(now: u64, idle_after_ms: u64, ring_ms: u64) -> Down {
    let ring = json!({ "again_after_ms": ring_ms, "every_ms": ring_ms, "pressing_until_ms": ring_ms,
        "later_every_ms": ring_ms });
    read(&json!({
        "type": "welcome", "now": now, "preference": "automatic",
        "you": { "id": ME, "name": "Priya", "role": "technician", "organisation": "Acme" },
        "policy": { "idle_after_ms": idle_after_ms, "beat_ms": ring_ms, "grace_ms": ring_ms, "ring": ring },
    }))
}

#[test]
fn an_older_revision_after_a_newer_one_is_not_believed() {
    let mut bench = Bench::technician();
    bench.down(session(1, &json!({ "rev": 9, "subject": "new" })));
    bench.down(session(1, &json!({ "rev": 8, "subject": "old" })));
    assert_eq!(bench.view().waiting[0].subject, "new");
    // The same one may come again with other states in it, and a jump is a change like any other.
    bench.down(session(1, &json!({ "rev": 9, "subject": "newer" })));
    bench.down(session(1, &json!({ "rev": u64::MAX, "subject": "newest" })));
    assert_eq!(bench.view().waiting[0].subject, "newest");
}

#[test]
fn a_service_that_was_set_back_to_an_older_database_is_believed_from_its_next_snapshot_on() {
    let mut bench = Bench::technician();
    bench.down(session(1, &json!({ "rev": 900, "subject": "of today" })));
    bench.lose();
    bench.greet();
    bench.down(session(1, &json!({ "rev": 3, "subject": "of the backup" })));
    bench.down(session(1, &json!({ "rev": 2, "subject": "out of order" })));
    bench.down(Down::Synced { more: 0 });
    assert_eq!(bench.view().waiting[0].subject, "of the backup");
}

#[test]
fn mine_and_messages_of_what_nobody_knows_are_nothing() {
    let mut bench = Bench::technician();
    let before = bench.view();
    for id in 100..10_000 {
        bench.mine(id, true);
        bench.json(json!({ "type": "messages", "session": Uuid::from_u128(id), "messages": [] }));
        bench.ok(Uuid::from_u128(id));
    }
    assert_eq!(bench.view(), before);
    assert_eq!(bench.toasts(), None);
}

#[test]
fn a_second_welcome_begins_a_new_snapshot_and_nothing_is_doubled() {
    let mut bench = Bench::technician();
    bench.rings_for(1);
    bench.greet();
    bench.greet();
    bench.down(Down::Synced { more: 0 });
    bench.down(Down::Synced { more: 0 });
    assert!(bench.view().waiting.is_empty(), "it was in no snapshot");
    assert_eq!(bench.toasts().unwrap(), []);
}

#[test]
fn what_never_ends_its_snapshot_shows_no_toast_and_is_no_reason_to_wake() {
    let mut bench = Bench::technician();
    bench.greet();
    bench.rings_for(1);
    bench.effects();
    bench.pass(secs(60 * 60));
    assert_eq!(bench.toasts(), None);
}

#[test]
fn absurd_times_and_policies_neither_spin_nor_panic_nor_keep_one_online_for_ever() {
    for now in [0, 1, NOON, u64::MAX] {
        for number in [0, 1, u64::MAX] {
            let mut bench = Bench::with(start(Some(Role::Technician)), Role::Technician);
            bench.fact(Fact::Active);
            bench.on(Input::Link(Event::Up));
            bench.down(welcome(now, number, number));
            bench.down(Down::Synced { more: 0 });
            for (id, waiting_since) in [(1, 0), (2, u64::MAX)] {
                bench.down(session(id, &json!({ "waiting_since": waiting_since, "created": u64::MAX })));
                bench.mine(id, true);
            }
            bench.effects();
            bench.pass(secs(60));
            let rings = bench.effects().iter().filter(|effect| matches!(effect, Effect::Toasts(_))).count();
            assert!(rings <= 2 * 61, "{rings} in a minute, now {now}, numbers {number}");
            // P2: no threshold beyond an hour, whatever the service says.
            assert!(bench.agent.watch.idle_after() <= secs(3_600));
            let view = bench.view();
            assert_eq!(view.waiting.len(), 2);
            drop(tray(&view, 0));
        }
    }
}

#[test]
fn a_machine_whose_clock_jumps_is_as_active_as_before_and_shows_the_services_times() {
    let mut bench = Bench::technician();
    bench.rings_for(1);
    bench.effects();
    let before = bench.view();
    for unix in [0, NOON - 86_400_000 * 400, NOON + 86_400_000 * 9, u64::MAX] {
        let now = Now { unix: UnixMillis(unix), ..bench.now() };
        let effects = bench.agent.on_timeout(now);
        assert!(effects.is_empty(), "{effects:?}");
        let mut view = bench.agent.view(now);
        assert_ne!(view.clock_ahead_ms, before.clock_ahead_ms, "it is told by how much the clocks differ");
        view.clock_ahead_ms = before.clock_ahead_ms;
        assert_eq!(view, before);
    }
}

#[test]
fn sessions_without_end_stay_within_a_limit_and_what_matters_stays() {
    let mut bench = Bench::technician();
    bench.down(session(1, &json!({ "status": "handled", "participants": joined_by("Tom", NOON) })));
    let me = json!([{ "person": ME, "name": "Priya", "state": "online", "joined": NOON }]);
    bench.down(session(2, &json!({ "status": "handled", "participants": me, "subject": "mine" })));
    for id in 1_000..3_000 {
        bench.down(session(id, &json!({ "status": "completed", "ended": NOON })));
    }
    bench.down(session(3, &json!({ "subject": "waits" })));
    let view = bench.view();
    assert_eq!((view.waiting[0].subject.as_str(), view.chats[0].subject.as_str()), ("waits", "mine"));
    // Now every one of them waits, with the longest texts that there can be.
    let long = "𝕏".repeat(60 * 1024 / 4 / 4);
    for id in 100_000..100_600 {
        let texts = json!({ "subject": long, "client_name": long, "company": long, "reference": long });
        bench.down(session(id, &texts));
        bench.mine(id, true);
    }
    let view = bench.view();
    assert!(view.waiting.len() <= 400 && view.chats[0].subject == "mine", "{}", view.waiting.len());
    // It fits on the local socket (`local::LINE_BYTES`), so that window and terminal can show it.
    let line = serde_json::to_string(&view).unwrap().len();
    assert!(line < 1024 * 1024, "{line} bytes");
    let menu = tray(&view, 0).menu;
    let waiting = menu.iter().find_map(|item| match item {
        Item::Submenu { menu: Submenu::Waiting, items, .. } => Some(items),
        Item::Submenu { .. } | Item::Text(_) | Item::Separator | Item::Action { .. } | Item::Radio { .. } => {
            None
        }
    });
    let waiting = waiting.unwrap();
    assert!(menu.len() < 40 && waiting.len() < 40, "{} and {} lines", menu.len(), waiting.len());
    let more =
        |item: &Item| matches!(item, Item::Text(text) if text.ends_with("more are waiting: see the portal"));
    assert!(waiting.iter().any(more));
}

#[test]
fn one_request_more_than_the_menu_lists_is_told_as_one() {
    let mut bench = Bench::technician();
    for id in 1..=21 {
        bench.down(session(id, &json!({ "subject": "waits" })));
        bench.mine(id, true);
    }
    let menu = format!("{:?}", tray(&bench.view(), 0).menu);
    assert!(menu.contains("\"1 more is waiting: see the portal\""), "{menu}");
}

#[test]
fn hostile_names_turn_nothing_break_no_line_and_are_somebody_where_nothing_is_left() {
    let mut bench = Bench::technician();
    let name = "\u{202e}<img src=x>\u{1b}]0;pwned\u{7}\nDana_";
    bench
        .down(session(1, &json!({ "client_name": name, "company": "א&amp;ב", "subject": "a\r\nb\u{2066}" })));
    bench.mine(1, true);
    let toast = bench.toasts().unwrap().pop().unwrap();
    assert_eq!(
        line(&toast),
        "\u{200e}<img src=x>]0;pwned Dana_ (\u{2068}א&amp;ב\u{2069}) needs help / a b · waiting 0:00"
    );
    bench.down(session(
        1,
        &json!({ "rev": 2, "client_name": "\u{200b}\u{feff}\u{202e}", "status": "abandoned" }),
    ));
    let toast = bench.toasts().unwrap().pop().unwrap();
    assert!(toast.title.starts_with("Somebody left after"), "{}", toast.title);
    bench.down(session(2, &json!({ "client_name": "שרה לוי" })));
    bench.down(session(2, &json!({ "rev": 2, "client_name": "שרה לוי", "status": "callback" })));
    let toast = bench.toasts().unwrap().pop().unwrap();
    assert_eq!(toast.title, "\u{200e}\u{2068}שרה\u{2069} asks to be called.");
}

// It read "needs help (…) שרה לוי": a notification daemon takes the direction of a line from its first letter.
#[test]
fn a_name_or_subject_from_the_right_does_not_turn_our_words_around_it() {
    let mut bench = Bench::technician();
    bench.down(session(
        1,
        &json!({ "client_name": "שרה לוי", "company": "Acme", "subject": "الطابعة HP-12", "reference": "482" }),
    ));
    bench.mine(1, true);
    let toast = bench.toasts().unwrap().pop().unwrap();
    assert_eq!(toast.title, "\u{200e}\u{2068}שרה לוי\u{2069} (Acme) needs help");
    assert_eq!(toast.body, "\u{200e}\u{2068}الطابعة HP-12\u{2069} · #482 · waiting 0:00");
}

// MATE's notification daemon makes a toast as wide as its title, and one that is wider than the screen is not on it.
#[test]
fn a_name_without_end_leaves_the_toast_on_the_screen() {
    let long = "Maximiliane ".repeat(8);
    let one_word = "W".repeat(100);
    for name in [&long, &one_word, &"設備管理部門".repeat(16), &"שרה ".repeat(25)] {
        let mut bench = Bench::technician();
        bench.down(session(1, &json!({ "client_name": name, "company": name, "subject": name })));
        bench.mine(1, true);
        let toast = bench.toasts().unwrap().pop().unwrap();
        let title = toast.title.replace(['\u{2068}', '\u{2069}'], "");
        assert!(title.width() <= 70 && title.ends_with("…) needs help"), "{title}");
        bench.down(session(1, &json!({ "rev": 2, "client_name": name, "status": "callback" })));
        let toast = bench.toasts().unwrap().pop().unwrap();
        assert!(toast.title.width() <= 70 && toast.title.ends_with(" asks to be called."), "{}", toast.title);
    }
}
