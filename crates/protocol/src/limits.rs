//! Limits of the wire, the same for both ends.

use std::time::Duration;

/// Largest text frame, in bytes.
pub const FRAME_BYTES: usize = 64 * 1024;
/// How long a new connection may stay without `hello`: a handshake over a bad line takes less.
pub const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// Time between two beats of the service: below the usual 60 s after which proxies cut a silent connection.
pub const BEAT: Duration = Duration::from_secs(15);
/// After this much silence a client treats the connection as dead: two beats and some slack.
pub const SILENCE: Duration = Duration::from_secs(35);
/// How long a lost device keeps its last activity, from its last frame (P10).
pub const GRACE: Duration = Duration::from_secs(45);
/// How long a portal page may be gone after its close before it counts as left: a reload looks like a close (P10).
pub const PAGE_RELOAD: Duration = Duration::from_secs(5);
/// How long a client may be gone before a waiting request of theirs is abandoned (C5).
pub const ABANDON_AFTER: Duration = Duration::from_secs(60);
/// How long all technicians of a chat in progress may be gone before it waits again: a restart or a change of network takes
/// less, and a client left alone gives up soon after (C9).
pub const ALONE_AFTER: Duration = Duration::from_secs(2 * 60);
/// How long an invitation waits for the client's answer (C7).
pub const INVITATION: Duration = Duration::from_secs(60);
/// How soon a technician who joined answers; after that they are reminded (C3).
pub const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// Most people in one part of `people`.
pub const PEOPLE_PART: usize = 500;
/// Most messages in one `messages` frame: 100 of the longest stay below the frame's limit on average texts; the service
/// stops earlier where they would not.
pub const MESSAGES_PART: usize = 100;
/// Abandoned chats and callbacks that a connection is sent at its beginning, and after each `chat.more`: a screen shows ten, and
/// all of them together stay far below what a connection may queue.
pub const FOLLOW_UPS_PART: usize = 100;
/// Completed chats of its own that a client is sent after each `chat.more`: a screen shows fewer, and one step of the store reads them at
/// once.
pub const COMPLETED_PART: usize = 20;
/// Chats that are over in one page of the history: a screen or two.
pub const HISTORY_PART: usize = 50;
/// Characters that a search in the history may have: a sentence.
pub const HISTORY_WORDS_CHARS: usize = 200;
/// Words that it may have: each is looked for by itself.
pub const HISTORY_WORDS: usize = 20;
/// Characters of a message that a list shows: two lines.
pub const FOUND_CHARS: usize = 160;
/// Bytes of messages after which a transcript ends: many days of typing.
pub const TRANSCRIPT_BYTES: usize = 4 * 1024 * 1024;
/// Characters of an address of the organisation's own systems: longer ones are cut off by some browsers and servers.
pub const ADDRESS_TEMPLATE_BYTES: usize = 1_000;
/// Shortest time for which an organisation may keep completed chats.
pub const KEEP_FOR_MIN: Duration = Duration::from_secs(24 * 60 * 60);
/// Longest such time: ten years.
pub const KEEP_FOR_MAX: Duration = Duration::from_secs(3_650 * 24 * 60 * 60);
/// The time if nothing is set (C8).
pub const KEEP_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Shortest time after which an organisation may let the service complete abandoned chats and callbacks.
pub const COMPLETE_AFTER_MIN: Duration = Duration::from_secs(60 * 60);
/// Longest such time.
pub const COMPLETE_AFTER_MAX: Duration = Duration::from_secs(365 * 24 * 60 * 60);
/// The time if nothing is set.
pub const COMPLETE_AFTER: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many bytes the files of an organisation's chats may take together if nothing is set: some thousand screenshots.
pub const FILES_QUOTA: u64 = 2 * 1024 * 1024 * 1024;
/// Most that may be set: more than disks have, and a number that every reader of JSON takes.
pub const FILES_QUOTA_MAX: u64 = 1 << 50;
/// How long somebody counts as writing after they last said so: two repeats, so that one that is lost or late changes nothing.
pub const TYPING: Duration = Duration::from_secs(6);
/// How often a client that goes on writing says so.
pub const TYPING_REPEAT: Duration = Duration::from_secs(3);
/// Shortest time between two `typing` frames about one session to one connection: whatever writers send, readers get no more.
pub const TYPING_EVERY: Duration = Duration::from_secs(1);
/// Characters of a canned reply's name: it is typed to find the reply, and a list shows it beside the beginning of the text.
pub const REPLY_NAME_CHARS: usize = 40;
/// Characters of a canned reply: half of a message, so that there is room for words around it.
pub const REPLY_CHARS: usize = 2_000;
/// Most canned replies of one technician: more than anybody remembers.
pub const OWN_REPLIES: usize = 100;
/// Most canned replies of an organisation. With a technician's own ones, all at their longest, they take less than half of what a
/// connection may queue.
pub const ORGANISATION_REPLIES: usize = 300;
/// Most canned replies in one part of `replies`; the longest fill a frame sooner.
pub const REPLIES_PART: usize = 100;
/// Frames that a connection may send at once.
pub const FRAMES_BURST: u32 = 50;
/// Frames a second that a connection may go on sending.
pub const FRAMES_PER_SECOND: u32 = 5;
/// Shortest threshold that an organisation may set (P2).
pub const IDLE_AFTER_MIN: Duration = Duration::from_secs(5);
/// Longest threshold that an organisation may set (P2).
pub const IDLE_AFTER_MAX: Duration = Duration::from_secs(60 * 60);
/// The threshold if nothing is set (P2).
pub const IDLE_AFTER: Duration = Duration::from_secs(5 * 60);
/// How long a code for the window is valid.
pub const PORTAL_CODE: Duration = Duration::from_secs(30);
/// Characters of a person's, company's or organisation's name.
pub const NAME_CHARS: usize = 100;
/// Characters of a sentence for people in an answer: three lines of a toast.
pub const WORDS_CHARS: usize = 500;
/// Characters of a code for the window: twice what 256 bits in hex take.
pub const CODE_CHARS: usize = 128;
/// Most devices of one user that an app accepts: more than anybody has open.
pub const DEVICES: usize = 64;
/// Shortest time between two sounds that an organisation may set: faster ones run together.
pub const RING_EVERY_MIN: Duration = Duration::from_secs(1);
/// Longest time in a ring schedule, and longest beat or grace: a day is as good as never.
pub const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
