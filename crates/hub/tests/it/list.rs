//! The customer list: filters, orders, totals, and what a row shows.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, TestApp, id, id_of};

/// Six customers who differ in everything a filter asks for.
async fn six(app: &TestApp) -> (Client, Vec<Value>) {
    let client = app.as_role(Role::Superadmin).await;
    let mut made = Vec::new();
    for (name, joined) in [
        ("Alice New", "2026-11-20T10:00:00Z"),
        ("Bob Active", "2026-10-24T23:30:00Z"),
        ("Carla Inactive", "2024-05-01T08:00:00Z"),
        ("Dan Flagged", "2026-01-15T08:00:00Z"),
        ("Eve Archived", "2026-02-01T08:00:00Z"),
        ("Frank Draft", "2026-11-21T10:00:00Z"),
    ] {
        let email = format!("{}@example.com", name.split(' ').next().unwrap().to_lowercase());
        let customer = client.create_customer(name, &email).await;
        let at: jiff::Timestamp = joined.parse().unwrap();
        app.sql
            .execute("update customers set created_at = $2 where id = $1", &[&id_of(&customer), &at])
            .await
            .unwrap();
        made.push(customer);
    }
    let ids: Vec<_> = made.iter().map(id_of).collect();
    app.booking(ids[1]).at("2026-06-01T10:00:00Z").paid(30_000).insert().await;
    app.booking(ids[1]).at("2026-07-01T10:00:00Z").paid(20_000).refunded(5_000).insert().await;
    app.booking(ids[1]).at("2026-05-01T10:00:00Z").status("CANCELLED").insert().await;
    app.booking(ids[2]).at("2025-11-21T23:59:59Z").paid(70_000).insert().await;
    app.booking(ids[3]).at("2025-11-22T00:00:00Z").paid(10_000).insert().await;
    app.booking(ids[5]).status("DRAFT").insert().await;
    app.flag(ids[3], "vip").await;
    app.ticket(ids[3], "OPEN", "URGENT").await;
    app.ticket(ids[1], "RESOLVED", "HIGH").await;
    client.create_address(&made[0], "Édinburgh", "EH1 1AA").await;
    client.create_address(&made[1], "Leeds", "LS1 4DY").await;
    let verified = json!({ "name": "Carla Inactive", "email": "carla@example.com", "emailVerified": true });
    client.put(&format!("/api/admin/customers/{}", id(&made[2])), 1, &verified).await.ok();
    client.delete(&format!("/api/admin/customers/{}", id(&made[4]))).await.ok();
    (client, made)
}

#[tokio::test]
async fn every_filter_lets_through_whom_it_should() {
    let app = TestApp::new().await;
    let (client, _) = six(&app).await;
    for (query, expected) in [
        ("", vec!["Alice", "Bob", "Carla", "Dan", "Frank"]),
        ("status=new", vec!["Alice", "Frank"]),
        ("status=active", vec!["Bob", "Dan"]),
        ("status=inactive", vec!["Carla"]),
        ("status=flagged", vec!["Dan"]),
        ("status=archived", vec!["Eve"]),
        ("verified=true", vec!["Carla"]),
        ("verified=false", vec!["Alice", "Bob", "Dan", "Frank"]),
        ("openTickets=true", vec!["Dan"]),
        ("openTickets=false", vec!["Alice", "Bob", "Carla", "Frank"]),
        ("joinedFrom=2026-11-01", vec!["Alice", "Frank"]),
        ("joinedTo=2024-05-01", vec!["Carla"]),
        // Half past eleven in the evening in UTC is the next day in London's summer.
        ("joinedFrom=2026-10-25&joinedTo=2026-10-25", vec!["Bob"]),
        ("joinedTo=2026-10-24&joinedFrom=2026-10-24", vec![]),
        ("lastOrderFrom=2026-07-01", vec!["Bob"]),
        ("lastOrderTo=2025-11-22", vec!["Carla", "Dan"]),
        ("lastOrderFrom=2025-11-22&lastOrderTo=2025-11-22", vec!["Dan"]),
        ("minLtv=45000", vec!["Bob", "Carla"]),
        ("minLtv=45001", vec!["Carla"]),
        ("maxLtv=10000", vec!["Alice", "Dan", "Frank"]),
        ("minLtv=10000&maxLtv=45000", vec!["Bob", "Dan"]),
        ("city=edinburgh", vec!["Alice"]),
        ("city=LEEDS", vec!["Bob"]),
        ("city=lee", vec![]),
        ("status=active&openTickets=true&minLtv=1", vec!["Dan"]),
        ("status=archived&verified=true", vec![]),
        ("status=&search=&city=", vec![]),
    ] {
        if query.starts_with("status=&") {
            client.get(&format!("/api/admin/customers?{query}")).await.invalid("status");
            continue;
        }
        let mut names: Vec<String> =
            client.names(query).await.iter().map(|name| name.split(' ').next().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, expected, "{query}");
    }
    assert_eq!(client.names("search=%20&city=").await.len(), 5, "blank means absent");
    app.finish().await;
}

