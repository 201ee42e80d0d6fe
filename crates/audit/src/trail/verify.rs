//! Recomputes the whole chain from the rows as they stand now, and names what does not fit.

use chain::{Checkpoint, GENESIS, Hash, Link, Sealed};
use jiff::Timestamp;
use tokio_postgres::{Client, IsolationLevel, Row, Transaction};
use uuid::Uuid;

use super::{Anchor, PublicKey, TrailError, rows};

const BATCH: i64 = 5_000;
/// Findings that are told one by one; the rest are counted.
const TOLD: usize = 20;

/// What is believed besides the database.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    pub keys: Vec<PublicKey>,
    pub anchors: Vec<Anchor>,
    /// There should be anchors as soon as there are checkpoints.
    pub expects_anchor: bool,
}

impl Trust {
    /// Of a copy that ends at this seal: the part of the anchor that it can know must hold, and the anchor has gone on since.
    #[must_use]
    pub fn up_to(mut self, head: i64) -> Self {
        self.anchors.retain(|anchor| anchor.number <= head);
        self.expects_anchor &= !self.anchors.is_empty();
        self
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Ok,
    /// Not everything could be looked at.
    Incomplete,
    /// The database is not the one that was anchored: an earlier or another one was put in its place.
    AnchorMismatch,
    Broken,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub outcome: Outcome,
    /// The seal's number, where there is one.
    pub number: Option<i64>,
    /// What and which: `transfer 17`.
    pub row: String,
    pub what: String,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub seals: u64,
    pub events: u64,
    pub transfers: u64,
    /// Events that brought no leaf of their own.
    pub found: u64,
    pub checkpoints: u64,
    pub anchors: u64,
    /// Events and transfers not sealed yet.
    pub backlog: u64,
}

#[derive(Debug, Clone)]
pub struct Report {
    pub figures: Figures,
    /// At most twenty, in order of their numbers.
    pub findings: Vec<Finding>,
    pub more: u64,
    /// Since when something waits for its seal.
    pub waiting_since: Option<Timestamp>,
    /// As far as this checkpoint.
    pub head: Option<Checkpoint>,
}

impl Report {
    pub fn outcome(&self) -> Outcome {
        self.findings.iter().map(|finding| finding.outcome).max().unwrap_or(Outcome::Ok)
    }

    pub fn add(&mut self, outcome: Outcome, number: Option<i64>, row: String, what: impl Into<String>) {
        let worse = self.findings.len() >= TOLD && outcome > self.outcome();
        if self.findings.len() < TOLD || worse {
            self.findings.push(Finding { outcome, number, row, what: what.into() });
        } else {
            self.more += 1;
        }
    }
}

/// All of it, as of one instant. `progress` hears how many seals of how many are done.
pub async fn verify(
    db: &mut Client,
    trust: &Trust,
    mut progress: impl FnMut(u64, u64),
) -> Result<Report, TrailError> {
    let tx = db
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    // However long it takes, and whatever the connection came with.
    tx.batch_execute("set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0")
        .await?;
    let mut report = Report {
        figures: Figures::default(),
        findings: Vec::new(),
        more: 0,
        waiting_since: None,
        head: None,
    };
    if trust.keys.is_empty() {
        report.add(
            Outcome::Incomplete,
            None,
            "checkpoints".into(),
            "no key is known to verify signatures with",
        );
    }
    let hidden = "select name from unnest($1::text[]) name where row_security_active(name)";
    for row in tx.query(hidden, &[&TABLES.as_slice()]).await? {
        report.add(
            Outcome::Incomplete,
            None,
            row.get(0),
            "row level security hides rows from this connection",
        );
    }
    let total: i64 = tx.query_one("select coalesce(max(number), 0) from seals", &[]).await?.get(0);
    let mut walk =
        Walk { trust, anchors: &trust.anchors, number: 0, before: vec![GENESIS], report: &mut report };
    loop {
        let seals = tx.query(&walk_sql(), &[&walk.number, &BATCH]).await?;
        let last = seals.last().map(|row| row.get::<_, i64>("number"));
        let upto = last.unwrap_or(i64::MAX);
        let checkpoints = tx.query(CHECKPOINTS, &[&walk.number, &upto]).await?;
        walk.step(&seals, &checkpoints);
        if last.is_none() {
            break;
        }
        progress(walk.report.figures.seals, u64::try_from(total).unwrap_or(0));
    }
    walk.end();
    if trust.expects_anchor && trust.anchors.is_empty() && report.head.is_some() {
        let what = "there is no anchor file yet: whether the end was cut off cannot be told";
        report.add(Outcome::Incomplete, None, "anchor".into(), what);
    }
    unsealed(&tx, &mut report).await?;
    Ok(report)
}

const TABLES: [&str; 5] = ["events", "event_values", "transfers", "seals", "checkpoints"];
const CHECKPOINTS: &str = "select number, after, chain, at, below, public_key, signature from checkpoints
    where number > $1 and number <= $2 order by number";

fn walk_sql() -> String {
    format!(
        "select s.number, s.kind, s.event_id as sealed_event, s.transfer as sealed_transfer, s.xid, s.leaf, s.chain, {}, {}
         from (select * from seals where number > $1 order by number limit $2) s
         left join events e on e.id = s.event_id left join event_values v on v.event_id = s.event_id
         left join transfers t on t.number = s.transfer order by s.number",
        rows::EVENT,
        rows::TRANSFER
    )
}

/// Along the seals, with the checkpoints and anchors that lie on the way.
struct Walk<'a> {
    trust: &'a Trust,
    anchors: &'a [Anchor],
    number: i64,
    /// What the chain may be so far: what was computed and, after something that does not fit, what stands there.
    before: Vec<Hash>,
    report: &'a mut Report,
}

