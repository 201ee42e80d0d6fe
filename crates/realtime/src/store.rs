//! The SQL of real time: who has which customer open, and reads of staff's tables.

use jiff::{SignedDuration, Timestamp};
use kernel::{CustomerId, PresenceId, SessionId, StaffId};
use platform::db::GenericClient;
use platform::{Result, live::Hint};

use crate::{http::Present, presence::Looking, rules::Owner};

/// Pages renew what they show every 25 seconds. What was not is of a process that ended without a word.
const LOST_AFTER: SignedDuration = SignedDuration::from_secs(75);

/// Somebody who was away for longer reads everything again.
const LONGEST_UNHEARD_MS: u64 = 15 * 60 * 1_000;
/// More changes than this likewise.
const MOST_MISSED: i64 = 200;
/// An event carries the instant before its commit; none takes longer to commit than this, or it is a statement that was stopped.
const COMMITS_WITHIN: SignedDuration = SignedDuration::from_secs(10);

fn lost_before(now: Timestamp) -> Timestamp {
    now.saturating_sub(LOST_AFTER).unwrap_or(now)
}

/// Whether the session has neither ended nor grown too old, was seen after `idle_since`, and is of an enabled person.
pub(crate) async fn session_lives(
    db: &impl GenericClient,
    id: SessionId,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<bool> {
    let statement = db
        .prepare_cached(
            "select exists (
                 select from sessions s join staff m on m.id = s.staff_id
                 where s.id = $1 and s.ended_at is null and s.expires_at > $2 and s.last_seen_at > $3
                   and m.disabled_at is null)",
        )
        .await?;
    Ok(db.query_one(&statement, &[&id, &now, &idle_since]).await?.get(0))
}

/// The page shows this customer, if there is one; those who look at them, or at whom it showed before, are told.
pub(crate) async fn keep_presence(
    db: &impl GenericClient,
    id: PresenceId,
    owner: Owner,
    looking: Looking,
    now: Timestamp,
) -> Result<()> {
    let statement = db
        .prepare_cached(
            "with was as (select customer_id from presences where id = $1),
                  kept as (
                      insert into presences (id, customer_id, staff_id, session_id, editing, seen_at)
                      select $1, c.id, $3, $4, $5, $6 from customers c where c.id = $2
                      on conflict (id) do update set customer_id = excluded.customer_id, editing = excluded.editing,
                          seen_at = excluded.seen_at
                      returning customer_id)
             select pg_notify('hub', json_build_object('topic', 'presence', 'id', customer_id)::text)
             from (select customer_id from was union select customer_id from kept) concerned",
        )
        .await?;
    let (staff, session) = (owner.staff, owner.session);
    db.query(&statement, &[&id, &looking.customer, &staff, &session, &looking.editing, &now]).await?;
    Ok(())
}

pub(crate) async fn renew_presence(db: &impl GenericClient, id: PresenceId, now: Timestamp) -> Result<()> {
    let statement = db.prepare_cached("update presences set seen_at = $2 where id = $1").await?;
    db.execute(&statement, &[&id, &now]).await?;
    Ok(())
}

pub(crate) async fn remove_presence(db: &impl GenericClient, id: PresenceId) -> Result<()> {
    let statement = db
        .prepare_cached(
            "with gone as (delete from presences where id = $1 returning customer_id)
             select pg_notify('hub', json_build_object('topic', 'presence', 'id', customer_id)::text) from gone",
        )
        .await?;
    db.query(&statement, &[&id]).await?;
    Ok(())
}

/// Everybody but the asker whose page shows the customer; a person with two pages once. None: there is no such customer.
pub(crate) async fn list_presences(
    db: &impl GenericClient,
    customer: CustomerId,
    asker: StaffId,
    now: Timestamp,
) -> Result<Option<Vec<Present>>> {
    let statement = db
        .prepare_cached(
            "select m.id, m.name, bool_or(p.editing) as editing
             from customers c
             left join (presences p join sessions s on s.id = p.session_id and s.ended_at is null
                        join staff m on m.id = p.staff_id and m.disabled_at is null)
                 on p.customer_id = c.id and p.staff_id <> $2 and p.seen_at > $3
             where c.id = $1
             group by m.id, m.name order by m.name, m.id",
        )
        .await?;
    let rows = db.query(&statement, &[&customer, &asker, &lost_before(now)]).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let people = rows.iter().filter_map(|row| {
        Some(Present {
            staff_id: row.get::<_, Option<StaffId>>("id")?,
            name: row.get("name"),
            editing: row.get("editing"),
        })
    });
    Ok(Some(people.collect()))
}

/// Removes what processes have left that ended without a word.
pub async fn forget_lost(db: &impl GenericClient, now: Timestamp) -> Result<()> {
    db.execute("delete from presences where seen_at < $1", &[&lost_before(now)]).await?;
    Ok(())
}

/// What was hinted at while a page showed something and did not listen.
pub(crate) async fn missed(db: &impl GenericClient, unheard_ms: u64, now: Timestamp) -> Result<Vec<Hint>> {
    if unheard_ms > LONGEST_UNHEARD_MS {
        return Ok(vec![Hint::resync()]);
    }
    let unheard = SignedDuration::from_millis(i64::try_from(unheard_ms).unwrap_or(i64::MAX));
    let since = now.saturating_sub(unheard + COMMITS_WITHIN).unwrap_or(now);
    let statement = db
        .prepare_cached(
            "select distinct case when customer_id is null then subject_type else 'customer' end as topic,
                 coalesce(customer_id, subject_id) as id, case when customer_id is not null then subject_type end as about
             from events where at >= $1 and kind <> 'access' and coalesce(customer_id, subject_id) is not null limit $2",
        )
        .await?;
    let rows = db.query(&statement, &[&since, &(MOST_MISSED + 1)]).await?;
    if rows.len() as i64 > MOST_MISSED {
        return Ok(vec![Hint::resync()]);
    }
    Ok(rows
        .iter()
        .map(|row| Hint { topic: row.get("topic"), id: row.get("id"), about: row.get("about") })
        .collect())
}
