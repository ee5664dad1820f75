//! The words of toasts that have buttons, or words of others.

use super::{Names, TITLE_NAME_COLUMNS, about, fill, first_name, language, minutes, narrow, open, say, who};
use crate::sound::is_late;
use crate::toast::{Button, Toast, ToastAction, ToastKey};
use chat::{Message, PersonId};
use protocol::{SessionView, display_text};
use std::time::Duration;

/// Longest message text in a toast, in characters: about three lines.
const TOAST_TEXT_CHARS: usize = 160;

/// A waiting request's toast (C3).
pub(crate) fn request(session: &SessionView, waited: Duration, ring: Option<u64>, names: Names) -> Toast {
    let client = who_in_title(&session.client_name, session.company.as_deref());
    let offer = session.open_offer();
    let (title, body) = match (offer, names) {
        // C3
        (None, Names::Shown) if session.rings_for_answer() => {
            (fill("agent-awaits-answer", &[("who", client.into())]), about(session))
        }
        (None, Names::Hidden) if session.rings_for_answer() => {
            (say("agent-client-awaits-answer"), String::new())
        }
        (None, Names::Shown) => {
            (fill("agent-needs-help", &[("who", client.into())]), about_waiting(session, waited))
        }
        (None, Names::Hidden) => {
            (say("agent-a-request-waits"), fill("agent-waiting", &[("waited", minutes(waited).into())]))
        }
        // C9
        (Some(offer), Names::Shown) => (
            fill(
                "agent-hands-over",
                &[("name", first_name(technician(session, offer.by)).into()), ("who", client.into())],
            ),
            offer.note.clone().unwrap_or_else(|| about(session)),
        ),
        (Some(_), Names::Hidden) => (say("agent-a-chat-is-offered"), String::new()),
    };
    let join = if session.rings_for_answer() { open().to_owned() } else { say("agent-join") };
    let is_for_this_user = offer.is_some_and(|offer| offer.to.is_some());
    let dismiss = if is_for_this_user { say("agent-not-now") } else { say("agent-dismiss") };
    Toast {
        key: ToastKey::Request(session.id),
        title,
        body,
        buttons: vec![button(ToastAction::Join, join), button(ToastAction::Dismiss, dismiss)],
        ring,
        is_late: is_late(waited),
        stays: true,
        is_critical: true,
    }
}

/// "Printer offline · waiting 0:40"; with whom a chat that waits again was before (C9): " · was with Priya, 42 messages".
fn about_waiting(session: &SessionView, waited: Duration) -> String {
    let (about, waited) = (about(session).into(), minutes(waited).into());
    match session.participants.last() {
        None => fill("agent-about-waiting", &[("about", about), ("waited", waited)]),
        Some(last) => fill(
            "agent-about-waiting-again",
            &[
                ("about", about),
                ("name", first_name(&last.name).into()),
                ("messages", session.messages.into()),
                ("waited", waited),
            ],
        ),
    }
}

/// The toast that stands for all waiting requests (C3).
pub(crate) fn several(count: usize, longest: Duration, ring: Option<u64>) -> Toast {
    Toast {
        key: ToastKey::Several,
        title: fill("agent-several", &[("count", count.into()), ("longest", minutes(longest).into())]),
        body: say("agent-several-where"),
        buttons: vec![button(ToastAction::Join, say("agent-join-longest"))],
        ring,
        is_late: is_late(longest),
        stays: true,
        is_critical: true,
    }
}

/// An invitation's toast at its client (C7).
pub(crate) fn invitation(
    session: &SessionView,
    organisation: Option<&str>,
    ring: Option<u64>,
    names: Names,
) -> Toast {
    let inviter =
        first_name(session.inviter.as_ref().map(|inviter| inviter.name.as_str()).unwrap_or_default());
    let (title, body) = match (names, organisation) {
        (Names::Shown, None) => (fill("agent-invitation", &[("name", inviter.into())]), about(session)),
        (Names::Shown, Some(organisation)) => (
            fill(
                "agent-invitation-from",
                &[
                    ("name", inviter.into()),
                    ("organisation", narrow(organisation, TITLE_NAME_COLUMNS).into()),
                ],
            ),
            about(session),
        ),
        (Names::Hidden, _) => (say("agent-invited"), String::new()),
    };
    Toast {
        key: ToastKey::Invitation(session.id),
        title,
        body,
        buttons: vec![
            button(ToastAction::Accept, say("agent-accept")),
            button(ToastAction::Decline, say("agent-not-now")),
        ],
        ring,
        is_late: false,
        stays: true,
        is_critical: true,
    }
}

/// A new message's toast (C8).
pub(crate) fn message(session: &SessionView, message: &Message, ring: Option<u64>, names: Names) -> Toast {
    let from = session.participants.iter().find(|each| each.person == message.from);
    let (title, body) = match (names, from) {
        (Names::Hidden, _) => (say("agent-a-new-message"), String::new()),
        (Names::Shown, from) => {
            let title = match from {
                Some(technician) => who_in_title(&technician.name, None),
                None => who_in_title(&session.client_name, session.company.as_deref()),
            };
            let text = match &message.file {
                Some(file) if file.picture.is_some() => say("agent-sent-picture"),
                Some(file) => fill("agent-sent-file", &[("name", file.name.as_str().into())]),
                None => message.text.clone(),
            };
            (title, display_text::lines(&text, TOAST_TEXT_CHARS))
        }
    };
    let (key, buttons) = (ToastKey::Message(session.id), Vec::new());
    Toast { key, title, body, buttons, ring, is_late: false, stays: false, is_critical: false }
}

fn technician(session: &SessionView, person: PersonId) -> &str {
    session
        .participants
        .iter()
        .find(|each| each.person == person)
        .map(|each| each.name.as_str())
        .unwrap_or_default()
}

/// The same in the title of a toast.
fn who_in_title(name: &str, company: Option<&str>) -> String {
    let company = company.map(|company| narrow(company, TITLE_NAME_COLUMNS));
    who(&narrow(name, TITLE_NAME_COLUMNS), company.as_deref())
}

/// Makes our words run in the direction of their language beside a name that does not: notification daemons and panels take the
/// direction of a line from its first letter, also if that is in an isolated part.
pub(crate) fn in_our_direction(line: String) -> String {
    let mark = if language().is_from_right() { '\u{200f}' } else { '\u{200e}' };
    if line.contains('\u{2068}') { format!("{mark}{line}") } else { line }
}

fn button(action: ToastAction, label: String) -> Button {
    Button { action, label }
}
