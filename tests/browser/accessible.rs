//! axe-core finds nothing on any page, in either theme, wide and on a phone.

use crate::replies::{add_reply, press, with_replies};
use crate::sent_files::with_files;
use crate::stage::{DANA, MESSAGE, SOON, Stage, ask, ask_on, say};
use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use rig::Browser;
use rig::cdp;
use serde_json::json;
use std::path::Path;

/// Runs the rules of WCAG 2.2 AA, its contrast AAA, and the best practices.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
        rules: { 'color-contrast-enhanced': { enabled: true } },
    }).then(
        ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, any, all, none }) => `${id}: ${html.slice(0, 160)} ${[...any, ...all, ...none][0]?.message ?? ''}`))),
        (error) => done([String(error)]),
    );";

/// The checks themselves, of which the pages' own build knows nothing.
fn axe() -> Result<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path).with_context(|| format!("reading {}: run npm ci in ui", path.display()))
}

pub(crate) async fn has_no_faults(page: &Browser, state: &str) -> Result<()> {
    page.page.execute(&axe()?, Vec::new()).await?;
    for theme in ["light", "dark"] {
        cdp::theme(page, theme).await?;
        for size in [(1480, 800), (420, 720)] {
            cdp::view(page, size, 1).await?;
            let found = page.page.execute_async(RUN, Vec::new()).await?;
            ensure!(found == json!([]), "{state}, {theme}, {size:?}: {found:#}");
        }
    }
    cdp::view(page, (1480, 800), 1).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_technicians_pages_have_no_faults() -> Result<()> {
    let mut stage = Stage::start().await?;
    let page = stage.technician().await?;
    has_no_faults(&page, "nobody waits").await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    let omar = stage.caller("Omar Haddad").await?;
    ask(&omar, "New laptop").await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    has_no_faults(&page, "a request is open").await?;
    page.find("section.chat button.go", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    say(&dana, session, "See https://acme.example/.").await?;
    page.shows("See https://acme.example/.", SOON).await?;
    has_no_faults(&page, "a chat").await?;
    cdp::view(&page, (420, 720), 1).await?;
    page.find("[data-opens=client]", SOON).await?.click().await?;
    page.find(".side-client h3", SOON).await?;
    has_no_faults(&page, "the client's details").await?;
    page.find("body", SOON).await?.send_keys("\u{e00c}").await?;
    page.button("Complete", SOON).await?.click().await?;
    has_no_faults(&page, "completing").await?;
    page.find("[data-testid=own-state] button", SOON).await?.click().await?;
    has_no_faults(&page, "the menu").await?;
    page.find("section.chat h2", SOON).await?.click().await?;
    page.find(".help", SOON).await?.click().await?;
    has_no_faults(&page, "the keys").await?;
    page.find("dialog button", SOON).await?.click().await?;
    stage.service.kill9();
    page.shows("No connection.", SOON).await?;
    has_no_faults(&page, "no connection").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_in_a_chat_have_no_faults() -> Result<()> {
    let stage = Stage::start().await?;
    let page = with_files(&stage).await?;
    has_no_faults(&page, "files").await?;
    page.find(".picture", SOON).await?.click().await?;
    page.find("dialog[open] .full img", SOON).await?;
    has_no_faults(&page, "a picture in full").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn canned_replies_have_no_faults() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    ask(&stage.caller(DANA).await?, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    let field = page.find(MESSAGE, SOON).await?;
    field.send_keys("/").await?;
    page.shows("No canned replies yet", SOON).await?;
    has_no_faults(&page, "no canned replies").await?;
    press(&page, &[Key::Backspace]).await?;
    // More than the list has room for.
    for number in 0..12 {
        add_reply(&stage, &format!("step {number}"), "Please restart the computer.")?;
    }
    with_replies(&page, &stage).await?;
    has_no_faults(&page, "canned replies").await?;
    press(&page, &[Key::Up, Key::Return]).await?;
    page.button("New reply", SOON).await?.click().await?;
    page.find("dialog input", SOON).await?;
    has_no_faults(&page, "writing a canned reply").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clients_pages_have_no_faults() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    has_no_faults(&page, "asking").await?;
    ask_on(&page, "Printer offline").await?;
    page.find(MESSAGE, SOON).await?;
    has_no_faults(&page, "waiting").await?;
    page.button("Call me back", SOON).await?.click().await?;
    page.find("input[type=tel]", SOON).await?.send_keys("+64 9 555 0100\u{e007}").await?;
    page.shows("We will call you", SOON).await?;
    has_no_faults(&page, "to be called").await?;
    page.find("button[aria-label='Sign out here']", SOON).await?.click().await?;
    has_no_faults(&page, "signing out").await?;
    page.button("Sign out", SOON).await?.click().await?;
    page.shows("You are signed out here.", SOON).await?;
    has_no_faults(&page, "signed out").await
}
