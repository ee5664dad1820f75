//! Real browsers, driven by WebDriver: Chromium without a window, each with a profile of its own.

use crate::proc;
use crate::process::Program;
use crate::programs::on_path;
use crate::wait::eventually;
use anyhow::{Context, Result};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// How long the driver and the browser may take to start on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running browser; it ends when it is dropped.
#[derive(Debug)]
pub struct Browser {
    /// The page, for what is not below.
    pub page: Client,
    driver: Program,
    folder: TempDir,
}

impl Browser {
    /// Starts Chromium with an empty profile and a window of this size in pixels.
    ///
    /// # Errors
    /// When it does not start in time.
    pub async fn start(size: (u32, u32)) -> Result<Self> {
        let folder = TempDir::with_prefix("browser-").context("making the browser's folder")?;
        let (driver, port) = start_driver(folder.path()).await?;
        let chromium = on_path(&["chromium", "chromium-browser", "google-chrome"], "chromium")?;
        let (width, height) = size;
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": chromium,
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
                    format!("--user-data-dir={}", folder.path().join("profile").display()),
                ],
            },
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object stands above") };
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .with_context(|| format!("starting Chromium; {}", driver.tail()))?;
        Ok(Self { page, driver, folder })
    }

    /// Opens an address.
    ///
    /// # Errors
    /// When the page cannot be loaded.
    pub async fn open(&self, address: &str) -> Result<()> {
        self.page.goto(address).await.with_context(|| format!("opening {address}"))
    }

    /// Waits for the first element that a CSS selector finds.
    ///
    /// # Errors
    /// When there is none at the deadline, with the page's text.
    pub async fn find(&self, css: &str, within: Duration) -> Result<Element> {
        self.locate(css, Locator::Css(css), within).await
    }

    /// Waits for a button or link with this text.
    ///
    /// # Errors
    /// When there is none at the deadline, with the page's text.
    pub async fn button(&self, text: &str, within: Duration) -> Result<Element> {
        let path = format!("//*[self::button or self::a][normalize-space(.)=\"{text}\"]");
        self.locate(text, Locator::XPath(&path), within).await
    }

    /// Waits until the page's visible text contains `text`.
    ///
    /// # Errors
    /// When it does not at the deadline, with the page's text.
    pub async fn shows(&self, text: &str, within: Duration) -> Result<()> {
        eventually(&format!("the page shows {text:?}"), within, async || {
            let seen = self.text().await?;
            anyhow::ensure!(seen.contains(text), "{seen}");
            Ok(())
        })
        .await
    }

    /// The page's visible text.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn text(&self) -> Result<String> {
        let body = self.page.find(Locator::Css("body")).await.context("reading the page")?;
        body.text().await.context("reading the page's text")
    }

    /// Writes a picture of the page as PNG.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn save_picture(&self, path: &Path) -> Result<()> {
        let picture = self.page.screenshot().await.context("taking a picture of the page")?;
        fs::write(path, picture).with_context(|| format!("writing the picture {}", path.display()))
    }

    /// The processes that run its pages.
    ///
    /// # Errors
    /// When `/proc` cannot be read.
    pub fn renderers(&self) -> Result<Vec<u32>> {
        let mut all = proc::offspring(self.driver.id(), "")?;
        all.retain(|id| {
            let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains("--type=renderer")
        });
        Ok(all)
    }

    /// The folder of its profile and of the driver's output.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    async fn locate(&self, what: &str, locator: Locator<'_>, within: Duration) -> Result<Element> {
        let found =
            eventually(&format!("{what:?} on the page"), within, async || self.page.find(locator).await)
                .await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => {
                let text = self.text().await.unwrap_or_default();
                Err(error.context(format!("the page shows: {text}")))
            }
        }
    }
}

async fn start_driver(logs: &Path) -> Result<(Program, u16)> {
    let chromedriver = on_path(&["chromedriver"], "chromium-driver")?;
    let mut driver = Program::spawn("chromedriver", Command::new(chromedriver).arg("--port=0"), logs)?;
    let port = driver
        .line("the browser's driver listens", READY_WITHIN, |line| {
            let (_, rest) = line.split_once("started successfully on port ")?;
            rest.trim_end_matches('.').parse().ok()
        })
        .await?;
    Ok((driver, port))
}
