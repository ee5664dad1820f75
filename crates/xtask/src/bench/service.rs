//! The service's figures: the program `load` measures the service and a bare axum WebSocket server in turn, and here its numbers
//! become rows. `tests/load` and `docs/performance.md` explain how each figure is measured.

use super::figure::{Figure, Limit, Peer, Value};
use super::options::{Form, Options};
use super::peer;
use crate::bundle::{self, Build, SERVICE_PROGRAM};
use crate::npm;
use crate::steps::{self, built, cargo, output, succeed};
use anyhow::{Context, Result};
use serde_json::Value as Json;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The peer's name in the table.
const PEER: &str = "bare axum";
/// Rounds of the long form, of which the medians count: other work on the machine falls into one of them.
const ROUNDS: usize = 3;

/// Memory of a connection, in KiB (design: what good looks like).
const IDLE_KIB: f64 = 12.0;
/// Processor time of a delivery, as a multiple of the bare server's.
const DELIVERY_TIMES: f64 = 1.7;
/// Seconds until all are back.
const BACK_S: f64 = 4.0;
/// All back without optimisation, on a machine that does other things: within the grace, or somebody is seen Offline.
const BACK_SHORT_S: f64 = 45.0;
/// Milliseconds of a technician's first view with as many abandoned chats as stay open: nobody waits for it.
const FIRST_VIEW_MS: f64 = 50.0;
/// The same without optimisation, on a machine that does other things: still within a second.
const FIRST_VIEW_SHORT_MS: f64 = 1_000.0;

/// Connections that come and leave in good order before memory is compared again. What the allocator keeps varies by some
/// MiB however few
/// they are, so they are twice those of the figure.
const LEAVES: u32 = 40_000;
/// What memory may grow by with each 20,000 of them, in MiB: some 50 bytes of each. An outbox that is not removed makes it
/// 3.8 MiB.
const LEAVES_COUNTED: u32 = 20_000;
const LEAVES_MIB: f64 = 1.0;
/// What an unsigned flood may cost, in hundredths of a core.
const FLOOD_PERCENT: f64 = 2.0;
/// Seconds for which one floods, in each way, and for which one comes again: long enough for what an address may do at once
/// not to count.
const FLOOD_S: u32 = 10;
const FLOOD_AGAIN_S: u32 = 60;
/// MiB of the database with which the service starts, and seconds until it listens.
const DATABASE_MIB: u32 = 2048;
/// The same in the short form: enough for it not to be read whole as a small one is.
const DATABASE_SHORT_MIB: u32 = 256;
const START_S: f64 = 3.0;

/// Seconds for which many organisations chat.
const CHATS_S: u32 = 10;
/// The same in the short form: enough for a hundredth of the messages to be some of them.
const CHATS_SHORT_S: u32 = 4;
/// Milliseconds until a message is answered, which is when its reader gets it: some syncs of a disk.
const ANSWER_MS: f64 = 30.0;
/// The same of the hundredth that waits longest: now and then a disk takes this long for one sync.
const ANSWER_P99_MS: f64 = 200.0;
/// Both without optimisation, on a machine that does other things: what a person waits for.
const ANSWER_SHORT_MS: f64 = 500.0;
/// Commits a second for 1,000 messages a second that come 50 at a time: a disk that syncs in 3 ms keeps up with so many.
const COMMITS_PER_S: f64 = 300.0;
/// Milliseconds for what a technician waits for with 5,000 chats stored, on the service's side: nobody notices them.
const HISTORY_MS: f64 = 100.0;
/// How the small organisation is called in the table, and how much dearer a message may be in a large one.
const SMALL: &str = "one of 50 people, one of them waiting";
const MESSAGE_TIMES: f64 = 3.0;

