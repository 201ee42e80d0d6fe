//! The database schema: written out where reviews see it, every column classified, every foreign key indexed.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::support::{Database, program, project, read, same_as_committed};

/// Foreign keys that are looked up from their table only, with the reason why no index starts with them.
const UNINDEXED: &[(&str, &str, &str)] = &[
    ("staff", "role", "six roles that never go"),
    ("sign_in_links", "staff_id", "a handful of rows"),
    ("invoices", "issued_by", "staff members are never deleted"),
    ("mails", "created_by", "staff members are never deleted"),
    ("flags", "raised_by", "staff members are never deleted"),
    ("flags", "removed_by", "staff members are never deleted"),
    ("notes", "author_id", "staff members are never deleted"),
    ("ticket_responses", "staff_id", "staff members are never deleted"),
    ("act_limits", "updated_by", "staff members are never deleted"),
    ("sight_limits", "updated_by", "staff members are never deleted"),
    ("retention_rules", "updated_by", "staff members are never deleted"),
    ("retention_switch", "changed_by", "staff members are never deleted"),
    ("retention_runs", "requested_by", "staff members are never deleted"),
    ("approvals", "requested_by", "staff members are never deleted"),
    ("approvals", "decided_by", "staff members are never deleted"),
    ("approvals", "booking_id", "bookings are never deleted"),
    ("refunds", "settled_by", "staff members are never deleted"),
    ("refunds", "reason_code", "reasons are retired, never deleted"),
    ("refunds", "status", "states that never go"),
    ("refund_transitions", "after", "states that never go"),
    ("disputes", "status", "states that never go"),
    ("dispute_transitions", "after", "states that never go"),
    ("credit_uses", "used_by", "staff members are never deleted"),
    ("transfers", "event_id", "events are never deleted"),
    ("data_requests", "handler_id", "staff members are never deleted"),
    ("data_requests", "prepared_by", "staff members are never deleted"),
    ("data_requests", "reviewed_by", "staff members are never deleted"),
    ("data_requests", "closed_by", "staff members are never deleted"),
    ("data_requests", "created_by", "staff members are never deleted"),
    ("data_requests", "state", "states that never go"),
    ("data_request_transitions", "after", "states that never go"),
    ("data_request_steps", "before", "states that never go"),
    ("data_request_steps", "after", "states that never go"),
    ("data_request_steps", "event_id", "events are never deleted"),
    ("legal_holds", "placed_by", "staff members are never deleted"),
    ("legal_holds", "lifted_by", "staff members are never deleted"),
    ("duplicate_dismissals", "dismissed_by", "staff members are never deleted"),
    ("duplicate_dismissals", "withdrawn_by", "staff members are never deleted"),
    ("customer_merges", "merged_by", "staff members are never deleted"),
    ("customer_merges", "undone_by", "staff members are never deleted"),
    ("customer_merges", "event_id", "events are never deleted"),
    ("customer_merges", "undo_event_id", "events are never deleted"),
    ("erasures", "planned_by", "staff members are never deleted"),
    ("erasures", "approved_by", "staff members are never deleted"),
    ("personal_exports", "requested_by", "staff members are never deleted"),
    ("reconciliation_runs", "requested_by", "staff members are never deleted"),
    ("differences", "seen_in", "runs are never deleted"),
    ("differences", "settled_by", "staff members are never deleted"),
    ("differences", "event_id", "events are never deleted"),
    ("trail_verifications", "requested_by", "staff members are never deleted"),
    ("selections", "made_by", "staff members are never deleted"),
    ("bulk_runs", "requested_by", "staff members are never deleted"),
    ("bulk_runs", "stopped_by", "staff members are never deleted"),
    ("bulk_runs", "session_id", "sessions are ended, never deleted"),
    ("bulk_runs", "api_key_id", "keys are revoked, never deleted"),
    ("bulk_outcomes", "flag_id", "flags are removed, never deleted"),
];

#[test]
fn the_committed_schema_is_that_of_the_migrations() {
    let database = Database::migrated();
    let dump = program("pg_dump")
        .args(["--schema-only", "--no-owner", "--dbname", &database.admin_url()])
        .output()
        .expect("pg_dump");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let made = normalised(&String::from_utf8(dump.stdout).unwrap());
    if std::env::var_os("UPDATE").is_none() && release(&read("db/schema.sql")) != release(&made) {
        // Releases print views and functions each in their own way; tables, keys and indexes they print alike.
        assert_eq!(comparable(&read("db/schema.sql")), comparable(&made), "db/schema.sql: run `make sql`");
        return;
    }
    same_as_committed("db/schema.sql", &made, "run `make sql`");
}

