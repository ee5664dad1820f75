//! Every page of the portals, in each of its states, is looked at in the same way: axe finds nothing in either theme, Tab comes to
//! everything, nothing scrolls sideways when it is enlarged, and forced colours keep what is chosen apart. Whatever is pressed on the
//! way is pressed with the keyboard, and the focus never falls to the browser.

use crate::accessible::has_no_faults;
use crate::contrast::{fits_enlarged, holds_in_forced_colours};
use crate::keyboard::{press, type_text};
use crate::palette::press_with_ctrl;
use crate::replies::{add_reply, with_replies};
use crate::sent_files::attach;
use crate::stage::{ACME, DANA, MESSAGE, PRIYA, SOON, SUBJECT, Stage, ask, complete, join, request, say};
use crate::walk::comes_to_everything;
use anyhow::{Context, Result, ensure};
use chat::SessionId;
use fantoccini::key::Key;
use protocol::Up;
use rig::{Browser, Peer, cdp, eventually};
use serde_json::json;
use uuid::Uuid;

const OMAR: &str = "Omar Haddad";
/// The way into what stands at the top of a list.
const FIRST: &str = ".queue [data-session] .name";
/// What opens a sheet above the composer: to hand the chat over, and to complete it.
const HAND_OVER: &str = "section.chat .head > button[aria-expanded]:not([data-opens])";
const COMPLETE: &str = "section.chat .head > button[aria-expanded]:last-of-type";
const SUBMIT: &str = ".sheet form button[type=submit]";
/// Opens the field for private notes in a conversation.
const NOTE: &str = "button[aria-label='Write a private note']";
/// Opens the notes of a chat whose conversation is not shown.
const NOTES: &str = "section.chat section > button[aria-expanded]";
const OWN_MENU: &str = "[data-testid=own-state] button";
/// Gives the focus to what a CSS selector finds.
const FOCUS: &str = "document.querySelector(arguments[0]).focus()";
const HAS: &str = "return document.activeElement.matches(arguments[0])";
const IS_LOST: &str = "return document.activeElement === document.body";

/// Looks at a page as it is.
pub(crate) async fn look(page: &Browser, state: &str) -> Result<()> {
    has_no_faults(page, state).await?;
    holds_in_forced_colours(page, state).await?;
    fits_enlarged(page, state).await?;
    cdp::view(page, (1480, 800), 1).await
}

/// The same, and walks through it. What the walk opens or closes is not the state any more.
pub(crate) async fn walk(page: &Browser, state: &str) -> Result<()> {
    look(page, state).await?;
    comes_to_everything(page, state).await
}

