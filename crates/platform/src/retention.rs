//! How long what is kept about people is kept. Each feature hands out its own rules, as `RETENTION`; the crate `retention` carries
//! them out, with the periods that people have set.
//!
//! No rule touches the books, the trail's headers, leaves or seals, or invoices.

/// What is left of a text, for people who look at what it was in.
pub const GONE: &str = "No longer kept.";

/// What goes when, why, and how.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// In settings, reports and events; never changed.
    pub name: &'static str,
    pub title: &'static str,
    /// What goes, and what stays of it.
    pub what: &'static str,
    /// From when the period runs; completes "counted from".
    pub since: &'static str,
    /// Why so long and no longer.
    pub why: &'static str,
    /// Unless somebody has set another period.
    pub months: i32,
    pub least: i32,
    pub most: i32,
    /// Nothing goes by it: it says of whom people are to decide.
    pub proposes: bool,
    /// `table.column` of everything that goes.
    pub columns: &'static [&'static str],
    /// What is past its period: rows `id` (text), `customer_id` (null: nobody's) and `at`, all before the instant `$1`. What has
    /// gone is not among them.
    pub due: &'static str,
    /// Takes it out of the rows with the ids `$1` (text[]), at the instant `$2`.
    pub forget: &'static str,
}

/// What `platform` itself keeps.
pub const RETENTION: &[Rule] = &[
    Rule {
        name: "access_values",
        title: "What was looked for",
        what: "The words of searches and the filters of lists and exports in the audit trail, by destroying the key of their month. Who \
            looked at whom, and when, stays, and the trail verifies as before.",
        since: "the end of the month in which somebody looked",
        why: "Long enough to look into a misuse that is noticed a year later, and no longer (UK GDPR Art. 5(1)(e)).",
        months: 13,
        least: 1,
        most: 84,
        proposes: false,
        columns: &["value_keys.wrapped"],
        due: ACCESS_KEYS,
        forget: crate::values::DESTROY_KEYS,
    },
    Rule {
        name: "change_values",
        title: "What was changed, of no customer",
        what: "Values before and after of changes that belong to no customer (staff members, ceilings), by destroying the key of their month. That it \
            was changed, by whom and when, stays.",
        since: "the end of the month of the change",
        why: "Claims can be brought for six years (Limitation Act 1980 s. 5); who had which rights then is part of the proof.",
        months: 84,
        least: 12,
        most: 240,
        proposes: false,
        columns: &["value_keys.wrapped"],
        due: "select id::text as id, null::uuid as customer_id, (month + interval '1 month') at time zone 'Europe/London' as at from value_keys
              where kind = 'change' and destroyed_at is null and (month + interval '1 month') at time zone 'Europe/London' < $1",
        forget: crate::values::DESTROY_KEYS,
    },
    Rule {
        name: "idempotency",
        title: "Marks of what was sent",
        what: "The hash of what a repeated request said. The key stays taken for ever: whoever sends it again is refused.",
        since: "the request",
        why: "Nobody repeats a request after weeks; the hash of a short text can be guessed (UK GDPR Art. 5(1)(c)).",
        months: 3,
        least: 1,
        most: 24,
        proposes: false,
        columns: &["idempotency.content_hash"],
        due: "select staff_id || ' ' || key as id, null::uuid as customer_id, created_at as at from idempotency
              where created_at < $1 and content_hash <> decode(repeat('00', 32), 'hex')",
        forget: crate::idempotency::FORGET,
    },
];

/// A month's key opens what was looked for about everybody: while one of them is under a legal hold, it stays.
const ACCESS_KEYS: &str = "
    select k.id::text as id, k.until as at, (
        select e.customer_id from events e join legal_holds h on e.customer_id = any (same_person(h.customer_id)) and h.lifted_at is null
        where e.kind = 'access' and e.at >= k.since and e.at < k.until limit 1) as customer_id
    from (
        select id, month::timestamp at time zone 'Europe/London' as since,
            (month + interval '1 month') at time zone 'Europe/London' as until
        from value_keys where kind = 'access' and destroyed_at is null
    ) k where k.until < $1";
