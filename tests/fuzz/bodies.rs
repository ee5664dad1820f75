//! What has to hold of whatever comes in, by target: never a panic, and more. The fuzzer calls these with what it makes up,
//! and an ordinary test with the inputs that are kept.

use agent::deep_link::{self, Wanted};
use agent::settings::Settings;
use agent::sign_in_link;
use agent::view::Page;
use link::Address;
use protocol::{Down, Up, display_text};

/// Longest text that any error may have, in characters: a sentence with a host name in it.
const WORDS_CHARS: usize = 1_000;

/// What an error must never tell: two secrets of one form.
const SECRETS: [&str; 2] = ["qX7-told-to-nobody_Jw", "Zk3_kept-by-its-own-M"];

/// Frames, read as the app and as the service read them.
pub(crate) fn frames(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(down) = protocol::read_down(text) {
        // What was read is fit to be shown, and stays the same when it is said on.
        let written = protocol::write(&down);
        let again = protocol::read_down(&written).expect("what was written can be read");
        assert_eq!(again, down);
        assert_shown(&serde_json::to_value(&down).expect("frames are plain data"));
        if let Down::Welcome(welcome) = &down {
            goes_on(&welcome.policy);
        }
        if let Down::Policy { policy } = &down {
            goes_on(policy);
        }
    }
    if let Ok(up) = serde_json::from_str::<Up>(text) {
        let written = protocol::write(&up);
        let again: Up = serde_json::from_str(&written).expect("what was written can be read");
        assert_eq!(again, up);
    }
    let line = display_text::line(text, 100);
    assert!(line.chars().count() <= 102 && !line.chars().any(char::is_control), "{line:?}");
    assert_eq!(display_text::line(&line, 100), line);
    let lines = display_text::lines(text, 100);
    assert!(lines.chars().count() <= 100 && !lines.chars().any(|c| c.is_control() && c != '\n'), "{lines:?}");
    assert_eq!(display_text::lines(&lines, 100), lines);
}

/// Whatever the numbers of the ringing are: time goes on, and a second passes between two sounds.
fn goes_on(policy: &protocol::Policy) {
    let mut waited = std::time::Duration::ZERO;
    for _ in 0..50 {
        let next = policy.ring.next_after(waited);
        assert!(next > waited && policy.ring.rings_at(next) > policy.ring.rings_at(waited), "{policy:?}");
        waited = next;
    }
    assert!(waited.as_secs() >= 25, "{policy:?}");
}

/// No text in it has controls (a message has lines), nor is longer than the longest that there may be.
fn assert_shown(value: &serde_json::Value) {
    match value {
        serde_json::Value::String(text) => {
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
            assert!(!text.contains(['\u{202e}', '\u{200b}', '\u{feff}', '\u{2066}']), "{text:?}");
            assert!(text.chars().count() <= 4_002, "{}", text.len());
        }
        serde_json::Value::Array(all) => all.iter().for_each(assert_shown),
        serde_json::Value::Object(all) => all.values().for_each(assert_shown),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Number(_) => {}
    }
}

/// Sign-in links and addresses, as an administrator sends them and people paste them.
pub(crate) fn links(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Address::parse(text) {
        Ok(address) => {
            let again = Address::parse(&address.to_string()).expect("what it says it is can be read");
            assert_eq!(again, address);
            // Nothing leaves in plain text, but to this machine.
            let host = address.host();
            let is_here =
                host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
            assert!(address.is_secure() || is_here, "{address}");
            assert!(!address.to_string().chars().any(char::is_control), "{address:?}");
        }
        Err(error) => assert_words(&error.to_string()),
    }
    match sign_in_link::read(text) {
        Ok((address, secret)) => {
            assert!(
                !secret.is_empty() && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
            );
            let again = sign_in_link::read(&format!("{address}/sign-in#{secret}"));
            assert_eq!(again, Ok((address, secret)));
        }
        Err(words) => assert_words(&words),
    }
    // Whatever stands before it, no error tells what stands behind `#`: it is the same for another secret.
    let [told, other] = SECRETS.map(|secret| {
        let link = format!("{text}#{secret}");
        (Address::parse(&link).map_err(|error| error.to_string()).err(), sign_in_link::read(&link).err())
    });
    assert_eq!(told, other);
}

/// An error is one sentence or two that can be shown.
fn assert_words(words: &str) {
    assert!(!words.is_empty() && words.chars().count() <= WORDS_CHARS, "{words:?}");
    assert!(!words.chars().any(char::is_control), "{words:?}");
}

/// Links of the scheme `deskbell:`: anybody can open one, and all that one can do is open a page or make
/// the app ask whether to sign in.
pub(crate) fn deep_links(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match deep_link::read(text) {
        Some(Wanted::SignIn { link }) => links(link.as_bytes()),
        Some(Wanted::Open(Page::Portal { .. } | Page::Status)) | None => {}
        Some(Wanted::Open(Page::SignIn)) => panic!("a link opened the question without what to ask"),
    }
}

/// The app's settings and the service's.
pub(crate) fn settings(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    match Settings::read(text) {
        Ok(settings) => {
            let again = Settings::read(&settings.write()).expect("what was written can be read");
            assert_eq!(again, settings);
        }
        Err(error) => {
            let words = error.to_string();
            assert!(error.line >= 1 && error.line <= text.matches('\n').count() + 1, "{error:?}");
            assert!(
                words.chars().count() <= 2 * WORDS_CHARS && !words.chars().any(char::is_control),
                "{words:?}"
            );
        }
    }
    if let Err(error) = service::settings::Settings::parse(text, "service.toml") {
        let words = error.to_string();
        assert!(words.starts_with("service.toml, line "), "{words:?}");
    }
}
