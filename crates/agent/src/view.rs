//! The complete model of what the app shows, and of what a user can ask of it: *view down, intents up*.
//!
//! The agent makes one [`View`] after each change; tray, toasts, window and terminal are functions of it. It travels over
//! the local socket as JSON. Nothing here decides.

use crate::sound::{SoundChange, SoundSettings};
use chat::SessionId;
use presence::{Activity, AwayReason, Role, State, UnixMillis, Until};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// All that the app shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct View {
    /// The app's version.
    pub version: String,
    /// The profile's name.
    pub profile: String,
    /// Who is signed in here.
    pub account: AccountView,
    /// What to ask before a link that was opened elsewhere signs in here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub question: Option<SignInQuestion>,
    /// The connection to the service.
    pub connection: ConnectionView,
    /// The state as it is shown, in one line of words (`words.rs`).
    pub headline: String,
    /// A second line, if there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub detail: Option<String>,
    /// The user's presence as the service is known to show it; offline while signed out or not connected.
    pub shown: PresenceView,
    /// What this device sees of its user.
    pub here: Here,
    /// The preference, for technicians.
    pub preference: PreferenceView,
    /// Requests that wait, and chats that are offered: what waits again, then the longest first (C9).
    pub waiting: Vec<Waiting>,
    /// Chats in progress that the user is in.
    pub chats: Vec<OpenChat>,
    /// Until when requests ring without sound here because the user wants it (C11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub silent_until: Option<UnixMillis>,
    /// Whether a technician's requests ring without sound because the desktop is in do-not-disturb (C11).
    #[serde(default)]
    pub do_not_disturb: bool,
    /// How toasts sound on this computer.
    #[serde(default)]
    pub sound: SoundSettings,
    /// Whether toasts and the tray do not say who and about what, since the user shares the screen.
    #[serde(default)]
    pub hides_names: bool,
    /// What became of the last requests on this computer, the latest first: the same list as long as nothing has changed in it.
    #[serde(default, with = "shared")]
    #[cfg_attr(feature = "typescript", ts(as = "Vec<RequestRecord>"))]
    pub requests: Arc<[RequestRecord]>,
    /// The user's devices, as the service knows them.
    pub devices: Vec<Device>,
    /// The last reports to the service, word for word, the newest last (P13).
    pub reports: Vec<Report>,
    /// What is wrong with this computer, in words.
    pub notices: Vec<String>,
    /// Whether a tray shows the app; if not, the status window does the tray's duties.
    pub has_tray: bool,
    /// The service's clock minus this machine's, in milliseconds: times above are the service's.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub clock_ahead_ms: i64,
}

impl View {
    /// What a click on the app itself opens.
    #[must_use]
    pub fn front_page(&self) -> Page {
        match self.account {
            AccountView::SignedIn { .. } => Page::Portal { chat: None },
            AccountView::SignedOut { .. } => Page::Status,
        }
    }
}

/// Who is signed in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum AccountView {
    /// Nobody; with the reason, unless the user signed out.
    SignedOut {
        /// For instance "This computer was signed out by an administrator."
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        why: Option<String>,
    },
    /// Somebody.
    SignedIn {
        /// Their name.
        name: String,
        /// Technician or client.
        role: Role,
        /// The organisation.
        organisation: String,
        /// The service's address, for people: host and port.
        address: String,
    },
}

/// A link that was opened elsewhere wants to sign in here: what the user has to know to answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SignInQuestion {
    /// Which question, for [`Intent::AnswerSignIn`].
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub id: Uuid,
    /// The service's host, with a port where it is not the usual one: in ASCII, so that no letter passes for another one
    /// (punycode), without a user's name, and whole.
    pub host: String,
    /// Whether the way there is encrypted; if not, the host is this computer.
    pub is_encrypted: bool,
}

