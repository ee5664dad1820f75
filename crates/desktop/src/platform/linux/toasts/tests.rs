//! Toasts, against a notification daemon made here, on a bus of their own.

mod do_not_disturb;
mod fake;
mod presses;
mod sound;

use super::client::{NAME, PATH};
use super::run;
use super::screen::Screen;
use crate::platform::linux::test_bus::TestBus;
use crate::toasts::Toasts;
use crate::toasts::player::{Player, Recorded};
use crate::toasts::ringer::Ringer;
use crate::wake::Wake;
use agent::agent::Problem;
use agent::toast::{Button, Toast, ToastAction, ToastEvent, ToastKey};
use agent::toasts::board::Id;
use chat::SessionId;
use fake::{Call, Daemon, Fake, Kind};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;
use zbus::object_server::SignalEmitter;

/// Longer than any of this takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(30);

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, what).await.expect("it happens in time")
}

/// What a run needs.
fn toasts(bus: &TestBus, wanted: &watch::Sender<Option<Vec<Toast>>>, wakes: mpsc::Sender<Wake>) -> Toasts {
    let persisted: PathBuf = bus.dir.path().join("toasts");
    let ringer = Ringer::new(None);
    Toasts { wanted: wanted.subscribe(), wakes, persisted, picture: None, ringer, problem: None }
}

/// Our own end.
struct Ours {
    wanted: watch::Sender<Option<Vec<Toast>>>,
    do_not_disturb: watch::Sender<bool>,
    wakes: mpsc::Receiver<Wake>,
    task: JoinHandle<zbus::Result<()>>,
}

impl Ours {
    async fn start(bus: &TestBus) -> Self {
        Self::start_with(bus, Ringer::new(None)).await
    }

    /// With a player that notes what it is told.
    async fn recorded(bus: &TestBus) -> (Self, Recorded) {
        let (player, recorded) = Player::recorded();
        (Self::start_with(bus, Ringer::new(Some(player))).await, recorded)
    }

    async fn start_with(bus: &TestBus, ringer: Ringer) -> Self {
        let wanted = watch::Sender::new(None);
        let (sender, wakes) = mpsc::channel(64);
        let mut toasts = Toasts { ringer: ringer.clone(), ..toasts(bus, &wanted, sender) };
        let connection = bus.connect().await;
        tokio::spawn(ringer.run(wanted.subscribe()));
        let do_not_disturb = watch::Sender::new(false);
        let changes = do_not_disturb.subscribe();
        let task = tokio::spawn(async move { run(&connection, &mut toasts, changes).await });
        Self { wanted, do_not_disturb, wakes, task }
    }

    fn want(&self, toasts: &[Toast]) {
        self.wanted.send_replace(Some(toasts.to_vec()));
    }

    async fn event(&mut self) -> ToastEvent {
        match soon(self.wakes.recv()).await {
            Some(Wake::Toast(event)) => event,
            other => panic!("{other:?}"),
        }
    }

