//! Pages enlarged, and in the colours of the system in place of ours.

use crate::layout::TOO_WIDE;
use crate::stage::SOON;
use anyhow::{Result, ensure};
use rig::{Browser, cdp, eventually};
use serde_json::json;

/// A window of 1280 by 1024 pixels enlarged to 200 % and to 400 %: its size in CSS pixels, and the scale.
pub(crate) const ENLARGED: [((u32, u32), u32); 2] = [((640, 512), 2), ((320, 256), 4)];

/// What has a meaning that only a ground of ours shows, where the system paints all grounds alike.
const LOST: &str = "
    const isThere = (each) => each.getClientRects().length > 0 && each.closest('.aloud') === null;
    const hasLine = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
        || ['Top', 'Right', 'Bottom', 'Left'].some((side) => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0);
    const hasBar = (style) => style.content !== 'none' && style.forcedColorAdjust === 'none';
    const isMarked = (each) => each !== null && (hasLine(getComputedStyle(each))
        || ['::before', '::after'].some((part) => hasBar(getComputedStyle(each, part))));
    const fields = [...document.querySelectorAll('input:not([type=checkbox], [type=range]), textarea, select')]
        .map((each) => each.closest('.box') ?? each);
    const edged = [...document.querySelectorAll('.go, .say, .card, .chip, .popup, dialog[open], .count.fresh')];
    const chosen = [...document.querySelectorAll('[aria-current=true], [aria-current=page], [aria-pressed=true]')];
    return [
        ...[...fields, ...edged].filter((each) => isThere(each) && !isMarked(each)),
        ...chosen.filter((each) => isThere(each) && !isMarked(each) && !isMarked(each.closest('li'))),
    ].map((each) => each.outerHTML.slice(0, 120));";

/// What a finger may miss: smaller than 24 by 24 pixels. A link within a text is as high as its line; what has a label is pressed with it.
/// A link may lie over its whole row.
const SMALL: &str = "
    const place = (each) => getComputedStyle(each, '::after').position === 'absolute' ? each.closest('li') : each;
    const hits = ({ width, height }) => width >= 23.9 && height >= 23.9;
    return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=option]')]
        .filter((each) => each.getClientRects().length > 0 && each.closest('.aloud, .skip') === null && getComputedStyle(each).display !== 'inline')
        .filter((each) => ![place(each), ...each.labels ?? []].some((part) => hits(part.getBoundingClientRect())))
        .map((each) => `${each.outerHTML.slice(0, 120)}: ${each.offsetWidth} by ${each.offsetHeight}`);";

/// Words that are cut off below, with no way to see them, and what begins above the place in which it scrolls.
const CUT: &str = "
    const isAbove = (each) => ['auto', 'scroll'].includes(getComputedStyle(each).overflowY) && each.scrollTop === 0
        && [...each.children].some((part) => !part.matches('.aloud, dialog') && part.getClientRects().length > 0 && part.getBoundingClientRect().top < each.getBoundingClientRect().top - 1);
    const above = [...document.querySelectorAll('body *')].filter(isAbove).map((each) => `${each.outerHTML.slice(0, 120)}: begins above`);
    const below = [...document.querySelectorAll('body *')].filter((each) => ['hidden', 'clip'].includes(getComputedStyle(each).overflowY)
        && each.closest('.aloud, svg') === null && each.title === '' && each.clientHeight > 0 && each.scrollHeight > each.clientHeight + 1)
        .map((each) => `${each.outerHTML.slice(0, 120)}: ${each.scrollHeight} in ${each.clientHeight}`);
    return [...above, ...below];";

/// Nothing scrolls sideways, and no word is cut off.
pub(crate) async fn fits_enlarged(page: &Browser, state: &str) -> Result<()> {
    for (size, scale) in ENLARGED {
        cdp::view(page, size, scale).await?;
        eventually(&format!("{state}, enlarged to {scale}00 %"), SOON, async || {
            let width = page.page.execute("return innerWidth", Vec::new()).await?;
            ensure!(width == json!(size.0), "the view is {width} wide");
            let found = page.page.execute(TOO_WIDE, Vec::new()).await?;
            ensure!(found == json!([]), "{found}");
            for (script, what) in [(SMALL, "too small to hit"), (CUT, "cut off")] {
                let found = page.page.execute(script, Vec::new()).await?;
                ensure!(found == json!([]), "{what}: {found:#}");
            }
            Ok::<(), anyhow::Error>(())
        })
        .await?;
    }
    Ok(())
}

/// What is selected, pressed or said keeps a border.
pub(crate) async fn holds_in_forced_colours(page: &Browser, state: &str) -> Result<()> {
    cdp::media(page, &[("forced-colors", "active")]).await?;
    let lost = page.page.execute(LOST, Vec::new()).await?;
    ensure!(lost == json!([]), "{state}: without a line in forced colours: {lost:#}");
    cdp::media(page, &[]).await
}
