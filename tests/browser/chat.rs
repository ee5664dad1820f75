//! A chat in the portals: asked for, joined, written in; and what a client must never see there.

use crate::stage::{
    DANA, MESSAGE, PRIYA, SOON, Stage, TOM, ask, ask_on, heard, join, open, reads, request, say,
};
use anyhow::{Result, ensure};
use fantoccini::Locator;
use rig::Browser;
use rig::cdp;

/// Return, as WebDriver writes it.
const RETURN: &str = "\u{e007}";
/// Lets a page hear nothing for a while, as on a slow network: `held` keeps what comes, if it is a list.
pub(crate) const SLOW_NETWORK: &str = "
    window.held = null;
    window.WebSocket = class extends WebSocket {
        set onmessage(hear) {
            super.onmessage = (event) => (window.held === null ? hear(event) : window.held.push(() => hear(event)));
        }
    };";

/// P8 and "Who sees and receives what": no presence control, no people but the technicians of one's chats.
async fn shows_no_more_than_a_client_may_see(page: &Browser, strangers: &[&str]) -> Result<()> {
    let text = page.text().await?;
    for word in strangers.iter().chain(&["Away", "away", "Technicians", "Invite"]) {
        ensure!(!text.contains(word), "a client reads {word:?}: {text}");
    }
    let controls = "[aria-pressed], [aria-haspopup]:not([data-testid=languages] *), [data-person]";
    let controls = page.page.find_all(Locator::Css(controls)).await?;
    ensure!(controls.is_empty(), "a client finds a control of presence, or people: {text}");
    Ok(())
}

// C1, C4, C8, P8
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_asks_waits_talks_and_ends_and_sees_nobody_else() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let _omar = stage.caller("Omar Haddad").await?;
    let strangers = ["Omar", TOM];
    let page = stage.client().await?;
    page.shows("Somebody is at their desk", SOON).await?;
    shows_no_more_than_a_client_may_see(&page, &strangers).await?;
    ask_on(&page, "Printer offline").await?;
    page.shows("We are finding somebody for you. You are first in line.", SOON).await?;
    shows_no_more_than_a_client_may_see(&page, &strangers).await?;

    let session = request(&tom).await?;
    join(&tom, session).await?;
    open(&tom, session).await?;
    page.shows(TOM, SOON).await?;
    say(&tom, session, "Hello Dana.").await?;
    reads(&page, &["Hello Dana."]).await?;
    let field = page.find(MESSAGE, SOON).await?;
    for text in ["It blinks.", "Twice."] {
        field.send_keys(&format!("{text}{RETURN}")).await?;
    }
    heard(&tom, session, &["Hello Dana.", "It blinks.", "Twice."]).await?;
    say(&tom, session, "I see.").await?;
    reads(&page, &["Hello Dana.", "It blinks.", "Twice.", "I see."]).await?;
    shows_no_more_than_a_client_may_see(&page, &["Omar"]).await?;

    page.button("Leave", SOON).await?.click().await?;
    page.button("End chat", SOON).await?.click().await?;
    page.shows("The chat has ended.", SOON).await?;
    page.button("Ask again", SOON).await?.click().await?;
    page.shows("How can we help?", SOON).await
}

// C6
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nobody_is_at_their_desk_a_client_is_told_so_and_may_ask_to_be_called() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    page.shows("Nobody is at their desk right now", SOON).await?;
    ask_on(&page, "Printer offline").await?;
    page.button("Call me back", SOON).await?.click().await?;
    page.find("input[type=tel]", SOON).await?.send_keys(&format!("+64 9 555 0100{RETURN}")).await?;
    page.shows("We will call you: +64 9 555 0100", SOON).await?;
    // Somebody who signs in later finds it in the list.
    let technician = stage.technician().await?;
    technician.find("[data-tab=callbacks]", SOON).await?.click().await?;
    technician.find("[data-status=callback] .name", SOON).await?.click().await?;
    technician.shows("Asked to be called", SOON).await?;
    technician.shows("+64 9 555 0100", SOON).await
}

// C4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_join_reads_who_joined() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.technician().await?;
    cdp::before_load(&page, SLOW_NETWORK).await?;
    page.page.refresh().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    let button = page.button("Join", SOON).await?;
    page.page.execute("window.held = []", Vec::new()).await?;
    join(&tom, session).await?;
    // The page has not heard of it: its user presses a button that should be gone.
    button.click().await?;
    let release = "const all = window.held; window.held = null; for (const hear of all) hear();";
    page.page.execute(release, Vec::new()).await?;
    page.shows("Tom joined at", SOON).await?;
    page.shows("Nobody is waiting.", SOON).await
}

// C8, C10
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_technician_reads_what_was_said_before_and_after_a_reload() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?.send_keys(&format!("Hello Dana.{RETURN}")).await?;
    open(&dana, session).await?;
    heard(&dana, session, &["Hello Dana."]).await?;
    page.page.refresh().await?;
    say(&dana, session, "Hello Priya.").await?;
    reads(&page, &["Hello Dana.", "Hello Priya."]).await?;
    // Nobody would stay with the client.
    let buttons = page.text().await?;
    ensure!(!buttons.contains("Leave"), "{PRIYA} is offered to leave the client alone: {buttons}");
    Ok(())
}