/// The connection to the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ConnectionView {
    /// Not wanted: signed out, or a client whose window is closed.
    Off,
    /// Being made for the first time, or after a loss.
    Connecting,
    /// Up.
    Up {
        /// Since when, by the service's clock.
        since: UnixMillis,
        /// How long the last answer took, in milliseconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        round_trip_ms: Option<u32>,
    },
    /// Lost; will be tried again.
    Down {
        /// When, by the service's clock.
        retry_at: UnixMillis,
        /// Why it was lost or could not be made, in words.
        why: String,
    },
}

/// The user's presence as others see it, as far as this device knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PresenceView {
    /// Online, away or offline.
    pub state: State,
    /// Why away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reason: Option<AwayReason>,
    /// Since when.
    pub since: UnixMillis,
    /// When a preference runs out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub until: Option<UnixMillis>,
}

/// What this device sees of its user, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Here {
    /// As it would be reported now.
    pub activity: Activity,
    /// Since when that holds, by the service's clock.
    pub since: UnixMillis,
    /// Last input known of, by the service's clock.
    pub last_input: UnixMillis,
    /// The idle source in use, in words; missing if there is none (P12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub source: Option<String>,
    /// Why this source is in use, or why there is none.
    pub why: String,
    /// The threshold in use, in milliseconds (P2).
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub idle_after_ms: u64,
}

/// The preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PreferenceView {
    /// The user cannot set one: a client, or nobody is signed in (P8).
    None,
    /// Follows the devices.
    Automatic,
    /// Away, set by the user.
    Away {
        /// When.
        set: UnixMillis,
        /// What ends it.
        until: Until,
    },
}

/// A request that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Waiting {
    /// Which.
    pub session: SessionId,
    /// Who asks.
    pub client: String,
    /// Of which company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub company: Option<String>,
    /// About what.
    pub subject: String,
    /// Ticket number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reference: Option<String>,
    /// Since when it waits.
    pub since: UnixMillis,
    /// Whether the user silenced it.
    pub dismissed: bool,
    /// Whether this device rings for it.
    pub rings: bool,
}

/// What became of a request on this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RequestRecord {
    /// Which.
    pub session: SessionId,
    /// Since when it waited.
    pub since: UnixMillis,
    /// Who asked, in words.
    pub title: String,
    /// About what; empty if names are hidden.
    pub about: String,
    /// What became of it here, in sentences.
    pub lines: Vec<String>,
}

/// A chat in progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OpenChat {
    /// Which.
    pub session: SessionId,
    /// With whom: the client, or the technician.
    pub with: String,
    /// About what.
    pub subject: String,
    /// How many messages the user has not seen.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub unseen: u64,
    /// When the user joined it, if that was more than an hour ago (C9).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub long_since: Option<UnixMillis>,
}

/// One of the user's devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Device {
    /// What its user would call it.
    pub name: String,
    /// What it sees.
    pub activity: Activity,
    /// Since when.
    pub since: UnixMillis,
    /// Whether it is this one.
    pub this: bool,
    /// Whether it is connected.
    pub connected: bool,
}

/// One frame that was sent about the user's activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Report {
    /// When, by the service's clock.
    pub at: UnixMillis,
    /// The text, as it was sent.
    pub text: String,
}

