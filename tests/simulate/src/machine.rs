//! The app on a computer: the real agent with its loop, a screen and a disk that only remember, and the window's process.

mod desktop;
mod life;
mod screen;
mod toasts;
mod window;

use agent::agent::Input;
use agent::runner::Runner;
use agent::settings::Settings;
use desktop::Desktop;
pub(crate) use desktop::DesktopAction;
use desktop::Disk;
use presence::Moment;
use protocol::{Instance, Token};
use screen::Screen;
use std::collections::VecDeque;

/// The app on a computer.
pub(crate) struct Machine {
    /// It runs.
    pub(crate) program: Option<Runner<Desktop, Disk>>,
    /// What is kept while it does not run.
    disk: Disk,
    pub(crate) instance: Instance,
    pub(crate) inputs: VecDeque<Input>,
    pub(crate) screen: Screen,
    pub(crate) window: Window,
    window_life: u32,
    /// The page in its window.
    pub(crate) page: Option<usize>,
    pub(crate) silent_until: u64,
    /// Until when its user has silenced the running agent, which forgets that when it ends.
    pub(crate) quiet_until: u64,
    pub(crate) do_not_disturb: DoNotDisturb,
}

/// Whether a desktop is in do-not-disturb, and since when.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DoNotDisturb {
    pub(crate) is_on: bool,
    pub(crate) changed: u64,
}

/// The window's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    Gone,
    Starting { portal: bool },
    Running { portal: bool },
}

impl Machine {
    pub(crate) fn new(settings: Settings, token: Token) -> Self {
        Self {
            program: None,
            disk: Disk { settings, token: Some(token) },
            instance: Instance::nil(),
            inputs: VecDeque::new(),
            screen: Screen::default(),
            window: Window::Gone,
            window_life: 0,
            page: None,
            silent_until: 0,
            quiet_until: 0,
            do_not_disturb: DoNotDisturb::default(),
        }
    }

    /// When the keeper of the task that shows toasts wants to be called.
    pub(crate) fn keeper_timeout(&self) -> Option<Moment> {
        self.program.as_ref().and_then(|_| self.screen.keeper_timeout())
    }
}
