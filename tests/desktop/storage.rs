//! The app cannot save anything: a full disk, a read-only folder, files of another user, damaged files. It says so, keeps
//! working, and does not lose what was saved before.

use crate::stage::{ACME, SOON, Stage};
use anyhow::{Context, Result, ensure};
use rig::desktop::Tray;
use rig::ground::Ground;
use rig::{App, Desktop, Options, Program, TrayItem, app};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROFILE: &str = "priya";

/// Lets nothing that is mounted here show outside: from the very root, which who is in a chroot does not see.
const PRIVATE: &str = "nsenter --mount=/proc/self/ns/mnt mount --make-rprivate /";

/// The desktop's folders as one program sees them: mounts that nobody else has.
struct Mounts(Program);

impl Mounts {
    /// Runs these commands in a mount namespace of its own, which lives as long as this does.
    async fn make(desktop: &Desktop, script: &str) -> Result<Self> {
        let mut command = Command::new("unshare");
        let script = format!("set -e\n{PRIVATE}\n{script}\necho mounted\nexec sleep infinity");
        command.args(["--mount", "--propagation", "unchanged", "sh", "-c", &script]);
        command.current_dir(desktop.folder());
        let mut holder = desktop.spawn("mounts", &mut command)?;
        holder.line("the mounts are made", SOON, |line| (line == "mounted").then_some(())).await?;
        Ok(Self(holder))
    }

    /// A program that sees them.
    fn within(&self, command: &Command) -> Command {
        let mut inside = Command::new("nsenter");
        inside.args(["--target", &self.0.id().to_string(), "--mount", "--root", "--wd=/", "--"]);
        inside.arg(command.get_program()).args(command.get_args());
        let set = command.get_envs().filter_map(|(key, value)| Some((key, value?)));
        inside.env_clear().envs(set);
        inside
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(program);
        command.args(arguments).env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let output = self.within(&command).output().with_context(|| format!("running {program}"))?;
        let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "{program} {arguments:?}: {error}");
        Ok(out.into_owned())
    }
}

fn settings(desktop: &Desktop) -> PathBuf {
    desktop.folder().join("config/deskbell").join(PROFILE).join("settings.toml")
}

fn token(desktop: &Desktop) -> PathBuf {
    desktop.folder().join("data/deskbell").join(PROFILE).join("token")
}

fn put(file: &Path, content: &[u8]) -> Result<()> {
    fs::create_dir_all(file.parent().context("it lies in a folder")?)?;
    fs::write(file, content).with_context(|| format!("writing {}", file.display()))
}

async fn start(desktop: &Desktop, mounts: &Mounts) -> Result<App> {
    App::start_as(desktop, PROFILE, mounts.within(&app::command(desktop, PROFILE)?)).await
}

