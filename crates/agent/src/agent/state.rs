//! The agent's state, in parts that own what they hold, and questions that take several parts to answer.

use super::account::Account;
use super::chats::Chats;
use super::connection::Connection;
use super::context::Context;
use super::contract::Problem;
use super::question::Questions;
use super::request_records::RequestRecords;
use super::rings::Rings;
use super::toast_set::ToastSet;
use super::toast_test::ToastTest;
use super::tray_fallback::TrayFallback;
use super::user_presence::UserPresence;
use super::watch::Watch;
use super::windows::{self, Windows};
use crate::words;
use presence::Role;
use protocol::SessionView;
use std::collections::BTreeMap;

/// The state of the agent, in parts that each own their fields.
#[derive(Debug)]
pub struct Agent {
    pub(super) profile: String,
    pub(super) version: String,
    pub(super) background: bool,
    /// A window has started this run, and will report.
    pub(super) has_window: bool,
    pub(super) cx: Context,
    pub(super) account: Account,
    pub(super) questions: Questions,
    pub(super) watch: Watch,
    pub(super) connection: Connection,
    pub(super) presence: UserPresence,
    pub(super) chats: Chats,
    pub(super) rings: Rings,
    pub(super) toasts: ToastSet,
    pub(super) toast_test: ToastTest,
    pub(super) records: RequestRecords,
    pub(super) windows: Windows,
    pub(super) tray: TrayFallback,
    pub(super) notices: BTreeMap<Problem, String>,
    /// It has quit: inputs have no effect any more.
    pub(super) is_over: bool,
}

impl Agent {
    /// Whether this device is to be connected: a technician's always, a client's while the portal is open. Nobody sees whether a portal in the
    /// system's browser is open: with that one, a client's is connected while the app runs.
    pub(super) fn wants_connection(&self) -> bool {
        self.account.is_signed_in()
            && match self.account.role() {
                Some(Role::Client) => self.windows.is_portal_wanted() || windows::has_own_portal(&self.cx),
                // Not known before the service has said so.
                Some(Role::Technician) | None => true,
            }
    }

    /// Why an intent on a chat, which is for users with this role, cannot be sent now, in words.
    pub(super) fn cannot_ask(&self, of: Role) -> Option<&'static str> {
        if !self.account.is_signed_in() {
            Some(words::sign_in_first())
        } else if self.account.role().is_some_and(|role| role != of) {
            Some(match of {
                Role::Technician => words::technicians_only(),
                Role::Client => words::clients_only(),
            })
        } else if self.connection.is_welcome() {
            None
        } else {
            Some(words::no_connection_to_ask())
        }
    }

    /// The requests for which this device rings now, the one that has waited longest first.
    pub(super) fn ringing(&self) -> Vec<SessionView> {
        // C2: requests are offered to technicians, but not to one whom others see Offline by now.
        let is_gone = self.connection.outage_end().is_some_and(|end| end <= self.cx.now.moment);
        if self.account.role() != Some(Role::Technician) || is_gone {
            return Vec::new();
        }
        self.chats.ringing().into_iter().cloned().collect()
    }
}
