//! The agent against frames and facts, by sentences of behaviour. [`Bench`] plays shell, link and service.

mod accounts;
mod do_not_disturb;
mod hand_over;
mod hidden_names;
mod hostile;
mod in_front;
mod invariants;
mod invitations;
mod own_portal;
mod presence_here;
mod questions;
mod request_records;
mod requests;
mod sound;
mod toast_test;
mod unfinished;
mod windows;

use super::*;
use crate::settings::{KnownAccount, Settings};
use crate::sound::SoundSettings;
use crate::toast::{Toast, ToastAction, ToastEvent, ToastKey};
use crate::view::{ConnectionView, Page, PreferenceView, ToWindow, WindowReport};
use chat::{PersonId, SessionId};
use link::Order;
use presence::device::Fact;
use presence::{Activity, AwayReason, State, UnixMillis};
use protocol::{Policy, SessionView, Token, Up, Welcome, You};
use serde_json::json;
use std::time::Duration;
use uuid::Uuid;

/// 2026-01-01 12:00 UTC, the service's clock at the start of every test; this machine's is an hour behind.
const NOON: u64 = 1_767_268_800_000;
const ME: PersonId = PersonId(Uuid::from_u128(1));
const DANA: PersonId = PersonId(Uuid::from_u128(2));

struct Bench {
    agent: Agent,
    at: Duration,
    effects: Vec<Effect>,
    requesters: u64,
    role: Role,
}

fn start(role: Option<Role>) -> Start {
    let account =
        role.map(|role| KnownAccount { name: "Priya Shah".into(), role, organisation: "Acme IT".into() });
    Start {
        profile: "default".into(),
        version: "1.2.3".into(),
        settings: Settings {
            address: Some("https://help.acme.example".into()),
            closing_explained: false,
            hide_names: false,
            idle_after_ms: Some(300_000),
            sound: SoundSettings::default(),
            portal_address: None,
            account,
        },
        token: role.map(|_| Token("secret".into())),
        instance: Uuid::from_u128(9),
        device_name: "desk".into(),
        seed: [7; 32],
        has_display: true,
        has_window: false,
        background: true,
    }
}

impl Bench {
    fn with(start: Start, role: Role) -> Self {
        let at = Duration::from_secs(1_000_000);
        let agent = Agent::new(start, now_at(at));
        let mut bench = Self { agent, at, effects: Vec::new(), requesters: 0, role };
        bench.effects = bench.agent.start(bench.now());
        bench.on(Input::TrayIcon(TrayIcon::Drawn));
        bench.on(Input::Source { source: Some("X11 idle alarms".into()), why: "it works".into() });
        bench
    }

    /// A technician's agent that is active, connected and has its snapshot.
    fn technician() -> Self {
        let mut bench = Self::with(start(Some(Role::Technician)), Role::Technician);
        bench.fact(Fact::Active);
        bench.connect();
        bench
    }

    fn client() -> Self {
        let mut bench = Self::with(start(Some(Role::Client)), Role::Client);
        bench.fact(Fact::Active);
        bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
        bench.connect();
        bench
    }

    fn now(&self) -> Now {
        now_at(self.at)
    }

    fn service_now(&self) -> u64 {
        self.now().unix.0 + 3_600_000
    }

    fn on(&mut self, input: Input) {
        let effects = self.agent.on(input, self.now());
        self.effects.extend(effects);
    }

    fn fact(&mut self, fact: Fact) {
        self.on(Input::Fact(fact));
    }

    fn down(&mut self, down: Down) {
        self.on(Input::Link(Event::Down(Box::new(down))));
    }

    /// A frame as it stands on the wire.
    fn json(&mut self, frame: serde_json::Value) {
        self.down(serde_json::from_value(frame).unwrap());
    }

    fn wants(&mut self, intent: Intent) -> Requester {
        self.requesters += 1;
        let from = Requester(self.requesters);
        self.on(Input::Intent { from, intent });
        from
    }

    /// Lets time pass, through every timeout on the way.
    fn pass(&mut self, time: Duration) {
        let until = self.at + time;
        while let Some(due) = self.agent.next_timeout().map(|due| due.since(Moment::default())) {
            if due > until {
                break;
            }
            self.at = self.at.max(due);
            let before = self.agent.next_timeout();
            let effects = self.agent.on_timeout(self.now());
            self.effects.extend(effects);
            assert!(self.agent.next_timeout() != before, "the timeout at {due:?} does not pass");
        }
        self.at = until;
    }

