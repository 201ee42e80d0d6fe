//! The SQL of finding duplicates: keys that several share, read from their indexes in the order of the keys.

use jiff::Timestamp;
use kernel::{CustomerId, DismissalId, StaffId};
use platform::db::GenericClient;
use platform::{Problem, Result};
use tokio_postgres::Row;

use crate::{Dismissal, DuplicateReason};

/// A key, who share it (the six who joined first), and how many they are.
pub(crate) struct Group {
    pub key: String,
    pub ids: Vec<CustomerId>,
    pub members: i64,
    /// Where to go on behind it.
    pub at: String,
}

/// A stretch of an index, looked through in one go.
pub(crate) struct Stretch {
    pub groups: Vec<Group>,
    /// Where the next one begins; none behind the last.
    pub next: Option<String>,
}

/// How much of an index is looked through at once: what takes some fifty milliseconds.
const fn stretch_of(kind: DuplicateReason) -> i64 {
    match kind {
        DuplicateReason::Email | DuplicateReason::Phone => 20_000,
        DuplicateReason::SurnamePostcode => 5_000,
    }
}

/// The stretch behind this key, and what in it several living customers share.
pub(crate) async fn look(db: &impl GenericClient, kind: DuplicateReason, after: &str) -> Result<Stretch> {
    let (rows, groups) = match kind {
        DuplicateReason::Email => (
            "select mailbox(email) collate \"C\" as at, id from customers
             where archived_at is null and email is not null and mailbox(email) collate \"C\" > $1
             order by mailbox(email) collate \"C\", id limit $2",
            BY_KEY,
        ),
        DuplicateReason::Phone => (
            "select phone_e164 collate \"C\" as at, id from customers
             where archived_at is null and phone_e164 is not null and phone_e164 collate \"C\" > $1
             order by phone_e164 collate \"C\", id limit $2",
            BY_KEY,
        ),
        DuplicateReason::SurnamePostcode => (
            "select postcode_key(postcode) collate \"C\" as at, customer_id as id from addresses
             where removed_at is null and postcode_key(postcode) ~>~ $1
             order by postcode_key(postcode) using ~<~ limit $2",
            "select surname(c.name_key) || ' ' || w.at as key, w.at, (array_agg(distinct c.id))[1:6] as ids, count(distinct c.id) as members
             from w join customers c on c.id = w.id and c.archived_at is null
             group by w.at, surname(c.name_key) having count(distinct c.id) > 1",
        ),
    };
    let sql = format!(
        "with w as materialized ({rows}),
            edge as (select count(*) as looked_at, max(at) as last, max(at) filter (where at < (select max(at) from w)) as before from w)
         select e.looked_at, e.last, e.before, g.key, g.at, g.ids, g.members from edge e left join ({groups}) g on true
         order by g.at collate \"C\", g.key collate \"C\""
    );
    let length = stretch_of(kind);
    let rows = db.query(&db.prepare_cached(&sql).await?, &[&after, &length]).await?;
    let Some(first) = rows.first() else { return Ok(Stretch { groups: Vec::new(), next: None }) };
    // What the end has cut in two belongs to the next stretch, unless it fills this one alone.
    let cut = first.get::<_, i64>("looked_at") == length;
    let next =
        if cut { first.get::<_, Option<String>>("before").or_else(|| first.get("last")) } else { None };
    let groups = rows.iter().filter(|row| row.get::<_, Option<&str>>("key").is_some()).map(|row| Group {
        key: row.get("key"),
        ids: row.get("ids"),
        members: row.get("members"),
        at: row.get("at"),
    });
    let groups = groups.filter(|group| next.as_ref().is_none_or(|next| group.at <= *next)).collect();
    Ok(Stretch { groups, next })
}

const BY_KEY: &str = "select at as key, at, (array_agg(id order by id))[1:6] as ids, count(*) as members
     from w group by at having count(*) > 1";

/// Two who may be one, by the keys they share: kind and value, in the order of the kinds.
pub(crate) struct Shared {
    pub one: CustomerId,
    pub other: CustomerId,
    pub keys: Vec<String>,
    /// Somebody has said that they are not the same person, knowing all of these keys.
    pub dismissed: bool,
}

