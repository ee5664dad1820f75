//! What is known about the agent: the state of the connection to it, and its view. Decides nothing.

use crate::words;
use agent::view::{AccountView, ConnectionView, PresenceView, View};
use presence::{Role, State, UnixMillis};

/// The state of the connection to the agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum AgentConnection {
    /// Not connected yet, or not now.
    #[default]
    Down,
    Up,
    /// Given up, and why.
    GivenUp(String),
}

/// The agent, as far as the window program knows it.
#[derive(Debug, Default)]
pub(super) struct AgentState {
    pub(super) connection: AgentConnection,
    /// The latest view.
    pub(super) view: Option<Box<View>>,
}

impl AgentState {
    /// Whether the agent can be asked.
    pub(super) fn is_reachable(&self) -> bool {
        self.connection == AgentConnection::Up
    }

    /// Whether the agent can be asked, and is itself connected to the service.
    pub(super) fn is_online(&self) -> bool {
        self.is_reachable()
            && self.view.as_ref().is_some_and(|view| matches!(view.connection, ConnectionView::Up { .. }))
    }

    pub(super) fn account(&self) -> Option<&AccountView> {
        self.view.as_ref().map(|view| &view.account)
    }

    pub(super) fn is_signed_out(&self) -> bool {
        matches!(self.account(), Some(AccountView::SignedOut { .. }))
    }

    pub(super) fn role(&self) -> Role {
        match self.account() {
            Some(AccountView::SignedIn { role, .. }) => *role,
            Some(AccountView::SignedOut { .. }) | None => Role::Technician,
        }
    }

    /// Whether the agent asks before a link signs in.
    pub(super) fn asks(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.question.is_some())
    }

    /// The view, with what only this program knows added. `no_portal`: why the portal cannot be shown.
    pub(super) fn shown(&self, no_portal: Option<&str>) -> Option<Box<View>> {
        let mut view = self.view.clone()?;
        match &self.connection {
            AgentConnection::Up => {
                if let Some(why) = no_portal {
                    view.notices.insert(0, words::no_portal(why));
                }
            }
            AgentConnection::Down => {
                view.headline = words::agent_lost();
                view.detail = Some(words::agent_lost_detail());
                // The page shows this as "no connection". It is retried all the time, so there is no time of the next attempt.
                view.connection = ConnectionView::Down { retry_at: UnixMillis(0), why: words::agent_away() };
            }
            AgentConnection::GivenUp(why) => {
                view.headline = words::agent_gone();
                view.detail = Some(words::agent_gone_detail(why));
                view.connection = ConnectionView::Off;
                view.shown = PresenceView { state: State::Offline, reason: None, until: None, ..view.shown };
            }
        }
        Some(view)
    }
}
