//! Whether the desktop has the sound that a toast asks the notification daemon for.
//!
//! A daemon that plays sounds plays none that it does not find.

use std::path::PathBuf;

/// The sound, by the names of the freedesktop sound naming specification.
pub(super) const NAME: &str = "message-new-instant";
/// The theme that every other one falls back to, and what its files may end in.
const FOLDER: &str = "sounds/freedesktop/stereo";
const ENDINGS: [&str; 3] = ["oga", "ogg", "wav"];
/// Where data is unless the environment says otherwise.
const USUAL_FOLDERS: &str = "/usr/local/share:/usr/share";

/// Whether the theme has it.
pub(super) fn has_sound() -> bool {
    let folders = std::env::var("XDG_DATA_DIRS").ok().filter(|folders| !folders.is_empty());
    let folders = folders.unwrap_or_else(|| USUAL_FOLDERS.to_owned());
    let home = directories::BaseDirs::new().map(|dirs| dirs.data_dir().to_owned());
    let mut all = folders.split(':').map(PathBuf::from).chain(home);
    all.any(|folder| {
        ENDINGS.iter().any(|ending| folder.join(FOLDER).join(format!("{NAME}.{ending}")).is_file())
    })
}
