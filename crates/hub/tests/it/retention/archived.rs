//! Archived customers of whom nothing was heard for longer than they are kept: put before two people, and erased by no rule.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use staff::Role;
use uuid::Uuid;

use super::{Desk, of};
use crate::support::{Client, id, id_of};

const PROPOSALS: &str = "/api/admin/erasure-proposals";
const PERIOD: i32 = 84;

impl Desk {
    /// Somebody who was archived so many minutes more than the period ago.
    async fn archived(&self, name: &str, minutes: i64) -> Uuid {
        let email = format!("{}@example.com", name.to_lowercase());
        let who = id_of(&self.boss.create_customer(name, &email).await);
        self.boss.delete(&format!("/api/admin/customers/{who}")).await.ok();
        self.archived_at(who, self.ago(PERIOD, minutes)).await;
        who
    }

    async fn archived_at(&self, who: Uuid, at: Timestamp) {
        let sql = "update customers set archived_at = $2 where id = $1";
        assert_eq!(self.app.sql.execute(sql, &[&who, &at]).await.unwrap(), 1);
    }

    async fn proposed(&self) -> Vec<String> {
        let page = self.boss.get(PROPOSALS).await.ok();
        let list = page["proposals"].as_array().unwrap();
        assert_eq!(page["total"], list.len());
        list.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    }

    async fn erasure_of(&self, who: Uuid) -> Value {
        self.boss.get(&format!("/api/admin/customers/{who}/erasure")).await.ok()
    }
}

async fn plan(client: &Client, who: Uuid) -> Value {
    let path = format!("/api/admin/customers/{who}/erasure");
    client.post(&path, &json!({ "reason": "Their time is over" })).await.ok()["erasure"].clone()
}

