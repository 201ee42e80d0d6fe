//! What is written down each minute, and the page that shows it.

use jiff::SignedDuration;
use platform::{App, db::Db};
use serde_json::json;
use staff::Role;
use watch::Recorder;

use crate::support::{TestApp, id};

async fn sums(app: &TestApp) -> (i64, i64) {
    let sql = "select coalesce(sum(requests), 0)::bigint, coalesce(sum((select sum(c) from unnest(counts) c)), 0)::bigint
        from response_times where route = '/api/admin/customers/{id}' and method = 'GET'";
    let row = app.sql.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn several_processes_are_written_down_as_one() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    let path =
        format!("/api/admin/customers/{}", id(&emma.create_customer("Emma", "emma@example.com").await));
    let db = Db::new(&app.database.url(), 4).unwrap();
    let other = App::new(db, app.app.clock.clone(), app.app.settings.clone());
    let elsewhere = emma.clone().through(hub::router(other.clone(), &hub::app::Shared::new(&other.settings)));
    let (one, two) = (Recorder::new(&app.app), Recorder::new(&other));
    for _ in 0..3 {
        emma.get(&path).await.ok();
    }
    elsewhere.get(&path).await.ok();
    one.flush().await.unwrap();
    two.flush().await.unwrap();
    assert_eq!(sums(&app).await, (4, 4));
    one.flush().await.unwrap();
    assert_eq!(sums(&app).await, (4, 4), "once is enough");
    emma.get(&path).await.ok();
    one.flush().await.unwrap();
    assert_eq!(sums(&app).await, (5, 5));
    app.finish().await;
}

#[tokio::test]
async fn what_could_not_be_written_down_is_the_next_time() {
    let app = TestApp::new().await;
    let emma = app.as_role(Role::Support).await;
    let path =
        format!("/api/admin/customers/{}", id(&emma.create_customer("Emma", "emma@example.com").await));
    emma.get(&path).await.ok();
    let recorder = Recorder::new(&app.app);
    app.sql.batch_execute("alter table response_times rename to elsewhere").await.unwrap();
    assert!(recorder.flush().await.is_err());
    app.sql.batch_execute("alter table elsewhere rename to response_times").await.unwrap();
    recorder.flush().await.unwrap();
    assert_eq!(sums(&app).await, (1, 1));
    app.finish().await;
}

#[tokio::test]
async fn the_page_shows_times_and_failures_of_the_hour_or_the_day() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let recorder = Recorder::new(&app.app);
    let made = boss.create_customer("Emma", "emma@example.com").await;
    let path = format!("/api/admin/customers/{}/addresses", id(&made));
    let never = "alter table addresses add constraint never check (line1 = '') not valid";
    app.sql.batch_execute(never).await.unwrap();
    let address =
        json!({ "label": "Home", "line1": "1 High Street", "city": "Leeds", "postcode": "LS1 4AP" });
    let failed = boss.post(&path, &address).may_fail().await;
    failed.problem(500, "internal");
    app.sql.batch_execute("alter table addresses drop constraint never").await.unwrap();
    recorder.flush().await.unwrap();
    app.advance(SignedDuration::from_hours(2));
    let boss = app.as_role(Role::Superadmin).await;
    boss.get("/api/admin/customers").await.ok();
    recorder.flush().await.unwrap();

    let day = boss.get("/api/admin/response-times?over=day").await.ok();
    let hour = boss.get("/api/admin/response-times").await.ok();
    assert_eq!((&day["failed"], &hour["failed"]), (&json!(1), &json!(0)));
    let failure = &day["failures"][0];
    assert_eq!(failure["requestId"], failed.header("x-request-id"));
    assert_eq!(
        (failure["method"].as_str(), failure["route"].as_str(), failure["status"].as_i64()),
        (Some("POST"), Some("/api/admin/customers/{id}/addresses"), Some(500))
    );
    let operations = hour["operations"].as_array().unwrap();
    let list = operations.iter().find(|one| one["route"] == "/api/admin/customers").unwrap();
    assert_eq!((list["requests"].as_i64(), list["method"].as_str()), (Some(1), Some("GET")));
    assert!(list["halfUs"].as_i64() >= Some(250) && list["halfUs"] == list["nearlyAllUs"], "{list}");
    assert!(operations.iter().all(|one| one["route"] != "/api/admin/customers/{id}/addresses"));
    assert!(hour["failures"].as_array().unwrap().is_empty());
    boss.get("/api/admin/response-times?over=week").await.has_status(422);
    app.finish().await;
}

