//! A foreign client of the service: a WebSocket that keeps what it was told, with the time when it came.
//!
//! It never reconnects and decides nothing; it sends a test's frames unchanged.

use crate::post::{SignIn, sign_in};
use anyhow::{Context, Result, bail};
use chat::{Message as ChatMessage, PersonId, SessionId};
use futures_util::{SinkExt, StreamExt};
use presence::{Activity, Presence};
use protocol::http::CONNECT_PATH;
use protocol::{
    Answer, App, Down, ErrorCode, Hello, Instance, IntentId, Person, Policy, SUBPROTOCOL, SessionView, Up,
    Welcome, read_down, write,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use uuid::Uuid;

/// How long the service may take to answer on a loaded machine.
pub const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// How an intent was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: ErrorCode,
    /// For people.
    pub message: String,
    /// For `taken`: who joined.
    pub by: Option<String>,
}

/// What the service has told this client.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Who it is and what it goes by.
    pub welcome: Option<Welcome>,
    /// Whether all has been sent.
    pub synced: bool,
    /// The organisation's numbers as they are now.
    pub policy: Option<Policy>,
    /// People by name.
    pub people: BTreeMap<String, Person>,
    /// Every change of somebody's presence, with the time when it came here.
    pub changes: Vec<(Instant, String, Presence)>,
    /// Sessions as they are now.
    pub sessions: HashMap<SessionId, SessionView>,
    /// Messages of the sessions that were opened.
    pub messages: HashMap<SessionId, Vec<ChatMessage>>,
    /// Private notes, as they came.
    pub notes: HashMap<SessionId, Vec<ChatMessage>>,
    /// Who else is writing, by chat.
    pub typing: HashMap<SessionId, Vec<PersonId>>,
    /// How far the other side has read, by chat.
    pub read: HashMap<SessionId, u64>,
    /// Whether somebody is at their desk (clients).
    pub staffed: Option<bool>,
    /// Answers to intents.
    pub answers: HashMap<IntentId, Result<Answer, Refusal>>,
    /// Every frame, word for word, with the time when it came.
    pub frames: Vec<(Instant, String)>,
    /// Why the connection ended, if it has.
    pub ended: Option<String>,
}

