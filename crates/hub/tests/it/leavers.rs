//! Whoever is disabled is out at once, with everything they hold and have asked for.

use serde_json::{Value, json};
use staff::Role;

use crate::{
    auth::{PASSWORD, person, sign_in, token},
    second_factor::{complete, enrol},
    support::{Client, TestApp, id, id_of},
};

const STAFF: &str = "/api/admin/staff";

async fn disable(boss: &Client, person: &Client) {
    let all = boss.get(STAFF).await.ok();
    let staff = person.staff.unwrap().to_string();
    let row: &Value = all.as_array().unwrap().iter().find(|row| row["id"] == staff.as_str()).unwrap();
    let body = json!({ "name": row["name"], "role": row["role"], "disabled": true });
    boss.put(&format!("{STAFF}/{staff}"), row["version"].as_i64().unwrap(), &body).await.ok();
}

#[tokio::test]
async fn sessions_keys_links_and_sign_ins_that_wait_all_end_with_it() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = person(&app, "emma@desk.example.com", Role::Support).await;
    let key = json!({ "name": "Key", "scopes": ["customer.read"], "days": 1 });
    let key = emma.post("/api/auth/api-keys", &key).await.ok()["key"].as_str().unwrap().to_owned();
    let program = app.client().with("authorization", &format!("Bearer {key}"));
    let staff = emma.staff;
    let (mut emma, _, codes) = enrol(&app, &emma).await;
    emma.staff = staff;
    let waiting = app.client().after(&sign_in(&app.client(), "emma@desk.example.com", PASSWORD).await);
    let link = boss.act(&format!("{STAFF}/{}/reset-link", staff.unwrap())).await.ok();
    emma.get("/api/auth/me").await.ok();
    program.get("/api/admin/customers").await.ok();

    disable(&boss, &emma).await;
    emma.get("/api/auth/me").await.problem(401, "signed_out");
    program.get("/api/admin/customers").await.problem(401, "invalid_key");
    complete(&waiting, &codes[0]).await.problem(401, "sign_in_expired");

    // Nor does anything of it come back when they do.
    app.sql.execute("update staff set disabled_at = null where id = $1", &[&staff.unwrap()]).await.unwrap();
    emma.get("/api/auth/me").await.problem(401, "signed_out");
    program.get("/api/admin/customers").await.problem(401, "invalid_key");
    complete(&waiting, &codes[0]).await.problem(401, "sign_in_expired");
    let redeem = json!({ "token": token(link["url"].as_str().unwrap()), "password": PASSWORD });
    app.client().post("/api/auth/links/redeem", &redeem).await.problem(410, "link_used");
    app.finish().await;
}

#[tokio::test]
async fn what_a_leaver_asked_for_is_withdrawn() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let emma = app.as_role(Role::Support).await;
    let customer = boss.create_customer("Ng", "ng@example.com").await;
    let booking = app.booking(id_of(&customer)).paid(90_000).insert().await.to_string();
    let path = format!("/api/admin/customers/{}/actions", id(&customer));
    let refund =
        json!({ "action": "issue_refund", "bookingId": booking, "amount": 40_000, "reason": "late" });
    let credit = json!({ "action": "issue_credit", "amount": 40_000, "reason": "goodwill" });
    let refund = emma.post(&path, &refund).header("idempotency-key", "refund").await.ok();
    let credit = emma.post(&path, &credit).header("idempotency-key", "credit").await.ok();
    disable(&boss, &emma).await;
    for asked in [&refund, &credit] {
        let approval = format!("/api/admin/approvals/{}", asked["approvalId"].as_str().unwrap());
        let shown = boss.get(&approval).await.ok();
        assert_eq!(shown["state"], "withdrawn", "{shown}");
    }
    let status = "select status, status_detail from refunds";
    let row = app.sql.query_one(status, &[]).await.unwrap();
    assert_eq!(row.get::<_, &str>(0), "cancelled");
    assert!(row.get::<_, &str>(1).contains("was disabled"));
    let reserved: i64 = app.sql.query_one("select reserved from payments", &[]).await.unwrap().get(0);
    assert_eq!(reserved, 0, "what the refund held is free again");
    app.finish().await;
}

#[tokio::test]
async fn requests_that_are_on_their_way_meanwhile_are_refused_or_withdrawn() {
    let app = TestApp::new().await;
    let boss = app.as_role(Role::Superadmin).await;
    let customer = boss.create_customer("Ng", "ng@example.com").await;
    let booking = app.booking(id_of(&customer)).paid(900_000).insert().await.to_string();
    let path = format!("/api/admin/customers/{}/actions", id(&customer));
    for round in 0..5 {
        let emma = app.as_role(Role::Support).await;
        let ask = |key: String| {
            let body =
                json!({ "action": "issue_refund", "bookingId": booking, "amount": 30_000, "reason": "late" });
            emma.post(&path, &body).header("idempotency-key", &key).into_future()
        };
        let asking = async {
            let (a, b, c) =
                tokio::join!(ask(format!("{round} a")), ask(format!("{round} b")), ask(format!("{round} c")));
            [a, b, c]
        };
        let (answers, ()) = tokio::join!(asking, disable(&boss, &emma));
        for answer in answers {
            assert!(matches!(answer.status.as_u16(), 200 | 401 | 409), "{}", answer.text());
        }
        emma.get("/api/auth/me").await.problem(401, "signed_out");
        let open = "select count(*) from approvals where state = 'pending' and requested_by = $1";
        let open: i64 = app.sql.query_one(open, &[&emma.staff.unwrap()]).await.unwrap().get(0);
        assert_eq!(open, 0, "a leaver's request still waits");
    }
    app.finish().await;
}
