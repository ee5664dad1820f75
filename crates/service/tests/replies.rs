//! Canned replies over the wire: whose they are, who is told, and what is too much. In memory on a paused clock, and with the built program
//! where the administrator changes the organisation's.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, TestService};
use serde_json::{Value, json};
use uuid::Uuid;

const ORG: &str = "Acme IT";

/// Asks for all replies: their names and whether they are one's own, in the order of their names.
async fn replies(device: &mut Device) -> Vec<(String, bool)> {
    let id = json!(Uuid::new_v4());
    device.send(json!({"type": "reply.list", "id": id})).await;
    let told = device.until("ok").await;
    let frames: Vec<&Value> = told.iter().filter(|frame| frame["type"] == "replies").collect();
    assert_eq!(frames[0]["first"], true, "{frames:?}");
    assert!(frames[1..].iter().all(|frame| frame["first"].is_null()));
    let mut all: Vec<(String, bool)> = frames
        .iter()
        .flat_map(|frame| frame["replies"].as_array().unwrap())
        .map(|reply| (reply["name"].as_str().unwrap().to_owned(), reply["own"] == true))
        .collect();
    all.sort();
    all
}

fn put(id: Uuid, name: &str, text: &str) -> Value {
    json!({"type": "reply.put", "reply": id, "name": name, "text": text})
}

fn is_put(name: &str) -> impl Fn(&Value) -> bool {
    move |frame| frame["type"] == "replies" && frame["replies"][0]["name"] == name
}

#[tokio::test(start_paused = true)]
async fn own_replies_reach_all_devices_of_their_technician_and_nobody_else() {
    // C8
    let service = TestService::start();
    let (priyas, toms) = (service.person(ORG, "Priya", None), service.person(ORG, "Tom", None));
    let (mut desk, _) = service.app(&priyas).await;
    let (mut page, _) = service.page("/technician", &priyas, Uuid::new_v4(), "active".into()).await;
    let (mut tom, _) = service.app(&toms).await;
    for device in [&mut desk, &mut page, &mut tom] {
        assert_eq!(replies(device).await, []);
    }
    let id = Uuid::new_v4();
    assert_eq!(desk.ask(put(id, "  vpn ", "Yes, please.\r\nThe link works.\n")).await["type"], "ok");
    let told = page.wait("it is there", is_put("vpn")).await;
    let expected = json!([{"id": id, "name": "vpn", "text": "Yes, please.\nThe link works.", "own": true}]);
    assert_eq!(told["replies"], expected);
    assert_eq!(page.ask(put(id, "vpn laptop", "Yes.")).await["type"], "ok");
    desk.wait("its change", is_put("vpn laptop")).await;
    assert_eq!(replies(&mut desk).await, [("vpn laptop".to_owned(), true)]);

    // Tom neither sees nor changes it.
    assert_eq!(tom.ask(put(id, "stolen", "Mine.")).await["code"], "invalid");
    assert_eq!(tom.ask(json!({"type": "reply.remove", "reply": id})).await["type"], "ok");
    assert_eq!(replies(&mut tom).await, []);
    assert_eq!(replies(&mut page).await, [("vpn laptop".to_owned(), true)]);

    let gone = |frame: &Value| frame["type"] == "reply.gone" && frame["reply"] == json!(id);
    assert_eq!(desk.ask(json!({"type": "reply.remove", "reply": id})).await["type"], "ok");
    page.wait("it is gone", gone).await;
    assert_eq!(desk.ask(json!({"type": "reply.remove", "reply": id})).await["type"], "ok", "a repeat");
    assert_eq!(replies(&mut page).await, []);
}

