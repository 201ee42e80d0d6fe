//! Decisions about money, from what is known of it.

mod claims;
mod comparing;
mod disputes;
mod sending;

pub(crate) use claims::{check_claim, claim_until};
pub use comparing::{Compare, Found, OurDispute, OurPayment, OurRefund, Pair, compare};
pub(crate) use comparing::{TRANSFER_DUE, fingerprint_of, run_is_due, settlements, since};
pub(crate) use disputes::{dispute_event, dispute_in_words};
pub(crate) use sending::{
    Judgement, Missing, Move, Standing, Then, Via, came_back, change, given_up, has, judge, missing,
    next_move, not_found, via,
};

use axum::http::StatusCode;
use bookings::Payment;
use jiff::{Span, civil::Date};
use kernel::{PaymentId, Pence};
use platform::{Problem, Result};
use serde_json::json;

use crate::model::{Ceiling, Limits, Permitted, Spent};

/// The payment that a refund of `amount` goes back from: the one that was named, else the latest that is large enough.
pub(crate) fn choose_payment(
    payments: &[Payment],
    named: Option<PaymentId>,
    amount: Pence,
) -> Result<&Payment> {
    let left = Pence(payments.iter().map(|payment| payment.refundable().0).sum());
    if let Some(id) = named {
        let payment = payments
            .iter()
            .find(|payment| payment.id == id)
            .ok_or_else(|| Problem::invalid("paymentId", "is not a payment of this booking"))?;
        return if amount <= payment.refundable() {
            Ok(payment)
        } else {
            Err(exceeds(payment.refundable(), left))
        };
    }
    let most = payments.iter().map(Payment::refundable).max().unwrap_or_default();
    payments.iter().rev().find(|payment| amount <= payment.refundable()).ok_or_else(|| exceeds(most, left))
}

/// `most`: what one refund can be at most. `left`: what can go back in all, over several payments.
pub(crate) fn exceeds(most: Pence, left: Pence) -> Problem {
    let detail = if left.0 <= 0 {
        "Nothing is left to refund: all that came in for this booking went back already, is on its way back, or is disputed."
            .to_owned()
    } else if most < left {
        format!("{left} is left to refund, from several payments. One refund can be at most {most}.")
    } else {
        format!("At most {most} is left to refund.")
    };
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "refund_exceeds_payment", detail)
        .on_field("amount")
        .with("remaining", json!(left))
        .with("mostAtOnce", json!(most))
}

/// The ceilings that this amount would break, after what was done before.
pub(crate) fn exceeded(limits: &Limits, spent: Spent, amount: Pence) -> Vec<Ceiling> {
    let above = |ceiling: Option<Pence>, before: Pence| {
        ceiling.is_some_and(|ceiling| before.0.saturating_add(amount.0) > ceiling.0)
    };
    [
        (Ceiling::PerAct, above(limits.per_act, Pence(0))),
        (Ceiling::PerCustomer90Days, above(limits.per_customer_90_days, spent.customer)),
        (Ceiling::PerPersonDay, above(limits.per_person_day, spent.person)),
    ]
    .into_iter()
    .filter_map(|(ceiling, broken)| broken.then_some(ceiling))
    .collect()
}

/// How much of each credit is taken, in their order, until `amount` is reached.
pub(crate) fn draw<Id: Copy>(lots: &[(Id, Pence)], amount: Pence) -> Result<Vec<(Id, Pence)>> {
    let balance = Pence(lots.iter().map(|(_, remaining)| remaining.0).sum());
    if amount > balance {
        let detail = if balance.0 == 0 {
            "This customer has no store credit.".to_owned()
        } else {
            format!("This customer's store credit is {balance}.")
        };
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "credit_exceeded", detail)
            .on_field("amount")
            .with("balance", json!(balance)));
    }
    let mut left = amount.0;
    let mut drawn = Vec::new();
    for (id, remaining) in lots {
        let taken = left.min(remaining.0);
        if taken > 0 {
            drawn.push((*id, Pence(taken)));
            left -= taken;
        }
    }
    Ok(drawn)
}

/// The last day of a credit that comes back after its last day has passed: as many days as were left when it was spent, and
/// thirty at least.
pub(crate) fn last_day_anew(last: Date, spent: Date, today: Date) -> Date {
    let left = (last - spent).get_days().max(30);
    today.saturating_add(Span::new().days(left))
}

/// What is still to be paid for a booking, after payments and credit that was spent on it. A refund is no debt: what went back
/// for damage need not be paid again.
pub(crate) fn outstanding(total: Pence, captured: Pence, credit: Pence) -> Pence {
    Pence((total.0 - captured.0 - credit.0).max(0))
}

/// Whether a customer is there to move money for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Living,
    Archived,
    Merged,
    BeingErased,
    Erased,
}

