use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use platform::{
    rights,
    settings::{Settings, TABLE, Values},
};

use super::open;

#[derive(Subcommand)]
pub(super) enum Config {
    /// Print every setting: value, where it came from, meaning. Secrets are masked.
    Show,
    /// Try the settings: read them, reach the database, and tell what its role could change that is append-only.
    /// Exit code 1 when there is something to mend.
    Check,
}

pub(super) async fn check(settings: &Settings) -> Result<ExitCode> {
    let database = open(settings).await?;
    let weaknesses = rights::weaknesses(&database.connect().await?).await?;
    database.stop().await?;
    println!("The settings can be read, and the database answers.");
    if weaknesses.is_empty() {
        println!("What is append-only is so by right.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("What is append-only is so by trigger only (docs/audit.md says how to mend it):");
    for weakness in weaknesses {
        println!("    {weakness}");
    }
    Ok(ExitCode::FAILURE)
}

pub(super) fn show(values: &Values) {
    for row in TABLE {
        let Some(given) = values.get(row.name) else { continue };
        let value = match given.value.as_str() {
            "" => "(empty)",
            _ if row.secret => "********",
            value => value,
        };
        println!("{} = {value}    [{}]\n    {}", row.name, given.source, row.meaning);
    }
}
