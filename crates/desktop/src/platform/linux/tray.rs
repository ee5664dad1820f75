//! The tray as a StatusNotifierItem with a menu (dbusmenu).
//!
//! A panel may start after us, end, and come back: each new owner of the watcher's name is told of the item again. Without a
//! watcher nothing is told and nothing polls. A watcher that takes the item need not have anybody who draws it: that is known
//! by the picture being read (`readers`). [`item`] and [`dbusmenu`] decide what the item and its menu look like.

mod dbusmenu;
mod item;
mod menu;
mod readers;

use crate::tray::TrayChannels;
use crate::wait::sleep_until;
use crate::wake::Wake;
use agent::agent::TrayIcon;
use agent::tray::Tray;
use dbusmenu::{DbusMenu, SharedMenu};
use futures_util::StreamExt;
use item::{Item, SharedLook};
use menu::Menu;
use readers::Readers;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use zbus::Connection;
use zbus::fdo::{DBusProxy, RequestNameFlags};
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
}

/// Shows the tray until the connection ends or there is nothing more to show.
pub(crate) async fn run(connection: &Connection, channels: &mut TrayChannels) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection).await?;
    // Subscribed before the owner is asked for, so that none is missed in between.
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await?;
    let watcher = StatusNotifierWatcherProxy::builder(connection)
        .cache_properties(zbus::proxy::CacheProperties::No)
        .build()
        .await?;
    let mut panel = Panel::serve(connection, watcher, &bus, channels).await?;
    let owner = bus.get_name_owner(WATCHER.try_into().expect("the name is valid")).await.ok();
    panel.follow(owner.as_ref().map(|owner| owner.as_ref())).await;
    let ended = loop {
        if let Err(error) = panel.menu.tell(connection).await {
            break Err(error);
        }
        panel.tell_icon(channels).await;
        let (held_until, register_at) = (panel.held_until(), panel.register_at);
        tokio::select! {
            change = owners.next() => {
                let Some(change) = change else { break Ok(()) };
                match change.args() {
                    Ok(args) => panel.follow(args.new_owner().as_ref().map(|owner| owner.as_ref())).await,
                    Err(error) => tracing::debug!(%error, "the bus says something odd of the tray host"),
                }
            }
            () = panel.readers.changed() => {}
            changed = channels.tray.changed() => {
                if changed.is_err() { break Ok(()) }
                let tray = channels.tray.borrow_and_update().clone();
                if let Err(error) = panel.show(tray, connection).await { break Err(error) }
            }
            () = panel.menu.changed() => {}
            () = sleep_until(held_until) => panel.menu.lock().draw_if_closed(Instant::now()),
            () = sleep_until(register_at) => panel.register().await,
        }
    };
    take_off(connection, &panel.name).await;
    ended
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
    readers: Readers<'a>,
    /// What was told of the icon.
    icon: TrayIcon,
}

impl<'a> Panel<'a> {
    /// Puts the item and its menu on the bus, where nobody looks for them yet.
    async fn serve(
        connection: &Connection,
        watcher: StatusNotifierWatcherProxy<'a>,
        bus: &DBusProxy<'a>,
        channels: &mut TrayChannels,
    ) -> zbus::Result<Self> {
        let tray = channels.tray.borrow_and_update().clone();
        let look = SharedLook::new(&tray);
        let menu = SharedMenu::new(Menu::new(tray.menu));
        let (read, readers) = mpsc::channel(readers::MAX_QUEUED);
        let wakes = channels.wakes.clone();
        let item = Item { id: channels.id.clone(), look: look.clone(), wakes: wakes.clone(), readers: read };
        // As the specification has it; one process has one item.
        let name = format!("org.kde.StatusNotifierItem-{}-1", std::process::id());
        if let Err(error) = put_on(connection, &name, item, DbusMenu { menu: menu.clone(), wakes }).await {
            // What is left would be in the way of the next attempt, and panels would go on asking it.
            take_off(connection, &name).await;
            return Err(error);
        }
        let readers = Readers::new(bus.clone(), readers);
        Ok(Self {
            watcher,
            look,
            menu,
            name,
            is_registered: false,
            register_at: None,
            readers,
            icon: TrayIcon::NoTray,
        })
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

    /// Tells how far the icon has come, when that has changed.
    async fn tell_icon(&mut self, channels: &TrayChannels) {
        let icon = match (self.is_registered, self.readers.is_any_there()) {
            (false, _) => TrayIcon::NoTray,
            (true, false) => TrayIcon::Taken,
            (true, true) => TrayIcon::Drawn,
        };
        if icon != self.icon {
            self.icon = icon;
            // A closed channel means that the program ends.
            let _ended = channels.wakes.send(Wake::TrayIcon(icon)).await;
        }
    }

    async fn show(&mut self, tray: Tray, connection: &Connection) -> zbus::Result<()> {
        self.look.show(&tray, connection).await?;
        self.menu.lock().show(tray.menu, Instant::now());
        Ok(())
    }

    fn held_until(&self) -> Option<Instant> {
        self.menu.lock().held_until()
    }
}

/// Serves the item and its menu, and takes their name.
async fn put_on(connection: &Connection, name: &str, item: Item, menu: DbusMenu) -> zbus::Result<()> {
    connection.object_server().at(item::PATH, item).await?;
    connection.object_server().at(dbusmenu::PATH, menu).await?;
    // In the queue for a name that another has, the other's icon would be registered.
    connection.request_name_with_flags(name, RequestNameFlags::DoNotQueue.into()).await?;
    Ok(())
}

/// Takes all from the bus that is there; panels see the name go.
async fn take_off(connection: &Connection, name: &str) {
    let server = connection.object_server();
    let name = connection.release_name(name).await.map(drop);
    let item = server.remove::<Item, _>(item::PATH).await.map(drop);
    let menu = server.remove::<DbusMenu, _>(dbusmenu::PATH).await.map(drop);
    for error in [name, item, menu].into_iter().filter_map(Result::err) {
        tracing::debug!(%error, "a part of the tray icon was not on the bus any more");
    }
}

#[cfg(test)]
mod tests;
