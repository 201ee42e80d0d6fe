use jiff::{SignedDuration, Timestamp};
use kernel::JobId;
use serde_json::Value;
use trace::Trace;

const MAX_ATTEMPTS: i32 = 10;

/// A job to be. `payload` holds ids, not personal values: rows of this table are kept when people are erased.
#[derive(Debug, Clone)]
pub struct New {
    pub kind: &'static str,
    pub payload: Value,
    pub run_at: Timestamp,
    /// Among the jobs that are waiting or running, at most one has this key.
    pub key: Option<String>,
    pub max_attempts: i32,
}

impl New {
    /// To be run at once, at most ten times, under no key.
    pub fn now(kind: &'static str, payload: Value, now: Timestamp) -> Self {
        Self { kind, payload, run_at: now, key: None, max_attempts: MAX_ATTEMPTS }
    }

    #[must_use]
    pub fn at(mut self, run_at: Timestamp) -> Self {
        self.run_at = run_at;
        self
    }

    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// At least one.
    #[must_use]
    pub fn attempts(mut self, most: i32) -> Self {
        self.max_attempts = most.max(1);
        self
    }
}

/// A job that was claimed. `attempt` counts the claims from 1.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    pub payload: Value,
    pub attempt: i32,
    pub max_attempts: i32,
    /// What it was enqueued in.
    pub trace: Option<Trace>,
}

impl Job {
    /// Whether a retry would make this job dead.
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Again after a while: `after`, or longer and longer. Without attempts left the job is dead.
    Retry {
        why: String,
        after: Option<SignedDuration>,
    },
    /// Trying again would not help.
    Dead {
        why: String,
    },
}

impl Outcome {
    pub fn retry(why: impl Into<String>) -> Self {
        Self::Retry { why: why.into(), after: None }
    }

    pub fn retry_after(why: impl Into<String>, after: SignedDuration) -> Self {
        Self::Retry { why: why.into(), after: Some(after) }
    }

    pub fn dead(why: impl Into<String>) -> Self {
        Self::Dead { why: why.into() }
    }
}
