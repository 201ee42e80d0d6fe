//! How long what people wrote in tickets is kept.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[Rule {
    name: "tickets",
    title: "Tickets",
    what: "What was written, how to reach who wrote it, and names of files. Number, category, priority, dates and the booking stay.",
    since: "the day it was resolved or last changed",
    why: "Claims from a contract can be brought for six years (Limitation Act 1980 s. 5); in Scotland for five.",
    months: 72,
    least: 12,
    most: 120,
    proposes: false,
    columns: &[
        "tickets.description",
        "tickets.email",
        "tickets.phone",
        "tickets.attachments",
        "ticket_responses.message",
        "ticket_responses.attachments",
    ],
    due: "select t.id::text as id, t.customer_id, greatest(t.resolved_at, t.updated_at) as at from tickets t
          where t.status in ('RESOLVED', 'CLOSED') and greatest(t.resolved_at, t.updated_at) < $1
            and (t.description <> 'No longer kept.' or exists (
                select from ticket_responses r where r.ticket_id = t.id and r.message <> 'No longer kept.'))",
    forget: "with answers as (
              update ticket_responses set message = 'No longer kept.', attachments = '{}' where ticket_id = any ($1::uuid[])
          )
          update tickets set description = 'No longer kept.', email = null, phone = null, attachments = '{}'
          where id = any ($1::uuid[])",
}];
