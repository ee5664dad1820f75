//! No two modules of a crate need each other, neither directly nor through others.
//!
//! A module is a file here; `#[cfg(test)]` does not count. [`resolve::needs`] says what it means to need a module. A parent that uses its
//! children while they use its types is a cycle like any other: what both use belongs in a file of its own below both.

mod modules;
mod resolve;
mod scan;
#[cfg(test)]
mod tests;

use super::complaint::Complaint;
use crate::steps::{cargo, output, root};
use anyhow::{Context, Result};
use resolve::Needs;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let mut found = Vec::new();
    for (name, needs) in crates()? {
        if let Some(cycle) = resolve::cycles(&needs).first() {
            found.push(format!(
                "{name}: {} modules need each other: {}. `cargo xtask tidy --cycles` shows what to cut",
                cycle.len(),
                shortest_way_round(&needs, cycle)
            ));
        }
    }
    Ok(found)
}

/// Prints all cycles of all crates, or of those whose root's path has one of these words in it.
pub(super) fn print(words: &[String]) -> Result<()> {
    for (name, needs) in crates()? {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word)) {
            continue;
        }
        let cycles = resolve::cycles(&needs);
        if cycles.is_empty() {
            println!("{name}: {} modules, no cycle\n", needs.len());
        }
        for cycle in cycles {
            println!("{name}: {} of {} modules need each other", cycle.len(), needs.len());
            println!("{}", describe(&needs, &cycle));
        }
    }
    Ok(())
}

/// The members of a cycle, each with what it needs of the others.
fn describe(needs: &Needs, cycle: &[&Path]) -> String {
    let mut text = format!("  the shortest way round: {}\n", shortest_way_round(needs, cycle));
    for file in cycle {
        let _ = writeln!(text, "  {}", file.display());
        for (other, names) in needs[*file].iter().filter(|(other, _)| cycle.contains(&other.as_path())) {
            let names: Vec<String> = names.iter().map(|(name, line)| format!("{name}:{line}")).collect();
            let _ = writeln!(text, "    -> {}  {}", other.display(), names.join(" "));
        }
    }
    text
}

/// The shortest cycle among these files, as it is shown: `a.rs (Thing, line 3) -> b.rs (…) -> a.rs`.
fn shortest_way_round(needs: &Needs, cycle: &[&Path]) -> String {
    let ways = cycle.iter().filter_map(|file| way_back(needs, file));
    let Some(way) = ways.min_by_key(Vec::len) else { return String::new() };
    let steps = way.windows(2).map(|step| {
        let names = &needs[step[0]][step[1]];
        let first = names.iter().min_by_key(|(_, line)| **line);
        let (name, line) = first.map_or(("", 0), |(name, line)| (name.as_str(), *line));
        format!("{}:{line} ({name}) -> ", step[0].display())
    });
    let end = way.last().map(|file| file.display().to_string());
    steps.chain(end).collect()
}

/// The shortest way from a file back to itself.
fn way_back<'a>(needs: &'a Needs, start: &'a Path) -> Option<Vec<&'a Path>> {
    let mut came_from: BTreeMap<&Path, &Path> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(file) = next.pop_front() {
        for other in needs.get(file)?.keys() {
            if other == start {
                let mut way = vec![start, file];
                while let Some(before) =
                    came_from.get(way[way.len() - 1]).filter(|_| way[way.len() - 1] != start)
                {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(other.as_path()) {
                came_from.insert(other, file);
                next.push_back(other);
            }
        }
    }
    None
}

/// What the files of each crate need of each other, by the crate's root.
fn crates() -> Result<BTreeMap<String, Needs>> {
    let read = |file: &Path| fs::read_to_string(root().join(file)).ok();
    let crates = roots()?.into_iter().map(|file| {
        let modules = modules::read_crate(&file, &read)?;
        Ok((file.display().to_string(), resolve::needs(&modules)))
    });
    crates.collect()
}

/// The roots of all libraries, programs and tests of the workspace.
fn roots() -> Result<BTreeSet<PathBuf>> {
    let metadata = output(cargo().args(["metadata", "--format-version", "1", "--locked", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&metadata).context("reading cargo's answer")?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets = packages.flat_map(|package| package["targets"].as_array().into_iter().flatten());
    let files = targets.filter_map(|target| target["src_path"].as_str());
    let folder = fs::canonicalize(root()).context("finding the repository's root")?;
    Ok(files.map(Path::new).map(|file| file.strip_prefix(&folder).unwrap_or(file).to_owned()).collect())
}
