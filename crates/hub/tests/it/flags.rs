//! Flags, through the one door of acts: added, removed, expired; one open flag of a kind.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, Sending, TestApp, id};

fn path(customer: &Value) -> String {
    format!("/api/admin/customers/{}", id(customer))
}

fn act(client: &Client, customer: &Value, body: &Value) -> Sending {
    client.post(&format!("{}/actions", path(customer)), body)
}

fn vip() -> Value {
    json!({ "action": "add_flag", "kind": "vip", "reason": "Recommends us" })
}

fn removal(flag: &Value, reason: &str) -> Value {
    json!({ "action": "remove_flag", "flagId": flag["flag"]["id"], "reason": reason })
}

async fn customer(app: &TestApp) -> Value {
    app.as_role(Role::Support).await.create_customer("Emma", "emma@example.com").await
}

async fn history(client: &Client, customer: &Value) -> Value {
    client.get(&format!("{}/flags", path(customer))).await.ok()
}

/// How many customers the list finds that carry a flag.
async fn flagged(client: &Client) -> usize {
    let list = client.get("/api/admin/customers?status=flagged").await.ok();
    list["customers"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_flag_is_seen_wherever_the_customer_is() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Finance).await;
    let customer = customer(&app).await;
    assert_eq!(flagged(&client).await, 0);
    app.advance(SignedDuration::from_mins(1));
    let given = json!({
        "action": "add_flag", "kind": "payment_risk", "reason": " Disputed a payment ", "notes": "Card ending 4242.\r\nAsk first.",
        "expiresOn": "2027-01-31",
    });
    let made = act(&client, &customer, &given).await.ok();
    assert_eq!(made["action"], "add_flag");
    let flag = &made["flag"];
    assert_eq!(flag["kind"], "payment_risk");
    assert_eq!(flag["reason"], "Disputed a payment");
    assert_eq!(flag["notes"], "Card ending 4242.\nAsk first.");
    assert_eq!(flag["expiresOn"], "2027-01-31");
    assert_eq!(flag["raisedByName"], "Finance 0");
    assert_eq!(flag["raisedAt"], "2026-11-22T10:01:00Z");
    let page = client.get(&path(&customer)).await.ok();
    assert_eq!((&page["flags"], &page["openFlags"]), (&json!(["payment_risk"]), &json!([flag])));
    assert_eq!(history(&client, &customer).await, json!([flag]));
    assert_eq!(flagged(&client).await, 1);
    let timeline = client.get(&format!("{}/timeline", path(&customer))).await.ok();
    assert_eq!(timeline["entries"][0]["summary"], "Flag added: Payment risk");
    assert_eq!(timeline["entries"][0]["actorName"], "Finance 0");
    app.finish().await;
}

#[tokio::test]
async fn a_removed_flag_stays_in_the_history() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customer = customer(&app).await;
    let first = act(&client, &customer, &vip()).await.ok();
    app.advance(SignedDuration::from_mins(5));
    let removed = act(&client, &customer, &removal(&first, "Moved abroad")).await.ok();
    let flag = &removed["flag"];
    assert_eq!(flag["removedByName"], "Operations 0");
    assert_eq!(flag["removedAt"], "2026-11-22T10:05:00Z");
    assert_eq!(flag["removalReason"], "Moved abroad");
    let page = client.get(&path(&customer)).await.ok();
    assert_eq!((&page["flags"], &page["openFlags"]), (&json!([]), &json!([])));
    assert_eq!(flagged(&client).await, 0);
    // It may be put up again; open ones come first.
    let second = act(&client, &customer, &vip()).await.ok();
    assert_eq!(history(&client, &customer).await, json!([second["flag"], flag]));
    let after = app.last_values("flag.removed").await.after.unwrap();
    assert_eq!(after["removalReason"], "Moved abroad");
    app.finish().await;
}

#[tokio::test]
async fn one_flag_of_a_kind_is_open_at_most() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = customer(&app).await;
    let first = act(&client, &customer, &vip()).await.ok();
    let problem = act(&client, &customer, &vip()).await.problem(409, "flag_exists");
    assert_eq!(
        problem["detail"],
        "This customer has been flagged by Support 0 since 22 Nov 2026 already: VIP."
    );
    assert_eq!((&problem["field"], &problem["flag"]), (&json!("kind"), &first["flag"]));
    act(&client, &customer, &json!({ "action": "add_flag", "kind": "abusive", "reason": "Shouted" }))
        .await
        .ok();
    let page = client.get(&path(&customer)).await.ok();
    assert_eq!(page["flags"], json!(["abusive", "vip"]));
    app.finish().await;
}

