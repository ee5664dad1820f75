//! The icon on the bus (`org.kde.StatusNotifierItem`): its picture and tooltip, and clicks on it.
//!
//! The menu is an object of its own, in `dbusmenu`.

use super::dbusmenu;
use crate::tray::icon;
use crate::wake::Wake;
use agent::tray::{Icon, Tray};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;
use zbus::message::Header;
use zbus::names::OwnedUniqueName;
use zbus::zvariant::ObjectPath;
use zbus::{Connection, fdo, interface};

/// Where it is.
pub(super) const PATH: &str = "/StatusNotifierItem";
const INTERFACE: &str = "org.kde.StatusNotifierItem";

/// Width, height, and the pixels in the bus's byte order.
type Pixmap = (i32, i32, Vec<u8>);
/// An icon's name, its pixels, a title and a text.
type ToolTip = (String, Vec<Pixmap>, String, String);

/// What is seen of the icon, as the bus and the tray's loop share it.
#[derive(Clone, Debug)]
pub(super) struct SharedLook(Arc<Mutex<Look>>);

#[derive(Debug)]
struct Look {
    icon: Icon,
    tooltip: String,
}

impl SharedLook {
    pub(super) fn new(tray: &Tray) -> Self {
        Self(Arc::new(Mutex::new(Look { icon: tray.icon, tooltip: tray.tooltip.clone() })))
    }

    fn lock(&self) -> MutexGuard<'_, Look> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From now on it looks like this; panels are told what has changed.
    pub(super) async fn show(&self, tray: &Tray, connection: &Connection) -> zbus::Result<()> {
        let (new_icon, new_tooltip) = {
            let mut look = self.lock();
            let changed = (look.icon != tray.icon, look.tooltip != tray.tooltip);
            look.icon = tray.icon;
            look.tooltip.clone_from(&tray.tooltip);
            changed
        };
        let changed = [(new_icon, "NewIcon"), (new_tooltip, "NewToolTip")];
        for (_, signal) in changed.into_iter().filter(|(changed, _)| *changed) {
            connection.emit_signal(None::<&str>, PATH, INTERFACE, signal, &()).await?;
        }
        Ok(())
    }
}

/// The object that panels ask.
pub(super) struct Item {
    /// Names it among the icons of all programs.
    pub(super) id: String,
    pub(super) look: SharedLook,
    /// Where clicks go.
    pub(super) wakes: mpsc::Sender<Wake>,
    /// Tells which connections have read the picture.
    pub(super) readers: mpsc::Sender<OwnedUniqueName>,
}

impl Item {
    async fn wake(&self, wake: Wake) {
        // A closed channel means that the program ends.
        let _ended = self.wakes.send(wake).await;
    }
}

#[interface(name = "org.kde.StatusNotifierItem")]
impl Item {
    async fn activate(&self, _x: i32, _y: i32) {
        self.wake(Wake::TrayClicked).await;
    }

    async fn secondary_activate(&self, _x: i32, _y: i32) {}

    async fn scroll(&self, _delta: i32, _orientation: String) {}

    /// Panels draw the menu themselves.
    fn context_menu(&self, _x: i32, _y: i32) -> fdo::Result<()> {
        Err(fdo::Error::UnknownMethod("the menu is at the property Menu".to_owned()))
    }

    /// Lets the window that the next click opens come to the front.
    async fn provide_xdg_activation_token(&self, token: String) {
        self.wake(Wake::ActivationToken(token)).await;
    }

    #[zbus(property)]
    fn category(&self) -> &'static str {
        "Communications"
    }

    #[zbus(property)]
    fn id(&self) -> &str {
        &self.id
    }

    #[zbus(property)]
    fn title(&self) -> &'static str {
        "Deskbell"
    }

    #[zbus(property)]
    fn status(&self) -> &'static str {
        "Active"
    }

    #[zbus(property)]
    fn window_id(&self) -> i32 {
        0
    }

    #[zbus(property)]
    fn icon_theme_path(&self) -> &'static str {
        ""
    }

    #[zbus(property)]
    fn menu(&self) -> ObjectPath<'static> {
        ObjectPath::from_static_str_unchecked(dbusmenu::PATH)
    }

    /// A click on the icon opens the portal, not the menu.
    #[zbus(property)]
    fn item_is_menu(&self) -> bool {
        false
    }

    #[zbus(property)]
    fn icon_name(&self) -> &'static str {
        ""
    }

    /// Panels read this to draw the icon, which has no name.
    #[zbus(property)]
    fn icon_pixmap(&self, #[zbus(header)] header: Option<Header<'_>>) -> Vec<Pixmap> {
        let reader = header.and_then(|header| Some(OwnedUniqueName::from(header.sender()?.to_owned())));
        if let Some(reader) = reader {
            // Where many read at once, one of them is enough.
            let _full = self.readers.try_send(reader);
        }
        let icon = self.look.lock().icon;
        let side = |side: u32| i32::try_from(side).expect("pictures are small");
        icon::draw(icon).into_iter().map(|size| (side(size.side), side(size.side), size.argb)).collect()
    }

    #[zbus(property)]
    fn overlay_icon_name(&self) -> &'static str {
        ""
    }

    #[zbus(property)]
    fn overlay_icon_pixmap(&self) -> Vec<Pixmap> {
        Vec::new()
    }

    #[zbus(property)]
    fn attention_icon_name(&self) -> &'static str {
        ""
    }

    #[zbus(property)]
    fn attention_icon_pixmap(&self) -> Vec<Pixmap> {
        Vec::new()
    }

    #[zbus(property)]
    fn attention_movie_name(&self) -> &'static str {
        ""
    }

    /// In the title, which panels show word for word; the text may be read as markup.
    #[zbus(property)]
    fn tool_tip(&self) -> ToolTip {
        (String::new(), Vec::new(), self.look.lock().tooltip.clone(), String::new())
    }

    #[zbus(signal)]
    async fn new_icon(emitter: &zbus::object_server::SignalEmitter<'_>) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn new_tool_tip(emitter: &zbus::object_server::SignalEmitter<'_>) -> zbus::Result<()>;
}
