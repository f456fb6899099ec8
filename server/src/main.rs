//! The program `pilji`.

use std::process::ExitCode;

use clap::Parser;
use pilji::cli::{Cli, report, run};

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}
