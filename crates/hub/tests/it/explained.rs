//! Every figure of a customer, of finance's day and of the list is the sum of rows that anybody who sees it can look at.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use crate::support::{Client, Dice, TestApp, fresh_key, id, id_of};

/// What explains a figure, and where the page shows it: of `customer`, or of `money`.
const FIGURES: [(&str, &str, &str); 14] = [
    ("orders", "customer", "/stats/totalOrders"),
    ("completed_orders", "customer", "/stats/completedOrders"),
    ("cancelled_orders", "customer", "/stats/cancelledOrders"),
    ("last_order", "customer", "/stats/lastOrderAt"),
    ("ltv", "customer", "/stats/totalLtv"),
    ("ltv", "money", "/ltv"),
    ("open_tickets", "customer", "/stats/openTickets"),
    ("urgent_tickets", "customer", "/stats/urgentTickets"),
    ("addresses", "customer", "/stats/addressesCount"),
    ("contacts", "customer", "/stats/contactsCount"),
    ("paid", "money", "/captured"),
    ("refunded", "money", "/refunded"),
    ("lost_in_disputes", "money", "/lostInDisputes"),
    ("store_credit", "money", "/credit/balance"),
];

/// The figure as it is explained, and the sum of all its entries, page by page.
async fn explained(client: &Client, path: &str) -> (Value, i64) {
    let (mut first, mut sum, mut count, mut after) = (Value::Null, 0, 0, String::new());
    loop {
        let page = client.get(&format!("{path}&limit=2{after}")).await.ok();
        for entry in page["entries"].as_array().unwrap() {
            sum += entry["amount"].as_i64().unwrap();
            count += 1;
            assert!(!entry["label"].as_str().unwrap().is_empty(), "{entry}");
        }
        let next = page["next"].as_str().map(|next| format!("&after={next}"));
        if first.is_null() {
            first = page;
        }
        match next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(first["count"], count, "{path}");
    (first, sum)
}

/// A figure as the page shows it: a number, or an instant in microseconds. Of who has never ordered no last order is told.
fn as_number(shown: Option<&Value>) -> i64 {
    match shown {
        None => 0,
        Some(Value::String(at)) => at.parse::<Timestamp>().unwrap().as_microsecond(),
        Some(shown) => shown.as_i64().unwrap(),
    }
}

/// Figures of the customer's page that are not the sum of what explains them.
async fn unexplained(client: &Client, customer: Uuid) -> Vec<String> {
    let page = client.get(&format!("/api/admin/customers/{customer}")).await.ok();
    let money = client.get(&format!("/api/admin/customers/{customer}/money")).await.ok();
    let mut wrong = Vec::new();
    for (figure, place, at) in FIGURES {
        let shown = as_number(if place == "money" { &money } else { &page }.pointer(at));
        let path = format!("/api/admin/customers/{customer}/explain?figure={figure}");
        let (told, sum) = explained(client, &path).await;
        if told["value"] != shown || told["sum"] != shown || sum != shown {
            wrong.push(format!("{figure}: {shown} is shown, {} told, {sum} added up", told["value"]));
        }
    }
    wrong
}

/// Something that changes figures of a customer, by chance.
async fn change(app: &TestApp, client: &Client, dice: &mut Dice, customer: &Value) {
    let who = id_of(customer);
    let at = |dice: &mut Dice| format!("2025-{:02}-{:02}T09:00:00Z", 1 + dice.below(12), 1 + dice.below(28));
    match dice.below(7) {
        0 | 1 => {
            let paid = i64::try_from(dice.below(80_000)).unwrap();
            let status = *dice.pick(&["COMPLETED", "CANCELLED", "DRAFT", "CONFIRMED"]);
            let when = at(dice);
            app.booking(who).at(&when).status(status).paid(paid).refunded(paid / 3).insert().await;
        }
        2 => {
            let status = *dice.pick(&["OPEN", "IN_PROGRESS", "CLOSED"]);
            let priority = *dice.pick(&["URGENT", "LOW"]);
            app.ticket(who, status, priority).await;
        }
        3 => drop(client.create_address(customer, "Leeds", "LS1 4AP").await),
        4 => {
            let contact = json!({ "label": "Sister", "name": "Zoe", "phone": "07700 900456" });
            client.post(&format!("/api/admin/customers/{who}/contacts"), &contact).await.ok();
        }
        5 => {
            let credit = json!({ "action": "issue_credit", "amount": 1 + dice.below(900), "reason": "goodwill",
                "expiresOn": *dice.pick(&["2026-11-22", "2027-01-31"]) });
            act(client, who, &credit).await;
        }
        _ => {
            let money = client.get(&format!("/api/admin/customers/{who}/money")).await.ok();
            let payments = money["payments"].as_array().unwrap().clone();
            if let Some(one) = payments.iter().find(|one| one["refundable"].as_i64().unwrap() > 0) {
                let amount = 1 + dice.below(one["refundable"].as_u64().unwrap());
                let destination = *dice.pick(&["original", "store_credit"]);
                let refund = json!({ "action": "issue_refund", "bookingId": one["bookingId"], "amount": amount,
                    "reason": "late", "destination": destination });
                act(client, who, &refund).await;
            }
        }
    }
}

async fn act(client: &Client, customer: Uuid, body: &Value) {
    let path = format!("/api/admin/customers/{customer}/actions");
    client.post(&path, body).header("idempotency-key", &fresh_key()).await.ok();
}

/// Some customers with bookings, money, tickets and places by chance.
async fn desk(seed: u64) -> (TestApp, Client, Vec<Value>) {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    let mut people = Vec::new();
    for number in 0..4 {
        people
            .push(client.create_customer(&format!("Emma {number}"), &format!("e{number}@example.com")).await);
    }
    let mut dice = Dice::new(seed);
    for _ in 0..60 {
        let customer = dice.pick(&people).clone();
        change(&app, &client, &mut dice, &customer).await;
    }
    (app, client, people)
}

#[tokio::test]
async fn every_figure_of_a_customer_is_the_sum_of_what_explains_it() {
    let (app, client, people) = desk(26).await;
    let reader = app.as_role(Role::ReadOnly).await;
    for customer in &people {
        assert_eq!(unexplained(&reader, id_of(customer)).await, [""; 0]);
    }
    // Archived, everything is still explained; on another day, credit whose last day has passed is none.
    client.delete(&format!("/api/admin/customers/{}", id(&people[1]))).may_fail().await;
    app.advance(SignedDuration::from_hours(24));
    let reader = app.as_role(Role::ReadOnly).await;
    for customer in &people {
        assert_eq!(unexplained(&reader, id_of(customer)).await, [""; 0]);
    }
    app.run_jobs().await;
    app.finish().await;
}

/// The control: a figure that is not what its rows add up to is seen, whichever it is.
#[tokio::test]
async fn a_figure_that_is_wrong_does_not_explain_itself() {
    let (app, client, people) = desk(27).await;
    let customer = id_of(&people[0]);
    assert_eq!(unexplained(&client, customer).await, [""; 0]);
    for (column, one, figures) in [
        ("ltv", "1", 2),
        ("orders", "1", 1),
        ("completed_orders", "1", 1),
        ("last_order_at", "interval '1 microsecond'", 1),
        ("open_tickets", "1", 1),
        ("addresses", "1", 1),
    ] {
        let wrong = |way: char| {
            format!(
                "set session_replication_role = replica;
                 update customer_stats set {column} = {column} {way} {one} where customer_id = '{customer}';
                 reset session_replication_role"
            )
        };
        app.sql.batch_execute(&wrong('+')).await.unwrap();
        let found = unexplained(&client, customer).await;
        // Of the two places that tell of LTV one sums afresh: there the two that are compared differ.
        assert_eq!(found.len(), figures, "{column}: {found:?}");
        app.sql.batch_execute(&wrong('-')).await.unwrap();
    }
    app.run_jobs().await;
    app.finish().await;
}

#[tokio::test]
async fn entries_lead_to_their_rows_latest_first() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customer = client.create_customer("Emma Davis", "emma@example.com").await;
    let who = id_of(&customer);
    let early = app.booking(who).reference("SV-1").at("2026-01-05T09:00:00Z").paid(45_000).insert().await;
    let late = app
        .booking(who)
        .reference("SV-2")
        .at("2026-03-05T09:00:00Z")
        .paid(9_900)
        .refunded(900)
        .insert()
        .await;
    let path = format!("/api/admin/customers/{who}/explain?figure=ltv");
    let told = client.get(&path).await.ok();
    assert_eq!((&told["value"], &told["sum"], &told["count"]), (&json!(54_000), &json!(54_000), &json!(2)));
    assert_eq!(told["asOf"], app.now().to_string());
    let entries = told["entries"].as_array().unwrap();
    let bookings: Vec<&Value> = entries.iter().map(|entry| &entry["bookingId"]).collect();
    assert!(bookings == [&json!(late), &json!(early)] || entries[0]["at"] == entries[1]["at"], "{told}");
    let of_late = entries.iter().find(|entry| entry["label"] == "SV-2").unwrap();
    assert_eq!((&of_late["kind"], &of_late["amount"]), (&json!("payment"), &json!(9_000)));
    assert_eq!(of_late["detail"], "£99.00 paid, £9.00 refunded");
    let refunded = client.get(&format!("/api/admin/customers/{who}/explain?figure=refunded")).await.ok();
    assert_eq!(refunded["entries"][0]["kind"], "refund");
    assert_eq!(refunded["entries"][0]["label"], "SV-2");

    let last = client.get(&format!("/api/admin/customers/{who}/explain?figure=last_order")).await.ok();
    assert_eq!((&last["entries"][0]["bookingId"], &last["count"]), (&json!(late), &json!(1)), "{last}");
    assert_eq!(last["entries"][0]["at"], "2026-03-05T09:00:00Z");
    let never = id_of(&client.create_customer("Noah Moss", "noah@example.com").await);
    let never = client.get(&format!("/api/admin/customers/{never}/explain?figure=last_order")).await.ok();
    assert_eq!((&never["value"], &never["entries"]), (&json!(0), &json!([])));

    let nobody = format!("/api/admin/customers/{}/explain?figure=ltv", Uuid::nil());
    client.get(&nobody).await.problem(404, "not_found");
    for (query, field) in [
        ("", "figure"),
        ("?figure=profit", "figure"),
        ("?figure=ltv&limit=0", "limit"),
        ("?figure=ltv&limit=201", "limit"),
        ("?figure=ltv&after=nonsense", "after"),
        ("?figure=ltv&order=up", "order"),
    ] {
        let answer = client.get(&format!("/api/admin/customers/{who}/explain{query}")).await;
        assert!(
            [400, 422].contains(&answer.status.as_u16()) && answer.json()["field"] == field,
            "{query}: {}",
            answer.json()
        );
    }
    app.finish().await;
}

