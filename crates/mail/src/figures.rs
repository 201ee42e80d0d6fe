//! Mail that has not arrived.

use platform::metrics::{Figure, Kind};

pub const FIGURES: &[Figure] = &[
    Figure {
        name: "hub_mails",
        kind: Kind::Gauge,
        help: "Mails that were not sent, by state.",
        labels: &["state"],
        sql: "select s.state, (select count(*) from mails m where m.state = s.state)::float8
              from (values ('queued'), ('failed'), ('outbox')) s (state)",
    },
    Figure {
        name: "hub_mails_queued_oldest_seconds",
        kind: Kind::Gauge,
        help: "For how long the mail has waited that has waited longest; 0: none waits.",
        labels: &[],
        sql: "select coalesce(extract(epoch from $1::timestamptz - min(created_at)), 0)::float8 from mails where state = 'queued'",
    },
    Figure {
        name: "hub_mails_failed_last_day",
        kind: Kind::Gauge,
        help: "Mails of the last day that were given up.",
        labels: &[],
        sql: "select count(*)::float8 from mails where state = 'failed' and created_at > $1::timestamptz - interval '1 day'",
    },
];
