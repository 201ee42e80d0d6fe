//! Money that is under way, and what does not agree with the provider.

use platform::metrics::{Figure, Kind};

pub const FIGURES: &[Figure] = &[
    Figure {
        name: "hub_refunds",
        kind: Kind::Gauge,
        help: "Refunds that are not over, by state.",
        labels: &["state"],
        // The condition is that of the index of refunds under way.
        sql: "select s.name, count(r.id)::float8 from refund_states s
              left join refunds r on r.status = s.name and r.status not in ('succeeded', 'failed', 'cancelled', 'rejected')
              where s.class in ('held', 'payable') group by s.name order by s.name",
    },
    Figure {
        name: "hub_refunds_in_doubt_oldest_seconds",
        kind: Kind::Gauge,
        help: "For how long it has not been known whether a refund went through, of the one that has been so longest; 0: none.",
        labels: &[],
        sql: "select coalesce(extract(epoch from $1::timestamptz - min(coalesce(updated_at, created_at))), 0)::float8 from refunds
              where status = 'in_doubt' and status not in ('succeeded', 'failed', 'cancelled', 'rejected')",
    },
    Figure {
        name: "hub_differences_open",
        kind: Kind::Gauge,
        help: "Differences between the provider's books and ours that nobody has settled.",
        labels: &[],
        sql: "select count(*)::float8 from differences where state = 'open'",
    },
    Figure {
        name: "hub_differences_oldest_seconds",
        kind: Kind::Gauge,
        help: "For how long the oldest open difference has been known; 0: none is open.",
        labels: &[],
        sql: "select coalesce(extract(epoch from $1::timestamptz - min(first_seen)), 0)::float8 from differences where state = 'open'",
    },
];
