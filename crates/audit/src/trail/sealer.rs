//! One sealer, whoever runs it: what no running transaction can still add to is numbered, chained and signed.

use std::{collections::HashMap, time::Duration};

use chain::{Checkpoint, GENESIS, Hash, Link, Sealed};
use deadpool_postgres::Pool;
use jiff::Timestamp;
use kernel::Clock;
use platform::{address::causes, db::GenericClient};
use tokio_postgres::{Client, Row};
use uuid::Uuid;

use super::{Anchor, AnchorFile, PublicKey, SigningKey, TrailError, rows};

/// Any number, as long as nothing else in the database uses it.
const LOCK: i64 = 0x48_55_42_53_45_41_4C;
const BATCH: i32 = 5_000;
const EVERY: Duration = Duration::from_secs(1);

pub struct Sealer {
    key: SigningKey,
    trusted: Vec<PublicKey>,
    anchor: Option<AnchorFile>,
    clock: Clock,
}

/// What a pass came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    /// So many seals.
    Done(u64),
    /// Somebody else is at it.
    Busy,
}

/// Where the last pass ended.
struct Head {
    number: i64,
    chain: Hash,
    below: i64,
    signed: Option<(Checkpoint, Vec<u8>)>,
}

/// A row without its seal.
struct Open {
    xid: i64,
    sealed: Sealed,
    event: Option<Uuid>,
    transfer: Option<i64>,
    leaf: Option<Hash>,
}

impl Sealer {
    /// `trusted`: earlier keys, whose signatures still count.
    pub fn new(key: SigningKey, trusted: Vec<PublicKey>, anchor: Option<AnchorFile>, clock: Clock) -> Self {
        Self { key, trusted, anchor, clock }
    }

    pub fn public_key(&self) -> PublicKey {
        self.key.public()
    }

