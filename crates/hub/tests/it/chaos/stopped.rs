//! The database is stopped for a while: every answer says so, the program stays, and goes on when the database is back.

use std::{
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::Served;
use crate::support::{Socket, Traffic, connect, size, stored_refunds, wait_for};

/// When to stop waiting; on a machine that does nothing else everything works again within a second.
const RECOVERY: Duration = Duration::from_secs(60);

/// What a page was told, and when.
type Heard = Arc<Mutex<Vec<(Instant, String)>>>;

async fn listen(mut socket: Socket, heard: Heard) {
    loop {
        if let Some(text) = socket.hears_within(Duration::from_secs(1)).await {
            if text.starts_with("closed") || text.starts_with("None") {
                return;
            }
            heard.lock().unwrap().push((Instant::now(), text));
        }
    }
}

#[test]
fn a_stopped_database_is_told_as_it_is_and_nothing_has_to_be_restarted() {
    let outage = Duration::from_secs(size(3, 60) as u64);
    let mut served = Served::new("stopped");
    let line = served.desk.line;
    let cookie = line.sign_in();
    let somebody = line.somebody(&cookie);
    let traffic = Traffic::default();
    let heard = Heard::default();
    served.runtime.block_on(async {
        let own = format!("http://{}", line.address());
        let socket = Socket::open(line.address(), "/api/live", Some(&cookie), Some(&own)).await.unwrap();
        tokio::spawn(listen(socket, heard.clone()));
    });

    let stopped = thread::scope(|scope| {
        for number in 0..4 {
            let (traffic, somebody, cookie) = (&traffic, &somebody, &cookie);
            scope.spawn(move || traffic.drive(line, somebody, cookie, number));
        }
        wait_for("some traffic", RECOVERY, || traffic.acknowledged() > 10);
        let stopped = Instant::now();
        served.stop();
        let before = traffic.acknowledged();
        let over = Instant::now() + outage;
        while Instant::now() < over {
            let read = line.get("/api/admin/customers", &cookie).expect("an answer");
            assert_eq!((read.status, read.json()["code"].as_str()), (503, Some("database_unavailable")));
            assert_eq!(read.header("content-type"), Some("application/problem+json"));
            assert!(read.header("retry-after").is_some());
            assert!(!line.is_ready(), "it says that it is not ready");
            let alive = line.send("GET", "/healthz", &[], None).expect("an answer");
            assert_eq!(alive.status, 200, "and that it lives: nobody has to restart it");
            thread::sleep(Duration::from_millis(100));
        }
        served.start();
        let back = Instant::now();
        wait_for("the hub to be ready again", RECOVERY, || line.is_ready());
        wait_for("traffic to go on", RECOVERY, || traffic.acknowledged() > before + 10);
        println!("stopped for {outage:?}: works again {:?} after PostgreSQL does", back.elapsed());
        // Who listens is told to look again, by the socket that was open all the time, and hears of what happens from then on.
        let since = |at: Instant, what: &str| {
            let heard = heard.lock().unwrap();
            heard.iter().find(|(when, text)| *when > at && text.contains(what)).map(|(when, _)| *when)
        };
        wait_for("the socket to be told to read again", RECOVERY, || since(stopped, "resync").is_some());
        let told = since(stopped, "resync").unwrap();
        wait_for("the socket to hear of refunds", RECOVERY, || since(told, "customer").is_some());
        traffic.stop();
        stopped
    });
    assert!(stopped.elapsed() > outage);
    assert!(served.desk.lives(), "the process that was started is the one that answers");

    // Nothing else was said meanwhile.
    let refused = traffic.refused.lock().unwrap().clone();
    let known = |(status, code): &(u16, String)| {
        *status == 503 && ["database_unavailable", "outcome_unknown"].contains(&code.as_str())
    };
    assert!(refused.keys().all(known), "{refused:?}");
    assert!(refused.contains_key(&(503, "database_unavailable".to_owned())), "the control: {refused:?}");
    assert_eq!(traffic.without_retry_after.load(std::sync::atomic::Ordering::Relaxed), 0);

    let stored = served.runtime.block_on(async {
        let sql = connect(&served.admin.parse().unwrap()).await.unwrap();
        // Jobs go on: what was to be done by now is done.
        let waiting =
            "select count(*) from jobs where state = 'ready' and run_at < now() - interval '2 seconds'
            or state = 'dead' or state = 'running' and lease_until < now() - interval '5 seconds'";
        let begun = Instant::now();
        while sql.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) > 0 {
            assert!(begun.elapsed() < Duration::from_secs(90), "jobs are left");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        let done =
            "select count(*) from jobs where state = 'done' and finished_at > now() - interval '1 minute'";
        assert!(sql.query_one(done, &[]).await.unwrap().get::<_, i64>(0) > 0, "the control: some were done");
        served.desk.kill();
        stored_refunds(&sql).await
    });
    println!("{} refunds acknowledged, refused: {refused:?}", traffic.acknowledged());
    traffic.check(stored);
}
