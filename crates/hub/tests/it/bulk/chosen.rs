//! Choosing: what is frozen, for whom, for how long; and what is said before anything is done.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::{SELECTIONS, archive, crowd, done, ids, matching, no_vip, preview, restore, select, start, vip};
use crate::support::{TestApp, fresh_key, id};

#[tokio::test]
async fn who_was_chosen_stays_chosen() {
    let app = TestApp::new().await;
    app.many_customers(230).await;
    let client = app.as_role(Role::Ops).await;
    let selection = matching(&client, "bulk").await;
    assert_eq!(selection["count"], 230);
    let names: Vec<&str> =
        selection["sample"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!((names.len(), names[0], names[9]), (10, "Bulk 0001", "Bulk 0010"));
    assert_eq!(selection["acts"]["archive"], json!({ "allowed": true }));
    client.create_customer("Bulk late", "late@example.com").await;
    let run = done(&app, &client, &selection, &archive()).await;
    assert_eq!(
        (&run["total"], &run["changed"], &run["state"]),
        (&json!(230), &json!(230), &json!("finished"))
    );
    assert_eq!(client.names("search=bulk").await, ["Bulk late"]);
    // Exactly the parts that were frozen, in list order.
    let parts = "select cardinality(customer_ids) from selection_parts order by part";
    let sizes: Vec<i32> = app.sql.query(parts, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(sizes, [100, 100, 30]);
    app.finish().await;
}

#[tokio::test]
async fn a_selection_is_its_makers_and_ends() {
    let app = TestApp::new().await;
    app.many_customers(3).await;
    let anna = app.as_role(Role::Ops).await;
    let bert = app.as_role(Role::Ops).await;
    let selection = matching(&anna, "bulk").await;
    start(&bert, &selection, &archive()).await.problem(404, "not_found");
    let path = format!("{SELECTIONS}/{}", id(&selection));
    bert.post(&format!("{path}/preview"), &archive()).await.problem(404, "not_found");
    bert.act(&format!("{path}/export")).await.problem(404, "not_found");
    let run = done(&app, &anna, &selection, &vip()).await;
    assert_eq!(run["changed"], 3);
    let other = matching(&anna, "bulk").await;

    app.advance(SignedDuration::from_mins(61));
    let anna = app.signed_in(anna.staff.unwrap()).await;
    start(&anna, &selection, &archive()).await.problem(409, "selection_expired");
    anna.post(&format!("{path}/preview"), &archive()).await.problem(409, "selection_expired");
    anna.act(&format!("{path}/export")).await.problem(409, "selection_expired");
    app.run_jobs().await;
    let left = "select (select count(*) from selections), (select count(*) from selection_parts)";
    let left = app.sql.query_one(left, &[]).await.unwrap();
    assert_eq!((left.get::<_, i64>(0), left.get::<_, i64>(1)), (1, 0), "what was acted on keeps its row");
    start(&anna, &other, &archive()).await.problem(404, "not_found");
    app.finish().await;
}

/// What is said before is what becomes of them.
#[tokio::test]
async fn the_preview_tells_the_truth() {
    for (act, change, skip, refuse) in [
        (vip(), vec!["Plain", "Booked"], vec!["flag_exists"], vec!["archived", "erased"]),
        (no_vip(), vec!["Flagged"], vec!["no_such_flag"], vec!["archived", "erased"]),
        (archive(), vec!["Plain", "Flagged"], vec!["archived_already"], vec!["active_bookings", "erased"]),
        (restore(), vec!["Archived"], vec!["not_archived"], vec![]),
    ] {
        let app = TestApp::new().await;
        let client = app.as_role(Role::Ops).await;
        let selection = select(&client, ids(&crowd(&app, &client).await)).await;
        let said = preview(&client, &selection, &act).await;
        let names = |list: &Value| -> Vec<String> {
            let list = list.as_array().unwrap();
            list.iter()
                .map(|one| one["name"].as_str().unwrap().rsplit(' ').next().unwrap().to_owned())
                .collect()
        };
        let codes = |list: &Value| -> Vec<String> {
            list.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&said["sample"]), change, "{act}");
        assert_eq!((codes(&said["skip"]), codes(&said["refuse"])), (owned(&skip), owned(&refuse)), "{act}");
        let sum = |list: &Value| {
            list.as_array().unwrap().iter().map(|one| one["count"].as_i64().unwrap()).sum::<i64>()
        };
        let run = done(&app, &client, &selection, &act).await;
        let said = [said["change"].as_i64().unwrap(), sum(&said["skip"]), sum(&said["refuse"])];
        assert_eq!((super::counts(&run), said.iter().sum::<i64>()), (said, 5), "{act}");
        for (outcome, expected) in [("skipped", &skip), ("refused", &refuse)] {
            let mut found: Vec<String> =
                super::became(&client, &run, outcome).await.into_iter().map(|(_, code)| code).collect();
            found.sort();
            found.dedup();
            assert_eq!(found, owned(expected), "{act}");
        }
        app.finish().await;
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn what_cannot_be_chosen_or_done_is_refused() {
    let app = TestApp::with(|settings| settings.bulk_customers = 3).await;
    let client = app.as_role(Role::Ops).await;
    let emma = client.create_customer("Emma", "emma@example.com").await;
    let nobody = "01890a5d-ac96-774b-bcce-b302099a8057";
    let refuse = async |body: Value, field: &str| client.post(SELECTIONS, &body).await.invalid(field);
    refuse(json!({}), "customers").await;
    refuse(json!({ "customers": [] }), "customers").await;
    refuse(json!({ "customers": [id(&emma), nobody] }), "customers").await;
    refuse(json!({ "customers": vec![nobody; 2001] }), "customers").await;
    refuse(json!({ "customers": [id(&emma)], "filter": {} }), "filter").await;
    refuse(json!({ "customers": [id(&emma)], "sortBy": "name" }), "sortBy").await;
    refuse(json!({ "customers": ["x"] }), "customers[0]").await;
    refuse(json!({ "filter": { "minLtv": 2, "maxLtv": 1 } }), "maxLtv").await;
    refuse(json!({ "filter": {}, "nonsense": 1 }), "nonsense").await;
    client
        .post(SELECTIONS, &json!({ "filter": { "search": "nobody" } }))
        .await
        .problem(409, "nobody_selected");
    // One named twice counts once.
    assert_eq!(select(&client, json!({ "customers": [id(&emma), id(&emma)] })).await["count"], 1);

    app.many_customers(3).await;
    let problem = client.post(SELECTIONS, &json!({ "filter": {} })).await.problem(409, "selection_too_large");
    assert_eq!(problem["most"], 3);
    let selection = matching(&client, "bulk").await;
    assert_eq!(selection["count"], 3);
    for (act, field) in [
        (json!({ "action": "delete" }), "action"),
        (json!({ "action": "restore", "reason": "x" }), "reason"),
        (json!({ "action": "archive", "reason": "x".repeat(501) }), "reason"),
        (json!({ "action": "add_flag", "kind": "vip", "reason": " " }), "reason"),
        (json!({ "action": "add_flag", "kind": "rude", "reason": "x" }), "kind"),
        (
            json!({ "action": "add_flag", "kind": "vip", "reason": "x", "expiresOn": "2026-11-21" }),
            "expiresOn",
        ),
        (json!({ "action": "remove_flag", "kind": "vip" }), "reason"),
        (json!({ "action": "remove_flag", "kind": "vip", "reason": "x".repeat(501) }), "reason"),
    ] {
        start(&client, &selection, &act).await.invalid(field);
        client.post(&format!("{SELECTIONS}/{}/preview", id(&selection)), &act).await.invalid(field);
    }
    let run = format!("{SELECTIONS}/{}/run", id(&selection));
    client.post(&run, &archive()).await.problem(400, "idempotency_key_required");
    let count = app.sql.query_one("select count(*) from bulk_runs", &[]).await.unwrap();
    assert_eq!(count.get::<_, i64>(0), 0);
    app.finish().await;
}

#[tokio::test]
async fn an_export_holds_exactly_who_was_chosen() {
    let app = TestApp::new().await;
    app.many_customers(120).await;
    let client = app.as_role(Role::Finance).await;
    let selection = matching(&client, "bulk").await;
    app.as_role(Role::Ops).await.create_customer("Bulk late", "late@example.com").await;
    let answer = client.act(&format!("{SELECTIONS}/{}/export", id(&selection))).await;
    answer.has_status(200);
    assert_eq!(answer.header("x-total-count"), "120");
    let mut reader = csv::Reader::from_reader(answer.body.as_ref());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let names: Vec<&str> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!((names.len(), names[0], names[119]), (120, "Bulk 0001", "Bulk 0120"));
    assert!(
        rows.iter().all(|row| &row[17] == answer.header("x-export-event")),
        "every row leads back to its event"
    );
    let event = answer.header("x-export-event").to_owned();
    let told = app.as_role(Role::Reviewer).await.get(&format!("/api/admin/audit/{event}")).await.ok();
    assert_eq!((&told["action"], &told["subjectId"]), (&json!("customers.exported"), &selection["id"]));
    let support = app.as_role(Role::Support).await;
    let own = matching(&support, "bulk").await;
    assert_eq!(own["acts"]["export"]["reason"], "Your role (Support) may not export customers.");
    let refused =
        support.act(&format!("{SELECTIONS}/{}/export", id(&own))).await.problem(403, "not_permitted");
    assert_eq!(refused["permission"], "customer.export");
    app.finish().await;
}

#[tokio::test]
async fn the_same_run_asked_for_twice_is_one() {
    let app = TestApp::new().await;
    app.many_customers(3).await;
    let client = app.as_role(Role::Support).await;
    let selection = matching(&client, "bulk").await;
    let (path, key) = (format!("{SELECTIONS}/{}/run", id(&selection)), fresh_key());
    let first = client.post(&path, &vip()).header("idempotency-key", &key).await.ok();
    let again = client.post(&path, &vip()).header("idempotency-key", &key).await;
    assert_eq!(again.changed_nothing(), first);
    client
        .post(&path, &no_vip())
        .header("idempotency-key", &key)
        .await
        .problem(422, "idempotency_key_reused");
    app.run_jobs().await;
    let once_more = client.post(&path, &vip()).header("idempotency-key", &key).await;
    assert_eq!(once_more.changed_nothing()["state"], "finished");
    assert_eq!(super::event_count(&app, "flag.added").await, 3);
    app.finish().await;
}
