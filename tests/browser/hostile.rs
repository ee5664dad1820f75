//! Hostile names and texts on the technician's page: they are shown as plain text, reverse nothing, and break no layout.

use crate::layout::{VIEWED, fits, view_of};
use crate::stage::{DANA, MESSAGE, PRIYA, SOON, Stage, ask, person, say, sign_in};
use anyhow::{Result, ensure};
use rig::cdp;
use rig::{Browser, eventually};
use serde_json::json;

/// What a service says instead of "Dana Reyes": 60 KiB of it, as it stands in JSON.
const NAMES: &str = r#"
    const Real = window.WebSocket;
    const name = "\u202e<b>Da</b><img src=x onerror=\"document.title='pwned'\">\u0007\u200b" + "x".repeat(60 * 1024);
    const inJson = JSON.stringify(name).slice(1, -1);
    window.WebSocket = class extends Real {
        set onmessage(to) {
            super.onmessage = ({ data }) => to({ data: data.replaceAll("Dana Reyes", inJson) });
        }
    };"#;
/// What must not be on the page: elements that a text has made, characters that turn others, and texts without end.
const HARM: &str = r#"
    const found = [];
    if (document.querySelector('img[src="x"], h3 b, li b') !== null) found.push("markup of theirs");
    if (document.title.includes("pwned")) found.push("a script of theirs");
    const text = document.body.textContent;
    if (/[\u202a-\u202e\u200b\u0007]/.test(text)) found.push("characters that turn or hide");
    if (/x{200}/.test(text)) found.push("a name without end");
    return found;"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_60_kib_with_markup_and_overrides_break_nothing() -> Result<()> {
    let stage = Stage::start().await?;
    let page = Browser::start((1120, 720)).await?;
    cdp::before_load(&page, NAMES).await?;
    sign_in(&page, &stage.service.add_technician(crate::stage::ACME, PRIYA)?).await?;
    page.find(&person(PRIYA), SOON).await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, &format!("\u{5e9}{}", "W".repeat(199))).await?;
    eventually("the name is on the page as text", SOON, async || {
        let text =
            page.page.execute("return document.querySelector('h3')?.textContent ?? ''", Vec::new()).await?;
        ensure!(text.as_str().is_some_and(|text| text.starts_with("<b>Da</b><img src=x")), "{text}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    say(&dana, session, &format!("\u{202e}<script>{}", "y".repeat(3_900))).await?;
    for name in VIEWED {
        view_of(&page, name).await?;
        fits(&page, &format!("{name} with hostile names")).await?;
        let found = page.page.execute(HARM, Vec::new()).await?;
        ensure!(found == json!([]), "{name}: {found}");
    }
    Ok(())
}
