use audit::trail::Outcome;
use erasure::{MAP, ROWS, Rows};
use serde_json::{Value, json};

use super::{CANARY, DIGITS, Desk, OTHER};

/// What holds no text: hashes, keys, what is sealed.
const MARKS: &[(&str, &str)] = &[
    ("external_links", "content_hash"),
    ("idempotency", "content_hash"),
    ("value_keys", "wrapped"),
    // Sealed: no text of anybody's.
    ("personal_export_parts", "content"),
    ("mails", "secret"),
];

/// Columns that go and have nothing of Emma's in them: the plant is not complete.
async fn not_planted(desk: &Desk) -> Vec<String> {
    let mut missing = Vec::new();
    for (table, columns) in MAP.iter() {
        for (column, entry) in columns {
            let place = (table.as_str(), column.as_str());
            if entry.erasure == erasure::Loss::Keep || MARKS.contains(&place) || table == "erasures" {
                continue;
            }
            let kind = format!(
                "select format_type(atttypid, null) from pg_attribute where attrelid = '{table}'::regclass and attname = '{column}'"
            );
            let kind: String = desk.app.sql.query_one(&kind, &[]).await.unwrap().get(0);
            let filled = match kind.as_str() {
                "boolean" | "timestamp with time zone" => format!("{column} is not null"),
                "bytea" => format!("encode({column}, 'escape') like '%{CANARY}%'"),
                _ => format!(
                    "lower({column}::text) like '%{CANARY}%' or {column}::text like '%{DIGITS}%' or {column}::text like '%7700 900987%'"
                ),
            };
            let sql = format!("select exists (select from {table} where {filled})");
            if !desk.app.sql.query_one(&sql, &[]).await.unwrap().get::<_, bool>(0) {
                missing.push(format!("{table}.{column}"));
            }
        }
    }
    missing
}

/// How often each stands in a text.
fn counts(dump: &str) -> (usize, usize, usize) {
    (
        dump.matches(CANARY).count(),
        dump.matches(DIGITS).count() + dump.matches("7700 900987").count(),
        dump.matches(OTHER).count(),
    )
}

#[tokio::test]
async fn nothing_of_the_person_is_left_and_the_books_are_as_before() {
    let desk = Desk::new().await.planted().await;
    assert_eq!(not_planted(&desk).await, [""; 0], "plant.sql: every column that goes needs something in it");
    let before = counts(&desk.dump());
    assert!(before.0 > 50 && before.1 > 3 && before.2 > 50, "the control: {before:?}");
    let list = |list: Value| json!([list["pagination"], list["figures"]]);
    let figures = list(desk.ops.list("").await);

    let plan = desk.plan().await;
    assert!(plan["plan"]["goes"].as_array().unwrap().len() > 15, "{plan}");
    let kept: Vec<&str> =
        plan["plan"]["stays"].as_array().unwrap().iter().map(|one| one["what"].as_str().unwrap()).collect();
    assert!(kept.iter().any(|what| what.starts_with("Invoices")), "{kept:?}");
    assert_eq!(
        plan["plan"]["stays"][0]["until"], "2033-03-31",
        "six years after the end of the financial year"
    );
    desk.approve(&plan).await;
    desk.app.run_jobs().await;

    let done = desk.page().await;
    assert_eq!(
        (&done["erasure"]["state"], &done["erasure"]["step"]),
        (&json!("done"), &json!("end")),
        "{done:#}"
    );
    let certificate = &done["erasure"]["certificate"];
    assert_eq!((&certificate["booksEqual"], &certificate["scan"]["found"]), (&json!(true), &json!([])));
    assert_eq!(certificate["booksAfter"]["ltv"], 40_000);
    assert_eq!(certificate["booksBefore"], certificate["booksAfter"]);
    let after = counts(&desk.dump());
    assert_eq!((after.0, after.1), (0, 0), "of Emma");
    assert!(after.2 >= before.2, "of Omar: {} before, {} after", before.2, after.2);
    let invoice = "select customer ->> 'name' from invoices where customer_id = $1";
    let invoice: String = desk.app.sql.query_one(invoice, &[&desk.emma]).await.unwrap().get(0);
    assert_eq!(invoice, "Emma kqzx", "an invoice is kept as it was issued");
    assert_eq!(list(desk.ops.list("").await), figures, "counts and figures");

    // Her values went with the key, and the trail is whole.
    let values = desk.app.values("customer.updated").await;
    assert!(values.contains(&platform::values::Opened::Erased) && values.len() == 2);
    let mut db = desk.app.database.connect().await;
    desk.app.sealer().seal(&mut db).await.unwrap();
    assert_eq!(desk.app.verify_trail(&mut db).await.outcome(), Outcome::Ok);

    // Shown, and never written about again.
    let path = format!("/api/admin/customers/{}", desk.emma);
    let page = desk.ops.get(&path).await.ok();
    assert_eq!(
        (&page["name"], page.get("email"), page.get("phone")),
        (&json!("Erased customer"), None, None)
    );
    let body = json!({ "name": "Emma", "email": "emma@example.com" });
    desk.ops.put(&path, page["version"].as_i64().unwrap(), &body).await.problem(409, "erased");
    desk.ops.post(&format!("{path}/notes"), &json!({ "body": "She rang" })).await.problem(409, "erased");
    desk.ops.delete(&path).await.problem(409, "erased");
    assert_eq!(desk.ops.names("search=kqzx").await, [""; 0]);
    // Nor by what stands in place of her name; the control is somebody who is called that.
    assert_eq!(desk.ops.names("search=erased").await, [""; 0]);
    desk.ops.create_customer("Erased Records Ltd", "records@example.com").await;
    assert_eq!(desk.ops.names("search=erased").await, ["Erased Records Ltd"]);
    desk.app.finish().await;
}

