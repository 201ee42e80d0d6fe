use kernel::CustomerId;
use platform::db::GenericClient;
use platform::{Problem, Result};
use serde_json::Value;

use crate::Books;

/// The person's money, and how much there is of what.
pub(crate) async fn books(db: &impl GenericClient, customer: CustomerId) -> Result<Books> {
    let sql = "
        select jsonb_build_object(
            'bookings', (select count(*) from bookings where customer_id = any ((select same_person($1))::uuid[])),
            'payments', count(p.id), 'captured', coalesce(sum(p.captured), 0), 'refunded', coalesce(sum(p.refunded), 0),
            'refunds', (select count(*) from refunds r join payments q on q.id = r.payment_id where q.customer_id = any ((select same_person($1))::uuid[])),
            'credits', (select count(*) from credits where customer_id = any ((select same_person($1))::uuid[])),
            'creditRemaining', (select coalesce(sum(remaining), 0) from credits where customer_id = any ((select same_person($1))::uuid[])),
            'invoices', (select count(*) from invoices where customer_id = any ((select same_person($1))::uuid[])),
            'transfers', (select count(*) from transfers where customer_id = any ((select same_person($1))::uuid[])),
            'transferred', (select coalesce(sum(amount), 0) from transfers where customer_id = any ((select same_person($1))::uuid[])),
            'accounts', (
                select coalesce(jsonb_object_agg(account, balance), '{}') from (
                    select account, sum(amount) as balance from (
                        select debit as account, amount from transfers where customer_id = any ((select same_person($1))::uuid[])
                        union all select credit, -amount from transfers where customer_id = any ((select same_person($1))::uuid[])
                    ) entries group by account
                ) balances),
            'ltv', (select ltv from customer_stats where customer_id = $1),
            'tickets', (select count(*) from tickets where customer_id = any ((select same_person($1))::uuid[])))
        from payments p where p.customer_id = any ((select same_person($1))::uuid[])";
    let figures: Value = db.query_one(sql, &[&customer]).await?.get(0);
    serde_json::from_value(figures).map_err(|error| Problem::internal(&error))
}