    /// Seals about every second, for as long as the process lives.
    pub async fn run(self, pool: Pool) {
        let mut failed = String::new();
        loop {
            let outcome = match pool.get().await {
                Ok(mut client) => self.seal(&mut client).await.map_err(|error| causes(&error)),
                Err(error) => Err(causes(&error)),
            };
            match outcome {
                Ok(_) => failed.clear(),
                // Once for each cause: it would be said every second.
                Err(error) if error != failed => {
                    tracing::error!(error, "the audit trail is not being sealed");
                    failed = error;
                }
                Err(_) => {}
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// One pass, in one transaction: every row of a transaction below the watermark that has no seal gets one, and the
    /// head is signed. Ids and times say nothing of the order of commits; only the watermark skips nobody.
    pub async fn seal(&self, db: &mut Client) -> Result<Sealing, TrailError> {
        // Held until the head is anchored, after the commit: the lines of one file stand in the order of their numbers.
        if !db.query_one("select pg_try_advisory_lock($1)", &[&LOCK]).await?.get::<_, bool>(0) {
            return Ok(Sealing::Busy);
        }
        let outcome = self.pass(db).await;
        let unlocked = db.execute("select pg_advisory_unlock($1)", &[&LOCK]).await;
        let outcome = outcome?;
        unlocked?;
        Ok(outcome)
    }

    async fn pass(&self, db: &mut Client) -> Result<Sealing, TrailError> {
        let tx = db.transaction().await?;
        let mut head = self.head(&tx).await?;
        self.compare_with_anchor(&tx, &head).await?;
        let (first, snapshot) = (head.number, Snapshot::take(&tx, head.below).await?);
        let portal = tx.bind(OPEN, &[&snapshot.from, &snapshot.below, &snapshot.beyond]).await?;
        loop {
            let found: Vec<Open> = tx.query_portal(&portal, BATCH).await?.iter().map(Open::read).collect();
            if found.is_empty() {
                break;
            }
            append(&tx, &mut head, found).await?;
        }
        if head.number == first {
            return Ok(Sealing::Done(0));
        }
        let checkpoint = Checkpoint {
            number: head.number,
            after: first,
            chain: head.chain,
            at: self.clock.now(),
            below: snapshot.below,
        };
        let signature = self.key.sign(&checkpoint);
        keep(&tx, &checkpoint, &self.key.public(), &signature).await?;
        tx.commit().await?;
        if let Some(anchor) = &self.anchor {
            anchor.append(&checkpoint, &signature)?;
        }
        Ok(Sealing::Done(u64::try_from(head.number - first).unwrap_or(0)))
    }

    /// Whether a pass would go on from what is there. Changes nothing.
    pub async fn check(&self, db: &Client) -> Result<(), TrailError> {
        let head = self.head(db).await?;
        self.anchored(db, &head).await.map(drop)
    }

    /// A head that a crash kept from being anchored is anchored now.
    async fn compare_with_anchor(&self, tx: &impl GenericClient, head: &Head) -> Result<(), TrailError> {
        let anchored = self.anchored(tx, head).await?;
        match (&self.anchor, &head.signed) {
            (Some(file), Some((checkpoint, signature)))
                if anchored.is_none_or(|anchor| anchor.number < head.number) =>
            {
                file.append(checkpoint, signature)
            }
            _ => Ok(()),
        }
    }

    /// Goes on only from what was anchored: who cuts off seals and checkpoints must not have what they changed sealed anew.
    async fn anchored(&self, tx: &impl GenericClient, head: &Head) -> Result<Option<Anchor>, TrailError> {
        let Some(file) = &self.anchor else { return Ok(None) };
        let anchored = file.last()?;
        let path = || file.path().display().to_string();
        match (standing(tx, head.number, anchored).await?, anchored) {
            (Standing::Behind, Some(Anchor { number, .. })) => {
                Err(TrailError::Behind { head: head.number, anchored: number, path: path() })
            }
            (Standing::Differs, Some(Anchor { number, .. })) => {
                Err(TrailError::Differs { anchored: number, path: path() })
            }
            _ => Ok(anchored),
        }
    }

    async fn head(&self, tx: &impl GenericClient) -> Result<Head, TrailError> {
        let last = "select number, after, chain, at, below, public_key, signature from checkpoints order by number desc limit 1";
        let Some(row) = tx.query_opt(last, &[]).await? else {
            return Ok(Head { number: 0, chain: GENESIS, below: 0, signed: None });
        };
        let signer = PublicKey(rows::hash(row.get("public_key")));
        if signer != self.key.public() && !self.trusted.contains(&signer) {
            return Err(TrailError::OtherKey(signer.to_string()));
        }
        let checkpoint = Checkpoint {
            number: row.get("number"),
            after: row.get("after"),
            chain: rows::hash(row.get("chain")),
            at: row.get("at"),
            below: row.get("below"),
        };
        let Checkpoint { number, chain, below, .. } = checkpoint;
        Ok(Head { number, chain, below, signed: Some((checkpoint, row.get("signature"))) })
    }
}

/// How the database stands to what was anchored last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing was anchored yet.
    Unanchored,
    Holds,
    /// It ends before the anchor.
    Behind,
    Differs,
}

/// `head`: the number of the last checkpoint.
pub(crate) async fn standing(
    db: &impl GenericClient,
    head: i64,
    anchored: Option<Anchor>,
) -> Result<Standing, tokio_postgres::Error> {
    let Some(Anchor { number, chain }) = anchored else { return Ok(Standing::Unanchored) };
    if number > head {
        return Ok(Standing::Behind);
    }
    let found = db.query_opt("select chain from checkpoints where number = $1", &[&number]).await?;
    let holds = found.is_some_and(|row| rows::hash(row.get(0)) == chain);
    Ok(if holds { Standing::Holds } else { Standing::Differs })
}

/// Rows without a seal, of transactions from one on and below another, and of those that lie beyond a third: the database
/// was restored into a server that counts its transactions anew.
const OPEN: &str = "
    select xid, sealed, event_id, transfer, leaf from (
        select e.xid::text::bigint as xid, case when e.leaf is null then 2 else 1 end::smallint as sealed,
               e.id as event_id, null::bigint as transfer, e.leaf
        from events e
        where e.xid >= $1::bigint::text::xid8 and (e.xid < $2::bigint::text::xid8 or e.xid >= $3::bigint::text::xid8)
          and not exists (select from seals s where s.event_id = e.id)
        union all
        select t.xid::text::bigint, 3::smallint, null, t.number, null
        from transfers t
        where t.xid >= $1::bigint::text::xid8 and (t.xid < $2::bigint::text::xid8 or t.xid >= $3::bigint::text::xid8)
          and not exists (select from seals s where s.transfer = t.number)
    ) open order by xid, sealed = 3, event_id, transfer";

struct Snapshot {
    from: i64,
    /// The watermark: every transaction below it has ended.
    below: i64,
    beyond: i64,
}

impl Snapshot {
    async fn take(tx: &impl GenericClient, sealed_below: i64) -> Result<Self, tokio_postgres::Error> {
        let row = tx
            .query_one(
                "select pg_snapshot_xmin(now)::text::bigint, pg_snapshot_xmax(now)::text::bigint, exists (select from epochs)
                 from pg_current_snapshot() now",
                &[],
            )
            .await?;
        let (below, next, restored): (i64, i64, bool) = (row.get(0), row.get(1), row.get(2));
        let from = if sealed_below > next { 0 } else { sealed_below };
        let counted_anew = restored || sealed_below > next;
        Ok(Self { from, below, beyond: if counted_anew { next } else { i64::MAX } })
    }
}

impl Open {
    fn read(row: &Row) -> Self {
        Self {
            xid: row.get("xid"),
            // The statement says nothing else.
            sealed: Sealed::from_code(row.get("sealed")).unwrap_or(Sealed::Found),
            event: row.get("event_id"),
            transfer: row.get("transfer"),
            leaf: row.get::<_, Option<&[u8]>>("leaf").map(rows::hash),
        }
    }
}

/// Gives each its number and its place in the chain.
async fn append(tx: &impl GenericClient, head: &mut Head, open: Vec<Open>) -> Result<(), TrailError> {
    let found: Vec<Uuid> =
        open.iter().filter(|one| one.sealed == Sealed::Found).filter_map(|one| one.event).collect();
    let booked: Vec<i64> = open.iter().filter_map(|one| one.transfer).collect();
    let events: HashMap<Uuid, Hash> = rows::events(tx, &found).await?.into_iter().collect();
    let transfers: HashMap<i64, Hash> = rows::transfers(tx, &booked).await?.into_iter().collect();
    let first = head.number;
    let (mut kinds, mut xids, mut ids, mut numbers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut leaves, mut chains) = (Vec::new(), Vec::new());
    for one in open {
        let known = one.event.and_then(|id| events.get(&id));
        let booked = one.transfer.and_then(|number| transfers.get(&number));
        let leaf = one.leaf.or(known.copied()).or(booked.copied()).unwrap_or_default();
        head.number += 1;
        let link = Link { number: head.number, sealed: one.sealed.code(), xid: one.xid, leaf };
        head.chain = link.after(&head.chain);
        kinds.push(link.sealed);
        xids.push(link.xid);
        ids.push(one.event);
        numbers.push(one.transfer);
        leaves.push(leaf.to_vec());
        chains.push(head.chain.to_vec());
    }
    tx.execute(
        "insert into seals (number, kind, event_id, transfer, xid, leaf, chain)
         select $1 + s.ordinality, s.kind, s.event_id, s.transfer, s.xid, s.leaf, s.chain
         from unnest($2::smallint[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[])
             with ordinality s (kind, event_id, transfer, xid, leaf, chain, ordinality)",
        &[&first, &kinds, &ids, &numbers, &xids, &leaves, &chains],
    )
    .await?;
    Ok(())
}

async fn keep(
    tx: &impl GenericClient,
    checkpoint: &Checkpoint,
    key: &PublicKey,
    signature: &[u8],
) -> Result<(), tokio_postgres::Error> {
    let at: Timestamp = checkpoint.at;
    tx.execute(
        "insert into checkpoints (number, after, chain, at, below, public_key, signature)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &[
            &checkpoint.number,
            &checkpoint.after,
            &checkpoint.chain.as_slice(),
            &at,
            &checkpoint.below,
            &key.0.as_slice(),
            &signature,
        ],
    )
    .await?;
    Ok(())
}
