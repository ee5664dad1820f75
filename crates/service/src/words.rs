//! All text that users read from the service: refusals say what happened, why, and what to do next. It decides nothing.

use catalogue::{Catalogue, Language, Surface};
use presence::UnixMillis;
use protocol::display_text::written_line;
use protocol::http::Transcript;
use protocol::{Down, ErrorCode, IntentId};
use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::Duration;

/// A text of the catalogue, which is said in the language of who reads it: HTTP alone knows that. What a connection is refused is English, for
/// programs and logs; the portal says it by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text(&'static str);

impl Text {
    pub(crate) fn in_language(self, language: Language) -> Cow<'static, str> {
        catalogue(language).say(self.0)
    }
}

/// Read when the first text in this language is needed.
fn catalogue(language: Language) -> &'static Catalogue {
    static ENGLISH: LazyLock<Catalogue> =
        LazyLock::new(|| Catalogue::new(Surface::Service, Language::English));
    static GERMAN: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Surface::Service, Language::German));
    static ARABIC: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::new(Surface::Service, Language::Arabic));
    match language {
        Language::English => &ENGLISH,
        Language::German => &GERMAN,
        Language::Arabic => &ARABIC,
    }
}

pub(crate) const SECOND_HELLO: &str =
    "This connection has already said hello. Open a new connection to sign in as somebody else.";
/// For systems without a control socket.
#[cfg(any(test, not(unix)))]
pub(crate) const NO_CONTROL_SOCKET: &str = "Commands such as `deskbell-service person add` can't reach the running service on this system yet. Stop the service, run the \
     command, then start it again.";
pub(crate) const NO_PREFERENCE: &str =
    "Your presence is automatic: it follows your devices and cannot be set.";
pub(crate) const BAD_AWAY: &str =
    "Away may last for up to seven days or until you are back, not both. Choose one of them.";
pub(crate) const NO_PEOPLE: &str =
    "Other people's presence is not shown here. You see whether somebody is at the desk.";
pub(crate) const NO_DEVICE: &str = "This device no longer exists. Reload the list of devices.";
pub(crate) const NO_CODE: &str = "Only the app can open its window. Use the app on this computer.";
pub(crate) const NO_SESSION: &str = "This chat does not exist. It may be over; check the list.";
pub(crate) const NOT_IN_CHAT: &str = "Only people in a chat can read its messages. Join it first.";
pub(crate) const NOT_ALLOWED: &str = "You cannot do this in this chat.";
pub(crate) const OVER: &str = "This chat is over. Nothing more can be done in it.";
pub(crate) const NOTE_NEEDED: &str =
    "Nobody spoke with the client. Write a note about what was done, then complete it.";
pub(crate) const NOBODY_STAYS: &str =
    "No other technician would stay with the client. Complete the chat instead.";
pub(crate) const CANNOT_TAKE_OVER: &str =
    "This technician is offline or in the chat already. Choose somebody else, or offer it to all.";
pub(crate) const TOO_LATE_TO_UNDO: &str =
    "The chat was completed too long ago to undo that. To talk to the client again, invite them.";
pub(crate) const ASKED_AGAIN: &str =
    "The client has asked for another chat since then, so this one stays completed. Join the new one.";
pub(crate) const CHAT_FULL: &str =
    "16 technicians, the maximum, are in this chat. Join when one of them has left.";
pub(crate) const CLIENT_AWAY: &str =
    "The client is away, so the invitation was not sent. You can invite them when they are Online.";
pub(crate) const CLIENT_OFFLINE: &str =
    "The client is offline, so the invitation was not sent. You can invite them when they are Online.";
pub(crate) const CLIENT_WAITS: &str =
    "The client is already waiting for somebody. Join their request instead of inviting them.";
pub(crate) const ALREADY_INVITED: &str =
    "The client has an invitation already and has not answered it yet. Wait for the answer.";
pub(crate) const NOT_A_CLIENT: &str =
    "There is no client with this id here. Choose one from the list of people.";
pub(crate) const ALREADY_ACTIVE: &str =
    "You already have an open chat about this. Open it, or leave it before you ask again.";
pub(crate) const MESSAGE_ID_USED: &str =
    "Somebody else's message in this chat has this id. Send the message with a new one.";
