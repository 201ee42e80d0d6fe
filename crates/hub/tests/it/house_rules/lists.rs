//! Who is where in the house, with the reason: what the rules go by.

/// Which crates of ours a crate may name, and why no others.
pub(super) const WALLS: &[(&str, &[&str], &str)] = &[
    ("kernel", &[], "it is the ground: it knows nobody"),
    ("chain", &[], "it hashes what it is given"),
    ("trace", &[], "it knows which chain of calls work belongs to, and nothing of the work"),
    ("queries", &["trace"], "it counts what others ask the database"),
    ("embedded", &[], "it runs PostgreSQL for anybody"),
    ("pdf", &[], "it sets the texts that it is given"),
    ("jobs", &["kernel", "queries", "trace"], "it runs what it is given: hand it the handlers"),
    (
        "mail",
        &["kernel", "platform", "staff", "jobs", "trace"],
        "it sends what it is given: features know it, not the reverse",
    ),
    (
        "dead_jobs",
        &["kernel", "platform", "staff", "jobs"],
        "it knows jobs by their kind only: features know what theirs do",
    ),
    (
        "invoices",
        &["kernel", "platform", "staff", "bookings", "customers", "jobs", "mail", "pdf"],
        "it is on the middle floor: let an upper feature call it",
    ),
    (
        "platform",
        &["kernel", "chain", "queries", "trace"],
        "it knows no feature: give it what it needs as an argument",
    ),
    ("assets", &["platform"], "it serves files: it knows no feature"),
    ("staff", &["kernel", "jobs", "platform"], "everybody stands on it: let it read events of others"),
    (
        "bookings",
        &["kernel", "platform", "staff"],
        "it is on the lower floor: upper features read it, not the reverse",
    ),
    (
        "customers",
        &["kernel", "jobs", "platform", "staff", "bookings"],
        "it is on the lower floor: let an upper feature read it",
    ),
    (
        "ledger",
        &["kernel", "jobs", "platform", "staff", "bookings"],
        "it is on the middle floor: it reads bookings, and customers only by their id",
    ),
    (
        "notices",
        &["kernel", "jobs", "platform", "staff", "mail"],
        "it mails what the ground floor leaves for it, and knows no other feature",
    ),
    (
        "saved_views",
        &["kernel", "platform", "staff", "customers"],
        "it keeps what the list of customers is narrowed by, and nothing about customers",
    ),
    (
        "bulk",
        &["kernel", "jobs", "platform", "staff", "customers"],
        "it does to many what customers does to one, and knows no other feature's acts",
    ),
    (
        "page_timings",
        &["kernel", "platform", "staff"],
        "it counts how long pages took, and knows none of them",
    ),
    ("tickets", &["kernel", "platform", "staff"], "it may not name other features: let them read its events"),
    ("audit", &["kernel", "chain", "jobs", "platform", "staff"], "it reads events, whoever wrote them"),
    ("realtime", &["kernel", "platform", "staff"], "it passes hints on: it reads events, never features"),
    (
        "profile",
        &["kernel", "platform", "staff", "bookings", "customers", "invoices", "ledger", "tickets", "privacy"],
        "it shows what the features below hold",
    ),
    (
        "duplicates",
        &["kernel", "platform", "staff", "customers"],
        "it brings two records together by functions of the database: features need not know of it",
    ),
    ("samples", &["kernel", "chain"], "it makes rows for a database, past the features"),
    ("imports", &["kernel", "chain", "platform"], "it makes rows for a database, past the features"),
    (
        "sight",
        &["kernel", "jobs", "platform", "staff", "mail", "customers"],
        "it stands around all answers: hide by the name of a field, whichever feature's it is",
    ),
    (
        "privacy",
        &["kernel", "jobs", "platform", "staff", "customers"],
        "it reads what others hold; who wants a copy asks it for one",
    ),
    (
        "data_requests",
        &["kernel", "jobs", "platform", "staff", "customers", "erasure", "mail", "privacy", "pdf"],
        "it is on the upper floor: those below tell it by their events",
    ),
    (
        "retention",
        &["kernel", "jobs", "platform", "staff"],
        "it carries out what features say of their own: they hand it their rules",
    ),
    (
        "backups",
        &["kernel", "chain", "audit", "embedded", "jobs", "platform", "staff"],
        "it copies whatever is in the database: what must hold of it is handed in",
    ),
    (
        "watch",
        &["kernel", "jobs", "platform", "staff", "mail"],
        "it reads figures that features hand out: it knows none of them",
    ),
    (
        "erasure",
        &["kernel", "chain", "jobs", "platform", "staff", "customers", "bookings", "pdf"],
        "it erases by the map of columns and knows no feature's types",
    ),
];

