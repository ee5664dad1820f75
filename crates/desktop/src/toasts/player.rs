//! Plays the app's own sound where no notification daemon plays one.
//!
//! The sound systems' own players do it, each as a process of its own that lives for a second: whatever a sound system loads
//! is not in the agent, which is in memory all day. The first that works is used: PulseAudio or PipeWire in its place, PipeWire
//! itself, ALSA. It decides nothing of when to ring.

use super::chime;
use crate::file;
use crate::wake::Wake;
use crate::words;
use agent::agent::Lack;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Orders that may wait while a sound is played: what the daemon can do, and one sound.
const MAX_QUEUED_ORDERS: usize = 2;

/// How long a player may take for a sound of a second: one that waits for loudspeakers that are not there never ends.
const PLAY_WITHIN: Duration = Duration::from_secs(5);

/// A program that plays a WAV file.
#[derive(Debug)]
struct Program {
    name: &'static str,
    args: &'static [&'static str],
}

/// The players, the one that serves most desktops first.
const PROGRAMS: [Program; 3] = [
    Program { name: "paplay", args: &["--client-name=Deskbell", "--property=media.role=event"] },
    Program { name: "pw-play", args: &["--media-role=Notification"] },
    Program { name: "aplay", args: &["--quiet"] },
];

/// What is to be played.
#[derive(Clone, Copy, Debug)]
enum Sound {
    Chime,
    Silence,
}

#[derive(Clone, Copy, Debug)]
enum Order {
    /// Play this.
    Play(Sound),
    /// The notification daemon plays the sounds.
    Rest,
}

/// Plays in a task of its own, so that no toast waits for it; the task ends with this and its clones.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    folder: PathBuf,
    orders: mpsc::Sender<Order>,
}

impl Player {
    /// A player whose sounds lie in `folder`; whether anything can sound goes to `wakes` when that has changed.
    pub(crate) fn start(folder: PathBuf, wakes: mpsc::Sender<Wake>) -> Self {
        let (orders, mut to_do) = mpsc::channel(MAX_QUEUED_ORDERS);
        let lies_in = folder.clone();
        tokio::spawn(async move {
            let mut lack = None;
            let mut last = 0;
            while let Some(order) = to_do.recv().await {
                let new = match order {
                    Order::Play(sound) => play(sound, &lies_in, &PROGRAMS, &mut last).await,
                    Order::Rest => None,
                };
                if lack != new {
                    lack.clone_from(&new);
                    // A closed channel means that the program ends.
                    let _ended = wakes.send(Wake::Lack { about: Lack::Sound, words: new }).await;
                }
            }
        });
        Self { folder, orders }
    }

    /// Plays the sound; not if one is still waiting to be played.
    pub(super) fn ring(&self) {
        self.order(Order::Play(Sound::Chime));
    }

    /// Whether the app has to play the sounds from now on; if so, it finds out whether it can, without being heard.
    pub(super) fn is_needed(&self, needed: bool) {
        self.order(if needed { Order::Play(Sound::Silence) } else { Order::Rest });
    }

    /// The sound's file, for a daemon that plays files.
    pub(super) fn file(&self) -> Option<PathBuf> {
        kept(Sound::Chime, &self.folder).ok()
    }

    /// A player that only notes what it is told.
    #[cfg(test)]
    pub(super) fn recorded() -> (Self, Recorded) {
        let (orders, to_do) = mpsc::channel(64);
        (Self { folder: PathBuf::from("/nowhere"), orders }, Recorded(to_do))
    }

    fn order(&self, order: Order) {
        // One that waits already serves as well.
        let _full = self.orders.try_send(order);
    }
}

/// What a player was told.
#[cfg(test)]
pub(super) struct Recorded(mpsc::Receiver<Order>);

#[cfg(test)]
impl Recorded {
    /// How many chimes came since the last look.
    pub(super) fn chimes(&mut self) -> usize {
        let orders = std::iter::from_fn(|| self.0.try_recv().ok());
        orders.filter(|order| matches!(order, Order::Play(Sound::Chime))).count()
    }

