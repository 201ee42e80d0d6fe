//! The commands of `hub`.

// First, so that the modules after it print by it.
#[macro_use]
mod output;

mod audit;
mod backup;
mod check;
mod config;
mod data;
mod erasure;
mod health;
mod instant;
mod moving;
mod process;
mod serve;
mod staff;
mod vault;
pub mod verify;
mod watch;
mod work;

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Result;
use backups::Target;
use clap::{Parser, Subcommand};
use kernel::clean_line;
use platform::settings::{Settings, Values};

use crate::database::{Database, For, data_dir};
pub(crate) use process::patient;

/// For what still runs beside when the command is done.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// The customer desk: server, database and tools in one program.
#[derive(Parser)]
#[command(name = "hub", version, about, disable_help_subcommand = true)]
pub struct Arguments {
    /// Settings file (TOML); the environment wins over it. Also HUB_CONFIG.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Demo mode: sample customers and sign-ins that everybody knows, in a data folder of its own.
    #[arg(long, global = true)]
    demo: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server, with a private PostgreSQL unless DATABASE_URL names one.
    Serve,
    /// Run jobs and schedules and seal the audit trail, beside servers with `run_jobs` off. Serves no more than /healthz and /readyz.
    Work,
    /// Bring the database to this release.
    Migrate {
        /// Only say what would be run, and whom each statement makes wait.
        #[arg(long)]
        plan: bool,
    },
    /// Make sample data; repeating it changes nothing.
    #[command(subcommand)]
    Seed(data::Seed),
    /// Make many customers with all that belongs to them.
    Generate(data::Generate),
    /// Take in data from another system.
    #[command(subcommand)]
    Import(data::Import),
    /// Manage who may sign in.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Print the OpenAPI document.
    Openapi,
    /// Recompute every maintained figure and compare.
    Verify,
    /// Prove that nothing in the audit trail was changed afterwards.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// Look after the key that the values in the audit trail are encrypted with.
    #[command(subcommand)]
    Vault(vault::VaultCommand),
    /// What was erased, and erasing it again after a restore.
    #[command(subcommand)]
    Erasure(erasure::ErasureCommand),
    /// Copy the database, and look after the copies.
    #[command(subcommand)]
    Backup(backup::BackupCommand),
    /// Put a copy into the empty database of the settings, prove it, and fence it.
    Restore {
        /// The copy's name in the place of the settings, or the path of a `.backup` file, whose manifest lies beside it.
        #[arg(required_unless_present = "at")]
        copy: Option<String>,
        /// The private database instead, as it was at this instant (2026-11-29T10:15:00Z) or, with `latest`, as late as its log goes.
        #[arg(long, value_name = "INSTANT", conflicts_with = "copy", value_parser = Target::read)]
        at: Option<Target>,
    },
    /// What PostgreSQL runs to be handed its log while it is brought back.
    #[command(hide = true)]
    LogSegment { socket: PathBuf, name: String, to: PathBuf },
    /// Restore the newest copy and the newest base, or the one named, beside the living database, check it and throw it away.
    Drill { copy: Option<String> },
    /// Move from the private database to a served one, which is empty. Stop the hub before.
    Move {
        /// A settings file with `database_url` and `database_owner_url` of the served one, and `database_ca` where it needs it; what else is in it
        /// does not count.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Whether mail and refunds may leave a restored database.
    #[command(subcommand)]
    Fence(backup::FenceCommand),
    /// Print what Prometheus and Grafana are given.
    #[command(subcommand)]
    Watch(watch::Watch),
    /// Ask the server of these settings whether it lives; with `--ready`, whether it can serve. Exit code 1 when not.
    Health {
        #[arg(long)]
        ready: bool,
    },
    /// Look at the settings.
    #[command(subcommand)]
    Config(config::Config),
}

pub fn run(arguments: Arguments) -> Result<ExitCode> {
    let file = arguments.config.or_else(|| std::env::var_os("HUB_CONFIG").map(PathBuf::from));
    // What needs no settings must work with wrong ones.
    match &arguments.command {
        Command::Openapi => {
            println!("{}", serde_json::to_string_pretty(&crate::openapi())?);
            return output::must_be_whole().map(|()| ExitCode::SUCCESS);
        }
        Command::Watch(command) => {
            print!("{}", watch::text(command));
            return output::must_be_whole().map(|()| ExitCode::SUCCESS);
        }
        Command::LogSegment { socket, name, to } => return Ok(backups::fetch_segment(socket, name, to)),
        _ => {}
    }
    let (mut settings, values) = Settings::load(file.as_deref())?;
    settings.demo |= arguments.demo;
    // Keys and the anchor lie there even when the database does not. Who has no such folder hears of it where it is needed.
    settings.data_dir = data_dir(&settings).ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(dispatch(arguments.command, settings, values));
    // Whoever waits for a program that has hung does not keep us.
    runtime.shutdown_timeout(LAST_MOMENT);
    let code = outcome?;
    output::must_be_whole()?;
    Ok(code)
}

async fn dispatch(command: Command, settings: Settings, values: Values) -> Result<ExitCode> {
    match command {
        Command::Serve => serve::serve(settings).await?,
        Command::Work => work::work(settings).await?,
        Command::Migrate { plan: true } => {
            let database = open(&settings).await?;
            let planned = platform::migrate::planned(&database.connect_as_owner().await?).await;
            database.stop().await?;
            show_plan(&planned?);
        }
        Command::Migrate { plan: false } => {
            let database = open(&settings).await?;
            for name in database.migrate().await? {
                println!("applied {name}");
            }
            let newer = platform::migrate::newer(&database.connect_as_owner().await?).await?;
            database.stop().await?;
            match newer.last() {
                None => println!("The database is at this release."),
                Some(newest) => println!("The database is of a newer release ({newest})."),
            }
        }
        Command::Seed(seed) => data::seed(&settings, &seed).await?,
        Command::Generate(generate) => data::generate(&settings, &generate).await?,
        Command::Import(import) => return data::import(&settings, import).await,
        Command::Staff(command) => staff::run(settings, command).await?,
        Command::Openapi | Command::Watch(_) | Command::LogSegment { .. } => {}
        Command::Health { ready } => return health::health(&settings, ready).await,
        Command::Verify => return verify::verify(&settings).await,
        Command::Audit(command) => return audit::run(settings, command).await,
        Command::Erasure(command) => return erasure::run(settings, command).await,
        Command::Backup(command) => return backup::run(settings, command).await,
        Command::Restore { at: Some(target), .. } => return instant::restore(settings, target).await,
        Command::Restore { copy, .. } => return backup::restore(settings, &copy.unwrap_or_default()).await,
        Command::Drill { copy } => return backup::drill(settings, copy).await,
        Command::Move { to } => return moving::run(settings, &to).await,
        Command::Fence(command) => return backup::fence(settings, command).await,
        Command::Vault(command) => vault::run(settings, command).await?,
        Command::Config(config::Config::Show) => config::show(&values),
        Command::Config(config::Config::Check) => return check::check(settings).await,
    }
    Ok(ExitCode::SUCCESS)
}

fn show_plan(missing: &[platform::migrate::Migration]) {
    for (name, sql) in missing {
        println!("{name}");
        for step in platform::migrate::steps(sql) {
            println!("    {}: {}", step.what, step.waits);
        }
    }
    println!("{} migrations would be run. Nothing was changed.", missing.len());
}

/// For commands that write: the database, migrated.
async fn open_migrated(settings: &Settings) -> Result<Database> {
    let database = open(settings).await?;
    database.migrate().await?;
    Ok(database)
}

async fn open(settings: &Settings) -> Result<Database> {
    quiet_log();
    Database::open(settings, For::Command).await
}

/// Commands print results on standard output; only warnings are logged, on standard error.
fn quiet_log() {
    let _ = tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter("warn").try_init();
}

/// Why somebody does what the trail tells of.
fn parse_reason(text: &str) -> Result<String, String> {
    clean_line(text, 500).map_err(|fault| fault.to_string())
}