pub(crate) const ID_USED: &str = "The id of this request is already in use. Send it with a new id.";
pub(crate) const BAD_SUBJECT: &str = "Say in one line of at most 200 characters what it is about.";
pub(crate) const BAD_REFERENCE: &str =
    "A ticket number has at most 40 characters. Shorten it or leave it out.";
pub(crate) const BAD_PHONE: &str =
    "A phone number has digits. Write the number to call, such as +64 9 555 0100, in at most 40 characters.";
pub(crate) const BAD_NOTE: &str = "A note has at most 2,000 characters. Shorten it.";
pub(crate) const BAD_MESSAGE: &str =
    "A message has between 1 and 4,000 characters. Write something, or send it in parts.";
pub(crate) const FILES_ARE_OFF: &str = "Files cannot be sent here: the administrator has turned them off.";
pub(crate) const NO_ROOM_FOR_FILES: &str =
    "There is no more room for files in your organisation, so this one was not sent.";
pub(crate) const NO_REPLIES: &str = "Canned replies are for technicians.";
pub(crate) const REPLY_ID_USED: &str =
    "This canned reply is not one of yours, so you cannot change it. Save it with a new id.";
pub(crate) const BAD_REPLY_NAME: &str =
    "The name of a canned reply has between 1 and 40 characters on one line. Choose a short one.";
pub(crate) const BAD_REPLY: &str =
    "A canned reply has between 1 and 2,000 characters. Write something, or shorten it.";
pub(crate) const BUSY: &str = "The service could not store this just now, so it did not happen. Try again.";
pub(crate) const RATE_LIMITED: &str = "Too many frames from this connection. Wait, then repeat this one.";
pub(crate) const UNKNOWN_FRAME: &str =
    "The service does not know this type of frame. Update the app or the service.";
pub(crate) const BAD_FRAME: &str =
    "The frame does not match what the protocol says for its type. See docs/protocol.md.";

pub(crate) const LINK_UNKNOWN: Text = Text("http-link-unknown");
pub(crate) const LINK_USED: Text = Text("http-link-used");
pub(crate) const LINK_ENDED: Text = Text("http-link-ended");
pub(crate) const LINK_EXPIRED: Text = Text("http-link-expired");
pub(crate) const TOKEN_INVALID: Text = Text("http-token-invalid");
pub(crate) const BODY_INVALID: Text = Text("http-body-invalid");
pub(crate) const BODY_TOO_LARGE: Text = Text("http-body-too-large");
pub(crate) const NO_SUCH_PAGE: Text = Text("http-no-such-page");
pub(crate) const WRONG_METHOD: Text = Text("http-wrong-method");
pub(crate) const NO_UPGRADE: Text = Text("http-no-upgrade");
pub(crate) const INTERNAL: Text = Text("http-internal");
pub(crate) const CODE_UNKNOWN: Text = Text("http-code-unknown");
pub(crate) const TOO_MANY_REQUESTS: Text = Text("http-too-many-requests");
pub(crate) const SIGN_IN_BUSY: Text = Text("http-sign-in-busy");
pub(crate) const STORE_DOWN: Text = Text("http-store-down");
pub(crate) const FOREIGN_ORIGIN: Text = Text("http-foreign-origin");
pub(crate) const NO_ORIGIN: Text = Text("http-no-origin");
pub(crate) const FILES_OFF: Text = Text("http-files-off");
pub(crate) const FILES_FULL: Text = Text("http-files-full");
pub(crate) const FILE_TOO_LARGE: Text = Text("http-file-too-large");
pub(crate) const FILE_EMPTY: Text = Text("http-file-empty");
pub(crate) const FILE_CUT_OFF: Text = Text("http-file-cut-off");
pub(crate) const FILE_NOT_STORED: Text = Text("http-file-not-stored");
pub(crate) const FILE_REFUSED: Text = Text("http-file-refused");
pub(crate) const FILE_TOO_LATE: Text = Text("http-file-too-late");
pub(crate) const FILE_ID_USED: Text = Text("http-file-id-used");
pub(crate) const FILES_BUSY: Text = Text("http-files-busy");
pub(crate) const NO_FILE: Text = Text("http-no-file");
pub(crate) const FILE_GONE: Text = Text("http-file-gone");
pub(crate) const NOT_SIGNED_IN: Text = Text("http-not-signed-in");
pub(crate) const FOR_TECHNICIANS: Text = Text("http-for-technicians");
pub(crate) const BAD_SEARCH: Text = Text("http-bad-search");
pub(crate) const TOO_MANY_SEARCHES: Text = Text("http-too-many-searches");
pub(crate) const NO_SUCH_CHAT: Text = Text("http-no-such-chat");
pub(crate) const NO_SUBPROTOCOL: Text = Text("http-no-subprotocol");
pub(crate) const AT_CAPACITY: Text = Text("http-at-capacity");
pub(crate) const TOO_SLOW: Text = Text("http-too-slow");
pub(crate) const NO_MORE_CONNECTIONS: &str = "the system does not let the service open any more connections. People who are connected stay connected; others wait. Let the service open more files (LimitNOFILE in its unit, or ulimit -n)";
pub(crate) const ONLY_METRICS: &str =
    "Only GET /metrics is served here. The service itself listens on another port.\n";
