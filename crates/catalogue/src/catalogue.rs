//! The texts of one surface in one language.

use crate::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;

/// Who speaks: each program holds its own texts alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The tray agent: menu, toasts, answers.
    Agent,
    /// The window program, while the agent is away.
    Window,
    /// The service: the pages that it makes itself, and notes that it writes in chats.
    Service,
}

/// The files of a surface in a language.
fn files(surface: Surface, language: Language) -> [&'static str; 2] {
    macro_rules! files {
        ($code:literal) => {
            match surface {
                Surface::Agent => [
                    include_str!(concat!("../words/", $code, "/shared.ftl")),
                    include_str!(concat!("../words/", $code, "/agent.ftl")),
                ],
                Surface::Window => ["", include_str!(concat!("../words/", $code, "/window.ftl"))],
                Surface::Service => ["", include_str!(concat!("../words/", $code, "/service.ftl"))],
            }
        };
    }
    match language {
        Language::English => files!("en"),
        Language::German => files!("de"),
        Language::Arabic => files!("ar"),
    }
}

/// The texts of one surface in one language.
pub struct Catalogue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Catalogue {
    /// Reads the texts; those of other surfaces and languages stay unread.
    #[must_use]
    pub fn new(surface: Surface, language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // In lines from the left, what is filled in has a direction of its own where it needs one (`protocol::display_text`).
        bundle.set_use_isolating(language.is_from_right());
        // `NUMBER` marks numbers for the compiler of the pages.
        bundle.add_builtins().expect("a new bundle has no functions");
        for text in files(surface, language) {
            // A fault in a text leaves out that text alone, and `tidy` refuses it.
            let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// The language of the texts.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// A text without variables.
    #[must_use]
    pub fn say<'a>(&'a self, id: &'a str) -> Cow<'a, str> {
        self.format(id, None)
    }

    /// A text with what its variables stand for.
    #[must_use]
    pub fn fill(&self, id: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set(*name, value.clone());
        }
        self.format(id, Some(&arguments)).into_owned()
    }

    /// The id in place of a text that does not exist: `tidy` refuses a catalogue in which this can happen.
    fn format<'a>(&'a self, id: &'a str, arguments: Option<&FluentArgs<'_>>) -> Cow<'a, str> {
        match self.bundle.get_message(id).and_then(|message| message.value()) {
            Some(pattern) => self.bundle.format_pattern(pattern, arguments, &mut Vec::new()),
            None => Cow::Borrowed(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [Language; 3] = [Language::English, Language::German, Language::Arabic];

    #[test]
    fn every_surface_speaks_every_language() {
        for language in LANGUAGES {
            assert_ne!(Catalogue::new(Surface::Agent, language).say("state-online"), "state-online");
            assert_ne!(
                Catalogue::new(Surface::Window, language).say("window-agent-lost"),
                "window-agent-lost"
            );
            assert_ne!(Catalogue::new(Surface::Service, language).say("page-try-again"), "page-try-again");
        }
    }

    #[test]
    fn what_is_filled_in_has_its_own_direction_in_lines_from_the_right_alone() {
        let filled = |language| {
            Catalogue::new(Surface::Agent, language).fill("joined-in-time", &[("name", "Dana".into())])
        };
        assert_eq!(filled(Language::English), "Dana joined.");
        assert!(filled(Language::Arabic).contains("\u{2068}Dana\u{2069}"));
    }

    #[test]
    fn arabic_counts_in_six_ways() {
        let catalogue = Catalogue::new(Surface::Agent, Language::Arabic);
        let texts: std::collections::BTreeSet<String> = [0_u32, 1, 2, 3, 11, 100]
            .into_iter()
            .map(|count| catalogue.fill("menu-more-waiting", &[("count", count.into())]))
            .map(|text| text.chars().filter(|c| !c.is_ascii_digit()).collect())
            .collect();
        assert_eq!(texts.len(), 6, "{texts:?}");
    }
}
