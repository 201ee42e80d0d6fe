//! Work that cannot be done: it always panics, or never ends. It is given up in the open, and everything else goes on meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use hub::app::handlers;
use jiff::SignedDuration;
use jobs::{Handlers, New, Outcome, Worker};
use platform::App;
use serde_json::{Value, json};
use staff::Role;

use crate::support::TestApp;

/// The hub's own jobs, two kinds of poison, and one that only counts.
fn poisoned(done: &Arc<AtomicUsize>) -> Handlers<App> {
    let done = done.clone();
    handlers()
        .on("chaos.explodes", |_: App, _| async { panic!("it cannot be done") })
        .on("chaos.hangs", |_: App, _| async { std::future::pending().await })
        .on("chaos.counts", move |_: App, _| {
            let done = done.clone();
            async move {
                done.fetch_add(1, Ordering::Relaxed);
                Outcome::Done
            }
        })
}

async fn enqueue(app: &TestApp, kind: &'static str, times: usize) {
    let db = app.app.db.client().await.unwrap();
    for _ in 0..times {
        jobs::enqueue(&db, New::now(kind, json!({}), app.now()), app.now()).await.unwrap();
    }
}

#[tokio::test]
async fn a_poisoned_job_is_tried_later_and_later_given_up_in_the_open_and_holds_up_nobody() {
    let app = TestApp::new().await;
    let done = Arc::new(AtomicUsize::new(0));
    let worker = || {
        Worker::new(app.app.db.pool().clone(), app.app.clock.clone(), poisoned(&done), app.app.clone())
            .time_limit(Duration::from_millis(50))
    };
    enqueue(&app, "chaos.explodes", 1).await;
    enqueue(&app, "chaos.hangs", 1).await;
    for round in 1..=12 {
        enqueue(&app, "chaos.counts", 5).await;
        worker().run_due().await;
        assert_eq!(done.load(Ordering::Relaxed), round * 5, "what can be done is done at once");
        app.advance(SignedDuration::from_hours(2));
    }
    let boss = app.as_role(Role::Superadmin).await;
    let dead = boss.get("/api/admin/dead-jobs").await.ok();
    let told = |kind: &str| -> Value {
        let list = dead["jobs"].as_array().unwrap().clone();
        list.into_iter().find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {dead:#}"))
    };
    for (kind, why) in
        [("chaos.explodes", "panicked: it cannot be done"), ("chaos.hangs", "took longer than")]
    {
        let one = told(kind);
        assert!(one.to_string().contains(why), "{one:#}");
    }
    app.leave_jobs();
    app.finish().await;
}

/// Eight that hang and one that does not, while four are run at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_of_a_kind_that_hangs_leave_room_for_others() {
    let app = TestApp::new().await;
    let done = Arc::new(AtomicUsize::new(0));
    enqueue(&app, "chaos.hangs", 8).await;
    let worker =
        Worker::new(app.app.db.pool().clone(), app.app.clock.clone(), poisoned(&done), app.app.clone());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(worker.run(async {
        let _ = stopped.await;
    }));
    let hanging = "select count(*) from jobs where kind = 'chaos.hangs' and state = 'running'";
    let hanging = async || -> i64 { app.sql.query_one(hanging, &[]).await.unwrap().get(0) };
    for _ in 0..400 {
        if hanging().await >= 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    enqueue(&app, "chaos.counts", 20).await;
    for _ in 0..400 {
        if done.load(Ordering::Relaxed) == 20 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(done.load(Ordering::Relaxed), 20, "while {} hang", hanging().await);
    assert_eq!(hanging().await, 3, "one place is kept from them");
    running.abort();
    let _ = running.await;
    drop(stop);
    app.leave_jobs();
    app.finish().await;
}
