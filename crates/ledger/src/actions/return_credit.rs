use deadpool_postgres::Client;
use jiff::civil::Date;
use kernel::{CreditId, Pence, london_day};
use platform::{Actor, App, Result, Tx};
use serde_json::json;

use super::money_event;
use crate::{model::CreditReason, rules, store};

/// Gives back the store credit that was spent on bookings which were cancelled since, booking by booking; answers how many
/// bookings. What came from a credit whose last day has passed becomes a new one.
pub async fn return_credits(app: &App, db: &mut Client) -> Result<usize> {
    let now = app.clock.now();
    let today = london_day(now);
    let mut returned = 0;
    while let Some((booking, customer)) = store::next_cancelled_with_credit(&*db).await? {
        let tx = Tx::begin(db, app).await?;
        let spent = store::lock_unreturned(&*tx, booking).await?;
        // Somebody else may have returned them since they were found.
        if spent.is_empty() {
            continue;
        }
        let mut uses = Vec::with_capacity(spent.len());
        for one in &spent {
            let use_of = |kind, returns| store::NewUse {
                credit: one.credit,
                kind,
                amount: one.amount,
                booking: (kind == "returned").then_some(booking),
                notes: None,
                used_by: None,
                returns,
                now,
            };
            uses.push(use_of("returned", Some(one.id)));
            if is_over(one.expires_on, today) {
                uses.push(use_of("withdrawn", None));
            }
        }
        store::insert_uses(&*tx, &uses).await?;
        for one in spent.iter().filter(|one| is_over(one.expires_on, today)) {
            let new = store::NewCredit {
                id: CreditId::new(now),
                customer,
                amount: one.amount,
                reason: CreditReason::Correction,
                notes: Some("Spent on a booking that was cancelled after this credit had run out."),
                expires_on: one
                    .expires_on
                    .map(|last| rules::last_day_anew(last, london_day(one.spent_at), today)),
                refund_id: None,
                approval_id: None,
                issued_by: None,
                request_key: None,
                now,
            };
            store::insert_credit(&*tx, &new).await?;
        }
        let sum = Pence(spent.iter().map(|one| one.amount.0).sum());
        let event = money_event("credit.returned", customer, sum)
            .on("booking", booking.0)
            .values(None::<&()>, Some(&json!({ "amount": sum, "bookingId": booking })));
        tx.commit(&Actor::system(), event).await?;
        returned += 1;
    }
    Ok(returned)
}

fn is_over(expires_on: Option<Date>, today: Date) -> bool {
    expires_on.is_some_and(|last| last < today)
}
