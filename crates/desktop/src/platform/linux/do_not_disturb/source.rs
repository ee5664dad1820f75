//! Where each desktop keeps whether it is in do-not-disturb: what to ask whom, and which signals say that it may have changed.
//!
//! Messages in, messages out. It knows neither the connection nor what has been asked.

use super::super::toasts::{NAME, PATH};
use super::setting::{self, Setting};
use std::collections::HashMap;
use zbus::Message;
use zbus::message::Flags;
use zbus::zvariant::{OwnedValue, Value};

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
const XFCONF: &str = "org.xfce.Xfconf";
const XFCONF_PATH: &str = "/org/xfce/Xfconf";
/// The settings of Xfce's daemon, and the one that matters.
const CHANNEL: &str = "xfce4-notifyd";
const DO_NOT_DISTURB: &str = "/do-not-disturb";
/// What says that a setting of GNOME or MATE has changed.
const DCONF: &str = "ca.desrt.dconf.Writer";

/// Where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// In a property of the notification daemon.
    Property { interface: &'static str, name: &'static str },
    /// In Xfce's store of settings.
    Xfconf,
    /// In a setting of GNOME or MATE.
    Setting(Setting),
}

impl Source {
    /// Where this notification daemon keeps it, by what the daemon says that it is. A setting counts only with the daemon that follows
    /// it: a user may have left it behind on another desktop.
    pub(super) fn of_daemon(name: &str, vendor: &str) -> Self {
        match (name, vendor) {
            ("Xfce Notify Daemon", _) => Self::Xfconf,
            ("dunst", _) => Self::Property { interface: "org.dunstproject.cmd0", name: "paused" },
            ("gnome-shell", _) => Self::Setting(setting::GNOME),
            ("Notification Daemon", "MATE") => Self::Setting(setting::MATE),
            // Plasma's. Others may have it as well; one that has not refuses to answer.
            _ => Self::Property { interface: NAME, name: "Inhibited" },
        }
    }

    /// The program beside the daemon that has to run for an answer.
    pub(super) fn keeper(self) -> Option<&'static str> {
        match self {
            Self::Xfconf => Some(XFCONF),
            Self::Property { .. } | Self::Setting(_) => None,
        }
    }

    /// The signals that say that it may have changed.
    pub(super) fn rules(self) -> Vec<String> {
        match self {
            Self::Property { interface, .. } => vec![format!(
                "type='signal',path='{PATH}',interface='{PROPERTIES}',member='PropertiesChanged',arg0='{interface}'"
            )],
            Self::Xfconf => {
                vec![owner_rule(XFCONF), format!("type='signal',interface='{XFCONF}',arg0='{CHANNEL}'")]
            }
            // Also matches a change of a whole folder above it.
            Self::Setting(Setting { path, .. }) => {
                vec![format!("type='signal',interface='{DCONF}',member='Notify',arg0path='{path}'")]
            }
        }
    }

    /// Whether this signal says that it may have changed.
    pub(super) fn may_have_changed(self, signal: &Message, daemon: &str) -> bool {
        let header = signal.header();
        let of = header.interface().map_or("", |interface| interface.as_str());
        match self {
            Self::Property { interface, name } => {
                let is_daemons = header.sender().is_some_and(|sender| sender.as_str() == daemon);
                of == PROPERTIES && is_daemons && has_changed(signal, interface, name)
            }
            Self::Xfconf => of == XFCONF,
            Self::Setting(_) => of == DCONF,
        }
    }
}

/// Whether a `PropertiesChanged` names this property.
fn has_changed(signal: &Message, interface: &str, name: &str) -> bool {
    let body = signal.body();
    let told = body.deserialize::<(String, HashMap<String, OwnedValue>, Vec<String>)>();
    told.is_ok_and(|(of, changed, invalidated)| {
        of == interface && (changed.contains_key(name) || invalidated.iter().any(|other| other == name))
    })
}

/// The signal that says which program has this name.
pub(super) fn owner_rule(name: &str) -> String {
    format!("type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{name}'")
}

/// A name whose owner has changed, and who it is now.
pub(super) fn new_owner(signal: &Message) -> Option<(String, Option<String>)> {
    let header = signal.header();
    if header.member()?.as_str() != "NameOwnerChanged" || header.sender()?.as_str() != BUS {
        return None;
    }
    let (name, _, new): (String, String, String) = signal.body().deserialize().ok()?;
    Some((name, (!new.is_empty()).then_some(new)))
}

/// Asks the bus.
pub(super) fn call_bus(method: &str, about: &str) -> zbus::Result<Message> {
    Message::method_call(BUS_PATH, method)?.destination(BUS)?.interface(BUS)?.build(&about)
}

/// Asks the notification daemon what it is.
pub(super) fn what_are_you(daemon: &str) -> zbus::Result<Message> {
    let call = Message::method_call(PATH, "GetServerInformation")?.destination(daemon)?;
    call.interface(NAME)?.with_flags(Flags::NoAutoStart)?.build(&())
}

/// Asks the notification daemon for a property.
pub(super) fn property(daemon: &str, interface: &str, name: &str) -> zbus::Result<Message> {
    let call = Message::method_call(PATH, "Get")?.destination(daemon)?;
    call.interface(PROPERTIES)?.with_flags(Flags::NoAutoStart)?.build(&(interface, name))
}

/// Asks Xfce's store of settings, if it runs.
pub(super) fn xfconf() -> zbus::Result<Message> {
    let call = Message::method_call(XFCONF_PATH, "GetProperty")?.destination(XFCONF)?;
    call.interface(XFCONF)?.with_flags(Flags::NoAutoStart)?.build(&(CHANNEL, DO_NOT_DISTURB))
}

/// Whether the answer is yes. Anything but yes or no is a no.
pub(super) fn is_true(answer: &Message) -> bool {
    answer.body().deserialize::<Value<'_>>().is_ok_and(|value| matches!(value, Value::Bool(true)))
}