    fn connect(&mut self) {
        self.greet();
        self.down(Down::Synced { more: 0 });
    }

    fn greet(&mut self) {
        self.greet_at(UnixMillis(self.service_now()));
    }

    /// The service greets and says that it is `now`.
    fn greet_at(&mut self, now: UnixMillis) {
        self.on(Input::Link(Event::Up));
        let you = You {
            id: ME,
            name: "Priya Shah".into(),
            role: self.role,
            organisation: "Acme IT".into(),
            company: None,
        };
        let preference = self.agent.presence.preference();
        self.down(Down::Welcome(Welcome { now, you, policy: Policy::default(), preference }));
    }

    fn lose(&mut self) {
        let retry_in = Duration::from_secs(8);
        self.on(Input::Link(Event::Lost { why: "the connection was cut".into(), retry_in }));
    }

    /// The effects since the last call.
    fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    fn orders(&mut self) -> Vec<Order> {
        let orders = self.effects().into_iter().filter_map(|effect| match effect {
            Effect::Link(order) => Some(order),
            _ => None,
        });
        orders.collect()
    }

    fn sent(&mut self) -> Vec<Up> {
        let sent = self.orders().into_iter().filter_map(|order| match order {
            Order::Send(up) => Some(up),
            _ => None,
        });
        sent.collect()
    }

    /// The activities told to the link since the last look.
    fn reported(&mut self) -> Vec<(IntentId, Activity)> {
        let reported = self.orders().into_iter().filter_map(|order| match order {
            Order::Activity { id, activity } => Some((id, activity)),
            _ => None,
        });
        reported.collect()
    }

    /// The answer to this requester; there is exactly one.
    fn answer(&mut self, to: Requester) -> Answer {
        let answers: Vec<_> = self.answers(to);
        assert_eq!(answers.len(), 1, "{answers:?}");
        answers[0].clone()
    }

    fn answers(&mut self, requester: Requester) -> Vec<Answer> {
        let answers = self.effects().into_iter().filter_map(|effect| match effect {
            Effect::Answer { to, answer } if to == requester => Some(answer),
            _ => None,
        });
        answers.collect()
    }

    fn failed(&mut self, to: Requester) -> String {
        match self.answer(to) {
            Answer::Failed { message } => message,
            Answer::Done { note } => panic!("done: {note:?}"),
        }
    }

    fn ok(&mut self, re: IntentId) {
        self.down(Down::Ok { re, answer: protocol::Answer::default() });
    }

    fn view(&self) -> View {
        self.agent.view(self.now())
    }

    /// The last set of toasts, if it has changed since the last look.
    fn toasts(&mut self) -> Option<Vec<Toast>> {
        let mut sets = self.effects().into_iter().filter_map(|effect| match effect {
            Effect::Toasts(toasts) => Some(toasts),
            _ => None,
        });
        sets.next_back()
    }

    /// A session as the service tells it.
    fn session(&mut self, id: u128, rev: u64, changes: &serde_json::Value) {
        let mut session = json!({
            "id": Uuid::from_u128(id), "rev": rev, "kind": "request", "status": "waiting", "client": DANA,
            "client_name": "Dana Reyes", "company": "Northwind Dental", "subject": "Printer offline",
            "reference": "48213", "created": self.service_now(), "waiting_since": self.service_now(),
            "participants": [], "messages": 0,
        });
        for (key, value) in changes.as_object().unwrap() {
            session[key] = value.clone();
        }
        let session: SessionView = serde_json::from_value(session).unwrap();
        self.down(Down::Session { session });
    }

    fn mine(&mut self, id: u128, ring: bool) {
        self.json(json!({
            "type": "mine", "session": Uuid::from_u128(id), "dismissed": false, "seen": 0, "visible": false, "ring": ring,
        }));
    }

    fn rings_for(&mut self, id: u128) {
        self.session(id, 1, &json!({}));
        self.mine(id, true);
    }
}

fn now_at(at: Duration) -> Now {
    let unix = UnixMillis(NOON - 3_600_000 - 1_000_000_000 + u64::try_from(at.as_millis()).unwrap());
    Now { moment: Moment::at(at), unix, utc_offset_s: 0 }
}

fn chat(id: u128) -> SessionId {
    SessionId(Uuid::from_u128(id))
}

fn joined_by(name: &str, at: u64) -> serde_json::Value {
    json!([{ "person": Uuid::from_u128(77), "name": name, "state": "online", "joined": at }])
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A toast as one line.
fn line(toast: &Toast) -> String {
    format!("{} / {}", toast.title, toast.body)
}
