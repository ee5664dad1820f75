//! The portals in a real browser (Chromium), against the real service: what people read, press and type.
//!
//! Each test has a service and browsers of its own. Others are foreign clients ([`rig::Peer`]), which see what the page's
//! user does from outside.

mod accessible;
mod aloud;
mod asleep;
mod bell;
mod chat;
mod completion;
mod contrast;
mod details;
mod directions;
mod drops;
mod engines;
mod every_page;
mod frame;
mod hand_over;
mod held_focus;
mod history;
mod hostile;
mod invitation;
mod keyboard;
mod languages;
mod layout;
mod leaving;
mod lost;
mod notes;
mod palette;
mod people;
mod portal_files;
mod replies;
mod returning;
mod route;
mod sent_files;
mod sign_in;
mod stage;
mod status_window;
mod tickets;
mod typing;
mod walk;
mod writing;
