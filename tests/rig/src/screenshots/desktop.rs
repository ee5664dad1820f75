//! A technician's desktop: the portal in the app's window, a toast over it, the badge in the tray.

use crate::cast::{Cast, DANA, PRIYA, SOON, ask, done, say};
use anyhow::{Context, Result};
use protocol::Up;
use rig::desktop::{ToastButton, Toasts, Tray};
use rig::{App, Desktop, Options};
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// How long the screen may take to come to rest; a clock that counts seconds never does.
const AT_REST_WITHIN: Duration = Duration::from_secs(3);
/// Wide enough for list, chat and a toast beside them, in pixels.
const SIZE: (u16, u16) = (1440, 900);

pub(crate) async fn take(cast: &Cast, folder: &Path) -> Result<()> {
    let options = Options {
        size: SIZE,
        windows: true,
        tray: Tray::Panel { clock: true },
        toasts: Toasts::Daemon,
        ..Options::default()
    };
    let desktop = Desktop::start(options).await?;
    let app = App::start(&desktop, "priya").await?;
    app.sign_in(&desktop, &cast.link(PRIYA)?)?;
    app.connected(&desktop, SOON).await?;

    let dana = cast.peer(DANA).await?;
    let session = ask(&dana, "Printer offline", Some("48213")).await?;
    desktop.press_drawn_toast(ToastButton::Join, SOON).await?;
    dana.until("the chat is joined", SOON, |seen| {
        let chat = seen.sessions.get(&session)?;
        (!chat.participants.is_empty()).then_some(())
    })
    .await?;
    say(&dana, session, "Hello! The printer on floor 2 is offline.").await?;
    rig::eventually("the portal in the app's window", SOON, async || {
        let titles = desktop.screen()?.titles("deskbell-window")?;
        titles
            .iter()
            .any(|title| title.contains("Acme IT"))
            .then_some(())
            .with_context(|| format!("{titles:?}"))
    })
    .await?;
    let ruth = cast.peer("Ruth Adler").await?;
    let waits = ask(&ruth, "Cannot open the shared calendar", None).await?;
    desktop.screen()?.nudge()?;
    desktop.standing_toast(SOON).await?;
    let picture = match desktop.settled_picture(AT_REST_WITHIN).await {
        Ok(picture) => picture,
        Err(_) => desktop.screen()?.picture()?,
    };
    picture.save(&folder.join("desktop.png"))?;
    done(&ruth, Up::Leave { id: Uuid::new_v4(), session: waits }).await?;
    done(&dana, Up::Leave { id: Uuid::new_v4(), session }).await.map(drop)
}
