//! The session bus: tray and toasts live while it does, and come back with it.
//!
//! It owns the connection and tells the agent what is lacking; what tray and toasts show is not its business. Each of the two
//! is started again by itself when it fails: the other one goes on.

use super::{toasts, tray};
use crate::toasts::Toasts;
use crate::tray::Shown;
use crate::wake::Wake;
use crate::words;
use agent::agent::{Lack, TrayIcon};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};
use zbus::{Connection, MessageStream, connection};

/// First and longest pause before the bus, the tray or the toasts are tried again. Where there is no bus there rarely will be
/// one.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LONGEST_RETRY: Duration = Duration::from_secs(60);

/// How long the bus may take to answer a new connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a program on the bus may take for a call. The notification daemon's `Notify` is not waited for at all.
const CALL_WITHIN: Duration = Duration::from_secs(10);
/// A task that has run for this long works: what was said of its failure is taken back, and its next pause is short.
const WORKS_AFTER: Duration = Duration::from_secs(10);
/// How long the end of the connection may be seen later than the failures that it causes.
const END_WITHIN: Duration = Duration::from_secs(1);

/// Shows tray and toasts until the agent ends both, and rings for the toasts that nobody shows.
pub(crate) async fn run(shown: Shown, toasts: Toasts) {
    let ringing = toasts.ringer.clone().run(toasts.wanted.clone());
    tokio::join!(show(shown, toasts), ringing);
}

async fn show(mut shown: Shown, mut toasts: Toasts) {
    let wakes = shown.wakes.clone();
    let mut pause = FIRST_RETRY;
    let mut lacking = false;
    loop {
        match connect().await {
            Ok(connection) => {
                if std::mem::take(&mut lacking) {
                    tell(&wakes, Wake::Lack { about: Lack::SessionBus, words: None }).await;
                }
                pause = FIRST_RETRY;
                serve(&connection, &mut shown, &mut toasts).await;
                if is_over(&toasts) {
                    return;
                }
                tracing::warn!("the session bus is gone");
                tell(&wakes, Wake::TrayIcon(TrayIcon::NoTray)).await;
            }
            Err(error) => {
                tracing::debug!(%error, "no session bus");
            }
        }
        if !lacking {
            lacking = true;
            toasts.ringer.player_is_needed(true);
            let words = Some(words::NO_SESSION_BUS.to_owned());
            tell(&wakes, Wake::Lack { about: Lack::SessionBus, words }).await;
        }
        tokio::select! {
            () = sleep(pause) => pause = (pause * 2).min(LONGEST_RETRY),
            () = over(&mut toasts) => return,
        }
    }
}

async fn connect() -> zbus::Result<Connection> {
    let connecting = connection::Builder::session()?.method_timeout(CALL_WITHIN).build();
    let no_answer = |_| zbus::Error::Failure(format!("no answer within {CONNECT_WITHIN:?}"));
    timeout(CONNECT_WITHIN, connecting).await.map_err(no_answer)?
}

/// Ends when the connection does, or when both have nothing more to show.
async fn serve(connection: &Connection, shown: &mut Shown, toasts: &mut Toasts) {
    let gone = watch::Sender::new(false);
    let wakes = shown.wakes.clone();
    let keeper = |about, words| Keeper { about, words, wakes: wakes.clone(), gone: gone.subscribe() };
    let (tray, toast) = (keeper(Lack::Tray, words::tray_failed), keeper(Lack::Toasts, words::toasts_failed));
    let (mut tray_part, mut toasts_part) =
        (TrayPart { connection, shown }, ToastsPart { connection, toasts });
    let both = async { tokio::join!(tray.keep(&mut tray_part), toast.keep(&mut toasts_part)) };
    tokio::pin!(both);
    tokio::select! {
        _ = &mut both => return,
        () = ended(connection) => { gone.send_replace(true); }
    }
    // Each sees the end by itself and puts its things in order.
    both.await;
}

/// Waits until the connection has ended.
async fn ended(connection: &Connection) {
    let mut messages = MessageStream::from(connection);
    while let Some(Ok(_)) = messages.next().await {}
}

/// A part of the program that needs the bus.
trait Part: Send {
    /// Runs until it ends in good order or with the connection, or fails.
    fn run(&mut self) -> BoxFuture<'_, zbus::Result<()>>;
}

struct TrayPart<'a> {
    connection: &'a Connection,
    shown: &'a mut Shown,
}

impl Part for TrayPart<'_> {
    fn run(&mut self) -> BoxFuture<'_, zbus::Result<()>> {
        Box::pin(tray::run(self.connection, self.shown))
    }
}

struct ToastsPart<'a> {
    connection: &'a Connection,
    toasts: &'a mut Toasts,
}

impl Part for ToastsPart<'_> {
    fn run(&mut self) -> BoxFuture<'_, zbus::Result<()>> {
        Box::pin(toasts::run(self.connection, self.toasts))
    }
}

/// Keeps one part going while the connection lasts.
struct Keeper {
    about: Lack,
    words: fn(&str) -> String,
    wakes: mpsc::Sender<Wake>,
    gone: watch::Receiver<bool>,
}

