//! Which toasts sound, and who plays the sound: the daemon, or the app in its place.

use super::notification::{Capabilities, Sound};
use super::sound_theme;
use crate::toasts::ringer::{Ring, Ringer};
use crate::toasts::sounds::Sounds;
use agent::toast::Toast;
use tokio::time::Instant;

/// The sounds of toasts.
pub(super) struct Ringing<'a> {
    /// Rings where the daemon does not.
    pub(super) ringer: &'a Ringer,
    sounds: Sounds,
}

impl<'a> Ringing<'a> {
    pub(super) fn new(ringer: &'a Ringer) -> Self {
        Self { ringer, sounds: Sounds::default() }
    }

    /// What a toast that is to sound rings for; `None` if it was heard already, or too much has sounded lately.
    pub(super) fn ring_of(&mut self, toast: &Toast) -> Option<Ring> {
        let ring = Ring { key: toast.key.clone(), number: toast.ring? };
        // The app may have rung in the place of a daemon that had no room then.
        if !self.ringer.is_unheard(&ring) {
            return None;
        }
        let may_sound = self.sounds.may_sound(Instant::now());
        if !may_sound {
            self.ringer.leave_out(&ring);
        }
        may_sound.then_some(ring)
    }

    /// Who plays the sound of a toast.
    pub(super) fn sound(&self, ring: Option<&Ring>, capabilities: Capabilities) -> Sound {
        match (ring, capabilities.sound) {
            (None, _) => Sound::None,
            (Some(_), false) => Sound::Ours,
            (Some(_), true) => {
                let file = self.ringer.file().map(|file| file.display().to_string());
                Sound::Daemons { in_theme: sound_theme::has_sound(), file }
            }
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

    /// The daemon has not shown the toast. If it is still wanted, the app rings in its place.
    pub(super) fn not_shown(&mut self, ring: &Ring, is_wanted: bool) {
        self.sounds.take_back();
        if is_wanted {
            self.ringer.ring(ring);
        }
    }
}
