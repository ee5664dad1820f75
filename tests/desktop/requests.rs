//! C2, C3, C4: a request rings as a toast on two technicians' desktops, and one of them wins.

use crate::stage::{AT_ONCE, SOON, Stage, is_away, profile};
use anyhow::{Context, Result, ensure};
use chat::{SessionId, Status};
use presence::AwayReason;
use protocol::{ErrorCode, PreferenceChange, Up};
use rig::desktop::Toasts;
use rig::{App, Browser, Desktop, Options, Peer, Toast};
use std::time::Duration;
use uuid::Uuid;

const PRIYA: &str = "Priya Shah";
const TOM: &str = "Tom Berg";
const DANA: &str = "Dana Reyes";
const TITLE: &str = "Dana Reyes (Northwind Dental) needs help";
const TOASTS: Options =
    Options { tray: rig::desktop::Tray::Host, toasts: Toasts::Recorder, ..Options::DEFAULT };

async fn ask(client: &Peer, subject: &str) -> Result<SessionId> {
    let id = Uuid::new_v4();
    let frame = Up::Request { id, subject: subject.to_owned(), reference: Some("48213".to_owned()) };
    let answer = client.ask(&frame).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    answer.session.context("the answer names the session")
}

fn buttons(toast: &Toast) -> Vec<&str> {
    toast.actions.iter().filter(|(key, _)| key != "default").map(|(_, label)| label.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_in_a_browser_rings_two_technicians_and_sees_who_joined() -> Result<()> {
    let stage = Stage::start().await?;
    let (priyas, _priya) = stage.technician_on(TOASTS, PRIYA).await?;
    let (toms, _tom) = stage.technician_on(TOASTS, TOM).await?;
    let browser = Browser::start((480, 760)).await?;
    let link = stage.service.add_client(crate::stage::ACME, DANA, "Northwind Dental")?;
    browser.open(&link).await?;
    browser.button("Sign in", SOON).await?.click().await?;
    browser.find("input", SOON).await?.send_keys("Printer offline").await?;
    browser.button("Ask for a chat", SOON).await?.click().await?;

    let (priyas_toasts, toms_toasts) = (priyas.toasts()?, toms.toasts()?);
    let (first, second) =
        tokio::try_join!(priyas_toasts.shown(TITLE, AT_ONCE), toms_toasts.shown(TITLE, AT_ONCE))?;
    for toast in [&first, &second] {
        ensure!(buttons(toast) == ["Join", "Dismiss"], "{toast:?}");
        ensure!(toast.body.starts_with("Printer offline · waiting 0:0"), "{toast:?}");
        ensure!(toast.sounds && toast.expire_ms == 0, "{toast:?}");
    }
    priyas.toasts()?.press(&first, "Join").await?;
    toms.toasts()?.closed(second.id, AT_ONCE).await?;
    let technician = browser.find("[data-testid=\"technician\"]", SOON).await?;
    ensure!(technician.text().await?.contains(PRIYA), "the client reads {:?}", technician.text().await?);

    // C4, C10: a late click on the other one says who joined.
    toms.toasts()?.invoke(second.id, "join").await?;
    toms.toasts()?.shown("Priya joined at", SOON).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_join_is_told_who_won_and_the_same_join_repeated_gives_the_same_answer() -> Result<()> {
    let stage = Stage::start().await?;
    let first = stage.watcher().await?;
    let second = Peer::join(&stage.service.add_technician(crate::stage::ACME, TOM)?).await?;
    let client = stage.client(DANA, "Northwind Dental").await?;
    let session = ask(&client, "Printer offline").await?;
    let join = Up::Join { id: Uuid::new_v4(), session };
    first.ask(&join).await?.map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?;
    let Err(late) = second.ask(&Up::Join { id: Uuid::new_v4(), session }).await? else {
        anyhow::bail!("two technicians won")
    };
    ensure!(late.code == ErrorCode::Taken && late.by.as_deref() == Some("Ana Lind"), "{late:?}");
    let again = first.ask(&Up::Join { id: Uuid::new_v4(), session }).await?;
    ensure!(again.is_ok(), "{again:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ringing_replaces_the_toast_under_the_same_id() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, _app) = stage.technician_on(TOASTS, PRIYA).await?;
    let client = stage.client(DANA, "Northwind Dental").await?;
    ask(&client, "Printer offline").await?;
    let first = desktop.toasts()?.shown(TITLE, AT_ONCE).await?;
    ensure!(first.replaces == 0, "{first:?}");
    // C3: it rings again after 20 s, and a loaded machine is late.
    let again = desktop.toasts()?.shown("waiting 0:2", Duration::from_secs(40)).await?;
    ensure!(again.id == first.id && again.replaces == first.id && again.sounds, "{again:?}");
    ensure!(desktop.toasts()?.on_screen().len() == 1, "{:?}", desktop.toasts()?.on_screen());
    Ok(())
}

/// Waits until the app knows the number of its toast: the daemon shows it before it answers.
pub(crate) async fn knows_its_toast(desktop: &Desktop) -> Result<()> {
    rig::eventually("the app has noted its toast", SOON, async || {
        let notes = std::fs::read_dir(desktop.runtime_folder().join("deskbell"))?;
        let noted = notes.flatten().any(|file| file.path().extension().is_some_and(|name| name == "toasts"));
        ensure!(noted, "it has not");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_toast_left_by_a_killed_app_is_taken_over_after_its_restart() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, mut app) = stage.technician_on(TOASTS, PRIYA).await?;
    let client = stage.client(DANA, "Northwind Dental").await?;
    ask(&client, "Printer offline").await?;
    let left = desktop.toasts()?.shown(TITLE, AT_ONCE).await?;
    knows_its_toast(&desktop).await?;
    app.kill9();
    let _app = App::start(&desktop, &profile(PRIYA)).await?;
    rig::eventually("the toast is replaced or closed", SOON, async || {
        let toasts = desktop.toasts()?;
        let taken_over = toasts.on_screen().iter().any(|toast| toast.replaces == left.id);
        let closed = toasts
            .events()
            .iter()
            .any(|event| matches!(event, rig::ToastEvent::Closed(id) if *id == left.id));
        ensure!(taken_over || closed, "{:?}", toasts.events());
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    desktop.toasts()?.shown(TITLE, SOON).await.context("and there is one toast for the request")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_that_was_killed_closes_the_toast_of_a_request_that_is_over_by_its_restart() -> Result<()> {
    let stage = Stage::start().await?;
    let (desktop, mut app) = stage.technician_on(TOASTS, PRIYA).await?;
    let client = stage.client(DANA, "Northwind Dental").await?;
    let session = ask(&client, "Printer offline").await?;
    let left = desktop.toasts()?.shown(TITLE, AT_ONCE).await?;
    knows_its_toast(&desktop).await?;
    app.kill9();
    client.ask(&Up::Leave { id: Uuid::new_v4(), session }).await?.ok().context("leaving")?;
    let _app = App::start(&desktop, &profile(PRIYA)).await?;
    desktop.toasts()?.closed(left.id, SOON).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_away_technician_gets_the_toast_and_dismissing_it_silences_only_that_one() -> Result<()> {
    let stage = Stage::start().await?;
    let watcher = stage.watcher().await?;
    let (desktop, app) = stage.technician_on(TOASTS, PRIYA).await?;
    app.verb(&desktop, &["away"])?;
    watcher.presence(PRIYA, SOON, |seen| is_away(seen, AwayReason::Manual)).await?;
    let client = stage.client(DANA, "Northwind Dental").await?;
    let session = ask(&client, "Printer offline").await?;
    let toast = desktop.toasts()?.shown(TITLE, AT_ONCE).await?;
    desktop.toasts()?.press(&toast, "Dismiss").await?;
    app.status_until(&desktop, "it is silenced and still in the menu", SOON, |status| {
        (status["waiting"][0]["dismissed"] == true).then_some(())
    })
    .await?;
    let waits = watcher.seen().sessions[&session].status;
    ensure!(waits == Status::Waiting, "it is {waits:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_cannot_set_a_preference_and_sees_nothing_of_another_company() -> Result<()> {
    let stage = Stage::start().await?;
    let technician = stage.watcher().await?;
    let dana = stage.client(DANA, "Northwind Dental").await?;
    let omar = stage.client("Omar Haddad", "Harbour Law").await?;
    // P8, by frame; by menu and command line: `client_app.rs`.
    let away = PreferenceChange::Away { for_ms: None, until_back: false };
    let prefer = Up::Prefer { id: Uuid::new_v4(), preference: away, set_ago_ms: 0 };
    let refused = dana.ask(&prefer).await?;
    ensure!(matches!(&refused, Err(refusal) if refusal.code == ErrorCode::NotAllowed), "{refused:?}");

    let session = ask(&dana, "Printer offline").await?;
    technician.ask(&Up::Join { id: Uuid::new_v4(), session }).await?.ok().context("joining")?;
    let text = "the alarm code is 4711".to_owned();
    let message = Up::Message { id: Uuid::new_v4(), session, text };
    dana.ask(&message).await?.ok().context("writing")?;
    // All that another client can try with an id that they should not even know.
    let id = Uuid::new_v4;
    let tries = [
        Up::Open { id: id(), session, after: 0 },
        Up::Message { id: id(), session, text: "hello".to_owned() },
        Up::Leave { id: id(), session },
        Up::Callback { id: id(), session, phone: "1".to_owned(), note: None },
        Up::Join { id: id(), session },
    ];
    for frame in tries {
        let answer = omar.ask(&frame).await?;
        let refused = matches!(
            &answer,
            Err(refusal) if matches!(refusal.code, ErrorCode::NotFound | ErrorCode::NotAllowed)
        );
        ensure!(refused, "{frame:?}: {answer:?}");
    }
    omar.send(&Up::WatchPeople)?;
    omar.send(&Up::Seen { session, number: 1 })?;
    // An answer that comes after all of the above: whatever those brought has come before it.
    omar.ask(&Up::ListDevices { id: id() }).await?.ok().context("listing devices")?;
    let seen = omar.seen();
    ensure!(seen.people.is_empty() && seen.sessions.is_empty() && seen.messages.is_empty(), "{seen:?}");
    for (_, frame) in &seen.frames {
        for secret in ["Dana", "Northwind", "4711", "Ana Lind", "Printer", &session.0.to_string()] {
            ensure!(!frame.contains(secret), "{secret} went to another company: {frame}");
        }
    }
    Ok(())
}

/// Two desktops are two computers: what one user sees on both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_computers_the_one_that_was_used_last_rings() -> Result<()> {
    let stage = Stage::start().await?;
    let (first, _one) = stage.technician_on(TOASTS, PRIYA).await?;
    let link = stage.service.link(&["person", "link", "--org", crate::stage::ACME, "--name", PRIYA])?;
    let second = Desktop::start(TOASTS).await?;
    let two = App::start(&second, &profile(PRIYA)).await?;
    two.sign_in(&second, &link)?;
    two.connected(&second, SOON).await?;
    // Both go idle; then somebody sits down at the second.
    two.status_until(&second, "idle", SOON, |status| {
        status["devices"].as_array()?.iter().all(|device| device["activity"].is_object()).then_some(())
    })
    .await?;
    second.screen()?.tap()?;
    two.status_until(&second, "used", SOON, |status| {
        (status["here"]["activity"] == "active" && status["shown"]["state"] == "online").then_some(())
    })
    .await?;
    let client = stage.client(DANA, "Northwind Dental").await?;
    ask(&client, "Printer offline").await?;
    second.toasts()?.shown(TITLE, AT_ONCE).await?;
    // C3: it confirmed within 2 s, so the other one keeps still.
    rig::wait::throughout(Duration::from_secs(4), async || {
        let others = first.toasts()?.on_screen();
        ensure!(others.is_empty(), "the computer that nobody is at rings: {others:?}");
        Ok(())
    })
    .await
}
