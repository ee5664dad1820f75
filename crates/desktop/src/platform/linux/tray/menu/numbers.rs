//! The numbers of the menu's items: each means one thing for as long as the app runs.

use super::menu_item::{MenuItem, find};
use agent::tray::Submenu;
use agent::view::Intent;

/// Items whose numbers are known at most. A menu has some 60, so what was shown last is among them for a day's worth of
/// requests; a click on an older number does nothing.
const KNOWN: usize = 512;

/// What an item is, beside where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Asks for this when it is clicked.
    Does(Intent),
    /// Opens this.
    Opens(Submenu),
    /// Words at this place of its menu, which cannot be clicked.
    Words(usize),
    /// A separator at this place of its menu.
    Separator(usize),
}

/// The numbers that were given.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    last: i32,
    known: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    id: i32,
    parent: i32,
    kind: Kind,
}

impl Numbers {
    /// The number of an item in the menu `parent`: always the same for the same item, never that of another.
    pub(super) fn number(&mut self, parent: i32, kind: Kind) -> i32 {
        if let Some(known) = self.known.iter().find(|known| known.parent == parent && known.kind == kind) {
            return known.id;
        }
        // The menu itself has the number 0, so the first item has 1.
        self.last = self.last.checked_add(1).expect("nobody sees two thousand million items of a menu");
        self.known.push(Known { id: self.last, parent, kind });
        self.last
    }

    /// What a click on this item asks for.
    pub(super) fn intent(&self, id: i32) -> Option<&Intent> {
        let known = self.known.iter().find(|known| known.id == id)?;
        match &known.kind {
            Kind::Does(intent) => Some(intent),
            Kind::Opens(_) | Kind::Words(_) | Kind::Separator(_) => None,
        }
    }

    /// Forgets the oldest items beyond the limit that are not in the menu any more.
    pub(super) fn forget_old(&mut self, drawn: &MenuItem) {
        let mut spare = self.known.len().saturating_sub(KNOWN);
        self.known.retain(|known| {
            let forgets = spare > 0 && find(drawn, known.id).is_none();
            spare -= usize::from(forgets);
            !forgets
        });
    }
}
