//! Which toasts are on the screen, in a small file: so that a run after a crash replaces or closes them.
//!
//! The numbers mean something only to the daemon that gave them, so its name on its bus stands beside them.

use agent::toast::ToastKey;
use agent::toasts::board::Id;
use chat::SessionId;
use serde::{Deserialize, Serialize};
use std::path::Path;
use uuid::Uuid;

/// Who gave the numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Daemon {
    /// The bus's own id.
    pub(crate) bus: String,
    /// The daemon's unique name on it.
    pub(crate) name: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Persisted {
    daemon: Daemon,
    toasts: Vec<(String, Id)>,
}

/// What an earlier run left on `daemon`'s screen.
pub(crate) fn read(path: &Path, daemon: &Daemon) -> Vec<(ToastKey, Id)> {
    let Ok(text) = std::fs::read(path) else { return Vec::new() };
    match serde_json::from_slice::<Persisted>(&text) {
        Ok(persisted) if persisted.daemon == *daemon => {
            persisted.toasts.iter().filter_map(|(key, id)| Some((read_key(key)?, *id))).collect()
        }
        Ok(_) => Vec::new(),
        Err(error) => {
            tracing::debug!(%error, "the list of toasts on the screen cannot be read");
            Vec::new()
        }
    }
}

/// Notes what is on the screen now. The file is in memory until the session ends, so it need not reach a disk.
pub(crate) fn write<'a>(path: &Path, daemon: &Daemon, toasts: impl Iterator<Item = (&'a ToastKey, Id)>) {
    let toasts: Vec<_> = toasts.map(|(key, id)| (write_key(key), id)).collect();
    let written = if toasts.is_empty() {
        match std::fs::remove_file(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    } else {
        let persisted = Persisted { daemon: daemon.clone(), toasts };
        let text = serde_json::to_vec(&persisted).expect("names and numbers can be written as JSON");
        crate::file::replace_unsynced(path, &text)
    };
    if let Err(error) = written {
        tracing::warn!(%error, "the list of toasts on the screen cannot be kept");
    }
}

fn write_key(key: &ToastKey) -> String {
    match key {
        ToastKey::Request(session) => format!("request {}", session.0),
        ToastKey::Several => "several".to_owned(),
        ToastKey::Invitation(session) => format!("invitation {}", session.0),
        ToastKey::HandOver(session) => format!("hand-over {}", session.0),
        ToastKey::Abandoned(session) => format!("abandoned {}", session.0),
        ToastKey::Callback(session) => format!("callback {}", session.0),
        ToastKey::Message(session) => format!("message {}", session.0),
        ToastKey::News(number) => format!("news {number}"),
    }
}

fn read_key(text: &str) -> Option<ToastKey> {
    let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
    let session = || Uuid::parse_str(rest).ok().map(SessionId);
    match kind {
        "request" => session().map(ToastKey::Request),
        "several" => Some(ToastKey::Several),
        "invitation" => session().map(ToastKey::Invitation),
        "hand-over" => session().map(ToastKey::HandOver),
        "abandoned" => session().map(ToastKey::Abandoned),
        "callback" => session().map(ToastKey::Callback),
        "message" => session().map(ToastKey::Message),
        "news" => rest.parse().ok().map(ToastKey::News),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_back_for_the_same_daemon_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("toasts");
        let daemon = |name: &str| Daemon { bus: "b".into(), name: name.into() };
        let session = SessionId(Uuid::from_u128(7));
        let all = [
            (ToastKey::Request(session), 1),
            (ToastKey::Several, 2),
            (ToastKey::Abandoned(session), 3),
            (ToastKey::Callback(session), 4),
            (ToastKey::Message(session), 5),
            (ToastKey::News(8), 6),
            (ToastKey::Invitation(session), 7),
            (ToastKey::HandOver(session), 8),
        ];
        write(&path, &daemon(":1.5"), all.iter().map(|(key, id)| (key, *id)));
        assert_eq!(read(&path, &daemon(":1.5")), all);
        assert_eq!(read(&path, &daemon(":1.6")), []);
        write(&path, &daemon(":1.5"), std::iter::empty());
        assert!(!path.exists());
    }
}
