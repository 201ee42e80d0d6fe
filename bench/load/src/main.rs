//! The benchmark: starts the hub on generated data, asks it over HTTP, and puts every figure beside its floor,
//! measured in the same run and in turn with it. Slow figures are figures; wrong answers are failures.

mod backups;
mod bars;
mod floor;
mod http;
mod hub;
mod live;
mod load;
mod plans;
mod plot;
mod process;
mod report;
mod routes;
mod run;
mod writes;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Parser, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

#[derive(Parser)]
pub struct Arguments {
    /// The release binary of the hub.
    #[arg(long)]
    hub: PathBuf,
    /// The data folder in which customers were generated.
    #[arg(long)]
    data: PathBuf,
    /// How many customers that are.
    #[arg(long)]
    customers: i64,
    /// The folder of pgbench and psql.
    #[arg(long)]
    postgres_bin: PathBuf,
    /// The folder of the floors' statements.
    #[arg(long)]
    sql: PathBuf,
    /// The hub's own statement of a timeline.
    #[arg(long)]
    timeline: PathBuf,
    /// How many seconds it took to generate the customers, if that is known.
    #[arg(long)]
    generated_in: Option<f64>,
    /// Where the results are kept.
    #[arg(long)]
    results: PathBuf,
    /// What was built.
    #[arg(long)]
    commit: String,
    /// How often each main figure is measured; the medians are printed.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// How long each of them takes.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Measures this alone.
    #[arg(long)]
    only: Option<Only>,
    /// Keeps the plans as they are now.
    #[arg(long)]
    update_plans: bool,
    /// How many pages listen while changes are made.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    sockets: u32,
    /// How many changes they hear of.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    changes: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    /// What it takes to make, verify, prove and restore a copy.
    Backups,
    /// From the answer to a change until every open page has heard of it.
    Live,
    /// How PostgreSQL goes about what the list asks, compared with the snapshot.
    Plans,
    /// The kept results of all sizes as a picture: what the same costs over more customers.
    Plot,
}

/// One thread, as pgbench's clients have: the other core is the hub's and PostgreSQL's.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // Interrupted, the hub goes too: dropping what runs ends its process.
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        done = measure(&arguments) => done,
        _ = terminate.recv() => bail!("stopped half-way"),
        _ = tokio::signal::ctrl_c() => bail!("stopped half-way"),
    }
}

async fn measure(arguments: &Arguments) -> Result<()> {
    let Arguments { results, commit, customers, .. } = arguments;
    match arguments.only {
        Some(Only::Backups) => keep(arguments, "backups", &backups::run(arguments).await?)?,
        Some(Only::Live) => keep(arguments, "live", &live::run(arguments).await?)?,
        Some(Only::Plans) => plans::check(arguments).await?,
        Some(Only::Plot) => plot::draw(results)?,
        None => {
            let measured = run::run(arguments).await?;
            let smaller = bars::smaller(results, commit, *customers);
            let text = report::text(&measured, smaller.as_ref());
            print!("{text}");
            let file = results.join(format!("{commit}-{customers}"));
            std::fs::write(file.with_extension("txt"), text)?;
            let json = report::json(&measured, smaller.as_ref());
            std::fs::write(file.with_extension("json"), format!("{json:#}\n"))?;
            plot::draw(results)?;
        }
    }
    Ok(())
}

fn keep(given: &Arguments, what: &str, text: &str) -> Result<()> {
    let Arguments { results, commit, customers, .. } = given;
    print!("{text}");
    std::fs::write(results.join(format!("{commit}-{customers}-{what}.txt")), text)?;
    Ok(())
}
