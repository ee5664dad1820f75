//! The data folder: who holds it, and the socket in it through which commands reach the service that does. One JSON object a
//! line each way. Only the folder's owner gets in.

#![cfg_attr(
    not(unix),
    expect(
        dead_code,
        unused_imports,
        reason = "the socket is a Unix socket: other systems have nothing in its place yet"
    )
)]

use crate::admin::{self, Command, Reply};
use crate::clock::Clock;
use crate::orgs::registry::{Registry, blocking};
use crate::store::Store;
use anyhow::{Context, anyhow, bail};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
#[cfg(unix)]
use tokio::sync::Mutex;
use tokio::time::timeout;

/// The database in the folder.
const DATABASE: &str = "deskbell.db";
/// A backup on its way into the database's place.
const RESTORING: &str = "deskbell.db.restoring";
/// What the database is called that was in its place before.
const FORMER: &str = "deskbell.db.former";
/// Former databases that are kept: more than anybody restores without looking.
const FORMERS: usize = 1_000;
/// Held by whoever uses the database.
const LOCK: &str = "lock";
/// Where a running service listens for commands.
const SOCKET: &str = "control.sock";
/// Longest command, in bytes: a few names and ids.
const COMMAND_BYTES: u64 = 64 * 1024;
/// How long a running service may take for a command: it does not wait for people.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long a command may take to be read, and its answer to be taken: both are a line that is there at once.
const LINE_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait after a command could not be accepted.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);
/// Longest path of a socket that every Unix takes, in bytes.
const SOCKET_PATH_BYTES: usize = 100;

/// The data folder, held: nobody else uses its database meanwhile.
pub(crate) struct Held {
    folder: PathBuf,
    /// Whether it was found as a restore that was interrupted leaves it.
    interrupted: bool,
    // The lock lasts as long as the file is open.
    _lock: File,
}

impl Held {
    /// Creates the folder for its owner only, and takes it. `None`: somebody else holds it.
    ///
    /// # Errors
    /// If the folder cannot be made or used.
    pub(crate) fn take(folder: &Path) -> anyhow::Result<Option<Self>> {
        let Some(held) = Self::lock(folder)? else { return Ok(None) };
        if held.is_interrupted() {
            bail!(
                "a restore into {} was interrupted: the former database is beside its place as {FORMER}…, with its -wal if it has one. \
                 Run `deskbell-service restore FILE` again, or move it back.",
                folder.display()
            );
        }
        let (database, log) = (held.database(), with_end(&held.database(), "-wal"));
        if log.exists() && !database.exists() {
            // An empty database would be begun, and what stands in the log lost with it.
            bail!(
                "{} is there without its database {DATABASE}. Put the database back beside it, or run `deskbell-service restore FILE`. \
                 If nothing in it is needed, move it away.",
                log.display()
            );
        }
        held.make_database()?;
        Ok(Some(held))
    }

    /// The same, whatever is there: it is to be replaced. After a restore that was interrupted, the former database gets the log
    /// that was left behind, and what was prepared stays until something takes its place: it keeps an empty service from starting.
    ///
    /// # Errors
    /// If the folder cannot be made or used.
    pub(crate) fn take_to_restore(folder: &Path) -> anyhow::Result<Option<Self>> {
        let Some(mut held) = Self::lock(folder)? else { return Ok(None) };
        held.interrupted = held.is_interrupted();
        crate::store::remove_parts(&held.restoring())
            .with_context(|| format!("could not clear {} of what was left there", folder.display()))?;
        if held.interrupted {
            let former = held.last_former().map(|number| held.former(number));
            if let Some(former) =
                former.filter(|former| former.exists() && !with_end(former, "-wal").exists())
            {
                held.move_log(&former)?;
            }
        } else {
            held.drop_prepared()?;
        }
        Ok(Some(held))
    }

