//! systemd-logind on the system bus: whether our session is locked, and when the machine sleeps.
//!
//! `LockedHint` is the state; the signals `Lock` and `Unlock` are only requests to some locker and are ignored. A delay
//! inhibitor keeps the machine awake until the report before sleep is out (P4), or one second has passed.

use super::bus::{self, Bus, Changed, Redial, Which};
use super::env::SessionEnv;
use crate::session::{Said, Teller};
use futures_util::StreamExt;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};
use zbus::message::Message;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const USER: &str = "org.freedesktop.login1.User";
const LOCKED_HINT: &str = "LockedHint";
/// How long sleep waits for the report at most; logind itself allows 5 s.
const MAX_DELAY: Duration = Duration::from_secs(1);

/// Reports what logind says, for ever. Its last report stays valid while it restarts.
pub(super) async fn watch(env: SessionEnv, say: mpsc::Sender<Said>, releases: watch::Receiver<u64>) {
    let mut redial = Redial::new(Which::System, env.system_bus.clone());
    loop {
        let logind = Logind {
            bus: redial.bus().await,
            env: env.clone(),
            say: say.clone(),
            releases: releases.clone(),
            owner: None,
            session: None,
            inhibitor: None,
            sleeps_at: None,
        };
        let ended = logind.run().await;
        tracing::info!(?ended, "the system bus is gone");
    }
}

struct Logind {
    bus: Bus,
    env: SessionEnv,
    say: mpsc::Sender<Said>,
    releases: watch::Receiver<u64>,
    owner: Option<OwnedUniqueName>,
    session: Option<Session>,
    /// While this is open the machine does not sleep.
    inhibitor: Option<OwnedFd>,
    /// When the inhibitor is released even without an order.
    sleeps_at: Option<Instant>,
}

struct Session {
    path: OwnedObjectPath,
    /// The latest answer; signals from before it are outdated.
    answer: Message,
}

impl Logind {
    async fn run(mut self) -> zbus::Result<()> {
        let mut messages = self.bus.messages();
        self.bus.listen_to_owner(NAME).await?;
        for rule in [
            format!("type='signal',sender='{NAME}',member='PropertiesChanged',arg0='{SESSION}'"),
            format!("type='signal',sender='{NAME}',interface='{MANAGER}',member='PrepareForSleep'"),
            format!("type='signal',sender='{NAME}',interface='{MANAGER}',member='SessionNew'"),
        ] {
            self.bus.listen(&rule).await?;
        }
        let owner = self.bus.owner(NAME).await;
        self.begin(owner).await;
        loop {
            let sleeps_at = self.sleeps_at;
            tokio::select! {
                message = messages.next() => match message {
                    Some(message) => self.on(&message?).await,
                    None => return Ok(()),
                },
                Ok(()) = self.releases.changed(), if sleeps_at.is_some() => self.let_sleep(),
                () = until(sleeps_at) => self.let_sleep(),
            }
        }
    }

    /// logind is there, or gone.
    async fn begin(&mut self, owner: Option<OwnedUniqueName>) {
        self.session = None;
        self.inhibitor = None;
        self.owner = owner;
        if self.owner.is_some() {
            self.find_session().await;
            self.inhibit().await;
        } else {
            tracing::info!("no logind");
        }
    }

    async fn on(&mut self, message: &Message) {
        if let Some((name, owner)) = bus::owner_change(message) {
            if name == NAME && owner != self.owner {
                self.begin(owner).await;
            }
        } else if !self.owner.as_ref().is_some_and(|owner| bus::is_from(message, owner)) {
            // A reply, or something else that does not matter here.
        } else if bus::is_signal(message, MANAGER, "PrepareForSleep") {
            match message.body().deserialize() {
                Ok(true) => self.suspending().await,
                Ok(false) => self.resumed().await,
                Err(error) => tracing::warn!(%error, "PrepareForSleep not understood"),
            }
        } else if bus::is_signal(message, MANAGER, "SessionNew") && self.session.is_none() {
            self.find_session().await;
        } else if let Some(changed) = bus::changed_bool(message, SESSION, LOCKED_HINT) {
            self.locked_hint_changed(message, changed).await;
        }
    }

