//! Files in chats over the wire: a real service, in-memory connections, a folder on the disk.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, START, TestService};
use serde_json::{Value, json};
use service::store::{Sqlite, Store};
use service::{Clock, Config};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

const ORG: &str = "Acme IT";
const MOST: usize = 10 * 1024 * 1024;

/// A folder for files, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("deskbell-files-{}", Uuid::new_v4())))
    }

    fn files(&self) -> usize {
        std::fs::read_dir(&self.0).map_or(0, Iterator::count)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Desk {
    service: TestService,
    store: Arc<Sqlite>,
    folder: Folder,
    /// Tokens.
    priya: String,
    dana: String,
    client: Device,
    chat: String,
}

/// A client who waits in a chat.
async fn desk() -> Desk {
    let (folder, store) = (Folder::new(), Arc::new(Sqlite::in_memory().unwrap()));
    let config = Config { files_folder: Some(folder.0.clone()), ..Config::default() };
    let service = TestService::on(store.clone(), Clock::from_tokio(START), config);
    let priya = service.person(ORG, "Priya", None);
    let dana = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (mut client, told) = service.app(&dana).await;
    let policy = &told.iter().find(|frame| frame["type"] == "welcome").unwrap()["policy"];
    assert_eq!(policy["file_bytes"], MOST);
    let ok = client.ask(json!({"type": "chat.request", "subject": "Printer"})).await;
    let chat = ok["session"].as_str().unwrap().to_owned();
    Desk { service, store, folder, priya, dana, client, chat }
}

/// An answer to a request.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn message(&self) -> String {
        self.json()["message"].as_str().unwrap_or_default().to_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

fn read(answer: &[u8]) -> Answer {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("{answer:?}"));
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: answer[end + 4..].to_vec() }
}

impl Desk {
    fn address(&self, role: &str, id: Uuid) -> String {
        format!("/{role}/api/chats/{}/files/{id}", self.chat)
    }

    async fn ask(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = self.service.stream().await;
        let (mut reads, mut writes) = tokio::io::split(&mut stream);
        let mut answer = Vec::new();
        let sends = async {
            // The other end may have answered and closed before all was sent.
            let _ = writes.write_all(head.as_bytes()).await;
            let _ = writes.write_all(body).await;
        };
        let ((), done) = tokio::join!(sends, reads.read_to_end(&mut answer));
        done.unwrap();
        read(&answer)
    }

    async fn post(&self, token: &str, to: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {to} HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\ncookie: deskbell={token}\r\n\
             connection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        self.ask(&head, body).await
    }

    /// Sends a file as the client.
    async fn send(&self, id: Uuid, name: &str, body: &[u8]) -> Answer {
        let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        self.post(&self.dana, &format!("{}?name={name}", self.address("client", id)), body).await
    }

    async fn get(&self, token: &str, address: &str) -> Answer {
        let head = format!(
            "GET {address} HTTP/1.1\r\nhost: localhost\r\ncookie: deskbell={token}\r\nconnection: close\r\n\r\n"
        );
        self.ask(&head, b"").await
    }
}

/// The head of a PNG of this size.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png.extend(b"\x08\x06\0\0\0<script>alert(1)</script>");
    png
}

async fn message(device: &mut Device) -> Value {
    device.until("messages").await.pop().unwrap()["messages"][0].clone()
}

