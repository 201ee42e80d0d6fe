//! `unmerge(merge(a, b)) = (a, b)`, over random customers.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Desk, customer, path};
use crate::support::{Dice, id_of};

/// Everything that is a customer's, by table, and what the books owe them; without what a merge moves on for good: versions and times of
/// the two records themselves, and contacts it made and took away again.
const STATE: &str = "
    select jsonb_build_object(
        'customer', (select to_jsonb(c) - array['version', 'updated_at'] from customers c where c.id = $1),
        'stats', (select to_jsonb(s) from customer_stats s where s.customer_id = $1),
        'addresses', (select jsonb_agg(to_jsonb(t) order by t.id) from addresses t where t.customer_id = $1),
        'contacts', (select jsonb_agg(to_jsonb(t) order by t.id) from contacts t
            where t.customer_id = $1 and (t.label <> 'Before the merge' or t.removed_at is null)),
        'notes', (select jsonb_agg(to_jsonb(t) order by t.id) from notes t where t.customer_id = $1),
        'flags', (select jsonb_agg(to_jsonb(t) order by t.id) from flags t where t.customer_id = $1),
        'bookings', (select jsonb_agg(to_jsonb(t) order by t.id) from bookings t where t.customer_id = $1),
        'payments', (select jsonb_agg(to_jsonb(t) order by t.id) from payments t where t.customer_id = $1),
        'refunds', (select jsonb_agg(to_jsonb(r) order by r.id) from refunds r join payments p on p.id = r.payment_id where p.customer_id = $1),
        'tickets', (select jsonb_agg(to_jsonb(t) order by t.id) from tickets t where t.customer_id = $1),
        'credits', (select jsonb_agg(to_jsonb(t) order by t.id) from credits t where t.customer_id = $1),
        'invoices', (select jsonb_agg(to_jsonb(t) order by t.id) from invoices t where t.customer_id = $1),
        'owed', (select coalesce(sum(case when credit = 'customer_credit' then amount else -amount end), 0) from transfers
            where customer_id = $1 and 'customer_credit' in (debit, credit)))";

async fn state(desk: &Desk, customer: Uuid) -> Value {
    desk.app.sql.query_one(STATE, &[&customer]).await.unwrap().get(0)
}

const FLAGS: [&str; 4] = ["vip", "payment_risk", "abusive", "other"];

/// So much of everything as the dice say, through the doors where there is one.
async fn fill(desk: &Desk, dice: &mut Dice, customer: Uuid) {
    for _ in 0..dice.below(4) {
        let city = *dice.pick(&["Leeds", "York"]);
        let address = json!({ "label": "Home", "line1": "1 High Street", "city": city, "postcode": "LS1 4AP", "isDefault": dice.one_in(2) });
        desk.ops.post(&path(customer, "/addresses"), &address).await.ok();
    }
    for _ in 0..dice.below(3) {
        let contact =
            json!({ "label": "Sister", "name": "Zoe", "phone": "07700 900321", "isDefault": dice.one_in(2) });
        let made = desk.ops.post(&path(customer, "/contacts"), &contact).await.ok();
        if dice.one_in(4) {
            desk.ops.delete(&path(customer, &format!("/contacts/{}", id_of(&made)))).await;
        }
    }
    for _ in 0..dice.below(3) {
        let note = json!({ "body": "Has a dog", "pinned": dice.one_in(2) });
        desk.ops.post(&path(customer, "/notes"), &note).await.ok();
    }
    for kind in FLAGS {
        if dice.one_in(2) {
            let flag = desk.app.flag(customer, kind).await;
            if dice.one_in(3) {
                let body = json!({ "action": "remove_flag", "flagId": flag, "reason": "Settled" });
                desk.act(customer, &body).await.ok();
            }
        }
    }
    for _ in 0..dice.below(3) {
        let (status, priority) =
            (*dice.pick(&["OPEN", "IN_PROGRESS", "CLOSED"]), *dice.pick(&["LOW", "URGENT"]));
        desk.app.ticket(customer, status, priority).await;
    }
    let mut open = Vec::new();
    for _ in 0..dice.below(4) {
        let status = *dice.pick(&["COMPLETED", "CANCELLED", "CONFIRMED", "DRAFT"]);
        let paid = i64::try_from(dice.below(3) * 12_345).unwrap();
        let back = if dice.one_in(2) { paid / 3 } else { 0 };
        let booking = desk
            .app
            .booking(customer)
            .status(status)
            .paid(paid)
            .refunded(back)
            .costs(paid + 9_000)
            .insert()
            .await;
        if status == "CONFIRMED" {
            open.push(booking);
        }
        if paid > 0 && back == 0 && dice.one_in(2) {
            let refund = json!({ "action": "issue_refund", "bookingId": booking, "amount": 700, "reason": "late", "destination": "store_credit" });
            desk.act(customer, &refund).await.ok();
        }
        if status != "DRAFT" && paid > 0 && dice.one_in(2) {
            let invoice =
                json!({ "action": "resend_invoice", "bookingId": booking, "to": "books@example.com" });
            desk.act(customer, &invoice).await.ok();
        }
    }
    for _ in 0..dice.below(3) {
        desk.credit(customer, 500 + i64::try_from(dice.below(900)).unwrap()).await;
        if let Some(booking) = open.first()
            && dice.one_in(2)
        {
            desk.spend(customer, *booking, 300).await;
        }
    }
}

