//! What users read in the window program itself. The pages have their own words, and the agent sends its own.

use agent::view::{Account, View};
use local::place::{DEFAULT_PROFILE, Profile};

/// The agent has ended; it is being started.
pub const AGENT_LOST: &str = "Deskbell's agent is not running. Starting it again…";
/// The same, where the state of the connection stands.
pub const AGENT_AWAY: &str = "Deskbell's agent is not running.";
/// What that means.
pub const AGENT_LOST_DETAIL: &str = "Others may see you as Offline until it is back.";
/// The agent could not be brought back.
pub const AGENT_GONE: &str = "Deskbell's agent could not be started.";
/// An intent met no agent.
pub const NOBODY_ANSWERS: &str =
    "Nothing was changed: Deskbell's agent is not running. It is being started; try again in a moment.";
/// An intent was never answered.
pub const NO_ANSWER: &str =
    "Deskbell's agent did not answer in time. Look at the state shown here, then try again.";
/// Too many intents at once.
pub const TOO_MANY: &str = "Deskbell is still busy with what was asked before. Try again in a moment.";
/// The agent gave no address for the portal in time.
pub const NO_ADDRESS: &str = "the agent did not say where it is";

/// Why the agent is not back, and what to do.
#[must_use]
pub fn agent_gone(why: &str) -> String {
    format!("{why}. Close this window and start Deskbell from the menu; if that fails, install it again.")
}

/// The portal is not to be had now.
#[must_use]
pub fn no_portal(why: &str) -> String {
    format!("The portal cannot be shown: {}. It opens here as soon as it can.", why.trim_end_matches('.'))
}

/// The portal's window.
#[must_use]
pub fn portal_title(view: Option<&View>, profile: &Profile) -> String {
    let name = match view.map(|view| &view.account) {
        Some(Account::SignedIn { organisation, .. }) => format!("{organisation} · Deskbell"),
        Some(Account::SignedOut { .. }) | None => "Deskbell".to_owned(),
    };
    with_profile(name, profile)
}

/// The status window.
#[must_use]
pub fn status_title(profile: &Profile) -> String {
    with_profile("Deskbell status".to_owned(), profile)
}

/// Two profiles side by side must be told apart in the task bar.
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
    fn the_reason_stands_inside_the_sentence() {
        assert_eq!(
            no_portal("the service does not answer."),
            "The portal cannot be shown: the service does not answer. It opens here as soon as it can."
        );
    }
}
