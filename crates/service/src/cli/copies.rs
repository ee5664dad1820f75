//! `backup`, `restore` and `check`: this process works on the database file itself, whether or not a service uses it.

use super::out::say;
use crate::admin::data_folder::{self, Held};
use crate::files::FilesFolder;
use crate::store::{self, Contents, FileId, Source, StoreError};
use anyhow::{Context, anyhow, bail};
use std::path::Path;

/// Copies the database into a file, whether or not it is in use.
pub(super) fn backup(data: &Path, to: &Path) -> anyhow::Result<()> {
    let database = there(data)?;
    if to.try_exists().with_context(|| format!("could not look for {}", to.display()))? {
        bail!("{} is there already. Name a new file, or move that one away first.", to.display());
    }
    let folder = folder_of(to);
    if !folder.try_exists().with_context(|| format!("could not look for {}", folder.display()))? {
        bail!("there is no folder {}. Create it first, or name a file in another folder.", folder.display());
    }
    let contents = store::copy(&database, Source::Service, to).map_err(|error| {
        anyhow!(
            "the backup was not made, and nothing is left of it: {}. The database itself is as it was.",
            of_file(&error, to)
        )
    })?;
    say(&format!("Backed up to {}: {}.", to.display(), words(contents)));
    let files = store::files_in(to).map_err(|error| anyhow!("the backup cannot be read: {error}"))?;
    if !files.is_empty() {
        say(&format!(
            "It does not contain {} in chats. Copy the folder {} now, after the database: files in it never change.",
            counted(files.len(), "file that was sent", "files that were sent"),
            data_folder::files_in(data).display()
        ));
    }
    Ok(())
}

/// Replaces the database with a backup, and keeps the former one beside it.
pub(super) fn restore(data: &Path, file: &Path, sign_everybody_out: bool) -> anyhow::Result<()> {
    // Before the folder is touched: a mistyped file name must not create one.
    if !file.try_exists().with_context(|| format!("could not look for {}", file.display()))? {
        bail!("there is no file {}. Nothing was changed.", file.display());
    }
    if file.is_dir() {
        bail!("{} is a folder: name the backup in it. Nothing was changed.", file.display());
    }
    let Some(held) = Held::take_to_restore(data)? else {
        bail!(
            "a service uses the data folder {}. Stop it first (systemctl stop deskbell-service), then restore. Nothing was changed.",
            data.display()
        );
    };
    let prepared = held.restoring();
    let contents = store::copy(file, Source::File, &prepared).map_err(|error| {
        anyhow!("{} was not restored, and nothing was changed: {}", file.display(), of_backup(&error, file))
    })?;
    if contents.format == 0 {
        held.drop_prepared()?;
        bail!("{} is an empty database. Nothing was changed.", file.display());
    }
    if sign_everybody_out && let Err(error) = store::sign_everybody_out(&prepared) {
        held.drop_prepared()?;
        bail!("could not end the sign-ins in the copy of {}: {error}", file.display());
    }
    // The former database may be needed again, and with it the files that the restored one does not know.
    let files = FilesFolder::at(held.files());
    files.touch(std::time::SystemTime::now()).with_context(|| {
        format!("could not write to the files in {}. Nothing was restored", held.files().display())
    })?;
    let missing = missing(&store::files_in(&prepared)?, &files)?;
    let former = held.replace_database()?;
    say(&format!("Restored {}: {}.", file.display(), words(contents)));
    if missing > 0 {
        say(&format!(
            "{} missing in {}, or cut off: copy the backup of that folder there.",
            counted(missing, "file that was sent in its chats is", "files that were sent in its chats are"),
            held.files().display()
        ));
    }
    if let Some(former) = former {
        say(&format!("The former database is kept as {}; remove it when nobody needs it.", former.display()));
    }
    if sign_everybody_out {
        say("Everybody is signed out: `person link` makes new links.");
    } else {
        say(
            "Everybody who was signed in when the backup was made is signed in again, including people who were suspended or removed since. \
             Look through `person list` and `sign-in list`, or restore with --sign-everybody-out.",
        );
    }
    Ok(())
}

/// Reads the whole database and says whether it is intact.
pub(super) fn check(data: &Path) -> anyhow::Result<()> {
    let database = there(data)?;
    let contents = store::examine(&database)
        .map_err(|error| anyhow!("{}: {error}. {}", database.display(), error.advice()))?;
    let folder = data_folder::files_in(data);
    let missing = missing(&store::files_in(&database)?, &FilesFolder::at(folder.clone()))?;
    if missing > 0 {
        bail!(
            "The database is whole: {}. But {} missing in {}, or cut off. Copy them there from a backup of that folder; everything else works without them.",
            words(contents),
            counted(missing, "file that was sent in a chat is", "files that were sent in chats are"),
            folder.display()
        );
    }
    say(&format!("The database is whole: {}.", words(contents)));
    Ok(())
}

fn there(data: &Path) -> anyhow::Result<std::path::PathBuf> {
    if !data_folder::has_database(data)? {
        bail!("there is no database in {}. Name the service's folder with --data.", data.display());
    }
    Ok(data_folder::database_in(data))
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    }
}

/// What went wrong with a file other than the service's database.
fn of_file(error: &StoreError, file: &Path) -> String {
    match error {
        StoreError::Full => format!("the disk of {} is full", file.display()),
        StoreError::ReadOnly => format!("the disk of {} is read-only", file.display()),
        StoreError::Refused(why) => format!("{} may not be written, or not be read ({why})", file.display()),
        StoreError::Busy
        | StoreError::Damaged(_)
        | StoreError::Foreign(_)
        | StoreError::Newer { .. }
        | StoreError::Down(_) => error.to_string(),
    }
}

/// What is wrong with a file that was to be restored: nothing is wrong with the service's database.
fn of_backup(error: &StoreError, file: &Path) -> String {
    match error {
        StoreError::Damaged(why) => format!("it is damaged, or not a backup ({why})"),
        StoreError::Down(why) => format!("it cannot be read ({why})"),
        StoreError::Busy
        | StoreError::Full
        | StoreError::ReadOnly
        | StoreError::Refused(_)
        | StoreError::Foreign(_)
        | StoreError::Newer { .. } => of_file(error, file),
    }
}

/// How many of these files are not there as they were stored.
fn missing(files: &[(FileId, u64)], folder: &FilesFolder) -> anyhow::Result<usize> {
    let mut missing = 0;
    for (id, bytes) in files {
        if folder.bytes(*id).context("could not look for the files of chats")? != Some(*bytes) {
            missing += 1;
        }
    }
    Ok(missing)
}

fn counted(count: usize, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

fn words(contents: Contents) -> String {
    let Contents { format, organisations, people, sessions, messages } = contents;
    let each = [
        (organisations, "organisation", "organisations"),
        (people, "person", "people"),
        (sessions, "chat", "chats"),
        (messages, "message", "messages"),
    ];
    let each = each.map(|(count, one, more)| format!("{count} {}", if count == 1 { one } else { more }));
    format!("{} (format {format})", each.join(", "))
}
