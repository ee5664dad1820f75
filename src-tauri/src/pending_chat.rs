//! The chat that the portal's page is to open once it is loaded. A script that runs before that is lost with the page that it runs in.

use chat::SessionId;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Whether the page is loaded, and which chat waits for that.
#[derive(Debug, Default)]
pub(crate) struct PendingChat(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_loaded: bool,
    chat: Option<SessionId>,
}

impl PendingChat {
    /// Another address is loaded, which says itself what it shows.
    pub(crate) fn another_page(&self) {
        *self.state() = State::default();
    }

    /// The page begins to load, perhaps again.
    pub(crate) fn loads(&self) {
        self.state().is_loaded = false;
    }

    /// The page is loaded; the chat that it is to open now, if one has waited.
    pub(crate) fn loaded(&self) -> Option<SessionId> {
        let mut state = self.state();
        state.is_loaded = true;
        state.chat.take()
    }

    /// Whether the page can open the chat now; otherwise the chat waits, in the place of an earlier one.
    pub(crate) fn can_open(&self, chat: SessionId) -> bool {
        let mut state = self.state();
        state.chat = (!state.is_loaded).then_some(chat);
        state.is_loaded
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const FIRST: SessionId = SessionId(Uuid::from_u128(1));
    const SECOND: SessionId = SessionId(Uuid::from_u128(2));

    #[test]
    fn the_last_chat_that_came_before_the_page_was_loaded_opens_then_and_once() {
        let pending = PendingChat::default();
        assert!(!pending.can_open(FIRST));
        pending.loads();
        assert!(!pending.can_open(SECOND));
        assert_eq!(pending.loaded(), Some(SECOND));
        assert_eq!(pending.loaded(), None);
        assert!(pending.can_open(FIRST));
        pending.loads();
        assert_eq!(pending.loaded(), None);
    }

    #[test]
    fn another_address_says_itself_which_chat_it_shows() {
        let pending = PendingChat::default();
        assert!(!pending.can_open(FIRST));
        pending.another_page();
        assert_eq!(pending.loaded(), None);
    }
}
