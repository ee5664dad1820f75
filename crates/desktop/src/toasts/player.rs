//! Plays the app's own sound, as the user has set it.
//!
//! The sound systems' own players do it, each as a process of its own that lives for a second: whatever a sound system loads
//! is not in the agent, which is in memory all day. The first that works is used. It decides nothing of when to ring.

use super::chime;
use crate::file;
use crate::platform::PLAYERS;
use crate::wake::Wake;
use crate::words;
use agent::agent::Problem;
use agent::sound::{SoundChoice, SoundSettings, Volume};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sound {
    /// The sound that the user has chosen; for what is late, its louder and longer form.
    Chime { choice: SoundChoice, volume: Volume, is_late: bool },
    /// Shows whether anything can be heard.
    Silence,
}

/// What the player shares with its task.
#[derive(Debug, Default)]
struct Shared {
    sound: SoundSettings,
    /// Whether the last try has succeeded.
    can_play: bool,
    /// Whether the notification daemon plays sounds where the app cannot.
    daemon_sounds: bool,
    orders: Orders,
}

/// What it was told while a sound is played.
#[derive(Debug, Default)]
struct Orders {
    /// Chimes that were asked for, of things that are not late and of late ones: one sound stands for all.
    chimes: usize,
    late_chimes: usize,
    /// It is to find out whether it can play, after the chimes.
    tries: bool,
}

impl Shared {
    fn chime(&self, is_late: bool) -> Sound {
        let SoundSettings { on: _, volume, choice } = self.sound;
        Sound::Chime { choice, volume, is_late }
    }

    /// What to play next.
    fn take_next(&mut self) -> Option<Sound> {
        let chimes = std::mem::take(&mut self.orders.chimes);
        let late_chimes = std::mem::take(&mut self.orders.late_chimes);
        if self.sound.on && chimes + late_chimes > 0 {
            return Some(self.chime(late_chimes > 0));
        }
        std::mem::take(&mut self.orders.tries).then_some(Sound::Silence)
    }

    /// Notes how that ended. Returns what the user is to be told: nothing if they want no sound, or the daemon plays it from now on.
    fn played(&mut self, sound: Sound, failed: Option<String>) -> Option<String> {
        self.can_play = failed.is_none();
        let is_missed = match sound {
            Sound::Chime { .. } => self.sound.on,
            Sound::Silence => self.sound.on && !self.daemon_sounds,
        };
        failed.filter(|_| is_missed)
    }
}

/// Plays in a task of its own, so that no toast waits for it; the task ends with this and its clones.
#[derive(Clone, Debug)]
pub(crate) struct Player {
    folder: PathBuf,
    shared: Arc<Mutex<Shared>>,
    /// Says that there are orders.
    ordered: mpsc::Sender<()>,
}

impl Player {
    /// A player whose sounds are in `folder`; whether anything can sound goes to `wakes` when that has changed.
    pub(crate) fn start(folder: PathBuf, wakes: mpsc::Sender<Wake>) -> Self {
        let (player, mut ordered) = Self::new(folder);
        let (lies_in, shared) = (player.folder.clone(), Arc::clone(&player.shared));
        tokio::spawn(async move {
            let mut problem = None;
            let mut last = 0;
            while ordered.recv().await.is_some() {
                loop {
                    let next = lock(&shared).take_next();
                    let Some(sound) = next else { break };
                    let failed = play(sound, &lies_in, PLAYERS, &mut last).await;
                    let new = lock(&shared).played(sound, failed);
                    if problem != new {
                        problem.clone_from(&new);
                        // A closed channel means that the program ends.
                        let _ended = wakes.send(Wake::Notice { about: Problem::Sound, words: new }).await;
                    }
                }
            }
        });
        player
    }

    /// It tells of its orders what it returns.
    fn new(folder: PathBuf) -> (Self, mpsc::Receiver<()>) {
        let (ordered, receiver) = mpsc::channel(1);
        (Self { folder, shared: Arc::default(), ordered }, receiver)
    }

    /// Plays the sound, unless one is still waiting to be played: then that one stands for both.
    pub(crate) fn ring(&self, is_late: bool) {
        self.order(|shared| {
            let chimes = if is_late { &mut shared.orders.late_chimes } else { &mut shared.orders.chimes };
            *chimes += 1;
        });
    }

    /// How toasts sound from now on.
    pub(crate) fn set(&self, sound: SoundSettings) {
        self.order(|shared| {
            // Nobody was told of what could not be heard while it was off.
            shared.orders.tries |= shared.sound.on != sound.on;
            shared.sound = sound;
        });
    }

    /// Whether the notification daemon plays sounds where the app cannot. The app finds out whether it can, without being heard.
    pub(crate) fn daemon_sounds(&self, does: bool) {
        self.order(|shared| {
            shared.daemon_sounds = does;
            shared.orders.tries = true;
        });
    }

    /// Whether the user wants to hear anything.
    pub(crate) fn is_on(&self) -> bool {
        lock(&self.shared).sound.on
    }

    /// Whether the last try has succeeded.
    pub(crate) fn can_play(&self) -> bool {
        lock(&self.shared).can_play
    }

    /// The sound's file, for a daemon that plays it.
    pub(crate) fn file(&self, is_late: bool) -> Option<PathBuf> {
        let sound = lock(&self.shared).chime(is_late);
        kept(sound, &self.folder).ok()
    }

    /// A player that only notes what it is told, and seems to be able to play.
    #[cfg(test)]
    pub(crate) fn recorded() -> (Self, Recorded) {
        let (player, ordered) = Self::new(PathBuf::from("/nowhere"));
        let shared = Arc::clone(&player.shared);
        lock(&shared).can_play = true;
        (player, Recorded { shared, ordered })
    }

