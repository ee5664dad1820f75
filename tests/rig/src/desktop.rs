//! A private desktop: display, buses and folders of its own, with what else a test wants on it.

mod daemon;
mod drawn_toasts;
mod home;
mod options;

pub use drawn_toasts::ToastButton;
pub use options::{Home, Options, Toasts, Tray};

use crate::bus::Bus;
use crate::display::Display;
use crate::ground::Ground;
use crate::logind::{Logind, SESSION};
use crate::panel;
use crate::picture::Picture;
use crate::process::Program;
use crate::screen::{Area, Screen};
use crate::sound::{self, SoundSystem};
use crate::toasts::ToastRecorder;
use crate::tray::WATCHER;
use crate::tray_host::{Sight, TrayHost};
use crate::wait::eventually;
use anyhow::{Context, Result, anyhow, bail, ensure};
use daemon::{RealDaemon, activatable};
use home::{PLACES, TOOLKIT, hand_over, private_environment, reachable};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use zbus::Connection;
use zbus::fdo::DBusProxy;

/// How long a part of the desktop may take to be there: the first panel after an installation fills caches, and was seen to
/// take longer than 30 s on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(120);
/// So many equal pictures in a row are a screen at rest: about half a second.
const STILL_LOOKS: u32 = 10;
/// A blinking text cursor does not count as movement: at most this many pixels.
const CARET: usize = 64;
/// A quiet blue grey, so that windows and toasts stand out in pictures.
const BACKGROUND: u32 = 0x0044_5566;

/// A running desktop; all of it ends when it is dropped.
#[derive(Debug)]
pub struct Desktop {
    options: Options,
    /// The X server; tests may kill and restart it.
    pub display: Display,
    session_bus: Bus,
    connection: Connection,
    recorder: Option<ToastRecorder>,
    tray_host: Option<TrayHost>,
    logind: Option<Logind>,
    sound: Option<SoundSystem>,
    system_bus: Option<Bus>,
    parts: Vec<Program>,
    // Last: the folder goes after all that writes into it.
    folder: TempDir,
}

impl Desktop {
    /// Starts a desktop with these parts.
    ///
    /// # Errors
    /// When one of them is not there in time, with its output.
    pub async fn start(options: Options) -> Result<Self> {
        let folder = TempDir::with_prefix("desktop-").context("making the desktop's folder")?;
        let path = folder.path();
        for name in PLACES {
            fs::create_dir(path.join(name)).with_context(|| format!("making the folder {name}"))?;
        }
        // Programs refuse a runtime folder that others can read.
        fs::set_permissions(path.join("run"), fs::Permissions::from_mode(0o700))?;
        let display = Display::start(options.size, path).await?;
        let mut base = private_environment(path);
        base.push(("DISPLAY".to_owned(), display.name()));
        base.extend(theme(options));
        let run = path.join("run");
        let session_bus = Bus::start("bus", &run, activatable(options), &base).await?;
        let connection = session_bus.connect().await?;
        let system_bus =
            if options.logind { Some(Bus::start("system-bus", &run, &[], &[]).await?) } else { None };
        let mut desktop = Self {
            options,
            display,
            session_bus,
            connection,
            recorder: None,
            tray_host: None,
            logind: None,
            sound: None,
            system_bus,
            parts: Vec::new(),
            folder,
        };
        desktop.start_parts().await?;
        if let Some(user) = options.user {
            hand_over(desktop.folder.path(), user)?;
        }
        Ok(desktop)
    }

    async fn start_parts(&mut self) -> Result<()> {
        self.display.screen()?.paint_background(BACKGROUND)?;
        if let Some(bus) = &self.system_bus {
            self.logind = Some(Logind::start(bus, self.folder.path()).await?);
        }
        if self.options.sound {
            self.sound = Some(SoundSystem::start(self.folder.path()).await?);
        }
        if self.options.windows {
            self.start_part("openbox", OsStr::new("openbox"))?;
            self.managed().await?;
        }
        match self.options.toasts {
            Toasts::None => {}
            Toasts::Recorder => self.start_recorder("recorder").await?,
            Toasts::GnomeRecorder => self.start_recorder("gnome-shell").await?,
            Toasts::Daemon | Toasts::SoundingDaemon | Toasts::Dunst => {
                self.start_notification_daemon().await?;
            }
        }
        match self.options.tray {
            Tray::None => {}
            Tray::Host | Tray::BlindHost => self.start_tray_host().await?,
            Tray::Panel { clock } => {
                panel::write_settings(&self.folder.path().join("config"), clock)?;
                self.start_part("panel", OsStr::new("xfce4-panel"))?;
                self.owned(WATCHER).await?;
                self.drawn("xfce4-panel").await?;
            }
            Tray::MatePanel => {
                self.start_part("panel", OsStr::new("mate-panel"))?;
                self.owned(WATCHER).await?;
                self.drawn("mate-panel").await?;
            }
        }
        Ok(())
    }

