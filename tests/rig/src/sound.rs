//! A sound system without loudspeakers (PulseAudio with a null sink), and what would have been heard from it.

use crate::process::Program;
use crate::wait::eventually;
use anyhow::{Context, Result, ensure};
use std::f64::consts::TAU;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long the sound system may take to start on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(20);
/// Samples a second of the recording: enough to tell a bell from silence.
const RATE: usize = 8_000;
/// Of 32,768: below it is silence.
const HEARD: u16 = 300;
/// Samples of silence that part two sounds: a quarter of a second.
const PAUSE: usize = RATE / 4;
/// What the recording is called.
const RECORDING: &str = "heard.raw";

/// A sound system, until it is dropped.
#[derive(Debug)]
pub struct SoundSystem {
    folder: PathBuf,
    // In this order: the recorder ends before what it records.
    _recorder: Program,
    _daemon: Program,
}

/// One sound, as it was heard.
#[derive(Clone, Debug, Default)]
pub struct HeardSound {
    samples: Vec<i16>,
}

impl HeardSound {
    /// Its loudest sample, of 32,768.
    #[must_use]
    pub fn loudest(&self) -> u16 {
        self.samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or_default()
    }

    /// For how many samples it was heard, of 8,000 in a second.
    #[must_use]
    pub fn length(&self) -> usize {
        self.samples.len()
    }

    /// How much of it is one tone of this pitch, of 1.
    #[must_use]
    pub fn share_at(&self, hz: f64) -> f64 {
        let (mut real, mut imaginary, mut energy) = (0.0, 0.0, f64::EPSILON);
        for (at, sample) in self.samples.iter().enumerate() {
            let (sample, angle) = (f64::from(*sample), TAU * hz * at as f64 / RATE as f64);
            real += sample * angle.cos();
            imaginary += sample * angle.sin();
            energy += sample * sample;
        }
        2.0 * (real * real + imaginary * imaginary) / (energy * self.samples.len().max(1) as f64)
    }
}

impl SoundSystem {
    /// Starts one in a folder, and records all that is played.
    ///
    /// # Errors
    /// When it does not start in time.
    pub async fn start(folder: &Path) -> Result<Self> {
        let folder = folder.join("sound");
        fs::create_dir(&folder).context("making the sound system's folder")?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        let mut daemon = own(Command::new("pulseaudio"), &folder);
        daemon.args(["--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "-n"]);
        daemon.args(["-L", "module-null-sink sink_name=null"]);
        daemon.arg("-L").arg(format!("module-native-protocol-unix socket={}", socket(&folder).display()));
        let daemon = Program::spawn("pulseaudio", &mut daemon, &folder)
            .context("is pulseaudio installed? `cargo xtask setup` installs it")?;
        eventually("the sound system listens", READY_WITHIN, async || {
            ensure!(socket(&folder).exists(), "{}", daemon.tail());
            Ok::<(), anyhow::Error>(())
        })
        .await?;
        let mut recorder = own(Command::new("parec"), &folder);
        recorder.args(["--device=null.monitor", "--format=s16le", "--channels=1", "--latency-msec=50"]);
        recorder.arg(format!("--rate={RATE}")).arg(folder.join(RECORDING));
        let recorder = Program::spawn("parec", &mut recorder, &folder)
            .context("is pulseaudio-utils installed? `cargo xtask setup` installs it")?;
        let system = Self { folder, _recorder: recorder, _daemon: daemon };
        eventually("something is recorded", READY_WITHIN, async || {
            ensure!(!system.samples()?.is_empty(), "not even silence");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
        Ok(system)
    }

    /// How programs find it.
    #[must_use]
    pub fn address(&self) -> (String, String) {
        ("PULSE_SERVER".to_owned(), format!("unix:{}", socket(&self.folder).display()))
    }

    /// How many sounds were heard so far, told apart by silence between them.
    ///
    /// # Errors
    /// When the recording cannot be read.
    pub fn sounds(&self) -> Result<usize> {
        Ok(self.heard()?.len())
    }

    /// The sounds so far, told apart by silence between them.
    ///
    /// # Errors
    /// When the recording cannot be read.
    pub fn heard(&self) -> Result<Vec<HeardSound>> {
        let (mut sounds, mut silent_for) = (Vec::<HeardSound>::new(), PAUSE);
        for sample in self.samples()? {
            let is_heard = sample.unsigned_abs() >= HEARD;
            if is_heard && silent_for >= PAUSE {
                sounds.push(HeardSound::default());
            }
            silent_for = if is_heard { 0 } else { silent_for + 1 };
            if let Some(sound) = sounds.last_mut().filter(|_| silent_for < PAUSE) {
                sound.samples.push(sample);
            }
        }
        Ok(sounds)
    }

    /// Waits until a second more was recorded: whatever belongs to what was heard is in it.
    ///
    /// # Errors
    /// When the recording stops.
    pub async fn goes_on(&self, within: Duration) -> Result<()> {
        let until = self.samples()?.len() + RATE;
        eventually("the recording goes on", within, async || {
            let now = self.samples()?.len();
            ensure!(now >= until, "{now} of {until} samples");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }

    /// Waits until what was heard is over: silence was recorded for as long as tells two sounds apart.
    ///
    /// # Errors
    /// When it does not end, or when the recording stops.
    pub async fn falls_silent(&self, within: Duration) -> Result<()> {
        eventually("the sound is over", within, async || {
            let samples = self.samples()?;
            let silent = samples.iter().rev().take_while(|sample| sample.unsigned_abs() < HEARD).count();
            ensure!(silent >= PAUSE, "silent for {silent} of {PAUSE} samples");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }

    /// The loudest sample so far, of 32,768.
    ///
    /// # Errors
    /// When the recording cannot be read.
    pub fn loudest(&self) -> Result<u16> {
        Ok(self.samples()?.into_iter().map(i16::unsigned_abs).max().unwrap_or_default())
    }

    fn samples(&self) -> Result<Vec<i16>> {
        let bytes = fs::read(self.folder.join(RECORDING)).context("reading what was heard")?;
        Ok(bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect())
    }
}

/// What keeps programs from the machine's own sound system, as environment variables.
pub(crate) fn nobody_hears(folder: &Path) -> [(String, String); 3] {
    let nobody = folder.join("no-sound-system").display().to_string();
    [
        ("PULSE_SERVER".to_owned(), format!("unix:{nobody}")),
        ("PIPEWIRE_REMOTE".to_owned(), nobody),
        ("ALSA_CONFIG_PATH".to_owned(), "/dev/null".to_owned()),
    ]
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("native")
}

/// It does not use the sound system of the user who runs the tests.
fn own(mut command: Command, folder: &Path) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    command.env_clear().env("PATH", path).env("HOME", folder).env("XDG_RUNTIME_DIR", folder);
    command.env("PULSE_RUNTIME_PATH", folder);
    command.env("PULSE_SERVER", format!("unix:{}", socket(folder).display()));
    command
}
