//! A bare connection: the real link without an agent. It remembers the frames that it gets, and sends those that a test wants.
//!
//! It stands for a colleague who watches, and for a client's portal page that asks for a chat.

use crate::net::Uplink;
use crate::person::Person;
use crate::{WITHIN, until};
use chat::{Message, PersonId, SessionId};
use link::{Address, Dial, Event, Order, Target, TokioClock};
use presence::{Activity, Presence};
use protocol::http::Redeem;
use protocol::{App, Down, IntentId, SessionView, Token, Up};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use uuid::Uuid;

/// What the service has told it.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// Sessions as they are now.
    pub sessions: BTreeMap<SessionId, SessionView>,
    /// Who it is.
    pub me: Option<PersonId>,
    /// What was said, in order.
    pub messages: BTreeMap<SessionId, Vec<Message>>,
    /// Whether somebody is at their desk; told to clients only (C6).
    pub staffed: Option<bool>,
    /// How many private notes it was told.
    pub notes: usize,
    /// Each presence that a person has had, the latest last, by name.
    pub people: BTreeMap<String, Vec<Presence>>,
    /// Answers by intent.
    pub answers: BTreeMap<IntentId, Down>,
    /// Whether it is connected and has its snapshot.
    pub synced: bool,
}

impl Heard {
    /// This person's presence now, if the service has told it.
    #[must_use]
    pub fn presence(&self, person: Person) -> Option<Presence> {
        self.people.get(person.name)?.last().copied()
    }
}

/// A bare connection.
pub struct Caller {
    /// Its uplink to the service.
    pub uplink: Arc<Uplink>,
    orders: mpsc::Sender<Order>,
    heard: watch::Receiver<Heard>,
    tasks: [JoinHandle<()>; 2],
}

