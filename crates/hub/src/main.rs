//! `hub`: see `hub --help`.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = hub::cli::Arguments::parse();
    match hub::cli::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("hub: {error:#}");
            ExitCode::FAILURE
        }
    }
}
