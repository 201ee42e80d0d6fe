//! The audit trail proves itself: whatever is changed afterwards is named, and nothing that was committed is left unsealed.

mod anchoring;
mod desk;
mod sealing;
mod tampering;

use std::time::Duration;

use audit::trail::Outcome;
use serde_json::json;
use staff::Role;
use tokio_postgres::Client;
use uuid::Uuid;

use crate::support::{TestApp, id, id_of};

/// Seals until nothing waits: other tests' transactions hold the watermark back.
async fn seal_all(app: &TestApp, db: &mut Client) {
    for _ in 0..600 {
        app.sealer().seal(db).await.unwrap();
        let open = "select exists (select from events e where not exists (select from seals s where s.event_id = e.id))
                        or exists (select from transfers t where not exists (select from seals s where s.transfer = t.number))";
        if !db.query_one(open, &[]).await.unwrap().get::<_, bool>(0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("something is still not sealed");
}

/// People, their money and their history, sealed in several passes.
async fn sealed_history(app: &TestApp, db: &mut Client) {
    let desk = app.as_role(Role::Superadmin).await;
    for number in 0..6 {
        let customer =
            desk.create_customer(&format!("Emma {number}"), &format!("emma{number}@example.com")).await;
        desk.create_address(&customer, "Leeds", "LS1 4AP").await;
        app.booking(id_of(&customer)).paid(45_000).refunded(5_000).insert().await;
        desk.get(&format!("/api/admin/customers/{}", id(&customer))).await.ok();
        desk.list("search=emma").await;
        seal_all(app, db).await;
    }
}

#[tokio::test]
async fn a_trail_that_nobody_touched_is_whole() {
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    sealed_history(&app, &mut db).await;
    let report = app.verify_trail(&mut db).await;
    assert_eq!((report.outcome(), report.figures.backlog), (Outcome::Ok, 0), "{report:?}");
    assert_eq!(report.figures.transfers, 18, "a capture, an approval and a refund each");
    assert!(report.figures.events > 20 && report.figures.checkpoints >= 6, "{report:?}");
    // Rows that the tests wrote past the application bring no hash.
    assert_eq!(report.figures.found, 1);
    app.finish().await;
}

#[tokio::test]
async fn numbers_and_text_of_every_kind_hash_alike_before_and_after_the_database() {
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    let values = json!({ "whole": 12.0, "tiny": 1e-7, "huge": 1e17, "minus": -0.0, "text": "é\u{1F69A}\n\"\\",
        "deep": [{ "b": null, "a": [true, 1.5, 9_007_199_254_740_993_i64] }], "": "" });
    let mut pool = app.app.db.client().await.unwrap();
    let tx = platform::Tx::begin(&mut pool, &app.app).await.unwrap();
    let event =
        platform::Event::change("test.written").values(None::<&()>, Some(&values)).details(values.clone());
    let event = event.on("test", Uuid::nil()).items(i64::MAX);
    let request = platform::RequestInfo {
        id: "r".to_owned(),
        ip: Some("2001:db8::1".parse().unwrap()),
        user_agent: Some("Ünïcode".to_owned()),
    };
    tx.commit(&platform::Actor::nobody(request), event).await.unwrap();
    seal_all(&app, &mut db).await;
    let report = app.verify_trail(&mut db).await;
    assert_eq!(report.outcome(), Outcome::Ok, "{report:?}");
    drop(pool);
    app.finish().await;
}

#[tokio::test]
async fn an_earlier_state_put_back_is_told_by_the_anchor() {
    use audit::trail::{Anchor, Trust};
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    sealed_history(&app, &mut db).await;
    let anchor = |row: &tokio_postgres::Row| Anchor {
        number: row.get(0),
        chain: row.get::<_, &[u8]>(1).try_into().unwrap(),
    };
    let anchors: Vec<Anchor> = db
        .query("select number, chain from checkpoints order by number", &[])
        .await
        .unwrap()
        .iter()
        .map(anchor)
        .collect();
    let (key, passes) = (app.sealer().public_key(), anchors.len() as u64);
    let trust = Trust { keys: vec![key], anchors, ..Trust::default() };
    let report = audit::trail::verify(&mut db, &trust, |_, _| {}).await.unwrap();
    assert_eq!((report.outcome(), report.figures.anchors), (Outcome::Ok, passes));

    tampering::disarm(&db).await;
    // As a backup of before the last pass would be: whole in itself.
    db.batch_execute(
        "with cut as (select number from checkpoints order by number desc offset 1 limit 1),
              gone as (delete from seals where number > (select number from cut) returning event_id, transfer),
              bills as (delete from transfers where number in (select transfer from gone)),
              contents as (delete from event_values where event_id in (select event_id from gone)),
              headers as (delete from events where id in (select event_id from gone))
         delete from checkpoints where number > (select number from cut)",
    )
    .await
    .unwrap();
    let without = app.verify_trail(&mut db).await;
    assert_eq!(without.outcome(), Outcome::Ok, "without an anchor nobody can tell: {without:?}");
    let report = audit::trail::verify(&mut db, &trust, |_, _| {}).await.unwrap();
    assert_eq!(report.outcome(), Outcome::AnchorMismatch, "{report:?}");
    app.abandon();
}

#[tokio::test]
async fn a_trail_signed_with_another_key_is_not_sealed_on_and_not_believed() {
    use audit::trail::{Sealer, SigningKey, Trust};
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    sealed_history(&app, &mut db).await;
    let other = || SigningKey::read(&"ab".repeat(32)).unwrap();
    app.as_role(Role::Ops).await;
    let sealer = Sealer::new(other(), Vec::new(), None, app.app.clock.clone());
    assert!(sealer.seal(&mut db).await.unwrap_err().to_string().contains("signed with the key"));
    let trust = Trust { keys: vec![other().public()], ..Trust::default() };
    let report = audit::trail::verify(&mut db, &trust, |_, _| {}).await.unwrap();
    assert_eq!(report.outcome(), Outcome::Broken);
    let report = audit::trail::verify(&mut db, &Trust::default(), |_, _| {}).await.unwrap();
    assert_eq!(report.outcome(), Outcome::Incomplete, "no key, no word on signatures: {report:?}");
    // Told of the earlier key, the new one goes on.
    let sealer = Sealer::new(other(), vec![app.sealer().public_key()], None, app.app.clock.clone());
    sealer.seal(&mut db).await.unwrap();
    app.abandon();
}

#[tokio::test]
async fn an_event_is_proved_by_what_can_be_recomputed() {
    let app = TestApp::new().await;
    let mut db = app.database.connect().await;
    sealed_history(&app, &mut db).await;
    let event: Uuid = db
        .query_one("select event_id from seals where kind = 1 order by number offset 3 limit 1", &[])
        .await
        .unwrap()
        .get(0);
    let proof = audit::trail::prove(&db, event).await.unwrap();
    let bytes = |value: &serde_json::Value| -> chain::Hash {
        chain::unhex(value.as_str().unwrap()).unwrap().try_into().unwrap()
    };
    let mut head = bytes(&proof["chainBefore"]);
    for link in std::iter::once(&proof["seal"]).chain(proof["links"].as_array().unwrap()) {
        let link = chain::Link {
            number: link["number"].as_i64().unwrap(),
            sealed: i16::try_from(link["kind"].as_i64().unwrap()).unwrap(),
            xid: link["xid"].as_i64().unwrap(),
            leaf: bytes(&link["leaf"]),
        };
        head = link.after(&head);
    }
    assert_eq!(head, bytes(&proof["checkpoint"]["chain"]));
    assert_eq!(proof["seal"]["event"]["id"], event.to_string());
    assert!(audit::trail::prove(&db, Uuid::nil()).await.is_err());

    let mut lines = Vec::new();
    let count = audit::trail::export(&mut db, &mut lines).await.unwrap();
    let text = String::from_utf8(lines).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains("\"leaf\"")).count() as u64, count);
    let signed: i64 = db.query_one("select count(*) from checkpoints", &[]).await.unwrap().get(0);
    assert_eq!(text.lines().filter(|line| line.contains("\"signature\"")).count() as i64, signed);
    app.finish().await;
}
