//! The tray as a StatusNotifierItem.
//!
//! A panel may start after us, end, and come back: the item lives exactly as long as one owner of the watcher's name, and
//! each new owner gets a new item. Without a watcher nothing is registered and nothing polls.

use super::{Shown, icon};
use crate::wake::Wake;
use agent::tray::{Item, Tray};
use agent::view::Intent;
use futures_util::StreamExt;
use ksni::menu::{RadioGroup, RadioItem, StandardItem, SubMenu};
use ksni::{Handle, MenuItem, TrayMethods};
use tokio::sync::mpsc;
use zbus::Connection;
use zbus::fdo::DBusProxy;
use zbus::names::UniqueName;

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

#[zbus::proxy(
    interface = "org.kde.StatusNotifierWatcher",
    default_service = "org.kde.StatusNotifierWatcher",
    default_path = "/StatusNotifierWatcher"
)]
trait StatusNotifierWatcher {
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

    let mut panel = Panel { watcher, handle: None, has_host: false };
    let owner = bus.get_name_owner(WATCHER.try_into().expect("the name is valid")).await.ok();
    panel.follow(owner.as_ref().map(|owner| owner.as_ref()), shown).await;
    let ended = loop {
        panel.tell_host(shown).await;
        tokio::select! {
            change = owners.next() => {
                let Some(change) = change else { break Ok(()) };
                match change.args() {
                    Ok(args) => panel.follow(args.new_owner().as_ref().map(|owner| owner.as_ref()), shown).await,
                    Err(error) => tracing::debug!(%error, "the bus says something odd of the tray host"),
                }
            }
            Some(_) = hosts.next() => {}
            Some(_) = no_hosts.next() => {}
            changed = shown.tray.changed() => {
                if changed.is_err() { break Ok(()) }
                let tray = shown.tray.borrow_and_update().clone();
                panel.show(tray).await;
            }
        }
    };
    panel.end().await;
    ended
}

struct Panel<'a> {
    watcher: StatusNotifierWatcherProxy<'a>,
    handle: Option<Handle<Drawn>>,
    has_host: bool,
}

impl Panel<'_> {
    /// Registers a new item with a new owner, and ends the item of the one before.
    async fn follow(&mut self, owner: Option<UniqueName<'_>>, shown: &mut Shown) {
        self.end().await;
        if owner.is_none() {
            return;
        }
        let tray = shown.tray.borrow_and_update().clone();
        let drawn = Drawn::new(shown.id.clone(), tray, shown.wakes.clone());
        match drawn.assume_sni_available(true).spawn().await {
            Ok(handle) => self.handle = Some(handle),
            Err(error) => tracing::warn!(%error, "the panel does not take the tray icon"),
        }
    }

    /// Tells whether the icon can be seen, when that has changed.
    async fn tell_host(&mut self, shown: &Shown) {
        let registered = self.handle.is_some();
        let has_host = registered && self.watcher.is_status_notifier_host_registered().await.unwrap_or(false);
        if has_host != self.has_host {
            self.has_host = has_host;
            // A closed channel means that the program ends.
            let _ended = shown.wakes.send(Wake::TrayHost(has_host)).await;
        }
    }

    async fn show(&self, tray: Tray) {
        if let Some(handle) = &self.handle {
            handle.update(|drawn| drawn.change(tray)).await;
        }
    }

    /// ksni's task panics when its handle is dropped after its connection broke, so it is always told to end.
    async fn end(&mut self) {
        if let Some(handle) = self.handle.take() {
            handle.shutdown().await;
        }
    }
}

/// What ksni draws.
struct Drawn {
    id: String,
    tray: Tray,
    pictures: Vec<ksni::Icon>,
    wakes: mpsc::Sender<Wake>,
}

impl Drawn {
    fn new(id: String, tray: Tray, wakes: mpsc::Sender<Wake>) -> Self {
        let pictures = pictures(tray.icon);
        Self { id, tray, pictures, wakes }
    }

    fn change(&mut self, tray: Tray) {
        if tray.icon != self.tray.icon {
            self.pictures = pictures(tray.icon);
        }
        self.tray = tray;
    }

    /// ksni calls from its task, where nothing may wait.
    fn wake(&self, wake: Wake) {
        if self.wakes.try_send(wake).is_err() {
            tracing::warn!("a click in the tray is lost: too many wait");
        }
    }
}

