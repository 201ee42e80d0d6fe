//! A copy goes out: once, to whoever holds the link.

use deadpool_postgres::Client;
use kernel::{CustomerId, ExportId};
use platform::{Actor, App, Event, Problem, RequestInfo, Result, Tx};
use tokio::sync::mpsc;

use crate::{
    Token,
    rules::{self, Door},
    sealing::Opener,
    store::{self, Behind},
};

/// A ZIP on its way.
pub(crate) struct Fetched {
    pub size: i64,
    pub pieces: mpsc::Receiver<std::io::Result<Vec<u8>>>,
}

/// What stands behind a link, which is not used by looking.
pub(crate) async fn look(app: &App, db: &Client, token: &Token) -> Result<Door> {
    let found = store::behind(db, token).await?;
    Ok(rules::door(found.map(|behind| (behind.state, behind.expires_at)), app.clock.now()))
}

/// Uses the link up, and hands the content out piece by piece; when the last piece has left, or nobody takes any more, the content
/// is destroyed. None: the link opens nothing.
pub(crate) async fn fetch_export(
    app: &App,
    mut db: Client,
    token: &Token,
    request: RequestInfo,
) -> Result<Option<Fetched>> {
    let now = app.clock.now();
    let tx = Tx::begin(&mut db, app).await?;
    let Some(behind) = store::behind(&*tx, token).await? else { return Ok(None) };
    let Door::Ready(_) = rules::door(Some((behind.state, behind.expires_at)), now) else { return Ok(None) };
    if !store::set_fetched(&*tx, behind.id, now).await? {
        return Ok(None);
    }
    let event = Event::change("export.fetched").of_customer(behind.customer).on("export", behind.id.0);
    tx.commit(&Actor::nobody(request), event).await?;
    let (sender, pieces) = mpsc::channel(2);
    let size = behind.size.unwrap_or_default();
    tokio::spawn(hand_out(app.clone(), db, token.clone(), behind, sender));
    Ok(Some(Fetched { size, pieces }))
}

async fn hand_out(
    app: App,
    db: Client,
    token: Token,
    behind: Behind,
    pieces: mpsc::Sender<std::io::Result<Vec<u8>>>,
) {
    let outcome = send(&db, &token, &behind, &pieces).await;
    drop(db);
    let action =
        if matches!(outcome, Ok(true)) { "export.download_finished" } else { "export.download_interrupted" };
    if let Err(problem) = outcome {
        // Too late for a status: the connection breaks, so that nobody takes the file for whole.
        let _ = pieces.send(Err(std::io::Error::other(problem.detail))).await;
    }
    if let Err(problem) = destroy(&app, behind.id, behind.customer, action).await {
        tracing::warn!(detail = problem.detail, "the content of a fetched export is destroyed later");
    }
}

/// False: who fetched it has gone.
async fn send(
    db: &Client,
    token: &Token,
    behind: &Behind,
    pieces: &mpsc::Sender<std::io::Result<Vec<u8>>>,
) -> Result<bool> {
    let ephemeral = behind.ephemeral.ok_or_else(|| Problem::internal(&"a ready export without a key"))?;
    let mut opener = Opener::new(behind.id, token, ephemeral);
    let count = store::count_parts(db, behind.id).await?;
    for position in 0..count {
        let piece = opener.open(store::part(db, behind.id, position).await?, position + 1 == count)?;
        if pieces.send(Ok(piece)).await.is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The content of what was fetched goes; nothing is done twice.
pub(super) async fn destroy(
    app: &App,
    id: ExportId,
    customer: CustomerId,
    action: &'static str,
) -> Result<()> {
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    if store::destroy(&*tx, id).await? > 0 {
        let event = Event::change(action).of_customer(customer).on("export", id.0);
        tx.commit(&Actor::system(), event).await?;
    }
    Ok(())
}