#[tokio::test]
async fn finances_day_is_the_sum_of_what_explains_it() {
    let (app, client, _) = desk(28).await;
    let finance = app.as_role(Role::Finance).await;
    let waiting = client.get("/api/admin/refunds?state=requires_action").await.ok();
    for (refund, outcome) in waiting["refunds"].as_array().unwrap().iter().zip(["paid", "failed"]) {
        let body = match outcome {
            "paid" => json!({ "outcome": "paid", "reference": "BACS 1" }),
            _ => json!({ "outcome": "failed", "reason": "The account is closed" }),
        };
        let path = format!("/api/admin/refunds/{}/settle", id(refund));
        finance.post(&path, &body).header("idempotency-key", &fresh_key()).await.ok();
    }
    let day = finance.get("/api/admin/finance").await.ok();
    let mut some = 0;
    for (figure, shown) in [
        ("refunded", "/refunded/amount"),
        ("credited", "/credited/amount"),
        ("under_way", "/underWay/amount"),
        ("requires_action", "/requiresAction/amount"),
        ("in_doubt", "/inDoubt/amount"),
        ("pending_approval", "/pendingApproval/amount"),
        ("failed", "/failed/amount"),
        ("credit_owed", "/creditOwed"),
        ("disputed", "/disputed/amount"),
    ] {
        let shown = day.pointer(shown).unwrap().as_i64().unwrap();
        let (told, sum) = explained(&finance, &format!("/api/admin/finance/explain?figure={figure}")).await;
        assert_eq!(
            (told["value"].as_i64(), told["sum"].as_i64(), sum),
            (Some(shown), Some(shown), shown),
            "{figure}"
        );
        some += i32::from(shown > 0);
        if let Some(entry) = told["entries"].as_array().unwrap().first() {
            assert!(entry["customerName"].as_str().unwrap().starts_with("Emma"), "{entry}");
        }
    }
    assert!(some >= 5, "only {some} of the figures were more than nothing");
    app.as_role(Role::Support)
        .await
        .get("/api/admin/finance/explain?figure=refunded")
        .await
        .problem(403, "not_permitted");
    app.run_jobs().await;
    app.finish().await;
}
