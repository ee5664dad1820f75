//! A D-Bus connection that listens: match rules, one stream of messages in their order, and who owns a name.
//!
//! Calls use the owner's unique name, so that no call can start a service.

use futures_util::Stream;
use std::time::Duration;
use tokio::time::Instant;
use zbus::connection::Builder;
use zbus::export::serde::Serialize;
use zbus::message::{Message, Type};
use zbus::names::OwnedUniqueName;
use zbus::zvariant::{DynamicType, OwnedValue, Value};
use zbus::{Connection, MessageStream};

const BUS: &str = "org.freedesktop.DBus";
const BUS_PATH: &str = "/org/freedesktop/DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// How long a service may take to answer: one that hangs must not delay the others' signals for long.
const MAX_CALL: Duration = Duration::from_secs(5);
/// How long a bus may take to accept our connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How many messages may wait while a call is made; only what the rules match arrives.
const MAX_UNREAD_MESSAGES: usize = 256;
/// The first pause after a bus was lost or missing, doubled up to [`MAX_PAUSE`].
const MIN_PAUSE: Duration = Duration::from_secs(1);
/// A machine without this bus must not be woken for it more often than this; a bus that restarts is back within the first pauses.
const MAX_PAUSE: Duration = Duration::from_secs(300);
/// A shorter connection does not make the pauses short again.
const LIVED: Duration = Duration::from_secs(10);

/// Which bus.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    /// The machine's.
    System,
    /// The login session's.
    Session,
}

/// A connection and its messages.
pub(super) struct Bus {
    connection: Connection,
}

impl Bus {
    async fn connect(which: Which, address: Option<&str>) -> zbus::Result<Self> {
        let builder = match (address, which) {
            (Some(address), Which::System | Which::Session) => Builder::address(address)?,
            (None, Which::System) => Builder::system()?,
            (None, Which::Session) => Builder::session()?,
        };
        let connecting = builder.max_queued(MAX_UNREAD_MESSAGES).method_timeout(MAX_CALL).build();
        let no_answer = |_| zbus::Error::Failure(format!("no answer within {CONNECT_WITHIN:?}"));
        let connection = tokio::time::timeout(CONNECT_WITHIN, connecting).await.map_err(no_answer)??;
        Ok(Self { connection })
    }

    /// Everything that arrives from now on. It ends, or yields an error, when the bus is gone.
    pub(super) fn messages(&self) -> impl Stream<Item = zbus::Result<Message>> + Unpin + use<> {
        MessageStream::from(&self.connection)
    }

    /// Subscribes to messages that match.
    pub(super) async fn listen(&self, rule: &str) -> zbus::Result<()> {
        self.connection.call_method(Some(BUS), BUS_PATH, Some(BUS), "AddMatch", &rule).await?;
        Ok(())
    }

    /// Subscribes to changes of the owner of `name`.
    pub(super) async fn listen_to_owner(&self, name: &str) -> zbus::Result<()> {
        self.listen(&format!("type='signal',sender='{BUS}',member='NameOwnerChanged',arg0='{name}'")).await
    }

    /// Who owns `name` now.
    pub(super) async fn owner(&self, name: &str) -> Option<OwnedUniqueName> {
        let reply =
            self.connection.call_method(Some(BUS), BUS_PATH, Some(BUS), "GetNameOwner", &name).await.ok()?;
        reply.body().deserialize().ok()
    }

    /// Calls a method of the service that is running as `owner`.
    pub(super) async fn call(
        &self,
        owner: &OwnedUniqueName,
        path: &str,
        method: (&str, &str),
        body: &(impl Serialize + DynamicType),
    ) -> zbus::Result<Message> {
        let (interface, member) = method;
        self.connection.call_method(Some(owner), path, Some(interface), member, body).await
    }

    /// A property and the message that brought it.
    pub(super) async fn property(
        &self,
        owner: &OwnedUniqueName,
        path: &str,
        (interface, name): (&str, &str),
    ) -> zbus::Result<(OwnedValue, Message)> {
        let reply = self.call(owner, path, (PROPERTIES, "Get"), &(interface, name)).await?;
        let value = reply.body().deserialize::<Value<'_>>()?.try_into_owned()?;
        Ok((value, reply))
    }
}

/// Reconnects for ever, with pauses.
pub(super) struct Redial {
    which: Which,
    address: Option<String>,
    connected: Option<Instant>,
    pause: Duration,
    /// Whether it was already reported missing since it was last there.
    said: bool,
}

impl Redial {
    /// Connects to the bus at `address`, or at its usual address.
    pub(super) fn new(which: Which, address: Option<String>) -> Self {
        Self { which, address, connected: None, pause: Duration::ZERO, said: false }
    }

    /// The first connection, or the next after one that ended.
    pub(super) async fn bus(&mut self) -> Bus {
        if self.connected.take().is_some_and(|connected| connected.elapsed() >= LIVED) {
            self.pause = MIN_PAUSE;
        }
        loop {
            tokio::time::sleep(self.pause).await;
            self.pause = (self.pause * 2).clamp(MIN_PAUSE, MAX_PAUSE);
            match Bus::connect(self.which, self.address.as_deref()).await {
                Ok(bus) => {
                    self.connected = Some(Instant::now());
                    self.said = false;
                    return bus;
                }
                Err(error) if std::mem::replace(&mut self.said, true) => {
                    tracing::debug!(which = ?self.which, %error, "still no bus");
                }
                Err(error) => tracing::info!(which = ?self.which, %error, "no bus"),
            }
        }
    }
}

/// A match rule for a signal.
pub(super) fn is_signal(message: &Message, interface: &str, member: &str) -> bool {
    let header = message.header();
    message.message_type() == Type::Signal
        && header.interface().is_some_and(|name| name.as_str() == interface)
        && header.member().is_some_and(|name| name.as_str() == member)
}

/// A change of owner: the name, and who has it now.
pub(super) fn owner_change(message: &Message) -> Option<(String, Option<OwnedUniqueName>)> {
    if !is_signal(message, BUS, "NameOwnerChanged") {
        return None;
    }
    let (name, _before, now): (String, String, String) = message.body().deserialize().ok()?;
    Some((name, OwnedUniqueName::try_from(now).ok()))
}

/// Whether `owner` sent it.
pub(super) fn is_from(message: &Message, owner: &OwnedUniqueName) -> bool {
    message.header().sender().is_some_and(|sender| sender == owner.inner())
}

/// The properties of `interface` that a `PropertiesChanged` signal says to have changed.
pub(super) fn changed_bool(message: &Message, interface: &str, property: &str) -> Option<Changed> {
    if !is_signal(message, PROPERTIES, "PropertiesChanged") {
        return None;
    }
    let body = message.body();
    let (of, changed, dropped): (&str, std::collections::HashMap<&str, Value<'_>>, Vec<&str>) =
        body.deserialize().ok()?;
    if of != interface {
        return None;
    }
    match changed.get(property) {
        Some(Value::Bool(value)) => Some(Changed::To(*value)),
        Some(_) => None,
        None => dropped.contains(&property).then_some(Changed::Unsaid),
    }
}

/// How a property changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changed {
    /// The new value.
    To(bool),
    /// The new value has to be read.
    Unsaid,
}
