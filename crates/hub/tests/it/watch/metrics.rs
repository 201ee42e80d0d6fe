//! What is measured.

use std::collections::BTreeSet;

use axum::http::Method;
use jiff::SignedDuration;
use platform::{App, db::Db, metrics::render};
use serde_json::json;
use staff::Role;

use super::Look;
use crate::support::{TestApp, id, id_of, size};

#[tokio::test]
async fn requests_are_counted_by_pattern_method_and_outcome() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    let made = emma.create_customer("Emma Davis", "emma@example.com").await;
    for _ in 0..3 {
        emma.get(&format!("/api/admin/customers/{}", id(&made))).await.ok();
    }
    emma.get("/api/admin/customers/01890a5d-ac96-774b-bcce-b302099a8057").await.problem(404, "not_found");
    app.client().get("/api/admin/customers").await.problem(401, "signed_out");
    emma.get("/api/nowhere").await.problem(404, "not_found");
    let look = Look::at(&app).await;
    let count = |route, method, class| {
        look.value("hub_http_requests_total", &[("route", route), ("method", method), ("class", class)])
    };
    let one = "/api/admin/customers/{id}";
    assert_eq!((count(one, "GET", "2xx"), count(one, "GET", "4xx")), (3.0, 1.0));
    assert_eq!(count("/api/admin/customers", "POST", "2xx"), 1.0);
    assert_eq!(count("/api/admin/customers", "GET", "4xx"), 1.0);
    assert_eq!(count("(web app)", "GET", "4xx"), 1.0);
    let durations = look.family("hub_http_request_duration_seconds").unwrap();
    let measured = durations.samples.iter().find(|sample| {
        sample.suffix == "_count"
            && sample.label("route") == Some(one)
            && sample.label("method") == Some("GET")
    });
    assert_eq!(measured.unwrap().value, 4.0);
    assert_eq!(look.value("hub_events_total", &[("action", "customer.created")]), 1.0);
    assert_eq!(look.value("hub_events_total", &[("action", "customer.read")]), 3.0);
    app.finish().await;
}

#[tokio::test]
async fn whatever_is_sent_makes_no_more_series() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    let hostile = [
        "/api/admin/customers/%22%7D%20hub_up%200",
        "/api/admin/customers/%0A",
        "/api/nowhere",
        "/metrics",
        "/../../etc/passwd",
        "/%F0%9F%92%A3",
    ];
    let ask = async |number: usize| {
        let stranger = format!("/api/admin/customers/{:08x}-ac96-774b-bcce-b302099a8057", number);
        for path in hostile.iter().copied().chain([stranger.as_str(), &format!("/{number}")]) {
            emma.get(path).await;
        }
        let method = Method::from_bytes(format!("BREW{number}").as_bytes()).unwrap();
        emma.request(method, "/api/admin/customers").await;
        let wrong =
            json!({ "email": format!("guess-{number}@example.com"), "password": "guess number nine" });
        app.client().at_ip(&format!("192.0.2.{}", number % 200)).post("/api/auth/sign-in", &wrong).await;
    };
    ask(0).await;
    // What the first look itself makes known.
    Look::at(&app).await;
    let few = Look::at(&app).await;
    for number in 1..size(12, 1_000) {
        ask(number).await;
    }
    let many = Look::at(&app).await;
    let series = |look: &Look| -> BTreeSet<String> {
        let text = render(&look.0);
        // Who was made to wait after so many guesses has another outcome, and asks by other functions (`queries.rs`).
        let aside = ["#", "hub_query_duration_seconds"];
        let wanted = text.lines().filter(|line| {
            !aside.iter().any(|aside| line.starts_with(aside)) && !line.contains("/api/auth/sign-in")
        });
        wanted.map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect()
    };
    assert_eq!(series(&many), series(&few));
    assert!(few.series() < 2_500, "{}", few.series());
    // The control: a request of another kind is another series.
    emma.create_customer("Emma Davis", "emma@example.com").await;
    assert!(series(&Look::at(&app).await).len() > series(&few).len());
    app.finish().await;
}

#[tokio::test]
async fn jobs_of_kinds_that_nobody_knows_are_shown_up_to_a_bound() {
    let app = TestApp::new().await;
    let many = "insert into jobs (id, kind, payload, state, run_at, attempt, max_attempts, created_at)
        select gen_random_uuid(), 'k\"' || n || e'\\n', '{}', 'ready', $1::timestamptz - interval '90 seconds', 1, 3, $1
        from generate_series(1, 10000) n";
    app.sql.execute(many, &[&app.now()]).await.unwrap();
    let dead =
        "insert into jobs (id, kind, payload, state, run_at, attempt, max_attempts, created_at, finished_at)
        select gen_random_uuid(), 'mail.send', '{}', 'dead', $1, 3, 3, $1, $1 from generate_series(1, 7)";
    app.sql.execute(dead, &[&app.now()]).await.unwrap();
    let look = Look::at(&app).await;
    assert_eq!(look.family("hub_jobs").unwrap().samples.len(), 200);
    assert_eq!(look.value("hub_jobs", &[("state", "dead"), ("kind", "mail.send")]), 7.0);
    assert_eq!(look.value("hub_jobs_retrying", &[]), 200.0);
    assert_eq!(look.value("hub_jobs_due_oldest_seconds", &[]), 90.0);
    let text = render(&look.0);
    let broken = text.lines().find(|line| {
        !line.starts_with('#') && line.rsplit_once(' ').is_none_or(|(_, value)| value.parse::<f64>().is_err())
    });
    assert_eq!(broken, None, "a line that is none");
    app.abandon();
}

