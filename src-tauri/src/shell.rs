//! Performs what `desk` decides: makes windows, moves them, tells the agent, ends. It has no opinions of its own.

use crate::address::{self, Destination, PortalAddress};
use crate::agent_line::Up;
use crate::commands::Published;
use crate::desk::{Effect, Input, Pane};
use crate::out;
use crate::outside::Outside;
use crate::platform::{self, Ear};
use crate::saving;
use crate::words;
use presence::Role;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};
use tokio::sync::{mpsc, oneshot};

/// The app's own page, as it is built in: what it shows is said behind `#`.
const STATUS_PAGE: &str = "desk.html";
const QUESTION_PAGE: &str = "desk.html#sign-in";
/// The event of the app's own pages that carries a view.
const VIEW_EVENT: &str = "view";
/// How long the last reports may take to go out: the agent reads them within milliseconds, and a user waits for the end.
const LAST_WORDS_WITHIN: Duration = Duration::from_secs(1);
/// Sizes in logical pixels: width, height.
const TECHNICIAN_SIZE: (f64, f64) = (1120.0, 720.0);
const CLIENT_SIZE: (f64, f64) = (420.0, 680.0);
const STATUS_SIZE: (f64, f64) = (480.0, 640.0);
const QUESTION_SIZE: (f64, f64) = (480.0, 460.0);
/// Below this no page is legible.
const LEAST_SIZE: (f64, f64) = (320.0, 360.0);

impl Pane {
    /// The window's label, which capabilities name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Status => "status",
            Self::SignIn => "sign-in",
        }
    }

    /// The pane of a label.
    #[must_use]
    pub fn of(label: &str) -> Option<Self> {
        [Self::Portal, Self::Status, Self::SignIn].into_iter().find(|pane| pane.label() == label)
    }
}

/// The verbs.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) app: AppHandle,
    pub(crate) up: mpsc::Sender<Up>,
    pub(crate) inputs: mpsc::Sender<Input>,
    /// WebKit's data of this profile.
    pub(crate) web_data: PathBuf,
    pub(crate) outside: Arc<Outside>,
}

impl Shell {
    /// Does one thing; what fails comes back as an input.
    pub(crate) async fn perform(&self, effect: Effect) {
        let done = match effect {
            Effect::Report(report) => return self.tell(Up::Report(report)).await,
            Effect::Intend(intent) => return self.tell(Up::Ask(intent, oneshot::channel().0)).await,
            Effect::OpenPortal { address, title, role, minimised } => {
                let opened = self.open_portal(&address, &title, role, minimised);
                self.or_failed(Pane::Portal, opened).await;
                return;
            }
            Effect::OpenStatus { title, minimised } => {
                let opened = self.open_own(Pane::Status, STATUS_PAGE, &title, STATUS_SIZE, minimised);
                self.or_failed(Pane::Status, opened).await;
                return;
            }
            Effect::OpenQuestion { title } => {
                let opened = self.open_own(Pane::SignIn, QUESTION_PAGE, &title, QUESTION_SIZE, false);
                self.or_failed(Pane::SignIn, opened).await;
                return;
            }
            Effect::Navigate(address) => {
                self.on(Pane::Portal, |window| window.navigate(address.url().clone()))
            }
            Effect::GoTo(chat) => self.on(Pane::Portal, |window| window.eval(address::go_to_chat(chat))),
            Effect::Front(pane) => self.on(pane, |window| {
                window.unminimize()?;
                window.show()?;
                window.set_focus()
            }),
            Effect::Withdraw(pane) => self.on(pane, WebviewWindow::destroy),
            Effect::Ask(pane) => self.on(pane, |window| platform::ask(window, self.ear(pane))),
            Effect::EndPage(pane) => self.on(pane, platform::end_page),
            Effect::Reload(pane) => self.on(pane, WebviewWindow::reload),
            Effect::Publish(view) => {
                let emit = |pane: Pane| self.app.emit_to(pane.label(), VIEW_EVENT, &view);
                let emitted = emit(Pane::Status).and(emit(Pane::SignIn));
                self.app.state::<Published>().set(view);
                emitted
            }
            Effect::Exit { code, words } => return self.exit(code, words).await,
        };
        if let Err(error) = done {
            tracing::warn!(%error, "a window does not do what it should");
        }
    }

