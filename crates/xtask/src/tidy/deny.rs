//! Dependencies: checks their licences, their sources, and that there is one version of each, according to deny.toml.
//!
//! Reads the file as `cargo deny check bans licenses sources` does, over what cargo says of the workspace: that tool takes
//! longer to
//! build than everything else that is checked here (docs/decisions). Knows nothing of advisories, whose list is on the network.

use super::complaint::Complaint;
use crate::steps::{cargo, output, root};
use anyhow::{Context, Result, ensure};
use semver::{Version, VersionReq};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const FILE: &str = "deny.toml";

/// What is used of the file's format; another key is refused, since it would have no effect here.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    graph: Graph,
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Licences {
    allow: Vec<String>,
    exceptions: Vec<LicenceException>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LicenceException {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Bans {
    multiple_versions: Verdict,
    deny: Vec<Reasoned>,
    skip: Vec<Reasoned>,
    /// With everything below them.
    skip_tree: Vec<Reasoned>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reasoned {
    /// A name, or a name and which versions: `syn:^1`.
    #[serde(rename = "crate")]
    which: String,
    reason: String,
}

impl Reasoned {
    fn names(&self, package: &Package) -> bool {
        match self.which.split_once(':') {
            Some((name, versions)) => {
                let versions = VersionReq::parse(versions);
                let version = Version::parse(&package.version);
                name == package.name
                    && versions.is_ok_and(|versions| version.is_ok_and(|one| versions.matches(&one)))
            }
            None => self.which == package.name,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Sources {
    unknown_registry: Verdict,
    unknown_git: Verdict,
    allow_registry: Vec<String>,
    allow_git: Vec<String>,
}

/// The file allows others as well; whatever is checked is an error here.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Deny,
}

/// A crate that is built for the workspace on one of the targets.
struct Package {
    name: String,
    version: String,
    licence: Option<String>,
    /// Where it comes from; `None` for our own.
    source: Option<String>,
}

/// The crates that are built, with what each is built with, by cargo's ids.
#[derive(Default)]
struct Tree {
    packages: BTreeMap<String, Package>,
    uses: BTreeMap<String, Vec<String>>,
}

impl Tree {
    /// The crates that one of these entries names, and everything below them.
    fn below(&self, entries: &[Reasoned]) -> BTreeSet<&str> {
        let is_named = |package: &Package| entries.iter().any(|entry| entry.names(package));
        let mut next: Vec<&str> = self
            .packages
            .iter()
            .filter(|(_, package)| is_named(package))
            .map(|(id, _)| id.as_str())
            .collect();
        let mut below = BTreeSet::new();
        while let Some(id) = next.pop() {
            if below.insert(id) {
                next.extend(self.uses.get(id).into_iter().flatten().map(String::as_str));
            }
        }
        below
    }
}

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let text = fs::read_to_string(root().join(FILE)).with_context(|| format!("reading {FILE}"))?;
    let rules: Rules = toml::from_str(&text).with_context(|| format!("reading {FILE}"))?;
    let tree = tree(&rules.graph.targets)?;
    Ok([licences(&rules.licenses, &tree), bans(&rules.bans, &tree), sources(&rules.sources, &tree)].concat())
}

fn tree(targets: &[String]) -> Result<Tree> {
    ensure!(!targets.is_empty(), "{FILE} names no target in graph.targets");
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--locked"]);
    for target in targets {
        command.args(["--filter-platform", target]);
    }
    let metadata: Value = serde_json::from_str(&output(&mut command)?).context("reading cargo's answer")?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let mut tree = Tree::default();
    for node in list(&metadata["resolve"]["nodes"]) {
        let used = list(&node["deps"]).filter_map(|used| text(&used["pkg"])).collect();
        tree.uses.insert(text(&node["id"]).unwrap_or_default(), used);
    }
    for package in list(&metadata["packages"]) {
        let id = text(&package["id"]).unwrap_or_default();
        // Others are for other systems.
        if tree.uses.contains_key(&id) {
            let package = Package {
                name: text(&package["name"]).unwrap_or_default(),
                version: text(&package["version"]).unwrap_or_default(),
                licence: text(&package["license"]),
                source: text(&package["source"]),
            };
            tree.packages.insert(id, package);
        }
    }
    Ok(tree)
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn licences(rules: &Licences, tree: &Tree) -> Vec<Complaint> {
    let mut found = Vec::new();
    for package in tree.packages.values() {
        let exceptions = rules.exceptions.iter().filter(|exception| exception.name == package.name);
        let allowed: Vec<&str> = rules
            .allow
            .iter()
            .chain(exceptions.flat_map(|exception| &exception.allow))
            .map(String::as_str)
            .collect();
        let licence = package.licence.as_deref().unwrap_or_default();
        if !is_allowed(licence, &allowed) {
            found.push(format!(
                "{} {} has the licence {licence:?}, which {FILE} does not allow",
                package.name, package.version
            ));
        }
    }
    for exception in &rules.exceptions {
        if !tree.packages.values().any(|package| package.name == exception.name) {
            found.push(format!("{FILE} has an exception for {}, which is not built", exception.name));
        }
    }
    found
}

/// Whether an SPDX expression is met by these licences. `/` is how `OR` was written once.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let is_met = one_of(&words, &mut at, allowed);
    is_met && at == words.len()
}

fn one_of(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut is_met = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        is_met |= all_of(words, at, allowed);
    }
    is_met
}

fn all_of(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut is_met = single(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        is_met &= single(words, at, allowed);
    }
    is_met
}

/// A licence, perhaps with an exception, or an expression in parentheses.
fn single(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let is_met = one_of(words, at, allowed);
        let is_closed = words.get(*at) == Some(&")");
        *at += 1;
        return is_met && is_closed;
    }
    match (words.get(*at), words.get(*at + 1)) {
        (Some(&"WITH"), Some(exception)) => {
            *at += 2;
            allowed.contains(&format!("{word} WITH {exception}").as_str())
        }
        _ => allowed.contains(word),
    }
}

fn bans(rules: &Bans, tree: &Tree) -> Vec<Complaint> {
    let Verdict::Deny = rules.multiple_versions;
    let mut found = Vec::new();
    let below_skipped = tree.below(&rules.skip_tree);
    let mut counted: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, package) in &tree.packages {
        let Package { name, version, .. } = package;
        if let Some(entry) = rules.deny.iter().find(|entry| entry.names(package)) {
            found.push(format!("{name} {version} is in the tree, which {FILE} denies: {}", entry.reason));
        }
        if !below_skipped.contains(id.as_str()) && !rules.skip.iter().any(|entry| entry.names(package)) {
            counted.entry(name).or_default().insert(version);
        }
    }
    for (name, versions) in counted.iter().filter(|(_, versions)| versions.len() > 1) {
        let versions: Vec<&str> = versions.iter().copied().collect();
        found.push(format!(
            "{name} is in the tree as {}: bring it to one version, or name the older one in {FILE} (bans.skip) with the reason",
            versions.join(" and ")
        ));
    }
    for entry in rules.skip.iter().chain(&rules.skip_tree) {
        if !tree.packages.values().any(|package| entry.names(package)) {
            found.push(format!(
                "{FILE} skips {} ({}), which is not built: take it out",
                entry.which, entry.reason
            ));
        }
    }
    found
}

fn sources(rules: &Sources, tree: &Tree) -> Vec<Complaint> {
    let (Verdict::Deny, Verdict::Deny) = (&rules.unknown_registry, &rules.unknown_git);
    let is_known = |source: &str| match source.split_once('+') {
        Some(("registry" | "sparse", address)) => rules.allow_registry.iter().any(|known| known == address),
        Some(("git", address)) => {
            rules.allow_git.iter().any(|known| address.split(['?', '#']).next() == Some(known))
        }
        _ => false,
    };
    let foreign = tree.packages.values().filter_map(|package| Some((package, package.source.as_deref()?)));
    foreign
        .filter(|(_, source)| !is_known(source))
        .map(|(package, source)| {
            format!("{} {} comes from {source}, which {FILE} does not allow", package.name, package.version)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_SKIP: &str = "skip = []\nskip-tree = []";
    const INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";

    /// Crates as `name version licence source`, each built with the next.
    fn tree(packages: &[[&str; 4]]) -> Tree {
        let mut tree = Tree::default();
        for (place, [name, version, licence, source]) in packages.iter().enumerate() {
            let package = Package {
                name: (*name).to_owned(),
                version: (*version).to_owned(),
                licence: Some((*licence).to_owned()),
                source: Some((*source).to_owned()),
            };
            tree.packages.insert(place.to_string(), package);
            tree.uses.insert(place.to_string(), vec![(place + 1).to_string()]);
        }
        tree
    }

    fn rules(skip: &str) -> Rules {
        let text = format!(
            "[graph]\ntargets = [\"x\"]\n[licenses]\nallow = [\"MIT\"]\nexceptions = []\n\
             [bans]\nmultiple-versions = \"deny\"\ndeny = [{{ crate = \"openssl\", reason = \"rustls\" }}]\n{skip}\n\
             [sources]\nunknown-registry = \"deny\"\nunknown-git = \"deny\"\n\
             allow-registry = [\"https://github.com/rust-lang/crates.io-index\"]\nallow-git = []"
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn expressions_are_met_as_spdx_says() {
        let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"];
        for good in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "GPL-3.0-only/MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "GPL-3.0-only OR MIT AND Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(is_allowed(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "(MIT OR Apache-2.0) AND GPL-3.0-only",
            "MIT WITH LLVM-exception",
            "(MIT",
            "MIT MIT",
        ] {
            assert!(!is_allowed(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn a_licence_that_is_not_allowed_is_found() {
        let tree = tree(&[["a", "1.0.0", "MIT", INDEX], ["b", "1.0.0", "GPL-3.0-only", INDEX]]);
        let found = licences(&rules(NO_SKIP).licenses, &tree);
        assert_eq!(found, ["b 1.0.0 has the licence \"GPL-3.0-only\", which deny.toml does not allow"]);
    }

    #[test]
    fn two_versions_need_a_reason_and_a_reason_needs_its_version() {
        let two =
            tree(&[["a", "2.0.0", "MIT", INDEX], ["b", "1.0.0", "MIT", INDEX], ["a", "1.2.3", "MIT", INDEX]]);
        let one = tree(&[["a", "2.0.0", "MIT", INDEX]]);
        let skip = "skip = [{ crate = \"a:^1\", reason = \"b\" }]\nskip-tree = []";
        let skip_tree = "skip = []\nskip-tree = [{ crate = \"b\", reason = \"old\" }]";
        assert_eq!(bans(&rules(NO_SKIP).bans, &two).len(), 1);
        for reason in [skip, skip_tree] {
            assert_eq!(bans(&rules(reason).bans, &two), Vec::<String>::new(), "{reason}");
            assert_eq!(bans(&rules(reason).bans, &one).len(), 1, "{reason}");
        }
    }

    #[test]
    fn what_is_denied_and_where_it_comes_from_is_found() {
        assert_eq!(bans(&rules(NO_SKIP).bans, &tree(&[["openssl", "0.10.0", "MIT", INDEX]])).len(), 1);
        let strange = tree(&[
            ["a", "1.0.0", "MIT", INDEX],
            ["b", "1.0.0", "MIT", "git+https://example.com/b?rev=1#1"],
            ["c", "1.0.0", "MIT", "registry+https://example.com/index"],
        ]);
        assert_eq!(sources(&rules(NO_SKIP).sources, &strange).len(), 2);
    }

    #[test]
    fn a_key_that_has_no_effect_here_is_refused() {
        assert!(
            toml::from_str::<Rules>("[licenses]\nallow = []\nexceptions = []\nconfidence-threshold = 0.8")
                .is_err()
        );
    }
}