impl Walk<'_> {
    fn step(&mut self, seals: &[Row], checkpoints: &[Row]) {
        let mut signed = checkpoints.iter().peekable();
        for row in seals {
            self.seal(row);
            while let Some(checkpoint) = signed.next_if(|one| one.get::<_, i64>("number") <= self.number) {
                self.checkpoint(checkpoint);
            }
        }
        for checkpoint in signed {
            self.checkpoint(checkpoint);
        }
    }

    fn broken(&mut self, number: i64, row: String, what: &str) {
        self.report.add(Outcome::Broken, Some(number), row, what);
    }

    fn seal(&mut self, row: &Row) {
        let number: i64 = row.get("number");
        if number != self.number + 1 {
            let gone = match number - self.number {
                2 => format!("seal {}", number - 1),
                _ => format!("seals {} to {}", self.number + 1, number - 1),
            };
            self.broken(self.number + 1, gone, "missing: it was deleted");
        }
        let gap = number != self.number + 1;
        self.number = number;
        self.report.figures.seals += 1;
        let stored: Hash = rows::hash(row.get("leaf"));
        let chain: Hash = rows::hash(row.get("chain"));
        let found = self.content(row, number, &stored);
        let link = Link { number, sealed: row.get("kind"), xid: row.get("xid"), leaf: stored };
        let computed: Vec<Hash> = self.before.iter().map(|before| link.after(before)).collect();
        let alternative = found.filter(|leaf| *leaf != stored).and_then(|leaf| {
            self.before.iter().map(|before| Link { leaf, ..link }.after(before)).find(|made| *made == chain)
        });
        if computed.contains(&chain) {
            self.before = vec![chain];
        } else if let Some(chain) = alternative {
            // The content is what was sealed: it was the seal that was changed.
            self.before = vec![chain];
        } else {
            if !gap {
                self.broken(number, format!("seal {number}"), "does not follow from the seal before it");
            }
            self.before = computed;
            self.before.push(chain);
            self.before.truncate(3);
        }
        while let Some(anchor) = self.anchors.first().filter(|anchor| anchor.number <= number) {
            self.anchors = &self.anchors[1..];
            self.report.figures.anchors += 1;
            if anchor.number != number || anchor.chain != chain {
                let what = "the chain is not what was anchored";
                self.report.add(Outcome::AnchorMismatch, Some(number), format!("seal {number}"), what);
            }
        }
    }

    /// The leaf of what the seal stands for, as it is now; told when it is not what was sealed.
    fn content(&mut self, row: &Row, number: i64, stored: &Hash) -> Option<Hash> {
        let sealed = Sealed::from_code(row.get("kind"));
        let (event, transfer): (Option<Uuid>, Option<i64>) =
            (row.get("sealed_event"), row.get("sealed_transfer"));
        // Its kind is in the chain, so that decides. A second name would pass off as sealed what is not.
        let (one, other) = match sealed {
            Some(Sealed::Transfer) => (transfer.is_some(), event.is_some()),
            _ => (event.is_some(), transfer.is_some()),
        };
        if sealed.is_none() || !one || other {
            self.broken(number, format!("seal {number}"), "does not say what it seals, or says it twice");
        }
        let (name, xid, leaf, own) = if sealed == Some(Sealed::Transfer) {
            self.report.figures.transfers += 1;
            let there = row.get::<_, Option<i64>>("transfer_number").is_some();
            let xid: Option<i64> = row.get("transfer_xid");
            let name = format!("transfer {}", transfer.unwrap_or_default());
            (name, xid, there.then(|| rows::transfer_leaf(row)), None)
        } else {
            self.report.figures.events += 1;
            let there = row.get::<_, Option<Uuid>>("id").is_some();
            let own: Option<Hash> = row.get::<_, Option<&[u8]>>("own_leaf").map(rows::hash);
            let name = format!("event {}", event.unwrap_or_default());
            (name, row.get("event_xid"), there.then(|| rows::event_leaf(row)), own)
        };
        let Some(leaf) = leaf else {
            self.broken(number, name, "missing: it was deleted after it was sealed");
            return None;
        };
        if leaf != *stored {
            let what = match own {
                Some(own) if own == leaf => "changed after it was sealed, and its own hash with it",
                _ => "changed: it is not what was sealed",
            };
            self.broken(number, name, what);
        } else if xid != Some(row.get("xid")) {
            self.broken(number, name, "its transaction was changed");
        } else if sealed == Some(Sealed::Event) && own.as_ref() != Some(stored) {
            self.broken(number, name, "its own hash was changed");
        } else if sealed == Some(Sealed::Found) && own.is_some() {
            self.broken(number, name, "has a hash of its own that it had not when it was sealed");
        }
        self.report.figures.found += u64::from(sealed == Some(Sealed::Found));
        Some(leaf)
    }

    fn checkpoint(&mut self, row: &Row) {
        let checkpoint = Checkpoint {
            number: row.get("number"),
            after: row.get("after"),
            chain: rows::hash(row.get("chain")),
            at: row.get("at"),
            below: row.get("below"),
        };
        let number = checkpoint.number;
        let name = || format!("checkpoint {number}");
        self.report.figures.checkpoints += 1;
        if number > self.number || number < 1 {
            self.broken(number, name(), "tells of seals that are missing");
        } else if number == self.number && !self.before.contains(&checkpoint.chain) {
            self.broken(number, name(), "its chain is not that of its seal");
        }
        if checkpoint.after != self.report.head.map_or(0, |head| head.number) {
            self.broken(number, name(), "does not follow the checkpoint before it: one was deleted");
        }
        let key = PublicKey(rows::hash(row.get("public_key")));
        if !self.trust.keys.is_empty() {
            if !self.trust.keys.contains(&key) {
                self.broken(number, name(), "signed with a key that is not trusted");
            } else if !key.has_signed(&checkpoint, row.get("signature")) {
                self.broken(number, name(), "its signature is wrong");
            }
        }
        self.report.head = Some(checkpoint);
    }

    fn end(&mut self) {
        let signed = self.report.head.map_or(0, |head| head.number);
        if self.number > signed {
            self.broken(
                signed + 1,
                format!("seals {} to {}", signed + 1, self.number),
                "no checkpoint signs them: it was deleted",
            );
        }
        for anchor in self.anchors {
            self.report.figures.anchors += 1;
            let what =
                "was anchored and is not in the database: this is an earlier state, or its end was cut off";
            self.report.add(
                Outcome::AnchorMismatch,
                Some(anchor.number),
                format!("seal {}", anchor.number),
                what,
            );
        }
    }
}