pub(crate) fn figures(options: &Options) -> Result<Vec<Figure>> {
    let build = match options.form {
        Form::Short => Build::Debug,
        Form::Long => Build::Release,
    };
    npm::build_if_stale()?;
    bundle::compile_service(build)?;
    let program = load(build)?;
    let peer = peer::build("axum", build)?;
    let folder = bundle::target()?.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let mut load = Command::new(program);
    load.arg("--service").arg(bundle::program(build, SERVICE_PROGRAM)?);
    load.arg("--peer").arg(peer).arg("--folder").arg(folder);
    // It takes minutes, and says how far it is.
    load.args(["--connections", &options.connections.to_string()]).stderr(Stdio::inherit());
    load.args(["--leaves", &LEAVES.to_string(), "--flood-s", &FLOOD_S.to_string()]);
    load.args(["--database-mib", &database_mib(options.form).to_string()]);
    load.args(["--chats-s", &chats_s(options.form).to_string()]);
    match options.form {
        Form::Short => {}
        Form::Long => {
            load.args(["--delivery", "--rounds", &ROUNDS.to_string()]);
            load.args(["--flood-again-s", &FLOOD_AGAIN_S.to_string()]);
        }
    }
    let measured = serde_json::from_str(&output(&mut load)?).context("reading what `load` measured")?;
    Ok(rows(options, &Measured(measured)))
}

/// Builds `load` like the service, whose core it measures in itself, too.
fn load(build: Build) -> Result<PathBuf> {
    match build {
        Build::Debug => {
            steps::build()?;
            Ok(built()?.join("load"))
        }
        Build::Release => {
            succeed(cargo().args(["build", "--profile", bundle::SERVICE_PROFILE, "--package=load"]))?;
            Ok(bundle::target()?.join(bundle::SERVICE_PROFILE).join("load"))
        }
    }
}

fn chats_s(form: Form) -> u32 {
    match form {
        Form::Short => CHATS_SHORT_S,
        Form::Long => CHATS_S,
    }
}

fn database_mib(form: Form) -> u32 {
    match form {
        Form::Short => DATABASE_SHORT_MIB,
        Form::Long => DATABASE_MIB,
    }
}

/// What the service does and a bare server has no part in.
fn alone(options: &Options, measured: &Measured) -> Vec<Figure> {
    let row = |name: String, unit, key: &str, limit| Figure {
        name: format!("service: {name}"),
        unit,
        value: Value::Measured { ours: measured.alone(key), peers: Vec::new() },
        limits: vec![Limit::AtMost(limit)],
    };
    let mut leaves = row(
        format!("what memory grows by with each {LEAVES_COUNTED} connections that come and say bye"),
        "MiB",
        "leaves_mib",
        LEAVES_MIB,
    );
    let of_those_counted = f64::from(LEAVES_COUNTED) / f64::from(LEAVES);
    leaves.value =
        Value::Measured { ours: measured.alone("leaves_mib") * of_those_counted, peers: Vec::new() };
    let mut again = row(
        "the same from one address that comes again at once whenever it is closed".to_owned(),
        "%",
        "flood_again_percent",
        FLOOD_PERCENT,
    );
    if options.form == Form::Short {
        again.value = Value::LongForm;
    }
    vec![
        leaves,
        row(
            "processor time of one socket that floods without signing in, of one core".to_owned(),
            "%",
            "flood_percent",
            FLOOD_PERCENT,
        ),
        again,
        row(
            format!(
                "from its start until it listens, with a database of {} MiB, ended or killed before",
                database_mib(options.form)
            ),
            "s",
            "large_start_s",
            START_S,
        ),
    ]
}

