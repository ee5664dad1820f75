//! `deskbell-service`: the live chat service, and the commands of its administrator.

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
