//! The work: five steps, each one transaction that leaves the next one to do. Whoever dies in one is followed by another who
//! does that step again, and no other.

use deadpool_postgres::Client;
use kernel::ErasureId;
use platform::{Actor, App, Event, Problem, Result, Tx, values::Whose};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    Books, ErasureCertificate, ErasureState,
    outside::{self, Entry},
    rules::{self, Identifier, Patterns},
    store::{self, Erasure},
};

pub(crate) const RUN: &str = "erasure.run";

pub(crate) async fn enqueue(app: &App, tx: &Tx<'_>, id: ErasureId) -> Result<()> {
    let now = app.clock.now();
    let job = jobs::New::now(RUN, json!({ "erasureId": id }), now).key(format!("{RUN} {id}"));
    jobs::enqueue(&**tx, job, now).await?;
    Ok(())
}

/// On to the end, or to where somebody has to look.
pub(crate) async fn run(app: &App, id: ErasureId) -> Result<ErasureState> {
    loop {
        let mut db = app.db.client().await?;
        let erasure = store::read(&db, id).await?.shown;
        if !matches!(erasure.state, ErasureState::Approved | ErasureState::Running) {
            return Ok(erasure.state);
        }
        match erasure.step.as_str() {
            "collect" => collect(app, &mut db, id).await?,
            "overwrite" => overwrite(app, &mut db, id).await?,
            "scan" => scan(app, &mut db, id).await?,
            "key" => destroy_key(app, &mut db, id).await?,
            "certify" => certify(app, &mut db, id).await?,
            other => return Err(Problem::internal(&format!("an erasure has no step {other}"))),
        }
    }
}

/// Locked, and still at this step: another worker may have been quicker.
async fn at(tx: &Tx<'_>, id: ErasureId, step: &str) -> Result<Option<Erasure>> {
    let erasure = store::lock(&**tx, id).await?;
    let runs = matches!(erasure.shown.state, ErasureState::Approved | ErasureState::Running);
    Ok(Some(erasure).filter(|erasure| runs && erasure.shown.step == step))
}

fn told(action: &'static str, erasure: &Erasure) -> Event {
    Event::change(action).of_customer(erasure.shown.customer_id).on("erasure", erasure.shown.id.0)
}

/// What the person was known by, for the scan; and the books as they are.
async fn collect(app: &App, db: &mut Client, id: ErasureId) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let Some(erasure) = at(&tx, id, "collect").await? else { return Ok(()) };
    let customer = erasure.shown.customer_id;
    // What was approved may have been overtaken; what was done before a restore has not.
    if erasure.shown.state == ErasureState::Approved
        && let Some(block) = rules::blocks(&store::standing(&*tx, customer).await?).first()
    {
        store::stop(&*tx, id, &block.reason, now).await?;
        tx.commit(&Actor::system(), told("erasure.stopped", &erasure)).await?;
        return Ok(());
    }
    let known = store::identifiers(&*tx, customer).await?;
    let books = store::books(&*tx, customer).await?;
    let key = app.values.key(&**tx, Whose::Customer(customer), now).await?;
    let sealed = key.seal(id.0, &serde_json::to_vec(&known).unwrap_or_default());
    store::keep_collected(&*tx, id, &sealed, &json!(books)).await?;
    tx.commit(&Actor::system(), told("erasure.begun", &erasure)).await?;
    Ok(())
}

async fn patterns(app: &App, db: &impl platform::db::GenericClient, erasure: &Erasure) -> Result<Patterns> {
    let key = app.values.key(db, Whose::Customer(erasure.shown.customer_id), app.clock.now()).await?;
    let sealed = erasure.identifiers.as_deref().unwrap_or_default();
    let opened = key.open(erasure.shown.id.0, sealed);
    let known: Option<Vec<Identifier>> = opened.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let known = known.ok_or_else(|| Problem::internal(&"what the scan looks for cannot be read"))?;
    Ok(Patterns::of(&known))
}

