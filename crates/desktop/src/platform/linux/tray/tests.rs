//! The tray icon, against a watcher made here, on a bus of its own.

use super::*;
use crate::platform::linux::test_bus::TestBus;
use agent::tray::{Icon, Mark};
use std::future::Future;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use zbus::zvariant::OwnedValue;

/// Longer than any of this takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(30);

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, what).await.expect("it happens in time")
}

/// A watcher that takes every icon.
struct Watcher(mpsc::UnboundedSender<String>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        self.0.send(service).expect("the test listens");
    }
    /// What the watchers of KDE and GNOME always answer.
    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

/// Takes the watcher's name; tells which icons come.
async fn watcher(bus: &TestBus) -> (Connection, mpsc::UnboundedReceiver<String>) {
    let (sender, registered) = mpsc::unbounded_channel();
    let connection = bus.connect().await;
    connection.object_server().at("/StatusNotifierWatcher", Watcher(sender)).await.unwrap();
    connection.request_name(WATCHER).await.unwrap();
    (connection, registered)
}

fn tray(tooltip: &str) -> Tray {
    Tray { icon: Icon { mark: Mark::Online, badge: 0 }, tooltip: tooltip.into(), menu: Vec::new() }
}

/// Our own end.
struct Ours {
    tray: watch::Sender<Tray>,
    wakes: mpsc::Receiver<Wake>,
    task: JoinHandle<zbus::Result<()>>,
}

impl Ours {
    fn start(connection: &Connection) -> Self {
        let tray = watch::Sender::new(tray("Online"));
        let (sender, wakes) = mpsc::channel(64);
        let mut channels = TrayChannels { id: "deskbell-test".into(), tray: tray.subscribe(), wakes: sender };
        let connection = connection.clone();
        Self { tray, wakes, task: tokio::spawn(async move { run(&connection, &mut channels).await }) }
    }

    async fn icon(&mut self) -> TrayIcon {
        match soon(self.wakes.recv()).await {
            Some(Wake::TrayIcon(icon)) => icon,
            other => panic!("{other:?}"),
        }
    }

    async fn end(self) {
        drop(self.tray);
        soon(self.task).await.unwrap().unwrap();
    }
}

async fn read(reader: &Connection, name: &str, property: &str) -> zbus::Result<OwnedValue> {
    let properties = Some("org.freedesktop.DBus.Properties");
    let asked = ("org.kde.StatusNotifierItem", property);
    soon(reader.call_method(Some(name), item::PATH, properties, "Get", &asked)).await?.body().deserialize()
}

// M2
#[tokio::test]
async fn an_icon_is_drawn_while_somebody_is_there_who_has_read_its_picture() {
    let bus = TestBus::start();
    let (_watcher, mut registered) = watcher(&bus).await;
    let mut ours = Ours::start(&bus.connect().await);
    let name = soon(registered.recv()).await.unwrap();
    assert_eq!(ours.icon().await, TrayIcon::Taken, "nobody has looked at it");
    let panel = bus.connect().await;
    read(&panel, &name, "ToolTip").await.unwrap();
    read(&panel, &name, "IconPixmap").await.unwrap();
    assert_eq!(ours.icon().await, TrayIcon::Drawn);
    // Others come and go.
    let other = bus.connect().await;
    read(&other, &name, "IconPixmap").await.unwrap();
    other.close().await.unwrap();
    panel.close().await.unwrap();
    assert_eq!(ours.icon().await, TrayIcon::Taken, "the panel is gone, its watcher is not");
    let panel = bus.connect().await;
    read(&panel, &name, "IconPixmap").await.unwrap();
    assert_eq!(ours.icon().await, TrayIcon::Drawn, "it was started again");
    ours.end().await;
}

#[tokio::test]
async fn a_watcher_that_is_started_again_is_told_of_the_icon() {
    let bus = TestBus::start();
    let (first, mut registered) = watcher(&bus).await;
    let mut ours = Ours::start(&bus.connect().await);
    let name = soon(registered.recv()).await.unwrap();
    read(&first, &name, "IconPixmap").await.unwrap();
    while ours.icon().await != TrayIcon::Drawn {}
    first.close().await.unwrap();
    while ours.icon().await != TrayIcon::NoTray {}
    let (again, mut registered) = watcher(&bus).await;
    assert_eq!(soon(registered.recv()).await.as_ref(), Some(&name));
    assert_eq!(ours.icon().await, TrayIcon::Taken);
    read(&again, &name, "IconPixmap").await.unwrap();
    assert_eq!(ours.icon().await, TrayIcon::Drawn);
    ours.end().await;
}

// The item that was left showed the state of its own time from then on.
#[tokio::test]
async fn an_icon_that_cannot_have_its_name_leaves_nothing_and_is_right_when_it_can() {
    let bus = TestBus::start();
    let (_watcher, mut registered) = watcher(&bus).await;
    let other = bus.connect().await;
    let name = format!("org.kde.StatusNotifierItem-{}-1", std::process::id());
    other.request_name_with_flags(name.as_str(), RequestNameFlags::DoNotQueue.into()).await.unwrap();
    let connection = bus.connect().await;
    let refused = soon(Ours::start(&connection).task).await.unwrap();
    assert!(matches!(refused, Err(zbus::Error::NameTaken)), "{refused:?}");
    let server = connection.object_server();
    assert!(server.interface::<_, Item>(item::PATH).await.is_err());
    assert!(server.interface::<_, DbusMenu>(dbusmenu::PATH).await.is_err());
    other.release_name(name.as_str()).await.unwrap();
    let ours = Ours::start(&connection);
    assert_eq!(soon(registered.recv()).await.as_ref(), Some(&name));
    ours.tray.send_replace(tray("Away"));
    let says_so = async {
        loop {
            let said = read(&other, &name, "ToolTip").await.unwrap();
            if format!("{said:?}").contains("Away") {
                break;
            }
            tokio::task::yield_now().await;
        }
    };
    soon(says_so).await;
    ours.end().await;
    assert!(server.interface::<_, Item>(item::PATH).await.is_err());
}
