//! The link: it works once, for some days, for whoever holds it, and its secret stands nowhere.

use axum::http::Method;
use http_body_util::BodyExt;
use jiff::SignedDuration;
use serde_json::json;

use super::{Desk, ask, fetch, fetched, list};
use crate::support::{TestApp, program};

async fn page(app: &TestApp, path: &str) -> (u16, String) {
    let answer = app.client().get(path).open().await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert!(answer.headers()["x-robots-tag"].to_str().unwrap().contains("noindex"));
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(!policy.contains("script-src") && policy.contains("default-src 'none'"), "{policy}");
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let text = String::from_utf8(body.to_vec()).unwrap();
    assert!(!text.contains("<script"), "{text}");
    // Made anew for each answer.
    let nonce = text.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap();
    (status, text.replace(nonce, ""))
}

#[tokio::test]
async fn a_copy_is_fetched_once_and_looking_uses_nothing_up() {
    let desk = Desk::new().await;
    let asked = desk.asked().await;
    assert_eq!(asked["export"]["state"], "asked");
    let path = desk.path(&asked);
    let (status, making) = page(&desk.app, &path).await;
    assert!(status == 200 && making.contains("Your data is being put together"), "{making}");
    assert_eq!(fetch(&desk.app, &path).await.0, 404, "nothing is there yet");

    desk.app.run_jobs().await;
    assert_eq!(desk.latest().await["state"], "ready");
    for _ in 0..3 {
        let (status, landing) = page(&desk.app, &path).await;
        assert!(status == 200 && landing.contains("<form method=\"post\">"), "{landing}");
    }
    let answer = desk.app.client().request(Method::POST, &path).open().await;
    assert_eq!(answer.headers()["content-type"], "application/zip");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let length: usize = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(name, "attachment; filename=\"your-data-2026-11-22.zip\"");
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(bytes.len(), length);
    assert!(super::unzipped(&bytes).contains_key("index.html"));

    assert_eq!(fetch(&desk.app, &path).await.0, 404);
    assert_eq!(page(&desk.app, &path).await.0, 404);
    let latest = desk.latest().await;
    assert_eq!((latest["state"].as_str(), latest["size"].as_u64()), (Some("fetched"), Some(length as u64)));
    let hash = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(latest["sha256"], hash);
    desk.content_goes().await;
    assert_eq!(
        desk.steps().await,
        [
            "export.asked nothing",
            "export.made nothing",
            "export.fetched nobody 192.0.2.10",
            "export.download_finished nothing"
        ]
        .map(|step| step.replace(" nothing", ""))
    );
    desk.app.finish().await;
}

impl Desk {
    async fn parts(&self) -> i64 {
        self.app.sql.query_one("select count(*) from personal_export_parts", &[]).await.unwrap().get(0)
    }

    /// What was fetched is destroyed a moment after its last byte has left.
    async fn content_goes(&self) {
        for _ in 0..100 {
            if self.parts().await == 0 {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the content is still there");
    }

    /// Every event of a copy, and who came without a sign-in from where.
    async fn steps(&self) -> Vec<String> {
        let sql = "select action || case when actor_kind = 'nobody' then ' nobody ' || host(ip) else '' end
                   from events where action like 'export.%' order by xid";
        self.app.sql.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
    }
}

#[tokio::test]
async fn wrong_used_and_expired_links_give_the_same_answer() {
    let desk = Desk::new().await;
    let used = desk.ready().await;
    fetched(&desk.app, &used).await;
    let expired = desk.ready().await;
    desk.app.advance(SignedDuration::from_hours(7 * 24));
    let wrong = format!("/export/{}", platform::random::token());
    let broken = "/export/short".to_owned();
    let mut answers = Vec::new();
    for path in [&used, &expired, &wrong, &broken] {
        answers.push(page(&desk.app, path).await);
        let (status, body) = fetch(&desk.app, path).await;
        assert_eq!(status, 404);
        assert!(String::from_utf8(body).unwrap().contains("This link opens nothing"));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0] && answer.0 == 404), "{answers:#?}");
    desk.app.finish().await;
}

#[tokio::test]
async fn what_nobody_fetches_is_destroyed_after_seven_days() {
    let desk = Desk::new().await;
    desk.ready().await;
    assert!(desk.parts().await > 0);
    desk.app.advance(SignedDuration::from_hours(7 * 24) - SignedDuration::from_secs(1));
    desk.app.run_jobs().await;
    assert_eq!(desk.latest().await["state"], "ready");
    desk.app.advance(SignedDuration::from_mins(11));
    desk.app.run_jobs().await;
    let latest = desk.latest().await;
    assert_eq!(latest["state"], "expired");
    assert!(latest["remark"].as_str().unwrap().contains("Make a new one"), "{latest}");
    assert_eq!(desk.parts().await, 0);
    assert_eq!(desk.steps().await.last().unwrap(), "export.expired");
    desk.app.finish().await;
}

