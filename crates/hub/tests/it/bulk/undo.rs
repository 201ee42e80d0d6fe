//! Taking back: what the run did, and nothing that somebody did since.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::{archive, became, counts, done, ids, matching, no_vip, read, restore, select, start, undo, vip};
use crate::support::{Client, TestApp, id};

async fn undone(app: &TestApp, client: &Client, run: &Value) -> Value {
    let undo = undo(client, run).await.ok();
    app.run_jobs().await;
    read(client, &undo).await
}

async fn three(client: &Client) -> [Value; 3] {
    [
        client.create_customer("Anna", "anna@example.com").await,
        client.create_customer("Bert", "bert@example.com").await,
        client.create_customer("Carl", "carl@example.com").await,
    ]
}

async fn flags(client: &Client, customer: &Value) -> Value {
    client.get(&format!("/api/admin/customers/{}", id(customer))).await.ok()["flags"].clone()
}

#[tokio::test]
async fn flags_that_it_added_and_that_still_stand_go() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Finance).await;
    let [anna, bert, carl] = three(&app.as_role(Role::Support).await).await;
    let customers = [anna, bert, carl];
    let selection = select(&client, ids(&customers)).await;
    // Carl has had his for longer.
    let act = |customer: &Value, body: &Value| {
        client.post(&format!("/api/admin/customers/{}/actions", id(customer)), body)
    };
    act(&customers[2], &vip()).await.ok();
    let run = done(&app, &client, &selection, &vip()).await;
    assert_eq!(counts(&run), [2, 1, 0]);
    // Bert loses it, and is given another of the same kind.
    let page = client.get(&format!("/api/admin/customers/{}", id(&customers[1]))).await.ok();
    let gone = json!({ "action": "remove_flag", "flagId": page["openFlags"][0]["id"], "reason": "No" });
    act(&customers[1], &gone).await.ok();
    act(&customers[1], &vip()).await.ok();

    let taken_back = undone(&app, &client, &run).await;
    assert_eq!((counts(&taken_back), &taken_back["undoes"]), ([1, 1, 0], &run["id"]));
    assert_eq!(
        became(&client, &taken_back, "skipped").await,
        [("Bert".to_owned(), "flag_removed".to_owned())]
    );
    let left = [
        flags(&client, &customers[0]).await,
        flags(&client, &customers[1]).await,
        flags(&client, &customers[2]).await,
    ];
    assert_eq!(left, [json!([]), json!(["vip"]), json!(["vip"])]);
    let run = read(&client, &run).await;
    assert_eq!(
        (&run["undoneBy"], &run["undo"]["reason"]),
        (&taken_back["id"], &json!("This run is taken back already."))
    );
    undo(&client, &run).await.problem(409, "run_undone");
    undo(&client, &taken_back).await.problem(409, "run_is_undo");
    app.finish().await;
}

#[tokio::test]
async fn those_that_it_archived_and_that_still_are_come_back() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let [anna, bert, carl] = three(&client).await;
    let customers = [anna, bert, carl];
    let selection = select(&client, ids(&customers)).await;
    let run = done(&app, &client, &selection, &archive()).await;
    assert_eq!(counts(&run), [3, 0, 0]);
    app.advance(SignedDuration::from_secs(5));
    let path = |customer: &Value| format!("/api/admin/customers/{}", id(customer));
    // Bert is brought back and archived anew; Carl's address has gone to somebody else.
    client.act(&format!("{}/restore", path(&customers[1]))).await.ok();
    client.delete(&path(&customers[1])).await.ok();
    client.create_customer("Carla", "carl@example.com").await;

    let taken_back = undone(&app, &client, &run).await;
    assert_eq!(counts(&taken_back), [1, 1, 1]);
    assert_eq!(
        became(&client, &taken_back, "skipped").await,
        [("Bert".to_owned(), "changed_since".to_owned())]
    );
    assert_eq!(
        became(&client, &taken_back, "refused").await,
        [("Carl".to_owned(), "email_taken".to_owned())]
    );
    assert_eq!(client.names("sortBy=name").await, ["Anna", "Carla"]);
    app.finish().await;
}

#[tokio::test]
async fn those_that_it_restored_are_archived() {
    let app = TestApp::new().await;
    app.many_customers(120).await;
    let client = app.as_role(Role::Ops).await;
    let selection = matching(&client, "bulk").await;
    done(&app, &client, &selection, &archive()).await;
    app.advance(SignedDuration::from_secs(5));
    let trash = select(&client, json!({ "filter": { "status": "archived" } })).await;
    let run = done(&app, &client, &trash, &restore()).await;
    assert_eq!(counts(&run), [120, 0, 0]);
    let taken_back = undone(&app, &client, &run).await;
    assert_eq!((counts(&taken_back), client.names("").await.len()), ([120, 0, 0], 0));
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_taken_back_says_why() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let customers = three(&client).await;
    let selection = select(&client, ids(&customers)).await;
    done(&app, &client, &selection, &vip()).await;
    let removed = done(&app, &client, &selection, &no_vip()).await;
    assert_eq!(removed["undo"]["allowed"], false);
    undo(&client, &removed).await.problem(409, "not_undoable");
    let nothing = done(&app, &client, &selection, &no_vip()).await;
    undo(&client, &nothing).await.problem(409, "nothing_to_undo");
    // An undo that was stopped may be begun again.
    let archived = done(&app, &client, &selection, &archive()).await;
    let first = undo(&client, &archived).await.ok();
    undo(&client, &archived).await.problem(409, "run_undone");
    client.act(&format!("{}/{}/stop", super::RUNS, id(&first))).await.ok();
    app.run_jobs().await;
    assert_eq!(counts(&undone(&app, &client, &archived).await), [3, 0, 0]);
    let support = app.as_role(Role::Support).await;
    undo(&support, &archived).await.problem(403, "not_permitted");
    start(&support, &selection, &vip()).await.problem(404, "not_found");
    app.finish().await;
}