    /// The next event of a toast; notices in between are skipped.
    async fn event_of_toast(&mut self) -> ToastEvent {
        loop {
            match soon(self.wakes.recv()).await {
                Some(Wake::Toast(event)) => return event,
                Some(Wake::Notice { .. }) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn problem(&mut self) -> bool {
        match soon(self.wakes.recv()).await {
            Some(Wake::Notice { about: Problem::Notifications, words }) => words.is_some(),
            other => panic!("{other:?}"),
        }
    }

    /// As `kill -9` does: nothing is put in order.
    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }

    async fn end(self) {
        drop(self.wanted);
        soon(self.task).await.unwrap().unwrap();
    }
}

fn key(n: u128) -> ToastKey {
    ToastKey::Request(SessionId(Uuid::from_u128(n)))
}

fn request(n: u128, body: &str, ring: Option<u64>) -> Toast {
    let button = |action, label: &str| Button { action, label: label.into() };
    Toast {
        key: key(n),
        title: "Dana Reyes needs help".into(),
        body: body.into(),
        buttons: vec![button(ToastAction::Join, "Join"), button(ToastAction::Dismiss, "Dismiss")],
        ring,
        is_late: false,
        stays: true,
        is_critical: true,
    }
}

fn news(n: u64) -> Toast {
    let (key, buttons) = (ToastKey::News(n), Vec::new());
    Toast { key, buttons, stays: false, is_critical: false, ..request(0, "news", None) }
}

fn notify(replaces: Id, body: &str, sounds: bool) -> Call {
    let actions = ["default", "Open", "join", "Join", "dismiss", "Dismiss"].map(String::from).to_vec();
    let (title, body) = ("Dana Reyes needs help".into(), body.into());
    Call::Notify { replaces, title, body, actions, sounds, is_critical: true }
}

// C3
#[tokio::test]
async fn a_request_rings_under_the_same_number_until_it_is_withdrawn() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 40, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "waiting 0:00", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "waiting 0:00", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    ours.want(&[request(1, "waiting 0:20", Some(2))]);
    assert_eq!(daemon.call().await, notify(41, "waiting 0:20", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    ours.want(&[request(1, "waiting 0:30", Some(2))]);
    assert_eq!(daemon.call().await, notify(41, "waiting 0:30", false));
    ours.want(&[]);
    assert_eq!(daemon.call().await, Call::Close(41));
}

// C3: closing the toast silences nothing.
#[tokio::test]
async fn a_toast_that_the_user_closed_comes_back_with_the_next_ring() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    daemon.closed(1, 2).await;
    assert_eq!(ours.event().await, ToastEvent::Closed(key(1)));
    ours.want(&[request(1, "b", Some(1))]);
    ours.want(&[request(1, "c", Some(2))]);
    assert_eq!(daemon.call().await, notify(0, "c", true));
}

#[tokio::test]
async fn a_new_daemon_shows_everything_again() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    daemon.stop().await;
    let mut daemon = Daemon::start(&bus, 7, None).await;
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event_of_toast().await, ToastEvent::Shown(key(1)));
    daemon.press(8, "join").await;
    assert_eq!(ours.event().await, ToastEvent::Pressed(key(1), ToastAction::Join));
}

#[tokio::test]
async fn without_a_daemon_it_says_so_and_shows_all_when_one_comes() {
    let bus = TestBus::start();
    let mut ours = Ours::start(&bus).await;
    assert!(ours.problem().await);
    ours.want(&[request(1, "a", Some(1))]);
    let mut daemon = Daemon::start(&bus, 0, None).await;
    assert!(!ours.problem().await);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
}

#[tokio::test]
async fn what_a_killed_run_left_is_replaced_or_closed() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1)), request(2, "b", Some(1))]);
    assert_eq!([ours.event().await, ours.event().await], [1, 2].map(|n| ToastEvent::Shown(key(n))));
    drop((daemon.call().await, daemon.call().await));
    ours.kill().await;

    let ours = Ours::start(&bus).await;
    ours.want(&[request(2, "b again", Some(1))]);
    assert_eq!(daemon.call().await, Call::Close(1));
    assert_eq!(daemon.call().await, notify(2, "b again", true));
    ours.kill().await;

    // A new daemon knows nothing of the old numbers.
    daemon.stop().await;
    let mut daemon = Daemon::start(&bus, 20, None).await;
    let ours = Ours::start(&bus).await;
    ours.want(&[request(2, "b", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "b", true));
    ours.end().await;
}

#[tokio::test]
async fn at_the_end_what_is_not_wanted_is_off_the_screen() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    assert_eq!(daemon.call().await, notify(0, "a", true));
    ours.want(&[]);
    ours.end().await;
    assert_eq!(daemon.call().await, Call::Close(1));
    assert!(!bus.dir.path().join("toasts").exists());
}

#[tokio::test]
async fn text_and_buttons_are_as_the_daemon_can_show_them() {
    let bus = TestBus::start();
    let mut plain = Daemon::of_kind(&bus, 0, Kind { capabilities: vec!["body"], ..Kind::default() }).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "R&D <now>", None)]);
    let Call::Notify { body, actions, sounds, .. } = plain.call().await else { panic!() };
    assert_eq!((body.as_str(), actions.len(), sounds), ("R&D <now>", 0, false));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    plain.stop().await;
    let mut rich = Daemon::start(&bus, 0, None).await;
    assert_eq!(rich.call().await, notify(0, "R&amp;D &lt;now&gt;", false));
}

#[tokio::test]
async fn others_cannot_press_our_buttons() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "", Some(1))]);
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    drop(daemon.call().await);
    let stranger = SignalEmitter::new(&bus.connect().await, PATH).unwrap().into_owned();
    Fake::action_invoked(&stranger, 1, "join").await.unwrap();
    // The bus keeps the order of what was sent before.
    daemon.press(1, "dismiss").await;
    assert_eq!(ours.event().await, ToastEvent::Pressed(key(1), ToastAction::Dismiss));
}

