//! The SQL of personal exports.

use jiff::Timestamp;
use kernel::{CustomerId, DataRequestId, ExportId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result, Tx, problem::violates, sql::word};
use tokio_postgres::Row;

use crate::{ExportState, PersonalExport, Token, content::hex, rules, snapshot::Content};

const EXPORT: &str = "select e.id, e.customer_id, e.data_request_id, e.state, e.requested_by, s.name as requested_by_name, e.requested_at,
    e.expires_at, e.made_at, e.ended_at, e.size, e.sha256, e.seal, e.chain, e.failure,
    (select sum(value::bigint)::bigint from jsonb_each_text(e.counts)) as rows
    from personal_exports e join staff s on s.id = e.requested_by where ";

/// The pieces of one export on their way into the database.
pub(crate) struct Parts<'a, 't> {
    pub tx: &'a Tx<'t>,
    pub export: ExportId,
}

impl Parts<'_, '_> {
    pub async fn insert(&self, position: i32, content: &[u8]) -> Result<()> {
        let sql = "insert into personal_export_parts (export_id, position, content) values ($1, $2, $3)";
        let statement = self.tx.prepare_cached(sql).await?;
        self.tx.execute(&statement, &[&self.export, &position, &content]).await?;
        Ok(())
    }
}

/// What is asked for.
pub(crate) struct New<'a> {
    pub id: ExportId,
    pub customer: CustomerId,
    pub request: Option<DataRequestId>,
    pub by: StaffId,
    pub now: Timestamp,
    pub expires_at: Timestamp,
    /// None: the link is made with the content.
    pub token: Option<&'a Token>,
}

pub(crate) async fn insert(db: &impl GenericClient, new: &New<'_>) -> Result<()> {
    let hash = new.token.map(|token| token.hash().to_vec());
    let key = new.token.map(|token| token.public_key().to_vec());
    db.execute(
        "insert into personal_exports (id, customer_id, data_request_id, state, requested_by, requested_at, expires_at, link_hash, public_key)
         values ($1, $2, $3, 'asked', $4, $5, $6, $7, $8)",
        &[&new.id, &new.customer, &new.request, &new.by, &new.now, &new.expires_at, &hash, &key],
    )
    .await
    .map_err(|error| {
        if violates(&error, "personal_exports_one_in_the_making") { rules::in_the_making() } else { error.into() }
    })?;
    Ok(())
}

/// The copies of a customer, latest first.
pub(crate) async fn of_customer(
    db: &impl GenericClient,
    customer: CustomerId,
) -> Result<Vec<PersonalExport>> {
    let statement = db
        .prepare_cached(&format!(
            "{EXPORT}e.customer_id = any ((select same_person($1))::uuid[]) order by e.requested_at desc, e.id desc limit 200"
        ))
        .await?;
    db.query(&statement, &[&customer]).await?.iter().map(export).collect()
}

/// The copies made to answer this request, latest first.
pub async fn of_request(db: &impl GenericClient, request: DataRequestId) -> Result<Vec<PersonalExport>> {
    let statement = db
        .prepare_cached(&format!("{EXPORT}e.data_request_id = $1 order by e.requested_at desc, e.id desc"))
        .await?;
    db.query(&statement, &[&request]).await?.iter().map(export).collect()
}

pub(crate) async fn read(db: &impl GenericClient, id: ExportId) -> Result<PersonalExport> {
    let statement = db.prepare_cached(&format!("{EXPORT}e.id = $1")).await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("export"))?;
    export(&row)
}

/// State, and whom its content is to be sealed for, of an export that nobody else changes until the transaction ends.
pub(crate) async fn lock(
    db: &impl GenericClient,
    id: ExportId,
) -> Result<Option<(ExportState, Option<[u8; 32]>)>> {
    let sql = "select state, public_key from personal_exports where id = $1 for no key update";
    let Some(row) = db.query_opt(sql, &[&id]).await? else { return Ok(None) };
    Ok(Some((word(&row, "state")?, row.get::<_, Option<&[u8]>>("public_key").map(key).transpose()?)))
}

pub(crate) async fn set_ready(
    db: &impl GenericClient,
    id: ExportId,
    content: &Content,
    ephemeral: [u8; 32],
    token: Option<&Token>,
    now: Timestamp,
) -> Result<()> {
    let hash = token.map(|token| token.hash().to_vec());
    let public_key = token.map(|token| token.public_key().to_vec());
    let head = content.head.as_ref();
    db.execute(
        "update personal_exports set state = 'ready', made_at = $2, ephemeral_key = $3, sha256 = $4, size = $5, counts = $6, seal = $7,
             chain = $8, link_hash = coalesce(link_hash, $9), public_key = coalesce(public_key, $10)
         where id = $1",
        &[
            &id,
            &now,
            &ephemeral.as_slice(),
            &content.sha256.as_slice(),
            &content.size,
            &serde_json::Value::Object(content.counts.clone()),
            &head.map(|head| head.seal),
            &head.map(|head| head.chain.as_slice()),
            &hash,
            &public_key,
        ],
    )
    .await?;
    Ok(())
}

pub(crate) async fn set_failed(db: &impl GenericClient, id: ExportId, now: Timestamp) -> Result<()> {
    let sql =
        "update personal_exports set state = 'failed', failure = 'not_made', ended_at = $2 where id = $1";
    db.execute(sql, &[&id, &now]).await?;
    Ok(())
}

