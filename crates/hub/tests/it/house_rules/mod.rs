//! The walls of the house, as ARCHITECTURE.md draws them: who may know whom, and what is not found where.

mod lists;

use std::{collections::BTreeMap, fs};

use crate::support::{project, read, sources, sql_files};
use lists::{DERIVED, FLOATS, FREE_WRITERS, OWNERS, UNCOUNTED, WALLS, WEB};

fn dependencies(manifest: &str) -> Vec<String> {
    let manifest: toml::Table = manifest.parse().unwrap();
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// What is wrong with a crate that has these dependencies.
fn trespasses(krate: &str, dependencies: &[String], ours: &[String]) -> Vec<String> {
    let Some((_, allowed, remedy)) = WALLS.iter().find(|(name, ..)| *name == krate) else {
        return vec![format!(
            "{krate} has no row in WALLS: say on which floor it lives and whom it may know"
        )];
    };
    dependencies
        .iter()
        .filter(|name| ours.contains(name) && !allowed.contains(&name.as_str()))
        .map(|name| format!("{krate} may not depend on {name}: {remedy}"))
        .collect()
}

#[test]
fn crates_know_only_those_below() {
    let mut ours: Vec<String> = fs::read_dir(project().join("crates"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    ours.sort();
    let mut found = Vec::new();
    for krate in ours.iter().filter(|name| *name != "hub") {
        found.extend(trespasses(krate, &dependencies(&read(&format!("crates/{krate}/Cargo.toml"))), &ours));
    }
    assert!(found.is_empty(), "{found:#?}");
    let wrong = trespasses("customers", &["kernel".to_owned(), "tickets".to_owned()], &ours);
    assert_eq!(
        wrong,
        ["customers may not depend on tickets: it is on the lower floor: let an upper feature read it"]
    );
    assert_eq!(trespasses("segments", &[], &ours).len(), 1);
}

#[test]
fn only_the_edge_names_the_web_framework() {
    for source in sources().iter().filter(|source| !source.is_test()) {
        let edge = source.path.ends_with("/http.rs") || source.path.contains("/src/http/");
        if edge || source.is_listed(WEB) {
            continue;
        }
        for (number, line) in source.production().lines().enumerate() {
            // A refusal's status, and the bytes of a file on its way, are words and not a framework.
            let line = line.replace("axum::http::StatusCode", "").replace("axum::body::Bytes", "");
            assert!(
                !line.contains("axum"),
                "{}:{}: only http.rs names axum; refuse with a Problem instead",
                source.path,
                number + 1
            );
        }
    }
}

#[test]
fn files_are_short() {
    let mut all = sources();
    all.extend(sql_files().into_iter().filter(|file| !file.path.contains("/fixture/")));
    for source in all {
        let lines = source.text.lines().count();
        assert!(lines <= 400, "{} has {lines} lines; at most 400: make it a folder, by verb", source.path);
    }
}

#[test]
fn nothing_unwraps_outside_tests() {
    for source in sources().iter().filter(|source| !source.is_test()) {
        for (number, line) in source.production().lines().enumerate() {
            let wrong =
                [".unwrap()", "todo!(", "unimplemented!(", "dbg!("].iter().find(|word| line.contains(**word));
            assert!(wrong.is_none(), "{}:{}: {line}", source.path, number + 1);
        }
    }
}

#[test]
fn no_floating_point_stands_near_money() {
    for source in sources().iter().filter(|source| !source.is_test() && !source.is_listed(FLOATS)) {
        let text = source.production();
        let float = text.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "f32" | "f64"));
        assert!(
            !(float && text.contains("Pence")),
            "{}: amounts are Pence, in whole pence, all the way",
            source.path
        );
    }
    for (number, line) in read("migrations/0005_bookings.sql").lines().enumerate() {
        let float = ["double precision", "real", "float", "numeric"]
            .iter()
            .any(|kind| line.contains(&format!(" {kind}")));
        assert!(
            !float || line.trim_start().starts_with("distance_miles"),
            "0005_bookings.sql:{}: {line}",
            number + 1
        );
    }
}

#[test]
fn rules_are_pure() {
    for source in sources().iter().filter(|source| source.path.ends_with("/rules.rs")) {
        for word in ["async ", ".await", "clock", "tokio", "deadpool", "tokio_postgres", "select ", "Sql"] {
            let line = source
                .production()
                .lines()
                .find(|line| line.contains(word) && !line.trim_start().starts_with("//"));
            assert!(
                line.is_none(),
                "{}: {line:?}: rules decide from what they are given; they neither wait nor ask",
                source.path
            );
        }
    }
}

/// The tables that a text writes, as far as statements are written plainly.
fn written(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "\"(;,".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let next = |offset: usize| words.get(index + offset).copied().unwrap_or_default().to_lowercase();
        match word.to_lowercase().as_str() {
            "insert" if next(1) == "into" => found.push(next(2)),
            "delete" if next(1) == "from" => found.push(next(2)),
            "update" | "truncate" if next(1) == "only" || next(1) == "table" => found.push(next(2)),
            "update" | "truncate" | "copy" => found.push(next(1)),
            _ => {}
        }
    }
    found
}

