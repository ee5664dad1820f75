//! Eyes and hands on an X server: pictures of it, and input by XTEST as a mouse and a keyboard make it.

use crate::picture::{Colour, Picture};
use anyhow::{Context, Result, bail, ensure};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ChangeWindowAttributesAux, ClientMessageEvent,
    ConnectionExt, EventMask, ImageFormat, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, MapState,
    Window,
};
use x11rb::protocol::xtest;
use x11rb::rust_connection::RustConnection;

const SHIFT: u32 = 0xffe1;
const LEFT: u8 = 1;
const RIGHT: u8 = 3;
const WHEEL_UP: u8 = 4;
const WHEEL_DOWN: u8 = 5;

/// A connection to an X server. It does nothing by itself, so it never counts as input.
pub struct Screen {
    connection: RustConnection,
    root: Window,
    size: (u16, u16),
}

/// A part of the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// From the left.
    pub x: i16,
    /// From the top.
    pub y: i16,
    /// To the right.
    pub width: u16,
    /// Downwards.
    pub height: u16,
}

impl Screen {
    /// Connects to a server by its name, for instance `:5`.
    ///
    /// # Errors
    /// When no server runs there.
    pub fn connect(display: &str) -> Result<Self> {
        let (connection, number) =
            x11rb::connect(Some(display)).with_context(|| format!("connecting to the display {display}"))?;
        let screen = &connection.setup().roots[number];
        let (root, size) = (screen.root, (screen.width_in_pixels, screen.height_in_pixels));
        Ok(Self { connection, root, size })
    }

    /// Presses and releases a key by its keysym, for instance `0xff0d` for Return.
    ///
    /// # Errors
    /// When the keyboard has no such key or the server is gone.
    pub fn key(&self, keysym: u32) -> Result<()> {
        let (code, shifted) = self.keycode(keysym)?;
        let (shift, _) = self.keycode(SHIFT)?;
        if shifted {
            self.fake(KEY_PRESS_EVENT, shift, None)?;
        }
        self.fake(KEY_PRESS_EVENT, code, None)?;
        self.fake(KEY_RELEASE_EVENT, code, None)?;
        if shifted {
            self.fake(KEY_RELEASE_EVENT, shift, None)?;
        }
        self.settle()
    }

