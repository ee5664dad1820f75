//! Whether the desktop is in do-not-disturb (C11), as its own programs say it.
//!
//! Which notification daemon runs decides where that is kept (`source`). It is asked for when a daemon appears, and again whenever a
//! signal says that it may have changed: never by the clock. Nothing waits for an answer, and no program is started to give one
//! except `gsettings`. If nobody says that the desktop is in do-not-disturb, it is not: otherwise a request could be missed.

mod setting;
mod source;
#[cfg(test)]
mod tests;

use super::toasts::NAME;
use crate::wake::Wake;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use setting::Setting;
use source::Source;
use std::collections::BTreeSet;
use std::num::NonZeroU32;
use tokio::sync::{mpsc, watch};
use zbus::message::Type;
use zbus::{Connection, Message, MessageStream};

/// Messages that may wait while others are handled: far more than a desktop sends at once.
const MAX_QUEUED_MESSAGES: usize = 256;

/// Reads whether a setting says that the desktop is in do-not-disturb.
type ReadSetting = dyn Fn(Setting) -> BoxFuture<'static, bool> + Send + Sync;

/// Tells the toasts (`is_on`) and the agent when the desktop enters and leaves do-not-disturb, until the connection or the agent ends.
pub(super) async fn run(
    connection: &Connection,
    is_on: &watch::Sender<bool>,
    wakes: &mpsc::Sender<Wake>,
) -> zbus::Result<()> {
    run_with(connection, is_on, wakes, &|which| Box::pin(setting::read(which))).await
}

async fn run_with(
    connection: &Connection,
    is_on: &watch::Sender<bool>,
    wakes: &mpsc::Sender<Wake>,
    read_setting: &ReadSetting,
) -> zbus::Result<()> {
    let ended = follow(connection, is_on, wakes, read_setting).await;
    // Nobody says so any more.
    tell(false, is_on, wakes).await;
    ended
}

