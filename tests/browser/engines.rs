//! The life of chats in each engine: two clients and two technicians, from the invitation to the undone completion and the history, with the
//! network lost for a while in between.

use crate::stage::{
    ACME, DANA, MESSAGE, NORTHWIND, PRIYA, SOON, SUBJECT, Stage, TOM, ask, heard, join, open, person, reads,
};
use anyhow::{Context, Result, ensure};
use chat::{SessionId, Status};
use fantoccini::elements::Element;
use presence::{Activity, IdleReason, Presence};
use protocol::{SessionView, Up};
use rig::{Browser, Engine, Peer, Relay, eventually};
use std::time::{Duration, Instant};
use uuid::Uuid;

const OMAR: &str = "Omar Haddad";
const RETURN: &str = "\u{e007}";
/// A picture that somebody has, 128 pixels wide.
const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../icons/128x128.png");
/// The field of the history.
const SEARCH: &str = ".queue input[type=search]";
/// Keeps what a page tells its user for a moment.
const KEEP_TOLD: &str = "
    const notice = document.querySelector('[data-testid=notice]');
    window.told = [];
    new MutationObserver(() => window.told.push(notice.textContent))
        .observe(notice, { childList: true, characterData: true, subtree: true });";
/// How long an invitation waits for its answer (C7).
const INVITATION: Duration = Duration::from_secs(60);
/// How long the network is lost.
const LOST: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_life_of_chats_in_chromium() -> Result<()> {
    Play::begin(Engine::Chromium).await?.all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_life_of_chats_in_firefox() -> Result<()> {
    Play::begin(Engine::Firefox).await?.all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_life_of_chats_in_the_apps_webkit() -> Result<()> {
    Play::begin(Engine::WebKit).await?.all().await
}

/// Priya and Dana in browsers, behind a network that can be lost; Tom and Omar elsewhere.
struct Play {
    priya: Browser,
    dana: Browser,
    tom: Peer,
    omar: Peer,
    network: Relay,
    _stage: Stage,
}

impl Play {
    async fn begin(engine: Engine) -> Result<Self> {
        let stage = Stage::start().await?;
        let network = Relay::start(stage.service.port()).await?;
        let link = |link: String| network.through(&link, stage.service.port());
        let priya = page(engine, (1480, 800), &link(stage.service.add_technician(ACME, PRIYA)?)).await?;
        priya.find(&person(PRIYA), SOON).await?;
        let dana = page(engine, (480, 760), &link(stage.service.add_client(ACME, DANA, NORTHWIND)?)).await?;
        // A page is idle until somebody uses it (P11).
        dana.find(SUBJECT, SOON).await?.click().await?;
        let (tom, omar) = (stage.watcher().await?, stage.caller(OMAR).await?);
        tom.presence(DANA, SOON, |is| matches!(is, Presence::Online { .. })).await?;
        // Rows that arrive later would move the others while somebody clicks.
        for name in [TOM, OMAR] {
            priya.find(&person(name), SOON).await?;
        }
        Ok(Self { priya, dana, tom, omar, network, _stage: stage })
    }

    async fn all(self) -> Result<()> {
        self.drops().await.context("what is dropped beside a chat")?;
        self.invitations().await.context("invitations")?;
        let session = self.question().await.context("a question")?;
        self.lost_network(session).await.context("a lost network")?;
        self.picture().await.context("a picture")?;
        self.private_note(session).await.context("a private note")?;
        self.hand_over(session).await.context("a hand-over")?;
        self.team(session).await.context("the team's chats")?;
        self.completion(session).await.context("a completion")?;
        self.history(session).await.context("the history")?;
        self.callback().await.context("a callback")?;
        self.unanswered().await.context("an invitation without an answer")?;
        self.missed().await.context("a missed request")
    }

    /// A file that nothing on the page takes does not replace the page.
    async fn drops(&self) -> Result<()> {
        const DROP: &str = "
            const data = new DataTransfer();
            data.items.add(new File(['It hums.'], 'notes.txt', { type: 'text/plain' }));
            return ['dragover', 'drop'].every((kind) => !document.querySelector('h1')
                .dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true })));";
        for page in [&self.priya, &self.dana] {
            let is_ignored = page.page.execute(DROP, Vec::new()).await?;
            ensure!(is_ignored == true, "the browser opens it");
        }
        Ok(())
    }

    // C7
    async fn invitations(&self) -> Result<()> {
        self.invite(DANA).await?;
        self.dana.button("Not now", SOON).await?.click().await?;
        self.priya.shows("Dana answered: not now.", SOON).await?;
        let away = Activity::Idle { reason: IdleReason::Locked, idle_for_ms: 0 };
        self.omar.report(away).await?;
        self.tom.presence(OMAR, SOON, |is| matches!(is, Presence::Away { .. })).await?;
        let row = format!("return document.querySelector('{}').textContent", person(OMAR));
        eventually("an Away client is not invited", SOON, async || {
            let row = self.priya.page.execute(&row, Vec::new()).await?.to_string();
            ensure!(row.contains("Away") && !row.contains("Invite"), "{row}");
            Ok::<(), anyhow::Error>(())
        })
        .await?;
        self.omar.report(Activity::Active).await?;
        self.invite(DANA).await?;
        self.dana.button("Accept", SOON).await?.click().await?;
        self.priya.shows("Dana accepted your invitation.", SOON).await?;
        self.writes(&self.priya, "Is the printer still slow?").await?;
        reads(&self.dana, &["Is the printer still slow?"]).await?;
        self.dana.button("Leave", SOON).await?.click().await?;
        self.dana.button("End chat", SOON).await?.click().await?;
        self.dana.shows("The chat has ended.", SOON).await?;
        self.dana.button("Ask again", SOON).await?.click().await.context("asking again")?;
        // It ends while the others talk.
        self.priya.page.execute(KEEP_TOLD, Vec::new()).await?;
        // The client of the chat that was open stands beside it.
        self.priya.find("section:not(.gone) .sides [aria-label=People]", SOON).await?.click().await?;
        self.priya.find(&invite(OMAR), SOON).await?.click().await?;
        self.priya.shows("Omar has been asked and has not answered yet.", SOON).await
    }

    // C7
    async fn unanswered(&self) -> Result<()> {
        let told = eventually("the inviter is told", INVITATION + SOON, async || {
            let told = self.priya.page.execute("return window.told", Vec::new()).await?.to_string();
            ensure!(told.contains("Omar did not answer the invitation."), "{told}");
            Ok::<(), anyhow::Error>(())
        });
        told.await?;
        let is_open = |seen: &SessionView| seen.status == Status::Invited;
        self.omar
            .until("no question is left", SOON, |seen| (!seen.sessions.values().any(is_open)).then_some(()))
            .await
    }

    // C1, C2, C4, C8
    async fn question(&self) -> Result<SessionId> {
        self.dana.find(SUBJECT, SOON).await?.send_keys("Printer offline").await?;
        self.dana.button("Ask for a chat", SOON).await?.click().await?;
        self.dana.shows("We are finding somebody for you.", SOON).await?;
        self.writes(&self.dana, "Two patients wait.").await?;
        let session = self
            .tom
            .until("the request", SOON, |seen| {
                seen.sessions.values().find(|chat| chat.status == Status::Waiting).map(|chat| chat.id)
            })
            .await?;
        self.priya.find("[data-tab=waiting]", SOON).await?.click().await?;
        self.priya.button("Join", SOON).await?.click().await?;
        reads(&self.priya, &["Two patients wait."]).await?;
        self.writes(&self.priya, "I am coming.").await?;
        reads(&self.dana, &["Two patients wait.", "I am coming."]).await?;
        Ok(session)
    }

    // C8, P10
    async fn lost_network(&self, session: SessionId) -> Result<()> {
        let lost = Instant::now();
        self.network.cut();
        for (page, texts) in
            [(&self.dana, ["It hums.", "And smokes."]), (&self.priya, ["Unplug it.", "Now!"])]
        {
            page.shows("No connection", SOON).await?;
            for text in texts {
                self.writes(page, text).await?;
            }
        }
        // How long the network is lost is the case that is tested; nothing is waited for.
        tokio::time::sleep_until((lost + LOST).into()).await;
        self.network.restore();
        join_too(&self.tom, session).await?;
        open(&self.tom, session).await?;
        let said = self
            .tom
            .until("all that was written", SOON, |seen| {
                let mut said: Vec<_> = seen
                    .messages
                    .get(&session)?
                    .iter()
                    .map(|each| (each.number, each.text.clone()))
                    .collect();
                said.sort();
                said.dedup();
                (said.len() >= 6).then_some(said)
            })
            .await?;
        let said: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
        for each in [["It hums.", "And smokes."], ["Unplug it.", "Now!"]] {
            let theirs: Vec<_> = said.iter().filter(|text| each.contains(text)).copied().collect();
            ensure!(theirs == each, "each once, and in the order in which they were written: {said:?}");
        }
        reads(&self.dana, &said).await?;
        reads(&self.priya, &said).await?;
        self.tom.ask(&Up::Leave { id: Uuid::new_v4(), session }).await?.ok().context("Tom leaves")?;
        heard(&self.tom, session, &said).await
    }

    // C8
    async fn picture(&self) -> Result<()> {
        let picture = std::fs::canonicalize(PICTURE)?.display().to_string();
        self.dana.find("input.picker", SOON).await?.send_keys(&picture).await.context("choosing a file")?;
        self.dana.find(".files img", SOON).await?;
        self.dana.find("form.box button[type=submit]", SOON).await?.click().await?;
        for page in [&self.dana, &self.priya] {
            sees_picture(page).await?;
        }
        Ok(())
    }

    async fn private_note(&self, session: SessionId) -> Result<()> {
        self.priya.find("button[aria-label='Write a private note']", SOON).await?.click().await?;
        let field = self.priya.find("textarea[aria-label='Note for technicians']", SOON).await?;
        field.send_keys("Has two printers.").await?;
        self.priya.button("Add note", SOON).await?.click().await?;
        self.priya.shows("Private note, only technicians see it", SOON).await?;
        self.priya.button("Reply instead", SOON).await?.click().await?;
        self.chat(session, "the note", |chat| chat.notes == Some(1)).await?;
        ensure!(!self.dana.text().await?.contains("two printers"), "a client reads a private note");
        Ok(())
    }

    // C9
    async fn hand_over(&self, session: SessionId) -> Result<()> {
        self.priya.button("Hand over", SOON).await?.click().await?;
        self.priya.find("select", SOON).await?.select_by_label(&format!("{TOM} · Online")).await?;
        self.priya.button("Offer", SOON).await?.click().await?;
        self.priya.shows("Offered to Tom. You stay until somebody has joined.", SOON).await?;
        join(&self.tom, session).await?;
        self.priya.shows("Tom has taken over the chat with Dana.", SOON).await?;
        self.dana.shows(TOM, SOON).await
    }

    // C9
    async fn team(&self, session: SessionId) -> Result<()> {
        self.priya.find("[data-tab=team]", SOON).await?.click().await?;
        self.priya.find("[data-session] .name", SOON).await?.click().await?;
        self.priya.button("Join too", SOON).await?.click().await?;
        self.priya.find(MESSAGE, SOON).await?;
        self.tom
            .ask(&Up::Leave { id: Uuid::new_v4(), session })
            .await?
            .ok()
            .context("Tom leaves it to her")?;
        self.chat(session, "Priya alone", |chat| {
            chat.participants.iter().filter(|each| each.left.is_none()).all(|each| each.name == PRIYA)
        })
        .await
    }

    // C9
    async fn completion(&self, session: SessionId) -> Result<()> {
        for undone in [true, false] {
            self.priya.button("Complete", SOON).await?.click().await?;
            self.priya.find(".sheet form button[type=submit]", SOON).await?.click().await?;
            self.dana.shows("The chat has ended.", SOON).await?;
            if undone {
                self.priya.button("Undo", SOON).await?.click().await?;
                self.dana.find(MESSAGE, SOON).await?;
            }
        }
        self.chat(session, "the end", |chat| chat.status == Status::Completed).await?;
        self.dana.button("Ask again", SOON).await?.click().await?;
        // What was said is still there.
        self.dana.find("[data-chat]", SOON).await?.click().await?;
        self.dana.shows("Two patients wait.", SOON).await?;
        self.dana.button("Ask again", SOON).await?.click().await.context("asking again")
    }

    // C8
    async fn history(&self, session: SessionId) -> Result<()> {
        self.priya.find("[data-tab=history]", SOON).await?.click().await?;
        self.priya.find(SEARCH, SOON).await?.send_keys("patien").await?;
        let found = format!(".queue [data-session=\"{}\"] .name", session.0);
        self.priya.find(&found, SOON).await?.click().await?;
        for text in ["Two patients wait.", "I am coming.", "Unplug it.", "Has two printers."] {
            self.priya.shows(text, SOON).await?;
        }
        sees_picture(&self.priya).await
    }

    // C5
    async fn callback(&self) -> Result<()> {
        self.dana.find(SUBJECT, SOON).await?.send_keys("Scanner").await?;
        self.dana.button("Ask for a chat", SOON).await?.click().await?;
        // When everybody has silenced the request, the client is offered a callback at once (C6).
        let session = self
            .tom
            .until("the request", SOON, |seen| {
                seen.sessions.values().find(|chat| chat.status == Status::Waiting).map(|chat| chat.id)
            })
            .await?;
        self.tom.ask(&Up::Dismiss { id: Uuid::new_v4(), session }).await?.ok().context("Tom dismisses it")?;
        self.priya.find("[data-tab=waiting]", SOON).await?.click().await?;
        self.priya.find("[data-session] .name", SOON).await?.click().await?;
        self.priya.button("Dismiss", SOON).await?.click().await?;
        self.dana.button("Call me back", SOON).await?.click().await?;
        self.number("+64 9 555 0100").await?;
        self.priya.find("[data-tab=callbacks]", SOON).await?.click().await?;
        self.priya.shows(DANA, SOON).await?;
        self.dana.button("Change", SOON).await?.click().await?;
        self.number("+64 9 555 0199").await?;
        self.dana.button("Cancel the call", SOON).await?.click().await?;
        self.dana.shows("How can we help?", SOON).await?;
        self.chat(session, "its end", |chat| chat.status == Status::Completed).await
    }

    // C5
    async fn missed(&self) -> Result<()> {
        let session = ask(&self.omar, "No sound").await?;
        self.omar.ask(&Up::Leave { id: Uuid::new_v4(), session }).await?.ok().context("Omar gives up")?;
        self.priya.find("[data-tab=missed]", SOON).await?.click().await?;
        self.priya.find("[data-status=abandoned] .name", SOON).await?.click().await?;
        self.priya.shows("No sound", SOON).await
    }

    async fn invite(&self, name: &str) -> Result<()> {
        self.priya.find(&invite(name), SOON).await?.click().await?;
        let asked = self.dana.shows("Priya from Acme IT would like to chat", SOON).await;
        match asked {
            Ok(()) => Ok(()),
            Err(error) => Err(error.context(format!("Priya's page shows: {}", self.priya.text().await?))),
        }
    }

    async fn writes(&self, page: &Browser, text: &str) -> Result<()> {
        page.find(MESSAGE, SOON).await?.send_keys(&format!("{text}{RETURN}")).await.context("writing")
    }

    async fn number(&self, number: &str) -> Result<()> {
        let field: Element = self.dana.find("input[type=tel]", SOON).await?;
        field.clear().await?;
        field.send_keys(&format!("{number}{RETURN}")).await?;
        self.dana.shows(&format!("We will call you: {number}"), SOON).await
    }

    /// Waits until Tom is told that the chat is so.
    async fn chat(&self, session: SessionId, what: &str, is: impl Fn(&SessionView) -> bool) -> Result<()> {
        self.tom.until(what, SOON, |seen| is(seen.sessions.get(&session)?).then_some(())).await
    }
}

/// The button that invites somebody.
fn invite(name: &str) -> String {
    format!("section:not(.gone) button[aria-label='Invite {name} to a chat']")
}

/// Waits until the picture is shown in the conversation.
async fn sees_picture(page: &Browser) -> Result<()> {
    const WIDTHS: &str =
        "return [...document.querySelectorAll('.picture img')].map((each) => each.naturalWidth)";
    eventually("the picture is shown", SOON, async || {
        let widths = page.page.execute(WIDTHS, Vec::new()).await?;
        ensure!(widths == serde_json::json!([128]), "{widths}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

async fn page(engine: Engine, size: (u32, u32), link: &str) -> Result<Browser> {
    let browser = Browser::start_in(engine, size).await?;
    crate::stage::sign_in(&browser, link).await?;
    Ok(browser)
}

async fn join_too(technician: &Peer, session: SessionId) -> Result<()> {
    let answer = technician.ask(&Up::Assist { id: Uuid::new_v4(), session }).await?;
    answer.map(drop).map_err(|refusal| anyhow::anyhow!("{refusal:?}"))
}
