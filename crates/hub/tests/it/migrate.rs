//! Migrations: applied once, never edited, and what an older binary makes of those of a newer one.

use std::time::Duration;

use platform::migrate::{MIGRATIONS, MigrateError, Migration, Patience, run, run_these};

use crate::{
    cli::Desk,
    support::{APPLICATION, Database},
};

#[tokio::test]
async fn all_are_applied_to_an_empty_database_and_nothing_the_second_time() {
    let database = Database::empty();
    let mut sql = database.connect().await;
    let names: Vec<&str> = MIGRATIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(run(&mut sql, Some(APPLICATION)).await.unwrap(), names);
    assert_eq!(run(&mut sql, Some(APPLICATION)).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn two_that_start_at_once_apply_each_once() {
    let database = Database::empty();
    let (mut one, mut other) = (database.connect().await, database.connect().await);
    let (first, second) = tokio::join!(run(&mut one, Some(APPLICATION)), run(&mut other, Some(APPLICATION)));
    assert_eq!(first.unwrap().len() + second.unwrap().len(), MIGRATIONS.len());
}

#[tokio::test]
async fn a_file_that_was_edited_afterwards_is_refused() {
    let database = Database::migrated();
    let mut sql = database.connect().await;
    sql.execute("update schema_migrations set checksum = '\\x00' where name like '0003%'", &[])
        .await
        .unwrap();
    let error = run(&mut sql, Some(APPLICATION)).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Changed(name) if name.starts_with("0003")), "{error}");
}

#[tokio::test]
async fn an_older_release_works_on_with_what_a_newer_one_has_added() {
    let database = Database::migrated();
    let mut sql = database.connect().await;
    let newest = platform::migrate::newest();
    let needing_ours = format!("-- Needs: {newest}\ncreate table more (id int)").leak();
    let more: [Migration; 2] =
        [("9998_added", "create table added (id int)"), ("9999_tomorrow", needing_ours)];
    run_these(&mut sql, Some(APPLICATION), &with(&more), IMPATIENT).await.unwrap();
    let granted = "select has_table_privilege($1::text, 'added', 'insert')";
    assert!(sql.query_one(granted, &[&APPLICATION]).await.unwrap().get::<_, bool>(0));
    // The older one says nothing of rights: it does not know whose the new table is.
    sql.batch_execute(&format!("revoke insert on added from {APPLICATION}")).await.unwrap();
    assert_eq!(run(&mut sql, Some(APPLICATION)).await.unwrap(), [""; 0]);
    assert!(!sql.query_one(granted, &[&APPLICATION]).await.unwrap().get::<_, bool>(0));
    assert_eq!(platform::migrate::newer(&sql).await.unwrap(), ["9998_added", "9999_tomorrow"]);
    // One that is neither newer nor older is of another tree.
    sql.execute("delete from schema_migrations where name = $1", &[&newest]).await.unwrap();
    let error = run(&mut sql, Some(APPLICATION)).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Unknown(name) if name == "9999_tomorrow"), "{error}");
}

#[tokio::test]
async fn a_database_from_which_a_newer_release_took_something_away_is_refused() {
    let database = Database::migrated();
    let mut sql = database.connect().await;
    let more = [
        ("9998_prepared", "create table prepared (id int)"),
        ("9999_taken_away", "-- Needs: 9998_prepared\ndrop table notes"),
    ];
    run_these(&mut sql, Some(APPLICATION), &with(&more[..1]), IMPATIENT).await.unwrap();
    assert_eq!(run(&mut sql, Some(APPLICATION)).await.unwrap(), [""; 0]);
    run_these(&mut sql, Some(APPLICATION), &with(&more), IMPATIENT).await.unwrap();
    let error = run(&mut sql, Some(APPLICATION)).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Unknown(name) if name == "9999_taken_away"), "{error}");
    assert!(error.to_string().contains("newer release"), "{error}");
    // Who knows that it was prepared works on.
    let knows = run_these(&mut sql, Some(APPLICATION), &with(&more[..1]), IMPATIENT).await;
    assert_eq!(knows.unwrap(), [""; 0]);
}

