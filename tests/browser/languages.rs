//! The portals in German and Arabic: the language is the reader's or the one they chose, the page runs from the right where it has to, and nothing
//! is cut off, unreadable or left in the words of the catalogue's files.

use crate::accessible::has_no_faults;
use crate::layout::TOO_WIDE;
use crate::replies::{press, with_replies};
use crate::stage::{DANA, SOON, SUBJECT, Stage, ask, join, open, request, say};
use anyhow::{Context, Result, ensure};
use fantoccini::key::Key;
use rig::{Browser, cdp, eventually};
use serde_json::json;

/// A language, and some of its words.
struct Language {
    code: &'static str,
    direction: &'static str,
    own_name: &'static str,
    sign_in: &'static str,
    nobody_waits: &'static str,
    join: &'static str,
    complete: &'static str,
    how_can_we_help: &'static str,
    ask: &'static str,
    nobody: &'static str,
    call_me: &'static str,
}

const GERMAN: Language = Language {
    code: "de",
    direction: "ltr",
    own_name: "Deutsch",
    sign_in: "Anmelden",
    nobody_waits: "Niemand wartet.",
    join: "Beitreten",
    complete: "Abschließen",
    how_can_we_help: "Wie können wir helfen?",
    ask: "Chat anfragen",
    nobody: "Zurzeit ist niemand am Platz. Sie sind als Nächstes an der Reihe.",
    call_me: "Um Rückruf bitten",
};

const ARABIC: Language = Language {
    code: "ar",
    direction: "rtl",
    own_name: "العربية",
    sign_in: "تسجيل الدخول",
    nobody_waits: "لا أحد في الانتظار.",
    join: "انضمام",
    complete: "إكمال",
    how_can_we_help: "كيف يمكننا مساعدتك؟",
    ask: "طلب محادثة",
    nobody: "لا أحد يستقبل الطلبات الآن. دورك هو التالي.",
    call_me: "اتصلوا بي",
};

/// Narrow and wide, in CSS pixels.
const VIEWS: [(u32, u32); 2] = [(640, 720), (1440, 900)];

/// What people read or hear that is the name of a text instead of the text.
const IDS: &str = r"
    const is = /\b(?:state|presence|own|late|technician|bell|keys|talk|client|sign-in|desk|question|refused|replies)-[a-z][a-z-]*\b/;
    const labels = [...document.querySelectorAll('[aria-label], [title], [placeholder]')]
        .flatMap((each) => [each.ariaLabel, each.title, each.getAttribute('placeholder')]);
    return [document.title, ...document.body.innerText.split('\n'), ...labels].filter((text) => is.test(text ?? ''));";

/// Names and subjects that do not begin on the side where the page's lines begin.
const ASTRAY: &str = "
    const isFromRight = document.documentElement.dir === 'rtl', found = [];
    for (const each of document.querySelectorAll('[dir=auto]:not(.say, .text, textarea)')) {
        const style = getComputedStyle(each);
        if (each.offsetParent === null || style.display === 'inline' || style.textAlign.includes('center')) continue;
        const range = document.createRange();
        range.selectNodeContents(each);
        const [text, box] = [range.getBoundingClientRect(), each.getBoundingClientRect()];
        const gap = isFromRight
            ? box.right - parseFloat(style.paddingRight) - text.right
            : text.left - parseFloat(style.paddingLeft) - box.left;
        if (text.width > 0 && gap > 2) found.push(`${each.textContent.trim()}: ${gap} px from where its line begins`);
    }
    return found;";

/// Nothing is cut off, unreadable or nameless on this page.
async fn is_whole(page: &Browser, language: &Language, state: &str) -> Result<()> {
    let state = format!("{} {state}", language.code);
    has_no_faults(page, &state).await?;
    for size in VIEWS {
        cdp::view(page, size, 1).await?;
        eventually(&format!("{state} at {size:?}"), SOON, async || {
            let width = page.page.execute("return innerWidth", Vec::new()).await?;
            ensure!(width == json!(size.0), "the view is {width} wide");
            let found = page.page.execute(TOO_WIDE, Vec::new()).await?;
            ensure!(found == json!([]), "{found}");
            for faults in [IDS, ASTRAY] {
                let found = page.page.execute(faults, Vec::new()).await?;
                ensure!(found == json!([]), "{found}");
            }
            Ok::<(), anyhow::Error>(())
        })
        .await?;
    }
    cdp::view(page, (1480, 800), 1).await
}

