//! What came in and what went back: never more back than came in, and the statistics agree.

use imports::platform::Kind;

use crate::support::World;

#[tokio::test]
async fn payments_and_refunds_keep_their_invariants() {
    let mut world = World::new().await;
    world.import().await;
    let payments =
        "select string_agg(l.external_id || ' ' || p.status || ' ' || p.captured || '-' || p.refunded, ', '
            order by l.external_id)
        from payments p join external_links l on l.our_id = p.id";
    assert_eq!(
        world.value(payments).await,
        "b03 paid 30000-0, p01 paid 45000-0, p02 paid 10000-10000, p04 unpaid 0-0, p07 requires_action 0-0, \
         p09 paid 20000-15000, p10 cancelled 0-0, p15 paid 5000-0, p17 paid 5000-5000"
    );
    let refunds =
        "select string_agg(l.kind || ' ' || r.amount || ' ' || r.status, ', ' order by l.kind, l.external_id)
        from refunds r join external_links l on l.our_id = r.id";
    assert_eq!(
        world.value(refunds).await,
        "refund 3000 succeeded, refund 15000 succeeded, refund 100 failed, refund 5000 succeeded, refund_rest 7000 succeeded"
    );
    let broken =
        "select count(*) from payments p where p.refunded <> coalesce((select sum(r.amount) from refunds r
        where r.payment_id = p.id and r.status = 'succeeded'), 0) or p.refunded > p.captured
        or p.customer_id <> (select b.customer_id from bookings b where b.id = p.booking_id)";
    assert_eq!(world.value(broken).await, "0");
}

#[tokio::test]
async fn statistics_are_true_afterwards() {
    let mut world = World::new().await;
    world.import().await;
    let differing =
        "select count(*) from (select * from customer_stats except select * from customer_stats_truth) wrong";
    assert_eq!(world.value(differing).await, "0");
    assert_eq!(
        world.value("select sum(ltv) from customer_stats").await,
        world.value("select sum(captured - refunded) from payments").await
    );
    assert_eq!(world.value("select sum(ltv) from customer_stats").await, "85000");
}

#[tokio::test]
async fn a_payment_row_that_appears_later_takes_over_the_one_made_up() {
    let mut world = World::new().await;
    world.import().await;
    let ltv = world.value("select sum(ltv) from customer_stats").await;
    let late = r#"insert into "Payment" (id, "bookingId", amount, status, "intentId") values ('p03', 'b03', 30000, 'paid', 'pi_03'),
        ('p03b', 'b03', 2500, 'paid', null)"#;
    world.source.batch_execute(late).await.unwrap();
    let summary = world.import().await;
    assert_eq!((summary.counts[&Kind::Payment].updated, summary.counts[&Kind::Payment].created), (1, 1));
    let now = world.value("select sum(ltv) from customer_stats").await;
    assert_eq!(now.parse::<i64>().unwrap(), ltv.parse::<i64>().unwrap() + 2500);
    let again = world.import().await.total();
    assert_eq!((again.created, again.updated), (0, 0));
}

#[tokio::test]
async fn a_payment_follows_the_source_but_never_below_what_went_back() {
    let mut world = World::new().await;
    world.import().await;
    let changes = r#"update "Payment" set status = 'paid' where id = 'p04';
        update "Payment" set amount = 1000 where id = 'p09';
        update "Payment" set status = 'refunded' where id = 'p15'"#;
    world.source.batch_execute(changes).await.unwrap();
    world.import().await;
    let captured = |id: &str| {
        format!(
            "select captured || '-' || refunded from payments p join external_links l on l.our_id = p.id where l.external_id = '{id}'"
        )
    };
    assert_eq!(world.value(&captured("p04")).await, "12000-0");
    assert_eq!(world.value(&captured("p09")).await, "20000-15000");
    assert_eq!(world.value(&captured("p15")).await, "5000-5000");
    let kept = "Payment,p09,problem,less was captured now than went back already; kept ours";
    assert!(world.findings().contains(&kept.to_owned()));
}

#[tokio::test]
async fn a_refund_under_way_is_taken_in_once_it_is_settled_and_then_never_again() {
    let mut world = World::new().await;
    world.import().await;
    world.source.batch_execute(r#"update "Refund" set status = 'succeeded' where id = 'r04'"#).await.unwrap();
    let summary = world.import().await;
    assert_eq!(summary.counts[&Kind::Refund].created, 1);
    world.source.batch_execute(r#"update "Refund" set amount = 200 where id = 'r04'"#).await.unwrap();
    let before = world.state().await;
    world.import().await;
    assert_eq!(world.state().await, before);
    let reason = "changed at the source after it was taken in; refunds are written once, ours is as it was";
    assert!(
        world.findings().iter().any(|line| line.starts_with("Refund,r04,problem,") && line.contains(reason))
    );
}

#[tokio::test]
async fn amounts_no_money_can_hold_cost_their_row_only() {
    let mut world = World::new().await;
    let monstrous = r#"alter table "Payment" alter amount type numeric; alter table "Booking" alter "totalGBP" type numeric;
        update "Payment" set amount = 1e25 where id = 'p01'; update "Booking" set "totalGBP" = 'NaN' where id = 'b04'"#;
    world.source.batch_execute(monstrous).await.unwrap();
    world.import().await;
    let findings = world.findings();
    for expected in [
        "Payment,p01,problem,amount is not an amount of pence that money can hold",
        "Booking,b04,problem,totalGBP is not an amount of pence that money can hold",
        "Payment,p04,problem,bookingId: no such booking was taken in",
    ] {
        assert!(findings.contains(&expected.to_owned()), "{expected}: {findings:#?}");
    }
    assert_eq!(world.value("select count(*) from payments").await, "7");
}