/// Waits until a notice of the app has these words.
async fn notice(app: &App, ground: &dyn Ground, words: &str) -> Result<String> {
    app.status_until(ground, &format!("a notice with {words:?}"), SOON, |status| {
        let notices = status["notices"].as_array()?.iter().filter_map(|each| each.as_str());
        notices.into_iter().find(|each| each.contains(words)).map(str::to_owned)
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_one_is_signed_in_all_the_same_and_it_is_kept_when_there_is_room() -> Result<()> {
    let stage = Stage::start().await?;
    let desktop = Desktop::start(Options::default()).await?;
    // Room for a folder, and for not one byte in a file.
    let full =
        "for place in config data; do mount -t tmpfs -o size=4k tmpfs $place; echo full > $place/full; done";
    let mounts = Mounts::make(&desktop, full).await?;
    let mut app = start(&desktop, &mounts).await?;
    app.sign_in(&desktop, &stage.service.add_technician(ACME, "Priya Shah")?)?;
    app.connected(&desktop, SOON).await?;
    let words = notice(&app, &desktop, "cannot be saved in").await?;
    ensure!(
        words.contains("No space left on device") && words.contains("tries again each minute"),
        "{words}"
    );
    ensure!(
        app.verb(&desktop, &["status"])?.contains("Note: The settings cannot be saved in"),
        "it is in the terminal"
    );
    for place in ["config", "data"] {
        let folder = desktop.folder().join(place);
        let path = folder.join("full").display().to_string();
        mounts.run("rm", &[&path])?;
        let left = mounts.run("find", &[&folder.display().to_string(), "-name", "*.new"])?;
        ensure!(left.is_empty(), "half a file was left: {left}");
        // Each folder has room for only one page, and each file needs one.
    }
    app.verb(&desktop, &["quit"])?;
    app.program().wait(SOON).await?;
    let kept = mounts
        .run("cat", &[&token(&desktop).display().to_string(), &settings(&desktop).display().to_string()])?;
    ensure!(kept.contains("Priya Shah") && kept.len() > 64, "{kept:?}");
    let again = start(&desktop, &mounts).await?;
    again.connected(&desktop, SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_read_only_folders_one_stays_signed_in_and_is_told_that_a_sign_out_does_not_last() -> Result<()> {
    let stage = Stage::start().await?;
    let desktop = Desktop::start(Options { tray: Tray::Host, ..Options::default() }).await?;
    let mut first = App::start(&desktop, PROFILE).await?;
    first.sign_in(&desktop, &stage.service.add_technician(ACME, "Priya Shah")?)?;
    first.verb(&desktop, &["quit"])?;
    first.program().wait(SOON).await?;
    drop(first);
    let before = (fs::read(token(&desktop))?, fs::read(settings(&desktop))?);

    let read_only =
        "for place in config data; do mount --bind $place $place; mount -o remount,bind,ro $place; done";
    let mounts = Mounts::make(&desktop, read_only).await?;
    let mut app = start(&desktop, &mounts).await?;
    app.connected(&desktop, SOON).await?;
    ensure!(app.status(&desktop)?["account"]["name"] == "Priya Shah");
    app.verb(&desktop, &["away"])?;
    app.verb(&desktop, &["quit"])?;
    app.program().wait(SOON).await?;
    ensure!((fs::read(token(&desktop))?, fs::read(settings(&desktop))?) == before, "nothing has changed");

    let app = start(&desktop, &mounts).await?;
    app.connected(&desktop, SOON).await?;
    TrayItem::only(desktop.bus(), SOON).await?.click("Sign out Priya Shah now").await?;
    let words = notice(&app, &desktop, "The sign-in cannot be removed from").await?;
    ensure!(words.contains("Read-only file system") && words.contains("or remove the file"), "{words}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_another_user_are_told_and_left_as_they_are() -> Result<()> {
    let desktop = Desktop::start(Options { user: Some("nobody"), ..Options::default() }).await?;
    let files = [settings(&desktop), token(&desktop)];
    for file in &files {
        put(file, b"of somebody else")?;
        let mut chmod = Command::new("chmod");
        ensure!(chmod.arg("0600").arg(file).status()?.success());
    }
    let app = App::start(&desktop, PROFILE).await?;
    let words = notice(&app, &desktop, "The settings in").await?;
    ensure!(words.contains("cannot be read (Permission denied"), "{words}");
    ensure!(words.contains("The sign-in in") && words.contains("Correct the file's permissions"), "{words}");
    app.verb(&desktop, &["quit"])?;
    for file in &files {
        ensure!(fs::read(file)? == b"of somebody else", "{} was changed", file.display());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_files_are_told_and_nobody_is_locked_out() -> Result<()> {
    let stage = Stage::start().await?;
    let desktop = Desktop::start(Options::default()).await?;
    let bad = b"address = \"https://help.acme.ex\xff\xfe\x1b[2J";
    put(&settings(&desktop), bad)?;
    put(&token(&desktop), b"\0\0\0\0")?;
    let app = App::start(&desktop, PROFILE).await?;
    let words = notice(&app, &desktop, "cannot be used: it is not text in UTF-8").await?;
    ensure!(words.contains("The sign-in in") && words.contains("is damaged"), "{words}");
    app.sign_in(&desktop, &stage.service.add_technician(ACME, "Priya Shah")?)?;
    app.connected(&desktop, SOON).await?;
    notice(&app, &desktop, "settings.toml.unusable").await?;
    let aside = settings(&desktop).with_file_name("settings.toml.unusable");
    ensure!(fs::read(aside)? == bad, "the damaged file was not kept as it was");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_that_cannot_be_opened_is_told_with_what_to_do() -> Result<()> {
    let desktop = Desktop::start(Options::default()).await?;
    let mounts = Mounts::make(&desktop, "mount --bind run run; mount -o remount,bind,ro run").await?;
    let output = mounts.within(&app::command(&desktop, PROFILE)?).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(1), "{:?}", output.status);
    ensure!(
        said.starts_with("Deskbell cannot open its local socket") && said.contains("set XDG_RUNTIME_DIR"),
        "{said}"
    );
    Ok(())
}

/// Debian's own: another user may not enter where others lie.
const PYTHON: &str = "/usr/bin/python3";
/// Connects to a Unix socket, says something, and prints what comes back.
const SAY: &str = "import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); \
                   s.sendall(sys.argv[2].encode() + b'\\n'); s.settimeout(10); print(s.recv(1))";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_user_gets_nothing_over_the_local_socket_even_where_every_folder_is_open() -> Result<()> {
    let desktop = Desktop::start(Options::default()).await?;
    let mut app = App::start(&desktop, PROFILE).await?;
    let run = desktop.runtime_folder();
    let sockets = fs::read_dir(run.join("deskbell"))?.flatten().map(|entry| entry.path());
    let socket = sockets.into_iter().find(|path| path.extension().is_some_and(|is| is == "sock"));
    let socket = socket.context("the app has a socket")?;
    let mut open = Command::new("chmod");
    ensure!(
        open.arg("0777").args([desktop.folder(), &run, &run.join("deskbell"), &socket]).status()?.success()
    );
    let line = r#"{"intent":{"id":"00000000-0000-0000-0000-000000000001","intent":{"do":"quit"}}}"#;
    let mut other = Command::new("setpriv");
    other.args(["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "--", PYTHON, "-c", SAY]);
    let said = other.arg(&socket).arg(line).output()?;
    let (out, error) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    // Nothing comes back, or the line was cut before it was read.
    ensure!(
        out.trim() == "b''" || error.contains("ConnectionReset") || error.contains("BrokenPipe"),
        "{out}{error}"
    );
    ensure!(
        app.program().output().contains("another user tried the local socket"),
        "{}",
        app.program().tail()
    );
    app.status(&desktop).map(drop)
}
