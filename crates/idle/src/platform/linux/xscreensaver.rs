//! XScreenSaver: polls the X server for its idle time. Sees all input, including taps and the wheel.

use super::x11::{Dialled, X11, X11Error, dial};
use crate::seen::SourceKind;
use crate::source::polled::Polled;
use crate::source::{FactSender, IdleSource, Lost, Orders, Unavailable};
use futures_util::future::BoxFuture;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};
use x11rb::connection::RequestConnection;
use x11rb::protocol::screensaver::{ConnectionExt, X11_EXTENSION_NAME};
use x11rb::protocol::xproto::Window;

/// The source.
pub(crate) struct XScreenSaver {
    x11: X11,
    root: Window,
    /// When the previous source was lost. A server that was started since then counts from its start, which says nothing
    /// about input.
    lost_at: Option<Instant>,
}

impl XScreenSaver {
    /// Opens it on `display`; for a server that was started after `lost_at`, only new input counts.
    pub(crate) async fn open(display: &str, lost_at: Option<Instant>) -> Result<Self, Unavailable> {
        let (x11, root) = dial(display, prepare).await?;
        Ok(Self { x11, root, lost_at })
    }

    async fn watch(
        &self,
        mut orders: watch::Receiver<Orders>,
        facts: &FactSender,
    ) -> Result<Infallible, X11Error> {
        let first = *orders.borrow_and_update();
        let asked = Instant::now();
        let idle_for = self.ask().await?;
        let is_known = self.lost_at.is_none_or(|at| self.x11.began_before(idle_for, at));
        let mut polled = Polled::new(first, is_known);
        self.believe_input(idle_for, asked, &mut polled);
        let mut fact = polled.restate(first, idle_for);
        loop {
            if let Some(fact) = fact {
                facts.tell(fact).await;
            }
            let next_poll = Instant::now() + polled.next_poll();
            let ordered = self.until(next_poll, &mut orders).await?;
            let idle_for = self.idle_for(&mut polled).await?;
            fact = match ordered {
                Some(now) => polled.restate(now, idle_for),
                None => polled.on(idle_for),
            };
        }
    }

    /// Waits until it is time to ask, or for new orders; notices at once when the X server ends.
    async fn until(
        &self,
        next_poll: Instant,
        orders: &mut watch::Receiver<Orders>,
    ) -> Result<Option<Orders>, X11Error> {
        loop {
            while self.x11.next_event()?.is_some() {}
            tokio::select! {
                () = sleep_until(next_poll) => return Ok(None),
                Ok(()) = orders.changed() => return Ok(Some(*orders.borrow_and_update())),
                readable = self.x11.readable() => readable?,
            }
        }
    }

    async fn idle_for(&self, polled: &mut Polled) -> Result<Duration, X11Error> {
        let asked = Instant::now();
        let idle_for = self.ask().await?;
        self.believe_input(idle_for, asked, polled);
        Ok(idle_for)
    }

    fn believe_input(&self, idle_for: Duration, asked: Instant, polled: &mut Polled) {
        if self.x11.had_input(idle_for, asked) {
            polled.believe();
        }
    }

    async fn ask(&self) -> Result<Duration, X11Error> {
        let info = self.x11.connection().screensaver_query_info(self.root)?;
        let info = self.x11.reply(info).await?;
        Ok(Duration::from_millis(u64::from(info.ms_since_user_input)))
    }
}

impl IdleSource for XScreenSaver {
    fn kind(&self) -> SourceKind {
        SourceKind::XScreenSaver
    }

    fn why(&self) -> String {
        "the X server knows how long there was no input (XScreenSaver)".into()
    }

    fn run(self: Box<Self>, orders: watch::Receiver<Orders>, facts: FactSender) -> BoxFuture<'static, Lost> {
        Box::pin(async move {
            match self.watch(orders, &facts).await {
                Err(error) => error.into_lost(),
            }
        })
    }
}

fn prepare(dialled: &Dialled) -> Result<Window, X11Error> {
    let connection = &dialled.connection;
    if connection.extension_information(X11_EXTENSION_NAME)?.is_none() {
        return Err(X11Error::Missing("the X server has no XScreenSaver"));
    }
    connection.screensaver_query_version(1, 1)?.reply()?;
    connection.screensaver_query_info(dialled.root)?.reply()?;
    Ok(dialled.root)
}
