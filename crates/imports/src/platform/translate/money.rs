use jiff::Timestamp;
use serde::Serialize;

use crate::platform::rows::{PaymentRow, RefundRow};
use crate::platform::tidy::{Notes, Reason, block, instant, instant_if_any, line, line_or, pence, word};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PaymentRecord {
    pub booking_id: String,
    pub provider: String,
    pub intent_id: Option<String>,
    pub status: &'static str,
    pub amount: i64,
    pub captured: i64,
    pub captured_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A payment. `refunded` is for us a paid one: what went back is told by refunds.
pub fn payment(row: &PaymentRow, notes: &mut Notes) -> Result<PaymentRecord, Reason> {
    let booking_id = row.booking_id.clone().ok_or_else(|| Reason::new("bookingId is missing"))?;
    let amount = pence("amount", row.amount.as_deref())?;
    // Sums are kept in one currency; an amount in another would be added to pounds.
    if row.currency.as_deref().map(word).as_deref() != Some("GBP") {
        return Err(Reason::new("currency is not gbp"));
    }
    let status = match row.status.as_deref().map(word).as_deref() {
        Some("PAID" | "REFUNDED") => "paid",
        Some("UNPAID") => "unpaid",
        Some("REQUIRESACTION") => "requires_action",
        Some("CANCELLED" | "CANCELED") => "cancelled",
        _ => return Err(Reason::new("status is none we know")),
    };
    let created_at = instant("createdAt", row.created_at.as_deref())?;
    let paid_at = instant_if_any("paidAt", row.paid_at.as_deref())?;
    let is_paid = status == "paid";
    Ok(PaymentRecord {
        booking_id,
        provider: line_or(notes, "provider", row.provider.as_deref(), 40, "unknown"),
        intent_id: line(notes, "intentId", row.intent_id.as_deref(), 200),
        status,
        amount,
        captured: if is_paid { amount } else { 0 },
        captured_at: is_paid.then_some(paid_at.unwrap_or(created_at)),
        created_at,
        updated_at: instant("updatedAt", row.updated_at.as_deref())?,
    })
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RefundRecord {
    pub payment_id: String,
    pub amount: i64,
    pub reason: String,
    pub notes: Option<String>,
    pub status: &'static str,
    pub processed_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// A refund that is settled. One still under way is a problem until a later run finds it settled: ours are written once.
pub fn refund(row: &RefundRow, notes: &mut Notes) -> Result<RefundRecord, Reason> {
    let payment_id = row.payment_id.clone().ok_or_else(|| Reason::new("paymentId is missing"))?;
    let amount = pence("amount", row.amount.as_deref())?;
    if amount == 0 {
        return Err(Reason::new("amount is zero"));
    }
    let status = match row.status.as_deref().map(word).as_deref() {
        Some("SUCCEEDED" | "SUCCESS" | "COMPLETED" | "PROCESSED" | "REFUNDED" | "PAID") => "succeeded",
        Some("FAILED" | "CANCELLED" | "CANCELED" | "REJECTED" | "DECLINED") => "failed",
        Some("PENDING" | "REQUESTED" | "PROCESSING" | "APPROVED" | "REQUIRESACTION") => {
            return Err(Reason::new("is still under way; it is taken in once it is settled"));
        }
        _ => return Err(Reason::new("status is none we know")),
    };
    Ok(RefundRecord {
        payment_id,
        amount,
        reason: line_or(notes, "reason", row.reason.as_deref(), 200, "Not given"),
        notes: block(notes, "notes", row.notes.as_deref(), 2000),
        status,
        processed_at: instant_if_any("processedAt", row.processed_at.as_deref())?,
        created_at: instant("createdAt", row.created_at.as_deref())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn paid() -> PaymentRow {
        PaymentRow {
            booking_id: some("b"),
            provider: some("stripe"),
            intent_id: some("pi_1"),
            amount: some("1000"),
            currency: some("gbp"),
            status: some("paid"),
            paid_at: some("2025-06-01 12:00:00"),
            created_at: some("2025-06-01 10:00:00"),
            updated_at: some("2025-06-02 10:00:00"),
        }
    }

    fn of_payment(row: &PaymentRow) -> Result<PaymentRecord, Reason> {
        payment(row, &mut Notes::default())
    }

    #[test]
    fn only_paid_and_refunded_payments_captured_their_amount() {
        for (status, ours, captured) in [
            ("paid", "paid", 1000),
            ("refunded", "paid", 1000),
            ("unpaid", "unpaid", 0),
            ("requires_action", "requires_action", 0),
            ("cancelled", "cancelled", 0),
        ] {
            let record = of_payment(&PaymentRow { status: some(status), ..paid() }).unwrap();
            assert_eq!(
                (record.status, record.captured, record.captured_at.is_some()),
                (ours, captured, captured > 0)
            );
        }
        assert_eq!(of_payment(&paid()).unwrap().captured_at.unwrap().to_string(), "2025-06-01T12:00:00Z");
    }

    #[test]
    fn money_that_cannot_be_kept_is_a_problem() {
        for (row, reason) in [
            (PaymentRow { amount: some("-5"), ..paid() }, "amount is negative"),
            (
                PaymentRow { amount: some("99999999999999999999"), ..paid() },
                "amount is not an amount of pence that money can hold",
            ),
            (PaymentRow { currency: some("eur"), ..paid() }, "currency is not gbp"),
            (PaymentRow { status: some("vanished"), ..paid() }, "status is none we know"),
        ] {
            assert_eq!(of_payment(&row), Err(Reason::new(reason)));
        }
    }

    #[test]
    fn refunds_are_settled_or_wait() {
        let row = |status: &str, amount: &str| RefundRow {
            payment_id: some("p"),
            amount: some(amount),
            status: some(status),
            created_at: some("2025-06-05 10:00:00"),
            ..RefundRow::default()
        };
        let of = |row: RefundRow| refund(&row, &mut Notes::default());
        assert_eq!(of(row("Succeeded", "5")).unwrap().status, "succeeded");
        assert_eq!(of(row("failed", "5")).unwrap().status, "failed");
        for (row, reason) in [
            (row("pending", "5"), "is still under way; it is taken in once it is settled"),
            (row("succeeded", "0"), "amount is zero"),
            (row("succeeded", "-5"), "amount is negative"),
            (row("", "5"), "status is none we know"),
        ] {
            assert_eq!(of(row), Err(Reason::new(reason)));
        }
    }
}
