//! Who is archived: since when, by whom, and why; and the way back.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::{done, ids, select};
use crate::support::{TestApp, id};

const TRASH: &str = "/api/admin/trash";

fn names(page: &Value) -> Vec<&str> {
    page["customers"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_trash_says_who_archived_whom_and_why() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let mut made = Vec::new();
    for name in ["Anna Smith", "Bert Smith", "Carl Jones"] {
        made.push(client.create_customer(name, &format!("{}@example.com", &name[..4])).await);
    }
    client.delete(&format!("/api/admin/customers/{}", id(&made[0]))).await.ok();
    app.advance(SignedDuration::from_secs(5));
    let selection = select(&client, ids(&made[1..])).await;
    let act = json!({ "action": "archive", "reason": " Moved abroad " });
    let run = done(&app, &client, &selection, &act).await;
    assert_eq!(run["changed"], 2);

    let reader = app.as_role(Role::ReadOnly).await;
    let page = reader.get(TRASH).await.ok();
    assert_eq!((names(&page).len(), names(&page)[2], &page["total"]), (3, "Anna Smith", &json!(3)));
    let (many, one) = (&page["customers"][0], &page["customers"][2]);
    assert_eq!(
        (&many["archivedByName"], &many["archiveReason"]),
        (&json!("Operations 0"), &json!("Moved abroad"))
    );
    assert_eq!((&many["bulkRunId"], &one["bulkRunId"]), (&run["id"], &Value::Null));
    assert_eq!((&one["archivedAt"], &one["archiveReason"]), (&json!("2026-11-22T10:00:00Z"), &Value::Null));
    assert_eq!(one["restore"]["reason"], "Your role (Read only) may not archive and restore customers.");
    assert_eq!(app.last_values("customer.archived").await.after.unwrap()["archiveReason"], "Moved abroad");

    let found = client.get(&format!("{TRASH}?search=smith")).await.ok();
    assert_eq!((names(&found), &found["total"]), (vec!["Bert Smith", "Anna Smith"], &json!(2)));
    let mut walked = Vec::new();
    let mut path = format!("{TRASH}?limit=1");
    loop {
        let page = client.get(&path).await.ok();
        walked.extend(names(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{TRASH}?limit=1&after={next}");
    }
    assert_eq!(walked, names(&page));

    // Who is back is no longer there, and nothing is left of why they were.
    client.act(&format!("/api/admin/customers/{}/restore", id(&made[1]))).await.ok();
    assert_eq!(names(&client.get(TRASH).await.ok()), ["Carl Jones", "Anna Smith"]);
    let reason = "select archive_reason from customers where name = 'Bert Smith'";
    assert_eq!(app.sql.query_one(reason, &[]).await.unwrap().get::<_, Option<&str>>(0), None);
    client.get(&format!("{TRASH}?after=x")).await.invalid("after");
    client.get(&format!("{TRASH}?limit=0")).await.invalid("limit");
    client.get(&format!("{TRASH}?search=%00")).await.invalid("search");
    app.finish().await;
}
