//! Bounds how fast one caller may ask: so many at once, then one after each interval (a "generic cell rate" clock).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::{Problem, Result};

/// Callers that are remembered at once; those who have been quiet are forgotten first.
const REMEMBERED: usize = 10_000;

#[derive(Clone)]
pub struct Rate {
    per_minute: i32,
    /// When everything that a caller has asked so far is paid off.
    paid_off: Arc<Mutex<HashMap<Uuid, Timestamp>>>,
}

impl Rate {
    /// At least one a minute.
    pub fn per_minute(most: i32) -> Self {
        Self { per_minute: most.max(1), paid_off: Arc::default() }
    }

    /// Counts a request; refused are those beyond the bound, which are not counted.
    pub fn take(&self, caller: Uuid, now: Timestamp) -> Result<()> {
        let interval = SignedDuration::from_mins(1) / self.per_minute;
        let mut paid_off = self.paid_off.lock().unwrap_or_else(PoisonError::into_inner);
        if paid_off.len() >= REMEMBERED {
            paid_off.retain(|_, at| *at > now);
        }
        let at = paid_off.entry(caller).or_insert(now);
        let next = (*at).max(now).saturating_add(interval).unwrap_or(*at);
        let wait = next.duration_since(now) - SignedDuration::from_mins(1);
        if wait.is_positive() {
            let seconds = wait.as_secs().unsigned_abs() + 1;
            let mut problem = Problem::new(
                axum::http::StatusCode::TOO_MANY_REQUESTS,
                "too_many_requests",
                format!("This key may ask {} times a minute.", self.per_minute),
            );
            problem.retry_after_s = Some(seconds);
            return Err(problem);
        }
        *at = next;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_minute_and_each_caller_by_itself() {
        let rate = Rate::per_minute(3);
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap();
        for _ in 0..3 {
            rate.take(one, at(0)).unwrap();
        }
        assert_eq!(rate.take(one, at(0)).unwrap_err().retry_after_s, Some(21));
        rate.take(two, at(0)).unwrap();
        rate.take(one, at(20)).unwrap();
        assert!(rate.take(one, at(20)).is_err());
        for _ in 0..3 {
            rate.take(one, at(200)).unwrap();
        }
    }
}