fn pictures(icon: agent::tray::Icon) -> Vec<ksni::Icon> {
    let side = |side: u32| i32::try_from(side).expect("pictures are small");
    let drawn = icon::draw(icon).into_iter();
    drawn
        .map(|size| ksni::Icon { width: side(size.side), height: side(size.side), data: size.argb })
        .collect()
}

impl ksni::Tray for Drawn {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn title(&self) -> String {
        "Deskbell".to_owned()
    }

    fn category(&self) -> ksni::Category {
        ksni::Category::Communications
    }

    fn status(&self) -> ksni::Status {
        ksni::Status::Active
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.pictures.clone()
    }

    fn tool_tip(&self) -> ksni::ToolTip {
        ksni::ToolTip { title: self.tray.tooltip.clone(), ..Default::default() }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        menu(&self.tray.menu)
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.wake(Wake::TrayClicked);
    }
}

fn menu(items: &[Item]) -> Vec<MenuItem<Drawn>> {
    items.iter().map(line).collect()
}

fn line(item: &Item) -> MenuItem<Drawn> {
    match item {
        Item::Text(words) => {
            StandardItem { label: label(words), enabled: false, ..Default::default() }.into()
        }
        Item::Separator => MenuItem::Separator,
        Item::Action { label: words, intent } => {
            StandardItem { label: label(words), activate: click(intent), ..Default::default() }.into()
        }
        Item::Radio { items } => {
            let intents: Vec<Intent> = items.iter().map(|item| item.intent.clone()).collect();
            let options =
                items.iter().map(|item| RadioItem { label: label(&item.label), ..Default::default() });
            RadioGroup {
                // One past the end: none holds.
                selected: items.iter().position(|item| item.selected).unwrap_or(items.len()),
                select: Box::new(move |drawn: &mut Drawn, chosen| {
                    if let Some(intent) = intents.get(chosen) {
                        drawn.wake(Wake::TrayMenu(intent.clone()));
                    }
                }),
                options: options.collect(),
            }
            .into()
        }
        Item::Submenu { label: words, items } => {
            SubMenu { label: label(words), submenu: menu(items), ..Default::default() }.into()
        }
    }
}

fn click(intent: &Intent) -> Box<dyn Fn(&mut Drawn) + Send> {
    let intent = intent.clone();
    Box::new(move |drawn| drawn.wake(Wake::TrayMenu(intent.clone())))
}

/// An underscore marks the access key of a menu's line, unless there are two.
fn label(words: &str) -> String {
    words.replace('_', "__")
}

#[cfg(test)]
mod tests {
    use super::*;
    use agent::tray::{Icon, Mark, RadioItem as Choice};

    fn drawn(menu: Vec<Item>) -> (Drawn, mpsc::Receiver<Wake>) {
        let (wakes, woken) = mpsc::channel(8);
        let icon = Icon { mark: Mark::Online, badge: 0 };
        (Drawn::new("x".into(), Tray { icon, tooltip: "Online".into(), menu }, wakes), woken)
    }

    #[test]
    fn a_click_hands_in_the_intent_of_its_line() {
        let (mut drawn, mut woken) = drawn(vec![Item::Action { label: "Quit".into(), intent: Intent::Quit }]);
        let items = ksni::Tray::menu(&drawn);
        let [MenuItem::Standard(item)] = items.as_slice() else { panic!("{items:?}") };
        (item.activate)(&mut drawn);
        assert!(matches!(woken.try_recv(), Ok(Wake::TrayMenu(Intent::Quit))));
    }

    #[test]
    fn choices_are_radio_items_of_which_one_holds() {
        let choice = |label: &str, intent, selected| Choice { label: label.into(), intent, selected };
        let items = vec![
            choice("Online", Intent::Online, false),
            choice("Silent", Intent::Silent { minutes: 30 }, true),
        ];
        let (mut drawn, mut woken) = drawn(vec![Item::Radio { items }]);
        let items = ksni::Tray::menu(&drawn);
        let [MenuItem::RadioGroup(group)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!(group.selected, 1);
        (group.select)(&mut drawn, 0);
        assert!(matches!(woken.try_recv(), Ok(Wake::TrayMenu(Intent::Online))));
    }

    #[test]
    fn words_cannot_be_clicked_and_keep_their_underscores() {
        let (drawn, _woken) = drawn(vec![Item::Text("a_b".into())]);
        let items = ksni::Tray::menu(&drawn);
        let [MenuItem::Standard(item)] = items.as_slice() else { panic!("{items:?}") };
        assert_eq!((item.label.as_str(), item.enabled), ("a__b", false));
    }
}
