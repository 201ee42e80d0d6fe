//! Who is making a bank transfer.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::StaffId;
use platform::{Problem, Result};
use serde_json::json;

use crate::model::RefundClaim;

/// A transfer takes minutes; whoever went home has let go.
const CLAIM_LIVES: SignedDuration = SignedDuration::from_mins(30);

/// When a claim of this instant ends by itself.
pub(crate) fn claim_until(at: Timestamp) -> Timestamp {
    at.saturating_add(CLAIM_LIVES).unwrap_or(at)
}

/// Refuses what somebody else is at, with their name.
pub(crate) fn check_claim(claim: Option<&RefundClaim>, by: StaffId, now: Timestamp) -> Result<()> {
    match claim {
        Some(claim) if claim.staff_id != by && claim.until > now => Err(Problem::conflict(
            "refund_claimed",
            format!(
                "{} is paying this since {}. Ask them, or wait until {}.",
                claim.name,
                clock(claim.at),
                clock(claim.until)
            ),
        )
        .with("claim", json!(claim))),
        _ => Ok(()),
    }
}

fn clock(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_elses_claim_counts_until_it_ends() {
        let at: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let (one, other) = (StaffId::new(at), StaffId::new(at));
        let claim = RefundClaim { staff_id: one, name: "Emma Davis".into(), at, until: claim_until(at) };
        let minutes = |minutes| at + SignedDuration::from_mins(minutes);
        assert!(check_claim(Some(&claim), one, minutes(5)).is_ok());
        assert!(check_claim(Some(&claim), other, minutes(30)).is_ok());
        assert!(check_claim(None, other, at).is_ok());
        let refused = check_claim(Some(&claim), other, minutes(29)).unwrap_err();
        assert_eq!(refused.detail, "Emma Davis is paying this since 10:00. Ask them, or wait until 10:30.");
    }
}
