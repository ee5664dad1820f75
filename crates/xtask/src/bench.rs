//! `cargo xtask bench`: the figures of the design, and beside each the same measured for a peer in the same run.
//!
//! `service` and `app` measure and give rows, `peer` builds what they are held against, `figure` is one row with its verdict, `table` makes
//! text of them, `machine` says where that was, and `page` puts it into `docs/performance.md`. It fails when a figure is worse than its limit.

mod app;
mod figure;
mod machine;
mod options;
mod page;
mod peer;
mod service;
mod table;

use anyhow::{Result, ensure};
use figure::Verdict;
use options::{CONNECTIONS_SHORT, Form, Options, Side};

pub(crate) fn run(arguments: &[String]) -> Result<()> {
    measure(&Options::read(arguments)?)
}

/// CI's form.
pub(crate) fn short() -> Result<()> {
    measure(&Options { form: Form::Short, only: None, connections: CONNECTIONS_SHORT, write: false })
}

fn measure(options: &Options) -> Result<()> {
    let mut tables = Vec::new();
    let mut worse = Vec::new();
    for side in [Side::Service, Side::App].into_iter().filter(|side| options.wants(*side)) {
        let figures = match side {
            Side::Service => service::figures(options)?,
            Side::App => app::figures(options)?,
        };
        if figures.is_empty() {
            continue;
        }
        let table = table::page(&machine::here(options)?, &figures);
        if options.write {
            page::write(side.name(), &table)?;
        }
        tables.push(table);
        let broken = figures.iter().filter(|figure| matches!(figure.verdict(), Verdict::Worse(_)));
        worse.extend(broken.map(|figure| figure.name.clone()));
    }
    ensure!(!tables.is_empty(), "nothing was measured");
    println!("\n{}", tables.join("\n"));
    ensure!(worse.is_empty(), "worse than stated: {}", worse.join("; "));
    Ok(())
}
