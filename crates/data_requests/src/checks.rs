//! What a data request promises, computed afresh from the rows: one query each, one line of text for every row that is wrong.

/// A name, and a query that finds what contradicts it.
pub const CHECKS: &[(&str, &str)] = &[
    (
        "a data request stands where its last step led",
        "select format('data request %s is %s, its last step led to %s', r.number, r.state, coalesce(s.after, 'nothing'))
         from data_requests r left join lateral (
            select after from data_request_steps where request_id = r.id order by number desc limit 1
         ) s on true
         where s.after is distinct from r.state",
    ),
    (
        "steps of data requests follow one another by the table of transitions, each with its event",
        "select format('data request %s, step %s', s.request_id, s.number)
         from data_request_steps s
         left join data_request_steps p on p.request_id = s.request_id and p.number = s.number - 1
         where not exists (select from events e where e.id = s.event_id)
            or (s.number = 1) <> (s.before is null) or s.before is distinct from p.after
            or s.before is not null and not exists (
                select from data_request_transitions t where t.before = s.before and t.after = s.after)",
    ),
    (
        "answered data requests have an outcome and no running clock",
        "select format('data request %s is %s', r.number, r.state) from data_requests r
         where r.state in ('delivered', 'refused', 'withdrawn', 'closed')
           and (r.outcome is null or r.answered_on is null
                or exists (select from data_request_pauses p where p.request_id = r.id and p.until_on is null))",
    ),
    (
        "the clock of a data request stands only while the person who asked is waited for",
        "select format('data request %s is %s and has no due date', r.number, r.state) from data_requests r
         where r.outcome is null and (
            r.due_on is null and not (r.identity_asked_on is not null and r.identity_confirmed_on is null
                or r.kind = 'access' and exists (select from data_request_pauses p where p.request_id = r.id and p.until_on is null))
            or (r.state = 'clarification') <> exists (
                select from data_request_pauses p where p.request_id = r.id and p.until_on is null))",
    ),
    (
        "who is told that they were erased has been",
        "select format('data request %s', r.number) from data_requests r
         where r.kind = 'erasure' and r.outcome = 'delivered' and r.customer_id is not null
            and not exists (select from erasures e where e.customer_id = r.customer_id and e.state = 'done')",
    ),
    (
        "answers to data requests were approved by somebody who had not prepared them",
        "select format('data request %s', r.number) from data_requests r
         where r.outcome in ('delivered', 'refused') and (r.reviewed_by is null or r.reviewed_by = r.prepared_by)",
    ),
];
