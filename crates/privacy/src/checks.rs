//! What personal exports promise, computed afresh from the rows: one query each, one line of text for every row that is wrong.

/// A name, and a query that finds what contradicts it.
pub const CHECKS: &[(&str, &str)] = &[
    (
        "personal exports have content while they can be fetched, and none when they are over",
        "select format('personal export %s is %s and has %s pieces', e.id, e.state, count(p.export_id))
         from personal_exports e left join personal_export_parts p on p.export_id = e.id
         group by e.id, e.state
         having count(p.export_id) > 0 and e.state not in ('ready', 'fetched') or count(p.export_id) = 0 and e.state = 'ready'",
    ),
    (
        "pieces of personal exports are numbered without a gap",
        "select format('personal export %s: %s pieces, last %s', export_id, count(*), max(position))
         from personal_export_parts group by export_id having count(*) <> max(position) + 1",
    ),
    (
        "personal exports that answer a data request are about its customer",
        "select format('personal export %s', e.id) from personal_exports e join data_requests r on r.id = e.data_request_id
         where e.customer_id is distinct from r.customer_id",
    ),
];
