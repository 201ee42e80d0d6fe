//! Bases: copies of the whole cluster, file by file, that the log is replayed on.

use std::{
    collections::BTreeSet,
    io::{self, Read},
    sync::Arc,
};

use flate2::{Compression, write::GzEncoder};
use jiff::{SignedDuration, Timestamp};
use kernel::Clock;
use platform::{Actor, App};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio_postgres::Client;

use super::{
    Wal,
    coverage::Coverage,
    segment::{Segment, told},
    shelf::{Shelf, locked},
    stand::Stand,
};
use crate::{
    BackupError, Keeping, Programs,
    actions::{self, MAKING, Made, alone, blocking},
    archive::{self, Written},
    place::Located,
    rules,
};

pub(crate) const BASE: &str = ".base";
/// After the base's own name.
pub(crate) const MANIFEST: &str = ".json";
pub(crate) const FORMAT: &str = "hub base 1";
/// A new one each week: what must be replayed after a bad day stays within hours.
const OLD: SignedDuration = SignedDuration::from_hours(7 * 24 - 1);
const EFFORT: u32 = 4;

/// What a base is, and which log it needs. Tells nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BaseManifest {
    /// `hub base 1`
    pub format: String,
    pub release: String,
    /// The major version, which must be the same where it is brought back.
    pub postgres: u32,
    pub taken_at: Timestamp,
    /// It can be brought back to any instant from here on, as far as there is log.
    pub finished_at: Timestamp,
    pub took_ms: i64,
    /// Of the encrypted file.
    pub bytes: i64,
    pub sha256: String,
    pub vault: Option<String>,
    pub recipients: Vec<String>,
    /// The identifier of the cluster.
    pub system: String,
    pub timeline: u32,
    /// The log is needed from here, and is replayed at least to the second: `17/2A000028`.
    pub start_lsn: String,
    pub end_lsn: String,
    /// The last migration.
    pub migration: String,
    /// The head of the audit trail when it was begun.
    pub seal: Option<i64>,
    pub chain: Option<String>,
}

impl BaseManifest {
    pub(crate) fn of(base: &Located) -> Result<Self, BackupError> {
        let at = beside(base);
        let text = at.get()?.ok_or_else(|| BackupError::NoManifest(base.to_string()))?;
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|cause| BackupError::Manifest { at: at.to_string(), cause: cause.to_string() })?;
        match manifest.format == FORMAT {
            true => Ok(manifest),
            false => Err(BackupError::Later(base.to_string())),
        }
    }

    fn start(&self) -> u64 {
        let part = |text: &str| u64::from_str_radix(text, 16).unwrap_or_default();
        self.start_lsn.split_once('/').map_or(0, |(high, low)| part(high) << 32 | part(low))
    }

    /// Of the log that it needs.
    pub(crate) fn first(&self) -> Segment {
        Segment::at(self.timeline, self.start())
    }
}

fn beside(base: &Located) -> Located {
    base.place.at(format!("{}{MANIFEST}", base.name))
}

/// A base that lies in the place of copies.
#[derive(Debug, Clone)]
pub struct StoredBase {
    pub at: Located,
    pub manifest: BaseManifest,
}

/// Whether one is wanted: there is none of this stretch of log, or it is a week old.
pub(crate) async fn base_is_due(app: &App, wal: &Wal) -> Result<bool, BackupError> {
    let client = wal.database.connect().await?;
    let since = Stand::take(&client, app.clock.now()).await?.unbroken_since;
    let sql = "select max(started_at) from backups where state = 'done' and file like '%.base' and started_at >= $1";
    let newest: Option<Timestamp> = client.query_one(sql, &[&since]).await?.get(0);
    Ok(newest.is_none_or(|at| app.clock.now().duration_since(at) > OLD))
}

