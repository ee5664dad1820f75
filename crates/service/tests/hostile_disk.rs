//! Disks that fail the service: full and damaged ones. It says what is wrong and what to do, keeps what it has answered `ok`, changes
//! nothing that it cannot read, and recovers by itself if it can.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::disk::{SmallDisk, stored};
use common::program::{Bystanders, Folder, eventually};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::FileExt;
use std::time::Duration;
use uuid::Uuid;

/// Time between frames that the limit allows a device.
const FRAME_EVERY: Duration = Duration::from_millis(200);
const ADD: [&str; 8] = ["person", "add", "--new", "--org", "Acme", "--role", "technician", "--name"];

async fn request(bystanders: &mut Bystanders, reference: &str) -> (Uuid, Value) {
    let id = Uuid::new_v4();
    let answer = bystanders
        .client
        .ask(json!({"type": "chat.request", "id": id, "subject": "Printer", "reference": reference}))
        .await;
    (id, answer)
}

/// Only three requests of a client may wait (C1), so the technician joins.
async fn join(bystanders: &mut Bystanders, session: Uuid) -> Value {
    bystanders.technician.ask(json!({"type": "chat.join", "session": session})).await
}

#[tokio::test]
async fn a_full_disk_is_reported_presence_works_on_and_everything_recovers_when_there_is_room() {
    let disk = SmallDisk::new("mount -t tmpfs -o size=2m,mode=700 none $data");
    let mut serving = disk.folder.serve();
    let mut bystanders = Bystanders::join(&disk.folder, &serving).await;
    let (kept, answer) = request(&mut bystanders, "before").await;
    assert_eq!(answer["type"], "ok");
    disk.fill();
    // The database's log still has some room: what is answered ok there counts too.
    let mut also_kept = vec![kept];
    let refused = loop {
        let reference = also_kept.len().to_string();
        let (id, answer) = request(&mut bystanders, &reference).await;
        if answer["type"] == "error" {
            break (id, reference, answer);
        }
        also_kept.push(id);
        // On a nearly full disk this may be refused, and the next request too.
        join(&mut bystanders, id).await;
        assert!(also_kept.len() < 2_000, "the disk is full and does not fill");
        tokio::time::sleep(FRAME_EVERY).await;
    };
    let (refused, reference, answer) = refused;
    assert_eq!(answer["code"], "busy");
    assert!(
        answer["retry_after_ms"].as_u64().unwrap() > 0
            && answer["message"].as_str().unwrap().contains("did not happen")
    );
    // Presence does not depend on the disk.
    let locked = json!({"idle": {"reason": "locked", "idle_for_ms": 0}});
    bystanders.client.send(json!({"type": "activity", "id": Uuid::new_v4(), "activity": locked})).await;
    bystanders
        .technician
        .wait("Dana away", |frame| {
            frame["people"].as_array().is_some_and(|people| {
                people.iter().any(|each| each["name"] == "Dana" && each["presence"]["state"] == "away")
            })
        })
        .await;
    assert!(
        serving
            .post("/api/sign-in", &json!({"link": "x", "token": "0".repeat(64), "device": "d"}))
            .contains("404")
    );
    let health = serving.get("/healthz");
    assert!(health.starts_with("HTTP/1.1 503") && health.contains("the disk is full"), "{health}");
    let command = disk.folder.error(&[&ADD[..], &["Tom"]].concat());
    assert!(command.contains("the disk is full") && command.contains("Make room"), "{command}");
    eventually("the log says so", || {
        serving.log().contains("the disk is full, and nothing can be stored. Make room")
    })
    .await;
    assert_eq!(serving.log().matches("the disk is full").count(), 1, "{}", serving.log());

    disk.make_room();
    let again = json!({"type": "chat.request", "id": refused, "subject": "Printer", "reference": reference});
    let answer = loop {
        let answer = bystanders.client.ask(again.clone()).await;
        if answer["type"] == "ok" {
            break answer;
        }
    };
    assert_eq!(answer["session"], json!(refused));
    also_kept.push(refused);
    while !serving.log().contains("the database can be used again") {
        let prefer = bystanders.technician.ask(json!({"type": "prefer", "preference": "automatic"})).await;
        assert_eq!(prefer["type"], "ok");
        tokio::time::sleep(FRAME_EVERY).await;
    }
    assert!(serving.get("/healthz").ends_with("\r\n\r\nok"), "{}", serving.get("/healthz"));

    serving.signal("-KILL");
    serving.wait();
    // A full disk does not keep it from starting either, and what was answered ok is there.
    disk.fill();
    let serving = disk.folder.serve();
    disk.make_room();
    let tom = disk.folder.sign_in(&serving, &["--role", "technician", "--name", "Tom"]);
    let mut tom = serving.connect(&tom, Uuid::new_v4()).await;
    let told = tom.until("synced").await.unwrap();
    for id in also_kept {
        let found = told.iter().filter(|frame| frame["session"]["id"] == json!(id)).count();
        assert_eq!(found, 1, "{id}");
    }
}

