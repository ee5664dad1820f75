//! Listens to a whole session bus for toasts on their way to the notification daemon, whoever that is.

use anyhow::{Context, Result};
use futures_util::StreamExt;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use zbus::fdo::MonitoringProxy;
use zbus::message::Type;
use zbus::{Connection, MatchRule, Message, MessageStream};

/// Most messages that may wait to be looked at; more than a desktop at rest has in a minute.
const MAX_QUEUED: usize = 1_000;

/// A monitor of toasts, until it is dropped.
#[derive(Debug)]
pub struct ToastMonitor {
    seen: Arc<Mutex<Vec<(Instant, String)>>>,
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
        let seen = Arc::<Mutex<Vec<(Instant, String)>>>::default();
        let (tell, changed) = watch::channel(());
        let kept = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                let now = Instant::now();
                if let Some(text) = shown(&message) {
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push((now, text));
                    tell.send_replace(());
                }
            }
        });
        Ok(Self { seen, changed, task })
    }

    /// Waits for a toast whose heading or text contains `text`, and says when it passed.
    ///
    /// # Errors
    /// When there is none by the deadline, with those that there were.
    pub async fn passed(&self, text: &str, within: Duration) -> Result<Instant> {
        let mut changed = self.changed.clone();
        let look = async {
            loop {
                changed.mark_unchanged();
                let all = self.all();
                if let Some((at, _)) = all.iter().find(|(_, shown)| shown.contains(text)) {
                    return Ok(*at);
                }
                changed.changed().await.context("the bus is gone")?;
            }
        };
        let looked = timeout(within, look).await;
        looked.with_context(|| format!("no toast with {text:?} within {within:?}, only {:?}", self.all()))?
    }

    fn all(&self) -> Vec<(Instant, String)> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ToastMonitor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Heading and text of the toast that a message asks for.
fn shown(message: &Message) -> Option<String> {
    let header = message.header();
    if header.member()?.as_str() != "Notify" {
        return None;
    }
    let body = message.body();
    let (_app, _replaces, _icon, summary, text, ..): Notify<'_> = body.deserialize().ok()?;
    Some(format!("{summary}\n{text}"))
}

type Notify<'a> = (
    &'a str,
    u32,
    &'a str,
    &'a str,
    &'a str,
    Vec<&'a str>,
    std::collections::HashMap<&'a str, zbus::zvariant::Value<'a>>,
    i32,
);