#[tokio::test]
async fn who_was_archived_and_not_heard_of_for_long_enough_is_proposed_and_nobody_else() {
    let desk = Desk::new().await;
    let old = desk.archived("Oldest", 10).await;
    let young = desk.archived("Younger", -10).await;
    let held = desk.archived("Held", 10).await;
    let hold = format!("/api/admin/customers/{held}/holds");
    let hold = desk.boss.post(&hold, &json!({ "reason": "Court case" })).await.ok();
    // Archived as long ago, but heard of since, each in another way.
    let ticket = desk.archived("Ticket", 10).await;
    desk.app.ticket(ticket, "CLOSED", "NORMAL").await;
    let moved = desk.archived("Moved", 10).await;
    desk.app.booking(moved).at("2015-01-05T09:00:00Z").paid(45_000).insert().await;
    let late = desk.ago(PERIOD, -10);
    desk.app
        .sql
        .execute("update bookings set scheduled_at = $2 where customer_id = $1", &[&moved, &late])
        .await
        .unwrap();
    let mailed = desk.archived("Mailed", 10).await;
    let mail = "insert into mails (id, customer_id, to_address, subject, body_text, state, message_id, created_at, sent_at)
        values (gen_random_uuid(), $1, 'a@example.com', 's', 'b', 'sent', 'm', $2, $2)";
    desk.app.sql.execute(mail, &[&mailed, &late]).await.unwrap();
    let back = desk.archived("Back", 10).await;
    desk.boss.act(&format!("/api/admin/customers/{back}/restore")).await.ok();

    let run = desk.dry_run().await;
    let one = of(&run, "archived_customers");
    assert_eq!((&one["due"], &one["held"], &one["gone"]), (&json!(1), &json!(1), &json!(0)), "{one:#}");
    assert_eq!(one["examples"][0]["customerId"], json!(old));
    assert_eq!(desk.proposed().await, [""; 0], "it only looked");

    desk.boss.put(super::PATH, 0, &json!({ "isOn": true })).await.ok();
    let run = desk.night().await;
    let one = of(&run, "archived_customers");
    assert_eq!((&one["gone"], one.get("failure")), (&json!(1), None), "{one:#}");
    assert_eq!(desk.proposed().await, ["Oldest"]);
    let page = desk.boss.get(&format!("/api/admin/customers/{old}")).await.ok();
    assert_eq!((&page["name"], &page["erasedAt"]), (&json!("Oldest"), &Value::Null), "nobody is gone");
    let timeline = desk.boss.get(&format!("/api/admin/customers/{old}/timeline")).await.ok();
    let told = timeline["entries"].as_array().unwrap().iter();
    let told = told.filter(|one| one["action"] == "erasure.proposed").count();
    assert_eq!(told, 1, "{timeline:#}");
    assert_eq!(desk.erasure_of(old).await["proposal"]["lastContactAt"], page["archivedAt"]);
    assert_eq!(desk.erasure_of(young).await.get("proposal"), None);
    assert_eq!(of(&desk.dry_run().await, "archived_customers")["due"], 0, "who is proposed is not due again");

    // A hold that is lifted, and the minutes that were missing.
    let lift = format!("/api/admin/holds/{}/lift", hold["holds"][0]["id"].as_str().unwrap());
    desk.boss.post(&lift, &json!({ "reason": "It is over" })).await.ok();
    desk.app.advance(SignedDuration::from_mins(15));
    desk.night().await;
    let mut found = desk.proposed().await;
    found.sort_unstable();
    assert_eq!(found, ["Held", "Mailed", "Moved", "Oldest", "Younger"]);
    let first = desk.boss.get(&format!("{PROPOSALS}?limit=2")).await.ok();
    let after = first["next"].as_str().unwrap();
    let rest = desk.boss.get(&format!("{PROPOSALS}?limit=200&after={after}")).await.ok();
    assert_eq!(rest["proposals"].as_array().unwrap().len(), 3);
    assert!(rest.get("next").is_none() && first["total"] == 5);

    desk.app.as_role(Role::Support).await.get(PROPOSALS).await.problem(403, "not_permitted");
    desk.boss.get(&format!("{PROPOSALS}?after=x")).await.invalid("after");
    desk.boss.get(&format!("{PROPOSALS}?limit=0")).await.invalid("limit");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_proposal_falls_away_with_its_reason_and_ends_as_every_erasure_does() {
    let desk = Desk::new().await;
    let mut people = Vec::new();
    for name in ["Erased", "Restored", "Heard", "Holder"] {
        people.push(desk.archived(name, 10).await);
    }
    let [erased, restored, heard, holder] = people.try_into().unwrap();
    desk.switched_on().await;
    desk.night().await;
    assert_eq!(desk.proposed().await.len(), 4);

    desk.boss.act(&format!("/api/admin/customers/{restored}/restore")).await.ok();
    desk.app.ticket(heard, "OPEN", "NORMAL").await;
    let hold = format!("/api/admin/customers/{holder}/holds");
    desk.boss.post(&hold, &json!({ "reason": "Court case" })).await.ok();
    assert_eq!(desk.proposed().await, ["Erased"]);
    // Archived again, their time begins anew.
    desk.boss.delete(&format!("/api/admin/customers/{restored}")).await.ok();
    desk.night().await;
    assert_eq!(desk.proposed().await, ["Erased"]);

    let planned = plan(&desk.boss, erased).await;
    assert_eq!(desk.proposed().await, [""; 0], "it is planned");
    desk.boss.act(&format!("/api/admin/erasures/{}/withdraw", id(&planned))).await.ok();
    assert_eq!(desk.proposed().await, ["Erased"], "it still is their time");
    let planned = plan(&desk.boss, erased).await;
    let approve = format!("/api/admin/erasures/{}/approve", id(&planned));
    let hash = json!({ "planHash": planned["planHash"] });
    desk.boss.post(&approve, &hash).await.problem(403, "own_plan");
    let reviewer = desk.app.as_role(Role::Reviewer).await;
    reviewer.post(&approve, &hash).await.ok();
    desk.app.run_jobs().await;
    assert!(desk.erasure_of(erased).await["erasedAt"].is_string());
    assert_eq!(desk.proposed().await, [""; 0]);
    let run = desk.night().await;
    assert_eq!(of(&run, "archived_customers")["due"], 0);

    for statement in [
        "update erasure_proposals set proposed_at = now()",
        "delete from erasure_proposals",
        "truncate erasure_proposals",
    ] {
        assert!(desk.app.sql.batch_execute(statement).await.is_err(), "{statement}");
    }
    desk.app.finish().await;
}