    /// Starts the real notification daemon that the desktop was started with.
    ///
    /// # Errors
    /// When it was started with another one, or this one does not start.
    pub async fn start_notification_daemon(&mut self) -> Result<()> {
        let daemon = self.real_daemon()?;
        daemon.write_settings(self.folder.path())?;
        self.start_part(daemon.name(), daemon.program()?.as_os_str())?;
        self.owned(crate::toasts::NAME).await
    }

    /// Kills the real notification daemon with all that it knows.
    ///
    /// # Errors
    /// When the desktop has none, or the bus is gone.
    pub async fn kill_notification_daemon(&mut self) -> Result<()> {
        let name = self.real_daemon()?.name();
        self.parts.retain(|part| part.name() != name);
        let bus = DBusProxy::new(&self.connection).await?;
        eventually("the notification daemon has left the bus", READY_WITHIN, async || {
            ensure!(!bus.name_has_owner(crate::toasts::NAME.try_into()?).await?, "it is there");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }

    /// From now on the bus starts the real notification daemon when somebody calls it and none runs.
    ///
    /// # Errors
    /// When the desktop has none, or the bus is gone.
    pub async fn let_bus_start_notification_daemon(&self) -> Result<()> {
        self.session_bus.let_start(self.real_daemon()?.service()).await
    }

    fn real_daemon(&self) -> Result<RealDaemon> {
        RealDaemon::of(self.options.toasts).context("this desktop has no real notification daemon")
    }

    async fn start_recorder(&mut self, name: &'static str) -> Result<()> {
        self.recorder = Some(ToastRecorder::start(self.session_bus.connect().await?, name).await?);
        Ok(())
    }

    /// Where its display and buses are, and what keeps its settings, as environment variables.
    #[must_use]
    pub fn addresses(&self) -> Vec<(String, String)> {
        let mut all = vec![
            ("DISPLAY".to_owned(), self.display.name()),
            ("DBUS_SESSION_BUS_ADDRESS".to_owned(), self.session_bus.address().to_owned()),
        ];
        let system = match (&self.system_bus, self.options.home) {
            (Some(bus), _) => Some(bus.address().to_owned()),
            // The machine's own must not lock a test's desktop.
            (None, Home::Private) => {
                Some(format!("unix:path={}/no-system-bus", self.folder.path().display()))
            }
            (None, Home::Users) => None,
        };
        match (&self.sound, self.options.home) {
            (Some(sound), _) => all.push(sound.address()),
            // What a test plays must not be heard.
            (None, Home::Private) => all.extend(sound::nobody_hears(self.folder.path())),
            (None, Home::Users) => {}
        }
        all.extend(system.map(|address| ("DBUS_SYSTEM_BUS_ADDRESS".to_owned(), address)));
        if matches!(self.options.toasts, Toasts::GnomeRecorder | Toasts::SoundingDaemon) {
            all.push(("GSETTINGS_BACKEND".to_owned(), "dconf".to_owned()));
        }
        all.extend(theme(self.options));
        if self.options.logind {
            all.push(("XDG_SESSION_ID".to_owned(), SESSION.to_owned()));
        }
        all
    }

    /// Starts a program on it, with its output in the desktop's folder.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(&self, name: &str, command: &mut Command) -> Result<Program> {
        Program::spawn(name, command, self.folder.path())
    }

    /// Runs a program on it to its end, and gives what it prints.
    ///
    /// # Errors
    /// When it cannot be started or fails, with what it said.
    pub fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let output = self.command(OsStr::new(program)).args(arguments).output();
        let output =
            output.with_context(|| format!("is {program} installed? `cargo xtask setup` installs it"))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        let (said, complained) = (text(&output.stdout), text(&output.stderr));
        ensure!(output.status.success(), "{program} {arguments:?}: {said} {complained}");
        Ok(said)
    }

