//! A walk through a page by Tab alone: it comes to everything, in the order in which the page is read, one sees where it is, and it ends.

use crate::keyboard::press;
use anyhow::{Result, bail, ensure};
use fantoccini::key::Key;
use rig::Browser;
use serde_json::{Value, json};

/// More stops than any page has.
const MAX_STOPS: usize = 150;

/// Gives the focus to the first stop and returns its name, or null on a page without stops. While a dialog is open, only its own stops count.
const BEGIN: &str = "
    window.stops = () => {
        const within = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
        const all = 'a[href], button, input, select, textarea, summary, [tabindex]';
        return [...within.querySelectorAll(all)].filter((each) => each.tabIndex >= 0 && !each.matches(':disabled')
            && each.checkVisibility({ visibilityProperty: true })
            && each.closest('[aria-hidden=true]') === null);
    };
    window.nameOf = (each) => each.getAttribute('aria-label') ?? (each.textContent.trim().slice(0, 60) || each.tagName);
    window.walked = [];
    const first = stops()[0];
    first?.focus();
    return first === undefined ? null : nameOf(first);";

/// What has the focus: `end` outside of the page or where the walk began, or what is wrong with it, or its name.
const STOP: &str = "
    const it = document.activeElement;
    if (it === document.body || it === walked[0]) return { end: true };
    const name = nameOf(it);
    if (walked.includes(it)) return { wrong: `${name} has the focus a second time` };
    walked.push(it);
    const rings = (each) => each !== null && getComputedStyle(each).outlineStyle !== 'none'
        && parseFloat(getComputedStyle(each).outlineWidth) >= 2;
    const isSeen = it.matches(':focus-visible') && (rings(it) || it.matches('li a') && rings(it.closest('li')));
    if (!isSeen) return { wrong: `nobody sees that ${name} has the focus` };
    const box = it.getBoundingClientRect();
    if (box.width === 0 || box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) {
        return { wrong: `${name} has the focus and is out of sight: ${JSON.stringify(box)} of ${innerWidth} by ${innerHeight}` };
    }
    return { name };";

/// What the walk has missed, and parts of the page that it came to twice.
const MISSED: &str = "
    const missed = stops().filter((each) => !walked.includes(each)).map((each) => `missed: ${nameOf(each)}`);
    const parts = walked.map((each) => each.closest('dialog, section, nav, header, main'));
    const again = parts.filter((part, at) => part !== null && part !== parts[at - 1] && parts.slice(0, at).includes(part)
        && !parts.slice(parts.indexOf(part), at).every((each) => part.contains(each)));
    return [...missed, ...again.map((part) => `came back to ${part.tagName} ${part.className}`)];";

/// Walks through the page as it is.
pub(crate) async fn comes_to_everything(page: &Browser, state: &str) -> Result<()> {
    // After a click, browsers show no ring around what a script gives the focus to.
    press(page, Key::Tab).await?;
    if page.page.execute(BEGIN, Vec::new()).await?.is_null() {
        return Ok(());
    }
    let mut passed = Vec::new();
    for _ in 0..MAX_STOPS {
        let stop = page.page.execute(STOP, Vec::new()).await?;
        if let Some(wrong) = stop["wrong"].as_str() {
            bail!("{state}: {wrong}; before it: {passed:?}");
        }
        if stop["end"] == json!(true) && !passed.is_empty() {
            let missed = page.page.execute(MISSED, Vec::new()).await?;
            ensure!(missed == json!([]), "{state}: {missed}; passed: {passed:?}");
            return Ok(());
        }
        passed.push(name(&stop));
        press(page, Key::Tab).await?;
    }
    bail!("{state}: no end: {passed:?}")
}

fn name(stop: &Value) -> String {
    stop["name"].as_str().unwrap_or_default().to_owned()
}
