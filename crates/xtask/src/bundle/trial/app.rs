//! The app's package: desktop entries, the `deskbell:` scheme, an agent that asks about a link of it, its window on a virtual display, and
//! all of it across an upgrade and a purge.

use super::installed::{PERSON, Trial, check_files};
use super::running::{Running, wait};
use super::service::{self, Service};
use crate::bundle::contents::APP;
use crate::bundle::packages::Packages;
use crate::steps::output;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::process::Command;

/// Their account on the bare system, and its home.
const USER: &str = "priya";
const HOME: &str = "/home/priya";
/// What desktops call the window by, as the desktop entry says it.
const WINDOW: &str = "\"deskbell-window\"";
/// How the title of the window begins that asks before a link signs in.
const QUESTION: &str = "\"Sign in?";

/// An agent that runs in the bare system, and its display.
pub(super) struct Agent {
    running: Running,
    display: Display,
}

struct Display {
    name: String,
    _server: Running,
}

/// Installs it and looks at what is there.
pub(super) fn install(trial: &Trial, packages: &Packages) -> Result<()> {
    let bare = &trial.bare;
    bare.install(&[&packages.app_deb.display().to_string()])?;
    trial.saw("deskbell: installed with what it needs");
    trial.look_at_files(&APP)?;
    bare.run(
        "desktop-file-validate /usr/share/applications/deskbell.desktop /etc/xdg/autostart/deskbell.desktop",
    )?;
    let handler = bare.run("xdg-mime query default x-scheme-handler/deskbell")?;
    ensure!(handler == "deskbell.desktop", "links that begin with deskbell: are opened by {handler:?}");
    trial.saw("deskbell: desktop entries are valid, and deskbell: links are its own");
    // To look at windows, and somebody to use them.
    bare.install(&["x11-utils", "dex"])?;
    bare.run(&format!("useradd --create-home {USER}"))?;
    let mut desktop = bare.command_as(USER, HOME, "dex");
    desktop.args(["--autostart", "--dry-run", "--verbose", "--environment", "MATE"]);
    let starts = output(&mut desktop)?;
    ensure!(
        starts.lines().any(|line| line.contains("deskbell --background")),
        "a desktop that follows autostart would not start it, but\n{starts}"
    );
    trial.saw("deskbell: a desktop starts it at login");
    Ok(())
}

/// Starts the agent as the desktop does, is asked about a link as a browser opens it, and signs in by the terminal.
pub(super) fn start(trial: &Trial, service: &Service) -> Result<Agent> {
    let agent = launch(trial, display(trial)?)?;
    let link = service::add_person(trial, PERSON, None)?;
    let escaped = link.replace(':', "%3A").replace('/', "%2F").replace('#', "%23");
    as_user(trial, &agent.display, &["xdg-open", &format!("deskbell:sign-in?link={escaped}")])?;
    wait("the question about the link is on the display", || {
        Ok(as_user(trial, &agent.display, &["xwininfo", "-root", "-tree"])?.contains(QUESTION))
    })?;
    trial.saw("deskbell: a deskbell: link is asked about before it signs in");
    as_user(trial, &agent.display, &["sh", "-c", "echo \"$1\" | deskbell sign-in", "sh", &link])?;
    wait("the service sees the agent", || service::is_connected(trial, PERSON))?;
    let status = as_user(trial, &agent.display, &["deskbell", "status"])?;
    ensure!(status.contains(PERSON) && status.contains(&service.address), "`deskbell status` says {status}");
    trial.saw("deskbell: started as autostart does, signed in by a link on standard input");
    Ok(agent)
}

