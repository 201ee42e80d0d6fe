//! How long it is kept what happened on the platform before.

use ::platform::retention::Rule;

pub const RETENTION: &[Rule] = &[Rule {
    name: "imported_history",
    title: "History from the booking platform",
    what: "Who did it, from where, to what, and the values before and after. That something was done, what kind of act it was, and when, stays.",
    since: "the day it happened",
    why: "As for changes that are made here: claims can be brought for six years (Limitation Act 1980 s. 5).",
    months: 84,
    least: 12,
    most: 240,
    proposes: false,
    columns: &[
        "imported_history.actor",
        "imported_history.target_id",
        "imported_history.before",
        "imported_history.after",
        "imported_history.details",
        "imported_history.ip",
        "imported_history.user_agent",
    ],
    due: "select id::text as id, customer_id, at from imported_history
          where at < $1 and num_nonnulls(actor, target_id, before, after, details, ip, user_agent) > 0",
    forget: "update imported_history set actor = null, target_id = null, before = null, after = null, details = null, ip = null,
              user_agent = null
          where id = any ($1::uuid[])",
}];