/// Waits until the page says that it is in this language.
async fn speaks(page: &Browser, language: &Language) -> Result<()> {
    const IS: &str = "return [document.documentElement.lang, document.documentElement.dir]";
    eventually(&format!("the page is in {}", language.code), SOON, async || {
        let is = page.page.execute(IS, Vec::new()).await?;
        ensure!(is == json!([language.code, language.direction]), "{is}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// Chooses the language in the menu that this button opens.
async fn choose(page: &Browser, button: &str, language: &Language) -> Result<()> {
    page.find(button, SOON).await?.click().await?;
    page.button(language.own_name, SOON).await?.click().await?;
    speaks(page, language).await
}

async fn the_technicians_portal_is_whole_in(language: &Language) -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    choose(&page, "[data-testid=own-state] button", language).await?;
    page.shows(language.nobody_waits, SOON).await?;
    is_whole(&page, language, "nobody waits").await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.find("[data-session] .name", SOON).await?.click().await?;
    is_whole(&page, language, "a request is open").await?;
    page.button(language.join, SOON).await?.click().await?;
    open(&dana, session).await?;
    say(&dana, session, "It hums.").await?;
    page.shows("It hums.", SOON).await?;
    is_whole(&page, language, "a chat").await?;
    with_replies(&page, &stage).await?;
    is_whole(&page, language, "canned replies").await?;
    press(&page, &[Key::Up, Key::Return]).await?;
    page.find("dialog[open] button", SOON).await?;
    is_whole(&page, language, "managing replies").await?;
    press(&page, &[Key::Escape]).await?;
    page.button(language.complete, SOON).await?.click().await?;
    is_whole(&page, language, "completing").await?;
    page.find("[data-testid=own-state] button", SOON).await?.click().await?;
    is_whole(&page, language, "the menu").await
}

async fn the_clients_portal_is_whole_in(language: &Language) -> Result<()> {
    let stage = Stage::start().await?;
    let page = stage.client().await?;
    choose(&page, "[data-testid=languages] button", language).await?;
    page.shows(language.how_can_we_help, SOON).await?;
    is_whole(&page, language, "asking").await?;
    page.find(SUBJECT, SOON).await?.send_keys("Printer offline").await?;
    page.button(language.ask, SOON).await?.click().await?;
    page.shows(language.nobody, SOON).await?;
    page.button(language.call_me, SOON).await?.click().await?;
    page.find("input[type=tel]", SOON).await?;
    is_whole(&page, language, "asking to be called").await?;
    let tom = stage.watcher().await?;
    let session = request(&tom).await?;
    join(&tom, session).await?;
    say(&tom, session, "Good morning.").await?;
    page.shows("Good morning.", SOON).await?;
    is_whole(&page, language, "talking").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn technicians_choose_german_and_every_page_is_whole() -> Result<()> {
    the_technicians_portal_is_whole_in(&GERMAN).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn technicians_choose_arabic_and_every_page_runs_from_the_right() -> Result<()> {
    the_technicians_portal_is_whole_in(&ARABIC).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_choose_german_and_every_page_is_whole() -> Result<()> {
    the_clients_portal_is_whole_in(&GERMAN).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_choose_arabic_and_every_page_runs_from_the_right() -> Result<()> {
    the_clients_portal_is_whole_in(&ARABIC).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_speaks_the_browsers_language_and_english_if_its_words_cannot_be_loaded() -> Result<()> {
    let stage = Stage::start().await?;
    let browser = Browser::start((1480, 800)).await?;
    let link = stage.service.add_technician("Acme IT", "Priya Shah")?;
    for language in [&ARABIC, &GERMAN] {
        cdp::language(&browser, &format!("{},fr", language.code)).await?;
        // The same link again would only be another place of the same page.
        browser.open("about:blank").await?;
        browser.open(&link).await?;
        speaks(&browser, language).await?;
        browser.button(language.sign_in, SOON).await.context("the button is in the browser's language")?;
    }
    cdp::block(&browser, &["*words-de*"]).await?;
    browser.open("about:blank").await?;
    browser.open(&link).await?;
    browser.button("Sign in", SOON).await?;
    Ok(())
}
