//! The tray's menu in real panels, used with the pointer while requests come and go: a click does what was under it.

use crate::stage::{ACME, SOON, Stage};
use anyhow::{Context, Result, ensure};
use chat::SessionId;
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::wait::throughout;
use rig::{App, Desktop, Options, PanelMenu, Peer, Picture, TrayItem, eventually};
use std::time::Duration;
use uuid::Uuid;

const PRIYA: &str = "Priya Shah";
const SIGN_OUT: &str = "Sign out on this computer";

/// A technician at a real panel, and two clients who ask.
struct Scene {
    stage: Stage,
    desktop: Desktop,
    app: App,
    dana: Peer,
    sam: Peer,
}

impl Scene {
    async fn start(tray: Tray) -> Result<Self> {
        let stage = Stage::start().await?;
        let options = Options { tray, windows: true, toasts: Toasts::Recorder, ..Options::default() };
        let (desktop, app) = stage.technician_on(options, PRIYA).await?;
        let dana = stage.client("Dana Reyes", "Northwind Dental").await?;
        let sam = stage.client("svc_backup_01", "R&D <3").await?;
        Ok(Self { stage, desktop, app, dana, sam })
    }

    /// Asks for a chat, and waits until the app knows how many wait.
    async fn ask(&self, client: &Peer, waiting: usize) -> Result<SessionId> {
        let session = ask(client).await?;
        self.waiting(waiting).await?;
        Ok(session)
    }

    /// Gives up waiting, and waits until the app knows it.
    async fn leave(&self, client: &Peer, session: SessionId, waiting: usize) -> Result<()> {
        leave(client, session).await?;
        self.waiting(waiting).await
    }

    async fn waiting(&self, count: usize) -> Result<()> {
        let what = format!("{count} requests wait");
        let counted =
            |status: &serde_json::Value| (status["waiting"].as_array()?.len() == count).then_some(());
        self.app.status_until(&self.desktop, &what, SOON, counted).await
    }

    /// The line that leads to the choices of ringing silently: it says until when requests do so already.
    async fn silence(&self) -> Result<String> {
        let menu = TrayItem::only(self.desktop.bus(), SOON).await?.menu().await?;
        let mut lines = menu.children.iter().map(rig::tray::Entry::words);
        lines.find(|line| line.starts_with("Ring silently")).with_context(|| format!("{:?}", menu.labels()))
    }

    async fn open_menu(&self) -> Result<PanelMenu> {
        PanelMenu::open(&self.desktop, SOON).await
    }

