use std::{any::Any, collections::HashMap, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use deadpool_postgres::Pool;
use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use kernel::Clock;
use tokio::{
    sync::{Notify, watch},
    task::{Id, JoinError, JoinSet},
    time::Instant,
};
use trace::{Recorder, Span, SpanKind};

use crate::{Handlers, Job, Outcome, rules, store};

const POLL: Duration = Duration::from_millis(500);
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(2);
const UPKEEP_EVERY: Duration = Duration::from_secs(1);
const LEASE: SignedDuration = SignedDuration::from_secs(60);
const HEART_BEAT: Duration = Duration::from_secs(15);
/// A handler that takes longer is stopped, and the job retried.
const TIME_LIMIT: Duration = Duration::from_secs(600);
const SLOTS: usize = 4;
/// How long a stop waits for what is running, unless told otherwise.
const DRAIN: Duration = Duration::from_secs(9);
/// For giving back what was cut off; a lease that is left over ends by itself.
const GIVE_BACK: Duration = Duration::from_secs(3);
const KEEP_DONE: SignedDuration = SignedDuration::from_hours(14 * 24);
const COMPLETION_TRIES: u32 = 5;
const RUN_DUE_AT_MOST: usize = 10_000;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Tells a worker that there may be something to do, before it would look by itself.
#[derive(Clone, Default)]
pub struct Waker(Arc<Notify>);

impl Waker {
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Runs jobs, several at once, until it is stopped. Cheap to clone; clones share the waker.
pub struct Worker<S> {
    pool: Pool,
    clock: Clock,
    handlers: Arc<Handlers<S>>,
    state: S,
    waker: Waker,
    slots: usize,
    time_limit: Duration,
    drain: Duration,
    recorder: Option<Recorder>,
}

impl<S: Clone> Clone for Worker<S> {
    fn clone(&self) -> Self {
        Self {
            pool: self.pool.clone(),
            clock: self.clock.clone(),
            handlers: self.handlers.clone(),
            state: self.state.clone(),
            waker: self.waker.clone(),
            slots: self.slots,
            time_limit: self.time_limit,
            drain: self.drain,
            recorder: self.recorder.clone(),
        }
    }
}

impl<S: Clone + Send + Sync + 'static> Worker<S> {
    /// `pool` is for claiming and completing; better not one that the handlers may exhaust.
    pub fn new(pool: Pool, clock: Clock, handlers: Handlers<S>, state: S) -> Self {
        Self {
            pool,
            clock,
            handlers: Arc::new(handlers),
            state,
            waker: Waker::default(),
            slots: SLOTS,
            time_limit: TIME_LIMIT,
            drain: DRAIN,
            recorder: None,
        }
    }

    /// How long a run may take.
    #[must_use]
    pub fn time_limit(self, time_limit: Duration) -> Self {
        Self { time_limit, ..self }
    }

    /// How long a stop waits for what is running.
    #[must_use]
    pub fn draining_for(self, drain: Duration) -> Self {
        Self { drain, ..self }
    }

    /// Who takes the spans of its runs.
    #[must_use]
    pub fn recorded_by(self, recorder: Option<&Recorder>) -> Self {
        Self { recorder: recorder.cloned(), ..self }
    }

    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Until `stop` is ready; then nothing more is claimed, and what is running is waited for, nine seconds unless told otherwise;
    /// what is not done then is cut off and given back, for whoever takes it next. Errors of the database are logged and waited out.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut running = JoinSet::new();
        let mut busy = Busy::default();
        let cut = watch::Sender::new(false);
        let mut registered = false;
        let mut looked_after: Option<Instant> = None;
        tokio::pin!(stop);
        loop {
            while let Some(ended) = running.try_join_next_with_id() {
                busy.end(ended);
            }
            let mut pause = POLL;
            if looked_after.is_none_or(|at| at.elapsed() >= UPKEEP_EVERY) {
                match self.upkeep(&mut registered).await {
                    Ok(()) => looked_after = Some(Instant::now()),
                    Err(error) => pause = paused(&error),
                }
            }
            loop {
                let (kinds, most) = busy.room(self.handlers.kinds(), self.slots);
                let claimed = match self.claim(&kinds, most).await {
                    Ok(jobs) => jobs,
                    Err(error) => {
                        pause = paused(&error);
                        break;
                    }
                };
                let came = claimed.len();
                for job in claimed {
                    let (worker, cut, kind) = (self.clone(), cut.subscribe(), job.kind.clone());
                    busy.begin(running.spawn(async move { worker.work(job, cut).await }).id(), kind);
                }
                if most == 0 || came < most {
                    break;
                }
            }
            tokio::select! {
                () = &mut stop => break,
                () = self.waker.0.notified(), if running.len() < self.slots => {}
                () = tokio::time::sleep(pause) => {}
                Some(ended) = running.join_next_with_id(), if !running.is_empty() => busy.end(ended),
            }
        }
        if tokio::time::timeout(self.drain, all_end(&mut running)).await.is_err() {
            tracing::warn!(jobs = running.len(), "stopped while jobs were running; they are given back");
            cut.send_replace(true);
            // Those that could not be given back are run again when their leases have ended.
            let _ = tokio::time::timeout(GIVE_BACK, all_end(&mut running)).await;
        }
    }

    /// For tests: runs, in the caller's task and one after the other, everything that is due by the clock until nothing is.
    /// Returns how many runs that were.
    pub async fn run_due(&self) -> usize {
        let mut runs = 0;
        self.upkeep(&mut false).await.expect("the database of the jobs");
        while runs < RUN_DUE_AT_MOST {
            let jobs = self.claim(&self.handlers.kinds(), 1).await.expect("the database of the jobs");
            if jobs.is_empty() {
                break;
            }
            for job in jobs {
                let never = watch::Sender::new(false);
                self.work(job, never.subscribe()).await;
                runs += 1;
            }
        }
        runs
    }

    async fn upkeep(&self, registered: &mut bool) -> Result<(), Failure> {
        let now = self.clock.now();
        let db = self.pool.get().await?;
        if !*registered {
            for schedule in self.handlers.schedules() {
                store::register(&db, schedule, now).await?;
            }
            *registered = true;
        }
        store::put_right(&db, now).await?;
        for id in store::release_expired(&db, now).await? {
            tracing::error!(job = %id, "a job is dead: its worker vanished in its last attempt");
        }
        store::enqueue_scheduled(&db, self.handlers.schedules(), now).await?;
        store::tidy(&db, now.saturating_sub(KEEP_DONE)?).await?;
        Ok(())
    }

    async fn claim(&self, kinds: &[&str], most: usize) -> Result<Vec<Job>, Failure> {
        if most == 0 {
            return Ok(Vec::new());
        }
        let now = self.clock.now();
        let db = self.pool.get().await?;
        Ok(store::claim(&db, kinds, self.handlers.leaving(), most as i64, now, lease(now)).await?)
    }

    async fn work(&self, job: Job, mut cut: watch::Receiver<bool>) {
        let outcome = tokio::select! {
            outcome = self.handle(job.clone()) => outcome,
            () = self.hold(&job) => {
                tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, trace_id = trace_id(&job), "the lease was lost; the run was stopped");
                return;
            }
            () = is_cut(&mut cut) => {
                if let Err(error) = self.give_back(&job).await {
                    tracing::warn!(job = %job.id, %error, "a job was not given back");
                }
                return;
            }
        };
        if !matches!(outcome, Outcome::Done) {
            tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, trace_id = trace_id(&job), ?outcome, "a job was not done");
        }
        self.complete(&job, outcome).await;
    }

    /// A panic is a retry: it says no more than that this run came to nothing.
    async fn handle(&self, job: Job) -> Outcome {
        let Some(handler) = self.handlers.of(&job.kind) else {
            return Outcome::retry(format!("nothing here handles jobs of kind {}", job.kind));
        };
        let (handler, state) = (handler.clone(), self.state.clone());
        let (mut span, trace) = (self.span_of(&job), job.trace);
        let run = span.around(trace, async move { handler(state, job).await });
        let run = AssertUnwindSafe(run).catch_unwind();
        let outcome = match tokio::time::timeout(self.time_limit, run).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(panic)) => Outcome::retry(format!("panicked: {}", message(panic.as_ref()))),
            Err(_) => Outcome::retry(format!("took longer than {:?}", self.time_limit)),
        };
        if !matches!(outcome, Outcome::Done) {
            span.failed();
        }
        outcome
    }

    /// Of one run; it hangs below what enqueued the job.
    fn span_of(&self, job: &Job) -> Span {
        let Some(recorder) = &self.recorder else { return Span::default() };
        let mut span = recorder.begin(job.trace, SpanKind::Consumer, format!("job {}", job.kind));
        span.set("hub.job_id", job.id.to_string());
        span.set("hub.job_attempt", i64::from(job.attempt));
        span
    }

    /// Renews the lease for as long as it is this attempt's.
    async fn hold(&self, job: &Job) {
        loop {
            tokio::time::sleep(HEART_BEAT).await;
            let renewed: Result<bool, Failure> = async {
                let db = self.pool.get().await?;
                Ok(store::renew(&db, job, lease(self.clock.now())).await?)
            }
            .await;
            match renewed {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(job = %job.id, %error, "a lease was not renewed"),
            }
        }
    }

    async fn give_back(&self, job: &Job) -> Result<(), Failure> {
        let db = self.pool.get().await?;
        Ok(store::give_back(&db, job, self.clock.now()).await?)
    }

    /// Tries for a while; after that the lease ends and the job is run again.
    async fn complete(&self, job: &Job, outcome: Outcome) {
        let now = self.clock.now();
        let verdict = rules::verdict(job, outcome, now);
        for _ in 0..COMPLETION_TRIES {
            let completed: Result<bool, Failure> = async {
                let db = self.pool.get().await?;
                Ok(store::complete(&db, job, &verdict, now).await?)
            }
            .await;
            match completed {
                Ok(true) => {
                    if let rules::Verdict::Dead { why } = &verdict {
                        tracing::error!(job = %job.id, kind = job.kind, trace_id = trace_id(job), why, "a job is dead");
                    }
                    return;
                }
                Ok(false) => {
                    tracing::warn!(job = %job.id, attempt = job.attempt, "completed too late; another attempt has the job");
                    return;
                }
                Err(error) => tokio::time::sleep(paused(&error)).await,
            }
        }
    }
}