/// What a user wants: from the tray, a toast, the window or the terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Intent {
    /// Follow the devices (P7).
    Online,
    /// Be away.
    Away {
        /// Until when.
        until: AwayUntil,
    },
    /// Join a waiting request.
    Join {
        /// Which.
        session: SessionId,
    },
    /// Silence a waiting request for this user.
    Dismiss {
        /// Which.
        session: SessionId,
    },
    /// Accept an invitation (C7).
    Accept {
        /// Which.
        session: SessionId,
    },
    /// Answer an invitation with "Not now" (C7).
    Decline {
        /// Which.
        session: SessionId,
    },
    /// Ring without sound for this long; 0 ends it (C11).
    Silent {
        /// In minutes.
        minutes: u32,
    },
    /// Show a toast with a sound; the answer says what became of it.
    TestToast {
        /// With the sound of what is late (C3).
        #[serde(default)]
        late: bool,
    },
    /// Set how toasts sound on this computer. Kept across restarts. The answer says what is set then, also of a change that names nothing.
    SetSound {
        /// What is to be different.
        change: SoundChange,
    },
    /// Have toasts and the tray say who and about what, or not. Kept across restarts.
    HideNames {
        /// They do not.
        hide: bool,
    },
    /// Open a window.
    Open {
        /// Which.
        page: Page,
    },
    /// Sign in with a one-time link that the user typed or pasted here.
    SignIn {
        /// The whole link, as the administrator gave it.
        link: String,
    },
    /// Answer [`View::question`].
    AnswerSignIn {
        /// Which question was answered.
        #[cfg_attr(feature = "typescript", ts(type = "string"))]
        question: Uuid,
        /// Sign in, or do nothing.
        sign_in: bool,
    },
    /// Follow a link of the scheme `deskbell:` that was opened elsewhere. It signs nobody in without a question. The user who clicked
    /// it sees no terminal, so messages come as toasts.
    Link {
        /// The whole link.
        link: String,
    },
    /// Sign out on this computer.
    SignOut,
    /// End the app.
    Quit,
}

/// Until when a user wants to be away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AwayUntil {
    /// Until cleared.
    Cleared,
    /// For this many milliseconds from now.
    For(#[cfg_attr(feature = "typescript", ts(type = "number"))] u64),
    /// Until the first input after a full idle threshold.
    Back,
}

/// A window of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "page", rename_all = "snake_case")]
pub enum Page {
    /// The portal, at a chat if one is named.
    Portal {
        /// Which chat.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        chat: Option<SessionId>,
    },
    /// The status window.
    Status,
    /// The question before a link signs in.
    SignIn,
}

/// The outcome of an intent; every intent gets exactly one answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Answer {
    /// Done; with a sentence for the user, if one is needed.
    Done {
        /// For instance "Signed in as Priya Shah."
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "typescript", ts(optional))]
        note: Option<String>,
    },
    /// Refused or failed, with what happened, why, and what to do.
    Failed {
        /// For people.
        message: String,
    },
}

/// What the window tells the agent, apart from intents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "window", rename_all = "snake_case")]
pub enum WindowReport {
    /// Its pages that are open now; the first report says that it has started.
    Showing {
        /// The portal is open.
        portal: bool,
        /// The status window is open.
        status: bool,
    },
    /// There was input in one of its windows (P12: it counts only if there is no idle source).
    Input,
    /// The program ends in good order, since its user closed it or it was told to, and takes no more orders.
    Closed,
    /// It needs a fresh address of the portal with a code in it; answered by [`ToWindow::Portal`].
    NeedPortal,
}

/// What the agent tells the window, apart from the view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum ToWindow {
    /// Show this page, in front.
    Show {
        /// Which.
        page: Page,
        /// Minimised: at the start of the session.
        minimised: bool,
    },
    /// The portal's address, with a code good for 30 seconds behind `#`; or why there is none.
    Portal {
        /// The whole address.
        address: Result<Url, String>,
    },
    /// Hide this page, and end if it was the last one.
    Hide {
        /// Which.
        page: Page,
    },
    /// End, with all windows.
    Quit,
}

/// An address as text.
pub type Url = String;

/// Tells requests on the local socket apart.
pub type RequestId = Uuid;

/// A list that several views share is written and read like any other.
mod shared {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    pub(super) fn serialize<T: Serialize, S: Serializer>(list: &Arc<[T]>, to: S) -> Result<S::Ok, S::Error> {
        list.as_ref().serialize(to)
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Arc<[T]>, D::Error> {
        Vec::deserialize(from).map(Arc::from)
    }
}
