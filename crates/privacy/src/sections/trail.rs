//! What was changed, who looked, and what came with the person from another system.

use super::{
    Kind::{Action, Instant, Nested, Text, Who, Word},
    Layout, Section, column,
};

/// Values of events are encrypted: what the query gives of them is opened by [`super::opened`].
pub(super) const CHANGES: Section = Section {
    name: "changes",
    title: "What was changed, and how it was before",
    intro: "Changes to your record with the values before and after.",
    sql: r#"select e.at, e.action, coalesce(e.role, e.actor_kind) as "by", v.before, v.after, null as "remark", e.id as "eventId",
            encode(v.sealed, 'base64') as sealed, encode(k.wrapped, 'base64') as wrapped
        from events e join event_values v on v.event_id = e.id left join value_keys k on k.id = value_key(v.sealed)
        where e.customer_id = any ((select same_person($1))::uuid[]) and e.kind = 'change' order by e.at, e.id"#,
    columns: &[
        column("at", "When", Instant),
        column("action", "What", Action),
        column("by", "By", Who),
        column("before", "Before", Nested),
        column("after", "After", Nested),
        column("remark", "Remark", Text),
    ],
    layout: Layout::Cards,
};

/// Header fields only: who, as a role, did what, and when.
pub(super) const ACCESS: Section = Section {
    name: "access",
    title: "Who looked at your data, and what was done with it",
    intro: "Everything that was done with your record, and every time it was opened: when, by whom by their role, and what for.",
    sql: r#"select e.at, e.action, coalesce(e.role, e.actor_kind) as "by", e.kind, e.item_count as items
        from events e where e.customer_id = any ((select same_person($1))::uuid[]) order by e.at, e.id"#,
    columns: &[
        column("at", "When", Instant),
        column("action", "What for", Action),
        column("by", "By", Who),
        column("kind", "Kind", Word),
        column("items", "Records", Text),
    ],
    layout: Layout::Table,
};

/// Who acted is shown where it was the person themselves; others were staff of the other system.
pub(super) const IMPORTED_HISTORY: Section = Section {
    name: "importedHistory",
    title: "Your history on the platform before",
    intro: "What the platform on which you booked had written down about you when we took its records over.",
    sql: r#"select h.at, h.system, h.action, h.actor_role as "by",
            case when lower(h.actor_role) in ('customer', 'user') then h.actor end as "yourNumber",
            case when lower(h.actor_role) in ('customer', 'user') then h.ip end as "yourAddress",
            case when lower(h.actor_role) in ('customer', 'user') then h.user_agent end as "yourBrowser",
            h.target_type as "about", h.target_id as "aboutNumber", h.before, h.after, h.details
        from imported_history h where h.customer_id = any ((select same_person($1))::uuid[]) order by h.at, h.id"#,
    columns: &[
        column("at", "When", Instant),
        column("system", "Platform", Text),
        column("action", "What", Word),
        column("by", "By", Word),
        column("yourNumber", "Your number there", Text),
        column("yourAddress", "Your internet address", Text),
        column("yourBrowser", "Your browser", Text),
        column("about", "About", Word),
        column("aboutNumber", "Its number there", Text),
        column("before", "Before", Nested),
        column("after", "After", Nested),
        column("details", "In detail", Nested),
    ],
    layout: Layout::Cards,
};

/// Also those that were undone.
pub(super) const MERGES: Section = Section {
    name: "merges",
    title: "When two records of you were made one",
    intro: "You were in our records twice: when they were brought together, why, what your details were before and after, and \
        when that was undone.",
    sql: r#"select merged_at as "mergedAt", reason, before, after, undone_at as "undoneAt", undo_reason as "undoneBecause"
        from customer_merges
        where survivor_id = any ((select same_person($1))::uuid[]) or merged_id = any ((select same_person($1))::uuid[])
        order by merged_at, id"#,
    columns: &[
        column("mergedAt", "When", Instant),
        column("reason", "Why", Text),
        column("before", "Before", Nested),
        column("after", "After", Nested),
        column("undoneAt", "Undone", Instant),
        column("undoneBecause", "Why undone", Text),
    ],
    layout: Layout::Cards,
};

pub(super) const EXTERNAL_LINKS: Section = Section {
    name: "externalLinks",
    title: "Your numbers on the platform before",
    intro: "Under which numbers you, your bookings and your messages are known to the platform we took them over from.",
    sql: r#"select l.system, l.kind, l.external_id as number, l.first_seen_at as "takenOverAt", l.last_changed_at as "lastChangedAt"
        from external_links l
        where l.our_id = any ((select same_person($1))::uuid[]) or l.our_id in (
            select id from addresses where customer_id = any ((select same_person($1))::uuid[])
            union all select id from contacts where customer_id = any ((select same_person($1))::uuid[])
            union all select id from bookings where customer_id = any ((select same_person($1))::uuid[])
            union all select id from payments where customer_id = any ((select same_person($1))::uuid[])
            union all select r.id from refunds r join payments p on p.id = r.payment_id where p.customer_id = any ((select same_person($1))::uuid[])
            union all select id from tickets where customer_id = any ((select same_person($1))::uuid[])
            union all select r.id from ticket_responses r join tickets t on t.id = r.ticket_id where t.customer_id = any ((select same_person($1))::uuid[])
            union all select id from imported_history where customer_id = any ((select same_person($1))::uuid[]))
        order by l.first_seen_at, l.system, l.kind, l.external_id"#,
    columns: &[
        column("system", "Platform", Text),
        column("kind", "What", Word),
        column("number", "Number there", Text),
        column("takenOverAt", "Taken over", Instant),
        column("lastChangedAt", "Last changed", Instant),
    ],
    layout: Layout::Table,
};
