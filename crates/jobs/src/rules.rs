use jiff::{SignedDuration, Timestamp};

use crate::{Job, Outcome};

const FIRST_WAIT_S: i64 = 5;
const LONGEST_WAIT_S: i64 = 3600;
const ERROR_LENGTH: usize = 2000;

/// What becomes of the row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Done,
    Again { run_at: Timestamp, why: String },
    Dead { why: String },
}

pub(crate) fn verdict(job: &Job, outcome: Outcome, now: Timestamp) -> Verdict {
    match outcome {
        Outcome::Done => Verdict::Done,
        Outcome::Dead { why } => Verdict::Dead { why: shortened(&why) },
        Outcome::Retry { why, .. } if job.is_last_attempt() => Verdict::Dead { why: shortened(&why) },
        Outcome::Retry { why, after } => {
            let wait = after.unwrap_or_else(|| back_off(job.attempt)).max(SignedDuration::ZERO);
            Verdict::Again { run_at: now.saturating_add(wait).unwrap_or(now), why: shortened(&why) }
        }
    }
}

/// How long to wait after this attempt: five seconds, and twice as long each time, up to an hour.
fn back_off(attempt: i32) -> SignedDuration {
    let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(0).min(20);
    SignedDuration::from_secs((FIRST_WAIT_S << doublings).min(LONGEST_WAIT_S))
}

fn shortened(why: &str) -> String {
    why.chars().filter(|c| *c != '\0').take(ERROR_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-22T10:00:00Z";

    fn after(attempt: i32, max_attempts: i32, outcome: Outcome) -> Verdict {
        let now: Timestamp = NOW.parse().unwrap();
        let id = kernel::JobId::new(now);
        let payload = serde_json::json!({});
        let job = Job { id, kind: "test".into(), payload, attempt, max_attempts, trace: None };
        verdict(&job, outcome, now)
    }

    fn wait_s(verdict: &Verdict) -> i64 {
        match verdict {
            Verdict::Again { run_at, .. } => run_at.duration_since(NOW.parse().unwrap()).as_secs(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_grow_up_to_an_hour() {
        let waits: Vec<i64> =
            (1..=12).map(|attempt| wait_s(&after(attempt, 99, Outcome::retry("down")))).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
        assert_eq!(back_off(i32::MAX).as_secs(), 3600);
        assert_eq!(back_off(i32::MIN).as_secs(), 5);
    }

    #[test]
    fn a_handler_may_name_the_wait_but_not_the_past() {
        let again =
            |seconds| wait_s(&after(1, 2, Outcome::retry_after("later", SignedDuration::from_secs(seconds))));
        assert_eq!(again(90), 90);
        assert_eq!(again(-90), 0);
    }

    #[test]
    fn the_last_attempt_does_not_wait() {
        assert_eq!(after(3, 3, Outcome::retry("down")), Verdict::Dead { why: "down".into() });
        assert_eq!(after(4, 3, Outcome::retry("down")), Verdict::Dead { why: "down".into() });
        assert_eq!(after(1, 3, Outcome::dead("never")), Verdict::Dead { why: "never".into() });
        assert_eq!(after(3, 3, Outcome::Done), Verdict::Done);
    }

    #[test]
    fn what_went_wrong_is_cut_to_what_a_row_takes() {
        let Verdict::Dead { why } = after(1, 1, Outcome::dead("\0é".repeat(5000))) else { panic!() };
        assert_eq!((why.chars().count(), why.contains('\0')), (2000, false));
    }
}
