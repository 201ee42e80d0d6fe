use std::net::IpAddr;

use jiff::Timestamp;
use kernel::{EventId, StaffId};
use platform::db::GenericClient;
use platform::{Cursor, Result};

use crate::model::{SignInEntry, SignInLog};

/// What was done and tried to get in as this person, latest first: by themselves, and by whoever had not shown yet who they are.
pub(crate) async fn read_sign_ins(
    db: &impl GenericClient,
    id: StaffId,
    after: Option<(Timestamp, EventId)>,
    limit: i64,
) -> Result<SignInLog> {
    let (at, event) = after.unzip();
    let statement = db
        .prepare_cached(
            "select id, at, action, ip, user_agent from (
                 (select id, at, action, ip, user_agent from events
                  where staff_id = $1 and kind = 'sign_in' and (at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, id))
                  order by at desc, id desc limit $4)
                 union all
                 (select id, at, action, ip, user_agent from events
                  where subject_type = 'sign_in' and subject_id = $1 and staff_id is null
                      and (at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::uuid, id))
                  order by at desc, id desc limit $4)
             ) e order by at desc, id desc limit $4",
        )
        .await?;
    // One more than asked for tells whether there is a next page.
    let rows = db.query(&statement, &[&id, &at, &event, &(limit + 1)]).await?;
    let wanted = usize::try_from(limit).unwrap_or(0);
    let entries: Vec<SignInEntry> = rows
        .iter()
        .take(wanted)
        .map(|row| SignInEntry {
            id: row.get("id"),
            at: row.get("at"),
            action: row.get("action"),
            ip: row.get::<_, Option<IpAddr>>("ip").map(|ip| ip.to_string()),
            user_agent: row.get("user_agent"),
        })
        .collect();
    let next = entries.last().filter(|_| rows.len() > wanted).map(|last| Cursor::write(&(last.at, last.id)));
    Ok(SignInLog { entries, next })
}
