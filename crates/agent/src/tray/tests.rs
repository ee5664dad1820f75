//! The tray for views as they stand on the local socket.

use super::*;
use serde_json::json;

const NOON: u64 = 1_767_268_800_000;

/// A technician's view with these changes, as it stands on the local socket.
fn view(changes: &serde_json::Value) -> View {
    let mut view = json!({
        "version": "1", "profile": "default",
        "account": { "is": "signed_in", "name": "Priya", "role": "technician", "organisation": "Acme", "address": "help" },
        "connection": { "is": "up", "since": NOON }, "headline": "Online",
        "shown": { "state": "online", "since": NOON },
        "here": { "activity": "active", "since": NOON, "last_input": NOON, "why": "", "idle_after_ms": 300_000 },
        "preference": { "is": "automatic" }, "waiting": [], "chats": [], "devices": [], "reports": [], "notices": [],
        "has_tray": true, "clock_ahead_ms": 5_000,
    });
    for (key, value) in changes.as_object().unwrap() {
        view[key] = value.clone();
    }
    serde_json::from_value(view).unwrap()
}

fn shown(view: &View) -> Tray {
    tray(view, 3_600)
}

/// The menu as text, one line an item.
fn lines(items: &[Item]) -> Vec<String> {
    let lines = items.iter().flat_map(|item| match item {
        Item::Text(text) => vec![format!("({text})")],
        Item::Separator => vec!["-".to_owned()],
        Item::Action { label, enabled: true, .. } => vec![label.clone()],
        Item::Action { label, enabled: false, .. } => vec![format!("[{label}]")],
        Item::Radio { items } => items
            .iter()
            .map(|item| format!("{} {}", if item.selected { "●" } else { "○" }, item.label))
            .collect(),
        Item::Submenu { label, enabled, items, .. } => {
            let label = if *enabled { label.clone() } else { format!("[{label}]") };
            [label].into_iter().chain(lines(items).iter().map(|line| format!("  {line}"))).collect()
        }
    });
    lines.collect()
}

#[test]
fn a_technicians_menu() {
    let id = uuid::Uuid::from_u128(5);
    let view = view(&json!({
        "waiting": [{
            "session": id, "client": "Dana Reyes", "company": "Northwind Dental", "subject": "Printer",
            "since": NOON - 40_000, "dismissed": false, "rings": true,
        }],
        "chats": [
            { "session": id, "with": "Bo Lind", "subject": "Mail", "unseen": 2, "long_since": NOON - 4_000_000 },
            { "session": id, "with": "Sam Ortiz", "subject": "VPN", "unseen": 0 },
        ],
    }));
    let tray = shown(&view);
    assert_eq!(tray.icon, Icon { mark: Mark::Online, badge: 1 });
    assert_eq!(
        lines(&tray.menu),
        [
            "(Online)",
            "● Online (automatic)",
            "○ Away",
            "Away for…",
            "  ○ 15 minutes",
            "  ○ 30 minutes",
            "  ○ 1 hour",
            "  ○ Until I am back",
            "-",
            "Waiting requests (1)",
            "  Dana Reyes (Northwind Dental), waiting since 12:59: Join",
            "Chats in progress (2), 2 new, 1 for over an hour",
            "  Bo Lind: Mail (2 new, since 11:53)",
            "  Sam Ortiz: VPN",
            "-",
            "Ring silently",
            "  30 minutes",
            "  1 hour",
            "  [Ring again]",
            "Names and subjects",
            "  ● Shown",
            "  ○ Hidden",
            "Open portal",
            "Status…",
            "-",
            "Sign out on this computer",
            "  (You need a new link to sign in again.)",
            "  Sign out Priya now",
            "Quit",
        ]
    );
    let session = chat::SessionId(id);
    let Item::Submenu { items, .. } = &tray.menu[4] else { panic!("{:?}", tray.menu) };
    assert!(matches!(&items[0], Item::Action { intent, .. } if *intent == Intent::Join { session }));
}

fn waiting(n: u128, client: &str, company: &str) -> serde_json::Value {
    json!({
        "session": uuid::Uuid::from_u128(n), "client": client, "company": company, "subject": "Printer",
        "since": NOON, "dismissed": false, "rings": true,
    })
}

/// What an item of the first level is, whatever it says.
fn place(item: &Item) -> String {
    match item {
        Item::Text(_) => "words".to_owned(),
        Item::Separator => "separator".to_owned(),
        Item::Action { intent, .. } => format!("{intent:?}"),
        Item::Radio { items } => format!("{:?}", items.iter().map(|item| &item.intent).collect::<Vec<_>>()),
        Item::Submenu { menu, .. } => format!("{menu:?}"),
    }
}

