//! What happens to personal exports: asked for, made, fetched, destroyed; each one transaction with its event.

mod fetch;

use deadpool_postgres::Client;
use jiff::{SignedDuration, Timestamp};
use kernel::{CustomerId, DataRequestId, ExportId, StaffId};
use platform::db::GenericClient;
use platform::{
    Actor, App, Event, Problem, Result, Tx,
    idempotency::{self, Once},
};
use serde_json::json;
use staff::{
    By,
    permissions::{DataRequestRead, ExportMake},
};

use crate::{
    AskedExport, ExportLink, ExportSection, ExportState, PersonalExport, Token,
    jobs::MAKE,
    model::{ExportAct, ExportList},
    rules,
    sealing::Sealer,
    sections::SECTIONS,
    snapshot,
    store::{self, New, Parts},
};
pub(crate) use fetch::{fetch_export, look};

/// A copy is begun; who makes it finishes within minutes, or it is given up after an hour.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(1);
const ATTEMPTS: i32 = 5;

/// An export that was written down, and its link if it is to be handed out.
#[derive(Debug)]
pub struct Asked {
    pub id: ExportId,
    pub link: Option<ExportLink>,
}

/// Begins a copy of everything about the customer. The answer holds its link, this once.
pub async fn export_data(
    app: &App,
    db: &mut Client,
    by: &By<ExportMake>,
    customer: CustomerId,
    once: Once,
) -> Result<AskedExport> {
    by.require_proof(app)?;
    let tx = Tx::begin(db, app).await?;
    if let Some(made) = idempotency::find(&tx, by.staff_id, &once).await? {
        return Ok(AskedExport { export: store::read(&*tx, ExportId(made)).await?, link: None });
    }
    check_not_erased(&*tx, customer, app.clock.now()).await?;
    let asked = ask(app, &tx, by.staff_id, customer, None, true).await?;
    idempotency::keep(&tx, by.staff_id, &once, asked.id.0, app.clock.now()).await?;
    enqueue(app, &tx, MAKE, asked.id, json!({})).await?;
    let export = store::read(&*tx, asked.id).await?;
    let event = Event::change("export.asked").of_customer(customer).on("export", asked.id.0);
    tx.commit(&by.actor, event).await?;
    Ok(AskedExport { export, link: asked.link })
}

async fn check_not_erased(db: &impl GenericClient, customer: CustomerId, now: Timestamp) -> Result<()> {
    let person = customers::read(db, customer, now).await?.ok_or_else(|| Problem::not_found("customer"))?;
    if person.merged_into.is_some() {
        return Err(Problem::merged());
    }
    if customers::is_being_erased(db, customer).await? {
        return Err(Problem::being_erased());
    }
    if person.erased_at.is_some() {
        return Err(Problem::conflict("erased", "This customer was erased. There is nothing left to copy."));
    }
    Ok(())
}

/// Writes down that a copy is wanted; the caller sees to it that it is made, and commits with an event of its own. What waits to be
/// fetched for the same purpose is destroyed: one link at a time works. Handed out, the link is known from now on; else it is
/// made with the content ([`make`]).
pub async fn ask(
    app: &App,
    tx: &Tx<'_>,
    by: StaffId,
    customer: CustomerId,
    request: Option<DataRequestId>,
    hand_out: bool,
) -> Result<Asked> {
    let now = app.clock.now();
    for earlier in store::waiting(&**tx, customer, request).await? {
        store::expire(&**tx, earlier, Some("replaced"), now).await?;
    }
    let id = ExportId::new(now);
    let expires_at = expiry(app, now);
    let token = hand_out.then(Token::new);
    let new = New { id, customer, request, by, now, expires_at, token: token.as_ref() };
    store::insert(&**tx, &new).await?;
    Ok(Asked { id, link: token.map(|token| link(app, &token, expires_at)) })
}

fn expiry(app: &App, from: Timestamp) -> Timestamp {
    let kept = SignedDuration::try_from(app.settings.personal_export_kept).unwrap_or(SignedDuration::MAX);
    from.saturating_add(kept).unwrap_or(Timestamp::MAX)
}

fn link(app: &App, token: &Token, expires_at: Timestamp) -> ExportLink {
    ExportLink { url: format!("{}/export/{}", app.settings.public_url, token.text()), expires_at }
}

/// Enqueues the job of this kind that makes the export; `exportId` joins what else it is to know.
pub async fn enqueue(
    app: &App,
    tx: &Tx<'_>,
    kind: &'static str,
    id: ExportId,
    mut payload: serde_json::Value,
) -> Result<()> {
    payload["exportId"] = json!(id);
    let now = app.clock.now();
    let job = jobs::New::now(kind, payload, now).key(format!("{kind} {id}")).attempts(ATTEMPTS);
    jobs::enqueue(&**tx, job, now).await?;
    Ok(())
}

