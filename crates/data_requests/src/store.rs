//! The SQL of data requests.

use deadpool_postgres::Client;
use jiff::{Timestamp, civil::Date};
use kernel::{CustomerId, DataRequestId, StaffId};
use platform::db::GenericClient;
use platform::{
    Cursor, Problem, Result,
    sql::{Sql, word},
};
use serde::Deserialize;
use tokio_postgres::{Row, types::Type};

use crate::{
    DataRequest, DataRequestDetails, DataRequestKind, Pause,
    input::DataRequestInput,
    model::{DataRequestCounts, DataRequestHandler, DataRequestShow, DataRequestStep},
    rules::{Case, Position, distance::Distance, due::days_between},
};

/// The columns of a [`DataRequest`].
const REQUEST: &str =
    "r.id, r.number, r.kind, r.customer_id, c.name as customer_name, r.requester, r.channel, r.received_on,
    r.nation, r.handler_id, h.name as handler_name, r.state, r.outcome, r.due_on, r.answered_on, r.version";
const FROM: &str = " from data_requests r join staff h on h.id = r.handler_id left join customers c on c.id = r.customer_id where ";
const DETAILS: &str = ", r.asked, r.acknowledged_on, r.identity_asked_on, r.identity_confirmed_on, r.identity_method, r.identity_note,
    r.extended_on, r.extension_reason, r.proposal, r.done, r.withheld, r.ground, r.prepared_by, r.prepared_at, r.reviewed_by,
    r.reviewed_at, r.review_word, r.answered_via, r.rights_told, r.outcome_note, r.closed_at, r.closed_by,
    exists (select from erasures e where e.customer_id = r.customer_id and e.state = 'done') as erased";

/// What the list is narrowed by.
#[derive(Debug, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filter {
    pub show: Option<DataRequestShow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<DataRequestKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
}

/// A page, and where the next one begins.
pub(crate) async fn list(
    db: &Client,
    filter: &Filter,
    after: Option<Position>,
    limit: i64,
    today: Date,
) -> Result<(Vec<DataRequest>, Option<String>)> {
    let mut sql = Sql::new("select ");
    sql.push(REQUEST).push(FROM);
    let week = today.saturating_add(jiff::Span::new().days(7));
    let closed = filter.show == Some(DataRequestShow::Closed);
    match filter.show {
        // Of one customer: all there are.
        None => sql.push("true"),
        Some(DataRequestShow::Open) => sql.push("r.outcome is null"),
        Some(DataRequestShow::Due) => {
            sql.push("r.outcome is null and r.due_on between ").bind(today, Type::DATE);
            sql.push(" and ").bind(week, Type::DATE)
        }
        Some(DataRequestShow::Overdue) => {
            sql.push("r.outcome is null and r.due_on < ").bind(today, Type::DATE)
        }
        Some(DataRequestShow::Closed) => sql.push("r.outcome is not null"),
    };
    if let Some(kind) = filter.kind {
        sql.push(" and r.kind = ").bind(kind.name(), Type::TEXT);
    }
    if let Some(customer) = filter.customer_id {
        sql.push(" and r.customer_id = any ((select same_person(")
            .bind(customer, Type::UUID)
            .push("))::uuid[])");
    }
    if let Some((day, id)) = after {
        sql.push(if closed {
            " and (r.answered_on, r.id) < (coalesce("
        } else {
            " and (coalesce(r.due_on, 'infinity'), r.id) > (coalesce("
        });
        sql.bind(day, Type::DATE).push(", 'infinity'), ").bind(id, Type::UUID).push(")");
    }
    sql.push(if closed {
        " order by r.answered_on desc, r.id desc limit "
    } else {
        " order by coalesce(r.due_on, 'infinity'), r.id limit "
    });
    // One more than asked for tells whether there is a next page.
    sql.bind(limit + 1, Type::INT8);
    let rows = sql.query(db).await?;
    let mut requests = rows.iter().map(|row| request(row, today)).collect::<Result<Vec<_>>>()?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = requests.len() > wanted;
    requests.truncate(wanted);
    let next = requests
        .last()
        .filter(|_| more)
        .map(|last| Cursor::write(&(if closed { last.answered_on } else { last.due_on }, last.id)));
    Ok((requests, next))
}

pub(crate) async fn counts(db: &impl GenericClient, today: Date) -> Result<DataRequestCounts> {
    let statement = db
        .prepare_cached(
            "select count(*), count(*) filter (where due_on between $1 and $1 + 7), count(*) filter (where due_on < $1)
             from data_requests where outcome is null",
        )
        .await?;
    let row = db.query_one(&statement, &[&today]).await?;
    Ok(DataRequestCounts { open: row.get(0), due: row.get(1), overdue: row.get(2) })
}

