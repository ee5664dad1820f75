//! Saves the portal's downloads in the user's folder. Repeating an event repeats the same action, which is harmless.

use crate::downloads::free_place;
use std::path::Path;
use tauri::webview::DownloadEvent;

/// Handles a download's event; returns whether the download may continue.
pub(crate) fn save(event: DownloadEvent<'_>) -> bool {
    match event {
        DownloadEvent::Requested { destination, .. } => {
            let users = directories::UserDirs::new();
            let Some(folder) = users.as_ref().and_then(|users| users.download_dir()) else {
                tracing::warn!("a download was refused: the user has no folder for downloads");
                return false;
            };
            let wanted = destination.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match free_place(folder, &wanted, Path::exists) {
                Some(place) => {
                    *destination = place;
                    true
                }
                None => false,
            }
        }
        DownloadEvent::Finished { success, .. } => {
            tracing::info!(success, "a download has ended");
            true
        }
        // Tauri may add events; none of them needs an answer.
        _ => true,
    }
}
