//! What the copy does not hold, and why: told to the person in plain words, and to the test that compares the copy with the map.

/// Columns that are about a person by `db/personal-data.toml` and stand in no section.
#[derive(Debug)]
pub struct LeftOut {
    /// Table and column; `*` is all of the table.
    pub columns: &'static [(&'static str, &'static str)],
    /// As the person reads it; empty where it is no matter of theirs.
    pub what: &'static str,
    pub why: &'static str,
}

impl LeftOut {
    pub fn names(&self, table: &str, column: &str) -> bool {
        self.columns.iter().any(|(t, c)| *t == table && (*c == column || *c == "*"))
    }
}

pub const LEFT_OUT: &[LeftOut] = &[
    LeftOut {
        columns: &[("legal_holds", "reason"), ("legal_holds", "lift_reason"), ("erasures", "reason")],
        what: "Why your data had to be kept, or was to be erased",
        why: "The words concern legal claims (DPA 2018 Sch. 2 para. 5), or repeat what you asked. What you asked is in your data requests.",
    },
    LeftOut {
        columns: &[
            ("staff", "*"),
            ("sessions", "*"),
            ("bulk_runs", "*"),
            ("sign_in_links", "*"),
            ("totp_factors", "*"),
            ("recovery_codes", "*"),
            ("passkeys", "*"),
            ("api_keys", "*"),
            ("read_alarms", "*"),
            ("reveals", "*"),
            ("events", "ip"),
            ("events", "user_agent"),
        ],
        what: "The names, sign-ins and devices of our staff",
        why: "They are about other people. For everything that was done you see when it was done, and in which role.",
    },
    LeftOut {
        columns: &[("bookings", "driver_name")],
        what: "The names of drivers",
        why: "They are about other people.",
    },
    LeftOut {
        columns: &[("duplicate_dismissals", "keys"), ("duplicate_dismissals", "reason")],
        what: "Why somebody else with details like yours was found not to be you",
        why: "It is about another person as much as about you.",
    },
    LeftOut {
        columns: &[("event_values", "filter")],
        what: "Lists and searches in which you were one of many",
        why: "They hold what a member of staff typed and are about many people at once. That your own pages were opened is listed.",
    },
    LeftOut {
        columns: &[
            ("customers", "name_key"),
            ("customers", "email_key"),
            ("customers", "search"),
            ("external_links", "content_hash"),
            ("idempotency", "content_hash"),
            ("value_keys", "wrapped"),
        ],
        what: "Copies of your details that a computer has turned into search terms, fingerprints and keys",
        why: "They are made from what stands here and say nothing more.",
    },
    LeftOut {
        columns: &[("jobs", "last_error")],
        what: "Technical notes about work that a computer has to try again",
        why: "They are kept for days. What a mail server said about a message to you stands with that message.",
    },
    LeftOut {
        columns: &[("personal_export_parts", "content"), ("mails", "secret")],
        what: "Earlier copies of your data, and the links to them",
        why: "They are sealed, so that we cannot read them ourselves. When they were made is listed.",
    },
];
