//! A tray icon as a panel sees it over D-Bus: its picture, tooltip and menu, and clicks on them.

use crate::wait::eventually;
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::time::Duration;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{Connection, Proxy};

/// The name where icons register.
pub(crate) const WATCHER: &str = "org.kde.StatusNotifierWatcher";
/// Where its object is.
pub(crate) const WATCHER_PATH: &str = "/StatusNotifierWatcher";
const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// One tray icon.
#[derive(Clone, Debug)]
pub struct TrayItem {
    connection: Connection,
    name: String,
    path: String,
}

/// An entry of a menu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The number by which it is clicked.
    pub id: i32,
    /// Its text; empty for the menu itself and for separators.
    pub label: String,
    /// Whether it can be clicked.
    pub enabled: bool,
    /// Whether it is a radio item or a check mark.
    pub toggles: bool,
    /// Whether its mark is set.
    pub set: bool,
    /// The entries below it.
    pub children: Vec<Entry>,
}

impl Entry {
    /// The first entry below this one, at any depth, that reads so.
    #[must_use]
    pub fn find(&self, words: &str) -> Option<&Entry> {
        let found = |child: &Self| child.words() == words;
        self.children.iter().find_map(|child| if found(child) { Some(child) } else { child.find(words) })
    }

    /// Its text as a panel shows it: an underscore marks an access key, unless there are two.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::with_capacity(self.label.len());
        let mut letters = self.label.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '_' => words.extend(letters.next()),
                letter => words.push(letter),
            }
        }
        words
    }

    /// All labels below this entry, in order.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        let below = self.children.iter().flat_map(|child| {
            std::iter::once(child.label.clone()).filter(|label| !label.is_empty()).chain(child.labels())
        });
        below.collect()
    }
}

/// An icon's pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Icon {
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    /// Alpha, red, green, blue of each.
    pub argb: Vec<u8>,
}

impl TrayItem {
    /// All icons that are in the tray now.
    ///
    /// # Errors
    /// When there is no tray.
    pub async fn all(connection: &Connection) -> Result<Vec<Self>> {
        let watcher = Proxy::new(connection, WATCHER, WATCHER_PATH, WATCHER).await?;
        // Ask each time: a proxy would remember the list from its first answer.
        let items: OwnedValue = watcher
            .connection()
            .call_method(
                Some(WATCHER),
                WATCHER_PATH,
                Some("org.freedesktop.DBus.Properties"),
                "Get",
                &(WATCHER, "RegisteredStatusNotifierItems"),
            )
            .await
            .context("asking for the icons in the tray")?
            .body()
            .deserialize()?;
        let items: Vec<String> = items.try_into()?;
        Ok(items.iter().map(|item| Self::called(connection, item)).collect())
    }

    /// The icon that the tray calls so: its name on the bus with its path.
    pub(crate) fn called(connection: &Connection, item: &str) -> Self {
        let (name, path) = item.split_once('/').unwrap_or((item, "StatusNotifierItem"));
        Self { connection: connection.clone(), name: name.to_owned(), path: format!("/{path}") }
    }

    /// Waits for the one icon in the tray.
    ///
    /// # Errors
    /// When there is none, or more than one, at the deadline.
    pub async fn only(connection: &Connection, within: Duration) -> Result<Self> {
        eventually("one icon in the tray", within, async || {
            let mut all = Self::all(connection).await?;
            match (all.pop(), all.len()) {
                (Some(item), 0) => {
                    item.menu().await?;
                    Ok(item)
                }
                (None, _) => bail!("the tray is empty"),
                (Some(_), more) => bail!("{} icons in the tray", more + 1),
            }
        })
        .await
    }

    /// Its name on the bus.
    #[must_use]
    pub fn bus_name(&self) -> &str {
        &self.name
    }

    /// Its whole menu, as it is now.
    ///
    /// # Errors
    /// When the app is gone or has no menu.
    pub async fn menu(&self) -> Result<Entry> {
        let (_, layout): (u32, Layout) = self
            .call_menu("GetLayout", &(0_i32, -1_i32, Vec::<String>::new()))
            .await?
            .body()
            .deserialize()
            .context("reading the tray menu")?;
        let children = layout.2.iter().filter_map(|child| entry(child)).collect();
        Ok(Entry { id: layout.0, children, ..Entry::default() })
    }