    /// Whether any window is open.
    pub(crate) fn has_windows(&self) -> bool {
        !self.app.webview_windows().is_empty()
    }

    async fn tell(&self, line: Up) {
        // The line answers or drops everything, also while it is down; it ends only with this program.
        if self.up.send(line).await.is_err() {
            tracing::debug!("nobody is left to tell");
        }
    }

    async fn exit(&self, code: u8, words: Option<String>) {
        let (done, written) = oneshot::channel();
        self.tell(Up::Written(done)).await;
        if tokio::time::timeout(LAST_WORDS_WITHIN, written).await.is_err() {
            tracing::warn!("the agent does not take the last reports");
        }
        if let Some(words) = words {
            out::complain(&words);
        }
        self.app.exit(i32::from(code));
    }

    fn on(&self, pane: Pane, verb: impl FnOnce(&WebviewWindow) -> tauri::Result<()>) -> tauri::Result<()> {
        match self.app.get_webview_window(pane.label()) {
            Some(window) => verb(&window),
            None => Ok(()),
        }
    }

    async fn or_failed(&self, pane: Pane, opened: tauri::Result<()>) {
        if let Err(error) = opened {
            tracing::error!(%error, ?pane, "a window cannot be made");
            // Not awaited on the loop's own queue, which nobody empties meanwhile.
            let (inputs, why) = (self.inputs.clone(), error.to_string());
            tauri::async_runtime::spawn(async move { inputs.send(Input::Failed(pane, why)).await });
        }
    }

    fn open_portal(
        &self,
        address: &PortalAddress,
        title: &str,
        role: Role,
        minimised: bool,
    ) -> tauri::Result<()> {
        let (home, new_home) = (address.home(), address.home());
        let (outside, new_outside) = (Arc::clone(&self.outside), Arc::clone(&self.outside));
        let builder = self
            .builder(Pane::Portal, WebviewUrl::External(address.url().clone()))
            .on_navigation(move |link| match address::destination(&home, link) {
                Destination::Here => true,
                Destination::Browser => {
                    outside.open(link);
                    false
                }
                Destination::Nowhere => {
                    tracing::debug!(scheme = link.scheme(), "a link of the portal goes nowhere");
                    false
                }
            })
            .on_new_window(move |link, _features| {
                match address::destination(&new_home, &link) {
                    Destination::Here | Destination::Browser => new_outside.open(&link),
                    Destination::Nowhere => {}
                }
                NewWindowResponse::Deny
            })
            .on_download(|_webview, event| saving::save(event))
            .on_document_title_changed({
                let title = title.to_owned();
                move |window, page_title| {
                    if let Err(error) = window.set_title(&words::counted(&title, &page_title)) {
                        tracing::debug!(%error, "the window keeps its title");
                    }
                }
            });
        let size = match role {
            Role::Technician => TECHNICIAN_SIZE,
            Role::Client => CLIENT_SIZE,
        };
        self.make(Pane::Portal, builder, title, size, minimised)
    }

    /// A page of the app's own, which goes nowhere.
    fn open_own(
        &self,
        pane: Pane,
        page: &str,
        title: &str,
        size: (f64, f64),
        minimised: bool,
    ) -> tauri::Result<()> {
        let builder = self
            .builder(pane, WebviewUrl::App(page.into()))
            .on_navigation(|link| link.scheme() == "tauri" || link.host_str() == Some("tauri.localhost"))
            .on_new_window(|_link, _features| NewWindowResponse::Deny)
            .on_download(|_webview, _event| false);
        self.make(pane, builder, title, size, minimised)
    }

    fn ear(&self, pane: Pane) -> Ear {
        Ear { pane, inputs: self.inputs.clone() }
    }

    fn builder(&self, pane: Pane, page: WebviewUrl) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
        WebviewWindowBuilder::new(&self.app, pane.label(), page).data_directory(self.web_data.clone())
    }

    fn make(
        &self,
        pane: Pane,
        builder: WebviewWindowBuilder<'_, Wry, AppHandle>,
        title: &str,
        (width, height): (f64, f64),
        minimised: bool,
    ) -> tauri::Result<()> {
        let window = builder
            .title(title)
            .inner_size(width, height)
            .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
            .focused(!minimised)
            .visible(!minimised)
            .build()?;
        platform::watch(&window, self.ear(pane));
        if minimised {
            window.minimize()?;
            window.show()?;
        }
        Ok(())
    }
}
