//! What stands in the audit trail of a person stands under a key, and goes with it.

use audit::trail::Outcome;
use jiff::SignedDuration;
use platform::values::Opened;
use serde_json::{Value, json};
use staff::Role;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use crate::support::{Client, TestApp, id, id_of};

const DESTROY: &str = "update value_keys set wrapped = null, destroyed_at = now() where customer_id = $1";

/// The last event of this action, as the trail shows it.
async fn shown(app: &TestApp, client: &Client, action: &str) -> Value {
    let sql = "select id::text from events where action = $1 order by at desc, id desc limit 1";
    let event: String = app.sql.query_one(sql, &[&action]).await.unwrap().get(0);
    client.get(&format!("/api/admin/audit/{event}")).await.ok()
}

async fn rename(client: &Client, customer: &Value, version: i64, name: &str) {
    let path = format!("/api/admin/customers/{}", id(customer));
    client.put(&path, version, &json!({ "name": name, "email": "emma@example.com" })).await.ok();
}

#[tokio::test]
async fn a_destroyed_key_takes_the_values_along_and_leaves_the_trail_whole() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Superadmin).await;
    let emma = desk.create_customer("Emma Canary", "emma@example.com").await;
    rename(&desk, &emma, 1, "Emma Kingfisher").await;
    let omar = desk.create_customer("Omar Bird", "omar@example.com").await;
    desk.list("search=Canary").await;

    let read = shown(&app, &desk, "customer.updated").await;
    assert_eq!((&read["values"], &read["before"]["name"]), (&json!("kept"), &json!("Emma Canary")));
    let keys = "select count(*) from value_keys where customer_id is not null";
    assert_eq!(app.sql.query_one(keys, &[]).await.unwrap().get::<_, i64>(0), 2, "one each");

    app.sql.execute(DESTROY, &[&id_of(&emma)]).await.unwrap();
    let gone = shown(&app, &desk, "customer.updated").await;
    assert_eq!((&gone["values"], gone.get("before")), (&json!("erased"), None));
    assert!(app.values("customer.updated").await.iter().all(|values| *values == Opened::Erased));
    let others = app.last_values("customer.created").await.after.unwrap();
    assert_eq!((&others["name"], id(&omar).len()), (&json!("Omar Bird"), 36), "nobody else's went");
    let filter = app.last_values("customers.listed").await.filter.unwrap();
    assert_eq!(filter["search"], "Canary", "a search stands under the key of its month");
    app.finish().await;
}

#[tokio::test]
async fn months_have_keys_of_their_own() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Support).await;
    desk.list("search=november").await;
    app.advance(SignedDuration::from_hours(24 * 9));
    let desk = app.as_role(Role::Support).await;
    desk.list("search=december").await;
    let keys = "select string_agg(kind || ' ' || month, ', ' order by kind, month) from value_keys";
    let keys: String = app.sql.query_one(keys, &[]).await.unwrap().get(0);
    assert_eq!(keys, "access 2026-11-01, access 2026-12-01");
    let destroy = "update value_keys set wrapped = null, destroyed_at = now() where month = '2026-11-01'";
    app.sql.batch_execute(destroy).await.unwrap();
    let left = app.values("customers.listed").await;
    assert_eq!(left[0], Opened::Erased);
    assert!(
        matches!(&left[1], Opened::Content(content) if content.filter == Some(json!({ "search": "december" })))
    );
    app.finish().await;
}

#[tokio::test]
async fn nothing_is_written_in_clear_or_under_a_key_that_is_gone() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Support).await;
    let emma = desk.create_customer("Emma", "emma@example.com").await;
    let clear = "insert into event_values (event_id, after) select id, '{}' from events limit 1";
    let refused = app.sql.batch_execute(clear).await.unwrap_err();
    assert_eq!(refused.code(), Some(&SqlState::CHECK_VIOLATION));

    // As another process does it: this one still remembers the key.
    app.sql.execute(DESTROY, &[&id_of(&emma)]).await.unwrap();
    let path = format!("/api/admin/customers/{}", id(&emma));
    let body = json!({ "name": "Emma Again", "email": "emma@example.com" });
    desk.put(&path, 1, &body).await.problem(409, "erased");
    assert_eq!(desk.get(&path).await.ok()["name"], "Emma", "and nothing was changed");
    desk.put(&path, 1, &body).await.ok();
    assert_eq!(app.last_values("customer.updated").await.before, Some(json!({ "name": "Emma" })));

    for change in [
        "update value_keys set wrapped = decode(repeat('00', 60), 'hex'), destroyed_at = null where destroyed_at is not null",
        "update value_keys set created_at = now() where destroyed_at is null",
        "delete from value_keys",
        "truncate value_keys cascade",
    ] {
        let refused = app.sql.batch_execute(change).await.unwrap_err();
        assert_eq!(refused.code(), Some(&SqlState::INSUFFICIENT_PRIVILEGE), "{change}");
    }
    app.finish().await;
}

#[tokio::test]
async fn many_first_writes_at_once_make_one_key() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Support).await;
    app.many_customers(1).await;
    let customer: Uuid = app.sql.query_one("select id from customers", &[]).await.unwrap().get(0);
    let note = format!("/api/admin/customers/{customer}/notes");
    let bodies: Vec<Value> = (0..6).map(|number| json!({ "body": format!("Note {number}") })).collect();
    let writes = bodies.iter().map(|body| desk.post(&note, body).into_future());
    for answer in futures_util::future::join_all(writes).await {
        answer.ok();
    }
    let living = "select count(*) from value_keys where customer_id = $1 and destroyed_at is null";
    assert_eq!(app.sql.query_one(living, &[&customer]).await.unwrap().get::<_, i64>(0), 1);
    assert_eq!(app.values("note.created").await.len(), 6);
    assert!(app.values("note.created").await.iter().all(|one| matches!(one, Opened::Content(_))));
    app.finish().await;
}

#[tokio::test]
async fn values_of_an_earlier_release_still_verify_and_can_be_read() {
    let app = TestApp::new().await;
    let desk = app.as_role(Role::Superadmin).await;
    let before = "alter table event_values disable trigger event_values_guarded;
        insert into events (id, at, action, kind, actor_kind)
        values ('01890a5d-ac96-774b-bcce-b302099a8057', '2026-01-01', 'customer.imported', 'change', 'system');
        insert into event_values (event_id, after) values ('01890a5d-ac96-774b-bcce-b302099a8057', '{\"name\": \"Old Emma\"}');
        alter table event_values enable trigger event_values_guarded";
    app.sql.batch_execute(before).await.unwrap();
    let read = shown(&app, &desk, "customer.imported").await;
    assert_eq!((&read["values"], &read["after"]), (&json!("kept"), &json!({ "name": "Old Emma" })));
    let mut db = app.database.connect().await;
    app.sealer().seal(&mut db).await.unwrap();
    assert_eq!(app.verify_trail(&mut db).await.outcome(), Outcome::Ok);
    app.finish().await;
}
