//! The window process: what it shows, and what its end means.
//!
//! For a client the open portal is what keeps this device connected: closing it is leaving (P10), a crash is not. A window
//! that ends because its display is gone has neither crashed nor been closed: it is opened again when the display is back.

mod own_portal;
mod portal;

use super::account::Account;
use super::context::Context;
use super::contract::Effect;
use crate::view::{Page, ToWindow};
use crate::words;
use chat::SessionId;
use presence::{Moment, Role};
use std::time::Duration;

/// After a second crash within this time the window stays closed.
const CRASHES_APART: Duration = Duration::from_secs(60);
/// How long a client without a display stays connected. A display that was restarted is back by then; without one, nobody
/// sees the portal.
const DISPLAY_WITHIN: Duration = Duration::from_secs(60);

/// The window process and its pages.
#[derive(Debug)]
pub(super) struct Windows {
    has_display: bool,
    process: Process,
    /// A client's portal is open, or being opened.
    portal_wanted: bool,
    /// The chat that the portal shall open at.
    chat: Option<SessionId>,
    /// Nobody has asked for the portal: it opened with the session, or came back as it was.
    is_unasked: bool,
    /// The portal waits for its address.
    needs_address: bool,
    last_crash: Option<Moment>,
    /// What was open when the display was lost.
    lost: Option<Lost>,
}

/// Pages that are opened again after the process has ended; the question before a sign-in is kept elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenPages {
    portal: bool,
    status: bool,
}

/// Windows that were lost with their display.
#[derive(Debug)]
struct Lost {
    pages: OpenPages,
    /// Until when a client's connection is kept for them.
    until: Option<Moment>,
}

#[derive(Debug)]
enum Process {
    Gone,
    /// It has not reported yet; these pages are to be opened after the first one.
    Starting {
        first: Page,
        more: Vec<Page>,
    },
    Running(OpenPages),
    /// It was told to end, or has said that it does, and takes no more orders. These pages are opened once it has ended.
    Ending {
        has_said: bool,
        next: Vec<NextPage>,
    },
}

/// A page that was wanted while the process was ending.
#[derive(Clone, Copy, Debug)]
pub(super) struct NextPage {
    pub(super) page: Page,
    pub(super) minimised: bool,
}

/// Whether the organisation has a portal of its own, as far as is known.
pub(super) fn has_own_portal(cx: &Context) -> bool {
    own_portal::is_known(cx)
}

/// How the process ended.
pub(super) enum WindowEnd {
    /// In good order, perhaps with the portal open; these pages were wanted meanwhile.
    Closed { portal: bool, next: Vec<NextPage> },
    /// With its display.
    DisplayGone,
    /// It crashed; these pages are to be opened again.
    Crashed(OpenPages),
    /// It crashed again soon after the last crash, and stays closed.
    CrashedAgain,
}

impl Windows {
    pub(super) fn new(has_display: bool) -> Self {
        Self {
            has_display,
            process: Process::Gone,
            portal_wanted: false,
            chat: None,
            is_unasked: false,
            needs_address: false,
            last_crash: None,
            lost: None,
        }
    }

    pub(super) fn has_display(&self) -> bool {
        self.has_display
    }

    /// Whether there is a process to send orders to.
    pub(super) fn is_running(&self) -> bool {
        match self.process {
            Process::Gone | Process::Ending { .. } => false,
            Process::Starting { .. } | Process::Running(_) => true,
        }
    }

    pub(super) fn is_portal_wanted(&self) -> bool {
        self.portal_wanted
    }