async fn overwrite(app: &App, db: &mut Client, id: ErasureId) -> Result<()> {
    let tx = Tx::begin(db, app).await?;
    let Some(erasure) = at(&tx, id, "overwrite").await? else { return Ok(()) };
    let patterns = patterns(app, &**tx, &erasure).await?;
    store::begin_overwriting(&*tx, erasure.shown.customer_id).await?;
    let rows = store::overwrite(&*tx, erasure.shown.customer_id, &patterns, app.clock.now()).await?;
    store::keep_overwritten(&*tx, id, &rows).await?;
    let event = told("erasure.overwritten", &erasure).details(json!({ "rows": rows }));
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

async fn scan(app: &App, db: &mut Client, id: ErasureId) -> Result<()> {
    let erasure = store::read(db, id).await?;
    let patterns = patterns(app, &***db, &erasure).await?;
    let report = store::scan(db, erasure.shown.customer_id, &patterns, app.clock.now()).await?;
    let tx = Tx::begin(db, app).await?;
    let Some(erasure) = at(&tx, id, "scan").await? else { return Ok(()) };
    let clean = report.is_clean();
    store::keep_scan(&*tx, id, clean, &json!(report)).await?;
    let found: i64 = report.found.iter().map(|finding| finding.rows).sum();
    let event = told("erasure.scanned", &erasure).details(json!({ "passed": clean, "found": found }));
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

/// Written down outside first: what is gone from here must go again after a restore.
async fn destroy_key(app: &App, db: &mut Client, id: ErasureId) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let Some(erasure) = at(&tx, id, "key").await? else { return Ok(()) };
    let customer = erasure.shown.customer_id;
    let path = app.settings.erasure_ledger.clone();
    let path = path.ok_or_else(|| Problem::internal(&"there is no erasure ledger: set `erasure_ledger`"))?;
    let records = store::records(&*tx, customer).await?;
    // Each for itself: an earlier state may know them as two.
    for record in &records {
        let entry = Entry::new(id, *record, now, erasure.shown.plan_hash.clone());
        outside::append(&path, &entry).map_err(|error| Problem::internal(&error))?;
    }
    platform::values::destroy_of(&**tx, customer, now).await?;
    store::forget_identifiers(&*tx, id).await?;
    tx.commit(&Actor::system(), told("erasure.key_destroyed", &erasure)).await?;
    for record in records {
        app.values.forget(Whose::Customer(record));
    }
    Ok(())
}

async fn certify(app: &App, db: &mut Client, id: ErasureId) -> Result<()> {
    let now = app.clock.now();
    let tx = Tx::begin(db, app).await?;
    let Some(erasure) = at(&tx, id, "certify").await? else { return Ok(()) };
    let customer = erasure.shown.customer_id;
    let before: Books = stored(erasure.books_before.clone())?;
    let after = store::books(&*tx, customer).await?;
    let keys = "select count(*) from value_keys where customer_id = any ((select same_person($1))::uuid[]) and destroyed_at is not null";
    let (audit_seal, audit_chain) = store::audit_head(&*tx).await?.unzip();
    let shown = &erasure.shown;
    let certificate = ErasureCertificate {
        format: "hub erasure certificate 1".to_owned(),
        erasure_id: id,
        customer_id: customer,
        plan_hash: shown.plan_hash.clone(),
        planned_by: shown.planned_by_name.clone(),
        approved_by: shown.approved_by_name.clone(),
        overwritten: erasure.overwritten.clone().unwrap_or_default(),
        keys_destroyed: tx.query_one(keys, &[&customer]).await?.get(0),
        stays: shown.plan.stays.clone(),
        scan: shown.scan.clone().ok_or_else(|| Problem::internal(&"an erasure without a scan"))?,
        books_equal: before == after,
        books_before: before,
        books_after: after.clone(),
        audit_seal,
        audit_chain,
        finished_at: now,
    };
    store::finish(&*tx, id, &json!(after), &json!(certificate), now).await?;
    let event = told("erasure.completed", &erasure).details(json!({ "booksEqual": certificate.books_equal }));
    tx.commit(&Actor::system(), event).await?;
    Ok(())
}

fn stored<T: DeserializeOwned>(value: Option<Value>) -> Result<T> {
    serde_json::from_value(value.unwrap_or_default()).map_err(|error| Problem::internal(&error))
}
