//! Where no finer signal is at hand: a window that comes to the front was touched by its user.

use super::Ear;
use tauri::{Runtime, WebviewWindow, WindowEvent};

/// Nothing to check.
pub(crate) fn ready() -> Result<(), String> {
    Ok(())
}

/// Counts coming to the front as input (P12).
pub(crate) fn watch<R: Runtime>(window: &WebviewWindow<R>, ear: Ear) {
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Focused(true)) {
            ear.touched();
        }
    });
}

/// The system itself watches over the pages.
pub(crate) fn ask<R: Runtime>(_window: &WebviewWindow<R>, ear: Ear) -> tauri::Result<()> {
    ear.answered();
    Ok(())
}

/// Never wanted, since every page answers.
pub(crate) fn end_page<R: Runtime>(_window: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}
