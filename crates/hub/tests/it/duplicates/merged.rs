//! What is seen of two records that have become one.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use staff::Role;

use super::{Desk, path};

#[tokio::test]
async fn the_other_record_becomes_part_of_the_one_that_stays() {
    let desk = Desk::new().await;
    let booking = desk.app.booking(desk.twin).reference("SV-TWIN").paid(45_000).insert().await;
    desk.act(desk.twin, &json!({ "action": "resend_invoice", "bookingId": booking })).await.ok();
    desk.credit(desk.twin, 1_250).await;
    desk.app.run_jobs().await;
    desk.ops.get(&path(desk.twin, "")).await.ok();

    let preview = desk.ops.get(&path(desk.emma, &format!("/merge?other={}", desk.twin))).await.ok();
    assert_eq!((&preview["merge"]["allowed"], &preview["credit"]), (&json!(true), &json!(1_250)));
    assert_eq!(preview["moves"]["bookings"], 1);
    let merge = desk.merge(json!({ "email": "other" })).await;
    assert_eq!((&merge["mergedName"], &merge["undo"]["allowed"]), (&json!("Emma Davies"), &json!(true)));

    let page = desk.page(desk.emma).await;
    assert_eq!(page["name"], "Emma Davis");
    assert_eq!(page["email"], "e.davis@example.com", "as it was chosen");
    assert_eq!(page["phone"], "07700 900123");
    assert_eq!(page["stats"]["totalLtv"], 45_000);
    assert_eq!(page["bookings"][0]["reference"], "SV-TWIN");
    let contacts: BTreeMap<&str, (&Value, &Value)> = page["contacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), (&one["email"], &one["phone"])))
        .collect();
    assert_eq!(
        contacts["Emma Davis"],
        (&json!("emma@example.com"), &Value::Null),
        "what was not chosen is not lost"
    );
    assert_eq!(contacts["Emma Davies"], (&Value::Null, &json!("+44 7700 900124")));

    let gone = desk.ops.get(&path(desk.twin, "")).await.problem(409, "merged");
    assert_eq!(gone["customerId"], json!(desk.emma));
    assert_eq!(gone["detail"], "Emma Davies was merged into Emma Davis.");
    assert_eq!(desk.ops.names("search=Davies").await, [""; 0], "out of the search");
    assert_eq!(desk.ops.names("status=archived").await, [""; 0], "and not among the archived");
    let list = desk.ops.list("").await;
    assert_eq!((&list["kpis"]["customers"], &list["kpis"]["totalLtv"]), (&json!(1), &json!(45_000)));

    let timeline = desk.ops.get(&path(desk.emma, "/timeline?limit=200")).await.ok();
    let actions: Vec<&str> =
        timeline["entries"].as_array().unwrap().iter().map(|one| one["action"].as_str().unwrap()).collect();
    for action in
        ["customer.merged", "customer.merged_into", "credit.issued", "invoice.issued", "booking.placed"]
    {
        assert!(actions.contains(&action), "{action} is missing among {actions:?}");
    }
    let money = desk.finance.get(&path(desk.emma, "/money")).await.ok();
    assert_eq!(money["credit"]["balance"], 1_250);
    let books = desk.finance.get(&path(desk.emma, "/transfers")).await.ok();
    let kinds: Vec<&str> =
        books["transfers"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"credit_issued") && kinds.contains(&"credit_moved_in"), "{kinds:?}");
    let invoices = desk.finance.get(&path(desk.emma, "/invoices")).await.ok();
    assert_eq!(invoices.as_array().unwrap().len(), 1);
    let reviewer = desk.app.as_role(Role::Reviewer).await;
    let all = "select count(*) from events where kind = 'access' and customer_id in ($1, $2)";
    let all: i64 = desk.app.sql.query_one(all, &[&desk.emma, &desk.twin]).await.unwrap().get(0);
    let lookers = reviewer.get(&path(desk.emma, "/lookers")).await.ok();
    assert_eq!(lookers["looks"], all, "who looked at the twin looked at her: {lookers}");
    desk.app.finish().await;
}

#[tokio::test]
async fn what_came_since_stays_with_the_one_that_stayed() {
    let desk = Desk::new().await;
    desk.ops.post(&path(desk.twin, "/notes"), &json!({ "body": "Before" })).await.ok();
    let merge = desk.merge(json!({ "name": "other", "email": "other", "phone": "other" })).await;
    desk.ops.post(&path(desk.emma, "/notes"), &json!({ "body": "Since" })).await.ok();
    let page = desk.page(desk.emma).await;
    assert_eq!((&page["name"], &page["email"]), (&json!("Emma Davies"), &json!("e.davis@example.com")));
    let renamed =
        json!({ "name": "Emma Newname", "email": "e.davis@example.com", "phone": "+44 7700 900124" });
    desk.ops.put(&path(desk.emma, ""), page["version"].as_i64().unwrap(), &renamed).await.ok();

    desk.try_undo(&merge).await.ok();
    let (emma, twin) = (desk.page(desk.emma).await, desk.page(desk.twin).await);
    assert_eq!(emma["name"], "Emma Newname", "what was changed since is kept");
    assert_eq!((&emma["email"], &twin["email"]), (&json!("emma@example.com"), &json!("e.davis@example.com")));
    let bodies = |page: &Value| {
        page["notes"].as_array().unwrap().iter().map(|one| one["body"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((bodies(&emma), bodies(&twin)), (vec![json!("Since")], vec![json!("Before")]));
    assert_eq!(emma["contacts"], json!([]), "contacts that the merge made are gone");
    assert_eq!(twin["archivedAt"], Value::Null);
    let merges = desk.merges(desk.emma).await;
    assert_eq!(
        (&merges[0]["undoReason"], &merges[0]["undo"]["allowed"]),
        (&json!("Two sisters"), &json!(false))
    );
    desk.app.finish().await;
}

#[tokio::test]
async fn who_was_merged_into_the_merged_comes_along() {
    let desk = Desk::new().await;
    let third = super::customer(&desk.ops, "E Davis", Some("ed@example.com"), None).await;
    let third = crate::support::id_of(&third);
    desk.app.booking(third).paid(10_000).insert().await;
    let first = desk.ops.post(
        &path(desk.twin, "/merge"),
        &json!({ "otherId": third, "survivorVersion": 1, "otherVersion": 1, "reason": "Same" }),
    );
    let first = first.await.ok();
    let second = desk.merge(json!({})).await;
    assert_eq!(desk.page(desk.emma).await["stats"]["totalLtv"], 10_000);
    let gone = desk.ops.get(&path(third, "")).await.problem(409, "merged");
    assert_eq!(gone["customerId"], json!(desk.emma), "to where they are by now");
    desk.try_undo(&first).await.problem(409, "merged_again");
    desk.try_undo(&second).await.ok();
    assert_eq!(desk.page(desk.twin).await["stats"]["totalLtv"], 10_000);
    desk.try_undo(&first).await.ok();
    assert_eq!(desk.page(third).await["stats"]["totalLtv"], 10_000);
    desk.app.finish().await;
}
