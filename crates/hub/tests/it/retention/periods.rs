//! Periods and who sets them; and what no rule may take from.

use serde_json::{Value, json};
use staff::Role;

use super::{Desk, PATH, of};

#[tokio::test]
async fn a_period_is_changed_within_its_bounds_and_by_one_at_a_time() {
    let desk = Desk::new().await.planted().await;
    let path = format!("{PATH}/rules");
    let set = |months: Value, version: i32| json!({ "name": "mails", "months": months, "version": version });
    for months in [json!(2), json!(85), json!(-1), json!(i32::MAX)] {
        desk.boss.put(&path, 0, &set(months, 1)).await.invalid("months");
    }
    for months in [json!("12"), json!(1.5), json!(null), json!(1e12)] {
        desk.boss.put(&path, 0, &set(months, 1)).await.has_status(422);
    }
    desk.boss
        .put(&path, 0, &json!({ "name": "mails", "months": 12, "version": 1, "forever": true }))
        .await
        .has_status(422);
    let other = json!({ "name": "invoices", "months": 12, "version": 1 });
    desk.boss.put(&path, 0, &other).await.invalid("name");
    let reviewer = desk.app.as_role(Role::Reviewer).await;
    reviewer.put(&path, 0, &set(json!(24), 1)).await.problem(403, "not_permitted");
    let rule = desk.boss.put(&path, 0, &set(json!(24), 1)).await.ok();
    assert_eq!(
        (&rule["months"], &rule["version"], &rule["defaultMonths"]),
        (&json!(24), &json!(2), &json!(12))
    );
    let stale = desk.boss.put(&path, 0, &set(json!(36), 1)).await.problem(409, "stale");
    assert_eq!(stale["current"]["months"], 24);
    assert_eq!(of(&desk.dry_run().await, "mails")["due"], 0, "the old one is not old any more");
    desk.boss.put(&path, 0, &set(json!(3), 2)).await.ok();
    assert_eq!(of(&desk.dry_run().await, "mails")["due"], 2);
    desk.app.finish().await;
}

/// What no rule may take from: the books, the trail, and what is kept by law as it was issued.
const NEVER: &[&str] = &[
    "events",
    "event_values",
    "seals",
    "checkpoints",
    "transfers",
    "payments",
    "refunds",
    "credits",
    "credit_uses",
    "invoices",
    "bookings",
];

#[test]
fn rules_take_what_the_map_calls_personal_and_never_from_the_books_or_the_trail() {
    let mut names: Vec<&str> = Vec::new();
    for rule in hub::app::RETENTION.iter().copied().flatten() {
        assert!((rule.least..=rule.most).contains(&rule.months), "{}", rule.name);
        names.push(rule.name);
        for place in rule.columns {
            let (table, column) = place.split_once('.').unwrap();
            let entry = erasure::MAP.get(table).and_then(|columns| columns.get(column));
            let entry = entry.unwrap_or_else(|| panic!("{place} is not in db/personal-data.toml"));
            assert!(entry.class != erasure::Class::None, "{place} is nothing about anybody");
            assert!(takes(rule.forget, table, column), "{}: {place} does not go", rule.name);
        }
        assert!(!rule.columns.is_empty() || rule.proposes, "{} takes nothing", rule.name);
        for table in NEVER {
            assert!(!takes_from(rule.forget, table), "{} takes from {table}", rule.name);
        }
    }
    let told = crate::support::read("docs/retention.md");
    for rule in hub::app::RETENTION.iter().copied().flatten() {
        let line = told.lines().find(|line| line.starts_with(&format!("| `{}` |", rule.name)));
        let line = line.unwrap_or_else(|| panic!("docs/retention.md does not tell of {}", rule.name));
        let period = format!("| {} | {} to {} | {} |", rule.months, rule.least, rule.most, rule.why);
        assert!(line.ends_with(&period) && line.contains(rule.what), "{line} is not {period}");
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a name is given once");
    assert!(takes_from("with gone as (update invoices set pdf = null) select 1", "invoices"), "the control");
}

fn takes_from(sql: &str, table: &str) -> bool {
    let bare = sql.replace(['(', ')'], " ");
    let words: Vec<&str> = bare.split_whitespace().collect();
    words.windows(2).any(|two| two == ["update", table]) || sql.contains(&format!("from {table} "))
}

fn takes(sql: &str, table: &str, column: &str) -> bool {
    sql.contains(&format!("delete from {table} "))
        || (takes_from(sql, table) && sql.contains(&format!("{column} = ")))
}
