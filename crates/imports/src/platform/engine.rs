//! The way of every kind: read a page, translate, leave out what has not changed, plan, write, report.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use ::platform::live::Hint;
use ::platform::values::{Values, ValuesError};
use jiff::Timestamp;
use kernel::EventId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_postgres::types::Json;
use tokio_postgres::{Client, Transaction};
use uuid::Uuid;

use super::batch::{Batch, Change, Item, Ours, Planned};
use super::ids::content_hash;
use super::lookups::{Link, Lookups};
use super::overlay::Overlay;
use super::report::{Finding, Report, Severity};
use super::schema::Shape;
use super::source::Source;
use super::tidy::{Notes, Reason};
use super::write::{is_passing, is_refusal, name_event, put, rows_of, save_events, save_links, told};
use super::{Counts, Error, Kind, Options, Progress, Summary};

/// One kind of record: where it is read, what it becomes, how it is written.
pub trait Step {
    const KIND: Kind;
    /// Counts the rows that the source will give.
    const COUNT: &'static str;
    const INSERT: &'static str;
    const UPDATE: Option<&'static str> = None;
    /// Makes way for the rows, before any of them is written.
    const MAKE_WAY: Option<&'static str> = None;
    /// Our rows as they stand; only where people edit them here.
    const STATE: Option<&'static str> = None;
    /// Why a row that changed at the source is not taken in again, for kinds that are written once.
    const WRITTEN_ONCE: Option<&'static str> = None;
    /// Whether the step itself decides what becomes of a row that was edited on both sides.
    const SETTLES_CONFLICTS: bool = false;

    type Row: DeserializeOwned;
    type Record: Serialize;
    type Write: Serialize + Debug + Sync;

    /// Reads the source's rows, each as its id and its JSON, by id.
    fn read(&self) -> &'static str;

    /// Adds to a page what stands in tables that not every source has.
    async fn complete(&self, _source: &Source<'_>, _page: &mut [(String, Self::Row)]) -> Result<(), Error> {
        Ok(())
    }

    fn translate(&self, row: &Self::Row, notes: &mut Notes) -> Result<Self::Record, Reason>;

    /// What of a record counts as its content.
    fn content(record: &Self::Record) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(record)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<Self::Record>>,
        batch: &mut Batch<Self::Write>,
        now: Timestamp,
    ) -> Result<(), Error>;

    async fn write(
        &self,
        tx: &Transaction<'_>,
        planned: &[&Planned<Self::Write>],
    ) -> Result<(), tokio_postgres::Error> {
        if let Some(make_way) = Self::MAKE_WAY {
            put(tx, make_way, planned.iter().filter_map(|one| Some((*one, one.row.as_ref()?)))).await?;
        }
        // First, because an update may free what a new row takes: an e-mail, a reference.
        if let Some(update) = Self::UPDATE {
            put(tx, update, rows_of(planned, Change::Update)).await?;
        }
        put(tx, Self::INSERT, rows_of(planned, Change::Create)).await
    }

    /// What later pages of a dry run must know of this row, besides its link.
    fn remember(_planned: &Planned<Self::Write>, _overlay: &mut Overlay) {}
}

pub struct Engine<'a> {
    source: &'a Source<'a>,
    target: &'a mut Client,
    report: Report,
    options: &'a Options,
    now: Timestamp,
    progress: &'a (dyn Fn(Progress) + Sync),
    run_id: Uuid,
    overlay: Overlay,
    counts: BTreeMap<Kind, Counts>,
}

impl<'a> Engine<'a> {
    /// Opens the run: its row in `import_runs`, or, for a dry run, a transaction that cannot write.
    pub async fn begin(
        source: &'a Source<'a>,
        target: &'a mut Client,
        report: Report,
        options: &'a Options,
        now: Timestamp,
        progress: &'a (dyn Fn(Progress) + Sync),
    ) -> Result<Self, Error> {
        let run_id = EventId::new(now).0;
        if options.apply {
            let locked = target.query_one(include_str!("sql/lock.sql"), &[]).await.map_err(Error::Target)?;
            if !locked.get::<_, bool>(0) {
                return Err(Error::AlreadyRunning);
            }
            let sql = include_str!("sql/begin_run.sql");
            target.execute(sql, &[&run_id, &now]).await.map_err(Error::Target)?;
        } else {
            target.batch_execute(include_str!("sql/begin_dry_run.sql")).await.map_err(Error::Target)?;
        }
        let (overlay, counts) = (Overlay::default(), BTreeMap::new());
        Ok(Self { source, target, report, options, now, progress, run_id, overlay, counts })
    }