/// Beside `http.rs` and `http/`: what may name the web framework, and why.
pub(super) const WEB: &[(&str, &str)] = &[
    ("crates/platform/", "the plumbing of HTTP"),
    ("crates/hub/", "puts the routes together"),
    ("crates/assets/", "answers requests for files"),
    ("crates/realtime/", "holds sockets"),
    ("crates/sight/src/layer.rs", "the layer that hides contact details in answers"),
    ("crates/staff/src/authorized.rs", "the extractor that proves a permission"),
];

/// What asks past the pool, once or for hours, and is not counted by name.
pub(super) const UNCOUNTED: &[(&str, &str)] = &[
    ("crates/queries/", "it is what counts"),
    ("crates/embedded/", "starts and stops PostgreSQL"),
    ("crates/imports/", "reads and writes on connections of its own, for as long as it takes"),
    ("crates/samples/", "makes a demonstration"),
    ("crates/audit/src/trail/verify.rs", "walks the whole trail, for minutes"),
    ("crates/backups/", "walks beside PostgreSQL's own programs, on their connections"),
    ("crates/hub/src/", "commands, and what is looked at before anybody is served"),
    ("crates/platform/src/migrate.rs", "before anybody is served"),
    ("crates/platform/src/db.rs", "the look at a start"),
    ("crates/platform/src/live.rs", "listens"),
];

/// Who writes which tables: the feature's own crate, and these, with their reason.
pub(super) const OWNERS: &[(&str, &[&str])] = &[
    (
        "staff",
        &[
            "roles",
            "staff",
            "sessions",
            "sign_in_links",
            "totp_factors",
            "recovery_codes",
            "api_keys",
            "passkeys",
            "used_challenges",
        ],
    ),
    (
        "platform",
        &["events", "event_values", "value_keys", "idempotency", "schema_migrations", "rate_limits"],
    ),
    ("realtime", &["presences"]),
    ("page_timings", &["page_timings"]),
    ("watch", &["response_times", "failed_requests", "measured_minutes", "alerts"]),
    ("hub", &["vault"]),
    ("audit", &["seals", "checkpoints", "trail_verifications"]),
    ("jobs", &["jobs", "schedules"]),
    ("backups", &["backups", "drills", "epochs", "log_archive"]),
    ("mail", &["mails", "mail_attachments"]),
    ("invoices", &["invoices", "invoice_counter"]),
    ("customers", &["customers", "addresses", "contacts", "flags", "notes"]),
    ("saved_views", &["saved_views", "saved_view_pins", "list_layouts"]),
    ("bulk", &["selections", "selection_parts", "bulk_runs", "bulk_outcomes"]),
    ("bookings", &["bookings", "payments"]),
    (
        "ledger",
        &[
            "ledger_accounts",
            "refund_states",
            "refund_transitions",
            "refunds",
            "refund_attempts",
            "refund_returns",
            "dispute_states",
            "dispute_transitions",
            "disputes",
            "refund_reasons",
            "approvals",
            "act_limits",
            "credits",
            "credit_uses",
            "provider_inbox",
            "reconciliation_runs",
            "reconciliation_seen",
            "differences",
        ],
    ),
    ("tickets", &["tickets", "ticket_responses"]),
    (
        "data_requests",
        &[
            "data_request_states",
            "data_request_transitions",
            "data_requests",
            "data_request_pauses",
            "data_request_reminders",
        ],
    ),
    ("sight", &["reveals", "sight_limits", "read_alarms"]),
    ("erasure", &["erasures", "erasure_proposals", "legal_holds"]),
    ("duplicates", &["customer_merges", "customer_merge_rows", "duplicate_dismissals"]),
    ("retention", &["retention_rules", "retention_switch", "retention_runs"]),
    ("privacy", &["personal_exports", "personal_export_parts"]),
    ("imports", &["external_links", "import_runs", "imported_history"]),
];
pub(super) const FREE_WRITERS: &[(&str, &str)] = &[
    ("imports", "takes in another system's data: whole tables, with their events"),
    ("samples", "makes a demonstration: whole tables, with their events"),
];

/// Kept by triggers; a statement that wrote them would lie.
pub(super) const DERIVED: [&str; 7] = [
    "customer_stats",
    "customer_totals",
    "customer_totals_changes",
    "customer_totals_folds",
    "stats_due",
    "transfers",
    "data_request_steps",
];

/// A line that nobody may write outside tests, in crates that run in production.
pub(super) const FLOATS: &[(&str, &str)] = &[
    ("crates/bookings/src/model.rs", "miles, cubic metres, degrees and percentages stand beside amounts"),
    ("crates/bookings/src/snapshot.rs", "reads the same from the snapshot"),
    ("crates/samples/", "chance; amounts come out as whole pence"),
    ("crates/imports/", "the platform's own distances and percentages; amounts are parsed to pence"),
];
