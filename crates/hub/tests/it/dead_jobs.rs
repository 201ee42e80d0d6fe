//! Jobs that nobody tries any more: seen by superadmins, tried again or let go, once.

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::TestApp;

/// A job that died of this; nothing here runs its kind.
async fn dead(app: &TestApp, number: u128, error: &str) -> Uuid {
    let id = Uuid::from_u128(number);
    app.sql
        .execute(
            "insert into jobs (id, kind, payload, state, run_at, attempt, max_attempts, last_error, key, created_at, finished_at)
             values ($1, 'nothing', '{\"refundId\": \"r\"}', 'dead', $2, 10, 10, $3, $4, $2, $2)",
            &[&id, &app.now(), &error, &format!("key {number}")],
        )
        .await
        .unwrap();
    id
}

async fn state(app: &TestApp, id: Uuid) -> (String, i32) {
    let row = app.sql.query_one("select state, max_attempts from jobs where id = $1", &[&id]).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
async fn a_dead_job_is_seen_without_personal_data_and_tried_again_or_let_go() {
    let app = TestApp::new().await;
    app.run_jobs().await;
    let one = dead(&app, 1, "550 <emma@example.com> refused +447700900123").await;
    let two = dead(&app, 2, "the worker vanished while it ran").await;
    let boss = app.as_role(Role::Superadmin).await;
    let first = boss.get("/api/admin/dead-jobs?limit=1").await.ok();
    assert_eq!((&first["total"], &first["jobs"][0]["id"]), (&json!(2), &json!(two)));
    let rest = format!("/api/admin/dead-jobs?limit=1&after={}", first["next"].as_str().unwrap());
    let rest = boss.get(&rest).await.ok();
    let shown = &rest["jobs"][0];
    assert_eq!((&shown["id"], &rest["next"]), (&json!(one), &Value::Null));
    assert_eq!(shown["lastError"], "550 [address] refused [number]");
    assert_eq!((&shown["kind"], &shown["attempts"]), (&json!("nothing"), &json!(10)));

    boss.act(&format!("/api/admin/dead-jobs/{one}/retry")).await.ok();
    assert_eq!(state(&app, one).await, ("ready".to_owned(), 11));
    boss.act(&format!("/api/admin/dead-jobs/{one}/retry")).await.problem(409, "job_not_dead");
    let discard = format!("/api/admin/dead-jobs/{two}/discard");
    boss.post(&discard, &json!({ "word": " " })).await.problem(422, "invalid_field");
    boss.post(&discard, &json!({ "word": "Done by hand" })).await.ok();
    assert_eq!(state(&app, two).await.0, "discarded");
    boss.post(&discard, &json!({ "word": "Again" })).await.problem(409, "job_not_dead");
    boss.act(&format!("/api/admin/dead-jobs/{two}/retry")).await.problem(409, "job_not_dead");
    let nobody = Uuid::from_u128(9);
    boss.act(&format!("/api/admin/dead-jobs/{nobody}/retry")).await.problem(404, "not_found");
    let told = app
        .sql
        .query("select action from events where subject_type = 'job' order by ctid", &[])
        .await
        .unwrap();
    let told: Vec<String> = told.iter().map(|row| row.get(0)).collect();
    assert_eq!(told, ["job.retried", "job.discarded"]);
    app.leave_jobs();
    app.finish().await;
}

#[tokio::test]
async fn a_dead_job_whose_like_is_at_work_waits_and_only_superadmins_see_it() {
    let app = TestApp::new().await;
    app.run_jobs().await;
    let id = dead(&app, 1, "down").await;
    app.sql
        .execute(
            "insert into jobs (id, kind, payload, state, run_at, max_attempts, key, created_at)
             values (gen_random_uuid(), 'nothing', '{}', 'ready', $1, 1, 'key 1', $1)",
            &[&app.now()],
        )
        .await
        .unwrap();
    let boss = app.as_role(Role::Superadmin).await;
    boss.act(&format!("/api/admin/dead-jobs/{id}/retry")).await.problem(409, "job_not_dead");
    assert_eq!(state(&app, id).await.0, "dead");
    let finance = app.as_role(Role::Finance).await;
    finance.get("/api/admin/dead-jobs").await.problem(403, "not_permitted");
    app.leave_jobs();
    app.finish().await;
}

#[tokio::test]
async fn discarded_jobs_are_tidied_away_like_those_that_were_done() {
    let app = TestApp::new().await;
    app.run_jobs().await;
    let id = dead(&app, 1, "down").await;
    let boss = app.as_role(Role::Superadmin).await;
    boss.post(&format!("/api/admin/dead-jobs/{id}/discard"), &json!({ "word": "Not needed" })).await.ok();
    app.advance(jiff::SignedDuration::from_hours(24 * 15));
    app.run_jobs().await;
    assert!(app.sql.query("select from jobs where id = $1", &[&id]).await.unwrap().is_empty());
    app.finish().await;
}
