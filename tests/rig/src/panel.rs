//! The settings of the real panel and of the real notification daemon: only what makes their pictures the same each time.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Height of the panel at the top of the screen, in pixels.
pub const HEIGHT: u16 = 32;

/// From a toast's right edge to the middle of its last button, in pixels, as the daemon's theme draws it.
pub const BUTTON_FROM_RIGHT: i16 = 56;
/// From a toast's lower edge to the middle of its buttons, in pixels.
pub const BUTTON_FROM_BOTTOM: i16 = 31;
/// From one button to the next, in pixels: the theme gives all short ones the same width.
pub const BUTTON_PITCH: i16 = 92;

/// As [`BUTTON_FROM_RIGHT`] and [`BUTTON_FROM_BOTTOM`], as MATE's daemon draws the buttons of a request.
pub const MATE_DISMISS_FROM_RIGHT: i16 = 72;
/// The same of the button beside it.
pub const MATE_JOIN_FROM_RIGHT: i16 = 130;
/// From a toast's lower edge to the middle of its buttons, in pixels.
pub const MATE_BUTTON_FROM_BOTTOM: i16 = 27;
/// From a toast's left edge to its words, in pixels, whichever daemon draws it.
pub const WORDS_FROM_LEFT: i16 = 60;
/// From its upper edge to its first line.
pub const WORDS_FROM_TOP: i16 = 22;

/// What the panel and the notification daemon can be started from on the bus: the store of their settings.
pub const ACTIVATABLE: &[&str] = &["org.xfce.Xfconf.service"];

/// The same for mate-panel: what draws its tray.
pub const MATE_ACTIVATABLE: &[&str] = &["org.mate.panel.applet.NotificationAreaAppletFactory.service"];

/// From the screen's right edge to the middle of the tray's first icon, in pixels, where the panel shows nothing else there.
pub const ICON_FROM_RIGHT: i16 = 16;
/// From the screen's upper edge to the middle of the tray's icons, in pixels.
pub const ICON_FROM_TOP: i16 = 16;
/// As [`ICON_FROM_RIGHT`], in mate-panel as its default layout has it.
pub const MATE_ICON_FROM_RIGHT: i16 = 22;
/// As [`ICON_FROM_TOP`], in mate-panel.
pub const MATE_ICON_FROM_TOP: i16 = 12;

/// Half of what is looked at of an icon, in pixels: less than any panel draws.
pub const ICON_HALF: i16 = 8;
/// An icon has at least so many colours there, by its smooth edges (70 to 125 were seen); what mate-panel draws in an empty tray has
/// fewer (some 30).
pub const ICON_COLOURS: usize = 48;

/// Writes the settings into a configuration folder before the programs start.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_settings(config: &Path, clock: bool) -> Result<()> {
    let channels = config.join("xfce4/xfconf/xfce-perchannel-xml");
    fs::create_dir_all(&channels).context("making the folder of the panel's settings")?;
    fs::write(channels.join("xfce4-panel.xml"), panel(clock)).context("writing the panel's settings")?;
    fs::write(channels.join("xfce4-notifyd.xml"), NOTIFYD).context("writing the toasts' settings")
}

/// No fading and no sliding: a toast is there or it is not.
const NOTIFYD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-notifyd" version="1.0">
  <property name="do-fadeout" type="bool" value="false"/>
  <property name="do-slideout" type="bool" value="false"/>
  <property name="initial-opacity" type="double" value="1.0"/>
  <property name="notify-location" type="string" value="top-right"/>
  <property name="primary-monitor" type="uint" value="0"/>
</channel>
"#;

fn panel(clock: bool) -> String {
    let (clock_id, clock_plugin) = if clock {
        (
            r#"<value type="int" value="3"/>"#,
            r#"<property name="plugin-3" type="string" value="clock">
      <property name="digital-layout" type="uint" value="3"/>
      <property name="digital-time-format" type="string" value="%H:%M"/>
    </property>"#,
        )
    } else {
        ("", "")
    };
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="{HEIGHT}"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        {clock_id}
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="icon-size" type="int" value="22"/>
    </property>
    {clock_plugin}
  </property>
</channel>
"#
    )
}
