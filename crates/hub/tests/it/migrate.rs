//! Migrations: applied once, never edited, never by an older binary.

use platform::migrate::{MIGRATIONS, MigrateError, run};

use crate::support::{APPLICATION, Database};

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
async fn a_database_of_a_newer_release_is_refused() {
    let database = Database::migrated();
    let mut sql = database.connect().await;
    sql.execute("insert into schema_migrations (name, checksum) values ('9999_tomorrow', '\\x00')", &[])
        .await
        .unwrap();
    let error = run(&mut sql, Some(APPLICATION)).await.unwrap_err();
    assert!(matches!(&error, MigrateError::Unknown(name) if name == "9999_tomorrow"), "{error}");
    assert!(error.to_string().contains("newer release"), "{error}");
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