#[tokio::test]
async fn a_service_that_cannot_start_on_a_full_disk_waits_for_room() {
    let disk = SmallDisk::new("mount -t tmpfs -o size=2m,mode=700 none $data");
    disk.folder.ok(&[&ADD[..], &["Priya"]].concat());
    disk.fill();
    // After a clean end, SQLite has removed its files beside the database, and needs some room to create them again.
    let mut serving = disk.folder.start(&[], &[]);
    eventually("it says what it waits for", || serving.log().contains("the disk is full")).await;
    assert!(serving.log().contains("Make room on the disk of the data folder"), "{}", serving.log());
    disk.make_room();
    let mut line = String::new();
    BufReader::new(serving.child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("listening on http://"), "{line}");
    serving.signal("-TERM");
    assert!(serving.wait().success());
    assert!(disk.folder.ok(&["person", "list"]).contains("Priya"));
}

/// A folder with people and chats in a database of many pages, and a log that is not empty.
async fn with_history() -> (Folder, Vec<Uuid>) {
    let folder = Folder::new();
    let mut serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let mut kept = Vec::new();
    for number in 0..40 {
        let (id, answer) = request(&mut bystanders, &number.to_string()).await;
        assert_eq!(answer["type"], "ok");
        kept.push(id);
        // The last one keeps waiting.
        if number < 39 {
            assert_eq!(join(&mut bystanders, id).await["type"], "ok");
        }
    }
    serving.signal("-KILL");
    serving.wait();
    (folder, kept)
}

fn damage(folder: &Folder, file: &str, at: u64, bytes: &[u8]) {
    let file = std::fs::File::options().write(true).open(folder.data().join(file)).unwrap();
    file.write_all_at(bytes, at).unwrap();
}

/// Moves everything from the log into the database.
fn checkpointed(folder: &Folder) {
    folder.ok(&["person", "list"]);
    assert!(!folder.data().join("deskbell.db-wal").exists(), "the log is in the database");
}

