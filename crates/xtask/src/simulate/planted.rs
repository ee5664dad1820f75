//! The simulation is tested itself: faults are planted in a copy of the real cores, and each must be found within 200 seeds.
//!
//! The copy, below `target/planted`, is a workspace of its own, and its program has a name of its own: nothing with a fault in it can get
//! among the programs that people run. A fault is a replacement of text that must fit exactly once: one that no longer fits fails. All are
//! planted in one build, each behind a condition; its number in the environment puts it into effect.

use crate::bundle;
use crate::steps::{cargo, root, succeed};
use crate::tree::files_below;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use toml::{Table, Value};

/// Seeds within which a planted fault must be found.
const SEEDS: &str = "200";
/// What is copied.
const SOURCES: [&str; 9] = [
    "crates/boottime",
    "crates/catalogue",
    "crates/presence",
    "crates/chat",
    "crates/protocol",
    "crates/link",
    "crates/agent",
    "crates/service",
    "tests/simulate",
];

/// The program with the faults in it.
const PROGRAM: &str = "simulate-planted";
/// The variable with the number of the fault that is in effect.
const VARIABLE: &str = "PLANTED_FAULT";
/// What a text that is planted calls the condition.
const CONDITION: &str = "PLANTED";
/// Seeds that must hold with all faults planted and none in effect: what is planted beside a fault is as it was.
const SOUND_SEEDS: &str = "20";

/// A fault as it is planted.
struct Planted {
    name: &'static str,
    changes: &'static [Change],
}

/// One replacement of text: by one that does the same unless `PLANTED`.
struct Change {
    file: &'static str,
    is: &'static str,
    becomes: &'static str,
}

