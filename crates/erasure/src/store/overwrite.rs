//! The statements that erase, made from the map.

use jiff::Timestamp;
use kernel::CustomerId;
use platform::db::GenericClient;
use platform::{Problem, Result};
use serde_json::{Map, Value};

use crate::{
    map::{self, BY_FUNCTION, Loss, MAP, REPLACED_BY, ROWS, Rows},
    rules::{Identifier, Patterns},
};

/// By what the person is known, before anything is overwritten.
pub(crate) async fn identifiers(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<Identifier>> {
    let rows = db
        .query(
            "select distinct kind, text from (
                 select 'name' as kind, name as text from customers where id = any ((select same_person($1))::uuid[])
                 union all select unnest(array['email', 'phone', 'phone']), unnest(array[email, phone, phone_e164])
                     from customers where id = any ((select same_person($1))::uuid[])
                 union all select unnest(array['name', 'email', 'phone', 'phone']), unnest(array[name, email, phone, phone_e164])
                     from contacts where customer_id = any ((select same_person($1))::uuid[])
                 union all select unnest(array['line', 'line', 'postcode']), unnest(array[line1, line2, postcode])
                     from addresses where customer_id = any ((select same_person($1))::uuid[])
                 union all select unnest(array['name', 'email', 'phone']), unnest(array[contact_name, contact_email, contact_phone])
                     from bookings where customer_id = any ((select same_person($1))::uuid[])
                 union all select unnest(array['line', 'line', 'postcode']),
                         unnest(array[place ->> 'line1', place ->> 'line2', place ->> 'postcode'])
                     from bookings b, unnest(array[b.pickup, b.dropoff]) as place where b.customer_id = any ((select same_person($1))::uuid[])
                 union all select unnest(array['email', 'phone']), unnest(array[email, phone]) from tickets where customer_id = any ((select same_person($1))::uuid[])
                 union all select unnest(array['email', 'name']), unnest(array[to_address, to_name]) from mails where customer_id = any ((select same_person($1))::uuid[])
             ) known where text is not null",
            &[&customer],
        )
        .await?;
    Ok(rows.iter().map(|row| Identifier { kind: row.get(0), text: row.get(1) }).collect())
}

struct Column {
    table: String,
    name: String,
    kind: String,
    generated: bool,
}

/// Waits for whoever writes about the person just now, and keeps everybody else out until the transaction ends.
pub(crate) async fn begin_overwriting(db: &impl GenericClient, customer: CustomerId) -> Result<()> {
    db.execute("select from customers where id = any (same_person($1)) order by id for update", &[&customer])
        .await?;
    db.execute("select set_config('hub.erases', $1::uuid::text, true)", &[&customer]).await?;
    Ok(())
}

/// Takes the content out of every row of the person; how many rows, by table.
pub(crate) async fn overwrite(
    db: &impl GenericClient,
    customer: CustomerId,
    patterns: &Patterns,
    now: Timestamp,
) -> Result<Value> {
    let columns: Vec<Column> = db
        .query(
            "select c.relname::text, a.attname::text, format_type(a.atttypid, null), a.attgenerated <> ''
             from pg_attribute a join pg_class c on c.oid = a.attrelid
             where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped",
            &[],
        )
        .await?
        .iter()
        .map(|row| Column { table: row.get(0), name: row.get(1), kind: row.get(2), generated: row.get(3) })
        .collect();
    let mut done = Map::new();
    for (table, _, rows) in ROWS.iter() {
        let going = losses(table, &columns)?;
        if going.is_empty() || *rows == Rows::Apart {
            continue;
        }
        if let Some((_, sql)) = BY_FUNCTION.iter().find(|(name, _)| name == table) {
            let count: i64 = db.query_one(*sql, &[&customer]).await?.get(0);
            if count > 0 {
                done.insert((*table).to_owned(), count.into());
            }
            continue;
        }
        let mut sets: Vec<String> = going.iter().map(|(name, to)| format!("{name} = {to}")).collect();
        let count = match map::condition(table) {
            Some(condition) => {
                if *table == "customers" {
                    let at = now.as_microsecond();
                    sets.push("version = version + 1".to_owned());
                    for column in ["erased_at", "updated_at"] {
                        sets.push(format!(
                            "{column} = timestamptz 'epoch' + {at} * interval '1 microsecond'"
                        ));
                    }
                }
                let sql = format!("update {table} set {} where {condition}", sets.join(", "));
                db.execute(&sql, &[&customer]).await?
            }
            None => {
                let text: Vec<String> = going.iter().map(|(name, _)| format!("{name}::text")).collect();
                let sql = format!(
                    "update {table} set {} where lower(concat_ws(' ', {})) like any ($1)",
                    sets.join(", "),
                    text.join(", ")
                );
                db.execute(&sql, &[&patterns.strong]).await?
            }
        };
        if count > 0 {
            done.insert((*table).to_owned(), count.into());
        }
    }
    Ok(Value::Object(done))
}

/// What of a table goes, and what each column becomes.
fn losses(table: &str, columns: &[Column]) -> Result<Vec<(String, String)>> {
    let Some(entries) = MAP.get(table) else { return Ok(Vec::new()) };
    let mut losses = Vec::new();
    for (name, entry) in entries {
        let column = columns.iter().find(|column| column.table == table && column.name == *name);
        let missing = || Problem::internal(&format!("{table}.{name} is in the map and not in the database"));
        let column = column.ok_or_else(missing)?;
        if column.generated {
            continue;
        }
        let named = REPLACED_BY.iter().find(|(of, which, _)| *of == table && which == name);
        let to = match (entry.erasure, named) {
            (Loss::Keep, _) => continue,
            (Loss::Clear, _) => "null".to_owned(),
            (Loss::Replace, Some((.., to))) => (*to).to_owned(),
            (Loss::Replace, None) => {
                let to = nothing(&column.kind, name).ok_or_else(|| {
                    Problem::internal(&format!(
                        "{table}.{name} is {}: the map cannot replace it",
                        column.kind
                    ))
                })?;
                format!("case when {name} is not null then {to} end")
            }
        };
        losses.push((name.clone(), to));
    }
    Ok(losses)
}

/// A value of this type that tells nothing.
fn nothing(kind: &str, name: &str) -> Option<String> {
    Some(match kind {
        "text" | "character varying" => "'Erased'".to_owned(),
        "jsonb" => format!("case jsonb_typeof({name}) when 'array' then '[]'::jsonb else '{{}}'::jsonb end"),
        "text[]" => "'{}'::text[]".to_owned(),
        // As long as a hash.
        "bytea" => "decode(repeat('00', 32), 'hex')".to_owned(),
        _ => return None,
    })
}