    /// Clicks the entry with this label.
    ///
    /// # Errors
    /// When there is no such entry, it cannot be clicked, or the app is gone.
    pub async fn click(&self, label: &str) -> Result<()> {
        let menu = self.menu().await?;
        let Some(entry) = menu.find(label) else {
            bail!("the tray menu has no {label:?}, only {:?}", menu.labels())
        };
        if !entry.enabled {
            bail!("{label:?} in the tray menu cannot be clicked");
        }
        self.call_menu("Event", &(entry.id, "clicked", Value::from(0_i32), 0_u32)).await?;
        Ok(())
    }

    /// Clicks an entry of a submenu, of which others may have one with the same label.
    ///
    /// # Errors
    /// As [`TrayItem::click`].
    pub async fn click_in(&self, submenu: &str, label: &str) -> Result<()> {
        let menu = self.menu().await?;
        let entry = menu.find(submenu).and_then(|submenu| submenu.find(label));
        let Some(entry) = entry else { bail!("the submenu {submenu:?} has no {label:?}") };
        self.call_menu("Event", &(entry.id, "clicked", Value::from(0_i32), 0_u32)).await?;
        Ok(())
    }

    /// Clicks the icon itself.
    ///
    /// # Errors
    /// When the app is gone.
    pub async fn activate(&self) -> Result<()> {
        let path = self.path.as_str();
        self.connection
            .call_method(Some(self.name.as_str()), path, Some(ITEM), "Activate", &(0_i32, 0_i32))
            .await
            .context("clicking the tray icon")?;
        Ok(())
    }

    /// Its tooltip: title and text in two lines.
    ///
    /// # Errors
    /// When the app is gone or has no tooltip.
    pub async fn tooltip(&self) -> Result<String> {
        let value = self.property("ToolTip").await?;
        let Value::Structure(parts) = &*value else { bail!("the tooltip is no structure") };
        let texts = parts.fields().iter().skip(2).map(|field| match field {
            Value::Str(text) => text.to_string(),
            other => format!("{other:?}"),
        });
        Ok(texts.collect::<Vec<_>>().join("\n"))
    }

    /// Its picture in all sizes that it offers.
    ///
    /// # Errors
    /// When the app is gone.
    pub async fn icons(&self) -> Result<Vec<Icon>> {
        let pixmaps: Vec<(i32, i32, Vec<u8>)> = self.property("IconPixmap").await?.try_into()?;
        Ok(pixmaps.into_iter().map(|(width, height, argb)| Icon { width, height, argb }).collect())
    }

    /// A property as text, for instance `Status`, `Title`, `IconName`.
    ///
    /// # Errors
    /// When the app is gone or it is no text.
    pub async fn text(&self, property: &str) -> Result<String> {
        Ok(self.property(property).await?.try_into()?)
    }

    async fn property(&self, name: &str) -> Result<OwnedValue> {
        let path = self.path.as_str();
        let properties = Some("org.freedesktop.DBus.Properties");
        let asked = (ITEM, name);
        let reply = self.connection.call_method(Some(self.name.as_str()), path, properties, "Get", &asked);
        let reply = reply.await.with_context(|| format!("asking the tray icon for its {name}"))?;
        Ok(reply.body().deserialize()?)
    }

    async fn call_menu<B>(&self, method: &str, body: &B) -> Result<zbus::Message>
    where
        B: serde::Serialize + zbus::zvariant::DynamicType,
    {
        let path: zbus::zvariant::OwnedObjectPath = self.property("Menu").await?.try_into()?;
        let reply = self.connection.call_method(Some(self.name.as_str()), &path, Some(MENU), method, body);
        reply.await.with_context(|| format!("{method} of the tray menu"))
    }
}

type Layout = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

fn entry(value: &Value<'_>) -> Option<Entry> {
    let value = if let Value::Value(inner) = value { inner } else { value };
    let Value::Structure(parts) = value else { return None };
    let [Value::I32(id), Value::Dict(properties), Value::Array(children)] = parts.fields() else {
        return None;
    };
    let text = |key: &str| properties.get::<&str, String>(&key).ok().flatten();
    let flag = |key: &str| properties.get::<&str, bool>(&key).ok().flatten();
    let number = |key: &str| properties.get::<&str, i32>(&key).ok().flatten();
    if flag("visible") == Some(false) {
        return None;
    }
    Some(Entry {
        id: *id,
        label: text("label").unwrap_or_default(),
        enabled: flag("enabled").unwrap_or(true),
        toggles: text("toggle-type").is_some_and(|kind| !kind.is_empty()),
        set: number("toggle-state") == Some(1),
        children: children.iter().filter_map(entry).collect(),
    })
}
