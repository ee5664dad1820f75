//! The line to the notification daemon: calls and signals, in one order.
//!
//! Everything is subscribed to before anything is shown, and read in one stream, so that a press which comes before the number
//! of its toast is not lost. It knows no toasts.

use super::{NAME, PATH};
use crate::toasts::left_over::Daemon;
use futures_util::StreamExt;
use std::collections::VecDeque;
use std::time::Duration;
use zbus::fdo::DBusProxy;
use zbus::message::Type;
use zbus::zvariant::DynamicType;
use zbus::{Connection, MatchRule, Message, MessageStream};

/// Signals that may wait while a call is under way: far more toasts than fit on a screen.
const MAX_QUEUED_SIGNALS: usize = 256;

/// How long the daemon may take for a call; it may have to be started for it.
const CALL_WITHIN: Duration = Duration::from_secs(20);

/// The connection, its messages, and the bus.
pub(super) struct Line<'a> {
    connection: &'a Connection,
    bus: DBusProxy<'a>,
    messages: MessageStream,
    /// Signals that came while a call was under way.
    held: VecDeque<Message>,
}

impl<'a> Line<'a> {
    /// Subscribes to the daemon's signals and to the changes of who it is.
    pub(super) async fn open(connection: &'a Connection) -> zbus::Result<Self> {
        let mut messages = MessageStream::from(connection);
        messages.set_max_queued(MAX_QUEUED_SIGNALS);
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
        Ok(Self { connection, bus, messages, held: VecDeque::new() })
    }

    /// The next message; `None` when the connection has ended. Cancel safe.
    pub(super) async fn next(&mut self) -> Option<zbus::Result<Message>> {
        self.messages.next().await
    }

    /// A signal that came during a call.
    pub(super) fn next_held(&mut self) -> Option<Message> {
        self.held.pop_front()
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

    /// Calls the daemon, and holds the signals that come meanwhile.
    pub(super) async fn call<B>(&mut self, method: &str, body: &B) -> zbus::Result<Message>
    where
        B: serde::Serialize + DynamicType + Sync,
    {
        let call = self.connection.call_method(Some(NAME), PATH, Some(NAME), method, body);
        let call = tokio::time::timeout(CALL_WITHIN, call);
        tokio::pin!(call);
        let reply = loop {
            tokio::select! {
                biased;
                reply = &mut call => break reply,
                message = self.messages.next() => match message {
                    Some(Ok(message)) if message.message_type() == Type::Signal => self.held.push_back(message),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                    None => std::future::pending().await,
                },
            }
        };
        reply.map_err(|_| zbus::Error::Failure(format!("no answer within {CALL_WITHIN:?}")))?
    }
}
