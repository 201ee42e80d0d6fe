//! What goes wrong on the way: a source that lacks something, a connection that drops, rows the database refuses.

use std::sync::atomic::{AtomicU32, Ordering};

use imports::platform::{Error, Options};

use crate::support::World;

#[tokio::test]
async fn everything_missing_is_named_before_anything_is_written() {
    let mut world = World::new().await;
    let before = world.state().await;
    let break_it = r#"alter table "Booking" drop column "totalGBP"; drop table "Refund"; alter table "User" rename "createdAt" to created_at"#;
    world.source.batch_execute(break_it).await.unwrap();
    for apply in [false, true] {
        let error = world.try_import(&world.options(apply)).await.unwrap_err();
        let Error::Missing(missing) = &error else { panic!("{error}") };
        assert_eq!(
            missing,
            &[r#"column "User"."createdAt""#, r#"column "Booking"."totalGBP""#, r#"table "Refund""#]
        );
    }
    assert_eq!(world.state().await, before);
    assert_eq!(world.value("select count(*) from import_runs").await, "0");
}

#[tokio::test]
async fn the_source_is_only_read() {
    let mut world = World::new().await;
    // A view in the place of a table writes down that it was read, if its reader may write.
    let trap = r#"create table spied (at timestamptz);
        create function spy() returns text language plpgsql as $$ begin insert into spied values (now()); return 'x'; end $$;
        alter table "AuditLog" rename to audit_rows;
        create view "AuditLog" as select a.*, spy() as spying from audit_rows a where spy() = 'x'"#;
    world.source.batch_execute(trap).await.unwrap();
    let error = world.try_import(&world.options(false)).await.unwrap_err().to_string();
    assert!(error.contains("read-only transaction"), "{error}");
    let settings = r#"drop view "AuditLog"; create view "AuditLog" as select a.id, a."actorId", a."actorRole",
            current_setting('default_transaction_read_only') || ' ' || current_setting('transaction_read_only') as action,
            a."targetType", a."targetId", a.before, a.after, a.details, a.ip, a."userAgent", a."createdAt" from audit_rows a"#;
    world.source.batch_execute(settings).await.unwrap();
    world.import().await;
    assert_eq!(world.value("select distinct action from imported_history").await, "on on");
}

#[tokio::test]
async fn a_reader_without_a_right_to_passwords_suffices() {
    let mut world = World::new().await;
    let from = world.reader_url().await;
    let options = Options { from, ..world.options(true) };
    let summary = world.try_import(&options).await.unwrap();
    assert!(summary.total().created > 0);
    let revoke =
        format!(r#"revoke select on "Payment" from {}"#, options.from.split(['/', ':']).nth(3).unwrap());
    world.source.batch_execute(&revoke).await.unwrap();
    let error = world.try_import(&options).await.unwrap_err().to_string();
    assert!(error.contains(r#"the right to read "Payment"."amount""#), "{error}");
}

/// Ends one side's connections after `after` batches, and answers how many batches there were.
async fn interrupted(world: &mut World, side: &str, after: u32) -> u32 {
    let url = world.source_url();
    let sql = format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()
         and datname like '{}_{side}' and (application_name like '%import%' or '{side}' = 'target')",
        world.name()
    );
    let seen = AtomicU32::new(0);
    let options = Options { batch: 3, ..world.options(true) };
    let outcome = world
        .import_with(&options, &|_| {
            if seen.fetch_add(1, Ordering::Relaxed) + 1 == after {
                let (url, sql) = (url.clone(), sql.clone());
                std::thread::spawn(move || terminate(&url, &sql)).join().unwrap();
            }
        })
        .await;
    assert!(outcome.is_err(), "the run was not interrupted");
    seen.load(Ordering::Relaxed)
}

fn terminate(url: &str, sql: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bare = url.split('?').next().unwrap();
        let (client, connection) = tokio_postgres::connect(bare, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.execute(sql, &[]).await.unwrap();
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_breaks_off_is_completed_by_the_next() {
    let mut whole = World::new().await;
    let options = Options { batch: 3, ..whole.options(true) };
    let mut batches = 0;
    let counter = AtomicU32::new(0);
    whole
        .import_with(&options, &|_| {
            counter.fetch_add(1, Ordering::Relaxed);
        })
        .await
        .unwrap();
    batches += counter.load(Ordering::Relaxed);
    let expected = whole.state().await;

    for (side, after) in
        [("target", 1), ("source", batches / 3), ("target", batches / 2), ("source", batches - 2)]
    {
        let mut world = World::new().await;
        interrupted(&mut world, side, after).await;
        world.reconnect().await;
        assert_ne!(
            world.state().await,
            expected,
            "nothing was left to do after {after} of {batches} batches"
        );
        let summary = world.try_import(&Options { batch: 3, ..world.options(true) }).await.unwrap();
        assert!(summary.total().unchanged > 0);
        assert_eq!(world.state().await, expected, "{side} after {after}");
        assert_eq!(world.value("select count(*) from import_runs where finished_at is null").await, "1");
        let again = world.import().await.total();
        assert_eq!((again.created, again.updated), (0, 0));
    }
}

#[tokio::test]
async fn a_row_the_database_refuses_does_not_stop_the_others() {
    let mut world = World::new().await;
    // A rule the translation does not know of.
    let rule = "alter table customers add constraint customers_not_bob check (name !~ 'Builder');
        create function no_sofas() returns trigger language plpgsql as $$ begin
            if new.items::text like '%Sofa%' then raise exception 'no sofas'; end if; return new; end $$;
        create trigger no_sofas before insert on bookings for each row execute function no_sofas()";
    world.target.batch_execute(rule).await.unwrap();
    let summary = world.import().await;
    let findings = world.findings();
    for expected in [
        "User,u02,problem,refused by the database: customers_not_bob",
        "Booking,b01,problem,refused by the database: P0001",
        "Payment,p01,problem,bookingId: no such booking was taken in",
    ] {
        assert!(findings.contains(&expected.to_owned()), "{expected}: {findings:#?}");
    }
    assert_eq!(world.value("select count(*) from customers where email = 'ann@example.com'").await, "1");
    assert!(summary.total().created > 30);
    world
        .target
        .batch_execute(
            "alter table customers drop constraint customers_not_bob; drop trigger no_sofas on bookings",
        )
        .await
        .unwrap();
    world.import().await;
    assert!(!world.findings().iter().any(|line| line.contains("refused by the database")));
}

#[tokio::test]
async fn two_imports_do_not_run_at_once() {
    let mut world = World::new().await;
    let other = world.connect_target().await;
    let lock = "select pg_advisory_lock(hashtextextended('import from the platform', 0))";
    other.execute(lock, &[]).await.unwrap();
    assert!(matches!(world.try_import(&world.options(true)).await, Err(Error::AlreadyRunning)));
    world.try_import(&world.options(false)).await.unwrap();
    drop(other);
}

#[tokio::test]
async fn a_source_that_cannot_be_reached_is_said_plainly() {
    let mut world = World::empty().await;
    let options = Options { from: "postgres://nobody@%2Fnowhere/db".to_owned(), ..world.options(true) };
    assert!(matches!(world.try_import(&options).await, Err(Error::Unreachable(_))));
    let options = Options { from: "mysql://x".to_owned(), ..world.options(true) };
    assert!(matches!(world.try_import(&options).await, Err(Error::Address(_))));
}