#[tokio::test]
async fn money_mail_seals_and_copies_are_measured() {
    let app = TestApp::with(|settings| settings.smtp_url = Some("smtp://127.0.0.1:1".to_owned())).await;
    let boss = app.as_role(Role::Superadmin).await;
    let customer = id_of(&boss.create_customer("Emma Davis", "emma@example.com").await);
    let calm = Look::at(&app).await;
    for (name, labels) in [
        ("hub_refunds", &[("state", "in_doubt")][..]),
        ("hub_refunds_in_doubt_oldest_seconds", &[]),
        ("hub_differences_open", &[]),
        ("hub_mails", &[("state", "failed")]),
        ("hub_mails_queued_oldest_seconds", &[]),
        ("hub_fenced", &[]),
        ("hub_migrations_missing", &[]),
        ("hub_audit_verification_failed", &[]),
    ] {
        assert_eq!(calm.value(name, labels), 0.0, "{name}");
    }
    assert!(!calm.has("hub_backup_last_good_age_seconds", &[]), "nobody has tried");
    assert!(!calm.has("hub_log_archive_age_seconds", &[]), "no log is archived");

    app.difference().await;
    let booking = app.booking(customer).paid(45_000).insert().await;
    let body = json!({ "action": "issue_refund", "bookingId": booking, "amount": 1_200, "reason": "duplicate_payment" });
    boss.post(&format!("/api/admin/customers/{customer}/actions"), &body)
        .header("idempotency-key", "one")
        .await
        .ok();
    app.mail(customer).await;
    let copies =
        "insert into backups (id, state, file, started_at, finished_at, bytes, manifest, failure) values
        (gen_random_uuid(), 'done', 'a', $1::timestamptz - interval '3 days', $1, 10, '{}', null),
        (gen_random_uuid(), 'done', 'a.base', $1::timestamptz - interval '1 hour', $1, 20, '{}', null),
        (gen_random_uuid(), 'failed', 'b', $1::timestamptz - interval '1 day', $1, null, null, 'full')";
    app.sql.execute(copies, &[&app.now()]).await.unwrap();
    let drill = "insert into drills (id, state, file, started_at, finished_at, findings)
        values (gen_random_uuid(), 'failed', 'a', $1, $1, '[\"wrong\"]'), (gen_random_uuid(), 'passed', 'a.base', $1, $1, '[]')";
    app.sql.execute(drill, &[&app.now()]).await.unwrap();
    let log = "insert into log_archive (system, timeline, unbroken_since, noted_at) values ('7', 1, $1::timestamptz - interval '9 minutes', $1)";
    app.sql.execute(log, &[&app.now()]).await.unwrap();
    app.advance(SignedDuration::from_secs(60));
    let look = Look::at(&app).await;
    let days = |days: f64| days.mul_add(86_400.0, 60.0);
    assert_eq!(look.value("hub_backup_last_good_age_seconds", &[]), days(3.0));
    assert_eq!(look.value("hub_drill_last_good_age_seconds", &[]), 60.0);
    assert_eq!(look.value("hub_backup_last_good_bytes", &[]), 10.0, "a base is no copy");
    assert_eq!(look.value("hub_log_archive_age_seconds", &[]), 600.0, "nothing can be reached yet");
    app.sql.execute("update log_archive set covered_until = $1", &[&app.now()]).await.unwrap();
    assert_eq!(look.value("hub_drill_last_failed", &[]), 1.0);
    assert_eq!(look.value("hub_differences_open", &[]), 1.0);
    assert_eq!(look.value("hub_refunds", &[]), 1.0);
    assert!(look.value("hub_mails", &[("state", "queued")]) >= 1.0);
    assert_eq!(look.value("hub_mails_queued_oldest_seconds", &[]), 60.0);
    assert!(look.value("hub_audit_unsealed", &[]) >= 2.0);
    // What migrations wrote is older.
    assert!(look.value("hub_audit_unsealed_oldest_seconds", &[]) >= 60.0);
    app.advance(SignedDuration::from_secs(60));
    assert_eq!(Look::at(&app).await.value("hub_log_archive_age_seconds", &[]), 60.0);
    app.abandon();
}

#[tokio::test]
async fn two_who_look_cost_one_look() {
    let app = TestApp::new().await;
    let scrape = hub::watching::scrape(&app.app, None).unwrap();
    let dead = async || {
        let look = Look(scrape.families().await);
        look.has("hub_jobs", &[("state", "dead")])
    };
    assert!(!dead().await);
    let job =
        "insert into jobs (id, kind, payload, state, run_at, attempt, max_attempts, created_at, finished_at)
        values (gen_random_uuid(), 'mail.send', '{}', 'dead', $1, 3, 3, $1, $1)";
    app.sql.execute(job, &[&app.now()]).await.unwrap();
    app.advance(SignedDuration::from_secs(4));
    assert!(!dead().await, "the database was asked again");
    app.advance(SignedDuration::from_secs(1));
    assert!(dead().await);
    app.abandon();
}

#[tokio::test]
async fn without_a_database_the_process_is_still_measured() {
    let app = TestApp::new().await;
    let nowhere = Db::new("postgres://nobody@127.0.0.1:1/nothing", 2).unwrap();
    let lost = App::new(nowhere, app.app.clock.clone(), app.app.settings.clone());
    let look = Look(hub::watching::scrape(&lost, None).unwrap().families().await);
    assert_eq!(look.value("hub_database_up", &[]), 0.0);
    assert!(!look.has("hub_jobs_due_oldest_seconds", &[]), "nobody knows");
    assert!(look.value("process_resident_memory_bytes", &[]) > 0.0);
    assert_eq!(Look::at(&app).await.value("hub_database_up", &[]), 1.0);
    app.finish().await;
}
