//! The agent's desktop and disk, which only remember.

use agent::agent::Now;
use agent::runner::{Machine, Store};
use agent::settings::Settings;
use agent::sound::SoundSettings;
use agent::toast::Toast;
use agent::view::{Answer, Page, ToWindow, View};
use link::Address;
use protocol::Token;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// The desktop of a computer as the agent's loop knows it: it keeps the actions to be done, in order.
#[derive(Default)]
pub(crate) struct Desktop {
    pub(crate) actions: VecDeque<DesktopAction>,
}

/// Something to be done.
pub(crate) enum DesktopAction {
    SetIdleAfter(Duration),
    ReleaseSleep,
    ShowToasts(Vec<Toast>),
    OpenWindow(Page),
    TellWindow(ToWindow),
}

impl Machine for Desktop {
    /// Nobody waits for an answer here.
    type Reply = ();

    fn answer(&mut self, (): (), _: Answer) {}

    /// Everybody is signed in from the beginning.
    fn redeem(&mut self, _: Address, _: String, _: String) {}

    fn set_idle_after(&mut self, idle_after: Duration) {
        self.actions.push_back(DesktopAction::SetIdleAfter(idle_after));
    }

    fn set_sound(&mut self, _: SoundSettings) {}

    fn release_sleep(&mut self) {
        self.actions.push_back(DesktopAction::ReleaseSleep);
    }

    fn show_toasts(&mut self, toasts: Vec<Toast>) {
        self.actions.push_back(DesktopAction::ShowToasts(toasts));
    }

    fn start_window(&mut self, page: Page, _: bool) -> Result<(), String> {
        self.actions.push_back(DesktopAction::OpenWindow(page));
        Ok(())
    }

    /// No organisation of a simulated world has a portal of its own.
    fn open_browser(&mut self, _: &str) -> Result<(), String> {
        Ok(())
    }

    fn tell_window(&mut self, order: ToWindow) {
        self.actions.push_back(DesktopAction::TellWindow(order));
    }

    fn show(&mut self, _: &Arc<View>, _: Now) {}
}

/// A disk that takes everything.
#[derive(Clone)]
pub(crate) struct Disk {
    pub(crate) settings: Settings,
    pub(crate) token: Option<Token>,
}

impl Store for Disk {
    fn save_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    fn save_token(&mut self, token: Token) {
        self.token = Some(token);
    }

    fn forget_token(&mut self) {
        self.token = None;
    }

    fn try_again(&mut self) {}

    fn is_waiting(&self) -> bool {
        false
    }

    fn problem(&self) -> Option<String> {
        None
    }
}
