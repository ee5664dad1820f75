//! Toasts as a real notification daemon draws them: how many, where, and clicks on them with the pointer.
//!
//! dunst draws all of its toasts into one window, and what it cannot be asked by the pointer it is asked by its own program.

use super::Desktop;
use super::daemon::{CHOSEN, RealDaemon};
use crate::panel;
use crate::screen::Area;
use crate::wait::eventually;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::time::{Duration, Instant};

/// A daemon has tiny windows of its own, too.
const NARROWEST: u16 = 100;
/// So many equal looks in a row are a toast at rest: about a fifth of a second.
const STILL_LOOKS: u32 = 10;
/// From a toast's left edge to where the pointer waits beside it, in pixels.
const BESIDE: i16 = 8;
/// Half of what is looked at of a button, in pixels: less than any button is wide and high.
const BUTTON_HALF: (i16, i16) = (16, 6);
/// How long a daemon may take to mark the button under the pointer before it is looked for again.
const MARKED_WITHIN: Duration = Duration::from_secs(5);

/// A button of a request's toast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToastButton {
    /// A click on the toast itself; Xfce's daemon draws a button for it.
    Open,
    /// Joins the request.
    Join,
    /// Silences it.
    Dismiss,
}

impl Desktop {
    /// How many toasts the real notification daemon shows now.
    ///
    /// # Errors
    /// When the desktop has none, or it is gone.
    pub fn drawn_toasts(&self) -> Result<usize> {
        match self.real_daemon()? {
            RealDaemon::Xfce | RealDaemon::Mate => Ok(self.toast_areas()?.len()),
            RealDaemon::Dunst => {
                let count = self.run("dunstctl", &["count", "displayed"])?;
                count.parse().with_context(|| format!("dunst counts {count:?}"))
            }
        }
    }

