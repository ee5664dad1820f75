//! The history of technicians over HTTP: search, transcripts, and who may read them (decision 0039); and for how long chats are kept (C8).
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, START, TestService, sign_in};
use presence::UnixMillis;
use serde_json::{Value, json};
use service::store::{Sqlite, Store};
use service::{Clock, Config, Reading, TranscriptReader};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const ORG: &str = "Acme IT";
const HISTORY: &str = "/technician/api/history";
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

struct Archive {
    store: Arc<dyn Store>,
    service: TestService,
    priya: String,
    tom: String,
    dana: String,
    asa: String,
}

/// A chat with these messages, which the technician completes.
async fn chat(
    client: &mut Device,
    technician: &mut Device,
    (subject, reference): (&str, Option<&str>),
    said: &[&str],
) -> String {
    let asked = client.ask(json!({"type": "chat.request", "subject": subject, "reference": reference})).await;
    let id = asked["session"].as_str().unwrap().to_owned();
    assert_eq!(technician.ask(json!({"type": "chat.join", "session": id})).await["type"], "ok");
    for text in said {
        let sent = technician.ask(json!({"type": "chat.message", "session": id, "text": text})).await;
        assert_eq!(sent["type"], "ok", "{sent}");
    }
    let noted = technician.ask(json!({"type": "chat.note", "session": id, "text": "Toner is\n[low]."})).await;
    assert_eq!(noted["type"], "ok", "{noted}");
    technician.ask(json!({"type": "chat.complete", "session": id, "note": "Solved."})).await;
    id
}

/// Three chats that are over, in this order, one that is not, and an invitation that was declined.
async fn archive() -> (Archive, [String; 3]) {
    let store: Arc<dyn Store> = Arc::new(Sqlite::in_memory().unwrap());
    let [priya, tom] = ["Priya", "Tom"].map(|name| sign_in(&*store, ORG, name, None));
    let dana = sign_in(&*store, ORG, "Dana Reyes", Some("Northwind Dental"));
    let asa = sign_in(&*store, ORG, "Åsa Müller", Some("Contoso Farms"));
    let service = TestService::on(store.clone(), Clock::from_tokio(START), Config::default());
    let ids = {
        let (mut priya, _) = service.app(&priya).await;
        let (mut tom, _) = service.app(&tom).await;
        let (mut dana, _) = service.app(&dana).await;
        let (mut asa, _) = service.app(&asa).await;
        let first = chat(
            &mut dana,
            &mut priya,
            ("Printer offline", Some("48213")),
            &["Press the green button.", "Done?"],
        )
        .await;
        let second = chat(
            &mut asa,
            &mut tom,
            ("Señal débil", None),
            &["Der Dru\u{308}cker klemmt.", "한국어로 됩니까?"],
        )
        .await;
        let third = chat(&mut dana, &mut tom, ("Scanner", None), &["The printer driver helps, too."]).await;
        let open = dana.ask(json!({"type": "chat.request", "subject": "Printer again"})).await;
        assert_eq!(open["type"], "ok");
        let client = store.people(None).unwrap().into_iter().find(|each| each.person.name.starts_with("Åsa"));
        let invited = priya
            .ask(json!({"type": "chat.invite", "client": client.unwrap().person.id.0, "subject": "Printer"}))
            .await;
        asa.ask(json!({"type": "chat.decline", "session": invited["session"]})).await;
        [first, second, third]
    };
    (Archive { store, service, priya, tom, dana, asa }, ids)
}

