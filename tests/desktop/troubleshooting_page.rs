//! `docs/troubleshooting.md`: each message that it explains is one that the programs have.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

const PAGE: &str = include_str!("../../docs/troubleshooting.md");
/// Shorter parts of a message stand everywhere.
const TELLING: usize = 8;
/// Fewest headings that a half of the page has: where none were found, all would look green.
const FEWEST: usize = 20;

#[test]
fn explains_what_the_app_says_word_for_word() -> Result<()> {
    compare("The app", &["link", "agent", "local", "desktop"])
}

#[test]
fn explains_what_the_service_says_word_for_word() -> Result<()> {
    compare("The service", &["service"])
}

/// Each heading of a half of the page is made of what stands in the text of these crates.
fn compare(half: &str, crates: &[&str]) -> Result<()> {
    let mut all = String::new();
    for name in crates {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").join(name).join("src"), &mut all)?;
    }
    catalogue(&mut all)?;
    let (_, section) = PAGE.split_once(&format!("\n## {half}\n")).context("the page has this half")?;
    let section = section.split_once("\n## ").map_or(section, |(half, _)| half);
    let headings: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("#### ")).collect();
    ensure!(headings.len() >= FEWEST, "{headings:#?}");
    for heading in headings {
        let mut parts = heading
            .split('`')
            .skip(1)
            .step_by(2)
            .flat_map(|message| message.split('…'))
            .flat_map(|part| part.split(": "))
            .map(|part| part.trim_matches([' ', '(', ')', ',', '.']))
            .filter(|part| part.len() >= TELLING)
            .peekable();
        ensure!(parts.peek().is_some(), "nothing of {heading} can be looked for");
        for part in parts {
            ensure!(all.contains(part), "nobody says `{part}`, of {heading}");
        }
    }
    Ok(())
}

/// What the programs say in English, each text in one piece.
fn catalogue(all: &mut String) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/catalogue/words/en");
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        for line in text.lines() {
            // A text goes on in lines that are indented.
            all.push(if line.starts_with(' ') { ' ' } else { '\n' });
            all.push_str(line.trim());
        }
    }
    Ok(())
}

/// All of a program's text without its tests, its strings in one piece.
fn sources(folder: &Path, all: &mut String) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.file_stem().is_some_and(|stem| stem == "tests") {
            continue;
        }
        if path.is_dir() {
            sources(&path, all)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            let text = text.split_once("#[cfg(test)]\nmod tests {").map_or(&*text, |(program, _)| program);
            let mut lines = text.lines();
            while let Some(line) = lines.next() {
                let mut line = line.trim().to_owned();
                while let Some(begun) = line.strip_suffix('\\') {
                    line = format!("{begun}{}", lines.next().unwrap_or_default().trim());
                }
                all.push_str(&line);
                all.push('\n');
            }
        }
    }
    Ok(())
}
