//! What erasure does to which columns, and which rows are a person's.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    None,
    Personal,
    Sensitive,
    FreeText,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    Keep,
    Clear,
    Replace,
}

#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Column {
    pub class: Class,
    pub erasure: Loss,
}

/// `db/personal-data.toml`: tables, and their columns.
pub static MAP: LazyLock<BTreeMap<String, BTreeMap<String, Column>>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../db/personal-data.toml")).expect("a test reads the same file")
});

/// Which rows of a table are a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rows {
    /// By a condition on the row; `$1` is the customer, with whom was merged into them; `{ids}` the ids of all that is theirs.
    Of(&'static str),
    /// Nothing in the row points to them: those that hold their e-mail address, their phone number or their whole name.
    ByContent,
    /// By a step of its own.
    Apart,
}

/// Every table of which something goes, and those whose rows are a person's though nothing of them goes.
pub static ROWS: LazyLock<Vec<(&str, &str, Rows)>> =
    LazyLock::new(|| ASSIGNED.iter().copied().filter(|(table, ..)| MAP.contains_key(*table)).collect());

const ASSIGNED: &[(&str, &str, Rows)] = &[
    (
        "customers",
        "Name, e-mail address and phone number",
        Rows::Of("id = any ((select same_person($1))::uuid[])"),
    ),
    ("addresses", "Addresses", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    ("contacts", "Contacts", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    ("flags", "Why they were flagged", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    ("notes", "Notes about them", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    (
        "bookings",
        "Who moved, from where, to where, with what",
        Rows::Of("customer_id = any ((select same_person($1))::uuid[])"),
    ),
    ("payments", "Payments", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    ("refunds", "Notes and reasons of refunds", Rows::Of(OF_PAYMENT)),
    (
        "refund_attempts",
        "What the provider said of refunds",
        Rows::Of(
            "refund_id in (select r.id from refunds r join payments p on p.id = r.payment_id where p.customer_id = any ((select same_person($1))::uuid[]))",
        ),
    ),
    (
        "approvals",
        "What was asked to be approved, and the word about it",
        Rows::Of("customer_id = any ((select same_person($1))::uuid[])"),
    ),
    ("credits", "Notes on store credit", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    (
        "credit_uses",
        "Notes on spent credit",
        Rows::Of(
            "credit_id in (select id from credits where customer_id = any ((select same_person($1))::uuid[]))",
        ),
    ),
    ("transfers", "Entries in the books", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    ("invoices", "Invoices", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    (
        "tickets",
        "Tickets: what they wrote, and how to reach them",
        Rows::Of("customer_id = any ((select same_person($1))::uuid[])"),
    ),
    (
        "ticket_responses",
        "Answers to tickets",
        Rows::Of(
            "ticket_id in (select id from tickets where customer_id = any ((select same_person($1))::uuid[]))",
        ),
    ),
    ("mails", "Mails to them", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    (
        "mail_attachments",
        "Files that were mailed",
        Rows::Of(
            "mail_id in (select id from mails where customer_id = any ((select same_person($1))::uuid[]))",
        ),
    ),
    (
        "data_requests",
        "What they asked about their data",
        Rows::Of("customer_id = any ((select same_person($1))::uuid[])"),
    ),
    (
        "data_request_pauses",
        "What they were asked back",
        Rows::Of(
            "request_id in (select id from data_requests where customer_id = any ((select same_person($1))::uuid[]))",
        ),
    ),
    (
        "personal_exports",
        "Copies of everything that were made for them",
        Rows::Of("customer_id = any ((select same_person($1))::uuid[])"),
    ),
    (
        "personal_export_parts",
        "What such copies hold",
        Rows::Of(
            "export_id in (select id from personal_exports where customer_id = any ((select same_person($1))::uuid[]))",
        ),
    ),
    (
        "duplicate_dismissals",
        "Told apart from others: by what, and why",
        Rows::Of(
            "(one_id = any ((select same_person($1))::uuid[]) or other_id = any ((select same_person($1))::uuid[]))",
        ),
    ),
    (
        "customer_merges",
        "Merges: why, and their details before and after",
        Rows::Of(
            "(survivor_id = any ((select same_person($1))::uuid[]) or merged_id = any ((select same_person($1))::uuid[]))",
        ),
    ),
    (
        "legal_holds",
        "Reasons of legal holds",
        Rows::Of("customer_id = any ((select same_person($1))::uuid[])"),
    ),
    ("erasures", "Reasons of erasures", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    (
        "imported_history",
        "History from the booking platform",
        Rows::Of("customer_id = any ((select same_person($1))::uuid[])"),
    ),
    ("external_links", "What their records looked like elsewhere", Rows::Of("our_id in ({ids})")),
    ("bulk_outcomes", "Acts on many that they were among", Rows::Of("customer_id = $1")),
    ("idempotency", "Marks of what was sent", Rows::Of("made in ({ids})")),
    ("events", "What happened", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    (
        "event_values",
        "Values in the audit trail",
        Rows::Of("customer_id = any ((select same_person($1))::uuid[])"),
    ),
    ("customer_stats", "Figures", Rows::Of("customer_id = any ((select same_person($1))::uuid[])")),
    ("value_keys", "The key of their values in the audit trail", Rows::Apart),
    ("provider_inbox", "Messages of the payment provider", Rows::ByContent),
    ("jobs", "Errors of jobs", Rows::ByContent),
    ("differences", "Words about differences in the books", Rows::ByContent),
];

const OF_PAYMENT: &str =
    "payment_id in (select id from payments where customer_id = any ((select same_person($1))::uuid[]))";

/// Tables whose ids are what `{ids}` stands for.
pub const WITH_IDS: &[&str] = &[
    "customers",
    "addresses",
    "contacts",
    "flags",
    "notes",
    "bookings",
    "payments",
    "refunds",
    "approvals",
    "credits",
    "credit_uses",
    "invoices",
    "tickets",
    "ticket_responses",
    "mails",
    "data_requests",
    "imported_history",
];

/// What a column becomes where its type alone does not say: a constraint wants more, or people read it.
pub const REPLACED_BY: &[(&str, &str, &str)] = &[
    ("customers", "name", "'Erased customer'"),
    // One way to reach somebody must be there; nothing is ever sent to this domain (RFC 2606).
    ("contacts", "email", "'erased@erased.invalid'"),
    ("mails", "to_address", "'erased@erased.invalid'"),
];

/// What is append-only but for the words in it: a function of the database takes those out, and nobody else can.
pub const BY_FUNCTION: &[(&str, &str)] = &[("credit_uses", "select erase_credit_use_notes($1)")];

/// The condition for a person's rows; `None`: nothing in the row points to anybody.
pub fn condition(table: &str) -> Option<String> {
    match ROWS.iter().find(|(name, ..)| *name == table) {
        Some((.., Rows::Of(condition))) => Some(condition.replace("{ids}", &ids())),
        _ => None,
    }
}

fn ids() -> String {
    let parts = WITH_IDS.iter().filter_map(|table| match ROWS.iter().find(|(name, ..)| name == table) {
        Some((.., Rows::Of(condition))) => Some(format!("select id from {table} where {condition}")),
        _ => None,
    });
    parts.collect::<Vec<_>>().join(" union all ")
}

/// Whether something of a column goes.
pub fn goes(column: &Column) -> bool {
    column.erasure != Loss::Keep
}

/// Whether a column holds what is kept on purpose, so that a scan need not look there.
pub fn is_kept_on_purpose(table: &str, column: &str) -> bool {
    let entry = MAP.get(table).and_then(|columns| columns.get(column));
    entry.is_some_and(|entry| entry.class != Class::None && entry.erasure == Loss::Keep)
}