    /// Removes what was prepared, unless something was there before: then the former database is still missing, and the next start
    /// has to be told so.
    ///
    /// # Errors
    /// If the system does not let it.
    pub(crate) fn drop_prepared(&self) -> anyhow::Result<()> {
        if self.interrupted {
            return Ok(());
        }
        match std::fs::remove_file(self.restoring()) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(error).with_context(|| format!("could not remove {}", self.restoring().display()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Whether a restore has ended between taking the database away and putting the other one in its place.
    fn is_interrupted(&self) -> bool {
        self.restoring().exists() && !self.database().exists()
    }

    fn lock(folder: &Path) -> anyhow::Result<Option<Self>> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|error| unusable(folder, &error))?;
        let file = folder.join(LOCK);
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&file)
            .map_err(|error| unusable(folder, &error))?;
        give_to_owner(folder, &lock).with_context(|| format!("could not hand over {}", file.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { folder: folder.to_owned(), interrupted: false, _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("could not lock {}", file.display()))
            }
        }
    }

    /// The database file in it.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// Where a backup is prepared to take the database's place.
    pub(crate) fn restoring(&self) -> PathBuf {
        self.folder.join(RESTORING)
    }

    /// Puts what was prepared in the database's place. Gives where the former one is now, with its log; `None` where there was
    /// none. Ended in between, it leaves what [`Held::take`] refuses.
    ///
    /// # Errors
    /// If the system does not let it.
    pub(crate) fn replace_database(&self) -> anyhow::Result<Option<PathBuf>> {
        let (database, prepared) = (self.database(), self.restoring());
        let made = OpenOptions::new().write(true).open(&prepared);
        made.and_then(|made| give_to_owner(&self.folder, &made))
            .with_context(|| format!("could not hand over {}", prepared.display()))?;
        let number = self.last_former().map_or(1, |last| last + 1);
        if number > FORMERS {
            bail!("there are {FORMERS} former databases in {}; move them away", self.folder.display());
        }
        let former = self.former(number);
        // The database first: without its log beside it, it would be taken for whole.
        let moved = move_if_there(&database, &former)?;
        let logged = self.move_log(&former)?;
        std::fs::rename(&prepared, &database)
            .with_context(|| format!("could not rename {} to {}", prepared.display(), database.display()))?;
        crate::store::sync_folder(&database)
            .with_context(|| format!("could not write {} to the disk", self.folder.display()))?;
        Ok((moved || logged).then_some(former))
    }

    /// Where a former database is kept.
    fn former(&self, number: usize) -> PathBuf {
        self.folder.join(if number == 1 { FORMER.to_owned() } else { format!("{FORMER}-{number}") })
    }

    /// The highest number under which a former database, or the log of one, is kept.
    fn last_former(&self) -> Option<usize> {
        (1..=FORMERS).rev().find(|number| {
            let former = self.former(*number);
            former.exists() || with_end(&former, "-wal").exists()
        })
    }

    /// A log beside another database would be taken for its own. Whether there was one.
    fn move_log(&self, former: &Path) -> anyhow::Result<bool> {
        let logged = move_if_there(&with_end(&self.database(), "-wal"), &with_end(former, "-wal"))?;
        move_if_there(&with_end(&self.database(), "-shm"), &with_end(former, "-shm"))?;
        Ok(logged)
    }

    /// An empty file is a database without tables; SQLite gives the files beside it to its owner.
    fn make_database(&self) -> anyhow::Result<()> {
        let file = self.database();
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&file)
            .and_then(|made| give_to_owner(&self.folder, &made))
            .map_err(|error| unwritable(&file, &error))
    }
}

fn with_end(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Whether it was there.
fn move_if_there(from: &Path, to: &Path) -> anyhow::Result<bool> {
    match std::fs::rename(from, to) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => {
            Err(error).with_context(|| format!("could not rename {} to {}", from.display(), to.display()))
        }
    }
}

