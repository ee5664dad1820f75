//! What a desktop can have on it.

/// Who shows tray icons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tray {
    /// Nobody.
    #[default]
    None,
    /// A host of our own that reads icons and draws nothing.
    Host,
    /// A host of our own that takes icons and does not look at them.
    BlindHost,
    /// A real panel (xfce4-panel), which draws them.
    Panel {
        /// Whether it shows the time: no two pictures of it are the same then.
        clock: bool,
    },
    /// Another real panel (mate-panel): it tells more of its menus than the first.
    MatePanel,
}

/// Who shows toasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Toasts {
    /// Nobody.
    #[default]
    None,
    /// A recorder of our own, which has what Plasma has for do-not-disturb.
    Recorder,
    /// The same in GNOME's name, with the store of GNOME's settings (dconf).
    GnomeRecorder,
    /// A real daemon (xfce4-notifyd), which draws them with buttons and plays no sounds.
    Daemon,
    /// Another real daemon (mate-notification-daemon), which plays sounds, too.
    SoundingDaemon,
    /// A third one (dunst), which holds back all toasts while it is paused, and plays no sounds.
    Dunst,
}

/// Where programs on the desktop keep what is theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Home {
    /// In folders that go with the desktop.
    #[default]
    Private,
    /// Where the user who runs this keeps it.
    Users,
}

/// What is on a desktop.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// In pixels.
    pub size: (u16, u16),
    /// Whether there is a window manager (openbox).
    pub windows: bool,
    /// Who shows tray icons.
    pub tray: Tray,
    /// Who shows toasts.
    pub toasts: Toasts,
    /// Whether panels, toasts and windows are drawn dark.
    pub dark: bool,
    /// Whether there is a sound system, without loudspeakers.
    pub sound: bool,
    /// Whether there is a login manager.
    pub logind: bool,
    /// Where programs keep what is theirs.
    pub home: Home,
    /// The user whose desktop it is, where that is not the one who runs this; only root can have others.
    pub user: Option<&'static str>,
}

impl Options {
    /// An empty desktop of this size.
    pub const DEFAULT: Self = Self {
        size: (1280, 800),
        windows: false,
        tray: Tray::None,
        toasts: Toasts::None,
        dark: false,
        sound: false,
        logind: false,
        home: Home::Private,
        user: None,
    };
}

impl Default for Options {
    fn default() -> Self {
        Self::DEFAULT
    }
}