    /// Whether what came last since the last look was to rest.
    pub(super) fn rests(&mut self) -> bool {
        let orders = std::iter::from_fn(|| self.0.try_recv().ok());
        orders.last().is_some_and(|order| matches!(order, Order::Rest))
    }

    /// Waits for the next chime.
    pub(super) async fn chime(&mut self) {
        while let Some(order) = self.0.recv().await {
            if matches!(order, Order::Play(Sound::Chime)) {
                return;
            }
        }
    }
}

/// Plays with the first program that can, beginning with the one that could last; in words why none can.
async fn play(sound: Sound, folder: &Path, programs: &[Program], last: &mut usize) -> Option<String> {
    let path = match kept(sound, folder) {
        Ok(path) => path,
        Err(error) => return Some(words::sound_not_written(folder, &error)),
    };
    let mut why = Vec::new();
    for step in 0..programs.len() {
        let index = (*last + step) % programs.len();
        let program = &programs[index];
        match play_with(program, &path).await {
            Ok(()) => {
                *last = index;
                return None;
            }
            Err(error) => why.push(format!("{}: {error}", program.name)),
        }
    }
    Some(words::no_sound(&why.join("; ")))
}

async fn play_with(program: &Program, path: &Path) -> Result<(), String> {
    let mut command = Command::new(program.name);
    command.args(program.args).arg(path);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    match timeout(PLAY_WITHIN, command.status()).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(_)) => Err(words::PLAYER_FAILED.to_owned()),
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => Err(words::PLAYER_MISSING.to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(words::PLAYER_SILENT.to_owned()),
    }
}

/// The sound's file, written if it is not there.
fn kept(sound: Sound, folder: &Path) -> io::Result<PathBuf> {
    let (name, sound) = match sound {
        Sound::Chime => ("ring.wav", chime::chime()),
        Sound::Silence => ("silence.wav", chime::silence()),
    };
    let path = folder.join(name);
    if !std::fs::read(&path).is_ok_and(|kept| kept == sound) {
        file::replace_unsynced(&path, &sound)?;
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAILS: Program = Program { name: "false", args: &[] };
    const MISSING: Program = Program { name: "no-such-player", args: &[] };
    /// It succeeds if the file is there.
    const PLAYS: Program = Program { name: "test", args: &["-s"] };

    #[tokio::test]
    async fn the_first_player_that_works_plays_and_is_the_first_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut last = 0;
        let programs = [MISSING, FAILS, PLAYS];
        assert_eq!(play(Sound::Chime, folder.path(), &programs, &mut last).await, None);
        assert_eq!(last, 2);
        assert!(folder.path().join("ring.wav").is_file());
        assert_eq!(play(Sound::Silence, folder.path(), &[MISSING, FAILS, PLAYS], &mut last).await, None);
        assert_eq!(last, 2);
    }

    #[tokio::test]
    async fn where_none_works_each_is_named_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let lack = play(Sound::Chime, folder.path(), &[MISSING, FAILS], &mut 0).await.unwrap();
        assert!(lack.contains("(no-such-player: not installed; false: it failed)"), "{lack}");
        let lack = play(Sound::Chime, &folder.path().join("ring.wav"), &[PLAYS], &mut 0).await.unwrap();
        assert!(lack.contains("cannot be written"), "{lack}");
    }

    #[tokio::test]
    async fn what_nobody_hears_is_said_once_and_taken_back_when_the_daemon_plays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("no-folder");
        std::fs::write(&file, "").unwrap();
        let (wakes, mut woken) = mpsc::channel(8);
        let player = Player::start(file, wakes);
        player.is_needed(true);
        let lack = async |woken: &mut mpsc::Receiver<Wake>| match woken.recv().await {
            Some(Wake::Lack { about: Lack::Sound, words }) => words.is_some(),
            other => panic!("{other:?}"),
        };
        assert!(lack(&mut woken).await);
        player.ring();
        player.is_needed(false);
        assert!(!lack(&mut woken).await);
    }
}