    fn order(&self, order: impl FnOnce(&mut Shared)) {
        order(&mut lock(&self.shared));
        // If it is full, the task has yet to look at the orders.
        let _full = self.ordered.try_send(());
    }
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a player was told.
#[cfg(test)]
pub(crate) struct Recorded {
    shared: Arc<Mutex<Shared>>,
    ordered: mpsc::Receiver<()>,
}

#[cfg(test)]
impl Recorded {
    /// How many chimes of things that are not late came since the last look.
    pub(crate) fn chimes(&mut self) -> usize {
        std::mem::take(&mut lock(&self.shared).orders.chimes)
    }

    /// How many chimes of late things came since the last look.
    pub(crate) fn late_chimes(&mut self) -> usize {
        std::mem::take(&mut lock(&self.shared).orders.late_chimes)
    }

    /// Whether it was to find out whether it can play, since the last look.
    pub(crate) fn tries(&mut self) -> bool {
        std::mem::take(&mut lock(&self.shared).orders.tries)
    }

    /// From now on it seems not to be able to play.
    pub(crate) fn fail(&self) {
        lock(&self.shared).can_play = false;
    }

    /// Waits for the next chime.
    pub(crate) async fn chime(&mut self) {
        loop {
            {
                let chimes = &mut lock(&self.shared).orders.chimes;
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
        Sound::Chime { choice, volume, is_late: false } => ("ring.wav", chime::chime(choice, volume)),
        Sound::Chime { choice, volume, is_late: true } => ("late.wav", chime::late_chime(choice, volume)),
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

    const CHIME: Sound = Sound::Chime { choice: SoundChoice::Bell, volume: Volume::DEFAULT, is_late: false };

    const FAILS: Program = ("false", &[]);
    const MISSING: Program = ("no-such-player", &[]);
    /// It succeeds if the file is there.
    const PLAYS: Program = ("test", &["-s"]);

    #[tokio::test]
    async fn the_first_player_that_works_plays_and_is_the_first_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut last = 0;
        let programs = [MISSING, FAILS, PLAYS];
        assert_eq!(play(CHIME, folder.path(), &programs, &mut last).await, None);
        assert_eq!(last, 2);
        assert!(folder.path().join("ring.wav").is_file());
        assert_eq!(play(Sound::Silence, folder.path(), &[MISSING, FAILS, PLAYS], &mut last).await, None);
        assert_eq!(last, 2);
    }

    #[tokio::test]
    async fn where_none_works_each_is_named_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let problem = play(CHIME, folder.path(), &[MISSING, FAILS], &mut 0).await.unwrap();
        assert!(problem.contains("(no-such-player: not installed; false: it failed)"), "{problem}");
        let problem = play(CHIME, &folder.path().join("ring.wav"), &[PLAYS], &mut 0).await.unwrap();
        assert!(problem.contains("cannot be written"), "{problem}");
        let problem = play(CHIME, folder.path(), &[], &mut 0).await;
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
        player.daemon_sounds(false);
        player.daemon_sounds(true);
        player.ring(false);
        drop(player);
        let mut problems = Vec::new();
        while let Some(Wake::Notice { about: Problem::Sound, words }) = woken.recv().await {
            problems.push(words.is_some());
        }
        assert_eq!(problems, [true, false], "the chime is missed, and the daemon plays the next one");
    }

    #[tokio::test]
    async fn what_nobody_hears_is_said_once_and_taken_back_when_the_daemon_plays_or_sound_is_off() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("no-folder");
        std::fs::write(&file, "").unwrap();
        let (wakes, mut woken) = mpsc::channel(8);
        let player = Player::start(file, wakes);
        player.daemon_sounds(false);
        let problem = async |woken: &mut mpsc::Receiver<Wake>| match woken.recv().await {
            Some(Wake::Notice { about: Problem::Sound, words }) => words.is_some(),
            other => panic!("{other:?}"),
        };
        assert!(problem(&mut woken).await);
        assert!(!player.can_play());
        player.ring(false);
        player.daemon_sounds(true);
        assert!(!problem(&mut woken).await);
        player.ring(true);
        assert!(problem(&mut woken).await, "nobody has heard this one");
        player.set(SoundSettings { on: false, ..SoundSettings::default() });
        assert!(!problem(&mut woken).await, "nobody wants to");
    }

    #[test]
    fn one_sound_stands_for_all_that_wait_to_be_heard_the_late_one_if_one_of_them_is() {
        let (player, mut recorded) = Player::recorded();
        player.ring(false);
        player.ring(true);
        player.ring(false);
        let sound = SoundSettings { volume: Volume::MOST, choice: SoundChoice::Wood, on: true };
        player.set(sound);
        let next = |recorded: &Recorded| lock(&recorded.shared).take_next();
        let late = Sound::Chime { choice: SoundChoice::Wood, volume: Volume::MOST, is_late: true };
        assert_eq!(next(&recorded), Some(late), "as it is set when it is played");
        assert_eq!(next(&recorded), None);
        player.ring(false);
        player.set(SoundSettings { on: false, ..sound });
        assert_eq!(next(&recorded), Some(Sound::Silence), "what was off when its turn came is not heard");
        assert_eq!(recorded.chimes(), 0);
    }

    #[test]
    fn its_files_are_of_the_sound_as_it_is_set() {
        let folder = tempfile::tempdir().unwrap();
        let (player, _ordered) = Player::new(folder.path().to_owned());
        let files = || [false, true].map(|is_late| std::fs::read(player.file(is_late).unwrap()).unwrap());
        let before = files();
        assert_ne!(before[0], before[1]);
        player.set(SoundSettings { choice: SoundChoice::Soft, ..SoundSettings::default() });
        let after = files();
        assert!(before[0] != after[0] && before[1] != after[1]);
    }
}
