use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use imports::platform as booking_platform;
use indicatif::{ProgressBar, ProgressStyle};
use kernel::Clock;
use platform::{
    Values,
    settings::{Profile, Settings},
    vault::Vault,
};

use crate::keys;

use super::open_migrated;

#[derive(Subcommand)]
pub(super) enum Seed {
    /// Five people with addresses, contacts, notes and flags.
    Customers,
    /// Their bookings, payments and tickets; makes the people too when they are missing.
    Bookings,
}

#[derive(Args)]
pub(super) struct Generate {
    /// How many made ones there shall be in all, those of earlier runs included.
    #[arg(long, value_name = "N")]
    customers: u64,
    /// The same seed makes the same customers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Subcommand)]
pub(super) enum Import {
    /// The booking platform's database, over a read-only connection. Without --apply nothing is written.
    Platform {
        /// postgres://user:password@host/database
        #[arg(long, value_name = "URL")]
        from: String,
        /// Write what the dry run shows.
        #[arg(long)]
        apply: bool,
        /// Where rows with problems are listed, with their reasons.
        #[arg(long, value_name = "FILE", default_value = "import-report.csv")]
        report: PathBuf,
        /// Take in staff members too, without passwords.
        #[arg(long)]
        staff: bool,
    },
}

/// Invented customers could not be told from real ones afterwards, and nothing takes them out again.
fn refuse_in_production(settings: &Settings) -> Result<()> {
    if settings.profile == Profile::Production {
        bail!(
            "this is a production (setting `profile`), and invented customers among real ones cannot be taken out again. Make them in a \
             database of their own, with `profile = \"staging\"` and its own `database_url` or `data_dir`"
        );
    }
    Ok(())
}

pub(super) async fn seed(settings: &Settings, what: &Seed) -> Result<()> {
    refuse_in_production(settings)?;
    let database = open_migrated(settings).await?;
    let mut client = database.connect().await?;
    let now = Clock::System.now();
    let seeded = match what {
        Seed::Customers => samples::seed_customers(&mut client, now).await,
        Seed::Bookings => samples::seed_bookings(&mut client, now).await,
    };
    drop(client);
    database.stop().await?;
    println!("{}.", seeded?);
    Ok(())
}

pub(super) async fn generate(settings: &Settings, given: &Generate) -> Result<()> {
    if given.customers == 0 || given.customers > 100_000_000 {
        bail!("--customers must be from 1 to 100000000");
    }
    refuse_in_production(settings)?;
    let database = open_migrated(settings).await?;
    let mut client = database.connect().await?;
    let bar = progress_bar(given.customers, "customers");
    let shown = bar.clone();
    let options = samples::Options {
        customers: given.customers,
        seed: given.seed,
        now: Clock::System.now(),
        progress: move |done| shown.set_position(done),
    };
    // A second connection keeps a second core of the database busy.
    let mut helpers = [database.connect().await?];
    let generated = samples::generate(&mut client, &mut helpers, options).await;
    bar.finish();
    if generated.is_ok() {
        // So that the very first queries are planned from what is there now. Only owners have figures taken.
        database.connect_as_owner().await?.batch_execute("analyze").await?;
    }
    drop((client, helpers));
    database.stop().await?;
    println!("{}.", generated?);
    Ok(())
}

pub(super) async fn import(settings: &Settings, given: Import) -> Result<ExitCode> {
    let Import::Platform { from, apply, report, staff } = given;
    let database = open_migrated(settings).await?;
    let mut client = database.connect().await?;
    let bar = progress_bar(0, "rows");
    let shown = bar.clone();
    let settings = keys::with_vault(settings.clone(), &client, Clock::System.now()).await?;
    let values = Values::new(settings.vault_key.as_ref().and_then(|key| Vault::read(&key.0)).map(Arc::new));
    let options =
        booking_platform::Options { from, apply, report, include_staff: staff, batch: 1000, values };
    let progress = move |step: booking_platform::Progress| {
        shown.set_message(format!("{:?}", step.kind));
        shown.set_length(step.total);
        shown.set_position(step.done);
    };
    let summary = booking_platform::run(&options, &mut client, Clock::System.now(), &progress).await;
    bar.finish_and_clear();
    drop(client);
    database.stop().await?;
    let summary = summary?;
    println!("{:<24} {:>9} {:>9} {:>9} {:>9} {:>9}", "", "create", "update", "skip", "problems", "warnings");
    for (kind, counts) in &summary.counts {
        let skipped = counts.unchanged + counts.matched;
        println!(
            "{:<24} {:>9} {:>9} {skipped:>9} {:>9} {:>9}",
            format!("{kind:?}"),
            counts.created,
            counts.updated,
            counts.problems,
            counts.warnings
        );
    }
    println!("Problems and warnings, with their reasons: {}", summary.report.display());
    if !summary.applied {
        println!("This was a dry run: nothing was written. Add --apply to write it.");
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) fn progress_bar(total: u64, unit: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template(&format!(
        "{{msg}} [{{bar:40}}] {{pos}}/{{len}} {unit} {{per_sec}} {{eta}}"
    ));
    let bar = ProgressBar::new(total);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(500));
    bar
}
