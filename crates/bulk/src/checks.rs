//! Invariants of acts on many: each a query that returns one line of text for every row that is wrong.

pub const CHECKS: &[(&str, &str)] = &[
    (
        "bulk runs count what became of their customers",
        "select format('bulk run %s: counted %s, %s and %s, there are %s, %s and %s', r.id, r.changed, r.skipped, r.refused,
                coalesce(o.changed, 0), coalesce(o.skipped, 0), coalesce(o.refused, 0))
         from bulk_runs r left join (
            select run_id, count(*) filter (where outcome = 'changed') as changed,
                   count(*) filter (where outcome = 'skipped') as skipped,
                   count(*) filter (where outcome = 'refused') as refused
            from bulk_outcomes group by run_id
         ) o on o.run_id = r.id
         where (r.changed, r.skipped, r.refused)
            <> (coalesce(o.changed, 0), coalesce(o.skipped, 0), coalesce(o.refused, 0))",
    ),
    (
        "every customer that a bulk run changed has exactly one event of it",
        "select format('customer %s in bulk run %s: %s events', o.customer_id, o.run_id, e.events)
         from bulk_outcomes o cross join lateral (
            select count(*) as events from events e
            where e.customer_id = o.customer_id and e.kind = 'change' and e.details ->> 'bulkRunId' = o.run_id::text
         ) e
         where e.events <> case o.outcome when 'changed' then 1 else 0 end",
    ),
];
