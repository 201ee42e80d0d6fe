//! A look through every text of the database for what the person was known by.

use std::collections::BTreeMap;

use deadpool_postgres::Client;
use jiff::Timestamp;
use kernel::CustomerId;
use platform::{Result, db::GenericClient as _};
use tokio_postgres::{Row, types::Type};

use crate::{ScanFinding, ScanReport, map, rules::Patterns};

/// Types that can hold a text, and how their content is read as one.
fn as_text(kind: &str, column: &str) -> Option<String> {
    Some(match kind {
        "text" | "character varying" | "character" => column.to_owned(),
        "json" | "jsonb" | "text[]" | "tsvector" => format!("{column}::text"),
        "bytea" => format!("encode({column}, 'escape')"),
        _ => return None,
    })
}

pub(crate) async fn scan(
    db: &mut Client,
    customer: CustomerId,
    patterns: &Patterns,
    now: Timestamp,
) -> Result<ScanReport> {
    let tx = db.transaction().await?;
    // As long as it takes: a large database is read once from end to end.
    tx.batch_execute("set transaction read only; set local statement_timeout = 0").await?;
    let mut report = ScanReport {
        at: now,
        tables: 0,
        columns: 0,
        rows: 0,
        identifiers: patterns.identifiers,
        found: Vec::new(),
        with_others: Vec::new(),
    };
    for (table, columns, has_id) in texts(&tx).await? {
        let own = map::condition(&table);
        let condition = own.clone().unwrap_or_else(|| "$1::uuid is null".to_owned());
        let id = if has_id { "id::text" } else { "null::text" };
        let sql = format!(
            "select count(*),
                 count(*) filter (where own and held like any ($2)),
                 (array_agg(id) filter (where own and held like any ($2)))[1:5],
                 count(*) filter (where not own and held like any ($3)),
                 (array_agg(id) filter (where not own and held like any ($3)))[1:5]
             from (select coalesce({condition}, false) as own, {id} as id, lower(concat_ws(' ', {})) as held from {table}) held",
            columns.join(", ")
        );
        // Rows of others may share an e-mail address; rows of nobody must not hold what points to one person.
        let elsewhere = if own.is_some() { &patterns.shared } else { &patterns.strong };
        let rows = tx
            .query_typed(
                &sql,
                &[(&customer, Type::UUID), (&patterns.all, Type::TEXT_ARRAY), (elsewhere, Type::TEXT_ARRAY)],
            )
            .await?;
        let Some(row) = rows.first() else { continue };
        report.tables += 1;
        report.columns += i64::try_from(columns.len()).unwrap_or(0);
        report.rows += row.get::<_, i64>(0);
        report.found.extend(finding(&table, row, 1));
        let beside = finding(&table, row, 3);
        if own.is_some() { report.with_others.extend(beside) } else { report.found.extend(beside) }
    }
    Ok(report)
}

fn finding(table: &str, row: &Row, at: usize) -> Option<ScanFinding> {
    let rows: i64 = row.get(at);
    let ids: Option<Vec<Option<String>>> = row.get(at + 1);
    let ids = ids.unwrap_or_default().into_iter().flatten().collect();
    (rows > 0).then(|| ScanFinding { table: table.to_owned(), rows, ids })
}

/// Every table with the texts that are looked at, and whether its rows have an id.
async fn texts(db: &deadpool_postgres::Transaction<'_>) -> Result<Vec<(String, Vec<String>, bool)>> {
    let rows = db
        .query(
            "select c.relname::text, a.attname::text, format_type(a.atttypid, null)
             from pg_attribute a join pg_class c on c.oid = a.attrelid
             where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
             order by 1, a.attnum",
            &[],
        )
        .await?;
    let mut tables: BTreeMap<String, (Vec<String>, bool)> = BTreeMap::new();
    for row in &rows {
        let (table, column, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let entry = tables.entry(table.clone()).or_default();
        entry.1 |= column == "id";
        if !map::is_kept_on_purpose(&table, &column) {
            entry.0.extend(as_text(&kind, &format!("{table}.{column}")));
        }
    }
    Ok(tables
        .into_iter()
        .filter(|(_, (columns, _))| !columns.is_empty())
        .map(|(table, (columns, has_id))| (table, columns, has_id))
        .collect())
}
