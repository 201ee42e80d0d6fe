//! Decisions about bookings, from what is known of them.

use jiff::Timestamp;
use kernel::{BookingId, Pence};
pub(crate) use platform::page::check_limit;
use platform::{Cursor, Result};

use crate::{Payment, PaymentState, PaymentStatus};

/// Creation and id of the last booking of the page before.
pub(crate) type Position = (Timestamp, BookingId);

pub(crate) fn read_position(after: &str) -> Result<Position> {
    Cursor::read_instant(after)
}

/// What all payments of a booking amount to. One of zero pounds is paid once its payment says so.
pub(crate) fn payment_status(payments: &[Payment]) -> PaymentStatus {
    let (captured, refunded) = (captured(payments), refunded(payments));
    if payments.iter().all(|payment| payment.status != PaymentState::Paid) {
        PaymentStatus::Unpaid
    } else if refunded == Pence(0) {
        PaymentStatus::Paid
    } else if refunded < captured {
        PaymentStatus::PartlyRefunded
    } else {
        PaymentStatus::Refunded
    }
}

pub(crate) fn captured(payments: &[Payment]) -> Pence {
    Pence(payments.iter().map(|payment| payment.captured.0).sum())
}

pub(crate) fn refunded(payments: &[Payment]) -> Pence {
    Pence(payments.iter().map(|payment| payment.refunded.0).sum())
}

#[cfg(test)]
mod tests {
    use kernel::PaymentId;

    use super::*;

    #[test]
    fn a_page_has_bounds() {
        assert_eq!(check_limit(None).unwrap(), 50);
        assert_eq!(check_limit(Some(1)).unwrap(), 1);
        assert_eq!(check_limit(Some(200)).unwrap(), 200);
        for bad in [-1, 0, 201, i64::MAX] {
            assert_eq!(check_limit(Some(bad)).unwrap_err().field.as_deref(), Some("limit"), "{bad}");
        }
    }

    #[test]
    fn a_cursor_leads_back_to_its_booking() {
        let position: Position =
            ("2026-03-01T12:00:00.123456Z".parse().unwrap(), BookingId::new(Timestamp::UNIX_EPOCH));
        assert_eq!(read_position(&Cursor::write(&position)).unwrap(), position);
        for bad in ["", "junk", Cursor::write(&(Timestamp::MIN, position.1)).as_str()] {
            assert_eq!(read_position(bad).unwrap_err().field.as_deref(), Some("after"), "{bad}");
        }
    }

    fn payment(status: PaymentState, captured: i64, refunded: i64) -> Payment {
        Payment {
            id: PaymentId::new(Timestamp::UNIX_EPOCH),
            provider: "stripe".to_owned(),
            intent_id: None,
            status,
            amount: Pence(10_000),
            captured: Pence(captured),
            refunded: Pence(refunded),
            reserved: Pence(0),
            disputed: Pence(0),
            disputes: Vec::new(),
            captured_at: None,
            created_at: Timestamp::UNIX_EPOCH,
            refunds: Vec::new(),
        }
    }

    #[test]
    fn a_booking_is_unpaid_until_a_payment_is_paid() {
        use PaymentState::{Cancelled, RequiresAction, Unpaid};
        assert_eq!(payment_status(&[]), PaymentStatus::Unpaid);
        for status in [Unpaid, RequiresAction, Cancelled] {
            assert_eq!(payment_status(&[payment(status, 0, 0)]), PaymentStatus::Unpaid, "{status:?}");
        }
    }

    #[test]
    fn what_went_back_decides_between_paid_and_refunded() {
        for (refunded, expected) in [
            (0, PaymentStatus::Paid),
            (1, PaymentStatus::PartlyRefunded),
            (9_999, PaymentStatus::PartlyRefunded),
            (10_000, PaymentStatus::Refunded),
        ] {
            assert_eq!(
                payment_status(&[payment(PaymentState::Paid, 10_000, refunded)]),
                expected,
                "{refunded}"
            );
        }
    }

    #[test]
    fn all_payments_count_together() {
        let cancelled = payment(PaymentState::Cancelled, 0, 0);
        let refunded_one = payment(PaymentState::Paid, 10_000, 10_000);
        let kept_one = payment(PaymentState::Paid, 5_000, 0);
        assert_eq!(payment_status(&[cancelled.clone(), refunded_one.clone()]), PaymentStatus::Refunded);
        let all = [cancelled, refunded_one, kept_one];
        assert_eq!(payment_status(&all), PaymentStatus::PartlyRefunded);
        assert_eq!((captured(&all), refunded(&all)), (Pence(15_000), Pence(10_000)));
    }

    #[test]
    fn a_move_for_nothing_is_paid_when_its_payment_says_so() {
        assert_eq!(payment_status(&[payment(PaymentState::Paid, 0, 0)]), PaymentStatus::Paid);
    }
}
