//! The metrics of the program itself: values follow what people do, Prometheus' own parser accepts them, the page and the dashboard name
//! all of them, and readers hold nothing up.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(unix)]

mod common;

use common::program::{DEADLINE, Folder, Serving, http, token};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Parses them with Prometheus' own Python library: a line of JSON for each family.
const PARSER: &str = "
import json, sys
from prometheus_client.parser import text_string_to_metric_families
for family in text_string_to_metric_families(sys.stdin.read()):
    samples = [[sample.name, sample.labels, sample.value] for sample in family.samples]
    print(json.dumps([family.name, family.type, family.documentation, samples]))
";
/// The Python that uses Debian's packages, whatever else is installed.
const PYTHON: &str = "/usr/bin/python3";
/// How long until the metrics are read again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// The values at one moment, by name and labels.
struct Scrape(BTreeMap<String, f64>);

impl Scrape {
    fn of(serving: &Serving) -> Self {
        let text = scrape(serving);
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        let values = samples.map(|line| line.rsplit_once(' ').unwrap());
        Self(values.map(|(name, value)| (name.to_owned(), value.parse().unwrap())).collect())
    }

    fn get(&self, name: &str) -> f64 {
        *self.0.get(name).unwrap_or_else(|| panic!("there is no {name}"))
    }
}

fn scrape(serving: &Serving) -> String {
    let answer = http(serving.metrics.as_ref().unwrap(), "GET /metrics HTTP/1.1", "");
    let (head, text) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"), "{head}");
    text.to_owned()
}

