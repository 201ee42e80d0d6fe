use std::process::ExitCode;

use ::erasure::{Again, Entry};
use anyhow::{Context, Result};
use clap::Subcommand;
use kernel::Clock;
use platform::{App, settings::Settings};

use super::{open_migrated, serve::described};
use crate::keys;

#[derive(Subcommand)]
pub(super) enum ErasureCommand {
    /// Print the ledger of erasures: which customers, by id, and when.
    List,
    /// Erase again whom the ledger names and the database has back; always after a restore, and harmless to repeat.
    /// Exit code 1 when the scan finds something of somebody.
    Apply,
}

pub(super) async fn run(settings: Settings, command: ErasureCommand) -> Result<ExitCode> {
    let database = open_migrated(&settings).await?;
    let settings = keys::with_vault(settings, &database.connect().await?, Clock::System.now()).await?;
    let ledger = settings.erasure_ledger.clone().unwrap_or_default();
    let entries = ::erasure::read_ledger(&ledger).context("the erasure ledger")?;
    let outcome = match command {
        ErasureCommand::List => {
            for entry in &entries {
                println!("{} {} {}", entry.at, entry.customer, entry.plan_hash);
            }
            println!("{} erasures in {}.", entries.len(), ledger.display());
            Ok(true)
        }
        ErasureCommand::Apply => {
            let app = App::new(database.db.clone(), Clock::System, settings);
            apply(&app, &entries).await
        }
    };
    database.stop().await?;
    Ok(if outcome? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) async fn apply(app: &App, entries: &[Entry]) -> Result<bool> {
    let (mut still, mut again, mut unknown, mut found) = (0, 0, 0, 0);
    for entry in entries {
        match ::erasure::apply(app, entry).await.map_err(described)? {
            Again::StillErased => still += 1,
            Again::ErasedAgain => again += 1,
            Again::Unknown => unknown += 1,
            Again::Found => {
                println!(
                    "{}: the scan has found something; look at the customer's Privacy tab",
                    entry.customer
                );
                found += 1;
            }
        }
    }
    println!(
        "{again} erased again, {still} were erased still, {unknown} are not in this database, {found} to be looked at."
    );
    Ok(found == 0)
}