#[test]
fn only_a_features_own_crate_writes_its_tables() {
    let owners: BTreeMap<&str, &str> =
        OWNERS.iter().flat_map(|(krate, tables)| tables.iter().map(|table| (*table, *krate))).collect();
    let mut seen = 0;
    for source in sources().iter().chain(&sql_files()).filter(|source| !source.is_test()) {
        for table in written(source.production()) {
            assert!(
                !DERIVED.contains(&table.as_str()),
                "{} writes {table}, which triggers keep",
                source.path
            );
            let Some(owner) = owners.get(table.as_str()) else { continue };
            let free = FREE_WRITERS.iter().any(|(name, _)| *name == source.krate());
            assert!(
                free || source.krate() == *owner,
                "{} writes {table}, which belongs to {owner}: ask {owner} to",
                source.path
            );
            seen += 1;
        }
    }
    assert!(seen > 30, "the search found only {seen} statements");
    assert_eq!(
        written("with x as (insert into customers (id) values ($1)) update addresses set a = 1"),
        ["customers", "addresses"]
    );
}

#[tokio::test]
async fn every_table_has_an_owner() {
    let app = crate::support::TestApp::new().await;
    let rows = app
        .sql
        .query("select tablename::text from pg_tables where schemaname = 'public'", &[])
        .await
        .unwrap();
    for table in rows.iter().map(|row| row.get::<_, String>(0)) {
        let owned = OWNERS.iter().any(|(_, tables)| tables.contains(&table.as_str()))
            || DERIVED.contains(&table.as_str());
        assert!(owned, "{table} has no owner in OWNERS");
    }
    app.finish().await;
}

/// Tables that this text deletes rows of.
fn deletes(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let names = lower.split("delete from ").skip(1).filter_map(|rest| {
        let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
        (!name.is_empty()).then_some(name)
    });
    names.collect()
}

#[test]
fn whoever_deletes_rows_is_let_by_the_list_of_rights() {
    let listed = crate::rights::listed_as_deletable();
    let mut found = Vec::new();
    for source in sources().iter().chain(&sql_files()).filter(|source| !source.is_test()) {
        for table in deletes(source.production()) {
            let remedy = "rows of it go by the list `deletable` in db/rights.sql, or not at all";
            assert!(listed.contains(&table), "{} deletes from {table}: {remedy}", source.path);
            found.push(table);
        }
    }
    for table in listed {
        assert!(found.contains(&table), "nobody deletes from {table}: take it off db/rights.sql");
    }
    assert_eq!(deletes("with gone as (DELETE FROM jobs where true)"), ["jobs"]);
}

/// What asks the database past the trait that counts by name.
fn asks_uncounted(text: &str) -> Option<&str> {
    let of_driver = |rest: &str| {
        let names = rest.strip_prefix('{').and_then(|names| names.split('}').next()).unwrap_or(rest);
        names.split(',').any(|name| name.trim().starts_with("GenericClient"))
    };
    if text.split("_postgres::").skip(1).any(of_driver) {
        return Some("the driver's own GenericClient");
    }
    let asks = [".query(&", ".query_one(", ".query_opt(", ".query_typed(", ".execute(", ".batch_execute("];
    let found = asks.into_iter().find(|ask| text.contains(ask))?;
    (!text.contains("GenericClient")).then_some(found)
}

#[test]
fn whoever_asks_the_database_is_counted_by_name() {
    let mut counted = 0;
    for source in sources().iter().filter(|source| !source.is_test() && !source.is_listed(UNCOUNTED)) {
        let remedy =
            "use platform::db::GenericClient (`as _` beside a Client or a Tx), so that its time is counted";
        assert_eq!(asks_uncounted(source.production()), None, "{}: {remedy}", source.path);
        counted += usize::from(source.production().contains("GenericClient"));
    }
    assert!(counted > 60, "only {counted}");
    for wrong in [
        "use deadpool_postgres::{\n    Client, GenericClient};",
        "fn f(db: &impl tokio_postgres::GenericClient)",
        "use deadpool_postgres::Client;\nfn f(db: &Client) { db.query_one(sql, &[]).await }",
    ] {
        assert!(asks_uncounted(wrong).is_some(), "{wrong}");
    }
    let right =
        "use deadpool_postgres::Client;\nuse platform::db::GenericClient as _;\ndb.query_one(sql, &[])";
    assert_eq!(asks_uncounted(right), None);
}