/// A file that root makes in somebody else's folder would lock the service out that runs as its owner.
#[cfg(unix)]
fn give_to_owner(folder: &Path, file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let (owner, ours) = (folder.metadata()?, file.metadata()?);
    if owner.uid() == ours.uid() {
        return Ok(());
    }
    fchown(file, Some(owner.uid()), Some(owner.gid()))
}

/// Other systems give files to the folder's owner by themselves.
#[cfg(not(unix))]
fn give_to_owner(_: &Path, _: &File) -> std::io::Result<()> {
    Ok(())
}

/// Where the folder's database is, if there is one.
pub(crate) fn database_in(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

/// Whether there is a database in the folder.
///
/// # Errors
/// If this user may not look into it.
pub(crate) fn has_database(folder: &Path) -> anyhow::Result<bool> {
    match folder.join(DATABASE).try_exists() {
        Ok(is_there) => Ok(is_there),
        // A file in the folder's place has none in it; taking it says what is wrong.
        Err(error) if error.kind() == ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(unreadable(folder, &error)),
    }
}

fn unreadable(folder: &Path, error: &std::io::Error) -> anyhow::Error {
    anyhow!(
        "could not look into the data folder {}. Run this as the service's user or as root (sudo). Why: {error}",
        folder.display()
    )
}

fn unusable(folder: &Path, error: &std::io::Error) -> anyhow::Error {
    let folder = folder.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => anyhow!(
            "could not use {folder} as the data folder: the disk is full. Make room on it, then start again. Why: {error}"
        ),
        _ => anyhow!(
            "could not use {folder} as the data folder. Name with --data a folder that this user may write to. Why: {error}"
        ),
    }
}

fn unwritable(file: &Path, error: &std::io::Error) -> anyhow::Error {
    let file = file.display();
    anyhow!(
        "could not open {file} for writing. Let the service's user own it (chown) and the disk have room. Why: {error}"
    )
}

/// Does a command through the service that runs on this folder. `None`: none runs.
///
/// # Errors
/// If one runs and does not answer.
#[cfg(unix)]
pub(crate) fn ask(folder: &Path, command: &Command) -> anyhow::Result<Option<Reply>> {
    let directory = match File::open(folder) {
        Ok(directory) => directory,
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(unreadable(folder, &error)),
        // Taking it says what is wrong.
        Err(_) => return Ok(None),
    };
    let stream = match std::os::unix::net::UnixStream::connect(socket_path(folder, &directory)) {
        Ok(stream) => stream,
        // What is wrong with the folder itself, taking it says.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::ConnectionRefused
            ) =>
        {
            return Ok(None);
        }
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Err(unreadable(folder, &error)),
        Err(error) => {
            return Err(error)
                .with_context(|| format!("could not reach the service of {}", folder.display()));
        }
    };
    stream
        .set_read_timeout(Some(ANSWER_WITHIN))
        .context("could not set a deadline on the service's socket")?;
    let mut line = serde_json::to_string(command).context("could not write the command")?;
    line.push('\n');
    (&stream).write_all(line.as_bytes()).context("could not send the command to the service")?;
    let mut answer = String::new();
    BufReader::new(&stream).read_line(&mut answer).context("the running service did not answer in time")?;
    if answer.is_empty() {
        bail!("the service went down before it answered; run the command again");
    }
    serde_json::from_str(&answer).map(Some).context("the running service answered in another version's words")
}

/// Other systems have no such socket: commands work while the service does not run.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub(crate) fn ask(_folder: &Path, _command: &Command) -> anyhow::Result<Option<Reply>> {
    Ok(None)
}

/// The path by which to reach the socket: where the folder's own is too long for a socket, the way by its open directory.
#[cfg(unix)]
fn socket_path(folder: &Path, directory: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    let path = folder.join(SOCKET);
    if path.as_os_str().len() <= SOCKET_PATH_BYTES {
        return path;
    }
    PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", directory.as_raw_fd()))
}

/// Where commands come in; its file goes with it.
#[cfg(unix)]
pub(crate) struct Socket {
    listener: tokio::net::UnixListener,
    path: PathBuf,
    /// The path may lead through it.
    _directory: File,
}

