//! `deskbell-service`: the live chat service, and the commands of its administrator.

#[cfg(panic = "abort")]
compile_error!(
    "a panic in one organisation would end the service for all: build it with `--profile service`, which unwinds"
);

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match service::cli::run(service::cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            service::cli::say(&format!("deskbell-service: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