/// All that are planted.
const PLANTED: [Planted; 28] = [
    Planted {
        name: "a clock that stands still: the link does not count the time for which its computer sleeps",
        changes: &[Change {
            file: "crates/link/src/link_loop.rs",
            is: "let step = self.policy.take(order, now.moment);",
            becomes: "let step = self.policy.take(order, if PLANTED { Moment::at(now.awake) } else { now.moment });",
        }],
    },
    Planted {
        name: "no withdrawal: a toast stays when its request is over",
        changes: &[Change {
            file: "crates/agent/src/agent/rings.rs",
            is: "self.requests.retain(|id, _| ids.contains(id));",
            becomes: "if !PLANTED { self.requests.retain(|id, _| ids.contains(id)); }",
        }],
    },
    Planted {
        name: "a toast task that ends alone: its failure is not told and it is not started again",
        changes: &[Change {
            file: "crates/agent/src/toasts/keeper.rs",
            is: "self.phase = Phase::Failed { why, at: now, worked };",
            becomes: "if PLANTED { return self.stop(); }\n self.phase = Phase::Failed { why, at: now, worked };",
        }],
    },
    Planted {
        name: "no restating: what a device says in hello and beat is not taken",
        changes: &[
            Change {
                file: "crates/service/src/org/mod.rs",
                is: "Up::Beat { activity } => self.report(conn, activity),",
                becomes: "Up::Beat { .. } if PLANTED => {}\n Up::Beat { activity } => self.report(conn, activity),",
            },
            Change {
                file: "crates/service/src/org/arrivals.rs",
                is: "let stamp = Stamped::next(was, hello.activity, self.cx.wall);",
                becomes: "let stamp = match was { Some(was) if PLANTED => was, was => Stamped::next(was, hello.activity, self.cx.wall) };",
            },
        ],
    },
    Planted {
        name: "no duplicate check: a repeated intent is another one",
        changes: &[Change {
            file: "crates/service/src/org/chats/intent.rs",
            is: "id: asked.re, from: asked.person",
            becomes: "id: if PLANTED { uuid::Uuid::from_u128(asked.re.as_u128() ^ u128::from(cx.wall.0)) } else { asked.re }, from: asked.person",
        }],
    },
    Planted {
        name: "a leaked projection: clients see notes",
        changes: &[Change {
            file: "crates/service/src/org/view.rs",
            is: "Role::Client => (None, None, None),",
            becomes: "Role::Client if PLANTED => (None, session.ending.as_ref().and_then(|ending| ending.note.clone()), None),\n Role::Client => (None, None, None),",
        }],
    },
    Planted {
        name: "a forgotten timer: a device that does not confirm its toast is waited for for ever",
        changes: &[Change {
            file: "crates/service/src/org/chats/ringing.rs",
            is: "cx.timers.set(told.plus(cx.config.ring_shown_within), Timer::Ring(session, person));",
            becomes: "if !PLANTED { cx.timers.set(told.plus(cx.config.ring_shown_within), Timer::Ring(session, person)); }",
        }],
    },
    Planted {
        name: "an invitation without an end: nobody answers it, and it stays open",
        changes: &[Change {
            file: "crates/service/src/org/chats/absence.rs",
            is: "cx.timers.set(times.waiting.plus(cx.config.invitation), Timer::Absence(session.client));",
            becomes: "if !PLANTED { cx.timers.set(times.waiting.plus(cx.config.invitation), Timer::Absence(session.client)); }",
        }],
    },
    Planted {
        name: "a message is kept and told to nobody",
        changes: &[Change {
            file: "crates/service/src/org/chats/messages.rs",
            is: "cx.send_all(to, Down::Messages { session: id, messages: vec![message] });",
            becomes: "if !PLANTED { cx.send_all(to, Down::Messages { session: id, messages: vec![message] }); }",
        }],
    },
    Planted {
        name: "an outbox that is not removed: the queue of a connection that has ended is kept",
        changes: &[Change {
            file: "crates/service/src/orgs/runner.rs",
            is: "self.outboxes.ended(conn);",
            becomes: "if !PLANTED { self.outboxes.ended(conn); }",
        }],
    },
    Planted {
        name: "a write that fails: its connection is not ended, and what is written to it goes nowhere",
        changes: &[Change {
            file: "crates/service/src/socket/conversation.rs",
            is: "(Written::Failed, _) => Step::End(",
            becomes: "(Written::Failed, _) if PLANTED => Step::Wait,\n (Written::Failed, _) => Step::End(",
        }],
    },
    Planted {
        name: "a restart with the clock behind: the grace runs from what the clock showed at the last frame",
        changes: &[
            Change {
                file: "crates/service/src/org/mod.rs",
                is: "let wall = last.map_or(now.unix, |last| last.max(now.unix));",
                becomes: "let wall = last.filter(|_| !PLANTED).map_or(now.unix, |last| last.max(now.unix));",
            },
            Change {
                file: "crates/service/src/org/people/arriving.rs",
                is: "let until = cx.now.plus(cx.config.grace);\n        let last_active",
                becomes: "let until = if PLANTED { cx.moment(last_frame) } else { cx.now }.plus(cx.config.grace);\n        let last_active",
            },
        ],
    },
    Planted {
        name: "a page of sessions that is not ended: the same page comes again for ever, and no older one",
        changes: &[Change {
            file: "crates/service/src/org/chats/follow_ups.rs",
            is: "let from = page.last().map_or(before, |(order, _)| *order);",
            becomes: "let from = page.last().filter(|_| !PLANTED).map_or(before, |(order, _)| *order);",
        }],
    },
    Planted {
        name: "no way back: after a lost connection the next attempt is made a day later",
        changes: &[Change {
            file: "crates/link/src/connection_policy.rs",
            is: "self.pause = Some(now.plus(retry_in));",
            becomes: "self.pause = Some(now.plus(if PLANTED { Duration::from_secs(86_400) } else { retry_in }));",
        }],
    },
    Planted {
        name: "two winners: a Join of a chat in progress succeeds",
        changes: &[Change {
            file: "crates/chat/src/decide/joining.rs",
            is: "        Status::Handled => Err(Refusal::taken(session)),\n        // It is for the client to answer.",
            becomes: "        Status::Handled if PLANTED => Ok(Some(entered(session, who, now)?)),\n        Status::Handled => Err(Refusal::taken(session)),\n        // It is for the client to answer.",
        }],
    },
    Planted {
        name: "a file without its contents: they are removed once its sender has been answered",
        changes: &[Change {
            file: "crates/service/src/files/request.rs",
            is: "Down::Ok { .. } => Self::StayIfStored,",
            becomes: "Down::Ok { .. } if PLANTED => Self::Go,\n Down::Ok { .. } => Self::StayIfStored,",
        }],
    },
    Planted {
        name: "a sweep that is too thorough: contents go when they are old, whether a chat has them or not",
        changes: &[Change {
            file: "crates/service/src/files/sweep.rs",
            is: "swept.remove(folder, &store.unknown_files(some)?);",
            becomes: "let unknown = if PLANTED { some.to_vec() } else { store.unknown_files(some)? };\n swept.remove(folder, &unknown);",
        }],
    },
    Planted {
        name: "a sweep that leaves what no chat has",
        changes: &[Change {
            file: "crates/service/src/files/sweep.rs",
            is: "for some in folder.older_than(since)?.chunks(AT_ONCE) {",
            becomes: "for some in folder.older_than(since)?.chunks(AT_ONCE) {\n if PLANTED { continue; }",
        }],
    },
    Planted {
        name: "files for everybody: a client fetches those of another one",
        changes: &[Change {
            file: "crates/service/src/files/request.rs",
            is: "Role::Client => session.client == self.person,",
            becomes: "Role::Client => PLANTED || session.client == self.person,",
        }],
    },
    Planted {
        name: "private notes are found by their words",
        changes: &[Change {
            file: "crates/service/src/store/sqlite/sessions.rs",
            is: "Audience::Technicians => {}",
            becomes: "Audience::Technicians if PLANTED => history::index_message(sql, session.id, &Message { number: message.number + 500_000, ..message.clone() })?,\n Audience::Technicians => {}",
        }],
    },
    Planted {
        name: "deleted too early: as soon as a chat is completed",
        changes: &[Change {
            file: "crates/service/src/org/chats/retention.rs",
            is: "StoreRequest::DeleteEnded(cx.wall.minus(cx.keep_for()),",
            becomes: "StoreRequest::DeleteEnded(cx.wall.minus(if PLANTED { Duration::ZERO } else { cx.keep_for() }),",
        }],
    },
    Planted {
        name: "a clock that is trusted at once: chats are deleted right after the start",
        changes: &[
            Change {
                file: "crates/service/src/org/chats/retention.rs",
                is: "if self.is_deleting || cx.now < self.not_before {",
                becomes: "if self.is_deleting || (cx.now < self.not_before && !PLANTED) {",
            },
            Change {
                file: "crates/service/src/org/chats/retention.rs",
                is: "cx.timers.set(self.not_before, Timer::Retention);",
                becomes: "cx.timers.set(if PLANTED { cx.now } else { self.not_before }, Timer::Retention);",
            },
        ],
    },
    Planted {
        name: "a sound in do-not-disturb",
        changes: &[Change {
            file: "crates/agent/src/agent/rings.rs",
            is: "self.is_do_not_disturb || self.silent_until(now).is_some()",
            becomes: "(self.is_do_not_disturb && !PLANTED) || self.silent_until(now).is_some()",
        }],
    },
    Planted {
        name: "a critical toast in do-not-disturb",
        changes: &[Change {
            file: "crates/agent/src/agent/toast_set.rs",
            is: "let may_be_critical = !rings.is_do_not_disturb();",
            becomes: "let may_be_critical = PLANTED || !rings.is_do_not_disturb();",
        }],
    },
    Planted {
        name: "all devices ring at once, though the first one could",
        changes: &[Change {
            file: "crates/service/src/org/chats/ring.rs",
            is: "            None => fresh,",
            becomes: "            None if PLANTED => Self::All,\n            None => fresh,",
        }],
    },
    Planted {
        name: "who has left a chat is told that others write in it",
        changes: &[Change {
            file: "crates/service/src/org/chats/typing.rs",
            is: "self.typing.get(&session).filter(|_| is_in)",
            becomes: "self.typing.get(&session).filter(|_| is_in || PLANTED)",
        }],
    },
    Planted {
        name: "a read mark that goes back",
        changes: &[Change {
            file: "crates/service/src/org/chats/request.rs",
            is: "if number <= *known {",
            becomes: "if number <= *known && !PLANTED {",
        }],
    },
    Planted {
        name: "a read mark of what was only sent",
        changes: &[Change {
            file: "crates/service/src/org/chats/personal.rs",
            is: "            self.seen_by(session.id, session.client)",
            becomes: "            if PLANTED { session.messages } else { self.seen_by(session.id, session.client) }",
        }],
    },
];