pub(crate) fn check_living(presence: Presence) -> Result<()> {
    let (code, detail) = match presence {
        Presence::Living => return Ok(()),
        Presence::Merged => return Err(Problem::merged()),
        Presence::Archived => ("customer_archived", "This customer is archived. Restore them first."),
        Presence::BeingErased => return Err(Problem::being_erased()),
        Presence::Erased => {
            ("erased", "This customer was erased. Nothing about them can be written any more.")
        }
    };
    Err(Problem::conflict(code, detail))
}

/// Allowed, or the first reason why not.
pub(crate) fn permitted(reasons: impl IntoIterator<Item = Result<()>>) -> Permitted {
    match reasons.into_iter().find_map(Result::err) {
        None => Permitted { allowed: true, code: None, reason: None },
        Some(problem) => Permitted { allowed: false, code: Some(problem.code), reason: Some(problem.detail) },
    }
}

#[cfg(test)]
mod tests {
    use bookings::PaymentState;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use staff::Role;

    use super::*;
    use crate::model::LimitedAct;

    fn payment(captured: i64, refunded: i64, reserved: i64) -> Payment {
        Payment {
            id: PaymentId::new(Timestamp::UNIX_EPOCH),
            provider: "stripe".into(),
            intent_id: None,
            status: PaymentState::Paid,
            amount: Pence(captured),
            captured: Pence(captured),
            refunded: Pence(refunded),
            reserved: Pence(reserved),
            disputed: Pence(0),
            captured_at: None,
            created_at: Timestamp::UNIX_EPOCH,
            refunds: Vec::new(),
            disputes: Vec::new(),
        }
    }

    #[test]
    fn the_latest_payment_that_is_large_enough_goes_back() {
        let payments = [payment(10_000, 0, 0), payment(5_000, 1_000, 500)];
        let chosen =
            |amount| choose_payment(&payments, None, Pence(amount)).map(|payment| payment.captured.0);
        assert_eq!(chosen(3_500).unwrap(), 5_000);
        assert_eq!(chosen(3_501).unwrap(), 10_000);
        let refusal = chosen(10_001).unwrap_err();
        assert_eq!((refusal.code, &refusal.extra["remaining"]), ("refund_exceeds_payment", &json!(13_500)));
        assert_eq!(
            refusal.detail,
            "£135.00 is left to refund, from several payments. One refund can be at most £100.00."
        );
        let named = choose_payment(&payments, Some(payments[1].id), Pence(3_501)).unwrap_err();
        assert_eq!(named.extra["mostAtOnce"], json!(3_500));
        assert!(choose_payment(&payments[..1], Some(payments[1].id), Pence(1)).is_err());
        assert!(choose_payment(&[], None, Pence(1)).unwrap_err().detail.starts_with("Nothing is left"));
    }

    #[test]
    fn a_credit_that_comes_back_late_can_be_spent_as_long_as_before() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let anew = |last, spent| last_day_anew(day(last), day(spent), day("2026-11-22")).to_string();
        assert_eq!(anew("2026-11-10", "2026-11-01"), "2026-12-22");
        assert_eq!(anew("2026-11-10", "2026-08-02"), "2027-03-02");
    }

    #[test]
    fn each_ceiling_counts_what_was_done_before() {
        let limits = Limits {
            role: Role::Support,
            act: LimitedAct::Refund,
            per_act: Some(Pence(100)),
            per_customer_90_days: Some(Pence(150)),
            per_person_day: None,
            version: 1,
        };
        let broken = |amount, customer| {
            exceeded(&limits, Spent { customer: Pence(customer), person: Pence(i64::MAX) }, Pence(amount))
        };
        assert_eq!(broken(100, 50), []);
        assert_eq!(broken(101, 0), [Ceiling::PerAct]);
        assert_eq!(broken(100, 51), [Ceiling::PerCustomer90Days]);
        assert_eq!(broken(101, 51), [Ceiling::PerAct, Ceiling::PerCustomer90Days]);
    }

    proptest! {
        #[test]
        fn what_is_drawn_adds_up_and_overdraws_nothing(lots in prop::collection::vec(0i64..1_000, 0..8), amount in 1i64..5_000) {
            let lots: Vec<(usize, Pence)> = lots.into_iter().map(Pence).enumerate().collect();
            let balance: i64 = lots.iter().map(|(_, left)| left.0).sum();
            match draw(&lots, Pence(amount)) {
                Err(_) => prop_assert!(amount > balance),
                Ok(drawn) => {
                    prop_assert_eq!(drawn.iter().map(|(_, taken)| taken.0).sum::<i64>(), amount);
                    prop_assert!(drawn.iter().all(|(id, taken)| taken.0 > 0 && *taken <= lots[*id].1));
                }
            }
        }
    }
}
