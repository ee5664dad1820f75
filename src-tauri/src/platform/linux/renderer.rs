//! Which of WebKit's renderers is used. The one it prefers passes pictures in the graphics card's memory (DMA-BUF), and
//! leaves windows blank if the card or its driver cannot do that. WebKit does not notice, and reads its setting only from
//! the environment. So this program checks for the known cases, and restarts itself with the setting.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// WebKit's setting. A user who has set it, to any value, has decided.
const SETTING: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
/// This program, even if an upgrade has replaced its file.
const OURSELVES: &str = "/proc/self/exe";
const DEVICES: &str = "/dev/dri";
const NVIDIA: &str = "/proc/driver/nvidia/version";
/// Drivers of the virtual graphics cards of virtual machines.
const PRETENDED: [&str; 9] = [
    "bochs-drm",
    "cirrus",
    "hyperv_drm",
    "qxl",
    "simple-framebuffer",
    "vboxvideo",
    "virtio-pci",
    "virtio_gpu",
    "vmwgfx",
];

/// What is known about the graphics of this machine.
#[derive(Clone, Debug, Default)]
struct Graphics {
    /// The drivers of the cards that this user may draw with.
    drivers: Vec<String>,
    has_nvidia: bool,
    display: String,
    is_xrdp: bool,
}

impl Graphics {
    fn here() -> Self {
        let text = |name| env::var_os(name).unwrap_or_default().to_string_lossy().into_owned();
        let nodes = fs::read_dir(DEVICES).into_iter().flatten().flatten();
        let usable = nodes.filter(|node| {
            node.file_name().to_string_lossy().starts_with("renderD")
                && OpenOptions::new().read(true).write(true).open(node.path()).is_ok()
        });
        Self {
            drivers: usable.map(|node| driver(&node.file_name())).collect(),
            has_nvidia: Path::new(NVIDIA).exists(),
            display: text("DISPLAY"),
            is_xrdp: env::var_os("XRDP_SESSION").is_some(),
        }
    }

    /// Why pages would stay blank with the renderer that WebKit prefers; `None` if they would not.
    fn lacks(&self) -> Option<&'static str> {
        let host = self.display.split(':').next().unwrap_or_default();
        if self.is_xrdp || !(host.is_empty() || host == "unix") {
            Some("the screen is another computer's")
        } else if self.has_nvidia || self.drivers.iter().any(|driver| driver.starts_with("nvidia")) {
            Some("the driver is NVIDIA's")
        } else if self.drivers.is_empty() {
            Some("there is no graphics card that this user may draw with")
        } else if self.drivers.iter().all(|driver| PRETENDED.contains(&driver.as_str())) {
            Some("the graphics card is a virtual machine's")
        } else {
            None
        }
    }
}

/// The driver behind a device's name; empty if the system does not say.
fn driver(node: &OsStr) -> String {
    let link = Path::new("/sys/class/drm").join(node).join("device/driver");
    let target = fs::read_link(link).unwrap_or_default();
    target.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Restarts this program, as the same process, if pages would stay blank. Returns if they would not.
pub(super) fn choose() {
    if env::var_os(SETTING).is_some() {
        return;
    }
    let Some(why) = Graphics::here().lacks() else { return };
    tracing::info!(why, "pages are drawn without DMA-BUF; set {SETTING}=0 to draw them with it");
    let mut arguments = env::args_os();
    // Start it by its path, so that process lists still show its name; an upgrade may have removed that file.
    let own = env::current_exe().ok().filter(|path| path.is_file());
    let mut again = Command::new(own.unwrap_or_else(|| OURSELVES.into()));
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    let error = again.args(arguments).env(SETTING, "1").exec();
    tracing::warn!(%error, "the window cannot be started again, so it may stay blank");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_told_from_cards_and_screens_whether_pages_would_stay_blank() {
        let on = |drivers: &[&str], display: &str| Graphics {
            drivers: drivers.iter().map(|driver| (*driver).to_owned()).collect(),
            display: display.to_owned(),
            ..Graphics::default()
        };
        for (graphics, is_blank) in [
            (on(&["i915"], ":0"), false),
            (on(&["amdgpu"], ""), false),
            (on(&["nouveau"], "unix:0"), false),
            (on(&[], ":0"), true),
            (on(&["virtio-pci"], ":0"), true),
            (on(&["vmwgfx"], ":0"), true),
            // A real card that is passed through to a virtual machine.
            (on(&["virtio-pci", "amdgpu"], ":0"), false),
            (on(&["nvidia"], ":0"), true),
            (Graphics { has_nvidia: true, ..on(&["i915"], ":0") }, true),
            (on(&["i915"], "localhost:10.0"), true),
            (Graphics { is_xrdp: true, ..on(&["i915"], ":10") }, true),
        ] {
            assert_eq!(graphics.lacks().is_some(), is_blank, "{graphics:?}");
        }
    }
}
