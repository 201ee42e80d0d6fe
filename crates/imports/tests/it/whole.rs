//! A dry run, a run, and what stands in our database afterwards.

use imports::platform::{Kind, Options};

use crate::support::World;

/// `report.csv` has the report on the fixture as it must be, line by line.
const REPORT: &str = include_str!("../fixture/report.csv");

#[tokio::test]
async fn a_dry_run_writes_nothing_and_foretells_what_the_run_does() {
    let mut world = World::new().await;
    let before = world.state().await;
    let dry = world.try_import(&world.options(false)).await.unwrap();
    let foretold = world.findings();
    assert_eq!(world.state().await, before);
    assert_eq!(
        world.value("select (select count(*) from events) + (select count(*) from import_runs)").await,
        "0"
    );
    assert_eq!((dry.applied, dry.run_id), (false, None));

    let real = world.import().await;
    assert_eq!(real.counts, dry.counts);
    assert_eq!(world.findings(), foretold);
    assert_ne!(world.state().await, before);
}

#[tokio::test]
async fn a_dry_run_foretells_the_same_page_by_page() {
    let mut world = World::new().await;
    let small = Options { batch: 2, ..world.options(false) };
    let dry = world.try_import(&small).await.unwrap();
    let foretold = world.findings();
    let real = world.try_import(&Options { apply: true, ..small }).await.unwrap();
    assert_eq!((real.counts, world.findings()), (dry.counts, foretold));
}

#[tokio::test]
async fn the_report_lists_exactly_the_problems_with_their_reasons() {
    let mut world = World::new().await;
    let summary = world.import().await;
    let mut expected: Vec<&str> = REPORT.lines().skip(1).collect();
    let mut found = world.findings();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    let total = summary.total();
    let of = |severity: &str| found.iter().filter(|line| line.contains(severity)).count() as u64;
    assert_eq!((total.problems, total.warnings), (of(",problem,"), of(",warning,")));
}

#[tokio::test]
async fn the_report_may_be_json() {
    let mut world = World::new().await;
    let report = world.report().with_extension("json");
    world.try_import(&Options { report: report.clone(), ..world.options(false) }).await.unwrap();
    let lines: Vec<serde_json::Value> =
        serde_json::from_str(&std::fs::read_to_string(&report).unwrap()).unwrap();
    std::fs::remove_file(report).unwrap();
    assert_eq!(lines.len(), REPORT.lines().count() - 1);
    assert!(lines.iter().all(|line| line["reason"].is_string() && line["external_id"].is_string()));
}

#[tokio::test]
async fn every_row_of_the_source_is_counted_once() {
    let mut world = World::new().await;
    let summary = world.import().await;
    for (kind, rows) in [
        (Kind::Staff, 2),
        (Kind::Customer, 12),
        (Kind::Address, 8),
        (Kind::Contact, 5),
        (Kind::Booking, 18),
        (Kind::Payment, 12),
        (Kind::Refund, 11),
        (Kind::Ticket, 8),
        (Kind::TicketResponse, 5),
        (Kind::History, 5),
    ] {
        let counts = summary.counts[&kind];
        let sum = counts.created + counts.updated + counts.matched + counts.unchanged + counts.problems;
        assert_eq!(sum, rows, "{kind:?} {counts:?}");
    }
}

#[tokio::test]
async fn customers_arrive_as_they_are() {
    let mut world = World::new().await;
    world.import().await;
    for (email, expected) in [
        ("ann@example.com", "(\"Ann Other\",\"07700 900123\",+447700900123,t,\"2025-01-05 10:20:30.123\",f)"),
        (
            "zoe@example.com",
            "(\"🚚 Zoë '); drop table customers; --\",\"+48 22 555 01 23\",+48225550123,t,\"2025-02-02 00:00:00\",f)",
        ),
        ("mo@example.com", "(\"محمد علی\",,,t,\"2025-02-03 00:00:00\",f)"),
        ("carl@example.com", "(\"Carl Smith\",,,t,\"2025-02-04 00:00:00\",f)"),
        ("noname@example.com", "(noname,,,f,\"2025-02-06 00:00:00\",f)"),
        ("deleted-u11@deleted.com", "(\"Deleted Customer\",,,f,\"2025-03-04 00:00:00\",t)"),
        ("guest@example.com", "(\"Gail Guest\",\"07700 900200\",+447700900200,f,\"2025-06-01 00:00:00\",f)"),
        ("grace@example.com", "(\"Grace Reachable\",,,f,\"2025-06-01 00:00:00\",f)"),
    ] {
        let sql = format!(
            "select (name, phone, phone_e164, email_verified_at is not null, created_at at time zone 'UTC',
                archived_at is not null) from customers where email = '{email}'"
        );
        assert_eq!(world.value(&sql).await, expected, "{email}");
    }
    assert_eq!(
        world.value("select length(name) from customers where email = 'long@example.com'").await,
        "200"
    );
    let unreachable =
        "select email is null and phone_e164 = '+447700900125' from customers where name = 'Olga Phone'";
    assert_eq!(world.value(unreachable).await, "true");
    assert_eq!(world.value("select count(*) from customers").await, "12");
}

