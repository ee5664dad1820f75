//! The tray as a StatusNotifierItem with a menu (dbusmenu).
//!
//! A panel may start after us, end, and come back: each new owner of the watcher's name is told of the item again. Without a
//! watcher nothing is told and nothing polls. What the item and its menu look like is [`item`]'s and [`dbusmenu`]'s matter.

use super::Shown;
use super::dbusmenu::{self, DbusMenu, SharedMenu};
use super::item::{self, Item, SharedLook};
use super::menu::Menu;
use crate::wake::Wake;
use agent::tray::Tray;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::time::Instant;
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::names::UniqueName;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// Pause before a watcher that did not take the item is asked again: one that has just started may not be ready.
const REGISTER_AGAIN: Duration = Duration::from_secs(5);

#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher"
)]
trait StatusNotifierWatcher {
    fn register_status_notifier_item(&self, service: &str) -> zbus::Result<()>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn is_status_notifier_host_registered(&self) -> zbus::Result<bool>;
    #[zbus(signal)]
    fn status_notifier_host_registered(&self) -> zbus::Result<()>;
    #[zbus(signal)]
    fn status_notifier_host_unregistered(&self) -> zbus::Result<()>;
}

/// Shows the tray until the connection ends or there is nothing more to show.
pub(crate) async fn run(connection: &Connection, shown: &mut Shown) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    // Subscribed before the owner is asked for, so that none is missed in between.
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await?;
    let watcher = StatusNotifierWatcherProxy::builder(connection)
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    let mut hosts = watcher.receive_status_notifier_host_registered().await?;
    let mut no_hosts = watcher.receive_status_notifier_host_unregistered().await?;

    let mut panel = Panel::serve(connection, watcher, shown).await?;
    let owner = bus.get_name_owner(WATCHER.try_into().expect("the name is valid")).await.ok();
    panel.follow(owner.as_ref().map(|owner| owner.as_ref())).await;
    let ended = loop {
        if let Err(error) = panel.menu.tell(connection).await {
            break Err(error);
        }
        panel.tell_host(shown).await;
        tokio::select! {
            change = owners.next() => {
                let Some(change) = change else { break Ok(()) };
                match change.args() {
                    Ok(args) => panel.follow(args.new_owner().as_ref().map(|owner| owner.as_ref())).await,
                    Err(error) => tracing::debug!(%error, "the bus says something odd of the tray host"),
                }
            }
            Some(_) = hosts.next() => {}
            Some(_) = no_hosts.next() => {}
            changed = shown.tray.changed() => {
                if changed.is_err() { break Ok(()) }
                let tray = shown.tray.borrow_and_update().clone();
                if let Err(error) = panel.show(tray, connection).await { break Err(error) }
            }
            () = panel.menu.changed() => {}
            () = sleep_until(panel.held_until()) => panel.menu.lock().draw_if_closed(Instant::now()),
            () = sleep_until(panel.register_at) => panel.register().await,
        }
    };
    panel.end(connection).await;
    ended
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

struct Panel<'a> {
    watcher: StatusNotifierWatcherProxy<'a>,
    look: SharedLook,
    menu: SharedMenu,
    /// The item's name on the bus.
    name: String,
    /// The watcher has taken the item.
    is_registered: bool,
    /// When the watcher is asked again.
    register_at: Option<Instant>,
    has_host: bool,
}

impl<'a> Panel<'a> {
    /// Puts the item and its menu on the bus, where nobody looks for them yet.
    async fn serve(
        connection: &Connection,
        watcher: StatusNotifierWatcherProxy<'a>,
        shown: &mut Shown,
    ) -> zbus::Result<Self> {
        let tray = shown.tray.borrow_and_update().clone();
        let look = SharedLook::new(&tray);
        let menu = SharedMenu::new(Menu::new(tray.menu));
        let item = Item { id: shown.id.clone(), look: look.clone(), wakes: shown.wakes.clone() };
        connection.object_server().at(item::PATH, item).await?;
        let served = DbusMenu { menu: menu.clone(), wakes: shown.wakes.clone() };
        connection.object_server().at(dbusmenu::PATH, served).await?;
        // As the specification has it; one process has one item.
        let name = format!("org.kde.StatusNotifierItem-{}-1", std::process::id());
        connection.request_name(name.as_str()).await?;
        Ok(Self { watcher, look, menu, name, is_registered: false, register_at: None, has_host: false })
    }

    /// Tells a new owner of the watcher's name of the item.
    async fn follow(&mut self, owner: Option<UniqueName<'_>>) {
        self.is_registered = false;
        self.register_at = None;
        self.menu.lock().panel_gone(Instant::now());
        if owner.is_some() {
            self.register().await;
        }
    }

    async fn register(&mut self) {
        self.register_at = None;
        match self.watcher.register_status_notifier_item(&self.name).await {
            Ok(()) => self.is_registered = true,
            Err(error) => {
                tracing::warn!(%error, "the panel does not take the tray icon; it is asked again");
                self.register_at = Some(Instant::now() + REGISTER_AGAIN);
            }
        }
    }

    /// Tells whether the icon can be seen, when that has changed.
    async fn tell_host(&mut self, shown: &Shown) {
        let has_host =
            self.is_registered && self.watcher.is_status_notifier_host_registered().await.unwrap_or(false);
        if has_host != self.has_host {
            self.has_host = has_host;
            // A closed channel means that the program ends.
            let _ended = shown.wakes.send(Wake::TrayHost(has_host)).await;
        }
    }

    async fn show(&self, tray: Tray, connection: &Connection) -> zbus::Result<()> {
        self.look.show(&tray, connection).await?;
        self.menu.lock().show(tray.menu, Instant::now());
        Ok(())
    }

    fn held_until(&self) -> Option<Instant> {
        self.menu.lock().held_until()
    }

    /// Takes the item from the bus; panels see its name go.
    async fn end(&self, connection: &Connection) {
        let ended = async {
            connection.release_name(self.name.as_str()).await?;
            connection.object_server().remove::<Item, _>(item::PATH).await?;
            connection.object_server().remove::<DbusMenu, _>(dbusmenu::PATH).await
        };
        if let Err(error) = ended.await {
            tracing::debug!(%error, "the bus is gone before the tray icon");
        }
    }
}