#[cfg(unix)]
impl Drop for Socket {
    fn drop(&mut self) {
        // One that stays is taken for what it is: left over.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Begins to listen for commands.
#[cfg(unix)]
pub(crate) fn listen(held: &Held) -> anyhow::Result<Socket> {
    use std::os::unix::fs::PermissionsExt;
    let directory = File::open(&held.folder).context("could not open the data folder")?;
    let path = socket_path(&held.folder, &directory);
    // What is there was left by a service that was killed: this one holds the folder.
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("could not remove {}", path.display()));
        }
        Ok(()) | Err(_) => {}
    }
    let listener = tokio::net::UnixListener::bind(&path)
        .with_context(|| format!("could not listen for commands at {}", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
        .with_context(|| format!("could not close {} to others", path.display()))?;
    Ok(Socket { listener, path, _directory: directory })
}

/// Serves commands until the future is dropped. `address` is where people reach the service, for the links that it makes.
#[cfg(unix)]
pub(crate) async fn serve(
    socket: Socket,
    store: Arc<dyn Store>,
    registry: Registry,
    clock: Clock,
    address: String,
) {
    let commands = Arc::new(Commands { store, registry, clock, address, turn: Mutex::new(()) });
    loop {
        match socket.listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(answer(stream, commands.clone()));
            }
            // Out of files for a moment, most likely: commands are as good a moment later.
            Err(error) => {
                tracing::warn!(target: "service", %error, "a command could not reach this service");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// Nothing: there is no such socket.
#[cfg(not(unix))]
pub(crate) struct Socket;

/// Other systems have no such socket, and it is said that commands need the service to be stopped.
///
/// # Errors
/// Never.
#[cfg(not(unix))]
pub(crate) fn listen(_: &Held) -> anyhow::Result<Socket> {
    tracing::warn!(target: "service", "{}", crate::words::NO_CONTROL_SOCKET);
    Ok(Socket)
}

/// Other systems have no such socket.
#[cfg(not(unix))]
pub(crate) async fn serve(_: Socket, _: Arc<dyn Store>, _: Registry, _: Clock, _: String) {
    std::future::pending::<()>().await;
}

/// What commands are done with.
#[cfg(unix)]
struct Commands {
    store: Arc<dyn Store>,
    registry: Registry,
    clock: Clock,
    /// Where people reach the service, for the links that it makes.
    address: String,
    /// Held while a command is done: what one finds free, another must not take meanwhile.
    turn: Mutex<()>,
}

#[cfg(unix)]
async fn answer(stream: tokio::net::UnixStream, commands: Arc<Commands>) {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let mut reader = tokio::io::BufReader::new(read.take(COMMAND_BYTES));
    if !matches!(timeout(LINE_WITHIN, reader.read_line(&mut line)).await, Ok(Ok(_))) {
        return;
    }
    let reply = match serde_json::from_str::<Command>(&line) {
        Ok(command) => commands.perform(command).await,
        Err(_) => Reply::Refused("The running service is of another version; restart it.".to_owned()),
    };
    let mut text = serde_json::to_string(&reply).expect("replies have string keys and no failing parts");
    text.push('\n');
    // Whoever asked may have gone; what was asked is done.
    let _ = timeout(LINE_WITHIN, write.write_all(text.as_bytes())).await;
}

#[cfg(unix)]
impl Commands {
    async fn perform(&self, command: Command) -> Reply {
        let _turn = self.turn.lock().await;
        let (store, address, now) = (self.store.clone(), self.address.clone(), self.clock.now());
        match blocking(move || admin::perform(&*store, command, Some(&address), now)).await {
            Ok((reply, notices)) => {
                for (org, event) in notices {
                    self.registry.tell(org, event).await;
                }
                reply
            }
            Err(error) => Reply::Refused(format!(
                "the command was not done, and nothing has changed: {error}. {}",
                error.advice()
            )),
        }
    }
}
