use jiff::ToSpan;
use samples::{Seeded, seed_bookings, seed_customers};

use crate::support::{Server, assert_consistent, assert_plausible_at, at, count, digests};

#[tokio::test(flavor = "multi_thread")]
async fn five_people_with_everything_the_desk_shows() {
    let mut server = Server::start().await;
    let mut client = server.database().await;
    let now = at("2026-03-10T15:20:00Z");
    let customers = seed_customers(&mut client, now).await.unwrap();
    assert_eq!(customers, Seeded { customers: 5, bookings: 0, tickets: 0 });
    let bookings = seed_bookings(&mut client, now).await.unwrap();
    assert_eq!(bookings.customers, 0);

    for (what, at_least) in [
        ("addresses", 10),
        ("contacts", 5),
        ("notes", 4),
        ("flags", 2),
        ("bookings where status = 'DRAFT'", 1),
        ("bookings where status = 'PENDING_PAYMENT'", 1),
        ("bookings where status = 'CONFIRMED' and scheduled_at > '2026-03-10T15:20Z'", 2),
        ("bookings where status = 'COMPLETED'", 4),
        ("bookings where status = 'CANCELLED'", 2),
        ("payments where refunded = captured and captured > 0", 1),
        ("payments where refunded between 1 and captured - 1", 2),
        ("tickets where status = 'OPEN' and priority = 'URGENT'", 1),
        ("tickets where status = 'IN_PROGRESS'", 1),
        ("tickets where status = 'RESOLVED'", 1),
        ("tickets where status = 'CLOSED'", 1),
        ("ticket_responses where from_support", 3),
        ("ticket_responses where not from_support", 3),
        ("customers where email is null and phone is not null", 1),
        ("customers where email is not null and email_verified_at is null", 1),
        ("customers where name like '%''%'", 1),
        ("customers where name <> unaccent(name)", 1),
    ] {
        let found = count(&client, &format!("select count(*) from {what}")).await;
        assert!(found >= at_least, "{found} {what}");
    }
    assert_consistent(&client).await;
    assert_plausible_at(&client, now).await;

    for (action, table) in
        [("customer.seeded", "customers"), ("booking.seeded", "bookings"), ("ticket.seeded", "tickets")]
    {
        let without = format!(
            "select count(*) from {table} t where 1 <> (select count(*) from events e where e.action = '{action}'
                and e.subject_id = t.id and e.customer_id is not null and e.actor_kind = 'system' and e.kind = 'change')"
        );
        assert_eq!(count(&client, &without).await, 0, "{action}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn seeding_again_changes_nothing() {
    let mut server = Server::start().await;
    let mut client = server.database().await;
    let now = at("2026-07-01T00:10:00Z");
    let first = seed_bookings(&mut client, now).await.unwrap();
    assert_eq!(first.customers, 5);
    // What staff changed since stays changed.
    client
        .execute(
            "update customers set name = 'Amara Eze', version = version + 1 where name = 'Amara Okafor'",
            &[],
        )
        .await
        .unwrap();
    let before = digests(&client).await;
    let events = count(&client, "select count(*) from events").await;

    let later = now.checked_add(100.hours()).unwrap();
    assert_eq!(seed_customers(&mut client, later).await.unwrap(), Seeded::default());
    assert_eq!(seed_bookings(&mut client, later).await.unwrap(), Seeded::default());
    assert_eq!(digests(&client).await, before);
    assert_eq!(count(&client, "select count(*) from events").await, events);
    assert_consistent(&client).await;
    assert_plausible_at(&client, now).await;
    server.stop().await;
}
