use std::{
    io::{BufWriter, ErrorKind, Write, stdout},
    process::ExitCode,
    time::Instant,
};

use anyhow::Result;
use audit::trail::{self, Outcome, Report, Sealing, TrailError};
use clap::Subcommand;
use jiff::SignedDuration;
use kernel::{Clock, EventId};
use platform::{Actor, App, settings::Settings};

use super::{data::progress_bar, open, parse_reason, serve::described, verify::wrong_books};
use crate::keys;

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Recompute the whole trail and the books, and name the first row that was changed.
    /// Exit code: 0 OK, 3 BROKEN, 4 INCOMPLETE, 5 ANCHOR MISMATCH, 1 when it could not be tried.
    Verify,
    /// Number and sign what was written since; a running server does so every second.
    Seal,
    /// Print everything with its hashes, a JSON object a line.
    Export,
    /// Print what proves one event to a third party.
    Prove { event: EventId },
    /// Print the public key that belongs to the signatures.
    Key,
    /// After an earlier state was put back on purpose: begin the anchor file anew, and leave an event that says why.
    Reanchor {
        /// Who decided it and why; it stays in the trail.
        #[arg(long, value_parser = parse_reason)]
        reason: String,
    },
}

/// Longer than any server takes to seal.
const BACKLOG: SignedDuration = SignedDuration::from_mins(1);

pub(super) async fn run(settings: Settings, command: Audit) -> Result<ExitCode> {
    let settings = match command {
        Audit::Seal => keys::with_made_audit_key(settings)?,
        _ => keys::with_audit_key(settings)?,
    };
    let database = open(&settings).await?;
    let outcome = match command {
        Audit::Reanchor { reason } => {
            // Why it was done stands in the trail, and is encrypted there.
            let settings =
                keys::with_vault(settings, &database.connect().await?, Clock::System.now()).await?;
            reanchor(&App::new(database.db.clone(), Clock::System, settings), &reason).await
        }
        command => act(&settings, &mut database.connect().await?, command).await,
    };
    database.stop().await?;
    outcome
}

async fn reanchor(app: &App, reason: &str) -> Result<ExitCode> {
    let mut db = app.db.client().await.map_err(described)?;
    let done = trail::reanchor(app, &mut db, &Actor::system(), reason).await?;
    println!(
        "The anchor knew of seal {}, the database ends at seal {}. {} lines of it still hold and were kept; all of it lies in {}.",
        done.anchored.number,
        done.head,
        done.kept,
        done.aside.display()
    );
    Ok(ExitCode::SUCCESS)
}

async fn act(settings: &Settings, client: &mut tokio_postgres::Client, command: Audit) -> Result<ExitCode> {
    match command {
        Audit::Verify => return verify(settings, client).await,
        Audit::Seal => match trail::sealer(settings, Clock::System)?.seal(client).await? {
            Sealing::Done(count) => println!("Sealed {count}."),
            Sealing::Busy => println!("Somebody else is sealing just now."),
        },
        Audit::Export => {
            let mut out = BufWriter::new(stdout().lock());
            let written = match trail::export(client, &mut out).await {
                Ok(_) => out.flush(),
                Err(TrailError::Output(error)) => Err(error),
                Err(error) => return Err(error.into()),
            };
            // Who reads no further has what they wanted.
            if let Err(error) = written
                && error.kind() != ErrorKind::BrokenPipe
            {
                return Err(TrailError::Output(error).into());
            }
        }
        Audit::Prove { event } => {
            println!("{}", serde_json::to_string_pretty(&trail::prove(client, event.0).await?)?);
        }
        // Needs more than a connection, and is done before.
        Audit::Reanchor { .. } => {}
        Audit::Key => {
            for key in trail::trust(settings)?.keys {
                println!("{key}");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn verify(settings: &Settings, client: &mut tokio_postgres::Client) -> Result<ExitCode> {
    let begun = Instant::now();
    let trust = trail::trust(settings)?;
    let bar = progress_bar(0, "seals");
    let mut report = trail::verify(client, &trust, |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })
    .await?;
    bar.finish_and_clear();
    for line in wrong_books(client).await? {
        report.add(Outcome::Broken, None, "books".to_owned(), line);
    }
    let now = Clock::System.now();
    if report.waiting_since.is_some_and(|at| now.duration_since(at) > BACKLOG) {
        let what = "wait to be sealed for longer than a minute: `hub serve` or `hub audit seal` does so";
        report.add(Outcome::Incomplete, None, format!("{} rows", report.figures.backlog), what);
    }
    print(&report);
    println!("{:.1} s", begun.elapsed().as_secs_f32());
    let (word, code) = match report.outcome() {
        Outcome::Ok => ("OK", 0),
        Outcome::Broken => ("BROKEN", 3),
        Outcome::Incomplete => ("INCOMPLETE", 4),
        Outcome::AnchorMismatch => ("ANCHOR MISMATCH", 5),
    };
    println!("{word}");
    Ok(ExitCode::from(code))
}

fn print(report: &Report) {
    let figures = &report.figures;
    for finding in &report.findings {
        let place = finding.number.map_or(String::new(), |number| format!("seal {number}: "));
        println!("{place}{}: {}", finding.row, finding.what);
    }
    if report.more > 0 {
        println!("and {} more", report.more);
    }
    println!(
        "{} seals over {} events ({} without a hash of their own) and {} transfers, {} checkpoints, {} anchors; {} rows wait",
        figures.seals,
        figures.events,
        figures.found,
        figures.transfers,
        figures.checkpoints,
        figures.anchors,
        figures.backlog
    );
    if let Some(head) = report.head {
        println!("Signed as far as seal {} at {}, chain {}", head.number, head.at, chain::hex(&head.chain));
    }
}
