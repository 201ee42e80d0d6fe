//! The trail: who did and who saw what, from where; never a personal value in its header; never changed.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, TestApp, id, id_of, uuid};

const AUDIT: &str = "/api/admin/audit";

async fn listed(client: &Client, query: &str) -> Vec<Value> {
    client.get(&format!("{AUDIT}?{query}")).await.ok()["events"].as_array().unwrap().clone()
}

fn actions(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_read_says_who_saw_what_from_where() {
    let app = TestApp::new().await;
    let customer = app.as_role(Role::Ops).await.create_customer("Emma", "emma@example.com").await;
    let of = id_of(&customer);
    let booking = app.booking(of).insert().await;
    let ticket = app.ticket(of, "OPEN", "LOW").await;
    let reader = app.as_role(Role::Reviewer).await.at_ip("203.0.113.77").with("user-agent", "Reading/2.0");
    let path = format!("/api/admin/customers/{of}");
    for (read, action, about, count) in [
        (path.clone(), "customer.read", true, None),
        (format!("{path}/addresses"), "addresses.listed", true, Some(0)),
        (format!("{path}/contacts"), "contacts.listed", true, Some(0)),
        (format!("{path}/notes"), "notes.listed", true, Some(0)),
        (format!("{path}/bookings"), "bookings.listed", true, Some(1)),
        (format!("{path}/tickets"), "tickets.listed", true, Some(1)),
        (format!("{path}/timeline"), "timeline.read", true, None),
        (format!("/api/admin/bookings/{booking}"), "booking.read", true, None),
        (format!("/api/admin/tickets/{ticket}"), "ticket.read", true, None),
        ("/api/admin/customers?search=emma&status=active".to_owned(), "customers.listed", false, Some(1)),
        ("/api/admin/staff".to_owned(), "staff.listed", false, Some(2)),
        (AUDIT.to_owned(), "audit.listed", false, None),
    ] {
        let answer = reader.get(&read).await;
        answer.ok();
        let row = app
            .sql
            .query_one(
                "select e.action, e.kind, e.actor_kind, e.staff_id, e.role, e.session_id, host(e.ip), e.user_agent, e.customer_id, e.item_count
                 from events e where e.request_id = $1",
                &[&answer.header("x-request-id")],
            )
            .await
            .unwrap_or_else(|error| panic!("{read}: {error}"));
        assert_eq!(row.get::<_, &str>(0), action, "{read}");
        assert_eq!(
            (row.get::<_, &str>(1), row.get::<_, &str>(2), row.get::<_, &str>(4)),
            ("access", "staff", "reviewer")
        );
        assert_eq!(row.get::<_, kernel::StaffId>(3), reader.staff.unwrap());
        assert_eq!(row.get::<_, kernel::SessionId>(5), reader.session.unwrap());
        assert_eq!((row.get::<_, &str>(6), row.get::<_, &str>(7)), ("203.0.113.77", "Reading/2.0"));
        assert_eq!(row.get::<_, Option<uuid::Uuid>>(8), about.then_some(of), "{read}");
        if count.is_some() {
            assert_eq!(row.get::<_, Option<i64>>(9), count, "{read}");
        }
    }
    let filter = app.last_values("customers.listed").await.filter.unwrap();
    assert_eq!(filter, json!({ "search": "emma", "status": "active" }));
    app.finish().await;
}

#[tokio::test]
async fn a_read_that_cannot_be_recorded_is_not_answered() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::ReadOnly).await;
    app.sql
        .batch_execute("alter table events add constraint full_disk check (kind <> 'access') not valid")
        .await
        .unwrap();
    let answer = client.get("/api/admin/customers").may_fail().await;
    assert!(answer.status.is_server_error());
    assert!(answer.json().get("customers").is_none());
    app.finish().await;
}

#[tokio::test]
async fn a_write_that_cannot_be_recorded_does_not_happen() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    app.sql
        .batch_execute(
            "alter table events add constraint full_disk check (action <> 'customer.created') not valid",
        )
        .await
        .unwrap();
    let body = json!({ "name": "Emma", "email": "emma@example.com" });
    client.post("/api/admin/customers", &body).may_fail().await.problem(500, "internal");
    assert_eq!(app.sql.query_one("select count(*) from customers", &[]).await.unwrap().get::<_, i64>(0), 0);
    app.finish().await;
}

