//! The trail for others: every line can be recomputed by whoever has docs/audit.md and the public key.

use std::io::Write;

use platform::db::GenericClient;
use serde_json::{Value, json};
use tokio_postgres::{Client, IsolationLevel, Row};
use uuid::Uuid;

use super::TrailError;

const BATCH: i64 = 5_000;

/// The rows as PostgreSQL writes them in JSON, and what they are sealed with.
const SEALED: &str = "
    select s.number, s.kind, s.xid, s.leaf, s.chain, to_jsonb(e) - array['leaf', 'xid'] as event, to_jsonb(v) as values,
           to_jsonb(t) - 'xid' as transfer
    from seals s left join events e on e.id = s.event_id left join event_values v on v.event_id = s.event_id
    left join transfers t on t.number = s.transfer";

/// One line a seal and one a checkpoint, in their order; answers how many seals.
pub async fn export(db: &mut Client, out: &mut impl Write) -> Result<u64, TrailError> {
    let tx = db
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let (mut last, mut count) = (0i64, 0u64);
    loop {
        let sql = format!("{SEALED} where s.number > $1 order by s.number limit $2");
        let rows = tx.query(&sql, &[&last, &BATCH]).await?;
        let Some(end) = rows.last().map(|row| row.get::<_, i64>("number")) else { break };
        let checkpoints = checkpoints(&tx, last, end).await?;
        let mut signed = checkpoints.iter().peekable();
        for row in &rows {
            writeln!(out, "{}", seal(row))?;
            count += 1;
            while let Some((_, line)) = signed.next_if(|(at, _)| *at <= row.get::<_, i64>("number")) {
                writeln!(out, "{line}")?;
            }
        }
        last = end;
    }
    Ok(count)
}

async fn checkpoints(
    db: &impl GenericClient,
    after: i64,
    upto: i64,
) -> Result<Vec<(i64, Value)>, tokio_postgres::Error> {
    let sql = "select number, after, chain, at, below, public_key, signature from checkpoints
               where number > $1 and number <= $2 order by number";
    let rows = db.query(sql, &[&after, &upto]).await?;
    Ok(rows.iter().map(|row| (row.get(0), checkpoint(row))).collect())
}

/// What proves one event: its row, its leaf, and every link from the seal before it to the next signed checkpoint.
pub async fn prove(db: &Client, event: Uuid) -> Result<Value, TrailError> {
    let missing = |what: &str| TrailError::NotThere(format!("event {event}: {what}"));
    let sql = format!("{SEALED} where s.event_id = $1");
    let row = db
        .query_opt(&sql, &[&event])
        .await?
        .ok_or_else(|| missing("it has no seal: there is no such event, or it was written a moment ago"))?;
    let number: i64 = row.get("number");
    let signed = db
        .query_opt(
            "select number, after, chain, at, below, public_key, signature from checkpoints where number >= $1 order by number limit 1",
            &[&number],
        )
        .await?
        .ok_or_else(|| missing("no checkpoint has signed its seal"))?;
    let before = db.query_opt("select chain from seals where number = $1::bigint - 1", &[&number]).await?;
    let links = db
        .query(
            "select number, kind, xid, leaf, chain from seals where number > $1 and number <= $2 order by number",
            &[&number, &signed.get::<_, i64>("number")],
        )
        .await?;
    Ok(json!({
        "format": "hub proof 1",
        "chainBefore": before.map_or_else(|| chain::hex(&chain::GENESIS), |row| chain::hex(row.get(0))),
        "seal": seal(&row),
        "links": links.iter().map(link).collect::<Vec<_>>(),
        "checkpoint": checkpoint(&signed),
    }))
}

fn link(row: &Row) -> Value {
    json!({
        "number": row.get::<_, i64>("number"),
        "kind": row.get::<_, i16>("kind"),
        "xid": row.get::<_, i64>("xid"),
        "leaf": chain::hex(row.get("leaf")),
        "chain": chain::hex(row.get("chain")),
    })
}

fn seal(row: &Row) -> Value {
    let mut line = link(row);
    for name in ["event", "values", "transfer"] {
        if let Some(value) = row.get::<_, Option<Value>>(name) {
            line[name] = value;
        }
    }
    line
}

fn checkpoint(row: &Row) -> Value {
    json!({
        "checkpoint": row.get::<_, i64>("number"),
        "after": row.get::<_, i64>("after"),
        "chain": chain::hex(row.get("chain")),
        "at": row.get::<_, jiff::Timestamp>("at"),
        "below": row.get::<_, i64>("below"),
        "publicKey": chain::hex(row.get("public_key")),
        "signature": chain::hex(row.get("signature")),
    })
}
