//! Two releases on one database: what the last one reads and writes is still there, and still of its kind.
//!
//! `db/released.txt` says what that is, a line each; `make release` writes it anew (decision 0018).

use std::collections::BTreeMap;

use tokio_postgres::Client;

use crate::support::{Database, project, read};

/// Columns with their types, and whether an insert must name them; functions with what they answer.
const PROMISES: &str = "
    select format('column %s.%s', c.relname, a.attname),
           format_type(a.atttypid, a.atttypmod)
               || case when c.relkind in ('r', 'p') and a.attnotnull and not a.atthasdef and a.attidentity = '' and a.attgenerated = ''
                  then ', needed' else '' end
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped
    union all
    select format('function %s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), pg_get_function_result(p.oid)
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.prorettype <> 'trigger'::regtype
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by 1, 2";

type Promises = BTreeMap<String, String>;

async fn promises(client: &Client) -> Promises {
    let rows = client.query(PROMISES, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn released() -> Promises {
    let text = read("db/released.txt");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
        .collect()
}

/// What the old release could not do any more, a line each.
fn broken(old: &Promises, new: &Promises) -> Vec<String> {
    let table =
        |name: &str| name.strip_prefix("column ").and_then(|rest| rest.split('.').next().map(str::to_owned));
    let known: Vec<String> = old.keys().filter_map(|name| table(name)).collect();
    let mut lines: Vec<String> = old
        .iter()
        .filter_map(|(name, kind)| match new.get(name) {
            None => Some(format!("{name} is gone")),
            // Needed before, and no more: whoever names it still may.
            Some(now) if now != kind && format!("{now}, needed") != *kind => {
                Some(format!("{name} was {kind}, and is {now}"))
            }
            Some(_) => None,
        })
        .collect();
    lines.extend(new.iter().filter_map(|(name, kind)| {
        let of_old_table = table(name).is_some_and(|table| known.contains(&table));
        let is_new = !old.contains_key(name) && of_old_table && kind.ends_with(", needed");
        is_new.then(|| format!("{name} is new, and an insert that does not know it fails"))
    }));
    lines
}

#[tokio::test]
async fn the_last_release_can_work_on_this_database() {
    let database = Database::migrated();
    let now = promises(&database.connect().await).await;
    if std::env::var_os("RELEASED").is_some() {
        let head = "# What the last release reads and writes. Written by `make release`; a migration keeps to it (decision 0018).\n";
        let lines: String = now.iter().map(|(name, kind)| format!("{name}: {kind}\n")).collect();
        std::fs::write(project().join("db/released.txt"), format!("{head}{lines}")).unwrap();
    }
    let broken = broken(&released(), &now);
    assert!(
        broken.is_empty(),
        "the release before this one would break on this database: {broken:#?}\nExpand first, contract one release later (migrations/README.md)"
    );
}

#[tokio::test]
async fn what_would_break_the_last_release_is_named() {
    let database = Database::migrated();
    let sql = database.connect().await;
    let old = promises(&sql).await;
    for (change, told) in [
        ("alter table mails drop column subject", "column mails.subject is gone"),
        ("alter table mails rename column subject to about", "column mails.subject is gone"),
        (
            "alter table mails alter column attempts type bigint",
            "column mails.attempts was integer, and is bigint",
        ),
        (
            "alter table mails alter column to_name set not null",
            "column mails.to_name was text, and is text, needed",
        ),
        (
            "alter table mails add column kind text not null",
            "column mails.kind is new, and an insert that does not know it fails",
        ),
        ("drop function fold(text) cascade", "function fold(value text) is gone"),
        ("alter table mails rename to letters", "column mails.subject is gone"),
    ] {
        sql.batch_execute("begin").await.unwrap();
        sql.batch_execute(change).await.unwrap();
        let lines = broken(&old, &promises(&sql).await);
        assert!(lines.iter().any(|line| line == told), "{change}: {lines:?}");
        sql.batch_execute("rollback").await.unwrap();
    }
    for harmless in [
        "alter table mails add column kind text",
        "alter table mails add column kind text not null default 'letter'",
        "alter table mails alter column to_address drop not null",
        "create table letters (id uuid not null)",
        "create function fold(value text, twice boolean) returns text language sql return value",
    ] {
        sql.batch_execute("begin").await.unwrap();
        sql.batch_execute(harmless).await.unwrap();
        assert_eq!(broken(&old, &promises(&sql).await), [""; 0], "{harmless}");
        sql.batch_execute("rollback").await.unwrap();
    }
}
