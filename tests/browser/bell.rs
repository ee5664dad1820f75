//! The bell of a portal page (C12): it notifies its user of requests and news, and says so where the browser forbids that.

use crate::stage::{
    ACME, DANA, MESSAGE, NORTHWIND, PRIYA, SOON, SUBJECT, Stage, TOM, ask, ask_on, is_offline, join, person,
    request, say, sign_in,
};
use anyhow::{Context, Result, ensure};
use chat::SessionId;
use presence::Presence;
use protocol::Up;
use rig::cdp;
use rig::{Browser, eventually};
use serde_json::{Value, json};
use std::time::Instant;
use uuid::Uuid;

/// Keeps what the page sends, the notifications that the browser has shown, which of them were to be silent, and what was played, and counts how
/// often the page asks for notifications. The desktop may take a notification away before a test looks.
const SPY: &str = "
    window.said = [];
    window.shown = [];
    window.silent = [];
    const show = ServiceWorkerRegistration.prototype.showNotification;
    ServiceWorkerRegistration.prototype.showNotification = async function (title, options) {
        await show.call(this, title, options);
        window.shown.push([title, options.body, ...options.actions.map((action) => action.title)]);
        window.silent.push(options.silent);
    };
    window.played = [];
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
        if (this.volume > 0) window.played.push([this.src.includes('late') ? 'late' : 'ring', Math.round(this.volume * 100)]);
        return play.call(this);
    };
    window.asked = 0;
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (text) {
        window.said.push(JSON.parse(text));
        send.call(this, text);
    };
    if ('Notification' in window) {
        const ask = Notification.requestPermission.bind(Notification);
        Notification.requestPermission = () => {
            window.asked += 1;
            return ask();
        };
    }";
/// The page does not hear of a change in the browser's settings by itself.
const DEAF_TO_SETTINGS: &str = "navigator.permissions.query = () => new Promise(() => {});";
/// As in a browser that has no notifications for pages, such as those of some phones.
const WITHOUT_NOTIFICATIONS: &str = "delete window.Notification;";
/// As in the app's window: its agent rings.
const IN_THE_APP: &str = "sessionStorage.setItem('deskbell.window', '1');";

/// What `said` holds of a type.
async fn said(page: &Browser, kind: &str) -> Result<Vec<Value>> {
    let script = "return window.said.filter((frame) => frame.type === arguments[0])";
    let frames = page.page.execute(script, vec![json!(kind)]).await?;
    Ok(frames.as_array().cloned().unwrap_or_default())
}

/// Whether the page has said that it can ring, on each of its connections.
async fn can_ring(page: &Browser) -> Result<Vec<bool>> {
    Ok(said(page, "hello").await?.iter().map(|hello| hello["can_ring"] == true).collect())
}

/// A browser in which notifications of the service's pages are allowed, or not, and which runs these scripts first.
async fn browser(stage: &Stage, answer: &str, scripts: &[&str]) -> Result<Browser> {
    let browser = Browser::start((1120, 720)).await?;
    cdp::notifications(&browser, stage.service.address(), answer).await?;
    for script in [SPY].iter().chain(scripts) {
        cdp::before_load(&browser, script).await?;
    }
    Ok(browser)
}

/// Priya in such a browser.
async fn priya(stage: &Stage, answer: &str, scripts: &[&str]) -> Result<Browser> {
    let browser = browser(stage, answer, scripts).await?;
    sign_in(&browser, &stage.service.add_technician(ACME, PRIYA)?).await?;
    browser.find(&person(PRIYA), SOON).await?;
    Ok(browser)
}

