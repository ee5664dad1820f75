//! What the environment says about the login session, read once; tests make their own.

/// The watched session. `None` and the empty string both mean: not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionEnv {
    /// `DISPLAY`: the X server.
    pub display: Option<String>,
    /// `WAYLAND_DISPLAY`: the Wayland compositor.
    pub wayland_display: Option<String>,
    /// `XDG_SESSION_TYPE`: `x11`, `wayland`, `tty`.
    pub session_type: Option<String>,
    /// `XDG_SESSION_ID`: logind's name of the session.
    pub session_id: Option<String>,
    /// The address of the system bus instead of the usual one.
    pub system_bus: Option<String>,
    /// The address of the session bus instead of the usual one.
    pub session_bus: Option<String>,
}

impl SessionEnv {
    /// The session of this process.
    #[must_use]
    pub fn read() -> Self {
        Self {
            display: told("DISPLAY"),
            wayland_display: told("WAYLAND_DISPLAY"),
            session_type: told("XDG_SESSION_TYPE"),
            session_id: told("XDG_SESSION_ID"),
            system_bus: None,
            session_bus: None,
        }
    }

    /// Whether this is a Wayland session: an X server in it sees only the input of its own windows.
    #[must_use]
    pub fn is_wayland(&self) -> bool {
        let by_display = self.wayland_display.as_ref().is_some_and(|name| !name.is_empty());
        by_display || self.session_type.as_ref().is_some_and(|kind| kind.eq_ignore_ascii_case("wayland"))
    }
}

fn told(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::SessionEnv;

    #[test]
    fn either_variable_makes_a_wayland_session() {
        let env = |display: &str, kind: &str| SessionEnv {
            wayland_display: Some(display.into()),
            session_type: Some(kind.into()),
            ..SessionEnv::default()
        };
        assert!(env("wayland-0", "x11").is_wayland());
        assert!(env("", "Wayland").is_wayland());
        assert!(!env("", "x11").is_wayland());
        assert!(!SessionEnv::default().is_wayland());
    }
}