#[tokio::test]
async fn a_second_account_is_no_second_customer() {
    let mut world = World::new().await;
    world.import().await;
    let of_ann = |what: &str| {
        format!(
            "select {what} from customers c join customer_stats s on s.customer_id = c.id where email = 'ann@example.com'"
        )
    };
    // Two addresses of her own and one of the second account; likewise a booking, a contact and a ticket.
    assert_eq!(
        world.value(&of_ann("(addresses, contacts, orders, open_tickets, urgent_tickets)")).await,
        "(3,2,3,3,2)"
    );
    let default = "select label || ' ' || line1 from addresses where is_default and customer_id =
        (select id from customers where email = 'ann@example.com')";
    assert_eq!(world.value(default).await, "Home 1 High Street");
}

#[tokio::test]
async fn bookings_are_snapshots() {
    let mut world = World::new().await;
    world.import().await;
    let of =
        |what: &str, reference: &str| format!("select {what} from bookings where reference = '{reference}'");
    assert_eq!(
        world.value(&of("pickup", "SV-1001")).await,
        r#"{"lat": 51.501, "lng": -0.142, "floor": "3", "label": "1 High Street, London", "hasLift": false, "postcode": "SW1A 1AA", "propertyType": "FLAT"}"#
    );
    let items = r#"[{"name": "Sofa 🛋️", "quantity": 1, "volumeM3": 1.8}, {"name": "Box", "quantity": 20, "volumeM3": 0.1}]"#;
    assert_eq!(world.value(&of("items", "SV-1001")).await, items);
    let cancelled = "(status, cancelled_at at time zone 'UTC', cancellation_reason)";
    assert_eq!(
        world.value(&of(cancelled, "SV-1002")).await,
        "(CANCELLED,\"2025-06-20 11:00:00\",\"Bought the other house\")"
    );
    let odd =
        "(scheduled_at at time zone 'UTC', crew_size, distance_miles, pickup, created_at at time zone 'UTC')";
    assert_eq!(
        world.value(&of(odd, "SV-1012")).await,
        "(\"2025-03-30 01:30:00.5\",4,,{},\"1969-07-20 20:17:00\")"
    );
    let dropoff = r#"{"label": "Somewhere in Ireland", "hasLift": true, "postcode": "D02 X285", "propertyType": "STUDIO"}"#;
    assert_eq!(world.value(&of("dropoff", "SV-1012")).await, dropoff);
    assert_eq!(world.value("select count(*) from bookings where reference = 'IMPORT-b14'").await, "1");
    let guests = "select count(distinct customer_id) from bookings where reference in ('SV-1005', 'SV-1006')";
    assert_eq!(world.value(guests).await, "1");
    let bob = "select count(*) from bookings b join customers c on c.id = b.customer_id
        where c.email = 'bob@example.com' and reference in ('SV-1003', 'SV-1004', 'SV-1012')";
    assert_eq!(world.value(bob).await, "3");
}

#[tokio::test]
async fn tickets_find_their_customer_and_booking() {
    let mut world = World::new().await;
    world.import().await;
    let tickets = "select string_agg(l.external_id || ' ' || t.status || ' ' || t.priority || ' ' || coalesce(b.reference, '-'),
            ', ' order by l.external_id)
        from tickets t join external_links l on l.our_id = t.id left join bookings b on b.id = t.booking_id";
    assert_eq!(
        world.value(tickets).await,
        "t01 OPEN URGENT SV-1001, t02 IN_PROGRESS HIGH -, t03 OPEN NORMAL -, t04 CLOSED LOW SV-1004, \
         t07 IN_PROGRESS URGENT SV-1009, t08 RESOLVED NORMAL -"
    );
    assert_eq!(world.value("select max(length(description)) from tickets").await, "20000");
    assert_eq!(
        world.value("select attachments from tickets where status = 'RESOLVED'").await,
        "{c.jpg,d.jpg}"
    );
    let said = "select string_agg(message, '|' order by created_at, message) from ticket_responses where not from_support";
    assert_eq!(world.value(said).await, "Thank you 🙏\nAnn");
}

