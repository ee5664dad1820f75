//! The life of a chat session, pure: [`decide`] takes a session, an intent and what is known about presence, and returns the
//! next state of the session, or a refusal. [`ring`] says when a waiting request sounds.
//!
//! Both ends use it: the service to decide, the agent to ring. It knows neither clock, store nor wire.

mod begin;
mod decide;
mod file;
mod intent;
pub mod ring;
mod session;

pub use begin::{NewInvitation, NewRequest, invite, request};
pub use decide::{abandon, completed_by_service, decide, not_taken_over, unanswered, waits_again, without};
pub use file::{Picture, PictureFormat, SentFile};
pub use intent::{Intent, Outcome, Refusal};
pub use session::{
    Applied, Audience, BeforeEnding, Callback, Ending, HandOver, Kind, Message, Name, Participant, PersonId,
    Session, SessionId, Status, is_phone, limits,
};
