//! For systems without a finer signal: a window that comes to the front counts as touched by its user.

use super::WindowEvents;
use tauri::{Runtime, WebviewWindow, WindowEvent};

/// Nothing to check.
pub(crate) fn ready() -> Result<(), String> {
    Ok(())
}

/// Counts coming to the front as input (P12).
pub(crate) fn watch<R: Runtime>(window: &WebviewWindow<R>, events: WindowEvents) {
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Focused(true)) {
            events.touched();
        }
    });
}

/// The system itself watches the pages.
pub(crate) fn ask<R: Runtime>(_window: &WebviewWindow<R>, events: WindowEvents) -> tauri::Result<()> {
    events.answered();
    Ok(())
}

/// Never called, since every page answers.
pub(crate) fn end_page<R: Runtime>(_window: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}
