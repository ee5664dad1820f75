//! Files in a chat: pasted, dropped and chosen, seen and saved at the other side, refused in words.

use crate::stage::{MESSAGE, SOON, Stage, ask_on, reads};
use anyhow::{Context, Result, ensure};
use rig::{Browser, cdp, eventually};
use serde_json::{Value, json};

/// Pastes a picture of 800 by 600 pixels into the field for messages.
const PASTE: &str = "
    const done = arguments[arguments.length - 1];
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [800, 600];
    canvas.getContext('2d').fillRect(10, 10, 400, 300);
    canvas.toBlob((blob) => {
        const data = new DataTransfer();
        data.items.add(new File([blob], 'image.png', { type: 'image/png' }));
        const field = document.querySelector('textarea[aria-label=\"Message\"]');
        field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
        done();
    });";

/// Drops a file with a name and a text onto the conversation.
const DROP: &str = "
    const [name, text, type] = arguments;
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type }));
    const log = document.querySelector('[role=log]');
    for (const kind of ['dragover', 'drop']) {
        log.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }";

const SEND: &str = "form.box button[type=submit]";
const WAITING: &str = ".files .file";

pub(crate) async fn drop_file(page: &Browser, name: &str, text: &str, kind: &str) -> Result<()> {
    page.page.execute(DROP, vec![json!(name), json!(text), json!(kind)]).await?;
    Ok(())
}

