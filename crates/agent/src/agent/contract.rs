//! What crosses the border between the core and the shell: [`Input`]s in, [`Effect`]s out. Types only.

use crate::settings::{KnownAccount, Settings};
use crate::toast::{Toast, ToastEvent};
use crate::view::{Answer, Intent, Page, ToWindow, WindowReport};
use presence::device::Fact;
use presence::{Moment, UnixMillis};
use protocol::{Instance, Token};
use std::time::Duration;

/// The time at which something is handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The device's own clock, which goes on while the machine sleeps.
    pub moment: Moment,
    /// This machine's wall clock: only for showing, and only until the service has told its own.
    pub unix: UnixMillis,
    /// The zone in which times are shown, in seconds east of UTC.
    pub utc_offset_s: i32,
}

/// How an agent begins.
#[derive(Clone, Debug)]
pub struct Start {
    /// The profile's name.
    pub profile: String,
    /// The app's version.
    pub version: String,
    /// As they were kept.
    pub settings: Settings,
    /// The sign-in, if there is one.
    pub token: Option<Token>,
    /// Random, of this run.
    pub instance: Instance,
    /// What the user would call this computer.
    pub device_name: String,
    /// Makes the ids of intents; 256 random bits.
    pub seed: [u8; 32],
    /// Whether windows can be opened.
    pub has_display: bool,
    /// A window that was open when the last run of the agent crashed has started this one, and will report.
    pub has_window: bool,
    /// Started by the desktop and not by the user: windows open minimised.
    pub background: bool,
}

/// Who gets an [`Effect::Answer`]. The shell numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Requester(pub u64);

/// What can be wrong with this machine, for the notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Problem {
    /// No display: no windows can be opened.
    Display,
    /// No tray host.
    TrayHost,
    /// No notification daemon.
    Notifications,
    /// Nothing that can sound.
    Sound,
    /// No session bus.
    SessionBus,
    /// What shows the toasts has failed and is started again.
    Toasts,
    /// What shows the tray icon has failed and is started again.
    Tray,
    /// Nothing tells of lock or sleep.
    LockWatch,
    /// The window program is missing or does not start.
    Window,
    /// Settings or token cannot be kept.
    Storage,
}

/// How far the tray icon has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayIcon {
    /// There is no tray to put it in.
    NoTray,
    /// A tray has taken it, and has not looked at its picture yet: it may have nobody who draws.
    Taken,
    /// Somebody who is there has read its picture.
    Drawn,
}

/// What can wake the agent.
#[derive(Clone, Debug)]
pub enum Input {
    /// What the idle source or the session watch has seen.
    Fact(Fact),
    /// Which idle source is in use and why; `None`: none works (P12).
    Source {
        /// Its name in words.
        source: Option<String>,
        /// Why this one, or why none.
        why: String,
    },
    /// From the link.
    Link(link::Event),
    /// A user wants something, and waits for the answer.
    Intent {
        /// Who gets the answer.
        from: Requester,
        /// What.
        intent: Intent,
    },
    /// A user has clicked this where no answer can be shown, as in the tray's menu: what there is to say comes as a toast.
    Clicked(Intent),
    /// From the window process.
    Window(WindowReport),
    /// The window process has ended.
    WindowEnded {
        /// It said `closed` or was told to end; otherwise it crashed.
        closed: bool,
    },
    /// The window process could not be started.
    WindowFailed {
        /// Why, for people.
        why: String,
    },
    /// What has become of the tray icon.
    TrayIcon(TrayIcon),
    /// What became of a toast.
    Toast(ToastEvent),
    /// Something is wrong on this machine, or (`None`) no longer is.
    Notice {
        /// What.
        about: Problem,
        /// What follows, and what to do, in words.
        words: Option<String>,
    },
    /// How [`Effect::Redeem`] ended.
    Redeemed {
        /// The token that the link was redeemed with, and for whom; or why not, in words.
        result: Result<(Token, KnownAccount), String>,
    },
    /// The machine has another network than before.
    NetworkChanged,
}

/// What the shell shall do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Pass on to the link.
    Link(link::Order),
    /// Answer.
    Answer {
        /// To whom.
        to: Requester,
        /// What.
        answer: Answer,
    },
    /// Make a token of 256 random bits and redeem a one-time link with it, answered by [`Input::Redeemed`]; a repeat after a
    /// lost answer uses the same token.
    Redeem {
        /// The service.
        address: link::Address,
        /// What stood behind `#`. Never log it.
        secret: String,
        /// This computer's name.
        device: String,
    },
    /// Keep the settings.
    SaveSettings(Settings),
    /// Keep the token.
    SaveToken(Token),
    /// Forget the token.
    ForgetToken,
    /// Tell the idle source the threshold (P2).
    SetIdleAfter(Duration),
    /// The report is out, or cannot go out: let the machine sleep (P4).
    ReleaseSleep,
    /// All toasts that shall be on the screen now, the latest last.
    Toasts(Vec<Toast>),
    /// Start the window process with this page.
    StartWindow {
        /// Which.
        page: Page,
        /// Minimised.
        minimised: bool,
    },
    /// Tell the window process.
    ToWindow(ToWindow),
    /// End the app; the effects before this one are to be done first.
    Quit,
}