#[tokio::test(start_paused = true)]
async fn a_device_that_has_not_asked_is_told_of_no_replies() {
    let service = TestService::start();
    let priyas = service.person(ORG, "Priya", None);
    let (mut app, _) = service.app(&priyas).await;
    let (mut page, _) = service.app(&priyas).await;
    replies(&mut page).await;
    page.ask(put(Uuid::new_v4(), "vpn", "Yes.")).await;
    app.send(json!({"type": "device.list", "id": Uuid::new_v4()})).await;
    let seen = app.until("ok").await;
    assert!(!seen.iter().any(|frame| frame["type"] == "replies"), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn clients_have_no_replies() {
    let service = TestService::start();
    let dana = service.person(ORG, "Dana", Some("Northwind"));
    let (mut dana, _) = service.app(&dana).await;
    let id = Uuid::new_v4();
    let tries =
        [json!({"type": "reply.list"}), put(id, "vpn", "Yes."), json!({"type": "reply.remove", "reply": id})];
    for frame in tries {
        assert_eq!(dana.ask(frame.clone()).await["code"], "not_allowed", "{frame}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_too_long_or_too_many_is_refused_and_the_longest_list_comes_in_parts() {
    let service = TestService::start();
    let priyas = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&priyas).await;
    let (name, text) = ("n".repeat(40), "\u{1f600}".repeat(2_000));
    let bad = [
        put(Uuid::new_v4(), "", "Yes."),
        put(Uuid::new_v4(), "\u{200b} ", "Yes."),
        put(Uuid::new_v4(), &format!("{name}n"), "Yes."),
        put(Uuid::new_v4(), "vpn", " \n "),
        put(Uuid::new_v4(), "vpn", &format!("{text}!")),
    ];
    for frame in bad {
        assert_eq!(priya.ask(frame.clone()).await["code"], "invalid", "{frame}");
    }
    let ids: Vec<Uuid> = (0..100).map(|_| Uuid::new_v4()).collect();
    for id in &ids {
        assert_eq!(priya.ask(put(*id, &name, &text)).await["type"], "ok");
        // A person is slower than the limit of frames.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let refused = priya.ask(put(Uuid::new_v4(), "one more", "Yes.")).await;
    assert_eq!(refused["code"], "too_many");
    assert!(refused["message"].as_str().unwrap().contains("100 canned replies"), "{refused}");
    assert_eq!(priya.ask(put(ids[0], "vpn", "Yes.")).await["type"], "ok", "a change is not one more");
    assert_eq!(replies(&mut priya).await.len(), 100);
    priya.ask(json!({"type": "reply.remove", "reply": ids[1]})).await;
    assert_eq!(priya.ask(put(Uuid::new_v4(), "one more", "Yes.")).await["type"], "ok");
}

#[tokio::test(start_paused = true)]
async fn replies_are_kept_over_a_restart() {
    let service = TestService::start();
    let priyas = service.person(ORG, "Priya", None);
    let (mut priya, _) = service.app(&priyas).await;
    priya.ask(put(Uuid::new_v4(), "vpn", "Yes.")).await;
    let store = service.stop().await;
    let clock = service::Clock::from_tokio(common::START + 600_000);
    let service = TestService::on(store, clock, service::Config::default());
    let (mut again, _) = service.app(&priyas).await;
    assert_eq!(replies(&mut again).await, [("vpn".to_owned(), true)]);
}

#[cfg(unix)]
mod by_the_administrator {
    use super::common::program::{Folder, Serving, Socket, promptly};
    use super::{Value, is_put, json};
    use uuid::Uuid;

    const PRIYA: [&str; 4] = ["--role", "technician", "--name", "Priya"];

    async fn watching(serving: &Serving, token: &str) -> Socket {
        let mut socket = serving.connect(token, Uuid::new_v4()).await;
        socket.until("synced").await.unwrap();
        assert_eq!(socket.ask(json!({"type": "reply.list"})).await["type"], "ok");
        socket
    }

    fn listed(folder: &Folder) -> Value {
        serde_json::from_str(&folder.ok(&["reply", "list", "--json"])).unwrap()
    }

    #[tokio::test]
    async fn changes_reach_every_technician_within_a_second() {
        let folder = Folder::new();
        folder.ok(&["org", "add", "Acme"]);
        // The same works while the service does not run.
        folder.ok(&["reply", "add", "hello", "Hello, how can I help?"]);
        let serving = folder.serve();
        let priyas = folder.sign_in(&serving, &PRIYA);
        let mut priya = serving.connect(&priyas, Uuid::new_v4()).await;
        priya.until("synced").await.unwrap();
        priya.send(json!({"type": "reply.list", "id": Uuid::new_v4()})).await;
        let told = priya.wait("the first one", is_put("hello")).await;
        assert_eq!((&told["first"], &told["replies"][0]["own"]), (&json!(true), &Value::Null));
        let mut second = watching(&serving, &priyas).await;

        folder.ok(&["reply", "add", "vpn", "Yes."]);
        for device in [&mut priya, &mut second] {
            promptly(device.wait("it is new", is_put("vpn"))).await;
        }
        folder.ok(&["reply", "change", "VPN", "--to", "vpn laptop", "--text", "Yes, please."]);
        let changed = priya.wait("it is changed", is_put("vpn laptop")).await;
        assert_eq!(changed["replies"][0]["text"], "Yes, please.");
        // A technician changes none of them.
        let id = changed["replies"][0]["id"].clone();
        let put = json!({"type": "reply.put", "reply": id, "name": "mine", "text": "No."});
        assert_eq!(priya.ask(put).await["code"], "invalid");
        assert_eq!(priya.ask(json!({"type": "reply.remove", "reply": id})).await["type"], "ok");
        assert_eq!(listed(&folder).as_array().unwrap().len(), 2);
        folder.ok(&["reply", "remove", "vpn laptop"]);
        let gone = |frame: &Value| frame["type"] == "reply.gone" && frame["reply"] == id;
        promptly(second.wait("it is gone", gone)).await;

        // A technician's own ones go with them, for good.
        let put = json!({"type": "reply.put", "reply": Uuid::new_v4(), "name": "mine", "text": "Own."});
        assert_eq!(priya.ask(put).await["type"], "ok");
        let count = || -> i64 {
            let database = rusqlite::Connection::open(folder.data().join("deskbell.db")).unwrap();
            database.query_row("SELECT count(*) FROM reply", [], |row| row.get(0)).unwrap()
        };
        assert_eq!(count(), 2);
        folder.ok(&["person", "remove", "--name", "Priya"]);
        assert_eq!(count(), 1);
    }

    #[test]
    fn names_are_unique_lists_read_well_and_mistakes_are_explained() {
        let folder = Folder::new();
        folder.ok(&["org", "add", "Acme"]);
        assert!(folder.error(&["reply", "remove", "vpn"]).contains("`reply add NAME TEXT` makes one"));
        folder.ok(&[
            "reply",
            "add",
            "vpn",
            "Yes, please do\nthe same on each computer. The link works for all of them.",
        ]);
        let again = folder.error(&["reply", "add", "VPN", "No."]);
        assert!(again.contains("Acme has a canned reply vpn already"), "{again}");
        let typo = folder.error(&["reply", "change", "vnp", "--text", "No."]);
        assert!(typo.contains("Acme has no canned reply vnp. The nearest is: vpn."), "{typo}");
        assert!(folder.error(&["reply", "change", "vpn"]).contains("--text"));
        let long = folder.error(&["reply", "add", &"n".repeat(41), "Yes."]);
        assert!(long.contains("between 1 and 40 characters"), "{long}");
        assert!(folder.error(&["reply", "add", "empty", " "]).contains("between 1 and 2000 characters"));
        assert_eq!(
            folder.ok(&["reply", "list"]),
            "NAME  TEXT\nvpn   Yes, please do the same on each computer. The link works fo…"
        );
        assert_eq!(
            listed(&folder)[0]["text"],
            "Yes, please do\nthe same on each computer. The link works for all of them."
        );
    }

    #[test]
    fn a_text_of_several_lines_is_read_from_standard_input() {
        let folder = Folder::new();
        folder.ok(&["org", "add", "Acme"]);
        let run = |text: &str| folder.run_reading(&["reply", "add", "steps", "-"], text);
        let long = run(&"x".repeat(100_000));
        assert!(String::from_utf8(long.stderr).unwrap().contains("longer than any canned reply"));
        assert!(run("One.\nTwo.\n").status.success());
        assert_eq!(listed(&folder)[0]["text"], "One.\nTwo.");
    }
}
