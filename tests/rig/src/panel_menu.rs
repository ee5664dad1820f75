//! The app's menu as a real panel draws it, used with the pointer.
//!
//! A panel draws the lines in the order in which the app tells them, all words of one height and all separators of another;
//! so the place of a line follows from the menu's size on the screen.

use crate::desktop::Desktop;
use crate::picture::Picture;
use crate::screen::{Area, Screen};
use crate::tray::{Entry, TrayItem};
use crate::wait::eventually;
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

/// Height of a separator, in pixels, as GTK's own theme draws it.
const SEPARATOR: i16 = 1;
/// Between a menu's edge and its first line, in pixels.
const EDGE: i16 = 4;
/// Height of a menu without lines, in pixels.
const EMPTY: u16 = 8;
/// Windows that are lower than this, in pixels, are tooltips and not the app's menu.
const LOWEST: u16 = 100;
/// So many equal pictures in a row are a menu at rest.
const STILL_LOOKS: u32 = 5;
/// After this long without a menu a user clicks again: a panel shows none if somebody else has grabbed the pointer just then, such as a
/// window manager that maps a window.
const CLICKS_AGAIN: Duration = Duration::from_secs(6);
const ESCAPE: u32 = 0xff1b;
/// From a submenu's left edge to where the pointer goes: on its words, whichever side it opens on.
const INSIDE: i16 = 24;

/// An open menu.
#[derive(Debug)]
pub struct PanelMenu {
    screen_of: String,
    item: TrayItem,
    area: Area,
    /// What was on the screen before it opened.
    before: Vec<Area>,
}