#[tokio::test]
async fn a_newer_copy_takes_the_place_of_the_one_before() {
    let desk = Desk::new().await;
    let first = desk.ready().await;
    desk.app.advance(SignedDuration::from_mins(1));
    let second = desk.ready().await;
    assert_eq!(fetch(&desk.app, &first).await.0, 404);
    fetched(&desk.app, &second).await;
    let states: Vec<String> = list(&desk.ops, &desk.customer).await["exports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|export| export["state"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(states, ["fetched", "expired"]);
    desk.app.finish().await;
}

#[tokio::test]
async fn of_two_who_press_the_button_at_once_one_gets_the_copy() {
    let desk = Desk::new().await;
    let path = desk.ready().await;
    let (one, other) = tokio::join!(fetch(&desk.app, &path), fetch(&desk.app, &path));
    let mut statuses = [one.0.as_u16(), other.0.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    desk.app.finish().await;
}

#[tokio::test]
async fn the_database_alone_opens_nothing() {
    let desk = Desk::new().await;
    desk.ops
        .post(
            &format!("/api/admin/customers/{}/notes", crate::support::id(&desk.customer)),
            &json!({ "body": "Prefers the back door Zq1" }),
        )
        .await
        .ok();
    let path = desk.ready().await;
    let dump = program("pg_dump").args(["--dbname", &desk.app.database.admin_url()]).output().unwrap();
    let dump = String::from_utf8_lossy(&dump.stdout).into_owned();
    // The control: what the database holds is found in the dump.
    assert!(dump.contains("Prefers the back door Zq1"));
    let secret = path.strip_prefix("/export/").unwrap();
    assert!(!dump.contains(secret), "the link's secret is in the database");
    let parts: Vec<Vec<u8>> = desk
        .app
        .sql
        .query("select content from personal_export_parts", &[])
        .await
        .unwrap()
        .iter()
        .map(|row| row.get(0))
        .collect();
    let holds =
        |needle: &[u8]| parts.iter().any(|part| part.windows(needle.len()).any(|window| window == needle));
    // Names of files stand unpacked in a ZIP.
    assert!(!holds(b"PK\x03\x04") && !holds(b"index.html"));
    assert!(
        super::text(&fetched(&desk.app, &path).await, "index.html").contains("Prefers the back door Zq1")
    );
    desk.app.finish().await;
}

#[tokio::test]
async fn who_tries_links_is_slowed_and_who_holds_one_is_not() {
    let desk = Desk::new().await;
    let path = desk.ready().await;
    let from = |ip: &str, path: &str| desk.app.client().at_ip(ip).get(path).open();
    let mut refused = 0;
    for _ in 0..60 {
        let wrong = format!("/export/{}", platform::random::token());
        let answer = from("203.0.113.9", &wrong).await;
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            refused += 1;
        }
    }
    assert_eq!(refused, 10);
    for _ in 0..60 {
        assert_eq!(from("198.51.100.7", &path).await.status(), 200);
    }
    desk.app.finish().await;
}

#[tokio::test]
async fn asking_twice_makes_one_copy_and_shows_the_link_once() {
    let desk = Desk::new().await;
    let key = "one request";
    let first = ask(&desk.ops, &desk.customer, key).await.ok();
    assert!(first["asked"]["link"]["url"].as_str().unwrap().contains("/export/"));
    let again = ask(&desk.ops, &desk.customer, key).await.changed_nothing();
    assert_eq!(again["asked"]["export"]["id"], first["asked"]["export"]["id"]);
    assert!(again["asked"].get("link").is_none());
    ask(&desk.ops, &desk.customer, "another").await.problem(409, "export_in_the_making");
    let shown = list(&desk.ops, &desk.customer).await;
    assert_eq!(shown["mayExport"]["allowed"], false);
    assert!(shown["mayExport"]["reason"].as_str().unwrap().contains("being made just now"));
    let path = format!("/api/admin/customers/{}/actions", crate::support::id(&desk.customer));
    let body = json!({ "action": "export_data" });
    desk.ops.post(&path, &body).await.problem(400, "idempotency_key_required");
    let unknown = json!({ "action": "export_data", "to": "me" });
    desk.ops.post(&path, &unknown).header("idempotency-key", "x").await.has_status(422);
    desk.app.run_jobs().await;
    assert_eq!(list(&desk.ops, &desk.customer).await["mayExport"]["allowed"], true);
    desk.app.finish().await;
}