#[test]
fn whatever_happens_no_line_of_the_first_level_comes_goes_or_moves() {
    // M1
    let places = |changes| shown(&view(&changes)).menu.iter().map(place).collect::<Vec<_>>();
    let calm = places(json!({}));
    let many: Vec<_> = (0..50).map(|n| waiting(n, "Dana", "Northwind")).collect();
    let chat = json!({ "session": uuid::Uuid::from_u128(5), "with": "Bo", "subject": "Mail", "unseen": 2 });
    let away = json!({ "is": "away", "set": NOON, "until": "cleared" });
    for changes in [
        json!({ "waiting": [waiting(1, "Dana", "Northwind")] }),
        json!({ "waiting": many, "chats": [chat] }),
        json!({ "silent_until": NOON + 60_000, "preference": away }),
        json!({ "do_not_disturb": true }),
        json!({ "connection": { "is": "down", "retry_at": NOON, "why": "…" }, "headline": "No connection" }),
    ] {
        assert_eq!(places(changes.clone()), calm, "{changes}");
    }
}

#[test]
fn signing_out_is_asked_for_and_never_one_click_away() {
    // M1
    for role in ["technician", "client"] {
        let account = json!({
            "is": "signed_in", "name": "Priya Shah", "role": role, "organisation": "Acme", "address": "help"
        });
        let menu = shown(&view(&json!({ "account": account }))).menu;
        assert!(!menu.iter().any(|item| matches!(item, Item::Action { intent: Intent::SignOut, .. })));
        assert!(lines(&menu).contains(&"  Sign out Priya Shah now".to_owned()), "{menu:?}");
    }
}

#[test]
fn names_without_end_leave_the_verb_in_sight() {
    // M8
    let long = "Maximiliane ".repeat(9);
    let wide = "設備管理部門".repeat(16);
    let view = view(&json!({
        "waiting": [waiting(1, &long, &long), waiting(2, &wide, &wide), waiting(3, &"שרה ".repeat(25), "Acme")],
        "chats": [{ "session": uuid::Uuid::from_u128(9), "with": long, "subject": wide, "unseen": 7 }],
        "headline": "Signed out ".repeat(20),
    }));
    let lines = lines(&shown(&view).menu);
    for line in &lines {
        assert!(unicode_width::UnicodeWidthStr::width(line.as_str()) <= 90, "{line}");
    }
    for line in lines.iter().filter(|line| line.contains("waiting since")) {
        assert!(line.ends_with(", waiting since 13:00: Join") && line.contains('…'), "{line}");
        let isolates = |mark| line.matches(mark).count();
        assert_eq!(isolates('\u{2068}'), isolates('\u{2069}'), "{line:?}");
        // Panels take a line's direction from its first letter.
        assert_eq!(line.contains('\u{2068}'), line.starts_with("  \u{200e}"), "{line:?}");
    }
}

#[test]
fn a_client_of_any_name_is_named_word_for_word() {
    // N16
    let view = view(&json!({ "waiting": [waiting(1, "svc_backup_01", "R&D <3")] }));
    let line = "  svc_backup_01 (R&D <3), waiting since 13:00: Join".to_owned();
    assert!(lines(&shown(&view).menu).contains(&line));
}

#[test]
fn a_clients_menu_has_nothing_to_set() {
    // P8
    let view = view(&json!({
        "account": { "is": "signed_in", "name": "Dana", "role": "client", "organisation": "Acme", "address": "help" },
        "preference": { "is": "none" },
    }));
    let expected = [
        "(Online)",
        "-",
        "Open portal",
        "Status…",
        "-",
        "Sign out on this computer",
        "  (You need a new link to sign in again.)",
        "  Sign out Dana now",
        "Quit",
    ];
    assert_eq!(lines(&shown(&view).menu), expected);
}

#[test]
fn signed_out_there_is_little_to_do() {
    let view = view(&json!({ "account": { "is": "signed_out" }, "headline": "Signed out" }));
    assert_eq!(lines(&shown(&view).menu), ["(Signed out)", "-", "Status…", "Quit"]);
}

