//! A large organisation on the technician's page: what is not in sight costs no elements, and everybody is found.

use crate::stage::{ACME, PRIYA, SOON, Stage, person, sign_in};
use anyhow::{Context, Result, ensure};
use rig::cdp;
use rig::{Browser, eventually};

/// Most elements on the page, whatever the number of people.
const ELEMENTS_MAX: u64 = 3_000;
/// Adds 5,000 clients of 50 companies to the people that the service tells of.
const CROWD: &str = r#"
    const Real = window.WebSocket;
    window.WebSocket = class extends Real {
        set onmessage(to) {
            super.onmessage = (event) => {
                const frame = JSON.parse(event.data);
                if (frame.type !== "people" || frame.first !== true) return to(event);
                for (let at = 0; at < 5000; at += 1) {
                    frame.people.push({
                        id: `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`,
                        name: at === 4321 ? "J\u00f6rg M\u00fcller" : `Person ${at}`,
                        role: "client",
                        company: `Company ${at % 50}`,
                        presence: { state: "offline", since: 0 },
                    });
                }
                to({ data: JSON.stringify(frame) });
            };
        }
    };"#;
const ELEMENTS: &str = "return document.querySelectorAll('*').length";

async fn is_small(page: &Browser) -> Result<()> {
    let elements = page.page.execute(ELEMENTS, Vec::new()).await?;
    let elements = elements.as_u64().context("a number of elements")?;
    ensure!(elements <= ELEMENTS_MAX, "{elements} elements");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_people_are_found_and_cost_what_is_in_sight() -> Result<()> {
    let stage = Stage::start().await?;
    let page = Browser::start((1480, 800)).await?;
    cdp::before_load(&page, CROWD).await?;
    sign_in(&page, &stage.service.add_technician(ACME, PRIYA)?).await?;
    page.find(&person("Person 0"), SOON).await?;
    page.shows("Offline, has never signed in", SOON).await?;
    is_small(&page).await?;
    // The last one, at the end of the list.
    page.page
        .execute(
            "const list = document.querySelector('.people .scroll'); list.scrollTop = list.scrollHeight",
            Vec::new(),
        )
        .await?;
    page.find(&person("Person 959"), SOON).await?;
    is_small(&page).await?;
    // Without accents, and in any order of words.
    page.find(".people input", SOON).await?.send_keys("muller 21 jorg").await?;
    eventually("only he is there", SOON, async || {
        let found = page.page.find_all(fantoccini::Locator::Css("[data-person]")).await?;
        ensure!(found.len() == 1, "{} are", found.len());
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    page.find(&person("J\u{f6}rg M\u{fc}ller"), SOON).await.map(drop)
}
