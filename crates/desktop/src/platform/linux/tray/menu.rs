//! The menu as panels are told of it: numbered items, and changes that wait while somebody may be looking at them.
//!
//! The agent's items and what a panel says of its menu come in; items with their numbers and the news of them go out. Pure: it
//! knows no bus and reads no clock.
//!
//! - A number means the same for as long as the app runs: a click always carries what its item was when it was shown, also
//!   if the item is gone by then (panels say that the menu has closed before they say what was clicked).
//! - Nothing changes in a menu that is open, as far as a panel says so: some tell `opened` and `closed`, some only ask
//!   `AboutToShow`, some tell of submenus only.

mod menu_item;
mod numbers;

pub(super) use menu_item::{Look, MenuItem};

use agent::tray::Item;
use agent::view::Intent;
use menu_item::find;
use numbers::{Kind, Numbers};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::time::Instant;

/// The menu itself.
pub(super) const ROOT: i32 = 0;

/// How long a menu of which a panel only announced that it will show it counts as open: longer than anybody looks for an item.
/// Such panels never say that it has closed, and hear of changes at the latest when they announce it again.
const ANNOUNCED_FOR: Duration = Duration::from_secs(20);
/// How long a menu of which a panel said that it has opened counts as open: long past anybody's patience, in case that its
/// closing was never told.
const OPENED_FOR: Duration = Duration::from_secs(10 * 60);
/// Within this time `opened` and `AboutToShow` are about the same opening: panels send both, in either order.
const SAME_OPENING: Duration = Duration::from_secs(1);

/// What panels have not been told yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// Items that look different.
    pub(super) looks: BTreeMap<i32, Look>,
    /// Menus whose items are others, by number.
    pub(super) layouts: BTreeSet<i32>,
    /// Choices whose marks a panel may have changed by itself.
    pub(super) choices: BTreeMap<i32, bool>,
}

/// The menu.
#[derive(Debug)]
pub(super) struct Menu {
    wanted: Vec<Item>,
    /// Whether it is drawn otherwise than it is wanted.
    waits: bool,
    drawn: MenuItem,
    numbers: Numbers,
    /// Counts the changes of layout.
    revision: u32,
    news: News,
    /// Menus of which was said that they have opened, and when that was said last.
    opened: BTreeSet<i32>,
    opened_at: Option<Instant>,
    announced_at: Option<Instant>,
}

impl Menu {
    pub(super) fn new(items: Vec<Item>) -> Self {
        let mut numbers = Numbers::default();
        let drawn = root(&items, &mut numbers);
        Self {
            wanted: items,
            waits: false,
            drawn,
            numbers,
            revision: 1,
            news: News::default(),
            opened: BTreeSet::new(),
            opened_at: None,
            announced_at: None,
        }
    }

    /// From now on these items are wanted; they are drawn at once, or when the menu has closed.
    pub(super) fn show(&mut self, items: Vec<Item>, now: Instant) {
        if items != self.wanted {
            self.wanted = items;
            self.waits = true;
        }
        self.draw_if_closed(now);
    }

    /// A panel will show this menu. It is drawn as it is wanted first, unless it stands open already. Whether that changed it.
    pub(super) fn about_to_show(&mut self, id: i32, now: Instant) -> bool {
        let before = self.revision;
        if id == ROOT {
            self.forget_missed_closing(now);
            if self.opened.is_empty() {
                self.draw();
            }
        }
        self.announced_at = Some(now);
        self.revision != before
    }

    pub(super) fn opened(&mut self, id: i32, now: Instant) {
        if id == ROOT {
            self.forget_missed_closing(now);
            self.draw_if_closed(now);
        }
        self.opened.insert(id);
        self.opened_at = Some(now);
    }

    pub(super) fn closed(&mut self, id: i32, now: Instant) {
        if id == ROOT {
            self.all_closed();
        }
        self.opened.remove(&id);
        self.draw_if_closed(now);
    }

    /// What a click on the item of this number asks for, also if the item is gone; `None` if it asks for nothing.
    pub(super) fn clicked(&mut self, id: i32, now: Instant) -> Option<Intent> {
        // A click closes the menu in every panel, and not every panel says so.
        self.all_closed();
        let item = find(&self.drawn, id);
        let is_disabled = item.is_some_and(|item| matches!(item.look, Look::Words { enabled: false, .. }));
        let is_choice = item.is_some_and(|item| matches!(item.look, Look::Choice { .. }));
        let intent = self.numbers.intent(id).filter(|_| !is_disabled).cloned();
        self.draw_if_closed(now);
        if is_choice {
            choices(&self.drawn, &mut self.news.choices);
        }
        intent
    }

