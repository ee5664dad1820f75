//! Puts a table into `docs/performance.md`, between two marks, in place of the previous one. Nobody edits it by hand.

use crate::steps::root;
use anyhow::{Context, Result};
use std::fs;

/// The page, from the repository's root.
const PAGE: &str = "docs/performance.md";

/// Replaces the table of a side.
pub(crate) fn write(side: &str, table: &str) -> Result<()> {
    let file = root().join(PAGE);
    let text = fs::read_to_string(&file).with_context(|| format!("reading {PAGE}"))?;
    let text = replaced(&text, side, table)?;
    fs::write(&file, text).with_context(|| format!("writing {PAGE}"))
}

fn replaced(text: &str, side: &str, table: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- cargo xtask bench: {side} -->\n"), "<!-- end -->");
    let missing = || format!("{PAGE} has no place for a table: {begin} … {end}");
    let (before, rest) = text.split_once(&begin).with_context(missing)?;
    let (_, after) = rest.split_once(end).with_context(missing)?;
    Ok(format!("{before}{begin}\n{}\n\n{end}{after}", table.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_table_of_the_side_is_replaced_however_often() {
        let text = "a\n<!-- cargo xtask bench: app -->\nold\n<!-- end -->\nb\n<!-- cargo xtask bench: service -->\n<!-- end -->\nc\n";
        let once = replaced(text, "service", "| 1 |\n").unwrap();
        assert!(
            once.contains("\nold\n") && once.ends_with("service -->\n\n| 1 |\n\n<!-- end -->\nc\n"),
            "{once}"
        );
        assert_eq!(replaced(&once, "service", "| 1 |").unwrap(), once);
        assert!(replaced("no marks", "app", "").is_err());
    }
}