#[tokio::test]
async fn the_end_of_the_bus_ends_it() {
    let mut bus = TestBus::start();
    let ours = Ours::start(&bus).await;
    bus.stop();
    drop(soon(ours.task).await.unwrap());
}

// It took 50 seconds, and its late number was thrown away: six toasts, none of which was ever closed.
#[tokio::test]
async fn a_daemon_that_takes_its_time_shows_each_request_once_and_the_toast_goes_with_the_request() {
    let bus = TestBus::start();
    let answers = watch::Sender::new(false);
    let kind = Kind { answers: answers.subscribe(), ..Kind::default() };
    let mut daemon = Daemon::of_kind(&bus, 0, kind).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "waiting 0:00", Some(1))]);
    // What it can do is not waited for, either; so the sound is the app's own.
    assert_eq!(daemon.call().await, notify(0, "waiting 0:00", false));
    assert!(ours.problem().await, "that it does not answer is said");
    for ring in 2..8 {
        ours.want(&[request(1, "waiting long", Some(ring)), request(2, "the other", Some(1))]);
    }
    assert_eq!(daemon.call().await, notify(0, "the other", false), "one hangs, others do not wait for it");
    ours.want(&[request(1, "waiting long", Some(8))]);
    answers.send_replace(true);
    let mut calls = vec![daemon.call().await, daemon.call().await];
    calls.sort_by_key(|call| matches!(call, Call::Close(_)));
    let (first, other) = match calls[0] {
        Call::Notify { replaces, .. } => (replaces, 3 - replaces),
        Call::Close(_) => panic!("{calls:?}"),
    };
    assert!(matches!(&calls[0], Call::Notify { body, .. } if body == "waiting long"), "{calls:?}");
    assert_eq!(calls[1], Call::Close(other));
    ours.want(&[]);
    assert_eq!(daemon.call().await, Call::Close(first));
    ours.end().await;
    assert!(daemon.calls.try_recv().is_err(), "and no more than that");
}

#[tokio::test]
async fn a_toast_that_was_still_being_shown_at_the_end_does_not_stay() {
    let bus = TestBus::start();
    let answers = watch::Sender::new(false);
    let mut daemon = Daemon::of_kind(&bus, 0, Kind { answers: answers.subscribe(), ..Kind::default() }).await;
    let ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", false));
    ours.want(&[]);
    let ending = tokio::spawn(ours.end());
    answers.send_replace(true);
    assert_eq!(daemon.call().await, Call::Close(1));
    soon(ending).await.unwrap();
}

#[tokio::test]
async fn a_daemon_without_room_shows_the_request_before_the_news_and_the_user_is_told() {
    let bus = TestBus::start();
    let room = watch::Sender::new(2);
    let mut daemon = Daemon::of_kind(&bus, 0, Kind { room: room.subscribe(), ..Kind::default() }).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[news(1), news(2)]);
    assert_eq!(
        [ours.event().await, ours.event().await],
        [1, 2].map(|n| ToastEvent::Shown(ToastKey::News(n)))
    );
    drop((daemon.call().await, daemon.call().await));
    ours.want(&[news(1), news(2), request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert!(ours.problem().await);
    assert!(matches!(daemon.call().await, Call::Close(1 | 2)));
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    // Somebody else's toast goes: there is room for the news again.
    room.send_replace(3);
    daemon.closed(77, 2).await;
    let Call::Notify { title, sounds: false, .. } = daemon.call().await else { panic!() };
    assert_eq!(title, "Dana Reyes needs help");
    loop {
        match soon(ours.wakes.recv()).await {
            Some(Wake::Toast(ToastEvent::Shown(ToastKey::News(_)))) => {}
            Some(Wake::Notice { about: Problem::Notifications, words: None }) => break,
            other => panic!("{other:?}"),
        }
    }
}

// An hour-old "Silenced for you" came back.
#[tokio::test]
async fn news_that_was_shown_does_not_come_back_with_a_new_daemon() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1)), news(1)]);
    assert_eq!([ours.event().await, ours.event().await], [key(1), ToastKey::News(1)].map(ToastEvent::Shown));
    drop((daemon.call().await, daemon.call().await));
    daemon.stop().await;
    assert_eq!(ours.event().await, ToastEvent::Closed(ToastKey::News(1)));
    let mut daemon = Daemon::start(&bus, 7, None).await;
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    ours.want(&[]);
    ours.end().await;
    assert_eq!(daemon.call().await, Call::Close(8));
    assert!(daemon.calls.try_recv().is_err());
}

