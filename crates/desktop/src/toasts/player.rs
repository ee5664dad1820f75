//! Plays the app's own sound where no notification daemon plays one.
//!
//! The sound systems' own players do it, each as a process of its own that lives for a second: whatever a sound system loads
//! is not in the agent, which is in memory all day. The first that works is used. It decides nothing of when to ring.

use super::chime;
use crate::file;
use crate::platform::PLAYERS;
use crate::wake::Wake;
use crate::words;
use agent::agent::Problem;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How long a player may take for a sound of a second: one that waits for loudspeakers that are not there never ends.
const PLAY_WITHIN: Duration = Duration::from_secs(5);

/// A program that plays a WAV file: its name, and what it is told before the file's path.
type Program = (&'static str, &'static [&'static str]);

/// What is to be played.
#[derive(Clone, Copy, Debug)]
enum Sound {
    Chime,
    Silence,
}

/// What it was told while a sound is played.
#[derive(Debug, Default)]
struct Orders {
    /// Chimes that were asked for: one sound stands for all.
    chimes: usize,
    /// Whether it has to play the sounds from now on, if that was said after the last chime.
    is_needed: Option<bool>,
}

/// Plays in a task of its own, so that no toast waits for it; the task ends with this and its clones.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    folder: PathBuf,
    orders: Arc<Mutex<Orders>>,
    /// Says that there are orders.
    ordered: mpsc::Sender<()>,
}

impl Player {
    /// A player whose sounds are in `folder`; whether anything can sound goes to `wakes` when that has changed.
    pub(crate) fn start(folder: PathBuf, wakes: mpsc::Sender<Wake>) -> Self {
        let (player, mut ordered) = Self::new(folder);
        let (lies_in, orders) = (player.folder.clone(), Arc::clone(&player.orders));
        tokio::spawn(async move {
            let mut problem = None;
            let mut last = 0;
            while ordered.recv().await.is_some() {
                let Orders { chimes, is_needed } = std::mem::take(&mut *lock(&orders));
                let played = match (chimes > 0, is_needed) {
                    (true, _) => play(Sound::Chime, &lies_in, PLAYERS, &mut last).await,
                    (false, Some(true)) => play(Sound::Silence, &lies_in, PLAYERS, &mut last).await,
                    (false, Some(false)) => None,
                    (false, None) => continue,
                };
                // The notification daemon plays the sounds, so it does not matter whether this could.
                let new = played.filter(|_| is_needed != Some(false));
                if problem != new {
                    problem.clone_from(&new);
                    // A closed channel means that the program ends.
                    let _ended = wakes.send(Wake::Notice { about: Problem::Sound, words: new }).await;
                }
            }
        });
        player
    }

    /// It tells of its orders what it returns.
    fn new(folder: PathBuf) -> (Self, mpsc::Receiver<()>) {
        let (ordered, receiver) = mpsc::channel(1);
        (Self { folder, orders: Arc::default(), ordered }, receiver)
    }

    /// Plays the sound; not if one is still waiting to be played.
    pub(crate) fn ring(&self) {
        self.order(|orders| {
            // The sound itself shows whether it can.
            *orders = Orders { chimes: orders.chimes + 1, is_needed: None };
        });
    }

    /// Whether the app has to play the sounds from now on; if so, it finds out whether it can, without being heard.
    pub(crate) fn is_needed(&self, needed: bool) {
        self.order(|orders| orders.is_needed = Some(needed));
    }

    /// The sound's file, for a daemon that plays files.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        kept(Sound::Chime, &self.folder).ok()
    }

    /// A player that only notes what it is told.
    #[cfg(test)]
    pub(crate) fn recorded() -> (Self, Recorded) {
        let (player, ordered) = Self::new(PathBuf::from("/nowhere"));
        let orders = Arc::clone(&player.orders);
        (player, Recorded { orders, ordered })
    }

    fn order(&self, order: impl FnOnce(&mut Orders)) {
        order(&mut lock(&self.orders));
        // If it is full, the task has yet to look at the orders.
        let _full = self.ordered.try_send(());
    }
}