#[tokio::test]
async fn a_picture_is_a_message_in_its_place_and_both_sides_see_it() {
    let mut desk = desk().await;
    let (mut technician, _) = desk.service.app(&desk.priya).await;
    let session = desk.chat.clone();
    desk.client.ask(json!({"type": "chat.open", "session": session, "after": 0})).await;
    let id = Uuid::new_v4();
    // While waiting, and under the name that a browser gives what is pasted.
    let sent = desk.send(id, "image.png", &png(1920, 1080)).await;
    assert_eq!((sent.status, sent.json()), (200, json!({"number": 1})), "{sent:?}");
    let seen = message(&mut desk.client).await;
    let file = json!({"name": "image.png", "bytes": png(1, 1).len(), "picture": {"format": "png", "width": 1920, "height": 1080}});
    assert_eq!((&seen["id"], &seen["text"], &seen["file"]), (&json!(id), &json!(""), &file));
    desk.client.ask(json!({"type": "chat.message", "session": session, "text": "See above"})).await;
    technician.ask(json!({"type": "chat.join", "session": session})).await;
    technician.send(json!({"type": "chat.open", "id": Uuid::new_v4(), "session": session, "after": 0})).await;
    let all = technician.until("messages").await.pop().unwrap()["messages"].clone();
    assert_eq!(
        (&all[0]["file"], &all[1]["text"], &all[1]["file"]),
        (&file, &json!("See above"), &Value::Null)
    );

    for (role, token) in [("client", &desk.dana), ("technician", &desk.priya)] {
        let got = desk.get(token, &desk.address(role, id)).await;
        assert_eq!((got.status, &got.body), (200, &png(1920, 1080)));
        assert_eq!(got.header("content-type"), Some("image/png"));
        assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(got.header("cross-origin-resource-policy"), Some("same-origin"));
        assert_eq!(got.header("cache-control"), Some("private, no-cache"));
        let policy = got.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.ends_with("; sandbox"), "{policy}");
    }
    // The technician answers with a file in another format, whatever its name says.
    let page = b"<html><script>alert(1)</script>";
    let to = format!("{}?name=..%2f..%2fphoto.png", desk.address("technician", Uuid::new_v4()));
    assert_eq!(desk.post(&desk.priya, &to, page).await.json(), json!({"number": 3}));
    let seen = desk.client.wait("the file", |frame| frame["messages"][0]["number"] == 3).await["messages"][0]
        .clone();
    assert_eq!(seen["file"], json!({"name": "photo.png", "bytes": page.len()}));
    let of = seen["id"].as_str().unwrap().parse().unwrap();
    let got = desk.get(&desk.dana, &desk.address("client", of)).await;
    assert_eq!(got.header("content-type"), Some("application/octet-stream"));
    assert!(got.header("content-disposition").unwrap().starts_with("attachment; filename=\"photo.png\""));
    // A page that knows it asks only whether it may go on to show it.
    let tag = got.header("etag").unwrap();
    let head = format!(
        "GET {} HTTP/1.1\r\nhost: localhost\r\ncookie: deskbell={}\r\nif-none-match: {tag}\r\nconnection: close\r\n\r\n",
        desk.address("client", of),
        desk.dana
    );
    let known = desk.ask(&head, b"").await;
    assert_eq!((known.status, known.body.len()), (304, 0));
}

#[tokio::test]
async fn a_repeat_is_the_same_message_and_leaves_nothing_behind() {
    let desk = desk().await;
    let id = Uuid::new_v4();
    assert_eq!(desk.send(id, "a.txt", b"one").await.json(), json!({"number": 1}));
    assert_eq!(desk.send(id, "a.txt", b"other").await.json(), json!({"number": 1}));
    let sends: Vec<_> = (0..4).map(|_| Uuid::new_v4()).flat_map(|id| [id, id]).collect();
    let all = sends.iter().map(|id| desk.send(*id, "b.txt", b"twice"));
    for sent in futures_util::future::join_all(all).await {
        assert_eq!(sent.status, 200, "{sent:?}");
    }
    assert_eq!(desk.get(&desk.dana, &desk.address("client", id)).await.body, b"one");
    assert_eq!(desk.folder.files(), 5);
    // Somebody else's id.
    let (mut technician, _) = desk.service.app(&desk.priya).await;
    technician.ask(json!({"type": "chat.join", "session": desk.chat})).await;
    let stolen = desk.post(&desk.priya, &desk.address("technician", id), b"mine").await;
    assert_eq!(stolen.status, 400, "{stolen:?}");
    assert_eq!(desk.folder.files(), 5);
}

#[tokio::test]
async fn a_file_that_cannot_be_sent_is_refused_in_words_and_leaves_nothing_behind() {
    let desk = desk().await;
    let send = async |body: &[u8]| desk.send(Uuid::new_v4(), "a", body).await;
    let exact = vec![b'x'; MOST];
    assert_eq!(send(&exact).await.status, 200);
    assert_eq!(desk.folder.files(), 1);
    let too_large = send(&vec![b'x'; MOST + 1]).await;
    assert_eq!(
        (too_large.status, too_large.message().contains("at most 10 MiB")),
        (413, true),
        "{too_large:?}"
    );
    // Without a length, it is noticed on the way.
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\ncookie: deskbell={}\r\nconnection: close\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n",
        desk.address("client", Uuid::new_v4()),
        desk.dana,
        MOST + 1
    );
    let body = [&vec![b'x'; MOST + 1][..], b"\r\n0\r\n\r\n"].concat();
    assert_eq!(desk.ask(&head, &body).await.status, 413);
    let empty = send(b"").await;
    assert_eq!((empty.status, empty.message().contains("is empty")), (400, true), "{empty:?}");
    desk.store.set_files_quota(org(&desk), MOST as u64 + 10).unwrap();
    let full = send(b"12345678901").await;
    assert_eq!((full.status, full.message().contains("no more room for files")), (409, true), "{full:?}");
    assert_eq!(send(b"1234567890").await.status, 200);
    assert_eq!(send(b"1").await.status, 409);
    assert_eq!(desk.folder.files(), 2);
    desk.store.set_files_quota(org(&desk), 0).unwrap();
    let off = send(b"1").await;
    assert_eq!((off.status, off.message().contains("has turned them off")), (403, true), "{off:?}");
    // Half a file, then the line is cut.
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\ncookie: deskbell={}\r\ncontent-length: 9\r\n\r\nhalf",
        desk.address("client", Uuid::new_v4()),
        desk.dana
    );
    desk.store.set_files_quota(org(&desk), 1 << 40).unwrap();
    let mut stream = desk.service.stream().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    until("a file is begun", || desk.folder.files() == 3).await;
    drop(stream);
    until("nothing is left of it", || desk.folder.files() == 2).await;
}