/// A connected foreign client; its connection ends when it is dropped.
#[derive(Debug)]
pub struct Peer {
    seen: Arc<Mutex<Seen>>,
    changed: watch::Receiver<u64>,
    up: mpsc::UnboundedSender<String>,
    activity: Arc<Mutex<Activity>>,
    task: JoinHandle<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Peer {
    /// Redeems a one-time link and connects.
    ///
    /// # Errors
    /// When the service refuses.
    pub async fn join(link: &str) -> Result<Self> {
        Self::connect(&sign_in(link).await?).await
    }

    /// A technician's client that sees everybody.
    ///
    /// # Errors
    /// When the service refuses.
    pub async fn watcher(link: &str) -> Result<Self> {
        let peer = Self::join(link).await?;
        peer.send(&Up::WatchPeople)?;
        peer.until("the people", ANSWERS_WITHIN, |seen| (!seen.people.is_empty()).then_some(())).await?;
        Ok(peer)
    }

    /// Connects with a sign-in, active, as a new instance, and waits until all that it may see has come.
    ///
    /// # Errors
    /// When the service refuses.
    pub async fn connect(with: &SignIn) -> Result<Self> {
        Self::connect_as(with, Uuid::new_v4(), Activity::Active).await
    }

    /// The same as a given instance and with a given activity.
    ///
    /// # Errors
    /// When the service refuses.
    pub async fn connect_as(with: &SignIn, instance: Instance, activity: Activity) -> Result<Self> {
        let address = format!("{}{CONNECT_PATH}", with.address.replacen("http", "ws", 1));
        let mut request = address.as_str().into_client_request()?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(SUBPROTOCOL));
        let (mut socket, _) = tokio_tungstenite::connect_async(request)
            .await
            .with_context(|| format!("connecting to {address}"))?;
        let app = App { name: "rig".to_owned(), version: "1".to_owned(), device: "rig".to_owned() };
        let hello = Up::Hello(Hello {
            token: Some(with.token.clone()),
            instance,
            attempt: None,
            app,
            can_ring: false,
            activity,
        });
        socket.send(Message::text(write(&hello))).await.context("sending hello")?;
        let (up, mut outgoing) = mpsc::unbounded_channel::<String>();
        let (version, changed) = watch::channel(0_u64);
        let seen = Arc::<Mutex<Seen>>::default();
        let activity = Arc::new(Mutex::new(activity));
        let (kept, beats) = (Arc::clone(&seen), Arc::clone(&activity));
        let task = tokio::spawn(async move {
            let why = loop {
                tokio::select! {
                    sent = outgoing.recv() => match sent {
                        Some(text) => if let Err(error) = socket.send(Message::text(text)).await {
                            break error.to_string();
                        },
                        None => break "dropped".to_owned(),
                    },
                    came = socket.next() => match came {
                        Some(Ok(Message::Text(text))) => {
                            if lock(&kept).take_in(&text) {
                                let beat = Up::Beat { activity: *lock(&beats) };
                                drop(socket.send(Message::text(write(&beat))).await);
                            }
                        }
                        Some(Ok(Message::Close(frame))) => break format!("closed: {frame:?}"),
                        Some(Ok(_)) => {}
                        Some(Err(error)) => break error.to_string(),
                        None => break "the connection ended".to_owned(),
                    },
                }
                version.send_modify(|version| *version += 1);
            };
            lock(&kept).ended = Some(why);
            version.send_modify(|version| *version += 1);
        });
        let peer = Self { seen, changed, up, activity, task };
        peer.until("synced", ANSWERS_WITHIN, |seen| seen.synced.then_some(())).await?;
        Ok(peer)
    }

