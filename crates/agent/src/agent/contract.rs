//! The contract between the core and the shell: [`Input`]s go in, [`Effect`]s come out. Types only.

use crate::settings::{KnownAccount, Settings};
use crate::sound::SoundSettings;
use crate::toast::{Toast, ToastEvent};
use crate::view::{Answer, Intent, Page, ToWindow, WindowReport};
use presence::device::Fact;
use presence::{Moment, UnixMillis};
use protocol::{Instance, Token};
use std::time::Duration;

/// The time of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The device's own clock, which keeps running while the machine sleeps.
    pub moment: Moment,
    /// This machine's wall clock. It is only shown, and only until the service has told its own time.
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
    /// The settings as they were saved.
    pub settings: Settings,
    /// The sign-in, if there is one.
    pub token: Option<Token>,
    /// A random id of this run.
    pub instance: Instance,
    /// This computer's name for people.
    pub device_name: String,
    /// 256 random bits, from which the ids of intents are made.
    pub seed: [u8; 32],
    /// Whether windows can be opened.
    pub has_display: bool,
    /// A window that was open when the last run of the agent crashed has started this one, and will report.
    pub has_window: bool,
    /// The desktop and not the user has started the app: windows open minimised.
    pub background: bool,
}

/// Who gets an [`Effect::Answer`]. The shell numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Requester(pub u64);

/// What can be wrong with this machine, for the notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Problem {
    /// There is no display, so no window can be opened.
    Display,
    /// No tray host.
    TrayHost,
    /// No notification daemon.
    Notifications,
    /// Nothing can play sounds.
    Sound,
    /// No session bus.
    SessionBus,
    /// The task that shows toasts has failed and is started again.
    Toasts,
    /// The task that shows the tray icon has failed and is started again.
    Tray,
    /// Nothing reports when the session locks or the machine sleeps.
    LockWatch,
    /// Nothing reports whether the desktop is in do-not-disturb.
    DoNotDisturb,
    /// The window program is missing or does not start.
    Window,
    /// The system's browser does not start.
    Browser,
    /// Settings or token cannot be saved.
    Storage,
}

/// How far the tray icon has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayIcon {
    /// There is no tray.
    NoTray,
    /// A tray has accepted it, but has not read its picture yet: it may never draw it.
    Taken,
    /// A tray has read its picture.
    Drawn,
}

/// What can wake the agent.
#[derive(Clone, Debug)]
pub enum Input {
    /// The idle source or the session watch has seen something.
    Fact(Fact),
    /// Which idle source is in use and why; `None`: none works (P12).
    Source {
        /// Its name in words.
        source: Option<String>,
        /// Why this one, or why there is none.
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
    /// A user has clicked this where no answer can be shown, as in the tray's menu: the answer comes as a toast.
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
    /// The tray icon was taken, drawn or lost.
    TrayIcon(TrayIcon),
    /// Something happened to a toast.
    Toast(ToastEvent),
    /// Whether the desktop is in do-not-disturb (C11). Until it is said to be, it is not.
    DoNotDisturb(bool),
    /// Something is wrong on this machine, or (`None`) no longer is.
    Notice {
        /// What.
        about: Problem,
        /// The consequence, and what to do about it, in words.
        words: Option<String>,
    },
    /// How [`Effect::Redeem`] ended.
    Redeemed {
        /// The token that the link was redeemed with, and whose it is; or why it was not redeemed, in words.
        result: Result<(Token, KnownAccount), String>,
    },
    /// The machine has changed networks.
    NetworkChanged,
}

/// What the shell has to do.
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
        /// The part of the link behind `#`. Never log it.
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
    /// Tell what plays sounds how they sound.
    SetSound(SoundSettings),
    /// The report is sent, or cannot be sent: let the machine sleep (P4).
    ReleaseSleep,
    /// The toasts that belong on the screen now, the latest last.
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
    /// Open an address in the system's browser, as the user has asked.
    OpenBrowser(String),
    /// End the app, after the effects before this one.
    Quit,
}
