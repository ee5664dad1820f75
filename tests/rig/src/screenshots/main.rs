//! The README's pictures, taken from the programs as they are: `screenshots FOLDER`.
//!
//! A small organisation works for a minute: clients ask, a technician answers. Its service, app, desktop and browsers are real
//! and end with this program.

mod cast;
mod desktop;
mod portals;

use anyhow::{Context, Result};
use cast::Cast;
use std::path::PathBuf;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("usage: screenshots FOLDER")?;
    let folder = PathBuf::from(folder);
    let cast = Cast::start().await?;
    desktop::take(&cast, &folder).await?;
    portals::take(&cast, &folder).await
}
