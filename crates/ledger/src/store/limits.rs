use jiff::{SignedDuration, Timestamp};
use kernel::{CustomerId, Pence, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use staff::Role;
use tokio_postgres::Row;

use crate::model::{LimitedAct, Limits, Spent};

const LIMITS: &str =
    "select role, act, per_act, per_customer_90_days, per_person_day, version from act_limits";

/// The ceilings of a role; without a row nothing is allowed without asking.
pub(crate) async fn limits_of(db: &impl GenericClient, role: Role, act: LimitedAct) -> Result<Limits> {
    let statement = db.prepare_cached(&format!("{LIMITS} where role = $1 and act = $2")).await?;
    let row = db.query_opt(&statement, &[&role.name(), &act.name()]).await?;
    let nothing = Some(Pence(0));
    row.as_ref().map_or_else(
        || {
            Ok(Limits {
                role,
                act,
                per_act: nothing,
                per_customer_90_days: nothing,
                per_person_day: nothing,
                version: 0,
            })
        },
        limits,
    )
}

pub(crate) async fn list_limits(db: &impl GenericClient) -> Result<Vec<Limits>> {
    let text = format!("{LIMITS} l order by act desc, (select position from roles r where r.name = l.role)");
    db.query(&text, &[]).await?.iter().map(limits).collect()
}

pub(crate) async fn update_limits(
    db: &impl GenericClient,
    limits: &Limits,
    by: StaffId,
    now: Timestamp,
) -> Result<()> {
    db.execute(
        "update act_limits set per_act = $3, per_customer_90_days = $4, per_person_day = $5, version = version + 1,
            updated_at = $6, updated_by = $7
         where role = $1 and act = $2",
        &[
            &limits.role.name(),
            &limits.act.name(),
            &limits.per_act,
            &limits.per_customer_90_days,
            &limits.per_person_day,
            &now,
            &by,
        ],
    )
    .await?;
    Ok(())
}

fn limits(row: &Row) -> Result<Limits> {
    let role: &str = row.get("role");
    let act = match row.get("act") {
        "refund" => LimitedAct::Refund,
        _ => LimitedAct::Credit,
    };
    Ok(Limits {
        role: Role::from_name(role).ok_or_else(|| Problem::internal(&format!("unknown role {role}")))?,
        act,
        per_act: row.get("per_act"),
        per_customer_90_days: row.get("per_customer_90_days"),
        per_person_day: row.get("per_person_day"),
        version: row.get("version"),
    })
}

/// What counts against the ceilings. Refunds that came to nothing do not, those that wait do; credit that is a refund
/// counts as the refund.
pub(crate) async fn spent(
    db: &impl GenericClient,
    act: LimitedAct,
    customer: CustomerId,
    person: StaffId,
    now: Timestamp,
) -> Result<Spent> {
    let since = now.saturating_sub(SignedDuration::from_hours(90 * 24)).unwrap_or(now);
    let text = match act {
        LimitedAct::Refund => {
            "select (select coalesce(sum(r.amount), 0)::bigint from payments p join refunds r on r.payment_id = p.id
                     where p.customer_id = $1 and r.created_at >= $3 and r.status not in ('failed', 'cancelled', 'rejected')),
                    (select coalesce(sum(amount), 0)::bigint from refunds
                     where requested_by = $2 and status not in ('failed', 'cancelled', 'rejected')
                       and created_at >= date_trunc('day', $4::timestamptz, 'Europe/London'))"
        }
        LimitedAct::Credit => {
            "select (select coalesce(sum(amount), 0)::bigint from credits
                     where customer_id = $1 and created_at >= $3 and refund_id is null),
                    (select coalesce(sum(amount), 0)::bigint from credits
                     where issued_by = $2 and refund_id is null
                       and created_at >= date_trunc('day', $4::timestamptz, 'Europe/London'))"
        }
    };
    let statement = db.prepare_cached(text).await?;
    let row = db.query_one(&statement, &[&customer, &person, &since, &now]).await?;
    Ok(Spent { customer: row.get(0), person: row.get(1) })
}
