//! The sealer, while others write, give up and are killed.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use audit::trail::Outcome;
use kernel::{Clock, EventId};
use tokio_postgres::Client;
use uuid::Uuid;

use super::seal_all;
use crate::support::{Dice, TestApp, size};

const WRITE: &str = "insert into events (id, at, action, kind, actor_kind) values ($1, now(), 'test.written', 'change', 'system')";

/// Writes one event after the other, each in a transaction of its own that lasts a while and may come to nothing.
async fn writer(app: Arc<TestApp>, seed: u64, stop: Arc<AtomicBool>) {
    let mut dice = Dice::new(seed);
    let mut client = app.database.connect().await;
    while !stop.load(Ordering::Relaxed) {
        // Whoever was killed comes back.
        if client.is_closed() {
            client = app.database.connect().await;
        }
        let _ = write(&mut client, &mut dice).await;
    }
}

async fn write(client: &mut Client, dice: &mut Dice) -> Result<(), tokio_postgres::Error> {
    let tx = client.transaction().await?;
    let id = EventId::new(Clock::System.now());
    tx.execute(WRITE, &[&id]).await?;
    tokio::time::sleep(Duration::from_millis(dice.below(30))).await;
    if dice.below(5) == 0 { tx.rollback().await } else { tx.commit().await }
}

async fn all_events(db: &Client) -> HashSet<Uuid> {
    db.query("select id from events", &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_traffic_rollbacks_and_kills_nobody_is_skipped() {
    let app = Arc::new(TestApp::new().await);
    let seconds = size(3, 120) as u64;
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8).map(|seed| tokio::spawn(writer(app.clone(), seed, stop.clone()))).collect();

    let (mut one, mut other) = (app.database.connect().await, app.database.connect().await);
    let watcher = app.database.connect().await;
    let mut dice = Dice::new(99);
    // The negative control: a sealer that goes by id, from the highest it has seen.
    let (mut highest, mut by_id) = (Uuid::nil(), HashSet::new());
    let (mut passes, mut kills) = (0, 0);
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(seconds) {
        // Two at once: one of them is turned away, or waits its turn.
        let (sealer, second) = (app.sealer(), app.sealer());
        let (first, second) = tokio::join!(sealer.seal(&mut one), second.seal(&mut other));
        passes += usize::from(first.is_ok()) + usize::from(second.is_ok());
        for row in
            watcher.query("select id from events where id > $1 order by id", &[&highest]).await.unwrap()
        {
            highest = row.get(0);
            by_id.insert(highest);
        }
        if dice.below(10) == 0 {
            // Anybody's who has settled in: a writer in the middle of its transaction, or a sealer.
            let kill = "select pg_terminate_backend(pid) from pg_stat_activity
                        where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
                          and backend_start < clock_timestamp() - interval '300 milliseconds'
                        order by random() limit 1";
            kills += watcher.query(kill, &[]).await.unwrap().len();
        }
        for client in [&mut one, &mut other] {
            if client.is_closed() {
                *client = app.database.connect().await;
            }
        }
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }

    let mut db = app.database.connect().await;
    seal_all(&app, &mut db).await;
    let report = app.verify_trail(&mut db).await;
    let written = all_events(&db).await;
    let rest = db.query("select id from events where id > $1", &[&highest]).await.unwrap();
    by_id.extend(rest.iter().map(|row| row.get::<_, Uuid>(0)));
    assert_eq!(report.outcome(), Outcome::Ok, "{report:?}");
    assert_eq!(report.figures.events, written.len() as u64);
    let skipped = written.difference(&by_id).count();
    println!("{} events, {passes} passes, {kills} kills: 0 skipped; by id {skipped}", written.len());
    assert!(kills > 0 && skipped > 0, "the control must skip some: {kills} kills, {skipped} skipped");
    Arc::try_unwrap(app).ok().unwrap().finish().await;
}

#[tokio::test]
async fn what_commits_late_is_sealed_when_its_time_comes() {
    let app = TestApp::new().await;
    let (mut early, mut db) = (app.database.connect().await, app.database.connect().await);
    let (first, second) = (EventId::new(Clock::System.now()), EventId::new(Clock::System.now()));
    let late = early.transaction().await.unwrap();
    late.execute(WRITE, &[&first]).await.unwrap();
    db.execute(WRITE, &[&second]).await.unwrap();
    app.sealer().seal(&mut db).await.unwrap();
    let sealed = "select exists (select from seals where event_id = $1)";
    let has = async |db: &Client, id: EventId| db.query_one(sealed, &[&id]).await.unwrap().get::<_, bool>(0);
    assert!(!has(&db, second).await, "what runs may still write before it");
    late.commit().await.unwrap();
    seal_all(&app, &mut db).await;
    assert!(has(&db, first).await && has(&db, second).await);
    app.finish().await;
}

#[tokio::test]
async fn a_database_restored_into_a_young_server_is_sealed_on() {
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    seal_all(&app, &mut db).await;
    // Written where transactions had come much further.
    super::tampering::disarm(&db).await;
    let (old, new) = (EventId::new(Clock::System.now()), EventId::new(Clock::System.now()));
    db.execute(WRITE, &[&old]).await.unwrap();
    db.execute("update events set xid = '900000000000' where id = $1", &[&old]).await.unwrap();
    db.batch_execute("update checkpoints set below = 900000000000").await.unwrap();
    db.execute(WRITE, &[&new]).await.unwrap();
    seal_all(&app, &mut db).await;
    app.abandon();
}

/// The copy was made before the last events had their seals, and its server had come further than this one.
#[tokio::test]
async fn what_an_earlier_server_left_without_a_seal_gets_one_here() {
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    seal_all(&app, &mut db).await;
    super::tampering::disarm(&db).await;
    let left = EventId::new(Clock::System.now());
    db.execute(WRITE, &[&left]).await.unwrap();
    db.execute("update events set xid = '900000000000' where id = $1", &[&left]).await.unwrap();
    assert_eq!(
        app.verify_trail(&mut db).await.outcome(),
        Outcome::Broken,
        "in a database that was not restored"
    );
    let restored =
        "insert into epochs (number, began_at, taken_at, sha256) values (1, now(), now(), repeat('0', 64))";
    db.execute(restored, &[]).await.unwrap();
    assert_ne!(app.verify_trail(&mut db).await.outcome(), Outcome::Broken);
    seal_all(&app, &mut db).await;
    let sealed = "select exists (select from seals where event_id = $1)";
    assert!(db.query_one(sealed, &[&left]).await.unwrap().get::<_, bool>(0));
    assert_eq!(app.verify_trail(&mut db).await.outcome(), Outcome::Ok);
    app.abandon();
}
