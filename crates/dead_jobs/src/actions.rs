use deadpool_postgres::Client;
use kernel::JobId;
use platform::{App, Event, Result, Tx};
use serde_json::json;
use staff::{By, permissions::JobManage};

use crate::{input::DiscardInput, model::DeadJob, store};

/// Has a dead job tried again, as often as at first.
pub(crate) async fn retry_job(app: &App, db: &mut Client, by: &By<JobManage>, id: JobId) -> Result<DeadJob> {
    let tx = Tx::begin(db, app).await?;
    let job = store::lock_dead(&*tx, id).await?;
    if !jobs::retry_dead(&*tx, id, app.clock.now()).await? {
        return Err(store::moved_on());
    }
    let event = Event::change("job.retried").on("job", id.0).details(json!({ "kind": job.kind }));
    tx.commit(&by.actor, event).await?;
    Ok(job)
}

/// Lets a dead job go, with a word why; it is never tried again.
pub(crate) async fn discard_job(
    app: &App,
    db: &mut Client,
    by: &By<JobManage>,
    id: JobId,
    input: DiscardInput,
) -> Result<DeadJob> {
    let word = input.check()?;
    let tx = Tx::begin(db, app).await?;
    let job = store::lock_dead(&*tx, id).await?;
    if !jobs::discard_dead(&*tx, id, app.clock.now()).await? {
        return Err(store::moved_on());
    }
    let event = Event::change("job.discarded")
        .on("job", id.0)
        .details(json!({ "kind": job.kind }))
        .values(None::<&()>, Some(&json!({ "word": word })));
    tx.commit(&by.actor, event).await?;
    Ok(job)
}
