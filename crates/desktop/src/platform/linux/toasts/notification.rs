//! A toast as a notification of the desktop's standard: its actions and hints, and what an answer means.
//!
//! Toasts in, arguments of `Notify` out. Pure; knows no bus.

use agent::toast::{Toast, ToastAction, ToastKey};
use agent::words;
use std::collections::HashMap;
use zbus::zvariant::Value;

/// The name of a click on the toast itself, which the standard gives.
const ITSELF: &str = "default";

/// Urgency of critical toasts, and of others.
const CRITICAL: u8 = 2;
const NORMAL: u8 = 1;

/// What a daemon can do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capabilities {
    pub(super) actions: bool,
    pub(super) markup: bool,
    /// It plays sounds.
    pub(super) sound: bool,
}

/// Who plays the sound of a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sound {
    /// Nobody: it is silent.
    None,
    /// The app.
    Ours,
    /// The daemon, since the app cannot: the app's own sound, as it is set here. Without a file, the daemon's own one.
    Daemons {
        /// The specification requires a daemon with the capability `sound` to play files.
        file: Option<String>,
    },
}

impl Capabilities {
    /// What nearly every daemon can do.
    pub(super) const USUAL: Self = Self { actions: true, markup: true, sound: false };

    /// As the daemon says it.
    pub(super) fn told(names: &[String]) -> Self {
        let has = |name: &str| names.iter().any(|able| able == name);
        Self { actions: has("actions"), markup: has("body-markup"), sound: has("sound") }
    }
}

/// Pairs of what comes back and what is read. Xfce's daemon draws a button for the click on the toast itself, since it tells nobody
/// of such a click.
pub(super) fn actions(toast: &Toast) -> Vec<&str> {
    let open = words::open();
    let is_there = toast.buttons.iter().any(|button| button.label == open);
    // Clicking news opens nothing.
    let opens = !matches!(toast.key, ToastKey::News(_));
    let mut actions = vec![ITSELF, if opens && !is_there { open } else { "" }];
    for button in &toast.buttons {
        actions.extend([button.action.name(), button.label.as_str()]);
    }
    actions
}

/// What the daemon is told beside the text.
pub(super) fn hints(
    toast: &Toast,
    sound: &Sound,
    picture: Option<&str>,
) -> HashMap<&'static str, Value<'static>> {
    let urgency = if toast.is_critical { CRITICAL } else { NORMAL };
    let mut hints = HashMap::from([
        ("urgency", Value::from(urgency)),
        ("resident", Value::from(toast.stays)),
        ("category", Value::from("im.received")),
        ("desktop-entry", Value::from("deskbell")),
    ]);
    match sound {
        Sound::Daemons { file: Some(file) } => {
            hints.insert("sound-file", Value::from(file.clone()));
        }
        Sound::Daemons { file: None } => {}
        // Some daemons have a sound for every toast.
        Sound::None | Sound::Ours => {
            hints.insert("suppress-sound", Value::from(true));
        }
    }
    if let Some(picture) = picture {
        hints.insert("image-path", Value::from(picture.to_owned()));
    }
    hints
}

/// Whether the daemon itself said no: another call with the same words would end the same.
pub(super) fn is_refusal(error: &zbus::Error) -> bool {
    match error {
        zbus::Error::MethodError(name, ..) => !name.as_str().starts_with("org.freedesktop.DBus.Error."),
        _ => false,
    }
}

/// Whether nobody is there to show toasts.
pub(super) fn is_missing(error: &zbus::Error) -> bool {
    match error {
        zbus::Error::MethodError(name, ..) => ["ServiceUnknown", "NameHasNoOwner", "Spawn"]
            .iter()
            .any(|what| name.as_str().starts_with(&format!("org.freedesktop.DBus.Error.{what}"))),
        _ => false,
    }
}

/// Whether the daemon has left the bus without an answer.
pub(super) fn is_lost(error: &zbus::Error) -> bool {
    match error {
        zbus::Error::MethodError(name, ..) => {
            ["org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Disconnected"]
                .contains(&name.as_str())
        }
        _ => false,
    }
}

/// What a press of the action with this name is; `None` for the toast itself.
pub(super) fn pressed(action: &str) -> Option<Option<ToastAction>> {
    if action == ITSELF { Some(None) } else { ToastAction::named(action).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use agent::toast::Button;

    // C10: Xfce's daemon showed no way to open the chat of a message.
    #[test]
    fn a_toast_that_opens_something_says_so_once() {
        let labels = |key, buttons: &[&str]| {
            let button = |label: &&str| Button { action: ToastAction::Join, label: (*label).into() };
            let buttons = buttons.iter().map(button).collect();
            let (title, body, ring) = (String::new(), String::new(), None);
            let toast =
                Toast { key, title, body, buttons, ring, is_late: false, stays: true, is_critical: true };
            actions(&toast).into_iter().skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(labels(ToastKey::Several, &["Join"]), ["Open", "Join"]);
        assert_eq!(labels(ToastKey::Several, &["Open"]), ["", "Open"]);
        assert_eq!(labels(ToastKey::News(1), &[]), [""]);
    }
}
