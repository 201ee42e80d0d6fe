use jiff::Timestamp;
use tokio_postgres::{Error, GenericClient};

/// Every key that lives: the vault key they are wrapped with is lost.
pub async fn destroy_all(db: &impl GenericClient, now: Timestamp) -> Result<u64, Error> {
    let destroy = "update value_keys set wrapped = null, destroyed_at = $1 where destroyed_at is null";
    db.execute(destroy, &[&now]).await
}
