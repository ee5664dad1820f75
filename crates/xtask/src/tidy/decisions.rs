//! Decisions: each has a number of its own, and one row in the list of docs/decisions/README.md.

use super::complaint::Complaint;
use crate::steps::root;
use anyhow::{Context, Result};
use std::fs;

const FOLDER: &str = "docs/decisions";

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let folder = root().join(FOLDER);
    let mut decisions = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("listing {FOLDER}"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name != "README.md" {
            let text =
                fs::read_to_string(folder.join(&name)).with_context(|| format!("reading {FOLDER}/{name}"))?;
            decisions.push((name, text.lines().next().unwrap_or_default().to_owned()));
        }
    }
    decisions.sort();
    let list = fs::read_to_string(folder.join("README.md"))
        .with_context(|| format!("reading {FOLDER}/README.md"))?;
    Ok(compare(&decisions, &list))
}

/// `decisions` are files with their first lines, in order.
fn compare(decisions: &[(String, String)], list: &str) -> Vec<Complaint> {
    let mut found = Vec::new();
    for (name, first_line) in decisions {
        let Some(number) = number(name) else {
            found.push(format!("{FOLDER}/{name} is not named like 0042-what-was-decided.md"));
            continue;
        };
        let title = first_line.strip_prefix(&format!("# {number}: ")).unwrap_or_default();
        if title.is_empty() {
            found.push(format!("{FOLDER}/{name} does not begin with \"# {number}: \" and its title"));
            continue;
        }
        let rows =
            list.lines().filter(|line| line.starts_with('|') && line.contains(&format!("({name})"))).count();
        let row = format!("| [{number}]({name}) | {title} |");
        if rows != 1 || !list.lines().any(|line| line == row) {
            found.push(format!("{FOLDER}/README.md has {rows} rows of {name}; it needs this one: {row}"));
        }
    }
    for pair in decisions.windows(2) {
        let [(before, _), (name, _)] = pair else { continue };
        if number(before).is_some() && number(before) == number(name) {
            found.push(format!(
                "{FOLDER}/{before} and {name} have the same number: the later one takes the next free one"
            ));
        }
    }
    found
}

fn number(name: &str) -> Option<&str> {
    let (number, rest) = name.split_once('-')?;
    let is_number = number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_digit());
    (is_number && rest.ends_with(".md")).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: &str = "| [0001](0001-a.md) | A thing |\n";

    fn complaints_of(decisions: &[(&str, &str)], list: &str) -> Vec<Complaint> {
        let owned = |(name, line): &(&str, &str)| ((*name).to_owned(), (*line).to_owned());
        compare(&decisions.iter().map(owned).collect::<Vec<_>>(), list)
    }

    #[test]
    fn a_decision_with_its_row_is_good() {
        assert!(complaints_of(&[("0001-a.md", "# 0001: A thing")], ROW).is_empty());
    }

    #[test]
    fn a_decision_without_a_row_or_with_two_or_another_title_is_found() {
        let decision = [("0001-a.md", "# 0001: A thing")];
        for list in ["", &ROW.repeat(2), "| [0001](0001-a.md) | Another thing |\n"] {
            assert_eq!(complaints_of(&decision, list).len(), 1, "{list}");
        }
    }

    #[test]
    fn a_number_that_is_used_twice_is_found() {
        let list = format!("{ROW}| [0001](0001-b.md) | B thing |\n");
        let found =
            complaints_of(&[("0001-a.md", "# 0001: A thing"), ("0001-b.md", "# 0001: B thing")], &list);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("same number"), "{found:?}");
    }

    #[test]
    fn a_name_or_heading_in_another_form_is_found() {
        assert_eq!(complaints_of(&[("1-a.md", "# 0001: A thing")], "").len(), 1);
        assert_eq!(complaints_of(&[("0001-a.md", "# 0002: A thing")], ROW).len(), 1);
    }
}
