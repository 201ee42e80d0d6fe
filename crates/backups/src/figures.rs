//! How old the last good copy and the last good drill are. Where none was ever tried there is nothing to say.

use platform::metrics::{Figure, Kind};

pub const FIGURES: &[Figure] = &[
    Figure {
        name: "hub_backup_last_good_age_seconds",
        kind: Kind::Gauge,
        help: "How old the newest good copy is; where there is none, for how long it has been tried.",
        labels: &[],
        sql: "select extract(epoch from $1::timestamptz - coalesce(
                  max(started_at) filter (where state in ('done', 'pruned')), min(started_at)))::float8
              from backups where file not like '%.base' having count(*) > 0",
    },
    Figure {
        name: "hub_backup_last_good_bytes",
        kind: Kind::Gauge,
        help: "What the newest good copy takes.",
        labels: &[],
        sql: "select bytes::float8 from backups where state in ('done', 'pruned') and file not like '%.base' order by started_at desc, id desc limit 1",
    },
    Figure {
        name: "hub_drill_last_good_age_seconds",
        kind: Kind::Gauge,
        help: "How old the last drill is that passed; where there is none, for how long there have been copies.",
        labels: &[],
        sql: "select extract(epoch from $1::timestamptz - coalesce(
                  (select max(started_at) from drills where state = 'passed'), (select min(started_at) from backups)))::float8
              where exists (select from backups) or exists (select from drills where state = 'passed')",
    },
    Figure {
        name: "hub_drill_last_failed",
        kind: Kind::Gauge,
        help: "1: the copy, or the base with its log, that was drilled last did not pass.",
        labels: &[],
        sql: "select coalesce(max((state = 'failed')::integer), 0)::float8 from (
                  select distinct on (file like '%.base') state from drills where state <> 'running'
                  order by file like '%.base', started_at desc, id desc) newest",
    },
    Figure {
        name: "hub_log_archive_age_seconds",
        kind: Kind::Gauge,
        help: "How long ago the latest instant was that the database can be brought back to; where there is none yet, for how long its log has been archived.",
        labels: &[],
        sql: "select extract(epoch from $1::timestamptz - coalesce(covered_until, unbroken_since))::float8 from log_archive",
    },
    Figure {
        name: "hub_fenced",
        kind: Kind::Gauge,
        help: "1: this database was restored, and nobody has accepted it yet.",
        labels: &[],
        sql: "select exists (select from epochs where accepted_at is null)::integer::float8",
    },
];
