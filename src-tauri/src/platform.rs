//! What differs by operating system: `ready` before the start, `watch` on each window, `ask` and `end_page` for its page.
//! One file for each system.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::{ask, end_page, ready, watch};

#[cfg(not(target_os = "linux"))]
mod other;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::{ask, end_page, ready, watch};

use crate::desk::{Input, WindowKind};
use tokio::sync::mpsc;

/// Where a watched window reports what happens in it.
#[derive(Clone, Debug)]
pub(crate) struct WindowEvents {
    /// The window.
    pub(crate) kind: WindowKind,
    /// The loop.
    pub(crate) inputs: mpsc::Sender<Input>,
}

impl WindowEvents {
    /// There was input. If the queue is full, this input may be dropped: whatever fills the queue wakes the loop as well.
    pub(crate) fn touched(&self) {
        drop(self.inputs.try_send(Input::Touched));
    }

    /// The page did not load.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "other systems show their own error page")
    )]
    pub(crate) fn failed(&self, why: String) {
        self.tell(Input::Failed(self.kind, why));
    }

    /// The page has answered that it is alive.
    pub(crate) fn answered(&self) {
        self.tell(Input::Answered(self.kind));
    }

    /// The process that runs the page has ended.
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "other systems load such a page again by themselves")
    )]
    pub(crate) fn died(&self) {
        self.tell(Input::Died(self.kind));
    }

    /// This runs on the main thread, which must not wait for the loop.
    fn tell(&self, input: Input) {
        let inputs = self.inputs.clone();
        tauri::async_runtime::spawn(async move { inputs.send(input).await });
    }
}
