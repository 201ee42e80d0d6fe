//! PostgreSQL does not answer any more, as when its disk hangs: nobody waits for ever, and it all goes on once it answers again.

use std::{
    thread,
    time::{Duration, Instant},
};

use super::Served;
use crate::support::{Traffic, connect, size, stored_refunds, wait_for};

const PATIENCE: Duration = Duration::from_secs(90);

#[test]
fn a_frozen_database_keeps_nobody_waiting_for_ever_and_loses_nothing() {
    let frozen = Duration::from_secs(size(6, 60) as u64);
    let mut served = Served::new("frozen");
    let line = served.desk.line;
    let cookie = line.sign_in();
    let somebody = line.somebody(&cookie);
    let traffic = Traffic::default();
    thread::scope(|scope| {
        for number in 0..4 {
            let (traffic, somebody, cookie) = (&traffic, &somebody, &cookie);
            scope.spawn(move || traffic.drive(line, somebody, cookie, number));
        }
        wait_for("some traffic", PATIENCE, || traffic.acknowledged() > 10);
        served.signal("-STOP");
        let over = Instant::now() + frozen;
        while Instant::now() < over {
            let ready = line.send("GET", "/readyz", &[], None).expect("an answer, and soon");
            assert_eq!((ready.status, ready.json()["code"].as_str()), (503, Some("database_unavailable")));
            let alive = line.send("GET", "/healthz", &[], None).expect("an answer");
            assert_eq!(alive.status, 200);
        }
        served.signal("-CONT");
        let before = traffic.acknowledged();
        wait_for("the hub to be ready again", PATIENCE, || line.is_ready());
        wait_for("traffic to go on", PATIENCE, || traffic.acknowledged() > before + 10);
        traffic.stop();
    });
    assert!(served.desk.lives());
    let refused = traffic.refused.lock().unwrap().clone();
    let known = |(status, code): &(u16, String)| {
        let codes = ["database_unavailable", "outcome_unknown", "too_slow"];
        // Nothing: who asked has given up waiting.
        *status == 0
            || *status == 503 && codes.contains(&code.as_str())
            // Sent again while the first is still waiting.
            || *status == 409 && ["still_running", "try_again"].contains(&code.as_str())
    };
    assert!(refused.keys().all(known), "{refused:?}");
    println!("frozen for {frozen:?}: {} refunds acknowledged, refused: {refused:?}", traffic.acknowledged());
    let stored = served.runtime.block_on(async {
        let sql = connect(&served.admin.parse().unwrap()).await.unwrap();
        served.desk.kill();
        stored_refunds(&sql).await
    });
    traffic.check(stored);
}