#[test]
fn the_radio_follows_the_preference() {
    // P7
    let selected = |until: serde_json::Value| {
        let preference = json!({ "is": "away", "set": NOON, "until": until });
        let lines = lines(&shown(&view(&json!({ "preference": preference }))).menu);
        lines
            .into_iter()
            .filter(|line| line.contains('●') && !line.ends_with("Shown"))
            .map(|line| line.trim().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(selected(json!("cleared")), ["● Away"]);
    assert_eq!(selected(json!("back")), ["● Until I am back"]);
    assert_eq!(selected(json!({ "time": NOON + 900_400 })), ["● 15 minutes"]);
    assert_eq!(selected(json!({ "time": NOON + 1_000_000 })), Vec::<String>::new());
}

#[test]
fn no_connection_is_not_the_same_as_signed_out() {
    let up = json!({ "is": "up", "since": NOON });
    let down = json!({ "is": "down", "retry_at": NOON, "why": "…" });
    let off = json!({ "is": "off" });
    for (connection, state, mark) in [
        (&up, "online", Mark::Online),
        (&up, "away", Mark::Away),
        (&down, "offline", Mark::Cut),
        (&off, "offline", Mark::Offline),
    ] {
        let view = view(&json!({ "connection": connection, "shown": { "state": state, "since": NOON } }));
        assert_eq!(shown(&view).icon.mark, mark);
    }
}

#[test]
fn what_was_silenced_says_so_and_can_still_be_joined() {
    // C3
    let waiting = json!([{
        "session": uuid::Uuid::from_u128(5), "client": "Dana Reyes", "subject": "Printer", "since": NOON,
        "dismissed": true, "rings": false,
    }]);
    let menu = shown(&view(&json!({ "waiting": waiting }))).menu;
    assert!(lines(&menu).contains(&"  Dana Reyes, waiting since 13:00, silenced: Join".to_owned()));
}

#[test]
fn the_state_stands_in_words_in_the_tooltip_and_first_in_the_menu() {
    let down = json!({ "is": "down", "retry_at": NOON, "why": "…" });
    for (changes, words) in [
        (json!({}), "Online"),
        (
            json!({ "headline": "Away, set by you until 13:00", "detail": "You still get requests." }),
            "Away, set by you until 13:00. You still get requests.",
        ),
        (
            json!({ "headline": "No connection", "detail": "…. Retrying in 8 s.", "connection": down }),
            "No connection. Others may see you as Offline.",
        ),
    ] {
        let tray = shown(&view(&changes));
        assert_eq!((tray.tooltip.as_str(), &tray.menu[0]), (words, &Item::Text(words.to_owned())));
    }
}

#[test]
fn silence_can_be_ended_and_says_until_when_it_lasts() {
    // C11
    let tray = shown(&view(&json!({ "silent_until": NOON + 60_000 })));
    let lines = lines(&tray.menu);
    let begin = lines.iter().position(|line| line == "Ring silently (until 13:01)").unwrap();
    let submenu = [
        "Ring silently (until 13:01)",
        "  30 minutes",
        "  1 hour",
        "  Ring again",
        "  (Requests ring silently until 13:01.)",
    ];
    assert_eq!(lines[begin..begin + 5], submenu);
    assert_eq!(tray.tooltip, "Online. Requests ring silently until 13:01.");
}

// C3
#[test]
fn the_menu_and_the_tooltip_say_that_sound_is_off() {
    let sound = json!({ "on": false, "volume": 50, "choice": "bell" });
    let tray = shown(&view(&json!({ "sound": sound })));
    let why = "Sound is off on this computer: toasts make none.";
    assert!(lines(&tray.menu).contains(&format!("  ({why})")));
    assert_eq!(tray.tooltip, format!("Online. {why}"));
}

#[test]
fn do_not_disturb_says_why_requests_are_silent_and_offers_no_end() {
    // C11
    let why = "Requests ring silently while your desktop is in do-not-disturb.";
    let tray = shown(&view(&json!({ "do_not_disturb": true })));
    let lines = lines(&tray.menu);
    let label = "Ring silently (desktop in do-not-disturb)";
    let begin = lines.iter().position(|line| line == label).unwrap();
    let submenu = [label, "  30 minutes", "  1 hour", "  [Ring again]", &format!("  ({why})")];
    assert_eq!(lines[begin..begin + 5], submenu);
    assert_eq!(tray.tooltip, format!("Online. {why}"));
    let both = shown(&view(&json!({
        "do_not_disturb": true, "silent_until": NOON + 60_000, "headline": "Away, set by you",
        "detail": "You still get requests.",
    })));
    let said = format!("Away, set by you. You still get requests. {why} Requests ring silently until 13:01.");
    assert_eq!(both.tooltip, said);
}