impl Keeper {
    /// Runs the part until it ends in good order or with the connection; after a failure it is started again, and the user is
    /// told.
    async fn keep(mut self, part: &mut dyn Part) {
        let mut pause = FIRST_RETRY;
        let mut told = false;
        loop {
            let mut running = part.run();
            let began = Instant::now();
            let ended = tokio::select! {
                ended = &mut running => ended,
                () = sleep(WORKS_AFTER) => {
                    if std::mem::take(&mut told) {
                        self.tell(None).await;
                    }
                    running.await
                }
            };
            let failed = match ended {
                Err(error) if !self.is_gone(END_WITHIN).await => error.to_string(),
                Ok(()) | Err(_) => break,
            };
            tracing::error!(about = ?self.about, error = failed, "a part that shows things has failed and is started again");
            told = true;
            self.tell(Some((self.words)(&failed))).await;
            if began.elapsed() >= WORKS_AFTER {
                pause = FIRST_RETRY;
            }
            if self.is_gone(pause).await {
                break;
            }
            pause = (pause * 2).min(LONGEST_RETRY);
        }
        if told {
            self.tell(None).await;
        }
    }

    /// Whether the connection is seen to have ended within this time.
    async fn is_gone(&mut self, within: Duration) -> bool {
        timeout(within, self.gone.wait_for(|gone| *gone)).await.is_ok()
    }

    async fn tell(&self, words: Option<String>) {
        tell(&self.wakes, Wake::Lack { about: self.about, words }).await;
    }
}

fn is_over(toasts: &Toasts) -> bool {
    toasts.wanted.has_changed().is_err()
}

async fn over(toasts: &mut Toasts) {
    while toasts.wanted.changed().await.is_ok() {}
}

async fn tell(wakes: &mpsc::Sender<Wake>, wake: Wake) {
    // A closed channel means that the program ends.
    let _ended = wakes.send(wake).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::linux::test_bus::TestBus;
    use crate::toasts::ringer::Ringer;
    use agent::tray::{Icon, Mark, Tray};

    /// What is said of the toasts: whether they have failed.
    async fn failing(wakes: &mut mpsc::Receiver<Wake>) -> bool {
        loop {
            match wakes.recv().await.expect("somebody tells") {
                Wake::Lack { about: Lack::Toasts, words } => return words.is_some(),
                Wake::Lack { .. } | Wake::TrayIcon(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Fails so often, then goes on for ever; notes when it was started.
    struct Failing {
        times: usize,
        began: Instant,
        starts: Vec<u64>,
    }

    impl Part for Failing {
        fn run(&mut self) -> BoxFuture<'_, zbus::Result<()>> {
            self.starts.push(self.began.elapsed().as_secs());
            let fails = self.starts.len() <= self.times;
            Box::pin(async move {
                match fails {
                    true => Err(zbus::Error::Failure("of its own".into())),
                    false => std::future::pending().await,
                }
            })
        }
    }

    fn failing_part(times: usize) -> Failing {
        Failing { times, began: Instant::now(), starts: Vec::new() }
    }

    fn keeper() -> (Keeper, mpsc::Receiver<Wake>, watch::Sender<bool>) {
        let (wakes, woken) = mpsc::channel(64);
        let gone = watch::Sender::new(false);
        let subscribed = gone.subscribe();
        (Keeper { about: Lack::Toasts, words: words::toasts_failed, wakes, gone: subscribed }, woken, gone)
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_fails_is_said_to_and_started_again_with_growing_pauses_until_it_works() {
        let (keeper, mut wakes, _gone) = keeper();
        let mut part = failing_part(8);
        let keeping = keeper.keep(&mut part);
        let listening = async {
            for _ in 0..8 {
                assert!(failing(&mut wakes).await);
            }
            assert!(!failing(&mut wakes).await, "it works, and that is said");
        };
        tokio::select! {
            () = keeping => panic!("it ended"),
            () = listening => {}
        }
        // With each failure a second passes in which the end of the bus would be seen.
        assert_eq!(part.starts, [0, 3, 8, 17, 34, 67, 128, 189, 250]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_fails_with_its_bus_is_not_said_to_have_failed() {
        let (keeper, mut wakes, gone) = keeper();
        let mut part = failing_part(1);
        let keeping = keeper.keep(&mut part);
        let ending = async {
            sleep(Duration::from_millis(100)).await;
            gone.send_replace(true);
        };
        tokio::join!(keeping, ending);
        assert!(wakes.recv().await.is_none());
    }

    // On a bus that lets nobody subscribe to two things neither can begin.
    #[tokio::test]
    async fn toasts_that_cannot_begin_say_so_and_begin_when_they_can() {
        let bus = TestBus::start();
        bus.allow_rules(1).await;
        let connection = bus.connect().await;
        let (wakes, mut woken) = mpsc::channel(64);
        let icon = Icon { mark: Mark::Online, badge: 0 };
        let tray = watch::Sender::new(Tray { icon, tooltip: String::new(), menu: Vec::new() });
        let wanted = watch::Sender::new(None);
        let mut shown = Shown { id: "x".into(), tray: tray.subscribe(), wakes: wakes.clone() };
        let left_over = bus.dir.path().join("toasts");
        let mut toasts = Toasts {
            wanted: wanted.subscribe(),
            wakes,
            left_over,
            picture: None,
            ringer: Ringer::new(None),
            lack: None,
        };
        let serving = serve(&connection, &mut shown, &mut toasts);
        let watching = async {
            assert!(failing(&mut woken).await);
            bus.allow_rules(64).await;
            while failing(&mut woken).await {}
            drop((tray, wanted));
        };
        let both = async { tokio::join!(serving, watching) };
        timeout(Duration::from_secs(60), both).await.expect("it comes back, and ends when all is over");
    }
}