#[tokio::test]
async fn merging_and_undoing_gives_both_back_as_they_were() {
    let mut desk = Desk::new().await;
    let mut dice = Dice::new(20_261_128);
    let (mut moved, mut money) = (0, 0);
    for round in 0..16 {
        let phone = |number: u64| Some(format!("07700 90{number:04}")).filter(|_| !number.is_multiple_of(3));
        let email =
            |who: &str, number: u64| Some(format!("{who}{number}@example.com")).filter(|_| number % 3 != 1);
        let mut made = Vec::new();
        for who in ["a", "b"] {
            let number = round * 10 + dice.below(6);
            let (mail, call) = (email(who, number), phone(number));
            let made_one =
                customer(&desk.ops, &format!("Person {who} {round}"), mail.as_deref(), call.as_deref()).await;
            let one = id_of(&made_one);
            fill(&desk, &mut dice, one).await;
            made.push((one, mail.is_some(), call.is_some()));
        }
        desk.app.run_jobs().await;
        let ((a, ..), (b, b_mail, b_phone)) = (made[0], made[1]);
        let before = (state(&desk, a).await, state(&desk, b).await);
        let list = desk.ops.list("").await;
        let mut side = |there: bool| if there && dice.one_in(2) { "other" } else { "survivor" };
        (desk.emma, desk.twin) = (a, b);
        let merge =
            desk.merge(json!({ "name": side(true), "email": side(b_mail), "phone": side(b_phone) })).await;
        desk.app.check_house().await;

        let together = state(&desk, a).await;
        for figure in [
            "orders",
            "ltv",
            "open_tickets",
            "urgent_tickets",
            "addresses",
            "completed_orders",
            "cancelled_orders",
        ] {
            let of = |state: &Value| state["stats"][figure].as_i64().unwrap();
            assert_eq!(of(&together), of(&before.0) + of(&before.1), "{figure}");
        }
        let owed = |state: &Value| state["owed"].as_i64().unwrap();
        assert_eq!(owed(&together), owed(&before.0) + owed(&before.1));
        moved += merge["moved"]["bookings"].as_i64().unwrap();
        money += merge["moved"]["credits"].as_i64().unwrap();
        let during = desk.ops.list("").await;
        assert_eq!(during["kpis"]["totalLtv"], list["kpis"]["totalLtv"], "nothing counts twice");
        assert_eq!(
            during["kpis"]["customers"].as_i64(),
            list["kpis"]["customers"].as_i64().map(|all| all - 1)
        );

        let undone = desk.try_undo(&merge).await.ok();
        assert_eq!(undone["undo"]["code"], "merge_undone");
        for (now, then) in [(state(&desk, a).await, &before.0), (state(&desk, b).await, &before.1)] {
            for (what, rows) in then.as_object().unwrap() {
                assert_eq!(now[what], *rows, "{what} in round {round}");
            }
        }
        assert_eq!(desk.ops.list("").await["kpis"], list["kpis"]);
        desk.app.check_house().await;
    }
    assert!(moved > 10 && money > 5, "the dice gave too little to move: {moved} bookings, {money} credits");
    // The control: what is compared is seen to differ.
    let before = state(&desk, desk.emma).await;
    desk.ops.post(&path(desk.emma, "/notes"), &json!({ "body": "New" })).await.ok();
    assert_ne!(state(&desk, desk.emma).await, before);
    desk.app.finish().await;
}
