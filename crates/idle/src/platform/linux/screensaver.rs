//! The desktops' screen savers on the session bus: `ActiveChanged` and `GetActive`.
//!
//! A screen saver that has left the bus covers nothing, so it no longer counts as saying that the session is locked.

use super::bus::{self, Bus, Redial, Which};
use super::env::SessionEnv;
use crate::session::{Said, Teller};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use zbus::message::Message;
use zbus::names::OwnedUniqueName;

struct ScreenSaver {
    teller: Teller,
    /// Its name on the bus, which is also the name of its interface.
    name: &'static str,
    /// The paths where it may answer.
    paths: &'static [&'static str],
}

const SCREEN_SAVERS: [ScreenSaver; 2] = [
    ScreenSaver {
        teller: Teller::FreedesktopScreenSaver,
        name: "org.freedesktop.ScreenSaver",
        paths: &["/org/freedesktop/ScreenSaver", "/ScreenSaver"],
    },
    ScreenSaver {
        teller: Teller::GnomeScreenSaver,
        name: "org.gnome.ScreenSaver",
        paths: &["/org/gnome/ScreenSaver"],
    },
];

/// Reports what the screen savers say, for ever. Their last reports stay valid while the bus is away.
pub(super) async fn watch(env: SessionEnv, say: mpsc::Sender<Said>) {
    let mut redial = Redial::new(Which::Session, env.session_bus);
    loop {
        let bus = redial.bus().await;
        let mut watched = SCREEN_SAVERS.map(|saver| Watched { saver, owner: None, answer: None });
        let ended = listen(&bus, &mut watched, &say).await;
        tracing::info!(?ended, "the session bus is gone");
    }
}

struct Watched {
    saver: ScreenSaver,
    owner: Option<OwnedUniqueName>,
    /// The latest answer; signals from before it are outdated.
    answer: Option<Message>,
}

async fn listen(bus: &Bus, watched: &mut [Watched], say: &mpsc::Sender<Said>) -> zbus::Result<()> {
    let mut messages = bus.messages();
    for one in watched.iter_mut() {
        let name = one.saver.name;
        bus.listen_to_owner(name).await?;
        bus.listen(&format!("type='signal',sender='{name}',interface='{name}',member='ActiveChanged'"))
            .await?;
        let owner = bus.owner(name).await;
        one.begin(bus, owner, say).await;
    }
    while let Some(message) = messages.next().await {
        let message = message?;
        let change = bus::owner_change(&message);
        for one in watched.iter_mut() {
            match &change {
                Some((name, owner)) if name == one.saver.name && *owner != one.owner => {
                    one.begin(bus, owner.clone(), say).await;
                }
                Some(_) => {}
                None => one.on(&message, say).await,
            }
        }
    }
    Ok(())
}

impl Watched {
    /// It is there, or gone.
    async fn begin(&mut self, bus: &Bus, owner: Option<OwnedUniqueName>, say: &mpsc::Sender<Said>) {
        self.owner = owner;
        self.answer = None;
        let mut active = false;
        if let Some(owner) = &self.owner {
            for path in self.saver.paths {
                let reply = bus.call(owner, path, (self.saver.name, "GetActive"), &()).await;
                match reply.and_then(|reply| Ok((reply.body().deserialize()?, reply))) {
                    Ok((answer, reply)) => {
                        active = answer;
                        self.answer = Some(reply);
                        break;
                    }
                    Err(error) => tracing::debug!(path, %error, "the screen saver does not answer"),
                }
            }
        }
        self.say(active, say).await;
    }

    async fn on(&self, message: &Message, say: &mpsc::Sender<Said>) {
        let is_new =
            self.answer.as_ref().is_none_or(|answer| message.recv_position() > answer.recv_position());
        let is_ours = self.owner.as_ref().is_some_and(|owner| bus::is_from(message, owner));
        if is_new && is_ours && bus::is_signal(message, self.saver.name, "ActiveChanged") {
            match message.body().deserialize() {
                Ok(active) => self.say(active, say).await,
                Err(error) => tracing::warn!(%error, "ActiveChanged not understood"),
            }
        }
    }

    async fn say(&self, active: bool, say: &mpsc::Sender<Said>) {
        if say.send(Said::Locked(self.saver.teller, active)).await.is_err() {
            tracing::debug!("nobody listens to the screen saver");
        }
    }
}
