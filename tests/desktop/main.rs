//! The built programs on a real desktop: real X input, a real tray, real toasts, a real service with its database file.
//!
//! Each test has a desktop, a bus and a service of its own. What is measured is what others see: a second client of the
//! service, another technician's toasts, a picture of the panel.

mod app_log;
mod away;
mod client_app;
mod crash;
mod do_not_disturb;
mod frozen;
mod hostile;
mod input;
mod lock;
mod own_portal;
mod panel_texts;
mod protocol_http;
mod protocol_page;
mod requests;
mod sign_in_link;
mod sound;
mod stage;
mod storage;
mod survival;
mod terminal;
mod toast_clicks;
mod toast_daemons;
mod toast_stand_in;
mod toast_texts;
mod toasts_page;
mod tray;
mod tray_menu;
mod troubleshooting_page;
mod two_users;
mod window;
