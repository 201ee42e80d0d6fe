//! How far the seals are behind the writers, and what the last look at the whole trail found.

use platform::metrics::{Figure, Kind};

/// What a pass would still have to seal begins where the last one ended, or, on a server that counts its transactions anew, anywhere.
/// Counted as far as ten thousand of each: in the order of the index, whatever the planner thinks of the rest.
macro_rules! unsealed {
    ($wanted:literal) => {
        concat!(
            "with head as (select coalesce((select below from checkpoints order by number desc limit 1), 0) as below),
             start as (
                 select (case when below > pg_snapshot_xmax(pg_current_snapshot())::text::bigint then 0 else below end)::text::xid8 as xid
                 from head)
             select ",
            $wanted,
            "::float8 from (
                 (select e.at from events e where e.xid >= (select xid from start)
                      and not exists (select from seals s where s.event_id = e.id) order by e.xid limit 10000)
                 union all
                 (select t.at from transfers t where t.xid >= (select xid from start)
                      and not exists (select from seals s where s.transfer = t.number) order by t.xid limit 10000)) open"
        )
    };
}

pub const FIGURES: &[Figure] = &[
    Figure {
        name: "hub_audit_unsealed",
        kind: Kind::Gauge,
        help: "Events and transfers without a seal yet, counted as far as ten thousand of each.",
        labels: &[],
        sql: unsealed!("count(*)"),
    },
    Figure {
        name: "hub_audit_unsealed_oldest_seconds",
        kind: Kind::Gauge,
        help: "How old the oldest event or transfer without a seal is; 0: all are sealed.",
        labels: &[],
        sql: unsealed!("greatest(coalesce(extract(epoch from $1::timestamptz - min(open.at)), 0), 0)"),
    },
    Figure {
        name: "hub_audit_seals",
        kind: Kind::Gauge,
        help: "The number of the last seal.",
        labels: &[],
        sql: "select coalesce((select number from checkpoints order by number desc limit 1), 0)::float8",
    },
    Figure {
        name: "hub_audit_verification_failed",
        kind: Kind::Gauge,
        help: "1: whoever last had the whole trail verified was told that it does not hold.",
        labels: &[],
        sql: "select coalesce((select (outcome <> 'ok')::integer from trail_verifications where finished_at is not null
                  order by finished_at desc, id desc limit 1), 0)::float8",
    },
];
