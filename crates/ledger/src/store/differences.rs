//! Where the two sides differ.

use jiff::{SignedDuration, Timestamp};
use kernel::{DifferenceId, ReconciliationId, StaffId};
use platform::db::GenericClient;
use platform::{Cursor, Problem, Result, sql::word};
use serde_json::Value;
use tokio_postgres::Row;

use super::as_word;
use crate::{
    model::{Difference, DifferenceKind, DifferenceState, Settlement, Side},
    rules::{self, Found},
};

const DIFFERENCE: &str = "select d.id, d.provider, d.kind, d.subject, d.ours, d.theirs, d.refund_id, d.payment_id, p.customer_id,
    c.name as customer_name, b.reference as booking_reference, d.subject_at, d.first_seen, d.last_seen, d.state, d.closed_at,
    d.outcome, d.word, m.name as settled_by
    from differences d left join payments p on p.id = d.payment_id left join bookings b on b.id = p.booking_id
    left join customers c on c.id = p.customer_id left join staff m on m.id = d.settled_by";

fn from_row(row: &Row) -> Result<Difference> {
    let side = |column: &str| -> Result<Option<Side>> {
        let value: Option<Value> = row.get(column);
        value.map(serde_json::from_value).transpose().map_err(|error| Problem::internal(&error))
    };
    let outcome: Option<String> = row.get("outcome");
    let mut difference = Difference {
        id: row.get("id"),
        provider: row.get("provider"),
        kind: word(row, "kind")?,
        subject: row.get("subject"),
        ours: side("ours")?,
        theirs: side("theirs")?,
        refund_id: row.get("refund_id"),
        payment_id: row.get("payment_id"),
        customer_id: row.get("customer_id"),
        customer_name: row.get("customer_name"),
        booking_reference: row.get("booking_reference"),
        subject_at: row.get("subject_at"),
        first_seen: row.get("first_seen"),
        last_seen: row.get("last_seen"),
        state: word(row, "state")?,
        closed_at: row.get("closed_at"),
        outcome: outcome.map(|_| word(row, "outcome")).transpose()?,
        word: row.get("word"),
        settled_by: row.get("settled_by"),
        settlements: Vec::new(),
    };
    difference.settlements = rules::settlements(&difference);
    Ok(difference)
}

/// Writes down what was found, each once; how many were not open before.
pub(crate) async fn note_differences(
    db: &impl GenericClient,
    provider: &str,
    found: &[Found],
    run: Option<ReconciliationId>,
    now: Timestamp,
) -> Result<i64> {
    let statement = db
        .prepare_cached(
            "insert into differences as d (id, provider, kind, subject, detail, ours, theirs, refund_id, payment_id, subject_at,
                first_seen, last_seen, seen_in, state)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, 'open')
             on conflict (kind, subject, detail) do update set last_seen = $11, seen_in = coalesce($12, d.seen_in),
                state = case d.state when 'gone' then 'open' else d.state end,
                closed_at = case d.state when 'gone' then null else d.closed_at end
             returning d.id = $1 as new",
        )
        .await?;
    let mut new = 0;
    for one in found {
        let detail = rules::fingerprint_of(one);
        let side = |side: &Option<Side>| side.as_ref().and_then(|side| serde_json::to_value(side).ok());
        let row = db
            .query_one(
                &statement,
                &[
                    &DifferenceId::new(now),
                    &provider,
                    &as_word(&one.kind)?,
                    &one.subject,
                    &detail,
                    &side(&one.ours),
                    &side(&one.theirs),
                    &one.refund,
                    &one.payment,
                    &one.began,
                    &now,
                    &run,
                ],
            )
            .await?;
        new += i64::from(row.get::<_, bool>(0));
    }
    Ok(new)
}

/// Those that this run looked for and did not find again are gone; how many.
pub(crate) async fn close_gone(
    db: &impl GenericClient,
    run: ReconciliationId,
    providers: &[&str],
    started: Timestamp,
    now: Timestamp,
) -> Result<i64> {
    let closed = db
        .execute(
            "update differences set state = 'gone', closed_at = $4
             where state = 'open' and seen_in is distinct from $1 and last_seen < $3 and provider = any ($2)",
            &[&run, &providers, &started, &now],
        )
        .await?;
    Ok(i64::try_from(closed).unwrap_or(i64::MAX))
}