#[tokio::test]
async fn of_two_people_at_once_one_adds_and_one_removes() {
    let app = TestApp::new().await;
    let (one, other) = (app.as_role(Role::Support).await, app.as_role(Role::Finance).await);
    let customer = customer(&app).await;
    for _ in 0..5 {
        let (first, second) = tokio::join!(
            act(&one, &customer, &vip()).into_future(),
            act(&other, &customer, &vip()).into_future()
        );
        let (winner, loser) = if first.status == 200 { (first, second) } else { (second, first) };
        loser.problem(409, "flag_exists");
        let gone = removal(&winner.ok(), "Enough");
        let (first, second) = tokio::join!(
            act(&one, &customer, &gone).into_future(),
            act(&other, &customer, &gone).into_future()
        );
        let (winner, loser) = if first.status == 200 { (first, second) } else { (second, first) };
        let name = winner.ok()["flag"]["removedByName"].clone();
        let problem = loser.problem(409, "flag_removed");
        assert_eq!(
            problem["detail"],
            format!("{} removed this flag on 22 Nov 2026.", name.as_str().unwrap())
        );
        assert_eq!(problem["flag"]["removedAt"], "2026-11-22T10:00:00Z");
    }
    assert_eq!(history(&one, &customer).await.as_array().unwrap().len(), 5);
    app.finish().await;
}

#[tokio::test]
async fn with_a_key_the_same_act_sent_twice_is_done_once() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = customer(&app).await;
    let made = act(&client, &customer, &vip()).header("idempotency-key", "k1").await.ok();
    let again = act(&client, &customer, &vip()).header("idempotency-key", "k1").await;
    assert_eq!(again.changed_nothing(), made);
    let gone = removal(&made, "Moved abroad");
    let removed = act(&client, &customer, &gone).header("idempotency-key", "k2").await.ok();
    let again = act(&client, &customer, &gone).header("idempotency-key", "k2").await;
    assert_eq!(again.changed_nothing(), removed);
    act(&client, &customer, &gone)
        .header("idempotency-key", "k1")
        .await
        .problem(422, "idempotency_key_reused");
    let other = client.create_customer("Omar", "omar@example.com").await;
    act(&client, &other, &vip()).header("idempotency-key", "k1").await.problem(422, "idempotency_key_reused");
    app.finish().await;
}

#[tokio::test]
async fn a_flag_counts_until_the_end_of_its_last_day_in_london() {
    // In summer a day in London ends an hour before midnight in UTC.
    for (begin, last_day, end, end_in_words) in [
        ("2026-11-22T10:00:00Z", "2026-11-22", "2026-11-23T00:00:00Z", "23 Nov 2026"),
        ("2027-06-30T10:00:00Z", "2027-06-30", "2027-06-30T23:00:00Z", "1 Jul 2027"),
    ] {
        let app = TestApp::new().await;
        let until = |instant: &str| instant.parse::<jiff::Timestamp>().unwrap().duration_since(app.now());
        app.advance(until(begin));
        let client = app.as_role(Role::Support).await;
        let customer = client.create_customer("Emma", "emma@example.com").await;
        let add = |kind: &str, expires_on: Value| {
            let body = json!({ "action": "add_flag", "kind": kind, "reason": "Seen twice", "expiresOn": expires_on });
            act(&client, &customer, &body)
        };
        add("vip", json!(last_day)).await.ok();
        add("abusive", json!(null)).await.ok();
        app.run_jobs().await;
        app.advance(until(end) - SignedDuration::from_secs(1));
        app.run_jobs().await;
        let client = app.as_role(Role::Support).await;
        assert_eq!(client.get(&path(&customer)).await.ok()["flags"], json!(["abusive", "vip"]));
        app.advance(SignedDuration::from_mins(1));
        app.run_jobs().await;
        assert_eq!(client.get(&path(&customer)).await.ok()["flags"], json!(["abusive"]));
        let past = &history(&client, &customer).await[1];
        assert_eq!((&past["removedByName"], &past["removalReason"]), (&Value::Null, &Value::Null));
        let timeline = client.get(&format!("{}/timeline", path(&customer))).await.ok();
        assert_eq!(timeline["entries"][0]["summary"], "Flag expired: VIP");
        assert_eq!(timeline["entries"][0]["actorName"], Value::Null);
        let late = json!({ "action": "remove_flag", "flagId": past["id"], "reason": "Over" });
        let problem = act(&client, &customer, &late).await.problem(409, "flag_removed");
        assert_eq!(problem["detail"], format!("This flag expired on {end_in_words}."));
        app.run_jobs().await;
        let events = "select count(*) from events where action = 'flag.expired'";
        assert_eq!(app.sql.query_one(events, &[]).await.unwrap().get::<_, i64>(0), 1);
        app.finish().await;
    }
}

