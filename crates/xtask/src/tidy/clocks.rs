//! Clocks: `Instant` stands still while the machine sleeps, so decision 0014 names each file that measures by it and says why that
//! does no harm there. Tests measure as they like.

use super::complaint::Complaint;
use crate::steps::root;
use crate::tree::{files_below, shown};
use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::fs;

const DECISION: &str = "docs/decisions/0014-two-clocks.md";
/// Where the product's sources lie. What xtask measures is a build.
const PRODUCT: [&str; 2] = ["crates", "src-tauri"];
const NO_PRODUCT: &str = "crates/xtask/";
const READS_THE_CLOCK: &str = "Instant::now";
const TESTS_BEGIN: &str = "#[cfg(test)]\nmod tests";

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let decision =
        fs::read_to_string(root().join(DECISION)).with_context(|| format!("reading {DECISION}"))?;
    let mut measuring = BTreeSet::new();
    for folder in PRODUCT {
        for file in files_below(&root().join(folder))? {
            let name = shown(&file);
            let is_source = name.ends_with(".rs") && name.contains("/src/") && !name.starts_with(NO_PRODUCT);
            if is_source && !name.contains("/tests") {
                let text = fs::read_to_string(&file).with_context(|| format!("reading {name}"))?;
                if measures(&text) {
                    measuring.insert(name);
                }
            }
        }
    }
    Ok(compare(&measuring, &named(&decision)))
}

/// Whether a source reads the clock outside its tests.
fn measures(text: &str) -> bool {
    let product = text.split(TESTS_BEGIN).next().unwrap_or_default();
    product.lines().any(|line| line.contains(READS_THE_CLOCK) && !line.trim_start().starts_with("//"))
}

/// The files in the first cells of the decision's table.
fn named(decision: &str) -> BTreeSet<String> {
    let rows = decision.lines().filter_map(|line| line.strip_prefix('|'));
    let cells = rows.filter_map(|row| row.split('|').next());
    let paths = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    paths.filter(|path| path.ends_with(".rs")).map(str::to_owned).collect()
}

fn compare(measuring: &BTreeSet<String>, named: &BTreeSet<String>) -> Vec<Complaint> {
    let unnamed = measuring.difference(named).map(|file| {
        format!(
            "{file} has {READS_THE_CLOCK}, which stands still while the machine sleeps: measure with boottime, or add the file \
             to the table of {DECISION} and say there why that does no harm"
        )
    });
    let idle = named.difference(measuring).map(|file| {
        format!("{DECISION} names {file}, which has no {READS_THE_CLOCK}: take it out of the table")
    });
    unnamed.chain(idle).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "| where | span |\n|---|---|\n| `a/src/x.rs`, `a/src/y.rs` | of `z.rs` |\n";

    fn complaints_of(files: &[&str]) -> Vec<Complaint> {
        compare(&files.iter().map(|&file| file.to_owned()).collect(), &named(TABLE))
    }

    #[test]
    fn files_and_table_agree() {
        assert!(complaints_of(&["a/src/x.rs", "a/src/y.rs"]).is_empty());
    }

    #[test]
    fn a_file_that_is_not_in_the_table_is_told_what_to_do() {
        let found = complaints_of(&["a/src/x.rs", "a/src/y.rs", "b/src/new.rs"]);
        assert!(
            matches!(&found[..], [one] if one.starts_with("b/src/new.rs has ") && one.contains("boottime")),
            "{found:?}"
        );
    }

    #[test]
    fn a_row_without_its_file_goes() {
        let found = complaints_of(&["a/src/x.rs"]);
        assert!(matches!(&found[..], [one] if one.contains("names a/src/y.rs")), "{found:?}");
    }

    #[test]
    fn tests_and_comments_measure_as_they_like() {
        assert!(measures("let began = Instant::now();\n"));
        assert!(measures("let began = std::time::Instant::now();\n#[cfg(test)]\nmod tests {}\n"));
        assert!(!measures("// Not Instant::now().\n#[cfg(test)]\nmod tests {\n    Instant::now();\n}\n"));
    }
}
