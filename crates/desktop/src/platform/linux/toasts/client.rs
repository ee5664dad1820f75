//! The client of the notification daemon: calls out, answers and signals in, in one order.
//!
//! Everything is subscribed to before anything is shown, and read in one stream. No call is waited for: a daemon may take a
//! minute for one, and its answer counts whenever it comes. It knows no toasts.

use super::persisted::Daemon;
use agent::toasts::board::Call;
use futures_util::StreamExt;
use zbus::fdo::DBusProxy;
use zbus::message::Type;
use zbus::zvariant::DynamicType;
use zbus::{Connection, MatchRule, Message, MessageStream};

/// The daemon.
pub(in crate::platform::linux) const NAME: &str = "org.freedesktop.Notifications";
pub(in crate::platform::linux) const PATH: &str = "/org/freedesktop/Notifications";

/// Messages that may wait while others are taken up: far more than there are toasts on a screen.
const MAX_QUEUED_MESSAGES: usize = 256;

/// The connection, its messages, and the bus.
pub(super) struct NotificationClient<'a> {
    connection: &'a Connection,
    bus: DBusProxy<'a>,
    messages: MessageStream,
}

impl<'a> NotificationClient<'a> {
    /// Subscribes to the daemon's signals and to the changes of who it is.
    pub(super) async fn open(connection: &'a Connection) -> zbus::Result<Self> {
        let mut messages = MessageStream::from(connection);
        messages.set_max_queued(MAX_QUEUED_MESSAGES);
        let bus = DBusProxy::new(connection).await?;
        let signals = MatchRule::builder().msg_type(Type::Signal).interface(NAME)?.path(PATH)?.build();
        bus.add_match_rule(signals).await?;
        let owners = MatchRule::builder()
            .msg_type(Type::Signal)
            .sender("org.freedesktop.DBus")?
            .member("NameOwnerChanged")?
            .arg(0, NAME)?
            .build();
        bus.add_match_rule(owners).await?;
        Ok(Self { connection, bus, messages })
    }

    /// The next message; `None` when the connection has ended. Cancel safe.
    pub(super) async fn next(&mut self) -> Option<zbus::Result<Message>> {
        self.messages.next().await
    }

    /// The daemon that runs now.
    pub(super) async fn owner(&self) -> Option<Daemon> {
        let name = self.bus.get_name_owner(NAME.try_into().expect("the name is valid")).await.ok()?;
        Some(self.daemon_called(&name))
    }

    /// Whether the bus would start one.
    pub(super) async fn can_be_started(&self) -> bool {
        let names = self.bus.list_activatable_names().await.unwrap_or_default();
        names.iter().any(|name| name.as_str() == NAME)
    }

    /// The daemon with this name on the bus.
    pub(super) fn daemon_called(&self, name: &str) -> Daemon {
        Daemon { bus: self.connection.server_guid().to_string(), name: name.to_owned() }
    }

    /// Calls the daemon; the answer comes as a message that bears the number.
    pub(super) async fn call<B>(&self, method: &str, body: &B) -> zbus::Result<Call>
    where
        B: serde::Serialize + DynamicType + Sync,
    {
        let message = Message::method_call(PATH, method)?.destination(NAME)?.interface(NAME)?.build(body)?;
        let call = message.primary_header().serial_num();
        self.connection.send(&message).await?;
        Ok(call)
    }
}
