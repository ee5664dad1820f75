//! Real browsers, driven by WebDriver, each with a profile of its own.

mod engine;

pub use engine::Engine;

use crate::proc;
use crate::wait::eventually;
use anyhow::{Context, Result};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// A running browser; it ends when it is dropped.
#[derive(Debug)]
pub struct Browser {
    /// The page, for what is not below.
    pub page: Client,
    engine: Engine,
    driver: engine::Driver,
    folder: TempDir,
}

impl Browser {
    /// Starts Chromium with an empty profile and a window of this size in pixels.
    ///
    /// # Errors
    /// When it does not start in time.
    pub async fn start(size: (u32, u32)) -> Result<Self> {
        Self::start_in(Engine::Chromium, size).await
    }

    /// The same in another engine.
    ///
    /// # Errors
    /// When it does not start in time.
    pub async fn start_in(engine: Engine, size: (u32, u32)) -> Result<Self> {
        let folder = TempDir::with_prefix("browser-").context("making the browser's folder")?;
        let driver = engine.start_driver(size, folder.path()).await?;
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(engine.capabilities(size, folder.path())?)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await
            .with_context(|| format!("starting {engine:?}; {}", driver.program.tail()))?;
        if engine == Engine::WebKit {
            // It takes no size when it is started.
            page.set_window_rect(0, 0, size.0, size.1).await.context("giving the window its size")?;
        }
        Ok(Self { page, engine, driver, folder })
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
        if self.engine == Engine::WebKit {
            // Its driver leaves out what is cut off with an ellipsis.
            let text = self.page.execute("return document.body.innerText", Vec::new()).await;
            let text = text.context("reading the page's text")?;
            return Ok(text.as_str().unwrap_or_default().to_owned());
        }
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
        let mut all = proc::offspring(self.driver.program.id(), "")?;
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
