//! The catalogue of words: no language lacks a text that English has, and no text is left over.
//!
//! English is the measure. Each other language has the same files, messages and variables, and counts in all plural categories
//! that it has. Each message is used by a program, and each message that Rust asks for exists; what the pages ask for is
//! checked by their compiler (`ui/src/messages.ts`).

use super::complaint::Complaint;
use crate::steps::root;
use crate::tree::{files_below, shown};
use anyhow::{Context, Result};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey};
use fluent_syntax::parser;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const FOLDER: &str = "crates/catalogue/words";
const MEASURE: &str = "en";
/// Each language of the catalogue, with the plural categories of its whole numbers (CLDR).
const LANGUAGES: [(&str, &[&str]); 3] = [
    ("ar", &["zero", "one", "two", "few", "many", "other"]),
    ("de", &["one", "other"]),
    (MEASURE, &["one", "other"]),
];
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
/// Where messages are used.
const USERS: [&str; 3] = ["crates", "src-tauri/src", "ui/src"];
/// How the words modules in Rust ask for a message.
const ASKED: [&str; 3] = ["say(", "fill(", "Text("];

pub(super) fn complaints() -> Result<Vec<Complaint>> {
    let mut languages: BTreeMap<String, Language> = BTreeMap::new();
    for path in files_below(&root().join(FOLDER))? {
        let name = shown(&path);
        let Some((language, file)) = name.trim_start_matches(FOLDER).trim_start_matches('/').split_once('/')
        else {
            continue;
        };
        let text = fs::read_to_string(&path).with_context(|| format!("reading {name}"))?;
        languages.entry(language.to_owned()).or_default().read(file, &text);
    }
    let mut found = compare(&languages);
    found.extend(use_of(&languages, &sources()?));
    Ok(found)
}

/// Texts of the programs, without those that are made from the catalogue.
fn sources() -> Result<Vec<(String, String)>> {
    let mut sources = Vec::new();
    for user in USERS {
        for path in files_below(&root().join(user))? {
            let name = shown(&path);
            let is_source = [".rs", ".ts", ".svelte"].iter().any(|extension| name.ends_with(extension));
            if is_source && !name.ends_with("/messages.ts") && !name.starts_with("crates/xtask") {
                let text = fs::read_to_string(&path).with_context(|| format!("reading {name}"))?;
                sources.push((name, text));
            }
        }
    }
    Ok(sources)
}

/// What a language says.
#[derive(Default)]
struct Language {
    files: BTreeSet<String>,
    messages: BTreeMap<String, Message>,
    faults: Vec<String>,
}

/// What has to be the same in all languages, and how it is counted.
#[derive(Default)]
struct Message {
    file: String,
    variables: BTreeSet<String>,
    /// The categories of each selection by plural.
    plurals: Vec<BTreeSet<String>>,
}

impl Language {
    fn read(&mut self, file: &str, text: &str) {
        self.files.insert(file.to_owned());
        let resource = match parser::parse(text) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                self.faults.extend(errors.iter().map(|error| format!("{file}: {error}")));
                resource
            }
        };
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let id = message.id.name.to_owned();
            let mut read = Message { file: file.to_owned(), ..Message::default() };
            match &message.value {
                Some(pattern) => read.pattern(pattern),
                None => self.faults.push(format!("{file}: {id} has no text")),
            }
            if let Some(before) = self.messages.insert(id.clone(), read) {
                self.faults.push(format!("{file}: {id} is in {} already", before.file));
            }
        }
    }
}

impl Message {
    fn pattern(&mut self, pattern: &Pattern<&str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                let names: BTreeSet<String> = variants
                    .iter()
                    .filter_map(|variant| match variant.key {
                        VariantKey::Identifier { name } => Some(name.to_owned()),
                        VariantKey::NumberLiteral { .. } => None,
                    })
                    .collect();
                let is_plural =
                    names.len() > 1 && names.iter().all(|name| CATEGORIES.contains(&name.as_str()));
                self.plurals.extend(is_plural.then_some(names));
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.variables.insert(id.name.to_owned());
            }
            InlineExpression::FunctionReference { arguments, .. } => {
                for argument in &arguments.positional {
                    self.inline(argument);
                }
            }
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { .. }
            | InlineExpression::NumberLiteral { .. }
            | InlineExpression::MessageReference { .. }
            | InlineExpression::TermReference { .. } => {}
        }
    }
}

fn compare(languages: &BTreeMap<String, Language>) -> Vec<Complaint> {
    let mut found = Vec::new();
    let Some(measure) = languages.get(MEASURE) else { return vec![format!("{FOLDER} has no {MEASURE}")] };
    for (language, _) in LANGUAGES {
        if !languages.contains_key(language) {
            found.push(format!("{FOLDER}/{language} does not exist"));
        }
    }
    for (name, language) in languages {
        let Some((_, categories)) = LANGUAGES.iter().find(|(known, _)| known == name) else {
            found.push(format!(
                "{FOLDER}/{name} is a language without plural categories: add it to crates/xtask/src/tidy/words.rs"
            ));
            continue;
        };
        found.extend(language.faults.iter().map(|fault| format!("{FOLDER}/{name}/{fault}")));
        for (id, message) in &measure.messages {
            found.extend(differs(name, id, message, language.messages.get(id)));
        }
        for (id, message) in &language.messages {
            let place = format!("{FOLDER}/{name}/{}", message.file);
            if !measure.messages.contains_key(id) {
                found.push(format!("{place}: {id} is not in {MEASURE}: it is left over"));
            }
            for plural in &message.plurals {
                let lacking: Vec<_> =
                    categories.iter().filter(|category| !plural.contains(**category)).collect();
                let foreign: Vec<_> =
                    plural.iter().filter(|name| !categories.contains(&name.as_str())).collect();
                if !lacking.is_empty() || !foreign.is_empty() {
                    found.push(format!(
                        "{place}: {id} lacks the plurals {lacking:?} and has {foreign:?}, which the language does not have"
                    ));
                }
            }
        }
    }
    found
}

