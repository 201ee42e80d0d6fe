//! The trail verified from the desk: asked for, done by a job, told in words.

use platform::settings::AnchorPlace;
use serde_json::Value;
use staff::Role;

use super::{sealed_history, tampering::disarm};
use crate::support::{Client, TestApp};

const TRAIL: &str = "/api/admin/audit/trail";
const VERIFY: &str = "/api/admin/audit/verify";

/// Asks, lets the job run, and answers what the page would show.
async fn verified(app: &TestApp, client: &Client) -> Value {
    // The last one is the latest.
    app.advance(jiff::SignedDuration::from_secs(1));
    let asked = client.post(VERIFY, &Value::Null).await.ok();
    assert!(asked["finishedAt"].is_null(), "{asked}");
    app.run_jobs().await;
    let last = client.get(TRAIL).await.ok()["last"].clone();
    assert_eq!(last["id"], asked["id"]);
    last
}

#[tokio::test]
async fn verify_the_trail() {
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    let client = app.as_role(Role::Reviewer).await;
    let before = client.get(TRAIL).await.ok();
    assert!(before["last"].is_null() && before["head"].is_null(), "{before}");
    assert!(before["waiting"].as_i64().unwrap() > 0 && before["anchor"] == "off", "{before}");
    sealed_history(&app, &mut db).await;
    let last = verified(&app, &client).await;
    assert_eq!((&last["outcome"], &last["findings"]), (&"ok".into(), &Value::Array(vec![])), "{last}");
    let head: i64 = db.query_one("select max(number) from checkpoints", &[]).await.unwrap().get(0);
    assert_eq!((last["upto"].as_i64(), last["done"].as_i64()), (Some(head), Some(head)), "{last}");
    assert!(last["requestedByName"].as_str().unwrap().starts_with("Reviewer"), "{last}");
    let state = client.get(TRAIL).await.ok();
    assert!(state["running"].is_null() && state["head"] == head, "{state}");
    let events = "select string_agg(action, ' ' order by action) from events where action like 'trail.%'";
    let events: String = db.query_one(events, &[]).await.unwrap().get(0);
    assert_eq!(events, "trail.verification_started trail.verified");
    app.finish().await;
}

#[tokio::test]
async fn an_amount_that_was_changed_is_named_on_the_page() {
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    sealed_history(&app, &mut db).await;
    disarm(&db).await;
    db.execute("update transfers set amount = amount + 1 where number = 2", &[]).await.unwrap();
    let client = app.as_role(Role::Superadmin).await;
    let last = verified(&app, &client).await;
    assert_eq!(last["outcome"], "broken", "{last}");
    let findings = last["findings"].as_array().unwrap();
    assert_eq!(findings[0]["row"], "transfer 2", "{last}");
    assert!(findings[0]["number"].as_i64().unwrap() > 0, "{last}");
    // The books disagree with it too, and are looked at besides the chain.
    assert!(findings.iter().any(|finding| finding["row"] == "books"), "{last}");
    app.abandon();
}

#[tokio::test]
async fn one_verification_at_a_time_and_one_that_died_makes_way() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    let first = client.post(VERIFY, &Value::Null).await.ok();
    let second = client.post(VERIFY, &Value::Null).await.ok();
    assert_eq!(first["id"], second["id"]);
    assert_eq!(client.get(TRAIL).await.ok()["running"]["id"], first["id"]);
    // Its worker is gone for good, and nobody has heard of it for a while.
    app.sql
        .batch_execute("update jobs set state = 'done', finished_at = now() where kind = 'trail.verify'")
        .await
        .unwrap();
    app.advance(jiff::SignedDuration::from_mins(4));
    let third = verified(&app, &client).await;
    assert_ne!(third["id"], first["id"]);
    let ended = "select outcome from trail_verifications where id::text = $1";
    let outcome: String = app.sql.query_one(ended, &[&first["id"].as_str().unwrap()]).await.unwrap().get(0);
    assert_eq!(outcome, "failed");
    let change = "update trail_verifications set outcome = 'ok' where outcome = 'failed'";
    assert!(app.sql.batch_execute(change).await.is_err(), "what was found stays found");
    app.finish().await;
}

#[tokio::test]
async fn a_database_behind_its_anchor_is_told_on_the_page() {
    let folder = std::env::temp_dir().join(format!("hub-desk-anchor-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("audit.anchor");
    let app = TestApp::with(|settings| settings.audit.anchor = AnchorPlace::File(file.clone())).await;
    let mut db = app.database.connect().await;
    let client = app.as_role(Role::Reviewer).await;
    assert_eq!(client.get(TRAIL).await.ok()["anchor"], "empty");
    sealed_history(&app, &mut db).await;
    assert_eq!(client.get(TRAIL).await.ok()["anchor"], "holds");
    let lines = std::fs::read_to_string(&file).unwrap();
    let last = lines.lines().last().unwrap();
    let number: i64 = last.split(' ').next().unwrap().parse().unwrap();
    for (forged, state) in [
        (last.replacen(&number.to_string(), &(number + 5).to_string(), 1), "behind"),
        (last.replace(last.split(' ').nth(1).unwrap(), &"ab".repeat(32)), "differs"),
        (last.replacen(&number.to_string(), "one", 1), "unreadable"),
    ] {
        std::fs::write(&file, format!("{forged}\n")).unwrap();
        assert_eq!(client.get(TRAIL).await.ok()["anchor"], state);
        if state != "unreadable" {
            assert_eq!(verified(&app, &client).await["outcome"], "anchor_mismatch");
        } else {
            assert_eq!(verified(&app, &client).await["outcome"], "failed");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
    app.abandon();
}

#[tokio::test]
async fn only_superadmins_and_reviewers_verify() {
    let app = TestApp::new().await;
    for role in Role::ALL {
        let answer = app.as_role(role).await.post(VERIFY, &Value::Null).await;
        let may = matches!(role, Role::Superadmin | Role::Reviewer);
        answer.has_status(if may { 200 } else { 403 });
    }
    app.run_jobs().await;
    app.finish().await;
}
