//! Where a profile's files are, by the desktop's own rules (XDG on Linux).

use anyhow::{Context, Result};
use local::socket_path::{Profile, SocketPath};
use std::path::PathBuf;

/// The files of one profile.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// What the app keeps between runs; people may edit it.
    pub(crate) settings: PathBuf,
    /// The sign-in.
    pub(crate) token: PathBuf,
    /// The picture that toasts show.
    pub(crate) toast_picture: PathBuf,
    /// The folder of the sounds that the app plays itself.
    pub(crate) sounds: PathBuf,
    /// What an agent in the background says.
    pub(crate) log: PathBuf,
    /// The local socket.
    pub(crate) socket_path: SocketPath,
    /// Which toasts are on the screen.
    pub(crate) toasts: PathBuf,
}

impl Paths {
    /// Finds them; makes nothing.
    ///
    /// # Errors
    ///
    /// Without a home folder.
    pub(crate) fn find(profile: &Profile) -> Result<Self> {
        let dirs = directories::ProjectDirs::from("", "", "deskbell")
            .context("there is no home folder to keep settings in; set HOME")?;
        let socket_path = SocketPath::find(profile)?;
        let state = dirs.state_dir().unwrap_or(dirs.data_local_dir());
        Ok(Self {
            settings: dirs.config_dir().join(profile.as_str()).join("settings.toml"),
            token: dirs.data_dir().join(profile.as_str()).join("token"),
            toast_picture: dirs.data_dir().join("toast.png"),
            sounds: dirs.data_dir().to_owned(),
            log: state.join(profile.as_str()).join("deskbell.log"),
            toasts: socket_path.file("toasts"),
            socket_path,
        })
    }
}
