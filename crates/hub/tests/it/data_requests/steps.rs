//! A case from the day it comes to the day it is closed.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::Role;

use super::{Desk, LIST, act, create, fulfil, may, read};
use crate::support::id;

#[tokio::test]
async fn a_request_goes_from_receipt_to_closing() {
    let desk = Desk::new().await;
    let case = desk.received("access", "2026-11-20").await;
    assert_eq!(
        (&case["state"], &case["dueOn"], &case["daysLeft"]),
        (&json!("received"), &json!("2026-12-21"), &json!(29))
    );
    let confirm = json!({ "action": "confirm_identity", "on": "2026-11-21", "method": "account" });
    let case = act(&desk.ops, &case, &confirm).await.ok();
    assert_eq!((&case["state"], &case["dueOn"]), (&json!("in_progress"), &json!("2026-12-21")));
    let case = act(&desk.ops, &case, &fulfil()).await.ok();
    assert_eq!(case["state"], "review");
    assert_eq!(
        may(&case, "approve")["reason"],
        "Somebody else has to approve it: you have prepared this answer."
    );
    let word = json!({ "action": "approve", "word": "Complete, nothing of other people" });
    act(&desk.ops, &case, &word).await.problem(403, "own_preparation");
    let case = act(&desk.reviewer, &case, &word).await.ok();
    assert_eq!(case["state"], "approved");
    let sent = json!({ "action": "answer", "on": "2026-11-22", "via": "letter", "rightsTold": true });
    let case = act(&desk.ops, &case, &sent).await.ok();
    assert_eq!((&case["state"], &case["outcome"]), (&json!("delivered"), &json!("delivered")));
    assert!(case.get("daysLeft").is_none());
    let case = act(&desk.ops, &case, &json!({ "action": "close" })).await.ok();
    let states: Vec<&Value> = case["steps"].as_array().unwrap().iter().map(|step| &step["state"]).collect();
    assert_eq!(
        json!(states),
        json!(["received", "in_progress", "review", "approved", "delivered", "closed"])
    );
    act(&desk.ops, &case, &json!({ "action": "close" })).await.problem(409, "not_now");

    let path = format!("/api/admin/customers/{}/timeline", id(&desk.customer));
    let timeline = desk.ops.get(&path).await.ok();
    let told: Vec<&str> = timeline["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["summary"].as_str())
        .collect();
    for summary in [
        "received",
        "identity confirmed",
        "answer prepared for review",
        "answer approved",
        "delivered",
        "closed",
    ] {
        let sentence = format!("Data request DR-{} (access): {summary}", case["number"]);
        assert!(told.contains(&sentence.as_str()), "{sentence:?} in {told:#?}");
    }
    desk.app.finish().await;
}

#[tokio::test]
async fn somebody_unknown_is_written_down_and_found_later() {
    let desk = Desk::new().await;
    let mut given = desk.input("erasure", "2026-11-22");
    given["customerId"] = Value::Null;
    assert_eq!(create(&desk.ops, &given).await.problem(422, "invalid_field")["field"], "requester");
    given["requester"] = json!("Emma, emma.private@example.org");
    let case = create(&desk.ops, &given).await.ok();
    assert!(case.get("customerId").is_none());
    let asked = act(&desk.ops, &case, &json!({ "action": "ask_identity", "on": "2026-11-22" })).await.ok();
    assert_eq!(asked["state"], "identity_check");
    assert!(asked.get("dueOn").is_none(), "the month has not begun: {asked}");
    act(&desk.ops, &asked, &fulfil()).await.problem(409, "identity_unknown");

    let nobody = json!({ "action": "identify", "customerId": "01890a5d-ac96-774b-bcce-b302099a8057" });
    assert_eq!(act(&desk.ops, &asked, &nobody).await.problem(422, "invalid_field")["field"], "customerId");
    let found = json!({ "action": "identify", "customerId": id(&desk.customer) });
    let found = act(&desk.ops, &asked, &found).await.ok();
    assert_eq!(found["customerName"], "Emma Davis");
    desk.app.advance(SignedDuration::from_hours(24 * 5));
    let ops = desk.app.as_role(Role::Ops).await;
    let confirm = json!({ "action": "confirm_identity", "on": "2026-11-27", "method": "other" });
    assert_eq!(act(&ops, &found, &confirm).await.problem(422, "invalid_field")["field"], "note");
    let confirm = json!({ "action": "confirm_identity", "on": "2026-11-27", "method": "document" });
    let known = act(&ops, &found, &confirm).await.ok();
    assert_eq!(known["dueOn"], "2026-12-29", "a month from the proof, past Christmas");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_question_stops_the_clock_of_access_and_of_nothing_else() {
    let desk = Desk::new().await;
    for (kind, stands, due) in [("access", true, "2026-12-22"), ("erasure", false, "2026-12-21")] {
        let case = desk.identified(kind, "2026-11-20").await;
        let ask = json!({ "action": "ask_clarification", "on": "2026-11-20", "question": "Which years?" });
        let asked = act(&desk.ops, &case, &ask).await.ok();
        assert_eq!(asked.get("dueOn").is_none(), stands, "{kind}");
        act(&desk.ops, &asked, &ask).await.problem(409, "not_now");
        let early = json!({ "action": "receive_clarification", "on": "2026-11-19", "answer": "All" });
        assert_eq!(act(&desk.ops, &asked, &early).await.problem(422, "invalid_field")["field"], "on");
        let answer =
            json!({ "action": "receive_clarification", "on": "2026-11-22", "answer": "All of them" });
        let case = act(&desk.ops, &asked, &answer).await.ok();
        assert_eq!((&case["dueOn"], &case["state"]), (&json!(due), &json!("in_progress")), "{kind}");
    }
    desk.app.finish().await;
}

#[tokio::test]
async fn two_further_months_are_told_within_the_first() {
    let desk = Desk::new().await;
    let case = desk.identified("access", "2026-11-20").await;
    let extend = json!({ "action": "extend", "on": "2026-11-22", "reason": "Forty moves in six years" });
    let longer = act(&desk.ops, &case, &extend).await.ok();
    assert_eq!(longer["dueOn"], "2027-02-22");
    act(&desk.ops, &longer, &extend).await.problem(409, "not_now");

    let late = desk.identified("access", "2026-11-20").await;
    assert_eq!(late["extendBy"], "2026-12-21");
    desk.app.advance(SignedDuration::from_hours(24 * 30));
    let ops = desk.app.as_role(Role::Ops).await;
    let shown = read(&ops, &late).await;
    assert_eq!((&shown["daysLeft"], &may(&shown, "extend")["allowed"]), (&json!(-1), &json!(false)));
    act(&ops, &late, &extend).await.problem(409, "too_late");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_refusal_names_its_ground_and_tells_of_rights() {
    let desk = Desk::new().await;
    let case = desk.received("erasure", "2026-11-20").await;
    let refuse = |ground: Value| json!({ "action": "prepare", "proposal": "refuse", "ground": ground, "withheld": "Invoices of 2025" });
    assert_eq!(
        act(&desk.ops, &case, &refuse(Value::Null)).await.problem(422, "invalid_field")["field"],
        "ground"
    );
    let unfit = act(&desk.ops, &case, &refuse(json!("data_is_accurate"))).await;
    assert_eq!(unfit.problem(422, "invalid_field")["field"], "ground");
    let grounds = case["grounds"].as_array().unwrap();
    let shown = grounds.iter().find(|ground| ground["ground"] == "legal_obligation").unwrap();
    assert_eq!(shown["source"], "UK GDPR Art. 17(3)(b)");

    let case = act(&desk.ops, &case, &refuse(json!("legal_obligation"))).await.ok();
    let back = json!({ "action": "send_back", "word": "Say until when" });
    let case = act(&desk.reviewer, &case, &back).await.ok();
    assert_eq!((&case["state"], &case["reviewWord"]), (&json!("received"), &json!("Say until when")));
    let case = act(&desk.ops, &case, &refuse(json!("legal_obligation"))).await.ok();
    let case = act(&desk.reviewer, &case, &json!({ "action": "approve", "word": "Yes" })).await.ok();
    let mut sent = json!({ "action": "answer", "on": "2026-11-22", "via": "letter", "rightsTold": false });
    assert_eq!(act(&desk.ops, &case, &sent).await.problem(422, "invalid_field")["field"], "rightsTold");
    sent["rightsTold"] = json!(true);
    let case = act(&desk.ops, &case, &sent).await.ok();
    assert_eq!((&case["state"], &case["outcome"]), (&json!("refused"), &json!("refused")));
    desk.app.finish().await;
}

#[tokio::test]
async fn a_complaint_is_acknowledged_first() {
    let desk = Desk::new().await;
    let case = desk.received("complaint", "2026-11-20").await;
    assert_eq!(case["dueOn"], "2026-12-21", "thirty days end on a Sunday");
    assert_eq!(may(&case, "extend")["allowed"], false);
    let case = act(&desk.ops, &case, &json!({ "action": "acknowledge", "on": "2026-11-22" })).await.ok();
    assert_eq!(case["dueOn"], "2027-02-22");
    act(&desk.ops, &case, &json!({ "action": "acknowledge", "on": "2026-11-22" }))
        .await
        .problem(409, "not_now");
    let other = desk.received("access", "2026-11-20").await;
    act(&desk.ops, &other, &json!({ "action": "acknowledge", "on": "2026-11-22" }))
        .await
        .problem(409, "not_now");
    desk.app.finish().await;
}

#[tokio::test]
async fn days_lie_between_receipt_and_today() {
    let desk = Desk::new().await;
    let future = desk.input("access", "2026-11-23");
    assert_eq!(create(&desk.ops, &future).await.problem(422, "invalid_field")["field"], "receivedOn");
    let ancient = desk.input("access", "2017-11-23");
    assert_eq!(create(&desk.ops, &ancient).await.problem(422, "invalid_field")["field"], "receivedOn");
    let case = desk.received("access", "2026-11-20").await;
    for on in ["2026-11-19", "2026-11-23"] {
        let ask = json!({ "action": "ask_identity", "on": on });
        assert_eq!(act(&desk.ops, &case, &ask).await.problem(422, "invalid_field")["field"], "on");
    }
    desk.app.finish().await;
}

#[tokio::test]
async fn a_step_counts_for_the_case_that_was_seen_and_a_request_is_written_down_once() {
    let desk = Desk::new().await;
    let case = desk.received("access", "2026-11-20").await;
    let ask = json!({ "action": "ask_identity", "on": "2026-11-21" });
    act(&desk.ops, &case, &ask).await.ok();
    let withdraw = json!({ "action": "withdraw", "on": "2026-11-22", "note": "Rang to say so" });
    let stale = act(&desk.reviewer, &case, &withdraw).await;
    stale.problem(403, "not_permitted");
    let stale = act(&desk.ops, &case, &withdraw).await.problem(412, "changed_meanwhile");
    assert_eq!(stale["current"]["state"], "identity_check");

    let body = desk.input("access", "2026-11-20");
    let once = async || desk.ops.post(LIST, &body).header("idempotency-key", "k1").await;
    let first = once().await.ok();
    let again = once().await;
    again.changed_nothing();
    assert_eq!(again.ok()["id"], first["id"]);
    let other =
        desk.ops.post(LIST, &desk.input("erasure", "2026-11-20")).header("idempotency-key", "k1").await;
    other.problem(422, "idempotency_key_reused");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_case_is_given_to_somebody_who_may_handle_it() {
    let desk = Desk::new().await;
    let case = desk.received("access", "2026-11-20").await;
    let support = desk.app.as_role(Role::Support).await;
    let assign = |to: String| json!({ "action": "assign", "handlerId": to });
    let reviewer = desk.reviewer.staff.unwrap().to_string();
    assert_eq!(
        act(&desk.ops, &case, &assign(reviewer)).await.problem(422, "invalid_field")["field"],
        "handlerId"
    );
    let case = act(&desk.ops, &case, &assign(support.staff.unwrap().to_string())).await.ok();
    assert_eq!(case["handlerId"], support.staff.unwrap().to_string());
    desk.app.finish().await;
}

#[tokio::test]
async fn the_list_shows_first_what_is_due_first() {
    let desk = Desk::new().await;
    let late = desk.received("access", "2026-10-12").await;
    let soon = desk.received("erasure", "2026-10-26").await;
    let calm = desk.received("access", "2026-11-20").await;
    let waiting = desk.received("portability", "2026-10-20").await;
    act(&desk.ops, &waiting, &json!({ "action": "ask_identity", "on": "2026-11-01" })).await.ok();
    let gone = desk.received("objection", "2026-10-10").await;
    act(&desk.ops, &gone, &json!({ "action": "withdraw", "on": "2026-11-22", "note": "By phone" }))
        .await
        .ok();

    let list = async |query: &str| desk.ops.get(&format!("{LIST}?{query}")).await.ok();
    let ids = |page: &Value| -> Vec<String> {
        page["requests"].as_array().unwrap().iter().map(|one| id(one).to_owned()).collect()
    };
    let open = list("").await;
    assert_eq!(ids(&open), [id(&late), id(&soon), id(&calm), id(&waiting)]);
    assert_eq!(open["counts"], json!({ "open": 4, "due": 1, "overdue": 1 }));
    assert_eq!((&open["holidaysUntil"], &open["holidaysEndSoon"]), (&json!("2027-12-31"), &json!(false)));
    assert_eq!(ids(&list("show=due").await), [id(&soon)]);
    assert_eq!(ids(&list("show=overdue").await), [id(&late)]);
    assert_eq!(ids(&list("show=closed").await), [id(&gone)]);
    assert_eq!(ids(&list("kind=access").await), [id(&late), id(&calm)]);
    assert_eq!(ids(&list("kind=complaint").await), Vec::<String>::new());
    let mut walked = Vec::new();
    let mut after = String::new();
    loop {
        let page = list(&format!("limit=1{after}")).await;
        walked.extend(ids(&page));
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(walked, ids(&open), "page after page, the clock that stands included");
    let theirs = list(&format!("customerId={}", id(&desk.customer))).await;
    assert_eq!(ids(&theirs).len(), 5, "all of a customer");
    desk.app.finish().await;
}
