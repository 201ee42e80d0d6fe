use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use samples::{Error, Generated, Options, generate, seed_bookings};
use tokio_postgres::Client;

use crate::support::{Server, assert_consistent, assert_plausible_at, at, count, digests};

const NOW: &str = "2026-08-20T09:30:00Z";

async fn run(client: &mut Client, customers: u64, seed: u64, now: Timestamp) -> samples::Result<Generated> {
    generate(client, &mut [], Options { customers, seed, now, progress: |_| {} }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_customers_are_consistent_and_as_skewed_as_promised() {
    let mut server = Server::start().await;
    let mut client = server.database().await;
    seed_bookings(&mut client, at(NOW)).await.unwrap();
    let made = run(&mut client, 2000, 7, at(NOW)).await.unwrap();
    assert_eq!(made.customers, 2000);
    assert_eq!(count(&client, "select count(*) from customers").await, 2005);
    assert_consistent(&client).await;
    assert_plausible_at(&client, at(NOW)).await;

    for (share, from, to) in [
        ("avg((orders = 0)::int) from customer_stats", 0.33, 0.42),
        ("avg(orders) from customer_stats", 2.0, 3.0),
        ("avg((email is null)::int) from customers", 0.025, 0.055),
        ("avg((email_verified_at is not null)::int) from customers where email is not null", 0.85, 0.91),
        ("avg((archived_at is not null)::int) from customers", 0.004, 0.02),
        ("count(*) / 2000.0 from flags", 0.008, 0.025),
        ("count(*) / 2000.0 from tickets", 0.19, 0.31),
        ("avg((refunded = captured)::int) from payments where captured > 0", 0.02, 0.045),
        ("avg((refunded between 1 and captured - 1)::int) from payments where captured > 0", 0.03, 0.055),
        ("avg((extract(month from scheduled_at) between 6 and 9)::int) from bookings", 0.37, 0.55),
    ] {
        let found: f64 =
            client.query_one(&format!("select (select {share})::float8"), &[]).await.unwrap().get(0);
        assert!((from..to).contains(&found), "{share}: {found}");
    }
    let told = "select sum(item_count)::bigint from events where action = 'customer.generated' and actor_kind = 'system'";
    assert_eq!(count(&client, told).await, 2000);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_arguments_give_the_same_rows() {
    let mut server = Server::start().await;
    let mut one = server.database().await;
    run(&mut one, 400, 11, at(NOW)).await.unwrap();
    let mut same = server.database().await;
    run(&mut same, 400, 11, at("2026-08-20T22:59:59Z")).await.unwrap();
    let mut other = server.database().await;
    run(&mut other, 400, 12, at(NOW)).await.unwrap();
    let first = digests(&one).await;
    assert_eq!(first, digests(&same).await);
    assert!(first.iter().zip(digests(&other).await).all(|(one, other)| one.1 != other.1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_changes_nothing_and_a_larger_one_adds_the_difference() {
    let mut server = Server::start().await;
    let mut client = server.database().await;
    run(&mut client, 300, 3, at(NOW)).await.unwrap();
    let before = digests(&client).await;
    // Also on another day: the data set keeps its own.
    let later = at("2026-09-03T12:00:00Z");
    assert_eq!(run(&mut client, 300, 3, later).await.unwrap(), Generated { customers: 0, rows: 0 });
    assert_eq!(run(&mut client, 100, 3, later).await.unwrap(), Generated { customers: 0, rows: 0 });
    assert_eq!(digests(&client).await, before);

    let highest = AtomicU64::new(0);
    let progress = |there| highest.store(there, Ordering::Relaxed);
    let options = Options { customers: 450, seed: 3, now: later, progress };
    let added = generate(&mut client, &mut [server.another().await], options).await.unwrap();
    assert_eq!(added.customers, 150);
    assert_eq!(highest.into_inner(), 450);
    assert_eq!(count(&client, "select count(*) from customers").await, 450);
    assert_consistent(&client).await;
    assert_plausible_at(&client, at(NOW)).await;

    let refused = run(&mut client, 500, 4, later).await.unwrap_err();
    assert!(matches!(refused, Error::OtherSeed { ref found, asked: 4 } if found == "3"), "{refused}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_cut_off_goes_on_where_it_stopped() {
    let mut server = Server::start().await;
    let mut whole = server.database().await;
    run(&mut whole, 1_200, 5, at(NOW)).await.unwrap();

    let mut cut = server.database().await;
    {
        let doomed = &mut server.another().await;
        let (tell, told) = tokio::sync::oneshot::channel();
        let tell = std::cell::RefCell::new(Some(tell));
        let progress = |there| {
            if there > 0 {
                tell.take().map(|tell| tell.send(there));
            }
        };
        let options = Options { customers: 1_200, seed: 5, now: at(NOW), progress };
        tokio::select! {
            biased;
            there = told => assert_eq!(there, Ok(500)),
            finished = generate(doomed, &mut [], options) => panic!("was not cut off: {finished:?}"),
        }
    }
    let rest = run(&mut cut, 1_200, 5, at(NOW)).await.unwrap();
    assert_eq!(rest.customers, 700);
    assert_eq!(digests(&cut).await, digests(&whole).await);
    assert_consistent(&cut).await;
    server.stop().await;
}