pub(crate) async fn read(db: &impl GenericClient, id: DataRequestId, today: Date) -> Result<Case> {
    let statement = db.prepare_cached(&format!("select {REQUEST}{DETAILS}{FROM}r.id = $1")).await?;
    let row = db.query_opt(&statement, &[&id]).await?.ok_or_else(|| Problem::not_found("data request"))?;
    let statement = db
        .prepare_cached(
            "select from_on, until_on, question, answer from data_request_pauses where request_id = $1 order by position",
        )
        .await?;
    let pauses = db.query(&statement, &[&id]).await?.iter().map(pause).collect();
    Ok(Case { request: request(&row, today)?, details: details(&row, pauses)?, erased: row.get("erased") })
}

/// As [`read`]; nobody else changes it until the transaction ends.
pub(crate) async fn lock(db: &impl GenericClient, id: DataRequestId, today: Date) -> Result<Case> {
    db.execute("select 1 from data_requests where id = $1 for no key update", &[&id]).await?;
    read(db, id, today).await
}

pub(crate) async fn insert(
    db: &impl GenericClient,
    id: DataRequestId,
    given: &DataRequestInput,
    due_on: Option<Date>,
    by: StaffId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "insert into data_requests (id, kind, customer_id, requester, channel, received_on, asked, nation, handler_id, state, due_on,
             created_at, created_by, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'received', $10, $11, $9, $11)",
        &[
            &id,
            &given.kind.name(),
            &given.customer_id,
            &given.requester,
            &given.channel.name(),
            &given.received_on,
            &given.asked,
            &given.nation.name(),
            &by,
            &due_on,
            &now,
        ],
    )
    .await?;
    Ok(())
}

/// Everything of a case that a step may have changed.
pub(crate) async fn save(db: &impl GenericClient, case: &Case, now: Timestamp) -> Result<()> {
    let (request, details) = (&case.request, &case.details);
    for (position, pause) in (0_i16..).zip(&details.pauses) {
        db.execute(
            "insert into data_request_pauses (request_id, position, from_on, until_on, question, answer)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (request_id, position) do update set until_on = excluded.until_on, answer = excluded.answer",
            &[&request.id, &position, &pause.from, &pause.until, &pause.question, &pause.answer],
        )
        .await?;
    }
    db.execute(
        "update data_requests set customer_id = $2, handler_id = $3, state = $4, outcome = $5, due_on = $6, answered_on = $7,
             acknowledged_on = $8, identity_asked_on = $9, identity_confirmed_on = $10, identity_method = $11, identity_note = $12,
             extended_on = $13, extension_reason = $14, proposal = $15, done = $16, withheld = $17, ground = $18,
             prepared_by = $19, prepared_at = $20, reviewed_by = $21, reviewed_at = $22, review_word = $23, answered_via = $24,
             rights_told = $25, outcome_note = $26, closed_at = $27, closed_by = $28, updated_at = $29, version = version + 1
         where id = $1",
        &[
            &request.id,
            &request.customer_id,
            &request.handler_id,
            &request.state.name(),
            &request.outcome.map(crate::DataRequestOutcome::name),
            &request.due_on,
            &request.answered_on,
            &details.acknowledged_on,
            &details.identity_asked_on,
            &details.identity_confirmed_on,
            &details.identity_method.map(crate::IdentityMethod::name),
            &details.identity_note,
            &details.extended_on,
            &details.extension_reason,
            &details.proposal.map(crate::Proposal::name),
            &details.done,
            &details.withheld,
            &details.ground.map(crate::RefusalGround::name),
            &details.prepared_by,
            &details.prepared_at,
            &details.reviewed_by,
            &details.reviewed_at,
            &details.review_word,
            &details.answered_via.map(crate::AnswerWay::name),
            &details.rights_told,
            &details.outcome_note,
            &details.closed_at,
            &details.closed_by,
            &now,
        ],
    )
    .await?;
    Ok(())
}

/// Where the case has been, and who made it go there.
pub(crate) async fn steps(db: &impl GenericClient, id: DataRequestId) -> Result<Vec<DataRequestStep>> {
    let statement = db
        .prepare_cached(
            "select s.at, s.after, m.name, e.role from data_request_steps s join events e on e.id = s.event_id
             left join staff m on m.id = e.staff_id where s.request_id = $1 order by s.number",
        )
        .await?;
    let rows = db.query(&statement, &[&id]).await?;
    rows.iter()
        .map(|row| {
            Ok(DataRequestStep {
                at: row.get(0),
                state: word(row, "after")?,
                by_name: row.get(2),
                by_role: row.get(3),
            })
        })
        .collect()
}

/// Who may handle requests: enabled, and of one of these roles.
pub(crate) async fn handlers(db: &impl GenericClient, roles: &[&str]) -> Result<Vec<DataRequestHandler>> {
    let statement = db
        .prepare_cached(
            "select id, name from staff where disabled_at is null and role = any ($1) order by name, id",
        )
        .await?;
    let rows = db.query(&statement, &[&roles]).await?;
    Ok(rows.iter().map(|row| DataRequestHandler { id: row.get(0), name: row.get(1) }).collect())
}

