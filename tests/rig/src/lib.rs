//! Real desktops, real browsers and real programs, for the tests and for the demonstration.
//!
//! Each [`Desktop`] is private: its own X server, buses, folders and, where wanted, window manager, panel and notification
//! daemon. On it run the programs as they were built ([`Service`], [`App`]); [`Peer`] is a foreign client that watches from
//! outside and speaks only what `docs/protocol.md` says. Everything that is awaited has a deadline; what is started is ended
//! by its id. The rig knows no rule of presence or chat: it moves keys and mice, and reports what it sees.

pub mod app;
pub mod browser;
pub mod bus;
pub mod cdp;
pub mod desktop;
pub mod display;
pub mod ground;
pub mod hostile;
pub mod logind;
pub mod panel;
pub mod panel_menu;
pub mod peer;
pub mod picture;
pub mod post;
pub mod proc;
mod process;
pub mod programs;
pub mod relay;
pub mod screen;
pub mod service;
mod silent;
pub mod sound;
mod tls;
mod toast_monitor;
mod toasts;
pub mod tray;
mod tray_copy;
mod tray_host;
pub mod wait;

pub use app::App;
pub use browser::{Browser, Engine};
pub use desktop::{Desktop, Options};
pub use display::Display;
pub use ground::Ground;
pub use logind::Logind;
pub use panel_menu::PanelMenu;
pub use peer::Peer;
pub use picture::{Colour, Picture};
pub use process::Program;
pub use relay::Relay;
pub use screen::Screen;
pub use service::Service;
pub use silent::Silent;
pub use sound::{HeardSound, SoundSystem};
pub use tls::TlsEnd;
pub use toast_monitor::{PassedToast, ToastMonitor};
pub use toasts::{Toast, ToastEvent, ToastRecorder};
pub use tray::TrayItem;
pub use tray_copy::{TrayCopy, TrayLook};
pub use tray_host::TrayHost;
pub use wait::eventually;
