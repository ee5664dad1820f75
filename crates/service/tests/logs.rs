//! The program's own log: it says what happened, but contains neither secrets nor text that people wrote.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(unix)]

mod common;

use common::program::{Folder, http, token};
use serde_json::{Value, json};
use uuid::Uuid;

/// Names and texts that the program itself never prints.
const WORDS: [&str; 8] = [
    "Zephyrine",
    "Quillon",
    "Vantongeren",
    "Printer smokes violet",
    "It blinks turquoise",
    "Called back, fuser swapped",
    "+64 555 0199",
    "#77231",
];

/// A day's work: people are added, sign in, are refused, ask, join, write, leave, are signed out. Returns all secrets that were used.
async fn a_lively_day(folder: &Folder, format: &[&str]) -> Vec<String> {
    let mut arguments = vec!["--metrics", "127.0.0.1:0"];
    arguments.extend(format);
    let mut serving = folder.serve_with(&arguments);
    let links = [
        folder.link(&serving, &["--role", "technician", "--name", WORDS[0]]),
        folder.link(&serving, &["--role", "client", "--name", WORDS[1], "--company", WORDS[2]]),
    ];
    let tokens = [token(), token()];
    for (link, token) in links.iter().zip(&tokens) {
        assert!(serving.redeem(link, token).starts_with("HTTP/1.1 200"));
    }
    let forged = token();
    assert!(serving.redeem(&links[0], &forged).starts_with("HTTP/1.1 410"));
    assert_eq!(serving.connect(&forged, Uuid::new_v4()).await.until("welcome").await, None);
    let mut technician = serving.connect(&tokens[0], Uuid::new_v4()).await;
    technician.until("synced").await.unwrap();
    technician.send(json!({"type": "people.watch"})).await;
    let code = technician.ask(json!({"type": "portal.code"})).await["code"].as_str().unwrap().to_owned();
    let page = json!({"code": code});
    let cookie = http(
        &serving.address,
        &format!(
            "POST /api/portal-code HTTP/1.1\r\norigin: http://{}\r\ncontent-length: {}",
            serving.address,
            page.to_string().len()
        ),
        &page.to_string(),
    );
    let cookie = cookie.split_once("deskbell=").unwrap_or_else(|| panic!("{cookie}")).1[..64].to_owned();
    let mut client = serving.connect(&tokens[1], Uuid::new_v4()).await;
    client.until("synced").await.unwrap();
    let asked = json!({"type": "chat.request", "subject": WORDS[3], "reference": WORDS[7]});
    let session = client.ask(asked).await["session"].clone();
    assert_eq!(client.ask(json!({"type": "chat.request", "subject": ""})).await["type"], "error");
    client.send(json!({"type": WORDS[4]})).await;
    for (who, mut intent) in [
        (0, json!({"type": "chat.join"})),
        (1, json!({"type": "chat.message", "text": WORDS[4]})),
        (0, json!({"type": "chat.hand_over", "note": WORDS[5]})),
        (0, json!({"type": "chat.complete", "note": WORDS[5]})),
    ] {
        intent["session"] = session.clone();
        let answer = if who == 0 { technician.ask(intent).await } else { client.ask(intent).await };
        assert_eq!(answer["type"], "ok", "{answer}");
    }
    let session = client.ask(json!({"type": "chat.request", "subject": WORDS[3]})).await["session"].clone();
    let callback = json!({"type": "chat.callback", "session": session, "phone": WORDS[6], "note": WORDS[5]});
    assert_eq!(client.ask(callback).await["type"], "ok");
    folder.ok(&["org", "set", "idle-after", "10s"]);
    let sign_ins: Value = serde_json::from_str(&folder.ok(&["sign-in", "list", "--json"])).unwrap();
    folder.ok(&["sign-in", "revoke", sign_ins[0]["id"].as_str().unwrap()]);
    drop(client);
    serving.signal("-TERM");
    assert!(serving.wait().success());
    links.into_iter().chain(tokens).chain([forged, code, cookie]).collect()
}

/// The log says what happened, and none of these.
fn holds(log: &str, happened: &[&str], secrets: &[String], words: &[&str]) {
    for what in happened {
        assert!(log.contains(what), "the log does not say that {what}:\n{log}");
    }
    let lower = log.to_lowercase();
    for secret in secrets {
        assert!(!lower.contains(&secret.to_lowercase()), "a secret is in the log:\n{log}");
    }
    for word in words {
        assert!(!lower.contains(&word.to_lowercase()), "{word} is in the log:\n{log}");
    }
}

const HAPPENED: [&str; 5] =
    ["listening", "a link was redeemed", "the idle threshold was set", "a sign-in was ended", "going down"];

#[tokio::test]
async fn at_info_the_log_says_what_changed_and_no_secret_no_name_and_no_text() {
    let folder = Folder::new();
    let secrets = a_lively_day(&folder, &[]).await;
    holds(&folder.log(), &HAPPENED, &secrets, &WORDS);
}

#[tokio::test]
async fn no_secret_is_logged_even_at_the_most_detailed_level() {
    let folder = Folder::new();
    let secrets = a_lively_day(&folder, &["--log", "trace"]).await;
    holds(&folder.log(), &HAPPENED, &secrets, &[]);
}

#[tokio::test]
async fn as_json_each_line_is_an_object_with_its_fields() {
    let folder = Folder::new();
    let secrets = a_lively_day(&folder, &["--log-format", "json"]).await;
    let log = folder.log();
    holds(&log, &HAPPENED, &secrets, &WORDS);
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["level"] == "INFO" && line["timestamp"].is_string()), "{log}");
    let set = lines.iter().find(|line| line["message"] == "the idle threshold was set").unwrap();
    assert_eq!(set["idle_after_ms"], 10_000);
    assert_eq!(set["target"], "service");
}

#[tokio::test]
async fn for_the_journal_each_line_begins_with_its_priority_and_has_no_time() {
    let folder = Folder::new();
    let log = ["--log-format", "journal"];
    let secrets = a_lively_day(&folder, &log).await;
    let log = folder.log();
    holds(&log, &HAPPENED, &secrets, &WORDS);
    assert!(log.lines().all(|line| line.starts_with("<6>service: ")), "{log}");
    // A warning has another priority.
    let serving = folder.serve_with(&["--log-format", "journal", "--metrics", "0.0.0.0:0"]);
    drop(serving);
    assert!(folder.log().contains("<4>service: metrics can be read from other machines"), "{}", folder.log());
}
