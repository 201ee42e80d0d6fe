//! Each thing that can go wrong once, and the state it leads to.

use jiff::SignedDuration;
use serde_json::json;
use staff::Role;

use super::Desk;
use crate::support::{Fault, id, id_of};

/// The status after the first run, after all is over, and the number of refunds at the provider then.
async fn comes_to(fault: Fault, at_first: &str, in_the_end: &str, outcomes: &[&str]) -> Desk {
    let desk = Desk::open().await;
    desk.stripe.plan([fault]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    let (status, said, _) = desk.stands(refund).await;
    assert_eq!(status, at_first, "{fault:?}: {said}");
    desk.pass(90).await;
    let (status, said, _) = desk.stands(refund).await;
    assert_eq!(status, in_the_end, "{fault:?}: {said}");
    assert_eq!(desk.outcomes(refund).await, outcomes, "{fault:?}");
    let made = desk.stripe.made();
    let live = made.iter().filter(|one| one.status != "failed").count();
    assert_eq!(live, usize::from(in_the_end == "succeeded"), "{fault:?}: {made:?}");
    assert!(made.iter().all(|one| one.ours == Some(refund.to_string()) && one.amount == 1_200));
    desk
}

#[tokio::test]
async fn a_refund_goes_through_stripe_and_says_so_when_it_has() {
    let desk = comes_to(Fault::None, "succeeded", "succeeded", &["accepted"]).await;
    assert_eq!(desk.stripe.asked(), ["POST /v1/refunds"]);
    let shown = desk.boss.get(&format!("/api/admin/customers/{}/money", id(&desk.customer))).await.ok();
    assert_eq!((&shown["ltv"], &shown["refunds"][0]["status"]), (&json!(43_800), &json!("succeeded")));
    assert_eq!(desk.events(id_of(&shown["refunds"][0])).await, ["refund.sending", "refund.succeeded"]);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_nothing_is_sent_twice() {
    for fault in [Fault::CutAfter, Fault::ErrorAfter, Fault::Garbled, Fault::Slow] {
        let desk = comes_to(fault, "in_doubt", "succeeded", &["found"]).await;
        let sent = desk.stripe.asked().iter().filter(|request| request.starts_with("POST")).count();
        assert_eq!(sent, 1, "{fault:?}");
        desk.app.finish().await;
    }
}

#[tokio::test]
async fn what_never_arrived_is_sent_again_once_it_cannot_arrive_any_more() {
    for fault in [Fault::CutAtOnce, Fault::CutBefore, Fault::Busy] {
        let desk = Desk::open().await;
        desk.stripe.plan([fault]);
        let refund = desk.refund().await;
        desk.app.run_jobs().await;
        assert_eq!(desk.stands(refund).await.0, "in_doubt", "{fault:?}");
        desk.app.advance(SignedDuration::from_secs(70));
        desk.app.run_jobs().await;
        assert_eq!(desk.stands(refund).await.0, "in_doubt", "{fault:?}: it may still be under way");
        desk.pass(10).await;
        assert_eq!(desk.stands(refund).await.0, "succeeded", "{fault:?}");
        assert_eq!(desk.outcomes(refund).await, ["not_found", "accepted"]);
        assert_eq!(
            desk.events(refund).await,
            ["refund.sending", "refund.in_doubt", "refund.not_found", "refund.sending", "refund.succeeded"]
        );
        assert_eq!(desk.stripe.made().len(), 1);
        desk.app.finish().await;
    }
}

#[tokio::test]
async fn a_provider_that_is_down_is_tried_until_it_is_up() {
    let desk = Desk::open().await;
    desk.stripe.down().await;
    let refund = desk.refund().await;
    desk.pass(60).await;
    let (status, said, attempts) = desk.stands(refund).await;
    assert_eq!(status, "approved");
    assert!(said.contains("could not be reached") && attempts > 3, "{said} {attempts}");
    assert!(desk.outcomes(refund).await.iter().all(|outcome| outcome == "not_sent"));
    desk.stripe.up().await;
    desk.pass(60).await;
    assert_eq!((desk.stands(refund).await.0.as_str(), desk.stripe.made().len()), ("succeeded", 1));
    desk.app.finish().await;
}

#[tokio::test]
async fn a_provider_that_stays_down_leaves_the_refund_to_a_person() {
    let desk = Desk::open().await;
    desk.stripe.down().await;
    let refund = desk.refund().await;
    desk.pass(60 * 48).await;
    let (status, said, _) = desk.stands(refund).await;
    assert_eq!(status, "manual_review");
    assert!(said.contains("not tried again"), "{said}");
    // The sessions of the day before yesterday are over.
    let boss = desk.app.as_role(Role::Superadmin).await;
    let waiting = boss.get("/api/admin/refunds?state=requires_action").await.ok();
    assert_eq!(id_of(&waiting["refunds"][0]), refund);
    let paid = json!({ "outcome": "paid", "reference": "FPS 7" });
    let settled = boss
        .post(&format!("/api/admin/refunds/{refund}/settle"), &paid)
        .header("idempotency-key", "paid")
        .await
        .ok();
    assert_eq!(settled["status"], "succeeded");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_provider_that_asks_us_to_slow_down_is_asked_again_when_it_said() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::RateLimited]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    desk.app.advance(SignedDuration::from_secs(89));
    desk.app.run_jobs().await;
    assert_eq!(desk.stands(refund).await.0, "approved");
    desk.app.advance(SignedDuration::from_secs(1));
    desk.app.run_jobs().await;
    assert_eq!(desk.stands(refund).await.0, "succeeded");
    assert_eq!(desk.outcomes(refund).await, ["rate_limited", "accepted"]);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_key_that_is_refused_is_said_and_tried_again() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::Unauthorized]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    let (status, said, _) = desk.stands(refund).await;
    assert_eq!(status, "approved");
    assert!(said.starts_with("The provider refuses our key"), "{said}");
    desk.pass(15).await;
    assert_eq!(desk.stands(refund).await.0, "succeeded");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refusal_fails_the_refund_frees_the_sum_and_says_what_to_do() {
    let desk = comes_to(Fault::Declined, "failed", "failed", &["refused"]).await;
    let shown = desk.boss.get(&format!("/api/admin/customers/{}/money", id(&desk.customer))).await.ok();
    let said = shown["refunds"][0]["statusDetail"].as_str().unwrap();
    assert!(said.contains("The card is closed.") && said.contains("bank transfer"), "{said}");
    assert_eq!(shown["payments"][0]["refundable"], 45_000);
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refund_that_takes_its_time_is_asked_after_until_it_is_through() {
    let desk = comes_to(Fault::LateSuccess, "submitted", "succeeded", &["accepted"]).await;
    desk.app.finish().await;
    let desk = comes_to(Fault::LateFailure, "submitted", "failed", &["accepted"]).await;
    desk.app.finish().await;
}

#[tokio::test]
async fn an_error_that_is_replayed_for_a_day_is_left_to_a_person() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::ErrorKept]);
    let refund = desk.refund().await;
    desk.pass(60 * 30).await;
    let (status, said, _) = desk.stands(refund).await;
    assert_eq!((status.as_str(), desk.stripe.made().len()), ("manual_review", 0), "{said}");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_sender_that_vanished_leaves_a_doubt_that_is_looked_up() {
    for (was_done, outcomes) in [(true, vec!["found"]), (false, vec!["not_found", "accepted"])] {
        let desk = Desk::open().await;
        let refund = desk.refund().await;
        // As a process leaves it that was killed after the first transaction.
        desk.app
            .sql
            .batch_execute("begin; update refunds set status = 'sending', attempts = 1; \
                 insert into refund_attempts (refund_id, number, started_at) select id, 1, created_at from refunds; commit")
            .await
            .unwrap();
        if was_done {
            desk.stripe.seed_ours("pi_1", 1_200, &refund.to_string());
        }
        desk.app.run_jobs().await;
        assert_eq!(desk.stands(refund).await.0, if was_done { "succeeded" } else { "in_doubt" });
        desk.pass(30).await;
        assert_eq!(desk.stands(refund).await.0, "succeeded");
        assert_eq!(desk.outcomes(refund).await, outcomes);
        assert_eq!(desk.stripe.made().len(), 1);
        desk.app.finish().await;
    }
}

