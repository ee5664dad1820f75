//! The menu on the bus (`com.canonical.dbusmenu`): a panel's questions and events → the [`Menu`], its news → signals.
//!
//! It decides nothing: what is drawn and what a click means is the menu's to say.

use super::menu::{Look, Menu, MenuItem, News, ROOT};
use crate::wake::Wake;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use zbus::fdo;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, interface};

/// Where it is.
pub(super) const PATH: &str = "/MenuBar";
const INTERFACE: &str = "com.canonical.dbusmenu";
/// The version of the protocol that panels know.
const VERSION: u32 = 3;

type Properties = HashMap<&'static str, Value<'static>>;
/// An item with all below it: number, properties, items.
type Layout = (i32, Properties, Vec<Value<'static>>);
/// Number, what happened, details, when.
type Event = (i32, String, OwnedValue, u32);

/// The menu, as the bus and the tray's loop share it.
#[derive(Clone, Debug)]
pub(super) struct SharedMenu {
    menu: Arc<Mutex<Menu>>,
    /// Something may have become news.
    changed: Arc<Notify>,
}

impl SharedMenu {
    pub(super) fn new(menu: Menu) -> Self {
        Self { menu: Arc::new(Mutex::new(menu)), changed: Arc::default() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Menu> {
        self.menu.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when there may be news to [`tell`](Self::tell).
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Tells panels what is news to them.
    pub(super) async fn tell(&self, connection: &Connection) -> zbus::Result<()> {
        let (news, revision) = {
            let mut menu = self.lock();
            (menu.take_news(), menu.revision())
        };
        let News { looks, layouts, choices } = news;
        for parent in layouts {
            emit(connection, "LayoutUpdated", &(revision, parent)).await?;
        }
        tell_properties(connection, looks.iter().map(|(id, look)| (*id, properties(look, &[]))).collect())
            .await?;
        if !choices.is_empty() {
            // A panel believes that it shows what it was told last, so it is told something else in between.
            for turned in [true, false] {
                let marks = choices
                    .iter()
                    .map(|(id, marked)| (*id, Properties::from([("toggle-state", mark(*marked != turned))])));
                tell_properties(connection, marks.collect()).await?;
            }
        }
        Ok(())
    }
}

async fn tell_properties(connection: &Connection, changed: Vec<(i32, Properties)>) -> zbus::Result<()> {
    if changed.is_empty() {
        return Ok(());
    }
    emit(connection, "ItemsPropertiesUpdated", &(changed, Vec::<(i32, Vec<String>)>::new())).await
}

async fn emit<B>(connection: &Connection, signal: &str, body: &B) -> zbus::Result<()>
where
    B: serde::Serialize + zbus::zvariant::DynamicType,
{
    connection.emit_signal(None::<&str>, PATH, INTERFACE, signal, body).await
}

/// The object that panels ask.
pub(super) struct DbusMenu {
    pub(super) menu: SharedMenu,
    /// Where clicks go.
    pub(super) wakes: mpsc::Sender<Wake>,
}

impl DbusMenu {
    /// Whether the item is known.
    async fn take(&self, event: &Event) -> bool {
        let (id, what, ..) = event;
        let now = Instant::now();
        let (intent, is_known) = {
            let mut menu = self.menu.lock();
            let is_known = menu.item(*id).is_some();
            let intent = match what.as_str() {
                "clicked" => menu.clicked(*id, now),
                "opened" => {
                    menu.opened(*id, now);
                    None
                }
                "closed" => {
                    menu.closed(*id, now);
                    None
                }
                _ => None,
            };
            (intent, is_known)
        };
        self.menu.changed.notify_one();
        let is_known = is_known || intent.is_some();
        if let Some(intent) = intent {
            // A closed channel means that the program ends.
            let _ended = self.wakes.send(Wake::TrayMenu(intent)).await;
        }
        is_known
    }

    /// Whether the menu has changed; `None` if it is not known.
    fn about_to_show_one(&self, id: i32) -> Option<bool> {
        let mut menu = self.menu.lock();
        menu.item(id)?;
        let changed = menu.about_to_show(id, Instant::now());
        self.menu.changed.notify_one();
        Some(changed)
    }
}

#[interface(name = "com.canonical.dbusmenu")]
impl DbusMenu {
    #[expect(clippy::needless_pass_by_value, reason = "D-Bus hands arguments over whole")]
    fn get_layout(&self, parent: i32, depth: i32, names: Vec<String>) -> fdo::Result<(u32, Layout)> {
        let menu = self.menu.lock();
        let item = menu.item(parent).ok_or_else(unknown)?;
        // Without a limit below zero.
        let depth = usize::try_from(depth).ok();
        Ok((menu.revision(), layout(item, depth, &names)))
    }

    #[expect(clippy::needless_pass_by_value, reason = "D-Bus hands arguments over whole")]
    fn get_group_properties(&self, ids: Vec<i32>, names: Vec<String>) -> Vec<(i32, Properties)> {
        let menu = self.menu.lock();
        let ids = if ids.is_empty() { menu.item(ROOT).map(all_ids).unwrap_or_default() } else { ids };
        ids.into_iter().filter_map(|id| Some((id, properties(&menu.item(id)?.look, &names)))).collect()
    }

    fn get_property(&self, id: i32, name: &str) -> fdo::Result<Value<'static>> {
        let menu = self.menu.lock();
        let item = menu.item(id).ok_or_else(unknown)?;
        let found = properties(&item.look, &[]).remove(name);
        found.ok_or_else(|| fdo::Error::InvalidArgs("the item has no such property".to_owned()))
    }

    async fn event(&self, id: i32, what: String, details: OwnedValue, time: u32) -> fdo::Result<()> {
        if self.take(&(id, what, details, time)).await { Ok(()) } else { Err(unknown()) }
    }

    /// The numbers that are not known.
    async fn event_group(&self, events: Vec<Event>) -> fdo::Result<Vec<i32>> {
        let mut errors = Vec::new();
        for event in &events {
            if !self.take(event).await {
                errors.push(event.0);
            }
        }
        if errors.len() == events.len() && !events.is_empty() { Err(unknown()) } else { Ok(errors) }
    }

    fn about_to_show(&self, id: i32) -> fdo::Result<bool> {
        self.about_to_show_one(id).ok_or_else(unknown)
    }

    /// The menus that have changed, and the numbers that are not known.
    fn about_to_show_group(&self, ids: Vec<i32>) -> (Vec<i32>, Vec<i32>) {
        let (mut changed, mut errors) = (Vec::new(), Vec::new());
        for id in ids {
            match self.about_to_show_one(id) {
                Some(true) => changed.push(id),
                Some(false) => {}
                None => errors.push(id),
            }
        }
        (changed, errors)
    }

    #[zbus(property)]
    fn version(&self) -> u32 {
        VERSION
    }

    #[zbus(property)]
    fn status(&self) -> &'static str {
        "normal"
    }

    #[zbus(property)]
    fn text_direction(&self) -> &'static str {
        "ltr"
    }

    #[zbus(property)]
    fn icon_theme_path(&self) -> Vec<String> {
        Vec::new()
    }

    #[zbus(signal)]
    async fn items_properties_updated(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        changed: Vec<(i32, Properties)>,
        removed: Vec<(i32, Vec<String>)>,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn layout_updated(
        emitter: &zbus::object_server::SignalEmitter<'_>,
        revision: u32,
        parent: i32,
    ) -> zbus::Result<()>;
}

fn unknown() -> fdo::Error {
    fdo::Error::InvalidArgs("the menu has no such item".to_owned())
}

fn all_ids(item: &MenuItem) -> Vec<i32> {
    std::iter::once(item.id).chain(item.children.iter().flat_map(all_ids)).collect()
}

/// An item with what is below it, to this depth.
fn layout(item: &MenuItem, depth: Option<usize>, names: &[String]) -> Layout {
    let below = match depth {
        Some(0) => Vec::new(),
        Some(depth) => children(item, Some(depth - 1), names),
        None => children(item, None, names),
    };
    (item.id, properties(&item.look, names), below)
}

fn children(item: &MenuItem, depth: Option<usize>, names: &[String]) -> Vec<Value<'static>> {
    item.children.iter().map(|child| Value::from(layout(child, depth, names))).collect()
}

/// The properties of these names, or all if none is named.
fn properties(look: &Look, names: &[String]) -> Properties {
    let mut all = match look {
        Look::Root => Properties::from([("children-display", Value::from("submenu"))]),
        Look::Separator => Properties::from([("type", Value::from("separator"))]),
        Look::Words { label, enabled } => {
            Properties::from([("label", access_key_free(label)), ("enabled", Value::from(*enabled))])
        }
        Look::Choice { label, marked } => Properties::from([
            ("label", access_key_free(label)),
            ("toggle-type", Value::from("radio")),
            ("toggle-state", mark(*marked)),
        ]),
        Look::Submenu { label, enabled } => Properties::from([
            ("label", access_key_free(label)),
            ("enabled", Value::from(*enabled)),
            ("children-display", Value::from("submenu")),
        ]),
    };
    all.retain(|name, _| names.is_empty() || names.iter().any(|wanted| wanted == name));
    all
}

fn mark(set: bool) -> Value<'static> {
    Value::from(i32::from(set))
}

/// An underscore marks the access key of an item, unless there are two.
fn access_key_free(label: &str) -> Value<'static> {
    Value::from(label.replace('_', "__"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_word_for_word_and_words_cannot_be_clicked() {
        // N16
        let look = Look::Words { label: "svc_backup_01 (R&D <3)".into(), enabled: false };
        let shown = properties(&look, &[]);
        assert_eq!(shown["label"], Value::from("svc__backup__01 (R&D <3)"));
        assert_eq!(shown["enabled"], Value::from(false));
        assert_eq!(properties(&look, &["enabled".to_owned()]).len(), 1, "only what is asked for");
    }
}
