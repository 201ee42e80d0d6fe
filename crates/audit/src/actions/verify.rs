//! Verifying the trail from the desk: asked for by a person, done by a job, told by a row.

use std::time::Duration;

use deadpool_postgres::Client;
use jiff::SignedDuration;
use jobs::{Job, Outcome};
use kernel::{StaffId, VerificationId};
use platform::{
    Actor, App, Event, Problem, Result, Tx,
    db::{GenericClient as _, snapshot},
};
use serde_json::json;
use tokio::sync::watch;

use crate::{
    AnchorState, TrailFinding, TrailOutcome, TrailState, TrailVerification,
    store::verifications::{self as store, Verdict},
    trail,
};

/// The kind of the job that does it.
pub(crate) const VERIFY: &str = "trail.verify";
/// Whoever works on one is heard of every second.
const SILENCE: SignedDuration = SignedDuration::from_mins(3);
const TELL_EVERY: Duration = Duration::from_millis(500);
/// A name, and a query that returns one line of text for every row that is wrong.
pub(crate) type Checks = &'static [(&'static str, &'static str)];

pub(crate) async fn read_trail(app: &App, db: &Client) -> Result<TrailState> {
    let head = store::find_head(db).await?;
    let (waiting, waiting_since) = store::count_waiting(db, head.map_or(0, |(_, _, below)| below)).await?;
    Ok(TrailState {
        head: head.map(|(number, ..)| number),
        signed_at: head.map(|(_, at, _)| at),
        waiting,
        waiting_since,
        anchor: anchor(app, db, head.map_or(0, |(number, ..)| number)).await?,
        running: store::find_running(db).await?,
        last: store::find_last(db).await?,
    })
}

async fn anchor(app: &App, db: &Client, head: i64) -> Result<AnchorState> {
    use trail::Standing;
    let file = match trail::anchor(&app.settings) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(AnchorState::Off),
        Err(_) => return Ok(AnchorState::Unreadable),
    };
    let Ok(last) = file.last() else { return Ok(AnchorState::Unreadable) };
    // Asked for after the file was read: a head that is anchored is in the database already.
    let head = store::find_head(db).await?.map_or(head, |(number, ..)| number);
    Ok(match trail::standing(&***db, head, last).await? {
        Standing::Unanchored => AnchorState::Empty,
        Standing::Holds => AnchorState::Holds,
        Standing::Behind => AnchorState::Behind,
        Standing::Differs => AnchorState::Differs,
    })
}

/// Begins a run, or finds the one that is under way.
pub(crate) async fn verify_trail(
    app: &App,
    db: &mut Client,
    actor: &Actor,
    by: StaffId,
) -> Result<TrailVerification> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    store::end_silent(&*tx, now.saturating_sub(SILENCE).unwrap_or(now), now).await?;
    let made = store::insert(&*tx, VerificationId::new(now), by, now).await?;
    let run = store::find_running(&*tx).await?.ok_or_else(|| Problem::not_found("verification"))?;
    if made {
        let job = jobs::New::now(VERIFY, json!({ "verificationId": run.id }), now).attempts(1);
        jobs::enqueue(&*tx, job, now).await?;
    }
    let action = if made { "trail.verification_started" } else { "trail.verification_asked_again" };
    tx.commit(actor, Event::change(action).on("verification", run.id.0)).await?;
    Ok(run)
}

/// One run of the job. `books`: what is checked besides, since amounts are not in the chain but must agree with it.
pub(crate) async fn run(app: App, job: Job, books: Checks) -> Outcome {
    let Some(id) = job.payload["verificationId"].as_str().and_then(|text| text.parse().ok()) else {
        return Outcome::dead("it names no verification");
    };
    let verdict = verify(&app, id, books).await.unwrap_or_else(|cause| {
        tracing::error!(cause, "the trail could not be verified");
        let row = "verification".to_owned();
        Verdict {
            outcome: TrailOutcome::Failed,
            upto: None,
            signed_at: None,
            done: 0,
            findings: vec![TrailFinding { outcome: TrailOutcome::Failed, number: None, row, what: cause }],
            more: 0,
        }
    });
    match write_down(&app, id, &verdict).await {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::dead(problem.detail),
    }
}

async fn verify(app: &App, id: VerificationId, books: Checks) -> Result<Verdict, String> {
    let trust = trail::trust(&app.settings).map_err(|error| error.to_string())?;
    let (progress, told) = watch::channel((0, 0));
    let teller = tokio::spawn(tell(app.clone(), id, told));
    let outcome = async {
        let mut db = app.db.client().await.map_err(|problem| problem.detail)?;
        let note = |done, total| {
            progress.send_replace((done, total));
        };
        let mut report = trail::verify(&mut db, &trust, note).await.map_err(|error| error.to_string())?;
        for line in contradictions(&mut db, books).await.map_err(|problem| problem.detail)? {
            report.add(trail::Outcome::Broken, None, "books".to_owned(), line);
        }
        Ok::<_, String>(report)
    }
    .await;
    teller.abort();
    let report = outcome?;
    Ok(Verdict {
        outcome: word(report.outcome()),
        upto: report.head.map(|head| head.number),
        signed_at: report.head.map(|head| head.at),
        done: i64::try_from(report.figures.seals).unwrap_or(i64::MAX),
        findings: report
            .findings
            .into_iter()
            .map(|finding| TrailFinding {
                outcome: word(finding.outcome),
                number: finding.number,
                row: finding.row,
                what: finding.what,
            })
            .collect(),
        more: i64::try_from(report.more).unwrap_or(i64::MAX),
    })
}

fn word(outcome: trail::Outcome) -> TrailOutcome {
    match outcome {
        trail::Outcome::Ok => TrailOutcome::Ok,
        trail::Outcome::Broken => TrailOutcome::Broken,
        trail::Outcome::Incomplete => TrailOutcome::Incomplete,
        trail::Outcome::AnchorMismatch => TrailOutcome::AnchorMismatch,
    }
}

/// All checks see the same instant.
async fn contradictions(db: &mut Client, books: Checks) -> Result<Vec<String>> {
    let tx = snapshot(db).await?;
    tx.batch_execute("set local statement_timeout = 0").await?;
    let mut wrong = Vec::new();
    for (name, sql) in books {
        for row in tx.query(*sql, &[]).await? {
            wrong.push(format!("{} ({name})", row.get::<_, &str>(0)));
        }
    }
    Ok(wrong)
}

/// Writes down how far it is, on a connection of its own, until it is aborted.
async fn tell(app: App, id: VerificationId, told: watch::Receiver<(u64, u64)>) {
    loop {
        tokio::time::sleep(TELL_EVERY).await;
        let now = *told.borrow();
        if let Ok(db) = app.db.client().await
            && let Err(problem) = store::note_progress(&db, id, now, app.clock.now()).await
        {
            tracing::warn!(detail = problem.detail, "the progress of a verification was not noted");
        }
    }
}

async fn write_down(app: &App, id: VerificationId, verdict: &Verdict) -> Result<()> {
    let mut db = app.db.client().await?;
    let now = app.clock.now();
    let tx = Tx::begin(&mut db, app).await?;
    if !store::finish(&*tx, id, verdict, now).await? {
        return Ok(());
    }
    let event = Event::change("trail.verified").on("verification", id.0).items(verdict.done).details(
        json!({ "outcome": verdict.outcome, "upto": verdict.upto, "findings": verdict.findings.len() }),
    );
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}