/// For the log; empty where nobody's request stands behind the job.
fn trace_id(job: &Job) -> String {
    job.trace.map(trace::Trace::id).unwrap_or_default()
}

/// Which kinds the running jobs are of. One kind leaves a slot to the others, so that a kind that hangs does not hold up everything.
#[derive(Default)]
struct Busy(HashMap<Id, String>);

impl Busy {
    fn begin(&mut self, id: Id, kind: String) {
        self.0.insert(id, kind);
    }

    fn end(&mut self, ended: Result<(Id, ()), JoinError>) {
        let id = ended.map_or_else(|error| error.id(), |(id, ())| id);
        self.0.remove(&id);
    }

    /// The kinds that may still be taken, and how many jobs of them at once.
    fn room<'a>(&self, mut kinds: Vec<&'a str>, slots: usize) -> (Vec<&'a str>, usize) {
        let running = |kind: &str| self.0.values().filter(|busy| *busy == kind).count();
        let most_of_one = slots.saturating_sub(1).max(1);
        kinds.retain(|kind| running(kind) < most_of_one);
        let of_one = kinds.iter().map(|kind| most_of_one - running(kind)).min().unwrap_or_default();
        (kinds, of_one.min(slots.saturating_sub(self.0.len())))
    }
}

async fn is_cut(cut: &mut watch::Receiver<bool>) {
    if cut.wait_for(|cut| *cut).await.is_err() {
        // Nobody is left who could cut it off.
        std::future::pending().await
    }
}

async fn all_end(running: &mut JoinSet<()>) {
    while running.join_next().await.is_some() {}
}

fn lease(now: Timestamp) -> Timestamp {
    now.saturating_add(LEASE).unwrap_or(Timestamp::MAX)
}

fn paused(error: &Failure) -> Duration {
    tracing::warn!(%error, "the jobs' database; trying again");
    PAUSE_AFTER_ERROR
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}
