//! The window process: when to start it, what to show in it, and what its end means.
//!
//! For a client the open portal is what keeps this device connected: closing it is leaving (P10), a crash is not. A window
//! that ends because its display is gone has neither crashed nor been closed: it is opened again with the display.

use super::{Agent, Asker, Effect, TrayIcon};
use crate::view::{Answer, Page, ToWindow, WindowReport};
use crate::words;
use chat::SessionId;
use presence::{Moment, Role};
use std::time::Duration;

/// A second crash within this time is no accident: the window stays closed.
const CRASHES_APART: Duration = Duration::from_secs(60);
/// How long a client without a display stays connected: a display that was restarted is back by then, and without one
/// nobody sees the portal.
const DISPLAY_WITHIN: Duration = Duration::from_secs(60);
/// How long a tray may take to come after login, and once more to draw the icon that it has taken, before the window takes over
/// its duties.
const TRAY_WITHIN: Duration = Duration::from_secs(10);

/// The window process and its pages.
#[derive(Debug)]
pub(super) struct Windows {
    has_display: bool,
    pub(super) has_tray: bool,
    process: Process,
    /// A client's portal is open, or being opened.
    portal_wanted: bool,
    /// The chat that the portal shall open at.
    pub(super) chat: Option<SessionId>,
    /// The portal waits for its address.
    pub(super) needs_address: bool,
    last_crash: Option<Moment>,
    /// What was open when the display went.
    lost: Option<Lost>,
    tray_until: Option<Moment>,
    /// A tray has taken the icon since it was drawn last; one that does so again and again gets no more time.
    was_taken: bool,
    stood_in: bool,
    /// The tray did not come while the screen was locked: it gets its time again after unlocking.
    waits_for_unlock: bool,
}

/// Windows that went with their display.
#[derive(Debug)]
struct Lost {
    portal: bool,
    status: bool,
    /// Until when a client's connection is kept for them.
    until: Option<Moment>,
}

#[derive(Debug)]
enum Process {
    Gone,
    /// Not heard of yet; these pages come after the first one.
    Starting {
        first: Page,
        more: Vec<Page>,
    },
    Running {
        portal: bool,
        status: bool,
    },
}

impl Windows {
    pub(super) fn new(has_display: bool, now: Moment) -> Self {
        Self {
            has_display,
            has_tray: false,
            process: Process::Gone,
            portal_wanted: false,
            chat: None,
            needs_address: false,
            last_crash: None,
            lost: None,
            tray_until: Some(now.plus(TRAY_WITHIN)),
            was_taken: false,
            stood_in: false,
            waits_for_unlock: false,
        }
    }

    pub(super) fn has_display(&self) -> bool {
        self.has_display
    }

    /// Whether there is a process that can be told something.
    pub(super) fn is_running(&self) -> bool {
        match self.process {
            Process::Gone => false,
            Process::Starting { .. } | Process::Running { .. } => true,
        }
    }

    pub(super) fn is_portal_wanted(&self) -> bool {
        self.portal_wanted
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        let display_until = self.lost.as_ref().and_then(|lost| lost.until);
        [self.tray_until, display_until].into_iter().flatten().min()
    }

    pub(super) fn on_tray_icon(&mut self, icon: TrayIcon, now: Moment) {
        let until = now.plus(TRAY_WITHIN);
        self.has_tray = icon == TrayIcon::Drawn;
        match icon {
            TrayIcon::Drawn => {
                self.tray_until = None;
                self.was_taken = false;
                self.stood_in = false;
                self.waits_for_unlock = false;
            }
            TrayIcon::Taken | TrayIcon::NoTray if self.stood_in => {}
            TrayIcon::Taken if !self.was_taken => {
                self.was_taken = true;
                self.tray_until = Some(until);
            }
            TrayIcon::Taken | TrayIcon::NoTray => _ = self.tray_until.get_or_insert(until),
        }
    }

