//! Both portals in a browser, light and dark.

use crate::cast::{Cast, DANA, PRIYA, SOON, ask, done, say};
use anyhow::Result;
use protocol::Up;
use rig::{Browser, cdp};
use std::path::Path;
use uuid::Uuid;

/// In CSS pixels: list, chat and context beside each other.
const TECHNICIANS: (u32, u32) = (1440, 860);
/// In CSS pixels: a phone.
const CLIENTS: (u32, u32) = (390, 760);
const MESSAGE: &str = "textarea[aria-label=\"Message\"]";
const RETURN: &str = "\u{e007}";

pub(crate) async fn take(cast: &Cast, folder: &Path) -> Result<()> {
    let technician = signed_in(cast, PRIYA, TECHNICIANS).await?;
    let jonas = cast.peer("Jonas Weber").await?;
    let theirs = ask(&jonas, "No sound in calls", Some("48207")).await?;
    technician.button("Join", SOON).await?.click().await?;
    technician.find(MESSAGE, SOON).await?;
    say(&jonas, theirs, "Nobody hears me.").await?;
    technician.shows("Nobody hears me", SOON).await?;

    let client = signed_in(cast, DANA, CLIENTS).await?;
    client.find("form input[required]", SOON).await?.send_keys("Printer offline").await?;
    client.button("Ask for a chat", SOON).await?.click().await?;
    technician.find("[data-tab=waiting]", SOON).await?.click().await?;
    technician.button("Join", SOON).await?.click().await?;
    client
        .find(MESSAGE, SOON)
        .await?
        .send_keys(&format!("It says “no paper”, but there is some.{RETURN}"))
        .await?;
    technician.shows("no paper", SOON).await?;
    let answer =
        format!("I see it here, too. Please open the lower tray and push the paper to the left.{RETURN}");
    technician.find(MESSAGE, SOON).await?.send_keys(&answer).await?;
    client.shows("push the paper", SOON).await?;
    client.find(MESSAGE, SOON).await?.send_keys(&format!("That was it. Thank you!{RETURN}")).await?;
    technician.shows("That was it", SOON).await?;

    let (ruth, sam) = (cast.peer("Ruth Adler").await?, cast.peer("Sam Okafor").await?);
    ask(&ruth, "Cannot open the shared calendar", Some("48214")).await?;
    ask(&sam, "New laptop for Monday", None).await?;
    let (ines, ada) = (cast.peer("Ines Duarte").await?, cast.peer("Ada Lind").await?);
    let hers = ask(&ada, "VPN asks for a code", None).await?;
    done(&ines, Up::Join { id: Uuid::new_v4(), session: hers }).await?;
    technician.find("[data-tab=team] .count:not(:empty)", SOON).await?;
    for theme in ["light", "dark"] {
        for (browser, name) in [(&technician, "technician"), (&client, "client")] {
            cdp::theme(browser, theme).await?;
            browser.save_picture(&folder.join(format!("{name}-{theme}.png"))).await?;
        }
    }
    Ok(())
}

async fn signed_in(cast: &Cast, name: &str, size: (u32, u32)) -> Result<Browser> {
    let browser = Browser::start(size).await?;
    cdp::notifications(&browser, cast.service.address(), "granted").await?;
    cdp::view(&browser, size, 1).await?;
    browser.open(&cast.link(name)?).await?;
    browser.button("Sign in", SOON).await?.click().await?;
    Ok(browser)
}