#[tokio::test]
async fn history_is_kept_and_attached_to_whom_it_is_about() {
    let mut world = World::new().await;
    world.import().await;
    let history = "select string_agg(external_id || ' ' || action || ' ' || coalesce(c.email, '-'), ', ' order by external_id)
        from imported_history h left join customers c on c.id = h.customer_id";
    assert_eq!(
        world.value(history).await,
        "l01 UPDATE_CUSTOMER ann@example.com, l02 CANCEL ann@example.com, l03 REPLY ann@example.com, l04 CRON -, \
         l05 unknown -"
    );
    assert_eq!(
        world.value("select after ->> 'name' from imported_history where external_id = 'l01'").await,
        "Ann Other"
    );
}

#[tokio::test]
async fn staff_come_only_when_asked_and_cannot_sign_in() {
    let mut world = World::new().await;
    world.try_import(&Options { include_staff: false, ..world.options(true) }).await.unwrap();
    assert_eq!(world.value("select count(*) from staff").await, "0");
    world.import().await;
    let staff = "select string_agg(email || ' ' || role || ' ' || (password_hash is null) || ' ' ||
        (disabled_at is null), ', ' order by email) from staff";
    assert_eq!(
        world.value(staff).await,
        "former@example.com read_only true false, sue@example.com superadmin true true"
    );
}

#[tokio::test]
async fn every_change_has_its_event_without_personal_values() {
    let mut world = World::new().await;
    let summary = world.import().await;
    let created =
        "select count(*) from events where action = 'customer.imported' and customer_id = subject_id";
    let made = summary.counts[&Kind::Customer].created + summary.counts[&Kind::Guest].created;
    assert_eq!(world.value(created).await, made.to_string());
    let values = world.values("customer.imported").await;
    let named = |(name, content): &&(Option<String>, _)| {
        let content: &platform::values::Content = content;
        content.after.as_ref().and_then(|after| after["name"].as_str()) == name.as_deref()
    };
    assert_eq!(values.iter().filter(named).count() as u64, made);
    let clear = "select count(*) from event_values where before is not null or after is not null or filter is not null";
    assert_eq!(world.value(clear).await, "0");
    for (action, table) in
        [("booking", "bookings"), ("refund", "refunds"), ("ticket", "tickets"), ("staff", "staff")]
    {
        let told = format!("select sum(item_count) from events where action = '{action}.imported'");
        assert_eq!(
            world.value(&told).await,
            world.value(&format!("select count(*) from {table}")).await,
            "{action}"
        );
    }
    let personal =
        "select count(*) from events where (details::text || coalesce(user_agent, '')) ~* 'example|ann'";
    assert_eq!(world.value(personal).await, "0");
    assert_eq!(
        world.value("select count(*) from events where actor_kind <> 'system' or kind <> 'change'").await,
        "0"
    );
    let run = "select finished_at is not null and problems > 0 and counts -> 'customer' ->> 'created' = '9' from import_runs";
    assert_eq!(world.value(run).await, "true");
}

#[tokio::test]
async fn an_older_platform_lacks_phones_and_cancellations() {
    let mut world = World::new().await;
    let older = r#"alter table "User" drop column phone; drop table "BookingCancellation";
        drop table "CustomerNotificationPreferences"; drop table "ConsentLog""#;
    world.source.batch_execute(older).await.unwrap();
    world.import().await;
    assert_eq!(
        world.value("select phone is null from customers where email = 'ann@example.com'").await,
        "true"
    );
    let cancelled = "select cancelled_at = updated_at from bookings where reference = 'SV-1002'";
    assert_eq!(world.value(cancelled).await, "true");
    // Without a phone nothing is left of a customer whose e-mail is none.
    assert!(world.findings().contains(&"User,u09,problem,has neither a valid email nor a phone".to_owned()));
}
