use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{ValueKey, Whose};

/// Some megabytes.
const MOST: usize = 10_000;

/// Keys that were used lately, so that a write need not look its key up. Never believed: the database refuses values under a
/// key that is gone.
#[derive(Default)]
pub(super) struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    keys: HashMap<Whose, ValueKey>,
    order: VecDeque<Whose>,
}

impl Memory {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn find(&self, whose: &Whose) -> Option<ValueKey> {
        self.kept().keys.get(whose).cloned()
    }

    pub fn keep(&self, whose: Whose, key: ValueKey) {
        let mut kept = self.kept();
        if kept.keys.insert(whose, key).is_none() {
            kept.order.push_back(whose);
        }
        while kept.order.len() > MOST {
            if let Some(oldest) = kept.order.pop_front() {
                kept.keys.remove(&oldest);
            }
        }
    }

    pub fn forget(&self, whose: &Whose) {
        let mut kept = self.kept();
        kept.keys.remove(whose);
        kept.order.retain(|one| one != whose);
    }
}
