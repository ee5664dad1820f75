//! What users read in the window program itself. The pages have their own words, and the agent sends its own.

use agent::view::{AccountView, View};
use local::socket_path::{DEFAULT_PROFILE, Profile};

/// The agent has ended and is being restarted.
pub const AGENT_LOST: &str = "Deskbell is restarting…";
/// The same, shown as the state of the connection.
pub const AGENT_AWAY: &str = "No connection while Deskbell restarts.";
/// What this means for the user.
pub const AGENT_LOST_DETAIL: &str =
    "Its background part has stopped. Others may see you as Offline until it is back.";
/// The agent could not be brought back.
pub const AGENT_GONE: &str = "Deskbell could not be started.";
/// An intent could not be sent, because no agent is running.
pub const NOBODY_ANSWERS: &str =
    "Nothing was changed, because Deskbell is restarting. Try again in a moment.";
/// An intent was never answered.
pub const NO_ANSWER: &str = "Deskbell did not answer in time. Check the state shown here, then try again.";
/// Too many intents at once.
pub const TOO_MANY: &str = "Deskbell is still busy with earlier requests. Try again in a moment.";
/// The agent gave no address for the portal in time.
pub const NO_ADDRESS: &str = "its address did not arrive in time";

/// Two pages died in short succession, or one page twice.
pub const PAGES_DIE: &str =
    "The page in Deskbell's window has crashed twice within a minute, so the window closes.";

/// Why the agent is not back, and what to do.
#[must_use]
pub fn agent_gone(why: &str) -> String {
    format!(
        "Its background part is missing: {why}. Close this window and start Deskbell from the menu; if that fails, install it again."
    )
}

/// The portal is not available now.
#[must_use]
pub fn no_portal(why: &str) -> String {
    format!("The portal cannot be shown: {}. It opens here as soon as it can.", why.trim_end_matches('.'))
}

/// The portal's page did not load; the browser's own message comes last, since it seldom helps a user.
#[must_use]
pub fn page_failed(detail: Option<&str>) -> String {
    const WHAT: &str = "its page does not load, so the service may be down or the network gone";
    match detail {
        Some(detail) => format!("{WHAT} ({})", detail.trim_end_matches('.')),
        None => WHAT.to_owned(),
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
        Some(AccountView::SignedIn { organisation, .. }) => format!("{organisation} · Deskbell"),
        Some(AccountView::SignedOut { .. }) | None => "Deskbell".to_owned(),
    };
    with_profile(name, profile)
}

/// The status window.
#[must_use]
pub fn status_title(profile: &Profile) -> String {
    with_profile("Deskbell status".to_owned(), profile)
}

/// The window that asks before a link signs in.
#[must_use]
pub fn question_title(profile: &Profile) -> String {
    with_profile("Sign in? · Deskbell".to_owned(), profile)
}

/// Two profiles side by side must be distinguishable in the task bar.
fn with_profile(title: String, profile: &Profile) -> String {
    if profile.as_str() == DEFAULT_PROFILE { title } else { format!("{title} ({profile})") }
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
