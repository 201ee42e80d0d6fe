//! Heavy reads from a streaming standby, for which whoever reads never sees less than was there when they asked.

use std::time::{Duration, Instant};

use deadpool_postgres::{Client, Pool};

use crate::{
    Result,
    db::{Db, GenericClient as _},
};

/// How far behind a standby may be: beyond that the primary answers.
const PATIENCE: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(10);

/// Up to where everything that was acknowledged is in the log; not up to where it is on disk, for which a server may be set not to wait.
const ACKNOWLEDGED: &str = "select pg_current_wal_insert_lsn()::text";
/// Whether that is a standby, and has everything up to there. One that was promoted goes its own way.
const HAS: &str = "select pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::text::pg_lsn";

impl Db {
    /// A connection for a heavy read: to the standby, once it has everything that was committed before this call, by whomever; to
    /// the primary when there is none, when it is too far behind, and when it cannot be reached.
    pub async fn for_heavy_reads(&self) -> Result<Client> {
        let primary = self.client().await?;
        let Some(standby) = self.standby() else { return Ok(primary) };
        match caught_up(&primary, standby).await {
            Ok(Some(client)) => Ok(client),
            Ok(None) => {
                tracing::warn!("the standby is too far behind for a heavy read: the primary answers it");
                Ok(primary)
            }
            Err(problem) => {
                tracing::warn!(detail = problem.detail, "the standby cannot be read: the primary answers");
                Ok(primary)
            }
        }
    }
}

async fn caught_up(primary: &Client, standby: &Pool) -> Result<Option<Client>> {
    let began = Instant::now();
    let acknowledged: String = primary.query_one(ACKNOWLEDGED, &[]).await?.get(0);
    let client = standby.get().await?;
    let has = client.prepare_cached(HAS).await?;
    loop {
        if client.query_one(&has, &[&acknowledged]).await?.get::<_, Option<bool>>(0) == Some(true) {
            return Ok(Some(client));
        }
        if began.elapsed() > PATIENCE {
            return Ok(None);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