/// Makes a base of the cluster as it is now. What failed is written down too.
pub async fn create_base(
    app: &App,
    keeping: &Arc<Keeping>,
    actor: &Actor,
) -> Result<StoredBase, BackupError> {
    let (wal, shelf) = keeping.log()?;
    let _alone = alone(keeping, MAKING).await?;
    let client = wal.database.connect().await?;
    let stand = Stand::take(&client, app.clock.now()).await?;
    let now = app.clock.now();
    let at = shelf.place.at(format!("hub-{}{BASE}", now.strftime("%Y%m%dT%H%M%SZ")));
    let id = actions::begin(app, actor, &at, now).await?;
    let programs = Programs { folder: keeping.programs.folder.clone(), database: wal.database.clone() };
    let making =
        Making { clock: app.clock.clone(), programs, shelf, client, stand, at: at.clone(), taken_at: now };
    let outcome = making.take().await;
    let made = |manifest: &BaseManifest| Made {
        bytes: manifest.bytes,
        sha256: manifest.sha256.clone(),
        seal: manifest.seal,
        manifest: json!(manifest),
    };
    actions::end(app, actor, id, outcome.as_ref().map(made)).await?;
    Ok(StoredBase { at, manifest: outcome? })
}

/// One on its way.
struct Making {
    clock: Clock,
    programs: Programs,
    shelf: Shelf,
    client: Client,
    stand: Stand,
    at: Located,
    taken_at: Timestamp,
}

