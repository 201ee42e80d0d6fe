//! Jobs and schedules, on a database of their own and with handlers that note what they ran.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use deadpool_postgres::Pool;
use jiff::{SignedDuration, Timestamp};
use jobs::{Handlers, JobId, New, Outcome, Worker};
use kernel::Clock;
use platform::db::Db;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::support::{Database, TestApp};

const NOW: &str = "2026-11-22T10:00:00Z";

/// What was run: the payload and the attempt.
type Runs = Arc<Mutex<Vec<(Value, i32)>>>;

struct Yard {
    pool: Pool,
    clock: Clock,
    runs: Runs,
    sql: tokio_postgres::Client,
    // Last: the pool's connections go first.
    _database: Database,
}

impl Yard {
    async fn new() -> Self {
        let database = Database::migrated();
        let sql = database.connect().await;
        let pool = Db::new(&database.url(), 8).unwrap().pool().clone();
        Self {
            pool,
            clock: Clock::held(NOW.parse().unwrap()),
            runs: Runs::default(),
            sql,
            _database: database,
        }
    }

    fn worker(&self, handlers: Handlers<Runs>) -> Worker<Runs> {
        Worker::new(self.pool.clone(), self.clock.clone(), handlers, self.runs.clone())
    }

    async fn enqueue(&self, new: New) -> Option<JobId> {
        jobs::enqueue(&self.pool.get().await.unwrap(), new, self.now()).await.unwrap()
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    fn runs(&self) -> Vec<(Value, i32)> {
        self.runs.lock().unwrap().clone()
    }

    /// State, attempt and last error.
    async fn row(&self, id: JobId) -> (String, i32, Option<String>) {
        let row = self
            .sql
            .query_one("select state, attempt, last_error from jobs where id = $1", &[&id])
            .await
            .unwrap();
        (row.get(0), row.get(1), row.get(2))
    }

    async fn count(&self, state: &str) -> i64 {
        self.sql.query_one("select count(*) from jobs where state = $1", &[&state]).await.unwrap().get(0)
    }
}

fn noting(outcome: Outcome) -> Handlers<Runs> {
    Handlers::new().on("note", move |runs: Runs, job| {
        let outcome = outcome.clone();
        async move {
            runs.lock().unwrap().push((job.payload, job.attempt));
            outcome
        }
    })
}

async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what} did not come about");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_workers_run_each_of_two_hundred_jobs_once() {
    let yard = Yard::new().await;
    for number in 0..200 {
        yard.enqueue(New::now("note", json!(number), yard.now())).await.unwrap();
    }
    let mut workers = Vec::new();
    for _ in 0..4 {
        let (stop, stopped) = oneshot::channel::<()>();
        let worker = yard.worker(noting(Outcome::Done));
        workers.push((stop, tokio::spawn(worker.run(async { stopped.await.unwrap() }))));
    }
    eventually("200 jobs done", async || yard.count("done").await == 200).await;
    for (stop, worker) in workers {
        stop.send(()).unwrap();
        worker.await.unwrap();
    }
    let mut counts = BTreeMap::new();
    for (number, attempt) in yard.runs() {
        assert_eq!(attempt, 1);
        *counts.entry(number.as_i64().unwrap()).or_insert(0) += 1;
    }
    assert_eq!(counts.len(), 200);
    assert!(counts.values().all(|times| *times == 1), "{counts:?}");
}

#[tokio::test]
async fn a_job_of_a_worker_that_was_killed_is_run_again() {
    let yard = Yard::new().await;
    let id = yard.enqueue(New::now("note", json!(1), yard.now())).await.unwrap();
    let (_stop, stopped) = oneshot::channel::<()>();
    let (reached, hangs) = oneshot::channel();
    let reached = Mutex::new(Some(reached));
    let hanging = Handlers::new().on("note", move |_: Runs, _| {
        let reached = reached.lock().unwrap().take();
        async move {
            reached.map(|reached| reached.send(()));
            std::future::pending().await
        }
    });
    let killed = tokio::spawn(yard.worker(hanging).run(async { stopped.await.unwrap() }));
    hangs.await.unwrap();
    killed.abort();
    let _ = killed.await;
    assert_eq!(yard.row(id).await.0, "running");

    let second = yard.worker(noting(Outcome::Done));
    assert_eq!(second.run_due().await, 0, "the lease still holds");
    yard.pass(61);
    assert_eq!(second.run_due().await, 1);
    assert_eq!(yard.runs(), [(json!(1), 2)]);
    assert_eq!(yard.row(id).await.0, "done");
}

