//! The clock is wrong, and put right again: forwards and backwards, while people work.

use std::{collections::BTreeMap, path::Path, thread, time::Duration};

use jiff::SignedDuration;
use serde_json::json;
use staff::Role;

use crate::support::{
    Behaviour, MailServer, Running, TestApp, Traffic, fresh_key, id_of, stored_in, wait_for,
};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A desk at which money is given back, mails are written and everything is read, at whatever time it is.
struct Desk {
    app: TestApp,
    mail: MailServer,
    customer: uuid::Uuid,
}

impl Desk {
    async fn new() -> Self {
        let mail = MailServer::start(&[Behaviour::Accept]).await;
        let app = TestApp::with(|settings| {
            settings.smtp_url = Some(mail.url());
            settings.mail_from = "Example Removals <desk@example.com>".to_owned();
        })
        .await;
        let client = app.as_role(Role::Superadmin).await;
        let customer = id_of(&client.create_customer("Emma Davis", "emma@example.com").await);
        Self { app, mail, customer }
    }

    /// Somebody signs in and works.
    async fn works(&self) {
        let client = self.app.as_role(Role::Superadmin).await;
        let path = format!("/api/admin/customers/{}", self.customer);
        let booking = self.app.booking(self.customer).paid(45_000).insert().await;
        for body in [
            json!({ "action": "issue_credit", "amount": 500, "reason": "goodwill" }),
            json!({ "action": "issue_refund", "bookingId": booking, "amount": 1_200, "reason": "late",
                "destination": "store_credit" }),
            json!({ "action": "resend_invoice", "bookingId": booking }),
        ] {
            let key = fresh_key();
            let act = format!("{path}/actions");
            let made = client.post(&act, &body).header("idempotency-key", &key).await.ok();
            let again = client.post(&act, &body).header("idempotency-key", &key).await;
            assert_eq!(again.changed_nothing(), made, "done once, whatever the clock says");
        }
        for read in ["", "/money", "/timeline", "/erasure"] {
            client.get(&format!("{path}{read}")).await.ok();
        }
        client.get("/api/admin/customers?sortBy=lastOrder").await.ok();
        client.get("/api/admin/finance").await.ok();
    }

    async fn count(&self, sql: &str) -> i64 {
        self.app.sql.query_one(sql, &[]).await.unwrap().get(0)
    }

    async fn waiting(&self) -> i64 {
        self.count("select count(*) from jobs where state = 'ready' and kind = 'mail.send'").await
    }

    async fn sealed(&self) {
        self.app.sealer().seal(&mut self.app.database.connect().await).await.unwrap();
    }
}

#[tokio::test]
async fn a_clock_that_is_put_back_stops_nobody_and_nothing_waits_for_the_lost_time() {
    let desk = Desk::new().await;
    desk.works().await;
    desk.sealed().await;
    assert_eq!(desk.waiting().await, 1, "the control: the mail is not sent yet");
    // It was an hour ahead.
    desk.app.advance(-HOUR);
    desk.app.run_jobs().await;
    assert_eq!(desk.waiting().await, 0, "what was to be done at once is done at once, not in an hour");
    desk.works().await;
    desk.app.run_jobs().await;
    desk.sealed().await;
    assert_eq!(desk.waiting().await, 0);
    // It was a day behind.
    desk.app.advance(DAY);
    desk.works().await;
    desk.app.run_jobs().await;
    desk.sealed().await;
    assert_eq!(desk.count("select count(*) from refunds").await, 3);
    assert_eq!(desk.count("select count(*) from mails where state = 'sent'").await, 3);
    assert_eq!(desk.mail.received().len(), 3, "each once");
    desk.app.finish().await;
}

#[tokio::test]
async fn what_comes_by_itself_comes_again_soon_after_a_clock_was_a_day_ahead() {
    let desk = Desk::new().await;
    let next = async || -> Vec<(String, jiff::Timestamp)> {
        let sql = "select name, next_run_at from schedules order by name";
        let rows = desk.app.sql.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    desk.app.run_jobs().await;
    desk.app.advance(DAY);
    desk.app.run_jobs().await;
    desk.app.advance(-DAY);
    let ahead = next().await;
    assert!(ahead.iter().all(|(_, at)| *at > desk.app.now() + HOUR), "the control: {ahead:?}");
    desk.app.run_jobs().await;
    for (name, at) in next().await {
        let every: i32 = desk
            .app
            .sql
            .query_one("select every_seconds from schedules where name = $1", &[&name])
            .await
            .unwrap()
            .get(0);
        let soon = desk.app.now() + SignedDuration::from_secs(every.into());
        assert!(at <= soon, "{name} comes at {at}, later than its interval");
    }
    desk.app.leave_jobs();
    desk.app.finish().await;
}

/// Where Debian, Homebrew and a person put it.
fn faketime() -> Option<String> {
    let named = std::env::var("HUB_TEST_FAKETIME").ok();
    let usual = [
        "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
        "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    ];
    named.into_iter().chain(usual.map(str::to_owned)).find(|path| Path::new(path).exists())
}

#[test]
fn a_machine_whose_clock_jumps_works_on_and_loses_nothing() {
    let Some(library) = faketime() else {
        println!("skipped: libfaketime is not on this machine (or name it in HUB_TEST_FAKETIME)");
        return;
    };
    let mut desk = Running::new("clock");
    let traffic = Traffic::default();
    // Right, an hour ahead, a day behind, and right again: for the hub and its PostgreSQL.
    for (number, offset) in ["+0", "+3600", "-86400", "+0"].into_iter().enumerate() {
        desk.set("LD_PRELOAD", &library);
        desk.set("FAKETIME", offset);
        desk.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        desk.start();
        let line = desk.line;
        let cookie = line.sign_in();
        let somebody = line.somebody(&cookie);
        let before = traffic.acknowledged();
        traffic.go_on();
        thread::scope(|scope| {
            scope.spawn(|| traffic.drive(line, &somebody, &cookie, number as u64));
            wait_for("some refunds", Duration::from_secs(60), || traffic.acknowledged() > before + 5);
            traffic.stop();
        });
        desk.kill();
        desk.kill_postgres();
        println!("clock {offset} s: {} refunds acknowledged", traffic.acknowledged() - before);
    }
    assert_eq!(*traffic.refused.lock().unwrap(), BTreeMap::new(), "nobody was refused");
    traffic.check(stored_in(&desk.folder));
}
