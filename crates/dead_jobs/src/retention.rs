//! How long a job that nobody tries any more waits for somebody.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[Rule {
    name: "dead_jobs",
    title: "Dead jobs",
    what: "The error, and soon after the job itself, as if somebody had let it go.",
    since: "its last attempt",
    why: "Nobody has looked at it for a year; an error may name somebody (UK GDPR Art. 5(1)(e)).",
    months: 12,
    least: 3,
    most: 36,
    proposes: false,
    columns: &["jobs.last_error"],
    due: "select id::text as id, null::uuid as customer_id, finished_at as at from jobs where state = 'dead' and finished_at < $1",
    forget: jobs::FORGET_DEAD,
}];
