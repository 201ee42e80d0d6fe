//! When somebody who was archived, and of whom nothing was heard since, is to be erased.

use platform::retention::Rule;

pub const RETENTION: &[Rule] = &[Rule {
    name: "archived_customers",
    title: "Archived customers",
    what: "The customer is proposed for erasure, and nothing goes by that: one person plans it, somebody else approves it, and then it goes as \
        with every erasure. Who is to be kept is restored, or put under a legal hold.",
    since: "the last that was heard of them: the day they were archived, their last order or move, ticket, mail or data request",
    why: "The books of a move are kept for six years from the end of its financial year, and claims can be brought for six (Limitation Act \
        1980 s. 5); after that nothing needs the person.",
    months: 84,
    least: 12,
    most: 180,
    proposes: true,
    columns: &[],
    due: "select c.id::text as id, c.id as customer_id, l.at
          from customers c cross join lateral (select last_contact(c.id) as at offset 0) l
          where c.archived_at < $1 and c.erased_at is null and c.merged_into is null and l.at < $1
            and not exists (select from erasure_proposals p where p.customer_id = c.id and p.last_contact_at >= l.at)
            and not exists (select from erasures e where e.customer_id = c.id and e.state not in ('withdrawn', 'stopped', 'done'))",
    forget: "insert into erasure_proposals (customer_id, last_contact_at, proposed_at)
          select c.id, last_contact(c.id), $2 from customers c where c.id = any ($1::uuid[])",
}];
