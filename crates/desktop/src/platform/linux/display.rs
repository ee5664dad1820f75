//! The display that the session names: whether it is there, and when it is back.
//!
//! It is looked at only when a window has ended without being closed, and looked for only while it is gone. Nothing is said
//! to it.

use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

/// How long a display may take to accept a connection; one that hangs is there all the same.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Pause between two looks for a display that is gone: somebody who restarts one waits for it.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Where a display may be found.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Endpoint {
    /// A socket of this machine.
    Socket(PathBuf),
    /// Another machine, which is not looked at: taken to be there.
    Network,
}

/// The display of this session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Display(Vec<Endpoint>);

impl Display {
    /// As the environment names it; `None` where it names none.
    pub(crate) fn named() -> Option<Self> {
        let told = |name| std::env::var(name).ok();
        Self::of(
            told("DISPLAY").as_deref(),
            told("WAYLAND_DISPLAY").as_deref(),
            told("XDG_RUNTIME_DIR").as_deref(),
        )
    }

    fn of(x11: Option<&str>, wayland: Option<&str>, runtime: Option<&str>) -> Option<Self> {
        let told = |name: Option<&str>| name.filter(|name| !name.is_empty()).map(str::to_owned);
        let mut endpoints = Vec::new();
        if let Some(name) = told(wayland) {
            // An absolute name replaces the folder.
            endpoints.push(Endpoint::Socket(Path::new(&runtime.unwrap_or_default()).join(name)));
        }
        if let Some(name) = told(x11) {
            endpoints.extend(x11_endpoints(&name));
        }
        (!endpoints.is_empty()).then_some(Self(endpoints))
    }

    /// Whether it accepts connections.
    pub(crate) async fn is_there(&self) -> bool {
        for endpoint in &self.0 {
            match endpoint {
                Endpoint::Network => return true,
                Endpoint::Socket(path) => match timeout(ANSWER_WITHIN, UnixStream::connect(path)).await {
                    Ok(Err(error)) => tracing::debug!(%error, ?path, "no display"),
                    Ok(Ok(_)) | Err(_) => return true,
                },
            }
        }
        false
    }

    /// Waits until it is there.
    pub(crate) async fn back(&self) {
        while !self.is_there().await {
            sleep(LOOK_EVERY).await;
        }
    }
}

/// `:0`, `unix:0.0`, or `host:0`.
fn x11_endpoints(name: &str) -> Vec<Endpoint> {
    let (host, number) = name.rsplit_once(':').unwrap_or((name, ""));
    let number = number.split('.').next().unwrap_or_default();
    if !matches!(host, "" | "unix") {
        return vec![Endpoint::Network];
    }
    let path = format!("/tmp/.X11-unix/X{number}");
    // The second one has no file: some X servers have only that.
    vec![Endpoint::Socket(path.clone().into()), Endpoint::Socket(format!("\0{path}").into())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_displays_listen() {
        let sockets =
            |paths: &[&str]| Some(Display(paths.iter().map(|path| Endpoint::Socket(path.into())).collect()));
        let x7 = ["/tmp/.X11-unix/X7", "\0/tmp/.X11-unix/X7"];
        assert_eq!(Display::of(Some(":7"), None, None), sockets(&x7));
        assert_eq!(Display::of(Some("unix:7.1"), Some(""), None), sockets(&x7));
        assert_eq!(Display::of(Some("far:0"), None, None), Some(Display(vec![Endpoint::Network])));
        assert_eq!(
            Display::of(None, Some("wayland-1"), Some("/run/user/7")),
            sockets(&["/run/user/7/wayland-1"])
        );
        assert_eq!(
            Display::of(None, Some("/other/socket"), Some("/run/user/7")),
            sockets(&["/other/socket"])
        );
        assert_eq!(Display::of(Some(""), None, None), None);
    }

    #[tokio::test]
    async fn a_dead_display_is_gone_although_its_file_is_still_there_and_a_new_one_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("wayland-1");
        let display = Display::of(None, path.to_str(), None).unwrap();
        assert!(!display.is_there().await);
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert!(display.is_there().await);
        drop(listener);
        assert!(path.exists() && !display.is_there().await);
        std::fs::remove_file(&path).unwrap();
        let (_new, ()) = tokio::join!(async { tokio::net::UnixListener::bind(&path).unwrap() }, async {
            timeout(Duration::from_secs(30), display.back()).await.expect("it is seen");
        });
    }
}
