//! Everything that is kept about people has an end, or a reason to stay.

use erasure::{Class, Loss, MAP, ROWS, Rows};
use platform::retention::Rule;

/// What stays for good though it is about somebody, and why: a column, or `*` for all of a table.
const STAYS: &[(&str, &str, &str)] = &[
    ("staff", "*", "whoever worked here: the trail names them by their ids for as long as it is kept"),
    ("sessions", "token_hash", "a hash that opens nothing once the session has ended"),
    ("sessions", "created_at", "when somebody was signed in is part of what the trail tells"),
    ("sessions", "last_seen_at", "when somebody was signed in is part of what the trail tells"),
    ("sessions", "ended_at", "when somebody was signed in is part of what the trail tells"),
    ("sessions", "proved_at", "when somebody was signed in is part of what the trail tells"),
    ("totp_factors", "*", "the row goes when the factor is taken away"),
    ("recovery_codes", "*", "the row goes when others are made, or with the factor"),
    ("passkeys", "*", "the row goes when the passkey is taken away"),
    ("sign_in_links", "*", "a hash that opens nothing once it was used or has expired"),
    ("api_keys", "name", "which program acted is part of what the trail tells"),
    ("api_keys", "key_hash", "a hash that opens nothing once the key is revoked or has expired"),
    ("api_keys", "last_used_at", "which program acted, and when, is part of what the trail tells"),
    ("api_keys", "revoked_at", "which program acted, and when, is part of what the trail tells"),
    ("bulk_runs", "given", "its words go when the run ends, by a constraint"),
    ("events", "*", "headers of the trail, which are chained and never rewritten"),
    ("event_values", "*", "unreadable once the key of the customer or the month is destroyed"),
    ("flags", "kind", "of an erased customer it says nothing about anybody"),
    ("customer_stats", "flag_kinds", "of an erased customer it says nothing about anybody"),
    ("bookings", "driver_name", "who drove a move that the books account for"),
    ("external_links", "external_id", "or an import would bring back who was erased"),
    ("invoices", "*", "kept as issued, with the books (HMRC VAT notice 700/21)"),
    ("mails", "secret", "only while the mail waits to be sent, by a constraint"),
    ("data_requests", "kind", "proves that it was answered, and in time (UK GDPR Art. 5(2))"),
    ("data_requests", "received_on", "proves that it was answered, and in time (UK GDPR Art. 5(2))"),
    ("differences", "word", "why a difference in the books was settled; erasure looks for names in it"),
];

fn reason(table: &str, column: &str) -> Option<&'static str> {
    let here = |one: &&(&str, &str, &str)| one.0 == table && (one.1 == column || one.1 == "*");
    STAYS.iter().find(here).map(|one| one.2)
}

/// By a rule of retention, or with the customer whose row it is.
fn has_end(rules: &[&Rule], table: &str, column: &str, erasure: Loss) -> bool {
    let by_rule = rules.iter().any(|rule| rule.columns.contains(&format!("{table}.{column}").as_str()));
    let of_customer = ROWS.iter().any(|(name, _, rows)| *name == table && matches!(rows, Rows::Of(_)));
    // Customers end because those whose time is over are proposed.
    let customers_end = rules.iter().any(|rule| rule.name == "archived_customers" && rule.proposes);
    by_rule || (customers_end && of_customer && erasure != Loss::Keep)
}

fn endless(rules: &[&Rule]) -> Vec<String> {
    let columns = MAP.iter().flat_map(|(table, columns)| columns.iter().map(move |one| (table, one)));
    columns
        .filter(|(table, (name, column))| {
            column.class != Class::None
                && !has_end(rules, table, name, column.erasure)
                && reason(table, name).is_none()
        })
        .map(|(table, (name, _))| format!("{table}.{name}"))
        .collect()
}

fn rules() -> Vec<&'static Rule> {
    hub::app::RETENTION.iter().copied().flatten().collect()
}

#[test]
fn whatever_is_about_people_has_an_end_or_a_reason_to_stay() {
    let found = endless(&rules());
    assert!(
        found.is_empty(),
        "kept for ever without a reason: {found:#?}: give them a rule of retention, or say in STAYS why they stay"
    );
}

#[test]
fn a_reason_is_given_for_what_stays_and_nothing_else() {
    for (table, column, why) in STAYS {
        assert!(why.len() > 10, "{table}.{column}");
        let columns = MAP.get(*table).unwrap_or_else(|| panic!("there is no table {table}"));
        let meant = columns.iter().filter(|(name, _)| *column == "*" || name.as_str() == *column);
        let needs = meant.filter(|(name, entry)| {
            entry.class != Class::None && !has_end(&rules(), table, name, entry.erasure)
        });
        assert!(needs.count() > 0, "{table}.{column} has an end, or is about nobody: no reason is needed");
    }
}

/// The control: without a rule what it ends is found, whichever it is.
#[test]
fn what_no_rule_ends_is_found() {
    for without in rules() {
        let rest: Vec<&Rule> = rules().into_iter().filter(|rule| rule.name != without.name).collect();
        let found = endless(&rest);
        // What goes with its customer too has another end, and the two kinds of keys share a column.
        let only_here = without.columns.iter().filter(|place| {
            let (table, column) = place.split_once('.').unwrap();
            !has_end(&rest, table, column, MAP[table][column].erasure) && reason(table, column).is_none()
        });
        let only_here: Vec<&&str> = only_here.collect();
        assert!(only_here.iter().all(|place| found.iter().any(|one| one == **place)), "{}", without.name);
        if without.proposes {
            assert!(found.iter().any(|one| one == "customers.name"), "{found:?}");
        }
    }
    let no_sessions: Vec<&Rule> = rules().into_iter().filter(|rule| rule.name != "sessions").collect();
    assert_eq!(endless(&no_sessions), ["sessions.ip", "sessions.user_agent"]);
}
