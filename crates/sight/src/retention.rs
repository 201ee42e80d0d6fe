//! How long it is kept what staff members looked at more closely.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[REVEALS, READ_ALARMS];

const REVEALS: Rule = Rule {
    name: "reveals",
    title: "Revealed contact details",
    what: "Whose details a member of staff could see until when. That they were revealed, by whom, when and why, stays in the audit trail.",
    since: "the end of the reveal",
    why: "They are counted by the day; what is looked into later is looked up in the audit trail (UK GDPR Art. 5(1)(e)).",
    months: 3,
    least: 1,
    most: 24,
    proposes: false,
    columns: &["reveals.at", "reveals.until"],
    // Of who was erased too: it is about who looked.
    due: "select r.id::text as id, case when c.erased_at is null then r.customer_id end as customer_id, r.until as at
          from reveals r join customers c on c.id = r.customer_id where r.until < $1",
    forget: "delete from reveals where id = any ($1::uuid[])",
};

const READ_ALARMS: Rule = Rule {
    name: "read_alarms",
    title: "Alarms about reading",
    what: "On which day a member of staff read more than was expected of them. What they read stays in the audit trail.",
    since: "the alarm",
    why: "Long enough to look into a misuse that is noticed a year later, and no longer (UK GDPR Art. 5(1)(e)).",
    months: 13,
    least: 1,
    most: 84,
    proposes: false,
    columns: &["read_alarms.at", "read_alarms.stopped_at"],
    due: "select staff_id || ' ' || day as id, null::uuid as customer_id, at from read_alarms where at < $1",
    forget: "delete from read_alarms where staff_id || ' ' || day = any ($1)",
};
