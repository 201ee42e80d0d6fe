//! Decisions about invoices: what the lines are, how much of a price is VAT, what is left to pay.

use bookings::{Booking, BookingPlace, BookingStatus};
use kernel::{CustomerId, Pence};
use platform::{Problem, Result};

use crate::model::{InvoiceLine, InvoiceMoney};

/// Refuses what no invoice is for.
pub(crate) fn check_invoiceable(booking: &Booking, customer: CustomerId) -> Result<()> {
    if booking.customer_id != customer {
        return Err(Problem::invalid("bookingId", "is not a booking of this customer"));
    }
    if booking.status == BookingStatus::Draft {
        return Err(Problem::invalid("bookingId", "is a draft; invoices are for moves that were booked"));
    }
    Ok(())
}

/// The VAT in a price that includes it, rounded half up to the penny (HMRC VAT guide 17.5 allows rounding per invoice).
pub(crate) fn vat_in(total: Pence, percent: i32) -> Pence {
    let (total, percent) = (i128::from(total.0), i128::from(percent));
    let whole = 100 + percent;
    let vat = (2 * total * percent + whole) / (2 * whole);
    Pence(i64::try_from(vat).unwrap_or(i64::MAX))
}

/// The parts of the price, whose sum is exactly the total: what the parts do not explain (percentages, agreements) is a
/// line of its own.
pub(crate) fn lines(booking: &Booking) -> Vec<InvoiceLine> {
    let parts = &booking.price_parts;
    let mut lines = Vec::new();
    let mut left = booking.total.0;
    for (text, amount) in [
        ("Distance", parts.distance),
        ("Access at pickup and drop-off", parts.access),
        ("Items", parts.items),
        ("Weather", parts.weather),
    ] {
        if let Some(amount) = amount.filter(|amount| amount.0 != 0) {
            left = left.saturating_sub(amount.0);
            lines.push(InvoiceLine { text: text.to_owned(), amount });
        }
    }
    let rest = if lines.is_empty() {
        format!("Move with a crew of {}", booking.crew_size)
    } else if left < 0 {
        "Discount".to_owned()
    } else {
        format!("Crew of {} and availability", booking.crew_size)
    };
    if left != 0 || lines.is_empty() {
        lines.push(InvoiceLine { text: rest, amount: Pence(left) });
    }
    lines
}

/// What went back is not owed again, and nothing is owed for a move that was cancelled.
pub(crate) fn money(
    total: Pence,
    paid: Pence,
    refunded: Pence,
    credit: Pence,
    cancelled: bool,
) -> InvoiceMoney {
    let open = if cancelled { 0 } else { (total.0 - paid.0 - credit.0).max(0) };
    InvoiceMoney { paid, refunded, credit, balance: Pence(open) }
}

/// The lines of an address, as far as they are known.
pub(crate) fn address_lines(place: &BookingPlace) -> Vec<String> {
    let town = [place.city.as_deref(), place.postcode.as_deref()].into_iter().flatten();
    let town = town.collect::<Vec<_>>().join(" ");
    [place.line1.clone(), place.line2.clone(), Some(town)]
        .into_iter()
        .flatten()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vat_is_a_sixth_of_a_price_at_twenty_percent_rounded_half_up() {
        for (total, percent, vat) in [
            (12_000, 20, 2_000),
            (0, 20, 0),
            (1, 20, 0),
            (3, 20, 1),
            (2, 20, 0),
            (45_999, 20, 7_667),
            (45_999, 0, 0),
            (21, 5, 1),
        ] {
            assert_eq!(vat_in(Pence(total), percent), Pence(vat), "{total} at {percent} %");
        }
    }

    #[test]
    fn what_went_back_is_not_owed_again() {
        let of = |paid, refunded, credit, cancelled| {
            money(Pence(45_000), Pence(paid), Pence(refunded), Pence(credit), cancelled).balance.0
        };
        assert_eq!(of(0, 0, 0, false), 45_000);
        assert_eq!(of(40_000, 0, 2_000, false), 3_000);
        assert_eq!(of(45_000, 5_000, 0, false), 0);
        assert_eq!(of(46_000, 0, 0, false), 0);
        assert_eq!(of(0, 0, 0, true), 0);
    }

    proptest! {
        #[test]
        fn vat_is_nearer_to_the_truth_than_any_other_penny(total in 0_i64..1_000_000_000_000, percent in 0_i32..=100) {
            let vat = vat_in(Pence(total), percent).0;
            // true VAT = total * p / (100 + p); twice the distance, times (100 + p), is at most (100 + p).
            let whole = i128::from(100 + percent);
            let distance = 2 * (i128::from(vat) * whole - i128::from(total) * i128::from(percent));
            prop_assert!(distance <= whole && -distance < whole, "{}", distance);
            prop_assert!(vat >= 0 && vat <= total);
        }
    }
}