    pub(super) fn on_unlocked(&mut self, now: Moment) {
        if std::mem::take(&mut self.waits_for_unlock) {
            self.tray_until = Some(now.plus(TRAY_WITHIN));
        }
    }
}

impl Agent {
    pub(super) fn open_for(&mut self, from: Option<Asker>, page: Page) {
        if matches!(page, Page::Portal { .. }) && self.account.token().is_none() {
            return self.fail(from, words::SIGN_IN_FIRST.to_owned());
        }
        if page == Page::SignIn && !self.questions.is_open() {
            return self.fail(from, words::QUESTION_OVER.to_owned());
        }
        match self.open_page(page) {
            Ok(()) => self.answer(from, Answer::Done { note: None }),
            Err(why) => self.fail(from, why),
        }
    }

    /// Opens a page in front.
    ///
    /// # Errors
    /// Why there can be no window, in words.
    pub(super) fn open_page(&mut self, page: Page) -> Result<(), String> {
        if !self.windows.has_display {
            return Err(words::NO_DISPLAY.to_owned());
        }
        self.open_page_as(page, false);
        Ok(())
    }

    fn open_page_as(&mut self, page: Page, minimised: bool) {
        if let Page::Portal { chat } = page {
            self.windows.chat = chat;
            self.windows.portal_wanted = true;
        }
        match &mut self.windows.process {
            Process::Gone => {
                self.windows.process = Process::Starting { first: page, more: Vec::new() };
                self.out.push(Effect::StartWindow { page, minimised });
            }
            // The same page is opened once, at the chat that was asked for last.
            Process::Starting { more, .. } => {
                more.retain(|known| std::mem::discriminant(known) != std::mem::discriminant(&page));
                more.push(page);
            }
            Process::Running { .. } => {
                self.out.push(Effect::ToWindow(ToWindow::Show { page, minimised }));
            }
        }
    }

    /// A client's app begins with its portal.
    pub(super) fn open_client_portal(&mut self, minimised: bool) {
        let is_client = self.account.token().is_some() && self.role() == Some(Role::Client);
        if is_client && self.windows.has_display {
            self.open_page_as(Page::Portal { chat: None }, minimised);
        }
    }

    pub(super) fn on_window(&mut self, report: &WindowReport) {
        match *report {
            WindowReport::Showing { portal, status } => self.on_showing(portal, status),
            WindowReport::Input => self.on_own_input(),
            WindowReport::Closed => self.on_portal_closed(),
            WindowReport::NeedPortal => self.on_portal_needed(),
        }
    }

    fn on_showing(&mut self, portal: bool, status: bool) {
        let before = std::mem::replace(&mut self.windows.process, Process::Running { portal, status });
        if let Process::Starting { more, .. } = before {
            for page in more {
                self.out.push(Effect::ToWindow(ToWindow::Show { page, minimised: false }));
            }
        }
        if portal {
            self.windows.portal_wanted = true;
        }
        // It has started after all.
        self.notices.remove(&super::Lack::Window);
    }

    fn on_portal_closed(&mut self) {
        self.windows.portal_wanted = false;
        self.windows.needs_address = false;
        self.windows.lost = None;
        if let Process::Running { portal, .. } = &mut self.windows.process {
            *portal = false;
        }
        let is_client = self.account.token().is_some() && self.role() == Some(Role::Client);
        if is_client && !self.settings.closing_explained {
            self.settings.closing_explained = true;
            self.save_settings();
            self.news(words::CLOSED_TITLE.to_owned(), words::CLOSING.to_owned());
        }
    }