fn rows(options: &Options, measured: &Measured) -> Vec<Figure> {
    let count = options.connections;
    let optimised = |name: String, unit, key: &str, limits| Figure {
        name: format!("service: {name}"),
        unit,
        value: match options.form {
            Form::Short => Value::LongForm,
            Form::Long => measured.both(key),
        },
        limits,
    };
    // The bare server neither beats nor tells anybody of people: there is nothing to compare.
    let bare_has_none = |name: String, unit, key: &str| {
        let mut figure = optimised(name, unit, key, Vec::new());
        if let Value::Measured { peers, .. } = &mut figure.value {
            peers.clear();
        }
        figure
    };
    let mut rows = vec![
        optimised(
            format!("memory of an idle connection, of {count} that are signed in and beaten"),
            "KiB",
            "idle_kib",
            vec![Limit::Under(IDLE_KIB)],
        ),
        optimised(
            "the same after all were cut, came back and watched again".to_owned(),
            "KiB",
            "idle_after_storm_kib",
            Vec::new(),
        ),
        optimised(
            format!("processor time of a delivery of presence, {count} connected, {} watch", count / 10),
            "µs",
            "delivery_us",
            vec![Limit::TimesPeer(DELIVERY_TIMES)],
        ),
        Figure {
            name: format!("service: {count} cut at once, all back with their sign-ins checked"),
            unit: "s",
            value: measured.both("storm_s"),
            limits: vec![Limit::AtMost(match options.form {
                Form::Short => BACK_SHORT_S,
                Form::Long => BACK_S,
            })],
        },
        bare_has_none(
            format!("until {} watchers among them know everybody again", (count / 10).min(100)),
            "s",
            "known_s",
        ),
        Figure {
            name: "service: Offline seen by watchers meanwhile".to_owned(),
            unit: "",
            value: Value::Measured { ours: measured.most("ours", "offline"), peers: Vec::new() },
            limits: vec![Limit::AtMost(0.0)],
        },
        Figure {
            name: "service: a technician's connecting until `synced`, with 2,000 abandoned chats open"
                .to_owned(),
            unit: "ms",
            value: Value::Measured { ours: measured.alone("open_ms"), peers: Vec::new() },
            limits: vec![Limit::AtMost(match options.form {
                Form::Short => FIRST_VIEW_SHORT_MS,
                Form::Long => FIRST_VIEW_MS,
            })],
        },
        optimised(
            "processor time of a reconnect, the watchers' look at everybody with it".to_owned(),
            "µs",
            "reconnect_us",
            Vec::new(),
        ),
        bare_has_none(format!("processor time of {count} at rest, of one core"), "%", "rest_percent"),
    ];
    rows.extend(alone(options, measured));
    rows.extend(chats(options, measured));
    rows.extend(history(options, measured));
    rows
}

/// What chatting costs.
fn chats(options: &Options, measured: &Measured) -> Vec<Figure> {
    let organisations = "50 organisations with 20 messages a second each";
    let row = |name: String, unit, key: &str, limits| Figure {
        name: format!("service: {name}"),
        unit,
        value: Value::Measured { ours: measured.alone(key), peers: Vec::new() },
        limits,
    };
    let beside = |name: String, unit, key: &str, small: &str, limits| {
        let mut figure = row(name, unit, key, limits);
        if let Value::Measured { peers, .. } = &mut figure.value {
            peers.push(Peer { name: SMALL, value: measured.alone(small) });
        }
        figure
    };
    let at_most = |long| match options.form {
        Form::Short => vec![Limit::AtMost(ANSWER_SHORT_MS)],
        Form::Long => vec![Limit::AtMost(long)],
    };
    vec![
        row(format!("{organisations}: the answer, median"), "ms", "answer_ms", at_most(ANSWER_MS)),
        row(
            "the same of the hundredth that waits longest".to_owned(),
            "ms",
            "answer_p99_ms",
            at_most(ANSWER_P99_MS),
        ),
        row(
            "commits synced to the disk meanwhile".to_owned(),
            "/s",
            "commits_per_s",
            vec![Limit::AtMost(COMMITS_PER_S)],
        ),
        beside(
            "processor time of a message in an organisation of 5,000 people, 200 technicians, 500 who wait, 1,500 other chats"
                .to_owned(),
            "µs",
            "message_us",
            "message_small_us",
            vec![Limit::TimesPeer(MESSAGE_TIMES)],
        ),
        beside(
            "frames of such a message, each reader counted".to_owned(),
            "",
            "message_deliveries",
            "message_small_deliveries",
            Vec::new(),
        ),
    ]
}

/// What a history of many chats costs those who look into it, and those who do not.
fn history(options: &Options, measured: &Measured) -> Vec<Figure> {
    let stored = "5,000 chats of 50 messages stored";
    let row = |name: String, key: &str| Figure {
        name: format!("service: {name}"),
        unit: "ms",
        value: Value::Measured { ours: measured.alone(key), peers: Vec::new() },
        limits: vec![Limit::AtMost(match options.form {
            Form::Short => ANSWER_SHORT_MS,
            Form::Long => HISTORY_MS,
        })],
    };
    let mut search =
        row("the same: the slowest of eight searches in the history".to_owned(), "history_search_ms");
    // It is processor work, of which a debug build says little.
    if matches!(options.form, Form::Short) {
        search.value = Value::LongForm;
    }
    vec![
        row(format!("{stored}: a technician's connecting until `synced`"), "history_queue_ms"),
        search,
        row("the same: a transcript".to_owned(), "history_transcript_ms"),
    ]
}