    /// When a display that has not come back counts as closing.
    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.lost.as_ref().and_then(|lost| lost.until)
    }

    /// Opens a page in front.
    ///
    /// # Errors
    /// Why there can be no window, in words.
    pub(super) fn open(&mut self, cx: &mut Context, page: Page) -> Result<(), String> {
        if !self.has_display {
            return Err(words::no_display().to_owned());
        }
        self.open_as(cx, page, false);
        Ok(())
    }

    /// Opens a page, minimised or in front.
    pub(super) fn open_as(&mut self, cx: &mut Context, page: Page, minimised: bool) {
        if let Page::Portal { chat } = page {
            (self.chat, self.is_unasked) = (chat, minimised);
            if own_portal::open(cx, chat, minimised) {
                return;
            }
            self.portal_wanted = true;
        }
        match &mut self.process {
            Process::Gone => {
                self.process = Process::Starting { first: page, more: Vec::new() };
                cx.effects.push(Effect::StartWindow { page, minimised });
            }
            // The same page is opened once, at the chat that was asked for last.
            Process::Starting { more, .. } => {
                more.retain(|known| !is_same(*known, page));
                more.push(page);
            }
            Process::Running(pages) => {
                // If it has just crashed, the order is lost, and the page is opened again with the others.
                pages.add(page);
                cx.effects.push(Effect::ToWindow(ToWindow::Show { page, minimised }));
            }
            Process::Ending { next, .. } => {
                next.retain(|known| !is_same(known.page, page));
                next.push(NextPage { page, minimised });
            }
        }
    }

    /// For a client, opens the portal as the app starts.
    pub(super) fn open_client_portal(&mut self, cx: &mut Context, account: &Account, minimised: bool) {
        if account.role() == Some(Role::Client) && self.has_display {
            self.open_as(cx, Page::Portal { chat: None }, minimised);
        }
    }

    /// Opens these pages as they were. While the screen is locked they open minimised, so that none takes the focus from the lock screen.
    pub(super) fn open_again(&mut self, cx: &mut Context, pages: OpenPages, is_locked: bool) {
        if pages.portal {
            let chat = self.chat;
            self.open_as(cx, Page::Portal { chat }, is_locked);
        }
        if pages.status {
            self.open_as(cx, Page::Status, is_locked);
        }
    }

    /// Hides a page, if the process is running.
    pub(super) fn hide(&mut self, cx: &mut Context, page: Page) {
        match &mut self.process {
            Process::Gone => {}
            Process::Starting { .. } | Process::Running(_) => {
                cx.effects.push(Effect::ToWindow(ToWindow::Hide { page }));
            }
            Process::Ending { next, .. } => next.retain(|known| !is_same(known.page, page)),
        }
    }

    /// The process shows these pages.
    pub(super) fn showing(&mut self, cx: &mut Context, portal: bool, status: bool) {
        // What it shows until it has ended does not count.
        if let Process::Ending { has_said: false, .. } = self.process {
            return;
        }
        let before = std::mem::replace(&mut self.process, Process::Running(OpenPages { portal, status }));
        let next = match before {
            Process::Gone | Process::Running(_) => Vec::new(),
            Process::Starting { more, .. } => {
                more.into_iter().map(|page| NextPage { page, minimised: false }).collect()
            }
            // Another window program than the one that ends.
            Process::Ending { next, .. } => next,
        };
        for NextPage { page, minimised } in next {
            cx.effects.push(Effect::ToWindow(ToWindow::Show { page, minimised }));
        }
        if portal {
            self.portal_wanted = true;
        }
    }

    /// The process says that it ends, and takes no more orders.
    pub(super) fn ending(&mut self) {
        match &mut self.process {
            Process::Gone => {}
            Process::Starting { .. } | Process::Running(_) => {
                self.process = Process::Ending { has_said: true, next: Vec::new() };
            }
            Process::Ending { has_said, .. } => *has_said = true,
        }
    }

    /// The user has closed the portal.
    pub(super) fn portal_closed(&mut self) {
        self.portal_wanted = false;
        self.needs_address = false;
        self.lost = None;
    }

    /// The process has ended; `closed` if it was closed or told to end. `None` if it had ended already.
    pub(super) fn ended(&mut self, now: Moment, closed: bool) -> Option<WindowEnd> {
        let process = std::mem::replace(&mut self.process, Process::Gone);
        self.needs_address = false;
        let pages = match process {
            Process::Gone => return None,
            Process::Starting { first, more } => {
                let mut pages = OpenPages { portal: false, status: false };
                more.into_iter().chain([first]).for_each(|page| pages.add(page));
                pages
            }
            Process::Running(pages) => pages,
            Process::Ending { next, .. } => return Some(WindowEnd::Closed { portal: false, next }),
        };
        if closed {
            return Some(WindowEnd::Closed { portal: pages.portal, next: Vec::new() });
        }
        if !self.has_display {
            self.lost = Some(Lost { pages, until: Some(now.plus(DISPLAY_WITHIN)) });
            self.last_crash = None;
            return Some(WindowEnd::DisplayGone);
        }
        let before = self.last_crash.replace(now);
        if before.is_some_and(|before| now.since(before) < CRASHES_APART) {
            tracing::warn!("the window has crashed and stays closed");
            self.portal_wanted = false;
            return Some(WindowEnd::CrashedAgain);
        }
        tracing::warn!("the window has crashed and is opened again");
        Some(WindowEnd::Crashed(pages))
    }

    /// The process could not be started.
    pub(super) fn failed(&mut self) {
        self.process = Process::Gone;
        self.portal_wanted = false;
        self.needs_address = false;
    }

    /// A display has come or gone. Returns the pages that were lost with the last one and can be opened again.
    pub(super) fn set_display(&mut self, is_there: bool) -> Option<OpenPages> {
        self.has_display = is_there;
        if is_there { self.lost.take().map(|lost| lost.pages) } else { None }
    }

    /// If the display has not come back in time, a client's device leaves (P10). The pages still wait for the display.
    pub(super) fn on_timeout(&mut self, now: Moment) {
        if let Some(lost) = &mut self.lost
            && lost.until.take_if(|until| *until <= now).is_some()
        {
            self.portal_wanted = false;
        }
    }

    /// Ends the process.
    pub(super) fn close(&mut self, cx: &mut Context) {
        self.portal_wanted = false;
        self.needs_address = false;
        self.lost = None;
        match &mut self.process {
            Process::Gone => {}
            Process::Starting { .. } | Process::Running(_) => {
                cx.effects.push(Effect::ToWindow(ToWindow::Quit));
                self.process = Process::Ending { has_said: false, next: Vec::new() };
            }
            Process::Ending { next, .. } => next.clear(),
        }
    }
}

impl OpenPages {
    fn add(&mut self, page: Page) {
        match page {
            Page::Portal { .. } => self.portal = true,
            Page::Status => self.status = true,
            Page::SignIn => {}
        }
    }
}

/// Whether both are the same page, at whatever chat.
fn is_same(one: Page, other: Page) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}
