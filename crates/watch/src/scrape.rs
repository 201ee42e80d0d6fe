//! One look at everything that is measured.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use deadpool_postgres::{Pool, Transaction};
use jiff::{SignedDuration, Timestamp};
use platform::{
    App,
    address::causes,
    db::{self, GenericClient as _},
    metrics::{Family, Figure, Sample, of_queries, read_figures},
    migrate, spans,
};
use tokio::{sync::Mutex, time::timeout};

/// For so long what the database said is said again: two who look cost one look.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(5);
/// Longer than the statements may take.
const PATIENCE: Duration = Duration::from_secs(4);
const STATEMENT_TIMEOUT: &str = "set local statement_timeout = '2s'";

/// What only whoever puts the program together can count: a name, its meaning, and the value, if there is one just now.
pub type Gauge = (&'static str, &'static str, Arc<dyn Fn() -> Option<f64> + Send + Sync>);

/// Those of a process.
pub type Gauges = fn(&App) -> Vec<Gauge>;

pub(crate) fn shown(gauges: &[Gauge]) -> impl Iterator<Item = Family> {
    gauges.iter().filter_map(|(name, help, value)| Some(Family::gauge(name, help).at(value()?)))
}

/// Cheap to clone; the clones remember together.
#[derive(Clone)]
pub struct Scrape(Arc<State>);

struct State {
    app: App,
    /// A connection of its own, so that looking waits for nobody and nobody for it.
    pool: Pool,
    figures: Vec<&'static Figure>,
    gauges: Vec<Gauge>,
    remembered: Mutex<Option<(Timestamp, Vec<Family>)>>,
}

impl Scrape {
    pub fn new(
        app: &App,
        figures: &'static [&'static [Figure]],
        gauges: Vec<Gauge>,
    ) -> Result<Self, db::DbError> {
        let pool = app.db.dedicated()?;
        let figures = figures.iter().copied().flatten().collect();
        Ok(Self(Arc::new(State { app: app.clone(), pool, figures, gauges, remembered: Mutex::default() })))
    }

    /// Of the process as it is now, of the database as it was some seconds ago at most.
    pub async fn families(&self) -> Vec<Family> {
        let State { app, gauges, .. } = &*self.0;
        let mut families = app.metrics.families();
        families.extend(app.db.families());
        families.push(of_queries());
        families.push(spans::family(app.recorder()));
        families.extend(shown(gauges));
        families.extend(self.remembered().await);
        families
    }

    /// Whoever comes while somebody looks gets what that one finds.
    async fn remembered(&self) -> Vec<Family> {
        let mut remembered = self.0.remembered.lock().await;
        let now = self.0.app.clock.now();
        if let Some((at, families)) = &*remembered
            // A clock that was set back makes nothing young.
            && (SignedDuration::ZERO..REMEMBERED).contains(&now.duration_since(*at))
        {
            return families.clone();
        }
        let began = Instant::now();
        let found = timeout(PATIENCE, self.look()).await.unwrap_or_else(|_| Err("it took too long".into()));
        let mut families = found.unwrap_or_else(|error| {
            tracing::warn!(error = causes(&*error), "the figures could not be read from the database");
            vec![up(false)]
        });
        let took =
            Family::gauge("hub_scrape_database_seconds", "How long the database took over its figures.");
        families.push(took.at(began.elapsed().as_secs_f64()));
        *remembered = Some((now, families.clone()));
        families
    }

    /// All of one instant.
    async fn look(&self) -> Result<Vec<Family>, Box<dyn std::error::Error + Send + Sync>> {
        let State { app, pool, figures, .. } = &*self.0;
        let mut client = pool.get().await?;
        let tx = db::snapshot(&mut client).await.map_err(|problem| problem.detail)?;
        tx.batch_execute(STATEMENT_TIMEOUT).await?;
        let mut families = vec![up(true)];
        families.extend(migrations(&tx).await?);
        families.extend(read_figures(&tx, figures, app.clock.now()).await?);
        tx.commit().await?;
        Ok(families)
    }
}

fn up(is_up: bool) -> Family {
    Family::gauge("hub_database_up", "1: the database answered with its figures when it was asked last.")
        .at(f64::from(u8::from(is_up)))
}

async fn migrations(tx: &Transaction<'_>) -> Result<[Family; 2], tokio_postgres::Error> {
    let missing = migrate::missing(tx).await?.len();
    let labels = [("version", env!("CARGO_PKG_VERSION")), ("migration", migrate::newest())];
    Ok([
        Family::gauge("hub_build_info", "1, with the version that runs and the last migration it knows.")
            .with([Sample::of(&labels, 1.0)]),
        migrations_missing(missing),
    ])
}

pub(crate) fn migrations_missing(count: usize) -> Family {
    let help = "Migrations of this release that the database has not had.";
    Family::gauge("hub_migrations_missing", help).at(count as f64)
}
