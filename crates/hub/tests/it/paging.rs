//! Pages: numbered or one after another, each customer exactly once.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use staff::Role;

use crate::support::{Client, TestApp};

const ORDERS: [&str; 8] = [
    "sortBy=createdAt",
    "sortBy=name",
    "sortBy=email&sortOrder=desc",
    "sortBy=ltv",
    "sortBy=ltv&sortOrder=asc",
    "sortBy=orders",
    "sortBy=lastOrder",
    "sortBy=lastOrder&sortOrder=asc",
];

fn ids(list: &Value) -> Vec<String> {
    list["customers"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

/// The whole list, page after page by cursor.
async fn walk(client: &Client, query: &str, limit: i64) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = String::new();
    for page in 1.. {
        let list = client.list(&format!("{query}&limit={limit}{after}")).await;
        assert_eq!(list["pagination"]["page"], page);
        all.extend(ids(&list));
        match list["pagination"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    all
}

#[tokio::test]
async fn numbered_pages_and_cursors_agree_in_every_order_with_ties() {
    let app = TestApp::new().await;
    app.many_customers(47).await;
    let client = app.as_role(Role::ReadOnly).await;
    for order in ORDERS {
        let walked = walk(&client, order, 10).await;
        assert_eq!(walked.iter().collect::<BTreeSet<_>>().len(), 47, "{order}");
        let mut numbered = Vec::new();
        for page in 1..=5 {
            let list = client.list(&format!("{order}&limit=10&page={page}")).await;
            let expected = json!({ "page": page, "limit": 10, "total": 47, "pages": 5 });
            for (name, value) in expected.as_object().unwrap() {
                assert_eq!(&list["pagination"][name], value, "{order} page {page}");
            }
            assert_eq!(list["pagination"].get("next").is_some(), page < 5, "{order} page {page}");
            numbered.extend(ids(&list));
        }
        assert_eq!(numbered, walked, "{order}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_page_beyond_the_last_is_empty_and_says_how_many_there_are() {
    let app = TestApp::new().await;
    let client = app.as_role(Role::ReadOnly).await;
    let none = client.list("").await;
    assert_eq!((&none["customers"], &none["pagination"]["pages"]), (&json!([]), &json!(0)));
    app.many_customers(3).await;
    for page in [2, 3, 10_000_000] {
        let list = client.list(&format!("page={page}&limit=200")).await;
        assert_eq!(list["customers"], json!([]));
        assert_eq!((&list["pagination"]["total"], &list["pagination"]["pages"]), (&json!(3), &json!(1)));
    }
    assert_eq!(client.list("").await["pagination"]["limit"], 25);
    app.finish().await;
}

#[tokio::test]
async fn who_was_there_is_seen_exactly_once_while_others_come_and_go() {
    let app = TestApp::new().await;
    app.many_customers(40).await;
    let client = app.as_role(Role::Superadmin).await;
    for order in ["sortBy=createdAt", "sortBy=name"] {
        let there: BTreeSet<String> = walk(&client, order, 200).await.into_iter().collect();
        let mut seen = Vec::new();
        let mut after = String::new();
        for round in 0.. {
            let list = client.list(&format!("{order}&limit=7{after}")).await;
            seen.extend(ids(&list));
            // Before, behind and among what has been read.
            for name in ["Aaron", "Bulk 0020 too", "Zoe"] {
                client
                    .create_customer(
                        name,
                        &format!("{order}{round}{name}@example.com").replace(['=', ' '], ""),
                    )
                    .await;
            }
            match list["pagination"]["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
            assert!(round < 100, "a walk that does not end");
        }
        let unique: BTreeSet<String> = seen.iter().cloned().collect();
        assert_eq!(unique.len(), seen.len(), "{order}: somebody was shown twice");
        assert!(there.is_subset(&unique), "{order}: somebody was left out");
    }
    app.finish().await;
}

#[tokio::test]
async fn deep_pages_are_where_the_walk_finds_them() {
    let app = TestApp::new().await;
    app.many_customers(1_730).await;
    let client = app.as_role(Role::ReadOnly).await;
    for order in ["sortBy=createdAt", "sortBy=name", "sortBy=ltv&sortOrder=asc"] {
        let walked = walk(&client, order, 200).await;
        assert_eq!(walked.len(), 1_730);
        for (page, limit) in [
            (5, 100),
            (6, 100),
            (17, 100),
            (18, 100),
            (21, 25),
            (501, 1),
            (500, 1),
            (1_730, 1),
            (9, 200),
            (3, 199),
        ] {
            let list = client.list(&format!("{order}&page={page}&limit={limit}")).await;
            let expected: Vec<String> = walked.iter().skip((page - 1) * limit).take(limit).cloned().collect();
            assert_eq!(ids(&list), expected, "{order} page {page} of {limit}");
        }
    }
    // A filter has anchors of its own, and a change moves them.
    let before = client.list("search=bulk&sortBy=name&page=8&limit=100").await;
    app.sql
        .execute("update customers set archived_at = created_at where name = 'Bulk 0001'", &[])
        .await
        .unwrap();
    let after = client.list("search=bulk&sortBy=name&page=8&limit=100").await;
    assert_eq!(ids(&before)[1..], ids(&after)[..99]);
    app.finish().await;
}

#[tokio::test]
async fn a_cursor_goes_on_in_its_own_order_only_and_junk_is_refused() {
    let app = TestApp::new().await;
    app.many_customers(5).await;
    let client = app.as_role(Role::ReadOnly).await;
    let list = client.list("sortBy=name&limit=2").await;
    let next = list["pagination"]["next"].as_str().unwrap();
    client.list(&format!("sortBy=name&limit=3&after={next}")).await;
    client.get(&format!("/api/admin/customers?sortBy=email&after={next}")).await.invalid("after");
    client
        .get(&format!("/api/admin/customers?sortBy=name&sortOrder=desc&after={next}"))
        .await
        .invalid("after");
    let id = list["customers"][0]["id"].clone();
    let sort = json!({ "by": "ltv", "order": "desc" });
    let forged = [
        json!({}),
        json!([1, 2]),
        json!({ "sort": sort, "value": "not a number", "id": id, "page": 2 }),
        json!({ "sort": sort, "value": "99999999999999999999999", "id": id, "page": 2 }),
        json!({ "sort": sort, "value": "1\u{0}2", "id": id, "page": 2 }),
        json!({ "sort": sort, "value": "1; drop table customers", "id": id, "page": 2 }),
        json!({ "sort": sort, "value": "1", "id": "nobody", "page": 2 }),
        json!({ "sort": sort, "value": "1", "id": id, "page": i64::MAX }),
        json!({ "sort": sort, "value": "1", "id": id, "page": -5 }),
    ];
    for position in forged {
        let cursor = platform::Cursor::write(&position);
        client.get(&format!("/api/admin/customers?sortBy=ltv&after={cursor}")).await.invalid("after");
    }
    for junk in ["x", "%00", "===", "bm90aGluZw", "%F0%9F%98%80"] {
        client.get(&format!("/api/admin/customers?after={junk}")).await.invalid("after");
    }
    for (by, value) in [
        ("createdAt", "-infinity"),
        ("createdAt", "4714-11-24 BC"),
        ("createdAt", "infinity"),
        ("lastOrder", "now"),
        ("name", "\u{0}"),
    ] {
        let position = json!({ "sort": { "by": by, "order": "desc" }, "value": value, "id": id, "page": 2 });
        let cursor = platform::Cursor::write(&position);
        let answer =
            client.get(&format!("/api/admin/customers?sortBy={by}&sortOrder=desc&after={cursor}")).await;
        assert!(matches!(answer.status.as_u16(), 200 | 422), "{by} {value}: {}", answer.status);
    }
    app.finish().await;
}

#[tokio::test]
async fn the_same_state_is_shown_alike_to_everybody() {
    let app = TestApp::new().await;
    app.many_customers(600).await;
    let client = app.as_role(Role::ReadOnly).await;
    let ask = || client.get("/api/admin/customers?sortBy=name&page=6&limit=100").into_future();
    let answers = futures_util::future::join_all((0..6).map(|_| ask())).await;
    for answer in &answers {
        assert_eq!(answer.ok(), answers[0].ok());
    }
    app.finish().await;
}
