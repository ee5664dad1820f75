//! GTK and WebKitGTK: input events of our own windows, pages that did not load, and the processes that run them.
//!
//! Only the fact that there was an event is passed on (P13): neither key nor position is read.

mod renderer;

use super::WindowEvents;
use crate::words;
use gtk::gdk::EventType;
use gtk::gio::Cancellable;
use gtk::glib::{self, Propagation, Quark};
use gtk::prelude::*;
use std::cell::Cell;
use std::time::{Duration, Instant};
use tauri::{Runtime, WebviewWindow};
use webkit2gtk::{WebView, WebViewExt};

/// Shortest time between two reports that a window was touched: a mouse moves a thousand times a second.
const TOUCH_EVERY: Duration = Duration::from_millis(250);

/// Whether there is a display to open windows on. Restarts this program if its pages need another renderer.
pub(crate) fn ready() -> Result<(), String> {
    renderer::choose();
    gtk::init().map_err(|_| {
        "Deskbell cannot open a window: there is no display, or access to it is refused. Start it inside a desktop session."
            .to_owned()
    })
}

/// Listens to `window`: its input (P12), and a page that cannot be loaded.
pub(crate) fn watch<R: Runtime>(window: &WebviewWindow<R>, events: WindowEvents) {
    let on_main = window.clone();
    let asked = window.run_on_main_thread(move || match on_main.default_vbox() {
        Ok(content) => listen(content.upcast_ref(), &events),
        Err(error) => tracing::warn!(%error, "a window's own input cannot be watched"),
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "a window's own input cannot be watched");
    }
}

/// Asks the page whether it responds, also while it loads or waits.
pub(crate) fn ask<R: Runtime>(window: &WebviewWindow<R>, events: WindowEvents) -> tauri::Result<()> {
    window.with_webview(move |view| {
        view.inner().evaluate_javascript("0", None, None, None::<&Cancellable>, move |answer| {
            // A page that dies meanwhile does not answer.
            if answer.is_ok() {
                events.answered();
            }
        });
    })
}

/// Ends the process that runs the page, even if it is suspended or in an endless loop.
pub(crate) fn end_page<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    window.with_webview(|view| view.inner().terminate_web_process())
}

/// The web view handles its events itself, so they are caught where they arrive: at each widget.
fn listen(widget: &gtk::Widget, events: &WindowEvents) {
    let last = Cell::new(None::<Instant>);
    let touched = events.clone();
    widget.connect_event(move |_, event| {
        if is_input(event.event_type()) && last.get().is_none_or(|last| last.elapsed() >= TOUCH_EVERY) {
            last.set(Some(Instant::now()));
            touched.touched();
        }
        Propagation::Proceed
    });
    if let Some(view) = widget.downcast_ref::<WebView>() {
        hear_failed_loads(widget, events.clone());
        let dying = events.clone();
        view.connect_web_process_terminated(move |_, reason| {
            tracing::warn!(?reason, "the process that runs a page has ended");
            dying.died();
        });
    }
    if let Some(container) = widget.downcast_ref::<gtk::Container>() {
        for child in container.children() {
            listen(&child, events);
        }
    }
}

fn is_input(kind: EventType) -> bool {
    matches!(
        kind,
        EventType::KeyPress
            | EventType::ButtonPress
            | EventType::MotionNotify
            | EventType::Scroll
            | EventType::TouchBegin
            | EventType::TouchUpdate
            | EventType::TouchpadSwipe
            | EventType::TouchpadPinch
    )
}

/// `load-failed (view, event, address, error)`; answering true keeps WebKit's own error page away.
fn hear_failed_loads(web_view: &gtk::Widget, events: WindowEvents) {
    web_view.connect_local("load-failed", false, move |values| {
        let error = values.get(3).and_then(|value| value.get::<glib::Error>().ok());
        match error {
            Some(error) if is_interruption(&error) => {}
            Some(error) => events.failed(words::page_failed(Some(error.message()))),
            None => events.failed(words::page_failed(None)),
        }
        Some(true.to_value())
    });
}

/// A load that was replaced by another one or by a download, or that the allow-list stopped, has not failed.
fn is_interruption(error: &glib::Error) -> bool {
    const CANCELLED: i32 = 302;
    let policy = Quark::from_str("WebKitPolicyError");
    error.domain() == policy
        || error.kind::<NetworkError>().is_some_and(|NetworkError(code)| code == CANCELLED)
}

/// A code of WebKit's `WEBKIT_NETWORK_ERROR`.
#[derive(Clone, Copy)]
struct NetworkError(i32);

impl glib::error::ErrorDomain for NetworkError {
    fn domain() -> Quark {
        Quark::from_str("WebKitNetworkError")
    }

    fn code(self) -> i32 {
        self.0
    }

    fn from(code: i32) -> Option<Self> {
        Some(Self(code))
    }
}
