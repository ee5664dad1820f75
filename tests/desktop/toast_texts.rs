//! Names and subjects of all kinds in toasts of real notification daemons: in the right order, as text, and on the screen.
//!
//! Nobody reads the screen here. A toast of the app is compared with one whose words are put in the order in which they are to be
//! seen, letter by letter: both have to be drawn alike.

use crate::stage::{SOON, Stage};
use anyhow::{Context, Result, ensure};
use chat::SessionId;
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, Options, PassedToast, Peer, Picture, ToastMonitor, TrayItem, eventually};
use uuid::Uuid;

/// Overrides the direction of what follows (LRO), and ends that (PDF).
const AS_SEEN: [char; 2] = ['\u{202d}', '\u{202c}'];
const NAME: &str = "דנה כהן";
const COMPANY: &str = "מרפאת שיניים";
const SUBJECT: &str = "המדפסת לא עובדת";
/// So many equal pictures in a row are a toast at rest.
const STILL_LOOKS: u32 = 5;
/// What a toast with endless names and an endless subject may be high, in pixels: a quarter of the screen.
const HIGHEST: u16 = 200;
const ALL: [Toasts; 3] = [Toasts::Daemon, Toasts::Dunst, Toasts::SoundingDaemon];

/// A technician's desktop with one of the daemons.
struct Screen {
    toasts: Toasts,
    desktop: Desktop,
    // Runs as long as it is here.
    _app: App,
    monitor: ToastMonitor,
}

impl Screen {
    async fn start(stage: &Stage, toasts: Toasts) -> Result<Self> {
        let options = Options { tray: Tray::Host, toasts, ..Options::default() };
        let (desktop, app) = stage.technician_on(options, &format!("Technician {toasts:?}")).await?;
        // MATE's ends when it has shown nothing for 30 s.
        desktop.let_bus_start_notification_daemon().await?;
        let monitor = ToastMonitor::start(desktop.connect_bus().await?).await?;
        Ok(Self { toasts, desktop, _app: app, monitor })
    }

    /// Waits for the one toast, which has these words, and for its picture.
    async fn drawn(&self, words: &str) -> Result<(PassedToast, Picture)> {
        let toast = self.monitor.passed(words, SOON).await?;
        Ok((toast, self.picture().await?))
    }

    async fn picture(&self) -> Result<Picture> {
        self.desktop.drawn_toasts_are(1, SOON).await?;
        let screen = self.desktop.screen()?;
        let (mut last, mut still) = (None, 0_u32);
        eventually("the toast is drawn", SOON, async || {
            let now = screen.picture_of(self.desktop.drawn_toast(SOON).await?)?;
            still = if last.as_ref() == Some(&now) { still + 1 } else { 0 };
            last = Some(now.clone());
            ensure!(still >= STILL_LOOKS, "still for {still} looks");
            Ok::<Picture, anyhow::Error>(now)
        })
        .await
    }
}

async fn ask(client: &Peer, subject: &str) -> Result<SessionId> {
    let id = Uuid::new_v4();
    let request = Up::Request { id, subject: subject.to_owned(), reference: Some("482".to_owned()) };
    let answer = client.ask(&request).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    answer.session.context("the answer names the session")
}

