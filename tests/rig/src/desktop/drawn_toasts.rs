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
use std::time::Duration;

/// A daemon has tiny windows of its own, too.
const NARROWEST: u16 = 100;

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

    /// Presses a button of the toast that the real daemon shows, as its user does; of several, the newest.
    ///
    /// # Errors
    /// When there is no toast at the deadline, or the daemon is gone.
    pub async fn press_drawn_toast(&self, button: ToastButton, within: Duration) -> Result<()> {
        let daemon = self.real_daemon()?;
        let area = self.drawn_toast(within).await?;
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
        self.screen()?.click_at(x, y)
    }

    /// Clicks on the upper left of the toast that the real daemon shows, where no button is.
    ///
    /// # Errors
    /// When there is no toast at the deadline, or the X server is gone.
    pub async fn click_beside_the_buttons(&self, within: Duration) -> Result<()> {
        let area = self.drawn_toast(within).await?;
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
