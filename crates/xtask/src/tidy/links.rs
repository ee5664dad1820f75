//! What the docs point at exists: links, with the headings that they name, files named in the pages for contributors, and every crate in
//! the README's code map.

use super::complaint::Complaint;
use crate::steps::root;
use crate::tree::{files_below, shown};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

/// Pages beside those in `docs`.
const TOP_PAGES: [&str; 3] = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md"];
/// Pages that name files of the repository in code spans, from its root: each has to exist.
const NAME_FILES: [&str; 2] = ["docs/architecture.md", "CONTRIBUTING.md"];
/// What makes a code span a file's name.
const FILE_ENDS: [&str; 7] = [".rs", ".ts", ".svelte", ".toml", ".md", ".json", "/"];

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let mut found = Vec::new();
    for file in pages()? {
        let text = read(&file)?;
        let folder = file.parent().unwrap_or(root());
        for target in links(&text) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let to = if path.is_empty() { file.clone() } else { folder.join(path) };
            if !to.exists() {
                found.push(format!("{} links to {target}, which does not exist", shown(&file)));
            } else if !heading.is_empty()
                && is_page(&to)
                && !anchors(&read(&to)?).any(|anchor| anchor == heading)
            {
                found.push(format!("{} links to {target}, but there is no such heading", shown(&file)));
            }
        }
    }
    for page in NAME_FILES {
        let text = read(&root().join(page))?;
        let missing = named_files(&text).filter(|name| !root().join(name).exists());
        found.extend(missing.map(|name| format!("{page} names {name}, which does not exist")));
    }
    let readme = read(&root().join("README.md"))?;
    for entry in fs::read_dir(root().join("crates")).context("listing the crates")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !readme.contains(&format!("crates/{name}")) {
            found.push(format!("README.md does not name crates/{name}: the code map names every crate"));
        }
    }
    Ok(found)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", shown(file)))
}

fn pages() -> Result<Vec<PathBuf>> {
    let mut pages = files_below(&root().join("docs"))?;
    pages.retain(|file| is_page(file));
    pages.extend(TOP_PAGES.map(|name| root().join(name)));
    Ok(pages)
}

fn is_page(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "md")
}

/// Targets of Markdown's `[words](target)` and of `src="target"`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    [("](", ')'), ("src=\"", '"')].into_iter().flat_map(move |(start, end)| {
        text.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
    })
}

/// The anchors of a page's headings, as they are made on the web: `## To do: *this*` has `to-do-this`.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|heading| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

/// Files and folders named in code spans. What has a blank or a sign in it is a command or a pattern.
fn named_files(text: &str) -> impl Iterator<Item = &str> {
    let spans = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let is_plain = |name: &str| name.chars().all(|c| c.is_alphanumeric() || "./_-".contains(c));
    spans.filter(move |span| is_plain(span) && FILE_ENDS.iter().any(|end| span.ends_with(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_get_the_anchors_that_the_web_gives_them() {
        let page = "# The page\ntext\n### P6: `since` is the last input\n## Who sees, and what_not";
        let found: Vec<String> = anchors(page).collect();
        assert_eq!(found, ["the-page", "p6-since-is-the-last-input", "who-sees-and-what_not"]);
    }

    #[test]
    fn files_are_told_from_commands_and_patterns() {
        let text = "`crates/link/src/driver.rs` and `ui/src/`, `cargo xtask test`, `docs/decisions/00NN-*.md`, `a::b`\n`Cargo.toml`";
        let found: Vec<&str> = named_files(text).collect();
        assert_eq!(found, ["crates/link/src/driver.rs", "ui/src/", "Cargo.toml"]);
    }

    #[test]
    fn targets_of_links_and_pictures_are_found() {
        let found: Vec<&str> = links("[a](b.md#c) and <img src=\"d.png\">").collect();
        assert_eq!(found, ["b.md#c", "d.png"]);
    }
}
