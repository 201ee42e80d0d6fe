use jiff::Timestamp;
use kernel::StaffId;
use platform::db::GenericClient;
use platform::{Problem, Result};

use crate::model::LinkKind;

pub(crate) struct StoredLink {
    pub kind: LinkKind,
    pub staff_id: Option<StaffId>,
}

pub(crate) async fn insert_link(
    db: &impl GenericClient,
    token_hash: &[u8],
    kind: LinkKind,
    staff_id: Option<StaffId>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<()> {
    // A newer link of the same kind for the same person replaces the older one.
    db.execute(
        "update sign_in_links set used_at = $3 where kind = $1 and staff_id is not distinct from $2 and used_at is null",
        &[&kind.name(), &staff_id, &now],
    )
    .await?;
    db.execute(
        "insert into sign_in_links (token_hash, kind, staff_id, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        &[&token_hash, &kind.name(), &staff_id, &now, &expires_at],
    )
    .await?;
    Ok(())
}

/// A link that may still be used; locked, so that two who use it at once are one after the other.
pub(crate) async fn lock_link(
    db: &impl GenericClient,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<StoredLink>> {
    let row = db
        .query_opt(
            "select kind, staff_id from sign_in_links
             where token_hash = $1 and used_at is null and expires_at > $2 for update",
            &[&token_hash, &now],
        )
        .await?;
    row.map(|row| {
        let kind: &str = row.get(0);
        let kind =
            LinkKind::from_name(kind).ok_or_else(|| Problem::internal(&format!("unknown link {kind}")))?;
        Ok(StoredLink { kind, staff_id: row.get(1) })
    })
    .transpose()
}

pub(crate) async fn use_link(db: &impl GenericClient, token_hash: &[u8], now: Timestamp) -> Result<()> {
    db.execute("update sign_in_links set used_at = $2 where token_hash = $1", &[&token_hash, &now]).await?;
    Ok(())
}

/// Whether this person has a link that was made since then and still works.
pub(crate) async fn open_link_since(
    db: &impl GenericClient,
    staff_id: StaffId,
    since: Timestamp,
) -> Result<bool> {
    let sql = "select exists (select from sign_in_links where staff_id = $1 and used_at is null and created_at > $2)";
    Ok(db.query_one(sql, &[&staff_id, &since]).await?.get(0))
}
