//! The window process: when to start it, what to show in it, and what its end means.
//!
//! For a client the open portal is what keeps this device connected: closing it is leaving (P10), a crash is not.

use super::{Agent, Asker, Awaited, Effect};
use crate::view::{Answer, Page, ToWindow, WindowReport};
use crate::words;
use chat::SessionId;
use presence::{Moment, Role};
use protocol::{Up, http};
use std::time::Duration;

/// A second crash within this time is no accident: the window stays closed.
const CRASHES_APART: Duration = Duration::from_secs(60);
/// How long a tray host may take to show the app after login before the window takes over its duties.
const TRAY_WITHIN: Duration = Duration::from_secs(10);

/// The window process and its pages.
#[derive(Debug)]
pub(super) struct Windows {
    pub(super) has_display: bool,
    pub(super) has_tray: bool,
    process: Process,
    /// A client's portal is open, or being opened.
    portal_wanted: bool,
    /// The chat that the portal shall open at.
    chat: Option<SessionId>,
    /// The portal waits for its address.
    needs_address: bool,
    last_crash: Option<Moment>,
    tray_until: Option<Moment>,
    stood_in: bool,
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
            tray_until: Some(now.plus(TRAY_WITHIN)),
            stood_in: false,
        }
    }

    pub(super) fn is_portal_wanted(&self) -> bool {
        self.portal_wanted
    }

    pub(super) fn next_timeout(&self) -> Option<Moment> {
        self.tray_until
    }

    pub(super) fn on_tray_host(&mut self, present: bool, now: Moment) {
        self.has_tray = present;
        if present {
            self.tray_until = None;
            self.stood_in = false;
        } else if !self.stood_in {
            self.tray_until.get_or_insert(now.plus(TRAY_WITHIN));
        }
    }
}

impl Agent {
    pub(super) fn open_for(&mut self, from: Asker, page: Page) {
        if matches!(page, Page::Portal { .. }) && self.account.token().is_none() {
            return self.fail(from, words::SIGN_IN_FIRST.to_owned());
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
            Process::Starting { more, .. } => more.push(page),
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
            WindowReport::NeedPortal => {
                self.windows.needs_address = true;
                if self.account.token().is_none() {
                    self.give_address(Err(words::SIGN_IN_FIRST.to_owned()));
                } else if let super::line::Stage::Down { why, .. } = &self.line.stage {
                    let why = words::no_portal(why);
                    self.out.push(Effect::ToWindow(ToWindow::Portal { address: Err(why) }));
                } else {
                    self.ask_portal_code();
                }
            }
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
    }

    fn on_portal_closed(&mut self) {
        self.windows.portal_wanted = false;
        self.windows.needs_address = false;
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
        if closed {
            // The portal's own closing was said before; without it the process ended in good order all the same.
            if portal {
                self.on_portal_closed();
            }
            return;
        }
        self.on_crash(portal, status);
    }

    /// Opened again once, if there is a display; after that it counts as closing.
    fn on_crash(&mut self, portal: bool, status: bool) {
        let now = self.now.moment;
        let before = self.windows.last_crash.replace(now);
        let is_second = before.is_some_and(|before| now.since(before) < CRASHES_APART);
        if is_second || !self.windows.has_display {
            tracing::warn!("the window has crashed and stays closed");
            self.windows.portal_wanted = false;
            self.news(words::CRASHED_TITLE.to_owned(), words::CRASHED_FOR_GOOD.to_owned());
            return;
        }
        tracing::warn!("the window has crashed and is opened again");
        if portal {
            let chat = self.windows.chat;
            self.open_page_as(Page::Portal { chat }, false);
        }
        if status {
            self.open_page_as(Page::Status, false);
        }
        self.news(words::CRASHED_TITLE.to_owned(), words::CRASHED_ONCE.to_owned());
    }

    pub(super) fn on_window_failed(&mut self, why: String) {
        self.windows.process = Process::Gone;
        self.windows.portal_wanted = false;
        self.windows.needs_address = false;
        self.notices.insert(super::Lack::Window, why);
    }

    pub(super) fn close_windows(&mut self) {
        self.windows.portal_wanted = false;
        self.windows.needs_address = false;
        match self.windows.process {
            Process::Gone => {}
            Process::Starting { .. } | Process::Running { .. } => {
                self.out.push(Effect::ToWindow(ToWindow::Quit));
            }
        }
    }

    /// Asks for the code with which the portal opens as this user, once the service can be asked.
    pub(super) fn ask_portal_code(&mut self) {
        let is_asked = self.awaited.values().any(|each| matches!(each, Awaited::PortalCode));
        if self.windows.needs_address && self.line.is_synced() && !is_asked {
            let id = self.ids.next();
            self.awaited.insert(id, Awaited::PortalCode);
            self.send(Up::PortalCode { id });
        }
    }

    pub(super) fn on_portal_code(&mut self, code: Option<String>) {
        let address = match (self.account.address(), self.role(), code) {
            (Some(address), Some(role), Some(code)) => {
                let chat = self.windows.chat.map(|chat| format!("&chat={}", chat.0)).unwrap_or_default();
                Ok(format!("{address}{}/#code={code}{chat}", http::portal_path(role)))
            }
            _ => Err(words::NO_CODE.to_owned()),
        };
        self.give_address(address);
    }

    pub(super) fn on_portal_code_refused(&mut self, message: String) {
        self.give_address(Err(message));
    }

    /// The window says why it shows no portal; it gets the address as soon as there is one.
    pub(super) fn tell_window_of_loss(&mut self, why: &str) {
        if self.windows.needs_address {
            let why = words::no_portal(why);
            self.out.push(Effect::ToWindow(ToWindow::Portal { address: Err(why) }));
        }
    }

    fn give_address(&mut self, address: Result<String, String>) {
        if std::mem::take(&mut self.windows.needs_address) {
            self.out.push(Effect::ToWindow(ToWindow::Portal { address }));
        }
    }

    /// No tray host has come: the window does its duties.
    pub(super) fn on_tray_timeout(&mut self) {
        if self.windows.tray_until.is_none_or(|until| until > self.now.moment) {
            return;
        }
        self.windows.tray_until = None;
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