/// What each of these pairs shares; pairs that share nothing are left out.
pub(crate) async fn shared(
    db: &impl GenericClient,
    pairs: &[(CustomerId, CustomerId)],
) -> Result<Vec<Shared>> {
    let (ones, others): (Vec<CustomerId>, Vec<CustomerId>) = pairs.iter().copied().unzip();
    let statement = db
        .prepare_cached(
            "select p.one, p.other, k.keys, exists (
                select from duplicate_dismissals d where d.one_id = least(p.one, p.other) and d.other_id = greatest(p.one, p.other)
                    and d.withdrawn_at is null and k.keys <@ d.keys) as dismissed
             from unnest($1::uuid[], $2::uuid[]) with ordinality p (one, other, number),
                lateral (select shared_keys(p.one, p.other)) k (keys)
             where k.keys <> '{}' order by p.number",
        )
        .await?;
    let rows = db.query(&statement, &[&ones, &others]).await?;
    let shared = |row: &Row| Shared {
        one: row.get("one"),
        other: row.get("other"),
        keys: row.get("keys"),
        dismissed: row.get("dismissed"),
    };
    Ok(rows.iter().map(shared).collect())
}

/// Who shares a key with this customer; of many, the first twenty.
pub(crate) async fn candidates(db: &impl GenericClient, customer: CustomerId) -> Result<Vec<CustomerId>> {
    let sql = "select o.id from candidates_of($1) o (id) order by o.id limit 20";
    let rows = db.query(&db.prepare_cached(sql).await?, &[&customer]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

pub(crate) struct NewDismissal<'a> {
    pub id: DismissalId,
    pub pair: &'a Shared,
    pub reason: &'a str,
    pub by: StaffId,
    pub now: Timestamp,
}

/// What was said of the two before is replaced.
pub(crate) async fn dismiss(db: &impl GenericClient, new: &NewDismissal<'_>) -> Result<()> {
    let (one, other) = (new.pair.one.min(new.pair.other), new.pair.one.max(new.pair.other));
    db.execute(
        "update duplicate_dismissals set withdrawn_by = $3, withdrawn_at = $4
         where one_id = $1 and other_id = $2 and withdrawn_at is null",
        &[&one, &other, &new.by, &new.now],
    )
    .await?;
    db.execute(
        "insert into duplicate_dismissals (id, one_id, other_id, keys, reason, dismissed_by, dismissed_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[&new.id, &one, &other, &new.pair.keys, &new.reason, &new.by, &new.now],
    )
    .await?;
    Ok(())
}

const DISMISSAL: &str =
    "select d.id, d.one_id, a.name as one_name, d.other_id, b.name as other_name, d.reason,
        s.name as dismissed_by_name, d.dismissed_at
    from duplicate_dismissals d join customers a on a.id = d.one_id join customers b on b.id = d.other_id
    join staff s on s.id = d.dismissed_by where ";

fn dismissal(row: &Row) -> Dismissal {
    Dismissal {
        id: row.get("id"),
        one_id: row.get("one_id"),
        one_name: row.get("one_name"),
        other_id: row.get("other_id"),
        other_name: row.get("other_name"),
        reason: row.get("reason"),
        dismissed_by_name: row.get("dismissed_by_name"),
        dismissed_at: row.get("dismissed_at"),
    }
}

pub(crate) async fn read_dismissal(db: &impl GenericClient, id: DismissalId) -> Result<Dismissal> {
    let statement = db.prepare_cached(&format!("{DISMISSAL} d.id = $1")).await?;
    let row = db.query_opt(&statement, &[&id]).await?;
    row.map(|row| dismissal(&row)).ok_or_else(|| Problem::not_found("dismissal"))
}

/// Those that stand, latest first; of who is still here.
pub(crate) async fn dismissals(db: &impl GenericClient) -> Result<Vec<Dismissal>> {
    let sql = format!(
        "{DISMISSAL} d.withdrawn_at is null and a.archived_at is null and b.archived_at is null
            and a.erased_at is null and b.erased_at is null
         order by d.dismissed_at desc, d.id desc limit 200"
    );
    Ok(db.query(&db.prepare_cached(&sql).await?, &[]).await?.iter().map(dismissal).collect())
}

/// False: it was withdrawn before.
pub(crate) async fn withdraw(
    db: &impl GenericClient,
    id: DismissalId,
    by: StaffId,
    now: Timestamp,
) -> Result<bool> {
    let sql = "update duplicate_dismissals set withdrawn_by = $2, withdrawn_at = $3 where id = $1 and withdrawn_at is null";
    Ok(db.execute(sql, &[&id, &by, &now]).await? == 1)
}