    /// Waits until the real notification daemon shows so many toasts.
    ///
    /// # Errors
    /// When there are more or fewer at the deadline.
    pub async fn drawn_toasts_are(&self, count: usize, within: Duration) -> Result<()> {
        eventually(&format!("{count} toasts on the screen"), within, async || {
            let drawn = self.drawn_toasts()?;
            ensure!(drawn == count, "{drawn} toasts");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }

    /// Waits until the real notification daemon shows a toast, and says where; of several, the newest.
    ///
    /// # Errors
    /// No toast was drawn by the deadline.
    pub async fn drawn_toast(&self, within: Duration) -> Result<Area> {
        let newest = async || self.toast_areas()?.pop().context("no toast");
        eventually("a toast on the screen", within, newest).await
    }

    /// Waits until nothing has changed on the toast that the real daemon shows for a moment, and says where it is; of several, the
    /// newest.
    ///
    /// # Errors
    /// No toast came to rest by the deadline.
    pub async fn standing_toast(&self, within: Duration) -> Result<Area> {
        let screen = self.screen()?;
        let (mut last, mut still) = (None, 0_u32);
        eventually("a toast stands still", within, async || {
            let areas = self.toast_areas()?;
            let area = *areas.last().context("no toast")?;
            let now = (areas, screen.picture_of(area)?);
            still = if last.as_ref() == Some(&now) { still + 1 } else { 0 };
            last = Some(now);
            ensure!(still >= STILL_LOOKS, "still for {still} looks");
            Ok::<Area, anyhow::Error>(area)
        })
        .await
    }

    /// Presses a button of the toast that the real daemon shows, as its user does; of several, the newest. The toast stands still,
    /// and the daemon has marked the button under the pointer, before it is pressed: Xfce's daemon maps a toast first and moves it to
    /// its place afterwards, by half the width of a button.
    ///
    /// # Errors
    /// When there is no toast at the deadline, no button where it should be, or the daemon is gone.
    pub async fn press_drawn_toast(&self, button: ToastButton, within: Duration) -> Result<()> {
        let began = Instant::now();
        loop {
            match self.try_to_press(button, within).await {
                Ok(()) => return Ok(()),
                // Meanwhile the toast has moved, or the daemon has drawn it again or put another one in its place.
                Err(_) if began.elapsed() < within => {}
                Err(error) => return Err(error).context(format!("pressing {button:?} on a toast")),
            }
        }
    }

    async fn try_to_press(&self, button: ToastButton, within: Duration) -> Result<()> {
        let daemon = self.real_daemon()?;
        let area = self.standing_toast(within).await?;
        let (right, bottom) = far_corner(area)?;
        let (x, y) = match (daemon, button) {
            (RealDaemon::Xfce, _) => {
                let from_right = match button {
                    ToastButton::Open => 2,
                    ToastButton::Join => 1,
                    ToastButton::Dismiss => 0,
                };
                let x = right - panel::BUTTON_FROM_RIGHT - from_right * panel::BUTTON_PITCH;
                (x, bottom - panel::BUTTON_FROM_BOTTOM)
            }
            (RealDaemon::Mate, ToastButton::Open) => return self.click_beside_the_buttons(within).await,
            (RealDaemon::Mate, ToastButton::Join) => {
                (right - panel::MATE_JOIN_FROM_RIGHT, bottom - panel::MATE_BUTTON_FROM_BOTTOM)
            }
            (RealDaemon::Mate, ToastButton::Dismiss) => {
                (right - panel::MATE_DISMISS_FROM_RIGHT, bottom - panel::MATE_BUTTON_FROM_BOTTOM)
            }
            (RealDaemon::Dunst, ToastButton::Open) => {
                return self.run("dunstctl", &["action"]).map(drop);
            }
            (RealDaemon::Dunst, ToastButton::Join | ToastButton::Dismiss) => {
                fs::write(self.folder().join(CHOSEN), format!("#{button:?} "))?;
                return self.run("dunstctl", &["context"]).map(drop);
            }
        };
        self.point_at_button(area, x, y).await?;
        self.screen()?.click()
    }

    /// Moves the pointer from beside a toast to the middle of one of its buttons, and waits until the daemon has marked that.
    async fn point_at_button(&self, toast: Area, x: i16, y: i16) -> Result<()> {
        let screen = self.screen()?;
        screen.move_to(toast.x - BESIDE, y)?;
        ensure!(self.standing_toast(MARKED_WITHIN).await? == toast, "the toast has moved");
        let (across, down) = BUTTON_HALF;
        let size = |half: i16| (2 * half).unsigned_abs();
        let middle = Area { x: x - across, y: y - down, width: size(across), height: size(down) };
        let before = screen.picture_of(middle)?;
        screen.move_to(x, y)?;
        eventually("the button under the pointer is marked", MARKED_WITHIN, async || {
            ensure!(screen.picture_of(middle)?.differs(&before, 0) > 0, "it looks as before");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
        ensure!(self.standing_toast(MARKED_WITHIN).await? == toast, "the toast has moved");
        Ok(())
    }

    /// Clicks on the upper left of the toast that the real daemon shows, where no button is.
    ///
    /// # Errors
    /// When there is no toast at the deadline, or the X server is gone.
    pub async fn click_beside_the_buttons(&self, within: Duration) -> Result<()> {
        let area = self.standing_toast(within).await?;
        self.screen()?.click_at(area.x + panel::WORDS_FROM_LEFT, area.y + panel::WORDS_FROM_TOP)
    }

    fn toast_areas(&self) -> Result<Vec<Area>> {
        let mut areas = self.screen()?.windows(self.real_daemon()?.class())?;
        areas.retain(|area| area.width > NARROWEST);
        Ok(areas)
    }
}

/// The right and the lower edge of a toast.
fn far_corner(area: Area) -> Result<(i16, i16)> {
    let right = area.x + i16::try_from(area.width).context("a toast is no wider than the screen")?;
    let bottom = area.y + i16::try_from(area.height).context("a toast is no higher than the screen")?;
    Ok((right, bottom))
}