#[tokio::test]
async fn every_table_of_which_something_goes_says_whose_its_rows_are() {
    let lost = |columns: &std::collections::BTreeMap<String, erasure::Column>| {
        columns.values().any(|column| column.erasure != erasure::Loss::Keep)
    };
    for (table, columns) in MAP.iter().filter(|(_, columns)| lost(columns)) {
        assert!(
            ROWS.iter().any(|(name, ..)| name == table),
            "{table}: say in crates/erasure/src/map.rs whose its rows are"
        );
        let _ = columns;
    }
    let desk = Desk::new().await;
    for (table, _, rows) in ROWS.iter() {
        if let Rows::Of(_) = rows {
            let condition = erasure::condition(table).unwrap();
            let sql = format!("select count(*) from {table} where {condition}");
            desk.app
                .sql
                .query_one(&sql, &[&desk.emma])
                .await
                .unwrap_or_else(|error| panic!("{table}: {error}"));
        }
    }
    desk.app.finish().await;
}

#[tokio::test]
async fn whoever_dies_in_a_step_is_followed_by_another_who_ends_it_alike() {
    let desk = Desk::new().await.planted().await;
    let plan = desk.plan().await;
    desk.approve(&plan).await;
    let mut stopped_at = Vec::new();
    for next in ["overwrite", "scan", "key", "certify", "end"] {
        // The step that leads there dies with all it did.
        let dies = format!(
            "create function dies() returns trigger language plpgsql as $$ begin raise 'died'; end $$;
             create trigger dies before update on erasures for each row when (new.step = '{next}') execute function dies()"
        );
        desk.app.sql.batch_execute(&dies).await.unwrap();
        desk.app.advance(jiff::SignedDuration::from_hours(1));
        desk.app.run_jobs().await;
        let row = desk.app.sql.query_one("select step, state from erasures", &[]).await.unwrap();
        stopped_at.push(row.get::<_, String>(0));
        desk.app.sql.batch_execute("drop function dies cascade").await.unwrap();
    }
    assert_eq!(stopped_at, ["collect", "overwrite", "scan", "key", "certify"]);
    desk.app.advance(jiff::SignedDuration::from_hours(1));
    desk.app.run_jobs().await;
    // The hour that passed has ended the sessions.
    let reviewer = desk.app.as_role(staff::Role::Reviewer).await;
    let page = reviewer.get(&format!("/api/admin/customers/{}/erasure", desk.emma)).await.ok();
    assert_eq!(page["erasure"]["state"], "done", "{page:#}");
    assert_eq!(page["erasure"]["certificate"]["booksEqual"], true);
    let after = counts(&desk.dump());
    assert_eq!((after.0, after.1), (0, 0));
    let lines = erasure::read_ledger(desk.app.app.settings.erasure_ledger.as_ref().unwrap()).unwrap();
    assert_eq!(lines.len(), 2, "once for each of her records, though the step ran twice");
    desk.app.finish().await;
}

#[tokio::test]
async fn what_is_left_over_is_found_and_keeps_the_certificate_back() {
    let desk = Desk::new().await.planted().await;
    // An erasure that is broken: it leaves the notes as they are; and somebody's mistake in a place nobody owns.
    let broken = "update notes set body = 'She is Emma Renamed Kqzx, and moves often' where body like '%kqzx';
        create function keeps() returns trigger language plpgsql as $$ begin new.body := old.body; return new; end $$;
        create trigger keeps before update on notes for each row execute function keeps();
        insert into schedules (name, every_seconds, next_run_at) values ('ask kqzx@example.com', 3600, now())";
    desk.app.sql.batch_execute(broken).await.unwrap();
    let erasure = desk.erased().await;
    assert_eq!(erasure["state"], "found", "{erasure:#}");
    let found = erasure["scan"]["found"].as_array().unwrap();
    let places: Vec<&str> = found.iter().map(|one| one["table"].as_str().unwrap()).collect();
    assert_eq!(places, ["notes", "schedules"]);
    assert_eq!(found[0]["ids"].as_array().unwrap().len(), 1, "which note");
    assert_eq!(erasure.get("certificate"), None);
    let living = "select count(*) from value_keys where customer_id = $1 and destroyed_at is null";
    assert_eq!(desk.app.sql.query_one(living, &[&desk.emma]).await.unwrap().get::<_, i64>(0), 1, "not yet");

    let mended = "drop function keeps cascade; delete from schedules where name like 'ask%'";
    desk.app.sql.batch_execute(mended).await.unwrap();
    let path = format!("/api/admin/erasures/{}/scan", erasure["id"].as_str().unwrap());
    desk.ops.act(&path).await.ok();
    desk.app.run_jobs().await;
    assert_eq!(desk.page().await["erasure"]["state"], "done");
    assert_eq!(counts(&desk.dump()).0, 0);
    desk.app.finish().await;
}
