//! The menu as a panel would see it, with what happens while it is open.

use super::*;
use agent::tray::{RadioItem, Submenu};
use agent::view::AwayUntil;
use chat::SessionId;
use uuid::Uuid;

fn join(n: u128) -> Intent {
    Intent::Join { session: SessionId(Uuid::from_u128(n)) }
}

fn action(label: &str, intent: Intent) -> Item {
    Item::Action { label: label.into(), intent, enabled: true }
}

/// A menu with these requests.
fn items(requests: &[u128]) -> Vec<Item> {
    let waiting = requests.iter().map(|n| action(&format!("client {n}: Join"), join(*n))).collect();
    let choice = |label: &str, intent, selected| RadioItem { label: label.into(), intent, selected };
    vec![
        Item::Text("Online".into()),
        Item::Radio {
            items: vec![
                choice("Online (automatic)", Intent::Online, true),
                choice("Away", Intent::Away { until: AwayUntil::Cleared }, false),
            ],
        },
        Item::Submenu {
            menu: Submenu::Waiting,
            label: format!("Waiting ({})", requests.len()),
            enabled: !requests.is_empty(),
            items: waiting,
        },
        Item::Separator,
        action("Quit", Intent::Quit),
    ]
}

fn id(menu: &Menu, label: &str) -> i32 {
    fn search(item: &MenuItem, wanted: &str) -> Option<i32> {
        let is_it = match &item.look {
            Look::Words { label, .. } | Look::Choice { label, .. } | Look::Submenu { label, .. } => {
                label == wanted
            }
            Look::Root | Look::Separator => false,
        };
        if is_it { Some(item.id) } else { item.children.iter().find_map(|child| search(child, wanted)) }
    }
    search(&menu.drawn, label).unwrap_or_else(|| panic!("no {label:?} in {menu:?}"))
}

fn has(menu: &Menu, label: &str) -> bool {
    format!("{:?}", menu.drawn).contains(label)
}

/// How panels tell of their menus, as they were watched to.
#[derive(Clone, Copy, Debug)]
enum Panel {
    /// mate-panel: opened, then `AboutToShow`; closed before clicked.
    Mate,
    /// xfce4-panel: `AboutToShow` for all, opened and closed for submenus only.
    Xfce,
    /// Plasma, `LXQt`: `AboutToShow`, then opened; clicked before closed.
    Qt,
}

const PANELS: [Panel; 3] = [Panel::Mate, Panel::Xfce, Panel::Qt];

impl Panel {
    fn opens(self, menu: &mut Menu, now: Instant) {
        match self {
            Self::Mate => {
                menu.opened(ROOT, now);
                menu.about_to_show(ROOT, now);
            }
            Self::Xfce => {
                menu.about_to_show(ROOT, now);
            }
            Self::Qt => {
                menu.about_to_show(ROOT, now);
                menu.opened(ROOT, now);
            }
        }
    }

    fn opens_submenu(self, menu: &mut Menu, id: i32, now: Instant) {
        match self {
            Self::Mate => {}
            Self::Xfce | Self::Qt => {
                menu.about_to_show(id, now);
                menu.opened(id, now);
            }
        }
    }

    fn clicks(self, menu: &mut Menu, id: i32, now: Instant) -> Option<Intent> {
        match self {
            Self::Mate => {
                menu.closed(ROOT, now);
                menu.clicked(id, now)
            }
            Self::Xfce => menu.clicked(id, now),
            Self::Qt => {
                let intent = menu.clicked(id, now);
                menu.closed(ROOT, now);
                intent
            }
        }
    }
}

#[test]
fn nothing_changes_in_an_open_menu_and_a_click_does_what_was_shown() {
    for panel in PANELS {
        let mut now = Instant::now();
        let mut menu = Menu::new(items(&[1, 2]));
        panel.opens(&mut menu, now);
        let (waiting, first) = (id(&menu, "Waiting (2)"), id(&menu, "client 1: Join"));
        panel.opens_submenu(&mut menu, waiting, now);
        let (shown, revision) = (menu.drawn.clone(), menu.revision());

        now += Duration::from_secs(3);
        menu.show(items(&[2]), now);
        menu.show(items(&[2, 3]), now);
        assert_eq!((&menu.drawn, menu.revision()), (&shown, revision), "{panel:?}");
        assert_eq!(menu.take_news(), News::default(), "{panel:?}");

        assert_eq!(panel.clicks(&mut menu, first, now), Some(join(1)), "{panel:?}");
        assert!(!has(&menu, "client 1: Join") && has(&menu, "client 3: Join"), "{panel:?}: now it is drawn");
        assert_eq!(
            menu.take_news().layouts,
            BTreeSet::from([waiting]),
            "{panel:?}: only the submenu changes"
        );
    }
}