/// Hides the page, as behind another tab or window.
async fn look_elsewhere(page: &Browser) -> Result<()> {
    page.page.minimize_window().await?;
    eventually("the page is hidden", SOON, async || {
        let state = page.page.execute("return document.visibilityState", Vec::new()).await?;
        ensure!(state == "hidden", "{state}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// How many notifications are on the screen.
async fn on_screen(page: &Browser) -> Result<Value> {
    const COUNT: &str = "
        const done = arguments[arguments.length - 1];
        navigator.serviceWorker.getRegistration()
            .then((registration) => registration === undefined ? [] : registration.getNotifications())
            .then((all) => done(all.length))
            .catch((error) => done(String(error)));";
    page.page.execute_async(COUNT, Vec::new()).await.context("counting the notifications")
}

/// Waits until a notification with this title was shown, and gives its text and buttons.
async fn shown(page: &Browser, title: &str) -> Result<Vec<String>> {
    eventually(&format!("a notification says {title:?}"), SOON, async || {
        let all = page.page.execute("return window.shown", Vec::new()).await?;
        let all: Vec<Vec<String>> = serde_json::from_value(all)?;
        let found = all.iter().find(|each| each[0] == title).with_context(|| format!("{all:?}"))?;
        Ok::<Vec<String>, anyhow::Error>(found[1..].to_vec())
    })
    .await
}

/// Waits until the browser shows no notification.
async fn none_is_shown(page: &Browser) -> Result<()> {
    eventually("no notification is on the screen", SOON, async || {
        let count = on_screen(page).await?;
        ensure!(count == 0, "{count}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// Waits until the tab has this title, and a number on its icon or none.
async fn tab_says(page: &Browser, title: &str, has_number: bool) -> Result<()> {
    const TAB: &str =
        "return [document.title, document.querySelector('link[rel=icon]').href.startsWith('data:')]";
    eventually(&format!("the tab says {title:?}"), SOON, async || {
        let tab = page.page.execute(TAB, Vec::new()).await?;
        ensure!(tab == json!([title, has_number]), "{tab}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

/// What the service worker tells the page when a notification is clicked (`ui/src/portal/bell/clicks.ts`).
async fn click(page: &Browser, session: SessionId, button: &str) -> Result<()> {
    const CLICK: &str = "
        const [session, button] = arguments;
        const data = { is: 'click', tag: `request:${session}`, button, session };
        navigator.serviceWorker.dispatchEvent(new MessageEvent('message', { data }));";
    page.page.execute(CLICK, vec![json!(session), json!(button)]).await?;
    Ok(())
}

// C3, C4, C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_rings_at_a_hidden_page_until_somebody_joins() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = priya(&stage, "granted", &[]).await?;
    page.shows("Requests appear here and ring in this browser", SOON).await?;
    ensure!(can_ring(&page).await? == [true], "{:?}", can_ring(&page).await?);
    look_elsewhere(&page).await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    let rest = shown(&page, "Dana Reyes (Northwind Dental) needs help").await?;
    ensure!(
        rest[0].starts_with("Printer offline · waiting 0:") && rest[1..] == ["Join", "Dismiss"],
        "{rest:?}"
    );
    eventually("the service is told that it is on the screen", SOON, async || {
        let confirmed = said(&page, "ring.shown").await?;
        ensure!(confirmed.first().is_some_and(|frame| frame["session"] == json!(session)), "{confirmed:?}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    tab_says(&page, "(1) Deskbell", true).await?;
    join(&tom, session).await?;
    none_is_shown(&page).await?;
    tab_says(&page, "Deskbell", false).await
}

// C3, C10, C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_on_a_notification_silences_joins_or_opens_that_request() -> Result<()> {
    let stage = Stage::start().await?;
    let page = priya(&stage, "granted", &[]).await?;
    page.shows("ring in this browser", SOON).await?;
    let (dana, omar) = (stage.caller(DANA).await?, stage.caller("Omar Haddad").await?);
    let (printer, laptop) = (ask(&dana, "Printer offline").await?, ask(&omar, "New laptop").await?);
    shown(&page, "Dana Reyes (Northwind Dental) needs help").await?;
    shown(&page, "Omar Haddad (Northwind Dental) needs help").await?;
    click(&page, printer, "dismiss").await?;
    page.find("details [data-session]", SOON).await?;
    page.shows("Silenced for you", SOON).await?;
    click(&page, printer, "").await?;
    page.find(".chat .big", SOON).await?;
    click(&page, laptop, "join").await?;
    page.find(MESSAGE, SOON).await?;
    none_is_shown(&page).await
}

// C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_can_ring_the_page_says_why_and_does_not_claim_to() -> Result<()> {
    for (answer, scripts, says) in [
        ("denied", &[][..], "do not ring: this browser is set to block notifications"),
        ("granted", &[WITHOUT_NOTIFICATIONS], "do not ring: this browser cannot show notifications"),
        ("granted", &[IN_THE_APP], "the Deskbell app rings"),
    ] {
        let stage = Stage::start().await?;
        let page = priya(&stage, answer, scripts).await?;
        page.shows(says, SOON).await?;
        let dana = stage.caller(DANA).await?;
        ask(&dana, "Printer offline").await?;
        page.button("Join", SOON).await?;
        // The number is for everybody: it needs no permission.
        tab_says(&page, "(1) Deskbell", true).await?;
        ensure!(can_ring(&page).await? == [false], "{says}: {:?}", can_ring(&page).await?);
        ensure!(said(&page, "ring.shown").await?.is_empty(), "{says}");
        let buttons = page.page.find_all(fantoccini::Locator::Css("[data-testid=ring-line] button")).await?;
        ensure!(buttons.is_empty(), "{says}: there is nothing to press");
    }
    Ok(())
}

// C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_browser_is_asked_at_a_click_and_nobody_sees_the_page_go_for_it() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = priya(&stage, "prompt", &[DEAF_TO_SETTINGS]).await?;
    page.shows("They do not ring in this browser yet.", SOON).await?;
    let button = page.button("Allow notifications", SOON).await?;
    ensure!(page.page.execute("return window.asked", Vec::new()).await? == 0, "asked without a click");
    let dana = stage.caller(DANA).await?;
    ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?;
    let before = Instant::now();
    // What the user is about to answer.
    cdp::notifications(&page, stage.service.address(), "granted").await?;
    button.click().await?;
    page.shows("ring in this browser", SOON).await?;
    ensure!(page.page.execute("return window.asked", Vec::new()).await? == 1);
    // What waits already rings.
    shown(&page, "Dana Reyes (Northwind Dental) needs help").await?;
    ensure!(can_ring(&page).await? == [false, true], "{:?}", can_ring(&page).await?);
    let changes = tom.changes_since(PRIYA, before);
    ensure!(!changes.iter().any(is_offline), "{changes:?}");
    Ok(())
}

// C5, C8, C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_technician_who_looks_elsewhere_is_told_of_messages_ends_and_callbacks() -> Result<()> {
    let stage = Stage::start().await?;
    let page = priya(&stage, "granted", &[]).await?;
    page.shows("ring in this browser", SOON).await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    page.button("Join", SOON).await?.click().await?;
    page.find(MESSAGE, SOON).await?;
    none_is_shown(&page).await?;
    look_elsewhere(&page).await?;
    say(&dana, session, "It blinks.").await?;
    ensure!(shown(&page, "Dana Reyes (Northwind Dental)").await? == ["It blinks."]);
    let omar = stage.caller("Omar Haddad").await?;
    let other = ask(&omar, "New laptop").await?;
    let call =
        Up::Callback { id: Uuid::new_v4(), session: other, phone: "+64 9 555 0100".to_owned(), note: None };
    omar.ask(&call).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    dana.ask(&Up::Leave { id: Uuid::new_v4(), session })
        .await?
        .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    shown(&page, "Omar asks to be called: +64 9 555 0100").await?;
    ensure!(shown(&page, "The chat has ended.").await? == ["Printer offline"]);
    Ok(())
}

// C8, C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_who_looks_elsewhere_is_told_who_joined_and_what_they_say() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = browser(&stage, "granted", &[]).await?;
    sign_in(&page, &stage.service.add_client(ACME, DANA, NORTHWIND)?).await?;
    page.shows("This browser tells you when somebody joins, writes or invites you.", SOON).await?;
    ask_on(&page, "Printer offline").await?;
    let session = request(&tom).await?;
    look_elsewhere(&page).await?;
    join(&tom, session).await?;
    ensure!(
        shown(&page, &format!("{} joined.", TOM.split(' ').next().unwrap_or_default())).await?
            == ["Printer offline"]
    );
    say(&tom, session, "Hello Dana.").await?;
    ensure!(shown(&page, TOM).await? == ["Hello Dana."]);
    Ok(())
}

// C7, C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_who_looks_elsewhere_is_invited_and_accepts_from_the_notification() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = browser(&stage, "granted", &[]).await?;
    sign_in(&page, &stage.service.add_client(ACME, DANA, NORTHWIND)?).await?;
    // A page is idle until somebody uses it (P11).
    page.find(SUBJECT, SOON).await?.click().await?;
    let client = tom
        .until("Dana is Online", SOON, |seen| {
            let dana = seen.people.get(DANA)?;
            matches!(dana.presence, Presence::Online { .. }).then_some(dana.id)
        })
        .await?;
    look_elsewhere(&page).await?;
    let id = Uuid::new_v4();
    let invite = Up::Invite { id, client, subject: Some("Printer offline".to_owned()) };
    let session = tom.ask(&invite).await?.ok().context("the invitation is sent")?.session;
    let rest = shown(&page, "Tom from Acme IT would like to chat").await?;
    ensure!(rest == ["Printer offline", "Accept", "Not now"], "{rest:?}");
    click(&page, session.context("the answer names the session")?, "accept").await?;
    page.find(MESSAGE, SOON).await?;
    none_is_shown(&page).await
}

// C9, C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_that_is_offered_to_a_technician_rings_in_the_browser_with_its_note() -> Result<()> {
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = priya(&stage, "granted", &[]).await?;
    page.shows("ring in this browser", SOON).await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    join(&tom, session).await?;
    none_is_shown(&page).await?;
    look_elsewhere(&page).await?;
    let note = Some("Second line.".to_owned());
    let offer = Up::HandOver { id: Uuid::new_v4(), session, to: None, note };
    tom.ask(&offer).await?.ok().context("the offer is taken")?;
    let rest = shown(&page, "Tom hands over Dana Reyes (Northwind Dental)").await?;
    ensure!(rest == ["Second line.", "Join", "Dismiss"], "{rest:?}");
    click(&page, session, "join").await?;
    page.find(MESSAGE, SOON).await?;
    none_is_shown(&page).await
}

/// Presses "Test" and gives what was played by then, with its volume in percent, and whether each notification was to be silent.
async fn test_sound(page: &Browser) -> Result<Value> {
    const SO_FAR: &str = "return [window.played, window.silent]";
    let count = |so_far: &Value| so_far[1].as_array().map_or(0, Vec::len);
    let before = count(&page.page.execute(SO_FAR, Vec::new()).await?);
    page.button("Test", SOON).await?.click().await?;
    eventually("the test is shown", SOON, async || {
        let so_far = page.page.execute(SO_FAR, Vec::new()).await?;
        ensure!(count(&so_far) == before + 1, "{so_far}");
        Ok::<Value, anyhow::Error>(so_far)
    })
    .await
}

// C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_technician_tries_the_sound_sets_its_volume_and_turns_it_off_for_good() -> Result<()> {
    const LOUD: &str = "
        const range = document.querySelector('input[type=range]');
        range.value = 100;
        range.dispatchEvent(new Event('input', { bubbles: true }));";
    let stage = Stage::start().await?;
    let tom = stage.watcher().await?;
    let page = priya(&stage, "granted", &[]).await?;
    page.find("[data-testid=sound] summary", SOON).await?.click().await?;
    let so_far = test_sound(&page).await?;
    ensure!(so_far == json!([[["ring", 50]], [true]]), "{so_far}");
    shown(&page, "This is a test").await?;
    page.page.execute(LOUD, Vec::new()).await?;
    let so_far = test_sound(&page).await?;
    ensure!(so_far == json!([[["ring", 50], ["ring", 100]], [true, true]]), "{so_far}");
    page.find("[data-testid=sound] input[type=checkbox]", SOON).await?.click().await?;
    page.shows("You have turned the sound off, so notifications are silent.", SOON).await?;
    let so_far = test_sound(&page).await?;
    ensure!(so_far == json!([[["ring", 50], ["ring", 100]], [true, true, true]]), "{so_far}");
    page.page.refresh().await?;
    page.shows("You have turned the sound off, so notifications are silent.", SOON).await?;
    let dana = stage.caller(DANA).await?;
    let session = ask(&dana, "Printer offline").await?;
    shown(&page, "Dana Reyes (Northwind Dental) needs help").await?;
    let so_far = page.page.execute("return [window.played, window.silent]", Vec::new()).await?;
    ensure!(so_far == json!([[], [true]]), "{so_far}");
    // It would ring again, and with the sound that is about to be turned on.
    join(&tom, session).await?;
    none_is_shown(&page).await?;
    page.find("[data-testid=sound] summary", SOON).await?.click().await?;
    page.find("[data-testid=sound] input[type=checkbox]", SOON).await?.click().await?;
    let so_far = test_sound(&page).await?;
    ensure!(so_far[0] == json!([["ring", 100]]), "the volume was kept: {so_far}");
    Ok(())
}

// C12
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_portal_can_be_installed_as_an_app_of_its_own() -> Result<()> {
    const MANIFEST: &str = "
        const done = arguments[arguments.length - 1];
        const link = document.querySelector('link[rel=manifest]');
        fetch(link.href).then((answer) => answer.json()).then((manifest) => {
            const from = (path) => new URL(path, link.href).pathname;
            fetch(new URL(manifest.icons[0].src, link.href)).then((icon) =>
                done([from(manifest.start_url), from(manifest.scope), icon.headers.get('content-type')]));
        });";
    let stage = Stage::start().await?;
    let page = stage.technician().await?;
    let found = page.page.execute_async(MANIFEST, Vec::new()).await?;
    ensure!(found == json!(["/technician/", "/technician/", "image/png"]), "{found}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_top_bar_says_whether_requests_ring_in_this_browser() -> Result<()> {
    const CHIP: &str = "[data-testid=rings-here]";
    let stage = Stage::start().await?;
    let says = async |page: &Browser, words: &str| {
        eventually(&format!("the top bar says {words:?}"), SOON, async || {
            let label = page.find(CHIP, SOON).await?.attr("aria-label").await?;
            ensure!(label.as_deref() == Some(words), "{label:?}");
            Ok::<(), anyhow::Error>(())
        })
        .await
    };
    let page = browser(&stage, "granted", &[]).await?;
    sign_in(&page, &stage.service.add_technician(ACME, PRIYA)?).await?;
    says(&page, "Rings here").await?;
    page.find(CHIP, SOON).await?.click().await?;
    page.shows("Requests appear here and ring in this browser", SOON).await?;
    // Its sound is set here, too.
    page.find("dialog summary", SOON).await?.click().await?;
    page.find("dialog input[type=checkbox]", SOON).await?.click().await?;
    says(&page, "Shows here, without sound").await?;
    let denied = browser(&stage, "denied", &[]).await?;
    sign_in(&denied, &stage.service.add_technician(ACME, TOM)?).await?;
    says(&denied, "Does not ring here").await
}