/// Waits until a script of the page returns this.
async fn returns(page: &Browser, what: &str, script: &str, expected: Value) -> Result<()> {
    eventually(what, SOON, async || {
        let found = page.page.execute(script, Vec::new()).await?;
        ensure!(found == expected, "{found}");
        Ok::<(), anyhow::Error>(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_picture_is_seen_in_its_place_at_both_sides_and_opens_in_full() -> Result<()> {
    // The place is there before the picture: as wide and as high as it will be.
    const SHOWN: &str = "return [...document.querySelectorAll('.picture img')]
        .map((each) => [each.clientWidth, each.clientHeight, each.naturalWidth, each.naturalHeight])";
    let stage = Stage::start().await?;
    let priya = stage.technician().await?;
    let dana = stage.client().await?;
    ask_on(&dana, "Printer offline").await?;
    dana.find(MESSAGE, SOON).await?.send_keys("It says this:").await?;
    dana.page.execute_async(PASTE, Vec::new()).await?;
    dana.find(".files img", SOON).await?;
    // Pasting alone sends nothing.
    reads(&dana, &[]).await?;
    dana.find(SEND, SOON).await?.click().await?;
    reads(&dana, &["It says this:"]).await?;
    let shown = json!([[320, 240, 800, 600]]);
    returns(&dana, "the client sees the picture", SHOWN, shown.clone()).await?;
    returns(&dana, "nothing waits any more", "return document.querySelectorAll('.files').length", json!(0))
        .await?;
    priya.button("Join", SOON).await?.click().await?;
    returns(&priya, "the technician sees the picture", SHOWN, shown).await?;
    priya.find(".picture", SOON).await?.click().await?;
    returns(
        &priya,
        "the picture is shown in full",
        "const full = document.querySelector('dialog[open] .full img'); return [full?.clientWidth, document.activeElement?.tagName !== 'BODY']",
        json!([800, true]),
    )
    .await?;
    priya.find("dialog[open] button", SOON).await?.click().await?;
    returns(
        &priya,
        "the focus is back",
        "return [document.querySelectorAll('dialog').length, document.activeElement.className.includes('picture')]",
        json!([0, true]),
    )
    .await?;
    // A picture that is lost, or blocked, can still be asked for as a file, and its place stays one.
    cdp::block(&priya, &["*/files/*"]).await?;
    priya.page.refresh().await?;
    priya.find("a.card[download='image.png']", SOON).await?;
    let again = priya.find("button[aria-label='Load again: image.png']", SOON).await?;
    cdp::block(&priya, &[]).await?;
    again.click().await?;
    let loaded = json!([[320, 240, 800, 600]]);
    returns(&priya, "it is loaded when there is an answer again", SHOWN, loaded).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anything_else_is_a_card_that_is_saved_and_never_run() -> Result<()> {
    let stage = Stage::start().await?;
    let priya = stage.technician().await?;
    let dana = stage.client().await?;
    ask_on(&dana, "Printer offline").await?;
    priya.button("Join", SOON).await?.click().await?;
    priya.find(MESSAGE, SOON).await?;
    let page = "<script>document.title = 'taken over'</script>";
    drop_file(&priya, "../notes.html", page, "text/html").await?;
    priya.find(WAITING, SOON).await?;
    priya.find(SEND, SOON).await?.click().await?;
    dana.find("a.card", SOON).await?;
    dana.shows("notes.html", SOON).await?;
    let downloads = dana.folder().join("downloads");
    std::fs::create_dir(&downloads).context("making a folder for downloads")?;
    cdp::downloads(&dana, &downloads).await?;
    dana.find("a.card", SOON).await?.click().await?;
    eventually("the file is saved", SOON, async || {
        let saved = std::fs::read_to_string(downloads.join("notes.html"))?;
        ensure!(saved == page, "{saved}");
        Ok::<(), anyhow::Error>(())
    })
    .await?;
    // Opened by its address it is saved, too, and the page never draws it as a picture.
    drop_file(&priya, "image.png", page, "image/png").await?;
    priya.find(SEND, SOON).await?.click().await?;
    let head = "
        const done = arguments[arguments.length - 1];
        const card = [...document.querySelectorAll('a.card')].at(-1);
        fetch(card.href).then((answer) => done([answer.headers.get('content-type'), answer.headers.get('content-disposition')?.split(';')[0]]));";
    returns(&dana, "both are cards", "return document.querySelectorAll('a.card').length", json!(2)).await?;
    let head = dana.page.execute_async(head, Vec::new()).await?;
    ensure!(head == json!(["application/octet-stream", "attachment"]), "{head}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_outlives_a_lost_connection_and_one_that_cannot_be_sent_says_why() -> Result<()> {
    let mut stage = Stage::start().await?;
    let dana = stage.client().await?;
    ask_on(&dana, "Printer offline").await?;
    dana.find(MESSAGE, SOON).await?;
    drop_file(&dana, "empty.txt", "", "text/plain").await?;
    dana.shows("This file is empty.", SOON).await?;
    dana.find(&format!("{WAITING} button"), SOON).await?.click().await?;
    returns(&dana, "it is removed", "return document.querySelectorAll('.files').length", json!(0)).await?;
    stage.service.kill9();
    drop_file(&dana, "log.txt", "It is the drum.", "text/plain").await?;
    dana.find(SEND, SOON).await?.click().await?;
    dana.shows("Not sent yet. It will be sent when the connection is back.", SOON).await?;
    stage.service.restart().await?;
    dana.find("a.card[download='log.txt']", SOON).await?;
    // The service has no room for the next one.
    stage.service.admin(&["org", "set", "files-quota", "20B"])?;
    drop_file(&dana, "more.txt", "More than fits", "text/plain").await?;
    dana.find(SEND, SOON).await?.click().await?;
    dana.shows("There is no more room for files in your organisation", SOON).await?;
    // Files are turned off: there is nothing to press.
    stage.service.admin(&["org", "set", "files-quota", "0"])?;
    returns(&dana, "the button goes", "return document.querySelectorAll('.picker').length", json!(0)).await
}

/// Puts a card, a picture and a file that waits into the open chat, for others to look at.
pub(crate) async fn attach(page: &Browser) -> Result<()> {
    page.page.execute_async(PASTE, Vec::new()).await?;
    drop_file(page, "report.pdf", "%PDF-", "application/pdf").await?;
    page.find(SEND, SOON).await?.click().await?;
    page.find("a.card", SOON).await?;
    page.find(".picture", SOON).await?;
    drop_file(page, "log.txt", "one", "text/plain").await?;
    drop_file(page, "empty.txt", "", "text/plain").await?;
    page.shows("This file is empty.", SOON).await
}