    /// Taps a key that types nothing anywhere (Shift): a key press and nothing else.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn tap(&self) -> Result<()> {
        self.key(SHIFT)
    }

    /// Types ASCII text.
    ///
    /// # Errors
    /// When the keyboard lacks a character or the server is gone.
    pub fn type_text(&self, text: &str) -> Result<()> {
        text.chars().try_for_each(|character| self.key(u32::from(character)))
    }

    /// Moves the pointer to a place on the screen.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn move_to(&self, x: i16, y: i16) -> Result<()> {
        self.fake(MOTION_NOTIFY_EVENT, 0, Some((x, y)))?;
        self.settle()
    }

    /// Moves the pointer a little, to and fro with each call.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn nudge(&self) -> Result<()> {
        let (x, y) = self.pointer()?;
        self.move_to(if x % 2 == 0 { x + 1 } else { x - 1 }, y)
    }

    /// Where the pointer is.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn pointer(&self) -> Result<(i16, i16)> {
        let at = self.connection.query_pointer(self.root)?.reply().context("asking for the pointer")?;
        Ok((at.root_x, at.root_y))
    }

    /// Clicks with the left button where the pointer is.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn click(&self) -> Result<()> {
        self.button(LEFT)
    }

    /// Clicks with the left button at a place.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn click_at(&self, x: i16, y: i16) -> Result<()> {
        self.move_to(x, y)?;
        self.click()
    }

    /// Clicks with the right button at a place.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn right_click_at(&self, x: i16, y: i16) -> Result<()> {
        self.move_to(x, y)?;
        self.button(RIGHT)
    }

    /// Presses the left button and holds it.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn press(&self) -> Result<()> {
        self.fake(BUTTON_PRESS_EVENT, LEFT, None)?;
        self.settle()
    }

    /// Lets the left button go.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn release(&self) -> Result<()> {
        self.fake(BUTTON_RELEASE_EVENT, LEFT, None)?;
        self.settle()
    }

    /// Turns the wheel by one notch.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn wheel(&self, down: bool) -> Result<()> {
        self.button(if down { WHEEL_DOWN } else { WHEEL_UP })
    }

    /// The whole screen as it looks now.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn picture(&self) -> Result<Picture> {
        let (width, height) = self.size;
        self.picture_of(Area { x: 0, y: 0, width, height })
    }

    /// A part of the screen as it looks now.
    ///
    /// # Errors
    /// When the server is gone or the area is not on the screen.
    pub fn picture_of(&self, area: Area) -> Result<Picture> {
        let Area { x, y, width, height } = area;
        let reply = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.root, x, y, width, height, u32::MAX)?
            .reply()
            .context("taking a picture of the screen")?;
        // 24 bits deep: blue, green, red and a byte of nothing.
        let pixels: Vec<Colour> = reply.data.chunks_exact(4).map(|p| [p[2], p[1], p[0]]).collect();
        ensure!(
            pixels.len() == usize::from(width) * usize::from(height),
            "the server sent less than a picture"
        );
        Ok(Picture { width: width.into(), height: height.into(), pixels })
    }

    /// The places of the visible windows whose class contains `class`, the newest last.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn windows(&self, class: &str) -> Result<Vec<Area>> {
        let mut places = Vec::new();
        for window in self.windows_of(class)? {
            // A window may go between the list and the question.
            let Ok(geometry) = self.connection.get_geometry(window)?.reply() else { continue };
            let Ok(at) = self.connection.translate_coordinates(window, self.root, 0, 0)?.reply() else {
                continue;
            };
            let (width, height) = (geometry.width, geometry.height);
            places.push(Area { x: at.dst_x, y: at.dst_y, width, height });
        }
        Ok(places)
    }

    /// The titles of the visible windows whose class contains `class`.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn titles(&self, class: &str) -> Result<Vec<String>> {
        let name = self.connection.intern_atom(false, b"_NET_WM_NAME")?.reply()?.atom;
        let mut found = Vec::new();
        for window in self.windows_of(class)? {
            let property = self.connection.get_property(false, window, name, AtomEnum::ANY, 0, 256)?.reply();
            // A window may go between the list and the question.
            if let Ok(property) = property {
                found.push(String::from_utf8_lossy(&property.value).into_owned());
            }
        }
        Ok(found)
    }

    /// Closes the newest window whose class contains `class`, as its user does: the window manager asks it to go.
    ///
    /// # Errors
    /// When there is none or the server is gone.
    pub fn close_window(&self, class: &str) -> Result<()> {
        let window = self.windows_of(class)?.pop().with_context(|| format!("no window of {class:?}"))?;
        let close = self.connection.intern_atom(false, b"_NET_CLOSE_WINDOW")?.reply()?.atom;
        // What a task bar sends to the window manager.
        let event = ClientMessageEvent::new(32, window, close, [x11rb::CURRENT_TIME, 2, 0, 0, 0]);
        let to = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection.send_event(false, self.root, to, event)?;
        self.settle()
    }

    /// Paints the background in one colour, `0xRRGGBB`.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn paint_background(&self, colour: u32) -> Result<()> {
        let attributes = ChangeWindowAttributesAux::new().background_pixel(colour);
        self.connection.change_window_attributes(self.root, &attributes)?;
        self.connection.clear_area(false, self.root, 0, 0, 0, 0)?;
        self.settle()
    }

    /// Whether a window manager has taken over the windows: what is mapped from now on is managed from the beginning.
    ///
    /// # Errors
    /// When the server is gone.
    pub fn has_window_manager(&self) -> Result<bool> {
        let check = self.connection.intern_atom(false, b"_NET_SUPPORTING_WM_CHECK")?.reply()?.atom;
        let property = self.connection.get_property(false, self.root, check, AtomEnum::WINDOW, 0, 1)?;
        Ok(property.reply().context("asking for the window manager")?.value_len > 0)
    }

    fn windows_of(&self, class: &str) -> Result<Vec<Window>> {
        let mut found = Vec::new();
        self.collect_windows(self.root, class, &mut found)?;
        Ok(found)
    }

    fn collect_windows(&self, parent: Window, class: &str, found: &mut Vec<Window>) -> Result<()> {
        for window in self.connection.query_tree(parent)?.reply()?.children {
            // A window may go between the list and the question.
            let Ok(attributes) = self.connection.get_window_attributes(window)?.reply() else { continue };
            if attributes.map_state != MapState::VIEWABLE {
                continue;
            }
            let property =
                self.connection.get_property(false, window, AtomEnum::WM_CLASS, AtomEnum::STRING, 0, 256)?;
            let Ok(property) = property.reply() else { continue };
            if String::from_utf8_lossy(&property.value).contains(class) {
                found.push(window);
            } else {
                self.collect_windows(window, class, found)?;
            }
        }
        Ok(())
    }

    fn button(&self, button: u8) -> Result<()> {
        self.fake(BUTTON_PRESS_EVENT, button, None)?;
        self.fake(BUTTON_RELEASE_EVENT, button, None)?;
        self.settle()
    }

    fn fake(&self, kind: u8, detail: u8, at: Option<(i16, i16)>) -> Result<()> {
        let (x, y) = at.unwrap_or_default();
        xtest::fake_input(&self.connection, kind, detail, x11rb::CURRENT_TIME, self.root, x, y, 0)
            .context("sending input to the X server")?;
        Ok(())
    }

    /// Waits until the server has done all that was asked: a connection that is closed early may lose it.
    fn settle(&self) -> Result<()> {
        self.connection.get_input_focus()?.reply().context("waiting for the X server")?;
        Ok(())
    }

    fn keycode(&self, keysym: u32) -> Result<(u8, bool)> {
        let (first, last) = (self.connection.setup().min_keycode, self.connection.setup().max_keycode);
        let map = self.connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        let columns = usize::from(map.keysyms_per_keycode);
        for (code, row) in (first..=last).zip(map.keysyms.chunks(columns)) {
            match row.iter().take(2).position(|known| *known == keysym) {
                Some(0) => return Ok((code, false)),
                Some(_) => return Ok((code, true)),
                None => {}
            }
        }
        bail!("the keyboard has no key for the keysym {keysym:#x}")
    }
}
