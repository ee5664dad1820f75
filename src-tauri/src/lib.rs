//! The window program: the portal and the status window. *View down, intents up*: it shows, the agent decides.
//!
//! `desk` is the pure core, `agent_connection` keeps the connection to the agent, `shell` performs with Tauri; [`run`]
//! connects them. It knows no service, no token, no settings. Remote pages get no IPC: only the local desk page may call
//! `commands`.

pub mod address;
pub mod agent_connection;
pub mod args;
pub mod commands;
pub mod desk;
pub mod downloads;
mod external_browser;
mod out;
mod pending_chat;
mod platform;
mod saving;
mod shell;
mod starter;
pub mod words;

#[cfg(test)]
mod ipc_tests;

use crate::args::Args;
use crate::commands::{AgentSender, Published};
use crate::desk::{Desk, Input, WindowKind};
use crate::shell::Shell;
use local::socket_path::Profile;
use presence::Moment;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use tauri::{RunEvent, Runtime, WindowEvent};
use tokio::sync::mpsc;
use tracing_subscriber::EnvFilter;

/// How many inputs may wait for the loop: it handles each within milliseconds, and the agent's lines wait in the socket.
const MAX_QUEUED_INPUTS: usize = 64;

/// The app with its commands, without windows; tests run it on a mock.
#[must_use]
pub fn builder<R: Runtime>(builder: tauri::Builder<R>) -> tauri::Builder<R> {
    builder
        .manage(Published::default())
        .invoke_handler(tauri::generate_handler![commands::view, commands::intend])
}

/// `tauri.conf.json`, pages, capabilities and permissions, as they were built in.
#[must_use]
pub fn context<R: Runtime>() -> tauri::Context<R> {
    tauri::generate_context!()
}

/// Runs until the last window is closed, the agent ends it, or the agent is given up. Ends the process.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    words::speak(words::Language::of_environment(|name| std::env::var(name).ok()));
    // As the agent does: to standard error, filtered by DESKBELL_LOG.
    // The parser panics on some texts that are not ASCII.
    let wanted = std::env::var("DESKBELL_LOG").ok().filter(|wanted| wanted.is_ascii());
    let filter = wanted.and_then(|wanted| EnvFilter::try_new(wanted).ok());
    let filter = filter.unwrap_or_else(|| EnvFilter::new("info"));
    let writer = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A line that cannot be written is lost: reporting that on a closed standard error would end the program.
    writer.with_ansi(std::io::stderr().is_terminal()).log_internal_errors(false).init();
    match start(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            out::complain(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn start(args: Args) -> anyhow::Result<()> {
    let socket_path = args.socket_path()?;
    let web_data = web_data(&args.profile)?;
    platform::ready().map_err(anyhow::Error::msg)?;
    let (up, lines) = mpsc::channel(agent_connection::MAX_QUEUED_UP);
    let (inputs, queue) = mpsc::channel(MAX_QUEUED_INPUTS);
    let app = builder(tauri::Builder::default())
        .manage(AgentSender(up.clone()))
        .build(context())
        .map_err(|error| anyhow::anyhow!("Deskbell cannot open windows here: {error}. Install it again."))?;
    let shell = Shell {
        app: app.handle().clone(),
        up,
        inputs: inputs.clone(),
        web_data,
        browser: Arc::default(),
        pending_chat: Arc::default(),
    };
    let desk = Desk::new(args.profile.clone());
    tauri::async_runtime::spawn(agent_connection::keep(socket_path, args.profile, lines, inputs.clone()));
    tauri::async_runtime::spawn(run_loop(desk, shell, queue));
    app.run(move |_app, event| {
        if let Some(input) = input_for(&event) {
            // This runs on the main thread, which must not wait for the loop, since the loop may wait for it.
            let inputs = inputs.clone();
            tauri::async_runtime::spawn(async move { inputs.send(input).await });
        }
        if let RunEvent::ExitRequested { api, code: None, .. } = event {
            api.prevent_exit();
        }
    });
    Ok(())
}

/// What a Tauri event means to the desk.
fn input_for(event: &RunEvent) -> Option<Input> {
    match event {
        RunEvent::WindowEvent { label, event: WindowEvent::CloseRequested { .. }, .. } => {
            WindowKind::of(label).map(Input::Closed)
        }
        RunEvent::ExitRequested { code: None, .. } => Some(Input::NoneLeft),
        _ => None,
    }
}

/// The loop: waits, asks the desk, performs.
async fn run_loop(mut desk: Desk, shell: Shell, mut queue: mpsc::Receiver<Input>) {
    let start = Instant::now();
    let now = || Moment::at(start.elapsed());
    loop {
        let wake = desk.next_timeout().map(|at| at.since(now()));
        let effects = tokio::select! {
            input = queue.recv() => match input {
                // A window may have been opened since.
                Some(Input::NoneLeft) if shell.has_windows() => continue,
                Some(input) => desk.on(input, now()),
                None => return,
            },
            () = tokio::time::sleep(wake.unwrap_or_default()), if wake.is_some() => desk.on_timeout(now()),
        };
        for effect in effects {
            shell.perform(effect).await;
        }
    }
}

/// Cookies and storage of the pages, one folder for each profile.
fn web_data(profile: &Profile) -> anyhow::Result<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "deskbell").ok_or_else(|| {
        anyhow::anyhow!("Deskbell finds no home folder to keep the portal's data in. Set HOME.")
    })?;
    Ok(dirs.data_local_dir().join(profile.as_str()).join("web"))
}