    /// What it has been told so far.
    #[must_use]
    pub fn seen(&self) -> Seen {
        lock(&self.seen).clone()
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// When the connection has ended.
    pub fn send(&self, frame: &Up) -> Result<()> {
        self.send_text(write(frame))
    }

    /// Sends a text frame as it is.
    ///
    /// # Errors
    /// When the connection has ended.
    pub fn send_text(&self, text: String) -> Result<()> {
        self.up.send(text).context("the connection has ended")
    }

    /// Sends an intent and waits for its answer.
    ///
    /// # Errors
    /// When no answer comes; a refusal is an answer.
    pub async fn ask(&self, frame: &Up) -> Result<Result<Answer, Refusal>> {
        let id = frame.intent().context("only intents are answered")?;
        self.send(frame)?;
        self.until("an answer", ANSWERS_WITHIN, |seen| seen.answers.get(&id).cloned()).await
    }

    /// Sends that the user's activity has changed, and says so in beats from now on.
    ///
    /// # Errors
    /// When the service does not answer `ok`.
    pub async fn report(&self, activity: Activity) -> Result<()> {
        *lock(&self.activity) = activity;
        match self.ask(&Up::Activity { id: Uuid::new_v4(), activity }).await? {
            Ok(_) => Ok(()),
            Err(refusal) => bail!("the report was refused: {refusal:?}"),
        }
    }

    /// Waits until `pick` finds in what was told what it wants.
    ///
    /// # Errors
    /// When it has not by the deadline, or the connection ends before.
    pub async fn until<T>(
        &self,
        what: &str,
        within: Duration,
        pick: impl Fn(&Seen) -> Option<T>,
    ) -> Result<T> {
        let mut changed = self.changed.clone();
        let look = async {
            loop {
                changed.mark_unchanged();
                {
                    let seen = lock(&self.seen);
                    if let Some(found) = pick(&seen) {
                        return Ok(found);
                    }
                    if let Some(why) = &seen.ended {
                        bail!("{what}: the connection ended before: {why}");
                    }
                }
                changed.changed().await.context("the connection ended")?;
            }
        };
        match timeout(within, look).await {
            Ok(found) => found,
            Err(_) => bail!("{what}: not within {within:?}; {}", self.summary()),
        }
    }

    /// Waits until somebody's presence is as `pick` wants it, and gives it with the time when it came.
    ///
    /// # Errors
    /// When it is not by the deadline, with what was told of them.
    pub async fn presence(
        &self,
        name: &str,
        within: Duration,
        pick: impl Fn(&Presence) -> bool,
    ) -> Result<(Instant, Presence)> {
        let what = format!("the presence of {name}");
        self.until(&what, within, |seen| {
            let (at, _, now) = seen.changes.iter().rev().find(|(_, who, _)| who == name)?;
            pick(now).then_some((*at, *now))
        })
        .await
    }

    /// All changes of somebody's presence that came after a time.
    #[must_use]
    pub fn changes_since(&self, name: &str, after: Instant) -> Vec<Presence> {
        let seen = lock(&self.seen);
        let theirs = seen.changes.iter().filter(|(at, who, _)| *at > after && who == name);
        theirs.map(|(_, _, presence)| *presence).collect()
    }

    /// When somebody's presence was told last.
    #[must_use]
    pub fn last_change(&self) -> Option<Instant> {
        lock(&self.seen).changes.last().map(|(at, _, _)| *at)
    }

    fn summary(&self) -> String {
        let seen = lock(&self.seen);
        let frames: Vec<&str> = seen.frames.iter().rev().take(8).map(|(_, text)| text.as_str()).collect();
        format!("the last frames, newest first: {frames:#?}")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Seen {
    /// Keeps what a frame says; gives whether it wants a beat in answer.
    fn take_in(&mut self, text: &str) -> bool {
        let now = Instant::now();
        self.frames.push((now, text.to_owned()));
        let Ok(frame) = read_down(text) else { return false };
        match frame {
            Down::Welcome(welcome) => {
                self.policy = Some(welcome.policy.clone());
                self.welcome = Some(welcome);
            }
            Down::Synced { .. } => self.synced = true,
            Down::Beat => return true,
            Down::You { you } => {
                if let Some(welcome) = &mut self.welcome {
                    welcome.you = you;
                }
            }
            Down::Policy { policy } => self.policy = Some(policy),
            Down::Session { session } => {
                self.sessions.insert(session.id, session);
            }
            Down::Desk { staffed } => self.staffed = Some(staffed),
            Down::Messages { session, messages } => {
                self.messages.entry(session).or_default().extend(messages);
            }
            Down::Notes { session, notes } => self.notes.entry(session).or_default().extend(notes),
            Down::People { first, people } => self.take_in_people(now, first, people),
            Down::PersonGone { person } => self.people.retain(|_, known| known.id != person),
            Down::Ok { re, answer } => {
                self.answers.insert(re, Ok(answer));
            }
            Down::Error { re, code, message, by, .. } => {
                if let Some(re) = re {
                    self.answers.insert(re, Err(Refusal { code, message, by }));
                }
            }
            Down::Mine { session, read, .. } => {
                self.read.insert(session, read);
            }
            Down::Typing { session, people } => {
                self.typing.insert(session, people);
            }
            Down::Preference { .. }
            | Down::Devices { .. }
            | Down::Replies { .. }
            | Down::ReplyGone { .. }
            | Down::Reconnect { .. } => {}
        }
        false
    }

    fn take_in_people(&mut self, now: Instant, first: bool, people: Vec<Person>) {
        if first {
            self.people.clear();
        }
        for person in people {
            self.changes.push((now, person.name.clone(), person.presence));
            self.people.insert(person.name.clone(), person);
        }
    }
}
