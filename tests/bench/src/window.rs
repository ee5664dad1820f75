//! Windows on the screen, whose program does not matter.

use crate::scene::SOON;
use anyhow::{Result, bail};
use rig::Desktop;

/// Waits for a window with a page at rest.
pub(crate) async fn opened(desktop: &Desktop, class: &str) -> Result<()> {
    let screen = desktop.screen()?;
    rig::eventually("a window", SOON, async || {
        let titles = screen.titles(class)?;
        if titles.is_empty() { bail!("none") } else { Ok(()) }
    })
    .await?;
    desktop.settled_picture(SOON).await.map(drop)
}