#[tokio::test]
async fn bad_input_names_its_field_and_changes_nothing() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = customer(&app).await;
    let with = |field: &str, value: Value| {
        let mut body = vip();
        body[field] = value;
        body
    };
    for (field, value) in [
        ("action", json!("delete_flag")),
        ("action", json!(null)),
        ("action", json!(7)),
        ("kind", json!("rude")),
        ("kind", json!("")),
        ("kind", json!(null)),
        ("reason", json!("")),
        ("reason", json!("  ")),
        ("reason", json!("two\nlines")),
        ("reason", json!("x".repeat(501))),
        ("notes", json!("x".repeat(2001))),
        ("expiresOn", json!("2026-11-21")),
        ("expiresOn", json!("2036-11-23")),
        ("expiresOn", json!("2026-02-30")),
        ("expiresOn", json!("tomorrow")),
        ("flagId", json!("01890a5d-ac96-774b-bcce-b302099a8057")),
        ("nonsense", json!(1)),
    ] {
        act(&client, &customer, &with(field, value)).await.invalid(field);
    }
    let actions = format!("{}/actions", path(&customer));
    let twice = r#"{"action":"add_flag","kind":"vip","reason":"a","reason":"b"}"#;
    client
        .request(axum::http::Method::POST, &actions)
        .body("application/json", twice)
        .await
        .invalid("reason");
    assert_eq!(history(&client, &customer).await, json!([]));
    act(&client, &customer, &with("expiresOn", json!("2036-11-22"))).await.ok();
    act(&client, &customer, &json!({ "action": "add_flag", "kind": "other", "reason": "A", "notes": " " }))
        .await
        .ok();
    app.finish().await;
}

#[tokio::test]
async fn only_a_flag_of_this_customer_is_removed() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let emma = customer(&app).await;
    let omar = client.create_customer("Omar", "omar@example.com").await;
    let flag = act(&client, &emma, &vip()).await.ok();
    act(&client, &omar, &removal(&flag, "Wrong one")).await.problem(404, "not_found");
    let mut nobody = removal(&flag, "Wrong one");
    nobody["flagId"] = omar["id"].clone();
    act(&client, &emma, &nobody).await.problem(404, "not_found");
    act(&client, &emma, &removal(&flag, " ")).await.invalid("reason");
    assert_eq!(history(&client, &emma).await, json!([flag["flag"]]));
    app.finish().await;
}

#[tokio::test]
async fn an_archived_customers_flags_stay_as_they_are() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customer = customer(&app).await;
    let flag = act(&client, &customer, &vip()).await.ok();
    client.delete(&path(&customer)).await.ok();
    act(&client, &customer, &removal(&flag, "Tidy up")).await.problem(409, "archived");
    let other = json!({ "action": "add_flag", "kind": "other", "reason": "Late" });
    act(&client, &customer, &other).await.problem(409, "archived");
    let page = client.get(&path(&customer)).await.ok();
    assert_eq!(page["actions"]["addFlag"]["code"], "archived");
    assert_eq!(page["actions"]["removeFlag"]["code"], "archived");
    client.act(&format!("{}/restore", path(&customer))).await.ok();
    act(&client, &customer, &removal(&flag, "Tidy up")).await.ok();
    app.finish().await;
}

#[tokio::test]
async fn who_may_not_flag_is_told_so_in_words() {
    let app = TestApp::new().await;
    let customer = customer(&app).await;
    for role in [Role::Reviewer, Role::ReadOnly] {
        let client = app.as_role(role).await;
        let problem = act(&client, &customer, &vip()).await.problem(403, "not_permitted");
        assert_eq!(problem["permission"], "customer.act");
        let page = client.get(&path(&customer)).await.ok();
        let words = format!("Your role ({}) may not flag customers.", role.title());
        assert_eq!(
            page["actions"]["addFlag"],
            json!({ "allowed": false, "code": "not_permitted", "reason": words })
        );
        assert_eq!(page["actions"]["removeFlag"]["allowed"], false);
    }
    for role in [Role::Superadmin, Role::Ops, Role::Support, Role::Finance] {
        let client = app.as_role(role).await;
        let page = client.get(&path(&customer)).await.ok();
        assert_eq!(page["actions"]["addFlag"], json!({ "allowed": true }));
        let made = act(&client, &customer, &vip()).await.ok();
        act(&client, &customer, &removal(&made, "Next")).await.ok();
    }
    app.finish().await;
}

/// The answer was lost, and it is sent again when its last day is over.
#[tokio::test]
async fn a_flag_sent_again_after_midnight_is_answered_as_before() {
    let app = TestApp::new().await;
    let late: jiff::Timestamp = "2026-11-22T23:59:30Z".parse().unwrap();
    app.advance(late.duration_since(app.now()));
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let mut body = vip();
    body["expiresOn"] = json!("2026-11-22");
    let first = act(&client, &customer, &body).header("idempotency-key", "a").await.ok();
    app.advance(SignedDuration::from_mins(1));
    let again = act(&client, &customer, &body).header("idempotency-key", "a").await;
    again.changed_nothing();
    assert_eq!(again.ok(), first);
    let fresh = act(&client, &customer, &body).header("idempotency-key", "b").await;
    assert_eq!(fresh.problem(422, "invalid_field")["field"], "expiresOn");
    app.run_jobs().await;
    app.finish().await;
}
