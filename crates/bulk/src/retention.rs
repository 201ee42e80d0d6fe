//! How long it is kept from where an act on many was asked for.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[Rule {
    name: "bulk_runs",
    title: "Where acts on many came from",
    what: "Address and browser of who asked for it. Who it was, when, and what became of each customer stays, so that it can be undone.",
    since: "the end of the run",
    why: "As for sessions: to look into a stolen one, and no longer (UK GDPR Art. 5(1)(e) and 32).",
    months: 6,
    least: 1,
    most: 24,
    proposes: false,
    columns: &["bulk_runs.ip", "bulk_runs.user_agent"],
    due: "select id::text as id, null::uuid as customer_id, finished_at as at from bulk_runs
          where finished_at < $1 and (ip is not null or user_agent is not null)",
    forget: "update bulk_runs set ip = null, user_agent = null where id = any ($1::uuid[])",
}];