/// Text from the right as a picture of it reads from the left. It has no figures, and its letters do not join.
fn seen(text: &str) -> String {
    text.chars().rev().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_subjects_are_in_order_and_on_the_screen_with_every_daemon() -> Result<()> {
    let stage = Stage::start().await?;
    let ana = stage.watcher().await?;
    let mut screens = Vec::new();
    for toasts in ALL {
        screens.push(Screen::start(&stage, toasts).await?);
    }
    run_from_the_right(&stage, &ana, &screens).await.context("a name in Hebrew")?;
    stay_on_the_screen(&stage, &ana, &screens).await.context("a name without end")?;
    are_text(&stage, &screens).await.context("a name like markup")
}

/// They read "needs help (…) דנה כהן".
async fn run_from_the_right(stage: &Stage, ana: &Peer, screens: &[Screen]) -> Result<()> {
    let client = stage.client(NAME, COMPANY).await?;
    let session = ask(&client, SUBJECT).await?;
    let mut all = Vec::new();
    for screen in screens {
        all.push(screen.drawn(NAME).await.with_context(|| format!("{:?}", screen.toasts))?);
    }
    ana.ask(&Up::Join { id: Uuid::new_v4(), session }).await?.ok().context("joining")?;
    for (screen, (toast, picture)) in screens.iter().zip(all) {
        let (title, text) = toast.text.split_once('\n').context("a heading and a text")?;
        ensure!(
            title == format!("\u{200e}\u{2068}{NAME}\u{2069} (\u{2068}{COMPANY}\u{2069}) needs help"),
            "{title:?}"
        );
        let waiting = text.strip_prefix(&format!("\u{200e}\u{2068}{SUBJECT}\u{2069} · #482"));
        let waiting = waiting.with_context(|| format!("{text:?}"))?;
        screen.desktop.drawn_toasts_are(0, SOON).await?;
        let [begin, end] = AS_SEEN;
        let title = format!("{begin}{} ({}) needs help{end}", seen(NAME), seen(COMPANY));
        let text = format!("{begin}{} · #482{waiting}{end}", seen(SUBJECT));
        let id = toast.show_with(screen.desktop.bus(), &title, &text).await?;
        let as_seen = screen.picture().await?;
        let size = |picture: &Picture| (picture.width, picture.height);
        ensure!(size(&as_seen) == size(&picture), "{:?}: another size", screen.toasts);
        let different = as_seen.differs(&picture, 0);
        ensure!(different == 0, "{:?}: {different} pixels differ", screen.toasts);
        close(screen, id).await?;
    }
    Ok(())
}

async fn close(screen: &Screen, id: u32) -> Result<()> {
    let daemon = "org.freedesktop.Notifications";
    let path = "/org/freedesktop/Notifications";
    screen.desktop.bus().call_method(Some(daemon), path, Some(daemon), "CloseNotification", &(id,)).await?;
    screen.desktop.drawn_toasts_are(0, SOON).await
}

/// MATE's daemon makes a toast as wide as its heading; the others break lines.
async fn stay_on_the_screen(stage: &Stage, ana: &Peer, screens: &[Screen]) -> Result<()> {
    let endless = "W".repeat(100);
    let client = stage.client(&endless, &endless).await?;
    let session = ask(&client, &"Wortungetüm ".repeat(16)).await?;
    for screen in screens {
        let is = async {
            screen.monitor.passed("WWW", SOON).await?;
            let area = screen.desktop.standing_toast(SOON).await?;
            let (width, height) = Options::default().size;
            let ends = |from: i16, size: u16| i32::from(from) + i32::from(size);
            let is_on_screen = area.x >= 0
                && area.y >= 0
                && ends(area.x, area.width) <= width.into()
                && ends(area.y, area.height) <= height.into();
            ensure!(is_on_screen && area.height <= HIGHEST, "{area:?}");
            Ok::<(), anyhow::Error>(())
        };
        is.await.with_context(|| format!("{:?}", screen.toasts))?;
    }
    ana.ask(&Up::Join { id: Uuid::new_v4(), session }).await?.ok().context("joining")?;
    for screen in screens {
        screen.desktop.drawn_toasts_are(0, SOON).await?;
    }
    Ok(())
}

/// Nothing of a name turns, hides or marks up what stands beside it; what is kept of it stands in the tray's menu, too.
async fn are_text(stage: &Stage, screens: &[Screen]) -> Result<()> {
    let client = stage.client("<b>R&D</b> <3 👩\u{200d}💻", "Zoë & Co").await?;
    ask(&client, "\u{202e}<i>5 > 4</i> &amp; \u{2066}moe\u{301}\u{200b}").await?;
    for screen in screens {
        let toast = screen.monitor.passed("R&D", SOON).await?;
        // None of them reads markup in the heading, and dunst, without a setting for it, none in the text either.
        let body = match screen.toasts {
            Toasts::Dunst => "<i>5 > 4</i> &amp; moe\u{301}",
            _ => "&lt;i&gt;5 &gt; 4&lt;/i&gt; &amp;amp; moe\u{301}",
        };
        let expected =
            format!("<b>R&D</b> <3 👩\u{200d}💻 (Zoë & Co) needs help\n{body} · #482 · waiting 0:0");
        ensure!(toast.text.starts_with(&expected), "{:?}: {:?}", screen.toasts, toast.text);
        let menu = TrayItem::only(screen.desktop.bus(), SOON).await?.menu().await?;
        let begins = "<b>R&D</b> <3 👩\u{200d}💻 (Zoë & Co), waiting since ";
        ensure!(menu.labels().iter().any(|label| label.starts_with(begins)), "{:?}", menu.labels());
    }
    Ok(())
}