#[tokio::test]
async fn a_sender_who_is_gone_before_the_answer_loses_nothing() {
    // C8: what is in a chat can be fetched, whenever the line ended.
    let mut desk = desk().await;
    // How long a whole one takes here and now: on a loaded machine, a hundred times as long as on a quiet one.
    let began = std::time::Instant::now();
    assert_eq!(desk.send(Uuid::new_v4(), "whole.txt", b"whole").await.status, 200);
    let whole = began.elapsed();
    // Not in their order: the first twenty count most, since a sign-in may send only so many in quick succession.
    for turns in (0..40).map(|turn| turn * 13 % 40) {
        let body = format!("file {turns}");
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\ncookie: deskbell={}\r\ncontent-length: {}\r\n\r\n",
            desk.address("client", Uuid::new_v4()),
            desk.dana,
            body.len()
        );
        let mut stream = desk.service.stream().await;
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        // The line ends at another moment each time: before the file is begun, while it is stored, after it is told.
        tokio::time::sleep(whole * turns / 10).await;
        drop(stream);
    }
    let id = json!(Uuid::new_v4());
    let open = json!({"type": "chat.open", "id": id, "session": desk.chat, "after": 0});
    desk.client.send(open).await;
    let mut sent = BTreeSet::new();
    loop {
        let frame = desk.client.next().await.unwrap();
        if frame["type"] == "messages" {
            let ids = frame["messages"].as_array().unwrap().iter().map(|each| each["id"].to_string());
            sent.extend(ids.map(|id| id.trim_matches('"').to_owned()));
        } else if frame["re"] == id {
            break;
        }
    }
    assert!(sent.len() > 10, "{} files arrived", sent.len());
    for id in sent {
        let address = desk.address("client", id.parse().unwrap());
        assert_eq!(
            desk.get(&desk.dana, &address).await.status,
            200,
            "{id} is in the chat and cannot be fetched"
        );
    }
}

fn org(desk: &Desk) -> service::store::OrgId {
    desk.store.organisations().unwrap().into_iter().find(|org| org.name == ORG).unwrap().id
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let holds = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), holds).await.expect(what);
}

#[tokio::test]
async fn only_the_people_of_a_chat_send_and_fetch_its_files() {
    let desk = desk().await;
    let id = Uuid::new_v4();
    assert_eq!(desk.send(id, "secret.txt", b"secret").await.status, 200);
    let colleague = desk.service.person(ORG, "Lee", Some("Northwind Dental"));
    let stranger = desk.service.person("Other MSP", "Eve", None);
    let cases = [
        ("client", &colleague, 404),
        ("technician", &stranger, 404),
        // A sign-in for the other portal.
        ("technician", &desk.dana, 401),
        ("client", &desk.priya, 401),
    ];
    for (role, token, expected) in cases {
        let got = desk.get(token, &desk.address(role, id)).await;
        assert_eq!(got.status, expected, "{role} {got:?}");
        let sent = desk.post(token, &desk.address(role, Uuid::new_v4()), b"x").await;
        assert_eq!(sent.status, expected, "{role} {sent:?}");
    }
    assert_eq!(desk.get("forged", &desk.address("client", id)).await.status, 401);
    assert_eq!(desk.get(&desk.dana, &desk.address("client", Uuid::new_v4())).await.status, 404);
    let elsewhere = desk.address("client", id).replace(&desk.chat, &Uuid::new_v4().to_string());
    assert_eq!(desk.get(&desk.dana, &elsewhere).await.status, 404);
    // A technician who has not joined may neither read nor write in it.
    assert_eq!(desk.get(&desk.priya, &desk.address("technician", id)).await.status, 404);
    let sent = desk.post(&desk.priya, &desk.address("technician", Uuid::new_v4()), b"x").await;
    assert_eq!((sent.status, sent.message().contains("cannot send files")), (403, true), "{sent:?}");
    // A request that no page sends.
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: localhost\r\ncookie: deskbell={}\r\nconnection: close\r\ncontent-length: 1\r\n\r\n",
        desk.address("client", Uuid::new_v4()),
        desk.dana
    );
    assert_eq!(desk.ask(&head, b"x").await.status, 403);
    assert_eq!(desk.folder.files(), 1);
}