/// Waits until all of these hold at once.
async fn shows(serving: &Serving, expected: &[(&str, f64)]) -> Scrape {
    let begun = Instant::now();
    loop {
        let seen = Scrape::of(serving);
        let Some((name, value)) = expected.iter().find(|(name, value)| seen.get(name) != *value) else {
            return seen;
        };
        assert!(begun.elapsed() < DEADLINE, "{name} is {}, not {value}", seen.get(name));
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn serve(folder: &Folder) -> Serving {
    folder.serve_with(&["--metrics", "127.0.0.1:0"])
}

#[tokio::test]
async fn presence_and_connections_are_counted_as_people_come_and_go() {
    let folder = Folder::new();
    let serving = serve(&folder);
    let (priya, dana) = two(&folder, &serving);
    shows(
        &serving,
        &[
            ("deskbell_sign_ins_total", 2.0),
            (r#"deskbell_people{role="technician",presence="offline"}"#, 1.0),
            ("deskbell_sockets", 0.0),
        ],
    )
    .await;
    let run = Uuid::new_v4();
    let mut at_desk = serving.connect(&priya, run).await;
    at_desk.until("synced").await.unwrap();
    let mut client = serving.connect(&dana, Uuid::new_v4()).await;
    client.until("synced").await.unwrap();
    shows(
        &serving,
        &[
            ("deskbell_sockets", 2.0),
            (r#"deskbell_connections{role="technician",device="app"}"#, 1.0),
            (r#"deskbell_connections{role="client",device="app"}"#, 1.0),
            (r#"deskbell_people{role="technician",presence="online"}"#, 1.0),
            (r#"deskbell_people{role="client",presence="online"}"#, 1.0),
            (r#"deskbell_arrivals_total{how="new"}"#, 2.0),
        ],
    )
    .await;
    at_desk.ask(json!({"type": "activity", "activity": common::idle("idle", 0)})).await;
    shows(
        &serving,
        &[
            (r#"deskbell_people{role="technician",presence="online"}"#, 0.0),
            (r#"deskbell_people{role="technician",presence="away"}"#, 1.0),
        ],
    )
    .await;
    // The line is cut: nobody else notices until the grace is over (P10).
    drop(at_desk);
    shows(
        &serving,
        &[
            (r#"deskbell_connections_ended_total{how="lost"}"#, 1.0),
            (r#"deskbell_connections{role="technician",device="app"}"#, 0.0),
            (r#"deskbell_people{role="technician",presence="away"}"#, 1.0),
        ],
    )
    .await;
    let mut at_desk = serving.connect(&priya, run).await;
    at_desk.until("synced").await.unwrap();
    shows(&serving, &[(r#"deskbell_arrivals_total{how="back"}"#, 1.0)]).await;
    client.send(json!({"type": "bye"})).await;
    shows(
        &serving,
        &[
            (r#"deskbell_connections_ended_total{how="left"}"#, 1.0),
            (r#"deskbell_people{role="client",presence="offline"}"#, 1.0),
            (r#"deskbell_people{role="client",presence="online"}"#, 0.0),
            ("deskbell_sockets", 1.0),
        ],
    )
    .await;
}

#[tokio::test]
async fn nothing_is_kept_for_connections_that_have_ended_in_whatever_way() {
    let folder = Folder::new();
    let serving = serve(&folder);
    let (priya, dana) = two(&folder, &serving);
    let mut stays = serving.connect(&priya, Uuid::new_v4()).await;
    stays.until("synced").await.unwrap();
    for round in 0..40 {
        let run = Uuid::new_v4();
        let mut comes = serving.connect(&dana, run).await;
        comes.until("synced").await.unwrap();
        match round % 4 {
            0 | 1 => {
                comes.send(json!({"type": "bye"})).await;
                assert_eq!(comes.end().await, Some(1000));
            }
            2 => drop(comes),
            _ => {
                let mut again = serving.connect(&dana, run).await;
                again.until("synced").await.unwrap();
                assert_eq!(comes.end().await, Some(4409));
                again.send(json!({"type": "nonsense"})).await;
                again.socket.close(None).await.unwrap();
            }
        }
    }
    shows(
        &serving,
        &[
            ("deskbell_connection_queues", 1.0),
            ("deskbell_sockets", 1.0),
            (r#"deskbell_connections{role="client",device="app"}"#, 0.0),
        ],
    )
    .await;
}

#[tokio::test]
async fn chats_are_counted_from_the_request_to_the_end_and_waiting_is_timed() {
    let folder = Folder::new();
    let serving = serve(&folder);
    let (priya, dana) = two(&folder, &serving);
    let mut technician = serving.connect(&priya, Uuid::new_v4()).await;
    technician.until("synced").await.unwrap();
    let mut client = serving.connect(&dana, Uuid::new_v4()).await;
    client.until("synced").await.unwrap();
    let ok = client.ask(json!({"type": "chat.request", "subject": "Printer"})).await;
    let session = ok["session"].clone();
    let seen = shows(&serving, &[(r#"deskbell_sessions{status="waiting"}"#, 1.0)]).await;
    let waited = seen.get("deskbell_session_waiting_longest_seconds");
    // It waits, and keeps waiting.
    let begun = Instant::now();
    while Scrape::of(&serving).get("deskbell_session_waiting_longest_seconds") < waited + 0.1 {
        assert!(begun.elapsed() < DEADLINE);
    }
    let refused = client.ask(json!({"type": "chat.request", "subject": "Scanner"})).await;
    assert_eq!(refused["code"], "already_active");
    technician.ask(json!({"type": "chat.join", "session": session})).await;
    let seen = shows(
        &serving,
        &[
            (r#"deskbell_sessions{status="waiting"}"#, 0.0),
            (r#"deskbell_sessions{status="handled"}"#, 1.0),
            ("deskbell_session_waiting_longest_seconds", 0.0),
            ("deskbell_join_wait_seconds_count", 1.0),
            (r#"deskbell_refusals_total{code="already_active"}"#, 1.0),
            (r#"deskbell_deliveries_total{kind="message"}"#, 0.0),
        ],
    )
    .await;
    assert!(seen.get("deskbell_join_wait_seconds_sum") >= 0.1);
    client.ask(json!({"type": "chat.open", "session": session, "after": 0})).await;
    client.ask(json!({"type": "chat.message", "session": session, "text": "It blinks."})).await;
    let seen = shows(&serving, &[(r#"deskbell_store_step_seconds_count{step="put_message"}"#, 1.0)]).await;
    assert!(seen.get(r#"deskbell_deliveries_total{kind="message"}"#) >= 1.0);
    assert!(seen.get("deskbell_frames_received_total") >= 5.0);
    client.ask(json!({"type": "chat.leave", "session": session})).await;
    shows(
        &serving,
        &[
            (r#"deskbell_sessions{status="handled"}"#, 0.0),
            (r#"deskbell_sessions_became_total{status="waiting"}"#, 1.0),
            (r#"deskbell_sessions_became_total{status="handled"}"#, 1.0),
            (r#"deskbell_sessions_became_total{status="completed"}"#, 1.0),
            ("deskbell_store_steps_waiting", 0.0),
            ("deskbell_frames_waiting", 0.0),
        ],
    )
    .await;
}

#[tokio::test]
async fn refused_sign_ins_and_closed_connections_are_counted_by_reason() {
    let folder = Folder::new();
    let serving = serve(&folder);
    let link = folder.link(&serving, &["--role", "technician", "--name", "Priya"]);
    assert!(serving.redeem(&link, &token()).starts_with("HTTP/1.1 200"));
    assert!(serving.redeem(&link, &token()).starts_with("HTTP/1.1 410"));
    assert!(serving.redeem("made up", &token()).starts_with("HTTP/1.1 404"));
    let mut stranger = serving.connect(&token(), Uuid::new_v4()).await;
    assert_eq!(stranger.until("welcome").await, None);
    shows(
        &serving,
        &[
            ("deskbell_sign_ins_total", 1.0),
            (r#"deskbell_sign_ins_refused_total{why="link_used"}"#, 1.0),
            (r#"deskbell_sign_ins_refused_total{why="link_unknown"}"#, 1.0),
            (r#"deskbell_sign_ins_refused_total{why="unknown"}"#, 1.0),
            (r#"deskbell_connections_ended_total{how="sign_in"}"#, 1.0),
            (r#"deskbell_http_responses_total{status="1xx"}"#, 1.0),
            (r#"deskbell_http_responses_total{status="2xx"}"#, 1.0),
            (r#"deskbell_http_responses_total{status="4xx"}"#, 2.0),
        ],
    )
    .await;
}

#[test]
fn the_port_serves_only_metrics_and_no_reader_holds_it_up() {
    let folder = Folder::new();
    let serving = serve(&folder);
    let address = serving.metrics.clone().unwrap();
    for head in ["GET / HTTP/1.1", "GET /healthz HTTP/1.1", "POST /metrics HTTP/1.1\r\ncontent-length: 0"] {
        let answer = http(&address, head, "");
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        assert!(
            answer
                .ends_with("Only GET /metrics is served here. The service itself listens on another port.\n")
        );
    }
    // Far more than are allowed at once; none of them ever finishes its request, or reads.
    let mut silent: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(&address).unwrap()).collect();
    for stream in &mut silent {
        let _ = stream.write_all(b"GET /metrics HTTP/1.1\r\nhost:");
    }
    assert!(scrape(&serving).contains("deskbell_sockets 0"));
    // The first of them was cut off.
    let first = silent.first_mut().unwrap();
    first.set_read_timeout(Some(DEADLINE)).unwrap();
    let mut rest = Vec::new();
    let end = first.read_to_end(&mut rest);
    assert!(end.is_ok() || end.is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock));
    assert!(rest.is_empty());
}

#[test]
fn metrics_are_off_by_default_and_a_port_open_to_other_machines_is_warned_about() {
    let folder = Folder::new();
    assert_eq!(folder.serve().metrics, None);
    let serving = folder.serve_with(&["--metrics", "0.0.0.0:0"]);
    assert!(serving.metrics.is_some());
    let log = folder.log();
    assert!(log.contains("WARN") && log.contains("metrics can be read from other machines"), "{log}");
    drop(serving);
    std::fs::write(folder.path.join("settings.toml"), "metrics = '127.0.0.1:0'\n").unwrap();
    let settings = folder.path.join("settings.toml");
    assert!(folder.serve_with(&["--config", settings.to_str().unwrap()]).metrics.is_some());
}

/// A family as Prometheus' parser has it.
struct Family {
    name: String,
    kind: String,
    help: String,
    /// Name, labels and value.
    samples: Vec<(String, BTreeMap<String, String>, f64)>,
}

fn parsed(text: &str) -> Vec<Family> {
    let mut python = Command::new(PYTHON)
        .args(["-c", PARSER])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 starts; `cargo xtask setup` installs it");
    python.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "Prometheus' parser does not accept it, or python3-prometheus-client is missing"
    );
    let families = String::from_utf8(output.stdout).unwrap();
    families
        .lines()
        .map(|line| {
            let (name, kind, help, samples) = serde_json::from_str(line).unwrap();
            Family { name, kind, help, samples }
        })
        .collect()
}

#[test]
fn prometheus_parses_the_metrics_names_follow_the_conventions_and_labels_name_nobody() {
    let folder = Folder::new();
    let serving = serve(&folder);
    two(&folder, &serving);
    let text = scrape(&serving);
    let families = parsed(&text);
    let samples: usize = families.iter().map(|family| family.samples.len()).sum();
    assert_eq!(samples, text.lines().filter(|line| !line.starts_with('#')).count());
    let labels =
        ["version", "role", "device", "presence", "status", "how", "kind", "code", "why", "step", "le"];
    for Family { name, kind, help, samples } in &families {
        assert!(name.starts_with("deskbell_") || name == "process_start_time_seconds", "{name}");
        assert!(help.len() > 15 && help.ends_with('.'), "{name}: {help:?}");
        assert!(!samples.is_empty(), "{name} has no value before something happens");
        for (sample, had, value) in samples {
            assert_eq!(kind == "counter", sample.ends_with("_total"), "{sample} is a {kind}");
            assert!(kind != "histogram" || sample.contains("_seconds_"), "{sample} names no unit");
            assert!(value.is_finite(), "{sample} {value}");
            assert!(had.keys().all(|label| labels.contains(&label.as_str())), "{sample} {had:?}");
        }
    }
    for named in ["Acme", "Priya", "Dana", "Northwind"] {
        assert!(!text.contains(named), "{named} is in the metrics");
    }
    // Bounded by the kinds of things, not by the number of people.
    assert!(samples < 450, "{samples} time series");
}

#[test]
fn the_page_and_the_dashboard_name_exactly_the_existing_metrics() {
    let folder = Folder::new();
    let text = scrape(&serve(&folder));
    let there: BTreeSet<String> = parsed(&text)
        .into_iter()
        .map(|family| match family.kind.as_str() {
            "counter" => format!("{}_total", family.name),
            _ => family.name,
        })
        .collect();
    let docs = format!("{}/../../docs", env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(format!("{docs}/operations.md")).unwrap();
    // The page has a row for each, which begins with its name.
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split(['`', '{']).next());
    let rows: BTreeSet<String> = rows.filter(|name| is_metric(name)).map(str::to_owned).collect();
    assert_eq!(rows, there, "the tables of docs/operations.md (left) and the metrics that there are");
    for name in names(&page) {
        assert!(there.contains(&name), "docs/operations.md names {name}, which is not there");
    }
    let dashboard = std::fs::read_to_string(format!("{docs}/grafana/deskbell.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let queries = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let queried: BTreeSet<String> =
        queries.flat_map(|target| names(target["expr"].as_str().unwrap())).collect();
    assert_eq!(queried, there, "what the dashboard shows (left) and the metrics that there are");
    let described = panels.iter().filter(|panel| panel["type"] != "row");
    for panel in described {
        assert!(panel["description"].as_str().is_some_and(|text| !text.is_empty()), "{}", panel["title"]);
    }
}

fn is_metric(word: &str) -> bool {
    word.starts_with("deskbell_") || word.starts_with("process_")
}

/// Names of metrics in a text, a histogram's series by its own name.
fn names(text: &str) -> BTreeSet<String> {
    text.split(|each: char| !each.is_ascii_alphanumeric() && each != '_')
        .filter(|word| is_metric(word))
        .map(|word| {
            let histogram = ["_bucket", "_sum", "_count"].iter().find_map(|end| word.strip_suffix(end));
            histogram.unwrap_or(word).to_owned()
        })
        .collect()
}

/// Priya and Dana, signed in.
fn two(folder: &Folder, serving: &Serving) -> (String, String) {
    (
        folder.sign_in(serving, &["--role", "technician", "--name", "Priya"]),
        folder.sign_in(serving, &["--role", "client", "--name", "Dana", "--company", "Northwind"]),
    )
}
