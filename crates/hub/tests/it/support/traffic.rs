//! Money traffic against a running program, and what must hold of it afterwards: nothing acknowledged is lost, nothing done
//! that nobody asked for, nothing done twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use embedded::{Embedded, Options};
use serde_json::json;
use tokio_postgres::Client;

use super::{Dice, Line, connect};

/// What was asked for, what was acknowledged (key to refund), and how the rest was answered.
#[derive(Default)]
pub struct Traffic {
    pub asked: Mutex<BTreeSet<String>>,
    pub acknowledged: Mutex<BTreeMap<String, String>>,
    /// Status and code of what was refused, and how often; 0 where the connection broke.
    pub refused: Mutex<BTreeMap<(u16, String), usize>>,
    /// Answers that say "later" and not when.
    pub without_retry_after: AtomicUsize,
    stop: AtomicBool,
    sent: AtomicUsize,
}

impl Traffic {
    /// Until it is stopped: refunds of a penny, each with a key of its own; one in three is sent twice.
    pub fn drive(&self, line: Line, (customer, booking): &(String, String), cookie: &str, number: u64) {
        let mut dice = Dice::new(number);
        let path = format!("/api/admin/customers/{customer}/actions");
        while !self.stop.load(Ordering::Relaxed) {
            let key = format!("{number}-{}", self.sent.fetch_add(1, Ordering::Relaxed));
            self.asked.lock().unwrap().insert(key.clone());
            let body =
                json!({ "action": "issue_refund", "bookingId": booking, "amount": 1, "reason": "late" });
            for _ in 0..=u8::from(dice.one_in(3)) {
                let headers = [("cookie", cookie), ("idempotency-key", key.as_str())];
                let reply = line.send("POST", &path, &headers, Some(&body));
                let Some(reply) = reply else {
                    self.refuse(0, "");
                    continue;
                };
                let said = reply.json();
                if reply.status == 200 {
                    let refund = said["refund"]["id"].as_str().unwrap_or_default().to_owned();
                    let earlier = self.acknowledged.lock().unwrap().insert(key.clone(), refund.clone());
                    assert!(earlier.is_none_or(|earlier| earlier == refund), "{key} was refunded twice");
                } else {
                    self.refuse(reply.status, said["code"].as_str().unwrap_or_default());
                    if reply.status == 503 && reply.header("retry-after").is_none() {
                        self.without_retry_after.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
            thread::sleep(Duration::from_millis(dice.below(20)));
        }
    }

    fn refuse(&self, status: u16, code: &str) {
        *self.refused.lock().unwrap().entry((status, code.to_owned())).or_default() += 1;
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub fn go_on(&self) {
        self.stop.store(false, Ordering::Relaxed);
    }

    pub fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Acknowledged refunds that are not there, and refunds that nobody asked for.
    pub fn lost_and_unasked(&self, stored: &BTreeMap<String, String>) -> (usize, usize) {
        let acknowledged = self.acknowledged.lock().unwrap();
        let asked = self.asked.lock().unwrap();
        let lost = acknowledged.iter().filter(|(key, refund)| stored.get(*key) != Some(refund)).count();
        let unasked = stored.keys().filter(|key| !asked.contains(*key)).count();
        (lost, unasked)
    }

    /// Nothing lost, nothing unasked; and the same check finds both where they are made up.
    pub fn check(&self, stored: BTreeMap<String, String>) {
        assert_eq!(self.lost_and_unasked(&stored), (0, 0), "lost, unasked");
        self.acknowledged.lock().unwrap().insert("9-9".into(), "lost".into());
        let forged = stored.into_iter().chain([("8-8".to_owned(), "unasked".to_owned())]).collect();
        assert_eq!(self.lost_and_unasked(&forged), (1, 1));
    }
}

/// Key and id of the refunds in the database, after every check of the house.
pub async fn stored_refunds(sql: &Client) -> BTreeMap<String, String> {
    for (name, check) in hub::cli::verify::checks() {
        let wrong = sql.query(*check, &[]).await.unwrap();
        let wrong: Vec<String> = wrong.iter().map(|row| row.get(0)).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
    let unaudited = "select count(*) from refunds r where request_key is not null and not exists (
        select from events e where e.subject_type = 'refund' and e.subject_id = r.id and e.action = 'refund.issued')";
    assert_eq!(
        sql.query_one(unaudited, &[]).await.unwrap().get::<_, i64>(0),
        0,
        "refunds without their event"
    );
    let rows = sql
        .query("select request_key, id::text from refunds where request_key is not null", &[])
        .await
        .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// The same of a private database that nobody runs any more.
pub fn stored_in(folder: &Path) -> BTreeMap<String, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut options = Options::new(folder);
    options.bin_dir = std::env::var_os("HUB_POSTGRES_BIN").map(Into::into);
    let server = Embedded::start(options).unwrap();
    let stored = runtime.block_on(async {
        let sql = connect(&server.connection_string("hub").parse().unwrap()).await.unwrap();
        stored_refunds(&sql).await
    });
    server.stop().unwrap();
    stored
}