// What it said stayed in the status for ever.
#[tokio::test]
async fn what_a_run_that_has_ended_said_is_taken_back_by_the_next_one() {
    let bus = TestBus::start();
    let wanted = watch::Sender::new(None);
    let (sender, mut wakes) = mpsc::channel(64);
    let mut toasts = toasts(&bus, &wanted, sender);
    let mut daemons = Vec::new();
    for is_problem in [true, false] {
        let connection = bus.connect().await;
        tokio::select! {
            ended = run(&connection, &mut toasts, watch::Sender::new(false).subscribe()) => panic!("{ended:?}"),
            wake = soon(wakes.recv()) => match wake {
                Some(Wake::Notice { about: Problem::Notifications, words }) => assert_eq!(words.is_some(), is_problem),
                other => panic!("{other:?}"),
            },
        }
        if is_problem {
            daemons.push(Daemon::start(&bus, 0, None).await);
        }
    }
}

// C3: no daemon, no sound.
#[tokio::test]
async fn where_no_daemon_runs_the_app_rings_itself() {
    let bus = TestBus::start();
    let (ours, mut recorded) = Ours::recorded(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    soon(recorded.chime()).await;
    ours.want(&[request(1, "b", Some(2))]);
    soon(recorded.chime()).await;
    ours.want(&[request(1, "b", Some(2)), request(2, "silent", None)]);
    // By then it has tried to show these, and has rung for what is due.
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let silent = [notify(0, "b", false), notify(0, "silent", false)];
    assert_eq!([daemon.call().await, daemon.call().await], silent, "the app has rung for the first one");
    ours.want(&[]);
    ours.end().await;
    assert_eq!(recorded.chimes(), 0);
}

// C3
#[tokio::test]
async fn what_a_daemon_refuses_to_show_is_heard_once_also_when_it_has_room_again() {
    let bus = TestBus::start();
    let room = watch::Sender::new(0);
    let mut daemon = Daemon::of_kind(&bus, 0, Kind { room: room.subscribe(), ..Kind::default() }).await;
    let (mut ours, mut recorded) = Ours::recorded(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", false));
    soon(recorded.chime()).await;
    // Another program's toast goes, so it is tried again.
    daemon.closed(77, 1).await;
    assert_eq!(daemon.call().await, notify(0, "a", false), "it has rung already");
    assert!(ours.problem().await);
    room.send_replace(1);
    // The answer to that may still be on its way: then it is tried with the next change.
    ours.want(&[request(1, "b", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "b", false), "it has rung already");
    assert_eq!(ours.event_of_toast().await, ToastEvent::Shown(key(1)));
    ours.want(&[request(1, "c", Some(2))]);
    assert_eq!(daemon.call().await, notify(1, "c", false));
    soon(recorded.chime()).await;
    ours.want(&[]);
    ours.end().await;
    assert_eq!(recorded.chimes(), 0, "once");
}

// It waited for the next try, which did not come any more.
#[tokio::test]
async fn what_the_daemon_failed_to_replace_just_before_the_end_is_closed() {
    let bus = TestBus::start();
    let (answers, fails) = (watch::Sender::new(true), watch::Sender::new(false));
    let kind = Kind { answers: answers.subscribe(), fails: fails.subscribe(), ..Kind::default() };
    let mut daemon = Daemon::of_kind(&bus, 0, kind).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    answers.send_replace(false);
    ours.want(&[request(1, "b", Some(1))]);
    assert_eq!(daemon.call().await, notify(1, "b", false));
    ours.want(&[]);
    fails.send_replace(true);
    answers.send_replace(true);
    ours.end().await;
    assert_eq!(daemon.call().await, Call::Close(1));
}

// It rang for a request that somebody had joined.
#[tokio::test]
async fn what_is_refused_after_it_was_withdrawn_is_not_heard() {
    let bus = TestBus::start();
    let (answers, room) = (watch::Sender::new(true), watch::Sender::new(1));
    let kind = Kind { answers: answers.subscribe(), room: room.subscribe(), ..Kind::default() };
    let mut daemon = Daemon::of_kind(&bus, 0, kind).await;
    let (mut ours, mut recorded) = Ours::recorded(&bus).await;
    // Now it is known what the daemon can do.
    ours.want(&[news(1)]);
    drop(daemon.call().await);
    assert_eq!(ours.event().await, ToastEvent::Shown(ToastKey::News(1)));
    answers.send_replace(false);
    room.send_replace(0);
    ours.want(&[news(1), request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", false));
    ours.want(&[]);
    assert_eq!(daemon.call().await, Call::Close(1), "it has taken the request's end in");
    answers.send_replace(true);
    ours.end().await;
    assert_eq!(recorded.chimes(), 0);
}

// C3
#[tokio::test]
async fn what_a_daemon_does_not_answer_is_heard_each_time_it_is_to_ring() {
    let bus = TestBus::start();
    let answers = watch::Sender::new(true);
    let mut daemon = Daemon::of_kind(&bus, 0, Kind { answers: answers.subscribe(), ..Kind::default() }).await;
    let (mut ours, mut recorded) = Ours::recorded(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", false));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    soon(recorded.chime()).await;
    answers.send_replace(false);
    for ring in 2..4 {
        ours.want(&[request(1, "a", Some(ring))]);
        soon(recorded.chime()).await;
    }
    answers.send_replace(true);
    for _ in 2..4 {
        assert_eq!(ours.event_of_toast().await, ToastEvent::Shown(key(1)));
    }
    ours.want(&[]);
    ours.end().await;
    assert_eq!(recorded.chimes(), 0, "what is shown in the end was heard before");
}

// The bus had given it to the new daemon before the old one's end was read: its answer was thrown away, and the toast stayed.
#[tokio::test]
async fn what_went_to_a_new_daemon_before_it_was_known_is_shown_once_and_closed() {
    let bus = TestBus::start();
    let wanted = watch::Sender::new(None);
    let (sender, mut wakes) = mpsc::channel(64);
    let mut toasts = toasts(&bus, &wanted, sender.clone());
    let connection = bus.connect().await;
    let first = Daemon::start(&bus, 0, None).await;
    let (ringer, problem) = (&toasts.ringer, &mut toasts.problem);
    let mut screen =
        Screen::open(&connection, &sender, &toasts.persisted, None, ringer, problem).await.unwrap();
    while screen.capabilities.is_none() {
        screen.settle(Some(&[])).await;
        let message = soon(screen.client.next()).await.unwrap().unwrap();
        screen.take(&message);
    }
    first.stop().await;
    let mut second = Daemon::start(&bus, 40, None).await;
    // Nothing of that has been read yet.
    let wanted = [request(1, "a", Some(1))];
    screen.settle(Some(&wanted)).await;
    assert_eq!(second.call().await, notify(0, "a", true));
    let is_shown = |wakes: &mut mpsc::Receiver<Wake>| {
        std::iter::from_fn(|| wakes.try_recv().ok())
            .any(|wake| matches!(wake, Wake::Toast(ToastEvent::Shown(_))))
    };
    while !is_shown(&mut wakes) {
        let message = soon(screen.client.next()).await.unwrap().unwrap();
        screen.take(&message);
        screen.settle(Some(&wanted)).await;
    }
    screen.settle(Some(&[])).await;
    assert_eq!(second.call().await, Call::Close(41));
}

// A daemon that gives up its name and lives on may answer late, or never.
#[tokio::test]
async fn what_was_asked_of_a_daemon_that_was_replaced_is_shown_by_the_new_one() {
    let bus = TestBus::start();
    let answers = watch::Sender::new(true);
    let mut first = Daemon::of_kind(&bus, 0, Kind { answers: answers.subscribe(), ..Kind::default() }).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(first.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    answers.send_replace(false);
    ours.want(&[request(1, "a", Some(1)), request(2, "b", Some(1))]);
    assert_eq!(first.call().await, notify(0, "b", true));
    first.connection.release_name(NAME).await.unwrap();
    let mut second = Daemon::start(&bus, 40, None).await;
    assert_eq!(second.call().await, notify(0, "a", true));
    assert_eq!(second.call().await, notify(0, "b", true));
    answers.send_replace(true);
    ours.want(&[]);
    let mut closed = [second.call().await, second.call().await];
    closed.sort_by_key(|call| matches!(call, Call::Close(42)));
    assert_eq!(closed, [Call::Close(41), Call::Close(42)]);
}
