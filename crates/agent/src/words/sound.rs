//! How toasts sound on this computer, in words.

use super::{fill, say};
use crate::sound::{SoundChoice, SoundSettings};

texts! {
    /// Why toasts make no sound: the user has set it so for this computer.
    pub fn off = say("sound-off");
}

/// All that is set.
pub(crate) fn set(sound: SoundSettings) -> String {
    let volume = u64::from(sound.volume.percent());
    let values = [("sound", name(sound.choice).into()), ("volume", volume.into())];
    if sound.on { fill("sound-set-on", &values) } else { fill("sound-set-off", &values) }
}

fn name(choice: SoundChoice) -> String {
    match choice {
        SoundChoice::Bell => say("sound-bell"),
        SoundChoice::Soft => say("sound-soft"),
        SoundChoice::Wood => say("sound-wood"),
    }
}