#[tokio::test]
async fn a_completion_that_comes_too_late_changes_nothing() {
    let yard = Yard::new().await;
    let id = yard.enqueue(New::now("note", json!(1), yard.now())).await.unwrap();
    // The first run stands still until the lease has ended and another worker has failed for good.
    let (reached, stands) = oneshot::channel();
    let (go_on, told) = oneshot::channel();
    let ends = Mutex::new(Some((reached, told)));
    let slow = Handlers::new().on("note", move |_: Runs, _| {
        let ends = ends.lock().unwrap().take();
        async move {
            let (reached, told) = ends.unwrap();
            reached.send(()).unwrap();
            told.await.unwrap()
        }
    });
    let first = yard.worker(slow);
    let first = tokio::spawn(async move { first.run_due().await });
    stands.await.unwrap();
    yard.pass(61);
    assert_eq!(yard.worker(noting(Outcome::dead("refused"))).run_due().await, 1);
    go_on.send(Outcome::Done).unwrap();
    assert_eq!(first.await.unwrap(), 1);
    assert_eq!(yard.row(id).await, ("dead".to_owned(), 2, Some("refused".to_owned())));
}

#[tokio::test]
async fn a_job_that_fails_is_tried_again_later_and_later_until_it_is_dead() {
    let yard = Yard::new().await;
    let id = yard.enqueue(New::now("note", json!(1), yard.now()).attempts(3)).await.unwrap();
    let worker = yard.worker(noting(Outcome::retry("no answer")));
    let ready = ("ready".to_owned(), 1, Some("no answer".to_owned()));
    assert_eq!((worker.run_due().await, yard.row(id).await), (1, ready));
    for (wait, state, attempt) in [(5, "ready", 2), (10, "dead", 3)] {
        yard.pass(wait - 1);
        assert_eq!(worker.run_due().await, 0);
        yard.pass(1);
        assert_eq!(worker.run_due().await, 1);
        assert_eq!(yard.row(id).await, (state.to_owned(), attempt, Some("no answer".to_owned())));
    }
    yard.pass(100_000);
    assert_eq!(worker.run_due().await, 0);

    let db = yard.pool.get().await.unwrap();
    assert!(jobs::retry_dead(&db, id, yard.now()).await.unwrap(), "a person may have it tried again");
    assert!(!jobs::retry_dead(&db, id, yard.now()).await.unwrap());
    assert_eq!(yard.worker(noting(Outcome::Done)).run_due().await, 1);
    assert_eq!(yard.row(id).await.0, "done");
}

#[tokio::test]
async fn a_handler_that_panics_is_tried_again_and_the_worker_goes_on() {
    let yard = Yard::new().await;
    let bad = yard.enqueue(New::now("panic", json!({}), yard.now())).await.unwrap();
    yard.enqueue(New::now("note", json!(2), yard.now())).await.unwrap();
    let handlers = noting(Outcome::Done).on("panic", |_, _| async { panic!("of all things") });
    assert_eq!(yard.worker(handlers).run_due().await, 2);
    assert_eq!(yard.row(bad).await, ("ready".to_owned(), 1, Some("panicked: of all things".to_owned())));
    assert_eq!(yard.runs(), [(json!(2), 1)]);
}

#[tokio::test]
async fn a_worker_that_vanishes_every_time_leaves_a_dead_job() {
    let yard = Yard::new().await;
    let id = yard.enqueue(New::now("note", json!(1), yard.now()).attempts(1)).await.unwrap();
    yard.sql
        .execute("update jobs set state = 'running', attempt = 1, lease_until = run_at where id = $1", &[&id])
        .await
        .unwrap();
    assert_eq!(yard.worker(noting(Outcome::Done)).run_due().await, 0);
    let (state, attempt, error) = yard.row(id).await;
    assert_eq!((state.as_str(), attempt), ("dead", 1));
    assert!(error.unwrap().contains("vanished"));
}

#[tokio::test]
async fn kinds_without_a_handler_are_left_alone() {
    let yard = Yard::new().await;
    let id = yard.enqueue(New::now("of a newer release", json!({}), yard.now())).await.unwrap();
    assert_eq!(yard.worker(noting(Outcome::Done)).run_due().await, 0);
    assert_eq!(yard.row(id).await, ("ready".to_owned(), 0, None));
}

#[tokio::test]
async fn a_job_that_is_to_run_later_waits() {
    let yard = Yard::new().await;
    let later = yard.now() + SignedDuration::from_secs(3600);
    yard.enqueue(New::now("note", json!(1), yard.now()).at(later)).await.unwrap();
    let worker = yard.worker(noting(Outcome::Done));
    yard.pass(3599);
    assert_eq!(worker.run_due().await, 0);
    yard.pass(1);
    assert_eq!(worker.run_due().await, 1);
}

#[tokio::test]
async fn a_key_lives_once() {
    let yard = Yard::new().await;
    let new = || New::now("note", json!(1), yard.now()).key("invoice 7");
    assert!(yard.enqueue(new()).await.is_some());
    assert!(yard.enqueue(new()).await.is_none());
    yard.worker(noting(Outcome::Done)).run_due().await;
    assert!(yard.enqueue(new()).await.is_some(), "the first is over");
    yard.worker(noting(Outcome::Done)).run_due().await;
    assert_eq!(yard.runs().len(), 2);
}

