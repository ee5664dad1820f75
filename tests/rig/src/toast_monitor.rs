//! Listens to a whole session bus for toasts on their way to the notification daemon, whoever that is.

use crate::toasts::CRITICAL;
use anyhow::{Context, Result};
use futures_util::StreamExt;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use zbus::fdo::MonitoringProxy;
use zbus::message::Type;
use zbus::zvariant::Value;
use zbus::{Connection, MatchRule, Message, MessageStream};

/// Most messages that may wait to be looked at; more than a desktop at rest has in a minute.
const MAX_QUEUED: usize = 1_000;

/// A toast on its way.
#[derive(Clone, Debug)]
pub struct PassedToast {
    /// When it passed.
    pub at: Instant,
    /// Heading and text.
    pub text: String,
    /// Whether it asks to be shown before all others, and in do-not-disturb, too.
    pub is_critical: bool,
}

/// A monitor of toasts, until it is dropped.
#[derive(Debug)]
pub struct ToastMonitor {
    seen: Arc<Mutex<Vec<PassedToast>>>,
    changed: watch::Receiver<()>,
    task: JoinHandle<()>,
}

impl ToastMonitor {
    /// Makes a connection a monitor: it can say nothing any more.
    ///
    /// # Errors
    /// When the bus refuses or is gone.
    pub async fn start(mut connection: Connection) -> Result<Self> {
        connection.set_max_queued(MAX_QUEUED);
        let mut messages = MessageStream::from(&connection);
        let calls = MatchRule::builder()
            .msg_type(Type::MethodCall)
            .interface(crate::toasts::NAME)
            .context("naming the toasts' interface")?
            .build();
        let monitoring = MonitoringProxy::new(&connection).await?;
        monitoring.become_monitor(&[calls], 0).await.context("becoming a monitor of the bus")?;
        let seen = Arc::<Mutex<Vec<PassedToast>>>::default();
        let (tell, changed) = watch::channel(());
        let kept = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                if let Some(toast) = passed(&message, Instant::now()) {
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(toast);
                    tell.send_replace(());
                }
            }
        });
        Ok(Self { seen, changed, task })
    }

    /// Waits for a toast whose heading or text contains `text`.
    ///
    /// # Errors
    /// When there is none by the deadline, with those that there were.
    pub async fn passed(&self, text: &str, within: Duration) -> Result<PassedToast> {
        let mut changed = self.changed.clone();
        let look = async {
            loop {
                changed.mark_unchanged();
                if let Some(toast) = self.all().into_iter().find(|toast| toast.text.contains(text)) {
                    return Ok(toast);
                }
                changed.changed().await.context("the bus is gone")?;
            }
        };
        let looked = timeout(within, look).await;
        looked.with_context(|| format!("no toast with {text:?} within {within:?}, only {:?}", self.all()))?
    }

    /// All that have passed so far, in order.
    #[must_use]
    pub fn all(&self) -> Vec<PassedToast> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ToastMonitor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The toast that a message asks for.
fn passed(message: &Message, at: Instant) -> Option<PassedToast> {
    let header = message.header();
    if header.member()?.as_str() != "Notify" {
        return None;
    }
    let body = message.body();
    let (_app, _replaces, _icon, summary, text, _actions, hints, _expires): Notify<'_> =
        body.deserialize().ok()?;
    let is_critical = hints.get("urgency").is_some_and(|urgency| *urgency == Value::from(CRITICAL));
    Some(PassedToast { at, text: format!("{summary}\n{text}"), is_critical })
}

type Notify<'a> = (&'a str, u32, &'a str, &'a str, &'a str, Vec<&'a str>, HashMap<&'a str, Value<'a>>, i32);
