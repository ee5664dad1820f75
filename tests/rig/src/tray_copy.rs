//! A tray icon of our own whose menu is that of another one, with other words: what a panel should draw of the first is compared with
//! what it draws of the second.
//!
//! Clicks do nothing. It takes the place of an icon that is gone, since it looks the same to the panel.

use crate::tray::{Entry, Icon, TrayItem, WATCHER, WATCHER_PATH};
use anyhow::{Context, Result};
use std::collections::HashMap;
use zbus::zvariant::{ObjectPath, OwnedValue, Value};
use zbus::{Connection, interface};

const ITEM_PATH: &str = "/StatusNotifierItem";
const MENU_PATH: &str = "/MenuBar";

type Properties = HashMap<&'static str, Value<'static>>;
/// An item with all below it: number, properties, items.
type Layout = (i32, Properties, Vec<Value<'static>>);
type Pixmap = (i32, i32, Vec<u8>);

/// What is seen of an icon.
#[derive(Clone, Debug)]
pub struct TrayLook {
    icons: Vec<Icon>,
    menu: Entry,
}

/// A copy in the tray, until it is dropped.
#[derive(Debug)]
pub struct TrayCopy {
    _connection: Connection,
}

impl TrayLook {
    /// What is seen of this icon now.
    ///
    /// # Errors
    /// When its app is gone.
    pub async fn of(item: &TrayItem) -> Result<Self> {
        Ok(Self { icons: item.icons().await?, menu: item.menu().await? })
    }

    /// The same with other labels.
    #[must_use]
    pub fn with_labels(mut self, label: &impl Fn(&str) -> String) -> Self {
        relabel(&mut self.menu, label);
        self
    }
}

fn relabel(entry: &mut Entry, label: &impl Fn(&str) -> String) {
    entry.label = label(&entry.label);
    entry.children.iter_mut().for_each(|child| relabel(child, label));
}

impl TrayCopy {
    /// Puts an icon that looks like this into the tray.
    ///
    /// # Errors
    /// When the desktop has no tray, or the connection to the bus is lost.
    pub async fn start(connection: Connection, look: TrayLook) -> Result<Self> {
        let server = connection.object_server();
        server.at(MENU_PATH, CopiedMenu { menu: look.menu }).await.context("serving a menu")?;
        server.at(ITEM_PATH, CopiedItem { icons: look.icons }).await.context("serving an icon")?;
        let name = connection.unique_name().context("a connection has a name")?.to_string();
        connection
            .call_method(Some(WATCHER), WATCHER_PATH, Some(WATCHER), "RegisterStatusNotifierItem", &name)
            .await
            .context("putting an icon into the tray")?;
        Ok(Self { _connection: connection })
    }
}

struct CopiedItem {
    icons: Vec<Icon>,
}

#[interface(name = "org.kde.StatusNotifierItem")]
impl CopiedItem {
    fn context_menu(&self, _x: i32, _y: i32) {}

    fn activate(&self, _x: i32, _y: i32) {}

    fn secondary_activate(&self, _x: i32, _y: i32) {}

    fn scroll(&self, _by: i32, _orientation: &str) {}

    #[zbus(property)]
    fn id(&self) -> &'static str {
        "copy"
    }

    #[zbus(property)]
    fn title(&self) -> &'static str {
        "Copy"
    }

    #[zbus(property)]
    fn category(&self) -> &'static str {
        "Communications"
    }

    #[zbus(property)]
    fn status(&self) -> &'static str {
        "Active"
    }

    #[zbus(property)]
    fn icon_name(&self) -> &'static str {
        ""
    }

    #[zbus(property)]
    fn icon_pixmap(&self) -> Vec<Pixmap> {
        self.icons.iter().map(|icon| (icon.width, icon.height, icon.argb.clone())).collect()
    }

    #[zbus(property)]
    fn menu(&self) -> ObjectPath<'static> {
        ObjectPath::from_static_str_unchecked(MENU_PATH)
    }

    #[zbus(property)]
    fn item_is_menu(&self) -> bool {
        true
    }
}

struct CopiedMenu {
    menu: Entry,
}

#[interface(name = "com.canonical.dbusmenu")]
impl CopiedMenu {
    fn get_layout(&self, parent: i32, _depth: i32, _names: Vec<String>) -> zbus::fdo::Result<(u32, Layout)> {
        Ok((1, layout(item(&self.menu, parent).ok_or_else(unknown)?)))
    }

    fn get_group_properties(&self, ids: Vec<i32>, _names: Vec<String>) -> Vec<(i32, Properties)> {
        ids.into_iter().filter_map(|id| Some((id, properties(item(&self.menu, id)?)))).collect()
    }

    fn event(&self, _id: i32, _what: String, _details: OwnedValue, _time: u32) {}

    fn about_to_show(&self, _id: i32) -> bool {
        false
    }

    #[zbus(property)]
    fn version(&self) -> u32 {
        3
    }

    #[zbus(property)]
    fn status(&self) -> &'static str {
        "normal"
    }

    #[zbus(property)]
    fn text_direction(&self) -> &'static str {
        "ltr"
    }
}

fn unknown() -> zbus::fdo::Error {
    zbus::fdo::Error::InvalidArgs("the menu has no such item".to_owned())
}

fn item(entry: &Entry, id: i32) -> Option<&Entry> {
    if entry.id == id { Some(entry) } else { entry.children.iter().find_map(|child| item(child, id)) }
}

fn layout(entry: &Entry) -> Layout {
    let below = entry.children.iter().map(|child| Value::from(layout(child))).collect();
    (entry.id, properties(entry), below)
}

fn properties(entry: &Entry) -> Properties {
    if entry.label.is_empty() && entry.children.is_empty() {
        return Properties::from([("type", Value::from("separator"))]);
    }
    let mut all = Properties::from([
        ("label", Value::from(entry.label.clone())),
        ("enabled", Value::from(entry.enabled)),
    ]);
    if entry.toggles {
        all.insert("toggle-type", Value::from("radio"));
        all.insert("toggle-state", Value::from(i32::from(entry.set)));
    }
    if !entry.children.is_empty() {
        all.insert("children-display", Value::from("submenu"));
    }
    all
}
