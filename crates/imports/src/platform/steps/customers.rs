use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::platform::batch::{Batch, Change, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::{Holder, Lookups, Origin};
use crate::platform::overlay::Overlay;
use crate::platform::rows::UserRow;
use crate::platform::tidy::{Notes, Reason};
use crate::platform::translate::{CustomerRecord, customer};
use crate::platform::{Error, Kind};

/// The platform's users who are customers. An e-mail belongs to one living customer, whatever its case.
pub struct Customers {
    pub have_phone: bool,
}

impl Step for Customers {
    const KIND: Kind = Kind::Customer;
    const COUNT: &'static str = r#"select count(*) from "User" where role::text = 'customer'"#;
    const INSERT: &'static str = include_str!("../sql/insert_customers.sql");
    const UPDATE: Option<&'static str> = Some(include_str!("../sql/update_customers.sql"));
    const STATE: Option<&'static str> = Some(include_str!("../sql/customers_state.sql"));

    type Row = UserRow;
    type Record = CustomerRecord;
    type Write = CustomerRecord;

    fn read(&self) -> &'static str {
        if self.have_phone {
            include_str!("../sql/read_customers.sql")
        } else {
            include_str!("../sql/read_customers_without_phone.sql")
        }
    }

    fn translate(&self, row: &UserRow, notes: &mut Notes) -> Result<CustomerRecord, Reason> {
        customer(row, notes)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<CustomerRecord>>,
        batch: &mut Batch<CustomerRecord>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let emails: Vec<&str> = items.iter().filter_map(|item| item.record.email.as_deref()).collect();
        let mut holders = lookups.holders(&emails).await?;
        let unlinked: Vec<&str> =
            items.iter().filter(|item| item.ours.is_none()).map(|item| item.id.as_str()).collect();
        let aliases = lookups.our_ids(Kind::CustomerAlias, &unlinked).await?;
        for item in items {
            if let (Some(left), Some(ours)) = (email_before(&item), &item.ours)
                && holders.get(&left).is_some_and(|holder| holder.id == ours.id)
            {
                holders.remove(&left);
            }
            let key = item.record.email.as_deref().filter(|_| !item.record.archived).map(str::to_lowercase);
            let holder = key.as_ref().and_then(|key| holders.get(key)).copied();
            if let Some(planned) = decide(&item, holder, &aliases, batch, now) {
                if let Some(key) = key {
                    holders.insert(key, Holder { id: planned.our_id, origin: Origin::Platform });
                }
                batch.add(planned);
            }
        }
        Ok(())
    }

    fn remember(planned: &Planned<CustomerRecord>, overlay: &mut Overlay) {
        if let Some(CustomerRecord { email: Some(email), archived: false, .. }) = &planned.row {
            overlay.emails.insert(email.to_lowercase(), planned.our_id);
        }
    }
}

/// The e-mail that our customer has and, with this change, leaves to others.
fn email_before(item: &Item<CustomerRecord>) -> Option<String> {
    let before = item.ours.as_ref()?.before.as_ref()?.get("email")?.as_str()?.to_lowercase();
    let stays = item.record.email.as_deref().is_some_and(|email| email.to_lowercase() == before);
    (!stays || item.record.archived).then_some(before)
}

fn decide(
    item: &Item<CustomerRecord>,
    holder: Option<Holder>,
    aliases: &HashMap<String, Uuid>,
    batch: &mut Batch<CustomerRecord>,
    now: Timestamp,
) -> Option<Planned<CustomerRecord>> {
    if let Some(ours) = &item.ours {
        if holder.is_some_and(|holder| holder.id != ours.id) {
            batch.problem(&item.id, "its new email belongs to another customer; kept ours");
            return None;
        }
        return Some(written(item, ours.id, Change::Update, now));
    }
    let Some(holder) = holder else {
        let id = our_id(Kind::Customer, &item.id, item.record.created_at);
        return Some(written(item, id, Change::Create, now));
    };
    match holder.origin {
        // A guest who has an account by now.
        Origin::Guest => Some(written(item, holder.id, Change::Update, now)),
        Origin::Here => {
            batch.warn(
                &item.id,
                "a customer with this email was here already; linked with it, which keeps its values",
            );
            // Whatever instant the row was last updated at, this is another: later changes at the source do not overwrite it.
            let stamp = now + jiff::SignedDuration::from_micros(1);
            Some(Planned::link(Kind::Customer, item, holder.id, Some(holder.id), stamp))
        }
        Origin::Platform => {
            batch.problem(
                &item.id,
                "its email is another account's, but for case; its records go to that one's customer",
            );
            let is_known = aliases.get(&item.id) == Some(&holder.id);
            (!is_known).then(|| Planned::link(Kind::CustomerAlias, item, holder.id, Some(holder.id), now))
        }
    }
}

fn written(item: &Item<CustomerRecord>, id: Uuid, change: Change, now: Timestamp) -> Planned<CustomerRecord> {
    let before = item.ours.as_ref().and_then(|ours| ours.before.clone());
    Planned {
        change,
        values: Some((before, values(&item.record))),
        ..Planned::of(Kind::Customer, item, id, Some(id), now, item.record.clone())
    }
}

/// The customer's values as the events about it keep them (`customers_state.sql` has the same fields).
pub fn values(record: &CustomerRecord) -> Value {
    json!({
        "name": record.name,
        "email": record.email,
        "emailVerified": record.email_verified_at.is_some(),
        "phone": record.phone,
        "archived": record.archived,
    })
}