    /// Waits until the status window is there, and closes it.
    async fn status_window_opens(&self) -> Result<()> {
        let screen = self.desktop.screen()?;
        eventually("the status window", SOON, async || {
            let titles = screen.titles("eskbell")?;
            ensure!(titles.iter().any(|title| title.contains("status")), "{titles:?}");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
        screen.close_window("eskbell")?;
        eventually("no window", SOON, async || {
            ensure!(screen.titles("eskbell")?.is_empty(), "a window is left");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }

    fn is_signed_in(&self) -> Result<bool> {
        Ok(self.app.status(&self.desktop)?["account"]["is"] == "signed_in")
    }

    /// Waits until a toast with this beginning has come after those.
    async fn says(&self, beginning: &str, after: usize) -> Result<()> {
        eventually("a toast says why", SOON, async || {
            let events = self.desktop.toasts()?.events();
            let said = events[after..].iter().any(|event| match event {
                rig::ToastEvent::Shown(toast) => toast.summary.starts_with(beginning),
                rig::ToastEvent::Closed(_) => false,
            });
            ensure!(said, "{:?}", &events[after..]);
            Ok::<(), anyhow::Error>(())
        })
        .await
    }

    /// Opens the menu, and points at Dana's request in it, which waits as the first of so many.
    async fn point_at_dana(&self, waiting: usize) -> Result<PanelMenu> {
        let menu = self.open_menu().await?;
        let since = clock(&self.app.status(&self.desktop)?, 0)?;
        let line = format!("Dana Reyes (Northwind Dental), waiting since {since}: Join");
        menu.point_at_below(&format!("Waiting requests ({waiting})"), &line, SOON).await?;
        Ok(menu)
    }
}

async fn ask(client: &Peer) -> Result<SessionId> {
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    let answer = client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    answer.session.context("the answer names the session")
}

async fn leave(client: &Peer, session: SessionId) -> Result<()> {
    client.ask(&Up::Leave { id: Uuid::new_v4(), session }).await?.ok().context("leaving")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_in_mate_panel_does_what_was_under_the_pointer() -> Result<()> {
    clicks_do_what_they_show(Tray::MatePanel).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_in_xfce4_panel_does_what_was_under_the_pointer() -> Result<()> {
    clicks_do_what_they_show(Tray::Panel { clock: false }).await
}

async fn clicks_do_what_they_show(tray: Tray) -> Result<()> {
    let scene = Scene::start(tray).await?;
    status_stays_status(&scene).await.context("“Status…”, while the client leaves")?;
    away_stays_away(&scene).await.context("“Away”, while a request arrives")?;
    the_other_is_not_joined(&scene).await.context("a request whose client left, of two")?;
    one_that_was_taken_says_so(&scene).await.context("a request that somebody else joined")?;
    a_line_holds_at_every_moment(&scene).await?;
    what_came_before_can_be_joined(&scene).await.context("a request that came before the menu opened")?;
    signing_out_takes_two_clicks(&scene).await.context("signing out")
}

/// Nothing changes in an open menu: panels draw a change within a frame or two.
async fn stays_as_it_is(menu: &PanelMenu, before: &Picture) -> Result<()> {
    throughout(Duration::from_millis(500), async || {
        ensure!(menu.picture()?.differs(before, 0) == 0, "the open menu has changed");
        Ok(())
    })
    .await
}

/// M1: this signed the computer out.
async fn status_stays_status(scene: &Scene) -> Result<()> {
    let session = scene.ask(&scene.dana, 1).await?;
    let menu = scene.open_menu().await?;
    menu.point_at("Status…", SOON).await?;
    let before = menu.picture()?;
    scene.leave(&scene.dana, session, 0).await?;
    stays_as_it_is(&menu, &before).await?;
    menu.click()?;
    menu.closed(SOON).await?;
    scene.status_window_opens().await?;
    ensure!(scene.is_signed_in()?, "it signed the computer out");

    // The same between pressing and letting go.
    let session = scene.ask(&scene.dana, 1).await?;
    let menu = scene.open_menu().await?;
    menu.point_at("Status…", SOON).await?;
    scene.desktop.screen()?.press()?;
    scene.leave(&scene.dana, session, 0).await?;
    scene.desktop.screen()?.release()?;
    menu.closed(SOON).await?;
    scene.status_window_opens().await?;
    ensure!(scene.is_signed_in()?, "it signed the computer out");
    Ok(())
}

async fn away_stays_away(scene: &Scene) -> Result<()> {
    let menu = scene.open_menu().await?;
    menu.point_at("Away", SOON).await?;
    let before = menu.picture()?;
    let session = scene.ask(&scene.sam, 1).await?;
    stays_as_it_is(&menu, &before).await?;
    menu.click()?;
    menu.closed(SOON).await?;
    let away = |status: &serde_json::Value| (status["preference"]["is"] == "away").then_some(());
    scene.app.status_until(&scene.desktop, "the preference is Away", SOON, away).await?;

    // F12: chosen again, it stays marked.
    let menu = scene.open_menu().await?;
    menu.point_at("Away", SOON).await?;
    let marked = menu.picture()?;
    menu.click()?;
    menu.closed(SOON).await?;
    eventually("Away is still marked", SOON, async || {
        let menu = scene.open_menu().await?;
        menu.point_at("Away", SOON).await?;
        let again = menu.picture()?;
        menu.click()?;
        menu.closed(SOON).await?;
        ensure!(again.differs(&marked, 0) == 0, "it looks different");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    scene.leave(&scene.sam, session, 0).await
}

async fn the_other_is_not_joined(scene: &Scene) -> Result<()> {
    let dana = scene.ask(&scene.dana, 1).await?;
    let sam = scene.ask(&scene.sam, 2).await?;
    let menu = scene.point_at_dana(2).await?;
    scene.leave(&scene.dana, dana, 1).await?;
    let before = scene.desktop.toasts()?.events().len();
    menu.click()?;
    menu.closed(SOON).await?;
    scene.says("Dana left after", before).await?;
    let status = scene.app.status(&scene.desktop)?;
    ensure!(status["chats"] == serde_json::json!([]), "it joined {}", status["chats"]);
    scene.leave(&scene.sam, sam, 0).await
}

// C4
async fn one_that_was_taken_says_so(scene: &Scene) -> Result<()> {
    let ana = scene.stage.watcher().await?;
    let session = scene.ask(&scene.dana, 1).await?;
    let menu = scene.point_at_dana(1).await?;
    ana.ask(&Up::Join { id: Uuid::new_v4(), session }).await?.ok().context("joining")?;
    scene.waiting(0).await?;
    let before = scene.desktop.toasts()?.events().len();
    menu.click()?;
    menu.closed(SOON).await?;
    scene.says("Ana joined at ", before).await?;
    let status = scene.app.status(&scene.desktop)?;
    ensure!(status["chats"] == serde_json::json!([]), "it joined {}", status["chats"]);
    leave(&scene.dana, session).await
}

/// When a request arrives or leaves while the menu is used.
#[derive(Clone, Copy, Debug)]
enum Moment {
    Opening,
    Open,
    PointedAt,
    Pressed,
}

/// M1: a line below the requests, in a submenu whose effect shows at once.
async fn a_line_holds_at_every_moment(scene: &Scene) -> Result<()> {
    for moment in [Moment::Opening, Moment::Open, Moment::PointedAt, Moment::Pressed] {
        let session = ring_silently(scene, moment, 1, ask(&scene.dana));
        let session = session.await.with_context(|| format!("a request arrives: {moment:?}"))?;
        let left = ring_silently(scene, moment, 0, leave(&scene.dana, session));
        left.await.with_context(|| format!("its client leaves: {moment:?}"))?;
    }
    Ok(())
}

/// Chooses to ring silently in the menu; at this moment the change happens, and nothing waits until the app knows of it.
async fn ring_silently<T>(
    scene: &Scene,
    moment: Moment,
    waiting: usize,
    change: impl Future<Output = Result<T>>,
) -> Result<T> {
    let before = scene.app.status(&scene.desktop)?;
    let screen = scene.desktop.screen()?;
    let (submenu, line) = (&scene.silence().await?, "30 minutes");
    let (menu, changed) = match moment {
        Moment::Opening => {
            let (menu, changed) = tokio::try_join!(scene.open_menu(), change)?;
            menu.point_at_below(submenu, line, SOON).await?;
            menu.click()?;
            (menu, changed)
        }
        Moment::Open => {
            let menu = scene.open_menu().await?;
            let changed = change.await?;
            menu.point_at_below(submenu, line, SOON).await?;
            menu.click()?;
            (menu, changed)
        }
        Moment::PointedAt => {
            let menu = scene.open_menu().await?;
            menu.point_at_below(submenu, line, SOON).await?;
            let changed = change.await?;
            menu.click()?;
            (menu, changed)
        }
        Moment::Pressed => {
            let menu = scene.open_menu().await?;
            menu.point_at_below(submenu, line, SOON).await?;
            screen.press()?;
            let changed = change.await?;
            screen.release()?;
            (menu, changed)
        }
    };
    menu.closed(SOON).await?;
    let chosen = |status: &serde_json::Value| {
        (status["silent_until"].is_u64() && status["silent_until"] != before["silent_until"]).then_some(())
    };
    scene.app.status_until(&scene.desktop, "it rings silently", SOON, chosen).await?;
    scene.waiting(waiting).await?;
    let after = scene.app.status(&scene.desktop)?;
    for what in ["account", "preference", "chats"] {
        ensure!(after[what] == before[what], "{what}: {} became {}", before[what], after[what]);
    }
    Ok(changed)
}

async fn what_came_before_can_be_joined(scene: &Scene) -> Result<()> {
    scene.ask(&scene.sam, 1).await?;
    let since = clock(&scene.app.status(&scene.desktop)?, 0)?;
    let menu = scene.open_menu().await?;
    // N16: the name stands there word for word.
    let line = format!("svc_backup_01 (R&D <3), waiting since {since}: Join");
    menu.point_at_below("Waiting requests (1)", &line, SOON).await?;
    menu.click()?;
    menu.closed(SOON).await?;
    let joined = |status: &serde_json::Value| (status["chats"][0]["with"] == "svc_backup_01").then_some(());
    scene.app.status_until(&scene.desktop, "the chat is joined", SOON, joined).await
}

async fn signing_out_takes_two_clicks(scene: &Scene) -> Result<()> {
    let menu = scene.open_menu().await?;
    menu.point_at(SIGN_OUT, SOON).await?;
    menu.click()?;
    ensure!(scene.is_signed_in()?, "one click signed the computer out");
    menu.point_at_below(SIGN_OUT, "Sign out Priya Shah now", SOON).await?;
    menu.click()?;
    menu.closed(SOON).await?;
    let out = |status: &serde_json::Value| (status["account"]["is"] == "signed_out").then_some(());
    scene.app.status_until(&scene.desktop, "signed out", SOON, out).await?;
    // The next person who signs in must not see the previous one's name.
    let link = scene.stage.service.add_technician(ACME, "Tom Berg")?;
    scene.app.sign_in(&scene.desktop, &link)?;
    let menu = scene.open_menu().await?;
    menu.point_at_below(SIGN_OUT, "Sign out Tom Berg now", SOON).await
}

/// When a request has come, as the menu says it.
fn clock(status: &serde_json::Value, index: usize) -> Result<String> {
    let since = status["waiting"][index]["since"].as_u64().context("it says since when")?;
    let minutes = since / 60_000 % (24 * 60);
    Ok(format!("{:02}:{:02}", minutes / 60, minutes % 60))
}
