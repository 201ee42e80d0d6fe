//! Whoever handles a request hears of it in time, once for each due date and distance.

use jiff::SignedDuration;
use serde_json::json;
use staff::Role;

use super::{Desk, act};

impl Desk {
    /// Subjects and addresses of what lies in the outbox, in the order in which it was written.
    async fn reminders(&self) -> Vec<(String, String)> {
        let rows = self
            .app
            .sql
            .query("select subject, to_address from mails order by created_at, subject, to_address", &[])
            .await
            .unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    async fn days_pass(&self, days: i64) {
        self.app.advance(SignedDuration::from_hours(24 * days));
        self.app.run_jobs().await;
        // The job runs every hour; what was said is not said again.
        self.app.advance(SignedDuration::from_mins(61));
        self.app.run_jobs().await;
    }
}

#[tokio::test]
async fn the_handler_is_reminded_at_each_distance_and_superadmins_when_it_is_overdue() {
    let desk = Desk::new().await;
    desk.app.as_role(Role::Superadmin).await;
    let case = desk.received("access", "2026-11-20").await;
    // Sunday 20 December: due on Monday.
    assert_eq!(case["dueOn"], "2026-12-21");
    desk.days_pass(13).await;
    assert_eq!(desk.reminders().await, []);
    let mut told = Vec::new();
    for (days, words) in
        [(4, "is due in 12 days"), (6, "is due in 6 days"), (4, "is due in 2 days"), (1, "is due tomorrow")]
    {
        desk.days_pass(days).await;
        let new = desk.reminders().await.len();
        if words == "is due tomorrow" {
            assert_eq!(new, told.len(), "it was told two days before");
            continue;
        }
        told.push((
            format!("Data request DR-{} {words}", case["number"]),
            "ops-0@staff.example.com".to_owned(),
        ));
        assert_eq!(desk.reminders().await, told);
    }
    desk.days_pass(3).await;
    let all = desk.reminders().await;
    let overdue: Vec<&str> = all[3..].iter().map(|(_, to)| to.as_str()).collect();
    assert_eq!(overdue, ["ops-0@staff.example.com", "superadmin-2@staff.example.com"]);
    assert!(all[3].0.contains("was due"), "{all:?}");
    desk.days_pass(5).await;
    assert_eq!(desk.reminders().await.len(), 5);
    let text: String =
        desk.app.sql.query_one("select string_agg(body_text, '') from mails", &[]).await.unwrap().get(0);
    assert!(!text.contains("Emma") && text.contains("/admin/data-requests/"), "{text}");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_new_due_date_begins_anew_and_what_is_answered_or_stands_is_left_alone() {
    let desk = Desk::new().await;
    let case = desk.identified("access", "2026-11-20").await;
    desk.days_pass(16).await;
    assert_eq!(desk.reminders().await.len(), 1);
    let ops = desk.app.as_role(Role::Ops).await;
    let case =
        act(&ops, &case, &json!({ "action": "extend", "on": "2026-12-08", "reason": "Much" })).await.ok();
    assert_eq!(case["dueOn"], "2027-02-22");
    desk.days_pass(20).await;
    assert_eq!(desk.reminders().await.len(), 1, "far away again");
    desk.days_pass(45).await;
    assert_eq!(desk.reminders().await.len(), 2, "for the new date");
    let ops = desk.app.as_role(Role::Ops).await;
    let withdraw = json!({ "action": "withdraw", "on": "2026-12-08", "note": "They called" });
    act(&ops, &case, &withdraw).await.ok();
    desk.days_pass(30).await;
    assert_eq!(desk.reminders().await.len(), 2);
    desk.app.finish().await;
}
