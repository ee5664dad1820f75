//! Listens to a session bus for the toasts that any notification daemon is sent, and for its answers.

use crate::toasts::CRITICAL;
use anyhow::{Context, Result};
use futures_util::StreamExt;
use std::collections::HashMap;
use std::num::NonZeroU32;
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
    /// The number of the toast in whose place it is shown; 0 for a new one.
    pub replaces: u32,
    /// The number that the daemon gave it, once it has answered.
    pub id: Option<u32>,
    /// Heading and text.
    pub text: String,
    /// Labels of its buttons, in order; the click on the toast itself is among them.
    pub buttons: Vec<String>,
    /// Whether it asks to be shown before all others, and in do-not-disturb, too.
    pub is_critical: bool,
    /// The call: by whom, and which.
    call: (String, NonZeroU32),
    message: Message,
}

impl PassedToast {
    /// Shows another toast that differs from this one by its words only, and says its number.
    ///
    /// # Errors
    /// When the daemon refuses, or is gone.
    pub async fn show_with(&self, connection: &Connection, title: &str, text: &str) -> Result<u32> {
        let body = self.message.body();
        let (app, _, icon, _, _, actions, hints, expires): Notify<'_> =
            body.deserialize().context("reading the toast")?;
        let toast = (app, 0_u32, icon, title, text, actions, hints, expires);
        let daemon = Some(crate::toasts::NAME);
        let answer = connection.call_method(daemon, crate::toasts::PATH, daemon, "Notify", &toast).await?;
        answer.body().deserialize().context("reading the toast's number")
    }
}

/// What has passed, in order.
#[derive(Debug, Default)]
struct Passed {
    toasts: Vec<PassedToast>,
    /// Numbers of toasts that their program has withdrawn.
    withdrawn: Vec<u32>,
    /// Numbers of toasts that the daemon has taken off the screen.
    gone: Vec<u32>,
}

/// A monitor of toasts, until it is dropped.
#[derive(Debug)]
pub struct ToastMonitor {
    passed: Arc<Mutex<Passed>>,
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
        let about_toasts =
            MatchRule::builder().interface(crate::toasts::NAME).context("naming the toasts' interface")?;
        let answers = MatchRule::builder().msg_type(Type::MethodReturn);
        let monitoring = MonitoringProxy::new(&connection).await?;
        let rules = [about_toasts.build(), answers.build()];
        monitoring.become_monitor(&rules, 0).await.context("becoming a monitor of the bus")?;
        let passed = Arc::<Mutex<Passed>>::default();
        let (tell, changed) = watch::channel(());
        let kept = Arc::clone(&passed);
        let task = tokio::spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                if kept.lock().unwrap_or_else(PoisonError::into_inner).take_in(&message).is_some() {
                    tell.send_replace(());
                }
            }
        });
        Ok(Self { passed, changed, task })
    }

    /// Waits for a toast whose heading or text contains `text`.
    ///
    /// # Errors
    /// No such toast passed by the deadline; the error lists those that did.
    pub async fn passed(&self, text: &str, within: Duration) -> Result<PassedToast> {
        self.passed_after(0, text, within).await
    }

    /// The same for one that comes after so many others.
    ///
    /// # Errors
    /// No such toast passed by the deadline; the error lists those that did.
    pub async fn passed_after(&self, after: usize, text: &str, within: Duration) -> Result<PassedToast> {
        self.until(&format!("a toast with {text:?}"), within, |passed| {
            passed.toasts.iter().skip(after).find(|toast| toast.text.contains(text)).cloned()
        })
        .await
    }

    /// Waits for one that comes after so many others and that the daemon has answered, and says its number.
    ///
    /// # Errors
    /// The daemon had answered no such toast by the deadline; the error lists those that passed.
    pub async fn answered_after(&self, after: usize, text: &str, within: Duration) -> Result<u32> {
        self.until(&format!("an answer to a toast with {text:?}"), within, |passed| {
            let mut all = passed.toasts.iter().skip(after).filter(|toast| toast.text.contains(text));
            all.find_map(|toast| toast.id)
        })
        .await
    }

    /// Waits until its program has withdrawn the toast with this number.
    ///
    /// # Errors
    /// When it has not by the deadline.
    pub async fn withdrawn(&self, id: u32, within: Duration) -> Result<()> {
        let is_withdrawn = |passed: &Passed| passed.withdrawn.contains(&id).then_some(());
        self.until(&format!("the end of toast {id}"), within, is_withdrawn).await
    }

    /// Waits until the daemon has said that it has taken the toast with this number off the screen.
    ///
    /// # Errors
    /// When it has not by the deadline.
    pub async fn gone(&self, id: u32, within: Duration) -> Result<()> {
        let is_gone = |passed: &Passed| passed.gone.contains(&id).then_some(());
        self.until(&format!("toast {id} is off the screen"), within, is_gone).await
    }

    /// All that have passed so far, in order.
    #[must_use]
    pub fn all(&self) -> Vec<PassedToast> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner).toasts.clone()
    }

    async fn until<T>(&self, what: &str, within: Duration, pick: impl Fn(&Passed) -> Option<T>) -> Result<T> {
        let mut changed = self.changed.clone();
        let look = async {
            loop {
                changed.mark_unchanged();
                if let Some(found) = pick(&self.passed.lock().unwrap_or_else(PoisonError::into_inner)) {
                    return Ok(found);
                }
                changed.changed().await.context("the bus is gone")?;
            }
        };
        let looked = timeout(within, look).await;
        looked.with_context(|| format!("{what}: not within {within:?}; there is only {:#?}", self.passed))?
    }
}

impl Drop for ToastMonitor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Passed {
    /// Keeps what a message says of a toast; `None` if it says nothing.
    fn take_in(&mut self, message: &Message) -> Option<()> {
        let (header, body) = (message.header(), message.body());
        if message.message_type() == Type::MethodReturn {
            let call = (header.destination()?.to_string(), header.reply_serial()?);
            let toast = self.toasts.iter_mut().rev().find(|toast| toast.call == call)?;
            toast.id = Some(body.deserialize().ok()?);
            return Some(());
        }
        match header.member()?.as_str() {
            "Notify" => self.toasts.push(asked_for(message, Instant::now())?),
            "CloseNotification" => self.withdrawn.push(body.deserialize().ok()?),
            "NotificationClosed" => self.gone.push(body.deserialize::<(u32, u32)>().ok()?.0),
            _ => return None,
        }
        Some(())
    }
}

/// The toast that a message asks for.
fn asked_for(message: &Message, at: Instant) -> Option<PassedToast> {
    let (header, body) = (message.header(), message.body());
    let (_app, replaces, _icon, summary, text, actions, hints, _expires): Notify<'_> =
        body.deserialize().ok()?;
    let is_critical = hints.get("urgency").is_some_and(|urgency| *urgency == Value::from(CRITICAL));
    Some(PassedToast {
        at,
        replaces,
        id: None,
        text: format!("{summary}\n{text}"),
        buttons: actions.chunks_exact(2).map(|pair| pair[1].to_owned()).collect(),
        is_critical,
        call: (header.sender()?.to_string(), message.primary_header().serial_num()),
        message: message.clone(),
    })
}

type Notify<'a> = (&'a str, u32, &'a str, &'a str, &'a str, Vec<&'a str>, HashMap<&'a str, Value<'a>>, i32);