    pub(super) fn on_window_ended(&mut self, closed: bool) {
        let process = std::mem::replace(&mut self.windows.process, Process::Gone);
        self.windows.needs_address = false;
        let (portal, status) = match &process {
            Process::Gone => return,
            Process::Starting { first, more } => {
                let all = || more.iter().chain([first]);
                (
                    all().any(|page| matches!(page, Page::Portal { .. })),
                    all().any(|page| *page == Page::Status),
                )
            }
            Process::Running { portal, status } => (*portal, *status),
        };
        if closed || !self.windows.has_display {
            self.refuse_question();
        }
        if closed {
            // The portal's own closing was said before; without it the process ended in good order all the same.
            if portal {
                self.on_portal_closed();
            }
            return;
        }
        if self.windows.has_display {
            self.on_crash(portal, status);
        } else {
            let until = Some(self.now.moment.plus(DISPLAY_WITHIN));
            self.windows.lost = Some(Lost { portal, status, until });
            self.windows.last_crash = None;
        }
    }

    /// Opened again once; after that it counts as closing.
    fn on_crash(&mut self, portal: bool, status: bool) {
        let now = self.now.moment;
        let before = self.windows.last_crash.replace(now);
        if before.is_some_and(|before| now.since(before) < CRASHES_APART) {
            tracing::warn!("the window has crashed and stays closed");
            self.windows.portal_wanted = false;
            self.on_question_unasked();
            self.news(words::CRASHED_TITLE.to_owned(), words::CRASHED_FOR_GOOD.to_owned());
            return;
        }
        tracing::warn!("the window has crashed and is opened again");
        self.open_again(portal, status);
        self.news(words::CRASHED_TITLE.to_owned(), words::CRASHED_ONCE.to_owned());
    }

    /// Behind a lock they open minimised: none takes the focus from the lock screen.
    fn open_again(&mut self, portal: bool, status: bool) {
        let minimised = self.watch.is_locked(self.now.moment);
        if portal {
            let chat = self.windows.chat;
            self.open_page_as(Page::Portal { chat }, minimised);
        }
        if status {
            self.open_page_as(Page::Status, minimised);
        }
        if self.questions.is_open() {
            self.open_page_as(Page::SignIn, false);
        }
    }

    /// There is a display from now on, or none.
    pub(super) fn on_display(&mut self, is_there: bool) {
        self.windows.has_display = is_there;
        if is_there && let Some(lost) = self.windows.lost.take() {
            self.open_again(lost.portal, lost.status);
        }
    }

    /// The display has not come back: a client's device leaves (P10), and what was open still waits for the display.
    pub(super) fn on_display_timeout(&mut self) {
        if let Some(lost) = &mut self.windows.lost
            && lost.until.take_if(|until| *until <= self.now.moment).is_some()
        {
            self.windows.portal_wanted = false;
        }
    }

    pub(super) fn on_window_failed(&mut self, why: String) {
        self.windows.process = Process::Gone;
        self.windows.portal_wanted = false;
        self.windows.needs_address = false;
        self.on_question_unasked();
        self.notices.insert(super::Lack::Window, why);
    }

    pub(super) fn close_windows(&mut self) {
        self.windows.portal_wanted = false;
        self.windows.needs_address = false;
        self.windows.lost = None;
        match self.windows.process {
            Process::Gone => {}
            Process::Starting { .. } | Process::Running { .. } => {
                self.out.push(Effect::ToWindow(ToWindow::Quit));
            }
        }
    }

    /// Nobody has drawn the tray icon: the window does its duties.
    pub(super) fn on_tray_timeout(&mut self) {
        if self.windows.tray_until.is_none_or(|until| until > self.now.moment) {
            return;
        }
        self.windows.tray_until = None;
        if self.watch.is_locked(self.now.moment) {
            // A window over a lock screen would take the password.
            self.windows.waits_for_unlock = true;
            return;
        }
        self.windows.stood_in = true;
        let is_open = match self.windows.process {
            Process::Gone => false,
            Process::Starting { .. } | Process::Running { .. } => true,
        };
        if self.windows.has_display && !is_open {
            let page = match self.role() {
                Some(Role::Client) => Page::Portal { chat: None },
                Some(Role::Technician) | None => Page::Status,
            };
            self.open_page_as(page, self.background);
        }
    }
}