/// Plants all faults, and puts those whose name has this part into effect, one after the other.
pub(super) fn run(part: &str) -> Result<()> {
    let chosen: Vec<(usize, &Planted)> =
        PLANTED.iter().enumerate().filter(|(_, fault)| fault.name.contains(part)).collect();
    ensure!(!chosen.is_empty(), "no planted fault has {part:?} in its name");
    let target = bundle::target()?;
    let copy = target.join("planted");
    refresh(&copy)?;
    let mut build = cargo();
    // The profile is not incremental: a run that was broken off leaves nothing by which the next one would be built wrong.
    build.current_dir(&copy).args(["build", "--quiet", "--package=simulate", "--profile", "simulate"]);
    // What the copy takes from elsewhere is built already.
    build.arg("--target-dir").arg(&target);
    succeed(&mut build).context("building the copy with the faults in it")?;
    let program = target.join("simulate").join(PROGRAM);
    succeed(Command::new(&program).args(["--seeds", SOUND_SEEDS]))
        .context("living through worlds with no planted fault in effect")?;
    for (number, fault) in chosen {
        let start = Instant::now();
        let run = Command::new(&program)
            .env(VARIABLE, number.to_string())
            .args(["--seeds", SEEDS])
            .output()
            .context("starting the simulation with a fault in it")?;
        let said = String::from_utf8_lossy(&run.stdout);
        let found = said.lines().find(|line| line.contains("did not hold"));
        let (false, Some(line)) = (run.status.success(), found) else {
            bail!("a planted fault was not found in {SEEDS} seeds: {}\n{said}", fault.name);
        };
        println!("found in {:.1} s  {}\n    {line}", start.elapsed().as_secs_f64(), fault.name);
    }
    Ok(())
}

