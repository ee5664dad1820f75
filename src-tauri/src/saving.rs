//! Saves the portal's downloads in the user's folder, and lets the page say so. Repeating an event repeats the same action, which is harmless.

use crate::downloads::free_place;
use std::path::{Path, PathBuf};
use tauri::Webview;
use tauri::webview::DownloadEvent;

/// The event by which the portal's page hears what became of a download (`ui/src/portal/portal.svelte.ts`). It is told the name, not the
/// folder: the page belongs to the service, which need not know what the user's folders are called.
const SAVED: &str = "deskbell.saved";

/// Handles a download's event; returns whether the download may continue.
pub(crate) fn save(webview: &Webview, event: DownloadEvent<'_>) -> bool {
    match event {
        DownloadEvent::Requested { destination, .. } => {
            let wanted = destination.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let folder = folder().inspect_err(|error| {
                tracing::warn!(%error, "a download was refused: the user's folder for downloads cannot be used");
            });
            let Some(place) = folder.ok().and_then(|folder| free_place(&folder, &wanted, Path::exists))
            else {
                tell(webview, &wanted, false);
                return false;
            };
            *destination = place;
            true
        }
        DownloadEvent::Finished { path, success, .. } => {
            tracing::info!(success, "a download has ended");
            let name = path.as_deref().and_then(Path::file_name).unwrap_or_default();
            tell(webview, &name.to_string_lossy(), success);
            true
        }
        // Tauri may add events; none of them needs an answer.
        _ => true,
    }
}

/// The folder for downloads. Where the desktop names none, as without xdg-user-dirs, it is the one that it would be.
fn folder() -> std::io::Result<PathBuf> {
    let users = directories::UserDirs::new().ok_or(std::io::ErrorKind::NotFound)?;
    let folder = users.download_dir().map_or_else(|| users.home_dir().join("Downloads"), Path::to_owned);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn tell(webview: &Webview, name: &str, is_saved: bool) {
    let detail = serde_json::json!({ "name": name, "saved": is_saved });
    let script = format!("window.dispatchEvent(new CustomEvent('{SAVED}', {{ detail: {detail} }}))");
    if let Err(error) = webview.eval(script) {
        tracing::debug!(%error, "the page does not say what became of a download");
    }
}
