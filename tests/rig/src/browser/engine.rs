//! The engines of browsers, their drivers, and how each is started.

use crate::display::Display;
use crate::process::Program;
use crate::programs;
use crate::wait::eventually;
use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long a driver may take to start on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// Where Debian puts WebKit's own small browser: below the folder of the machine's architecture.
const LIBRARIES: &str = "/usr/lib";

/// What draws and runs a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium, without a window.
    Chromium,
    /// Firefox, without a window.
    Firefox,
    /// WebKitGTK, which the app's window uses, in a small browser of its own on a private display.
    WebKit,
}

/// A running driver.
#[derive(Debug)]
pub(super) struct Driver {
    pub(super) program: Program,
    pub(super) port: u16,
    /// Ends after the browser on it.
    _display: Option<Display>,
}

impl Engine {
    pub(super) async fn start_driver(self, size: (u32, u32), logs: &Path) -> Result<Driver> {
        match self {
            Self::Chromium => {
                let driver = programs::on_path(&["chromedriver"], "chromium-driver")?;
                let mut program = Program::spawn("chromedriver", Command::new(driver).arg("--port=0"), logs)?;
                let port = announced(&mut program, "started successfully on port ").await?;
                Ok(Driver { program, port, _display: None })
            }
            Self::Firefox => {
                let driver = programs::geckodriver()?;
                let mut command = Command::new(driver);
                // A user's own profiles and settings are neither read nor written.
                command
                    .args(["--port", "0", "--websocket-port", "0"])
                    .arg("--profile-root")
                    .arg(logs)
                    .env("HOME", logs);
                let mut program = Program::spawn("geckodriver", &mut command, logs)?;
                let port = announced(&mut program, "Listening on 127.0.0.1:").await?;
                Ok(Driver { program, port, _display: None })
            }
            Self::WebKit => {
                let (width, height) = (u16::try_from(size.0)?, u16::try_from(size.1)?);
                let display = Display::start((width, height), logs).await?;
                let driver = programs::on_path(&["WebKitWebDriver"], "webkit2gtk-driver")?;
                // It does not say which port it has taken.
                let free = TcpListener::bind(("127.0.0.1", 0)).context("looking for a free port")?;
                let port = free.local_addr().context("asking for the port")?.port();
                drop(free);
                let mut command = Command::new(driver);
                command.arg(format!("--port={port}")).env("DISPLAY", display.name()).env("HOME", logs);
                // There is no graphics card to share buffers with.
                command.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1").env("GDK_BACKEND", "x11");
                let program = Program::spawn("webkitdriver", &mut command, logs)?;
                eventually("WebKit's driver listens", READY_WITHIN, async || {
                    TcpStream::connect(("127.0.0.1", port)).map(drop)
                })
                .await?;
                Ok(Driver { program, port, _display: Some(display) })
            }
        }
    }

    pub(super) fn capabilities(
        self,
        (width, height): (u32, u32),
        folder: &Path,
    ) -> Result<Map<String, Value>> {
        let all = match self {
            Self::Chromium => json!({
                "browserName": "chrome",
                "goog:chromeOptions": {
                    "binary": programs::on_path(&["chromium", "chromium-browser", "google-chrome"], "chromium")?,
                    "args": [
                        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-dev-shm-usage", "--disable-background-networking",
                        "--disable-component-update", "--disable-sync", "--disable-default-apps",
                        "--force-color-profile=srgb", "--hide-scrollbars",
                        // The tests read English, in whatever language their reader works.
                        "--lang=en-US", "--accept-lang=en-US",
                        // The browser ends when the pipe to its driver does; and a bare machine may not know the name
                        // localhost, by which the driver would look for a port.
                        "--remote-debugging-pipe",
                        format!("--window-size={width},{height}"),
                        format!("--user-data-dir={}", folder.join("profile").display()),
                    ],
                },
            }),
            Self::Firefox => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": {
                    "binary": programs::on_path(&["firefox-esr", "firefox"], "firefox-esr")?,
                    "args": ["-headless", format!("--width={width}"), format!("--height={height}")],
                    "prefs": { "intl.accept_languages": "en-US" },
                },
            }),
            Self::WebKit => json!({
                "webkitgtk:browserOptions": {
                    "binary": mini_browser()?,
                    "args": ["--automation", format!("--geometry={width}x{height}")],
                },
            }),
        };
        match all {
            Value::Object(all) => Ok(all),
            other => bail!("capabilities are an object, not {other}"),
        }
    }
}

/// The port that a driver announces behind these words.
async fn announced(driver: &mut Program, words: &str) -> Result<u16> {
    let port = |line: &str| {
        let (_, rest) = line.split_once(words)?;
        rest.trim_end_matches('.').parse().ok()
    };
    driver.line("the browser's driver listens", READY_WITHIN, port).await
}

fn mini_browser() -> Result<PathBuf> {
    let libraries = fs::read_dir(LIBRARIES).with_context(|| format!("looking into {LIBRARIES}"))?;
    let mut places = libraries.flatten().map(|folder| folder.path().join("webkit2gtk-4.1/MiniBrowser"));
    places.find(|path| path.is_file()).context("WebKit's MiniBrowser is missing: install libwebkit2gtk-4.1-0")
}
