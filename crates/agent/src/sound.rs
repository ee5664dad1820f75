//! How toasts sound on this computer, as its user has set it: whether, which sound, and how loud.
//!
//! Values and what is allowed of them. It knows no player, no file and no clock.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// From this wait on, a request is late: it sounds louder and longer (C3).
const LATE_AFTER: Duration = Duration::from_secs(60);

/// Whether something that has waited for this long sounds louder and longer (C3).
pub(crate) fn is_late(waited: Duration) -> bool {
    waited >= LATE_AFTER
}

/// What the user has set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct SoundSettings {
    /// Whether toasts make a sound.
    pub on: bool,
    /// How loud.
    pub volume: Volume,
    /// Which sound.
    pub choice: SoundChoice,
}

impl Default for SoundSettings {
    fn default() -> Self {
        Self { on: true, volume: Volume::DEFAULT, choice: SoundChoice::Bell }
    }
}

impl SoundSettings {
    /// These settings with what the change names.
    #[must_use]
    pub fn with(self, change: SoundChange) -> Self {
        let SoundChange { on, volume, choice } = change;
        Self {
            on: on.unwrap_or(self.on),
            volume: volume.unwrap_or(self.volume),
            choice: choice.unwrap_or(self.choice),
        }
    }
}

/// A change of the settings. What it does not name stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SoundChange {
    /// Whether toasts make a sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub on: Option<bool>,
    /// How loud.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub volume: Option<Volume>,
    /// Which sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub choice: Option<SoundChoice>,
}

/// How loud, in percent: from 10 to 100. Off is a setting of its own, so that the volume is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "i64", into = "u8")]
pub struct Volume(#[cfg_attr(feature = "typescript", ts(type = "number"))] u8);

/// What a volume may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a volume from 10 to 100")]
pub struct VolumeError;

impl Volume {
    /// Below it, nothing can be told from silence in an office.
    pub const LEAST: Self = Self(10);
    /// As long as nobody has set anything: quiet beside speech and music, and heard in a quiet room.
    pub const DEFAULT: Self = Self(50);
    /// As loud as the sounds can be without being distorted.
    pub const MOST: Self = Self(100);

    /// In percent.
    #[must_use]
    pub fn percent(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for Volume {
    type Error = VolumeError;

    fn try_from(percent: i64) -> Result<Self, VolumeError> {
        let percent = u8::try_from(percent).map_err(|_| VolumeError)?;
        if (Self::LEAST.0..=Self::MOST.0).contains(&percent) { Ok(Self(percent)) } else { Err(VolumeError) }
    }
}

impl From<Volume> for u8 {
    fn from(volume: Volume) -> Self {
        volume.0
    }
}

/// One of the app's sounds. Each has a louder and longer form for what is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum SoundChoice {
    /// Strokes of a bell, which are heard through speech.
    Bell,
    /// Low tones that rise slowly.
    Soft,
    /// Short knocks on wood.
    Wood,
}

impl SoundChoice {
    /// All.
    pub const ALL: [Self; 3] = [Self::Bell, Self::Soft, Self::Wood];

    /// The name by which it is chosen in a terminal.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bell => "bell",
            Self::Soft => "soft",
            Self::Wood => "wood",
        }
    }

    /// The sound of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_sets_what_it_names_and_keeps_the_rest() {
        let before = SoundSettings::default();
        assert_eq!(before.with(SoundChange::default()), before);
        let off = before.with(SoundChange { on: Some(false), ..SoundChange::default() });
        assert_eq!(off, SoundSettings { on: false, ..before }, "the volume is kept while it is off");
        let volume = Volume::try_from(80).unwrap();
        let changed =
            off.with(SoundChange { volume: Some(volume), choice: Some(SoundChoice::Soft), on: None });
        assert_eq!(changed, SoundSettings { on: false, volume, choice: SoundChoice::Soft });
    }

    #[test]
    fn a_volume_is_from_10_to_100_percent() {
        for allowed in [10, 55, 100] {
            assert_eq!(i64::from(Volume::try_from(allowed).unwrap().percent()), allowed);
        }
        for refused in [i64::MIN, -10, 0, 9, 101, 266, i64::MAX] {
            assert_eq!(Volume::try_from(refused), Err(VolumeError), "{refused}");
        }
    }

    #[test]
    fn a_sound_is_chosen_by_the_name_that_is_kept() {
        for choice in SoundChoice::ALL {
            assert_eq!(serde_json::to_value(choice).unwrap(), choice.name());
            assert_eq!(SoundChoice::named(choice.name()), Some(choice));
        }
        assert_eq!(SoundChoice::named("Bell "), None);
    }

    // C3
    #[test]
    fn a_request_is_late_from_a_minute_on() {
        assert!(!is_late(Duration::from_millis(59_999)));
        assert!(is_late(Duration::from_secs(60)));
    }
}
