//! The played job, step by step: each is a sentence that holds or does not, and a picture of what was seen.

use anyhow::{Context, Result};
use rig::{Browser, Desktop};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// How long a picture waits for the screen to come to rest; a clock that counts seconds never does.
const AT_REST_WITHIN: Duration = Duration::from_secs(3);

/// Takes pictures, numbers them, and prints what was seen.
#[derive(Debug)]
pub(crate) struct Steps {
    folder: PathBuf,
    number: u32,
}

impl Steps {
    /// Pictures go to `target/run`; those of the last time are removed.
    pub(crate) fn new() -> Result<Self> {
        let own = std::env::current_exe().context("finding the own program")?;
        let target = own.ancestors().nth(2).context("the program lies in target/debug")?;
        let folder = target.join("run");
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        for old in fs::read_dir(&folder)?.flatten() {
            if old.path().extension().is_some_and(|extension| extension == "png") {
                fs::remove_file(old.path()).context("removing the last pictures")?;
            }
        }
        Ok(Self { folder, number: 0 })
    }

    /// A step was seen: a picture of the desktop, and the sentence.
    pub(crate) async fn desktop(&mut self, desktop: &Desktop, name: &str, sentence: &str) -> Result<()> {
        let path = self.next(name);
        let picture = match desktop.settled_picture(AT_REST_WITHIN).await {
            Ok(picture) => picture,
            Err(_) => desktop.screen()?.picture()?,
        };
        picture.save(&path)?;
        self.say(sentence, &path);
        Ok(())
    }

    /// A step was seen in a browser elsewhere.
    pub(crate) async fn browser(&mut self, browser: &Browser, name: &str, sentence: &str) -> Result<()> {
        let path = self.next(name);
        browser.save_picture(&path).await?;
        self.say(sentence, &path);
        Ok(())
    }

    /// A step was not seen: says why, with a picture of what was there instead.
    pub(crate) fn failed(&mut self, desktop: &Desktop, error: &anyhow::Error) {
        let path = self.next("failed");
        let picture =
            desktop.screen().and_then(|screen| screen.picture()).and_then(|picture| picture.save(&path));
        println!("FAILED {error:#}");
        if picture.is_ok() {
            println!("       {}", path.display());
        }
    }

    fn next(&mut self, name: &str) -> PathBuf {
        self.number += 1;
        self.folder.join(format!("{}-{name}.png", self.number))
    }

    fn say(&self, sentence: &str, path: &std::path::Path) {
        println!("ok {:>2}  {sentence}\n       {}", self.number, path.display());
    }
}
