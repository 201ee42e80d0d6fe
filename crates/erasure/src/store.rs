//! The SQL of erasures and legal holds; what overwrites other features' tables is made from the map (`store/overwrite.rs`).

mod books;
mod overwrite;
mod plan;
mod proposals;
mod scan;

use jiff::Timestamp;
use kernel::{CustomerId, ErasureId, LegalHoldId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use serde_json::Value;
use tokio_postgres::Row;

pub(crate) use books::books;
pub(crate) use overwrite::{begin_overwriting, identifiers, overwrite};
pub(crate) use plan::{plan, standing};
pub(crate) use proposals::{list_proposals, proposal_of};
pub(crate) use scan::scan;

use crate::{CustomerErasure, ErasureState, LegalHold};

/// An erasure with what only the work needs.
pub(crate) struct Erasure {
    pub shown: CustomerErasure,
    pub planned_by: Option<StaffId>,
    pub plan_hash: Vec<u8>,
    pub identifiers: Option<Vec<u8>>,
    pub overwritten: Option<Value>,
    pub books_before: Option<Value>,
}

const SELECT: &str = "select e.*, p.name as planned_by_name, a.name as approved_by_name
    from erasures e left join staff p on p.id = e.planned_by left join staff a on a.id = e.approved_by ";

fn erasure(row: &Row) -> Result<Erasure> {
    let unreadable = |error: serde_json::Error| Problem::internal(&error);
    let state: &str = row.get("state");
    let plan_hash: Vec<u8> = row.get("plan_hash");
    let optional = |name: &str| row.get::<_, Option<Value>>(name);
    let shown = CustomerErasure {
        id: row.get("id"),
        customer_id: row.get("customer_id"),
        state: ErasureState::from_name(state).ok_or_else(|| Problem::internal(&state))?,
        reason: row.get("reason"),
        plan: serde_json::from_value(row.get("plan")).map_err(unreadable)?,
        plan_hash: chain::hex(&plan_hash),
        planned_by_name: row.get("planned_by_name"),
        planned_at: row.get("planned_at"),
        approved_by_name: row.get("approved_by_name"),
        approved_at: row.get("approved_at"),
        step: row.get("step"),
        scan: optional("scan").map(serde_json::from_value).transpose().map_err(unreadable)?,
        stopped_because: row.get("stopped_because"),
        certificate: optional("certificate").map(serde_json::from_value).transpose().map_err(unreadable)?,
        finished_at: row.get("finished_at"),
    };
    Ok(Erasure {
        shown,
        planned_by: row.get("planned_by"),
        plan_hash,
        identifiers: row.get("identifiers"),
        overwritten: row.get("overwritten"),
        books_before: row.get("books_before"),
    })
}

pub(crate) async fn latest(db: &impl GenericClient, customer: CustomerId) -> Result<Option<Erasure>> {
    // The one that is open, if one is.
    let sql = format!(
        "{SELECT} where e.customer_id = $1
         order by e.state in ('withdrawn', 'stopped', 'done'), e.planned_at desc, e.id desc limit 1"
    );
    let row = db.query_opt(&db.prepare_cached(&sql).await?, &[&customer]).await?;
    row.as_ref().map(erasure).transpose()
}

pub(crate) async fn read(db: &impl GenericClient, id: ErasureId) -> Result<Erasure> {
    let sql = format!("{SELECT} where e.id = $1");
    let row = db.query_opt(&db.prepare_cached(&sql).await?, &[&id]).await?;
    row.as_ref().map(erasure).transpose()?.ok_or_else(|| Problem::not_found("erasure"))
}

/// Locks it, and its customer, until the transaction ends.
pub(crate) async fn lock(db: &impl GenericClient, id: ErasureId) -> Result<Erasure> {
    let lock = "select 1 from erasures e join customers c on c.id = e.customer_id where e.id = $1 for update";
    db.execute(lock, &[&id]).await?;
    read(db, id).await
}

/// Locks the customer until the transaction ends; when they were erased, if they were.
pub(crate) async fn lock_customer(db: &impl GenericClient, id: CustomerId) -> Result<Option<Timestamp>> {
    let sql = "select erased_at, merged_into is not null from customers where id = $1 for update";
    let row = db.query_opt(sql, &[&id]).await?.ok_or_else(|| Problem::not_found("customer"))?;
    if row.get(1) { Err(Problem::merged()) } else { Ok(row.get(0)) }
}

/// The records that are this person: the customer, and who was merged into them.
pub(crate) async fn records(db: &impl GenericClient, id: CustomerId) -> Result<Vec<CustomerId>> {
    Ok(db.query_one("select same_person($1)", &[&id]).await?.get(0))
}

pub(crate) async fn erased_at(db: &impl GenericClient, id: CustomerId) -> Result<Option<Timestamp>> {
    let row = db.query_opt("select erased_at from customers where id = $1", &[&id]).await?;
    row.map(|row| row.get(0)).ok_or_else(|| Problem::not_found("customer"))
}

pub(crate) struct NewErasure<'a> {
    pub id: ErasureId,
    pub customer: CustomerId,
    /// None: done again from the ledger outside the database.
    pub by: Option<(StaffId, &'a str)>,
    pub plan: Value,
    pub hash: Vec<u8>,
    pub now: Timestamp,
}

pub(crate) async fn insert(db: &impl GenericClient, new: &NewErasure<'_>) -> Result<()> {
    let (by, reason) = new.by.unzip();
    let state = if by.is_some() { "planned" } else { "running" };
    db.execute(
        "insert into erasures (id, customer_id, state, reason, plan, plan_hash, planned_by, planned_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        &[&new.id, &new.customer, &state, &reason, &new.plan, &new.hash, &by, &new.now],
    )
    .await
    .map_err(|error| {
        if platform::problem::violates(&error, "erasures_one_open") {
            Problem::conflict("erasure_open", "An erasure of this customer is planned already.")
        } else {
            error.into()
        }
    })?;
    Ok(())
}

pub(crate) async fn approve(
    db: &impl GenericClient,
    id: ErasureId,
    by: StaffId,
    now: Timestamp,
) -> Result<()> {
    let sql = "update erasures set state = 'approved', approved_by = $2, approved_at = $3 where id = $1";
    db.execute(sql, &[&id, &by, &now]).await?;
    Ok(())
}

pub(crate) async fn set_state(db: &impl GenericClient, id: ErasureId, state: &str, step: &str) -> Result<()> {
    db.execute("update erasures set state = $2, step = $3 where id = $1", &[&id, &state, &step]).await?;
    Ok(())
}

pub(crate) async fn stop(db: &impl GenericClient, id: ErasureId, why: &str, now: Timestamp) -> Result<()> {
    let sql = "update erasures set state = 'stopped', stopped_because = left($2, 500), finished_at = $3 where id = $1";
    db.execute(sql, &[&id, &why, &now]).await?;
    Ok(())
}

pub(crate) async fn keep_collected(
    db: &impl GenericClient,
    id: ErasureId,
    identifiers: &[u8],
    books: &Value,
) -> Result<()> {
    let sql = "update erasures set state = 'running', step = 'overwrite', identifiers = $2, books_before = $3 where id = $1";
    db.execute(sql, &[&id, &identifiers, books]).await?;
    Ok(())
}

pub(crate) async fn keep_overwritten(db: &impl GenericClient, id: ErasureId, rows: &Value) -> Result<()> {
    db.execute("update erasures set step = 'scan', overwritten = $2 where id = $1", &[&id, rows]).await?;
    Ok(())
}

pub(crate) async fn keep_scan(
    db: &impl GenericClient,
    id: ErasureId,
    clean: bool,
    report: &Value,
) -> Result<()> {
    let (state, step) = if clean { ("running", "key") } else { ("found", "scan") };
    let sql = "update erasures set state = $2, step = $3, scan = $4 where id = $1";
    db.execute(sql, &[&id, &state, &step, report]).await?;
    Ok(())
}

pub(crate) async fn forget_identifiers(db: &impl GenericClient, id: ErasureId) -> Result<()> {
    db.execute("update erasures set step = 'certify', identifiers = null where id = $1", &[&id]).await?;
    Ok(())
}

pub(crate) async fn finish(
    db: &impl GenericClient,
    id: ErasureId,
    books: &Value,
    certificate: &Value,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update erasures set state = 'done', step = 'end', books_after = $2, certificate = $3, finished_at = $4 where id = $1",
        &[&id, books, certificate, &now],
    )
    .await?;
    Ok(())
}

