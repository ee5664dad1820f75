//! The loop around a machine that only remembers.

use super::*;
use crate::settings::KnownAccount;
use presence::{Role, UnixMillis};
use uuid::Uuid;

/// Remembers what was asked of it.
#[derive(Debug, Default)]
struct Remembered {
    answers: Vec<(u32, Answer)>,
    opened: Vec<Page>,
    has_window_program: bool,
    views: usize,
}

impl Machine for Remembered {
    type Reply = u32;

    fn answer(&mut self, reply: u32, answer: Answer) {
        self.answers.push((reply, answer));
    }

    fn redeem(&mut self, _: Address, _: String, _: String) {}

    fn set_idle_after(&mut self, _: Duration) {}

    fn set_sound(&mut self, _: SoundSettings) {}

    fn release_sleep(&mut self) {}

    fn show_toasts(&mut self, _: Vec<Toast>) {}

    fn start_window(&mut self, page: Page, _: bool) -> Result<(), String> {
        self.opened.push(page);
        if self.has_window_program { Ok(()) } else { Err("there is no window program".to_owned()) }
    }

    fn open_browser(&mut self, _: &str) -> Result<(), String> {
        Ok(())
    }

    fn tell_window(&mut self, _: ToWindow) {}

    fn show(&mut self, _: &Arc<View>, _: Now) {
        self.views += 1;
    }
}

/// A disk that is full at first.
#[derive(Debug, Default)]
struct Disk {
    is_full: bool,
    tries: u32,
    waiting: bool,
}

impl Disk {
    fn keep(&mut self) {
        self.tries += 1;
        self.waiting = self.is_full;
    }
}

impl Store for Disk {
    fn save_settings(&mut self, _: Settings) {
        self.keep();
    }

    fn save_token(&mut self, _: Token) {
        self.keep();
    }

    fn forget_token(&mut self) {
        self.keep();
    }

    fn try_again(&mut self) {
        self.keep();
    }

    fn is_waiting(&self) -> bool {
        self.waiting
    }

    fn problem(&self) -> Option<String> {
        self.waiting.then(|| "the disk is full".to_owned())
    }
}

fn at(seconds: u64) -> Now {
    Now {
        moment: Moment::at(Duration::from_secs(1_000 + seconds)),
        unix: UnixMillis(1_767_268_800_000 + seconds * 1_000),
        utc_offset_s: 0,
    }
}

fn runner(machine: Remembered, disk: Disk) -> Runner<Remembered, Disk> {
    let account = KnownAccount { name: "Priya".into(), role: Role::Technician, organisation: "Help".into() };
    let settings = Settings {
        address: Some("https://help.example".into()),
        account: Some(account),
        ..Settings::default()
    };
    let start = Start {
        profile: "default".into(),
        version: "1".into(),
        settings,
        token: Some(Token("t".repeat(64))),
        instance: Uuid::nil(),
        device_name: "desk".into(),
        seed: [7; 32],
        has_display: true,
        has_window: false,
        background: false,
    };
    let mut runner = Runner::new(start, machine, disk, at(0));
    runner.start(at(0));
    runner
}

fn asked(intent: Intent, reply: u32) -> RunnerInput<u32> {
    RunnerInput::Intent { intent, reply }
}

#[test]
fn everybody_who_asks_gets_their_own_answer() {
    let machine = Remembered { has_window_program: true, ..Remembered::default() };
    let mut runner = runner(machine, Disk::default());
    let wakes = [asked(Intent::Open { page: Page::Status }, 7), asked(Intent::Silent { minutes: 0 }, 9)];
    runner.turn(wakes, at(1));
    let answered: Vec<u32> = runner.machine().answers.iter().map(|(reply, _)| *reply).collect();
    assert_eq!(answered, [7, 9]);
    assert_eq!(runner.machine().opened, [Page::Status]);
}

#[test]
fn a_window_that_does_not_start_is_said_in_the_view() {
    let mut runner = runner(Remembered::default(), Disk::default());
    runner.turn([RunnerInput::TrayClicked], at(1));
    assert_eq!(runner.machine().opened, [Page::Portal { chat: None }]);
    assert!(runner.view().notices.iter().any(|notice| notice == "there is no window program"));
}

#[test]
fn what_a_full_disk_did_not_keep_is_said_and_tried_again_each_minute_until_there_is_room() {
    let mut runner = runner(Remembered::default(), Disk { is_full: true, ..Disk::default() });
    let policy = protocol::Policy { idle_after_ms: 77_000, ..protocol::Policy::default() };
    let down = protocol::Down::Policy { policy };
    runner.turn([RunnerInput::Input(Input::Link(link::Event::Down(Box::new(down))))], at(1));
    let is_said = |runner: &Runner<Remembered, Disk>| {
        runner.view().notices.iter().any(|notice| notice == "the disk is full")
    };
    assert!(is_said(&runner), "{:?}", runner.view().notices);
    assert_eq!(runner.store().tries, 1);
    runner.turn([], at(59));
    assert_eq!(runner.store().tries, 1);
    let due = runner.next_turn().expect("it is to be tried again");
    assert!(due <= at(60).moment);
    runner.turn([], at(60));
    assert_eq!(runner.store().tries, 2);
    runner.store.is_full = false;
    runner.turn([], at(119));
    assert!(is_said(&runner));
    runner.turn([], at(120));
    assert!(!is_said(&runner));
}

#[test]
fn what_is_due_is_done_in_a_turn_that_something_else_began() {
    let mut runner = runner(Remembered::default(), Disk::default());
    while runner.next_order().is_some() {}
    // The first report waits two seconds for a source; nobody calls at that moment.
    runner.turn([RunnerInput::Input(Input::NetworkChanged)], at(3));
    let orders: Vec<Order> = std::iter::from_fn(|| runner.next_order()).collect();
    assert!(orders.iter().any(|order| matches!(order, Order::Connect(_))), "{orders:?}");
}

#[test]
fn users_wait_while_the_link_takes_nothing_and_are_let_in_when_it_does() {
    let mut runner = runner(Remembered::default(), Disk::default());
    let mut n = 0;
    while runner.has_room() {
        n += 1;
        runner.turn([asked(Intent::Online, n)], at(1));
        assert!(n < 1_000, "there is a limit");
    }
    assert!(runner.next_order().is_some());
    assert!(runner.has_room());
}

#[test]
fn after_quitting_it_is_over_and_the_link_still_hears_of_it() {
    let mut runner = runner(Remembered::default(), Disk::default());
    runner.turn([asked(Intent::Quit, 1)], at(1));
    assert!(runner.is_over());
    assert_eq!(runner.next_turn(), None);
    let orders: Vec<Order> = std::iter::from_fn(|| runner.next_order()).collect();
    assert_eq!(orders.last(), Some(&Order::Disconnect { bye: true }));
}