/// A fault that no longer fits its source text: found here in a second, and not only when all are planted.
pub(crate) fn complaints() -> Result<Vec<String>> {
    let mut texts = BTreeMap::new();
    let mut complaints = Vec::new();
    for (number, fault) in PLANTED.iter().enumerate() {
        for change in fault.changes {
            texts.insert(PathBuf::from(change.file), read(change.file)?);
            if let Err(why) = plant(&mut texts, number, change) {
                complaints.push(format!(
                    "the planted fault “{}” fits no longer: {why}. Change it in crates/xtask/src/simulate/planted.rs.",
                    fault.name
                ));
            }
        }
    }
    Ok(complaints)
}

/// Makes the copy like the sources, with the faults in it; files that have not changed are left alone, so that they are not built again.
fn refresh(copy: &Path) -> Result<()> {
    let mut texts = BTreeMap::from([
        (PathBuf::from("Cargo.toml"), manifest()?),
        ("Cargo.lock".into(), read("Cargo.lock")?),
        ("rust-toolchain.toml".into(), read("rust-toolchain.toml")?),
    ]);
    for source in SOURCES {
        for file in files_below(&root().join(source))? {
            let path = file.strip_prefix(root()).context("the sources lie below the root")?.to_owned();
            let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
            for included in included(&path, &text) {
                let from = root().join(&included);
                let text = fs::read_to_string(&from).with_context(|| {
                    format!("reading {}, which {} includes", from.display(), path.display())
                })?;
                texts.entry(included).or_insert(text);
            }
            texts.insert(path, text);
        }
    }
    for (number, fault) in PLANTED.iter().enumerate() {
        for change in fault.changes {
            plant(&mut texts, number, change).with_context(|| format!("planting: {}", fault.name))?;
        }
    }
    for source in SOURCES {
        let library = text(&mut texts, &format!("{source}/src/lib.rs"))?;
        let _ = write!(library, "{}", condition());
    }
    let program = format!("\n[[bin]]\nname = {PROGRAM:?}\npath = \"src/main.rs\"\n");
    text(&mut texts, "tests/simulate/Cargo.toml")?.push_str(&program);
    fs::create_dir_all(copy).with_context(|| format!("making {}", copy.display()))?;
    // What the sources no longer have could make the copy build where a clean one does not.
    for file in files_below(copy)? {
        if file.strip_prefix(copy).is_ok_and(|path| !texts.contains_key(path)) {
            fs::remove_file(&file).with_context(|| format!("removing {}", file.display()))?;
        }
    }
    for (path, text) in texts {
        let to = copy.join(&path);
        if fs::read_to_string(&to).is_ok_and(|known| known == text) {
            continue;
        }
        let folder = to.parent().context("files lie in folders")?;
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        fs::write(&to, text).with_context(|| format!("writing {}", to.display()))?;
    }
    Ok(())
}

