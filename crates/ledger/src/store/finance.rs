use deadpool_postgres::GenericClient;
use jiff::{Timestamp, civil::Date};
use kernel::Pence;
use platform::Result;
use tokio_postgres::Row;

use crate::model::{FinanceDay, Sum};

/// What came in over all payments of a customer and what went back; their difference is the LTV.
pub(crate) async fn captured_and_refunded(
    db: &impl GenericClient,
    customer: kernel::CustomerId,
) -> Result<(Pence, Pence)> {
    let statement = db
        .prepare_cached(
            "select coalesce(sum(captured), 0)::bigint, coalesce(sum(refunded), 0)::bigint from payments where customer_id = $1",
        )
        .await?;
    let row = db.query_one(&statement, &[&customer]).await?;
    Ok((row.get(0), row.get(1)))
}

pub(crate) async fn finance_day(db: &impl GenericClient, day: Date, now: Timestamp) -> Result<FinanceDay> {
    let statement = db
        .prepare_cached(
            "with since as (select date_trunc('day', $1::timestamptz, 'Europe/London') as day)
             select kind, count(*), coalesce(sum(amount), 0)::bigint as amount from (
                select 'refunded' as kind, amount from refunds, since
                where status = 'succeeded' and processed_at >= since.day
                union all
                select 'failed', amount from refunds, since
                where status = 'failed' and processed_at >= since.day - interval '7 days'
                union all
                select case when status = 'pending_approval' then 'pending_approval' else 'under_way' end, amount from refunds
                where status not in ('succeeded', 'failed', 'cancelled', 'rejected')
                union all
                select case status when 'in_doubt' then status else 'requires_action' end, amount from refunds
                where status not in ('succeeded', 'failed', 'cancelled', 'rejected')
                  and status in ('requires_action', 'manual_review', 'in_doubt')
                union all
                select 'credited', amount from credits, since where created_at >= since.day and refund_id is null
                union all
                select 'disputed', d.held from disputes d where d.status in ('needs_response', 'under_review')
                union all
                select 'disputes_to_answer', d.amount from disputes d
                where d.status in ('needs_response', 'warning_needs_response')
                union all
                select 'owed', remaining from credits where used < amount and (expires_on is null or expires_on >= $2)
             ) facts group by kind",
        )
        .await?;
    let rows = db.query(&statement, &[&now, &day]).await?;
    let sum = |kind: &str| {
        rows.iter().find(|row| row.get::<_, &str>("kind") == kind).map_or(Sum::default(), of_row)
    };
    Ok(FinanceDay {
        day,
        refunded: sum("refunded"),
        credited: sum("credited"),
        under_way: sum("under_way"),
        requires_action: sum("requires_action"),
        in_doubt: sum("in_doubt"),
        pending_approval: sum("pending_approval"),
        failed: sum("failed"),
        disputed: sum("disputed"),
        disputes_to_answer: sum("disputes_to_answer"),
        credit_owed: sum("owed").amount,
        differences: super::count_open(db).await?,
    })
}

fn of_row(row: &Row) -> Sum {
    Sum { count: row.get("count"), amount: row.get("amount") }
}
