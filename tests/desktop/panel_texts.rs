//! Names of all kinds in the tray's menu as MATE's panel draws it: in the right order, as text, and on the screen.
//!
//! Nobody reads the screen here. What the panel draws of the app's menu is compared with what it draws of a copy whose words are put in
//! the order in which they are to be seen, letter by letter, with nothing in them that could be markup.

use crate::stage::{SOON, Stage};
use anyhow::{Context, Result, ensure};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::screen::Area;
use rig::{Desktop, Options, PanelMenu, Peer, Picture, TrayCopy, TrayItem, TrayLook, eventually};
use uuid::Uuid;

/// Overrides the direction of what follows (LRO), and ends that (PDF).
const AS_SEEN: [char; 2] = ['\u{202d}', '\u{202c}'];
/// Draws nothing, and ends what it stands in (WORD JOINER).
const NOTHING: char = '\u{2060}';
/// From the right, with letters that do not join, and no figures.
const HEBREW: [&str; 2] = ["דנה כהן", "מרפאת שיניים"];
/// Names with their companies: like markup, with what would mark an access key, with letters of several parts.
const TEXTS: [[&str; 2]; 3] = [
    ["<b>bold</b> &amp; Co", "<i>Ltd</i> & Söhne"],
    ["svc_backup_01", "_first & __double__"],
    ["Zoe\u{308} moe\u{301}", "Ann's (UK)"],
];
/// So many equal pictures in a row are a menu at rest.
const STILL_LOOKS: u32 = 10;
/// What the menu may be wide, in pixels; it knows no names.
const MENU_WIDTH: u16 = 300;
/// What the list of requests may be wide, in pixels, beside the menu on a screen of 1,280.
const LIST_WIDTH: u16 = 900;

/// A list as a panel has drawn it.
struct Drawn {
    area: Area,
    picture: Picture,
}

/// Opens the list of requests, and says what it looks like and how wide the menu is.
async fn list(desktop: &Desktop, waiting: usize) -> Result<(u16, Drawn)> {
    let menu = PanelMenu::open(desktop, SOON).await?;
    let area = menu.open_submenu(&format!("Waiting requests ({waiting})"), SOON).await?;
    let screen = desktop.screen()?;
    let (mut last, mut still) = (None, 0_u32);
    let picture = eventually("the list is drawn", SOON, async || {
        let now = screen.picture_of(area)?;
        still = if last.as_ref() == Some(&now) { still + 1 } else { 0 };
        last = Some(now.clone());
        ensure!(still >= STILL_LOOKS, "still for {still} looks");
        Ok::<Picture, anyhow::Error>(now)
    })
    .await?;
    let width = menu.area().width;
    menu.escape(SOON).await?;
    Ok((width, Drawn { area, picture }))
}

/// Shows the menu with these labels in the place of the app's, and opens the same list in it.
async fn copied(
    desktop: &Desktop,
    look: &TrayLook,
    waiting: usize,
    label: &impl Fn(&str) -> String,
) -> Result<Drawn> {
    eventually("the tray is empty", SOON, async || {
        ensure!(TrayItem::all(desktop.bus()).await?.is_empty(), "an icon is left");
        ensure!(!desktop.draws_tray_icon()?, "the panel draws one");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    let _copy = TrayCopy::start(desktop.connect_bus().await?, look.clone().with_labels(label)).await?;
    Ok(list(desktop, waiting).await?.1)
}

/// A label as it is seen, without what gives its parts their direction, and without what could be markup.
fn as_seen(label: &str) -> String {
    let [begin, end] = AS_SEEN;
    let mut seen = label.replace(['\u{200e}', '\u{2068}', '\u{2069}'], "");
    for name in HEBREW {
        let reversed: String = name.chars().rev().collect();
        seen = seen.replace(name, &format!("{begin}{reversed}{end}"));
    }
    seen.replace('<', &format!("<{NOTHING}")).replace('&', &format!("&{NOTHING}"))
}

async fn ask(stage: &Stage, [name, company]: [&str; 2]) -> Result<Peer> {
    let client = stage.client(name, company).await?;
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    Ok(client)
}

async fn read_as_they_are(dark: bool) -> Result<()> {
    let stage = Stage::start().await?;
    let options = Options {
        tray: Tray::MatePanel,
        dark,
        windows: true,
        toasts: Toasts::Recorder,
        ..Options::default()
    };
    let desktop = Desktop::start(options).await?;
    let mut app = stage.technician(&desktop, "Priya Shah").await?;
    let endless = "W".repeat(100);
    let mut clients = Vec::new();
    for names in [HEBREW].into_iter().chain(TEXTS).chain([[endless.as_str(); 2]]) {
        clients.push(ask(&stage, names).await?);
    }
    let waiting = clients.len();
    let item = TrayItem::only(desktop.bus(), SOON).await?;
    eventually("all wait in the menu", SOON, async || {
        let menu = item.menu().await?;
        menu.find(&format!("Waiting requests ({waiting})")).map(drop).with_context(|| format!("{menu:?}"))
    })
    .await?;
    let (width, list) = list(&desktop, waiting).await.context("the app's list")?;
    ensure!(width <= MENU_WIDTH && list.area.width <= LIST_WIDTH, "{width} and {}", list.area.width);
    let look = TrayLook::of(&item).await?;
    app.kill9();

    let seen = copied(&desktop, &look, waiting, &as_seen).await.context("the copy's list")?;
    let (one, other) = (&list.picture, &seen.picture);
    ensure!((one.width, one.height) == (other.width, other.height), "{:?} and {:?}", list.area, seen.area);
    ensure!(one.differs(other, 0) == 0, "{} pixels differ", one.differs(other, 0));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_read_as_they_are_in_the_menu_of_mate_panel() -> Result<()> {
    for dark in [false, true] {
        read_as_they_are(dark).await.with_context(|| format!("dark: {dark}"))?;
    }
    Ok(())
}