/// Without what differs from dump to dump: settings of the session, and comments, but for the release.
fn normalised(dump: &str) -> String {
    let release =
        dump.lines().find_map(|line| line.strip_prefix("-- Dumped from database version ")).unwrap_or("?");
    let major = release.split('.').next().unwrap_or_default();
    let mut text = format!(
        "-- What the migrations add up to, as PostgreSQL {major} tells it. Written by `make sql`; edit the migrations.\n"
    );
    let mut blank = false;
    for line in dump.lines() {
        let noise = line.starts_with("--")
            || line.starts_with("SET ")
            || line.starts_with("SELECT pg_catalog.set_config")
            || line.starts_with('\\');
        if line.trim().is_empty() || noise {
            blank = true;
            continue;
        }
        if blank {
            text.push('\n');
        }
        blank = false;
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn release(schema: &str) -> &str {
    schema.lines().next().unwrap_or_default()
}

fn comparable(schema: &str) -> Vec<String> {
    schema
        .split("\n\n")
        .skip(1)
        .filter(|part| {
            !["CREATE VIEW", "CREATE FUNCTION"].iter().any(|start| part.trim_start().starts_with(start))
        })
        .filter(|part| part.starts_with("CREATE") || part.starts_with("ALTER"))
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// One column of `db/personal-data.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Column {
    class: Class,
    erasure: Erasure,
}

#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Class {
    None,
    Personal,
    Sensitive,
    FreeText,
}

#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Erasure {
    Keep,
    Clear,
    Replace,
}

type Map = BTreeMap<String, BTreeMap<String, Column>>;

/// Columns without an entry, and entries without a column.
fn differences(map: &Map, columns: &BTreeSet<(String, String)>) -> Vec<String> {
    let listed: BTreeSet<(String, String)> = map
        .iter()
        .flat_map(|(table, columns)| columns.keys().map(|column| (table.clone(), column.clone())))
        .collect();
    let missing = columns
        .difference(&listed)
        .map(|(table, column)| format!("{table}.{column} is not listed: is it personal?"));
    let stale = listed
        .difference(columns)
        .map(|(table, column)| format!("{table}.{column} is listed and does not exist"));
    missing.chain(stale).collect()
}

#[tokio::test]
async fn every_column_is_classified() {
    let database = Database::migrated();
    let sql = database.connect().await;
    let rows = sql
        .query(
            "select c.relname::text, a.attname::text, a.attnotnull, a.attgenerated <> ''
             from pg_attribute a join pg_class c on c.oid = a.attrelid
             where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped",
            &[],
        )
        .await
        .unwrap();
    let columns: BTreeSet<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let map: Map = toml::from_str(&read("db/personal-data.toml"))
        .unwrap_or_else(|error| panic!("db/personal-data.toml: {error}"));
    let found = differences(&map, &columns);
    assert!(found.is_empty(), "db/personal-data.toml: {found:#?}");

    for row in &rows {
        let (table, column, required, generated): (String, String, bool, bool) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        let entry = &map[&table][&column];
        let place = format!("{table}.{column}");
        match entry.class {
            Class::None => assert_eq!(entry.erasure, Erasure::Keep, "{place}: what is not personal is kept"),
            Class::FreeText | Class::Personal | Class::Sensitive => {}
        }
        if entry.erasure == Erasure::Clear {
            assert!(!required || generated, "{place} cannot be null: it can only be replaced");
        }
    }

    let mut wrong = columns.clone();
    wrong.insert(("customers".into(), "shoe_size".into()));
    wrong.remove(&("customers".into(), "name".into()));
    assert_eq!(
        differences(&map, &wrong),
        ["customers.shoe_size is not listed: is it personal?", "customers.name is listed and does not exist"]
    );
}

#[tokio::test]
async fn every_foreign_key_has_an_index_that_starts_with_it() {
    let database = Database::migrated();
    let sql = database.connect().await;
    let rows = sql
        .query(
            "select k.conrelid::regclass::text, a.attname::text, exists (
                 select from pg_index i where i.indrelid = k.conrelid and i.indkey[0] = k.conkey[1]
             )
             from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
             where k.contype = 'f' order by 1, 2",
            &[],
        )
        .await
        .unwrap();
    let keys: Vec<(String, String, bool)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect();
    for (table, column, indexed) in &keys {
        let excused = UNINDEXED.iter().any(|(t, c, _)| t == table && c == column);
        assert!(*indexed || excused, "no index of {table} starts with {column}");
        assert!(!(*indexed && excused), "{table}.{column} has its index: take it out of UNINDEXED");
    }
    for (table, column, _) in UNINDEXED {
        assert!(keys.iter().any(|(t, c, _)| t == table && c == column), "{table}.{column} is no foreign key");
    }
}

#[test]
fn migrations_are_numbered_without_a_gap() {
    let mut names: Vec<String> = std::fs::read_dir(project().join("migrations"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".sql"))
        .collect();
    names.sort();
    for (name, expected) in names.iter().zip(1..) {
        assert!(name.starts_with(&format!("{expected:04}_")), "{name} should be number {expected:04}");
    }
}
