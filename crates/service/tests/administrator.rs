//! An administrator's work with the built program: names and typos, leavers, links and sign-ins. Those who are connected notice within
//! a second, and everything works the same while the service does not run.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(unix)]

mod common;

use common::program::{Bystanders, Folder, Serving, Socket, promptly, token};
use serde_json::{Value, json};
use uuid::Uuid;

/// Runs a command; returns its message to the administrator.
fn said(folder: &Folder, arguments: &[&str]) -> String {
    let output = folder.run(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

fn listed(folder: &Folder, arguments: &[&str]) -> Vec<Value> {
    serde_json::from_str(&folder.ok(&[arguments, &["--json"]].concat())).unwrap()
}

fn technician(name: &str) -> [&str; 4] {
    ["--role", "technician", "--name", name]
}

async fn connected(serving: &Serving, token: &str) -> Socket {
    let mut socket = serving.connect(token, Uuid::new_v4()).await;
    socket.until("synced").await.unwrap();
    socket
}

/// Whether these frames show a person with this name.
fn shows(frame: &Value, name: &str) -> bool {
    frame["people"].as_array().is_some_and(|people| people.iter().any(|each| each["name"] == name))
}

#[test]
fn a_typo_creates_nothing_and_the_answer_suggests_the_nearest_name() {
    let folder = Folder::new();
    assert!(folder.error(&["person", "list"]).contains("begin with `org add NAME`"));
    let none = folder.error(&[&["person", "add", "--org", "Acme IT"][..], &technician("Priya")].concat());
    assert!(none.contains("there is no database in"), "{none}");
    assert!(!folder.data().exists(), "and none is made");
    assert!(said(&folder, &["org", "add", "Acme IT"]).contains("The organisation Acme IT is new"));
    let typo = [&["person", "add", "--org", "Acme TI"][..], &technician("Priya")].concat();
    let error = folder.error(&typo);
    assert!(
        error.contains("There is no organisation Acme TI. The nearest is: Acme IT. Add --new"),
        "{error}"
    );
    // Another case is the same name, and the only organisation need not be given.
    folder.ok(&[&["person", "add", "--org", "ACME it"][..], &technician("Priya Shah")].concat());
    folder.ok(&[&["person", "add"][..], &technician("Tom")].concat());
    let client = ["--role", "client", "--name", "Dana", "--company", "Nortwind"];
    assert!(
        folder.error(&[&["person", "add"][..], &client].concat()).contains("`company add NAME` makes one")
    );
    folder.ok(&["company", "add", "Northwind Dental"]);
    let error = folder.error(&[&["person", "add"][..], &client].concat());
    assert!(error.contains("Acme IT has no company Nortwind. The nearest is: Northwind Dental."), "{error}");
    let new = said(&folder, &[&["person", "add", "--new"][..], &client].concat());
    assert!(
        new.contains("Dana of Nortwind is a client of Acme IT now. The company Nortwind is new."),
        "{new}"
    );
    assert_eq!(listed(&folder, &["org", "list"]).len(), 1);
    let companies = listed(&folder, &["company", "list"]);
    assert_eq!(
        companies.iter().map(|each| &each["name"]).collect::<Vec<_>>(),
        ["Northwind Dental", "Nortwind"]
    );
    let unknown = folder.error(&["person", "link", "--name", "Prya Shah"]);
    assert!(unknown.contains("There is no Prya Shah in Acme IT. The nearest are: Priya Shah"), "{unknown}");
    let second = folder.error(&["org", "add", "acme IT"]);
    assert!(second.contains("There is an organisation Acme IT already"), "{second}");
    let bad = folder.error(&["org", "add", " "]);
    assert!(bad.contains("The name of an organisation has between 1 and"), "{bad}");
}

#[test]
fn names_are_the_same_whatever_their_case_and_composition() {
    let folder = Folder::new();
    folder.ok(&["org", "add", "Caf\u{e9}"]);
    folder.ok(&[&["person", "add", "--org", "cafe\u{301}"][..], &technician("Rene\u{301}")].concat());
    for same in ["Ren\u{e9}", "REN\u{c9}", "rene\u{301}"] {
        let again = folder.error(&[&["person", "add"][..], &technician(same)].concat());
        assert!(again.contains("Ren\u{e9} is in Caf\u{e9} already"), "{again}");
        assert!(folder.ok(&["person", "link", "--name", same]).contains("/sign-in#"));
    }
    assert_eq!(listed(&folder, &["person", "list"])[0]["name"], "Ren\u{e9}", "composed");
    // A change of case does not collide with the person's own name.
    folder.ok(&["person", "rename", "--name", "ren\u{e9}", "--to", "REN\u{c9}"]);
    assert_eq!(listed(&folder, &["person", "list"])[0]["name"], "REN\u{c9}");
}

#[test]
fn existing_names_that_differ_only_in_case_are_kept_and_distinguished() {
    let folder = Folder::new();
    folder.ok(&["org", "add", "Acme"]);
    folder.ok(&[&["person", "add"][..], &technician("Priya")].concat());
    folder.ok(&[&["person", "add"][..], &technician("Other")].concat());
    // As an earlier version allowed.
    let database = rusqlite::Connection::open(folder.data().join("deskbell.db")).unwrap();
    database.execute("UPDATE person SET name = 'priya' WHERE name = 'Other'", []).unwrap();
    drop(database);
    assert_eq!(listed(&folder, &["person", "list"]).len(), 2);
    let several = folder.error(&["person", "remove", "--name", "PRIYA"]);
    assert!(several.contains("Several people in Acme have this name: Priya (technician, "), "{several}");
    let ids = listed(&folder, &["person", "list"]);
    let id = ids.iter().find(|each| each["name"] == "priya").unwrap()["id"].as_str().unwrap();
    folder.ok(&["person", "rename", "--name", id, "--to", "Priya the second"]);
    folder.ok(&["person", "remove", "--name", "PRIYA"]);
    let left = listed(&folder, &["person", "list"]);
    assert_eq!(left.iter().map(|each| &each["name"]).collect::<Vec<_>>(), ["Priya the second"]);
}

#[tokio::test]
async fn a_leaver_is_out_within_a_second_and_their_chat_rings_for_another_technician() {
    // C9
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let tom_token = folder.sign_in(&serving, &technician("Tom"));
    let mut tom = connected(&serving, &tom_token).await;
    bystanders.technician.sees_online(&["Tom"]).await;
    let id = json!(Uuid::new_v4());
    let request = json!({"type": "chat.request", "id": id, "subject": "Printer"});
    bystanders.client.ask(request).await;
    assert_eq!(tom.ask(json!({"type": "chat.join", "session": id})).await["type"], "ok");
    tom.ask(json!({"type": "chat.message", "session": id, "text": "One moment"})).await;
    let unused = folder.ok(&["person", "link", "--name", "Tom"]);

    let told = said(&folder, &["person", "suspend", "--name", "tom"]);
    assert!(told.contains("Tom is suspended. 1 sign-in and 1 unused link have ended"), "{told}");
    promptly(async { assert_eq!(tom.end().await, Some(4401)) }).await;
    let Bystanders { technician, client } = &mut bystanders;
    promptly(technician.wait("it rings", |frame| frame["session"] == id && frame["ring"] == true)).await;
    let is_waiting = |frame: &Value| {
        frame["session"]["status"] == "waiting" && !frame["session"]["participants"][0]["left"].is_null()
    };
    let waits = client.wait("it waits again", is_waiting).await;
    assert_eq!(waits["session"]["participants"][0]["name"], "Tom");
    // Nothing of theirs lets anybody in.
    let mut again = serving.connect(&tom_token, Uuid::new_v4()).await;
    assert_eq!(again.end().await, Some(4401));
    let refused = serving.redeem(unused.split_once('#').unwrap().1, &token());
    assert!(refused.starts_with("HTTP/1.1 410") && refused.contains("revoked"), "{refused}");
    assert!(folder.ok(&["person", "list"]).contains("\nTom    suspended  technician"));
    assert!(folder.error(&["person", "link", "--name", "Tom"]).contains("Tom is suspended. `person resume`"));

    let back = folder.ok(&["person", "resume", "--name", "Tom"]);
    promptly(technician.wait("Tom is back", |frame| shows(frame, "Tom"))).await;
    let token = token();
    assert!(serving.redeem(back.split_once('#').unwrap().1, &token).starts_with("HTTP/1.1 200"));
    let mut tom = connected(&serving, &token).await;

    let told = said(&folder, &["person", "remove", "--name", "Tom"]);
    assert!(told.contains("Tom is removed. 1 sign-in and no unused links have ended"), "{told}");
    promptly(async { assert_eq!(tom.end().await, Some(4401)) }).await;
    promptly(technician.wait("Tom is gone", |frame| frame["type"] == "person.gone")).await;
    assert!(folder.error(&["person", "resume", "--name", "Tom"]).contains("There is no Tom in Acme"));
    // What they wrote stays under their name, and the name is free.
    technician.ask(json!({"type": "chat.join", "session": id})).await;
    let said_by = technician.ask(json!({"type": "chat.open", "session": id, "after": 0})).await;
    assert_eq!(said_by["type"], "ok");
    folder.ok(&["person", "add", "--role", "technician", "--name", "Tom"]);
}

#[tokio::test]
async fn a_removed_clients_requests_are_withdrawn_even_if_the_service_did_not_run() {
    let folder = Folder::new();
    let mut serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let lee = folder.sign_in(&serving, &["--role", "client", "--name", "Lee", "--company", "northwind"]);
    let mut lee = connected(&serving, &lee).await;
    let ids = [Uuid::new_v4(), Uuid::new_v4()];
    lee.ask(json!({"type": "chat.request", "id": ids[0], "subject": "Printer"})).await;
    bystanders.client.ask(json!({"type": "chat.request", "id": ids[1], "subject": "Mail"})).await;
    folder.ok(&["person", "remove", "--name", "Lee"]);
    let is_over =
        |frame: &Value| frame["session"]["id"] == json!(ids[0]) && frame["session"]["status"] == "completed";
    promptly(bystanders.technician.wait("it is over", is_over)).await;
    serving.signal("-TERM");
    serving.wait();
    folder.ok(&["person", "remove", "--name", "Dana"]);
    let serving = folder.serve();
    let sam = folder.sign_in(&serving, &technician("Sam"));
    let mut sam = serving.connect(&sam, Uuid::new_v4()).await;
    let shown = sam.until("synced").await.unwrap();
    let is_over =
        |frame: &Value| frame["session"]["id"] == json!(ids[1]) && frame["session"]["status"] == "completed";
    let begun = shown.iter().any(|frame| frame["session"]["id"] == json!(ids[1]) && !is_over(frame));
    if begun {
        sam.wait("it is over too", is_over).await;
    }
}

#[tokio::test]
async fn a_new_name_is_on_every_screen_within_a_second() {
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let Bystanders { technician, client } = &mut bystanders;
    let id = json!(Uuid::new_v4());
    client.ask(json!({"type": "chat.request", "id": id, "subject": "Printer"})).await;
    technician.ask(json!({"type": "chat.join", "session": id})).await;

    let told = said(&folder, &["person", "rename", "--name", "priya", "--to", "Priya Sharma"]);
    assert!(told.contains("Priya is called Priya Sharma now."), "{told}");
    promptly(technician.wait("their own", |frame| frame["you"]["name"] == "Priya Sharma")).await;
    let is_named = |frame: &Value| frame["session"]["participants"][0]["name"] == "Priya Sharma";
    promptly(client.wait("the chat's", is_named)).await;

    folder.ok(&["company", "rename", "NORTHWIND", "--to", "Northwind Dental"]);
    promptly(technician.wait("the company's", |frame| frame["session"]["company"] == "Northwind Dental"))
        .await;
    folder.ok(&["org", "rename", "acme", "--to", "Acme IT"]);
    promptly(client.wait("the organisation's", |frame| frame["you"]["organisation"] == "Acme IT")).await;
    let taken = folder.error(&["person", "rename", "--name", "Dana", "--company", "Contoso", "--to", "Lee"]);
    assert!(taken.contains("Acme IT has no company Contoso. The nearest is: Northwind Dental."), "{taken}");
}

#[test]
fn a_name_that_somebody_has_is_given_to_nobody_else() {
    let folder = Folder::new();
    folder.ok(&["org", "add", "Acme IT"]);
    for name in ["Priya", "Tom"] {
        folder.ok(&[&["person", "add"][..], &technician(name)].concat());
    }
    let taken = folder.error(&["person", "rename", "--name", "Tom", "--to", "priya"]);
    assert!(taken.contains("Acme IT has somebody called Priya already"), "{taken}");
    assert!(!taken.contains("person link"), "another link is no way to a name: {taken}");
}

#[test]
fn revoking_nothing_says_that_all_of_a_person_can_be_revoked() {
    let folder = Folder::new();
    for what in ["link", "sign-in"] {
        let said = folder.error(&[what, "revoke"]);
        assert!(said.contains(&format!("{what} revoke [OPTIONS] --person <NAME>")), "{said}");
    }
}

#[tokio::test]
async fn links_and_sign_ins_are_listed_and_ended_singly_or_all_of_a_person() {
    let folder = Folder::new();
    let mut serving = folder.serve();
    let first = folder.link(&serving, &technician("Priya"));
    let told = said(&folder, &["person", "link", "--name", "Priya"]);
    assert!(
        told.contains("This is a new link for Priya; 1 link made earlier can no longer be used."),
        "{told}"
    );
    assert!(serving.redeem(&first, &token()).starts_with("HTTP/1.1 410"));
    let links = listed(&folder, &["link", "list", "--name", "PRIYA"]);
    assert_eq!((links.len(), &links[0]["name"]), (1, &json!("Priya")));
    let id = links[0]["id"].as_str().unwrap();
    assert!(said(&folder, &["link", "revoke", id]).contains("The link can no longer be used."));
    assert!(folder.error(&["link", "revoke", id]).contains("`link list` shows them"));
    assert!(listed(&folder, &["link", "list"]).is_empty());

    let mut sockets = Vec::new();
    for _ in 0..2 {
        let link = folder.ok(&["person", "link", "--name", "Priya"]);
        let token = token();
        assert!(serving.redeem(link.split_once('#').unwrap().1, &token).starts_with("HTTP/1.1 200"));
        sockets.push(connected(&serving, &token).await);
    }
    folder.ok(&["person", "link", "--name", "Priya"]);
    let shown: Value =
        serde_json::from_str(&folder.ok(&["person", "show", "--name", "priya", "--json"])).unwrap();
    assert_eq!(shown["sign_ins"].as_array().unwrap().len(), 2);
    assert_eq!(shown["links"].as_array().unwrap().len(), 1);
    assert!(
        folder
            .ok(&["person", "show", "--name", "priya"])
            .starts_with("Priya, technician in Acme\nConnected: yes")
    );
    assert!(
        said(&folder, &["link", "revoke", "--person", "priya"])
            .contains("1 link of Priya can no longer be used")
    );
    assert!(
        said(&folder, &["sign-in", "revoke", "--person", "priya"])
            .contains("2 sign-ins of Priya have ended.")
    );
    for socket in &mut sockets {
        promptly(async { assert_eq!(socket.end().await, Some(4401)) }).await;
    }
    assert!(listed(&folder, &["sign-in", "list"]).is_empty());
    serving.signal("-TERM");
    serving.wait();
    // The same without a service.
    folder.ok(&["person", "link", "--name", "Priya"]);
    assert_eq!(listed(&folder, &["link", "list"]).len(), 1);
    assert!(said(&folder, &["link", "revoke", "--person", "Priya"]).contains("1 link of Priya"));
    assert!(said(&folder, &["sign-in", "revoke", "--person", "Priya"]).contains("Priya has no sign-ins."));
}