    /// Closes the run, whether it came to its end or not.
    pub async fn finish(mut self, outcome: Result<(), Error>) -> Result<Summary, Error> {
        if self.options.apply {
            let closed = self.close_run(outcome.is_ok()).await;
            outcome?;
            closed.map_err(Error::Target)?;
        } else {
            let ended = self.target.batch_execute("rollback").await;
            outcome?;
            ended.map_err(Error::Target)?;
        }
        self.report.finish().map_err(Error::Report)?;
        Ok(Summary {
            run_id: self.options.apply.then_some(self.run_id),
            applied: self.options.apply,
            counts: self.counts,
            report: self.options.report.clone(),
        })
    }

    /// Tells open screens to look again, writes down how the run ended, and lets the next one begin. Where the connection
    /// is gone nothing of this is possible, and the lock went with it.
    async fn close_run(&self, is_complete: bool) -> Result<(), tokio_postgres::Error> {
        if self.counts.values().any(|counts| counts.created + counts.updated + counts.matched > 0) {
            let hint = Json(Hint::resync());
            self.target.execute("select pg_notify('hub', $1::jsonb::text)", &[&hint]).await?;
        }
        if is_complete {
            let problems: u64 = self.counts.values().map(|counts| counts.problems).sum();
            let problems = i64::try_from(problems).unwrap_or(i64::MAX);
            let counts = Json(&self.counts);
            self.target
                .execute(include_str!("sql/finish_run.sql"), &[&self.run_id, &counts, &problems])
                .await?;
        }
        self.target.execute(include_str!("sql/unlock.sql"), &[]).await?;
        Ok(())
    }

    /// In which form the source comes.
    pub fn shape(&self) -> Shape {
        self.source.shape
    }

    /// Takes one kind from its first row to its last.
    pub async fn run<S: Step>(&mut self, step: S) -> Result<(), Error> {
        let limit = i32::try_from(self.options.batch.clamp(1, 10_000)).unwrap_or(1);
        let total = self.source.count(S::COUNT).await?;
        let portal = self.source.begin_reading(step.read()).await?;
        let mut done = 0;
        self.counts.entry(S::KIND).or_default();
        loop {
            let mut page = self.source.page(&portal, limit).await?;
            if page.is_empty() {
                return Ok(());
            }
            step.complete(self.source, &mut page).await?;
            done += page.len() as u64;
            let batch = self.prepare(&step, page).await?;
            self.settle(&step, batch).await?;
            (self.progress)(Progress { kind: S::KIND, done, total });
        }
    }

    /// From rows of the source to a plan.
    async fn prepare<S: Step>(
        &self,
        step: &S,
        page: Vec<(String, S::Row)>,
    ) -> Result<Batch<S::Write>, Error> {
        let lookups = Lookups { client: self.target, overlay: &self.overlay };
        let mut batch = Batch::new(S::KIND);
        let mut translated = Vec::with_capacity(page.len());
        for (id, row) in page {
            let mut notes = Notes::default();
            let record = match step.translate(&row, &mut notes) {
                Ok(_) if id.is_empty() || id.chars().count() > 200 => {
                    Err(Reason::new("id is empty or longer than 200 characters"))
                }
                other => other,
            };
            match record {
                Ok(record) => {
                    let hash = content_hash(&S::content(&record).map_err(Error::Row)?);
                    translated.push((id, record, hash, notes));
                }
                Err(Reason(reason)) => batch.problem(&id, reason),
            }
        }
        let ids: Vec<&str> = translated.iter().map(|(id, ..)| id.as_str()).collect();
        let mut links = lookups.links(S::KIND, &ids).await?;
        let mut fresh = Vec::new();
        for (id, record, hash, notes) in translated {
            let link = links.remove(&id);
            match link.as_ref().and_then(|link| link.content.as_ref()) {
                Some((known, _)) if known.as_slice() == hash => batch.unchanged += 1,
                Some(_) if S::WRITTEN_ONCE.is_some() => {
                    batch.problem(&id, S::WRITTEN_ONCE.unwrap_or_default())
                }
                _ => {
                    notes.0.into_iter().for_each(|note| batch.warn(&id, note));
                    fresh.push((id, record, hash, link));
                }
            }
        }
        let items = with_our_rows::<S>(&lookups, fresh, &mut batch).await?;
        step.plan(&lookups, items, &mut batch, self.now).await?;
        Ok(batch)
    }

    /// Writes a plan, or remembers it in a dry run; counts and reports.
    async fn settle<S: Step>(&mut self, step: &S, mut batch: Batch<S::Write>) -> Result<(), Error> {
        if self.options.apply {
            let refused = self.write(step, &batch.planned).await?;
            let mut refused = refused.into_iter().peekable();
            let mut index = 0;
            batch.planned.retain(|_| {
                let gone =
                    refused.next_if(|(at, _)| *at == index).map(|(_, finding)| batch.findings.push(finding));
                index += 1;
                gone.is_none()
            });
        } else {
            for planned in &batch.planned {
                self.overlay.links.insert((planned.kind, planned.external_id.clone()), planned.our_id);
                S::remember(planned, &mut self.overlay);
            }
        }
        batch.findings.sort_by(|a, b| a.external_id.cmp(&b.external_id));
        self.count(S::KIND, &batch);
        self.report.add(&batch.findings).map_err(Error::Report)
    }

