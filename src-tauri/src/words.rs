//! What users read in the window program itself. The pages have their own words, and the agent sends its own.

use agent::view::{AccountView, View};
pub use catalogue::Language;
use catalogue::{Catalogue, Surface, Value};
use local::socket_path::{DEFAULT_PROFILE, Profile};
use std::sync::OnceLock;

static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();

/// Chooses the language, before the first word is said. A process speaks one: later calls change nothing.
pub fn speak(language: Language) {
    let _already = CATALOGUE.set(Catalogue::new(Surface::Window, language));
}

fn catalogue() -> &'static Catalogue {
    CATALOGUE.get_or_init(|| Catalogue::new(Surface::Window, Language::English))
}

fn say(id: &'static str) -> String {
    catalogue().say(id).into_owned()
}

fn fill(id: &'static str, values: &[(&str, Value<'_>)]) -> String {
    catalogue().fill(id, values)
}

/// The agent has ended and is being restarted.
#[must_use]
pub fn agent_lost() -> String {
    say("window-agent-lost")
}

/// The same, shown as the state of the connection.
#[must_use]
pub fn agent_away() -> String {
    say("window-agent-away")
}

/// What this means for the user.
#[must_use]
pub fn agent_lost_detail() -> String {
    say("window-agent-lost-detail")
}

/// The agent could not be brought back.
#[must_use]
pub fn agent_gone() -> String {
    say("window-agent-gone")
}

/// Why the agent is not back, and what to do.
#[must_use]
pub fn agent_gone_detail(why: &str) -> String {
    fill("window-agent-gone-detail", &[("why", why.into())])
}

/// An intent could not be sent, because no agent is running.
#[must_use]
pub fn nobody_answers() -> String {
    say("window-nobody-answers")
}

/// An intent was never answered.
#[must_use]
pub fn no_answer() -> String {
    say("window-no-answer")
}

/// Too many intents at once.
#[must_use]
pub fn too_many() -> String {
    say("window-too-many")
}

/// The agent gave no address for the portal in time.
#[must_use]
pub fn no_address() -> String {
    say("window-no-address")
}

/// Two pages died in short succession, or one page twice.
#[must_use]
pub fn pages_die() -> String {
    say("window-pages-die")
}

/// The portal is not available now.
#[must_use]
pub fn no_portal(why: &str) -> String {
    fill("window-no-portal", &[("why", why.trim_end_matches('.').into())])
}

/// The portal's page did not load; the browser's own message comes last, since it seldom helps a user.
#[must_use]
pub fn page_failed(detail: Option<&str>) -> String {
    match detail {
        Some(detail) => {
            fill("window-page-failed-because", &[("detail", detail.trim_end_matches('.').into())])
        }
        None => say("window-page-failed"),
    }
}

/// The portal's title with the number that its page counts in its own: `(2) Acme IT · Deskbell`. Nothing else is taken from
/// a page's title: the window's title is ours.
#[must_use]
pub fn counted(title: &str, page_title: &str) -> String {
    let number =
        page_title.strip_prefix('(').and_then(|rest| rest.split_once(") ")).map(|(number, _)| number);
    match number.and_then(|number| number.parse::<u16>().ok()) {
        Some(number) => format!("({number}) {title}"),
        None => title.to_owned(),
    }
}

/// The portal's window.
#[must_use]
pub fn portal_title(view: Option<&View>, profile: &Profile) -> String {
    let name = match view.map(|view| &view.account) {
        Some(AccountView::SignedIn { organisation, .. }) => {
            fill("window-portal-title", &[("organisation", organisation.as_str().into())])
        }
        Some(AccountView::SignedOut { .. }) | None => "Deskbell".to_owned(),
    };
    with_profile(name, profile)
}

/// The status window.
#[must_use]
pub fn status_title(profile: &Profile) -> String {
    with_profile(say("window-status-title"), profile)
}

/// The window that asks before a link signs in.
#[must_use]
pub fn question_title(profile: &Profile) -> String {
    with_profile(say("window-question-title"), profile)
}

/// Two profiles side by side must be distinguishable in the task bar.
fn with_profile(title: String, profile: &Profile) -> String {
    if profile.as_str() == DEFAULT_PROFILE {
        title
    } else {
        fill("window-title-profile", &[("title", title.into()), ("profile", profile.as_str().into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_names_the_profile_unless_it_is_the_usual_one() {
        assert_eq!(status_title(&Profile::default()), "Deskbell status");
        assert_eq!(status_title(&Profile::new("dana").unwrap()), "Deskbell status (dana)");
        assert_eq!(portal_title(None, &Profile::default()), "Deskbell");
    }

    #[test]
    fn the_window_counts_as_its_page_does_and_takes_nothing_else_from_it() {
        let title = "Acme IT · Deskbell (tech)";
        assert_eq!(counted(title, "(2) Deskbell"), "(2) Acme IT · Deskbell (tech)");
        for page in ["Deskbell", "(now) Your bank", "() x", "(-1) x", "(2)", "(99999999) x", ""] {
            assert_eq!(counted(title, page), title, "{page}");
        }
    }

    #[test]
    fn the_reason_stands_inside_the_sentence() {
        assert_eq!(
            no_portal("the service does not answer."),
            "The portal cannot be shown: the service does not answer. It opens here as soon as it can."
        );
        assert_eq!(
            no_portal(&page_failed(Some("Could not connect to 127.0.0.1: Connection refused"))),
            "The portal cannot be shown: its page does not load, so the service may be down or the network gone \
             (Could not connect to 127.0.0.1: Connection refused). It opens here as soon as it can."
        );
    }
}
