//! Imports run one way: the table of the design, and what must be in nobody's tree but one's.

use super::complaint::Complaint;
use crate::steps::cargo;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What each crate of ours may use of ours. Tests are free.
const MAY_USE: [(&str, &[&str]); 18] = [
    ("boottime", &[]),
    ("catalogue", &[]),
    ("presence", &[]),
    ("chat", &["presence"]),
    ("protocol", &["presence", "chat"]),
    ("idle", &["presence"]),
    ("link", &["presence", "protocol"]),
    ("agent", &["catalogue", "presence", "chat", "protocol", "link"]),
    ("local", &["agent"]),
    ("desktop", &["boottime", "presence", "idle", "chat", "protocol", "link", "agent", "local"]),
    ("service", &["boottime", "catalogue", "presence", "chat", "protocol"]),
    // The view that it shows is made of chat's and presence's words.
    ("deskbell-window", &["catalogue", "local", "agent", "chat", "presence"]),
    ("rig", &["presence", "chat", "protocol"]),
    (
        "tests",
        &["presence", "idle", "chat", "protocol", "link", "agent", "local", "desktop", "service", "rig"],
    ),
    // These two write the service's database.
    ("bench", &["presence", "chat", "protocol", "service", "rig"]),
    ("load", &["presence", "chat", "protocol", "service", "rig"]),
    ("simulate", &["presence", "chat", "protocol", "link", "agent", "service"]),
    ("xtask", &[]),
];

/// What must not be in the tree of these crates, with the reason.
const FORBIDDEN: [(&[&str], &[&str], &str); 2] = [
    (
        &["catalogue", "presence", "chat", "protocol"],
        &["tokio", "axum", "tauri", "hyper", "zbus", "rusqlite", "mio"],
        "they are pure: facts and time in, decisions out",
    ),
    (
        &["desktop"],
        &["gtk", "gtk-sys", "gdk-sys", "webkit2gtk", "webkit2gtk-sys", "wry", "tao", "libappindicator"],
        "the agent links no GTK and no WebKit, so that it costs almost nothing all day",
    ),
];

/// What only these crates may have in their tree.
const ONLY_IN: [(&str, &[&str]); 3] = [
    ("tauri", &["deskbell-window"]),
    ("axum", &["service", "tests", "bench", "load", "simulate"]),
    ("rusqlite", &["service", "tests", "bench", "load", "simulate"]),
];

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let graph = Graph::read()?;
    let mut found = Vec::new();
    for own in &graph.members {
        let Some((_, may_use)) = MAY_USE.iter().find(|(name, _)| name == own) else {
            found.push(format!(
                "the crate {own} is not in the table of imports (crates/xtask/src/tidy/imports.rs)"
            ));
            continue;
        };
        for used in graph.direct(own).filter(|used| graph.members.contains(*used)) {
            if !may_use.contains(&used) {
                found.push(format!("{own} uses {used}: imports run one way, and {own} may use {may_use:?}"));
            }
        }
        let tree = graph.tree(own);
        for (crates, forbidden, why) in FORBIDDEN {
            if crates.contains(&own.as_str()) {
                let bad = forbidden.iter().filter(|name| tree.contains(**name));
                found.extend(bad.map(|name| format!("{own} has {name} in its tree: {why}")));
            }
        }
        for (name, only) in ONLY_IN {
            if tree.contains(name) && !only.contains(&own.as_str()) {
                found.push(format!("{own} has {name} in its tree, which only {only:?} may have"));
            }
        }
    }
    Ok(found)
}

/// Crates by name and what they are built with; what only their tests use is left out.
struct Graph {
    members: BTreeSet<String>,
    uses: BTreeMap<String, BTreeSet<String>>,
}

impl Graph {
    fn read() -> Result<Self> {
        let output = cargo()
            .args(["metadata", "--format-version", "1", "--locked"])
            .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
            .output()
            .context("asking cargo for the dependencies")?;
        ensure!(
            output.status.success(),
            "cargo cannot tell the dependencies: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let metadata: Value = serde_json::from_slice(&output.stdout).context("reading cargo's answer")?;
        let names: BTreeMap<&str, &str> = list(&metadata["packages"])
            .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
            .collect();
        let name = |id: &Value| id.as_str().and_then(|id| names.get(id)).map(|name| (*name).to_owned());
        let members = list(&metadata["workspace_members"]).filter_map(name).collect();
        let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"]) {
            let Some(own) = name(&node["id"]) else { continue };
            let built =
                list(&node["deps"]).filter(|used| list(&used["dep_kinds"]).any(|kind| kind["kind"] != "dev"));
            // Two versions of a crate count as one: a rule forbids both.
            uses.entry(own).or_default().extend(built.filter_map(|used| name(&used["pkg"])));
        }
        Ok(Self { members, uses })
    }

    fn direct(&self, own: &str) -> impl Iterator<Item = &str> {
        self.uses.get(own).into_iter().flatten().map(String::as_str)
    }

    fn tree(&self, own: &str) -> BTreeSet<String> {
        let mut tree = BTreeSet::new();
        let mut next = vec![own.to_owned()];
        while let Some(name) = next.pop() {
            for used in self.direct(&name) {
                if tree.insert(used.to_owned()) {
                    next.push(used.to_owned());
                }
            }
        }
        tree
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