impl Archive {
    async fn get(&self, token: Option<&str>, path: &str) -> (u16, String, String) {
        let token = token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let answer = self
            .service
            .http(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{token}\r\n"))
            .await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), head.to_ascii_lowercase(), body.to_owned())
    }

    async fn json(&self, path: &str) -> Value {
        let (status, head, body) = self.get(Some(&self.priya), path).await;
        assert_eq!(status, 200, "{path}: {body}");
        assert!(head.contains("cache-control: no-store"), "{head}");
        serde_json::from_str(&body).unwrap()
    }

    async fn found(&self, query: &str) -> Vec<String> {
        let page = self.json(&format!("{HISTORY}?{query}")).await;
        page["chats"].as_array().unwrap().iter().map(|chat| chat["id"].as_str().unwrap().to_owned()).collect()
    }

    async fn until(&self, later: Duration) {
        let _ = self;
        tokio::time::sleep(later).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_technician_finds_a_chat_by_its_words_people_company_and_reference() {
    let (archive, [first, second, third]) = archive().await;
    let all = [&third, &second, &first];
    let people = archive.store.people(None).unwrap();
    let id = |name: &str| people.iter().find(|each| each.person.name == name).unwrap().person.id.0;
    let cases: Vec<(String, Vec<&String>)> = vec![
        (String::new(), all.to_vec()),
        ("words=printer".to_owned(), vec![&third, &first]),
        ("words=print+DRIVER".to_owned(), vec![&third]),
        ("words=drucker".to_owned(), vec![&second]),
        ("words=Dr%C3%BCcker".to_owned(), vec![&second]),
        ("words=senal".to_owned(), vec![&second]),
        ("words=48213".to_owned(), vec![&first]),
        ("words=asa+muller".to_owned(), vec![&second]),
        ("words=northwind+scanner".to_owned(), vec![&third]),
        ("words=tom+scanner".to_owned(), vec![&third]),
        ("words=green".to_owned(), vec![&first]),
        ("words=%ED%95%9C%EA%B5%AD".to_owned(), vec![&second]),
        // Private notes are read in the chat, and not searched.
        ("words=toner".to_owned(), Vec::new()),
        ("words=nothing".to_owned(), Vec::new()),
        ("company=Contoso+Farms".to_owned(), vec![&second]),
        ("reference=48213".to_owned(), vec![&first]),
        (format!("person={}", id("Tom")), vec![&third, &second]),
        (format!("person={}&words=printer", id("Dana Reyes")), vec![&third, &first]),
        (format!("before={second}"), vec![&first]),
        (format!("before={}", Uuid::new_v4()), Vec::new()),
    ];
    for (query, expected) in cases {
        assert_eq!(archive.found(&query).await, expected.into_iter().cloned().collect::<Vec<_>>(), "{query}");
    }
    let listed = archive.json(&format!("{HISTORY}?words=48213")).await["chats"][0].clone();
    assert_eq!(
        (&listed["client"]["name"], &listed["company"]),
        (&json!("Dana Reyes"), &json!("Northwind Dental"))
    );
    assert_eq!(listed["technicians"][0]["who"]["name"], "Priya");
    assert_eq!(
        (&listed["note"], &listed["messages"], &listed["notes"]),
        (&json!("Solved."), &json!(2), &json!(1))
    );
    assert_eq!((&listed["was"], &listed["found"]), (&json!("handled"), &json!(null)));
    let listed = archive.json(&format!("{HISTORY}?words=dana+gree")).await["chats"][0].clone();
    assert_eq!(listed["found"], "Press the green button.");
}

#[tokio::test(start_paused = true)]
async fn whatever_somebody_types_is_searched_as_plain_text() {
    let (archive, [first, _, third]) = archive().await;
    let nothing = [
        "\"",
        "'",
        "*",
        "^",
        "-",
        "()",
        "\\",
        "\u{0}",
        "%",
        ";",
        "OR",
        "AND NOT",
        "printer AND",
        "NEAR(printer driver)",
        "text:printer",
        "{text}:printer",
        "printer* OR nothing",
        "printer\" OR \"nothing",
        "'; DELETE FROM said; --",
        "😀",
        "<b>printer</b>",
        "\u{202e}",
    ];
    for typed in nothing {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        assert_eq!(archive.found(&format!("words={query}")).await, Vec::<String>::new(), "{typed:?}");
    }
    for typed in [
        "\"printer\"",
        "printer*",
        "^printer",
        "-printer",
        "(printer)",
        "printer\u{0}",
        "\u{0}printer\t",
        "printer \"",
        "PRINTER;--",
    ] {
        let query: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        assert_eq!(
            archive.found(&format!("words={query}")).await,
            [third.clone(), first.clone()],
            "{typed:?}"
        );
    }
    assert!(archive.store.trouble().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_transcript_is_read_as_json_and_as_text_and_has_private_notes_only_if_they_are_asked_for() {
    let (archive, [first, ..]) = archive().await;
    let path = format!("{HISTORY}/{first}/transcript");
    let read = archive.json(&format!("{path}.json?notes")).await;
    assert_eq!((&read["chat"]["subject"], &read["is_whole"]), (&json!("Printer offline"), &json!(true)));
    let said: Vec<&str> =
        read["messages"].as_array().unwrap().iter().map(|each| each["text"].as_str().unwrap()).collect();
    assert_eq!(said, ["Press the green button.", "Done?"]);
    let note = &read["notes"][0];
    assert_eq!((&note["name"], &note["text"]), (&json!("Priya"), &json!("Toner is\n[low].")));
    let (status, head, text) = archive.get(Some(&archive.tom), &format!("{path}.txt?notes")).await;
    assert_eq!(status, 200);
    assert!(head.contains(&format!("attachment; filename=\"chat-{first}.txt\"")), "{head}");
    assert!(
        text.starts_with(
            "Printer offline\nTicket: 48213\nClient: Dana Reyes (Northwind Dental)\nTechnicians: Priya\n"
        ),
        "{text}"
    );
    assert!(text.contains("] Priya: Press the green button.\n"), "{text}");
    assert!(
        text.contains("] Priya (private note): Toner is\n    [low].\n"),
        "no line of a text passes for another one: {text}"
    );
    assert!(text.ends_with("] Completed by Priya\nPrivate note: Solved.\n"), "{text}");
    for name in ["json", "txt"] {
        let (_, _, text) = archive.get(Some(&archive.priya), &format!("{path}.{name}")).await;
        assert!(
            text.contains("green button") && !text.contains("Toner") && !text.contains("Solved"),
            "{text}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_frame_of_a_transcript_is_in_the_readers_language() {
    let (archive, [first, ..]) = archive().await;
    let path = format!("{HISTORY}/{first}/transcript.txt?notes");
    for (language, words) in [
        (
            "de-AT,de;q=0.9",
            ["Kunde: ", "Techniker: ", " bis ", " (interne Notiz): ", "Abgeschlossen von Priya"],
        ),
        ("ar", ["العميل: ", "الفنيون: ", " إلى ", "(ملاحظة داخلية): ", "أكملها "]),
        ("fr", ["Client: ", "Technicians: ", " to ", " (private note): ", "Completed by Priya"]),
    ] {
        let asked = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {}\r\naccept-language: {language}\r\n\r\n",
            archive.priya
        );
        let answer = archive.service.http(&asked).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        for word in words.into_iter().chain(["Printer offline", "Press the green button."]) {
            assert!(answer.contains(word), "{language}, {word:?}: {answer}");
        }
    }
    // A download has the browser's header, and the page's language in its address.
    let (_, _, text) = archive.get(Some(&archive.priya), &format!("{path}&language=de")).await;
    assert!(text.contains("Abgeschlossen von Priya"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn nobody_but_the_technicians_of_the_organisation_reads_the_history() {
    let (archive, [first, ..]) = archive().await;
    let olga = sign_in(&*archive.store, "Other MSP", "Olga", None);
    let paths = [
        HISTORY.to_owned(),
        format!("{HISTORY}/{first}/transcript.json"),
        format!("{HISTORY}/{first}/transcript.txt"),
    ];
    for path in &paths {
        for token in [&archive.dana, &archive.asa] {
            let (status, _, body) = archive.get(Some(token), path).await;
            assert_eq!(status, 403, "{path}: {body}");
            assert!(!body.contains("button") && !body.contains("Printer"), "{body}");
        }
        for token in [None, Some("ab".repeat(32))] {
            assert_eq!(archive.get(token.as_deref(), path).await.0, 401, "{path}");
        }
    }
    for path in &paths {
        let asked = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: deskbell={}\r\n\r\n",
            archive.dana
        );
        let answer = archive.service.http(&asked).await;
        assert!(answer.starts_with("HTTP/1.1 403 ") && !answer.contains("button"), "{answer}");
    }
    let (status, _, body) = archive.get(Some(&olga), HISTORY).await;
    assert_eq!((status, body.as_str()), (200, "{\"chats\":[],\"more\":false}"));
    assert_eq!(archive.get(Some(&olga), &paths[1]).await.0, 404);
    assert_eq!(
        archive.get(Some(&archive.priya), &format!("{HISTORY}/{}/transcript.txt", Uuid::new_v4())).await.0,
        404
    );
    for query in [
        "person=dana",
        "before=x",
        &format!("words={}", "x".repeat(201)),
        &format!("words={}", "x+".repeat(21)),
    ] {
        assert_eq!(archive.get(Some(&archive.priya), &format!("{HISTORY}?{query}")).await.0, 400, "{query}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_chat_is_kept_for_30_days_and_then_deleted_with_what_was_said() {
    // C8
    let (Archive { store, service, priya, tom, dana, asa }, [first, second, _]) = archive().await;
    drop(service);
    for (days, kept) in [(29, 3), (31, 0)] {
        let clock = Clock::from_tokio(START + days * DAY_MS);
        let service = TestService::on(store.clone(), clock, Config::default());
        let archive = Archive {
            store: store.clone(),
            service,
            priya: priya.clone(),
            tom: tom.clone(),
            dana: dana.clone(),
            asa: asa.clone(),
        };
        // The clock may be wrong after a start.
        archive.until(Duration::from_secs(30 * 60)).await;
        assert_eq!(archive.found("").await.len(), 3, "after {days} days, soon after the start");
        archive.until(Duration::from_secs(2 * 60 * 60)).await;
        assert_eq!(archive.found("").await.len(), kept, "after {days} days");
        assert_eq!(archive.found("words=drucker").await.len(), usize::from(kept > 0));
        let (mut asa, _) = archive.service.app(&asa).await;
        let read = asa.ask(json!({"type": "chat.open", "session": second})).await;
        assert_eq!(read["code"] == "not_found", kept == 0, "{read}");
    }
    assert_eq!(store.messages(chat_id(&first), chat::Audience::Everybody, 0, 9).unwrap(), []);
}

#[tokio::test(start_paused = true)]
async fn only_completed_chats_are_deleted_and_the_organisations_time_begins_when_they_were_completed() {
    // C8, C9
    let store: Arc<dyn Store> = Arc::new(Sqlite::in_memory().unwrap());
    let priya = sign_in(&*store, ORG, "Priya", None);
    let dana = sign_in(&*store, ORG, "Dana Reyes", Some("Northwind Dental"));
    let org = store.organisations().unwrap()[0].id;
    let clock = |days: u64| Clock::from_tokio(START + days * DAY_MS);
    let kept = async |service: &TestService, ids: &[String]| {
        tokio::time::sleep(Duration::from_secs(3 * 60 * 60)).await;
        ids.iter().map(|id| service.store.session(org, chat_id(id)).unwrap().is_some()).collect::<Vec<_>>()
    };
    let service = TestService::on(store.clone(), clock(0), Config::default());
    let (mut technician, _) = service.app(&priya).await;
    let (mut client, _) = service.app(&dana).await;
    let done = chat(&mut client, &mut technician, ("Printer", None), &["Done?"]).await;
    let mut ids = vec![done];
    for reference in ["1", "2"] {
        let asked =
            client.ask(json!({"type": "chat.request", "subject": "Call me", "reference": reference})).await;
        let phone = json!({"type": "chat.callback", "session": asked["session"], "phone": "+64 9 555 0100"});
        assert_eq!(client.ask(phone).await["type"], "ok");
        ids.push(asked["session"].as_str().unwrap().to_owned());
    }
    drop((technician, client));
    let store = service.stop().await;
    // A day before the service would complete it, somebody calls.
    let service = TestService::on(store.clone(), clock(29), Config::default());
    let (mut technician, _) = service.app(&priya).await;
    let called = technician.ask(json!({"type": "chat.complete", "session": ids[1], "note": "Called."})).await;
    assert_eq!(called["type"], "ok");
    drop(technician);
    store.set_keep_for(org, Duration::from_secs(2 * 24 * 60 * 60)).unwrap();
    let store = service.stop().await;
    let service = TestService::on(store, clock(29), Config::default());
    assert_eq!(
        kept(&service, &ids).await,
        [false, true, true],
        "the callback was completed today, the other one waits"
    );
    let store = service.stop().await;
    let service = TestService::on(store, clock(32), Config::default());
    assert_eq!(
        kept(&service, &ids).await,
        [false, false, true],
        "the service has completed the last one today"
    );
    service.stop().await;
}

#[tokio::test(start_paused = true)]
async fn nobody_reads_a_part_of_a_chat_that_is_being_deleted() {
    // C8
    let (archive, [first, ..]) = archive().await;
    let (org, id) = (archive.store.organisations().unwrap()[0].id, chat_id(&first));
    let store = &*archive.store;
    let read = |mut reader: TranscriptReader| loop {
        match reader.step(store).unwrap() {
            Reading::More(next) => reader = *next,
            Reading::Done(transcript) => return transcript.map(|transcript| transcript.messages.len()),
        }
    };
    let [before, during] = [1, 2].map(|_| TranscriptReader::begin(store, org, id, true).unwrap().unwrap());
    assert_eq!(read(before), Some(2));
    // One row: the last message of the chat that was completed first.
    assert!(store.delete_ended(org, UnixMillis(u64::MAX >> 1), 1).unwrap());
    assert_eq!(store.messages(id, chat::Audience::Everybody, 0, 9).unwrap().len(), 1);
    assert_eq!(read(during), None);
    assert!(TranscriptReader::begin(store, org, id, true).unwrap().is_none());
}

fn chat_id(id: &str) -> chat::SessionId {
    chat::SessionId(id.parse().unwrap())
}