impl PanelMenu {
    /// Opens the app's menu with the right button; clicks again if none opens.
    ///
    /// # Errors
    /// When there is no menu by the deadline.
    pub async fn open(desktop: &Desktop, within: Duration) -> Result<Self> {
        let item = TrayItem::only(desktop.bus(), within).await?;
        let screen = desktop.screen()?;
        let (x, y) = desktop.tray_icon_place()?;
        // A click beside it would open the panel's own menu.
        eventually("the panel has drawn the icon", within, async || {
            ensure!(desktop.draws_tray_icon()?, "there is nothing");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
        let began = Instant::now();
        loop {
            let before = screen.windows("")?;
            screen.right_click_at(x, y)?;
            match new_window(&screen, &before, CLICKS_AGAIN, |area| area.height > LOWEST).await {
                Ok(area) => return Ok(Self { screen_of: desktop.display.name(), item, area, before }),
                Err(_) if began.elapsed() < within => {}
                Err(error) => return Err(error).context("the menu of the tray icon"),
            }
        }
    }

    /// Moves the pointer to the line with this label, and waits until the panel has drawn that.
    ///
    /// # Errors
    /// When the menu has no such line, or it is not drawn by the deadline.
    pub async fn point_at(&self, label: &str, within: Duration) -> Result<()> {
        let menu = self.item.menu().await?;
        self.point_in(&menu, self.area, label, within).await
    }

    /// Opens the submenu with this label, and points at a line in it.
    ///
    /// # Errors
    /// When there are no such lines, or the submenu does not open by the deadline.
    pub async fn point_at_below(&self, submenu: &str, label: &str, within: Duration) -> Result<()> {
        let area = self.open_submenu(submenu, within).await?;
        let menu = self.item.menu().await?;
        self.point_in(find(&menu, submenu)?, area, label, within).await
    }

    /// Opens the submenu with this label, and says where it is.
    ///
    /// # Errors
    /// When there is no such line, or the submenu does not open by the deadline.
    pub async fn open_submenu(&self, submenu: &str, within: Duration) -> Result<Area> {
        let screen = self.screen()?;
        let menu = self.item.menu().await?;
        let mut known = self.before.clone();
        known.push(self.area);
        self.point_in(&menu, self.area, submenu, within).await?;
        // It grows while the panel is told what is in it.
        let (mut last, mut still) = (None, 0);
        eventually(&format!("the submenu {submenu:?}"), within, async || {
            let mut new = screen.windows("")?.into_iter().filter(|area| !known.contains(area));
            let area = new
                .find(|area| is_beside(self.area, area))
                .context("no new window stands beside the menu")?;
            still = if last == Some(area) { still + 1 } else { 0 };
            last = Some(area);
            ensure!(area.height > EMPTY && still >= STILL_LOOKS, "{area:?} for {still} looks");
            Ok::<Area, anyhow::Error>(area)
        })
        .await
    }

    /// Where it is.
    #[must_use]
    pub fn area(&self) -> Area {
        self.area
    }

    /// Clicks where the pointer is.
    ///
    /// # Errors
    /// When the X server is gone.
    pub fn click(&self) -> Result<()> {
        self.screen()?.click()
    }

    /// What the whole menu looks like now.
    ///
    /// # Errors
    /// When the X server is gone.
    pub fn picture(&self) -> Result<Picture> {
        self.screen()?.picture_of(self.area)
    }

    /// Closes it and its submenus with the keyboard.
    ///
    /// # Errors
    /// When it has not closed by the deadline.
    pub async fn escape(self, within: Duration) -> Result<()> {
        let screen = self.screen()?;
        eventually("the menu has closed", within, async || {
            screen.key(ESCAPE)?;
            ensure!(!screen.windows("")?.contains(&self.area), "it is open");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }

    /// Waits until it has closed.
    ///
    /// # Errors
    /// When it has not by the deadline.
    pub async fn closed(self, within: Duration) -> Result<()> {
        let screen = self.screen()?;
        eventually("the menu has closed", within, async || {
            ensure!(!screen.windows("")?.contains(&self.area), "it is open");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }

    fn screen(&self) -> Result<Screen> {
        Screen::connect(&self.screen_of)
    }

    async fn point_in(&self, menu: &Entry, area: Area, label: &str, within: Duration) -> Result<()> {
        let (index, line) = menu
            .children
            .iter()
            .enumerate()
            .find(|(_, child)| child.words() == label)
            .with_context(|| format!("the menu has no {label:?}, only {:?}", menu.labels()))?;
        ensure!(line.enabled, "{label:?} cannot be clicked");
        let count = |lines: &[Entry]| {
            let separators = lines.iter().filter(|line| line.label.is_empty()).count();
            let all = i16::try_from(lines.len()).unwrap_or(i16::MAX);
            let separators = i16::try_from(separators).unwrap_or(i16::MAX);
            (all - separators, separators)
        };
        let (words, separators) = count(&menu.children);
        let height = i16::try_from(area.height).context("a menu is no higher than the screen")?;
        let line_height = (height - 2 * EDGE - separators * SEPARATOR) / words;
        let (words, separators) = count(&menu.children[..index]);
        let y = area.y + EDGE + words * line_height + separators * SEPARATOR + line_height / 2;
        let screen = self.screen()?;
        let to = (area.x + INSIDE, y);
        if screen.pointer()? == to {
            return Ok(());
        }
        let before = screen.picture_of(area)?;
        screen.move_to(to.0, to.1)?;
        let (mut last, mut still) = (before.clone(), 0);
        eventually("the line under the pointer is marked", within, async || {
            let now = screen.picture_of(area)?;
            still = if now.differs(&last, 0) == 0 { still + 1 } else { 0 };
            last = now;
            ensure!(last.differs(&before, 0) > 0 && still >= STILL_LOOKS, "still for {still} looks");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }
}

fn find<'a>(menu: &'a Entry, label: &str) -> Result<&'a Entry> {
    let found = menu.children.iter().find(|child| child.words() == label);
    found.with_context(|| format!("the menu has no {label:?}"))
}

async fn new_window(
    screen: &Screen,
    before: &[Area],
    within: Duration,
    is_it: impl Fn(&Area) -> bool,
) -> Result<Area> {
    eventually("a new window", within, async || {
        let mut new = screen.windows("")?.into_iter().filter(|area| !before.contains(area));
        new.find(|area| is_it(area)).context("no such window has appeared")
    })
    .await
}

/// Whether a window stands beside a menu, as its submenus do and tooltips do not.
fn is_beside(menu: Area, other: &Area) -> bool {
    let right = |area: &Area| i32::from(area.x) + i32::from(area.width);
    let touches = |one: i32, other: i32| (one - other).abs() <= i32::from(EDGE);
    touches(right(other), menu.x.into()) || touches(other.x.into(), right(&menu))
}