/// Upgrades it under the running agent, which goes on; and another start finds the sign-in.
pub(super) fn upgrade(trial: &Trial, next: &Packages, agent: Agent, service: &Service) -> Result<()> {
    trial.bare.install(&[&next.app_deb.display().to_string()])?;
    check_files(&APP, &trial.bare.path("/"))?;
    wait("the agent is back after the service's upgrade", || service::is_connected(trial, PERSON))?;
    let status = as_user(trial, &agent.display, &["deskbell", "status"])?;
    ensure!(status.contains(&service.address), "`deskbell status` says {status}");
    open_window(trial, &agent.display)?;
    trial.saw("deskbell: upgraded while it runs; connected again, and its window opens");
    let display = quit(trial, agent)?;
    let agent = launch(trial, display)?;
    wait("the service sees the new agent", || service::is_connected(trial, PERSON))?;
    quit(trial, agent)?;
    trial.saw("deskbell: the new version is still signed in");
    Ok(())
}

/// Purging takes what the package brought, and nothing of its users.
pub(super) fn purge(trial: &Trial) -> Result<()> {
    let bare = &trial.bare;
    bare.run("apt-get -q remove -y deskbell")?;
    trial.look_at_leavings(&APP, true)?;
    bare.run("apt-get -q purge -y deskbell")?;
    trial.look_at_leavings(&APP, false)?;
    let handler = bare.run("xdg-mime query default x-scheme-handler/deskbell")?;
    ensure!(handler.is_empty(), "links that begin with deskbell: are still opened by {handler:?}");
    let settings = bare.path(HOME).join(".config/deskbell/default/settings.toml");
    ensure!(settings.exists(), "the user's settings {} have gone", settings.display());
    trial.saw("deskbell: purged, and users keep what is theirs");
    Ok(())
}

fn launch(trial: &Trial, display: Display) -> Result<Agent> {
    let entry = trial.bare.path("/etc/xdg/autostart/deskbell.desktop");
    let entry = fs::read_to_string(entry).context("reading the autostart entry")?;
    let line =
        entry.lines().find_map(|line| line.strip_prefix("Exec=")).context("autostart starts something")?;
    let mut words = line.split(' ');
    let mut command = trial.bare.command_as(USER, HOME, words.next().context("autostart names a program")?);
    command.args(words).arg("--tell-ready").env("DISPLAY", &display.name);
    let running = Running::start(&mut command, "deskbell")?;
    running.says("ready")?;
    Ok(Agent { running, display })
}

fn open_window(trial: &Trial, display: &Display) -> Result<()> {
    as_user(trial, display, &["deskbell", "open", "status"])?;
    wait("the status window is on the display", || {
        Ok(as_user(trial, display, &["xwininfo", "-root", "-tree"])?.contains(WINDOW))
    })?;
    // It shows pages only once this one runs.
    wait("the window's web process runs", || {
        let processes = fs::read_dir("/proc").context("listing processes")?.flatten();
        let mut names = processes.filter_map(|process| fs::read_to_string(process.path().join("comm")).ok());
        Ok(names.any(|name| name.starts_with("WebKitWebProces")))
    })
}

fn quit(trial: &Trial, mut agent: Agent) -> Result<Display> {
    as_user(trial, &agent.display, &["deskbell", "quit"])?;
    agent.running.ends()?;
    Ok(agent.display)
}

/// A virtual display outside of the bare system: its socket is shown inside.
fn display(trial: &Trial) -> Result<Display> {
    let mut command = Command::new("Xvfb");
    command.args(["-displayfd", "1", "-ac", "-noreset", "-nolisten", "tcp", "-screen", "0", "1280x800x24"]);
    let server = Running::start(&mut command, "Xvfb")?;
    let number = server.says("")?;
    let inside = trial.bare.path("/tmp/.X11-unix");
    fs::create_dir_all(&inside).context("making the folder of the display's socket")?;
    output(Command::new("mount").args(["--bind", "/tmp/.X11-unix"]).arg(inside))?;
    Ok(Display { name: format!(":{number}"), _server: server })
}

/// Runs a command as the user, and returns what it prints.
fn as_user(trial: &Trial, display: &Display, words: &[&str]) -> Result<String> {
    let [program, arguments @ ..] = words else { return Ok(String::new()) };
    let mut command = trial.bare.command_as(USER, HOME, program);
    output(command.args(arguments).env("DISPLAY", &display.name))
}
