//! Who may be in here twice: found by their keys, each pair once, and never again once somebody has said no.

use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use super::{customer, path};
use crate::support::{Client, TestApp, id, id_of};

/// Names of the pairs that are listed, with their reasons.
async fn pairs(ops: &Client, query: &str) -> Vec<(String, String, Value)> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = ops.get(&format!("/api/admin/duplicates?{query}{after}")).await.ok();
        for pair in page["pairs"].as_array().unwrap() {
            let name = |side: &str| pair[side]["name"].as_str().unwrap().to_owned();
            let (one, other) = (name("one"), name("other"));
            all.push((one.clone().min(other.clone()), one.max(other), pair["reasons"].clone()));
        }
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    all.sort_by_key(|(one, other, _)| (one.clone(), other.clone()));
    all
}

fn pair(one: &str, other: &str, reasons: &[&str]) -> (String, String, Value) {
    (one.to_owned(), other.to_owned(), json!(reasons))
}

async fn live_at(ops: &Client, customer: &Value, postcode: &str) -> Value {
    ops.create_address(customer, "Leeds", postcode).await
}

/// Emma twice by everything, Omar twice by his phone, the Ngs by where they live; Zoe is nobody else.
async fn crowd(ops: &Client) -> Vec<Uuid> {
    let emma = customer(ops, "Emma Davis", Some("emma.davis+vans@gmail.com"), Some("07700 900123")).await;
    let again = customer(ops, "E Dávis", Some("EmmaDavis@googlemail.com"), Some("+44 7700 900123")).await;
    let omar = customer(ops, "Omar Haddad", Some("omar@example.com"), Some("07700 900200")).await;
    let office = customer(ops, "Haddad Ltd", Some("office@example.com"), Some("0044 7700 900200")).await;
    let ann = customer(ops, "Ann Ng", Some("ann@example.com"), None).await;
    let bo = customer(ops, "Bo Ng", Some("bo@example.com"), None).await;
    let zoe = customer(ops, "Zoe Khan", Some("zoe@example.com"), Some("07700 900300")).await;
    for (one, postcode) in
        [(&emma, "LS1 4AP"), (&again, "ls14ap"), (&ann, "YO1 7HH"), (&bo, "YO1 7HH"), (&zoe, "YO1 7HH")]
    {
        live_at(ops, one, postcode).await;
    }
    // The same local part with dots is another mailbox elsewhere than at Gmail.
    customer(ops, "Dot Ted", Some("o.mar@example.com"), None).await;
    [emma, again, omar, office, ann, bo, zoe].iter().map(id_of).collect()
}

#[tokio::test]
async fn pairs_are_found_once_with_all_their_reasons() {
    let app = TestApp::new().await;
    let ops = app.as_role(Role::Ops).await;
    let people = crowd(&ops).await;
    let all = [
        pair("Ann Ng", "Bo Ng", &["surname_postcode"]),
        pair("E Dávis", "Emma Davis", &["email", "phone", "surname_postcode"]),
        pair("Haddad Ltd", "Omar Haddad", &["phone"]),
    ];
    assert_eq!(pairs(&ops, "limit=50").await, all);
    assert_eq!(pairs(&ops, "limit=1").await, all, "page by page");
    assert_eq!(pairs(&ops, "reason=phone").await, all[1..]);
    assert_eq!(pairs(&ops, "reason=email").await, all[1..2]);
    assert_eq!(pairs(&ops, "reason=surname_postcode").await, all[..2]);

    let of_emma = ops.get(&path(people[0], "/duplicates")).await.ok();
    assert_eq!(of_emma["pairs"][0]["other"]["name"], "E Dávis");
    assert_eq!(of_emma["pairs"][0]["strength"], "strong");
    let of_zoe = ops.get(&path(people[6], "/duplicates")).await.ok();
    assert_eq!(of_zoe["pairs"], json!([]));
    // Always as the rows are now.
    ops.delete(&path(people[1], "")).await.ok();
    assert_eq!(pairs(&ops, "reason=email").await, []);
    app.finish().await;
}

