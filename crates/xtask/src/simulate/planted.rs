//! The simulation is tested itself: faults are planted in a copy of the real cores, and each must be found within 200 seeds.
//!
//! The copy is a workspace of its own with a target folder of its own, below `target/planted`: nothing with a fault in it can get
//! among the programs that people run. A fault is a replacement of text that must fit exactly once: one that no longer fits fails.

use crate::bundle;
use crate::steps::{cargo, root, succeed};
use crate::tidy;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// Seeds within which a planted fault must be found.
const SEEDS: &str = "200";
/// What is copied.
const SOURCES: [&str; 8] = [
    "crates/boottime",
    "crates/presence",
    "crates/chat",
    "crates/protocol",
    "crates/link",
    "crates/agent",
    "crates/service",
    "tests/simulate",
];

/// A fault as it is planted.
struct Planted {
    name: &'static str,
    changes: &'static [Change],
}

/// One replacement of text.
struct Change {
    file: &'static str,
    is: &'static str,
    becomes: &'static str,
}

/// All that are planted, one after the other; those in the outermost crate first, so that little is built anew.
const PLANTED: [Planted; 13] = [
    Planted {
        name: "a clock that stands still: the link does not count the time for which its computer sleeps",
        changes: &[Change {
            file: "crates/link/src/link_loop.rs",
            is: "let step = self.policy.take(order, now.moment);",
            becomes: "let step = self.policy.take(order, Moment::at(now.awake));",
        }],
    },
    Planted {
        name: "no withdrawal: a toast stays when its request is over",
        changes: &[Change {
            file: "crates/agent/src/agent/rings.rs",
            is: "        self.rings.requests.retain(|id, _| ids.contains(id));\n",
            becomes: "",
        }],
    },
    Planted {
        name: "a toast task that ends alone: its failure is not told and it is not started again",
        changes: &[Change {
            file: "crates/agent/src/toasts/keeper.rs",
            is: "                self.phase = Phase::Failed { why, at: now, worked };\n                Vec::new()",
            becomes: "                drop((why, worked));\n                self.stop()",
        }],
    },
    Planted {
        name: "no restating: what a device says in hello and beat is not taken",
        changes: &[
            Change {
                file: "crates/service/src/org/mod.rs",
                is: "Up::Beat { activity } => self.report(conn, activity),",
                becomes: "Up::Beat { .. } => {}",
            },
            Change {
                file: "crates/service/src/org/arrivals.rs",
                is: "let stamp = Stamped::next(was, hello.activity, self.cx.wall);",
                becomes: "let stamp = was.unwrap_or_else(|| Stamped::next(was, hello.activity, self.cx.wall));",
            },
        ],
    },
    Planted {
        name: "no duplicate check: a repeated intent is another one",
        changes: &[Change {
            file: "crates/service/src/org/chats/intent.rs",
            is: "id: asked.re, from: asked.person",
            becomes: "id: uuid::Uuid::from_u128(asked.re.as_u128() ^ u128::from(cx.wall.0)), from: asked.person",
        }],
    },
    Planted {
        name: "a leaked projection: clients see notes and phones",
        changes: &[Change {
            file: "crates/service/src/org/view.rs",
            is: "Role::Client => (None, None, None),",
            becomes: "Role::Client => (None, session.callback.clone(), session.ending.as_ref().and_then(|ending| ending.note.clone())),",
        }],
    },
    Planted {
        name: "a forgotten timer: a device that does not confirm its toast is waited for for ever",
        changes: &[Change {
            file: "crates/service/src/org/chats/ringing.rs",
            is: "cx.timers.set(told.plus(cx.config.ring_shown_within), Timer::Ring(session, person));",
            becomes: "let _ = (told, Timer::Ring(session, person));",
        }],
    },
    Planted {
        name: "a message is kept and told to nobody",
        changes: &[Change {
            file: "crates/service/src/org/chats/messages.rs",
            is: "cx.send_all(to, Down::Messages { session: id, messages: vec![message] });",
            becomes: "drop((to, message));",
        }],
    },
    Planted {
        name: "an outbox that is not removed: the queue of a connection that has ended is kept",
        changes: &[Change {
            file: "crates/service/src/orgs/runner.rs",
            is: "self.outboxes.ended(conn);",
            becomes: "let _ = conn;",
        }],
    },
    Planted {
        name: "a restart with the clock behind: the grace runs from what the clock showed at the last frame",
        changes: &[
            Change {
                file: "crates/service/src/org/mod.rs",
                is: "let wall = last.map_or(now.unix, |last| last.max(now.unix));",
                becomes: "let _ = last;\n        let wall = now.unix;",
            },
            Change {
                file: "crates/service/src/org/people/arriving.rs",
                is: "let until = cx.now.plus(cx.config.grace);\n        let last_active",
                becomes: "let until = cx.moment(last_frame).plus(cx.config.grace);\n        let last_active",
            },
        ],
    },
    Planted {
        name: "a page of sessions that is not ended: the same page comes again for ever, and no older one",
        changes: &[Change {
            file: "crates/service/src/org/chats/follow_ups.rs",
            is: "let from = page.last().map_or(before, |(order, _)| *order);",
            becomes: "let from = before;",
        }],
    },
    Planted {
        name: "no way back: after a lost connection the next attempt is made a day later",
        changes: &[Change {
            file: "crates/link/src/connection_policy.rs",
            is: "self.pause = Some(now.plus(retry_in));",
            becomes: "self.pause = Some(now.plus(Duration::from_secs(86_400)));",
        }],
    },
    Planted {
        name: "two winners: a Join of a chat in progress succeeds",
        changes: &[Change {
            file: "crates/chat/src/decide.rs",
            is: "each == who) => Ok(None),\n        Status::Handled => Err(taken(session)),\n",
            becomes: "each == who) => Ok(None),\n        Status::Handled => {\n            let mut next = session.clone();\n            next.participants.push(Participant { person: who, joined: now, left: None });\n            Ok(Some(next))\n        }\n",
        }],
    },
];