pub(crate) const NO_PORTAL: Text = Text("http-no-portal");

// Pages that the service writes itself.
/// A name, the same in each language.
pub(crate) const PRODUCT: &str = "Deskbell";
pub(crate) const HOME: Text = Text("page-home");
pub(crate) const TECHNICIAN_PORTAL: Text = Text("page-technician-portal");
pub(crate) const CLIENT_PORTAL: Text = Text("page-client-portal");
pub(crate) const TRY_AGAIN: Text = Text("page-try-again");
pub(crate) const NO_SUCH_PAGE_TITLE: Text = Text("page-no-such-page-title");
pub(crate) const NOT_A_PAGE_TITLE: Text = Text("page-not-a-page-title");
pub(crate) const NOT_A_PAGE: Text = Text("page-not-a-page");
pub(crate) const TOO_MANY_REQUESTS_TITLE: Text = Text("page-too-many-requests-title");
pub(crate) const UNAVAILABLE_TITLE: Text = Text("page-unavailable-title");
pub(crate) const REFUSED_TITLE: Text = Text("page-refused-title");

/// Others can reach the service, but no public address is set.
pub(crate) fn no_public_address(local: std::net::SocketAddr) -> String {
    format!(
        "no public address is set, so sign-in links begin with http://{local}: the app refuses them on other machines, and pages \
         opened through the proxy are refused here. Set public-address to the proxy's https address"
    )
}

/// A refusal.
pub(crate) fn error(re: Option<IntentId>, code: ErrorCode, message: &str) -> Down {
    Down::Error { re, code, message: message.to_owned(), retry_after_ms: None, by: None, at: None }
}

/// The most requests that a client may have waiting are waiting already (C1).
pub(crate) fn too_many_waiting(most: usize) -> String {
    format!(
        "You have {most} requests waiting already. Wait until somebody joins one of them, or leave one to ask for another chat."
    )
}

/// A technician has as many canned replies as they may.
pub(crate) fn too_many_replies(most: usize) -> String {
    format!("You have {most} canned replies already. Remove one to add another.")
}

/// Why the service has completed a chat: its client has more than may stay open.
pub(crate) fn too_many_of_client(most: usize) -> String {
    format!(
        "Completed by the service: more than {most} abandoned chats and callbacks of this client were open, and this was the oldest."
    )
}

/// Why the service has completed a chat: the organisation has more than may stay open.
pub(crate) fn too_many_of_organisation(most: usize) -> String {
    format!(
        "Completed by the service: more than {most} abandoned chats and callbacks were open, and this was the oldest."
    )
}

/// Why the service has completed a chat: nobody else has for so long.
pub(crate) fn too_old(age: Duration) -> String {
    format!("Completed by the service: nobody had completed it for {}.", span(age))
}

/// A span in the largest unit that divides it; a span with a fraction of a second in seconds.
pub(crate) fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    if span.subsec_millis() > 0 {
        return format!("{} seconds", span.as_secs_f64());
    }
    let units = [(24 * 3_600, "day"), (3_600, "hour"), (60, "minute")];
    let (unit_s, unit) =
        units.into_iter().find(|(unit_s, _)| seconds.is_multiple_of(*unit_s)).unwrap_or((1, "second"));
    match seconds / unit_s {
        1 => format!("1 {unit}"),
        many => format!("{many} {unit}s"),
    }
}

