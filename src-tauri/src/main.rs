//! The window program: reads its command line and runs. Everything else is in the library, where tests reach it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    deskbell_window::run(deskbell_window::args::Args::parse())
}