impl Making {
    async fn take(self) -> Result<BaseManifest, BackupError> {
        let begun = Begun::look(&self.client).await?;
        let (programs, shelf, to) = (self.programs, self.shelf.clone(), self.at.clone());
        let written = blocking(move || write(&programs, &shelf, &to)).await?;
        let (taken_at, finished_at) = (self.taken_at, self.clock.now());
        let manifest = BaseManifest {
            format: FORMAT.to_owned(),
            release: env!("CARGO_PKG_VERSION").to_owned(),
            postgres: begun.postgres,
            taken_at,
            finished_at,
            took_ms: finished_at.duration_since(taken_at).as_millis().try_into().unwrap_or(i64::MAX),
            bytes: i64::try_from(written.bytes).unwrap_or(i64::MAX),
            sha256: written.sha256,
            vault: begun.vault,
            recipients: self.shelf.key.recipients().iter().map(ToString::to_string).collect(),
            system: self.stand.system,
            timeline: self.stand.timeline,
            start_lsn: told(begun.position),
            end_lsn: told(position(&self.client).await?),
            migration: begun.migration,
            seal: begun.seal,
            chain: begun.chain,
        };
        let (text, to) =
            (serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n", beside(&self.at));
        blocking(move || to.put(text.as_bytes())).await?;
        Ok(manifest)
    }
}

struct Begun {
    postgres: u32,
    position: u64,
    migration: String,
    vault: Option<String>,
    seal: Option<i64>,
    chain: Option<String>,
}

impl Begun {
    async fn look(client: &Client) -> Result<Self, BackupError> {
        let sql = "select current_setting('server_version_num')::integer / 10000 as postgres,
                (select coalesce(max(name), '') from schema_migrations) as migration, (select fingerprint from vault) as vault,
                c.number, c.chain
            from (select) one left join
                (select number, encode(chain, 'hex') as chain from checkpoints order by number desc limit 1) c on true";
        let row = client.query_one(sql, &[]).await?;
        Ok(Self {
            postgres: row.get::<_, i32>("postgres").cast_unsigned(),
            // Before the backup begins, so that what it begins with is in it.
            position: position(client).await?,
            migration: row.get("migration"),
            vault: row.get("vault"),
            seal: row.get("number"),
            chain: row.get("chain"),
        })
    }
}

async fn position(client: &Client) -> Result<u64, BackupError> {
    let sql = "select (pg_current_wal_lsn() - '0/0')::bigint";
    Ok(client.query_one(sql, &[]).await?.get::<_, i64>(0).cast_unsigned())
}

/// With the log of its own while in it, so that it can be brought back even where nothing else is.
fn write(programs: &Programs, shelf: &Shelf, to: &Located) -> Result<Written, BackupError> {
    let mut command = programs.command("pg_basebackup");
    command.args([
        "--pgdata",
        "-",
        "--format",
        "tar",
        "--wal-method",
        "fetch",
        "--checkpoint",
        "fast",
        "--no-manifest",
    ]);
    archive::keep_output(command, "pg_basebackup", &shelf.key, to, |source, sink| {
        let mut sink = GzEncoder::new(sink, Compression::new(EFFORT));
        io::copy(source, &mut sink)?;
        sink.finish()
    })
}

/// Reads the base and its log from end to end: nothing is damaged, and the key opens all of it.
pub async fn verify_base(shelf: &Shelf, at: &Located) -> Result<Coverage, BackupError> {
    let (shelf, at) = (shelf.clone(), at.clone());
    blocking(move || {
        let covered = shelf.cover(&at)?;
        unpack(&shelf, &at, &covered.base.manifest, |source| io::copy(source, &mut io::sink()).map(drop))?;
        for one in &covered.log {
            shelf.segment(&covered.base.manifest.system, one)?;
        }
        Ok(covered)
    })
    .await
}

/// Hands out what is in the file, once it is known to be the one that its manifest describes.
pub(crate) fn unpack(
    shelf: &Shelf,
    at: &Located,
    manifest: &BaseManifest,
    into: impl FnOnce(&mut dyn Read) -> io::Result<()>,
) -> Result<(), BackupError> {
    let found = archive::measure(at)?;
    archive::must_be(at, &found, manifest.bytes, &manifest.sha256)?;
    let mut source = shelf.decrypted(at, at.reader()?)?;
    into(&mut source).map_err(|cause| locked(at, &cause))
}

/// Removes bases that are past their days, and log that no base needs; which bases.
pub(crate) async fn prune_bases(app: &App, keeping: &Keeping) -> Result<Vec<Located>, BackupError> {
    let place = keeping.place.clone().ok_or(BackupError::NoPlace)?;
    let shelf = Shelf { place, key: keeping.key.clone() };
    let (keep_days, now) = (keeping.keep_days, app.clock.now());
    blocking(move || {
        let bases = shelf.bases()?;
        let gone = rules::old(&bases, keep_days, now, |one| one.manifest.taken_at);
        for one in &gone {
            beside(&one.at).remove()?;
            one.at.remove()?;
        }
        let is_gone = |one: &StoredBase| gone.iter().any(|other| other.at.name == one.at.name);
        let systems: BTreeSet<&str> = bases.iter().map(|one| one.manifest.system.as_str()).collect();
        for system in systems {
            let kept = bases.iter().filter(|one| one.manifest.system == system && !is_gone(one));
            let firsts: Vec<Segment> = kept.map(|one| one.manifest.first()).collect();
            for one in shelf.log(system)? {
                if !rules::is_needed(&one, &firsts, keep_days, now) {
                    shelf.remove(system, &one)?;
                }
            }
        }
        Ok(gone.into_iter().map(|one| one.at.clone()).collect())
    })
    .await
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{super::segment::LENGTH, *};
    use crate::Place;

    pub fn base(finished_at: Timestamp, timeline: u32, segment: u64) -> StoredBase {
        let manifest = BaseManifest {
            format: FORMAT.to_owned(),
            release: String::new(),
            postgres: 15,
            taken_at: finished_at,
            finished_at,
            took_ms: 0,
            bytes: 0,
            sha256: String::new(),
            vault: None,
            recipients: Vec::new(),
            system: "7".to_owned(),
            timeline,
            start_lsn: told(segment * LENGTH + 40),
            end_lsn: told(segment * LENGTH + 400),
            migration: String::new(),
            seal: None,
            chain: None,
        };
        StoredBase { at: Place::Folder("/backups".into()).at("hub-x.base"), manifest }
    }

    #[test]
    fn a_place_of_the_log_is_read_as_it_is_told() {
        assert_eq!(base(Timestamp::UNIX_EPOCH, 1, 0x172).manifest.start(), 0x172 * LENGTH + 40);
    }
}
