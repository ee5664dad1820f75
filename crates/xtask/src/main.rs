//! The project's commands: `cargo xtask` lists them.
//!
//! One file a command. A command sets up, builds, checks or starts; what the product does stands in the other crates.

mod bench;
mod bundle;
mod check;
mod fuzz;
mod icons;
mod npm;
mod packages;
mod run;
mod screenshots;
mod setup;
mod simulate;
mod steps;
mod targets;
mod test;
mod tidy;
mod tools;
mod tree;
mod types;

use anyhow::{Result, bail};
use std::process::ExitCode;

struct Command {
    name: &'static str,
    arguments: &'static str,
    does: &'static str,
    run: fn(&[String]) -> Result<()>,
}

const COMMANDS: [Command; 12] = [
    Command {
        name: "setup",
        arguments: "",
        does: "installs what is missing: system packages (apt) and the pages' packages (npm)",
        run: setup::run,
    },
    Command {
        name: "run",
        arguments: "[--as client] [--once]",
        does: "sets up, builds and starts service and app with a demonstration organisation",
        run: run::run,
    },
    Command {
        name: "check",
        arguments: "[--targets]",
        does: "format, house rules, and lints of all but the window, without GTK: the quick loop; --targets: types on Windows and macOS",
        run: check::run,
    },
    Command {
        name: "test",
        arguments: "",
        does: "everything CI checks, from set-up to tests on real desktops",
        run: test::run,
    },
    Command {
        name: "fuzz",
        arguments: "[TARGET]... [--seconds N]",
        does: "makes up input for frames, links and settings; its corpus is replayed by the tests",
        run: fuzz::run,
    },
    Command {
        name: "simulate",
        arguments: "[--seeds N] [--from S] | --seed S | --planted [PART]",
        does: "lives through simulated worlds; --from: others; --seed: one, told in words; --planted: with faults in the cores",
        run: simulate::run,
    },
    Command {
        name: "bundle",
        arguments: "[--debug] [--try]",
        does: "packages in target/bundle: app .deb and .rpm, service .deb; --try: in a bare Debian",
        run: bundle::run,
    },
    Command {
        name: "bench",
        arguments: "[--short] [--only service|app] [--connections N] [--write]",
        does: "the figures, each beside a peer's; fails when one is worse than stated",
        run: bench::run,
    },
    Command {
        name: "tidy",
        arguments: "[--cycles [CRATE]...]",
        does: "house rules: imports run one way, links lead somewhere, wire types are fresh; --cycles: shows import cycles",
        run: tidy::run,
    },
    Command {
        name: "types",
        arguments: "",
        does: "writes the wire's TypeScript types to ui/src/wire.ts",
        run: types::run,
    },
    Command {
        name: "icons",
        arguments: "",
        does: "draws the icons in all sizes from their sources",
        run: icons::run,
    },
    Command {
        name: "screenshots",
        arguments: "",
        does: "takes the README's pictures of desktop and portals, in docs/images",
        run: screenshots::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        list();
        return Ok(());
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        list();
        if ["help", "-h", "--help"].contains(&name.as_str()) {
            return Ok(());
        }
        bail!("there is no command {name:?}; the list above has those that there are")
    };
    if command.arguments.is_empty() && !rest.is_empty() {
        bail!("`cargo xtask {name}` takes no arguments, but got {rest:?}");
    }
    (command.run)(rest)
}

fn list() {
    for Command { name, arguments, does, .. } in COMMANDS {
        println!("cargo xtask {name:<8} {does}");
        if !arguments.is_empty() {
            println!("{:<20} {arguments}", "");
        }
    }
}
