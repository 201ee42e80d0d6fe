//! What is read of the jobs' table and of the database itself.

use platform::metrics::{Figure, Kind};

pub const FIGURES: &[Figure] = &[
    Figure {
        name: "hub_jobs",
        kind: Kind::Gauge,
        help: "Jobs that are not done, by kind and state.",
        labels: &["kind", "state"],
        // Each part walks the index of its state.
        sql: "select kind, 'ready' as state, count(*)::float8 as jobs from jobs where state = 'ready' group by kind
              union all select kind, 'running', count(*)::float8 from jobs where state = 'running' group by kind
              union all select kind, 'dead', count(*)::float8 from jobs where state = 'dead' group by kind
              order by jobs desc, kind, state",
    },
    Figure {
        name: "hub_jobs_retrying",
        kind: Kind::Gauge,
        help: "Jobs that failed and wait for another try, by kind.",
        labels: &["kind"],
        sql: "select kind, count(*)::float8 as jobs from jobs where state = 'ready' and attempt > 0 group by kind order by jobs desc, kind",
    },
    Figure {
        name: "hub_jobs_due_oldest_seconds",
        kind: Kind::Gauge,
        help: "For how long the job has been due that has waited longest; 0: none waits.",
        labels: &[],
        sql: "select coalesce(extract(epoch from $1::timestamptz - min(run_at)), 0)::float8 from jobs where state = 'ready' and run_at <= $1",
    },
    Figure {
        name: "hub_schedules_idle_seconds",
        kind: Kind::Gauge,
        help: "For how long no schedule has had its turn: some have one every minute, unless nobody does the work.",
        labels: &[],
        sql: "select greatest(extract(epoch from $1::timestamptz - max(next_run_at - every_seconds * interval '1 second')), 0)::float8
              from schedules having count(*) > 0",
    },
    Figure {
        name: "hub_database_size_bytes",
        kind: Kind::Gauge,
        help: "What the database takes on the disk.",
        labels: &[],
        sql: "select pg_database_size(current_database())::float8",
    },
    Figure {
        name: "hub_database_connections",
        kind: Kind::Gauge,
        help: "Connections to this database, everybody's.",
        labels: &[],
        sql: "select count(*)::float8 from pg_stat_activity where datname = current_database()",
    },
    Figure {
        name: "hub_database_connections_max",
        kind: Kind::Gauge,
        help: "How many connections the database server takes.",
        labels: &[],
        sql: "select current_setting('max_connections')::float8",
    },
    Figure {
        name: "hub_database_transaction_oldest_seconds",
        kind: Kind::Gauge,
        help: "For how long the oldest transaction has been open: it holds back cleaning up, and the seals of the audit trail.",
        labels: &[],
        sql: "select greatest(max(extract(epoch from now() - xact_start)), 0)::float8 from pg_stat_activity
              where datname = current_database() and pid <> pg_backend_pid()",
    },
    Figure {
        name: "hub_database_transactions_total",
        kind: Kind::Counter,
        help: "Transactions that the database ended, by how.",
        labels: &["outcome"],
        sql: "select o.outcome, o.ended::float8 from pg_stat_database d
              cross join lateral (values ('committed', d.xact_commit), ('rolled back', d.xact_rollback)) o (outcome, ended)
              where d.datname = current_database()",
    },
    Figure {
        name: "hub_database_deadlocks_total",
        kind: Kind::Counter,
        help: "Transactions that the database ended because they waited for each other.",
        labels: &[],
        sql: "select deadlocks::float8 from pg_stat_database where datname = current_database()",
    },
];
