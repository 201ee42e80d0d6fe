use kernel::CustomerId;
use platform::Result;
use platform::db::GenericClient;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::FlagKind;

/// An act that is done to many.
#[derive(Debug, Clone, Copy)]
pub enum ManyAct {
    AddFlag(FlagKind),
    RemoveFlag(FlagKind),
    Archive,
    Restore,
}

/// How many of those that were chosen would fare alike, and the first few of them.
#[derive(Debug, Clone)]
pub struct Foretold {
    /// The code of the refusal; none where the act would change them.
    pub code: Option<String>,
    pub count: i64,
    pub first: Vec<(CustomerId, String)>,
}

impl ManyAct {
    /// What the act itself would say, in the order it looks. Between two of the same choice that want one e-mail address it does not
    /// decide: that is seen when it is done.
    const fn verdict(self) -> &'static str {
        match self {
            Self::AddFlag(_) => {
                "case when c.merged_into is not null then 'merged' when c.erased_at is not null then 'erased' when c.archived_at is not null then 'archived'
                 when $2 = any(s.flag_kinds) then 'flag_exists' when e.customer_id is not null then 'being_erased' end"
            }
            Self::RemoveFlag(_) => {
                "case when c.merged_into is not null then 'merged' when c.erased_at is not null then 'erased' when c.archived_at is not null then 'archived'
                 when $2 <> all(s.flag_kinds) then 'no_such_flag' when e.customer_id is not null then 'being_erased' end"
            }
            Self::Archive => {
                "case when c.merged_into is not null then 'merged' when c.archived_at is not null then 'archived_already' when c.erased_at is not null then 'erased'
                 when exists (select from bookings b where b.customer_id = c.id
                     and b.status in ('DRAFT', 'PENDING_PAYMENT', 'CONFIRMED')) then 'active_bookings'
                 when e.customer_id is not null then 'being_erased' end"
            }
            Self::Restore => {
                "case when c.merged_into is not null then 'merged' when c.archived_at is null then 'not_archived' when c.erased_at is not null then 'erased'
                 when exists (select from customers o where lower(o.email) = lower(c.email) and o.archived_at is null)
                     then 'email_taken'
                 when e.customer_id is not null then 'being_erased' end"
            }
        }
    }

    const fn kind(self) -> Option<FlagKind> {
        match self {
            Self::AddFlag(kind) | Self::RemoveFlag(kind) => Some(kind),
            Self::Archive | Self::Restore => None,
        }
    }
}

/// `chosen`: a query of `customer_id` and `position` for a `key` (`$1`).
pub async fn foretell(
    db: &impl GenericClient,
    act: ManyAct,
    chosen: &'static str,
    key: Uuid,
) -> Result<Vec<Foretold>> {
    let verdict = act.verdict();
    let text = format!(
        "select code, count(*), array_agg(id order by position) filter (where place <= 5) as ids,
             array_agg(name order by position) filter (where place <= 5) as names
         from (
             select id, name, position, code, row_number() over (partition by code order by position) as place
             from (
                 select c.id, c.name, chosen.position, {verdict} as code
                 from ({chosen}) chosen join customers c on c.id = chosen.customer_id
                 join customer_stats s on s.customer_id = c.id
                 left join (select distinct customer_id from erasures where state in ('running', 'found')) e on e.customer_id = c.id
             ) judged
         ) numbered
         group by code order by count(*) desc, code"
    );
    let kind = act.kind().map(FlagKind::name);
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![&key];
    if kind.is_some() {
        values.push(&kind);
    }
    let rows = db.query(&text, &values).await?;
    Ok(rows
        .iter()
        .map(|row| {
            let ids: Vec<CustomerId> = row.get("ids");
            let names: Vec<String> = row.get("names");
            Foretold { code: row.get(0), count: row.get(1), first: ids.into_iter().zip(names).collect() }
        })
        .collect())
}