impl Caller {
    pub(crate) async fn connect(uplink: Arc<Uplink>, link: &str) -> Self {
        let (page, secret) = link.split_once('#').expect("links have a secret");
        let address = Address::parse(page).expect("links have an address");
        let token = Token(format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()));
        let ask = Redeem {
            link: secret.to_owned(),
            token: token.clone(),
            device: "page".to_owned(),
            cookie: false,
        };
        link::redeem(uplink.as_ref(), &address, &ask, "en").await.expect("the link is fresh");
        let (orders, orders_out) = mpsc::channel(64);
        let (events_in, events) = mpsc::channel(64);
        let dial: Arc<dyn Dial> = uplink.clone();
        let driving =
            tokio::spawn(link::drive(dial, Arc::new(TokioClock::default()), 2, orders_out, events_in));
        let (heard_in, heard) = watch::channel(Heard::default());
        let listening = tokio::spawn(listen(events, heard_in));
        let caller = Self { uplink, orders, heard, tasks: [driving, listening] };
        let app = App { name: "caller".to_owned(), version: "0".to_owned(), device: "page".to_owned() };
        caller.order(Order::Activity { id: Uuid::new_v4(), activity: Activity::Active }).await;
        let target = Target { address, token, instance: Uuid::new_v4(), app, can_ring: false };
        caller.order(Order::Connect(target)).await;
        caller.until("the caller is connected", |heard| heard.synced).await;
        caller
    }

    /// Sends a frame.
    pub async fn say(&self, up: Up) {
        self.order(Order::Send(up)).await;
    }

    /// Sends an intent and waits for its answer.
    ///
    /// # Panics
    /// If the frame has no id, or there is no answer in time.
    pub async fn ask(&self, up: Up) -> Down {
        let id = up.intent().expect("an intent with an id");
        self.say(up).await;
        let heard = self.until("the answer", |heard| heard.answers.contains_key(&id)).await;
        heard.answers[&id].clone()
    }

    /// Asks for a chat (clients).
    ///
    /// # Panics
    /// If it is refused.
    pub async fn request(&self, subject: &str) -> SessionId {
        let id = Uuid::new_v4();
        let up = Up::Request { id, subject: subject.to_owned(), reference: Some("48213".to_owned()) };
        let answer = self.ask(up).await;
        assert!(matches!(answer, Down::Ok { .. }), "{answer:?}");
        SessionId(id)
    }

    /// Sends an intent that the service must not refuse.
    ///
    /// # Panics
    /// If it does.
    pub async fn done(&self, up: Up) {
        let answer = self.ask(up).await;
        assert!(matches!(answer, Down::Ok { .. }), "{answer:?}");
    }

    /// Its user does something, or has not for this long.
    pub async fn activity(&self, activity: Activity) {
        self.order(Order::Activity { id: Uuid::new_v4(), activity }).await;
    }

    /// Who it is.
    ///
    /// # Panics
    /// If the service has not said so.
    #[must_use]
    pub fn me(&self) -> PersonId {
        self.heard().me.expect("a caller is connected")
    }

    /// Writes in a chat.
    ///
    /// # Panics
    /// If it is refused.
    pub async fn write(&self, session: SessionId, text: &str) {
        self.done(Up::Message { id: Uuid::new_v4(), session, text: text.to_owned() }).await;
    }

    /// Watches all people from now on (technicians).
    pub async fn watch_people(&self) {
        // A frame that is sent without a connection reaches nobody.
        self.until("the caller is connected", |heard| heard.synced).await;
        self.say(Up::WatchPeople).await;
        self.until("the people", |heard| !heard.people.is_empty()).await;
    }

    /// What the service has told it so far.
    #[must_use]
    pub fn heard(&self) -> Heard {
        self.heard.borrow().clone()
    }

    /// Waits until the service has told it so.
    pub async fn until(&self, what: &str, wanted: impl FnMut(&Heard) -> bool) -> Heard {
        until(&self.heard, what, wanted).await
    }

    /// Waits until this person's presence is so.
    ///
    /// # Panics
    /// If that does not happen in time.
    pub async fn until_sees(&self, person: Person, mut wanted: impl FnMut(Presence) -> bool) -> Presence {
        let heard = self.until(person.name, |heard| heard.presence(person).is_some_and(&mut wanted)).await;
        heard.presence(person).expect("it was just seen")
    }

    async fn order(&self, order: Order) {
        timeout(WITHIN, self.orders.send(order)).await.expect("room in time").expect("the link lives");
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn listen(mut events: mpsc::Receiver<Event>, heard: watch::Sender<Heard>) {
    while let Some(event) = events.recv().await {
        match event {
            Event::Down(down) => heard.send_modify(|heard| take(heard, *down)),
            Event::Lost { .. } | Event::Ended(_) => heard.send_modify(|heard| heard.synced = false),
            Event::Up | Event::Sent { .. } | Event::RoundTrip(_) => {}
        }
    }
}

fn take(heard: &mut Heard, down: Down) {
    match down {
        Down::Session { session } => {
            heard.sessions.insert(session.id, session);
        }
        Down::People { people, .. } => {
            for person in people {
                heard.people.entry(person.name).or_default().push(person.presence);
            }
        }
        Down::Synced { .. } => heard.synced = true,
        Down::Desk { staffed } => heard.staffed = Some(staffed),
        Down::Notes { notes, .. } => heard.notes += notes.len(),
        Down::Messages { session, messages } => {
            let known = heard.messages.entry(session).or_default();
            // Each may be told more than once (C8).
            known.retain(|old| messages.iter().all(|new| new.number != old.number));
            known.extend(messages);
            known.sort_by_key(|message| message.number);
        }
        Down::Ok { re, .. } | Down::Error { re: Some(re), .. } => {
            heard.answers.insert(re, down);
        }
        Down::Welcome(welcome) => heard.me = Some(welcome.you.id),
        Down::Beat
        | Down::You { .. }
        | Down::PersonGone { .. }
        | Down::Replies { .. }
        | Down::ReplyGone { .. }
        | Down::Policy { .. }
        | Down::Preference { .. }
        | Down::Mine { .. }
        | Down::Typing { .. }
        | Down::Devices { .. }
        | Down::Error { re: None, .. }
        | Down::Reconnect { .. } => {}
    }
}