fn lock(orders: &Mutex<Orders>) -> MutexGuard<'_, Orders> {
    orders.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a player was told.
#[cfg(test)]
pub(crate) struct Recorded {
    orders: Arc<Mutex<Orders>>,
    ordered: mpsc::Receiver<()>,
}

#[cfg(test)]
impl Recorded {
    /// How many chimes came since the last look.
    pub(crate) fn chimes(&mut self) -> usize {
        std::mem::take(&mut lock(&self.orders).chimes)
    }

    /// Whether what came last since the last look was to rest.
    pub(crate) fn rests(&mut self) -> bool {
        std::mem::take(&mut *lock(&self.orders)).is_needed == Some(false)
    }

    /// Waits for the next chime.
    pub(crate) async fn chime(&mut self) {
        loop {
            {
                let chimes = &mut lock(&self.orders).chimes;
                if *chimes > 0 {
                    *chimes -= 1;
                    return;
                }
            }
            if self.ordered.recv().await.is_none() {
                return;
            }
        }
    }
}

/// Plays with the first program that can, beginning with the one that could last; in words why none can.
async fn play(sound: Sound, folder: &Path, programs: &[Program], last: &mut usize) -> Option<String> {
    #[cfg(any(test, not(target_os = "linux")))]
    if programs.is_empty() {
        return Some(words::no_sound_yet(words::system()));
    }
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
            Err(error) => why.push(format!("{}: {error}", program.0)),
        }
    }
    Some(words::no_sound(&why.join("; ")))
}

async fn play_with(program: &Program, path: &Path) -> Result<(), String> {
    let mut command = Command::new(program.0);
    command.args(program.1).arg(path);
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

    const FAILS: Program = ("false", &[]);
    const MISSING: Program = ("no-such-player", &[]);
    /// It succeeds if the file is there.
    const PLAYS: Program = ("test", &["-s"]);

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
        let problem = play(Sound::Chime, folder.path(), &[MISSING, FAILS], &mut 0).await.unwrap();
        assert!(problem.contains("(no-such-player: not installed; false: it failed)"), "{problem}");
        let problem = play(Sound::Chime, &folder.path().join("ring.wav"), &[PLAYS], &mut 0).await.unwrap();
        assert!(problem.contains("cannot be written"), "{problem}");
        let problem = play(Sound::Chime, folder.path(), &[], &mut 0).await;
        assert_eq!(problem, Some(words::no_sound_yet(words::system())), "no player is known here");
    }

    // Where two other orders waited, it was dropped.
    #[tokio::test]
    async fn a_chime_is_played_whatever_else_it_was_told_in_the_meantime() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("no-folder");
        std::fs::write(&file, "").unwrap();
        let (wakes, mut woken) = mpsc::channel(8);
        let player = Player::start(file, wakes);
        player.is_needed(true);
        player.is_needed(false);
        player.ring();
        drop(player);
        let mut problems = Vec::new();
        while let Some(Wake::Notice { about: Problem::Sound, words }) = woken.recv().await {
            problems.push(words.is_some());
        }
        assert_eq!(problems, [true], "only the chime's own try, which is the last");
    }

    #[tokio::test]
    async fn what_nobody_hears_is_said_once_and_taken_back_when_the_daemon_plays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("no-folder");
        std::fs::write(&file, "").unwrap();
        let (wakes, mut woken) = mpsc::channel(8);
        let player = Player::start(file, wakes);
        player.is_needed(true);
        let problem = async |woken: &mut mpsc::Receiver<Wake>| match woken.recv().await {
            Some(Wake::Notice { about: Problem::Sound, words }) => words.is_some(),
            other => panic!("{other:?}"),
        };
        assert!(problem(&mut woken).await);
        player.ring();
        player.is_needed(false);
        assert!(!problem(&mut woken).await);
    }
}
