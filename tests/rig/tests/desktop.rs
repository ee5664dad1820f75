//! The rig is tested before anything is tested with it: its desktops, its input, its browsers and its stand-ins.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use rig::desktop::{Toasts, Tray};
use rig::{Browser, Desktop, Options, eventually};
use std::time::Duration;
use x11rb::protocol::screensaver::ConnectionExt as _;

const WITHIN: Duration = Duration::from_secs(30);

async fn idle_ms(display: &str) -> u32 {
    let (connection, screen) = x11rb::connect(Some(display)).unwrap();
    let root = x11rb::connection::Connection::setup(&connection).roots[screen].root;
    connection.screensaver_query_info(root).unwrap().reply().unwrap().ms_since_user_input
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_panel_and_a_real_daemon_draw_a_toast_with_buttons() {
    let options = Options {
        windows: true,
        tray: Tray::Panel { clock: false },
        toasts: Toasts::Daemon,
        ..Options::default()
    };
    let desktop = Desktop::start(options).await.unwrap();
    let before = desktop.panel_picture().unwrap();
    assert!(
        before.differs(&desktop.panel_picture().unwrap(), 0) == 0,
        "a panel without a clock stands still"
    );
    let shown: u32 = desktop
        .bus()
        .call_method(
            Some("org.freedesktop.Notifications"),
            "/org/freedesktop/Notifications",
            Some("org.freedesktop.Notifications"),
            "Notify",
            &(
                "rig",
                0_u32,
                "",
                "Somebody needs help",
                "Printer offline",
                vec!["join", "Join", "dismiss", "Dismiss"],
                std::collections::HashMap::<&str, zbus::zvariant::Value<'_>>::new(),
                0_i32,
            ),
        )
        .await
        .unwrap()
        .body()
        .deserialize()
        .unwrap();
    assert!(shown > 0);
    let area = desktop.drawn_toast(WITHIN).await.unwrap();
    assert!(area.width > 100 && area.height > 50, "{area:?}");
    let picture = desktop.screen().unwrap().picture().unwrap();
    picture.save(&desktop.folder().join("toast.png")).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_input_ends_idleness_and_looking_does_not() {
    let mut desktop = Desktop::start(Options::default()).await.unwrap();
    let display = desktop.display.name();
    let screen = desktop.screen().unwrap();
    for act in [
        rig::Screen::tap as fn(&rig::Screen) -> anyhow::Result<()>,
        rig::Screen::click,
        |screen| screen.wheel(true),
        rig::Screen::nudge,
    ] {
        eventually("a while without input", WITHIN, async || {
            screen.picture().unwrap();
            let idle = idle_ms(&display).await;
            if idle > 300 { Ok(()) } else { Err(idle) }
        })
        .await
        .unwrap();
        act(&screen).unwrap();
        assert!(idle_ms(&display).await < 300);
    }
    screen.type_text("Hello, World!").unwrap();
    desktop.display.kill();
    assert!(desktop.screen().is_err());
    desktop.display.restart().await.unwrap();
    assert_eq!(desktop.display.name(), display);
    desktop.screen().unwrap().tap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stand_ins_answer_over_the_bus() {
    let options = Options { tray: Tray::Host, toasts: Toasts::Recorder, logind: true, ..Options::default() };
    let mut desktop = Desktop::start(options).await.unwrap();
    assert!(rig::TrayItem::all(desktop.bus()).await.unwrap().is_empty());
    desktop.stop_tray_host().await.unwrap();
    assert!(rig::TrayItem::all(desktop.bus()).await.is_err());
    desktop.start_tray_host().await.unwrap();
    assert!(desktop.toasts().unwrap().on_screen().is_empty());
    let logind = desktop.logind().unwrap();
    logind.set_locked(true).await.unwrap();
    logind.request_lock().await.unwrap();
    logind.prepare_for_sleep(true).await.unwrap();
    assert!(logind.inhibitors().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_opens_a_page_and_is_gone_afterwards() {
    let browser = Browser::start((900, 600)).await.unwrap();
    browser.open("data:text/html,<h1>Hello</h1><button>Press me</button>").await.unwrap();
    browser.shows("Hello", WITHIN).await.unwrap();
    browser.button("Press me", WITHIN).await.unwrap().click().await.unwrap();
    let picture = browser.folder().join("page.png");
    browser.save_picture(&picture).await.unwrap();
    assert!(picture.metadata().unwrap().len() > 1000);
}