/// Requests that are due within a fortnight or overdue, and of whose present due date somebody may still have to hear.
pub(crate) async fn to_remind(db: &impl GenericClient, today: Date) -> Result<Vec<DataRequest>> {
    let statement = db
        .prepare_cached(&format!(
            "select {REQUEST}{FROM}r.outcome is null and r.due_on <= $1::date + 14 order by r.due_on, r.id limit 1000"
        ))
        .await?;
    db.query(&statement, &[&today]).await?.iter().map(|row| request(row, today)).collect()
}

/// False: they were reminded of this before.
pub(crate) async fn insert_reminder(
    db: &impl GenericClient,
    id: DataRequestId,
    due_on: Date,
    distance: Distance,
    now: Timestamp,
) -> Result<bool> {
    let sql = "insert into data_request_reminders (request_id, due_on, distance, at) values ($1, $2, $3, $4) on conflict do nothing";
    Ok(db.execute(sql, &[&id, &due_on, &distance.name(), &now]).await? == 1)
}

/// Somebody who is reminded.
pub(crate) struct Reminded {
    pub name: String,
    pub email: String,
}

/// The handler; those of this role too, when it is overdue or the handler is not there any more.
pub(crate) async fn reminded(
    db: &impl GenericClient,
    handler: StaffId,
    overdue: bool,
    role: &str,
) -> Result<Vec<Reminded>> {
    let sql = "select name, email from staff s where disabled_at is null and (id = $1 or role = $3 and (
            $2 or exists (select from staff h where h.id = $1 and h.disabled_at is not null)))
        order by id";
    let rows = db.query(sql, &[&handler, &overdue, &role]).await?;
    Ok(rows.iter().map(|row| Reminded { name: row.get(0), email: row.get(1) }).collect())
}

/// The last seal of the audit trail: its number, and the chain as far as it.
pub(crate) async fn audit_head(db: &impl GenericClient) -> Result<Option<(i64, String)>> {
    let sql = "select number, encode(chain, 'hex') from seals order by number desc limit 1";
    Ok(db.query_opt(sql, &[]).await?.map(|row| (row.get(0), row.get(1))))
}

pub(crate) async fn staff_name(db: &impl GenericClient, id: Option<StaffId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    let row = db.query_opt("select name from staff where id = $1", &[&id]).await?;
    Ok(row.map(|row| row.get(0)))
}

fn request(row: &Row, today: Date) -> Result<DataRequest> {
    let outcome = optional(row, "outcome")?;
    let due_on: Option<Date> = row.get("due_on");
    let left = |due| i32::try_from(days_between(today, due)).unwrap_or(i32::MAX);
    Ok(DataRequest {
        id: row.get("id"),
        number: row.get("number"),
        kind: word(row, "kind")?,
        customer_id: row.get("customer_id"),
        customer_name: row.get("customer_name"),
        requester: row.get("requester"),
        channel: word(row, "channel")?,
        received_on: row.get("received_on"),
        nation: word(row, "nation")?,
        handler_id: row.get("handler_id"),
        handler_name: row.get("handler_name"),
        state: word(row, "state")?,
        days_left: due_on.filter(|_| outcome.is_none()).map(left),
        outcome,
        due_on,
        answered_on: row.get("answered_on"),
        version: row.get("version"),
    })
}

fn details(row: &Row, pauses: Vec<Pause>) -> Result<DataRequestDetails> {
    Ok(DataRequestDetails {
        asked: row.get("asked"),
        acknowledged_on: row.get("acknowledged_on"),
        identity_asked_on: row.get("identity_asked_on"),
        identity_confirmed_on: row.get("identity_confirmed_on"),
        identity_method: optional(row, "identity_method")?,
        identity_note: row.get("identity_note"),
        extended_on: row.get("extended_on"),
        extension_reason: row.get("extension_reason"),
        proposal: optional(row, "proposal")?,
        done: row.get("done"),
        withheld: row.get("withheld"),
        ground: optional(row, "ground")?,
        prepared_by: row.get("prepared_by"),
        prepared_at: row.get("prepared_at"),
        reviewed_by: row.get("reviewed_by"),
        reviewed_at: row.get("reviewed_at"),
        review_word: row.get("review_word"),
        answered_via: optional(row, "answered_via")?,
        rights_told: row.get("rights_told"),
        outcome_note: row.get("outcome_note"),
        closed_at: row.get("closed_at"),
        closed_by: row.get("closed_by"),
        pauses,
    })
}

fn pause(row: &Row) -> Pause {
    Pause {
        from: row.get("from_on"),
        until: row.get("until_on"),
        question: row.get("question"),
        answer: row.get("answer"),
    }
}

fn optional<'a, T: Deserialize<'a>>(row: &'a Row, column: &str) -> Result<Option<T>> {
    match row.get::<_, Option<&str>>(column) {
        Some(_) => word(row, column).map(Some),
        None => Ok(None),
    }
}