#[test]
fn whoever_needs_another_migration_comes_after_it() {
    for (at, (name, sql)) in MIGRATIONS.iter().enumerate() {
        let Some(needs) = platform::migrate::needs(sql) else { continue };
        assert!(MIGRATIONS[..at].iter().any(|(before, _)| *before == needs), "{name} needs {needs}");
    }
}

#[tokio::test]
async fn one_that_fails_changes_nothing_and_names_itself() {
    let database = Database::migrated();
    let mut sql = database.connect().await;
    sql.batch_execute("delete from schema_migrations where name like '0004%'").await.unwrap();
    let error = run(&mut sql, Some(APPLICATION)).await.unwrap_err();
    assert!(error.to_string().starts_with("migration 0004_customers failed and changed nothing"), "{error}");
    let count: i64 = sql.query_one("select count(*) from schema_migrations", &[]).await.unwrap().get(0);
    assert_eq!(usize::try_from(count).unwrap(), MIGRATIONS.len() - 1);
}

/// What comes after this release's own.
fn with(more: &[Migration]) -> Vec<Migration> {
    MIGRATIONS.iter().chain(more).copied().collect()
}

const IMPATIENT: Patience =
    Patience { lock: Duration::from_millis(50), tries: 3, pause: Duration::from_millis(10) };

#[tokio::test]
async fn one_that_fails_half_way_leaves_nothing_and_what_came_before_it_stays() {
    let database = Database::migrated();
    let mut sql = database.connect().await;
    let more = [
        ("9998_whole", "create table whole (id int)"),
        ("9999_half", "create table half (id int); insert into half values (1); select 1 / 0"),
    ];
    let error = run_these(&mut sql, Some(APPLICATION), &with(&more), IMPATIENT).await.unwrap_err();
    assert_eq!(error.to_string(), "migration 9999_half failed and changed nothing: ERROR: division by zero");
    let left = "select to_regclass('whole') is not null, to_regclass('half') is null,
        (select string_agg(name, ' ' order by name) from schema_migrations where name > '9')";
    let row = sql.query_one(left, &[]).await.unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2)), (true, true, "9998_whole"));
    // Mended, it goes on from there.
    let mended = [more[0], ("9999_half", "create table half (id int)")];
    let applied = run_these(&mut sql, Some(APPLICATION), &with(&mended), IMPATIENT).await.unwrap();
    assert_eq!(applied, ["9999_half"]);
}

#[tokio::test]
async fn one_that_waits_for_a_lock_lets_others_pass_and_comes_again() {
    let database = Database::migrated();
    let (mut sql, holder, other) =
        (database.connect().await, database.connect().await, database.connect().await);
    let more = with(&[("9999_nick", "alter table customers add column nick text")]);
    holder.batch_execute("begin; lock table customers in access share mode").await.unwrap();
    let refused = run_these(&mut sql, Some(APPLICATION), &more, IMPATIENT).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Locked("9999_nick")), "{refused}");

    let patient = Patience { tries: 100_000, ..IMPATIENT };
    let running = tokio::spawn(async move { run_these(&mut sql, Some(APPLICATION), &more, patient).await });
    let waiting =
        "select exists (select from pg_locks where relation = 'customers'::regclass and not granted)";
    let waits = async |wanted: bool| {
        while other.query_one(waiting, &[]).await.unwrap().get::<_, bool>(0) != wanted {}
    };
    // It queues, gives up its place, and queues again: whoever came meanwhile has had their turn.
    waits(true).await;
    waits(false).await;
    waits(true).await;
    holder.batch_execute("commit").await.unwrap();
    assert_eq!(running.await.unwrap().unwrap(), ["9999_nick"]);
}

#[test]
fn a_plan_says_what_would_be_run_and_runs_nothing() {
    let desk = Desk::new("plan");
    let planned = desk.hub("migrate --plan").ok();
    for name in ["0001_text\n", "0004_customers\n", "    create table customers"] {
        assert!(planned.contains(name), "{planned}");
    }
    let counted = format!("{} migrations would be run. Nothing was changed.\n", MIGRATIONS.len());
    assert!(planned.ends_with(&counted), "{planned}");
    assert!(desk.hub("migrate").ok().contains("applied 0001_text"), "nothing had been run");
    assert_eq!(desk.hub("migrate --plan").ok(), "0 migrations would be run. Nothing was changed.\n");
}