/// What has no seal: it waits for one, or it was slipped in where everything is sealed already.
async fn unsealed(tx: &Transaction<'_>, report: &mut Report) -> Result<(), TrailError> {
    let now = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint, exists (select from epochs)";
    let row = tx.query_one(now, &[]).await?;
    let span =
        Span { below: report.head.map_or(0, |head| head.below), next: row.get(0), restored: row.get(1) };
    let sql = format!(
        "select {} from events e left join event_values v on v.event_id = e.id
         where not exists (select from seals s where s.event_id = e.id)",
        rows::EVENT
    );
    for row in tx.query(&sql, &[]).await? {
        let name = format!("event {}", row.get::<_, Uuid>("id"));
        let own: Option<Hash> = row.get::<_, Option<&[u8]>>("own_leaf").map(rows::hash);
        waits(
            report,
            name,
            (row.get("event_xid"), row.get("at")),
            span,
            own.is_some_and(|own| own != rows::event_leaf(&row)),
        );
    }
    let sql = "select number, xid::text::bigint, (select e.at from events e where e.id = t.event_id) from transfers t
               where not exists (select from seals s where s.transfer = t.number)";
    for row in tx.query(sql, &[]).await? {
        waits(report, format!("transfer {}", row.get::<_, i64>(0)), (row.get(1), row.get(2)), span, false);
    }
    let sql = "select v.event_id from event_values v where not exists (select from events e where e.id = v.event_id)";
    for row in tx.query(sql, &[]).await? {
        let name = format!("values of event {}", row.get::<_, Uuid>(0));
        report.add(Outcome::Broken, None, name, "belong to no event");
    }
    Ok(())
}

/// The transactions whose rows may wait: sealed below the one, not begun from the other on.
#[derive(Clone, Copy)]
struct Span {
    below: i64,
    next: i64,
    /// Into another server, which counts its transactions anew.
    restored: bool,
}

fn waits(report: &mut Report, name: String, (xid, at): (i64, Option<Timestamp>), span: Span, changed: bool) {
    // What an earlier server wrote lies beyond, and is sealed next.
    let counts_anew = span.below > span.next;
    if changed {
        report.add(Outcome::Broken, None, name, "changed: it is not what was written");
    } else if xid < span.below && !counts_anew {
        report.add(Outcome::Broken, None, name, "has no seal, though all of its time was sealed");
    } else if xid >= span.next && !counts_anew && !span.restored {
        report.add(Outcome::Broken, None, name, "says that a transaction wrote it which has not begun");
    } else {
        report.figures.backlog += 1;
        report.waiting_since = report.waiting_since.into_iter().chain(at).min();
    }
}