fn differs(language: &str, id: &str, measure: &Message, other: Option<&Message>) -> Option<Complaint> {
    let place = format!("{FOLDER}/{language}/{}", measure.file);
    let Some(other) = other else { return Some(format!("{place} lacks {id}")) };
    if other.file != measure.file {
        return Some(format!("{FOLDER}/{language}/{}: {id} belongs in {}", other.file, measure.file));
    }
    if other.variables != measure.variables {
        return Some(format!(
            "{place}: {id} has the variables {:?}; {MEASURE} has {:?}",
            other.variables, measure.variables
        ));
    }
    (!measure.plurals.is_empty() && other.plurals.is_empty())
        .then(|| format!("{place}: {id} does not count in plurals, as {MEASURE} does"))
}

/// Every message is used, and Rust asks for none that does not exist.
fn use_of(languages: &BTreeMap<String, Language>, sources: &[(String, String)]) -> Vec<Complaint> {
    let Some(measure) = languages.get(MEASURE) else { return Vec::new() };
    let mut found = Vec::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for (_, text) in sources {
        named.extend(text.split('"').filter(|part| measure.messages.contains_key(*part)));
    }
    for (id, message) in &measure.messages {
        if !named.contains(id.as_str()) {
            found.push(format!(
                "{FOLDER}/{MEASURE}/{}: nothing uses {id}: take it out of all languages",
                message.file
            ));
        }
    }
    for (name, text) in sources.iter().filter(|(name, _)| name.contains("/words") && name.ends_with(".rs")) {
        for asked in ASKED {
            for (at, _) in text.match_indices(asked) {
                let argument = text[at + asked.len()..].trim_start();
                let Some(id) = argument.strip_prefix('"').and_then(|id| id.split('"').next()) else {
                    continue;
                };
                if !measure.messages.contains_key(id) {
                    found.push(format!(
                        "{name} asks for the words {id:?}, which {FOLDER}/{MEASURE} does not have"
                    ));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str =
        "hello = Hello { $name }\nnew = { $count ->\n    [one] one\n   *[other] { $count }\n }\n";
    const GERMAN: &str =
        "hello = Hallo { $name }\nnew = { $count ->\n    [one] eine\n   *[other] { $count }\n }\n";
    const ARABIC: &str = "hello = مرحبا { $name }\nnew = { $count ->\n    [zero] 0\n    [one] 1\n    [two] 2\n    [few] 3\n    [many] 11\n   *[other] { $count }\n }\n";

    fn languages(texts: [(&str, &str); 3]) -> BTreeMap<String, Language> {
        texts
            .into_iter()
            .map(|(name, text)| {
                let mut language = Language::default();
                language.read("page.ftl", text);
                (name.to_owned(), language)
            })
            .collect()
    }

    fn found(german: &str, arabic: &str) -> Vec<Complaint> {
        compare(&languages([("ar", arabic), ("de", german), ("en", ENGLISH)]))
    }

    #[test]
    fn languages_that_say_the_same_are_good() {
        assert_eq!(found(GERMAN, ARABIC), Vec::<String>::new());
    }

    #[test]
    fn a_gap_a_leftover_and_another_variable_are_found() {
        let gap = GERMAN.replace("hello = Hallo { $name }\n", "");
        assert_eq!(found(&gap, ARABIC), ["crates/catalogue/words/de/page.ftl lacks hello"]);
        let left_over = format!("{GERMAN}old = Alt\n");
        assert!(found(&left_over, ARABIC)[0].contains("old is not in en"));
        let variable = GERMAN.replace("{ $name }", "{ $person }");
        assert!(found(&variable, ARABIC)[0].contains("{\"person\"}"));
    }

    #[test]
    fn a_language_counts_in_all_its_plurals() {
        let one_less = ARABIC.replace("    [two] 2\n", "");
        assert!(found(GERMAN, &one_less)[0].contains("lacks the plurals [\"two\"]"));
        let foreign = GERMAN.replace("    [one] eine\n", "    [one] eine\n    [few] einige\n");
        assert!(found(&foreign, ARABIC)[0].contains("[\"few\"]"));
        let uncounted = "hello = Hallo { $name }\nnew = neu: { $count }\n";
        assert!(found(uncounted, ARABIC)[0].contains("does not count in plurals"));
    }

    #[test]
    fn a_text_twice_and_a_text_that_cannot_be_read_are_found() {
        assert!(found(&format!("{GERMAN}hello = Hallo {{ $name }}\n"), ARABIC)[0].contains("already"));
        assert!(found(&format!("{GERMAN}broken = {{ $count\n"), ARABIC)[0].contains("words/de/page.ftl"));
    }

    #[test]
    fn words_that_nothing_uses_and_words_that_nobody_wrote_are_found() {
        let all = languages([("ar", ARABIC), ("de", GERMAN), ("en", ENGLISH)]);
        let source = |text: &str| vec![("crates/agent/src/words.rs".to_owned(), text.to_owned())];
        assert!(use_of(&all, &source("say(\"hello\"); fill(\"new\", 1)")).is_empty());
        assert!(use_of(&all, &source("say(\"hello\")"))[0].contains("nothing uses new"));
        let unknown = use_of(&all, &source("say(\"hello\"); say(\"new\"); say(\"bye\")"));
        assert!(unknown[0].contains("asks for the words \"bye\""), "{unknown:?}");
    }
}