    /// Its folder: `run`, `config`, `data`, `state`, `cache`, `home` and the outputs of programs.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Its runtime folder.
    #[must_use]
    pub fn runtime_folder(&self) -> PathBuf {
        self.folder.path().join("run")
    }

    /// The tests' own connection to its session bus.
    pub fn bus(&self) -> &Connection {
        &self.connection
    }

    /// A further connection to its session bus.
    ///
    /// # Errors
    /// When the bus is gone.
    pub async fn connect_bus(&self) -> Result<Connection> {
        self.session_bus.connect().await
    }

    /// Eyes and hands.
    ///
    /// # Errors
    /// When the X server is gone.
    pub fn screen(&self) -> Result<Screen> {
        self.display.screen()
    }

    /// The recorder of toasts.
    ///
    /// # Errors
    /// When the desktop was started without one.
    pub fn toasts(&self) -> Result<&ToastRecorder> {
        self.recorder.as_ref().context("this desktop has no recorder of toasts")
    }

    /// The sound system.
    ///
    /// # Errors
    /// When the desktop was started without one.
    pub fn sound(&self) -> Result<&SoundSystem> {
        self.sound.as_ref().context("this desktop has no sound system")
    }

    /// The login manager.
    ///
    /// # Errors
    /// When the desktop was started without one.
    pub fn logind(&self) -> Result<&Logind> {
        self.logind.as_ref().context("this desktop has no login manager")
    }

    /// Starts a tray host of our own, for a desktop that had none.
    ///
    /// # Errors
    /// When there is a tray host.
    pub async fn start_tray_host(&mut self) -> Result<()> {
        let sight = if self.options.tray == Tray::BlindHost { Sight::Blind } else { Sight::Reads };
        self.tray_host = Some(TrayHost::start(self.session_bus.connect().await?, sight).await?);
        Ok(())
    }

    /// The tray host of our own.
    ///
    /// # Errors
    /// When the desktop has none.
    pub fn tray_host(&self) -> Result<&TrayHost> {
        self.tray_host.as_ref().context("this desktop has no tray host of our own")
    }

    /// Ends the tray host of our own.
    ///
    /// # Errors
    /// When the bus is gone.
    pub async fn stop_tray_host(&mut self) -> Result<()> {
        match self.tray_host.take() {
            Some(host) => host.stop().await,
            None => Ok(()),
        }
    }

    /// Where the real panel draws the first icon of its tray.
    ///
    /// # Errors
    /// When the desktop has no real panel.
    pub fn tray_icon_place(&self) -> Result<(i16, i16)> {
        let width = i16::try_from(self.options.size.0).context("screens are narrower")?;
        match self.options.tray {
            Tray::Panel { clock: false } => Ok((width - panel::ICON_FROM_RIGHT, panel::ICON_FROM_TOP)),
            Tray::MatePanel => Ok((width - panel::MATE_ICON_FROM_RIGHT, panel::MATE_ICON_FROM_TOP)),
            Tray::None | Tray::Host | Tray::BlindHost | Tray::Panel { clock: true } => {
                bail!("this desktop has no real panel whose first icon has a known place")
            }
        }
    }

    /// Whether the real panel draws an icon where the first of its tray is.
    ///
    /// # Errors
    /// When the desktop has no real panel, or the X server is gone.
    pub fn draws_tray_icon(&self) -> Result<bool> {
        let (x, y) = self.tray_icon_place()?;
        let side = (2 * panel::ICON_HALF).unsigned_abs();
        let icon = Area { x: x - panel::ICON_HALF, y: y - panel::ICON_HALF, width: side, height: side };
        Ok(self.screen()?.picture_of(icon)?.colours() >= panel::ICON_COLOURS)
    }

