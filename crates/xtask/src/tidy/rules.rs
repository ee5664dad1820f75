//! The rules of presence and chat: what the code cites stands in docs/rules.md, and what stands there is cited.

use super::complaint::Complaint;
use crate::steps::root;
use crate::tree::{files_below, shown};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const PAGE: &str = "docs/rules.md";
/// Where citations count as the code's.
const CODE: [&str; 4] = ["crates", "src-tauri", "tests", "ui/src"];
/// The kinds of files in which rules are cited.
const KINDS: [&str; 4] = ["rs", "ts", "svelte", "md"];

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let page = fs::read_to_string(root().join(PAGE)).with_context(|| format!("reading {PAGE}"))?;
    let mut citations = Vec::new();
    for folder in CODE.into_iter().chain(["docs"]) {
        for file in files_below(&root().join(folder))? {
            let is_read = file.extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known));
            if !is_read || shown(&file) == PAGE {
                continue;
            }
            let text = fs::read_to_string(&file).with_context(|| format!("reading {}", shown(&file)))?;
            let is_code = CODE.contains(&folder);
            let cited = text
                .lines()
                .enumerate()
                .flat_map(|(number, line)| cited_in(line).map(move |rule| (rule.to_owned(), number + 1)));
            citations.extend(cited.map(|(rule, line)| Citation {
                rule,
                at: format!("{}:{line}", shown(&file)),
                is_code,
            }));
        }
    }
    Ok(compare(&page, &citations))
}

struct Citation {
    rule: String,
    at: String,
    is_code: bool,
}

fn compare(page: &str, citations: &[Citation]) -> Vec<Complaint> {
    let rules: Vec<&str> = page.lines().filter_map(heading).collect();
    let mut found = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        if rules[..index].contains(rule) {
            found.push(format!("{PAGE} has two rules {rule}"));
        }
        if !citations.iter().any(|citation| citation.is_code && citation.rule == *rule) {
            found.push(format!("{PAGE} has the rule {rule}, which no code cites: cite it where it is kept"));
        }
    }
    let mut missing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for citation in citations.iter().filter(|citation| !rules.contains(&citation.rule.as_str())) {
        missing.entry(&citation.rule).or_default().insert(&citation.at);
    }
    for (rule, places) in missing {
        let places: Vec<&str> = places.into_iter().collect();
        found.push(format!("{} cites {rule}, which is not in {PAGE}", places.join(", ")));
    }
    found
}

/// The rule whose heading this line is: `### P6: …`.
fn heading(line: &str) -> Option<&str> {
    let (rule, _) = line.strip_prefix("### ")?.split_once(':')?;
    is_rule(rule).then_some(rule)
}

/// The rules that a line names: `P` or `C` and a number, as a word of their own.
fn cited_in(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| is_rule(word))
}

fn is_rule(word: &str) -> bool {
    let number = word.strip_prefix(['P', 'C']).unwrap_or_default();
    (1..=2).contains(&number.len())
        && number.bytes().all(|digit| digit.is_ascii_digit())
        && !number.starts_with('0')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Citations as this file must not have them itself.
    fn rule(letter: char, number: u32) -> String {
        format!("{letter}{number}")
    }

    fn cited(rules: &[String]) -> Vec<Citation> {
        let citation =
            |rule: &String| Citation { rule: rule.clone(), at: "a.rs:1".to_owned(), is_code: true };
        rules.iter().map(citation).collect()
    }

    #[test]
    fn a_citation_without_a_rule_is_found() {
        let [known, planted] = [rule('P', 6), rule('P', 99)];
        let page = format!("### {known}: Since\n");
        assert!(compare(&page, &cited(std::slice::from_ref(&known))).is_empty());
        let found = compare(&page, &cited(&[known, planted.clone()]));
        assert_eq!(found, [format!("a.rs:1 cites {planted}, which is not in docs/rules.md")]);
    }

    #[test]
    fn a_rule_that_no_code_cites_is_found() {
        let page = format!("### {}: Since\n", rule('C', 3));
        let mut in_docs_only = cited(&[rule('C', 3)]);
        in_docs_only[0].is_code = false;
        assert_eq!(compare(&page, &in_docs_only).len(), 1);
        assert_eq!(compare(&page, &[]).len(), 1);
    }

    #[test]
    fn a_rule_that_stands_twice_is_found() {
        let known = rule('C', 3);
        let page = format!("### {known}: One\n### {known}: Other\n");
        assert_eq!(
            compare(&page, &cited(&[known])),
            ["docs/rules.md has two rules ".to_owned() + &rule('C', 3)]
        );
    }

    #[test]
    fn citations_are_words_of_their_own() {
        let [first, second] = [rule('P', 2), rule('P', 13)];
        let line = format!(
            "// {first} to {second}: an iPad{first}, CP1252, P0, {second}x, {first}_here, P, C, P123"
        );
        assert_eq!(cited_in(&line).collect::<Vec<_>>(), [first, second]);
    }
}