    /// The panel has gone, and its open menus with it.
    pub(super) fn panel_gone(&mut self, now: Instant) {
        self.all_closed();
        self.draw_if_closed(now);
    }

    /// When [`Menu::draw_if_closed`] is to be called; `None` while nothing waits.
    pub(super) fn held_until(&self) -> Option<Instant> {
        self.open_until().filter(|_| self.waits)
    }

    /// Draws what is wanted unless the menu is open.
    pub(super) fn draw_if_closed(&mut self, now: Instant) {
        if self.open_until().is_none_or(|until| until <= now) {
            self.all_closed();
            self.draw();
        }
    }

    /// Takes what panels are to be told.
    pub(super) fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    pub(super) fn revision(&self) -> u32 {
        self.revision
    }

    /// The item of this number as it is drawn.
    pub(super) fn item(&self, id: i32) -> Option<&MenuItem> {
        find(&self.drawn, id)
    }

    fn open_until(&self) -> Option<Instant> {
        if self.opened.is_empty() {
            self.announced_at.map(|at| at + ANNOUNCED_FOR)
        } else {
            self.opened_at.map(|at| at + OPENED_FOR)
        }
    }

    /// What opens a second time has closed in between, and nobody has said so.
    fn forget_missed_closing(&mut self, now: Instant) {
        let is_same_opening = self.opened_at.is_some_and(|at| now.duration_since(at) < SAME_OPENING);
        if self.opened.contains(&ROOT) && !is_same_opening {
            self.all_closed();
        }
    }

    fn all_closed(&mut self) {
        self.opened.clear();
        self.opened_at = None;
        self.announced_at = None;
    }

    fn draw(&mut self) {
        if !std::mem::take(&mut self.waits) {
            return;
        }
        let drawn = root(&self.wanted, &mut self.numbers);
        let before = std::mem::replace(&mut self.drawn, drawn);
        compare(&before, &self.drawn, &mut self.news);
        self.revision += 1;
        self.numbers.forget_old(&self.drawn);
    }
}

/// Items that are in both, by number, and differ.
fn compare(before: &MenuItem, after: &MenuItem, news: &mut News) {
    if before.look != after.look {
        news.looks.insert(after.id, after.look.clone());
    }
    let ids = |item: &MenuItem| item.children.iter().map(|child| child.id).collect::<Vec<_>>();
    if ids(before) != ids(after) {
        news.layouts.insert(after.id);
    }
    for child in &after.children {
        if let Some(known) = before.children.iter().find(|known| known.id == child.id) {
            compare(known, child, news);
        }
    }
}

fn choices(item: &MenuItem, found: &mut BTreeMap<i32, bool>) {
    if let Look::Choice { marked, .. } = item.look {
        found.insert(item.id, marked);
    }
    item.children.iter().for_each(|child| choices(child, found));
}

fn root(items: &[Item], numbers: &mut Numbers) -> MenuItem {
    MenuItem { id: ROOT, look: Look::Root, children: menu_items(ROOT, items, numbers) }
}

fn menu_items(parent: i32, items: &[Item], numbers: &mut Numbers) -> Vec<MenuItem> {
    let mut all = Vec::new();
    for item in items {
        // Words and separators are told apart by their place only: nobody can click them.
        let place = all.len();
        let mut numbered =
            |kind, look| MenuItem { id: numbers.number(parent, kind), look, children: Vec::new() };
        match item {
            Item::Text(label) => {
                let look = Look::Words { label: label.clone(), enabled: false };
                all.push(numbered(Kind::Words(place), look));
            }
            Item::Separator => all.push(numbered(Kind::Separator(place), Look::Separator)),
            Item::Action { label, intent, enabled } => {
                let look = Look::Words { label: label.clone(), enabled: *enabled };
                all.push(numbered(Kind::Does(intent.clone()), look));
            }
            Item::Radio { items } => all.extend(items.iter().map(|choice| {
                let look = Look::Choice { label: choice.label.clone(), marked: choice.selected };
                numbered(Kind::Does(choice.intent.clone()), look)
            })),
            Item::Submenu { menu, label, enabled, items } => {
                let look = Look::Submenu { label: label.clone(), enabled: *enabled };
                let mut submenu = numbered(Kind::Opens(*menu), look);
                submenu.children = menu_items(submenu.id, items, numbers);
                all.push(submenu);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests;
