//! Performs what `desk` decides: opens windows, moves them, sends reports to the agent, ends the program. It decides nothing.

use crate::address::{self, Destination, PortalAddress};
use crate::agent_connection::Outgoing;
use crate::commands::Published;
use crate::desk::{Effect, Input, WindowKind};
use crate::external_browser::ExternalBrowser;
use crate::out;
use crate::pending_chat::PendingChat;
use crate::platform::{self, WindowEvents};
use crate::saving;
use crate::words;
use presence::Role;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tauri::webview::{NewWindowResponse, PageLoadEvent};
use tauri::{AppHandle, Emitter, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};
use tokio::sync::{mpsc, oneshot};

/// The app's own page, as it is built in; the part after `#` says what it shows.
const STATUS_PAGE: &str = "desk.html";
const QUESTION_PAGE: &str = "desk.html#sign-in";
/// The event of the app's own pages that carries a view.
const VIEW_EVENT: &str = "view";
/// How long the last reports may take to be sent: the agent reads them within milliseconds, and a user waits for the end.
const LAST_REPORTS_WITHIN: Duration = Duration::from_secs(1);
/// Sizes in logical pixels: width, height.
const TECHNICIAN_SIZE: (f64, f64) = (1120.0, 720.0);
const CLIENT_SIZE: (f64, f64) = (420.0, 680.0);
const STATUS_SIZE: (f64, f64) = (480.0, 640.0);
const QUESTION_SIZE: (f64, f64) = (480.0, 460.0);
/// Below this no page is legible.
const LEAST_SIZE: (f64, f64) = (320.0, 360.0);

impl WindowKind {
    /// The window's label, which capabilities name.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Status => "status",
            Self::SignIn => "sign-in",
        }
    }

    /// The kind of a label.
    #[must_use]
    pub fn of(label: &str) -> Option<Self> {
        [Self::Portal, Self::Status, Self::SignIn].into_iter().find(|kind| kind.label() == label)
    }
}

/// Performs the effects.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) app: AppHandle,
    pub(crate) up: mpsc::Sender<Outgoing>,
    pub(crate) inputs: mpsc::Sender<Input>,
    /// WebKit's data of this profile.
    pub(crate) web_data: PathBuf,
    pub(crate) browser: Arc<ExternalBrowser>,
    /// What the portal's page opens once it is loaded.
    pub(crate) pending_chat: Arc<PendingChat>,
}