/// The last signed seal.
pub(crate) async fn audit_head(db: &impl GenericClient) -> Result<Option<(i64, String)>> {
    let row = db.query_opt("select number, chain from checkpoints order by number desc limit 1", &[]).await?;
    Ok(row.map(|row| (row.get(0), chain::hex(row.get(1)))))
}

pub(crate) async fn holds(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<LegalHold>> {
    let rows = db
        .query(
            "select h.id, h.reason, h.placed_at, h.lifted_at, h.lift_reason, p.name as placed_by_name, l.name as lifted_by_name
             from legal_holds h join staff p on p.id = h.placed_by left join staff l on l.id = h.lifted_by
             where h.customer_id = any ((select same_person($1))::uuid[]) order by h.placed_at desc, h.id desc limit 50",
            &[&customer],
        )
        .await?;
    Ok(rows.iter().map(hold).collect())
}

fn hold(row: &Row) -> LegalHold {
    LegalHold {
        id: row.get("id"),
        reason: row.get("reason"),
        placed_by_name: row.get("placed_by_name"),
        placed_at: row.get("placed_at"),
        lifted_by_name: row.get("lifted_by_name"),
        lifted_at: row.get("lifted_at"),
        lift_reason: row.get("lift_reason"),
    }
}

pub(crate) async fn insert_hold(
    db: &impl GenericClient,
    id: LegalHoldId,
    customer: CustomerId,
    reason: &str,
    by: StaffId,
    now: Timestamp,
) -> Result<()> {
    let sql =
        "insert into legal_holds (id, customer_id, reason, placed_by, placed_at) values ($1, $2, $3, $4, $5)";
    db.execute(sql, &[&id, &customer, &reason, &by, &now]).await.map_err(|error| {
        if platform::problem::violates(&error, "legal_holds_one_open") {
            Problem::conflict("hold_exists", "A legal hold is in force already.")
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// Whose it was; refused when it was lifted before.
pub(crate) async fn lift_hold(
    db: &impl GenericClient,
    id: LegalHoldId,
    reason: &str,
    by: StaffId,
    now: Timestamp,
) -> Result<CustomerId> {
    let sql = "update legal_holds set lifted_by = $2, lifted_at = $3, lift_reason = $4
               where id = $1 and lifted_at is null returning customer_id";
    if let Some(row) = db.query_opt(sql, &[&id, &by, &now, &reason]).await? {
        return Ok(row.get(0));
    }
    match db.query_opt("select 1 from legal_holds where id = $1", &[&id]).await? {
        Some(_) => Err(Problem::conflict("hold_lifted", "This legal hold was lifted already.")),
        None => Err(Problem::not_found("legal hold")),
    }
}