/// What `load` prints: rounds of ours and of the peer.
struct Measured(Json);

impl Measured {
    /// A number of all rounds.
    fn rounds(&self, whose: &str, key: &str) -> Vec<f64> {
        let rounds = self.0[whose].as_array().map(Vec::as_slice).unwrap_or_default();
        rounds.iter().map(|round| round[key].as_f64().unwrap_or(f64::NAN)).collect()
    }

    /// The median of ours beside the peer's.
    fn both(&self, key: &str) -> Value {
        let peers = vec![Peer { name: PEER, value: median(self.rounds("peer", key)) }];
        Value::Measured { ours: median(self.rounds("ours", key)), peers }
    }

    /// What was measured once, of the service alone.
    fn alone(&self, key: &str) -> f64 {
        self.0["alone"][key].as_f64().unwrap_or(f64::NAN)
    }

    /// The worst of all rounds. One that was not measured is worse than any.
    fn most(&self, whose: &str, key: &str) -> f64 {
        self.rounds(whose, key).into_iter().max_by(f64::total_cmp).unwrap_or(f64::NAN)
    }
}

/// The middle one; of two, the greater. What was not measured in one round makes it no number.
fn median(mut values: Vec<f64>) -> f64 {
    if values.iter().any(|value| value.is_nan()) {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::super::figure::Verdict;
    use super::*;

    fn measured(ours: &str) -> Vec<Figure> {
        let peer = r#"[{"idle_kib":8,"idle_after_storm_kib":8,"storm_s":1,"reconnect_us":50,"delivery_us":2,"rest_percent":0}]"#;
        let alone = r#"{"leaves_mib":0.1,"flood_percent":0.3,"flood_again_percent":1,"large_start_s":0.2,"open_ms":9,
            "answer_ms":2,"answer_p99_ms":9,"commits_per_s":90,"message_us":20,"message_small_us":10,
            "message_deliveries":206,"message_small_deliveries":7,
            "history_queue_ms":1,"history_search_ms":40,"history_transcript_ms":2}"#;
        let json = format!(r#"{{"ours":[{ours}],"peer":{peer},"alone":{alone}}}"#);
        let options = Options::read(&["--only".to_owned(), "service".to_owned()]).unwrap();
        rows(&options, &Measured(serde_json::from_str(&json).unwrap()))
    }

    fn worse(figures: &[Figure]) -> usize {
        figures.iter().filter(|figure| matches!(figure.verdict(), Verdict::Worse(_))).count()
    }

    #[test]
    fn each_figure_of_the_design_is_judged() {
        let good = r#"{"idle_kib":9,"idle_after_storm_kib":9,"storm_s":2,"known_s":5,"reconnect_us":90,"delivery_us":3,"rest_percent":1,"offline":0}"#;
        assert_eq!(worse(&measured(good)), 0);
        for (from, to) in [
            ("\"idle_kib\":9", "\"idle_kib\":12"),
            ("\"storm_s\":2", "\"storm_s\":4.1"),
            ("\"delivery_us\":3,", "\"delivery_us\":3.5,"),
            ("\"delivery_us\":3,", ""),
            ("\"known_s\":5,", ""),
            ("\"offline\":0", "\"offline\":1"),
            (",\"offline\":0", ""),
        ] {
            assert_eq!(worse(&measured(&good.replace(from, to))), 1, "{from} {to}");
        }
    }

    #[test]
    fn the_median_of_the_rounds_counts_and_the_worst_of_what_must_not_be() {
        let rounds = r#"{"ours":[{"a":1,"offline":0},{"a":9,"offline":2},{"a":2,"offline":0}]}"#;
        let measured = Measured(serde_json::from_str(rounds).unwrap());
        assert!((median(measured.rounds("ours", "a")) - 2.0).abs() < f64::EPSILON);
        assert!((measured.most("ours", "offline") - 2.0).abs() < f64::EPSILON);
        assert!(measured.most("ours", "b").is_nan());
    }
}
