//! What merging promises, computed afresh from the rows: one query each, one line of text for every row that is wrong.

/// A name, and a query that finds what contradicts it.
pub const CHECKS: &[(&str, &str)] = &[
    (
        "who was merged is so by a merge that stands, and the other way round",
        "select format('customer %s is part of %s, by its merge of %s', coalesce(c.id, m.merged_id), coalesce(c.merged_into::text, 'nobody'),
                coalesce(m.survivor_id::text, 'nobody'))
         from (select id, merged_into from customers where merged_into is not null) c
         full join (select merged_id, survivor_id from customer_merges where undone_at is null) m on m.merged_id = c.id
         where c.merged_into is distinct from m.survivor_id",
    ),
    (
        "nothing that moves belongs to who was merged",
        "select format('%s of customer %s', r.what, c.id)
         from customers c, lateral (
            select 'address' as what from addresses where customer_id = c.id
            union all select 'contact' from contacts where customer_id = c.id
            union all select 'note' from notes where customer_id = c.id
            union all select 'flag' from flags where customer_id = c.id
            union all select 'booking' from bookings where customer_id = c.id
            union all select 'payment' from payments where customer_id = c.id
            union all select 'ticket' from tickets where customer_id = c.id
            union all select 'credit' from credits where customer_id = c.id
         ) r
         where c.merged_into is not null",
    ),
    (
        "whoever was merged is part of somebody who was not",
        "select format('customer %s', id) from customers where merged_into is not null and person_of(id) is null",
    ),
    (
        "a merge has its event, and so has its undoing",
        "select format('merge %s', m.id) from customer_merges m
         where not exists (select from events e where e.id = m.event_id and e.action = 'customer.merged' and e.customer_id = m.survivor_id)
            or m.undone_at is not null and not exists (
                select from events e where e.id = m.undo_event_id and e.action = 'customer.unmerged' and e.customer_id = m.survivor_id)",
    ),
];
