//! Files of chats on the disk of the built program: backups, a full disk, memory, an end without a warning.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::disk::SmallDisk;
use common::program::{Folder, Serving, Socket, http};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use uuid::Uuid;

const MIB: usize = 1024 * 1024;

/// A client who waits in a chat.
struct Waiting {
    token: String,
    chat: String,
    client: Socket,
}

impl Waiting {
    async fn at(folder: &Folder, serving: &Serving) -> Self {
        let token =
            folder.sign_in(serving, &["--role", "client", "--name", "Dana", "--company", "Northwind"]);
        let mut client = serving.connect(&token, Uuid::new_v4()).await;
        client.until("synced").await.unwrap();
        let ok = client.ask(json!({"type": "chat.request", "subject": "Printer"})).await;
        let chat = ok["session"].as_str().unwrap().to_owned();
        Self { token, chat, client }
    }

    fn head(&self, address: &str, method: &str, id: Uuid) -> String {
        format!(
            "{method} /client/api/chats/{}/files/{id}?name=log.txt HTTP/1.1\r\ncookie: deskbell={}\r\norigin: http://{address}",
            self.chat, self.token
        )
    }

    fn send(&self, serving: &Serving, id: Uuid, text: &str) -> String {
        let head = self.head(&serving.address, "POST", id);
        http(&serving.address, &format!("{head}\r\ncontent-length: {}", text.len()), text)
    }

    fn fetch(&self, serving: &Serving, id: Uuid) -> String {
        http(&serving.address, &self.head(&serving.address, "GET", id), "")
    }
}

fn is_ok(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200")
}

fn files(folder: &Folder) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.data().join("files")).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn said(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

fn age(file: &Path) -> Duration {
    SystemTime::now().duration_since(file.metadata().unwrap().modified().unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn a_backup_says_what_is_not_in_it_and_a_check_and_a_restore_say_what_is_missing() {
    let folder = Folder::new();
    let mut serving = folder.serve();
    let waiting = Waiting::at(&folder, &serving).await;
    let file = folder.path.join("backup.db");
    let path = file.to_str().unwrap();
    let [before, after] = [Uuid::new_v4(), Uuid::new_v4()];
    assert!(is_ok(&waiting.send(&serving, before, "before")));
    let told = said(&folder, &["backup", path]);
    assert!(told.contains("It does not contain 1 file that was sent in chats. Copy the folder"), "{told}");
    assert!(is_ok(&waiting.send(&serving, after, "after")));
    assert!(said(&folder, &["check"]).contains("The database is whole"));
    let lost = files(&folder).into_iter().find(|file| std::fs::read(file).unwrap() == b"before").unwrap();
    std::fs::remove_file(lost).unwrap();
    let told = folder.error(&["check"]);
    assert!(
        told.contains("is whole") && told.contains("1 file that was sent in a chat is missing"),
        "{told}"
    );
    serving.signal("-TERM");
    serving.wait();

    // Long ago: nobody knows the later one any more, and the former database may be wanted back.
    let [kept] = files(&folder).try_into().unwrap();
    let long_ago = SystemTime::now() - Duration::from_secs(30 * 24 * 3_600);
    std::fs::OpenOptions::new().write(true).open(&kept).unwrap().set_modified(long_ago).unwrap();
    let told = said(&folder, &["restore", path]);
    assert!(told.contains("1 file that was sent in its chats is missing in"), "{told}");
    assert!(age(&kept) < Duration::from_secs(600));
    let serving = folder.serve();
    let gone = waiting.fetch(&serving, before);
    assert!(gone.starts_with("HTTP/1.1 404") && gone.contains("no longer on the service's disk"), "{gone}");
    assert!(waiting.fetch(&serving, after).starts_with("HTTP/1.1 404"));
    assert_eq!(files(&folder), [kept], "it is kept for a week");
}

#[tokio::test]
async fn a_full_disk_is_said_and_what_was_stored_stays() {
    let disk = SmallDisk::new("mount -t tmpfs -o size=4m,mode=700 none $data");
    let serving = disk.folder.serve();
    let mut waiting = Waiting::at(&disk.folder, &serving).await;
    let id = Uuid::new_v4();
    assert!(is_ok(&waiting.send(&serving, id, "before")));
    let refused = waiting.send(&serving, Uuid::new_v4(), &"x".repeat(8 * MIB));
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("could not store the file"), "{refused}");
    assert!(serving.log().contains("a file of a chat could not be stored"), "{}", serving.log());
    // Nothing is left of it, so the rest goes on.
    let said = waiting
        .client
        .ask(json!({"type": "chat.message", "session": waiting.chat, "text": "Too large?"}))
        .await;
    assert_eq!(said["number"], 2, "{said}");
    assert!(waiting.fetch(&serving, id).ends_with("before"));
    assert!(is_ok(&waiting.send(&serving, Uuid::new_v4(), "after")));
}

#[tokio::test]
async fn memory_does_not_grow_with_the_files_that_pass_through() {
    const AT_ONCE: usize = 8;
    let folder = Folder::new();
    let serving = folder.serve();
    let waiting = Waiting::at(&folder, &serving).await;
    let text = "x".repeat(10 * MIB);
    // The first one also takes what every later one uses again.
    assert!(is_ok(&waiting.send(&serving, Uuid::new_v4(), "first")));
    let before_kib = serving.status("VmHWM");
    let ids: Vec<Uuid> = (0..AT_ONCE).map(|_| Uuid::new_v4()).collect();
    let (waiting, serving, text) = (&waiting, &serving, text.as_str());
    std::thread::scope(|scope| {
        let all: Vec<_> =
            ids.iter().map(|id| scope.spawn(move || waiting.send(serving, *id, text))).collect();
        assert!(all.into_iter().all(|sent| is_ok(&sent.join().unwrap())));
        let all: Vec<_> = ids.iter().map(|id| scope.spawn(move || waiting.fetch(serving, *id))).collect();
        assert!(all.into_iter().all(|fetched| fetched.join().unwrap().ends_with(text)));
    });
    let grown_kib = serving.status("VmHWM") - before_kib;
    // 80 MiB went in and out.
    assert!(grown_kib < 24 * 1024, "{grown_kib} KiB");
}