#[tokio::test]
async fn a_job_is_gone_with_the_transaction_that_enqueued_it() {
    let yard = Yard::new().await;
    let mut db = yard.pool.get().await.unwrap();
    let worker = yard.worker(noting(Outcome::Done));
    for keeps in [false, true] {
        let tx = db.transaction().await.unwrap();
        jobs::enqueue(&tx, New::now("note", json!(keeps), yard.now()), yard.now()).await.unwrap().unwrap();
        assert_eq!(worker.run_due().await, 0, "nobody sees it before the commit");
        if keeps { tx.commit().await.unwrap() } else { tx.rollback().await.unwrap() }
    }
    worker.run_due().await;
    assert_eq!(yard.runs(), [(json!(true), 1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_schedule_enqueues_one_job_a_turn_whoever_looks() {
    let yard = Yard::new().await;
    let every_hour = || noting(Outcome::Done).every("hourly", Duration::from_secs(3600), "note");
    let looks = async || {
        let all = futures_util::future::join_all((0..4).map(|_| {
            let worker = yard.worker(every_hour());
            tokio::spawn(async move { worker.run_due().await })
        }));
        all.await.into_iter().map(|runs| runs.unwrap()).sum::<usize>()
    };
    assert_eq!(looks().await, 1);
    yard.pass(3599);
    assert_eq!(looks().await, 0);
    yard.pass(1);
    assert_eq!(looks().await, 1);
    yard.pass(100_000);
    assert_eq!(looks().await, 1, "missed turns are not made up for");
    assert_eq!(yard.runs().len(), 3);
}

#[tokio::test]
async fn a_schedule_misses_its_turn_while_its_last_job_lives() {
    let yard = Yard::new().await;
    let failing = noting(Outcome::retry_after("busy", SignedDuration::from_hours(5))).every(
        "hourly",
        Duration::from_secs(3600),
        "note",
    );
    let worker = yard.worker(failing);
    assert_eq!(worker.run_due().await, 1);
    yard.pass(3600);
    assert_eq!(worker.run_due().await, 0);
    assert_eq!(yard.count("ready").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_waits_for_what_is_running_and_claims_no_more() {
    let yard = Yard::new().await;
    let (reached, running) = oneshot::channel();
    let (finish, told) = oneshot::channel::<()>();
    let ends = Mutex::new(Some((reached, told)));
    let slow = noting(Outcome::Done).on("slow", move |runs: Runs, job| {
        let ends = ends.lock().unwrap().take();
        async move {
            let (reached, told) = ends.unwrap();
            reached.send(()).unwrap();
            told.await.unwrap();
            runs.lock().unwrap().push((job.payload, job.attempt));
            Outcome::Done
        }
    });
    let slow_job = yard.enqueue(New::now("slow", json!("slow"), yard.now())).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(yard.worker(slow).run(async { stopped.await.unwrap() }));
    running.await.unwrap();
    stop.send(()).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    yard.enqueue(New::now("note", json!("late"), yard.now())).await.unwrap();
    finish.send(()).unwrap();
    worker.await.unwrap();
    assert_eq!(yard.runs(), [(json!("slow"), 1)]);
    assert_eq!(yard.row(slow_job).await.0, "done");
}

#[tokio::test]
async fn done_jobs_are_tidied_away_and_dead_ones_stay() {
    let yard = Yard::new().await;
    yard.enqueue(New::now("note", json!(1), yard.now())).await.unwrap();
    yard.worker(noting(Outcome::Done)).run_due().await;
    yard.enqueue(New::now("note", json!(2), yard.now())).await.unwrap();
    yard.worker(noting(Outcome::dead("refused"))).run_due().await;
    yard.pass(15 * 86_400);
    yard.worker(noting(Outcome::Done)).run_due().await;
    assert_eq!((yard.count("done").await, yard.count("dead").await), (0, 1));
}

#[tokio::test]
async fn a_test_that_leaves_a_job_behind_is_noticed() {
    for (state, noticed) in [("dead", true), ("ready", true), ("done", false)] {
        let app = TestApp::new().await;
        // What is scheduled goes first.
        app.run_jobs().await;
        let (now, id) = (app.now(), Uuid::from_u128(7));
        let finished = (state != "ready").then_some(now);
        app.sql
            .execute(
                "insert into jobs (id, kind, payload, state, run_at, max_attempts, created_at, finished_at)
                 values ($1, 'nothing', '{}', $2, $3, 1, $3, $4)",
                &[&id, &state, &now, &finished],
            )
            .await
            .unwrap();
        app.run_jobs().await;
        let content = crate::harness::is_content(&app).await;
        assert_eq!(content, !noticed, "{state}");
        app.leave_jobs();
        assert!(crate::harness::is_content(&app).await);
        app.finish().await;
    }
}
