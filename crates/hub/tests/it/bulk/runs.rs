//! Runs: each customer as the single act would, with its event; stopped, killed, and by whom.

use serde_json::{Value, json};
use staff::Role;

use super::{
    RUNS, archive, became, counts, crowd, done, event_count, ids, matching, read, select, start, vip,
};
use crate::support::{TestApp, id};

#[tokio::test]
async fn each_customer_has_the_event_of_the_single_act() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let crowd = crowd(&app, &client).await;
    let selection = select(&client, ids(&crowd)).await;
    let act = json!({ "action": "add_flag", "kind": "payment_risk", "reason": " Disputed ", "expiresOn": "2026-12-31" });
    let run = done(&app, &client, &selection, &act).await;
    assert_eq!(counts(&run), [3, 0, 2]);
    assert_eq!((&run["kind"], &run["expiresOn"]), (&json!("payment_risk"), &json!("2026-12-31")));
    assert_eq!(run["requestedByName"], "Operations 0");
    let page = client.get(&format!("/api/admin/customers/{}", id(&crowd[0]))).await.ok();
    let flag = &page["openFlags"][0];
    assert_eq!((&flag["reason"], &flag["raisedByName"]), (&json!("Disputed"), &json!("Operations 0")));
    let rows = app
        .sql
        .query(
            "select staff_id, role, ip::text, user_agent, details ->> 'bulkRunId' from events where action = 'flag.added'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert_eq!(row.get::<_, kernel::StaffId>(0), client.staff.unwrap());
        let (role, ip, agent, of): (String, String, String, String) =
            (row.get(1), row.get(2), row.get(3), row.get(4));
        assert_eq!((role.as_str(), ip.as_str(), agent.as_str()), ("ops", "192.0.2.10/32", "Desk/1.0"));
        assert_eq!(of, id(&run));
    }
    assert_eq!(app.last_values("flag.added").await.after.unwrap()["reason"], "Disputed");
    for (action, count) in [("bulk_run.started", 1), ("bulk_run.finished", 1), ("bulk_run.advanced", 0)] {
        assert_eq!(event_count(&app, action).await, count, "{action}");
    }
    // Its words are in the flags, from which erasure takes them, and no longer in the run.
    let given = app.sql.query_one("select given from bulk_runs", &[]).await.unwrap();
    assert_eq!(given.get::<_, Value>(0), json!({ "kind": "payment_risk", "expiresOn": "2026-12-31" }));
    assert_eq!(
        became(&client, &run, "refused").await,
        [("Crowd 3 Archived".into(), "archived".into()), ("Crowd 5 Erased".into(), "erased".to_owned())]
    );
    app.finish().await;
}

#[tokio::test]
async fn runs_are_listed_with_who_and_how_many() {
    let app = TestApp::new().await;
    app.many_customers(3).await;
    let client = app.as_role(Role::Ops).await;
    let selection = matching(&client, "bulk").await;
    for _ in 0..3 {
        done(&app, &client, &selection, &vip()).await;
        app.advance(jiff::SignedDuration::from_secs(1));
    }
    let reader = app.as_role(Role::ReadOnly).await;
    let page = reader.get(&format!("{RUNS}?limit=2")).await.ok();
    let runs = page["runs"].as_array().unwrap();
    assert_eq!(runs.iter().map(counts).collect::<Vec<_>>(), [[0, 3, 0], [0, 3, 0]]);
    let next = reader.get(&format!("{RUNS}?limit=2&after={}", page["next"].as_str().unwrap())).await.ok();
    assert_eq!((counts(&next["runs"][0]), &next["next"]), ([3, 0, 0], &Value::Null));
    assert_eq!(next["runs"][0]["undo"]["reason"], "Your role (Read only) may not flag customers.");
    let run = &next["runs"][0];
    let customers = |query: &str| format!("{RUNS}/{}/customers?{query}", id(run));
    let first = reader.get(&customers("outcome=changed&limit=2")).await.ok();
    let after = first["next"].as_str().unwrap();
    let second = reader.get(&customers(&format!("outcome=changed&limit=2&after={after}"))).await.ok();
    assert_eq!(
        (&second["customers"][0]["customerName"], &second["next"]),
        (&json!("Bulk 0003"), &Value::Null)
    );
    reader.get(&customers("outcome=lost")).await.invalid("outcome");
    reader.get(&customers("outcome=changed&after=x")).await.invalid("after");
    reader.get(&customers("")).await.invalid("outcome");
    reader.get(&format!("{RUNS}?after=x")).await.invalid("after");
    app.finish().await;
}

#[tokio::test]
async fn a_run_that_is_stopped_leaves_the_rest_alone() {
    let app = TestApp::new().await;
    app.many_customers(250).await;
    let client = app.as_role(Role::Ops).await;
    let selection = matching(&client, "bulk").await;
    let run = start(&client, &selection, &archive()).await.ok();
    assert_eq!((&run["state"], &run["stop"]), (&json!("running"), &json!({ "allowed": true })));
    assert_eq!(run["undo"]["reason"], "This run is still at work. Stop it first.");
    super::undo(&client, &run).await.problem(409, "run_running");
    app.as_role(Role::Support)
        .await
        .act(&format!("{RUNS}/{}/stop", id(&run)))
        .await
        .problem(403, "not_permitted");
    let other = app.as_role(Role::Superadmin).await;
    let stopped = other.act(&format!("{RUNS}/{}/stop", id(&run))).await.ok();
    assert_eq!((&stopped["state"], &stopped["stoppedByName"]), (&json!("stopped"), &json!("Superadmin 2")));
    other.act(&format!("{RUNS}/{}/stop", id(&run))).await.problem(409, "run_over");
    app.run_jobs().await;
    assert_eq!(
        (counts(&read(&client, &run).await), event_count(&app, "customer.archived").await),
        ([0; 3], 0)
    );
    // A right that goes ends what was asked for with it.
    let run = start(&client, &selection, &archive()).await.ok();
    let staff = client.staff.unwrap();
    app.sql.execute("update staff set role = 'support' where id = $1", &[&staff]).await.unwrap();
    app.run_jobs().await;
    let ended = read(&other, &run).await;
    assert_eq!(
        (&ended["state"], &ended["stoppedByName"], counts(&ended)),
        (&json!("stopped"), &Value::Null, [0; 3])
    );
    assert_eq!(event_count(&app, "customer.archived").await, 0);
    app.finish().await;
}