impl Shell {
    /// Performs one effect; a failure comes back as an input.
    pub(crate) async fn perform(&self, effect: Effect) {
        let done = match effect {
            Effect::Report(report) => return self.tell(Outgoing::Report(report)).await,
            Effect::Intend(intent) => return self.tell(Outgoing::Ask(intent, oneshot::channel().0)).await,
            Effect::OpenPortal { address, title, role, minimised } => {
                let opened = self.open_portal(&address, &title, role, minimised);
                self.or_failed(WindowKind::Portal, opened).await;
                return;
            }
            Effect::OpenStatus { title, minimised } => {
                let opened = self.open_own(WindowKind::Status, STATUS_PAGE, &title, STATUS_SIZE, minimised);
                self.or_failed(WindowKind::Status, opened).await;
                return;
            }
            Effect::OpenQuestion { title } => {
                let opened = self.open_own(WindowKind::SignIn, QUESTION_PAGE, &title, QUESTION_SIZE, false);
                self.or_failed(WindowKind::SignIn, opened).await;
                return;
            }
            Effect::Navigate(address) => {
                self.pending_chat.another_page();
                self.on(WindowKind::Portal, |window| window.navigate(address.url().clone()))
            }
            Effect::GoTo(chat) if self.pending_chat.can_open(chat) => {
                self.on(WindowKind::Portal, |window| window.eval(address::go_to_chat(chat)))
            }
            Effect::GoTo(_) => Ok(()),
            Effect::Front(kind) => self.on(kind, |window| {
                window.unminimize()?;
                window.show()?;
                window.set_focus()
            }),
            Effect::Withdraw(kind) => self.on(kind, WebviewWindow::destroy),
            Effect::Ask(kind) => self.on(kind, |window| platform::ask(window, self.events(kind))),
            Effect::EndPage(kind) => self.on(kind, platform::end_page),
            Effect::Reload(kind) => self.on(kind, WebviewWindow::reload),
            Effect::Publish(view) => {
                let emit = |kind: WindowKind| self.app.emit_to(kind.label(), VIEW_EVENT, &view);
                let emitted = emit(WindowKind::Status).and(emit(WindowKind::SignIn));
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

    async fn tell(&self, outgoing: Outgoing) {
        // `agent_connection` answers or drops every message, even while the agent is not connected; it ends only with this
        // program.
        if self.up.send(outgoing).await.is_err() {
            tracing::debug!("nobody is left to tell");
        }
    }

    async fn exit(&self, code: u8, words: Option<String>) {
        let (done, written) = oneshot::channel();
        self.tell(Outgoing::Written(done)).await;
        if tokio::time::timeout(LAST_REPORTS_WITHIN, written).await.is_err() {
            tracing::warn!("the agent does not take the last reports");
        }
        if let Some(words) = words {
            out::complain(&words);
        }
        self.app.exit(i32::from(code));
    }

    fn on(
        &self,
        kind: WindowKind,
        verb: impl FnOnce(&WebviewWindow) -> tauri::Result<()>,
    ) -> tauri::Result<()> {
        match self.app.get_webview_window(kind.label()) {
            Some(window) => verb(&window),
            None => Ok(()),
        }
    }

    async fn or_failed(&self, kind: WindowKind, opened: tauri::Result<()>) {
        if let Err(error) = opened {
            tracing::error!(%error, ?kind, "a window cannot be made");
            // This must not wait for the loop's own queue, which nobody empties meanwhile.
            let (inputs, why) = (self.inputs.clone(), error.to_string());
            tauri::async_runtime::spawn(async move { inputs.send(Input::Failed(kind, why)).await });
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
        let (browser, new_browser) = (Arc::clone(&self.browser), Arc::clone(&self.browser));
        self.pending_chat.another_page();
        let pending_chat = Arc::clone(&self.pending_chat);
        let builder = self
            .builder(WindowKind::Portal, WebviewUrl::External(address.url().clone()))
            .on_navigation(move |link| match address::destination(&home, link) {
                Destination::Here => true,
                Destination::Browser => {
                    browser.open(link);
                    false
                }
                Destination::Nowhere => {
                    tracing::debug!(scheme = link.scheme(), "a link of the portal goes nowhere");
                    false
                }
            })
            .on_new_window(move |link, _features| {
                match address::destination(&new_home, &link) {
                    Destination::Here | Destination::Browser => new_browser.open(&link),
                    Destination::Nowhere => {}
                }
                NewWindowResponse::Deny
            })
            .on_page_load(move |window, page| match page.event() {
                PageLoadEvent::Started => pending_chat.loads(),
                PageLoadEvent::Finished => {
                    if let Some(chat) = pending_chat.loaded()
                        && let Err(error) = window.eval(address::go_to_chat(chat))
                    {
                        tracing::warn!(%error, "the page does not open a chat");
                    }
                }
            })
            .on_download(|webview, event| saving::save(&webview, event))
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
        self.make(WindowKind::Portal, builder, title, size, minimised)
    }

    /// One of the app's own pages, which never navigates elsewhere.
    fn open_own(
        &self,
        kind: WindowKind,
        page: &str,
        title: &str,
        size: (f64, f64),
        minimised: bool,
    ) -> tauri::Result<()> {
        let builder = self
            .builder(kind, WebviewUrl::App(page.into()))
            .on_navigation(|link| link.scheme() == "tauri" || link.host_str() == Some("tauri.localhost"))
            .on_new_window(|_link, _features| NewWindowResponse::Deny)
            .on_download(|_webview, _event| false);
        self.make(kind, builder, title, size, minimised)
    }

    fn events(&self, kind: WindowKind) -> WindowEvents {
        WindowEvents { kind, inputs: self.inputs.clone() }
    }

    fn builder(&self, kind: WindowKind, page: WebviewUrl) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
        WebviewWindowBuilder::new(&self.app, kind.label(), page).data_directory(self.web_data.clone())
    }

    fn make(
        &self,
        kind: WindowKind,
        builder: WebviewWindowBuilder<'_, Wry, AppHandle>,
        title: &str,
        (width, height): (f64, f64),
        minimised: bool,
    ) -> tauri::Result<()> {
        let window = builder
            .title(title)
            // The page takes the files that are dropped on it; Tauri would keep them from it.
            .disable_drag_drop_handler()
            .inner_size(width, height)
            .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
            .focused(!minimised)
            .visible(!minimised)
            .build()?;
        platform::watch(&window, self.events(kind));
        if minimised {
            window.minimize()?;
            window.show()?;
        }
        Ok(())
    }
}