pub(crate) async fn oldest_open(db: &impl GenericClient) -> Result<Option<Timestamp>> {
    Ok(db.query_one("select min(subject_at) from differences where state = 'open'", &[]).await?.get(0))
}

pub(crate) async fn count_open(db: &impl GenericClient) -> Result<i64> {
    Ok(db.query_one("select count(*) from differences where state = 'open'", &[]).await?.get(0))
}

pub(crate) async fn read_difference(db: &impl GenericClient, id: DifferenceId) -> Result<Difference> {
    let row = db.query_opt(&format!("{DIFFERENCE} where d.id = $1"), &[&id]).await?;
    from_row(&row.ok_or_else(|| Problem::not_found("difference"))?)
}

pub(crate) async fn lock_difference(db: &impl GenericClient, id: DifferenceId) -> Result<Difference> {
    db.execute("select 1 from differences where id = $1 for update", &[&id]).await?;
    read_difference(db, id).await
}

/// A page, latest first; those in this state, or all.
pub(crate) async fn list_differences(
    db: &impl GenericClient,
    state: Option<DifferenceState>,
    after: Option<&str>,
    limit: i64,
) -> Result<(Vec<Difference>, Option<String>)> {
    let (at, id): (Option<Timestamp>, Option<DifferenceId>) =
        after.map(Cursor::read_instant).transpose()?.unzip();
    let state = state.as_ref().map(as_word).transpose()?;
    let rows = db
        .query(
            &format!(
                "{DIFFERENCE} where ($1::text is null or d.state = $1)
                   and (d.first_seen, d.id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
                 order by d.first_seen desc, d.id desc limit $4"
            ),
            &[&state, &at, &id, &(limit + 1)],
        )
        .await?;
    let mut differences = rows.iter().map(from_row).collect::<Result<Vec<_>>>()?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let more = differences.len() > wanted;
    differences.truncate(wanted);
    let next = differences.last().filter(|_| more).map(|last| Cursor::write(&(last.first_seen, last.id)));
    Ok((differences, next))
}

/// Settled in the transaction whose event this is.
pub(crate) async fn settle_difference(
    db: &impl GenericClient,
    id: DifferenceId,
    outcome: Settlement,
    word: &str,
    by: StaffId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update differences set state = 'settled', closed_at = $5, outcome = $2, word = $3, settled_by = $4, event_id = current_event()
         where id = $1 and state = 'open'",
        &[&id, &as_word(&outcome)?, &word, &by, &now],
    )
    .await?;
    Ok(())
}

/// What is wrong with transfers that people make: no reference, the same one twice, or not made for days.
pub(crate) async fn wrong_transfers(
    db: &impl GenericClient,
    due_after: SignedDuration,
    now: Timestamp,
) -> Result<Vec<Found>> {
    let due = now.saturating_sub(due_after).unwrap_or(now);
    let rows = db
        .query(
            "with by_hand as (
                select r.*, p.currency::text as currency from refunds r join payments p on p.id = r.payment_id
                where r.via = 'manual' and r.destination = 'original'
             )
             select 'reference_missing' as kind, h.* from by_hand h where status = 'succeeded' and reference is null
             union all
             select 'reference_twice', h.* from by_hand h where status = 'succeeded' and exists (
                select from by_hand o where o.status = 'succeeded' and o.id <> h.id
                    and lower(o.reference) = lower(h.reference))
             union all
             select 'transfer_overdue', h.* from by_hand h
             where status in ('approved', 'requires_action') and coalesce(updated_at, created_at) <= $1",
            &[&due],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let id: kernel::RefundId = row.get("id");
            Ok(Found {
                kind: word::<DifferenceKind>(row, "kind")?,
                subject: id.to_string(),
                ours: Some(Side {
                    name: row.get("reference"),
                    amount: row.get("amount"),
                    currency: row.get("currency"),
                    state: row.get("status"),
                }),
                theirs: None,
                refund: Some(id),
                payment: row.get("payment_id"),
                began: row.get("created_at"),
            })
        })
        .collect()
}