    /// What the panel looks like now.
    ///
    /// # Errors
    /// When the X server is gone.
    pub fn panel_picture(&self) -> Result<Picture> {
        let (width, _) = self.options.size;
        self.screen()?.picture_of(Area { x: 0, y: 0, width, height: panel::HEIGHT })
    }

    /// A picture of the screen after nothing has moved on it for a moment.
    ///
    /// # Errors
    /// When it does not come to rest by the deadline.
    pub async fn settled_picture(&self, within: Duration) -> Result<Picture> {
        let screen = self.screen()?;
        let mut last = screen.picture()?;
        let mut still = 0_u32;
        eventually("the screen comes to rest", within, async || {
            let now = screen.picture()?;
            still = if now.differs(&last, 0) <= CARET { still + 1 } else { 0 };
            last = now.clone();
            if still >= STILL_LOOKS { Ok(now) } else { bail!("still for {still} looks") }
        })
        .await
    }

    fn start_part(&mut self, name: &str, program: &OsStr) -> Result<()> {
        let mut command = Command::new(program);
        command.env_clear().envs(private_environment(self.folder.path())).envs(self.addresses());
        let part = self
            .spawn(name, &mut command)
            .with_context(|| format!("is {name} installed? `cargo xtask setup` installs it"))?;
        self.parts.push(part);
        Ok(())
    }

    /// Windows that are mapped while the window manager starts are mapped, taken over and mapped again.
    async fn managed(&self) -> Result<()> {
        let screen = self.screen()?;
        self.part_is("the window manager has taken over", async || {
            if screen.has_window_manager()? {
                Ok(())
            } else {
                bail!("no window manager has said that it runs")
            }
        })
        .await
    }

    /// A panel that has its name on the bus may not have drawn itself yet.
    async fn drawn(&self, class: &str) -> Result<()> {
        let screen = self.screen()?;
        self.part_is(&format!("a window of {class}"), async || {
            screen.windows(class)?.pop().map(drop).context("no window")
        })
        .await?;
        self.settled_picture(READY_WITHIN).await.map(drop)
    }

    /// Waits for something of the part that was started last, as long as that part runs. What all parts have said tells why it did not come.
    async fn part_is(&self, what: &str, mut look: impl AsyncFnMut() -> Result<()>) -> Result<()> {
        let part = self.parts.last().context("no part was started")?;
        let seen = eventually(what, READY_WITHIN, async || match (look().await, part.ended()) {
            (Ok(()), _) => Ok(Ok(())),
            (Err(_), Some(status)) => Ok(Err(anyhow!("{} has ended: {status}", part.name()))),
            (Err(error), None) => Err(error),
        });
        seen.await.and_then(|inner| inner).with_context(|| {
            let tails: Vec<String> = self.parts.iter().map(Program::tail).collect();
            tails.join("\n")
        })
    }

    async fn owned(&mut self, name: &str) -> Result<()> {
        let bus = DBusProxy::new(&self.connection).await?;
        let wanted = zbus::names::BusName::try_from(name)?;
        self.part_is(&format!("somebody has the name {name}"), async || {
            match bus.name_has_owner(wanted.clone()).await {
                Ok(true) => Ok(()),
                Ok(false) => bail!("nobody has it"),
                Err(error) => Err(error.into()),
            }
        })
        .await
    }
}

impl Ground for Desktop {
    /// The program runs as the desktop's user and knows nothing of the desktop where the tests run.
    fn command(&self, program: &OsStr) -> Command {
        let mut command = match self.options.user {
            None => Command::new(program),
            Some(user) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", "nogroup", "--clear-groups", "--"]);
                command.arg(reachable(Path::new(program), self.folder.path()));
                command
            }
        };
        match self.options.home {
            Home::Private => command.env_clear().envs(private_environment(self.folder.path())),
            Home::Users => command
                .env_remove("WAYLAND_DISPLAY")
                .env("XDG_RUNTIME_DIR", self.runtime_folder())
                .envs(TOOLKIT.iter().copied()),
        };
        command.envs(self.addresses());
        command
    }

    fn logs(&self) -> &Path {
        self.folder.path()
    }
}

/// What toolkits take for the theme that the user has chosen.
fn theme(options: Options) -> Option<(String, String)> {
    options.dark.then(|| ("GTK_THEME".to_owned(), "Adwaita:dark".to_owned()))
}