/// A size in the largest unit that divides it; sizes are set in whole units.
pub(crate) fn size(bytes: u64) -> String {
    let units = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    match units.into_iter().find(|(unit, _)| bytes >= *unit && bytes.is_multiple_of(*unit)) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}

/// A refusal of something that may succeed later.
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

/// The client is not Online, so they are not invited (C7); `since` when.
pub(crate) fn not_invited(
    re: IntentId,
    code: ErrorCode,
    message: &str,
    client: String,
    since: UnixMillis,
) -> Down {
    Down::Error {
        re: Some(re),
        code,
        message: message.to_owned(),
        retry_after_ms: None,
        by: Some(client),
        at: Some(since),
    }
}

/// A transcript as text, in the language of who reads it; what was written stays as it is. Times are in UTC, since its readers may be anywhere.
/// Lines of a message after its first one are indented, so that none can pass for another message.
pub(crate) fn transcript(transcript: &Transcript, language: Language) -> String {
    let words = catalogue(language);
    let say = |id: &'static str| words.say(id).into_owned();
    let fill = |id: &str, values: &[(&str, &str)]| {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).into())).collect();
        words.fill(id, &values)
    };
    let Transcript { chat, messages, notes, is_whole } = transcript;
    let mut lines = vec![if chat.subject.is_empty() { say("transcript-chat") } else { chat.subject.clone() }];
    lines.extend(
        chat.reference.as_deref().map(|reference| fill("transcript-ticket", &[("reference", reference)])),
    );
    let client = chat.client.name.as_str();
    lines.push(match &chat.company {
        Some(company) => fill("transcript-client-of", &[("name", client), ("company", company)]),
        None => fill("transcript-client", &[("name", client)]),
    });
    let mut technicians: Vec<&str> = chat.technicians.iter().map(|each| each.who.name.as_str()).collect();
    technicians.dedup();
    if !technicians.is_empty() {
        lines.push(fill("transcript-technicians", &[("names", &technicians.join(", "))]));
    }
    lines.push(fill("transcript-time", &[("from", &minute(chat.created)), ("to", &minute(chat.ended))]));
    if let Some(callback) = &chat.callback {
        lines.push(indented(&fill("transcript-callback", &[("phone", &callback.phone)])));
        lines.extend(callback.note.as_deref().map(|note| indented(&format!("    {note}"))));
    }
    lines.push(String::new());
    let said = messages.iter().map(|each| (each, false));
    let mut written: Vec<_> = said.chain(notes.iter().map(|each| (each, true))).collect();
    written.sort_by_key(|(each, _)| each.at);
    lines.extend(written.into_iter().map(|(each, is_private)| {
        let file = each.file.as_ref().map(|file| fill("transcript-file", &[("name", &file.name)]));
        let text = file.as_deref().unwrap_or(&each.text);
        let by = each.name.as_str();
        let by = if is_private { fill("transcript-private", &[("name", by)]) } else { by.to_owned() };
        indented(&format!("[{}] {by}: {text}", minute(each.at)))
    }));
    if !is_whole {
        lines.push(say("transcript-not-whole"));
    }
    lines.push(String::new());
    let completed = minute(chat.completed);
    lines.push(match &chat.completed_by {
        Some(by) => fill("transcript-completed", &[("time", &completed), ("name", &by.name)]),
        None => fill("transcript-completed-itself", &[("time", &completed)]),
    });
    lines.extend(chat.note.as_deref().map(|note| indented(&fill("transcript-note", &[("note", note)]))));
    lines.push(String::new());
    lines.join("\n")
}

fn indented(text: &str) -> String {
    text.replace('\n', "\n    ")
}

/// A time as a date and a minute, in UTC.
fn minute(time: UnixMillis) -> String {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    let timestamp = jiff::Timestamp::from_millisecond(millis).unwrap_or(jiff::Timestamp::MAX);
    timestamp.strftime("%Y-%m-%d %H:%M").to_string()
}

/// One line as it is kept, of at most this many characters.
pub(crate) fn line(text: &str, chars: usize) -> String {
    written_line(text).chars().take(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_a_control_socket_says_what_to_do_instead() {
        assert_eq!(
            NO_CONTROL_SOCKET,
            "Commands such as `deskbell-service person add` can't reach the running service on this system yet. Stop the \
             service, run the command, then start it again."
        );
    }
}
