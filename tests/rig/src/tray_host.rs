//! A tray host of our own: the D-Bus name where tray icons register. It reads their pictures as a panel does, and draws nothing.
//!
//! For tests that look at icons and menus over D-Bus only; what is drawn is tested in the real panel.

use crate::tray::{TrayItem, WATCHER, WATCHER_PATH};
use anyhow::{Context, Result};
use futures_util::StreamExt;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use zbus::fdo::DBusProxy;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::{Connection, interface};

type Items = Arc<Mutex<BTreeSet<String>>>;

/// A tray host on a bus, until it is dropped.
#[derive(Debug)]
pub struct TrayHost {
    connection: Connection,
    last: watch::Receiver<Option<Instant>>,
    gone: JoinHandle<()>,
}

/// What a tray host does with icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It reads their pictures.
    Reads,
    /// It takes them, says that it has a host, and looks at none.
    Blind,
}

struct Watcher {
    items: Items,
    sight: Sight,
    last: watch::Sender<Option<Instant>>,
}

fn lock(items: &Items) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
    items.lock().unwrap_or_else(PoisonError::into_inner)
}

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    async fn register_status_notifier_item(
        &self,
        service: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        self.last.send_replace(Some(Instant::now()));
        // Some give their name, some only the path of their object.
        let item = if service.starts_with('/') {
            let sender = header.sender().map(ToString::to_string).unwrap_or_default();
            format!("{sender}{service}")
        } else {
            format!("{service}/StatusNotifierItem")
        };
        lock(&self.items).insert(item.clone());
        if self.sight == Sight::Reads {
            tokio::spawn(look_at(connection.clone(), item.clone()));
        }
        emitter.status_notifier_item_registered(&item).await?;
        Ok(())
    }

    async fn register_status_notifier_host(
        &self,
        _service: &str,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> zbus::fdo::Result<()> {
        emitter.status_notifier_host_registered().await?;
        Ok(())
    }

    #[zbus(property)]
    fn registered_status_notifier_items(&self) -> Vec<String> {
        lock(&self.items).iter().cloned().collect()
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }

    /// An icon has come.
    #[zbus(signal)]
    async fn status_notifier_item_registered(emitter: &SignalEmitter<'_>, item: &str) -> zbus::Result<()>;

    /// An icon has gone.
    #[zbus(signal)]
    async fn status_notifier_item_unregistered(emitter: &SignalEmitter<'_>, item: &str) -> zbus::Result<()>;

    /// Somebody shows icons.
    #[zbus(signal)]
    async fn status_notifier_host_registered(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

/// Reads the picture of an icon that has registered; `None` if it is gone by then.
async fn look_at(connection: Connection, item: String) {
    let icon = TrayItem::called(&connection, &item);
    drop(icon.icons().await);
}

impl TrayHost {
    /// Takes the name on a connection of its own.
    ///
    /// # Errors
    /// When another host has it, or the bus is gone.
    pub async fn start(connection: Connection, sight: Sight) -> Result<Self> {
        let items = Items::default();
        let server = connection.object_server();
        let (tell, last) = watch::channel(None);
        let watcher = Watcher { items: Arc::clone(&items), sight, last: tell };
        server.at(WATCHER_PATH, watcher).await.context("serving the tray")?;
        let bus = DBusProxy::new(&connection).await?;
        let mut changes = bus.receive_name_owner_changed().await.context("watching who leaves the bus")?;
        let emitter = SignalEmitter::new(&connection, WATCHER_PATH)?.to_owned();
        connection.request_name(WATCHER).await.context("taking the tray host's name")?;
        let gone = tokio::spawn(async move {
            while let Some(change) = changes.next().await {
                let Ok(change) = change.args() else { continue };
                if change.new_owner.is_some() {
                    continue;
                }
                let prefix = format!("{}/", change.name);
                let left: Vec<String> =
                    lock(&items).extract_if(.., |item| item.starts_with(&prefix)).collect();
                for item in left {
                    drop(emitter.status_notifier_item_unregistered(&item).await);
                }
            }
        });
        Ok(Self { connection, last, gone })
    }

    /// Waits for an icon that registers after a moment, and says when it did.
    ///
    /// # Errors
    /// When there is none by the deadline.
    pub async fn registered(&self, after: Instant, within: Duration) -> Result<Instant> {
        let mut last = self.last.clone();
        let come = last.wait_for(|last| last.is_some_and(|last| last >= after));
        let come = timeout(within, come).await.with_context(|| format!("no tray icon within {within:?}"))?;
        (*come.context("the tray host is gone")?).context("it was waited for")
    }

    /// Ends it: the desktop loses its tray.
    ///
    /// # Errors
    /// When the bus is gone.
    pub async fn stop(self) -> Result<()> {
        self.connection.release_name(WATCHER).await.context("giving the tray host's name back")?;
        Ok(())
    }
}

impl Drop for TrayHost {
    fn drop(&mut self) {
        self.gone.abort();
    }
}
