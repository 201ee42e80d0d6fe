use std::time::Duration;

use platform::live::Hint;
use tokio::time::Instant;

/// How long hints are gathered before they are sent together.
const GATHER: Duration = Duration::from_millis(100);
/// More different ones than this in that time are answered with one `resync`.
const MOST: usize = 256;

/// Hints on their way to one socket: each topic and id at most once in 100 ms, and never more than 256 of them.
#[derive(Default)]
pub(crate) struct Gathered {
    hints: Vec<Hint>,
    due: Option<Instant>,
}

impl Gathered {
    pub fn add(&mut self, hint: Hint, now: Instant) {
        let resync = Hint::resync();
        if self.hints.contains(&hint) || self.hints.contains(&resync) {
            return;
        }
        self.due.get_or_insert(now + GATHER);
        if hint == resync || self.hints.len() == MOST {
            self.hints = vec![resync];
        } else {
            self.hints.push(hint);
        }
    }

    /// When what is gathered is to be sent; nothing waits when `None`.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    pub fn take(&mut self) -> Vec<Hint> {
        self.due = None;
        std::mem::take(&mut self.hints)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customer(number: u128) -> Hint {
        Hint { topic: "customer".to_owned(), id: Some(uuid::Uuid::from_u128(number)), about: None }
    }

    #[test]
    fn a_burst_about_one_thing_is_one_hint() {
        let mut gathered = Gathered::default();
        let start = Instant::now();
        for number in [1, 2, 1, 1] {
            gathered.add(customer(number), start);
        }
        assert_eq!(gathered.due(), Some(start + GATHER));
        assert_eq!(gathered.take(), [customer(1), customer(2)]);
        assert_eq!(gathered.due(), None);
    }

    #[test]
    fn too_many_become_a_resync() {
        let mut gathered = Gathered::default();
        for number in 0..1000 {
            gathered.add(customer(number), Instant::now());
        }
        assert_eq!(gathered.take(), [Hint::resync()]);
    }

    #[test]
    fn a_resync_says_all() {
        let mut gathered = Gathered::default();
        for hint in [customer(1), Hint::resync(), customer(2)] {
            gathered.add(hint, Instant::now());
        }
        assert_eq!(gathered.take(), [Hint::resync()]);
    }
}
