//! The session bus: tray, toasts and the watch for do-not-disturb live while it does, and come back with it.
//!
//! It owns the connection and tells the agent what is wrong; it does not know what its parts show and see. Each of them
//! is started again by itself when it fails: the others go on.

use super::{do_not_disturb, toasts, tray};
use crate::toasts::Toasts;
use crate::tray::TrayChannels;
use crate::wait::sleep_until;
use crate::wake::Wake;
use crate::words;
use agent::agent::{Problem, TrayIcon};
use agent::toasts::keeper::{self, Act, FIRST_RETRY, Keeper, LONGEST_RETRY};
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use presence::Moment;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};
use zbus::{Connection, MessageStream, connection};

/// How long the bus may take to answer a new connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long a program on the bus may take for a call. The notification daemon's `Notify` is not waited for at all.
const CALL_WITHIN: Duration = Duration::from_secs(10);

/// Shows tray and toasts until the agent ends both, and rings for the toasts that nobody shows.
pub(crate) async fn run(channels: TrayChannels, toasts: Toasts) {
    let ringing = toasts.ringer.clone().run(toasts.wanted.clone());
    tokio::join!(show(channels, toasts), ringing);
}

async fn show(mut channels: TrayChannels, mut toasts: Toasts) {
    let wakes = channels.wakes.clone();
    let mut pause = FIRST_RETRY;
    let mut is_missing = false;
    loop {
        match connect().await {
            Ok(connection) => {
                if std::mem::take(&mut is_missing) {
                    tell(&wakes, Wake::Notice { about: Problem::SessionBus, words: None }).await;
                }
                pause = FIRST_RETRY;
                serve(&connection, &mut channels, &mut toasts).await;
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
        if !is_missing {
            is_missing = true;
            toasts.ringer.daemon_sounds(false);
            let words = Some(words::NO_SESSION_BUS.to_owned());
            tell(&wakes, Wake::Notice { about: Problem::SessionBus, words }).await;
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

/// Ends when the connection does, or when tray and toasts have nothing more to show and the agent has ended.
async fn serve(connection: &Connection, channels: &mut TrayChannels, toasts: &mut Toasts) {
    let gone = watch::Sender::new(false);
    let wakes = channels.wakes.clone();
    let task = |about, words| KeeperTask { about, words, wakes: wakes.clone(), gone: gone.subscribe() };
    let tray = task(Problem::Tray, words::tray_failed);
    let toast = task(Problem::Toasts, words::toasts_failed);
    let do_not_disturb = task(Problem::DoNotDisturb, words::do_not_disturb_failed);
    let is_quiet = watch::Sender::new(false);
    let mut tray_part = TrayPart { connection, channels };
    let mut toasts_part = ToastsPart { connection, toasts, do_not_disturb: is_quiet.subscribe() };
    let mut do_not_disturb_part = DoNotDisturbPart { connection, wakes: &wakes, is_on: &is_quiet };
    let all = async {
        tokio::join!(
            tray.keep(&mut tray_part),
            toast.keep(&mut toasts_part),
            do_not_disturb.keep(&mut do_not_disturb_part)
        )
    };
    tokio::pin!(all);
    tokio::select! {
        _ = &mut all => return,
        () = ended(connection) => { gone.send_replace(true); }
    }
    // Each sees the end by itself and puts its things in order.
    all.await;
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
    channels: &'a mut TrayChannels,
}

impl Part for TrayPart<'_> {
    fn run(&mut self) -> BoxFuture<'_, zbus::Result<()>> {
        Box::pin(tray::run(self.connection, self.channels))
    }
}

struct ToastsPart<'a> {
    connection: &'a Connection,
    toasts: &'a mut Toasts,
    do_not_disturb: watch::Receiver<bool>,
}

impl Part for ToastsPart<'_> {
    fn run(&mut self) -> BoxFuture<'_, zbus::Result<()>> {
        Box::pin(toasts::run(self.connection, self.toasts, self.do_not_disturb.clone()))
    }
}

struct DoNotDisturbPart<'a> {
    connection: &'a Connection,
    wakes: &'a mpsc::Sender<Wake>,
    is_on: &'a watch::Sender<bool>,
}

impl Part for DoNotDisturbPart<'_> {
    fn run(&mut self) -> BoxFuture<'_, zbus::Result<()>> {
        Box::pin(do_not_disturb::run(self.connection, self.is_on, self.wakes))
    }
}

/// Waits and acts for the keeper of one part, while the connection lasts.
struct KeeperTask {
    about: Problem,
    words: fn(&str) -> String,
    wakes: mpsc::Sender<Wake>,
    gone: watch::Receiver<bool>,
}

impl KeeperTask {
    async fn keep(mut self, part: &mut dyn Part) {
        let started = Instant::now();
        let now = || Moment::at(started.elapsed());
        let mut keeper = Keeper::new(now());
        let mut is_gone = false;
        loop {
            // A run borrows its part, so it is over before the next one begins.
            let mut run = Some(part.run());
            loop {
                let due = keeper.next_timeout().map(|at| started + at.since(Moment::default()));
                let woken = tokio::select! {
                    ended = async { match &mut run { Some(run) => run.await, None => std::future::pending().await } } => {
                        run = None;
                        keeper::KeeperInput::Ended(ended.map_err(|error| error.to_string()))
                    }
                    Ok(_) = self.gone.wait_for(|gone| *gone), if !is_gone => {
                        is_gone = true;
                        keeper::KeeperInput::BusGone
                    }
                    () = sleep_until(due) => keeper::KeeperInput::Due,
                };
                let acts = keeper.on(woken, now());
                let mut starts = false;
                for act in acts {
                    match act {
                        Act::Start => starts = true,
                        Act::Tell(why) => self.tell(why).await,
                        Act::Stop => return,
                    }
                }
                if starts {
                    break;
                }
            }
        }
    }

    async fn tell(&self, why: Option<String>) {
        if let Some(error) = &why {
            tracing::error!(about = ?self.about, error, "a part that shows things has failed and is started again");
        }
        let words = why.map(|why| (self.words)(&why));
        tell(&self.wakes, Wake::Notice { about: self.about, words }).await;
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
                Wake::Notice { about: Problem::Toasts, words } => return words.is_some(),
                Wake::Notice { .. } | Wake::TrayIcon(_) => {}
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

    fn keeper() -> (KeeperTask, mpsc::Receiver<Wake>, watch::Sender<bool>) {
        let (wakes, woken) = mpsc::channel(64);
        let gone = watch::Sender::new(false);
        let subscribed = gone.subscribe();
        (
            KeeperTask { about: Problem::Toasts, words: words::toasts_failed, wakes, gone: subscribed },
            woken,
            gone,
        )
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
        let mut channels = TrayChannels { id: "x".into(), tray: tray.subscribe(), wakes: wakes.clone() };
        let persisted = bus.dir.path().join("toasts");
        let mut toasts = Toasts {
            wanted: wanted.subscribe(),
            wakes,
            persisted,
            picture: None,
            ringer: Ringer::new(None),
            problem: None,
        };
        let serving = serve(&connection, &mut channels, &mut toasts);
        let watching = async {
            assert!(failing(&mut woken).await);
            bus.allow_rules(64).await;
            while failing(&mut woken).await {}
            drop((tray, wanted));
            woken.close();
        };
        let both = async { tokio::join!(serving, watching) };
        timeout(Duration::from_secs(60), both).await.expect("it comes back, and ends when all is over");
    }
}