/// Plants those whose name has this part, one after the other.
pub(super) fn run(part: &str) -> Result<()> {
    let copy = bundle::target()?.join("planted");
    let target = copy.join("target");
    let chosen: Vec<Planted> = PLANTED.into_iter().filter(|fault| fault.name.contains(part)).collect();
    ensure!(!chosen.is_empty(), "no planted fault has {part:?} in its name");
    for fault in chosen {
        let start = Instant::now();
        refresh(&copy, &fault)?;
        let mut build = cargo();
        // The profile is not incremental: a run that was broken off leaves nothing by which the next one would be built wrong.
        build.current_dir(&copy).args(["build", "--quiet", "--profile", "simulate", "--bin", "simulate"]);
        build.arg("--target-dir").arg(&target);
        succeed(&mut build).context("building the copy with a fault in it")?;
        let run = Command::new(target.join("simulate/simulate"))
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

/// Makes the copy like the sources, with this fault in it; what is the same already is left alone, and not built anew.
fn refresh(copy: &Path, fault: &Planted) -> Result<()> {
    let mut texts: Vec<(PathBuf, String)> = vec![
        ("Cargo.toml".into(), manifest()?),
        ("Cargo.lock".into(), read("Cargo.lock")?),
        ("rust-toolchain.toml".into(), read("rust-toolchain.toml")?),
    ];
    for source in SOURCES {
        for file in tidy::files_below(&root().join(source))? {
            let path = file.strip_prefix(root()).context("the sources lie below the root")?.to_owned();
            texts.push((
                path,
                fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?,
            ));
        }
    }
    for Change { file, is, becomes } in fault.changes {
        let (_, text) = texts
            .iter_mut()
            .find(|(path, _)| path == Path::new(file))
            .with_context(|| format!("there is no {file} in which to plant: {}", fault.name))?;
        let count = text.matches(is).count();
        ensure!(
            count == 1,
            "{:?} stands {count} times in {file}, so this cannot be planted: {}",
            is,
            fault.name
        );
        *text = text.replacen(is, becomes, 1);
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

/// The root's own workspace without the window and all that the simulation does not need.
fn manifest() -> Result<String> {
    let whole = read("Cargo.toml")?;
    let rest = whole.split_once("[workspace.package]").context("the root says what all packages share")?.1;
    // A planted fault is found in a few seeds: building quickly counts for more than running quickly.
    let rest = rest.replace("opt-level = 3", "opt-level = 1");
    let members = SOURCES.map(|source| format!("{source:?}")).join(", ");
    Ok(format!("[workspace]\nresolver = \"3\"\nmembers = [{members}]\n\n[workspace.package]{rest}"))
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(root().join(file)).with_context(|| format!("reading {file}"))
}