/// What a start prints, which has to fail.
fn refused(folder: &Folder) -> String {
    let before = stored(folder);
    let errors = [&["serve", "--listen", "127.0.0.1:0"][..], &["person", "list"]]
        .map(|arguments| folder.error(arguments));
    assert!(stored(folder) == before, "a file that cannot be read is left as it is");
    for error in &errors {
        assert!(error.contains("Nothing in it was changed."), "{error}");
    }
    errors.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_damaged_database_is_refused_with_what_to_do_and_left_as_it_is() {
    let (folder, _) = with_history().await;
    let garbage: Vec<u8> =
        (0..4096_u32).flat_map(|each| each.wrapping_mul(2_654_435_761).to_le_bytes()).collect();

    // Garbage in the log: SQLite alone would ignore the log and lose its contents.
    let log = std::fs::read(folder.data().join("deskbell.db-wal")).unwrap();
    assert!(log.len() > 40_000, "there is something in the log: {} bytes", log.len());
    for (at, bytes) in [(0, &garbage[..]), (8, &garbage[..4]), (16, &garbage[..4]), (24, &garbage[..8])] {
        damage(&folder, "deskbell.db-wal", at, bytes);
        let error = refused(&folder);
        assert!(
            error.contains("-wal beside it is not a log of SQLite")
                && error.contains("Restore it from a backup"),
            "at {at}: {error}"
        );
        std::fs::write(folder.data().join("deskbell.db-wal"), &log).unwrap();
    }

    checkpointed(&folder);
    let whole = std::fs::read(folder.data().join("deskbell.db")).unwrap();
    let restore = || std::fs::write(folder.data().join("deskbell.db"), &whole).unwrap();
    let page = 4096;
    let pages = whole.len() as u64 / page;
    assert!(pages > 10, "{pages} pages");

    damage(&folder, "deskbell.db", 0, &garbage[..64]);
    assert!(refused(&folder).contains("the database is damaged (file is not a database)"));
    restore();
    damage(&folder, "deskbell.db", pages / 2 * page, &garbage[..page as usize]);
    assert!(refused(&folder).contains("the database is damaged ("));
    restore();
    std::fs::File::options()
        .write(true)
        .open(folder.data().join("deskbell.db"))
        .unwrap()
        .set_len(whole.len() as u64 / 2)
        .unwrap();
    assert!(refused(&folder).contains("the database is damaged (database disk image is malformed)"));
    std::fs::write(folder.data().join("deskbell.db"), "Once upon a time, this was a database.\n".repeat(200))
        .unwrap();
    assert!(refused(&folder).contains("the database is damaged (file is not a database)"));
    restore();
    // The number of the format is at byte 60.
    damage(&folder, "deskbell.db", 60, &99_u32.to_be_bytes());
    let newer = refused(&folder);
    assert!(
        newer.contains("written by a newer version of this program (format 99")
            && newer.contains("Install that version again"),
        "{newer}"
    );
    restore();
    assert!(folder.ok(&["person", "list"]).contains("Dana"));
}

#[tokio::test]
async fn damage_found_while_running_is_logged_once_and_others_are_not_affected() {
    let (folder, kept) = with_history().await;
    checkpointed(&folder);
    let mut serving = folder.serve();
    let tom = folder.sign_in(&serving, &["--role", "technician", "--name", "Tom"]);
    let eve = folder.sign_in(&serving, &["--role", "client", "--name", "Eve", "--company", "Contoso"]);
    let mut tom = serving.connect(&tom, Uuid::new_v4()).await;
    tom.until("synced").await.unwrap();
    let mut eve = serving.connect(&eve, Uuid::new_v4()).await;
    eve.until("synced").await.unwrap();
    let session = kept[39];
    let join = tom.ask(json!({"type": "chat.join", "session": session})).await;
    assert_eq!(join["type"], "ok");
    // This program never writes such a row; the rest of the database is intact.
    let database = rusqlite::Connection::open(folder.data().join("deskbell.db")).unwrap();
    let sql = "INSERT INTO message SELECT id, 1, zeroblob(3), client, 0, 'x' FROM session WHERE id = ?1";
    assert_eq!(database.execute(sql, [session.as_bytes()]).unwrap(), 1);
    drop(database);
    for _ in 0..3 {
        let answer = tom.ask(json!({"type": "chat.open", "session": session, "after": 0})).await;
        assert_eq!((&answer["type"], &answer["code"]), (&json!("error"), &json!("busy")), "{answer}");
    }
    assert_eq!(serving.log().matches("the database is damaged").count(), 1, "{}", serving.log());
    let id = Uuid::new_v4();
    let asked = eve.ask(json!({"type": "chat.request", "id": id, "subject": "Mouse"})).await;
    assert_eq!(asked["type"], "ok");
    let joined = tom.ask(json!({"type": "chat.join", "session": id})).await;
    assert_eq!(joined["type"], "ok");
    serving.signal("-TERM");
    assert!(serving.wait().success());
    drop(folder.serve());
}

#[test]
fn a_bad_settings_file_is_refused_with_file_and_line() {
    let folder = Folder::new();
    let file = folder.path.join("settings.toml");
    let garbage = (0..=255_u8).collect::<Vec<u8>>();
    let cases: [(&[u8], &str); 4] = [
        (&garbage, "valid UTF-8"),
        (b"listen = \"127.0.0.1:0\"\nlisten = \"127.0.0.1:0\"\n", "line 2: duplicate key"),
        (b"[listen]\n", "line 1: "),
        (b"log = \"info", "line 1: "),
    ];
    for (text, problem) in cases {
        std::fs::write(&file, text).unwrap();
        let error = folder.error(&["serve", "--config", file.to_str().unwrap()]);
        assert!(error.contains("settings.toml") && error.contains(problem), "{error}");
        assert_eq!(std::fs::read(&file).unwrap(), text);
    }
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    let error = folder.error(&["serve", "--config", file.to_str().unwrap()]);
    assert!(
        error.contains("could not read the settings file") && error.contains("Check its path"),
        "{error}"
    );
    assert!(!folder.data().exists(), "nothing was made");
}
