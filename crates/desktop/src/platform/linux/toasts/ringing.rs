//! Which toasts sound, and who plays the sound: the app, or the daemon where the app cannot.

use super::notification::{Capabilities, Sound};
use crate::toasts::ringer::{Ring, Ringer};
use crate::toasts::sounds::Sounds;
use agent::toast::Toast;
use tokio::time::Instant;

/// The sounds of toasts.
pub(super) struct Ringing<'a> {
    /// Plays the app's sound.
    pub(super) ringer: &'a Ringer,
    sounds: Sounds,
}

impl<'a> Ringing<'a> {
    pub(super) fn new(ringer: &'a Ringer) -> Self {
        Self { ringer, sounds: Sounds::default() }
    }

    /// What a toast that is to sound rings for; `None` if sound is off, it was heard already, or too much has sounded lately.
    pub(super) fn ring_of(&mut self, toast: &Toast) -> Option<Ring> {
        let ring = Ring { key: toast.key.clone(), number: toast.ring?, is_late: toast.is_late };
        // The app may have rung for a daemon that had no room then.
        if !self.ringer.is_unheard(&ring) {
            return None;
        }
        let may_sound = self.ringer.is_on() && self.sounds.may_sound(Instant::now());
        if !may_sound {
            self.ringer.leave_out(&ring);
        }
        may_sound.then_some(ring)
    }

    /// Who plays the sound of a toast.
    pub(super) fn sound(&self, ring: Option<&Ring>, capabilities: Capabilities) -> Sound {
        match ring {
            None => Sound::None,
            Some(ring) if capabilities.sound && !self.ringer.can_play() => {
                let file = self.ringer.file(ring).map(|file| file.display().to_string());
                Sound::Daemons { file }
            }
            Some(_) => Sound::Ours,
        }
    }

    /// The toast is on the screen.
    pub(super) fn shown(&self, ring: &Ring, is_ours: bool) {
        if is_ours {
            self.ringer.ring(ring);
        } else {
            self.ringer.heard(ring);
        }
    }

    /// The daemon has not shown the toast. If it is still wanted, the app rings all the same.
    pub(super) fn not_shown(&mut self, ring: &Ring, is_wanted: bool) {
        self.sounds.take_back();
        if is_wanted {
            self.ringer.ring(ring);
        }
    }
}
