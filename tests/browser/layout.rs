//! The portals narrow, enlarged to 200 %, light and dark: nothing scrolls sideways, and no word is cut off.

use crate::stage::{DANA, MESSAGE, SOON, Stage, TOM, ask, ask_on, join, person, request, say};
use anyhow::{Result, ensure};
use rig::cdp;
use rig::{Browser, eventually};
use serde_json::json;

/// Views in CSS pixels with their scale: the narrowest that is promised, a phone's, half of the app's window and all of it.
const VIEWS: [((u32, u32), u32); 5] =
    [((320, 640), 1), ((420, 680), 2), ((560, 360), 2), ((700, 720), 1), ((1120, 720), 1)];

/// All that is wider than its place: the page itself, or an element that cuts off what does not fit. What has a full text
/// to show on demand may end in an ellipsis.
pub(crate) const TOO_WIDE: &str = "
    const page = document.documentElement, found = [];
    if (page.scrollWidth > page.clientWidth) found.push(`the page: ${page.scrollWidth} in ${page.clientWidth}`);
    for (const each of document.querySelectorAll('body *')) {
        const style = getComputedStyle(each);
        if (each.closest('.aloud') !== null || each.offsetParent === null || style.overflowX === 'visible') continue;
        if (style.textOverflow === 'ellipsis' && each.title !== '') continue;
        if (each.clientWidth > 0 && each.scrollWidth > each.clientWidth + 1) {
            found.push(`${each.textContent.trim()}: ${each.scrollWidth} in ${each.clientWidth}`);
        }
    }
    return found;";

/// The ground behind all, which tells the themes apart.
const GROUND: &str = "return getComputedStyle(document.body).backgroundColor";

pub(crate) async fn fits(page: &Browser, state: &str) -> Result<()> {
    for theme in ["light", "dark"] {
        cdp::theme(page, theme).await?;
        let ground = if theme == "light" { "rgb(243, 243, 248)" } else { "rgb(17, 18, 24)" };
        for (size, scale) in VIEWS {
            cdp::view(page, size, scale).await?;
            eventually(&format!("{state}, {theme}, at {size:?}, scale {scale}"), SOON, async || {
                let width = page.page.execute("return innerWidth", Vec::new()).await?;
                ensure!(width == json!(size.0), "the view is {width} wide");
                let is = page.page.execute(GROUND, Vec::new()).await?;
                ensure!(is == json!(ground), "the ground is {is}");
                let found = page.page.execute(TOO_WIDE, Vec::new()).await?;
                ensure!(found == json!([]), "{found}");
                Ok::<(), anyhow::Error>(())
            })
            .await?;
        }
    }
    Ok(())
}

/// What a narrow window shows one of at a time, in the order in which `view_of` comes to it.
pub(crate) const VIEWED: [&str; 4] = ["the chat", "its client", "its list", "the people"];

/// Goes to one of them from the one before it.
pub(crate) async fn view_of(page: &Browser, name: &str) -> Result<()> {
    cdp::view(page, (600, 720), 1).await?;
    let button = match name {
        "the chat" => return Ok(()),
        "its client" => "[data-opens=client]",
        "its list" => {
            page.find(".side-client .close", SOON).await?.click().await?;
            "button[aria-label^='Back to']"
        }
        "the people" => "button[aria-label='People']",
        _ => unreachable!("one of VIEWED"),
    };
    page.find(button, SOON).await?.click().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clients_portal_fits_every_view_in_both_themes() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    fits(&page, "asking").await?;
    ask_on(&page, "Printer offline since the migration of the print server to the new building").await?;
    page.button("Call me back", SOON).await?.click().await?;
    page.find("input[type=tel]", SOON).await?;
    fits(&page, "asking to be called").await?;
    let tom = stage.watcher().await?;
    let session = request(&tom).await?;
    join(&tom, session).await?;
    say(&tom, session, &format!("Look at https://acme.example/{}", "x".repeat(120))).await?;
    page.find(MESSAGE, SOON).await?;
    page.shows(TOM, SOON).await?;
    page.button("Leave", SOON).await?.click().await?;
    fits(&page, "talking").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_technicians_portal_fits_every_view_in_both_themes() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline since the migration").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    say(&dana, session, &"a word that nobody can break ".repeat(3).replace(' ', "")).await?;
    let omar = stage.caller("Omar Haddad").await?;
    ask(&omar, "New laptop").await?;
    for name in VIEWED {
        view_of(&page, name).await?;
        fits(&page, name).await?;
    }
    page.find(&person(DANA), SOON).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_conversation_stays_in_sight_when_the_window_shrinks() -> Result<()> {
    const FROM_END: &str = "const log = document.querySelector('[role=log]');
        return [log.clientHeight < log.scrollHeight, Math.round(log.scrollHeight - log.scrollTop - log.clientHeight)]";
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    for number in 0..16 {
        say(&dana, session, &format!("Line {number}\nand one below it")).await?;
    }
    page.shows("Line 15", SOON).await?;
    for height in [800, 500, 360] {
        cdp::view(&page, (1480, height), 1).await?;
        eventually(&format!("the end is in sight at {height}"), SOON, async || {
            let is = page.page.execute(FROM_END, Vec::new()).await?;
            ensure!(is == json!([true, 0]), "it is {is} pixels below");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bars_and_the_keyboard_of_a_phone_cover_no_part_of_a_page() -> Result<()> {
    // As high as what they leave. A browser that does not know that unit takes the rule before it.
    const HEIGHT: &str = "return [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
        .filter((rule) => rule.selectorText?.startsWith('.page.') && rule.style.overflow === 'hidden')
        .map((rule) => rule.style.height)";
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    let heights = page.page.execute(HEIGHT, Vec::new()).await?;
    ensure!(heights == json!(["100dvh", "100dvh"]), "of a client's page and a technician's: {heights}");
    Ok(())
}