#[test]
fn a_number_never_means_anything_else() {
    let now = Instant::now();
    let mut menu = Menu::new(items(&[1]));
    let first = id(&menu, "client 1: Join");
    menu.show(items(&[]), now);
    menu.show(items(&[2]), now);
    assert_ne!(id(&menu, "client 2: Join"), first);
    assert_eq!(menu.clicked(first, now), Some(join(1)), "who clicks late is told what became of it");
    menu.show(items(&[1]), now);
    assert_eq!(id(&menu, "client 1: Join"), first, "and what comes back is what it was");
}

#[test]
fn items_of_the_first_level_keep_their_numbers_and_places() {
    let now = Instant::now();
    let mut menu = Menu::new(items(&[]));
    let places = |menu: &Menu| menu.drawn.children.iter().map(|item| item.id).collect::<Vec<_>>();
    let before = places(&menu);
    menu.show(items(&[1, 2, 3]), now);
    assert_eq!(places(&menu), before);
}

#[test]
fn a_menu_that_nobody_says_has_closed_is_drawn_in_time_and_when_it_opens_again() {
    let start = Instant::now();
    let mut menu = Menu::new(items(&[1]));
    Panel::Xfce.opens(&mut menu, start);
    menu.show(items(&[1, 2]), start);
    assert!(!has(&menu, "client 2: Join"));
    assert_eq!(menu.held_until(), Some(start + ANNOUNCED_FOR));

    let again = start + Duration::from_secs(2);
    assert!(menu.about_to_show(ROOT, again), "it opens again, so it has closed");
    assert!(has(&menu, "client 2: Join"));
    assert_eq!(menu.held_until(), None, "nothing waits");

    menu.show(items(&[2]), again);
    menu.draw_if_closed(again + ANNOUNCED_FOR);
    assert!(!has(&menu, "client 1: Join"), "long enough");

    menu.opened(ROOT, again);
    menu.show(items(&[]), again);
    menu.draw_if_closed(again + ANNOUNCED_FOR);
    assert!(has(&menu, "client 2: Join"), "it was said to be open");
    menu.panel_gone(again + ANNOUNCED_FOR);
    assert!(!has(&menu, "client 2: Join"));
}

#[test]
fn a_closing_that_was_never_told_leaves_no_old_menu() {
    for panel in [Panel::Mate, Panel::Qt] {
        let start = Instant::now();
        let mut menu = Menu::new(items(&[1]));
        panel.opens(&mut menu, start);
        menu.show(items(&[2]), start);
        assert!(has(&menu, "client 1: Join"), "{panel:?}");
        panel.opens(&mut menu, start + Duration::from_secs(5));
        assert!(has(&menu, "client 2: Join"), "{panel:?}: it opens a second time");
    }
}

#[test]
fn choices_are_told_again_after_a_click_on_one() {
    // F12: a panel takes its own mark away.
    let now = Instant::now();
    let mut menu = Menu::new(items(&[]));
    let (online, other) = (id(&menu, "Online (automatic)"), id(&menu, "Away"));
    assert_eq!(menu.clicked(online, now), Some(Intent::Online));
    assert_eq!(menu.take_news().choices, BTreeMap::from([(online, true), (other, false)]));
}

#[test]
fn words_and_what_is_disabled_cannot_be_clicked() {
    let now = Instant::now();
    let off =
        Item::Action { label: "Ring again".into(), intent: Intent::Silent { minutes: 0 }, enabled: false };
    let mut menu = Menu::new(vec![Item::Text("a".into()), off]);
    let (words, off) = (id(&menu, "a"), id(&menu, "Ring again"));
    assert_eq!([words, off, ROOT, 99].map(|id| menu.clicked(id, now)), [None, None, None, None]);
}

#[test]
fn requests_without_end_are_forgotten_the_oldest_first() {
    let now = Instant::now();
    let mut menu = Menu::new(items(&[1]));
    let (first, quit) = (id(&menu, "client 1: Join"), id(&menu, "Quit"));
    for n in 2..2_000 {
        menu.show(items(&[n]), now);
    }
    let last = id(&menu, "client 1999: Join");
    assert_eq!((menu.clicked(first, now), menu.clicked(last, now)), (None, Some(join(1999))));
    assert_eq!(id(&menu, "Quit"), quit, "what stayed has its number still");
}