/// Whatever stops it, a part is done whole and once, or not at all.
#[tokio::test]
async fn a_run_that_broke_goes_on_without_doing_anything_twice() {
    let app = TestApp::new().await;
    app.many_customers(250).await;
    let client = app.as_role(Role::Ops).await;
    let selection = matching(&client, "bulk").await;
    let run = start(&client, &selection, &vip()).await.ok();
    let broken = "create function break_flag() returns trigger language plpgsql as $$ begin
            if exists (select from customers where id = new.customer_id and name = 'Bulk 0150') then
                raise exception 'broken on purpose';
            end if; return new; end $$;
        create trigger broken before insert on flags for each row execute function break_flag()";
    app.sql.batch_execute(broken).await.unwrap();
    app.run_jobs().await;
    assert_eq!(
        (counts(&read(&client, &run).await), event_count(&app, "flag.added").await),
        ([100, 0, 0], 100)
    );
    app.sql.batch_execute("drop trigger broken on flags; drop function break_flag()").await.unwrap();
    app.advance(jiff::SignedDuration::from_mins(1));
    app.run_jobs().await;
    let run = read(&client, &run).await;
    assert_eq!((counts(&run), &run["state"]), ([250, 0, 0], &json!("finished")));
    assert_eq!(event_count(&app, "flag.added").await, 250);
    app.finish().await;
}

/// One whom the database refuses does not take the others of its part along.
#[tokio::test]
async fn a_conflict_that_only_the_database_sees_is_one_customers() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::Ops).await;
    let mut twins = Vec::new();
    for number in 1..=3 {
        let twin = client.create_customer(&format!("Twin {number}"), "twin@example.com").await;
        client.delete(&format!("/api/admin/customers/{}", id(&twin))).await.ok();
        twins.push(twin);
    }
    let selection = select(&client, ids(&twins)).await;
    let run = done(&app, &client, &selection, &super::restore()).await;
    assert_eq!(counts(&run), [1, 0, 2]);
    let codes: Vec<String> =
        became(&client, &run, "refused").await.into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["email_taken", "email_taken"]);
    app.finish().await;
}

#[tokio::test]
async fn two_runs_over_the_same_customers_share_them() {
    let app = TestApp::new().await;
    app.many_customers(230).await;
    let (one, other) = (app.as_role(Role::Ops).await, app.as_role(Role::Superadmin).await);
    let first = start(&one, &matching(&one, "bulk").await, &vip()).await.ok();
    let backwards = select(&other, json!({ "filter": {}, "sortBy": "name", "sortOrder": "desc" })).await;
    let second = start(&other, &backwards, &vip()).await.ok();
    tokio::join!(app.run_jobs(), app.run_jobs());
    app.advance(jiff::SignedDuration::from_mins(1));
    app.run_jobs().await;
    let (first, second) = (read(&one, &first).await, read(&other, &second).await);
    assert_eq!((&first["state"], &second["state"]), (&json!("finished"), &json!("finished")));
    assert_eq!(counts(&first)[0] + counts(&second)[0], 230);
    assert_eq!(event_count(&app, "flag.added").await, 230);
    app.finish().await;
}

#[tokio::test]
async fn an_act_needs_the_right_of_the_single_one() {
    let app = TestApp::new().await;
    app.many_customers(2).await;
    let support = app.as_role(Role::Support).await;
    let selection = matching(&support, "bulk").await;
    assert_eq!(
        selection["acts"]["archive"]["reason"],
        "Your role (Support) may not archive and restore customers."
    );
    let problem = start(&support, &selection, &archive()).await.problem(403, "not_permitted");
    assert_eq!(problem["permission"], "customer.archive");
    start(&support, &selection, &vip()).await.ok();
    app.run_jobs().await;
    let reader = app.as_role(Role::ReadOnly).await;
    reader.post(super::SELECTIONS, &json!({ "filter": {} })).await.problem(403, "not_permitted");
    app.finish().await;
}

#[tokio::test]
async fn a_run_that_counts_wrong_and_an_act_without_its_event_are_noticed() {
    for harm in [
        "alter table bulk_runs disable trigger all; update bulk_runs set changed = changed - 1, skipped = skipped + 1",
        "alter table bulk_outcomes disable trigger all; alter table bulk_runs disable trigger all;
         insert into bulk_outcomes (run_id, customer_id, position, outcome, at)
         select r.id, c.id, 9, 'changed', now() from bulk_runs r, customers c where c.name = 'Emma';
         update bulk_runs set total = total + 1, changed = changed + 1",
    ] {
        let app = TestApp::new().await;
        app.many_customers(2).await;
        let client = app.as_role(Role::Ops).await;
        client.create_customer("Emma", "emma@example.com").await;
        let run = done(&app, &client, &matching(&client, "bulk").await, &vip()).await;
        assert_eq!(counts(&run), [2, 0, 0]);
        assert!(crate::harness::is_content(&app).await);
        app.sql.batch_execute(harm).await.unwrap();
        assert!(!crate::harness::is_content(&app).await, "{harm}");
        app.abandon();
    }
}