#[tokio::test]
async fn the_header_of_an_event_never_holds_a_personal_value() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    let canary = |what: &str| format!("Canary{what}");
    let name = canary("name");
    let customer = client
        .post(
            "/api/admin/customers",
            &json!({ "name": name, "email": "canarymail@example.com", "phone": "07700 900555" }),
        )
        .await
        .ok();
    let path = format!("/api/admin/customers/{}", id(&customer));
    let address = json!({ "label": canary("label"), "line1": canary("line"), "city": canary("city"), "postcode": "ZE3 9ZZ", "accessNotes": canary("access") });
    let contact = json!({ "label": canary("label"), "name": canary("contact"), "phone": "07700 900556", "notes": canary("notes") });
    let note = json!({ "body": canary("note") });
    for (list, body) in [("addresses", address), ("contacts", contact), ("notes", note)] {
        let made = client.post(&format!("{path}/{list}"), &body).await.ok();
        let one = format!("{path}/{list}/{}", id(&made));
        let mut edited = body.clone();
        edited["label"] = json!(canary("again"));
        if list == "notes" {
            edited = json!({ "body": canary("again") });
        }
        client.put(&one, 1, &edited).await.ok();
        client.delete(&one).await.no_content();
    }
    client
        .put(&path, 1, &json!({ "name": canary("renamed"), "email": "canarymail2@example.com" }))
        .await
        .ok();
    client.delete(&path).await.ok();
    client.list("search=canaryname&status=archived").await;
    client.list("city=canarycity").await;
    client.get(&path).await.ok();
    client
        .post("/api/admin/customers/export", &json!({ "filter": { "search": "canary" } }))
        .await
        .has_status(200);
    let rows = app.sql.query("select to_jsonb(e)::text from events e", &[]).await.unwrap();
    assert!(rows.len() > 15);
    for row in &rows {
        let header: String = row.get(0);
        let lower = header.to_lowercase();
        let found = ["canary", "90055", "ze3"].iter().find(|word| lower.contains(**word));
        assert!(found.is_none(), "{header}");
    }
    let values = app.sql.query("select to_jsonb(v)::text from event_values v", &[]).await.unwrap();
    assert!(values.len() > 10, "the values are kept apart");
    for row in &values {
        assert!(!row.get::<_, String>(0).to_lowercase().contains("canary"), "and encrypted");
    }
    let kept = app.values("customer.updated").await;
    assert!(format!("{kept:?}").contains("Canaryrenamed"), "under a key");
    app.finish().await;
}

