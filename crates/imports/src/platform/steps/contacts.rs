use jiff::Timestamp;

use super::defaults::Defaults;
use crate::platform::batch::{Batch, Item, Planned};
use crate::platform::engine::Step;
use crate::platform::ids::our_id;
use crate::platform::lookups::Lookups;
use crate::platform::rows::ContactRow;
use crate::platform::tidy::{Notes, Reason};
use crate::platform::translate::{ContactRecord, contact};
use crate::platform::{Error, Kind};

pub struct Contacts;

impl Step for Contacts {
    const KIND: Kind = Kind::Contact;
    const COUNT: &'static str = include_str!("../sql/count_contacts.sql");
    const INSERT: &'static str = include_str!("../sql/insert_contacts.sql");
    const UPDATE: Option<&'static str> = Some(include_str!("../sql/update_contacts.sql"));
    const MAKE_WAY: Option<&'static str> = Some(include_str!("../sql/contacts_give_up_default.sql"));
    const STATE: Option<&'static str> = Some(include_str!("../sql/contacts_state.sql"));

    type Row = ContactRow;
    type Record = ContactRecord;
    type Write = ContactRecord;

    fn read(&self) -> &'static str {
        include_str!("../sql/read_contacts.sql")
    }

    fn translate(&self, row: &ContactRow, notes: &mut Notes) -> Result<ContactRecord, Reason> {
        contact(row, notes)
    }

    async fn plan(
        &self,
        lookups: &Lookups<'_>,
        items: Vec<Item<ContactRecord>>,
        batch: &mut Batch<ContactRecord>,
        _now: Timestamp,
    ) -> Result<(), Error> {
        let users: Vec<&str> = items.iter().map(|item| item.record.user_id.as_str()).collect();
        let users = lookups.users(&users).await?;
        let defaults =
            Defaults::of(lookups, include_str!("../sql/contacts_defaults_here.sql"), users).await?;
        for mut item in items {
            let owner = item.ours.as_ref().and_then(|ours| ours.customer_id);
            let Some(customer) = owner.or_else(|| defaults.users.customer(&item.record.user_id)) else {
                batch.problem(&item.id, "userId: no such customer was taken in");
                continue;
            };
            if item.record.is_default
                && let Err(reason) = defaults.give(customer, &item.record.user_id)
            {
                batch.warn(&item.id, reason);
                item.record.is_default = false;
            }
            let new_id = || our_id(Kind::Contact, &item.id, item.record.created_at);
            let id = item.ours.as_ref().map_or_else(new_id, |ours| ours.id);
            let stamp = item.record.updated_at;
            batch.add(Planned::of(Kind::Contact, &item, id, Some(customer), stamp, item.record.clone()));
        }
        Ok(())
    }
}
