//! What the packages hold and need, and why.

use super::package::{File, How, Need, Package};

/// The app: agent and window.
pub(super) const APP: Package = Package {
    name: "deskbell",
    section: "net",
    summary: "shows whether you are at your desk, and rings when somebody needs help",
    description: &[
        "Deskbell sits in the tray. Technicians of a help desk are shown as Online or Away by what mouse and keyboard do, and \
         are rung when a client asks for a chat. Clients use it as a window around their portal.",
        "It needs the address of a Deskbell service and a one-time link from the administrator there.",
    ],
    files: &[
        File::program("deskbell", "usr/bin/deskbell"),
        File::program("deskbell-window", "usr/bin/deskbell-window"),
        File::plain("crates/xtask/bundle/app/deskbell.desktop", "usr/share/applications/deskbell.desktop"),
        File::settings("crates/xtask/bundle/app/autostart.desktop", "etc/xdg/autostart/deskbell.desktop"),
        File::plain("icons/32x32.png", "usr/share/icons/hicolor/32x32/apps/deskbell.png"),
        File::plain("icons/128x128.png", "usr/share/icons/hicolor/128x128/apps/deskbell.png"),
        File::plain("icons/128x128@2x.png", "usr/share/icons/hicolor/256x256/apps/deskbell.png"),
        File::plain("icons/icon.png", "usr/share/icons/hicolor/512x512/apps/deskbell.png"),
        File::plain("icons/deskbell.svg", "usr/share/icons/hicolor/scalable/apps/deskbell.svg"),
        File::plain("CHANGELOG.md", "usr/share/doc/deskbell/CHANGELOG.md"),
        File::plain("crates/xtask/bundle/copyright", "usr/share/doc/deskbell/copyright"),
    ],
    needs: &[
        // The service's certificate is checked against the system's.
        Need { how: How::Depends, deb: "ca-certificates", rpm: Some("ca-certificates") },
        // Links of other hosts open in the browser that the user has chosen.
        Need { how: How::Depends, deb: "xdg-utils", rpm: Some("xdg-utils") },
        // Tells the desktop that `deskbell:` links are ours.
        Need { how: How::Depends, deb: "desktop-file-utils", rpm: Some("desktop-file-utils") },
        // "Away until 13:00" is a time of the local zone. Others have it in their base, by different names.
        Need { how: How::Depends, deb: "tzdata", rpm: None },
        // Tray, toasts, lock and sleep go over the session bus; without one, presence and the terminal work.
        Need { how: How::Recommends, deb: "default-dbus-session-bus | dbus-session-bus", rpm: None },
        // Shows the toasts; every desktop has one of its own.
        Need { how: How::Recommends, deb: "notification-daemon", rpm: None },
        // What plays the app's own sound.
        Need {
            how: How::Recommends,
            deb: "pulseaudio-utils | pipewire-bin | alsa-utils",
            rpm: Some("pulseaudio-utils"),
        },
        // GNOME shows tray icons by this only.
        Need {
            how: How::Suggests,
            deb: "gnome-shell-extension-appindicator",
            rpm: Some("gnome-shell-extension-appindicator"),
        },
    ],
    scripts: &[],
};

/// The live chat service.
pub(super) const SERVICE: Package = Package {
    name: "deskbell-service",
    section: "net",
    summary: "live chat service of Deskbell, for help desks",
    description: &[
        "Technicians and clients connect to it with the app Deskbell, or in a browser with its portals. It tells them who is at \
         their desk and which chats there are, and keeps all that in a database of its own in one folder.",
    ],
    files: &[
        File::program("deskbell-service", "usr/bin/deskbell-service"),
        File::plain(
            "crates/xtask/bundle/service/deskbell-service.service",
            "usr/lib/systemd/system/deskbell-service.service",
        ),
        File::settings("crates/xtask/bundle/service/service.toml", "etc/deskbell/service.toml"),
        File::plain("docs/install.md", "usr/share/doc/deskbell-service/install.md"),
        File::plain("docs/operations.md", "usr/share/doc/deskbell-service/operations.md"),
        File::plain("docs/grafana/deskbell.json", "usr/share/doc/deskbell-service/grafana/deskbell.json"),
        File::plain("docs/troubleshooting.md", "usr/share/doc/deskbell-service/troubleshooting.md"),
        File::plain("CHANGELOG.md", "usr/share/doc/deskbell-service/CHANGELOG.md"),
        File::plain("crates/xtask/bundle/copyright", "usr/share/doc/deskbell-service/copyright"),
    ],
    needs: &[
        // Makes the account that it runs as.
        Need { how: How::Depends, deb: "adduser", rpm: None },
    ],
    scripts: &[
        ("postinst", "crates/xtask/bundle/service/postinst"),
        ("prerm", "crates/xtask/bundle/service/prerm"),
        ("postrm", "crates/xtask/bundle/service/postrm"),
    ],
};
