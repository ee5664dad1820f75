//! The address at which the window's portal opens as this user. It holds a code from the service, which is good for half a minute.
//!
//! The window asks for an address when it needs one, and again whenever the page has ended. It gets one, or the reason why it cannot.

use super::Windows;
use crate::agent::account::Account;
use crate::agent::connection::{Connection, Stage};
use crate::agent::context::Context;
use crate::agent::contract::Effect;
use crate::agent::pending::Pending;
use crate::view::ToWindow;
use crate::words;
use protocol::{Up, http};

impl Windows {
    pub(in crate::agent) fn portal_needed(
        &mut self,
        cx: &mut Context,
        account: &Account,
        connection: &Connection,
    ) {
        self.needs_address = true;
        if !account.is_signed_in() {
            self.give_address(cx, Err(words::sign_in_first().to_owned()));
        } else if let Stage::Down { why, .. } = connection.stage() {
            self.connection_lost(cx, why);
        } else {
            self.ask_portal_code(cx, connection.is_synced());
        }
    }

    /// Asks for the code with which the portal opens as this user, once the service can be asked.
    pub(in crate::agent) fn ask_portal_code(&self, cx: &mut Context, is_synced: bool) {
        if self.needs_address && is_synced && !cx.pending.has_portal_code() {
            cx.ask(Pending::PortalCode, |id| Up::PortalCode { id });
        }
    }

    pub(in crate::agent) fn portal_code(
        &mut self,
        cx: &mut Context,
        account: &Account,
        code: Option<String>,
    ) {
        let address = match (account.address(), account.role(), code) {
            (Some(address), Some(role), Some(code)) => {
                let chat = self.chat.map(|chat| format!("&chat={}", chat.0)).unwrap_or_default();
                Ok(format!("{address}{}/#code={code}{chat}", http::portal_path(role)))
            }
            _ => Err(words::no_code().to_owned()),
        };
        self.give_address(cx, address);
    }

    pub(in crate::agent) fn portal_code_refused(&mut self, cx: &mut Context, message: String) {
        self.give_address(cx, Err(message));
    }

    /// Tells the window why it cannot show the portal. It gets the address as soon as the service gives a code.
    pub(in crate::agent) fn connection_lost(&self, cx: &mut Context, why: &str) {
        if self.needs_address {
            let address = Err(words::no_portal(why));
            cx.effects.push(Effect::ToWindow(ToWindow::Portal { address }));
        }
    }

    fn give_address(&mut self, cx: &mut Context, address: Result<String, String>) {
        if std::mem::take(&mut self.needs_address) {
            cx.effects.push(Effect::ToWindow(ToWindow::Portal { address }));
        }
    }
}
