//! Files that are dropped on a page: a chat takes them, and none replaces the page.

use crate::stage::{DANA, MESSAGE, SOON, Stage, ask};
use anyhow::{Context, Result, ensure};
use rig::{Browser, cdp, eventually};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The middle of the list, which is no place for files.
const BESIDE: (u32, u32) = (240, 400);
/// Marks the page, so that another one in its place is noticed.
const MARK: &str = "window.isMarked = true";
const IS_MARKED: &str = "return [window.isMarked === true, document.querySelectorAll('.files .file').length]";

/// Drops a file; the page stays, and its composer has so many files.
async fn dropped(page: &Browser, file: &Path, taken: u32) -> Result<()> {
    page.page.execute(MARK, Vec::new()).await?;
    cdp::drop_file(page, BESIDE, file).await?;
    if taken > 0 {
        page.find(".files .file", SOON).await?;
    }
    // A page that is replaced is replaced before this has loaded.
    page.page.execute_async("fetch(location.pathname).then(() => arguments[0]())", Vec::new()).await?;
    let is = page.page.execute(IS_MARKED, Vec::new()).await?;
    let address = page.page.current_url().await?;
    ensure!(is == json!([true, taken]), "{is}, the page is at {address}");
    Ok(())
}

fn file(stage: &Stage) -> Result<PathBuf> {
    let path = stage.folder().join("notes.txt");
    std::fs::write(&path, "It hums.").context("writing a file to drop")?;
    Ok(path)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_dropped_beside_a_chat_never_replaces_the_page() -> Result<()> {
    let stage = Stage::start().await?;
    let file = file(&stage)?;
    let page = stage.technician().await?;
    dropped(&page, &file, 0).await.context("no chat is open")?;
    let dana = stage.caller(DANA).await?;
    ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    dropped(&page, &file, 1).await.context("a chat is open")?;
    page.find(".files button", SOON).await?.click().await?;
    stage.service.admin(&["org", "set", "files-quota", "0"])?;
    eventually("no files can be sent", SOON, async || {
        let pickers = page.page.execute("return document.querySelectorAll('.picker').length", Vec::new());
        let pickers = pickers.await?;
        ensure!(pickers == json!(0), "{pickers}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    dropped(&page, &file, 0).await.context("the organisation takes no files")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_dropped_on_the_sign_in_page_never_replaces_it() -> Result<()> {
    let stage = Stage::start().await?;
    let page = Browser::start((800, 600)).await?;
    page.open(&stage.service.add_technician("Acme IT", "Priya Shah")?).await?;
    page.button("Sign in", SOON).await?;
    dropped(&page, &file(&stage)?, 0).await
}
