//! All text that users read from the service: refusals say what happened, why, and what to do next. Also how text that
//! users write is cleaned. It decides nothing.

use presence::UnixMillis;
use protocol::{Down, ErrorCode, IntentId};

pub(crate) const SECOND_HELLO: &str =
    "This connection has said hello already. Connect anew to be somebody else.";
pub(crate) const NO_PREFERENCE: &str =
    "Your presence is automatic: it follows your devices and cannot be set.";
pub(crate) const BAD_AWAY: &str =
    "Away may last for up to seven days or until you are back, not both. Choose one of them.";
pub(crate) const NO_PEOPLE: &str =
    "Other people's presence is not shown here. You see whether somebody is at the desk.";
pub(crate) const NO_DEVICE: &str = "There is no such device any more. Reload the list of devices.";
pub(crate) const NO_CODE: &str = "Only the app can open its window. Use the app on this computer.";
pub(crate) const NO_SESSION: &str = "There is no such chat. It may be over; look in the list.";
pub(crate) const NOT_IN_CHAT: &str = "Only those who are in a chat read its messages. Join it first.";
pub(crate) const NOT_ALLOWED: &str = "This is not for you to do in this chat.";
pub(crate) const OVER: &str = "This chat is over. Nothing more can be done in it.";
pub(crate) const NOTE_NEEDED: &str =
    "Nobody spoke with the client. Write a note about what was done, then complete it.";
pub(crate) const NOBODY_STAYS: &str =
    "The client would be left alone. Let somebody else join who stays, or complete the chat.";
pub(crate) const ALREADY_ACTIVE: &str =
    "You have asked for this already, and that chat goes on. Open it, or leave it to ask anew.";
pub(crate) const ID_USED: &str = "The id of this request is used already. Send it with a new id.";
pub(crate) const BAD_SUBJECT: &str = "Say in one line of at most 200 characters what it is about.";
pub(crate) const BAD_REFERENCE: &str =
    "A ticket number has at most 40 characters. Shorten it or leave it out.";
pub(crate) const BAD_PHONE: &str = "Write the phone number to call, in at most 40 characters.";
pub(crate) const BAD_NOTE: &str = "A note has at most 2,000 characters. Shorten it.";
pub(crate) const BAD_MESSAGE: &str =
    "A message has between 1 and 4,000 characters. Write something, or send it in parts.";
pub(crate) const BUSY: &str = "The service could not store this just now, so it did not happen. Try again.";
pub(crate) const RATE_LIMITED: &str = "Too many frames from this connection. Wait, then repeat this one.";
pub(crate) const UNKNOWN_FRAME: &str =
    "The service does not know this type of frame. Update the app or the service.";
pub(crate) const BAD_FRAME: &str =
    "The frame is not what the protocol says for its type. See docs/protocol.md.";

pub(crate) const LINK_UNKNOWN: &str =
    "This sign-in link is not known. Check that it is complete, or ask your administrator for a new one.";
pub(crate) const LINK_USED: &str =
    "This sign-in link has been used already; each works once. Ask your administrator for a new one.";
pub(crate) const LINK_EXPIRED: &str =
    "This sign-in link is older than seven days and no longer works. Ask your administrator for a new one.";
pub(crate) const TOKEN_INVALID: &str =
    "The app sent a token that is not 256 random bits in hex. Update the app.";
pub(crate) const BODY_INVALID: &str = "The request is not what the protocol says. See docs/protocol.md.";
pub(crate) const CODE_UNKNOWN: &str =
    "The code for this window is used or older than 30 seconds. Open the portal from the app again.";
pub(crate) const SIGN_IN_BUSY: &str = "Too many sign-ins at once. Wait some seconds, then try again.";
pub(crate) const STORE_DOWN: &str = "The service cannot use its database just now. Try again in a minute.";
pub(crate) const FOREIGN_ORIGIN: &str = "This page comes from another address than the service's own, so it is refused. Open the portal by the service's address, \
     or have the administrator allow the other one (allowed-origins).";
pub(crate) const NO_SUBPROTOCOL: &str =
    "The service speaks the WebSocket sub-protocol deskbell.v1+json only.";
pub(crate) const FULL_HOUSE: &str =
    "Too many connections are being opened at once. Try again in some seconds.";
pub(crate) const ONLY_METRICS: &str =
    "Only GET /metrics is here. The service itself listens on another port.\n";
pub(crate) const NO_PORTAL: &str = "the portal was not built into this program; run cargo xtask run\n";

/// A refusal.
pub(crate) fn error(re: Option<IntentId>, code: ErrorCode, message: &str) -> Down {
    Down::Error { re, code, message: message.to_owned(), retry_after_ms: None, by: None, at: None }
}

/// A refusal of what may succeed later.
pub(crate) fn retry(re: Option<IntentId>, code: ErrorCode, message: &str, after_ms: u64) -> Down {
    Down::Error { re, code, message: message.to_owned(), retry_after_ms: Some(after_ms), by: None, at: None }
}

/// Another technician was first (C4).
pub(crate) fn taken(re: IntentId, by: String, at: UnixMillis) -> Down {
    let message = format!("{by} joined first.");
    Down::Error {
        re: Some(re),
        code: ErrorCode::Taken,
        message,
        retry_after_ms: None,
        by: Some(by),
        at: Some(at),
    }
}

/// One line: control characters become spaces, the ends are trimmed, what is too long is cut.
pub(crate) fn line(text: &str, chars: usize) -> String {
    let spaced: String = text.chars().map(|each| if each.is_control() { ' ' } else { each }).collect();
    spaced.trim().chars().take(chars).collect()
}

/// Text of several lines: control characters other than line breaks and tabs are dropped, the ends are trimmed.
pub(crate) fn text(text: &str) -> String {
    let kept: String =
        text.chars().filter(|each| !each.is_control() || matches!(each, '\n' | '\t')).collect();
    kept.trim().to_owned()
}
