use deadpool_postgres::Transaction;
use jiff::{Timestamp, civil::Date};
use kernel::Pence;
use platform::Result;
use platform::db::GenericClient;
use tokio_postgres::Row;

use super::{FigureSql, as_word, explain};
use crate::model::{Explained, FinanceDay, FinanceFigure, Sum};

/// What came in over all payments of a customer, what of it has gone back (their difference is the LTV), and what banks took
/// for good.
pub(crate) async fn sums_of_customer(
    db: &impl GenericClient,
    customer: kernel::CustomerId,
) -> Result<(Pence, Pence, Pence)> {
    let statement = db
        .prepare_cached(
            "select (select coalesce(sum(captured), 0)::bigint from rows_of_payments($1)),
                    (select coalesce(sum(amount), 0)::bigint from rows_of_refunds($1)),
                    (select coalesce(sum(amount), 0)::bigint from rows_of_losses($1))",
        )
        .await?;
    let row = db.query_one(&statement, &[&customer]).await?;
    Ok((row.get(0), row.get(1), row.get(2)))
}

/// Every row that counts into a figure of finance's day (`kind`), at `$1`, which is in London on the day `$2`. The figures
/// sum them, and they are shown to who asks what a figure is made of.
const FACTS: &str = "select 'refunded' as kind, 'refund' as what, id, processed_at as at, amount from refunds
    where status = 'succeeded' and processed_at >= date_trunc('day', $1::timestamptz, 'Europe/London')
    union all
    select 'failed', 'refund', id, processed_at, amount from refunds
    where status = 'failed' and processed_at >= date_trunc('day', $1::timestamptz, 'Europe/London') - interval '7 days'
    union all
    select case when status = 'pending_approval' then 'pending_approval' else 'under_way' end, 'refund', id, created_at, amount
    from refunds where status not in ('succeeded', 'failed', 'cancelled', 'rejected')
    union all
    select case status when 'in_doubt' then status else 'requires_action' end, 'refund', id, created_at, amount from refunds
    where status not in ('succeeded', 'failed', 'cancelled', 'rejected')
      and status in ('requires_action', 'manual_review', 'in_doubt')
    union all
    select 'credited', 'credit', id, created_at, amount from credits
    where created_at >= date_trunc('day', $1::timestamptz, 'Europe/London') and refund_id is null
    union all
    select 'disputed', 'dispute', id, opened_at, held from disputes where status in ('needs_response', 'under_review')
    union all
    select 'disputes_to_answer', 'dispute', id, opened_at, amount from disputes
    where status in ('needs_response', 'warning_needs_response')
    union all
    select 'credit_owed', 'credit', id, created_at, remaining from credits
    where used < amount and (expires_on is null or expires_on >= $2)";

pub(crate) async fn finance_day(db: &impl GenericClient, day: Date, now: Timestamp) -> Result<FinanceDay> {
    let statement = db
        .prepare_cached(&format!(
            "select kind, count(*), coalesce(sum(amount), 0)::bigint as amount from ({FACTS}) facts group by kind"
        ))
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
        credit_owed: sum("credit_owed").amount,
        differences: super::count_open(db).await?,
    })
}

fn of_row(row: &Row) -> Sum {
    Sum { count: row.get("count"), amount: row.get("amount") }
}

/// What a figure of the day is made of.
pub(crate) async fn explain_finance(
    tx: &Transaction<'_>,
    figure: FinanceFigure,
    (day, now): (Date, Timestamp),
    after: Option<&str>,
    limit: i64,
) -> Result<Explained> {
    let kind = as_word(&figure)?;
    let rows = format!(
        "select f.id, f.at, f.amount, f.what as kind, coalesce(b.reference, 'Store credit') as label,
                coalesce(r.status, d.status, k.reason) as detail, null::bigint as paid, null::bigint as back,
                c.id as customer_id, c.name as customer_name, p.booking_id
         from ({FACTS}) f
         left join refunds r on f.what = 'refund' and r.id = f.id
         left join disputes d on f.what = 'dispute' and d.id = f.id
         left join credits k on f.what = 'credit' and k.id = f.id
         left join payments p on p.id = coalesce(r.payment_id, d.payment_id) left join bookings b on b.id = p.booking_id
         join customers c on c.id = coalesce(p.customer_id, k.customer_id)
         where f.kind = '{kind}'"
    );
    let value =
        format!("(select coalesce(sum(amount), 0)::bigint from ({FACTS}) facts where kind = '{kind}')");
    explain(tx, &FigureSql { rows: &rows, value: &value, of: &now, day }, now, after, limit).await
}
