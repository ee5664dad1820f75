//! Links in the docs lead to files that exist, and the README's code map names every crate.

use super::Complaint;
use super::files::{files_below, shown};
use crate::steps::root;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let mut found = Vec::new();
    for file in pages()? {
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", shown(&file)))?;
        let folder = file.parent().unwrap_or(root());
        for target in links(&text).filter(|target| !leads_somewhere(folder, target)) {
            found.push(format!("{} links to {target}, which does not exist", shown(&file)));
        }
    }
    let readme = fs::read_to_string(root().join("README.md")).context("reading README.md")?;
    for entry in fs::read_dir(root().join("crates")).context("listing the crates")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !readme.contains(&format!("crates/{name}")) {
            found.push(format!("README.md does not name crates/{name}: the code map names every crate"));
        }
    }
    Ok(found)
}

fn pages() -> Result<Vec<PathBuf>> {
    let mut pages = files_below(&root().join("docs"))?;
    pages.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    pages.extend(
        ["README.md", "CHANGELOG.md"].map(|name| root().join(name)).into_iter().filter(|file| file.exists()),
    );
    Ok(pages)
}

/// Targets of Markdown's `[words](target)` and of `src="target"`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    [("](", ')'), ("src=\"", '"')].into_iter().flat_map(move |(start, end)| {
        text.split(start).skip(1).filter_map(move |rest| rest.split(end).next())
    })
}

fn leads_somewhere(folder: &Path, target: &str) -> bool {
    let path = target.split('#').next().unwrap_or_default();
    path.is_empty() || target.contains("://") || target.starts_with("mailto:") || folder.join(path).exists()
}