    fn count<W>(&mut self, kind: Kind, batch: &Batch<W>) {
        self.counts.entry(kind).or_default().unchanged += batch.unchanged;
        for finding in &batch.findings {
            let counts = self.counts.entry(finding.kind).or_default();
            match finding.severity {
                Severity::Problem => counts.problems += 1,
                Severity::Warning => counts.warnings += 1,
            }
        }
        // A second account is a problem already; a row taken in only in part is one too.
        for planned in batch.planned.iter().filter(|one| one.kind != Kind::CustomerAlias && one.links) {
            let counts = self.counts.entry(planned.kind).or_default();
            match planned.change {
                Change::Create => counts.created += 1,
                Change::Update => counts.updated += 1,
                Change::Match => counts.matched += 1,
            }
        }
    }

    /// One transaction for all, again if somebody was in the way; row by row where the database refuses one of them.
    /// Answers the refused rows by their place in the plan.
    async fn write<S: Step>(
        &mut self,
        step: &S,
        planned: &[Planned<S::Write>],
    ) -> Result<Vec<(usize, Finding)>, Error> {
        const ATTEMPTS: usize = 5;
        if planned.is_empty() {
            return Ok(Vec::new());
        }
        let all: Vec<&Planned<S::Write>> = planned.iter().collect();
        let mut attempt = 1;
        loop {
            let outcome = match self.write_together(step, &all).await {
                Ok(()) => return Ok(Vec::new()),
                Err(error) if is_refusal(&error) => self.write_singly(step, planned).await,
                Err(error) => Err(error),
            };
            match outcome {
                Err(error) if is_passing(&error) && attempt < ATTEMPTS => attempt += 1,
                other => return other.map_err(Error::from),
            }
        }
    }

    async fn write_together<S: Step>(
        &mut self,
        step: &S,
        planned: &[&Planned<S::Write>],
    ) -> Result<(), ValuesError> {
        let tx = self.target.transaction().await?;
        write_all(&tx, &self.options.values, step, planned, self.run_id, self.now).await?;
        Ok(tx.commit().await?)
    }

    async fn write_singly<S: Step>(
        &mut self,
        step: &S,
        planned: &[Planned<S::Write>],
    ) -> Result<Vec<(usize, Finding)>, ValuesError> {
        let mut tx = self.target.transaction().await?;
        let mut refused = Vec::new();
        for (index, one) in planned.iter().enumerate() {
            let savepoint = tx.savepoint("one_row").await?;
            match write_all(&savepoint, &self.options.values, step, &[one], self.run_id, self.now).await {
                Ok(()) => savepoint.commit().await?,
                Err(error) if is_refusal(&error) => {
                    savepoint.rollback().await?;
                    refused.push((index, one.finding(Severity::Problem, told(&error))));
                }
                Err(error) => return Err(error),
            }
        }
        tx.commit().await?;
        Ok(refused)
    }
}

async fn write_all<S: Step>(
    tx: &Transaction<'_>,
    keys: &Values,
    step: &S,
    planned: &[&Planned<S::Write>],
    run_id: Uuid,
    now: Timestamp,
) -> Result<(), ValuesError> {
    let books = name_event(tx, now).await?;
    step.write(tx, planned).await?;
    save_links(tx, planned, now).await?;
    save_events(tx, keys, run_id, planned, books, now).await
}

type Fresh<R> = (String, R, [u8; 32], Option<Link>);

/// Adds our rows as they stand; rows edited on both sides are reported, unless the step settles that itself.
async fn with_our_rows<S: Step>(
    lookups: &Lookups<'_>,
    fresh: Vec<Fresh<S::Record>>,
    batch: &mut Batch<S::Write>,
) -> Result<Vec<Item<S::Record>>, Error> {
    let linked: Vec<Uuid> = fresh.iter().filter_map(|(.., link)| Some(link.as_ref()?.our_id)).collect();
    let mut states = match S::STATE {
        Some(sql) => lookups.states(sql, &linked).await?,
        None => HashMap::new(),
    };
    let mut items = Vec::with_capacity(fresh.len());
    for (id, record, hash, link) in fresh {
        let ours = link.map(|link| {
            let Some((mut ours, updated_at)) = states.remove(&link.our_id) else {
                return Ours { id: link.our_id, customer_id: None, edited: false, before: None };
            };
            ours.edited = link.content.is_some_and(|(_, left_at)| left_at != updated_at);
            ours
        });
        if !S::SETTLES_CONFLICTS && ours.as_ref().is_some_and(|ours| ours.edited) {
            batch.problem(&id, "edited on both sides, kept ours");
        } else {
            items.push(Item { id, record, hash, ours });
        }
    }
    Ok(items)
}