/// Destroys the content of what is ready. False: it was not.
pub(crate) async fn expire(
    db: &impl GenericClient,
    id: ExportId,
    failure: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let sql = "select 1 from personal_exports where id = $1 and state = 'ready' for no key update";
    if db.query_opt(sql, &[&id]).await?.is_none() {
        return Ok(false);
    }
    destroy(db, id).await?;
    let sql = "update personal_exports set state = 'expired', failure = $2, ended_at = $3 where id = $1";
    db.execute(sql, &[&id, &failure, &now]).await?;
    Ok(true)
}

/// Exports of the same purpose that wait to be fetched.
pub(crate) async fn waiting(
    db: &impl GenericClient,
    customer: CustomerId,
    request: Option<DataRequestId>,
) -> Result<Vec<ExportId>> {
    let sql = "select id from personal_exports
        where customer_id = any ((select same_person($1))::uuid[]) and data_request_id is not distinct from $2 and state = 'ready' order by id";
    Ok(db.query(sql, &[&customer, &request]).await?.iter().map(|row| row.get(0)).collect())
}

/// What is over by the clock, or was given up: each with its customer.
pub(crate) async fn overdue(
    db: &impl GenericClient,
    now: Timestamp,
    begun_before: Timestamp,
) -> Result<Overdue> {
    let ids = |rows: Vec<Row>| rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let expired =
        "select e.id, e.customer_id from personal_exports e join customers c on c.id = e.customer_id
        where e.state = 'ready' and (e.expires_at <= $1 or c.erased_at is not null) limit 500";
    // Nobody is making it any more, or ever was.
    let given_up = "select e.id, e.customer_id from personal_exports e where e.state = 'asked' and e.requested_at <= $1
        and not exists (select from jobs j where j.payload ->> 'exportId' = e.id::text and j.state in ('ready', 'running')) limit 500";
    let left =
        "select e.id, e.customer_id from personal_exports e where e.state = 'fetched' and e.ended_at <= $1
        and exists (select from personal_export_parts p where p.export_id = e.id) limit 500";
    Ok(Overdue {
        expired: ids(db.query(expired, &[&now]).await?),
        given_up: ids(db.query(given_up, &[&begun_before]).await?),
        left: ids(db.query(left, &[&begun_before]).await?),
    })
}

pub(crate) struct Overdue {
    pub expired: Vec<(ExportId, CustomerId)>,
    pub given_up: Vec<(ExportId, CustomerId)>,
    /// Fetched, and its content still there.
    pub left: Vec<(ExportId, CustomerId)>,
}

pub(crate) async fn destroy(db: &impl GenericClient, id: ExportId) -> Result<u64> {
    Ok(db.execute("delete from personal_export_parts where export_id = $1", &[&id]).await?)
}

/// What a link leads to.
pub(crate) struct Behind {
    pub id: ExportId,
    pub customer: CustomerId,
    pub state: ExportState,
    pub expires_at: Timestamp,
    pub ephemeral: Option<[u8; 32]>,
    pub size: Option<i64>,
}

pub(crate) async fn behind(db: &impl GenericClient, token: &Token) -> Result<Option<Behind>> {
    let sql = "select id, customer_id, state, expires_at, ephemeral_key, size from personal_exports where link_hash = $1";
    let Some(row) = db.query_opt(sql, &[&token.hash().as_slice()]).await? else { return Ok(None) };
    Ok(Some(Behind {
        id: row.get("id"),
        customer: row.get("customer_id"),
        state: word(&row, "state")?,
        expires_at: row.get("expires_at"),
        ephemeral: row.get::<_, Option<&[u8]>>("ephemeral_key").map(key).transpose()?,
        size: row.get("size"),
    }))
}

/// Of two who come at once, one gets it: false for the other.
pub(crate) async fn set_fetched(db: &impl GenericClient, id: ExportId, now: Timestamp) -> Result<bool> {
    let sql =
        "update personal_exports set state = 'fetched', ended_at = $2 where id = $1 and state = 'ready'";
    Ok(db.execute(sql, &[&id, &now]).await? == 1)
}

pub(crate) async fn count_parts(db: &impl GenericClient, id: ExportId) -> Result<i32> {
    let sql = "select count(*)::integer from personal_export_parts where export_id = $1";
    Ok(db.query_one(sql, &[&id]).await?.get(0))
}

pub(crate) async fn part(db: &impl GenericClient, id: ExportId, position: i32) -> Result<Vec<u8>> {
    let statement = db
        .prepare_cached("select content from personal_export_parts where export_id = $1 and position = $2")
        .await?;
    Ok(db.query_one(&statement, &[&id, &position]).await?.get(0))
}

fn key(bytes: &[u8]) -> Result<[u8; 32]> {
    bytes.try_into().map_err(|error| Problem::internal(&error))
}

fn export(row: &Row) -> Result<PersonalExport> {
    let state = word(row, "state")?;
    let bytes = |column: &str| row.get::<_, Option<&[u8]>>(column).map(hex);
    Ok(PersonalExport {
        id: row.get("id"),
        customer_id: row.get("customer_id"),
        data_request_id: row.get("data_request_id"),
        state,
        requested_by: row.get("requested_by"),
        requested_by_name: row.get("requested_by_name"),
        requested_at: row.get("requested_at"),
        expires_at: row.get("expires_at"),
        made_at: row.get("made_at"),
        ended_at: row.get("ended_at"),
        size: row.get("size"),
        sha256: bytes("sha256"),
        rows: row.get("rows"),
        seal: row.get("seal"),
        chain: bytes("chain"),
        remark: rules::remark(state, row.get("failure")),
    })
}
