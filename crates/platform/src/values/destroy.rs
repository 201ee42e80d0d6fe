use jiff::Timestamp;
use kernel::CustomerId;
use tokio_postgres::Error;

use crate::db::GenericClient;

/// Every key that lives: the vault key they are wrapped with is lost.
pub async fn destroy_all(db: &impl GenericClient, now: Timestamp) -> Result<u64, Error> {
    let destroy = "update value_keys set wrapped = null, destroyed_at = $1 where destroyed_at is null";
    db.execute(destroy, &[&now]).await
}

/// The keys of one person, and of who was merged into them. What was written under it is unreadable from the commit on.
pub async fn destroy_of(db: &impl GenericClient, customer: CustomerId, now: Timestamp) -> Result<u64, Error> {
    let destroy = "update value_keys set wrapped = null, destroyed_at = $2 where customer_id = any ((select same_person($1))::uuid[]) and destroyed_at is null";
    db.execute(destroy, &[&customer, &now]).await
}

/// Those with the ids `$1` (text[]), at the instant `$2`.
pub(crate) const DESTROY_KEYS: &str = "update value_keys set wrapped = null, destroyed_at = $2 where id = any ($1::uuid[]) and destroyed_at is null";