#[tokio::test]
async fn a_chat_that_is_over_takes_no_more_files() {
    let mut desk = desk().await;
    let id = Uuid::new_v4();
    assert_eq!(desk.send(id, "a.txt", b"one").await.status, 200);
    let session = desk.chat.clone();
    assert_eq!(desk.client.ask(json!({"type": "chat.leave", "session": session})).await["type"], "ok");
    let late = desk.send(Uuid::new_v4(), "b.txt", b"late").await;
    assert_eq!((late.status, late.message().contains("is over")), (409, true), "{late:?}");
    // The answer to the first one may have been lost.
    assert_eq!(desk.send(id, "a.txt", b"one").await.json(), json!({"number": 1}));
    assert_eq!(desk.get(&desk.dana, &desk.address("client", id)).await.body, b"one");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_said_and_the_chat_goes_on() {
    let mut desk = desk().await;
    std::fs::write(&desk.folder.0, "a file in the folder's place").unwrap();
    let sent = desk.send(Uuid::new_v4(), "a", b"x").await;
    assert_eq!((sent.status, sent.message().contains("could not store the file")), (503, true), "{sent:?}");
    assert!(sent.header("retry-after").is_some());
    let session = desk.chat.clone();
    let said = desk.client.ask(json!({"type": "chat.message", "session": session, "text": "Hm"})).await;
    assert_eq!(said["number"], 1);
    std::fs::remove_file(&desk.folder.0).unwrap();
    let id = Uuid::new_v4();
    assert_eq!(desk.send(id, "a", b"x").await.json(), json!({"number": 2}));
    // A file that has gone, or was cut off, is said too.
    for change in [
        |file: &std::path::Path| std::fs::write(file, ""),
        |file: &std::path::Path| std::fs::remove_file(file),
    ] {
        let file = std::fs::read_dir(&desk.folder.0).unwrap().next().unwrap().unwrap().path();
        change(&file).unwrap();
        let got = desk.get(&desk.dana, &desk.address("client", id)).await;
        assert_eq!(
            (got.status, got.message().contains("no longer on the service's disk")),
            (404, true),
            "{got:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_sender_who_stops_is_cut_off_and_a_slow_one_is_not() {
    let mut desk = desk().await;
    let (chat, dana) = (desk.chat.clone(), desk.dana.clone());
    let head = |bytes| {
        let id = Uuid::new_v4();
        format!(
            "POST /client/api/chats/{chat}/files/{id} HTTP/1.1\r\nhost: localhost\r\norigin: http://localhost\r\n\
             cookie: deskbell={dana}\r\ncontent-length: {bytes}\r\n\r\n"
        )
    };
    let mut slow = desk.service.stream().await;
    slow.write_all(head(30).as_bytes()).await.unwrap();
    for _ in 0..30 {
        tokio::time::sleep(Duration::from_secs(10)).await;
        slow.write_all(b"x").await.unwrap();
        // The client stays, and so does the chat.
        desk.client.send(json!({"type": "beat", "activity": "active"})).await;
    }
    let mut answer = vec![0; 12];
    slow.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 200");
    let mut stops = desk.service.stream().await;
    stops.write_all(head(30).as_bytes()).await.unwrap();
    stops.write_all(b"x").await.unwrap();
    stops.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
    assert_eq!(desk.folder.files(), 1);
}

#[tokio::test]
async fn without_a_folder_or_a_quota_there_are_no_files() {
    let service = TestService::start();
    let dana = service.person(ORG, "Dana", Some("Northwind Dental"));
    let (_, told) = service.app(&dana).await;
    let policy = &told.iter().find(|frame| frame["type"] == "welcome").unwrap()["policy"];
    assert_eq!(policy["file_bytes"], 0);
}