    async fn locked_hint_changed(&mut self, message: &Message, changed: Changed) {
        let Some(session) = &self.session else { return };
        let is_ours = message.header().path().is_some_and(|path| path.as_str() == session.path.as_str());
        if !is_ours || message.recv_position() < session.answer.recv_position() {
            return;
        }
        match changed {
            Changed::To(locked) => self.say(Said::Locked(Teller::Logind, locked)).await,
            Changed::Unsaid => self.find_session().await,
        }
    }

    async fn suspending(&mut self) {
        self.releases.mark_unchanged();
        self.sleeps_at = Some(Instant::now() + MAX_DELAY);
        self.say(Said::Suspending).await;
    }

    async fn resumed(&mut self) {
        self.sleeps_at = None;
        self.say(Said::Resumed).await;
        self.inhibit().await;
    }

    fn let_sleep(&mut self) {
        self.sleeps_at = None;
        self.inhibitor = None;
    }

    async fn inhibit(&mut self) {
        let Some(owner) = &self.owner else { return };
        let body = ("sleep", "Deskbell", "Tells others that you are away before the machine sleeps", "delay");
        let reply = self.bus.call(owner, PATH, (MANAGER, "Inhibit"), &body).await;
        match reply.and_then(|reply| reply.body().deserialize::<OwnedFd>()) {
            Ok(inhibitor) => self.inhibitor = Some(inhibitor),
            Err(error) => tracing::info!(%error, "logind does not let sleep be delayed"),
        }
    }

    /// Finds our session and says whether it is locked.
    async fn find_session(&mut self) {
        let Some(owner) = self.owner.clone() else { return };
        for lookup in [Lookup::Id, Lookup::Process, Lookup::User] {
            match self.ask(&owner, lookup).await {
                Ok(Some((session, locked))) => {
                    tracing::debug!(path = session.path.as_str(), locked, "session");
                    self.session = Some(session);
                    return self.say(Said::Locked(Teller::Logind, locked)).await;
                }
                Ok(None) => {}
                Err(error) => tracing::debug!(?lookup, %error, "no session found this way"),
            }
        }
        tracing::info!("logind knows no session of ours: its locks are not seen");
    }

    async fn ask(&self, owner: &OwnedUniqueName, lookup: Lookup) -> zbus::Result<Option<(Session, bool)>> {
        let path: OwnedObjectPath = match (lookup, &self.env.session_id) {
            (Lookup::Id, None) => return Ok(None),
            (Lookup::Id, Some(id)) => {
                self.bus.call(owner, PATH, (MANAGER, "GetSession"), id).await?.body().deserialize()?
            }
            (Lookup::Process, _) => {
                let process = std::process::id();
                self.bus
                    .call(owner, PATH, (MANAGER, "GetSessionByPID"), &process)
                    .await?
                    .body()
                    .deserialize()?
            }
            (Lookup::User, _) => {
                let user_id = std::fs::metadata("/proc/self")?.uid();
                let user = self.bus.call(owner, PATH, (MANAGER, "GetUser"), &user_id).await?;
                let user: OwnedObjectPath = user.body().deserialize()?;
                let (display, _reply) = self.bus.property(owner, user.as_str(), (USER, "Display")).await?;
                let (_id, path): (String, OwnedObjectPath) = display.try_into()?;
                path
            }
        };
        let (locked, answer) = self.bus.property(owner, path.as_str(), (SESSION, LOCKED_HINT)).await?;
        Ok(Some((Session { path, answer }, locked.try_into()?)))
    }

    async fn say(&self, said: Said) {
        if self.say.send(said).await.is_err() {
            tracing::debug!("nobody listens to logind");
        }
    }
}

/// How to find our session.
#[derive(Clone, Copy, Debug)]
enum Lookup {
    /// The environment names it.
    Id,
    /// This process is in it.
    Process,
    /// It is the user's session with a display.
    User,
}

async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