#[tokio::test]
async fn the_page_says_how_the_system_fares() {
    let app = TestApp::with(|settings| settings.smtp_url = Some("smtp://127.0.0.1:1".to_owned())).await;
    let boss = app.as_role(Role::Superadmin).await;
    let calm = boss.get("/api/admin/system").await.ok();
    assert_eq!(calm["alerts"], json!([]));
    assert_eq!(calm["told"], json!({ "emails": 0, "webhook": false }));
    assert_eq!((&calm["migrationsMissing"], &calm["fenced"]), (&json!(0), &json!(false)));
    assert_eq!(calm["migration"], platform::migrate::newest());
    assert!(calm.get("backupAgeS").is_none() && calm["databaseBytes"].as_i64() > Some(0), "{calm}");

    let jobs = "insert into jobs (id, kind, payload, state, run_at, attempt, max_attempts, created_at, finished_at) values
        (gen_random_uuid(), 'mail.send', '{}', 'dead', $1, 3, 3, $1, $1), (gen_random_uuid(), 'mail.send', '{}', 'ready', $1, 1, 3, $1, null),
        (gen_random_uuid(), 'refund.send', '{}', 'ready', $1, 0, 3, $1, null)";
    app.sql.execute(jobs, &[&app.now()]).await.unwrap();
    let customer = boss.create_customer("Emma", "emma@example.com").await;
    app.mail(crate::support::id_of(&customer)).await;
    app.advance(SignedDuration::from_mins(2));
    let boss = app.as_role(Role::Superadmin).await;
    let busy = boss.get("/api/admin/system").await.ok();
    let kinds = json!([
        { "kind": "mail.send", "ready": 2, "retrying": 1, "running": 0, "dead": 1 },
        { "kind": "refund.send", "ready": 1, "retrying": 0, "running": 0, "dead": 0 },
    ]);
    assert_eq!(busy["jobs"], kinds);
    assert_eq!(
        (&busy["jobsOldestS"], &busy["mailsQueued"], &busy["mailsOldestS"]),
        (&json!(120), &json!(1), &json!(120))
    );
    assert!(busy["unsealed"].as_i64() > Some(0) && busy["unsealedOldestS"].as_i64() >= Some(120), "{busy}");
    app.as_role(Role::Ops).await.get("/api/admin/system").await.problem(403, "not_permitted");
    app.abandon();
}

#[tokio::test]
async fn statements_are_shown_where_the_database_counts_them() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let without = boss.get("/api/admin/slow-statements").await.ok();
    assert_eq!(without["counted"], false);
    let asking: Vec<&str> =
        without["statements"].as_array().unwrap().iter().map(|one| one["query"].as_str().unwrap()).collect();
    assert!(asking.len() > 3 && asking.len() <= 10, "{asking:?}");
    assert!(
        asking.iter().all(|name| name.contains("::")) && asking.contains(&"platform::tx::commit"),
        "{asking:?}"
    );
    let owner = crate::support::connect(&app.database.admin_url().parse().unwrap()).await.unwrap();
    if owner.batch_execute("create extension pg_stat_statements").await.is_ok() {
        boss.get("/api/admin/customers").await.ok();
        let found = boss.get("/api/admin/slow-statements").await.ok();
        // Where the server has not loaded it, it is as good as not there.
        for statement in found["statements"].as_array().unwrap() {
            let query = statement["query"].as_str().unwrap().to_lowercase();
            let known = ["select", "insert", "update", "delete", "with"];
            assert!(known.iter().any(|word| query.starts_with(word)), "{query}");
            assert!(
                statement["calls"].as_i64() >= Some(1) && statement["share"].as_f64() <= Some(100.1),
                "{statement}"
            );
        }
        let loaded = owner.query_one("select count(*) from pg_stat_statements", &[]).await.is_ok();
        assert_eq!(found["counted"], loaded);
    }
    app.finish().await;
}

#[tokio::test]
async fn what_is_written_down_goes_again() {
    let app = TestApp::new().await;
    let fill = "insert into response_times select date_bin('15 minutes', $1::timestamptz - n * interval '1 day', 'epoch'), '/a', 'GET', 1, 0, array_fill(1, array[22])
        from generate_series(0, 20) n";
    app.sql.execute(fill, &[&app.now()]).await.unwrap();
    let failed = "insert into failed_requests select n::text, $1::timestamptz - n * interval '1 second', '/a', 'GET', 500 from generate_series(1, 1500) n";
    app.sql.execute(failed, &[&app.now()]).await.unwrap();
    let minutes = "insert into measured_minutes select date_bin('1 minute', $1::timestamptz, 'epoch') - n * interval '1 minute', 'requests', 1 from generate_series(0, 300) n";
    app.sql.execute(minutes, &[&app.now()]).await.unwrap();
    let over = "insert into alerts values (gen_random_uuid(), 'HubDown', $1::timestamptz, $1::timestamptz, null, $1::timestamptz, 1)";
    app.sql.execute(over, &[&app.now()]).await.unwrap();
    let db = app.app.db.client().await.unwrap();
    watch::forget_old(&db, app.now()).await.unwrap();
    let left = "select (select count(*) from response_times), (select count(*) from failed_requests), (select count(*) from measured_minutes), (select count(*) from alerts)";
    let counts = async || {
        let row = app.sql.query_one(left, &[]).await.unwrap();
        [row.get::<_, i64>(0), row.get(1), row.get(2), row.get(3)]
    };
    assert_eq!(counts().await, [9, 1_000, 121, 1]);
    app.advance(SignedDuration::from_hours(24 * 91));
    watch::forget_old(&db, app.now()).await.unwrap();
    assert_eq!(counts().await, [0; 4]);
    drop(db);
    app.finish().await;
}
