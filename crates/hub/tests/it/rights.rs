//! Who may do what in the database. The whole suite runs in the application's role, so every test proves that its rights suffice;
//! these prove that they go no further.

use platform::{migrate, rights::weaknesses};
use tokio_postgres::{Client, error::SqlState};

use crate::support::{APPLICATION, Database, connect};

async fn as_application(database: &Database) -> Client {
    connect(&database.url().parse().unwrap()).await.unwrap()
}

async fn as_owner(database: &Database) -> Client {
    connect(&database.owner_url().parse().unwrap()).await.unwrap()
}

/// Tables whose rows stand once written, as their triggers say.
async fn append_only(sql: &Client) -> Vec<String> {
    let found =
        "select distinct t.tgrelid::regclass::text from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                 where p.proname like 'refuse\\_%' and t.tgtype & 18 = 18 and t.tgattr = '' order by 1";
    sql.query(found, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// Refused for want of a right, which no trigger and no constraint had to be asked for.
async fn is_denied(sql: &Client, statement: &str) -> bool {
    match sql.batch_execute(statement).await {
        Ok(()) => false,
        Err(error) => {
            let error = error.as_db_error().unwrap_or_else(|| panic!("{statement}: {error}"));
            let words = ["permission denied", "must be "];
            *error.code() == SqlState::INSUFFICIENT_PRIVILEGE
                && words.iter().any(|words| error.message().starts_with(words))
        }
    }
}

#[tokio::test]
async fn what_is_append_only_is_so_by_right() {
    let database = Database::migrated();
    let application = as_application(&database).await;
    let tables = append_only(&application).await;
    for known in
        ["events", "event_values", "seals", "checkpoints", "transfers", "credit_uses", "data_request_steps"]
    {
        assert!(tables.iter().any(|table| table == known), "{known} is not append-only: {tables:?}");
    }
    let deletable = listed_as_deletable();
    for table in &tables {
        let column = "select a.attname::text from pg_attribute a where a.attrelid = $1::text::regclass and a.attnum = 2";
        let column: String = application.query_one(column, &[table]).await.unwrap().get(0);
        let trigger = "select t.tgname::text from pg_trigger t join pg_proc p on p.oid = t.tgfoid
                       where t.tgrelid = $1::text::regclass and p.proname like 'refuse\\_%' limit 1";
        let trigger: String = application.query_one(trigger, &[table]).await.unwrap().get(0);
        for statement in [
            format!("update {table} set {column} = {column}"),
            // Rows that stand as they were written, and go when their time is over.
            match deletable.contains(table) {
                true => format!("update {table} set {column} = null"),
                false => format!("delete from {table}"),
            },
            format!("truncate {table} cascade"),
            format!("alter table {table} disable trigger {trigger}"),
            format!("alter table {table} disable trigger all"),
            format!("alter table {table} add column more text"),
            format!("drop trigger {trigger} on {table}"),
            format!("drop table {table}"),
            format!("alter table {table} owner to {APPLICATION}"),
        ] {
            assert!(is_denied(&application, &statement).await, "{statement}");
        }
    }
    // Who grants what they have not got is only warned.
    application.batch_execute("grant update, delete on events to hub_app").await.unwrap();
    assert!(is_denied(&application, "delete from events").await);
    // The control: whoever owns the tables can do what the application cannot.
    let owner = as_owner(&database).await;
    owner
        .batch_execute("alter table events disable trigger events_append_only; update events set role = role; delete from events")
        .await
        .unwrap();
    assert!(!is_denied(&owner, "truncate seals, checkpoints, events cascade").await);
}

#[tokio::test]
async fn the_application_cannot_lift_itself_up() {
    let database = Database::migrated();
    let application = as_application(&database).await;
    for statement in [
        "set session_replication_role = replica",
        "set role hub_owner",
        "create table mine (id integer)",
        "create function mine() returns integer language sql return 1",
        "create or replace function refuse_change() returns trigger language plpgsql as $$ begin return new; end $$",
        "alter function refuse_change() owner to hub_app",
        "create role another login",
        "alter role hub_app superuser",
        "copy events to program 'cat'",
        "insert into transfers (at, kind, debit, credit, amount, customer_id, payment_id, event_id)
         values (now(), 'payment_captured', 'provider_clearing', 'bookings_revenue', 1, gen_random_uuid(), gen_random_uuid(), gen_random_uuid())",
        "insert into refund_transitions (before, after) values ('rejected', 'succeeded')",
        "insert into schema_migrations (name, checksum) values ('9999_mine', '')",
        "update payments set refunded = 0, reserved = 0",
        "update credits set used = 0",
        "update customer_stats set ltv = 0",
        "delete from customers",
        "delete from payments",
    ] {
        assert!(is_denied(&application, statement).await, "{statement}");
    }
    // A trigger's function has the owner's rights; fired from somebody's own table it would write what they like.
    application.batch_execute("create temporary table payments_of_mine (like payments)").await.unwrap();
    let theft = "create trigger mine after insert on payments_of_mine referencing new table as new_rows
                 for each statement execute function post_payments()";
    assert!(is_denied(&application, theft).await);
    // The control: with the function for everybody it would be possible.
    as_owner(&database)
        .await
        .batch_execute("grant execute on function post_payments() to public")
        .await
        .unwrap();
    application.batch_execute(theft).await.unwrap();
}

#[tokio::test]
async fn rows_go_only_where_the_list_says_so_and_nobody_empties_a_table() {
    let database = Database::migrated();
    let sql = database.connect().await;
    let may = async |right: &str| -> Vec<String> {
        let tables = "select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace
                      and c.relkind in ('r', 'p') and has_table_privilege($1, c.oid, $2) order by 1";
        sql.query(tables, &[&APPLICATION, &right]).await.unwrap().iter().map(|row| row.get(0)).collect()
    };
    let deletable = listed_as_deletable();
    assert_eq!(may("delete").await, deletable);
    assert_eq!(may("truncate, trigger, references").await, [""; 0]);
    let known = may("select").await;
    let count: i64 = sql
        .query_one("select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(known.len() as i64, count, "every table can be read");
    let lax = "select t.tgname::text from pg_trigger t join pg_proc p on p.oid = t.tgfoid
               where p.proname like 'refuse\\_%' and t.tgenabled <> 'A'";
    assert!(sql.query(lax, &[]).await.unwrap().is_empty());
}

/// As db/rights.sql has them.
pub fn listed_as_deletable() -> Vec<String> {
    let text = crate::support::read("db/rights.sql");
    let list =
        text.split("deletable constant text[] := array[").nth(1).and_then(|rest| rest.split(']').next());
    let mut names: Vec<String> =
        list.unwrap().split(',').map(|name| name.trim().trim_matches('\'').to_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_new_table_has_the_least_rights_without_anybodys_doing() {
    let database = Database::migrated();
    let (mut owner, application) = (as_owner(&database).await, as_application(&database).await);
    owner
        .batch_execute(
            "create table plain (id bigserial primary key, word text);
             create table log (word text);
             create trigger log_append_only before update or delete or truncate on log
                 for each statement execute function refuse_change();
             create table kept (words bigint);
             insert into kept values (0);
             create function count_words() returns trigger language plpgsql as $$
             begin update kept set words = words + 1; return null; end $$;
             create trigger plain_counted after insert on plain for each statement execute function count_words()",
        )
        .await
        .unwrap();
    assert!(is_denied(&application, "select from plain").await, "before the rights are given");
    assert_eq!(migrate::run(&mut owner, Some(APPLICATION)).await.unwrap(), [""; 0]);
    application
        .batch_execute("insert into plain (word) values ('a'); update plain set word = 'b'; insert into log values ('a'); table log")
        .await
        .unwrap();
    for statement in [
        "delete from plain",
        "update log set word = 'b'",
        "delete from log",
        "truncate plain",
        "drop table log",
    ] {
        assert!(is_denied(&application, statement).await, "{statement}");
    }
    // A function that was made anew has lost the owner's rights, and is given them again.
    owner
        .batch_execute(
            "create or replace function post_payments() returns trigger language plpgsql as $$ begin return null; end $$;
             grant update on events to hub_app",
        )
        .await
        .unwrap();
    migrate::run(&mut owner, Some(APPLICATION)).await.unwrap();
    let definer = "select prosecdef and 'search_path=pg_catalog, public, pg_temp' = any (proconfig) from pg_proc where proname = 'post_payments'";
    assert!(owner.query_one(definer, &[]).await.unwrap().get::<_, bool>(0));
    assert!(is_denied(&application, "update events set role = role").await, "what somebody granted is gone");
}

#[tokio::test]
async fn a_role_that_could_change_the_trail_is_told_of() {
    let database = Database::migrated();
    let (owner, application) = (as_owner(&database).await, as_application(&database).await);
    assert_eq!(weaknesses(&application).await.unwrap(), [""; 0]);
    let found = weaknesses(&owner).await.unwrap();
    assert!(
        found.len() == 1 && found[0].starts_with("hub_owner owns approvals") || found[0].contains("events"),
        "{found:?}"
    );
    let found = weaknesses(&database.connect().await).await.unwrap();
    assert!(found.len() == 1 && found[0].ends_with("is a superuser"), "{found:?}");
    owner
        .batch_execute("grant trigger on seals to hub_app; grant create on schema public to hub_app")
        .await
        .unwrap();
    assert_eq!(
        weaknesses(&application).await.unwrap(),
        ["hub_app may change, delete, empty or re-arm seals", "hub_app may make tables in the schema public"]
    );
}

#[tokio::test]
async fn only_the_owner_migrates() {
    let database = Database::empty();
    let (mut owner, mut application) = (as_owner(&database).await, as_application(&database).await);
    let error = migrate::run(&mut application, None).await.unwrap_err().to_string();
    assert!(error.contains("0001_text") && error.contains("database_owner_url"), "{error}");
    migrate::run(&mut owner, Some(APPLICATION)).await.unwrap();
    assert_eq!(migrate::run(&mut application, None).await.unwrap(), [""; 0], "there is nothing left to do");
    owner.batch_execute("delete from schema_migrations where name like '0015%'").await.unwrap();
    let error = migrate::run(&mut application, None).await.unwrap_err().to_string();
    assert!(error.contains("0015_reconciliation"), "{error}");
}

#[tokio::test]
async fn one_role_for_everything_still_works() {
    let database = Database::empty();
    let mut owner = as_owner(&database).await;
    let names: Vec<&str> = migrate::MIGRATIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(migrate::run(&mut owner, None).await.unwrap(), names);
    assert_eq!(migrate::run(&mut owner, Some("hub_owner")).await.unwrap(), [""; 0]);
    owner.batch_execute("select fold_customer_totals(); table events").await.unwrap();
}