/// The texts that a source takes in when it is built, some of them from outside of what is copied.
fn included(source: &Path, text: &str) -> Vec<PathBuf> {
    let folder = source.parent().unwrap_or(Path::new(""));
    let names = text.split("include_str!(\"").skip(1).filter_map(|rest| rest.split('"').next());
    names.map(|name| without_steps_up(&folder.join(name))).collect()
}

/// The same path without `..`.
fn without_steps_up(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        if part == Component::ParentDir {
            plain.pop();
        } else {
            plain.push(part);
        }
    }
    plain
}

/// Makes one replacement.
fn plant(texts: &mut BTreeMap<PathBuf, String>, number: usize, change: &Change) -> Result<()> {
    let Change { file, is, becomes } = change;
    let text = text(texts, file)?;
    let count = text.matches(is).count();
    ensure!(count == 1, "{is:?} stands {count} times in {file}");
    ensure!(becomes.contains(CONDITION), "{becomes:?} is always in effect");
    *text = text.replacen(is, &becomes.replace(CONDITION, &format!("crate::is_planted({number})")), 1);
    Ok(())
}

fn text<'a>(texts: &'a mut BTreeMap<PathBuf, String>, file: &str) -> Result<&'a mut String> {
    texts.get_mut(Path::new(file)).with_context(|| format!("{file} is not among what is copied"))
}

/// What each crate's library gets: whether a fault is in effect.
fn condition() -> String {
    format!(
        r#"
#[allow(dead_code)]
fn is_planted(number: usize) -> bool {{
    static NUMBER: std::sync::LazyLock<Option<usize>> =
        std::sync::LazyLock::new(|| std::env::var("{VARIABLE}").ok()?.parse().ok());
    *NUMBER == Some(number)
}}
"#
    )
}

/// The root's own workspace without the window and all that the simulation does not need.
fn manifest() -> Result<String> {
    let mut manifest: Table = read("Cargo.toml")?.parse().context("reading Cargo.toml")?;
    let members = SOURCES.map(Value::from).to_vec();
    manifest.retain(|key, _| matches!(key, "workspace" | "profile"));
    let workspace = table(&mut manifest, "workspace")?;
    workspace.insert("members".to_owned(), Value::Array(members));
    workspace.remove("default-members");
    // A planted fault is found in a few seeds: for what is built with it, building quickly counts for more than running quickly.
    let profile = table(table(&mut manifest, "profile")?, "simulate")?;
    let packages = table(profile, "package")?;
    for source in SOURCES {
        let name = source.rsplit('/').next().context("a folder has a name")?;
        packages
            .insert(name.to_owned(), Value::Table(Table::from_iter([("opt-level".to_owned(), 1.into())])));
    }
    Ok(manifest.to_string())
}

fn table<'a>(of: &'a mut Table, name: &str) -> Result<&'a mut Table> {
    let value = of.get_mut(name).with_context(|| format!("Cargo.toml has no {name}"))?;
    value.as_table_mut().with_context(|| format!("{name} in Cargo.toml is not a table"))
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(root().join(file)).with_context(|| format!("reading {file}"))
}
