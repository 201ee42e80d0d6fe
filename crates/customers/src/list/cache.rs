//! What was computed for a state of the data, kept for as long as that state lasts.
//!
//! The state is told by the database (migration 0007): the differences that are not folded yet, and the number of folds.
//! Every statement that changes what a list may show leaves a difference, so equal states show equal lists; nothing
//! expires by time and nothing stale is ever shown.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use platform::Result;
use platform::db::GenericClient;
use tokio::sync::OnceCell;
use tokio_postgres::Row;

use super::{Figures, anchors::Anchors};

/// Figures, and page positions, that are remembered at most.
const ENTRIES: usize = 256;

/// Which state of the data a transaction sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    folds: i64,
    changes: i64,
    fingerprint: i64,
}

/// The parts of a [`State`] as an array, for a statement that also reads something else in the same snapshot.
pub(super) const STATE: &str = "(select array[(select folds from customer_totals_folds), count(*), \
    coalesce(bit_xor(hashint8extended(id, 0)), 0)] from customer_totals_changes)";

impl State {
    /// From a column that is [`STATE`].
    pub fn from_row(row: &Row, column: &str) -> Self {
        let parts: Vec<i64> = row.get(column);
        let part = |index: usize| parts.get(index).copied().unwrap_or_default();
        Self { folds: part(0), changes: part(1), fingerprint: part(2) }
    }
}

pub(crate) async fn state(db: &impl GenericClient) -> Result<State> {
    let statement = db.prepare_cached(&format!("select {STATE} as state")).await?;
    Ok(State::from_row(&db.query_one(&statement, &[]).await?, "state"))
}

/// None: nothing is remembered.
type Kept<T> = Option<Arc<Mutex<HashMap<String, (State, Arc<OnceCell<T>>)>>>>;

/// Shared by all requests of this process.
#[derive(Clone)]
pub struct ListCache {
    pub(super) figures: Kept<Figures>,
    pub(super) anchors: Kept<Arc<Anchors>>,
}

impl ListCache {
    /// Without remembering, every answer is the same and takes longer.
    pub fn new(remember: bool) -> Self {
        Self { figures: remember.then(Arc::default), anchors: remember.then(Arc::default) }
    }
}

/// The value for `key` in `state`; of several who ask at once, one computes it and the others wait.
pub(super) async fn kept<T: Clone>(
    cache: &Kept<T>,
    key: String,
    state: State,
    compute: impl Future<Output = Result<T>>,
) -> Result<T> {
    let Some(cache) = cache else { return compute.await };
    let cell = {
        let mut entries = cache.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= ENTRIES && !entries.contains_key(&key) {
            entries.clear();
        }
        let entry = entries.entry(key).or_insert_with(|| (state, Arc::default()));
        if entry.0 != state {
            *entry = (state, Arc::default());
        }
        entry.1.clone()
    };
    cell.get_or_try_init(|| compute).await.cloned()
}

/// The value for `key` and the state it belongs to, when it is there already.
pub(super) fn remembered<T: Clone>(cache: &Kept<T>, key: &str) -> Option<(State, T)> {
    let entries = cache.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
    let (state, cell) = entries.get(key)?;
    Some((*state, cell.get()?.clone()))
}
