//! Starts service, desktop and app, and ends them.

use crate::ground::UsersDesktop;
use crate::organisation;
use crate::steps::Steps;
use crate::wish::{As, Wish};
use crate::{play_client, play_technician};
use anyhow::{Context, Result};
use directories::ProjectDirs;
use rig::desktop::{Home, Toasts, Tray};
use rig::{App, Desktop, Ground, Options, Service};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The service's port where nobody else has it: the app remembers the address, so it should stay the same.
const PORT: u16 = 7450;
/// How long an app may take to sign in and connect on a loaded machine.
const CONNECTS_WITHIN: Duration = Duration::from_secs(30);
/// How long an app may take to end when it is asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// All that runs. Fields end in this order: the app first, what it needs after it.
#[derive(Debug)]
pub(crate) struct Demonstration {
    wish: Wish,
    app: App,
    service: Service,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Users(UsersDesktop),
    Virtual(Box<Desktop>),
}

impl Stage {
    fn ground(&self) -> &dyn Ground {
        match self {
            Self::Users(ground) => ground,
            Self::Virtual(desktop) => desktop.as_ref(),
        }
    }
}

/// Starts everything and says where it is.
pub(crate) async fn start(wish: Wish) -> Result<Demonstration> {
    let data = data_folder()?;
    let logs = data.join("logs");
    drop(fs::remove_dir_all(&logs));
    fs::create_dir_all(&logs).with_context(|| format!("making {}", logs.display()))?;
    let service = Service::start_with(&data.join("service"), &logs, free_port(&data)?, &[]).await?;
    fs::write(data.join("port"), service.port().to_string()).context("remembering the port")?;
    organisation::find_or_make(&service)?;
    println!("The service listens on {} and keeps its data in {}.", service.address(), data.display());
    let stage = if wish.once || !has_display() {
        Stage::Virtual(Box::new(virtual_desktop(wish).await?))
    } else {
        Stage::Users(UsersDesktop { logs: logs.clone() })
    };
    let (profile, who) = match wish.who {
        As::Technician => ("demo-technician", organisation::TECHNICIAN),
        As::Client => ("demo-client", organisation::CLIENT),
    };
    let app = App::start(stage.ground(), profile).await?;
    sign_in(&app, stage.ground(), &service, who).await?;
    println!("The app runs signed in as {who} (profile {profile}).");
    print_addresses(&service, wish)?;
    Ok(Demonstration { wish, app, service, stage })
}

impl Demonstration {
    /// Plays the main job where that disturbs nobody, and gives whether all of it was seen.
    pub(crate) async fn play(&mut self) -> bool {
        let Stage::Virtual(desktop) = &self.stage else { return true };
        println!("\nThe main job, played once:");
        let mut steps = match Steps::new() {
            Ok(steps) => steps,
            Err(error) => {
                println!("FAILED {error:#}");
                return false;
            }
        };
        let played = match self.wish.who {
            As::Technician => play_technician::play(desktop, &self.service, &mut steps).await,
            As::Client => play_client::play(desktop, &self.service, &mut steps).await,
        };
        if let Err(error) = &played {
            steps.failed(desktop, error);
            println!("{}\n{}", self.app.program().tail(), self.service.output());
        }
        played.is_ok()
    }

    /// Ends all of it in order, the app first, so that the service hears it leave.
    pub(crate) async fn end(mut self) {
        self.app.program().stop(ENDS_WITHIN).await;
        drop(self.service.stop().await);
    }
}

async fn virtual_desktop(wish: Wish) -> Result<Desktop> {
    let options = Options {
        windows: true,
        tray: Tray::Panel { clock: true },
        toasts: Toasts::Daemon,
        home: Home::Users,
        ..Options::default()
    };
    let desktop = Desktop::start(options).await.context("starting a virtual display")?;
    let why = if has_display() { "A played job moves the mouse" } else { "There is no display" };
    println!(
        "{why}, so a virtual one was started (Xvfb {}, openbox, xfce4-panel, xfce4-notifyd).",
        desktop.display.name()
    );
    if !wish.once {
        println!(
            "Look at it with DISPLAY={}, for instance `DISPLAY={} scrot now.png`.",
            desktop.display.name(),
            desktop.display.name()
        );
    }
    Ok(desktop)
}

/// Signs the app in, unless it is, at this service, from an earlier start.
async fn sign_in(app: &App, ground: &dyn Ground, service: &Service, who: &str) -> Result<()> {
    let status = app.status(ground)?;
    let account = &status["account"];
    let here = service.address().trim_start_matches("http://");
    if account["is"] != "signed_in" || account["address"] != here {
        app.sign_in(ground, &organisation::new_link(service, who)?)?;
    }
    // A client's app is connected only while its window is open.
    if app.status(ground)?["account"]["role"] == "client" {
        app.verb(ground, &["open", "portal"])?;
    }
    app.connected(ground, CONNECTS_WITHIN).await
}

fn print_addresses(service: &Service, wish: Wish) -> Result<()> {
    for (role, path, who) in [
        ("technicians", "technician", organisation::OTHER_TECHNICIAN),
        ("clients", "client", organisation::OTHER_CLIENT),
    ] {
        println!("\nPortal for {role}: {}/{path}/", service.address());
        // A played job that ends by itself leaves nobody to use a link.
        if !wish.once {
            println!(
                "  sign in there as {who} with this link, good once: {}",
                organisation::new_link(service, who)?
            );
        }
    }
    Ok(())
}

fn data_folder() -> Result<PathBuf> {
    let folders = ProjectDirs::from("", "", "deskbell-demo").context("there is no home folder; set HOME")?;
    let data = folders.data_dir().to_owned();
    fs::create_dir_all(&data).with_context(|| format!("making {}", data.display()))?;
    Ok(data)
}

/// The port of the last time, if it is free; else the usual one; else any.
fn free_port(data: &Path) -> Result<u16> {
    let last = fs::read_to_string(data.join("port")).ok().and_then(|text| text.trim().parse().ok());
    let free = last.into_iter().chain([PORT, 0]).find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let listener = free.context("there is no free port on loopback")?;
    Ok(listener.local_addr().context("asking for the port")?.port())
}

fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    set("DISPLAY") || set("WAYLAND_DISPLAY")
}
