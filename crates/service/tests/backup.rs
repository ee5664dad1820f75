//! Backups that the built program makes while it serves, and restores.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::disk::SmallDisk;
use common::program::{Bystanders, Folder};
use serde_json::Value;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use uuid::Uuid;

/// The first format, as the first version wrote it.
const FORMAT_1: &str = include_str!("../src/store/sqlite/schema.sql");
const ADD: [&str; 7] = ["person", "add", "--new", "--org", "Acme", "--role", "technician"];

fn add(folder: &Folder, name: &str) {
    folder.ok(&[&ADD[..], &["--name", name]].concat());
}

fn names(folder: &Folder) -> Vec<String> {
    let people: Vec<Value> = serde_json::from_str(&folder.ok(&["person", "list", "--json"])).unwrap();
    people.iter().map(|each| each["name"].as_str().unwrap().to_owned()).collect()
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

/// What is in a folder.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Runs a command; returns its message to the administrator.
fn said(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

#[tokio::test]
async fn a_backup_is_made_while_it_serves_and_restored_when_it_does_not() {
    let folder = Folder::new();
    let mut serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    bystanders.are_served().await;
    std::fs::create_dir(folder.path.join("backups")).unwrap();
    let file = folder.path.join("backups/deskbell.db");
    let path = file.to_str().unwrap();
    let told = said(&folder, &["backup", path]);
    assert!(told.contains("1 organisation, 2 people, 1 chat, 1 message (format "), "{told}");
    assert_eq!((files(&folder.path.join("backups")), mode(&file)), (vec!["deskbell.db".to_owned()], 0o600));
    bystanders.are_served().await;
    assert!(folder.error(&["backup", path]).contains("is there already. Name a new file"));
    assert!(
        said(&folder, &["check"])
            .contains("The database is whole: 1 organisation, 2 people, 2 chats, 2 messages")
    );
    add(&folder, "Tom");
    let refused = folder.error(&["restore", path]);
    assert!(refused.contains("Stop it first") && refused.contains("Nothing was changed"), "{refused}");
    serving.signal("-TERM");
    serving.wait();

    let told = said(&folder, &["restore", path]);
    assert!(told.contains("Restored") && told.contains("1 chat, 1 message"), "{told}");
    assert!(told.contains("is kept as") && told.contains("who were suspended or removed since"), "{told}");
    assert_eq!(names(&folder), ["Priya", "Dana"]);
    assert_eq!(mode(&folder.data().join("deskbell.db")), 0o600);
    let former = folder.data().join("deskbell.db.former");
    let kept = rusqlite::Connection::open(former).unwrap();
    let people: i64 = kept.query_row("SELECT count(*) FROM person", [], |row| row.get(0)).unwrap();
    assert_eq!(people, 3, "with Tom");
    drop(kept);
    let sign_ins = |folder: &Folder| folder.ok(&["sign-in", "list", "--json"]).matches("\"id\"").count();
    assert_eq!(sign_ins(&folder), 2);
    let told = said(&folder, &["restore", path, "--sign-everybody-out"]);
    assert!(told.contains("deskbell.db.former-2") && told.contains("Everybody is signed out"), "{told}");
    assert_eq!(sign_ins(&folder), 0);
    let serving = folder.serve();
    let tom = folder.sign_in(&serving, &["--role", "technician", "--name", "Tom"]);
    assert!(serving.connect(&tom, Uuid::new_v4()).await.until("synced").await.is_some());
}

#[test]
fn a_backup_that_finds_no_room_leaves_nothing_behind() {
    let disk = SmallDisk::new("mount -t tmpfs -o size=2m,mode=700 none $data");
    add(&disk.folder, "Priya");
    disk.fill();
    let before = files(&disk.folder.data());
    let file = disk.folder.data().join("backup.db");
    let error = disk.folder.error(&["backup", file.to_str().unwrap()]);
    assert!(error.contains("the backup was not made") && error.contains("is full"), "{error}");
    assert_eq!(files(&disk.folder.data()), before);
}

#[test]
fn a_backup_into_a_folder_that_does_not_exist_blames_the_folder() {
    let folder = Folder::new();
    add(&folder, "Priya");
    let missing = folder.path.join("missing");
    let said = folder.error(&["backup", missing.join("deskbell.db").to_str().unwrap()]);
    assert!(said.contains(&format!("there is no folder {}.", missing.display())), "{said}");
    assert!(!said.contains("database"), "nothing is wrong with it: {said}");
}

#[test]
fn a_bad_backup_is_not_restored_and_changes_nothing() {
    let folder = Folder::new();
    add(&folder, "Priya");
    let good = folder.path.join("good.db");
    folder.ok(&["backup", good.to_str().unwrap()]);
    let before = files(&folder.data());
    let [text, foreign, damaged, missing] =
        ["text", "foreign", "damaged", "missing"].map(|name| folder.path.join(format!("{name}.db")));
    std::fs::write(&text, "this is no database, however long one looks at it: ".repeat(100)).unwrap();
    let other = rusqlite::Connection::open(&foreign).unwrap();
    other.execute_batch("CREATE TABLE recipe (name TEXT); PRAGMA user_version = 1").unwrap();
    drop(other);
    let mut bytes = std::fs::read(&good).unwrap();
    let page = 4_096;
    for at in (page..bytes.len()).step_by(page) {
        bytes[at..at + 100].fill(0x5a);
    }
    std::fs::write(&damaged, bytes).unwrap();
    let cases = [
        (&text, "not a database"),
        (&foreign, "a database of another program"),
        (&damaged, "nothing was changed: it is damaged"),
        (&missing, "there is no file"),
        (&folder.path, "is a folder"),
    ];
    for (file, why) in cases {
        let error = folder.error(&["restore", file.to_str().unwrap()]);
        assert!(error.contains(why) && error.to_lowercase().contains("nothing was changed"), "{error}");
        assert!(!error.contains("the database is"), "nothing is wrong with the service's: {error}");
        assert_eq!((files(&folder.data()), names(&folder)), (before.clone(), vec!["Priya".to_owned()]));
    }
}

#[test]
fn an_interrupted_restore_is_not_an_empty_service() {
    let folder = Folder::new();
    add(&folder, "Priya");
    let backup = folder.path.join("backup.db");
    folder.ok(&["backup", backup.to_str().unwrap()]);
    // The state between the two renames.
    let data = folder.data();
    std::fs::rename(data.join("deskbell.db"), data.join("deskbell.db.former")).unwrap();
    std::fs::copy(&backup, data.join("deskbell.db.restoring")).unwrap();
    let error = folder.error(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(
        error.contains("was interrupted") && error.contains("`deskbell-service restore FILE` again"),
        "{error}"
    );
    assert!(!data.join("deskbell.db").exists());
    folder.ok(&["restore", backup.to_str().unwrap()]);
    assert_eq!(names(&folder), ["Priya"]);
    assert!(!data.join("deskbell.db.restoring").exists());
}

#[test]
fn a_failed_restore_after_an_interrupted_one_is_not_an_empty_service_either() {
    let folder = Folder::new();
    add(&folder, "Priya");
    let [backup, damaged, empty] =
        ["backup", "damaged", "empty"].map(|name| folder.path.join(format!("{name}.db")));
    folder.ok(&["backup", backup.to_str().unwrap()]);
    std::fs::write(&damaged, "this is no database, however long one looks at it: ".repeat(100)).unwrap();
    std::fs::write(&empty, "").unwrap();
    // The state between the two renames, before the log is moved; and a copy that was killed earlier.
    let data = folder.data();
    std::fs::rename(data.join("deskbell.db"), data.join("deskbell.db.former")).unwrap();
    std::fs::write(data.join("deskbell.db-wal"), "the log of the former").unwrap();
    std::fs::copy(&backup, data.join("deskbell.db.restoring")).unwrap();
    std::fs::write(data.join("deskbell.db.restoring.1.part"), "half").unwrap();
    for file in [&damaged, &empty] {
        folder.error(&["restore", file.to_str().unwrap()]);
        let error = folder.error(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(error.contains("was interrupted"), "{error}");
        assert!(!data.join("deskbell.db").exists());
    }
    folder.ok(&["restore", backup.to_str().unwrap()]);
    assert_eq!(names(&folder), ["Priya"]);
    let log = std::fs::read_to_string(data.join("deskbell.db.former-wal")).unwrap();
    assert_eq!(log, "the log of the former");
    assert!(!files(&data).iter().any(|name| name.contains("former-2") || name.contains("restoring")));
}

#[test]
fn a_log_without_its_database_is_not_an_empty_service() {
    let folder = Folder::new();
    add(&folder, "Priya");
    let data = folder.data();
    std::fs::rename(data.join("deskbell.db"), folder.path.join("elsewhere.db")).unwrap();
    std::fs::write(data.join("deskbell.db-wal"), "what was stored last").unwrap();
    let error = folder.error(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(error.contains("is there without its database"), "{error}");
    assert!(!data.join("deskbell.db").exists());
    assert_eq!(std::fs::read_to_string(data.join("deskbell.db-wal")).unwrap(), "what was stored last");
}

#[test]
fn a_database_is_copied_before_it_is_migrated_and_its_names_stay() {
    let folder = Folder::new();
    std::fs::create_dir(folder.data()).unwrap();
    let database = rusqlite::Connection::open(folder.data().join("deskbell.db")).unwrap();
    database.execute_batch(FORMAT_1).unwrap();
    // Earlier versions took two spellings of a name for two people.
    database
        .execute_batch(
            "PRAGMA user_version = 1; PRAGMA journal_mode = WAL;
             INSERT INTO organisation (id, name) VALUES (x'00000000000000000000000000000001', 'Acme');
             INSERT INTO person (id, org, name) VALUES (x'00000000000000000000000000000002', x'00000000000000000000000000000001', 'Priya'),
                (x'00000000000000000000000000000003', x'00000000000000000000000000000001', 'PRIYA');",
        )
        .unwrap();
    drop(database);
    let owner = if std::os::unix::fs::chown(folder.data(), Some(65_534), Some(65_534)).is_ok() {
        std::os::unix::fs::chown(folder.data().join("deskbell.db"), Some(65_534), Some(65_534)).unwrap();
        65_534
    } else {
        std::fs::metadata(folder.data()).unwrap().uid()
    };
    assert_eq!(names(&folder), ["PRIYA", "Priya"]);
    let kept = folder.data().join("deskbell.db.format-1");
    assert_eq!((mode(&kept), std::fs::metadata(&kept).unwrap().uid()), (0o600, owner));
    let copy = rusqlite::Connection::open(&kept).unwrap();
    let version: i64 = copy.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 1);
    drop(copy);
    folder.ok(&["person", "list"]);
    assert!(!folder.data().join("deskbell.db.format-1-2").exists(), "once");
    // Going back and forth loses none of the copies.
    folder.ok(&["restore", kept.to_str().unwrap()]);
    assert_eq!(names(&folder), ["PRIYA", "Priya"]);
    assert!(folder.data().join("deskbell.db.format-1-2").exists());
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    for (tables, version) in
        [("CREATE TABLE recipe (name TEXT);", 0), ("CREATE TABLE recipe (name TEXT);", 1), ("", -5)]
    {
        let folder = Folder::new();
        std::fs::create_dir(folder.data()).unwrap();
        let file = folder.data().join("deskbell.db");
        let other = rusqlite::Connection::open(&file).unwrap();
        other.execute_batch(&format!("{tables} PRAGMA user_version = {version}")).unwrap();
        drop(other);
        let before = std::fs::read(&file).unwrap();
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["person", "list"], &["check"]] {
            let error = folder.error(command);
            assert!(error.contains("this is a database of another program"), "{error}");
            assert!(error.contains(&format!("its user_version is {version}")), "{error}");
        }
        assert!(std::fs::read(&file).unwrap() == before, "nothing has changed");
    }
}

#[test]
fn a_check_finds_damage() {
    let folder = Folder::new();
    add(&folder, "Priya");
    assert!(said(&folder, &["check"]).contains("The database is whole: 1 organisation, 1 person, 0 chats"));
    let database = rusqlite::Connection::open(folder.data().join("deskbell.db")).unwrap();
    database.execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM organisation").unwrap();
    drop(database);
    let error = folder.error(&["check"]);
    assert!(error.contains("the database is damaged") && error.contains("rows in it name others"), "{error}");
}
