//! axe-core, which finds nothing on any page, in either theme, wide and on a phone. The pages are those of `every_page` and `languages`.

use anyhow::{Context, Result, ensure};
use rig::Browser;
use rig::cdp;
use serde_json::json;
use std::path::Path;

/// Runs the rules of WCAG 2.2 AA, its contrast AAA, and the best practices.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
        rules: { 'color-contrast-enhanced': { enabled: true } },
    }).then(
        ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
            nodes.map(({ html, any, all, none }) => `${id}: ${html.slice(0, 160)} ${[...any, ...all, ...none][0]?.message ?? ''}`))),
        (error) => done([String(error)]),
    );";

/// Whether the checks are in the page already: they are long.
const IS_THERE: &str = "return 'axe' in window";

/// Each theme once: wide, and as on a phone.
const LOOKS: [(&str, (u32, u32)); 2] = [("light", (1480, 800)), ("dark", (420, 720))];

/// The checks themselves, of which the pages' own build knows nothing.
fn axe() -> Result<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&path).with_context(|| format!("reading {}: run npm ci in ui", path.display()))
}

pub(crate) async fn has_no_faults(page: &Browser, state: &str) -> Result<()> {
    if page.page.execute(IS_THERE, Vec::new()).await? == json!(false) {
        page.page.execute(&axe()?, Vec::new()).await?;
    }
    for (theme, size) in LOOKS {
        cdp::media(page, &[("prefers-color-scheme", theme)]).await?;
        cdp::view(page, size, 1).await?;
        let found = page.page.execute_async(RUN, Vec::new()).await?;
        ensure!(found == json!([]), "{state}, {theme}, {size:?}: {found:#}");
    }
    cdp::view(page, LOOKS[0].1, 1).await
}
