//! `hub`: see `hub --help`.

use std::{
    io::{Write, stderr},
    process::ExitCode,
};

use clap::Parser;

fn main() -> ExitCode {
    let arguments = hub::cli::Arguments::parse();
    match hub::cli::run(arguments) {
        Ok(code) => code,
        Err(error) => {
            // Where nobody hears it, the exit code still says so.
            let _ = writeln!(stderr(), "hub: {error:#}");
            ExitCode::FAILURE
        }
    }
}