#[tokio::test]
async fn a_refund_is_found_among_many_of_its_payment() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::CutAfter]);
    let refund = desk.refund().await;
    desk.app.run_jobs().await;
    for _ in 0..230 {
        desk.stripe.seed("pi_1", 1);
    }
    desk.pass(10).await;
    assert_eq!(desk.stands(refund).await.0, "succeeded");
    let looked = desk.stripe.asked().iter().filter(|request| request.contains("starting_after")).count();
    assert_eq!(looked, 2);
    desk.app.finish().await;
}

#[tokio::test]
async fn what_stripe_made_of_another_amount_is_for_a_person() {
    let desk = Desk::open().await;
    desk.stripe.plan([Fault::CutBefore]);
    let refund = desk.refund().await;
    desk.stripe.seed_ours("pi_1", 1_300, &refund.to_string());
    desk.pass(10).await;
    let (status, said, _) = desk.stands(refund).await;
    assert_eq!(status, "manual_review");
    assert!(said.contains("£13.00 instead of £12.00"), "{said}");
    desk.app.finish().await;
}

#[tokio::test]
async fn an_approved_request_is_sent_and_one_without_stripes_name_is_a_bank_transfer() {
    let desk = Desk::open().await;
    let support = desk.app.as_role(Role::Support).await;
    let finance = desk.app.as_role(Role::Finance).await;
    let card = desk.paid(50_000, "pi_1").await;
    let cash = desk.app.booking(id_of(&desk.customer)).paid(50_000).insert().await;
    for (booking, key, status, via) in
        [(card, "a", "succeeded", "stripe"), (cash, "b", "requires_action", "manual")]
    {
        let asked = desk.act(&support, booking, 20_000, key).await;
        desk.app.run_jobs().await;
        let approval = asked["approvalId"].as_str().unwrap();
        let shown = finance.get(&format!("/api/admin/approvals/{approval}")).await.ok();
        let body = json!({ "requestHash": shown["requestHash"], "word": "Photos seen" });
        finance
            .post(&format!("/api/admin/approvals/{approval}/approve"), &body)
            .header("idempotency-key", approval)
            .await
            .ok();
        desk.app.run_jobs().await;
        let refunds = finance.get("/api/admin/refunds").await.ok();
        let all = refunds["refunds"].as_array().unwrap();
        let refund = all.iter().find(|one| one["approvalId"] == approval).unwrap();
        assert_eq!((&refund["status"], &refund["via"]), (&json!(status), &json!(via)));
    }
    assert_eq!(desk.stripe.made().len(), 1);
    desk.app.finish().await;
}
