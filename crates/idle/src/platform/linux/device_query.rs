//! device_query: a helper process compares pointer and keys, and says so when they change. The last resort on X11.
//!
//! It sees state, not events: wheel notches and taps between two polls are missed. It cannot know of input before its
//! start, so it reports nothing until it has seen some, or until a whole threshold has passed without any. The child
//! process is needed because Xlib ends its process when the X server ends.

use super::helper::{CHANGED, READY};
use crate::seen::{Helper, SourceKind};
use crate::source::{FactSender, IdleSource, Lost, Orders, Unavailable};
use futures_util::future::BoxFuture;
use presence::device::Fact;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout};

/// How long the helper may take to start.
const MAX_START: Duration = Duration::from_secs(5);

/// The source.
pub(crate) struct DeviceQuery {
    /// Killed when dropped; it stops when its standard input is closed.
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl DeviceQuery {
    /// Starts the helper on `display`.
    pub(crate) async fn open(helper: &Helper, display: &str) -> Result<Self, Unavailable> {
        let mut child = Command::new(&helper.program)
            .args(&helper.args)
            .env("DISPLAY", display)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| unavailable(format!("the helper for device_query does not start: {error}")))?;
        let Some(stdout) = child.stdout.take() else {
            return Err(unavailable("the helper for device_query has no output".into()));
        };
        let mut source = Self { child, lines: BufReader::new(stdout).lines() };
        match timeout(MAX_START, source.is_told(READY)).await {
            Ok(true) => Ok(source),
            Ok(false) => Err(unavailable("the helper for device_query ended at once".into())),
            Err(_elapsed) => Err(unavailable("the helper for device_query did not start in 5 s".into())),
        }
    }

    /// Waits for a line with this word; false when there are no more lines. Cancel safe.
    async fn is_told(&mut self, word: &str) -> bool {
        loop {
            match self.lines.next_line().await {
                Ok(Some(line)) if line.trim() == word => return true,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return false,
            }
        }
    }

    async fn watch(&mut self, mut orders: watch::Receiver<Orders>, facts: &FactSender) {
        let mut input = Input::new(*orders.borrow_and_update(), Instant::now());
        loop {
            let fact = tokio::select! {
                is_told = self.is_told(CHANGED) => {
                    if !is_told {
                        return;
                    }
                    input.on_change(Instant::now())
                }
                () = sleep_until(input.idle_at()), if !input.is_away => input.on_idle(Instant::now()),
                Ok(()) = orders.changed() => input.on_orders(*orders.borrow_and_update(), Instant::now()),
            };
            if let Some(fact) = fact {
                facts.tell(fact).await;
            }
        }
    }
}

impl IdleSource for DeviceQuery {
    fn kind(&self) -> SourceKind {
        SourceKind::DeviceQuery
    }

    fn why(&self) -> String {
        "pointer and keys are compared four times a second (device_query), which may miss short input".into()
    }

    fn run(
        mut self: Box<Self>,
        orders: watch::Receiver<Orders>,
        facts: FactSender,
    ) -> BoxFuture<'static, Lost> {
        Box::pin(async move {
            self.watch(orders, &facts).await;
            let ended = timeout(MAX_START, self.child.wait()).await;
            tracing::debug!(?ended, "the device_query helper ended");
            Lost { why: "the helper for device_query ended, as it does when the X server goes".into() }
        })
    }
}

/// What is known of input.
struct Input {
    orders: Orders,
    /// The last change, or the start.
    last: Instant,
    /// Whether there was a change since the start.
    is_known: bool,
    is_away: bool,
    expects_input: bool,
}

impl Input {
    fn new(orders: Orders, now: Instant) -> Self {
        Self { orders, last: now, is_known: false, is_away: false, expects_input: false }
    }

    fn idle_at(&self) -> Instant {
        self.last + self.orders.idle_after
    }

    fn on_change(&mut self, now: Instant) -> Option<Fact> {
        let is_news = self.is_away || !self.is_known || self.expects_input;
        self.last = now;
        self.is_known = true;
        self.is_away = false;
        self.expects_input = false;
        is_news.then_some(Fact::Active)
    }

    fn on_idle(&mut self, now: Instant) -> Option<Fact> {
        self.is_away = true;
        Some(Fact::IdleFor(now - self.last))
    }

    fn on_orders(&mut self, orders: Orders, now: Instant) -> Option<Fact> {
        self.expects_input |= orders.wakings != self.orders.wakings;
        self.orders = orders;
        let idle_for = now - self.last;
        self.is_away = idle_for >= orders.idle_after;
        (self.is_known || self.is_away).then_some(Fact::IdleFor(idle_for))
    }
}

fn unavailable(why: String) -> Unavailable {
    Unavailable::Mechanism(why)
}
