//! Whatever happens, in whatever order: what is true after every step. The link and the service are played as they are:
//! nothing comes over a connection that is not wanted, and only what was asked is answered.

use super::*;
use crate::agent::connection::Stage;
use crate::sound::SoundChange;
use crate::view::{AccountView, AwayUntil};
use link::End;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Sessions that the steps speak of: enough for the one toast that stands for several.
const SESSIONS: std::ops::Range<u128> = 1..5;

#[derive(Clone, Debug)]
enum Step {
    Wants(Intent),
    Clicked(Intent),
    Fact(Fact),
    Source(bool),
    Connect,
    Greet,
    Synced,
    Lose,
    Ended(End),
    NetworkChanged,
    Ok(prop::sample::Index),
    Refuse(prop::sample::Index, &'static str),
    Session(u128, &'static str),
    Mine { session: u128, ring: bool, dismissed: bool },
    Toast(ToastEvent),
    Window(WindowReport),
    WindowEnded(bool),
    Display(bool),
    TrayIcon(TrayIcon),
    DoNotDisturb(bool),
    Redeemed(bool),
    Pass(u64),
}

fn intent() -> impl Strategy<Value = Intent> {
    let session = || SESSIONS.prop_map(chat);
    prop_oneof![
        2 => Just(Intent::Online),
        2 => prop_oneof![Just(AwayUntil::Cleared), Just(AwayUntil::For(60_000)), Just(AwayUntil::Back)]
            .prop_map(|until| Intent::Away { until }),
        2 => session().prop_map(|session| Intent::Join { session }),
        2 => session().prop_map(|session| Intent::Dismiss { session }),
        1 => (0_u32..2).prop_map(|hours| Intent::Silent { minutes: hours * 60 }),
        1 => any::<bool>().prop_map(|hide| Intent::HideNames { hide }),
        1 => any::<bool>().prop_map(|late| Intent::TestToast { late }),
        1 => any::<bool>()
            .prop_map(|on| Intent::SetSound { change: SoundChange { on: Some(on), ..SoundChange::default() } }),
        1 => Just(Intent::Open { page: Page::Portal { chat: None } }),
        1 => Just(Intent::Open { page: Page::Status }),
        1 => Just(Intent::SignIn { link: "https://help.acme.example/sign-in#once".into() }),
        1 => Just(Intent::SignOut),
    ]
}

fn toast_event() -> impl Strategy<Value = ToastEvent> {
    let key = prop_oneof![
        4 => SESSIONS.prop_map(|id| ToastKey::Request(chat(id))),
        1 => Just(ToastKey::Several),
        1 => SESSIONS.prop_map(|id| ToastKey::Abandoned(chat(id))),
        1 => (1_u64..4).prop_map(ToastKey::News),
    ];
    (key, 0_u8..5).prop_map(|(key, what)| match what {
        0 => ToastEvent::Pressed(key, ToastAction::Join),
        1 => ToastEvent::Pressed(key, ToastAction::Dismiss),
        2 => ToastEvent::Clicked(key),
        3 => ToastEvent::Closed(key),
        _ => ToastEvent::Shown(key),
    })
}

fn step() -> impl Strategy<Value = Step> {
    let facts = vec![
        Fact::Active,
        Fact::IdleFor(secs(400)),
        Fact::Lost,
        Fact::Locked,
        Fact::Unlocked,
        Fact::Suspending,
        Fact::Resumed,
    ];
    let statuses = vec!["waiting", "waiting", "handled", "abandoned", "callback", "completed"];
    let codes = vec!["not_allowed", "taken", "not_found", "busy"];
    prop_oneof![
        6 => intent().prop_map(Step::Wants),
        2 => intent().prop_map(Step::Clicked),
        2 => prop::sample::select(facts).prop_map(Step::Fact),
        1 => any::<bool>().prop_map(Step::Source),
        5 => Just(Step::Connect),
        1 => Just(Step::Greet),
        1 => Just(Step::Synced),
        2 => Just(Step::Lose),
        1 => prop_oneof![Just(End::SignIn), Just(End::Replaced)].prop_map(Step::Ended),
        1 => Just(Step::NetworkChanged),
        4 => any::<prop::sample::Index>().prop_map(Step::Ok),
        2 => (any::<prop::sample::Index>(), prop::sample::select(codes)).prop_map(|(at, code)| Step::Refuse(at, code)),
        5 => (SESSIONS, prop::sample::select(statuses)).prop_map(|(id, status)| Step::Session(id, status)),
        4 => (SESSIONS, any::<bool>(), prop::bool::weighted(0.2))
            .prop_map(|(session, ring, dismissed)| Step::Mine { session, ring, dismissed }),
        3 => toast_event().prop_map(Step::Toast),
        2 => (any::<bool>(), any::<bool>())
            .prop_map(|(portal, status)| Step::Window(WindowReport::Showing { portal, status })),
        1 => prop::sample::select(vec![WindowReport::Input, WindowReport::Closed, WindowReport::NeedPortal])
            .prop_map(Step::Window),
        1 => any::<bool>().prop_map(Step::WindowEnded),
        1 => any::<bool>().prop_map(Step::Display),
        1 => prop::sample::select(vec![TrayIcon::NoTray, TrayIcon::Taken, TrayIcon::Drawn]).prop_map(Step::TrayIcon),
        2 => any::<bool>().prop_map(Step::DoNotDisturb),
        2 => any::<bool>().prop_map(Step::Redeemed),
        3 => prop_oneof![1_u64..30, 30_u64..400].prop_map(Step::Pass),
    ]
}

/// The agent, and what a link and a service would know of it.
struct World {
    bench: Bench,
    /// The link was told to be connected.
    is_wanted: bool,
    unanswered: Vec<IntentId>,
    asked: BTreeSet<u64>,
    answered: BTreeMap<u64, u32>,
    toasts: Vec<Toast>,
    revision: u64,
    has_quit: bool,
}

impl World {
    fn new(role: Role, is_known: bool) -> Self {
        let mut start = start(Some(role));
        if !is_known {
            start.settings.account = None;
        }
        let mut world = Self {
            bench: Bench::with(start, role),
            is_wanted: false,
            unanswered: Vec::new(),
            asked: BTreeSet::new(),
            answered: BTreeMap::new(),
            toasts: Vec::new(),
            revision: 1,
            has_quit: false,
        };
        world.look();
        world
    }

    fn take(&mut self, step: Step) {
        let is_greeted = self.bench.agent.connection.is_welcome();
        match step {
            Step::Wants(intent) => self.asks(intent),
            Step::Clicked(intent) => self.bench.on(Input::Clicked(intent)),
            Step::Fact(fact) => self.bench.fact(fact),
            Step::Source(is_there) => {
                let source = is_there.then(|| "X11".to_owned());
                self.bench.on(Input::Source { source, why: "so".into() });
            }
            Step::Connect if self.is_wanted && !is_greeted => self.bench.connect(),
            Step::Greet if self.is_wanted => self.bench.greet(),
            Step::Synced if is_greeted => self.bench.down(Down::Synced { more: 0 }),
            Step::Lose if self.is_wanted => self.bench.lose(),
            Step::Ended(end) if self.is_wanted => {
                self.is_wanted = false;
                self.unanswered.clear();
                self.bench.on(Input::Link(Event::Ended(end)));
            }
            Step::NetworkChanged => self.bench.on(Input::NetworkChanged),
            Step::Ok(at) if is_greeted && !self.unanswered.is_empty() => {
                let re = self.unanswered.swap_remove(at.index(self.unanswered.len()));
                self.bench.ok(re);
            }
            Step::Refuse(at, code) if is_greeted && !self.unanswered.is_empty() => {
                let re = self.unanswered.swap_remove(at.index(self.unanswered.len()));
                self.bench.json(json!({ "type": "error", "re": re, "code": code, "message": "No." }));
            }
            Step::Session(id, status) if is_greeted => {
                self.revision += 1;
                let revision = self.revision;
                self.bench.session(id, revision, &json!({ "status": status }));
            }
            Step::Mine { session, ring, dismissed } if is_greeted => self.bench.json(json!({
                "type": "mine", "session": chat(session), "dismissed": dismissed, "seen": 0, "visible": false, "ring": ring,
            })),
            Step::Toast(event) => self.bench.on(Input::Toast(event)),
            Step::Window(report) => self.bench.on(Input::Window(report)),
            Step::WindowEnded(closed) => self.bench.on(Input::WindowEnded { closed }),
            Step::Display(is_there) => {
                let words = (!is_there).then(|| "There is no display.".to_owned());
                self.bench.on(Input::Notice { about: Problem::Display, words });
            }
            Step::TrayIcon(icon) => self.bench.on(Input::TrayIcon(icon)),
            Step::DoNotDisturb(is_on) => self.bench.on(Input::DoNotDisturb(is_on)),
            Step::Redeemed(true) => {
                let known = KnownAccount {
                    name: "Priya Shah".into(),
                    role: self.bench.role,
                    organisation: "Acme IT".into(),
                };
                self.bench.on(Input::Redeemed { result: Ok((Token("fresh".into()), known)) });
            }
            Step::Redeemed(false) => self.bench.on(Input::Redeemed { result: Err("Used.".into()) }),
            Step::Pass(seconds) => self.bench.pass(secs(seconds)),
            Step::Connect
            | Step::Greet
            | Step::Synced
            | Step::Lose
            | Step::Ended(_)
            | Step::Ok(_)
            | Step::Refuse(..)
            | Step::Session(..)
            | Step::Mine { .. } => {}
        }
        self.look();
        self.check();
    }

    fn asks(&mut self, intent: Intent) {
        let Requester(number) = self.bench.wants(intent);
        self.asked.insert(number);
    }

    /// Takes in the effects as a shell would.
    fn look(&mut self) {
        for effect in self.bench.effects() {
            assert!(!self.has_quit || matches!(effect, Effect::Answer { .. }), "after the end: {effect:?}");
            match effect {
                Effect::Link(Order::Connect(_)) => self.is_wanted = true,
                Effect::Link(Order::Disconnect { .. }) => {
                    self.is_wanted = false;
                    self.unanswered.clear();
                }
                Effect::Link(Order::Send(up)) => {
                    // P8
                    let is_setting = matches!(up, Up::Prefer { .. });
                    assert!(!is_setting || self.bench.role == Role::Technician, "a client's {up:?}");
                    // A setting also waits while another connection has taken over.
                    let is_replaced = *self.bench.agent.connection.stage() == Stage::Replaced;
                    assert!(self.is_wanted || is_replaced, "{up:?} without a connection to wait for");
                    self.unanswered.extend(up.intent());
                }
                Effect::Answer { to, .. } => *self.answered.entry(to.0).or_default() += 1,
                Effect::Toasts(toasts) => self.toasts = toasts,
                Effect::Quit => self.has_quit = true,
                Effect::Link(Order::Activity { .. } | Order::RetryNow)
                | Effect::Redeem { .. }
                | Effect::SaveSettings(_)
                | Effect::SaveToken(_)
                | Effect::ForgetToken
                | Effect::SetIdleAfter(_)
                | Effect::ReleaseSleep
                | Effect::StartWindow { .. }
                | Effect::SetSound(_)
                | Effect::ToWindow(_)
                | Effect::OpenBrowser(_) => {}
            }
        }
    }

    fn check(&self) {
        let view = self.bench.view();
        for (number, times) in &self.answered {
            assert!(
                *times == 1 && self.asked.contains(number),
                "requester {number} was answered {times} times"
            );
        }
        let is_about_chats = |toast: &Toast| match toast.key {
            ToastKey::Request(_)
            | ToastKey::Several
            | ToastKey::Invitation(_)
            | ToastKey::HandOver(_)
            | ToastKey::Abandoned(_)
            | ToastKey::Callback(_)
            | ToastKey::Message(_) => true,
            ToastKey::News(_) => false,
        };
        if let AccountView::SignedOut { .. } = view.account {
            assert!(!self.is_wanted, "connected, and nobody is signed in");
            assert_eq!(view.connection, ConnectionView::Off);
            assert!(!self.toasts.iter().any(is_about_chats), "{:?}", self.toasts);
        }
        // C3; a snapshot that is half told withdraws nothing.
        if !self.bench.agent.chats.is_syncing() {
            let rings: BTreeSet<SessionId> =
                view.waiting.iter().filter(|each| each.rings).map(|each| each.session).collect();
            // C11
            let is_quiet = self.bench.agent.rings.is_do_not_disturb();
            for toast in &self.toasts {
                assert!(!is_quiet || (toast.ring.is_none() && !toast.is_critical), "{toast:?}");
                match &toast.key {
                    ToastKey::Request(session) => assert!(rings.contains(session), "{toast:?}"),
                    ToastKey::Several => assert!(rings.len() >= 3, "{toast:?}"),
                    ToastKey::Invitation(_)
                    | ToastKey::HandOver(_)
                    | ToastKey::Abandoned(_)
                    | ToastKey::Callback(_)
                    | ToastKey::Message(_)
                    | ToastKey::News(_) => {}
                }
            }
        }
    }

    /// Everything that is still open is answered when the app ends.
    fn quit(&mut self) {
        self.asks(Intent::Quit);
        self.look();
        self.asks(Intent::Online);
        self.bench.on(Input::NetworkChanged);
        self.bench.pass(secs(3_600));
        self.look();
        assert!(self.has_quit);
        self.check();
        let answered: BTreeSet<u64> = self.answered.keys().copied().collect();
        assert_eq!(answered, self.asked, "everybody who asked is answered");
    }

    /// Everything that was asked is answered by a service that is there, without the app's end.
    fn settle(&mut self) {
        for step in [Step::Redeemed(false), Step::Connect, Step::Synced] {
            self.take(step);
        }
        while self.bench.agent.connection.is_welcome() && !self.unanswered.is_empty() {
            let re = self.unanswered.remove(0);
            self.bench.ok(re);
            self.look();
        }
        self.take(Step::Pass(10));
        if self.bench.agent.connection.is_welcome() {
            assert_eq!(self.answered.len(), self.asked.len(), "a service that answers leaves nobody waiting");
        }
    }
}

proptest! {
    #[test]
    fn holds_whatever_happens(
        is_technician in prop::bool::weighted(0.7),
        is_known in prop::bool::weighted(0.8),
        settles in any::<bool>(),
        steps in prop::collection::vec(step(), 0..80),
    ) {
        let role = if is_technician { Role::Technician } else { Role::Client };
        let mut world = World::new(role, is_known);
        for step in steps {
            world.take(step);
        }
        if settles {
            world.settle();
        }
        world.quit();
    }
}
