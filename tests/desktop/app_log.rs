//! F13: where the app's log is. One that the desktop starts has nobody who reads its standard error, so it writes a file.

use crate::stage::SOON;
use anyhow::{Result, ensure};
use rig::{App, Desktop, Options, app, eventually};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const STARTED: &str = "Deskbell has started";
const ENDED: &str = "Deskbell has quit";

/// Where the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Log {
    File,
    StandardError,
}

/// How the app is started, as a shell does it: `"$@"` is the program with its profile, and standard error is a file that
/// the test reads.
const STARTS: [(&str, &str, Log); 8] = [
    ("autostart-null", r#"exec "$@" --background 2>/dev/null"#, Log::File),
    ("autostart-closed", r#"exec "$@" --background 2>&-"#, Log::File),
    // As .xsession-errors is one.
    ("autostart-file", r#"exec "$@" --background"#, Log::File),
    // A session that systemd started hands its journal's name on, though not always its stream.
    ("not-journal", r#"export JOURNAL_STREAM=1:1; exec "$@" --background"#, Log::File),
    (
        "journal",
        r#"JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2); export JOURNAL_STREAM; exec "$@" --background"#,
        Log::StandardError,
    ),
    ("by-hand", r#"exec "$@""#, Log::StandardError),
    (
        "terminal",
        r#"export RUN="$1" NAME="$3"; exec script -qec '"$RUN" --profile "$NAME"' /dev/null"#,
        Log::StandardError,
    ),
    (
        "terminal-back",
        r#"export RUN="$1" NAME="$3"; exec script -qec '"$RUN" --profile "$NAME" --background' /dev/null"#,
        Log::StandardError,
    ),
];

fn through_a_shell(script: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(command.get_program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    shell
}

fn file(desktop: &Desktop, profile: &str) -> PathBuf {
    desktop.folder().join("state/deskbell").join(profile).join("deskbell.log")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_the_desktop_starts_logs_to_its_file_and_one_that_is_read_does_not() -> Result<()> {
    let desktop = Desktop::start(Options::default()).await?;
    for (profile, script, log) in STARTS {
        let command = through_a_shell(script, &app::command(&desktop, profile)?);
        let mut app = App::start_as(&desktop, profile, command).await?;
        app.verb(&desktop, &["quit"])?;
        app.program().wait(SOON).await?;
        let in_file = fs::read_to_string(file(&desktop, profile)).ok();
        let on_stderr = app.program().output();
        let is_whole = |text: &str| text.contains(STARTED) && text.contains(ENDED);
        match log {
            Log::File => {
                ensure!(in_file.as_deref().is_some_and(is_whole), "{profile}: {in_file:?}");
                ensure!(!on_stderr.contains(STARTED), "{profile}: twice: {on_stderr}");
            }
            Log::StandardError => {
                ensure!(is_whole(&on_stderr), "{profile}: {on_stderr}");
                ensure!(in_file.is_none(), "{profile}: a file as well: {in_file:?}");
            }
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_a_command_starts_logs_to_its_file_once() -> Result<()> {
    let desktop = Desktop::start(Options::default()).await?;
    let profile = "by-command";
    let refused = app::verb(&desktop, profile, &["sign-in"], Some("not a link"));
    ensure!(refused.is_err(), "it signed in: {refused:?}");
    app::verb(&desktop, profile, &["quit"], None)?;
    // The command returns when the app has answered, which is before its last line.
    let text = eventually("the last line", SOON, async || {
        let text = fs::read_to_string(file(&desktop, profile))?;
        ensure!(text.contains(ENDED), "{text}");
        Ok::<String, anyhow::Error>(text)
    })
    .await?;
    for words in [STARTED, ENDED] {
        ensure!(text.matches(words).count() == 1, "{words}: {text}");
    }
    Ok(())
}