/// Presses something with the keyboard; afterwards something has the focus.
async fn press_on(page: &Browser, css: &str) -> Result<()> {
    page.find(css, SOON).await?;
    page.page.execute(FOCUS, vec![json!(css)]).await?;
    press(page, Key::Return).await?;
    eventually(&format!("something has the focus after {css}"), SOON, async || {
        ensure!(page.page.execute(IS_LOST, Vec::new()).await? == json!(false), "the browser has it");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// What lay over the page is gone, and what had the focus before has it.
async fn has_given_back(page: &Browser, css: &str) -> Result<()> {
    eventually(&format!("{css} has the focus"), SOON, async || {
        let has = page.page.execute(HAS, vec![json!(css)]).await?;
        ensure!(has == json!(true), "it has not");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

async fn tell(peer: &Peer, frame: Up) -> Result<()> {
    peer.ask(&frame).await?.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}

async fn hand_over(tom: &Peer, session: SessionId) -> Result<()> {
    let note = Some("She has two printers.".to_owned());
    tell(tom, Up::HandOver { id: Uuid::new_v4(), session, to: None, note }).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn technicians_can_use_every_page_of_requests_and_chats() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    walk(&page, "nobody waits").await?;
    let (dana, omar) = (stage.caller(DANA).await?, stage.caller(OMAR).await?);
    let session = ask(&dana, "Printer offline").await?;
    let other = ask(&omar, "New laptop").await?;
    page.find(&format!("[data-session='{}']", other.0), SOON).await?;
    press_on(&page, FIRST).await?;
    walk(&page, "a request is open").await?;
    press_on(&page, NOTES).await?;
    walk(&page, "the notes of a request").await?;
    press_on(&page, NOTES).await?;
    press_on(&page, &format!("[data-session='{}'] button.quiet", other.0)).await?;
    page.find("details [data-session]", SOON).await?;
    walk(&page, "a request is silenced").await?;
    press_on(&page, "section.chat button.go").await?;
    page.find(MESSAGE, SOON).await?;
    say(&dana, session, "See https://acme.example/.").await?;
    page.find(".say a", SOON).await?;
    walk(&page, "a chat").await?;
    // Over the chat, and on a phone in its place.
    cdp::view(&page, (1120, 720), 1).await?;
    press_on(&page, "[data-opens=client]").await?;
    page.find(".side-client h3", SOON).await?;
    comes_to_everything(&page, "the client over the chat").await?;
    look(&page, "the client in place of the chat").await?;
    cdp::view(&page, (420, 720), 1).await?;
    comes_to_everything(&page, "the client on a phone").await?;
    press(&page, Key::Escape).await?;
    comes_to_everything(&page, "a chat on a phone").await?;
    cdp::view(&page, (1480, 800), 1).await?;
    press_on(&page, NOTE).await?;
    type_text(&page, "Two printers.").await?;
    press(&page, Key::Return).await?;
    page.shows("Private note, only technicians see it", SOON).await?;
    walk(&page, "a private note, and where the next one is written").await?;
    press_on(&page, ".write .end").await?;
    attach(&page).await?;
    walk(&page, "files").await?;
    press_on(&page, ".picture").await?;
    page.find("dialog[open] .full img", SOON).await?;
    walk(&page, "a picture in full").await?;
    press(&page, Key::Escape).await?;
    press_on(&page, HAND_OVER).await?;
    walk(&page, "handing over").await?;
    press_on(&page, SUBMIT).await?;
    page.find(".noting button", SOON).await?;
    walk(&page, "offered").await?;
    press_on(&page, ".noting button").await?;
    press_on(&page, COMPLETE).await?;
    walk(&page, "completing").await?;
    press_on(&page, SUBMIT).await?;
    page.find(".undo button", SOON).await?;
    look(&page, "completed").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn technicians_can_use_every_list_and_what_it_opens() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    press_on(&page, "[data-tab=history]").await?;
    page.shows("No chat has been completed yet.", SOON).await?;
    walk(&page, "an empty history").await?;
    let tom = stage.watcher().await?;
    let (dana, omar) = (stage.caller(DANA).await?, stage.caller(OMAR).await?);
    let first = ask(&dana, "Scanner").await?;
    join(&tom, first).await?;
    say(&dana, first, "It hums.").await?;
    complete(&tom, first).await?;
    let missed = ask(&dana, "Printer offline").await?;
    tell(&dana, Up::Leave { id: Uuid::new_v4(), session: missed }).await?;
    let called = ask(&omar, "New laptop").await?;
    let (phone, note) = ("+64 9 555 0100".to_owned(), Some("Before noon.".to_owned()));
    tell(&omar, Up::Callback { id: Uuid::new_v4(), session: called, phone, note }).await?;
    let team = ask(&omar, "No sound").await?;
    join(&tom, team).await?;
    for (list, state) in
        [("team", "a colleague's chat"), ("callbacks", "a callback"), ("missed", "a missed request")]
    {
        press_on(&page, &format!("[data-tab={list}]")).await?;
        press_on(&page, FIRST).await?;
        walk(&page, state).await?;
    }
    press_on(&page, "[data-tab=history]").await?;
    page.find(FIRST, SOON).await?;
    walk(&page, "the history").await?;
    press_on(&page, FIRST).await?;
    page.find("section.chat .tools", SOON).await?;
    walk(&page, "an earlier chat").await?;
    page.page.execute(FOCUS, vec![json!(".queue input")]).await?;
    type_text(&page, "zzz").await?;
    page.shows("Nothing matches.", SOON).await?;
    walk(&page, "nothing found").await?;
    hand_over(&tom, team).await?;
    press_on(&page, "[data-tab=waiting]").await?;
    press_on(&page, FIRST).await?;
    walk(&page, "a chat is offered").await?;
    press_on(&page, ".side-client .sides button:last-of-type").await?;
    press_on(&page, &format!("[data-person='{DANA}'] .invite")).await?;
    page.find("section.chat .ask .clock", SOON).await?;
    walk(&page, "invited").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn technicians_can_use_canned_replies() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    ask(&stage.caller(DANA).await?, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?.send_keys("/").await?;
    page.shows("No canned replies yet", SOON).await?;
    look(&page, "no canned replies").await?;
    press(&page, Key::Backspace).await?;
    // More than the list has room for.
    for number in 0..12 {
        add_reply(&stage, &format!("step {number}"), "Please restart the computer.")?;
    }
    with_replies(&page, &stage).await?;
    look(&page, "canned replies").await?;
    press(&page, Key::Up).await?;
    press(&page, Key::Return).await?;
    page.find("dialog[open]", SOON).await?;
    walk(&page, "managing canned replies").await?;
    press_on(&page, "dialog h3 + button").await?;
    page.find("dialog input", SOON).await?;
    walk(&page, "writing a canned reply").await?;
    press(&page, Key::Escape).await?;
    press(&page, Key::Escape).await?;
    has_given_back(&page, MESSAGE).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn technicians_can_use_what_lies_over_a_page_and_what_takes_its_place() -> Result<()> {
    let mut stage = Stage::start().await?;
    let page = stage.technician().await?;
    press_on(&page, OWN_MENU).await?;
    look(&page, "the menu").await?;
    press_on(&page, "[role=menu] button:last-of-type").await?;
    page.find("dialog[open]", SOON).await?;
    walk(&page, "signing out").await?;
    press(&page, Key::Escape).await?;
    press_on(&page, ".help").await?;
    page.find("dialog[open]", SOON).await?;
    walk(&page, "the keys").await?;
    press(&page, Key::Escape).await?;
    press_on(&page, ".jump").await?;
    look(&page, "the palette").await?;
    type_text(&page, "a").await?;
    page.find("[role=option]", SOON).await?;
    walk(&page, "the palette with what was found").await?;
    press(&page, Key::Escape).await?;
    has_given_back(&page, ".jump").await?;
    cdp::view(&page, (1200, 800), 1).await?;
    press_on(&page, ".people-button").await?;
    comes_to_everything(&page, "the people over the chat").await?;
    press(&page, Key::Escape).await?;
    page.page.execute(FOCUS, vec![json!(OWN_MENU)]).await?;
    press_with_ctrl(&page, '.').await?;
    page.find("[data-testid=own-state][data-state=away]", SOON).await?;
    look(&page, "away").await?;
    cdp::notifications(&page, stage.service.address(), "granted").await?;
    page.page.refresh().await?;
    page.find("[data-ability=rings]", SOON).await?;
    press_on(&page, "[data-testid=sound] summary").await?;
    walk(&page, "the sound").await?;
    page.open("about:blank").await?;
    page.open(&format!("{}/technician/#chat={}", stage.service.address(), Uuid::new_v4())).await?;
    page.shows("There is no such chat", SOON).await?;
    walk(&page, "an unknown chat").await?;
    stage.service.kill9();
    page.find("[data-testid=banner]", SOON).await?;
    walk(&page, "no connection").await?;
    press_on(&page, "[data-tab=history]").await?;
    page.button("Try again", SOON).await?;
    walk(&page, "no history").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_can_use_every_page() -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    walk(&page, "nobody at their desk").await?;
    let tom = stage.watcher().await?;
    page.find("[data-staffed=true]", SOON).await?;
    walk(&page, "asking").await?;
    page.page.execute(FOCUS, vec![json!(SUBJECT)]).await?;
    type_text(&page, "Printer offline").await?;
    press_on(&page, "form button.go").await?;
    page.find(MESSAGE, SOON).await?;
    walk(&page, "waiting").await?;
    let session = request(&tom).await?;
    tell(&tom, Up::Dismiss { id: Uuid::new_v4(), session }).await?;
    press_on(&page, ".status button.go").await?;
    page.find("input[type=tel]", SOON).await?;
    walk(&page, "asking to be called").await?;
    page.page.execute(FOCUS, vec![json!("input[type=tel]")]).await?;
    type_text(&page, "+64 9 555 0100").await?;
    press(&page, Key::Return).await?;
    page.find("[data-callback]", SOON).await?;
    walk(&page, "to be called").await?;
    press_on(&page, "[data-callback] button").await?;
    page.find("input[type=tel]", SOON).await?;
    walk(&page, "changing the call").await?;
    press(&page, Key::Escape).await?;
    press_on(&page, ".confirmed > button").await?;
    page.page.execute(FOCUS, vec![json!(SUBJECT)]).await?;
    type_text(&page, "New laptop").await?;
    press_on(&page, "form button.go").await?;
    let second = tom
        .until("the second request", SOON, |seen| {
            seen.sessions.values().find(|each| each.subject == "New laptop").map(|each| each.id)
        })
        .await?;
    join(&tom, second).await?;
    page.find("[data-testid=technician]", SOON).await?;
    say(&tom, second, "See https://acme.example/.").await?;
    page.find(".say a", SOON).await?;
    walk(&page, "talking").await?;
    press_on(&page, "main .head > button:last-child").await?;
    walk(&page, "leaving").await?;
    press(&page, Key::Escape).await?;
    complete(&tom, second).await?;
    page.find(".over button", SOON).await?;
    walk(&page, "ended").await?;
    press_on(&page, ".over button").await?;
    press_on(&page, "[data-chat]").await?;
    page.shows("The chat ended at", SOON).await?;
    walk(&page, "an earlier chat").await?;
    press_on(&page, "[data-testid=languages] button").await?;
    look(&page, "the languages").await?;
    press(&page, Key::Escape).await?;
    press_on(&page, ".head .new").await?;
    page.page.execute(FOCUS, vec![json!(SUBJECT)]).await?;
    type_text(&page, "Scanner").await?;
    press_on(&page, "form button.go").await?;
    page.find(MESSAGE, SOON).await?;
    press_on(&page, ".status .row button:last-of-type").await?;
    page.find("[data-testid=earlier] li:nth-of-type(2)", SOON).await?;
    press_on(&page, "[data-chat]").await?;
    page.shows("This request ended before", SOON).await?;
    walk(&page, "abandoned").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_can_use_what_lies_over_a_page_and_what_takes_its_place() -> Result<()> {
    let mut stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = stage.client().await?;
    page.find(SUBJECT, SOON).await?.click().await?;
    let dana = tom.until("Dana", SOON, |seen| seen.people.get(DANA).map(|each| each.id)).await?;
    tell(&tom, Up::Invite { id: Uuid::new_v4(), client: dana, subject: None }).await?;
    page.find("[data-testid=invitation]", SOON).await?;
    walk(&page, "an invitation").await?;
    press_on(&page, "[data-testid=invitation] button:last-of-type").await?;
    page.open("about:blank").await?;
    page.open(&format!("{}/client/#chat={}", stage.service.address(), Uuid::new_v4())).await?;
    page.find("main .empty-state button", SOON).await?;
    walk(&page, "an unknown chat").await?;
    press_on(&page, ".tail > button").await?;
    page.find("dialog[open]", SOON).await?;
    walk(&page, "signing out").await?;
    press(&page, Key::Escape).await?;
    stage.service.kill9();
    page.find("[data-testid=banner]", SOON).await?;
    walk(&page, "no connection").await?;
    stage.service.restart().await?;
    eventually("the connection is back", SOON, async || {
        ensure!(!page.text().await?.contains("No connection"), "it is not");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    press_on(&page, ".tail > button").await?;
    press_on(&page, "dialog[open] button:last-of-type").await?;
    page.shows("You are signed out here.", SOON).await?;
    walk(&page, "signed out").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_who_are_not_signed_in_can_use_every_page() -> Result<()> {
    let stage = Stage::start().await?;
    let page = Browser::start((1480, 800)).await?;
    let link = stage.service.add_technician(ACME, PRIYA)?;
    page.open(&link).await?;
    page.find("button.go", SOON).await?;
    walk(&page, "signing in").await?;
    // The portal takes its place, and a page that has just been loaded begins at its top.
    page.button("Sign in", SOON).await?.click().await?;
    page.find(OWN_MENU, SOON).await?;
    page.open(&link).await?;
    press_on(&page, "button.go").await?;
    page.shows("This link cannot sign you in", SOON).await?;
    walk(&page, "a used link").await?;
    page.open("about:blank").await?;
    page.open(&format!("{}/sign-in#unknown", stage.service.address())).await?;
    press_on(&page, "button.go").await?;
    page.shows("This link cannot sign you in", SOON).await?;
    walk(&page, "an unknown link").await?;
    let address = stage.service.address();
    page.open(&format!("{address}/technician/#code=x")).await?;
    page.find("main button.quiet", SOON).await?;
    walk(&page, "somebody's code").await?;
    page.page.delete_all_cookies().await?;
    for (path, state) in [
        ("/", "the root"),
        ("/nowhere", "an unknown address"),
        ("/sign-in", "a link without a secret"),
        ("/client/", "signed out"),
    ] {
        page.open("about:blank").await?;
        page.open(&format!("{address}{path}")).await?;
        page.find("h1", SOON).await.with_context(|| state.to_owned())?;
        walk(&page, state).await?;
    }
    Ok(())
}