async fn follow(
    connection: &Connection,
    is_on: &watch::Sender<bool>,
    wakes: &mpsc::Sender<Wake>,
    read_setting: &ReadSetting,
) -> zbus::Result<()> {
    let mut watch = Watch::open(connection, read_setting).await?;
    loop {
        tell(watch.is_on, is_on, wakes).await;
        tokio::select! {
            message = watch.messages.next() => match message {
                Some(Ok(message)) => watch.take(&message).await?,
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
            value = watch.asked.setting() => watch.take_value(value).await?,
            () = wakes.closed() => return Ok(()),
        }
    }
}

/// Tells of a change: first the toasts, which have to know it before the agent wants them otherwise.
async fn tell(now: bool, is_on: &watch::Sender<bool>, wakes: &mpsc::Sender<Wake>) {
    let has_changed = is_on.send_if_modified(|is_on| std::mem::replace(is_on, now) != now);
    if has_changed {
        // A closed channel means that the program ends.
        let _ended = wakes.send(Wake::DoNotDisturb(now)).await;
    }
}

/// The question that is not answered yet; answers to earlier ones do not count.
enum Asked {
    Nothing,
    /// The bus, which program is the notification daemon.
    Owner(NonZeroU32),
    /// The daemon, what it is.
    Daemon(NonZeroU32),
    /// Whether the desktop is in do-not-disturb, by any of the programs that keep this.
    Value(NonZeroU32),
    /// The same, of a setting.
    Setting(BoxFuture<'static, bool>),
}

impl Asked {
    /// Waits for the value of a setting, if that was asked for. Cancel safe.
    async fn setting(&mut self) -> bool {
        match self {
            Self::Setting(reading) => reading.await,
            Self::Nothing | Self::Owner(_) | Self::Daemon(_) | Self::Value(_) => std::future::pending().await,
        }
    }
}

/// What is known of the desktop.
struct Watch<'a> {
    connection: &'a Connection,
    messages: MessageStream,
    read_setting: &'a ReadSetting,
    /// The notification daemon's own name on the bus.
    daemon: Option<String>,
    source: Option<Source>,
    asked: Asked,
    /// The value may have changed since it was asked for.
    is_stale: bool,
    /// What the bus was asked to deliver.
    rules: BTreeSet<String>,
    /// Calls by which it was, until they are answered.
    subscribing: BTreeSet<NonZeroU32>,
    is_on: bool,
}

impl<'a> Watch<'a> {
    async fn open(connection: &'a Connection, read_setting: &'a ReadSetting) -> zbus::Result<Self> {
        let mut messages = MessageStream::from(connection);
        messages.set_max_queued(MAX_QUEUED_MESSAGES);
        let mut watch = Self {
            connection,
            messages,
            read_setting,
            daemon: None,
            source: None,
            asked: Asked::Nothing,
            is_stale: false,
            rules: BTreeSet::new(),
            subscribing: BTreeSet::new(),
            is_on: false,
        };
        watch.subscribe(source::owner_rule(NAME)).await?;
        watch.asked = Asked::Owner(send(connection, source::call_bus("GetNameOwner", NAME)?).await?);
        Ok(watch)
    }

    /// Handles a message.
    async fn take(&mut self, message: &Message) -> zbus::Result<()> {
        match message.message_type() {
            Type::MethodReturn | Type::Error => match message.header().reply_serial() {
                Some(call) => self.take_answer(call, message).await,
                None => Ok(()),
            },
            Type::Signal => self.take_signal(message).await,
            Type::MethodCall => Ok(()),
        }
    }

    async fn take_answer(&mut self, call: NonZeroU32, message: &Message) -> zbus::Result<()> {
        let is_error = message.message_type() == Type::Error;
        if self.subscribing.remove(&call) {
            if is_error {
                // Without its signals, nobody would know when it ends.
                return Err(zbus::Error::from(message.clone()));
            }
            return self.ask().await;
        }
        match self.asked {
            Asked::Owner(asked) if asked == call => {
                let owner = message.body().deserialize::<String>().ok().filter(|_| !is_error);
                self.daemon_is(owner).await
            }
            Asked::Daemon(asked) if asked == call => {
                let told = message.body().deserialize::<(String, String, String, String)>();
                let (name, vendor, ..) = told.unwrap_or_default();
                self.source_is(Source::of_daemon(&name, &vendor)).await
            }
            Asked::Value(asked) if asked == call => {
                self.take_value(!is_error && source::is_true(message)).await
            }
            Asked::Nothing | Asked::Owner(_) | Asked::Daemon(_) | Asked::Value(_) | Asked::Setting(_) => {
                Ok(())
            }
        }
    }

    async fn take_signal(&mut self, message: &Message) -> zbus::Result<()> {
        if let Some((name, owner)) = source::new_owner(message) {
            if name == NAME {
                return self.daemon_is(owner).await;
            }
            if self.source.and_then(Source::keeper).is_some_and(|keeper| keeper == name) {
                self.asked = Asked::Nothing;
                return match owner {
                    Some(_) => self.ask().await,
                    None => self.take_value(false).await,
                };
            }
            return Ok(());
        }
        let (Some(source), Some(daemon)) = (self.source, &self.daemon) else { return Ok(()) };
        if source.may_have_changed(message, daemon) { self.ask().await } else { Ok(()) }
    }

    /// This program is the notification daemon from now on, or (`None`) none is.
    async fn daemon_is(&mut self, daemon: Option<String>) -> zbus::Result<()> {
        self.source = None;
        self.is_stale = false;
        self.is_on = false;
        self.asked = match &daemon {
            Some(daemon) => Asked::Daemon(send(self.connection, source::what_are_you(daemon)?).await?),
            None => Asked::Nothing,
        };
        self.daemon = daemon;
        Ok(())
    }

    async fn source_is(&mut self, source: Source) -> zbus::Result<()> {
        tracing::debug!(?source, "where do-not-disturb is kept");
        self.source = Some(source);
        self.asked = Asked::Nothing;
        // It is asked when they are delivered, so that no change is missed.
        for rule in source.rules() {
            self.subscribe(rule).await?;
        }
        self.ask().await
    }

    /// Asks whether the desktop is in do-not-disturb. While an answer is awaited, it is asked again after that.
    async fn ask(&mut self) -> zbus::Result<()> {
        let (Some(source), Some(daemon)) = (self.source, &self.daemon) else { return Ok(()) };
        if !self.subscribing.is_empty() {
            return Ok(());
        }
        if matches!(self.asked, Asked::Value(_) | Asked::Setting(_)) {
            self.is_stale = true;
            return Ok(());
        }
        self.is_stale = false;
        self.asked = match source {
            Source::Setting(setting) => Asked::Setting((self.read_setting)(setting)),
            Source::Property { interface, name } => {
                Asked::Value(send(self.connection, source::property(daemon, interface, name)?).await?)
            }
            Source::Xfconf => Asked::Value(send(self.connection, source::xfconf()?).await?),
        };
        Ok(())
    }

    async fn take_value(&mut self, is_on: bool) -> zbus::Result<()> {
        self.is_on = is_on;
        self.asked = Asked::Nothing;
        if self.is_stale { self.ask().await } else { Ok(()) }
    }

    async fn subscribe(&mut self, rule: String) -> zbus::Result<()> {
        if !self.rules.contains(&rule) {
            let call = send(self.connection, source::call_bus("AddMatch", &rule)?).await?;
            self.subscribing.insert(call);
            self.rules.insert(rule);
        }
        Ok(())
    }
}

/// Sends a call; the answer comes as a message that bears the number.
async fn send(connection: &Connection, call: Message) -> zbus::Result<NonZeroU32> {
    let number = call.primary_header().serial_num();
    connection.send(&call).await?;
    Ok(number)
}
