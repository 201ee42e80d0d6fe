//! A customer's bookings and tickets: with their money and their answers, page after page.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, TestApp, id, id_of};

async fn walk(client: &Client, path: &str, list: &str, limit: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.get(&format!("{path}?limit={limit}{after}")).await.ok();
        let rows = page[list].as_array().unwrap();
        assert!(rows.len() <= limit);
        all.extend(rows.iter().map(|row| id(row).to_owned()));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn the_page_shows_the_latest_fifty_and_the_rest_follows() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let (mut bookings, mut tickets): (Vec<String>, Vec<String>) = (vec![], vec![]);
    for number in 0..57 {
        bookings.push(
            app.booking(id_of(&customer)).reference(&format!("SV-{number}")).insert().await.to_string(),
        );
        tickets.push(app.ticket(id_of(&customer), "CLOSED", "LOW").await.to_string());
        // Some share an instant.
        app.advance(SignedDuration::from_millis(i64::from(number % 4 != 0)));
    }
    let path = format!("/api/admin/customers/{}", id(&customer));
    let page = client.get(&path).await.ok();
    assert_eq!(page["stats"]["totalOrders"], 57);
    for (shown, list, door, made) in
        [("bookings", "bookings", "bookings", bookings), ("supportTickets", "tickets", "tickets", tickets)]
    {
        let first: Vec<&str> = page[shown].as_array().unwrap().iter().map(id).collect();
        assert_eq!(first.len(), 50);
        let next = page[format!("{shown}Next")].as_str().unwrap();
        let rest = client.get(&format!("{path}/{door}?after={next}")).await.ok();
        let mut all: Vec<String> = first.iter().map(|id| (*id).to_owned()).collect();
        all.extend(rest[list].as_array().unwrap().iter().map(|row| id(row).to_owned()));
        assert!(rest.get("next").is_none());
        for limit in [1, 8, 200] {
            assert_eq!(walk(&client, &format!("{path}/{door}"), list, limit).await, all, "{door} by {limit}");
        }
        assert_eq!(all.first(), made.last());
        let (mut all, mut made) = (all, made);
        all.sort();
        made.sort();
        assert_eq!(all, made, "{door}: each exactly once");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_booking_tells_what_was_paid_and_what_went_back() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Finance).await;
    let customer = app.as_role(Role::Support).await.create_customer("Emma", "emma@example.com").await;
    for (paid, refunded, status) in
        [(0, 0, "unpaid"), (45_000, 0, "paid"), (45_000, 1, "partly_refunded"), (45_000, 45_000, "refunded")]
    {
        let booking = app.booking(id_of(&customer)).paid(paid).refunded(refunded).insert().await;
        let shown = client.get(&format!("/api/admin/bookings/{booking}")).await.ok();
        assert_eq!(shown["paymentStatus"], status);
        assert_eq!((&shown["captured"], &shown["refunded"]), (&json!(paid), &json!(refunded)));
        assert_eq!((&shown["status"], &shown["pickup"]["postcode"]), (&json!("COMPLETED"), &json!("M1 1AE")));
        let refunds: Vec<&Value> = shown["payments"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|p| p["refunds"].as_array().unwrap())
            .collect();
        assert_eq!(refunds.len(), usize::from(refunded > 0));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_ticket_is_open_until_it_is_resolved_and_shows_its_answers() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let path = format!("/api/admin/customers/{}", id(&customer));
    for (status, priority, open, urgent) in [
        ("OPEN", "URGENT", 1, 1),
        ("IN_PROGRESS", "NORMAL", 2, 1),
        ("RESOLVED", "URGENT", 2, 1),
        ("CLOSED", "HIGH", 2, 1),
        ("OPEN", "URGENT", 3, 2),
    ] {
        let ticket = app.ticket(id_of(&customer), status, priority).await;
        let stats = &client.get(&path).await.ok()["stats"];
        assert_eq!(
            (&stats["openTickets"], &stats["urgentTickets"]),
            (&json!(open), &json!(urgent)),
            "{status} {priority}"
        );
        let shown = client.get(&format!("/api/admin/tickets/{ticket}")).await.ok();
        assert_eq!((&shown["status"], &shown["priority"]), (&json!(status), &json!(priority)));
        assert_eq!(shown["responses"][0]["message"], "We are calling the driver");
        assert_eq!(shown["responses"][0]["fromSupport"], true);
    }
    app.finish().await;
}
