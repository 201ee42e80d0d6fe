//! Who is making a bank transfer, so that nobody else makes it too.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::Case;
use crate::support::{Answer, Client, id};

impl Case {
    async fn claim(&self, client: &Client, refund: &Value, act: &str) -> Answer {
        client.act(&format!("/api/admin/refunds/{}/{act}", id(refund))).await
    }
}

#[tokio::test]
async fn a_transfer_is_made_by_one_person_at_a_time() {
    let case = Case::paid(50_000).await;
    let colleague = case.app.as_role(Role::Superadmin).await;
    let made = case.act(&case.finance, "a", &case.refund(1_000)).await.ok();
    let refund = &made["refund"];
    let paid = json!({ "outcome": "paid", "reference": "FPS 1" });
    case.claim(&colleague, refund, "release").await.problem(409, "refund_not_claimed");
    let claimed = case.claim(&case.finance, refund, "claim").await.ok();
    assert_eq!(claimed["claim"]["at"], "2026-11-22T10:00:00Z");
    assert_eq!(claimed["claim"]["until"], "2026-11-22T10:30:00Z");
    for act in ["claim", "release"] {
        let refused = case.claim(&colleague, refund, act).await.problem(409, "refund_claimed");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.ends_with(" is paying this since 10:00. Ask them, or wait until 10:30."), "{detail}");
    }
    let refused = case.settle_with(&colleague, "x", refund, &paid).await.problem(409, "refund_claimed");
    assert_eq!(refused["claim"]["name"], claimed["claim"]["name"]);
    assert_eq!(case.payment().await, (50_000, 0, 1_000));
    let waiting = colleague.get("/api/admin/refunds?state=requires_action").await.ok();
    assert_eq!(waiting["refunds"][0]["claim"], claimed["claim"]);

    // Given back, it is anybody's; said again, it counts from then.
    case.claim(&case.finance, refund, "release").await.ok();
    case.claim(&colleague, refund, "claim").await.ok();
    case.app.advance(SignedDuration::from_mins(20));
    let renewed = case.claim(&colleague, refund, "claim").await.ok();
    assert_eq!(renewed["claim"]["until"], "2026-11-22T10:50:00Z");
    case.settle(refund, &paid).await.problem(409, "refund_claimed");
    // Whoever went home has let go.
    case.app.advance(SignedDuration::from_mins(30));
    let settled = case.settle(refund, &paid).await.ok();
    assert_eq!((&settled["status"], &settled["claim"]), (&json!("succeeded"), &Value::Null));
    case.claim(&colleague, refund, "claim").await.problem(409, "refund_not_waiting");
    let support = case.app.as_role(Role::Support).await;
    case.claim(&support, refund, "claim").await.problem(403, "not_permitted");
    case.app.finish().await;
}

#[tokio::test]
async fn two_who_claim_at_once_are_one() {
    let case = Case::paid(50_000).await;
    let colleague = case.app.as_role(Role::Superadmin).await;
    let made = case.act(&case.finance, "a", &case.refund(1_000)).await.ok();
    let refund = &made["refund"];
    let (one, two) =
        tokio::join!(case.claim(&case.finance, refund, "claim"), case.claim(&colleague, refund, "claim"));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let stray = "update refunds set claimed_at = null where claimed_at is not null";
    let error = case.app.sql.execute(stray, &[]).await.unwrap_err();
    assert_eq!(error.code().unwrap().code(), "23514");
    case.app.finish().await;
}