#[tokio::test]
async fn who_is_not_the_same_is_not_shown_again_until_they_share_something_more() {
    let app = TestApp::new().await;
    let ops = app.as_role(Role::Ops).await;
    let people = crowd(&ops).await;
    let (ann, bo) = (people[4], people[5]);
    let dismissals = "/api/admin/duplicates/dismissals";
    let no = json!({ "oneId": bo, "otherId": ann, "reason": "Mother and daughter" });
    let made = ops.post(dismissals, &no).await;
    made.has_status(201);
    assert_eq!(pairs(&ops, "reason=surname_postcode").await.len(), 1);
    assert_eq!(ops.get(&path(ann, "/duplicates")).await.ok()["pairs"], json!([]));
    let told = ops.get(dismissals).await.ok();
    assert_eq!(
        (&told["dismissals"][0]["reason"], told["dismissals"].as_array().unwrap().len()),
        (&json!("Mother and daughter"), 1)
    );
    ops.post(dismissals, &json!({ "oneId": ann, "otherId": bo, "reason": "Still so" })).await.has_status(201);
    assert_eq!(ops.get(dismissals).await.ok()["dismissals"].as_array().unwrap().len(), 1, "replaced");

    for (one, email) in [(ann, "ann@example.com"), (bo, "bo@example.com")] {
        let page = ops.get(&path(one, "")).await.ok();
        let details = json!({ "name": page["name"], "email": email, "phone": "07700 900777" });
        ops.put(&path(one, ""), page["version"].as_i64().unwrap(), &details).await.ok();
    }
    assert_eq!(pairs(&ops, "reason=phone").await.len(), 3, "now they share a number too");
    ops.post(dismissals, &no).await.has_status(201);
    assert_eq!(pairs(&ops, "reason=phone").await.len(), 2);
    let stands = ops.get(dismissals).await.ok()["dismissals"][0].clone();
    let withdraw = format!("{dismissals}/{}/withdraw", id(&stands));
    ops.act(&withdraw).await.ok();
    ops.act(&withdraw).await.problem(409, "dismissal_withdrawn");
    assert_eq!(pairs(&ops, "reason=phone").await.len(), 3);
    app.finish().await;
}

#[tokio::test]
async fn what_is_asked_is_checked() {
    let app = TestApp::new().await;
    let ops = app.as_role(Role::Ops).await;
    let people = crowd(&ops).await;
    let dismissals = "/api/admin/duplicates/dismissals";
    let no =
        |one: Uuid, other: Uuid, reason: &str| json!({ "oneId": one, "otherId": other, "reason": reason });
    ops.post(dismissals, &no(people[0], people[0], "x")).await.invalid("otherId");
    ops.post(dismissals, &no(people[0], Uuid::nil(), "x")).await.invalid("otherId");
    ops.post(dismissals, &no(Uuid::nil(), people[0], "x")).await.invalid("oneId");
    ops.post(dismissals, &no(people[0], people[1], "")).await.invalid("reason");
    ops.post(dismissals, &no(people[0], people[6], "x")).await.problem(409, "not_duplicates");
    ops.act(&format!("{dismissals}/{}/withdraw", Uuid::nil())).await.has_status(404);
    let list = "/api/admin/duplicates";
    ops.get(&format!("{list}?after=x")).await.invalid("after");
    let forged = platform::Cursor::write(&json!(["phone", "\0"]));
    ops.get(&format!("{list}?after={forged}")).await.invalid("after");
    let other_kind = platform::Cursor::write(&json!(["phone", "+44"]));
    ops.get(&format!("{list}?reason=email&after={other_kind}")).await.invalid("after");
    ops.get(&format!("{list}?reason=name")).await.has_status(422);
    ops.get(&format!("{list}?limit=0")).await.invalid("limit");
    app.as_role(Role::Support).await.get(list).await.problem(403, "not_permitted");
    assert_eq!(ops.get(dismissals).await.ok()["dismissals"], json!([]));
    app.finish().await;
}

#[tokio::test]
async fn keys_are_read_from_their_indexes() {
    let app = TestApp::new().await;
    app.many_customers(3_000).await;
    app.sql.batch_execute("update customers set phone_e164 = '+4477009' || lpad((random() * 99999)::int::text, 5, '0'), phone = 'x'").await.unwrap();
    app.sql.batch_execute("vacuum analyze customers").await.unwrap();
    let explain = async |sql: &str| {
        let rows = app.sql.query(&format!("explain {sql}"), &[]).await.unwrap();
        rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>().join("\n")
    };
    let of_one = "select c.id from customers c where c.phone_e164 collate \"C\" = '+447700912345' and c.archived_at is null and c.phone_e164 is not null";
    assert!(explain(of_one).await.contains("customers_by_phone"));
    let mailbox = "select c.id from customers c where mailbox(c.email) collate \"C\" = 'a@b.co' and c.archived_at is null and c.email is not null";
    assert!(explain(mailbox).await.contains("customers_by_mailbox"));
    // The control.
    assert!(!explain("select id from customers where phone = '1'").await.contains("customers_by_phone"));
    app.finish().await;
}