#[tokio::test]
async fn events_are_written_once_and_never_changed() {
    let app = TestApp::new().await;
    app.as_role(Role::Ops).await.create_customer("Emma", "emma@example.com").await;
    for table in ["events", "event_values"] {
        let column = if table == "events" { "action" } else { "sealed" };
        for statement in [
            format!("update {table} set {column} = null"),
            format!("update {table} set {column} = {column} where false"),
            format!("delete from {table}"),
            format!("delete from {table} where false"),
            format!("truncate {table} cascade"),
            format!("set session_replication_role = replica; delete from {table}"),
        ] {
            let error = app.sql.batch_execute(&statement).await.unwrap_err();
            assert_eq!(error.code().map(|code| code.code()), Some("42501"), "{statement}: {error}");
            app.sql.batch_execute("reset session_replication_role").await.unwrap();
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn the_trail_is_narrowed_by_person_action_customer_time_and_address() {
    let app = TestApp::new().await;
    let (ops, support) =
        (app.as_role(Role::Ops).await, app.as_role(Role::Support).await.at_ip("2001:db8::7"));
    let emma = ops.create_customer("Emma", "emma@example.com").await;
    app.advance(SignedDuration::from_hours(1));
    support.create_customer("Omar", "omar@example.com").await;
    support.get(&format!("/api/admin/customers/{}", id(&emma))).await.ok();
    let reviewer = app.as_role(Role::Reviewer).await;
    let by = |client: &Client| client.staff.unwrap();
    for (query, expected) in [
        (format!("staff={}", by(&ops)), vec!["customer.created"]),
        (format!("staff={}", by(&support)), vec!["customer.created", "customer.read"]),
        (format!("customer={}", id(&emma)), vec!["customer.created", "customer.read"]),
        ("action=customer.created".to_owned(), vec!["customer.created", "customer.created"]),
        ("action=customer.".to_owned(), vec!["customer.created", "customer.created", "customer.read"]),
        ("action=customer.&kind=access".to_owned(), vec!["customer.read"]),
        ("action=nothing.".to_owned(), vec![]),
        ("ip=2001:db8::7".to_owned(), vec!["customer.created", "customer.read"]),
        ("ip=192.0.2.99".to_owned(), vec![]),
        ("action=customer.&to=2026-11-22T10:30:00Z".to_owned(), vec!["customer.created"]),
        ("action=customer.created&from=2026-11-22T10:30:00Z".to_owned(), vec!["customer.created"]),
        (format!("staff={}&customer={}", by(&ops), id(&emma)), vec!["customer.created"]),
    ] {
        let events = listed(&reviewer, &query).await;
        let mut found = actions(&events);
        found.sort_unstable();
        assert_eq!(found, expected, "{query}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_trail_is_paged_without_a_gap_and_shows_before_and_after() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Superadmin).await;
    let customer = client.create_customer("Emma 0", "emma@example.com").await;
    for version in 1..=7 {
        let body = json!({ "name": format!("Emma {version}"), "email": "emma@example.com" });
        client.put(&format!("/api/admin/customers/{}", id(&customer)), version, &body).await.ok();
        app.advance(SignedDuration::from_secs(i64::from(version % 3 == 0)));
    }
    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.get(&format!("{AUDIT}?action=customer.updated&limit=2{after}")).await.ok();
        seen.extend(page["events"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let mut ids: Vec<&str> = seen.iter().map(id).collect();
    assert_eq!(ids.len(), 7);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 7);
    let times: Vec<&str> = seen.iter().map(|event| event["at"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "{times:?}");
    let mut names = Vec::new();
    for event in &seen {
        let detail = client.get(&format!("{AUDIT}/{}", id(event))).await.ok();
        names.push(format!("{} -> {}", detail["before"]["name"], detail["after"]["name"]));
        assert_eq!(
            (&detail["staffName"], &detail["customerName"]),
            (&json!("Superadmin 0"), &json!("Emma 7"))
        );
    }
    names.sort();
    let expected: Vec<String> = (1..=7).map(|n| format!("\"Emma {}\" -> \"Emma {n}\"", n - 1)).collect();
    assert_eq!(names, expected);
    client
        .get(&format!("{AUDIT}/{}", uuid("01890a5d-ac96-774b-bcce-b302099a8057")))
        .await
        .problem(404, "not_found");
    app.finish().await;
}

#[tokio::test]
async fn a_customers_timeline_tells_their_story_newest_first() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customer = client.create_customer("Emma", "emma@example.com").await;
    let path = format!("/api/admin/customers/{}", id(&customer));
    app.advance(SignedDuration::from_secs(1));
    app.booking(id_of(&customer)).reference("SV-1").paid(45_000).refunded(5_000).insert().await;
    app.advance(SignedDuration::from_secs(1));
    client.put(&path, 1, &json!({ "name": "Emma J", "email": "emma@example.com" })).await.ok();
    let mut told = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.get(&format!("{path}/timeline?limit=2{after}")).await.ok();
        told.extend(
            page["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| entry["summary"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(told.first().map(String::as_str), Some("Details edited: name"));
    assert_eq!(told.last().map(String::as_str), Some("Customer created"));
    let mut middle = told[1..told.len() - 1].to_vec();
    middle.sort();
    assert_eq!(middle, ["Booking SV-1 placed, £450.00", "£450.00 paid for SV-1", "£50.00 refunded for SV-1"]);
    app.finish().await;
}