#[tokio::test]
async fn every_order_goes_both_ways() {
    let app = TestApp::new().await;
    let (client, _) = six(&app).await;
    for (by, natural) in [
        ("createdAt", ["Frank", "Alice", "Bob", "Dan", "Carla"]),
        ("name", ["Alice", "Bob", "Carla", "Dan", "Frank"]),
        ("email", ["Alice", "Bob", "Carla", "Dan", "Frank"]),
        ("ltv", ["Carla", "Bob", "Dan", "?", "?"]),
        ("orders", ["Bob", "?", "?", "?", "?"]),
        ("lastOrder", ["Bob", "Dan", "Carla", "?", "?"]),
    ] {
        let names = client.names(&format!("sortBy={by}")).await;
        for (name, expected) in names.iter().zip(natural).filter(|(_, expected)| *expected != "?") {
            assert!(name.starts_with(expected), "{by}: {names:?}");
        }
        let order = if ["name", "email"].contains(&by) { "desc" } else { "asc" };
        let mut reversed = client.names(&format!("sortBy={by}&sortOrder={order}")).await;
        reversed.reverse();
        assert_eq!(reversed, names, "{by}: the other way round is exactly the reverse");
    }
    app.finish().await;
}

#[tokio::test]
async fn names_are_sorted_without_accents_and_case() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Support).await;
    for (index, name) in ["zoe", "Émile", "emma", "Ängela", "Andy"].iter().enumerate() {
        client.create_customer(name, &format!("c{index}@example.com")).await;
    }
    assert_eq!(client.names("sortBy=name").await, ["Andy", "Ängela", "Émile", "emma", "zoe"]);
    app.finish().await;
}

#[tokio::test]
async fn a_row_tells_what_the_page_tells() {
    let app = TestApp::new().await;
    let (client, made) = six(&app).await;
    let list = client.list("search=bob").await;
    let row = &list["customers"][0];
    assert_eq!(row["status"], "active");
    let stats = json!({
        "totalOrders": 3, "completedOrders": 2, "cancelledOrders": 1, "totalLtv": 45_000, "openTickets": 0, "urgentTickets": 0,
        "addressesCount": 1, "contactsCount": 0, "lastOrderAt": "2026-07-01T10:00:00Z",
    });
    assert_eq!(row["stats"], stats);
    let page = client.get(&format!("/api/admin/customers/{}", id(&made[1]))).await.ok();
    for (field, value) in row.as_object().unwrap() {
        assert_eq!(&page[field], value, "{field}");
    }
    let dan = &client.list("search=dan").await["customers"][0];
    assert_eq!((&dan["flags"], &dan["stats"]["urgentTickets"]), (&json!(["vip"]), &json!(1)));
    let frank = &client.list("search=frank").await["customers"][0];
    assert_eq!((&frank["status"], &frank["stats"]["totalOrders"]), (&json!("new"), &json!(0)));
    assert!(frank["stats"].get("lastOrderAt").is_none(), "{frank}");
    app.finish().await;
}

#[tokio::test]
async fn status_changes_with_the_day_and_nothing_else() {
    let app = TestApp::new().await;
    let (client, _) = six(&app).await;
    assert_eq!(client.names("status=active&search=dan").await, ["Dan Flagged"]);
    assert_eq!(client.list("status=active").await["kpis"]["customers"], 2);
    app.advance(SignedDuration::from_hours(14));
    assert_eq!(app.now().to_string(), "2026-11-23T00:00:00Z");
    // The session is idle by now, so somebody signs in anew.
    let client = app.as_role(Role::ReadOnly).await;
    assert_eq!(client.names("status=active&search=dan").await, [""; 0]);
    assert_eq!(client.names("status=inactive&search=dan").await, ["Dan Flagged"]);
    assert_eq!(client.list("status=active").await["kpis"]["customers"], 1);
    assert_eq!(client.list("").await["kpis"]["active"], 1);
    app.finish().await;
}

#[tokio::test]
async fn wrong_filters_are_refused_by_name() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::ReadOnly).await;
    for (query, field) in [
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=10000001", "page"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1000000000", "limit"),
        ("limit=ten", "limit"),
        ("page=9999999999999999999999", "page"),
        ("sortBy=%3B%20drop%20table%20customers", "sortBy"),
        ("sortBy=created_at", "sortBy"),
        ("sortOrder=up", "sortOrder"),
        ("status=deleted", "status"),
        ("status=ACTIVE", "status"),
        ("verified=yes", "verified"),
        ("openTickets=2", "openTickets"),
        ("joinedFrom=yesterday", "joinedFrom"),
        ("joinedFrom=2026-02-30", "joinedFrom"),
        ("joinedFrom=-9999-01-01", "joinedFrom"),
        ("joinedTo=9999-12-31", "joinedTo"),
        ("lastOrderFrom=1899-12-31", "lastOrderFrom"),
        ("joinedFrom=2026-02-01&joinedTo=2026-01-31", "joinedTo"),
        ("lastOrderFrom=2026-02-01&lastOrderTo=2026-01-31", "lastOrderTo"),
        ("minLtv=1.5", "minLtv"),
        ("minLtv=9999999999999999999", "minLtv"),
        ("minLtv=2&maxLtv=1", "maxLtv"),
        ("search=%00", "search"),
        ("search=a%E2%80%AEb", "search"),
        ("city=%07", "city"),
        ("colour=red", "colour"),
        ("sort_by=name", "sort_by"),
        ("after=x&page=2", "after"),
        ("page=1&page=2", "page"),
    ] {
        let problem =
            client.get(&format!("/api/admin/customers?{query}")).await.problem(422, "invalid_field");
        assert_eq!(problem["field"], field, "{query}: {problem}");
    }
    let long = "x".repeat(201);
    client.get(&format!("/api/admin/customers?search={long}")).await.invalid("search");
    app.finish().await;
}