/// A copy that is made and not committed yet.
pub struct Making<'a> {
    pub tx: Tx<'a>,
    pub export: PersonalExport,
    /// Of an export whose link was not handed out before.
    pub link: Option<ExportLink>,
}

/// Makes the content of an export, in one transaction that the caller commits. None: there is nothing to make any more. What was
/// begun before and came to nothing has left nothing.
pub async fn make<'a>(app: &App, writer: &'a mut Client, id: ExportId) -> Result<Option<Making<'a>>> {
    let mut reader = app.db.client().await?;
    let tx = Tx::begin(writer, app).await?;
    tx.batch_execute("set local idle_in_transaction_session_timeout = 0").await?;
    let Some((ExportState::Asked, known)) = store::lock(&*tx, id).await? else { return Ok(None) };
    let customer = store::read(&*tx, id).await?.customer_id;
    let token = known.is_none().then(Token::new);
    let recipient = known.or_else(|| token.as_ref().map(Token::public_key)).unwrap_or_default();
    let mut sealer = Sealer::new(id, recipient);
    let content =
        snapshot::write(app, &mut reader, customer, &mut sealer, &Parts { tx: &tx, export: id }).await?;
    store::set_ready(&*tx, id, &content, sealer.ephemeral, token.as_ref(), app.clock.now()).await?;
    let export = store::read(&*tx, id).await?;
    let link = token.map(|token| link(app, &token, export.expires_at));
    Ok(Some(Making { tx, export, link }))
}

/// A copy that answers no request.
pub(crate) async fn make_export(app: &App, id: ExportId) -> Result<()> {
    let mut writer = app.db.client().await?;
    let Some(Making { tx, export, .. }) = make(app, &mut writer, id).await? else { return Ok(()) };
    let event = made(&export);
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

fn made(export: &PersonalExport) -> Event {
    Event::change("export.made")
        .of_customer(export.customer_id)
        .on("export", export.id.0)
        .items(export.rows.unwrap_or_default())
        .details(json!({ "sha256": export.sha256, "seal": export.seal }))
}

/// Nobody tries any more.
pub async fn give_up(app: &App, id: ExportId) -> Result<()> {
    let mut db = app.db.client().await?;
    let tx = Tx::begin(&mut db, app).await?;
    if !matches!(store::lock(&*tx, id).await?, Some((ExportState::Asked, _))) {
        return Ok(());
    }
    store::set_failed(&*tx, id, app.clock.now()).await?;
    let customer = store::read(&*tx, id).await?.customer_id;
    let event = Event::change("export.failed").of_customer(customer).on("export", id.0);
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

/// Destroys what nobody fetched in time, and what an interrupted download left; gives up what nobody is making any more.
pub(crate) async fn expire_exports(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut db = app.db.client().await?;
    let begun_before = now.saturating_sub(GIVEN_UP_AFTER).unwrap_or(now);
    let overdue = store::overdue(&db, now, begun_before).await?;
    for (id, customer) in overdue.expired {
        let tx = Tx::begin(&mut db, app).await?;
        if store::expire(&*tx, id, None, now).await? {
            let event = Event::change("export.expired").of_customer(customer).on("export", id.0);
            tx.commit(&Actor::system(), event).await?;
        }
    }
    for (id, customer) in overdue.left {
        fetch::destroy(app, id, customer, "export.download_interrupted").await?;
    }
    for (id, _) in overdue.given_up {
        give_up(app, id).await?;
    }
    Ok(())
}

/// The copies of a customer, and whether the one who looks may make another.
pub(crate) async fn list_exports(
    db: &Client,
    by: &By<DataRequestRead>,
    customer: CustomerId,
    now: Timestamp,
) -> Result<ExportList> {
    let exports = store::of_customer(db, customer).await?;
    let living = check_not_erased(db, customer, now).await;
    let may = by.may::<ExportMake>().and(living).and_then(|()| rules::check_ask(&exports));
    Ok(ExportList {
        may_export: ExportAct { allowed: may.is_ok(), reason: may.err().map(|problem| problem.detail) },
        exports,
    })
}

/// How many records of each kind a copy would hold now.
pub async fn scope(db: &Client, customer: CustomerId) -> Result<Vec<ExportSection>> {
    let counts = snapshot::counts(db, customer).await?;
    let sections = SECTIONS.iter().zip(counts);
    Ok(sections
        .map(|(section, rows)| ExportSection { name: section.name, title: section.title, rows })
        .collect())
}
