//! What the app saves between runs, apart from the token: TOML text <-> [`Settings`]. The shell reads and writes the file.

use crate::sound::SoundSettings;
use link::Address;
use presence::Role;
use protocol::display_text;
use protocol::limits::{NAME_CHARS, WORDS_CHARS};
use serde::{Deserialize, Serialize};

/// The app's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The service's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The client was told what closing the portal means.
    pub closing_explained: bool,
    /// Toasts and the tray do not say who and about what: the user shares the screen.
    pub hide_names: bool,
    /// The organisation's threshold as the service last told it, in milliseconds. Without it, a user who is idle would be taken for active
    /// after a start, until the service tells it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_after_ms: Option<u64>,
    /// Where the organisation has a portal of its own, as the service last told it: an address with `{session}`. It is opened in the system's
    /// browser, also before the app is connected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portal_address: Option<String>,
    /// How toasts sound on this computer.
    #[serde(skip_serializing_if = "is_default")]
    pub sound: SoundSettings,
    /// Who is signed in, as last known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<KnownAccount>,
}

/// Who is signed in, as the service last said, so that the app knows it before it is connected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownAccount {
    /// Their name.
    pub name: String,
    /// Technician or client.
    pub role: Role,
    /// The organisation.
    pub organisation: String,
}

/// Why a settings file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct SettingsError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there and what is allowed.
    pub what: String,
}

impl Settings {
    /// Reads the text of a settings file; an empty one is the default.
    ///
    /// # Errors
    /// An unknown key or a bad value, with its line and what is allowed.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let mut settings: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            SettingsError { line: line_at(text, at), what: display_text::line(error.message(), WORDS_CHARS) }
        })?;
        if let Some(Err(error)) = settings.address.as_deref().map(Address::parse) {
            let at = text.find("address").unwrap_or(0);
            return Err(SettingsError { line: line_at(text, at), what: format!("address: {error}") });
        }
        if let Some(account) = &mut settings.account {
            account.name = display_text::line(&account.name, NAME_CHARS);
            account.organisation = display_text::line(&account.organisation, NAME_CHARS);
        }
        Ok(settings)
    }

    /// The text of the file.
    #[must_use]
    pub fn write(&self) -> String {
        toml::to_string(self).expect("settings are plain tables with string keys")
    }
}

/// What nobody has set is not written.
fn is_default(sound: &SoundSettings) -> bool {
    *sound == SoundSettings::default()
}

fn line_at(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|each| *each == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::{SoundChoice, Volume};

    #[test]
    fn reads_back_what_it_wrote() {
        let account = KnownAccount {
            name: "Priya “P” Shah".to_owned(),
            role: Role::Technician,
            organisation: "Acme IT".to_owned(),
        };
        let settings = Settings {
            address: Some("https://help.acme.example".to_owned()),
            closing_explained: true,
            hide_names: true,
            idle_after_ms: Some(60_000),
            sound: SoundSettings {
                on: false,
                volume: Volume::try_from(80).unwrap(),
                choice: SoundChoice::Soft,
            },
            portal_address: Some("https://help.acme.example/chats/{session}".to_owned()),
            account: Some(account),
        };
        assert_eq!(Settings::read(&settings.write()).unwrap(), settings);
        assert_eq!(Settings::read("").unwrap(), Settings::default());
    }

    #[test]
    fn an_unknown_key_or_a_bad_value_names_its_line_and_what_is_allowed() {
        let unknown = Settings::read("closing_explained = true\nadress = 'https://x'\n").unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "line 2: unknown field `adress`, expected one of `address`, `closing_explained`, `hide_names`, `idle_after_ms`, `portal_address`, `sound`, `account`"
        );
        let bad = Settings::read("\n\nclosing_explained = 3\n").unwrap_err();
        assert_eq!(bad.line, 3);
        let plain = Settings::read("\naddress = 'http://help.acme.example'").unwrap_err();
        assert_eq!(plain.line, 2);
        assert!(plain.what.contains("https://help.acme.example"), "{plain}");
    }

    #[test]
    fn what_the_sound_may_be_is_said_with_the_line() {
        let file = |line: &str| format!("closing_explained = true\n[sound]\non = true\n{line}\n");
        for (line, what) in [
            ("volume = 5", "expected a volume from 10 to 100"),
            ("volume = 300", "expected a volume from 10 to 100"),
            ("volume = 'loud'", "expected i64"),
            ("choice = 'gong'", "expected one of `bell`, `soft`, `wood`"),
            ("loud = true", "expected one of `on`, `volume`, `choice`"),
        ] {
            let error = Settings::read(&file(line)).unwrap_err();
            assert!(error.what.contains(what), "{line}: {error}");
            assert_eq!(error.line, 4, "{line}: {error}");
        }
        let sound = Settings::read(&file("volume = 80")).unwrap().sound;
        assert_eq!((sound.volume.percent(), sound.choice), (80, SoundChoice::Bell), "the rest is as usual");
    }
}
