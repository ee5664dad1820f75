//! C10: an organisation with a portal of its own. Every way to a chat opens it there, in the system's browser, and no window of ours.

use crate::stage::{ACME, SOON, Stage, profile, programs};
use anyhow::{Context, Result, ensure};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::{App, Desktop, Options, TrayItem, app, eventually};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;
use uuid::Uuid;

const PRIYA: &str = "Priya Shah";
const OWN: &str = "https://help.acme.example/chats/{session}?from=app";

/// What stands in for the system's browser: it notes what it is told to open.
struct FakeBrowser(TempDir);

impl FakeBrowser {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir().context("making a folder for the browser")?;
        let program = folder.path().join("xdg-open");
        let opened = folder.path().join("opened").display().to_string();
        std::fs::write(&program, format!("#!/bin/sh\necho \"$1\" >> '{opened}'\n"))?;
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
        Ok(Self(folder))
    }

    fn opened(&self) -> PathBuf {
        self.0.path().join("opened")
    }

    /// The app's command, with this browser before all others.
    fn command(&self, desktop: &Desktop, profile: &str) -> Result<Command> {
        let path = std::env::var("PATH").context("there is a PATH")?;
        let mut command = app::command(desktop, profile)?;
        command.env("PATH", format!("{}:{path}", self.0.path().display()));
        Ok(command)
    }

    /// Waits until it has been told to open these and no others.
    async fn has_opened(&self, what: &str, addresses: &[String]) -> Result<()> {
        eventually(what, SOON, async || {
            let opened = std::fs::read_to_string(self.opened()).unwrap_or_default();
            ensure!(opened.lines().eq(addresses), "{opened:?}");
            Ok::<(), anyhow::Error>(())
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_way_to_a_chat_leads_to_the_organisations_portal_in_the_browser() -> Result<()> {
    let stage = Stage::start().await?;
    let browser = FakeBrowser::new()?;
    let link = stage.service.add_technician(ACME, PRIYA)?;
    stage.service.admin(&["org", "set", "portal-address", "technician", OWN])?;
    let options = Options { tray: Tray::Host, toasts: Toasts::Recorder, ..Options::default() };
    let desktop = Desktop::start(options).await?;
    let profile = profile(PRIYA);
    let mut app = App::start_as(&desktop, &profile, browser.command(&desktop, &profile)?).await?;
    app.sign_in(&desktop, &link)?;
    app.connected(&desktop, SOON).await?;

    let client = stage.client("Dana Reyes", "Northwind Dental").await?;
    let request = Up::Request { id: Uuid::new_v4(), subject: "Printer offline".into(), reference: None };
    let chat = client.ask(&request).await?.ok().and_then(|ok| ok.session).context("the request is taken")?;
    let there = OWN.replace("{session}", &chat.0.to_string());
    let mut opened = vec![there.clone()];

    let recorder = desktop.toasts()?;
    let toast = recorder.shown("Dana Reyes", SOON).await?;
    recorder.invoke(toast.id, "default").await?;
    browser.has_opened("a click on the toast leads there", &opened).await?;

    let link = format!("deskbell:chat/{}", chat.0);
    app.verb(&desktop, &["open", &link])?;
    opened.push(there.clone());
    browser.has_opened("a link leads there", &opened).await?;

    let tray = TrayItem::only(desktop.bus(), SOON).await?;
    tray.click("Open portal").await?;
    opened.push(OWN.replace("{session}", ""));
    browser.has_opened("the tray leads to the portal", &opened).await?;

    // The app does not run: the link starts it, and it knows where to before it is connected.
    app.kill9();
    drop(app);
    let mut command = browser.command(&desktop, &profile)?;
    let status = command.args(["open", &link]).status().context("opening a link without the app")?;
    ensure!(status.success(), "{status}");
    opened.push(there);
    browser.has_opened("a link leads there without a running app", &opened).await?;

    ensure!(programs(&desktop, "deskbell-window")?.is_empty(), "no window was opened");
    let all = std::fs::read_to_string(browser.opened())?;
    ensure!(!all.contains("code"), "no code goes to a portal that is not the service's: {all}");
    app::verb(&desktop, &profile, &["quit"], None).map(drop)
}
