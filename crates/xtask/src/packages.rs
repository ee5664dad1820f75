//! The system packages that the project needs, and why.

/// Packages that serve one purpose.
pub(crate) struct Group {
    /// What for, shown before they are installed.
    pub(crate) why: &'static str,
    /// By the names of Debian; see [`name_on`] for others.
    pub(crate) packages: &'static [&'static str],
}

/// To build and run the programs.
pub(crate) const BUILD: [Group; 2] = [
    Group { why: "to compile and link", packages: &["build-essential", "pkg-config"] },
    Group {
        why: "for the window program (Tauri): web view, icons, keyboard; for the last-resort idle source: X11",
        packages: &["libwebkit2gtk-4.1-dev", "librsvg2-dev", "libxdo-dev", "libssl-dev", "libx11-dev"],
    },
];

/// To run on a machine without a display.
pub(crate) const VIRTUAL_DISPLAY: [Group; 3] = [
    Group {
        why: "a virtual display with message bus, window manager, panel and notification daemon",
        packages: &["xvfb", "dbus", "openbox", "xfce4-panel", "xfconf", "xfce4-notifyd"],
    },
    Group { why: "a browser that can be driven", packages: &["chromium", "chromium-driver"] },
    Group {
        why: "fonts and icons, so that pictures of the screen look like a desktop",
        packages: &["fonts-dejavu-core", "fonts-inter", "adwaita-icon-theme", "librsvg2-common"],
    },
];

/// To test, beside the virtual display.
pub(crate) const RIG: [Group; 10] = [
    Group { why: "to draw the icons from their sources", packages: &["librsvg2-bin"] },
    Group {
        why: "a login manager that can be told to lock and to sleep",
        packages: &["python3-dbusmock", "python3-gi"],
    },
    Group {
        why: "a second panel, which tells of its menus otherwise, and a notification daemon that plays sounds",
        packages: &["mate-panel", "mate-notification-daemon"],
    },
    Group {
        why: "a notification daemon that can be paused, and the store of GNOME's settings",
        packages: &["dunst", "dconf-gsettings-backend", "gsettings-desktop-schemas", "libglib2.0-bin"],
    },
    Group {
        why: "a sound system without loudspeakers, its player and recorder, and what a notification daemon plays",
        packages: &["pulseaudio", "pulseaudio-utils", "libcanberra-pulse", "sound-theme-freedesktop"],
    },
    Group {
        why: "other browsers than the first, and the driver of one",
        packages: &["firefox-esr", "webkit2gtk-driver"],
    },
    Group { why: "to read metrics as Prometheus does", packages: &["python3-prometheus-client"] },
    Group { why: "issuers that a machine trusts", packages: &["ca-certificates"] },
    Group {
        why: "to start programs as another user or with mounts and disks of their own, and to look at processes",
        packages: &["util-linux", "mount", "e2fsprogs", "procps"],
    },
    Group { why: "to set the clock of one program only", packages: &["libfaketime"] },
];

/// To measure others beside ours.
pub(crate) const BENCH: [Group; 1] =
    [Group { why: "the tray of a bare Tauri app", packages: &["libayatana-appindicator3-1"] }];

/// To make packages of the programs, and to try them.
pub(crate) const BUNDLE: [Group; 2] = [
    Group { why: "to make packages", packages: &["dpkg-dev", "rpm", "binutils", "git"] },
    Group {
        why: "to try packages in a bare system with a display",
        packages: &["debootstrap", "mount", "util-linux", "xvfb"],
    },
];

/// All that tests need: the programs are built and run, on a virtual display too.
pub(crate) fn for_tests() -> impl Iterator<Item = &'static Group> {
    BUILD.iter().chain(&VIRTUAL_DISPLAY).chain(&RIG)
}

/// The package's name on another distribution of the family, by `ID` of `/etc/os-release`.
pub(crate) fn name_on(distribution: &str, package: &'static str) -> &'static str {
    match (distribution, package) {
        ("ubuntu", "chromium") => "chromium-browser",
        ("ubuntu", "firefox-esr") => "firefox",
        ("ubuntu", "chromium-driver") => "chromium-chromedriver",
        (_, name) => name,
    }
}
