//! The address at which the window's portal opens as this user: a code from the service, good for half a minute (or why there is
//! none).
//!
//! The window asks when it needs one, and again after each end of the page.

use super::line::Stage;
use super::{Agent, Awaited, Effect};
use crate::view::ToWindow;
use crate::words;
use protocol::{Up, http};

impl Agent {
    pub(super) fn on_portal_needed(&mut self) {
        self.windows.needs_address = true;
        if self.account.token().is_none() {
            self.give_address(Err(words::SIGN_IN_FIRST.to_owned()));
        } else if let Stage::Down { why, .. } = &self.line.stage {
            let why = words::no_portal(why);
            self.out.push(Effect::ToWindow(ToWindow::Portal { address: Err(why) }));
        } else {
            self.ask_portal_code();
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
}
